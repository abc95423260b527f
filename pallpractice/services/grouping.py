"""Makes groups: chooses which there are to be, and has a solver place everyone in them.

It reads and writes no rows. `domain.groups` and `domain.mixing` judge what comes out, and know nothing of this module.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..domain.groups import Coach, Group, Grouping, Learner, Place, Standing, Teams, Wishes, free_names, listed
from ..domain.mixing import even_share, fits, mixes, team
from ..domain.roles import Track
from ..domain.sizing import Impossible, Need, counts

SECONDS = 10.0
# What falling short costs, in points. A size outside the bounds comes only when nothing else is possible.
SIZE, UNEVEN, OTHER_TRACK, TORN, SECOND_COACH = 1000, 60, 80, 40, 1
MIXING = (8, 5, 4)  # one too many of a kind in a group, by the order of the wishes
MOVE = {True: 12, False: 1}  # someone leaves their group: dear when the groups are settled


def solve(standing: Standing, wishes: Wishes, *, attempt: int = 1, seconds: float = SECONDS) -> Grouping:
    """The best groups found in the time; another `attempt` looks from another side. Raises Impossible.

    Takes seconds and a whole core: never in a transaction, and off the server's loop.
    """
    opened = _open(standing, wishes)
    placed = _Model(standing, wishes, opened).solve(attempt, seconds)
    return [*placed, *_left(standing, opened)]


# --- which groups there are to be


def _open(standing: Standing, wishes: Wishes) -> list[Place]:
    """The groups that will have learners, each with its track: those that must stay, those there are, new ones."""
    tracks = _tracks(standing)
    known: set[Track | None] = {one.track for one in standing.learners if one.track} or {None}
    forced = [place for place in standing.places if _must_stay(standing, place) and tracks[place.id] in known]
    present = Counter(one.group for one in standing.learners)
    wanted = counts(_need(standing, forced, tracks, present), wishes)
    names = free_names(place.name for place in standing.places)
    opened: list[Place] = []
    for track, count in wanted.items():
        there = [place for place in standing.places if tracks[place.id] is track]
        there.sort(key=lambda place: (place not in forced, -present[place.id]))
        new = (Place(f"new-{track or 'group'}-{number}", "", track) for number in range(count - len(there)))
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


def _tracks(standing: Standing) -> dict[str, Track | None]:
    """The track of each group there is: that of those who can't leave it, else of most in it, else its own."""
    found: dict[str, Track | None] = {}
    for place in standing.places:
        members = [one for one in standing.learners if one.group == place.id and one.track]
        held = [one for one in members if standing.held(one)]
        if len({one.track for one in held}) > 1:
            raise Impossible(_two_tracks(place, held))
        most = Counter(one.track for one in held or members).most_common(1)
        coach = next((one.track for one in standing.coaches if one.group == place.id and one.track), None)
        found[place.id] = most[0][0] if most else place.track or coach
    return found


