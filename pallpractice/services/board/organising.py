"""What is done from the board: the rooms' own actions, in one room or in many, by whoever looks at all of them."""

from collections.abc import Sequence

from sqlalchemy import select

from ...domain.errors import Invalid, NotAllowed, NotFound
from ...domain.roles import Role
from ...domain.room import Act
from ...domain.text import text
from ...library.shelf import Library
from ...storage.rooms import Room, SeatRow
from ...storage.unit_of_work import UnitOfWork
from .. import access, rounds, seating
from ..journal import Answer


def act(uow: UnitOfWork, library: Library, session_id: str, room_id: str, asked: Act, action_id: str) -> Answer:
    """One action in one room, by the rules every action there follows. Raises a Refusal, and then nothing is stored."""
    record, seat = access.room_from_board(uow, session_id, room_id, asked.person, asked.action)
    return rounds.carry_out(uow, library, record, seat, asked, action_id)


def rooms(uow: UnitOfWork, session_id: str, person_id: str, chosen: Sequence[str] | None) -> list[str]:
    """The rooms an organiser means; None is all of the session. Raises NotFound if one of them is not there."""
    _, role = access.board(uow, session_id, person_id)
    if role is not Role.ORGANISER:
        raise NotAllowed(text("From the board, only an organiser can do that."))
    there = uow.session.scalars(select(Room.id).where(Room.session_id == session_id).order_by(Room.name)).all()
    if chosen is None:
        return list(there)
    if set(chosen) - set(there):
        raise NotFound(text("There is no such room in this session."))
    return list(dict.fromkeys(chosen))


def room_of(uow: UnitOfWork, session_id: str, person_id: str) -> str:
    """The room of this session a person sits in. Raises Invalid when there is none, or more than one to choose from."""
    rows = uow.session.scalars(
        select(SeatRow.room_id)
        .join(Room, Room.id == SeatRow.room_id)
        .where(Room.session_id == session_id, SeatRow.person_id == person_id)
    ).all()
    if len(rows) != 1:
        raise Invalid(text("Say from which room."), fields={"from": [text("say which")]})
    return rows[0]


def open_rooms(uow: UnitOfWork, session_id: str, person_id: str) -> int:
    """Makes the rooms that groups of this session's track still lack. Organisers only; returns how many."""
    session, role = access.board(uow, session_id, person_id)
    if role is not Role.ORGANISER:
        raise NotFound(access.NO_BOARD)
    return seating.open_rooms(uow, session)
