"""A course's programme as a file: looked at, brought in, and written again."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ..domain.audit import What
from ..domain.errors import Conflict
from ..domain.programme import Programme, Slot
from ..domain.release import Policy
from ..domain.roles import Skill
from ..domain.text import listed, text
from ..storage.base import new_id
from ..storage.courses import Course, Session
from ..storage.unit_of_work import UnitOfWork
from . import audit, sessions
from .feedback import release
from .imports import Fate, Imported, set_changed
from .seating import place


def import_programme(
    uow: UnitOfWork, programme: Programme, *, moved_by: timedelta = sessions.NOW, by: str | None = None
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
            set_changed(row, **sessions.values(slot, programme.zone, moved_by))
        elif sessions.renew(uow, row, sessions.values(slot, programme.zone, moved_by)):
            done.changed.append(slot.key)
        else:
            done.unchanged.append(slot.key)
    uow.session.flush()
    return done


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
    values = sessions.values(slot, programme.zone)
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
    slots = tuple(sessions.slot(row, zone) for row in course.sessions)
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
