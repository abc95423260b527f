"""Who was in which room from when to when, however many windows they had open: the record that credit comes from."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, and_, func, or_, select, update

from ..domain.participation import Stay, union
from ..storage.base import new_id
from ..storage.presence import Attendance
from ..storage.rooms import Room
from ..storage.unit_of_work import UnitOfWork

# Whoever is back so soon has not been away: a reload, a lift, a server that was started again.
CONTINUES = timedelta(seconds=20)


class Place(NamedTuple):
    """A person in a room."""

    room: str
    person: str


@dataclass(frozen=True, slots=True)
class Change:
    """Someone came (`here`) or went, all their windows in the room taken together."""

    place: Place
    here: bool
    at: datetime


def record(uow: UnitOfWork, process: str, changes: Sequence[Change]) -> None:
    """Writes down who came and went at this server process, in one go. The same again changes nothing.

    Of a room that has been taken away meanwhile there is nothing to write.
    """
    open_stays = _recent(uow, process, changes)
    sessions = _sessions(uow, {change.place.room for change in changes})
    for change in changes:
        row = open_stays.get(change.place)
        if not change.here:
            if row is not None and row.left_at is None:
                row.left_at = row.seen_at = max(change.at, row.came_at)
        elif row is None or (row.left_at is not None and change.at - row.left_at >= CONTINUES):
            if change.place.room in sessions:
                row = open_stays[change.place] = _begin(process, change, sessions[change.place.room])
                uow.session.add(row)
        elif row.left_at is not None:
            row.process, row.seen_at, row.left_at = process, max(change.at, row.left_at), None


def _recent(uow: UnitOfWork, process: str, changes: Sequence[Change]) -> dict[Place, Attendance]:
    """The newest stay of each person and room concerned that may still end, or go on."""
    earliest = min(change.at for change in changes) - CONTINUES
    rows = uow.session.scalars(
        select(Attendance)
        .where(
            Attendance.room_id.in_({change.place.room for change in changes}),
            Attendance.person_id.in_({change.place.person for change in changes}),
            or_(
                and_(Attendance.process == process, Attendance.left_at.is_(None)),
                Attendance.left_at > earliest,
            ),
        )
        .order_by(Attendance.left_at.is_(None), Attendance.came_at)
    )
    return {Place(row.room_id, row.person_id): row for row in rows}


def _sessions(uow: UnitOfWork, rooms: Collection[str]) -> dict[str, str]:
    rows = uow.session.execute(select(Room.id, Room.session_id).where(Room.id.in_(rooms)))
    return {row.id: row.session_id for row in rows}


def _begin(process: str, change: Change, session: str) -> Attendance:
    return Attendance(
        id=new_id(),
        session_id=session,
        room_id=change.place.room,
        person_id=change.place.person,
        process=process,
        came_at=change.at,
        seen_at=change.at,
    )


def seen(uow: UnitOfWork, process: str, expected: Collection[Place]) -> set[Place]:
    """Everyone this process holds is still there; returns who that is, as stored."""
    if _change(uow, process, {"seen_at": uow.now}) == len(expected):
        return set(expected)
    rows = uow.session.execute(
        select(Attendance.room_id, Attendance.person_id).where(
            Attendance.process == process, Attendance.left_at.is_(None)
        )
    )
    return {Place(room, person) for room, person in rows}


def all_left(uow: UnitOfWork, process: str) -> None:
    """Everyone has gone from this process, now: it stops."""
    _change(uow, process, {"seen_at": uow.now, "left_at": uow.now})


def _change(uow: UnitOfWork, process: str, values: Mapping[str, Any]) -> int:
    """Sets this on all open stays of the process, in one statement; returns how many they are."""
    mine = update(Attendance).where(Attendance.process == process, Attendance.left_at.is_(None))
    done = uow.session.execute(mine.values(**values), execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], done).rowcount


def close_stale(uow: UnitOfWork, process: str, before: datetime) -> int:
    """Ends the stays of processes that have not been heard of since `before`, each where it was last seen."""
    stale = update(Attendance).where(
        Attendance.process != process, Attendance.left_at.is_(None), Attendance.seen_at < before
    )
    done = uow.session.execute(
        stale.values(left_at=Attendance.seen_at), execution_options={"synchronize_session": False}
    )
    return cast(CursorResult[Any], done).rowcount


def attendance(uow: UnitOfWork, session_ids: Iterable[str]) -> dict[str, dict[str, tuple[Stay, ...]]]:
    """{session: {person: their stays, overlaps once}}. Whoever is there now stays until they were last seen."""
    rows = uow.session.execute(
        select(
            Attendance.session_id,
            Attendance.person_id,
            Attendance.came_at,
            func.coalesce(Attendance.left_at, Attendance.seen_at).label("until"),
        ).where(Attendance.session_id.in_(list(session_ids)))
    )
    found: dict[str, dict[str, list[Stay]]] = {}
    for session, person, came_at, until in rows:
        found.setdefault(session, {}).setdefault(person, []).append(Stay(came_at, until))
    return {session: {person: union(stays) for person, stays in people.items()} for session, people in found.items()}
