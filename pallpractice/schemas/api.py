"""What goes in and out by /api/v1, field by field. The description of the API is made from these."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from ..domain.exports import Format, What
from ..domain.people import State
from ..domain.roles import Role, SessionKind, Skill, Track
from ..domain.roster import COLUMNS
from ..domain.text import Text
from ..library.roster import LONGEST
from .actions import writable
from .reasons import reason

UNKNOWN = RAISE
LARGEST_PAGE = 500
STREAMED = [format for format in Format if format is not Format.XLSX]
NO_NUL = validate.Regexp(r"^[^\x00]*$")
READABLE = validate.Regexp(r"^[^\x00]*[^\s\x00][^\x00]*$")  # something to read in it
MESSAGE = "A sentence for people, in the language asked for by Accept-Language"


def said(about: str, **more: Any) -> dict[str, Any]:
    return {"description": about, **more}


def one_of(words: Any) -> validate.OneOf:
    return validate.OneOf([str(word.value) for word in words])


class Strict(Schema):
    """Unknown fields are refused."""

    class Meta:
        unknown = RAISE


# --- what is asked


class PageQuery(Strict):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000), metadata=said("From 1"))
    page_size = fields.Integer(load_default=100, validate=validate.Range(1, LARGEST_PAGE))


class PeopleQuery(PageQuery):
    """Which people."""

    role = fields.String(validate=one_of(Role))
    state = fields.String(validate=one_of(State), metadata=said("Without it, who was removed is left out"))
    email = fields.String(validate=validate.Length(max=254), metadata=said("Exactly this address, in any case"))


class SessionQuery(PageQuery):
    """Of which session."""

    session = fields.String(validate=validate.Length(max=80), metadata=said("A session's key"))


class ExportQuery(Strict):
    """As what."""

    format = fields.String(load_default=Format.CSV.value, validate=one_of(STREAMED))


def cell(column: str, **more: Any) -> fields.String:
    length = validate.Length(max=LONGEST.get(column, 64))
    return fields.String(validate=[length, NO_NUL, writable], **more)


class PersonChange(Strict):
    """What is to be different of a person; what is left out stays, an empty text clears."""

    name = fields.String(validate=[validate.Length(1, LONGEST["name"]), READABLE, writable])
    email = fields.String(validate=[validate.Length(3, LONGEST["email"]), NO_NUL, writable])
    role = fields.String(validate=one_of(Role))
    profession = cell("profession")
    institution = cell("institution")
    track = fields.String(validate=one_of(Track), allow_none=True)
    team = cell("team")
    group = cell("group", metadata=said("By name; one that is not there yet is begun"))
    pronouns = cell("pronouns")
    time_zone = cell("time_zone", metadata=said("An IANA name, or empty for the course's own"))


class NewPerson(PersonChange):
    """Someone to be added. Whoever has an account already keeps it."""

    name = fields.String(required=True, validate=[validate.Length(1, LONGEST["name"]), READABLE, writable])
    email = fields.String(required=True, validate=[validate.Length(3, LONGEST["email"]), NO_NUL, writable])
    role = fields.String(required=True, validate=one_of(Role))


def cells(given: Mapping[str, Any]) -> dict[str, str]:
    """The same as the cells of a roster's row."""
    return {column: str(given.get(column) or "") for column in COLUMNS}


# --- what is answered


class Problem(Schema):
    """What went wrong. Every refusal has this shape."""

    code = fields.String(required=True, metadata=said("For programs: invalid, not_signed_in, not_found ..."))
    message = fields.String(required=True, metadata=said(MESSAGE))
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        data_key="fields",
        metadata=said("What is wrong with which field"),
    )


class Refused(Schema):
    """A refusal."""

    error = fields.Nested(Problem, required=True)


class PersonOut(Schema):
    """Someone who is or was in the course."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True, validate=one_of(Role))
    profession = fields.String(required=True)
    institution = fields.String(required=True)
    track = fields.String(required=True, allow_none=True, validate=one_of(Track))
    team = fields.String(required=True)
    group = fields.String(required=True, metadata=said("By name; empty for none"))
    pronouns = fields.String(required=True)
    time_zone = fields.String(required=True)
    guest = fields.Boolean(required=True, metadata=said("Let in by a room's code"))
    state = fields.String(required=True, validate=one_of(State))
    removed_at = fields.AwareDateTime(required=True, allow_none=True)


class CourseOut(Schema):
    """The course the token is for."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    time_zone = fields.String(required=True)
    scope = fields.String(required=True, metadata=said("What the token may do: read, or write"))


