"""What is said after a commit, and to whom. An event without an audience fails when its class is made.

What only some seats may hear names its `hearers`: who sat there when it was committed, whatever has changed since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar


class Audience(StrEnum):
    """Who hears an event. Every channel belongs to one room or one person."""

    SEATS = "seats"  # everyone in the room, each seat its own view
    ROOM = "room"  # everyone in the room, all the same
    COACH_AND_AUTHOR = "coach_and_author"  # `hearers`, who coach, and `person`
    COACH_AND_PATIENTS = "coach_and_patients"  # `hearers`, who coach or play
    PERSON = "person"  # `person` alone, all tabs
    GATEWAY = "gateway"  # nobody: it tells the gateway to close or move sockets


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that has happened and been committed."""

    audience: ClassVar[Audience]

    def __init_subclass__(cls) -> None:
        if not isinstance(cls.__dict__.get("audience"), Audience):
            raise TypeError(f"{cls.__name__} has no audience")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged(Event):
    """The room's state moved: every seat gets its view anew, and each of `own` what is theirs alone (None: all)."""

    audience = Audience.SEATS
    room_id: str
    own: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationAdded(Event):
    audience = Audience.COACH_AND_AUTHOR
    name: ClassVar[str] = "observation:added"
    room_id: str
    person: str
    hearers: tuple[str, ...]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationEdited(Event):
    audience = Audience.COACH_AND_AUTHOR
    name: ClassVar[str] = "observation:edited"
    room_id: str
    person: str
    hearers: tuple[str, ...]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationRemoved(Event):
    audience = Audience.COACH_AND_AUTHOR
    name: ClassVar[str] = "observation:removed"
    room_id: str
    person: str
    hearers: tuple[str, ...]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeelingChanged(Event):
    audience = Audience.COACH_AND_PATIENTS
    name: ClassVar[str] = "feeling:changed"
    room_id: str
    hearers: tuple[str, ...]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSaved(Event):
    audience = Audience.PERSON
    name: ClassVar[str] = "score:saved"
    room_id: str
    person: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSaved(Event):
    audience = Audience.PERSON
    name: ClassVar[str] = "journal:saved"
    room_id: str
    person: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CueReceived(Event):
    audience = Audience.PERSON
    name: ClassVar[str] = "cue:received"
    room_id: str
    person: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReceived(Event):
    audience = Audience.ROOM
    name: ClassVar[str] = "notice:received"
    room_id: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMoved(Event):
    """`person` now belongs to another room: their sockets in `room_id` close."""

    audience = Audience.GATEWAY
    room_id: str
    person: str
    to_room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsLost(Event):
    """`person` signed out everywhere, was removed, or changed role: their sockets close, in `room_id` or everywhere."""

    audience = Audience.GATEWAY
    person: str
    room_id: str | None
    reason: str
