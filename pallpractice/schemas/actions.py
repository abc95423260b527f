"""The fields of each action on the wire: one schema an action, built once."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from ..domain.circle import LONGEST_ENTRY, LONGEST_GOAL, LONGEST_LINE, LONGEST_NOTE, Sharing
from ..domain.errors import Invalid
from ..domain.observation import Judgement, Kind
from ..domain.roles import Seat
from ..domain.room import Action, Turn
from ..domain.text import Text, text
from .reasons import reason

REASONS = ("stuck", "emotion", "success", "welfare", "technical")
ENDINGS = ("time", "done", "welfare")
ID = validate.Regexp(r"^[A-Za-z0-9_-]{1,80}\Z", error=text("Not an id."))


def writable(words: str) -> None:
    """What no database or file can hold is refused here, with a reason."""
    if "\x00" in words or any("\ud800" <= character <= "\udfff" for character in words):
        raise ValidationError(text("Holds a character that can't be stored."))


def written(limit: int, *, empty: bool = False, **options: Any) -> fields.String:
    """Free text up to `limit` characters."""
    length = validate.Length(min=0 if empty else 1, max=limit)
    return fields.String(validate=[length, writable], **options)


def an_id(**options: Any) -> fields.String:
    return fields.String(validate=ID, **options)


def number(least: float, most: float, **options: Any) -> fields.Float:
    return fields.Float(validate=validate.Range(least, most), allow_nan=False, **options)


def whole(least: int, most: int, **options: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, most), **options)


class Fields(Schema):
    """What every action carries. `action_id` is made by the client, one for each action it means; `round` is the round
    it is meant for.
    """

    class Meta:
        unknown = RAISE

    action_id = fields.UUID(required=True)
    round = an_id()


class RoundStart(Fields):
    learner = an_id()
    scenario = an_id()
    actors = fields.Dict(keys=an_id(), values=an_id(), validate=validate.Length(max=4))


class TimeOut(Fields):
    reason = fields.String(validate=validate.OneOf(REASONS))


class Rewind(Fields):
    beat = an_id()
    offset_s = number(0, 86_400)

    @validates_schema
    def one_of_them(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("beat" in data) == ("offset_s" in data):
            raise ValidationError(text("Say either a beat or a moment."), "beat")


class End(Fields):
    reason = fields.String(validate=validate.OneOf(ENDINGS))


class Next(Fields):
    from_ = fields.Enum(Turn, by_value=True, data_key="from")


class Extend(Fields):
    seconds = whole(10, 1800, required=True)


class Ready(Fields):
    ready = fields.Boolean(required=True, truthy={True}, falsy={False})


class ExtraTime(Fields):
    on = fields.Boolean(required=True, truthy={True}, falsy={False})


class Goal(Fields):
    text = written(500, empty=True, required=True)
    over = written(500, empty=True)


class Watch(Fields):
    items = fields.List(an_id(), required=True, validate=validate.Length(max=3))


class AddObservation(Fields):
    kind = fields.String(required=True, validate=validate.OneOf([Kind.VERBATIM, Kind.MARKER, Kind.NOTE]))
    text = written(2000)
    marker = an_id()
    judgement = fields.String(validate=validate.OneOf(list(Judgement)))
    take = whole(1, 1000)
    offset_s = number(0, 86_400)

    @validates_schema
    def says_something(self, data: Mapping[str, Any], **_: Any) -> None:
        needed = "marker" if data.get("kind") == Kind.MARKER else "text"
        if needed not in data:
            raise ValidationError(text("A {kind} needs this.", kind=data.get("kind")), needed)


class EditObservation(Fields):
    id = an_id(required=True)
    text = written(2000)
    judgement = fields.String(validate=validate.OneOf(list(Judgement)), allow_none=True)


class OneObservation(Fields):
    id = an_id(required=True)


class Moment(Fields):
    text = written(500)


class Feel(Fields):
    value = whole(0, 10, required=True)


class Beat(Fields):
    beat = an_id(required=True)


class Disclosure(Fields):
    disclosure = an_id(required=True)
    told = fields.Boolean(required=True, truthy={True}, falsy={False})


class Cue(Fields):
    to = an_id(required=True)
    text = written(280, required=True)


class Rating(fields.Field[Any]):
    """A whole number, "not_observed", or null for not yet rated."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if value == "not_observed" or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise ValidationError(text('A number of the scale, "not_observed", or null.'))


class Score(Fields):
    entry = an_id(required=True)
    rating = Rating(allow_none=True)
    text = written(4000, empty=True, allow_none=True)
    seen = whole(0, 1_000_000)


class Reflect(Fields):
    text = written(4000, empty=True, required=True)
    shared = fields.Boolean(required=True, truthy={True}, falsy={False})


class Help(Fields):
    text = written(280)


class ClearHelp(Fields):
    person = an_id()


class TakeHelp(Fields):
    person = an_id(required=True)
    instead_of = an_id()


class Assign(Fields):
    person = an_id(required=True)
    seat = fields.String(required=True, validate=validate.OneOf([Seat.OBSERVER, Seat.PATIENT, Seat.COACH]))
    character = an_id()


class MovePerson(Fields):
    person = an_id(required=True)
    room = an_id(required=True)


class PlacePerson(Fields):
    person = an_id(required=True)


