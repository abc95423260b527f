"""What a learner wants from the whole course: their own to write, for their group and its coach to know."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from ...domain.errors import NotAllowed
from ...domain.roles import Role
from ...domain.text import text
from ...storage.courses import Enrolment
from ...storage.unit_of_work import UnitOfWork
from ..work import Work
from .agreements import tell_group


def set_goal(work: Work) -> dict[str, Any]:
    """From a room."""
    write(work.uow, work.record.course.id, work.act.person, work.fields["text"], besides=work.record.room.id)
    return {}


def write(uow: UnitOfWork, course_id: str, person_id: str, goal: str, *, besides: str = "") -> None:
    """Raises NotAllowed for who does not learn in this course."""
    row = uow.session.scalar(
        select(Enrolment).where(
            Enrolment.course_id == course_id,
            Enrolment.person_id == person_id,
            Enrolment.role == Role.LEARNER.value,
            Enrolment.removed_at.is_(None),
        )
    )
    if row is None:
        raise NotAllowed(text("A goal for the course is for those who learn in it."))
    row.goal = goal.strip()
    if row.group_id:
        tell_group(uow, row.group_id, besides=besides)


def of_people(uow: UnitOfWork, course_id: str, people: Collection[str]) -> dict[str, str]:
    """{person: goal} of those who learn; empty where nothing has been written."""
    rows = uow.session.execute(
        select(Enrolment.person_id, Enrolment.goal).where(
            Enrolment.course_id == course_id,
            Enrolment.person_id.in_(people),
            Enrolment.role == Role.LEARNER.value,
            Enrolment.removed_at.is_(None),
        )
    )
    return dict(rows.all())
