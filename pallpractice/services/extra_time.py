"""Extra time: a person may say, for the whole course, that they need more of it to read and write.

The room's quiet clocks then run longer for everyone. Its coach learns that it is on; nobody learns for whom.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, bindparam, select

from ..domain.errors import NotFound
from ..domain.room import Act
from ..domain.text import text
from ..storage.courses import Enrolment
from ..storage.unit_of_work import UnitOfWork
from .work import Work

_WITH_IT: Select[str] = select(Enrolment.person_id).where(
    Enrolment.course_id == bindparam("course"),
    Enrolment.person_id.in_(bindparam("people", expanding=True)),
    Enrolment.extra_time,
    Enrolment.removed_at.is_(None),
)


def of_people(uow: UnitOfWork, course_id: str, people: Collection[str]) -> frozenset[str]:
    """Who of them has it on in this course."""
    return frozenset(uow.session.scalars(_WITH_IT, {"course": course_id, "people": list(people)}))


def weigh(work: Work) -> Act:
    """Fills in what the rule has to know of the others."""
    person = work.act.person
    with_it = of_people(work.uow, work.record.course.id, list(work.record.seats))
    return Act(work.act.action, person, {**work.fields, "others": bool(with_it - {person})})


def keep(work: Work) -> dict[str, Any]:
    """For all rooms of the course, from now on."""
    row = work.uow.session.scalar(
        select(Enrolment).where(
            Enrolment.course_id == work.record.course.id,
            Enrolment.person_id == work.act.person,
            Enrolment.removed_at.is_(None),
        )
    )
    if row is None:
        raise NotFound(text("You have no place in this course."))
    row.extra_time = work.fields["on"]
    return {}
