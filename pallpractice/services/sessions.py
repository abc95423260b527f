"""One session of a course: found, changed, added and removed by hand.

Whatever changes a session goes through `renew`, so that rooms, plans and calendars follow, whoever asked for it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from ..domain.audit import What
from ..domain.errors import Conflict, Invalid, NotFound
from ..domain.events import RoomChanged
from ..domain.programme import Credit, Slot, instant, refusals
from ..domain.roles import SessionKind, Skill, Track
from ..domain.text import Text, text, texts
from ..library import Library
from ..storage.base import new_id
from ..storage.courses import Course, Session
from ..storage.credit import Statement
from ..storage.groups import JournalEntry
from ..storage.invitations import Guest
from ..storage.plans import Absence, Plan, PlannedRound
from ..storage.presence import Attendance
from ..storage.rooms import Dismissal, JournalLine, Room, SeatRow
from ..storage.unit_of_work import UnitOfWork
from . import audit
from .imports import set_changed
from .seating import place

NOW = timedelta()


def find(uow: UnitOfWork, course: Course, session_id: str) -> Session:
    """One session of the course. Raises NotFound."""
    found = uow.session.get(Session, session_id)
    if found is None or found.course_id != course.id:
        raise NotFound(text("There is no such session in this course."))
    return found


def slot(row: Session, zone: ZoneInfo) -> Slot:
    """The session as the programme gives it, in the course's own time."""
    return Slot(
        key=row.key,
        title=row.title,
        kind=SessionKind(row.kind),
        day=row.starts_at.astimezone(zone).date(),
        starts=row.starts_at.astimezone(zone).time(),
        ends=row.ends_at.astimezone(zone).time(),
        skill=Skill(row.skill) if row.skill else None,
        track=Track(row.track) if row.track else None,
        credit=tuple(Credit(word) for word in row.credit_types),
    )


def values(slot: Slot, zone: ZoneInfo, moved_by: timedelta = NOW) -> dict[str, Any]:
    """What its row holds; `moved_by` shifts it."""
    starts_at = instant(slot.day, slot.starts, zone) + moved_by
    return {
        "title": slot.title,
        "kind": slot.kind.value,
        "skill": slot.skill and slot.skill.value,
        "track": slot.track and slot.track.value,
        "day": starts_at.astimezone(zone).date(),
        "starts_at": starts_at,
        "ends_at": instant(slot.day, slot.ends, zone) + moved_by,
        "credit_types": [credit.value for credit in slot.credit],
    }


def renew(uow: UnitOfWork, row: Session, values: Mapping[str, Any]) -> bool:
    """Sets what differs; True if anything did. What an invitation tells raises the sequence of its calendar event."""
    told = [getattr(row, name) != values[name] for name in ("title", "kind", "starts_at", "ends_at")]
    moved_by = values["starts_at"] - row.starts_at
    if not set_changed(row, **values):
        return False
    row.sequence += any(told)
    if moved_by:
        _move_plan(uow, row, moved_by)
    for room in uow.session.scalars(select(Room.id).where(Room.session_id == row.id)):
        uow.announce(RoomChanged(room_id=room))
    return True


def _move_plan(uow: UnitOfWork, row: Session, moved_by: timedelta) -> None:
    """The rounds to come stay where they were in their session."""
    rounds = uow.session.scalars(
        select(PlannedRound).where(PlannedRound.session_id == row.id, PlannedRound.starts_at > uow.now)
    )
    for planned in rounds.all():
        planned.starts_at += moved_by
        planned.ends_at += moved_by


def change(
    uow: UnitOfWork,
    course: Course,
    session_id: str,
    *,
    title: str,
    day: date,
    starts: time,
    ends: time,
    by: str | None = None,
) -> None:
    """Another title or time, in the course's zone; what is planned in it moves along. Raises Invalid by field."""
    row, zone = find(uow, course, session_id), ZoneInfo(course.time_zone)
    wished = replace(slot(row, zone), title=title, day=day, starts=starts, ends=ends)
    others = [slot(other, zone) for other in course.sessions if other.id != row.id]
    if told := refusals(wished, others, zone):
        raise Invalid(text("The session can't be at that time."), fields=told)
    starts_at, ends_at = instant(day, starts, zone), instant(day, ends, zone)
    values = {"title": title, "day": day, "kind": row.kind, "starts_at": starts_at, "ends_at": ends_at}
    if renew(uow, row, values):
        audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data={"sessions_changed": [row.id]})


