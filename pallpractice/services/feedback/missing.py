"""Scorecards that are still to come: of closed rounds, from those who took part in them.

Who took part wrote something in the round before it was closed, or was in the room for half of it at least. Their seat
is that of what they have begun; else it follows from what they did: who marked a part's feelings or facts has played.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from ...domain import invitations
from ...domain.invitations import Event, Message
from ...domain.roles import RESTING_SEAT, Role, Seat, SessionKind
from ...domain.room import Action
from ...storage.courses import Enrolment, Person, Session
from ...storage.feedback import Scorecard
from ...storage.presence import Attendance
from ...storage.rooms import JournalLine, Room, RoundRow, SeatRow
from ...storage.unit_of_work import UnitOfWork

PLAYED = (Action.FEELING_SET, Action.BEAT_GO, Action.DISCLOSURE_MARK, Action.MOMENT_MARK)  # the patient's alone
HALF = 0.5  # of a round: who was there for it is asked how it went


@dataclass(frozen=True, slots=True)
class Missing:
    """One person's scorecard of one closed round. `begun`: there is a draft of it."""

    person: str
    seat: Seat
    round: str
    number: int
    learner_id: str
    learner: str
    session_id: str
    session: str
    starts_at: datetime
    ends_at: datetime
    group: str
    course_id: str
    closed_at: datetime
    begun: bool


Closed = Select[RoundRow, Room, Session, str]  # with the learner's name
_CLOSED = (
    select(RoundRow, Room, Session, Person.name)
    .join(Room, Room.id == RoundRow.room_id)
    .join(Session, Session.id == Room.session_id)
    .join(Person, Person.id == RoundRow.learner_id)
    .where(RoundRow.closed_at.is_not(None))
    .order_by(RoundRow.closed_at, RoundRow.id)
)


def of_course(uow: UnitOfWork, course_id: str) -> list[Missing]:
    """Every one of a course, the oldest first."""
    return _found(uow, _CLOSED.where(Session.course_id == course_id))


def of_round(uow: UnitOfWork, round_id: str) -> list[Missing]:
    """Those of one round; none while it is not closed."""
    return _found(uow, _CLOSED.where(RoundRow.id == round_id))


def of_person(uow: UnitOfWork, person: str, course_id: str | None = None) -> list[Missing]:
    """One person's, of all their courses or of one."""
    wanted = _CLOSED.where(Session.course_id.in_(_courses(person)), _was_there(person))
    if course_id is not None:
        wanted = wanted.where(Session.course_id == course_id)
    return [one for one in _found(uow, wanted) if one.person == person]


def _courses(person: str) -> Select[str]:
    return select(Enrolment.course_id).where(Enrolment.person_id == person, Enrolment.removed_at.is_(None))


def _was_there(person: str) -> ColumnElement[bool]:
    """Rounds this person may have taken part in: in rooms they have a seat in or came to, or with a card of theirs."""
    sessions = select(Session.id).where(Session.course_id.in_(_courses(person)))
    came = select(Attendance.room_id).where(Attendance.person_id == person, Attendance.session_id.in_(sessions))
    return or_(
        Room.id.in_(select(SeatRow.room_id).where(SeatRow.person_id == person)),
        Room.id.in_(came),
        RoundRow.id.in_(select(Scorecard.round_id).where(Scorecard.rater_id == person)),
    )


def letter(theirs: Iterable[Missing]) -> Message | None:
    """What one person is to be told of theirs: in which sessions. No case is named, and no learner."""
    return invitations.feedback({one.round: _event(one) for one in theirs})


def _event(one: Missing) -> Event:
    return Event(one.session_id, one.session, SessionKind.PRACTICE, one.starts_at, one.ends_at, group=one.group)


