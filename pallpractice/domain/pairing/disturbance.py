"""How many people another plan disturbs, counted from the two plans alone: it knows nothing of how one is made.

What someone has to do at a time is theirs to be told: a learner is in the chair, an actor plays a part in a room, a
coach guides a case. Whoever has something else to do at a time than before, has to do something now or nothing any
more, is told so, once for each time. So another actor in a round disturbs one person, who is called (or two, where the
one before comes all the same); another case the coach too; a learner who has another time is told of both times, as
are the actors and the coach of that round. Learners are never told the case, and whoever can't come is told nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .plan import Plan, Planned, Problem, Slot

Time = tuple[str, Slot]  # a person, and when


@dataclass(frozen=True, slots=True)
class Disturbance:
    """`changed` rounds are not as they were, are new or are taken out; `same` are as they were, begun ones included.

    `told` counts each person at each time they have something else to do, `people` each person once.
    """

    changed: int
    same: int
    told: int
    people: int


def disturbance(problem: Problem, before: Plan, after: Plan) -> Disturbance:
    """What comes of `after` in place of `before`. `problem` says who can't come now."""
    old, new = _contents(before), _contents(after)
    same = sum(old[place] == new.get(place) for place in old)
    found = told(problem, before, after)
    return Disturbance(len(old.keys() | new.keys()) - same, same, len(found), len({person for person, _ in found}))


def told(problem: Problem, before: Plan, after: Plan) -> set[Time]:
    """Who has something else to do, and when."""
    old, new = _duties(problem, before), _duties(problem, after)
    return {time for time in old.keys() | new.keys() if old.get(time) != new.get(time)}


def _duties(problem: Problem, plan: Plan) -> Mapping[Time, set[tuple[str, ...]]]:
    found: dict[Time, set[tuple[str, ...]]] = defaultdict(set)
    for one in plan:
        for person, duty in _of_round(problem, one):
            if person not in problem.session[one.session].absent:
                found[person, one.slot].add(duty)
    return found


def _of_round(problem: Problem, one: Planned) -> Iterator[tuple[str, tuple[str, ...]]]:
    if one.learner is not None:
        yield one.learner, ("sits", *one.room)
    for character, actor in one.parts.items():
        yield actor, ("plays", *one.room, one.case, character)
    room = problem.room.get(one.room)
    for coach in room.coaches if room else ():
        yield coach, ("guides", *one.room, one.case)


def _contents(plan: Plan) -> dict[tuple[tuple[str, str], Slot], object]:
    return {(one.room, one.slot): (one.learner, one.case, dict(one.parts)) for one in plan}
