"""What a person finds when they come in: their rooms."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ..domain.roles import Role, Seat
from ..storage.courses import Course, Enrolment, Group, Session
from ..storage.rooms import Room, SeatRow
from ..storage.unit_of_work import UnitOfWork

LATE = timedelta(hours=1)  # rounds run late: until then a room stays with those to come


@dataclass(frozen=True, slots=True)
class MyRoom:
    """A room one may enter, and the seat one has in it now."""

    id: str
    title: str
    session: str
    group: str
    seat: str
    phase: str
    starts_at: datetime
    ends_at: datetime
    over: bool
    time_zone: str
    kind: str
    session_id: str
    session_key: str
    meeting_template: str  # empty where the site's counts
    group_id: str | None  # None where one has a place and is not of the group


def rooms_of(uow: UnitOfWork, person_id: str) -> list[MyRoom]:
    """The rooms a person is placed in, and for an organiser all of the course; those still to come first, by time."""
    seated = uow.session.execute(_rooms_of(person_id).where(SeatRow.person_id == person_id)).all()
    visited = uow.session.execute(_rooms_of(person_id).where(Enrolment.role == Role.ORGANISER.value)).all()
    found = {room.id: _mine(uow.now, room, Seat.ORGANISER.value, room.group_id) for room, _, _ in visited}
    for room, seat, own_group in seated:
        if seat:
            known = found.get(room.id)
            found[room.id] = _mine(uow.now, room, seat.seat, known.group_id if known else own_group)
    return sorted(found.values(), key=lambda mine: (mine.ends_at <= uow.now, mine.starts_at, mine.group))


def rooms_by_session(uow: UnitOfWork, person_id: str) -> dict[str, str]:
    """{session id: room id} of the rooms a person has a seat in."""
    rows = uow.session.execute(
        select(Room.session_id, Room.id)
        .join(SeatRow, SeatRow.room_id == Room.id)
        .where(SeatRow.person_id == person_id)
        .order_by(SeatRow.position.desc())
    )
    return {row.session_id: row.id for row in rows}


def _rooms_of(person_id: str) -> Select[Room, SeatRow, str | None]:
    return (
        select(Room, SeatRow, Enrolment.group_id)
        .join(Session, Session.id == Room.session_id)
        .join(Enrolment, Enrolment.course_id == Session.course_id)
        .outerjoin(SeatRow, (SeatRow.room_id == Room.id) & (SeatRow.person_id == person_id))
        .where(Enrolment.person_id == person_id, Enrolment.removed_at.is_(None))
        .options(
            joinedload(Room.session)
            .joinedload(Session.course)
            .load_only(Course.time_zone, Course.meeting_url_template),
            joinedload(Room.group).load_only(Group.name, Group.meeting_url_template),
        )
    )


def _mine(now: datetime, room: Room, seat: str, own_group: str | None) -> MyRoom:
    session = room.session
    return MyRoom(
        id=room.id,
        title=session.title,
        session=session.title,
        group=room.group.name,
        seat=seat,
        phase=room.phase,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        over=session.ends_at + LATE <= now,
        time_zone=session.course.time_zone,
        kind=session.kind,
        session_id=session.id,
        session_key=session.key,
        meeting_template=room.group.meeting_url_template or session.course.meeting_url_template,
        group_id=room.group_id if own_group == room.group_id else None,
    )
