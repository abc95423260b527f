"""Who of a course has practised and had feedback, across its days: those who have not yet, first."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, exists, select

from ...domain.roles import Role, SessionKind
from ...storage.courses import Session
from ...storage.feedback import Scorecard
from ...storage.rooms import Room, RoundRow, TakeRow
from ...storage.unit_of_work import UnitOfWork

PersonRow = Row[str, str, str, str | None]  # person_id, name, role, track
Turn = Row[str, str, bool, bool]  # learner_id, session_id, closed, heard: of rounds whose encounter has begun

# Feedback is what someone else has handed in and the debrief has opened.
_HEARD = exists().where(
    Scorecard.round_id == RoundRow.id, Scorecard.rater_id != RoundRow.learner_id, Scorecard.status == "released"
)
_BEGUN = exists().where(TakeRow.round_id == RoundRow.id)
_ROUNDS = (
    select(RoundRow.learner_id, Room.session_id, RoundRow.closed_at.is_not(None).label("closed"), _HEARD.label("heard"))
    .join(Room, Room.id == RoundRow.room_id)
    .join(Session, Session.id == Room.session_id)
    .where(Session.course_id == bindparam("course"), _BEGUN)
)
_SESSIONS = (
    select(Session.id, Session.title, Session.starts_at)
    .where(Session.course_id == bindparam("course"), Session.kind == SessionKind.PRACTICE.value)
    .order_by(Session.starts_at)
)


def overview(uow: UnitOfWork, session: Session, people: Iterable[PersonRow]) -> dict[str, Any]:
    """The course's practice sessions, and for each learner of this session's track in which of them they have had an
    encounter, how many of those rounds are closed, and in how many they had feedback.
    """
    course = {"course": session.course_id}
    rounds: dict[str, list[Turn]] = {}
    for row in uow.connection.execute(_ROUNDS, course):
        rounds.setdefault(row.learner_id, []).append(row)
    learners = [
        _learner(one, rounds.get(one.person_id, []))
        for one in people
        if one.role == Role.LEARNER and (session.track is None or one.track in (None, session.track))
    ]
    return {
        "sessions": [{"id": row.id, "title": row.title} for row in uow.connection.execute(_SESSIONS, course)],
        "learners": sorted(learners, key=lambda one: (bool(one["practised"]), one["feedback"] > 0, one["name"])),
    }


def _learner(person: PersonRow, rounds: list[Turn]) -> dict[str, Any]:
    return {
        "person": person.person_id,
        "name": person.name,
        "practised": sorted({row.session_id for row in rounds}),
        "closed": sum(1 for row in rounds if row.closed),
        "feedback": sum(1 for row in rounds if row.heard),
    }
