"""Loads a room for a person, or says there is none: what one may not know of and what is not there look the same."""

from sqlalchemy import select

from ..domain.errors import NotFound
from ..domain.roles import Role, Seat
from ..storage import live
from ..storage.courses import Enrolment, Person
from ..storage.unit_of_work import UnitOfWork


def room(uow: UnitOfWork, room_id: str, person_id: str) -> tuple[live.Record, Seat]:
    """The room and the seat this person has in it now. Raises NotFound."""
    record = live.load(uow.session, room_id)
    seat = seat_in(uow, record, person_id) if record else None
    if record is None or seat is None:
        raise NotFound("There is no such room, or you have no place in it.")
    return record, seat


def seat_in(uow: UnitOfWork, record: live.Record, person_id: str) -> Seat | None:
    """Where the person sits; organisers of the course visit every room; None for everyone else and the inactive."""
    role = uow.session.scalar(
        select(Enrolment.role)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.course_id == record.course.id,
            Enrolment.person_id == person_id,
            Enrolment.removed_at.is_(None),
            Person.active,
        )
    )
    if role is None:
        return None
    if person_id in record.state.places:
        return record.state.places[person_id].seat
    return Seat.ORGANISER if role == Role.ORGANISER else None