def _found(uow: UnitOfWork, closed: Closed) -> list[Missing]:
    rounds = uow.session.execute(closed).all()
    if not rounds:
        return []
    roles = _roles(uow, {session.course_id for _, _, session, _ in rounds})
    ids = [row.id for row, _, _, _ in rounds]
    cards, wrote = _cards(uow, ids), _wrote(uow, ids)
    present = _present(uow, [row for row, _, _, _ in rounds])
    found = []
    for row, room, session, learner in rounds:
        assert row.closed_at
        begun = {rater: Seat(seat) for rater, (seat, status) in cards[row.id].items() if status == "draft"}
        done = {rater for rater, (_, status) in cards[row.id].items() if status != "draft"}
        played = {person for person, as_patient in wrote[row.id].items() if as_patient}
        for person in sorted({*begun, *wrote[row.id], *present[row.id], row.learner_id} - done):
            role = roles.get((session.course_id, person))
            seat = begun.get(person) or (_seat(person, role, row.learner_id, played) if role else None)
            if role is None or seat is None:
                continue
            found.append(
                Missing(
                    person,
                    seat,
                    row.id,
                    row.number,
                    row.learner_id,
                    learner,
                    session.id,
                    session.title,
                    session.starts_at,
                    session.ends_at,
                    room.name,
                    session.course_id,
                    row.closed_at,
                    person in begun,
                )
            )
    return found


def _seat(person: str, role: Role, learner: str, played: set[str]) -> Seat | None:
    """Where they sat. An actor beside those who played rested; where nobody marked anything, all who came did play."""
    if person == learner:
        return Seat.LEARNER
    if person in played:
        return Seat.PATIENT
    if role is Role.ORGANISER or (role is Role.ACTOR and played):
        return None
    return RESTING_SEAT[role]


def _roles(uow: UnitOfWork, courses: Iterable[str]) -> dict[tuple[str, str], Role]:
    """{(course, person): role} of everyone who is in these courses."""
    found = (
        select(Enrolment.course_id, Enrolment.person_id, Enrolment.role)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.course_id.in_(list(courses)), Enrolment.removed_at.is_(None), Person.active)
    )
    return {(course, person): Role(role) for course, person, role in uow.connection.execute(found)}


def _cards(uow: UnitOfWork, rounds: Sequence[str]) -> dict[str, dict[str, tuple[str, str]]]:
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    rows = select(Scorecard.round_id, Scorecard.rater_id, Scorecard.seat, Scorecard.status).where(
        Scorecard.round_id.in_(rounds)
    )
    for round_, rater, seat, status in uow.connection.execute(rows):
        found[round_][rater] = (seat, status)
    return found


def _wrote(uow: UnitOfWork, rounds: Sequence[str]) -> dict[str, dict[str, bool]]:
    """{round: {person: did they play}} of all who did anything in it up to its close."""
    as_patient = func.max(case((JournalLine.action.in_([each.value for each in PLAYED]), 1), else_=0))
    rows = (
        select(JournalLine.round_id, JournalLine.person_id, as_patient)
        .join(RoundRow, and_(RoundRow.room_id == JournalLine.room_id, RoundRow.id == JournalLine.round_id))
        .where(RoundRow.id.in_(rounds), JournalLine.at <= RoundRow.closed_at)
        .group_by(JournalLine.round_id, JournalLine.person_id)
    )
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for round_, person, played in uow.connection.execute(rows):
        found[round_][person] = bool(played)
    return found


def _present(uow: UnitOfWork, rounds: Sequence[RoundRow]) -> dict[str, set[str]]:
    """{round: who was in its room for half of it}."""
    stays: dict[str, list[Attendance]] = defaultdict(list)
    rooms = {row.room_id for row in rounds}
    for stay in uow.session.scalars(select(Attendance).where(Attendance.room_id.in_(rooms))):
        stays[stay.room_id].append(stay)
    found: dict[str, set[str]] = {}
    for row in rounds:
        there: dict[str, timedelta] = defaultdict(timedelta)
        assert row.closed_at
        for stay in stays[row.room_id]:
            overlap = min(row.closed_at, stay.left_at or stay.seen_at) - max(row.started_at, stay.came_at)
            there[stay.person_id] += max(overlap, timedelta())
        half = (row.closed_at - row.started_at) * HALF
        found[row.id] = {person for person, time in there.items() if time and time >= half}
    return found
