"""A course's programme: brought in from a file, looked at before that, changed on pages, and written as a file again.

Whatever changes a session goes through `_renew`, so that rooms, plans and calendars follow, whoever asked for it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from ..domain.audit import What
from ..domain.errors import Conflict, Invalid, NotFound
from ..domain.events import RoomChanged
from ..domain.programme import Credit, Programme, Slot, instant, refusals
from ..domain.release import Policy
from ..domain.roles import SessionKind, Skill, Track
from ..domain.text import Text, listed, text, texts
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
from .feedback import release
from .imports import Fate, Imported, set_changed
from .seating import place

NOW = timedelta()


def session(uow: UnitOfWork, course: Course, session_id: str) -> Session:
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


def change_session(
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
    row, zone = session(uow, course, session_id), ZoneInfo(course.time_zone)
    wished = replace(slot(row, zone), title=title, day=day, starts=starts, ends=ends)
    others = [slot(other, zone) for other in course.sessions if other.id != row.id]
    if told := refusals(wished, others, zone):
        raise Invalid(text("The session can't be at that time."), fields=told)
    starts_at, ends_at = instant(day, starts, zone), instant(day, ends, zone)
    values = {"title": title, "day": day, "kind": row.kind, "starts_at": starts_at, "ends_at": ends_at}
    if _renew(uow, row, values):
        audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data={"sessions_changed": [row.id]})


def import_programme(
    uow: UnitOfWork, programme: Programme, *, moved_by: timedelta = NOW, by: str | None = None
) -> Imported:
    """Makes the course or brings it up to date; `moved_by` shifts every session, for the demo.

    A session that has gone from the file stays, since people may have practised in it.
    """
    course = uow.session.scalar(select(Course).where(Course.slug == programme.slug))
    if course is None:
        course = Course(id=new_id(), slug=programme.slug, title=programme.title, time_zone=programme.time_zone)
        uow.session.add(course)
    fields = [change.field for change in _heading_changes(course, programme)]
    set_changed(course, **_heading(programme))
    uow.session.flush()
    if not course.peer_names:
        release.unname(uow, course)
    done = _sessions(uow, course, programme, moved_by)
    place(uow, course)
    if fields or done.added or done.changed:
        data = {"fields": fields, "sessions_added": len(done.added), "sessions_changed": len(done.changed)}
        audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data=data)
    return done


def _heading(programme: Programme) -> dict[str, Any]:
    return {
        "title": programme.title,
        "time_zone": programme.time_zone,
        "language": programme.language,
        "observers_see_scorecards": programme.observers_see_scorecards,
        **_chosen(programme),
    }


def _chosen(programme: Programme) -> dict[str, Any]:
    # What the file does not say stays as it was chosen on the pages.
    chosen: dict[str, Any] = {}
    if programme.meeting_url_template:
        chosen["meeting_url_template"] = programme.meeting_url_template
    if programme.release is not None:
        chosen["release_policy"] = programme.release.value
    if programme.peer_names is not None:
        chosen["peer_names"] = programme.peer_names
    if programme.scenarios is not None:
        chosen["scenario_ids"] = list(programme.scenarios)
    if programme.rubrics is not None:
        chosen["rubric_ids"] = {skill.value: rubric for skill, rubric in programme.rubrics.items()}
    return chosen


def _sessions(uow: UnitOfWork, course: Course, programme: Programme, moved_by: timedelta) -> Imported:
    rows = uow.session.scalars(select(Session).where(Session.course_id == course.id))
    known = {row.key: row for row in rows}
    done = Imported(absent=sorted(known.keys() - {slot.key for slot in programme.slots}))
    for slot in programme.slots:
        row = known.get(slot.key)
        if row is None:
            row = Session(id=new_id(), course_id=course.id, key=slot.key)
            uow.session.add(row)
            done.added.append(slot.key)
            set_changed(row, **_values(slot, programme, moved_by))
        elif _renew(uow, row, _values(slot, programme, moved_by)):
            done.changed.append(slot.key)
        else:
            done.unchanged.append(slot.key)
    uow.session.flush()
    return done


def _renew(uow: UnitOfWork, row: Session, values: Mapping[str, Any]) -> bool:
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


def _values(slot: Slot, programme: Programme, moved_by: timedelta) -> dict[str, Any]:
    zone = programme.zone
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


# Looking at a file before it is brought in.


@dataclass(frozen=True, slots=True)
class Change:
    """One field that would read otherwise; `when` is (starts, ends, zone)."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file would do with one session. `begun`: it has begun already, so that people may have been in it."""

    title: str
    kind: str
    when: tuple[datetime, datetime, str]
    fate: Fate
    changes: tuple[Change, ...] = ()
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a programme would do. `absent` are in the course and not in the file: they would be left alone."""

    course: tuple[Change, ...]
    outcomes: tuple[Outcome, ...]
    absent: tuple[str, ...]

    @property
    def mark(self) -> str:
        """The same as long as it would do the same."""
        return sha256(repr(asdict(self)).encode()).hexdigest()[:16]

    def count(self, fate: str) -> int:
        return sum(one.fate == fate for one in self.outcomes)


def preview(uow: UnitOfWork, course: Course, programme: Programme) -> Preview:
    """What importing it would do, field by field. Saves nothing."""
    known = {row.key: row for row in course.sessions}
    in_file = {slot.key for slot in programme.slots}
    return Preview(
        course=tuple(_heading_changes(course, programme)),
        outcomes=tuple(_outcome(uow, course, programme, slot, known.get(slot.key)) for slot in programme.slots),
        absent=tuple(row.title for row in course.sessions if row.key not in in_file),
    )


def _heading_changes(course: Course, programme: Programme) -> Iterator[Change]:
    for name, after in _heading(programme).items():
        if (before := getattr(course, name)) != after:
            yield Change(name, before, after)


def _outcome(uow: UnitOfWork, course: Course, programme: Programme, slot: Slot, row: Session | None) -> Outcome:
    values = _values(slot, programme, NOW)
    when = (values["starts_at"], values["ends_at"], programme.time_zone)
    if row is None:
        return Outcome(slot.title, slot.kind, when, Fate.ADDED)
    changes = [
        Change(name, getattr(row, name), values[name])
        for name in ("title", "kind", "skill", "track", "credit_types")
        if getattr(row, name) != values[name]
    ]
    if any(getattr(row, name) != values[name] for name in ("day", "starts_at", "ends_at")):
        changes.append(Change("when", (row.starts_at, row.ends_at, course.time_zone), when))
    fate = Fate.CHANGED if changes else Fate.UNCHANGED
    return Outcome(slot.title, slot.kind, when, fate, tuple(changes), row.starts_at <= uow.now)


def as_programme(course: Course) -> Programme:
    """The course as a programme file would give it. Raises Conflict for a session that no file can give."""
    zone = ZoneInfo(course.time_zone)
    slots = tuple(slot(row, zone) for row in course.sessions)
    if over := [one.title for one in slots if one.ends <= one.starts]:
        raise Conflict(
            text("A programme file can't give a session that goes past midnight: {names}.", names=listed(over))
        )
    return Programme(
        slug=course.slug,
        title=course.title,
        time_zone=course.time_zone,
        slots=slots,
        meeting_url_template=course.meeting_url_template,
        language=course.language,
        observers_see_scorecards=course.observers_see_scorecards,
        release=Policy(course.release_policy),
        peer_names=course.peer_names,
        scenarios=tuple(course.scenario_ids) if course.scenario_ids else None,
        rubrics={Skill(skill): rubric for skill, rubric in course.rubric_ids.items()} or None,
    )


# Sessions that come and go.


def add_session(uow: UnitOfWork, library: Library, course: Course, wished: Mapping[str, Any], by: str) -> Session:
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
    set_changed(row, **_values(new, replace(as_heading(course), slots=(new,)), NOW))
    uow.session.add(row)
    uow.session.flush()
    place(uow, course)
    audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data={"sessions_added": [row.id]})
    return row


def as_heading(course: Course) -> Programme:
    """The course's own fields alone."""
    return Programme(course.slug, course.title, course.time_zone, ())


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


