"""How well a grouping meets the wishes: even sizes, mixed professions and institutions, teams, the coach's track.

Like the judge of `grouping`, it knows nothing of how groups are made.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from ..roles import Track
from ..text import Text, text
from .grouping import Group, Grouping, Learner, Standing, Teams, Wishes, listed
from .professions import Family, counted, family

NO_TEAMS = text("Nobody has come as a team.")


class Wish(StrEnum):
    """What is measured."""

    SIZES = "sizes"
    TEAMS = "teams"
    PROFESSIONS = "professions"
    INSTITUTIONS = "institutions"
    COACHES = "coaches"


@dataclass(frozen=True, slots=True)
class Measure:
    """How well one wish is met: `met` of `of`, and what falls short in words. `of` 0: there is nothing to weigh."""

    wish: Wish
    title: Text
    met: int
    of: int
    words: Text

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.met / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Pool:
    """All of one track: learners, placed or not, and the groups with learners in them."""

    learners: tuple[Learner, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """A wish that people of one kind are spread over the groups. `unit`: whoever shares one counts once in a group."""

    wish: Wish
    title: Text
    kind: Callable[[Learner], str | None]
    told: Callable[[int, str], Text]  # "3 nurses": how many of which kind
    unknown: Text  # what nobody has told, when there is nothing to weigh
    unit: Callable[[Learner], str] = lambda one: one.person


def mixes(wishes: Wishes) -> list[Mix]:
    """What is to be spread, the most important first."""
    together = wishes.teams is Teams.TOGETHER
    found = [
        Mix(Wish.PROFESSIONS, text("Professions mixed"), profession, of_family, text("No professions are known.")),
        Mix(
            Wish.INSTITUTIONS,
            text("Institutions mixed"),
            institution,
            lambda count, name: text("{n} from {institution}", n=count, institution=name),
            text("No institutions are known."),
            # A team that is kept together is no lack of mixing.
            (lambda one: team(one) or one.person) if together else (lambda one: one.person),
        ),
    ]
    if not together:
        found.insert(0, Mix(Wish.TEAMS, text("Teams spread"), team, _of_team, NO_TEAMS))
    return found


def measures(standing: Standing, wishes: Wishes, grouping: Grouping) -> list[Measure]:
    """One for each wish, in the order of `Wish`."""
    pools = _pools(standing, grouping)
    found = [_sizes(pools), *(_mixed(mix, pools, standing) for mix in mixes(wishes)), _coaches(standing, grouping)]
    if wishes.teams is Teams.TOGETHER:
        found.append(_together(pools, wishes))
    return sorted(found, key=lambda measure: list(Wish).index(measure.wish))


def profession(one: Learner) -> str | None:
    """The family of it, so that a hospitalist and a surgeon are of one kind."""
    return family(one.profession)


def of_family(count: int, name: str) -> Text:
    """ "2 nurses"."""
    return counted(Family(name), count)


def _of_team(count: int, name: str) -> Text:
    return text("{n} of {team}", n=count, team=name)


def institution(one: Learner) -> str | None:
    """The same however it is typed."""
    return " ".join(one.institution.split()).casefold() or None


def team(one: Learner) -> str | None:
    """The same however it is typed."""
    return " ".join(one.team.split()).casefold() or None


def even_share(count: int, groups: int) -> int:
    """The most of `count` that meet in one of so many groups when they are spread evenly."""
    return ceil(count / groups) if groups else 0


def fits(coach: Track | None, group: Track | None) -> bool:
    """A coach without a track is at home in both."""
    return coach is None or group is None or coach is group


def _pools(standing: Standing, grouping: Grouping) -> list[Pool]:
    groups: dict[Track | None, list[Group]] = defaultdict(list)
    track: dict[str, Track | None] = {}
    for group in grouping:
        if group.learners:
            groups[group.track].append(group)
            track |= dict.fromkeys(group.learners, group.track)
    learners: dict[Track | None, list[Learner]] = defaultdict(list)
    for one in standing.learners:
        learners[track.get(one.person, one.track)].append(one)
    return [Pool(tuple(learners[key]), tuple(groups[key])) for key in {**groups, **learners}]


def _sizes(pools: Iterable[Pool]) -> Measure:
    sizes = [len(group.learners) for pool in pools for group in pool.groups]
    met = 0
    for pool in pools:
        placed = sum(len(group.learners) for group in pool.groups)
        even = {placed // len(pool.groups), even_share(placed, len(pool.groups))} if pool.groups else set()
        met += sum(len(group.learners) in even for group in pool.groups)
    if not sizes:
        words = text("There are no groups yet.")
    elif min(sizes) == max(sizes):
        words = text("{n} learners in every group.", n=sizes[0])
    else:
        words = text("{least} to {most} learners in a group.", least=min(sizes), most=max(sizes))
    return Measure(Wish.SIZES, text("Sizes even"), met, len(sizes), words)


def _mixed(mix: Mix, pools: Iterable[Pool], standing: Standing) -> Measure:
    """Counts those who meet no more of their own kind in a group than an even spread would give."""
    met = of = 0
    crowded: list[tuple[int, Text]] = []
    for pool in pools:
        shares = {key: even_share(len(units), len(pool.groups)) for key, units in _units(mix, pool.learners).items()}
        placed = {person for group in pool.groups for person in group.learners}
        of += sum(map(len, _units(mix, (one for one in pool.learners if one.person not in placed)).values()))
        for group in pool.groups:
            here = [standing.learner[one] for one in group.learners if one in standing.learner]
            for key, units in _units(mix, here).items():
                of, met = of + len(units), met + min(len(units), shares[key])
                if len(units) > shares[key]:
                    name = next(_spelt(mix, one) for one in here if mix.kind(one) == key)
                    excess = text(
                        "{people} in {group}, where {even} would be even",
                        people=mix.told(len(units), name),
                        group=group.name,
                        even=shares[key],
                    )
                    crowded.append((shares[key] - len(units), excess))
    return Measure(mix.wish, mix.title, met, of, _shortfall(mix, of, of - met, [words for _, words in sorted(crowded)]))


def _units(mix: Mix, learners: Iterable[Learner]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in learners:
        if (key := mix.kind(one)) is not None:
            found[key].add(mix.unit(one))
    return found


def _spelt(mix: Mix, one: Learner) -> str:
    """A kind as this learner writes it."""
    spelt = {Wish.INSTITUTIONS: one.institution, Wish.TEAMS: one.team}.get(mix.wish)
    return " ".join(spelt.split()) if spelt else str(mix.kind(one))


def _shortfall(mix: Mix, of: int, short: int, crowded: list[Text]) -> Text:
    if not of:
        return mix.unknown
    if crowded:
        return text("{words}.", words=listed(crowded, 2))
    return text("Some are in no group yet.") if short else text("As even as can be.")


def _together(pools: Iterable[Pool], wishes: Wishes) -> Measure:
    """Counts the teams that are in no more groups than their size asks for. A team in both tracks counts in each."""
    met = of = 0
    apart: list[str] = []
    for pool in pools:
        home = {person: group.id for group in pool.groups for person in group.learners}
        for members in _teams(pool.learners):
            groups = {home.get(one.person) for one in members}
            of += 1
            if None not in groups and len(groups) <= ceil(len(members) / wishes.most):
                met += 1
            else:
                apart.append(" ".join(members[0].team.split()))
    words = text("Not together: {teams}.", teams=listed(apart)) if apart else text("Every team is together.")
    return Measure(Wish.TEAMS, text("Teams together"), met, of, words if of else NO_TEAMS)


def _teams(learners: Iterable[Learner]) -> list[list[Learner]]:
    """Those of two people or more."""
    found: dict[str, list[Learner]] = defaultdict(list)
    for one in learners:
        if (key := team(one)) is not None:
            found[key].append(one)
    return [members for members in found.values() if len(members) > 1]


def _coaches(standing: Standing, grouping: Grouping) -> Measure:
    filled = [group for group in grouping if group.learners]
    other = [
        group.name
        for group in filled
        if not any(fits(standing.coach[one].track, group.track) for one in group.coaches if one in standing.coach)
    ]
    words = text("Not so in {groups}.", groups=listed(other)) if other else text("Every group has one.")
    return Measure(
        Wish.COACHES,
        text("A coach of the group’s track"),
        len(filled) - len(other),
        len(filled),
        words if filled else text("There are no groups yet."),
    )