def add(uow: UnitOfWork, library: Library, course: Course, wished: Mapping[str, Any], by: str) -> Session:
    """A new session, by the fields of a Slot but its key, which is made of the title. Raises Invalid by field.

    Groups that meet in it get their rooms.
    """
    zone = ZoneInfo(course.time_zone)
    others = [slot(row, zone) for row in course.sessions]
    new = Slot(key=_key(wished["title"], {one.key for one in others}), **wished)
    told = refusals(new, others, zone)
    if new.skill and not told and not _practised(library, course, new.skill):
        told["skill"] = [text("None of the course’s scenarios practises that. Choose one under Scenarios first.")]
    if told:
        raise Invalid(text("The session can't be added like this."), fields=told)
    row = Session(id=new_id(), course_id=course.id, key=new.key)
    set_changed(row, **values(new, zone))
    uow.session.add(row)
    uow.session.flush()
    place(uow, course)
    audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data={"sessions_added": [row.id]})
    return row


def _practised(library: Library, course: Course, skill: Skill) -> bool:
    used = library.scenarios.keys() if course.scenario_ids is None else course.scenario_ids
    return any(library.scenarios[one].skill == skill for one in used if one in library.scenarios)


def _key(title: str, taken: set[str]) -> str:
    """As a writer of a programme file would name it: "pain-again", and "pain-again-2" when that is there."""
    apart = unicodedata.normalize("NFKD", title.lower())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    key = "-".join(re.findall("[a-z0-9]+", plain))[:50].strip("-") or "session"
    return next(
        name for name in (key, *(f"{key}-{number}" for number in range(2, len(taken) + 3))) if name not in taken
    )


@dataclass(frozen=True, slots=True)
class Traces:
    """What keeps a session from being removed, in words, and how many rounds are planned in it."""

    used: tuple[Text, ...]
    planned: int


def traces(uow: UnitOfWork, row: Session) -> Traces:
    """Whether anyone has been in the session, or anything was done or written there."""

    def many(of: Any, *where: Any) -> int:
        return uow.session.scalar(select(func.count(of.distinct())).where(*where)) or 0

    rooms = select(Room.id).where(Room.session_id == row.id)
    begun = many(JournalLine.room_id, JournalLine.room_id.in_(rooms))
    been = many(Attendance.person_id, Attendance.session_id == row.id)
    said = many(Statement.person_id, Statement.session_id == row.id)
    wrote = many(JournalEntry.person_id, JournalEntry.session_id == row.id)
    asked = many(Guest.id, Guest.room_id.in_(rooms))
    found = [
        begun and texts("Something was done in {n} of its rooms.", "Something was done in {n} of its rooms.", begun),
        been and texts("{n} person has been in it.", "{n} people have been in it.", been),
        said and texts("The presence of {n} person was entered.", "The presence of {n} people was entered.", said),
        wrote and texts("{n} person has written a journal.", "{n} people have written a journal.", wrote),
        asked and texts("{n} guest has come to a door.", "{n} guests have come to a door.", asked),
    ]
    planned = many(PlannedRound.id, PlannedRound.session_id == row.id)
    return Traces(tuple(one for one in found if one), planned)


def remove(uow: UnitOfWork, course: Course, session_id: str, *, with_plan: bool, by: str) -> Session:
    """Takes out a session that nobody has used, with its waiting rooms. Whoever was invited is due a cancellation.

    Raises Conflict for one that leaves traces, and for one with a plan unless the plan may go too.
    """
    row = find(uow, course, session_id)
    found = traces(uow, row)
    if found.used:
        raise Conflict(text("{session} can't be removed: it has been used.", session=row.title))
    if found.planned and not with_plan:
        raise Conflict(text("Rounds are planned in {session}. Say that its plan may go too.", session=row.title))
    rooms = select(Room.id).where(Room.session_id == row.id)
    for of_rooms in (SeatRow, Dismissal):
        uow.session.execute(delete(of_rooms).where(of_rooms.room_id.in_(rooms)))
    for of_session in (Room, PlannedRound, Plan, Absence):
        uow.session.execute(delete(of_session).where(of_session.session_id == row.id))
    uow.session.execute(delete(Session).where(Session.id == row.id))
    uow.session.expire(course, ["sessions"])
    audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data={"sessions_removed": [session_id]})
    return row
