"""Which actor is cast for which scenario of a course. Who is cast for none may be given any."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from ...domain.errors import Invalid
from ...domain.roles import Role
from ...domain.text import text
from ...library import Library
from ...storage.courses import Course, Enrolment
from ...storage.plans import Casting
from ...storage.scenarios import Preparation
from ...storage.unit_of_work import UnitOfWork
from .. import choosing
from .facts import castings


@dataclass(frozen=True, slots=True)
class Cast:
    """An actor of a course: the scenarios they are cast for, and {scenario: reason} of those they have declined."""

    enrolment: Enrolment
    cases: frozenset[str]
    declined: dict[str, str]


def of_course(uow: UnitOfWork, course: Course) -> list[Cast]:
    """Every actor who is in the course, in the order they came in."""
    cast = castings(uow, course)
    declined: dict[str, dict[str, str]] = {}
    for row in uow.session.scalars(
        select(Preparation).where(Preparation.course_id == course.id, Preparation.declined_at.is_not(None))
    ):
        declined.setdefault(row.person_id, {})[row.scenario_id] = row.reason
    return [
        Cast(one, cast.get(one.person_id, frozenset()), declined.get(one.person_id, {})) for one in _actors(uow, course)
    ]


def _actors(uow: UnitOfWork, course: Course) -> list[Enrolment]:
    return list(
        uow.session.scalars(
            select(Enrolment)
            .where(
                Enrolment.course_id == course.id,
                Enrolment.role == Role.ACTOR.value,
                Enrolment.removed_at.is_(None),
            )
            .options(joinedload(Enrolment.person), joinedload(Enrolment.group))
            .order_by(Enrolment.position, Enrolment.id)
        )
    )


def save(uow: UnitOfWork, library: Library, course: Course, person: str, cases: Collection[str]) -> None:
    """Casts an actor for these scenarios, and for no others of the course. Raises Invalid for what is not in it."""
    if person not in {one.person_id for one in _actors(uow, course)}:
        raise Invalid(text("There is no such actor in this course any more."))
    used = {one.id for one in library.scenarios.values() if choosing.uses(course, one)}
    if set(cases) - used:
        raise Invalid(text("There is no such scenario in this course any more."))
    uow.session.execute(
        delete(Casting).where(
            Casting.course_id == course.id, Casting.person_id == person, Casting.scenario_id.in_(used)
        )
    )
    for case in sorted(set(cases)):
        uow.session.add(Casting(course_id=course.id, person_id=person, scenario_id=case))
