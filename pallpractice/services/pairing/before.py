"""What the plan before means to a program: what each choice costs those it disturbs, and where the search begins.

`domain.pairing.disturbance` says what a disturbance is, and counts it again in whatever comes out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ...domain.pairing.plan import Planned, Room
from ...domain.pairing.reasons import needed

if TYPE_CHECKING:
    from .model import Model, Program


def heed(model: "Model") -> None:
    """Has the model's program disturb few, and begin with what can stay: first of all with the rooms untouched."""
    program, costs = model.program, Counter[int]()
    for about in (_coaches, _learners, _actors):
        costs.update(about(model))
    program.told = [costs[variable] for variable in range(len(program.upper))]
    staying = {room: list(_staying(model, room)) for room in model.open}
    program.start = begin(program, (bundle for bundles in staying.values() for bundle in bundles))
    for room, bundles in staying.items():
        here = [bundle for bundle in bundles if program.start and program.start[bundle[0]]]
        if len(here) == needed(model.problem, room):
            program.firm += [variable for bundle in here for variable in bundle]


def _coaches(model: "Model") -> Counter[int]:
    """Coaches are told of another case, and of a round at a time that had none."""
    costs: Counter[int] = Counter()
    for (room, slot, case), played in model.plays.items():
        before = model.before.get((room.key, slot))
        if before is None or before.case == case:
            costs[played] = _coming(model, room) * (1 if before is None else -1)
    return costs


def _coming(model: "Model", room: Room) -> int:
    return len(set(room.coaches) - model.problem.session[room.session].absent)


def _learners(model: "Model") -> Counter[int]:
    """Whoever is in the chair at another time is told of both times; whoever comes to a turn, of that one."""
    costs = Counter(dict.fromkeys(model.turns.values(), 1))
    for (room, slot, person), sits in model.sits.items():
        before = model.before.get((room.key, slot))
        costs[sits] = -2 if before is not None and before.learner == person else 0
    return costs


def _actors(model: "Model") -> Counter[int]:
    """Actors are told of whatever is not what they were to play then; who had nothing to play then, of what they do."""
    playing = {(one.slot, actor) for one in model.before.values() for actor in one.parts.values()}
    costs = Counter({acts: 1 for ((_, slot, _), actor), acts in model.acts.items() if (slot, actor) not in playing})
    for (room, slot, case, actor), stays in model.stays.items():
        before = model.before.get((room.key, slot))
        costs[stays] = -1 if before and before.case == case and actor in before.parts.values() else 0
    return costs


# Where the search begins.


def _staying(model: "Model", room: Room) -> Iterator[list[int]]:
    """For each round of the plan before that may stay as it is: the variables that say so."""
    for (key, _), before in model.before.items():
        if key == room.key and (variables := _of_round(model, room, before)):
            yield variables


def _of_round(model: "Model", room: Room, one: Planned) -> list[int] | None:
    characters, at = model.problem.case.get(one.case), (room.session, one.slot, one.case)
    if characters is None or set(one.parts) != set(characters.characters):
        return None
    found = [
        model.plays.get((room, one.slot, one.case)),
        model.turns.get((room, one.learner or "")),
        model.sits.get((room, one.slot, one.learner or "")),
        *(model.acts.get((at, actor)) for actor in one.parts.values()),
        *(model.stays.get((room, one.slot, one.case, actor)) for actor in one.parts.values()),
    ]
    known = [variable for variable in found if variable is not None]
    return known if len(known) == len(found) else None


def begin(program: "Program", bundles: Iterable[Sequence[int]]) -> list[int]:
    """Values that hold every row, with each bundle of variables at 1 as far as the ones before it allow.

    Empty when there are none so simply. Variables that count something are as small as the rest lets them be.
    """
    counts = [variable for variable, most in enumerate(program.upper) if most > 1]
    values = [most if most > 1 else 0 for most in program.upper]
    rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row, (_, _, terms) in enumerate(program.rows):
        for variable, times in terms:
            rows[variable].append((row, times))
    sums = [sum(times * values[variable] for variable, times in terms) for _, _, terms in program.rows]
    for bundle in bundles:
        added = Counter[int]()
        for row, times in (each for variable in bundle for each in rows[variable]):
            added[row] += times
        fits = all(program.rows[row][0] <= sums[row] + more <= program.rows[row][1] for row, more in added.items())
        if fits and not any(values[variable] for variable in bundle):
            for row, more in added.items():
                sums[row] += more
            for variable in bundle:
                values[variable] = 1
    for variable in counts:
        spare = _spare(program, rows[variable], sums, values[variable])
        values[variable] -= spare
        for row, times in rows[variable]:
            sums[row] -= spare * times
    held = all(least <= total <= most for (least, most, _), total in zip(program.rows, sums, strict=True))
    return values if held else []


def _spare(program: "Program", rows: Iterable[tuple[int, int]], sums: Sequence[int], value: int) -> int:
    """By how much a variable can be less, with every row still held."""
    room = [
        (sums[row] - program.rows[row][0]) // times if times > 0 else (program.rows[row][1] - sums[row]) // -times
        for row, times in rows
    ]
    return max(0, min([value, *room]))
