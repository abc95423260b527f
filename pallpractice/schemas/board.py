"""The fields of what is asked from the board: the rooms' own actions, with the room or rooms they are for."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from ..domain.room import Action
from ..domain.text import text
from .actions import ClearHelp, CloseRoom, Extend, Fields, Notice, ReplaceActor, TakeHelp, an_id, load

MOST_ROOMS = 500


class Rooms(fields.Field[list[str] | None]):
    """A list of room ids, or "all", which becomes None."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if value == "all":
            return None
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_ROOMS:
            raise ValidationError(text('A list of rooms, or "all".'))
        one = an_id()
        return [one.deserialize(each) for each in value]


class OneRoom(Schema):
    room = an_id(required=True)


class SomeRooms(Schema):
    # Needed: None for all is not what a missing field should mean.
    rooms = Rooms(required=True, allow_none=False)


class NoticeToRooms(SomeRooms, Notice):
    pass


class StartIn(Fields):
    """In one room, whoever is there; or in many, where all it takes are there."""

    room = an_id()
    rooms = Rooms()

    @validates_schema
    def _one_of_them(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data.keys() & {"room", "rooms"}) != 1:
            raise ValidationError(text("Say in which room, or in which rooms."), "room")


class ExtendRooms(SomeRooms, Extend):
    pass


class CloseRooms(SomeRooms, CloseRoom):
    pass


class KeepRooms(SomeRooms, Fields):
    pass


class MoveBetween(Fields):
    person = an_id(required=True)
    from_ = an_id(data_key="from")
    to = an_id(required=True)


class PlaceIn(Fields):
    person = an_id(required=True)
    to = an_id(required=True)


class ReplaceIn(OneRoom, ReplaceActor):
    pass


class TakeHelpIn(OneRoom, TakeHelp):
    pass


class ClearHelpIn(OneRoom, ClearHelp):
    person = an_id(required=True)


# The event, what it does in each room, and its fields.
ASKED: Mapping[str, tuple[Action, Schema]] = {
    "board:notice": (Action.NOTICE_SEND, NoticeToRooms()),
    "round:start": (Action.ROUND_START, StartIn()),
    "clock:extend": (Action.CLOCK_EXTEND, ExtendRooms()),
    "room:close": (Action.ROOM_CLOSE, CloseRooms()),
    "room:keep": (Action.ROOM_KEEP, KeepRooms()),
    "person:move": (Action.PERSON_MOVE, MoveBetween()),
    "person:place": (Action.PERSON_PLACE, PlaceIn()),
    "actor:replace": (Action.ACTOR_REPLACE, ReplaceIn()),
    "help:take": (Action.HELP_TAKE, TakeHelpIn()),
    "help:clear": (Action.HELP_CLEAR, ClearHelpIn()),
}


def read(event: str, payload: object) -> tuple[Action, str, dict[str, Any]]:
    """What to do, the action id and the fields. Raises Invalid, naming each field that is wrong."""
    action, schema = ASKED[event]
    action_id, _, found = load(schema, payload)
    return action, action_id, found
