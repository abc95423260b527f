"""From presence to credit: minutes of a session, quarter hours of a type, what may be claimed and what is awarded.

60 minutes are one credit, in quarter hours, to the nearest. Minutes are added up over the whole course before they are
rounded, once: rounding each session would make hours out of many short visits. So a total is never more than seven
minutes above what was attended. Breaks count for nothing, and sessions side by side once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from .errors import Invalid
from .participation import Block, Stay, across, minutes, union, within
from .programme import Credit
from .roles import GATHERINGS, SessionKind, Track
from .text import Figure, Text, text

QUARTER = 15
MOST = 16 * 4  # credits of the whole course: 16.00
Quarters = Mapping[Credit, int]

CREDIT_WORDS = {
    Credit.GENERAL: text("general"),
    Credit.PHARMACOLOGY: text("pharmacology"),
    Credit.OPIOID: text("opioid and pain"),
    Credit.END_OF_LIFE: text("end of life"),
}


def quarters(minutes_there: int) -> int:
    """The nearest number of quarter hours. Whole minutes are never halfway between two."""
    return (minutes_there + QUARTER // 2) // QUARTER


def hours(count: int) -> str:
    """Quarter hours as credits are written: "3.25"."""
    return f"{count / 4:.2f}"


class Source(StrEnum):
    """Who says that someone was there. In this order, the first that says anything of a session counts."""

    HAND = "hand"  # an organiser's correction, in place of everything else
    RECORD = "record"  # the room's own record, and the file of a meeting held elsewhere
    FILE = "file"
    SELF = "self"  # the learner's own word, where there is no room and no file


SOURCE_WORDS = {
    Source.HAND: text("entered by an organiser"),
    Source.RECORD: text("recorded in the room"),
    Source.FILE: text("from the meeting’s attendance file"),
    Source.SELF: text("stated by the learner"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A session, as far as credit goes."""

    id: str
    key: str
    title: str
    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    credit: tuple[Credit, ...] = ()
    track: Track | None = None

    @property
    def block(self) -> Block:
        return Block(self.kind, self.starts_at, self.ends_at)

    @property
    def minutes(self) -> int:
        return minutes([Stay(self.starts_at, self.ends_at)]) if self.block.counts else 0

    @property
    def recorded(self) -> bool:
        """It has rooms of ours, which record who is there."""
        return self.kind in GATHERINGS


@dataclass(frozen=True, slots=True)
class There:
    """How someone is said to have been in a session: from when to when, or for so many minutes, or not at all.

    Minutes stay minutes wherever the session is moved to.
    """

    stays: tuple[Stay, ...] = ()
    lasted: int = 0  # minutes of which nobody knows when they were

    @property
    def minutes(self) -> int:
        return minutes(self.stays) + self.lasted

    def within(self, part: Part) -> tuple[Stay, ...]:
        """What of it falls into the session; what has no time is counted from its start."""
        lasted = Stay(part.starts_at, part.starts_at + timedelta(minutes=self.lasted))
        return within([*self.stays, lasted], part.block)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement about someone in a session."""

    source: Source
    at: datetime
    there: There
    by: str = ""  # a person's name
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A person in a session: what counts, whose word it is, and all that was ever said of it."""

    part: Part
    stays: tuple[Stay, ...]
    sources: tuple[Source, ...]
    said: tuple[Said, ...]
    recorded: tuple[Stay, ...] = ()  # by the room, whatever counts instead
    timed: bool = True  # its stays say when; otherwise they only say how long

    @property
    def minutes(self) -> int:
        return minutes(self.stays)

    @property
    def word(self) -> Said | None:
        """The statement that counts; none where nobody made one, or the room's record alone does."""
        return next((one for one in reversed(self.said) if one.source in self.sources), None)

    @property
    def minutes_recorded(self) -> int:
        return minutes(self.recorded)


