"""The journal of a course's rooms: what was done, when and by whom. What people wrote, rated or felt stays in the room.

Of each action only the fields leave that `domain.exports` names. The words people write for themselves are in the
journal as digests alone; those stay behind too, since short words are guessed from their digest.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import func, select

from ...domain.exports import JOURNAL_FIELDS, NAMELESS
from ...domain.roles import SessionKind
from ...domain.room import Action
from ...storage.courses import Group, Person, Session
from ...storage.rooms import JournalLine, Room
from ...storage.unit_of_work import UnitOfWork
from .sheets import PAGE, Column, Kind, Reading, Row, Sheet

COLUMNS = (
    Column("session", Kind.ID, "The session, by its key in the programme file"),
    Column("session_kind", Kind.TEXT, "What kind of session it is", {kind.value: kind.value for kind in SessionKind}),
    Column("group", Kind.TEXT, "The small group"),
    Column("room_id", Kind.ID, "The room"),
    Column("seq", Kind.WHOLE, "The line's number in its room, from 1, without gaps"),
    Column("at", Kind.INSTANT, "When it was done"),
    Column("round_id", Kind.ID, "The round; empty before the first"),
    Column("take", Kind.WHOLE, "The take; 0 before the first"),
    Column("offset_s", Kind.NUMBER, "Seconds of the encounter until then, stopped time left out"),
    Column("person_id", Kind.PERSON, "Who did it; empty where that is theirs alone"),
    Column("name", Kind.TEXT, "Their name"),
    Column("action", Kind.TEXT, "What was done", {action.value: action.value for action in Action}),
    Column("fields", Kind.FIELDS, "What it was done with, without words, ratings and marks"),
)
Line = tuple[JournalLine, str | None]


def _rooms(reading: Reading) -> list[Found[Any]]:
    with reading.store.read() as uow:
        return list(
            uow.session.execute(
                select(Room.id, Session.key, Session.kind, Group.name)
                .join(Session, Session.id == Room.session_id)
                .join(Group, Group.id == Room.group_id)
                .where(Session.course_id == reading.course.id)
                .order_by(Session.starts_at, Group.name, Room.id)
            )
        )


def _pages(reading: Reading) -> Iterator[list[Row]]:
    for room in _rooms(reading):
        seq = 0
        while True:
            with reading.store.read() as uow:
                lines = _after(uow, room.id, seq)
            if lines:
                yield [_row(room, line, name) for line, name in lines]
                seq = lines[-1][0].seq
            if len(lines) < PAGE:
                break


def _after(uow: UnitOfWork, room: str, seq: int) -> Sequence[Line]:
    found = uow.session.execute(
        select(JournalLine, Person.name)
        .outerjoin(Person, Person.id == JournalLine.person_id)
        .where(JournalLine.room_id == room, JournalLine.seq > seq)
        .order_by(JournalLine.seq)
        .limit(PAGE)
    )
    return [(line, name) for line, name in found]


def _row(room: Found[Any], line: JournalLine, name: str | None) -> Row:
    nameless = line.action in NAMELESS
    return (
        room.key,
        room.kind,
        room.name,
        room.id,
        line.seq,
        line.at,
        line.round_id,
        line.take,
        None if line.offset_s is None else round(line.offset_s, 1),
        None if nameless else line.person_id,
        None if nameless else name,
        line.action,
        _fields(line),
    )


def _fields(line: JournalLine) -> dict[str, Any]:
    kept = JOURNAL_FIELDS.get(Action(line.action), ())
    return {field.rstrip("_"): line.data[field] for field in kept if line.data.get(field) is not None}


def _count(reading: Reading) -> int:
    with reading.store.read() as uow:
        return (
            uow.session.scalar(
                select(func.count())
                .select_from(JournalLine)
                .join(Room, Room.id == JournalLine.room_id)
                .join(Session, Session.id == Room.session_id)
                .where(Session.course_id == reading.course.id)
            )
            or 0
        )


journal = Sheet(COLUMNS, count=_count, pages=_pages)
