"""A plan as one person meets it: where they are in each round, and what they do there."""

from dataclasses import dataclass

from ..roles import Seat
from .observing import Job, shared
from .plan import Plan, Planned, Problem


@dataclass(frozen=True, slots=True)
class Turn:
    """A round and what one person is in it. `character` is an id of the script; `job` what an observer listens for."""

    round: Planned
    seat: Seat
    character: str | None = None
    job: Job | None = None


def turns(problem: Problem, plan: Plan, person: str) -> list[Turn]:
    """All rounds that a person is there for, in the order of time."""
    groups = {room.group for room in problem.rooms if person in (*room.learners, *room.coaches)}
    found = []
    for one, deal in _with_jobs(problem, plan, groups):
        room = problem.room[one.room]
        if person in problem.session[one.session].absent:
            continue
        if one.learner == person:
            found.append(Turn(one, Seat.LEARNER))
        elif person in room.learners:
            found.append(Turn(one, Seat.OBSERVER, job=deal.get(person)))
        elif person in room.coaches:
            found.append(Turn(one, Seat.COACH))
    for one in plan:
        found += [Turn(one, Seat.PATIENT, part) for part, actor in one.parts.items() if actor == person]
    return sorted(found, key=lambda turn: turn.round.slot)


def _with_jobs(problem: Problem, plan: Plan, groups: set[str]) -> list[tuple[Planned, dict[str, Job]]]:
    """The rounds of these groups with their observers' jobs, which go round through all of a group's sessions."""
    found = []
    for group in sorted(groups):
        here = (one for one in plan if one.group == group and one.room in problem.room)
        rounds = sorted(here, key=lambda one: one.slot)
        jobs = shared((one.learner, problem.present(problem.room[one.room])) for one in rounds)
        found += [(one, dict(deal)) for one, deal in zip(rounds, jobs, strict=True)]
    return found
