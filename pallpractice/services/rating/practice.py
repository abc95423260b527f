"""Practice in rating: a worked encounter to read and rate, and its reference for who has handed theirs in.

A sheet is built up from what its reader may see; before they have rated, nothing of the reference is in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from sqlalchemy import select

from ...domain.aggregates import enough
from ...domain.calibration import SEATS, Compared, Encounter, Voice, compare
from ...domain.errors import Invalid, NotFound
from ...domain.reading import Part
from ...domain.roles import Role, Seat
from ...domain.rubric import Rubric
from ...domain.scenario import ChartEntry, Reference
from ...domain.text import text
from ...library import Library
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment
from ...storage.rating import Calibration, CalibrationMark
from ...storage.unit_of_work import UnitOfWork
from .. import courses, editions, scenarios

NO_ENCOUNTER = text("There is no such encounter, or it is not for you yet.")


@dataclass(frozen=True, slots=True)
class About:
    """What is told of an encounter before it is read."""

    id: str
    title: str
    skill: str
    track: str
    minutes: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """An encounter to practise on. `uses_it`: the course rates this skill with the encounter's rubric."""

    about: About
    rubric: str
    uses_it: bool
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of the transcript; `voice` is None for what was seen."""

    number: int
    voice: Voice | None
    text: str
    at: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """One's own ratings beside the reference. `others` is the mean of the others by item, where they are enough."""

    submitted_at: datetime
    compared: Sequence[Compared]
    others: Mapping[str, float]
    other_raters: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """An encounter as one reader has it. `result` is None until they have rated it."""

    course: Course
    role: Role
    about: About
    setting: str
    why_now: str
    facts: tuple[str, ...]
    chart: tuple[ChartEntry, ...]
    goal: str
    lines: Sequence[Spoken]
    authors: tuple[str, ...]
    licence: str
    references: tuple[Reference, ...]
    rubric: Rubric
    seat: Seat
    result: Result | None


def offered(uow: UnitOfWork, library: Library, course: Course, person: str) -> list[Offer]:
    """The encounters a member may practise on: of the skills the course practises."""
    who = scenarios.reader(uow, person)
    done = {(row.encounter_id, row.encounter_version): row.submitted_at for row in _of_person(uow, course, person)}
    return [
        Offer(_about(one), library.rubrics[one.rubric].title, _uses(course, one), done.get((one.id, one.version)))
        for one in of_course(library, course)
        if _may_read(library, who, one)
    ]


def of_course(library: Library, course: Course) -> list[Encounter]:
    """Those of the skills a course practises, in the order of skills and titles."""
    skills = {session.skill for session in course.sessions if session.skill}
    found = [one for one in library.encounters.values() if one.skill in skills]
    return sorted(found, key=lambda one: (one.skill, one.track, one.title))


def sheet(uow: UnitOfWork, library: Library, slug: str, person: str, encounter_id: str) -> Sheet:
    """The encounter for a member of the course. Raises NotFound for everyone else, and where it would spoil a case."""
    course, role, encounter = _find(uow, library, slug, person, encounter_id)
    rubric = library.rubrics[encounter.rubric]
    row = _done(uow, course, person, encounter)
    return Sheet(
        course=course,
        role=role,
        about=_about(encounter),
        setting=encounter.setting,
        why_now=encounter.why_now,
        facts=encounter.facts,
        chart=encounter.chart,
        goal=encounter.goal,
        lines=[
            Spoken(number, encounter.voice(line.by), line.text, line.at)
            for number, line in enumerate(encounter.lines, 1)
        ],
        authors=encounter.authors,
        licence=encounter.licence,
        references=encounter.references,
        rubric=rubric,
        seat=Seat(row.seat) if row else SEATS[role],
        result=_result(uow, course, encounter, rubric, row) if row else None,
    )


def submit(
    uow: UnitOfWork, library: Library, slug: str, person: str, encounter_id: str, given: Mapping[str, int | None]
) -> None:
    """Keeps one's ratings, None for not observed. Once only, since the reference is there to be read from then on.

    Raises Invalid for what is missing or not on the scale, naming the items, and when it was done already.
    """
    course, role, encounter = _find(uow, library, slug, person, encounter_id)
    if _done(uow, course, person, encounter):
        raise Invalid(text("You have rated this already: the reference is on the page."))
    rubric, seat = library.rubrics[encounter.rubric], SEATS[role]
    check(rubric, seat, given)
    editions.keep(uow, (encounter, rubric))
    row = Calibration(
        id=new_id(),
        course_id=course.id,
        person_id=person,
        encounter_id=encounter.id,
        encounter_version=encounter.version,
        seat=seat.value,
        submitted_at=uow.now,
    )
    row.marks = [CalibrationMark(item=item, rating=rating) for item, rating in given.items()]
    uow.session.add(row)


