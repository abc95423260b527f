"""Who sits in which room: places made from the groups and the plan. What is changed by hand is in `reseating`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete, select

from ..domain.events import RoomChanged
from ..domain.joining import is_guest
from ..domain.roles import GATHERINGS, RESTING_SEAT, Role, Seat, SessionKind
from ..domain.room import Phase
from ..storage.base import new_id
from ..storage.courses import Course, Enrolment, Group, Session
from ..storage.plans import PlannedRound
from ..storage.rooms import Dismissal, Room, SeatRow
from ..storage.unit_of_work import UnitOfWork
from .circles import private_journal

R = TypeVar("R")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class _There:
    """All that places follow from, read at once: a course has a hundred rooms, and one change of a person looks at all.

    Rooms and plans by session and group, seats and who was taken out by room, members by group, actors by person.
    """

    members: Mapping[str, list[Enrolment]]
    actors: Mapping[str, Enrolment]
    rooms: dict[tuple[str, str], Room]
    seats: Mapping[str, list[SeatRow]]
    dismissed: Mapping[str, set[str]]
    planned: Mapping[tuple[str, str], list[PlannedRound]]

    @classmethod
    def read(cls, uow: UnitOfWork, course_id: str) -> "_There":
        find = uow.session.scalars
        sessions = select(Session.id).where(Session.course_id == course_id)
        rooms = find(select(Room).where(Room.session_id.in_(sessions))).all()
        ids = select(Room.id).where(Room.session_id.in_(sessions))
        enrolled = select(Enrolment).where(Enrolment.course_id == course_id, Enrolment.removed_at.is_(None))
        people = find(enrolled.order_by(Enrolment.position, Enrolment.id)).all()
        planned = select(PlannedRound).where(PlannedRound.session_id.in_(sessions)).order_by(PlannedRound.number)
        dismissed = find(select(Dismissal).where(Dismissal.room_id.in_(ids)))
        return cls(
            members=_by(people, lambda one: one.group_id or ""),
            actors={one.person_id: one for one in people if one.role == Role.ACTOR},
            rooms={(room.session_id, room.group_id): room for room in rooms},
            seats=_by(find(select(SeatRow).where(SeatRow.room_id.in_(ids))), lambda row: row.room_id),
            dismissed={
                room: {one.person_id for one in them} for room, them in _by(dismissed, lambda one: one.room_id).items()
            },
            planned=_by(find(planned), lambda row: (row.session_id, row.group_id)),
        )

    def put_elsewhere(self, room: Room) -> set[str]:
        """Learners and coaches put into another room of the session from the board. Actors may go from room to room."""
        others = (one for one in self.rooms.values() if one.session_id == room.session_id and one is not room)
        rows = (row for one in others for row in self.seats.get(one.id, ()))
        return {row.person_id for row in rows if row.by_hand and row.role in (Role.LEARNER, Role.COACH)}


def _by(rows: Iterable[R], key: Callable[[R], K]) -> dict[K, list[R]]:
    found: dict[K, list[R]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def place(uow: UnitOfWork, course: Course) -> None:
    """Makes a room for each group and each session it meets in, and a seat in it for each of the group's people.

    Rooms that have begun keep who is in them; newcomers are added and those who left the group before it began go.
    Guests, who are in no group, stay; and so does whoever was put somewhere from the board. Whoever was taken out from
    there stays out.
    """
    sessions = uow.session.scalars(
        select(Session)
        .where(Session.course_id == course.id, Session.kind.in_(map(str, GATHERINGS)))
        .order_by(Session.starts_at)
    ).all()
    there = _There.read(uow, course.id)
    for group in uow.session.scalars(select(Group).where(Group.course_id == course.id).order_by(Group.name)).all():
        members = there.members.get(group.id, [])
        for session in sessions:
            if members and session.track in (None, group.track):
                _seat(uow, there, _room(uow, there, session, group), _expected(there, session, group))
        if not members:
            _empty(uow, there, group)


def _empty(uow: UnitOfWork, there: _There, group: Group) -> None:
    """Takes the last of a group that nobody is in any more out of its rooms that have not begun."""
    for room in [room for room in there.rooms.values() if room.group_id == group.id]:
        _seat(uow, there, room, [])


def open_rooms(uow: UnitOfWork, session: Session) -> int:
    """Makes the rooms that are missing for a session, and says how many. Those that are there stay as they are."""
    there, made = _There.read(uow, session.course_id), 0
    groups = select(Group).where(Group.course_id == session.course_id).order_by(Group.name)
    for group in uow.session.scalars(groups).all():
        missing = (session.id, group.id) not in there.rooms and there.members.get(group.id)
        if missing and session.track in (None, group.track):
            _seat(uow, there, _room(uow, there, session, group), _expected(there, session, group))
            made += 1
    return made


def _expected(there: _There, session: Session, group: Group) -> list[Enrolment]:
    """The group's people, and the actors of the course who play in this room by its plan and are not of its group."""
    members = there.members.get(group.id, [])
    of_group = {member.person_id for member in members}
    rounds = there.planned.get((session.id, group.id), ())
    playing = dict.fromkeys(person for planned in rounds for person in planned.parts.values())
    return members + [there.actors[one] for one in playing if one in there.actors and one not in of_group]


