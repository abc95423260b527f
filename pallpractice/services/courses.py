"""Courses: found by slug and by who is in them, and what they practise with."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ..domain.errors import Invalid, NotFound
from ..domain.roles import Role, Skill
from ..domain.text import Text, text
from ..library import Library
from ..storage.courses import Course, Enrolment, Session
from ..storage.unit_of_work import UnitOfWork
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
