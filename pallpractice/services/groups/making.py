"""Makes groups: chooses which there are to be, and has a solver place everyone in them.

It reads and writes no rows. `domain.groups` and `domain.mixing` judge what comes out, and know nothing of this module.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from math import ceil
from typing import Any

from ...domain.groups.grouping import (
    Coach,
    Group,
    Grouping,
    Learner,
    Place,
    Standing,
    Teams,
    Wishes,
    free_names,
    homes,
    listed,
)
from ...domain.groups.mixing import even_share, fits, mixes, team
from ...domain.groups.sizing import Impossible, Need, counts
from ...domain.roles import TRACK_WORDS, Track
from ...domain.text import Text, text
from ...domain.text import listed as all_listed
from ..pairing import solver
from ..pairing.model import Program, Term

SECONDS = 10.0
ENDLESS = 1_000_000
# What falling short costs, in points. A size outside the bounds comes only when nothing else is possible.
SIZE, OTHER_TRACK, UNEVEN, TORN, SECOND_COACH = 1000, 80, 60, 40, 1
MOVE = 12  # someone leaves their group, where groups are settled: then nobody is moved for a better mix
LEFT = 1  # and where they are not: of two groupings as good, the one nearer to the present
MIXING = (8, 5, 4)  # one too many of a kind in a group, by the order of the wishes


def solve(standing: Standing, wishes: Wishes, *, attempt: int = 1, seconds: float = SECONDS) -> Grouping:
    """The best groups found in the time; another `attempt` looks from another side. Raises Impossible.

    Takes seconds, in a process of its own: never in a transaction, and off the server's loop.
    """
    opened = _open(standing, wishes)
    model = _Model(standing, wishes, opened, attempt)
    made = [*model.groups(solver.solve(model.program, limit=seconds).values), *_left(standing, opened)]
    if not standing.learner.keys() <= homes(made).keys():
        raise Impossible(
            text("No groups were found in the time there is. Try again, unpin some people or change the wishes.")
        )
    return made


# --- which groups there are to be


def _open(standing: Standing, wishes: Wishes) -> list[Place]:
    """The groups that will have learners, each with its track: those that must stay, those there are, new ones."""
    tracks = _tracks(standing)
    known = _known_tracks(standing)
    forced = [place for place in standing.places if _must_stay(standing, place) and tracks[place.id] in known]
    present = Counter(one.group for one in standing.learners)
    wanted = counts(_need(standing, forced, tracks, present), wishes)
    names = free_names(place.name for place in standing.places)
    opened: list[Place] = []
    for track, count in wanted.items():
        used = {place.id for place in opened}
        there = [one for one in standing.places if tracks[one.id] in (track, None) and one.id not in used]
        there.sort(key=lambda place: (place not in forced, -present[place.id]))
        first = len(standing.places) + len(opened)
        new = (Place(f"new-{first + number}", "", track) for number in range(count - len(there)))
        opened += [replace(place, track=track, name=place.name or next(names)) for place in (*there[:count], *new)]
    return opened


def _need(standing: Standing, forced: list[Place], tracks: Mapping[str, Track | None], present: Counter[Any]) -> Need:
    pinned = Counter(one.group for one in standing.coaches if standing.held(one))
    return Need(
        learners=Counter(one.track for one in standing.learners),
        forced=Counter(tracks[place.id] for place in forced),
        present=Counter(tracks[place.id] for place in standing.places if present[place.id]),
        # Of two coaches pinned to one group, the second leads no group of their own.
        coaches=len(standing.coaches) - pinned.total() + sum(place.id in pinned for place in forced),
    )


def _must_stay(standing: Standing, place: Place) -> bool:
    return any(standing.held(one) == place.id for one in standing.people)


def _known_tracks(standing: Standing) -> set[Track | None]:
    """Those of the learners; where none has one, the groups have none."""
    return {one.track for one in standing.learners if one.track} or {None}


def _tracks(standing: Standing) -> dict[str, Track | None]:
    """The track of each group there is: that of those who can't leave it, else of most in it, else its own."""
    found: dict[str, Track | None] = {}
    if _known_tracks(standing) == {None}:
        return {place.id: None for place in standing.places}
    for place in standing.places:
        members = [one for one in standing.learners if one.group == place.id and one.track]
        held = [one for one in members if standing.held(one)]
        if len({one.track for one in held}) > 1:
            raise Impossible(_two_tracks(place, held))
        most = Counter(one.track for one in held or members).most_common(1)
        coach = next((one.track for one in standing.coaches if one.group == place.id and one.track), None)
        found[place.id] = most[0][0] if most else place.track or coach
    return found


def _two_tracks(place: Place, held: list[Learner]) -> Text:
    sides = [
        text("{names} ({track})", names=listed(names), track=TRACK_WORDS[track])
        for track in Track
        if (names := [one.name for one in held if one.track is track])
    ]
    return text(
        "{sides} are to stay in {group}, and a group is of one track. Unpin or move some of them.",
        sides=all_listed(sides),
        group=place.name,
    )


def _left(standing: Standing, opened: Iterable[Place]) -> Grouping:
    """Groups that stay without learners: they have practised once, or a coach is pinned there."""
    ids = {place.id for place in opened}
    pinned = {place.id: _pinned_coaches(standing, place) for place in standing.places}
    return [
        Group(place.id, place.name, place.track, (), pinned[place.id])
        for place in standing.places
        if place.id not in ids and (place.begun or pinned[place.id])
    ]


