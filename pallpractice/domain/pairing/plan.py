"""Who sits where in which round, with which case and which actors: the values that a plan is made of.

`rules` judges a plan, `reasons` says why something can't be, `observing` shares out observers' jobs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from ..text import Text, text
from ..times import clock


class Tracks(StrEnum):
    """Which cases a group meets: those of its own track first, or both tracks' in turn."""

    OWN = "own"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a course's plans are to be made. `intense` and above is an intense case.

    Between two rounds with less than `break_minutes` an actor has had no break.
    """

    tracks: Tracks = Tracks.OWN
    round_minutes: int = 25
    intense: int = 4
    break_minutes: int = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario, as far as a plan needs to know it. `characters` are ids, in the script's order."""

    id: str
    title: str
    skill: str
    track: str
    intensity: int
    characters: tuple[str, ...]
    used: bool = True  # False: the course does not practise with it any more, and a round that is kept names it


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who plays. `cast` None may be given any case; `group` is where they stay if it can be."""

    id: str
    name: str
    cast: frozenset[str] | None = None
    declined: frozenset[str] = frozenset()
    group: str | None = None

    def plays(self, case: str) -> bool:
        """Is this actor cast for the case, and has not declined it?"""
        return (self.cast is None or case in self.cast) and case not in self.declined


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """When a round is."""

    starts: datetime
    ends: datetime

    def meets(self, other: "Slot") -> bool:
        """Do the two share any time?"""
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True)
class Session:
    """A practice session and who can't come to it."""

    id: str
    title: str
    skill: str
    starts: datetime
    ends: datetime
    absent: frozenset[str] = frozenset()
    over: bool = False  # nothing of it can be planned any more

    def slots(self, minutes: int) -> tuple[Slot, ...]:
        """As many rounds of so many minutes as there is time for, one after the other from the start."""
        length = timedelta(minutes=minutes)
        count = (self.ends - self.starts) // length
        return tuple(Slot(self.starts + at * length, self.starts + (at + 1) * length) for at in range(count))


@dataclass(frozen=True, slots=True)
class Room:
    """A group in a session: its people, in the order of the rotation; those who can't come included."""

    session: str
    group: str
    name: str
    track: str | None
    learners: tuple[str, ...]
    coaches: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.session, self.group


@dataclass(frozen=True, slots=True)
class Planned:
    """One round of a plan. `parts` is character -> actor. What is `begun` or made `by_hand` a new plan keeps."""

    session: str
    group: str
    slot: Slot
    learner: str | None
    case: str
    parts: Mapping[str, str]
    by_hand: bool = False
    begun: bool = False

    @property
    def room(self) -> tuple[str, str]:
        return self.session, self.group


Plan = Sequence[Planned]


@dataclass(frozen=True)
class Problem:
    """All that a plan depends on. `names` has everyone's.

    `kept` are the rounds a new plan must leave as they are: begun already, or made by hand.
    """

    zone: str
    wishes: Wishes
    sessions: tuple[Session, ...]  # in the order of time
    rooms: tuple[Room, ...]
    actors: tuple[Actor, ...]
    cases: tuple[Case, ...]
    names: Mapping[str, str]
    kept: tuple[Planned, ...] = ()
    only: str | None = None  # a session's id: nothing is open in the others

    @cached_property
    def case(self) -> dict[str, Case]:
        return {one.id: one for one in self.cases}

    @cached_property
    def actor(self) -> dict[str, Actor]:
        return {one.id: one for one in self.actors}

    @cached_property
    def session(self) -> dict[str, Session]:
        return {one.id: one for one in self.sessions}

    @cached_property
    def room(self) -> dict[tuple[str, str], Room]:
        return {one.key: one for one in self.rooms}

    def slots(self, session: str) -> tuple[Slot, ...]:
        """The rounds that a session has time for."""
        return self.session[session].slots(self.wishes.round_minutes)

    def present(self, room: Room) -> tuple[str, ...]:
        """The learners of a room who come."""
        absent = self.session[room.session].absent
        return tuple(person for person in room.learners if person not in absent)

    def cast(self, session: str) -> tuple[Actor, ...]:
        """The actors who come to a session."""
        absent = self.session[session].absent
        return tuple(actor for actor in self.actors if actor.id not in absent)

    def open_slots(self, room: Room) -> tuple[Slot, ...]:
        """The slots of a room that are still to be planned: after what is begun, and not taken by what is kept."""
        if self.session[room.session].over or self.only not in (None, room.session):
            return ()
        kept = [one for one in self.kept if one.room == room.key]
        begun = max((one.slot.starts for one in kept if one.begun), default=None)
        return tuple(
            slot
            for slot in self.slots(room.session)
            if (begun is None or slot.starts > begun) and not any(slot.meets(one.slot) for one in kept)
        )

    def waiting(self, room: Room) -> tuple[str, ...]:
        """The learners of a room who come and whom nothing that is kept puts into the chair."""
        seated = {one.learner for one in self.kept if one.room == room.key}
        return tuple(person for person in self.present(room) if person not in seated)

    def cases_for(self, room: Room) -> tuple[Case, ...]:
        """The course's cases of the session's skill that nothing that is kept gives to this group."""
        met = {one.case for one in self.kept if one.group == room.group}
        skill = self.session[room.session].skill
        return tuple(case for case in self.cases if case.used and case.skill == skill and case.id not in met)

    def intense(self, case: str) -> bool:
        return self.case[case].intensity >= self.wishes.intense

    def name(self, person: str | None) -> str:
        return self.names.get(person or "", text("someone who has left"))

    def clock(self, slot: Slot) -> Text:
        """ "14:30 to 14:50", in the course's time."""
        return text("{starts} to {ends}", starts=clock(slot.starts, self.zone), ends=clock(slot.ends, self.zone))


def in_order(plan: Iterable[Planned]) -> dict[tuple[str, str], list[Planned]]:
    """{(session, group): its rounds in the order of time}."""
    found: dict[tuple[str, str], list[Planned]] = {}
    for one in sorted(plan, key=lambda one: one.slot):
        found.setdefault(one.room, []).append(one)
    return found