class SessionOut(Schema):
    """A dated block of the programme."""

    key = fields.String(required=True, metadata=said("Its name in the programme file"))
    title = fields.String(required=True)
    kind = fields.String(required=True, validate=one_of(SessionKind))
    skill = fields.String(required=True, allow_none=True, validate=one_of(Skill))
    track = fields.String(required=True, allow_none=True, validate=one_of(Track), metadata=said("null: for everyone"))
    day = fields.Date(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    credit_types = fields.List(fields.String(), required=True)


class MemberOut(Schema):
    """Someone in a group."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=one_of(Role))


class GroupOut(Schema):
    """A small group."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    track = fields.String(required=True, allow_none=True, validate=one_of(Track))
    members = fields.List(fields.Nested(MemberOut), required=True)


class PlaceOut(Schema):
    """A place in a planned round."""

    seat = fields.String(required=True)
    person = fields.String(required=True, allow_none=True, metadata=said("A person's id; null where nobody has it yet"))
    name = fields.String(required=True)
    character = fields.String(required=True, allow_none=True)


class PlannedRoundOut(Schema):
    """A round to come, or that was to come."""

    session = fields.String(required=True, metadata=said("A session's key"))
    group = fields.String(required=True, metadata=said("A group's name"))
    round = fields.Integer(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    scenario = fields.String(required=True)
    scenario_title = fields.String(required=True)
    by_hand = fields.Boolean(required=True)
    places = fields.List(fields.Nested(PlaceOut), required=True)


class ParticipationOut(Schema):
    """How long someone was in a session, as its rooms recorded it."""

    session = fields.String(required=True, metadata=said("A session's key"))
    person = fields.String(required=True, metadata=said("A person's id"))
    name = fields.String(required=True)
    role = fields.String(required=True, validate=one_of(Role))
    came_at = fields.AwareDateTime(required=True)
    left_at = fields.AwareDateTime(required=True)
    stays = fields.Integer(required=True)
    minutes = fields.Integer(required=True, metadata=said("Whole minutes within the session; none in a break"))


class ExportOut(Schema):
    """A file that can be taken out."""

    what = fields.String(required=True, validate=one_of(What))
    title = fields.String(required=True)
    holds = fields.String(required=True)
    safe_for = fields.String(required=True)
    formats = fields.List(fields.String(validate=one_of(STREAMED)), required=True)


class MyRoomOut(Schema):
    """A room one may enter."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    session = fields.String(required=True)
    group = fields.String(required=True)
    seat = fields.String(required=True)
    phase = fields.String(required=True)


class MeOut(Schema):
    """Who is signed in, and their rooms."""

    person = fields.Nested(Schema.from_dict({"id": fields.String(), "name": fields.String()}, name="Me"), required=True)
    rooms = fields.List(fields.Nested(MyRoomOut), required=True)


class WaitingOut(Schema):
    """Whether someone at a room's door has been answered."""

    answer = fields.String(required=True)


def listed(item: type[Schema]) -> type[Schema]:
    """A page of a list of these."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "page": fields.Integer(required=True),
            "page_size": fields.Integer(required=True),
            "total": fields.Integer(required=True),
        },
        name=item.__name__.removesuffix("Out") + "Page",
    )


def wrong(messages: Mapping[str, Any]) -> dict[str, list[Text]]:
    """What is wrong by field, of all places fields come in."""
    found: dict[str, list[Text]] = {}
    for where, inside in messages.items():
        for name, reasons in (inside if isinstance(inside, Mapping) else {where: inside}).items():
            found[str(name)] = [reason(one) for one in _flat(reasons)]
    return found


def _flat(reasons: Any) -> Sequence[Any]:
    if isinstance(reasons, Mapping):
        return [one for inner in reasons.values() for one in _flat(inner)]
    return reasons if isinstance(reasons, list) else [reasons]
