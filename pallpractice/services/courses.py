"""Courses: found by slug, made and brought up to date from a programme file."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ..domain.errors import Invalid, NotFound
from ..domain.programme import Programme, Slot, instant, refusals
from ..domain.roles import Role, SessionKind, Skill, Track
from ..domain.text import Text, text
from ..library import Library
from ..storage.base import new_id
from ..storage.courses import Course, Enrolment, Session
from ..storage.plans import PlannedRound
from ..storage.unit_of_work import UnitOfWork
from .imports import Imported, set_changed
from .seating import place


def find(uow: UnitOfWork, slug: str) -> Course:
    """The course with this slug. Raises NotFound, naming those there are."""
    course = uow.session.scalar(select(Course).where(Course.slug == slug))
    if course is None:
        known = uow.session.scalars(select(Course.slug).order_by(Course.slug)).all()
        raise NotFound(
            text('No course "{slug}". There are: {known}.', slug=slug, known=", ".join(known) or text("none yet"))
        )
    return course


def organised(uow: UnitOfWork, slug: str, person: str) -> Course:
    """The course, for one who organises it. Raises NotFound for everyone else."""
    course = uow.session.scalar(
        select(Course)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(
            Course.slug == slug,
            Enrolment.person_id == person,
            Enrolment.role == Role.ORGANISER.value,
            Enrolment.removed_at.is_(None),
        )
    )
    if course is None:
        raise NotFound(text("There is no such course, or you do not organise it."))
    return course


def of_member(uow: UnitOfWork, slug: str, person: str) -> tuple[Course, Role]:
    """The course and the role in it, for anyone enrolled. Raises NotFound for everyone else."""
    found = uow.session.execute(
        select(Course, Enrolment.role)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Course.slug == slug, Enrolment.person_id == person, Enrolment.removed_at.is_(None))
    ).first()
    if found is None:
        raise NotFound(text("There is no such course, or you are not in it."))
    return found[0], Role(found[1])


def own(uow: UnitOfWork, course_id: str, person: str) -> Course:
    """The course by its id, for anyone enrolled. Raises NotFound for everyone else."""
    found = next((course for course in of_person(uow, person) if course.id == course_id), None)
    if found is None:
        raise NotFound(text("There is no such course, or you are not in it."))
    return found


def of_person(uow: UnitOfWork, person: str) -> list[Course]:
    """The courses a person is in, by title."""
    return list(
        uow.session.scalars(
            select(Course)
            .join(Enrolment, Enrolment.course_id == Course.id)
            .where(Enrolment.person_id == person, Enrolment.removed_at.is_(None))
            .order_by(Course.title)
        )
    )


def choose(
    uow: UnitOfWork,
    library: Library,
    course: Course,
    scenario_ids: Collection[str] | None,
    rubric_ids: Mapping[Skill, str],
) -> None:
    """Sets what a course practises with; None is every scenario there is. A round under way keeps what it has.

    Raises Invalid for what is not in the library, for a rubric that rates another skill, and when a practice session
    would be left without any scenario.
    """
    _known(
        scenario_ids or (),
        library.scenarios,
        lambda ids: text("There is no scenario {ids} any more. Reload the page and choose again.", ids=ids),
    )
    _known(
        rubric_ids.values(),
        library.rubrics,
        lambda ids: text("There is no rubric {ids} any more. Reload the page and choose again.", ids=ids),
    )
    for skill, rubric in rubric_ids.items():
        if library.rubrics[rubric].skill not in (skill, "general"):
            raise Invalid(
                text("{rubric} does not rate what these sessions practise.", rubric=library.rubrics[rubric].title)
            )
    if scenario_ids is not None:
        practised = {library.scenarios[one].skill for one in scenario_ids}
        for session in course.sessions:
            if session.skill and session.skill not in practised:
                raise Invalid(
                    text("{session} would have no scenario. Choose one for it at least.", session=session.title)
                )
    set_changed(
        course,
        scenario_ids=sorted(scenario_ids) if scenario_ids is not None else None,
        rubric_ids={skill.value: rubric for skill, rubric in rubric_ids.items()},
    )


def _known(ids: Iterable[str], shelf: Mapping[str, Any], told: Callable[[str], Text]) -> None:
    if unknown := sorted(set(ids) - shelf.keys()):
        raise Invalid(told(", ".join(unknown)))


def session_end(uow: UnitOfWork, slug: str, key: str) -> datetime | None:
    """When a session ends, by its course's slug and its key; None when there is no such session yet."""
    return uow.session.scalar(
        select(Session.ends_at)
        .join(Course, Course.id == Session.course_id)
        .where(Course.slug == slug, Session.key == key)
    )


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
        day=row.day,
        starts=row.starts_at.astimezone(zone).time(),
        ends=row.ends_at.astimezone(zone).time(),
        skill=Skill(row.skill) if row.skill else None,
        track=Track(row.track) if row.track else None,
    )


def change_session(
    uow: UnitOfWork, course: Course, session_id: str, *, title: str, day: date, starts: time, ends: time
) -> None:
    """Another title or time, in the course's zone; what is planned in it moves along. Raises Invalid by field."""
    row, zone = session(uow, course, session_id), ZoneInfo(course.time_zone)
    wished = replace(slot(row, zone), title=title, day=day, starts=starts, ends=ends)
    others = [slot(other, zone) for other in course.sessions if other.id != row.id]
    if told := refusals(wished, others, zone):
        raise Invalid(text("The session can't be at that time."), fields=told)
    starts_at, ends_at = instant(day, starts, zone), instant(day, ends, zone)
    _renew(uow, row, {"title": title, "day": day, "kind": row.kind, "starts_at": starts_at, "ends_at": ends_at})


def import_programme(uow: UnitOfWork, programme: Programme, *, moved_by: timedelta = timedelta()) -> Imported:
    """Makes the course or brings it up to date; `moved_by` shifts every session, for the demo.

    A session that has gone from the file stays, since people may have practised in it.
    """
    course = uow.session.scalar(select(Course).where(Course.slug == programme.slug))
    if course is None:
        course = Course(id=new_id(), slug=programme.slug)
        uow.session.add(course)
    set_changed(
        course,
        title=programme.title,
        time_zone=programme.time_zone,
        language=programme.language,
        observers_see_scorecards=programme.observers_see_scorecards,
        **_chosen(programme),
    )
    uow.session.flush()
    done = _sessions(uow, course, programme, moved_by)
    place(uow, course)
    return done


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