def _room(uow: UnitOfWork, there: _There, session: Session, group: Group) -> Room:
    room = there.rooms.get((session.id, group.id))
    if room is None:
        room = Room(id=new_id(), session_id=session.id, group_id=group.id, name=group.name)
        uow.session.add(room)
        uow.session.flush()
        there.rooms[session.id, group.id] = room
    return room


def _seat(uow: UnitOfWork, there: _There, room: Room, members: Iterable[Enrolment]) -> None:
    rows = {row.person_id: row for row in there.seats.get(room.id, ())}
    away = there.put_elsewhere(room) | there.dismissed.get(room.id, set())
    wanted = {member.person_id: member for member in members if member.person_id not in away}
    waiting = room.phase == Phase.LOBBY
    changed = False
    for person, row in list(rows.items()):
        if waiting and person not in wanted and not row.by_hand and not is_guest(row.person.email):
            private_journal.take_back(uow, room.session_id, person)
            uow.session.delete(rows.pop(person))
            changed = True
    stay = [row for person, row in rows.items() if person not in wanted and row.by_hand]
    for position, row in enumerate(stay, start=len(wanted)):
        if row.position != position:
            row.position, changed = position, True
    for position, (person, member) in enumerate(wanted.items()):
        if person not in rows:
            rows[person] = SeatRow(
                room_id=room.id, person_id=person, role=member.role, seat=RESTING_SEAT[Role(member.role)]
            )
            uow.session.add(rows[person])
            changed = True
        row = rows[person]
        if row.role != member.role:
            row.role, row.seat, changed = member.role, RESTING_SEAT[Role(member.role)], True
        if row.position != position:
            row.position, changed = position, True
    if waiting and room.session.kind == SessionKind.PRACTICE:
        changed |= _seat_first_learner(there, room, rows.values())
    if changed:
        touch(uow, room)


def keep_out(uow: UnitOfWork, room: Room, person_id: str) -> None:
    """Whoever was taken out of a room is not put back by its group or plan as they stand."""
    uow.session.merge(Dismissal(room_id=room.id, person_id=person_id))


def call_back(uow: UnitOfWork, rooms: Iterable[str], people: Iterable[str]) -> None:
    """They may have a place in these rooms again: someone gave them one, or their group or the plan has changed."""
    uow.session.execute(
        delete(Dismissal).where(Dismissal.room_id.in_(list(rooms)), Dismissal.person_id.in_(list(people)))
    )


def follow_group(uow: UnitOfWork, course_id: str, person_id: str) -> None:
    """Their group has changed since they were moved from the board: from now on they are where it is."""
    rooms = _rooms_of(uow, course_id)
    rows = uow.session.scalars(
        select(SeatRow).where(SeatRow.room_id.in_(rooms), SeatRow.person_id == person_id, SeatRow.by_hand)
    )
    for row in rows.all():
        row.by_hand = False
    call_back(uow, rooms, [person_id])


def follow_plan(uow: UnitOfWork, session_id: str, group_id: str, people: Iterable[str]) -> None:
    """The plan has them play here now, and did not before."""
    room = select(Room.id).where(Room.session_id == session_id, Room.group_id == group_id)
    call_back(uow, uow.session.scalars(room).all(), people)


def _seat_first_learner(there: _There, room: Room, rows: Iterable[SeatRow]) -> bool:
    """In the lobby the first of the plan or the rotation already sits in the chair, and can think of a goal.

    True if anyone's seat has changed.
    """
    in_order = sorted(rows, key=lambda row: row.position)
    learners = {row.person_id: row for row in in_order if row.role == Role.LEARNER}
    planned = next((one.learner_id for one in there.planned.get((room.session_id, room.group_id), ())), None)
    first = planned if planned in learners else next(iter(learners), None)
    changed = False
    for person, row in learners.items():
        seat = Seat.LEARNER if person == first else Seat.OBSERVER
        if row.seat in (Seat.LEARNER, Seat.OBSERVER) and row.seat != seat:
            row.seat, changed = seat, True
    return changed


def touch(uow: UnitOfWork, room: Room) -> None:
    """Marks the room as changed, so that nobody goes on with an older picture of it."""
    room.changed_at = uow.now
    uow.announce(RoomChanged(room_id=room.id))


def unseat(uow: UnitOfWork, course: Course, person_id: str) -> None:
    """Takes a person out of every room of the course; who comes back to the course comes back to their group's."""
    rooms = _rooms_of(uow, course.id)
    rows = uow.session.scalars(select(SeatRow).where(SeatRow.room_id.in_(rooms), SeatRow.person_id == person_id)).all()
    for row in rows:
        private_journal.take_back(uow, rooms[row.room_id].session_id, person_id)
        uow.session.delete(row)
        touch(uow, rooms[row.room_id])
    call_back(uow, rooms, [person_id])


def _rooms_of(uow: UnitOfWork, course_id: str) -> dict[str, Room]:
    """The course's rooms by id."""
    rooms = uow.session.scalars(
        select(Room).join(Session, Session.id == Room.session_id).where(Session.course_id == course_id)
    )
    return {room.id: room for room in rooms}