def remove_session(uow: UnitOfWork, course: Course, session_id: str, *, with_plan: bool, by: str) -> Session:
    """Takes out a session that nobody has used, with its waiting rooms. Whoever was invited is due a cancellation.

    Raises Conflict for one that leaves traces, and for one with a plan unless the plan may go too.
    """
    row = session(uow, course, session_id)
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


# The course's own settings.


@dataclass(frozen=True, slots=True)
class Moved:
    """A session to come, and when it would be by another zone's clocks."""

    session: Session
    starts_at: datetime
    ends_at: datetime


def moves(uow: UnitOfWork, course: Course, time_zone: str) -> list[Moved]:
    """What another zone makes of the sessions to come: the same hours on its clocks. Those that have begun stay.

    Raises Invalid when an hour does not exist there, or when one would meet another that has begun.
    """
    old, new = ZoneInfo(course.time_zone), ZoneInfo(time_zone)
    moved: list[Moved] = []
    for row in course.sessions:
        if row.starts_at > uow.now:
            try:
                moved.append(Moved(row, _same_clock(row.starts_at, old, new), _same_clock(row.ends_at, old, new)))
            except ValueError:
                told = text("{session} would be at an hour that does not exist there.", session=row.title)
                raise Invalid(told, fields={"time_zone": [told]}) from None
    _check_apart(course, moved)
    return [one for one in moved if one.starts_at != one.session.starts_at or one.ends_at != one.session.ends_at]


def _same_clock(at: datetime, old: ZoneInfo, new: ZoneInfo) -> datetime:
    there = at.astimezone(old)
    return instant(there.date(), there.time(), new)


def _check_apart(course: Course, moved: list[Moved]) -> None:
    to_come = {one.session.id for one in moved}
    times = [(one.session, one.starts_at, one.ends_at) for one in moved]
    times += [(row, row.starts_at, row.ends_at) for row in course.sessions if row.id not in to_come]
    for (one, starts, ends), (other, begins, finishes) in combinations(times, 2):
        parallel = one.track and other.track and one.track != other.track
        if starts < finishes and begins < ends and not parallel:
            told = text("{session} would meet {other}.", session=one.title, other=other.title)
            raise Invalid(told, fields={"time_zone": [told]})


def change_course(
    uow: UnitOfWork, course: Course, *, title: str, language: str, time_zone: str, by: str
) -> list[Moved]:
    """Another title, language of letters or time zone; returns the sessions that have moved. Raises Invalid."""
    moved = moves(uow, course, time_zone) if time_zone != course.time_zone else []
    wished = {"title": title, "language": language, "time_zone": time_zone}
    fields = [name for name, value in wished.items() if getattr(course, name) != value]
    set_changed(course, **wished)
    zone, changed = ZoneInfo(time_zone), {one.session.id: one for one in moved}
    for row in course.sessions if "time_zone" in fields else ():
        one = changed.get(row.id) or Moved(row, row.starts_at, row.ends_at)
        values = {"title": row.title, "kind": row.kind, "starts_at": one.starts_at, "ends_at": one.ends_at}
        _renew(uow, row, values | {"day": one.starts_at.astimezone(zone).date()})
    if fields:
        data = {"fields": fields, "sessions_changed": len(moved)}
        audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data=data)
    return moved
