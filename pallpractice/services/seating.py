"""Who sits in which room: places made from the groups and the plan. What is changed by hand is in `reseating`."""

from collections.abc import Iterable

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
    for group in uow.session.scalars(select(Group).where(Group.course_id == course.id).order_by(Group.name)).all():
        members = _members(uow, group)
        for session in sessions:
            if members and session.track in (None, group.track):
                _seat(uow, _room(uow, session, group), [*members, *_planned_actors(uow, session, group, members)])
        if not members:
            _empty(uow, group)


def _empty(uow: UnitOfWork, group: Group) -> None:
    """Takes the last of a group that nobody is in any more out of its rooms that have not begun."""
    for room in uow.session.scalars(select(Room).where(Room.group_id == group.id)).all():
        _seat(uow, room, [])


def open_rooms(uow: UnitOfWork, session: Session) -> int:
    """Makes the rooms that are missing for a session, and says how many. Those that are there stay as they are."""
    has_room = select(Room.group_id).where(Room.session_id == session.id)
    groups = uow.session.scalars(
        select(Group).where(Group.course_id == session.course_id, Group.id.not_in(has_room)).order_by(Group.name)
    )
    made = 0
    for group in groups.all():
        members = _members(uow, group)
        if members and session.track in (None, group.track):
            planned = _planned_actors(uow, session, group, members)
            _seat(uow, _room(uow, session, group), [*members, *planned])
            made += 1
    return made


def _members(uow: UnitOfWork, group: Group) -> list[Enrolment]:
    return list(
        uow.session.scalars(
            select(Enrolment)
            .where(Enrolment.group_id == group.id, Enrolment.removed_at.is_(None))
            .order_by(Enrolment.position, Enrolment.id)
        )
    )


def _planned_actors(
    uow: UnitOfWork, session: Session, group: Group, members: Iterable[Enrolment]
) -> Iterable[Enrolment]:
    """Actors of the course who play in this room by its plan and are not of its group."""
    rounds = uow.session.scalars(
        select(PlannedRound)
        .where(PlannedRound.session_id == session.id, PlannedRound.group_id == group.id)
        .order_by(PlannedRound.number)
    )
    people = dict.fromkeys(person for planned in rounds for person in planned.parts.values())
    of_group = {member.person_id for member in members}
    rows = uow.session.scalars(
        select(Enrolment).where(
            Enrolment.course_id == session.course_id,
            Enrolment.person_id.in_(list(people)),
            Enrolment.role == Role.ACTOR.value,
            Enrolment.removed_at.is_(None),
        )
    )
    known = {row.person_id: row for row in rows if row.person_id not in of_group}
    return [known[person] for person in people if person in known]


def _first_planned(uow: UnitOfWork, room: Room) -> str | None:
    return uow.session.scalar(
        select(PlannedRound.learner_id)
        .where(PlannedRound.session_id == room.session_id, PlannedRound.group_id == room.group_id)
        .order_by(PlannedRound.number)
        .limit(1)
    )


def _room(uow: UnitOfWork, session: Session, group: Group) -> Room:
    room = uow.session.scalar(select(Room).where(Room.session_id == session.id, Room.group_id == group.id))
    if room is None:
        room = Room(id=new_id(), session_id=session.id, group_id=group.id, name=group.name)
        uow.session.add(room)
        uow.session.flush()
    return room


def _seat(uow: UnitOfWork, room: Room, members: Iterable[Enrolment]) -> None:
    rows = {row.person_id: row for row in uow.session.scalars(select(SeatRow).where(SeatRow.room_id == room.id))}
    away = _put_elsewhere(uow, room) | _dismissed(uow, room)
    wanted = {member.person_id: member for member in members if member.person_id not in away}
    waiting = room.phase == Phase.LOBBY
    changed = False
    for person, row in rows.items():
        if waiting and person not in wanted and not row.by_hand and not is_guest(row.person.email):
            private_journal.take_back(uow, room.session_id, person)
            uow.session.delete(row)
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
    if changed:
        uow.session.flush()
    if waiting and room.session.kind == SessionKind.PRACTICE:
        changed |= _seat_first_learner(uow, room)
    if changed:
        touch(uow, room)


def _put_elsewhere(uow: UnitOfWork, room: Room) -> set[str]:
    """Learners and coaches put into another room of the session from the board. Actors may go from room to room."""
    rows = uow.session.scalars(
        select(SeatRow.person_id)
        .join(Room, Room.id == SeatRow.room_id)
        .where(
            Room.session_id == room.session_id,
            Room.id != room.id,
            SeatRow.by_hand,
            SeatRow.role.in_([Role.LEARNER.value, Role.COACH.value]),
        )
    )
    return set(rows)


def _dismissed(uow: UnitOfWork, room: Room) -> set[str]:
    return set(uow.session.scalars(select(Dismissal.person_id).where(Dismissal.room_id == room.id)))


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


def _seat_first_learner(uow: UnitOfWork, room: Room) -> bool:
    """In the lobby the first of the plan or the rotation already sits in the chair, and can think of a goal.

    True if anyone's seat has changed.
    """
    rows = uow.session.scalars(select(SeatRow).where(SeatRow.room_id == room.id).order_by(SeatRow.position))
    learners = {row.person_id: row for row in rows if row.role == Role.LEARNER}
    planned = _first_planned(uow, room)
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
