"""Raters beside each other, for the organiser: who has practised rating, and who rates strictly or leniently."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...domain.agreement import Against, Rating, against_others
from ...domain.calibration import Closeness, Compared
from ...domain.roles import Role
from ...library import Library
from ...storage.courses import Course, Enrolment, Person
from ...storage.unit_of_work import UnitOfWork
from . import practice


@dataclass(frozen=True, slots=True)
class Practised:
    """Worked encounters someone has rated: `mean` is theirs less the reference, None where nothing could be compared;
    `near` of the `items` were within one step of it.
    """

    encounters: int
    items: int
    near: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Rater:
    """Someone who rates in a course, with what is known of how."""

    person: Person
    role: Role
    practised: Practised | None
    against: Against | None


def of_course(uow: UnitOfWork, library: Library, course: Course, ratings: Sequence[Rating]) -> list[Rater]:
    """Everyone who has rated beside others or has practised rating: coaches first, then by name."""
    against = against_others(ratings)
    rated: dict[str, list[list[Compared]]] = defaultdict(list)
    for row in practice.everyones(uow, course):
        rated[row.person_id].append(practice.compared(uow, library, row))
    people = uow.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.removed_at.is_(None),
            Enrolment.person_id.in_([*against, *rated]),
        )
        .options(joinedload(Enrolment.person))
    )
    found = [
        Rater(
            each.person,
            Role(each.role),
            _practised(rated[each.person_id]) if each.person_id in rated else None,
            against.get(each.person_id),
        )
        for each in people
    ]
    order = [Role.COACH, Role.LEARNER, Role.ACTOR, Role.ORGANISER]
    return sorted(found, key=lambda one: (order.index(one.role), one.person.name.casefold()))


def _practised(encounters: Sequence[Sequence[Compared]]) -> Practised:
    items = [item for encounter in encounters for item in encounter]
    steps = [item.difference for item in items if item.difference is not None]
    near = sum(item.closeness in (Closeness.SAME, Closeness.NEAR) for item in items)
    return Practised(len(encounters), len(items), near, fmean(steps) if steps else None)
