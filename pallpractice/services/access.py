"""Loads a room for a person, or says there is none: what one may not know of and what is not there look the same."""

from collections.abc import Collection

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload

from ..domain.errors import NotAllowed, NotFound
from ..domain.roles import Role, Seat
from ..domain.room import Action
from ..domain.text import text
from ..storage import live
from ..storage.courses import Enrolment, Person, Session
from ..storage.rooms import Room, SeatRow
from ..storage.unit_of_work import UnitOfWork

NO_ROOM = text("There is no such room, or you have no place in it.")
NO_BOARD = text("There is no such board, or it is not for you.")


_ENROLLED = (
    select(Enrolment.person_id, Enrolment.role)
    .join(Person, Person.id == Enrolment.person_id)
    .where(
        Enrolment.course_id == bindparam("course"),
        Enrolment.person_id.in_(bindparam("people", expanding=True)),
        Enrolment.removed_at.is_(None),
        Person.active,
    )
)


def room(uow: UnitOfWork, room_id: str, person_id: str) -> tuple[live.Record, Seat]:
    """The room and the seat this person has in it now. Raises NotFound."""
    record = live.load(uow.session, room_id)
    seat = seats(uow, record, [person_id]).get(person_id) if record else None
    if record is None or seat is None:
        raise NotFound(NO_ROOM)
    return record, seat


def seats(uow: UnitOfWork, record: live.Record, people: Collection[str]) -> dict[str, Seat]:
    """Where each of them sits; organisers of the course visit every room; outsiders and the inactive are left out."""
    rows = uow.connection.execute(_ENROLLED, {"course": record.course.id, "people": list(people)})
    found = {}
    for person, role in rows:
        place = record.state.places.get(person)
        if place is not None:
            found[person] = place.seat
        elif role == Role.ORGANISER:
            found[person] = Seat.ORGANISER
    return found


def check(uow: UnitOfWork, room_id: str, person_id: str) -> None:
    """Raises NotFound unless the person has a place in the room or organises its course.

    One query, since everyone connects at once.
    """
    found = uow.session.execute(
        select(Enrolment.role, SeatRow.seat)
        .select_from(Room)
        .join(Session, Session.id == Room.session_id)
        .join(Enrolment, Enrolment.course_id == Session.course_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(SeatRow, and_(SeatRow.room_id == Room.id, SeatRow.person_id == Enrolment.person_id))
        .where(
            Room.id == room_id,
            Enrolment.person_id == person_id,
            Enrolment.removed_at.is_(None),
            Person.active,
        )
    ).first()
    if found is None or (found.seat is None and found.role != Role.ORGANISER):
        raise NotFound(NO_ROOM)


def board(uow: UnitOfWork, session_id: str, person_id: str) -> tuple[Session, Role]:
    """The session, for an organiser or a coach of its course, and which of them. Raises NotFound for everyone else."""
    found = session(uow, session_id)
    role = board_roles(uow, found.course_id, [person_id]).get(person_id)
    if role is None:
        raise NotFound(NO_BOARD)
    return found, role


def session(uow: UnitOfWork, session_id: str) -> Session:
    """The session with its course. Raises NotFound."""
    found = uow.session.scalar(select(Session).where(Session.id == session_id).options(joinedload(Session.course)))
    if found is None:
        raise NotFound(NO_BOARD)
    return found


def board_roles(uow: UnitOfWork, course_id: str, people: Collection[str]) -> dict[str, Role]:
    """Which of these may look at the course's boards, and as what."""
    rows = uow.connection.execute(_ENROLLED, {"course": course_id, "people": list(people)})
    return {person: Role(role) for person, role in rows if role in (Role.ORGANISER, Role.COACH)}


def room_from_board(
    uow: UnitOfWork, session_id: str, room_id: str, person_id: str, action: Action
) -> tuple[live.Record, Seat]:
    """A room of the board's session, and as what one acts there. Coaches only take help: for all else NotAllowed."""
    _, role = board(uow, session_id, person_id)
    if role is not Role.ORGANISER and action is not Action.HELP_TAKE:
        raise NotAllowed(text("From the board, only an organiser can do that."))
    record = live.load(uow.session, room_id)
    if record is None or record.session.id != session_id:
        raise NotFound(text("There is no such room in this session."))
    return record, Seat.ORGANISER if role is Role.ORGANISER else Seat.COACH
