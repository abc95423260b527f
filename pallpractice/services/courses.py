"""Courses: found by slug and by who is in them, what they practise with, and their own settings."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ..domain.audit import What
from ..domain.errors import Invalid, NotFound
from ..domain.programme import instant
from ..domain.roles import Role, Skill
from ..domain.text import Text, text
from ..library import Library
from ..storage.courses import Course, Enrolment, Session
from ..storage.unit_of_work import UnitOfWork
from . import audit, sessions
from .imports import set_changed


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


# Its own settings.


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


def change(uow: UnitOfWork, course: Course, *, title: str, language: str, time_zone: str, by: str) -> list[Moved]:
    """Another title, language of letters or time zone; returns the sessions that have moved. Raises Invalid."""
    moved = moves(uow, course, time_zone) if time_zone != course.time_zone else []
    wished = {"title": title, "language": language, "time_zone": time_zone}
    fields = [name for name, value in wished.items() if getattr(course, name) != value]
    set_changed(course, **wished)
    zone, changed = ZoneInfo(time_zone), {one.session.id: one for one in moved}
    for row in course.sessions if "time_zone" in fields else ():
        one = changed.get(row.id) or Moved(row, row.starts_at, row.ends_at)
        values = {"title": row.title, "kind": row.kind, "starts_at": one.starts_at, "ends_at": one.ends_at}
        sessions.renew(uow, row, values | {"day": one.starts_at.astimezone(zone).date()})
    if fields:
        data = {"fields": fields, "sessions_changed": len(moved)}
        audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data=data)
    return moved
