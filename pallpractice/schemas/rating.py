"""The forms of rating outside a room: a worked encounter, a scorecard handed in late, reminders."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load, validate

from .actions import an_id, written
from .forms import Form

RATE, SAY = "rate-", "say-"  # before an item's or a comment's id, in the names of a form's fields
NOT_OBSERVED = "not_observed"
LONGEST_COMMENT = 4000


class RatingsForm(Form):
    """Ratings by item, a number or not observed (None once it is read), and comments."""

    ratings = fields.Dict(
        keys=an_id(), values=fields.String(validate=validate.Regexp(rf"^(\d{{1,2}}|{NOT_OBSERVED})$"))
    )
    comments = fields.Dict(keys=an_id(), values=written(LONGEST_COMMENT, empty=True))

    @post_load
    def _numbers(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        ratings = {item: None if one == NOT_OBSERVED else int(one) for item, one in data.get("ratings", {}).items()}
        comments = {id: words.replace("\r\n", "\n").strip() for id, words in data.get("comments", {}).items()}
        return {"ratings": ratings, "comments": comments}


def named(form: Mapping[str, str]) -> dict[str, Any]:
    """A posted form's fields as `RatingsForm` takes them; what has another name stays, and is refused."""
    found: dict[str, Any] = {"ratings": {}, "comments": {}}
    for name, value in form.items():
        if name.startswith(RATE):
            found["ratings"][name.removeprefix(RATE)] = value
        elif name.startswith(SAY):
            found["comments"][name.removeprefix(SAY)] = value
        else:
            found[name] = value
    return found


class FeedbackForm(Form):
    """Whose ratings are shown by profession."""

    by = fields.String(validate=validate.OneOf(("learner", "patient", "observer", "coach")), load_default="coach")


class RemindForm(Form):
    """`again`: those who were reminded of the same forms before."""

    again = fields.Boolean(load_default=False)
    person = an_id(load_default=None)