def _pinned_coaches(standing: Standing, place: Place) -> tuple[str, ...]:
    return tuple(one.person for one in standing.coaches if standing.held(one) == place.id)


# --- who goes where


class _Model:
    """The choice as a program over whole numbers: a yes or no for each person and group, rules, and what it costs.

    Its first aim is what must be right, its second how people are mixed within that.
    """

    def __init__(self, standing: Standing, wishes: Wishes, opened: list[Place], attempt: int) -> None:
        self.standing, self.wishes, self.opened = standing, wishes, opened
        self.program = Program()
        # The solver goes by the order: another one is another look.
        learners = sorted(standing.learners, key=lambda one: sha256(f"{attempt} {one.person}".encode()).digest())
        self.seats = {one.person: self._choices(one) for one in learners}
        self.leads = {one.person: self._choices(one) for one in standing.coaches}
        for track in dict.fromkeys(place.track for place in opened):
            places = [place for place in opened if place.track is track]
            pool = [one for one in learners if one.track is track]
            self._sizes(places, pool)
            self._mixing(places, pool)
        if wishes.teams is Teams.TOGETHER:
            self._teams(learners)
        self._coaches()

    def _choices(self, one: Learner | Coach) -> dict[str, int]:
        """The groups this person may be in: a learner in one of them, a coach in one at most."""
        held = self.standing.held(one)
        is_coach = isinstance(one, Coach)
        choices = {
            place.id: self._choice(one, place)
            for place in self.opened
            if (place.id == held if held else is_coach or one.track in (None, place.track))
        }
        self.program.hold(0 if is_coach and held not in choices else 1, _each(choices.values()), 1)
        return choices

    def _choice(self, one: Learner | Coach, place: Place) -> int:
        firm = fine = 0
        if isinstance(one, Coach):
            firm += SECOND_COACH + (0 if fits(one.track, place.track) else OTHER_TRACK)
        if one.group == place.id:
            firm, fine = (firm - MOVE, fine) if self.wishes.settled else (firm, fine - LEFT)
        return self.program.variable(turns=firm, cost=fine)

    def _over(self, terms: Iterable[Term], most: int, **cost: int) -> None:
        """What it costs, for each, that the terms are more than `most`."""
        over = self.program.variable(upper=len(self.seats), **cost)
        self.program.hold(-ENDLESS, [*terms, (over, -1)], most)

    def _sizes(self, places: list[Place], pool: list[Learner]) -> None:
        free = places[0].track is not None and any(one.track is None for one in self.standing.learners)
        for place in places:
            here = [seats[place.id] for seats in self.seats.values() if place.id in seats]
            self._over(_each(here), self.wishes.most, turns=SIZE)
            self._over(_each(here, -1), -self.wishes.least, turns=SIZE)
            self._over(_each(here, -1), -(len(pool) // len(places)), turns=UNEVEN)
            if not free:
                self._over(_each(here), even_share(len(pool), len(places)), turns=UNEVEN)

    def _mixing(self, places: list[Place], pool: list[Learner]) -> None:
        for cost, mix in zip(MIXING, mixes(self.wishes), strict=False):
            kinds: dict[str, dict[str, list[Learner]]] = defaultdict(lambda: defaultdict(list))
            for one in pool:
                if (kind := mix.kind(one)) is not None:
                    kinds[kind][mix.unit(one)].append(one)
            for units in kinds.values():
                for place in places if len(units) > 1 else ():
                    here = [self._any(members, place) for members in units.values()]
                    self._over(_each(here), even_share(len(units), len(places)), cost=cost)

    def _any(self, members: list[Learner], place: Place, turns: int = 0) -> int:
        """1 when one of them at least is in the group; a cost of its own is for more than one."""
        found = [self.seats[one.person][place.id] for one in members if place.id in self.seats[one.person]]
        if len(members) == 1 and found and not turns:
            return found[0]
        some = self.program.variable(turns=turns)
        for one in found:
            self.program.hold(-1, [(one, 1), (some, -1)], 0)
        return some

    def _teams(self, learners: list[Learner]) -> None:
        teams: dict[tuple[str, Track | None], list[Learner]] = defaultdict(list)
        for one in learners:
            if (name := team(one)) is not None:
                teams[name, one.track].append(one)
        for members in teams.values():
            if len(members) > 1:
                places = [place for place in self.opened if any(place.id in self.seats[one.person] for one in members)]
                used = [self._any(members, place, turns=TORN) for place in places]
                # No rule, but what the solver can't see: that a team together in one group can't be better off.
                fewest = min(ceil(len(members) / self.wishes.most), len(used))
                self.program.hold(fewest, _each(used), len(used))

    def _coaches(self) -> None:
        for place in self.opened:
            leading = [leads[place.id] for leads in self.leads.values() if place.id in leads]
            self.program.hold(1, _each(leading), len(leading))

    def groups(self, values: Sequence[int]) -> list[Group]:
        """What the values found mean."""
        return [
            Group(
                place.id,
                place.name,
                place.track,
                tuple(one.person for one in self.standing.learners if self._is_in(one, place, self.seats, values)),
                tuple(one.person for one in self.standing.coaches if self._is_in(one, place, self.leads, values)),
            )
            for place in self.opened
        ]

    def _is_in(
        self, one: Learner | Coach, place: Place, choices: Mapping[str, Mapping[str, int]], values: Sequence[int]
    ) -> bool:
        variable = choices[one.person].get(place.id)
        return variable is not None and values[variable] == 1


def _each(variables: Iterable[int], times: int = 1) -> list[Term]:
    return [(variable, times) for variable in variables]
