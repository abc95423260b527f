"""What one learner takes from round to round: goals, next steps, and how each skill was seen over the days."""

from collections.abc import Collection

from sqlalchemy import select

from ...storage.courses import Session
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork


def last_next_steps(uow: UnitOfWork, course_id: str, people: Collection[str]) -> dict[str, str]:
    """By learner: the next step of the last closed round of theirs in this course, to be offered as the next goal."""
    if not people:
        return {}
    rows = uow.session.execute(
        select(RoundRow.learner_id, RoundRow.next_step)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(
            Session.course_id == course_id,
            RoundRow.learner_id.in_(people),
            RoundRow.closed_at.is_not(None),
            RoundRow.next_step.is_not(None),
        )
        .order_by(RoundRow.closed_at)
    )
    return {learner: step for learner, step in rows if step}
