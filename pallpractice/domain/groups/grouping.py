"""Groups for a whole course: what they are made of, and the judge that says which rules one breaks.

The judge knows nothing of how groups are made: it looks at any grouping, by a solver or by hand.
`mixing` says how well the wishes are met.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ..roles import TRACK_WORDS, Track
from ..text import Text, text, texts
from ..text import listed as all_listed

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
    words: Text


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


def listed(names: Sequence[str], most: int = 3) -> Text:
    """ "Lena, Olga and 4 more"."""
    shown = list(names[:most]) if len(names) > most + 1 else list(names)
    if len(shown) < len(names):
        shown.append(text("{n} more", n=len(names) - len(shown)))
    return all_listed(shown)


def _placed(standing: Standing, grouping: Grouping) -> Iterator[Text]:
    met = Counter(person for group in grouping for person in group.learners)
    unplaced = [one.name for one in standing.learners if not met[one.person]]
    if unplaced:
        yield texts("{names} is in no group.", "{names} are in no group.", len(unplaced), names=listed(unplaced))
    for one in standing.learners:
        if met[one.person] > 1:
            yield text("{name} is in more than one group.", name=one.name)
    if met.keys() - standing.learner.keys():
        yield text("Someone is in a group who is not a learner of this course.")


def _sizes(wishes: Wishes, filled: Grouping) -> Iterator[Text]:
    for group in filled:
        count = len(group.learners)
        if count < wishes.least:
            yield texts(
                "{group} has {n} learner; at least {least} are wished for.",
                "{group} has {n} learners; at least {least} are wished for.",
                count,
                group=group.name,
                least=wishes.least,
            )
        if count > wishes.most:
            yield texts(
                "{group} has {n} learner; at most {most} are wished for.",
                "{group} has {n} learners; at most {most} are wished for.",
                count,
                group=group.name,
                most=wishes.most,
            )


def _tracks(standing: Standing, filled: Grouping) -> Iterator[Text]:
    for group in filled:
        counts = Counter(standing.learner[one].track for one in group.learners if one in standing.learner)
        counts.pop(None, None)
        if len(counts) > 1:
            told = [of_track(count, track) for track, count in sorted(counts.items(), key=str)]
            yield text("{group} has learners of two tracks: {tracks}.", group=group.name, tracks=all_listed(told))
        elif counts and group.track not in counts:
            track = next(iter(counts))
            learners = TRACK_WORDS[track] if track else ""
            yield text(
                "{group} is {kind} with {track} learners.", group=group.name, kind=a_group(group.track), track=learners
            )


def a_group(track: Track | None) -> Text:
    """ "an adult group", for a sentence."""
    if track is None:
        return text("a trackless group")
    return text("an adult group") if track is Track.ADULT else text("a pediatric group")


def of_track(count: int, track: Track | None) -> Text:
    """ "3 adult", of learners."""
    return text("{n} {track}", n=count, track=TRACK_WORDS[track] if track else "")


def _coaches(standing: Standing, grouping: Grouping) -> Iterator[Text]:
    met: dict[str, list[str]] = defaultdict(list)
    for group in grouping:
        if group.learners and not group.coaches:
            yield text("{group} has no coach.", group=group.name)
        for person in group.coaches:
            met[person].append(group.name)
    for person, names in met.items():
        if person not in standing.coach:
            yield text("{names} has a coach who does not coach in this course.", names=names[0])
        elif len(names) > 1:
            yield text("{name} coaches {names}.", name=standing.coach[person].name, names=listed(names))


def _names(grouping: Grouping) -> Iterator[Text]:
    counts = Counter(group.name for group in grouping)
    yield from (text("More than one group is called {name}.", name=name) for name, count in counts.items() if count > 1)
    if len({group.id for group in grouping}) < len(grouping):
        yield text("One group is listed twice.")


def _held(standing: Standing, grouping: Grouping) -> Iterator[Fault]:
    there = homes(grouping)
    for one in standing.people:
        held = standing.held(one)
        if held is None or there.get(one.person) == held:
            continue
        name = standing.place[held].name
        if one.pinned:
            yield Fault(Rule.PINNED, text("{name} is pinned to {group}.", name=one.name, group=name))
        else:
            yield Fault(
                Rule.BEGUN, text("{group} has practised already, so {name} stays in it.", group=name, name=one.name)
            )
    gone = standing.place.keys() - {group.id for group in grouping}
    for id in sorted(gone):
        if standing.place[id].begun:
            yield Fault(Rule.BEGUN, text("{name} has practised already, so it stays.", name=standing.place[id].name))
