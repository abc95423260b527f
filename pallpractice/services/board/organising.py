"""What is done from the board: the rooms' own actions, in one room or in many, by whoever looks at all of them."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import select

from ...domain.errors import Invalid, NotAllowed, NotFound, WrongPhase
from ...domain.roles import Role
from ...domain.room import Act, Phase, permit
from ...domain.text import listed, text
from ...library.shelf import Library
from ...storage import live
from ...storage.rooms import Room, SeatRow
from ...storage.unit_of_work import UnitOfWork
from .. import access, choosing, journal, rounds, seating
from ..journal import Answer

Present = Callable[[str], Collection[str]]  # room id -> who is connected to it


def act(uow: UnitOfWork, library: Library, session_id: str, room_id: str, asked: Act, action_id: str) -> Answer:
    """One action in one room, by the rules every action there follows. Raises a Refusal, and then nothing is stored."""
    record, seat = access.room_from_board(uow, session_id, room_id, asked.person, asked.action)
    return rounds.carry_out(uow, library, record, seat, asked, action_id)


def start(
    uow: UnitOfWork, library: Library, session_id: str, room_id: str, asked: Act, action_id: str, present: Present
) -> Answer:
    """Starts the next round of a room among many, if its coach, its learner and whoever is to play are there.

    Raises a Refusal that says what keeps it from starting, and then nothing is stored.
    """
    record, seat = access.room_from_board(uow, session_id, room_id, asked.person, asked.action)
    if not journal.earlier(uow, [action_id]):
        if record.state.phase not in (Phase.LOBBY, Phase.CLOSE):
            raise WrongPhase(text("A round is going on."))
        permit(record.state, asked.action, seat, uow.now)
        _check_all_there(uow, library, record, present(room_id))
    return rounds.carry_out(uow, library, record, seat, asked, action_id)


def _check_all_there(uow: UnitOfWork, library: Library, record: live.Record, present: Collection[str]) -> None:
    known = choosing.facts(uow, record)
    following = choosing.following(library, record, known)
    if following.learner is None or following.scenario is None:
        return  # the start itself says why it can't be
    scenario = following.scenario
    playing = choosing.cast(record, scenario, following.parts, known.unable(scenario))
    if any(character.id not in playing for character in scenario.script.characters):
        raise Invalid(text("Nobody is there to play {case}.", case=scenario.title))
    coaches = [person for person, row in record.seats.items() if row.role == Role.COACH]
    if not coaches:
        raise Invalid(text("It has no coach."))
    missing = {following.learner, *playing.values()} - set(present)
    if not set(coaches) & set(present):
        missing |= set(coaches)
    if missing:
        names = listed(sorted(record.seats[person].person.name for person in missing))
        raise Invalid(text("Not here yet: {names}.", names=names))


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
