"""The forms of release and corrections."""

from typing import Any

from marshmallow import ValidationError, fields, post_load

from ..domain.release import LONGEST_COMMENT, LONGEST_REASON, Policy
from ..domain.text import text
from .actions import an_id, written
from .forms import Form


class ReleaseForm(Form):
    """When feedback reaches learners, and whether they read peers' names."""

    policy = fields.Enum(Policy, by_value=True, required=True)
    peer_names = fields.Boolean(load_default=False)


class EntryForm(Form):
    """One line of a scorecard."""

    entry = an_id(required=True)


class HoldForm(EntryForm):
    """Holding a comment back."""

    reason = written(LONGEST_REASON, required=True)


class CorrectionForm(EntryForm):
    """What a line should say: a `rating`, a whole number or "not_observed", or `text` for a comment."""

    rating = fields.String()
    text = written(LONGEST_COMMENT)
    reason = written(LONGEST_REASON, required=True)

    @post_load
    def _number(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        rating = data.get("rating")
        if rating is None or rating == "not_observed":
            return data
        if not (rating.isascii() and rating.isdigit() and len(rating) < 4):
            raise ValidationError(text("Not a rating."), "rating")
        return data | {"rating": int(rating)}