def _two_tracks(place: Place, held: list[Learner]) -> str:
    sides = [
        f"{listed([one.name for one in held if one.track is track])} ({track})"
        for track in Track
        if any(one.track is track for one in held)
    ]
    return (
        f"{' and '.join(sides)} are to stay in {place.name}, and a group is of one track. Unpin or move some of them."
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


@dataclass(frozen=True, slots=True)
class _Pool:
    """The groups of one track, and the learners who can only be in them."""

    places: list[Place]
    learners: list[Learner]


class _Model:
    """The choice as a solver reads it: a yes or no for each person and group, rules, and what falling short costs."""

    def __init__(self, standing: Standing, wishes: Wishes, opened: list[Place]) -> None:
        from ortools.sat.python import cp_model

        self.standing, self.wishes, self.opened = standing, wishes, opened
        self.cp: Any = cp_model
        self.model: Any = cp_model.CpModel()
        self.costs: list[Any] = []  # what must be right first
        self.fine: list[Any] = []  # what is mixed within that
        self.seats = {one.person: self._choices(one, exactly=True) for one in standing.learners}
        self.leads = {one.person: self._choices(one, exactly=False) for one in standing.coaches}
        for pool in self._pools():
            self._sizes(pool)
            self._mixing(pool)
        if wishes.teams is Teams.TOGETHER:
            self._teams()
        self._coaches()

    def _choices(self, one: Learner | Coach, *, exactly: bool) -> dict[str, Any]:
        """The groups this person may be in. A move away from their present one costs, if that is still there."""
        held = self.standing.held(one)
        places = [place for place in self.opened if self._may(one, place, held)]
        choices = {place.id: self.model.new_bool_var("") for place in places}
        if exactly:
            self.model.add_exactly_one(choices.values())
        else:
            self.model.add_at_most_one(choices.values())
            if held in choices:
                self.model.add(choices[held] == 1)
        if one.group in choices and not held:
            self.costs.append(MOVE[self.wishes.settled] * (1 - choices[one.group]))
        return choices

    def _may(self, one: Learner | Coach, place: Place, held: str | None) -> bool:
        if held is not None:
            return place.id == held
        return isinstance(one, Coach) or one.track in (None, place.track)

    def _pools(self) -> Iterable[_Pool]:
        for track in dict.fromkeys(place.track for place in self.opened):
            places = [place for place in self.opened if place.track is track]
            yield _Pool(places, [one for one in self.standing.learners if one.track is track])

    def _over(self, total: Any, most: int, top: int) -> Any:
        """By how much the total is above `most`."""
        over = self.model.new_int_var(0, max(0, top), "")
        self.model.add(over >= total - most)
        return over

    def _sizes(self, pool: _Pool) -> None:
        everyone = len(self.standing.learners)
        mean = len(pool.learners) / len(pool.places)
        free = 0 if pool.places[0].track is None else sum(one.track is None for one in self.standing.learners)
        for place in pool.places:
            size = sum(seats[place.id] for seats in self.seats.values() if place.id in seats)
            self.costs.append(SIZE * self._over(size, self.wishes.most, everyone))
            self.costs.append(SIZE * self._over(-size, -self.wishes.least, everyone))
            self.costs.append(UNEVEN * self._over(-size, -int(mean), everyone))
            if not free:
                self.costs.append(UNEVEN * self._over(size, even_share(len(pool.learners), len(pool.places)), everyone))

    def _mixing(self, pool: _Pool) -> None:
        for cost, mix in zip(MIXING, mixes(self.wishes), strict=False):
            kinds: dict[str, dict[str, list[Learner]]] = defaultdict(lambda: defaultdict(list))
            for one in pool.learners:
                if (kind := mix.kind(one)) is not None:
                    kinds[kind][mix.unit(one)].append(one)
            for units in kinds.values():
                share = even_share(len(units), len(pool.places))
                if len(units) > 1:
                    for place in pool.places:
                        here = sum(self._any(members, place) for members in units.values())
                        self.fine.append(cost * self._over(here, share, len(units) - share))

    def _any(self, members: list[Learner], place: Place) -> Any:
        """1 when one of them at least is in the group."""
        found = [self.seats[one.person][place.id] for one in members if place.id in self.seats[one.person]]
        if len(found) == 1:
            return found[0]
        some = self.model.new_bool_var("")
        for one in found:
            self.model.add_implication(one, some)
        return some

    def _teams(self) -> None:
        teams: dict[tuple[str, Track | None], list[Learner]] = defaultdict(list)
        for one in self.standing.learners:
            if (name := team(one)) is not None:
                teams[name, one.track].append(one)
        for members in teams.values():
            if len(members) > 1:
                self.costs.append(TORN * sum(self._any(members, place) for place in self.opened))

    def _coaches(self) -> None:
        for place in self.opened:
            leading = [leads[place.id] for leads in self.leads.values() if place.id in leads]
            self.model.add_bool_or(leading)
            self.costs.append(SECOND_COACH * sum(leading))
        for one in self.standing.coaches:
            for place in self.opened:
                if place.id in self.leads[one.person] and not fits(one.track, place.track):
                    self.costs.append(OTHER_TRACK * self.leads[one.person][place.id])

    def solve(self, attempt: int, seconds: float) -> list[Group]:
        """First what must be right, then from there everything. Raises Impossible when the rules leave no way."""
        self.model.minimize(sum(self.costs))
        first = self._run(attempt, seconds / 4)
        for choices in (*self.seats.values(), *self.leads.values()):
            for choice in choices.values():
                self.model.add_hint(choice, first.boolean_value(choice))
        self.model.minimize(sum(self.costs) + sum(self.fine))
        solver = self._run(attempt, seconds - first.wall_time)
        return [
            Group(
                place.id,
                place.name,
                place.track,
                self._chosen(solver, self.seats, place),
                self._chosen(solver, self.leads, place),
            )
            for place in self.opened
        ]

    def _run(self, attempt: int, seconds: float) -> Any:
        solver = self.cp.CpSolver()
        # One thread that takes its ways of searching in turn: the same answer each time, and room for the rooms.
        solver.parameters.num_workers = 1
        solver.parameters.interleave_search = True
        solver.parameters.random_seed = attempt
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self.model)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            raise Impossible("No groups were found that keep every pin. Unpin some people, or change the wishes.")
        return solver

    def _chosen(self, solver: Any, choices: Mapping[str, Mapping[str, Any]], place: Place) -> tuple[str, ...]:
        return tuple(
            person
            for person, places in choices.items()
            if place.id in places and solver.boolean_value(places[place.id])
        )
