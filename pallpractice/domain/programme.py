"""A course's programme: its days and sessions in the course's own local time, and what must hold among them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo

from .release import Policy
from .roles import SessionKind, Skill, Track
from .text import Text, text

Where = tuple[str | int, ...]  # a place in the programme file, as ("days", 1, "sessions", 3)


class Credit(StrEnum):
    """What kinds of credit a session's hours count for."""

    GENERAL = "general"
    PHARMACOLOGY = "pharmacology"
    OPIOID = "opioid"
    END_OF_LIFE = "end_of_life"


@dataclass(frozen=True, slots=True)
class Slot:
    """A session as the programme gives it. `track` None is for everyone."""

    key: str
    title: str
    kind: SessionKind
    day: date
    starts: time
    ends: time
    skill: Skill | None = None
    track: Track | None = None
    credit: tuple[Credit, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """A whole course as its file describes it."""

    slug: str
    title: str
    time_zone: str
    slots: tuple[Slot, ...]
    meeting_url_template: str = ""
    language: str = ""  # of letters to those who chose none
    observers_see_scorecards: bool = False
    release: Policy | None = None  # None says nothing, and what was chosen before stays; so for the three below
    peer_names: bool | None = None
    scenarios: tuple[str, ...] | None = None  # ids
    rubrics: Mapping[Skill, str] | None = None  # in place of those the scenarios name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local time; of an hour that comes twice, the first. Raises ValueError if it never comes."""
    local = datetime.combine(day, at, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{at:%H:%M} does not exist on {day} in {zone.key}: the clocks go forward there")
    return moment


def faults(slots: Mapping[Where, Slot], zone: ZoneInfo | None) -> Iterator[tuple[Where, str]]:
    """What is wrong among sessions, each by its place. Without a known zone its rules are left out."""
    yield from _keys_met_twice(slots)
    for where, slot in slots.items():
        yield from _alone(where, slot)
        if zone:
            yield from _times_that_never_come(where, slot, zone)
    yield from _overlaps(slots)


def _keys_met_twice(slots: Mapping[Where, Slot]) -> Iterator[tuple[Where, str]]:
    seen: set[str] = set()
    for where, slot in slots.items():
        if slot.key in seen:
            yield (*where, "key"), f'"{slot.key}" is there already; keys must differ'
        seen.add(slot.key)


def _alone(where: Where, slot: Slot) -> Iterator[tuple[Where, str]]:
    practises = slot.kind is SessionKind.PRACTICE
    if slot.ends <= slot.starts:
        yield (*where, "ends"), f"{slot.ends:%H:%M} is not after the start, {slot.starts:%H:%M}"
    if practises and slot.skill is None:
        yield (*where, "skill"), "is missing: a practice session says what it practises, " + _names(Skill)
    if slot.skill and not practises:
        yield (*where, "skill"), f"belongs to practice sessions only; this is a {slot.kind}"
    if slot.kind is SessionKind.BREAK and slot.credit:
        yield (*where, "credit"), "breaks do not count: take it out"


def _times_that_never_come(where: Where, slot: Slot, zone: ZoneInfo) -> Iterator[tuple[Where, str]]:
    for name, at in (("starts", slot.starts), ("ends", slot.ends)):
        try:
            instant(slot.day, at, zone)
        except ValueError as error:
            yield (*where, name), str(error)


def _overlaps(slots: Mapping[Where, Slot]) -> Iterator[tuple[Where, str]]:
    for (_, one), (where, other) in combinations(slots.items(), 2):
        if _meet(one, other):
            reason = f'overlaps "{one.key}" ({one.starts:%H:%M} to {one.ends:%H:%M}); only different tracks may'
            yield (*where, "starts"), reason


def refusals(slot: Slot, others: Iterable[Slot], zone: ZoneInfo) -> dict[str, list[Text]]:
    """What keeps one session from being as wished for beside the others, by field; for who changes it on a page."""
    told: dict[str, list[Text]] = {}
    if slot.kind is SessionKind.PRACTICE and slot.skill is None:
        told["skill"] = [text("Choose what is practised.")]
    if slot.skill and slot.kind is not SessionKind.PRACTICE:
        told["skill"] = [text("Only a practice session has this. Leave it out.")]
    if slot.kind is SessionKind.BREAK and slot.credit:
        told["credit"] = [text("Breaks do not count. Leave it out.")]
    if slot.ends <= slot.starts:
        told["ends"] = [text("The end is not after the start, {starts}.", starts=f"{slot.starts:%H:%M}")]
    for name, at in (("starts", slot.starts), ("ends", slot.ends)):
        try:
            instant(slot.day, at, zone)
        except ValueError:
            told[name] = [text("{time} does not exist on that day: the clocks go forward.", time=f"{at:%H:%M}")]
    if met := [other.title for other in others if _meet(slot, other)]:
        told.setdefault("starts", []).append(
            text("It would meet {sessions}; only sessions of different tracks may.", sessions=", ".join(met))
        )
    return told


def _meet(one: Slot, other: Slot) -> bool:
    together = one.day == other.day and one.starts < other.ends and other.starts < one.ends
    return together and not (one.track and other.track and one.track is not other.track)


def _names(words: Iterable[StrEnum]) -> str:
    return " or ".join(words)
