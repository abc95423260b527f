"""The fields of the pages' forms and searches. Unknown fields are refused, blank ones count as left out."""

from collections.abc import Mapping
from typing import Any
from unicodedata import category
from zoneinfo import available_timezones

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate, validates

from ..domain.circle import LONGEST_GOAL, LONGEST_NOTE
from ..domain.errors import Invalid
from ..domain.joining import LONGEST_NAME
from ..domain.preparation import LONGEST_REASON, Step
from ..domain.programme import Credit
from ..domain.roles import SessionKind, Skill, Track
from ..domain.search import Search
from ..domain.text import Text, joined, text
from ..library import languages
from .actions import an_id, written
from .reasons import reason

TOKEN = "csrf_token"  # noqa: S105 (a field's name)
A_TIME = text("Write a time, as 09:30 or 14:15.")


class Form(Schema):
    """What every form is: text by name."""

    class Meta:
        unknown = RAISE

    @pre_load
    def _without_blanks(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value != "" and name != TOKEN}


class SearchForm(Form):
    """A search of the library."""

    skill = fields.String(validate=validate.OneOf(list(Skill)))
    track = fields.String(validate=validate.OneOf(list(Track)))
    intensity = fields.Integer(validate=validate.Range(1, 5))
    characters = fields.Integer(validate=validate.Range(1, 2))
    profession = written(120)
    words = written(100)
    without = written(100)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Search:
        return Search(**data)


class StepsForm(Form):
    """The ticked steps of a rehearsal checklist."""

    course = an_id(required=True)
    steps = fields.List(fields.Enum(Step, by_value=True), load_default=list)


class DeclineForm(Form):
    """Declining a scenario."""

    course = an_id(required=True)
    reason = written(LONGEST_REASON, load_default="")


class AcceptForm(Form):
    """Taking up a declined scenario again."""

    course = an_id(required=True)


class ChoiceForm(Form):
    """The scenarios and rubrics of a course. `all` true: every scenario there is or will be."""

    all = fields.Boolean(load_default=False)
    scenarios = fields.List(an_id(), load_default=list, validate=validate.Length(max=500))
    rubrics = fields.Dict(keys=fields.Enum(Skill, by_value=True), values=an_id(), load_default=dict)


class SeatForm(Form):
    """Whose copy of a rubric."""

    seat = fields.String(validate=validate.OneOf(("learner", "patient", "observer", "coach")), load_default="observer")


class DayForm(Form):
    """Which day of a course."""

    day = fields.Date(load_default=None)


class TitledForm(Form):
    """What has a title: one line, as a programme file may hold it."""

    title = written(200, required=True, error_messages={"required": text("Write a title.")})

    @pre_load
    def _on_one_line(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        tidy = {name: " ".join(value.split()) if name == "title" else value for name, value in data.items()}
        return {name: value for name, value in tidy.items() if value != ""}

    @validates("title")
    def _readable(self, title: str, **_: Any) -> None:
        if any(category(character) == "Cc" for character in title):
            raise ValidationError(text("Holds a character that can't be stored."))


class CourseForm(TitledForm):
    """A course's own settings. `sure`: the zone that its sessions are to move to, said once more."""

    language = fields.String(validate=validate.OneOf(languages.known()), load_default="")
    time_zone = fields.String(
        required=True,
        validate=validate.OneOf(available_timezones(), error=text("Choose a time zone.")),
        error_messages={"required": text("Choose a time zone.")},
    )
    sure = fields.String(load_default="", validate=validate.Length(max=64))


class SessionForm(TitledForm):
    """A session's title, day and times, in the course's zone."""

    day = fields.Date(required=True, error_messages={"required": text("Choose a day.")})
    starts = fields.Time(required=True, error_messages=dict.fromkeys(("required", "invalid"), A_TIME))
    ends = fields.Time(required=True, error_messages=dict.fromkeys(("required", "invalid"), A_TIME))


class NewSessionForm(SessionForm):
    """All of a session, as its programme file would give it."""

    kind = fields.Enum(SessionKind, by_value=True, required=True, error_messages={"required": text("Choose a kind.")})
    skill = fields.Enum(Skill, by_value=True, load_default=None)
    track = fields.Enum(Track, by_value=True, load_default=None)
    credit = fields.List(fields.Enum(Credit, by_value=True), load_default=list)

    @post_load
    def _fixed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"credit": tuple(dict.fromkeys(data["credit"]))}


class RemoveSessionForm(Form):
    """Taking a session out, and its plan with it."""

    with_plan = fields.Boolean(load_default=False)


class ProgrammeForm(Form):
    """A programme file as text. `seen`: what its preview was marked with when it is to be saved."""

    LARGEST = 240_000  # as much as fits into a form twice
    step = fields.String(required=True, validate=validate.OneOf(("read", "save")))
    text = fields.String(load_default="", validate=validate.Length(max=LARGEST))
    seen = fields.String(load_default="", validate=validate.Length(max=64))


class CourseGoalForm(Form):
    """A learner's goal for the course; empty to have none."""

    goal = written(LONGEST_GOAL, load_default="")


class HandOverForm(Form):
    """The coach's note of a day. `seen` is the revision the form was made with."""

    day = fields.Date(required=True)
    note = written(LONGEST_NOTE, load_default="")
    seen = fields.Integer(required=True, validate=validate.Range(0, 1_000_000))

    @post_load
    def _one_kind_of_line_end(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"note": data["note"].replace("\r\n", "\n")}


class GuestForm(Form):
    """What someone at the door of a room says of themselves."""

    SAYS = text("Write your name, in up to {n} characters.", n=LONGEST_NAME)
    name = written(LONGEST_NAME, required=True)

    @pre_load
    def _tidy(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {key: " ".join(value.split()) if key == "name" else value for key, value in data.items()}

    @validates("name")
    def _readable(self, name: str, **_: Any) -> None:
        if not name.isprintable():
            raise ValidationError(self.SAYS)


class MeForm(Form):
    """What a person sets for themselves."""

    time_zone = fields.String(validate=validate.Length(max=64), load_default="")
    language = fields.String(validate=validate.OneOf(languages.known()), load_default="")

    @validates("time_zone")
    def _known(self, name: str, **_: Any) -> None:
        if name and name not in available_timezones():
            raise ValidationError(text("no time zone {name!r}", name=name))


class Unreadable(Invalid):
    """Fields that can't be read. The message names them all too, for pages that have no form to say it beside."""

    said_by_fields = True


def read(form: Form, data: Mapping[str, Any]) -> Any:
    """What the form holds. Raises Unreadable, naming the fields and what is wrong with each."""
    try:
        return form.load(data)
    except ValidationError as error:
        found = error.normalized_messages()  # type: ignore[no-untyped-call]
        told = joined(
            "; ", (text("{field}: {reason}", field=name, reason=_first(each)) for name, each in found.items())
        )
        raise Unreadable(
            text("This can't be read. {told}", told=told), fields={name: [_first(each)] for name, each in found.items()}
        ) from None


def _first(messages: Any) -> Text:
    while isinstance(messages, dict | list):
        messages = next(iter(messages.values() if isinstance(messages, dict) else messages))
    return reason(messages)