class ReplaceActor(Fields):
    character = an_id()
    actor = an_id()
    by = an_id(required=True)

    @validates_schema
    def one_of_them(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("character" in data) == ("actor" in data):
            raise ValidationError(text("Say either a character or who plays now."), "character")


class CloseRoom(Fields):
    in_s = whole(0, 3600, required=True)


class Notice(Fields):
    text = written(500, required=True)


class AtTheDoor(Fields):
    guest = an_id(required=True)


class AddLine(Fields):
    text = written(LONGEST_LINE, required=True)


class EditLine(Fields):
    id = an_id(required=True)
    text = written(LONGEST_LINE, required=True)
    seen = whole(0, 1_000_000, required=True)


class RemoveLine(Fields):
    id = an_id(required=True)
    seen = whole(0, 1_000_000, required=True)


class RestoreLine(Fields):
    id = an_id(required=True)


class CourseGoal(Fields):
    text = written(LONGEST_GOAL, empty=True, required=True)


class SaveEntry(Fields):
    prompt = an_id(required=True)
    text = written(LONGEST_ENTRY, empty=True, required=True)
    seen = whole(0, 1_000_000, required=True)


class ShareEntry(Fields):
    prompt = an_id(required=True)
    shared = fields.String(required=True, validate=validate.OneOf([*map(str, Sharing)]))


class Note(Fields):
    text = written(LONGEST_NOTE, empty=True, required=True)
    seen = whole(0, 1_000_000, required=True)


ACTIONS: Mapping[Action, Schema] = {
    Action.ROUND_START: RoundStart(),
    Action.ENCOUNTER_BEGIN: Fields(),
    Action.TIMEOUT_CALL: TimeOut(),
    Action.TIMEOUT_RESUME: Fields(),
    Action.TAKE_REWIND: Rewind(),
    Action.ENCOUNTER_END: End(),
    Action.DEBRIEF_OPEN: Fields(),
    Action.DEBRIEF_NEXT: Next(),
    Action.ROUND_CLOSE: Fields(),
    Action.CLOCK_EXTEND: Extend(),
    Action.READY_SET: Ready(),
    Action.GOAL_SET: Goal(),
    Action.WATCH_CHOOSE: Watch(),
    Action.OBSERVATION_ADD: AddObservation(),
    Action.OBSERVATION_EDIT: EditObservation(),
    Action.OBSERVATION_REMOVE: OneObservation(),
    Action.MOMENT_MARK: Moment(),
    Action.FEELING_SET: Feel(),
    Action.BEAT_GO: Beat(),
    Action.DISCLOSURE_MARK: Disclosure(),
    Action.CUE_SEND: Cue(),
    Action.SCORE_SAVE: Score(),
    Action.SCORECARD_SUBMIT: Fields(),
    Action.NEXTSTEP_SET: Goal(),
    Action.REFLECTION_SAVE: Reflect(),
    Action.DEROLE_CONFIRM: Fields(),
    Action.HELP_ASK: Help(),
    Action.HELP_CLEAR: ClearHelp(),
    Action.HELP_TAKE: TakeHelp(),
    Action.SEAT_ASSIGN: Assign(),
    Action.PERSON_MOVE: MovePerson(),
    Action.PERSON_PLACE: PlacePerson(),
    Action.ACTOR_REPLACE: ReplaceActor(),
    Action.ROOM_CLOSE: CloseRoom(),
    Action.ROOM_KEEP: Fields(),
    Action.NOTICE_SEND: Notice(),
    Action.CODE_MAKE: Fields(),
    Action.GUEST_ADMIT: AtTheDoor(),
    Action.GUEST_REFUSE: AtTheDoor(),
    Action.AGREEMENT_ADD: AddLine(),
    Action.AGREEMENT_EDIT: EditLine(),
    Action.AGREEMENT_REMOVE: RemoveLine(),
    Action.AGREEMENT_RESTORE: RestoreLine(),
    Action.COURSEGOAL_SET: CourseGoal(),
    Action.JOURNAL_SAVE: SaveEntry(),
    Action.JOURNAL_SHARE: ShareEntry(),
    Action.HANDOVER_SAVE: Note(),
    Action.EXTRATIME_SET: ExtraTime(),
}


Read = tuple[str, str | None, dict[str, Any]]


def read(action: Action, payload: object) -> Read:
    """The action id, the round it is meant for and the fields of a payload. Raises Invalid, naming each wrong field."""
    return load(ACTIONS[action], payload)


def load(schema: Schema, payload: object) -> Read:
    """The same by a schema of one's own."""
    if not isinstance(payload, Mapping):
        raise Invalid(text("Send one object with the action's fields."))
    try:
        loaded = schema.load(payload)
    except ValidationError as error:
        raise Invalid(text("Some fields are missing or wrong."), fields=_flat(error.messages)) from None
    return str(loaded.pop("action_id")), loaded.pop("round", None), loaded


def _flat(messages: Any) -> dict[str, list[Text]]:
    """marshmallow's messages as {field: [reasons]}, nested ones under their top field."""
    if not isinstance(messages, Mapping):
        return {"payload": [reason(one) for one in messages]}
    return {str(name): _reasons(inner) for name, inner in messages.items()}


def _reasons(inner: Any) -> list[Text]:
    if isinstance(inner, Mapping):
        return [one for deeper in inner.values() for one in _reasons(deeper)]
    return [reason(one) for one in inner] if isinstance(inner, list) else [reason(inner)]