def taken(part: Part, recorded: Iterable[Stay], said: Sequence[Said], *, own_word: bool) -> Taken:
    """What counts of all that is known. `own_word`: the course takes learners' own statements."""
    newest = {one.source: one for one in sorted(said, key=lambda one: one.at)}
    there = within(recorded, part.block)
    everything = tuple(sorted(said, key=lambda one: one.at))
    if hand := newest.get(Source.HAND):
        return Taken(part, hand.there.within(part), (Source.HAND,), everything, there, timed=False)
    file = newest.get(Source.FILE)
    if there or file:
        sources = ((Source.RECORD,) if there else ()) + ((Source.FILE,) if file else ())
        of_file = file.there if file else There()
        stays = union([*there, *of_file.within(part)])
        return Taken(part, stays, sources, everything, there, timed=not of_file.lasted)
    own = newest.get(Source.SELF)
    if own and own_word and not part.recorded:
        return Taken(part, own.there.within(part), (Source.SELF,), everything, timed=False)
    return Taken(part, (), (), everything)


def lasted(part: Part, minutes_there: int) -> There:
    """So many minutes of a session, of which nobody knows when they were.

    Counted from its start, two sessions side by side never make more than there was. Raises Invalid for more than the
    session has.
    """
    if not 0 <= minutes_there <= part.minutes:
        raise Invalid(
            text("{session} has {n} minutes: write from 0 to {n}.", session=part.title, n=part.minutes),
            fields={"minutes": [text("write from 0 to {n}", n=part.minutes)]},
        )
    return There(lasted=minutes_there)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a course gives credit, as its organiser sets it. `most` is in quarter hours."""

    most: int = MOST
    own_word: bool = True
    evaluation_needed: bool = False
    provider: str = ""
    activity: str = ""
    format: str = ""
    boards: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From what is stored; what is not there is as by default."""
        return cls(**{**kept, "boards": tuple(kept.get("boards", ()))})

    def plain(self) -> dict[str, Any]:
        """To be stored."""
        return {**asdict(self), "boards": list(self.boards)}


def possible(took: Iterable[Taken], terms: Terms) -> dict[Credit, int]:
    """What someone may claim: quarter hours by type, of what they took part in, the course's most at most."""
    there = list(took)
    return {kind: min(quarters(minutes_of(there, kind)), terms.most) for kind in Credit}


def offered(parts: Iterable[Part], track: Track | None, terms: Terms) -> dict[Credit, int]:
    """What could be claimed by someone of that track who was there throughout."""
    everything = [
        Taken(part, (Stay(part.starts_at, part.ends_at),), (), ())
        for part in parts
        if part.block.counts and (not (part.track and track) or part.track is track)
    ]
    return possible(everything, terms)


def minutes_of(took: Iterable[Taken], kind: Credit) -> int:
    """Whole minutes of a type over all sessions, each moment once."""
    return minutes(across((one.part.block, one.stays) for one in took if counts_for(one.part, kind)))


def counts_for(part: Part, kind: Credit) -> bool:
    """A session of any type counts for the general hours, of which the others are parts."""
    return bool(part.credit) if kind is Credit.GENERAL else kind in part.credit


def claim(wanted: Quarters, may: Quarters) -> dict[Credit, int]:
    """The claim as it is kept. Raises Invalid, naming the types of which more is claimed than may be.

    Every other type is a part of the general hours, so none is more than those.
    """
    faults: dict[str, list[Text]] = {}
    for kind in Credit:
        count, most = wanted.get(kind, 0), may.get(kind, 0)
        if not 0 <= count <= most:
            faults[kind] = [text("write from 0 to {most}", most=Figure.of(most / 4, 2))]
        elif kind is not Credit.GENERAL and count > wanted.get(Credit.GENERAL, 0):
            faults[kind] = [text("is part of the general credit, so it can’t be more than that")]
    if faults:
        raise Invalid(text("More is claimed than you took part in."), fields=faults)
    return {kind: wanted.get(kind, 0) for kind in Credit}


def awarded(claimed: Quarters, may: Quarters) -> dict[Credit, int]:
    """What a claim is worth now: never more than is known of the person, though it was corrected after the claim."""
    return {kind: min(claimed.get(kind, 0), may.get(kind, 0)) for kind in Credit}


def any_of(counts: Quarters) -> bool:
    return any(counts.values())


def last_day(took: Collection[Taken]) -> datetime | None:
    """When the last session ended that they took part in."""
    return max((one.part.ends_at for one in took if one.minutes), default=None)
