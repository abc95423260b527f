"""The fields of the forms of a course's plan."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, fields, post_load, pre_load, validate

from ..domain.pairing.plan import Tracks, Wishes
from ..domain.text import text
from .actions import an_id
from .forms import Form

DEFAULT = Wishes()
PART = "part-"  # before a character's id, in the name of its field


class WishesForm(Form):
    """How plans are to be made."""

    tracks = fields.Enum(Tracks, by_value=True, load_default=DEFAULT.tracks)
    round_minutes = fields.Integer(
        validate=validate.Range(10, 60, error=text("Must be from 10 to 60 minutes.")),
        load_default=DEFAULT.round_minutes,
    )
    intense = fields.Integer(
        validate=validate.Range(2, 5, error=text("Must be from 2 to 5.")), load_default=DEFAULT.intense
    )

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Wishes:
        return Wishes(**data)


class MakeForm(Form):
    """Making a plan: of which session (left out: all to come), and whether what is planned counts."""

    session = an_id()
    afresh = fields.Boolean(load_default=False)


class CastForm(Form):
    """The scenarios an actor is cast for."""

    scenarios = fields.List(an_id(), load_default=list, validate=validate.Length(max=500))


class RoundForm(Form):
    """Which round, and what it is to be, once something is `asked`.

    Its parts come as `part-<character>`; a blank one stays open.
    """

    session = an_id(required=True)
    group = an_id(required=True)
    starts = fields.Integer(required=True, strict=False, validate=validate.Range(0, 2**40))
    learner = an_id(load_default=None)
    scenario = an_id(load_default=None)
    parts = fields.Dict(keys=an_id(), values=an_id(), load_default=dict)
    asked = fields.Boolean(load_default=False)
    shown = an_id(load_default=None)  # the scenario whose characters the form had
    was = fields.String(validate=validate.Length(max=64), load_default="")
    what = fields.String(validate=validate.OneOf(("keep", "take-out")), load_default="keep")

    @pre_load
    def _gather(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        parts = {name.removeprefix(PART): value for name, value in data.items() if name.startswith(PART) and value}
        return {name: value for name, value in data.items() if not name.startswith(PART)} | {"parts": parts}


class AbsenceForm(Form):
    """Who can't come to which session, or can after all."""

    session = an_id(required=True)
    person = an_id(required=True)
    what = fields.String(validate=validate.OneOf(("absent", "back")), required=True)


class PersonForm(Form):
    """Whose plan is shown."""

    class Meta:
        unknown = EXCLUDE

    person = an_id(load_default=None)
