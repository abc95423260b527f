"""The fields of the forms about credit."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from marshmallow import RAISE, ValidationError, fields, post_load, pre_load, validate

from ..domain.evaluation import LONGEST, QUESTIONS
from ..domain.evidence import COLUMNS, LICENCE_FIELDS, LONGEST_WORD, Verdict
from ..domain.programme import Credit
from ..domain.text import Figure, text
from .actions import an_id, written
from .forms import Form
from .people import LARGEST

NOT_QUARTERS = text("write hours and quarters, as {example}", example=Figure.of(3.25, 2))


class Quarters(fields.Field):  # type: ignore[type-arg]
    """Credits as people write them, "3.25" or "3,25"; kept as quarter hours."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        try:
            count = Decimal(str(value).strip().replace(",", ".")) * 4
        except InvalidOperation:
            raise ValidationError(NOT_QUARTERS) from None
        if not count.is_finite() or count != count.to_integral_value() or not 0 <= count <= 4000:
            raise ValidationError(NOT_QUARTERS)
        return int(count)


class ClaimForm(Form):
    """What is claimed, by type."""

    general = Quarters(load_default=0)
    pharmacology = Quarters(load_default=0)
    opioid = Quarters(load_default=0)
    end_of_life = Quarters(load_default=0)

    @post_load
    def _by_type(self, data: dict[str, int], **_: Any) -> dict[Credit, int]:
        return {Credit(kind): count for kind, count in data.items()}


class MinutesForm(Form):
    """How long someone took part in a session; an organiser says why it is entered."""

    session = an_id(required=True)
    minutes = fields.Integer(
        required=True, validate=validate.Range(0, 1440), error_messages={"invalid": text("write whole minutes")}
    )
    reason = written(500, load_default="")


class EvaluationForm(Form):
    """The answers by question: those there are, `domain.evaluation` says."""

    class Meta:
        unknown = RAISE
        include: ClassVar = {one.id: written(LONGEST + 1, load_default="") for one in QUESTIONS}


class AttendanceForm(Form):
    """Who was in a meeting held elsewhere: a file's text, the session it is about, and how far the form has come."""

    session = an_id(required=True)
    step = fields.String(required=True, validate=validate.OneOf(("read", "save")))
    text = fields.String(load_default="", validate=validate.Length(max=LARGEST))


class TermsForm(Form):
    """How the course gives credit."""

    most = Quarters(required=True)
    own_word = fields.Boolean(load_default=False)
    evaluation_needed = fields.Boolean(load_default=False)
    provider = written(200, load_default="")
    activity = written(80, load_default="")
    format = written(200, load_default="")


class BoardForm(Form):
    """Whose credit a learner wants; none with an empty one."""

    board = written(20, load_default="")


class ConsentForm(Form):
    """Given or withdrawn."""

    what = fields.String(required=True, validate=validate.OneOf(("give", "withdraw")))


class LicenceForm(Form):
    """What a board asks for, or that it is to be deleted. What is needed of it the rules say."""

    class Meta:
        unknown = RAISE
        include: ClassVar = {name: written(200, load_default="") for name in LICENCE_FIELDS}

    what = fields.String(required=True, validate=validate.OneOf(("save", "forget")))


class AttestForm(Form):
    """A coach's word on a learner."""

    person = an_id(required=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    words = written(LONGEST_WORD, load_default="")


class Decimals(fields.Float):
    """A number as people write it, "3.5" or "3,5"."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        return super()._deserialize(str(value).strip().replace(",", "."), *args, **options)


class StandardForm(Form):
    """What it takes to pass. What makes sense the rules say."""

    level = Decimals(required=True)
    least = Decimals(load_default=1.0)
    rounds = fields.Integer(required=True)


class BoardsForm(Form):
    """The boards that a course offers, and the columns of the provider's file as `column-<name>`."""

    boards = written(200, load_default="")
    columns = fields.Dict(keys=fields.String(validate=validate.OneOf(list(COLUMNS))), values=written(60))

    @pre_load
    def _gather(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        columns = {name.removeprefix("column-"): value for name, value in data.items() if name.startswith("column-")}
        return {name: value for name, value in data.items() if not name.startswith("column-")} | {
            "columns": {name: value for name, value in columns.items() if value}
        }

    @post_load
    def _apart(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        names = [" ".join(one.split()) for one in data["boards"].split(",")]
        if any(len(one) > 20 for one in names):
            raise ValidationError(text("a board’s short name has 20 characters at most"), "boards")
        return data | {"boards": tuple(dict.fromkeys(one for one in names if one))}
