"""Groups for a whole course: what they are made of, and the judge that says which rules one breaks.

The judge knows nothing of how groups are made: it looks at any grouping, by a solver or by hand.
`mixing` says how well the wishes are met.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ..roles import Track

LEAST, MOST, BEST = 4, 8, 6
NAMES = (
    *("Maple", "Willow", "Oak", "Rowan", "Birch", "Hazel", "Cedar", "Linden", "Elm", "Alder"),
    *("Juniper", "Aspen", "Beech", "Magnolia", "Larch", "Olive", "Sycamore", "Poplar", "Laurel", "Cypress"),
    *("Chestnut", "Hawthorn", "Spruce", "Acacia", "Plum", "Holly", "Walnut", "Cherry", "Pine", "Mulberry"),
    *("Ginkgo", "Almond", "Hemlock", "Redwood", "Quince", "Myrtle", "Fir", "Pear", "Hornbeam", "Tamarind"),
)


class Teams(StrEnum):
    """What becomes of people who came together."""

    TOGETHER = "together"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a course's groups are to be made: learners in a group, and how many groups (None: as fits `best`).

    `settled`: whoever is in a group stays unless there is good reason; otherwise all but the pinned are mixed anew.
    """

    least: int = LEAST
    most: int = MOST
    best: int = BEST
    teams: Teams = Teams.TOGETHER
    groups: int | None = None
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner, and the group they are in now. `pinned`: put there by hand or by the file, and to stay."""

    person: str
    name: str
    track: Track | None = None
    profession: str = ""
    institution: str = ""
    team: str = ""
    group: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach, in the same words."""

    person: str
    name: str
    track: Track | None = None
    group: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A group that is there now, with or without people. `begun`: a room of theirs has, so they stay together."""

    id: str
    name: str
    track: Track | None = None
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it is or might be: people by their ids. The id of one still to be made is any new word."""

    id: str
    name: str
    track: Track | None
    learners: tuple[str, ...] = ()
    coaches: tuple[str, ...] = ()


Grouping = Sequence[Group]


@dataclass(frozen=True)
class Standing:
    """A course's people and groups as they are now, in the order of the roster."""

    learners: tuple[Learner, ...]
    coaches: tuple[Coach, ...]
    places: tuple[Place, ...] = ()

    @property
    def people(self) -> tuple[Learner | Coach, ...]:
        return (*self.learners, *self.coaches)

    @cached_property
    def learner(self) -> dict[str, Learner]:
        return {one.person: one for one in self.learners}

    @cached_property
    def coach(self) -> dict[str, Coach]:
        return {one.person: one for one in self.coaches}

    @cached_property
    def place(self) -> dict[str, Place]:
        return {one.id: one for one in self.places}

    @cached_property
    def grouping(self) -> Grouping:
        """The groups that are there now."""
        learners: dict[str | None, list[str]] = defaultdict(list)
        coaches: dict[str | None, list[str]] = defaultdict(list)
        for learner in self.learners:
            learners[learner.group].append(learner.person)
        for coach in self.coaches:
            coaches[coach.group].append(coach.person)
        return [
            Group(one.id, one.name, one.track, tuple(learners[one.id]), tuple(coaches[one.id])) for one in self.places
        ]

    def held(self, one: Learner | Coach) -> str | None:
        """The group this person may not be taken out of; None for most.

        Pins hold learners and coaches. A group that has begun holds its learners: its coach may still change.
        """
        place = self.place.get(one.group or "")
        if place is None:
            return None
        return place.id if one.pinned or (place.begun and isinstance(one, Learner)) else None


class Rule(StrEnum):
    """What must hold of every group."""

    PLACED = "placed"  # everyone in one group and no more
    SIZE = "size"
    TRACK = "track"
    PINNED = "pinned"
    BEGUN = "begun"
    COACH = "coach"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule, in words for the organiser."""

    rule: Rule
    words: str


def broken(standing: Standing, wishes: Wishes, grouping: Grouping) -> list[Fault]:
    """Every rule that the grouping breaks. A group that nobody is in yet breaks none."""
    filled = [group for group in grouping if group.learners]
    faults = [
        *(Fault(Rule.PLACED, words) for words in _placed(standing, grouping)),
        *(Fault(Rule.SIZE, words) for words in _sizes(wishes, filled)),
        *(Fault(Rule.TRACK, words) for words in _tracks(standing, filled)),
        *(Fault(Rule.COACH, words) for words in _coaches(standing, grouping)),
        *(Fault(Rule.NAME, words) for words in _names(grouping)),
    ]
    return [*faults, *_held(standing, grouping)]


def homes(grouping: Grouping) -> dict[str, str]:
    """Each person's group, by their ids. Of someone who is in two, the last."""
    return {person: group.id for group in grouping for person in (*group.learners, *group.coaches)}


