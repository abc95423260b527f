"""The course's evaluation: that someone answered and what they answered are two rows that nothing links."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ...domain import evaluation as rules
from ...domain.errors import Invalid
from ...domain.evaluation import Answers, Result
from ...domain.text import text
from ...storage.base import new_id
from ...storage.courses import Course
from ...storage.credit import Evaluation, Evaluator
from ...storage.unit_of_work import UnitOfWork


def ends_at(course: Course) -> datetime | None:
    """The end of the last session."""
    return max((one.ends_at for one in course.sessions), default=None)


def is_over(course: Course, now: datetime) -> bool:
    end = ends_at(course)
    return end is not None and end <= now


def is_open(course: Course, now: datetime) -> bool:
    return rules.opens(ends_at(course), now)


def answered(uow: UnitOfWork, course: Course) -> set[str]:
    """Who has answered."""
    return set(uow.session.scalars(select(Evaluator.person_id).where(Evaluator.course_id == course.id)))


def answer(uow: UnitOfWork, course: Course, person: str, given: Answers) -> None:
    """Keeps someone's answers, once: nobody could find them again to change them. Raises Invalid."""
    if not is_open(course, uow.now):
        raise Invalid(text("The evaluation opens after the last session, for 60 days."))
    if person in answered(uow, course):
        raise Invalid(text("You have answered already. Answers are kept without a name, so they can’t be changed."))
    kept = rules.checked(given)
    before = uow.session.scalar(select(func.count()).where(Evaluation.course_id == course.id)) or 0
    uow.session.add(Evaluation(id=new_id(), course_id=course.id, lot=before // rules.LOT, answers=kept))
    uow.session.add(Evaluator(course_id=course.id, person_id=person))


@dataclass(frozen=True, slots=True)
class Results:
    """What may be shown of the answers: `shown` of all `there` are. `closed`: no more can come."""

    of_questions: list[Result]
    shown: int
    there: int
    closed: bool


def results(uow: UnitOfWork, course: Course) -> Results:
    """What people said, as far as nobody's answers can be told from the others'."""
    rows = list(
        uow.session.scalars(select(Evaluation).where(Evaluation.course_id == course.id).order_by(Evaluation.id))
    )
    end = ends_at(course)
    closed = end is not None and uow.now >= end + rules.OPEN_FOR
    lots = rules.shown([row.lot for row in rows], closed=closed)
    shown = [row.answers for row in rows if row.lot in lots]
    return Results(rules.results(shown), len(shown), len(rows), closed)