def check(rubric: Rubric, seat: Seat, given: Mapping[str, int | None]) -> None:
    """Raises Invalid unless every item of this seat is there, on the scale or not observed, and no other."""
    wanted = {item.id: item for item in rubric.items_for(seat)}
    if set(given) - set(wanted):
        raise Invalid(text("Your rubric has no such entry."))
    missing = {id: [text("choose one")] for id in wanted if id not in given}
    if missing:
        raise Invalid(text("Some items are still to be rated. “Not observed” is an answer too."), fields=missing)
    scale = rubric.scale
    outside = [id for id, rating in given.items() if rating is not None and not scale.min <= rating <= scale.max]
    if outside:
        raise Invalid(text("Outside the scale."), fields={id: [text("choose one")] for id in outside})


def everyones(uow: UnitOfWork, course: Course) -> list[Calibration]:
    """All practice of a course's people who are still in it."""
    there = select(Enrolment.person_id).where(Enrolment.course_id == course.id, Enrolment.removed_at.is_(None))
    found = select(Calibration).where(Calibration.course_id == course.id, Calibration.person_id.in_(there))
    return list(uow.session.scalars(found.order_by(Calibration.submitted_at, Calibration.id)))


def compared(uow: UnitOfWork, library: Library, row: Calibration) -> list[Compared]:
    """Someone's ratings beside the reference of the version they rated."""
    encounter = editions.encounter(uow, library, row.encounter_id, row.encounter_version)
    rubric = editions.rubric(uow, library, encounter.rubric, encounter.rubric_version)
    return compare(encounter, rubric, Seat(row.seat), _marks(row))


def _find(
    uow: UnitOfWork, library: Library, slug: str, person: str, encounter_id: str
) -> tuple[Course, Role, Encounter]:
    course, role = courses.of_member(uow, slug, person)
    found = next((one for one in of_course(library, course) if one.id == encounter_id), None)
    if found is None or not _may_read(library, scenarios.reader(uow, person), found):
        raise NotFound(NO_ENCOUNTER)
    return course, role, found


def _may_read(library: Library, who: scenarios.Reader, encounter: Encounter) -> bool:
    """An encounter played from a case is for who may read that case's script."""
    return encounter.scenario is None or Part.SCRIPT in who.parts(library.scenarios[encounter.scenario])


def _about(encounter: Encounter) -> About:
    return About(encounter.id, encounter.title, encounter.skill, encounter.track, encounter.minutes, encounter.warnings)


def _uses(course: Course, encounter: Encounter) -> bool:
    return (course.rubric_ids or {}).get(encounter.skill, encounter.rubric) == encounter.rubric


def _of_person(uow: UnitOfWork, course: Course, person: str) -> Sequence[Calibration]:
    found = select(Calibration).where(Calibration.course_id == course.id, Calibration.person_id == person)
    return uow.session.scalars(found).all()


def _done(uow: UnitOfWork, course: Course, person: str, encounter: Encounter) -> Calibration | None:
    version = (encounter.id, encounter.version)
    rows = _of_person(uow, course, person)
    return next((row for row in rows if (row.encounter_id, row.encounter_version) == version), None)


def _result(uow: UnitOfWork, course: Course, encounter: Encounter, rubric: Rubric, row: Calibration) -> Result:
    felt = row.seat == Seat.PATIENT
    others = [
        one
        for one in everyones(uow, course)
        if (one.encounter_id, one.encounter_version) == (row.encounter_id, row.encounter_version)
        and one.person_id != row.person_id
        and (one.seat == Seat.PATIENT) == felt
    ]
    compared = compare(encounter, rubric, Seat(row.seat), _marks(row))
    return Result(row.submitted_at, compared, _means(others), len(others))


def _means(rows: Sequence[Calibration]) -> dict[str, float]:
    """By item, where enough people have rated it."""
    given: dict[str, list[int]] = {}
    for row in rows:
        for mark in row.marks:
            if mark.rating is not None:
                given.setdefault(mark.item, []).append(mark.rating)
    return {item: fmean(ratings) for item, ratings in given.items() if enough(len(ratings))}


def _marks(row: Calibration) -> dict[str, int | None]:
    return {mark.item: mark.rating for mark in row.marks}