def movers(standing: Standing, grouping: Grouping) -> list[tuple[Learner | Coach, str | None, str | None]]:
    """Who would be elsewhere, with the group they are in and the one they would be in."""
    there = homes(grouping)
    return [(one, one.group, there.get(one.person)) for one in standing.people if there.get(one.person) != one.group]


def free_names(taken: Iterable[str]) -> Iterator[str]:
    """Names for new groups: trees, and numbers once these are used up."""
    used = {name.casefold() for name in taken}
    yield from (name for name in NAMES if name.casefold() not in used)
    number = 1
    while True:
        if f"group {number}" not in used:
            yield f"Group {number}"
        number += 1


def listed(names: Sequence[str], most: int = 3) -> str:
    """ "Lena, Olga and 4 more"."""
    shown = list(names[:most]) if len(names) > most + 1 else list(names)
    if len(shown) < len(names):
        shown.append(f"{len(names) - len(shown)} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _placed(standing: Standing, grouping: Grouping) -> Iterator[str]:
    met = Counter(person for group in grouping for person in group.learners)
    unplaced = [one.name for one in standing.learners if not met[one.person]]
    if unplaced:
        yield f"{listed(unplaced)} {'is' if len(unplaced) == 1 else 'are'} in no group."
    for one in standing.learners:
        if met[one.person] > 1:
            yield f"{one.name} is in more than one group."
    if met.keys() - standing.learner.keys():
        yield "Someone is in a group who is not a learner of this course."


def _sizes(wishes: Wishes, filled: Grouping) -> Iterator[str]:
    for group in filled:
        count = len(group.learners)
        has = f"{group.name} has {count} learner{'' if count == 1 else 's'}"
        if count < wishes.least:
            yield f"{has}; at least {wishes.least} are wished for."
        if count > wishes.most:
            yield f"{has}; at most {wishes.most} are wished for."


def _tracks(standing: Standing, filled: Grouping) -> Iterator[str]:
    for group in filled:
        counts = Counter(standing.learner[one].track for one in group.learners if one in standing.learner)
        counts.pop(None, None)
        if len(counts) > 1:
            told = " and ".join(f"{count} {track}" for track, count in sorted(counts.items(), key=str))
            yield f"{group.name} has learners of two tracks: {told}."
        elif counts and group.track not in counts:
            track = next(iter(counts))
            yield f"{group.name} is {a_track(group.track)} group with {track} learners."


def a_track(track: Track | None) -> str:
    """ "an adult", for a sentence."""
    if track is None:
        return "a trackless"
    return "an adult" if track is Track.ADULT else "a pediatric"


def _coaches(standing: Standing, grouping: Grouping) -> Iterator[str]:
    met: dict[str, list[str]] = defaultdict(list)
    for group in grouping:
        if group.learners and not group.coaches:
            yield f"{group.name} has no coach."
        for person in group.coaches:
            met[person].append(group.name)
    for person, names in met.items():
        if person not in standing.coach:
            yield f"{names[0]} has a coach who does not coach in this course."
        elif len(names) > 1:
            yield f"{standing.coach[person].name} coaches {listed(names)}."


def _names(grouping: Grouping) -> Iterator[str]:
    counts = Counter(group.name for group in grouping)
    yield from (f"More than one group is called {name}." for name, count in counts.items() if count > 1)
    if len({group.id for group in grouping}) < len(grouping):
        yield "One group is listed twice."


def _held(standing: Standing, grouping: Grouping) -> Iterator[Fault]:
    there = homes(grouping)
    for one in standing.people:
        held = standing.held(one)
        if held is None or there.get(one.person) == held:
            continue
        name = standing.place[held].name
        if one.pinned:
            yield Fault(Rule.PINNED, f"{one.name} is pinned to {name}.")
        else:
            yield Fault(Rule.BEGUN, f"{name} has practised already, so {one.name} stays in it.")
    gone = standing.place.keys() - {group.id for group in grouping}
    for id in sorted(gone):
        if standing.place[id].begun:
            yield Fault(Rule.BEGUN, f"{standing.place[id].name} has practised already, so it stays.")
