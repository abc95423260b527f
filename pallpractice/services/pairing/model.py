"""A plan as a program over whole numbers: what may be chosen, what must hold, and what each choice is worth.

It is always solvable, since any seat may stay empty. There are three aims, each of which nothing after it may worsen:

1. as many turns as possible, and none for whoever has two where someone else then has none;
2. where there was a plan before, as few people as possible told something else (see `domain.pairing.disturbance`, and
   `before` for what it costs here). Not as few rounds: who plays in a round may change for one call, a case or a time
   for several;
3. the wishes.

`solver` solves it; `domain.pairing.rules`, which knows nothing of this, judges what comes out.

Who plays in a room is not chosen room by room: at one time any actor of a case can play it in any room that has it.
So the program only holds which actors play a case at a time, and `plan` sends them to the rooms.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ...domain.pairing.plan import Case, Plan, Planned, Problem, Room, Slot, Tracks
from . import before as standing

# What a turn is worth. Whoever has none in any session loses more than two who miss one of two.
TURN, SOME_TURN = 10, 3
# What it costs that ...
OTHER_TRACK = 30  # a group meets a case of the track that is not its own
UNEVEN_TRACKS = 30  # of the two tracks a group is to meet, one comes once more than the other
BUSIEST = 40  # the actor who plays most plays one round more
AWAY = 10  # an actor of one group plays in another
LATE = 5  # a round is one slot later than it might be
EARLY = 1  # a case is one step more intense, one slot before the last

Term = tuple[int, int]  # a variable's number, and how often it counts
At = tuple[str, Slot, str]  # session, slot, case


@dataclass
class Program:
    """Whole-number variables from 0 to `upper`, and rows of terms between two bounds.

    `turns`, `told` and `cost` are what each variable adds to the first aim, the second and the third; without a plan
    before there is no second one. `start` holds every row, unless it is empty: the search begins there, and at first
    leaves the variables that are `firm` at 1.
    """

    upper: list[int] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)
    rows: list[tuple[int, int, list[Term]]] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    firm: list[int] = field(default_factory=list)

    def variable(self, *, turns: int = 0, cost: int = 0, upper: int = 1) -> int:
        self.upper.append(upper)
        self.turns.append(turns)
        self.cost.append(cost)
        return len(self.upper) - 1

    def hold(self, least: int, terms: Iterable[Term], most: int) -> None:
        """`least` <= the sum of the terms <= `most`."""
        self.rows.append((least, most, list(terms)))


@dataclass
class Model:
    """The program of a problem, and what its variables stand for. `planned` is what was planned before."""

    problem: Problem
    planned: Plan = ()
    program: Program = field(default_factory=Program)
    plays: dict[tuple[Room, Slot, str], int] = field(default_factory=dict)  # room, slot, case
    turns: dict[tuple[Room, str], int] = field(default_factory=dict)  # room, learner
    sits: dict[tuple[Room, Slot, str], int] = field(default_factory=dict)  # room, slot, learner: only where it matters
    acts: dict[tuple[At, str], int] = field(default_factory=dict)  # and the actor
    stays: dict[tuple[Room, Slot, str, str], int] = field(default_factory=dict)  # room, slot, case, actor

    def __post_init__(self) -> None:
        problem = self.problem
        self.open = {room: problem.open_slots(room) for room in problem.rooms if problem.waiting(room)}
        self.before = {(one.room, one.slot): one for one in self.planned if one not in problem.kept}
        self.busy: dict[str, list[Planned]] = defaultdict(list)
        for one in problem.kept:
            for actor in one.parts.values():
                self.busy[actor].append(one)
        for add in (self._rounds, self._casts, self._chairs, self._never_again, self._actors, self._homes):
            add()
        if problem.wishes.tracks is Tracks.BOTH:
            self._both_tracks()
        if self.before:
            standing.heed(self)

    # A room plays a case in a slot, and a learner has the turn.

    def _rounds(self) -> None:
        for room, slots in self.open.items():
            cases = [case for case in self.problem.cases_for(room) if self._playable(room, case)]
            for at, slot in enumerate(slots):
                for case in cases:
                    cost = LATE * at + EARLY * (len(slots) - 1 - at) * (case.intensity - 1) + self._track(room, case)
                    self.plays[room, slot, case.id] = self.program.variable(cost=cost)
                self.program.hold(0, self._round(room, slot), 1)

    def _playable(self, room: Room, case: Case) -> bool:
        return sum(actor.plays(case.id) for actor in self.problem.cast(room.session)) >= len(case.characters)

    def _track(self, room: Room, case: Case) -> int:
        own = self.problem.wishes.tracks is Tracks.OWN
        return OTHER_TRACK if own and room.track is not None and case.track != room.track else 0

    def _was(self, room: Room, slot: Slot, case: str) -> Planned | None:
        before = self.before.get((room.key, slot))
        return before if before and before.case == case else None

    def _round(self, room: Room, slot: Slot) -> list[Term]:
        keys = ((room, slot, case.id) for case in self.problem.cases_for(room))
        return [(self.plays[key], 1) for key in keys if key in self.plays]

    # Each round has the actors that its case needs.

    def _casts(self) -> None:
        rooms: dict[At, list[Term]] = defaultdict(list)
        for (room, slot, case), played in self.plays.items():
            rooms[room.session, slot, case].append((played, -len(self.problem.case[case].characters)))
        for at, terms in rooms.items():
            session, slot, case = at
            for actor in self.problem.cast(session):
                if actor.plays(case) and not any(slot.meets(one.slot) for one in self.busy.get(actor.id, ())):
                    self.acts[at, actor.id] = self.program.variable(cost=AWAY * (actor.group is not None))
                    terms.append((self.acts[at, actor.id], 1))
            self.program.hold(0, terms, 0)

    # Learners: one turn in a session, and none without one as long as others have two.

    def _chairs(self) -> None:
        rooms: dict[str, list[int]] = defaultdict(list)
        missed: Counter[str] = Counter()
        for room in self.problem.rooms:
            for person in self.problem.waiting(room):
                if self.open.get(room):
                    self.turns[room, person] = self.program.variable(turns=-TURN)
                    rooms[person].append(self.turns[room, person])
                else:
                    missed[person] += 1
        for room, slots in self.open.items():
            given = [(self.turns[room, one], -1) for one in self.problem.waiting(room) if (room, one) in self.turns]
            self.program.hold(0, [*given, *(term for slot in slots for term in self._round(room, slot))], 0)
            self._seats(room, slots)
        for person, turns in rooms.items():
            count = len(turns) + missed[person]
            if count > 1:
                without = self.program.variable(turns=SOME_TURN, upper=count)
                self.program.hold(count - 1, [*((one, 1) for one in turns), (without, 1)], 2 * count)

    def _seats(self, room: Room, slots: Iterable[Slot]) -> None:
        """In which round, for whoever has a place already or has been in another group."""
        movers = {person for person in self.problem.waiting(room) if self._elsewhere(room, person)}
        for slot in slots:
            before = self.before.get((room.key, slot))
            people = movers | ({before.learner} if before and before.learner else set())
            here = []
            for person in sorted(people & set(self.problem.waiting(room))):
                self.sits[room, slot, person] = self.program.variable()
                here.append((self.sits[room, slot, person], 1))
            if here:
                self.program.hold(0, [*((played, 1) for played, _ in self._round(room, slot)), *_less(here)], 1)
        for person in self.problem.waiting(room):
            sits = [(self.sits[key], -1) for slot in self.open[room] if (key := (room, slot, person)) in self.sits]
            if sits:
                self.program.hold(0, [(self.turns[room, person], 1), *sits], 0 if person in movers else 1)

    def _elsewhere(self, room: Room, person: str) -> list[Room]:
        rooms = (one for one in self.problem.rooms if one.group != room.group and person in one.learners)
        return [one for one in rooms if person in self.problem.present(one)]

    # A case comes once to a group, and to a learner who has been in another one.

    def _never_again(self) -> None:
        groups: dict[tuple[str, str], list[Term]] = defaultdict(list)
        for (room, _, case), played in self.plays.items():
            groups[room.group, case].append((played, 1))
        for terms in groups.values():
            self.program.hold(0, terms, 1)
        for (room, slot, person), sits in self.sits.items():
            if there := self._elsewhere(room, person):
                self._new_to(room, slot, sits, there)

    def _new_to(self, room: Room, slot: Slot, sits: int, there: Sequence[Room]) -> None:
        elsewhere = {one.key for one in there}
        for case in self.problem.cases_for(room):
            if (played := self.plays.get((room, slot, case.id))) is None:
                continue
            if any(one.room in elsewhere and one.case == case.id and one.slot < slot for one in self.problem.kept):
                self.program.hold(0, [(sits, 1), (played, 1)], 1)
            for other in there:
                for earlier in self.open.get(other, ()):
                    seen = self.plays.get((other, earlier, case.id))
                    if seen is not None and earlier < slot:
                        self.program.hold(0, [(sits, 1), (played, 1), (seen, 1)], 2)

    # Actors: in one place, with a break after two intense cases, and as evenly busy as can be.

    def _actors(self) -> None:
        parts: dict[str, list[tuple[Slot, str, int]]] = defaultdict(list)
        for ((_, slot, case), actor), acts in self.acts.items():
            parts[actor].append((slot, case, acts))
        most = len(self.plays) + len(self.problem.kept) + 1
        busiest = self.program.variable(cost=BUSIEST, upper=most)
        for actor, mine in parts.items():
            for start in {slot.starts for slot, _, _ in mine}:
                self.program.hold(0, [(acts, 1) for slot, _, acts in mine if slot.starts <= start < slot.ends], 1)
            self._breaks(actor, mine)
            load = [(acts, 1) for _, _, acts in mine]
            self.program.hold(-most, [*load, (busiest, -1)], -len(self.busy.get(actor, ())))

    def _breaks(self, actor: str, parts: Iterable[tuple[Slot, str, int]]) -> None:
        intense: dict[Slot, list[Term]] = defaultdict(list)
        for slot, case, acts in parts:
            if self.problem.intense(case):
                intense[slot].append((acts, 1))
        sure = Counter(one.slot for one in self.busy.get(actor, ()) if self.problem.intense(one.case))
        follows = _following({*intense, *sure}, self.problem.wishes.break_minutes * 60)
        for one, then in follows.items():
            for second in then:
                for third in follows[second]:
                    three = (one, second, third)
                    if terms := [term for slot in three for term in intense.get(slot, ())]:
                        self.program.hold(0, terms, max(0, 2 - sum(sure[slot] for slot in three)))

    def _homes(self) -> None:
        """Actors who stay: with the group they belong to, and in the rounds they were planned for."""
        rooms: dict[tuple[At, str], list[Term]] = defaultdict(list)
        for (room, slot, case), played in self.plays.items():
            before = self._was(room, slot, case)
            here = []
            for actor in self.problem.cast(room.session):
                again = before is not None and actor.id in before.parts.values()
                home = actor.group == room.group
                at = (room.session, slot, case)
                if (again or home) and (at, actor.id) in self.acts:
                    stays = self.program.variable(cost=-AWAY * home)
                    self.stays[room, slot, case, actor.id] = stays
                    here.append((stays, 1))
                    rooms[at, actor.id].append((stays, 1))
            if here:
                size = len(self.problem.case[case].characters)
                self.program.hold(0, [(played, size), *_less(here)], size)
        for key, terms in rooms.items():
            self.program.hold(0, [(self.acts[key], 1), *_less(terms)], 1)

    def _both_tracks(self) -> None:
        tracks = sorted({case.track for case in self.problem.cases if case.used})
        met = Counter((one.group, self.problem.case[one.case].track) for one in self.problem.kept)
        terms: dict[tuple[str, str], list[Term]] = defaultdict(list)
        for (room, _, case), played in self.plays.items():
            terms[room.group, self.problem.case[case].track].append((played, 1))
        for group in sorted({group for group, _ in terms}):
            for one, other in pairwise(tracks):
                both = [*terms[group, one], *_less(terms[group, other])]
                ahead = met[group, one] - met[group, other]
                size = len(both) + abs(ahead)
                uneven = self.program.variable(cost=UNEVEN_TRACKS, upper=size)
                self.program.hold(-3 * size, [*both, (uneven, -1)], -ahead)
                self.program.hold(-ahead, [*both, (uneven, 1)], 3 * size)

    # Reading the answer.

    def plan(self, values: Sequence[int]) -> list[Planned]:
        """The plan that these values of the variables stand for, with what is kept, in the order of time."""
        found = list(self.problem.kept)
        rounds: dict[Room, dict[Slot, str]] = defaultdict(dict)
        for (room, slot, case), played in self.plays.items():
            if values[played]:
                rounds[room][slot] = case
        actors = self._sent(rounds, values)
        for room, cases in rounds.items():
            learners = self._seated(room, sorted(cases), values)
            for slot, case in cases.items():
                parts = self._parts(room, slot, case, actors[room, slot])
                found.append(Planned(*room.key, slot, learners[slot], case, parts))
        return sorted(found, key=lambda one: (one.slot, one.group))

    def _sent(self, rounds: dict[Room, dict[Slot, str]], values: Sequence[int]) -> dict[tuple[Room, Slot], list[str]]:
        """Who stays where they belong, and then the others to wherever someone is needed."""
        found: dict[tuple[Room, Slot], list[str]] = defaultdict(list)
        idle: dict[At, list[str]] = defaultdict(list)
        for (at, actor), acts in self.acts.items():
            if values[acts]:
                idle[at].append(actor)
        for (room, slot, case, actor), stays in self.stays.items():
            if values[stays] and rounds[room].get(slot) == case:
                found[room, slot].append(actor)
                idle[room.session, slot, case].remove(actor)
        for room, cases in rounds.items():
            for slot, case in cases.items():
                missing = len(self.problem.case[case].characters) - len(found[room, slot])
                found[room, slot] += [idle[room.session, slot, case].pop(0) for _ in range(missing)]
        return found

    def _seated(self, room: Room, slots: Sequence[Slot], values: Sequence[int]) -> dict[Slot, str]:
        """Who has a seat already, and then the others in the order of the rotation."""
        found = {slot: person for (at, slot, person), sits in self.sits.items() if at == room and values[sits]}
        people = [one for one in self.problem.waiting(room) if values[self.turns[room, one]]]
        left = [person for person in people if person not in found.values()]
        return {slot: found[slot] if slot in found else left.pop(0) for slot in slots}

    def _parts(self, room: Room, slot: Slot, case: str, actors: list[str]) -> dict[str, str]:
        """Characters for the actors of a round; whoever had one before has it again."""
        before = self._was(room, slot, case)
        had = before.parts if before else {}
        characters = self.problem.case[case].characters
        parts = {character: had[character] for character in characters if had.get(character) in actors}
        left = [actor for actor in actors if actor not in parts.values()]
        return {one: parts[one] if one in parts else left.pop(0) for one in characters}


def _less(terms: Iterable[Term]) -> list[Term]:
    return [(variable, -times) for variable, times in terms]


def _following(slots: Iterable[Slot], seconds: float) -> dict[Slot, list[Slot]]:
    """{slot: those that begin right after it, with less than so many seconds between}."""
    ordered = sorted(slots)
    return {
        one: [other for other in ordered if 0 <= (other.starts - one.ends).total_seconds() < seconds] for one in ordered
    }
