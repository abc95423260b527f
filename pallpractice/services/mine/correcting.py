"""Correcting what is held: some of it oneself, the rest by asking the organisers, who answer on the page of people."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from ...domain.errors import Invalid, NotFound
from ...domain.text import text
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment, Person
from ...storage.mine import DataRequest
from ...storage.unit_of_work import UnitOfWork

MOST_OPEN = 5  # of one person in one course


def correct(uow: UnitOfWork, person_id: str, *, profession: str, institution: str, pronouns: str) -> None:
    """What a person may change of themselves; name and address are proof of who they are, and the organisers'."""
    person = uow.session.get_one(Person, person_id)
    person.profession, person.institution, person.pronouns = profession, institution, pronouns


def ask(uow: UnitOfWork, person: str, course: str, words: str) -> None:
    """Asks the organisers of a course to correct something; what waits already is not asked twice.

    Raises NotFound for a course the person is not in, Invalid where too much of theirs waits.
    """
    place = select(Enrolment.id).where(Enrolment.person_id == person, Enrolment.course_id == course)
    if uow.session.scalar(place) is None:
        raise NotFound(text("There is no such course, or you are not in it."))
    waiting = select(DataRequest).where(
        DataRequest.person_id == person, DataRequest.course_id == course, DataRequest.answered_at.is_(None)
    )
    asked = {row.text for row in uow.session.scalars(waiting)}
    if words in asked:
        return
    if len(asked) >= MOST_OPEN:
        raise Invalid(
            text("Nothing was sent: {n} of your requests wait already. Ask again once one is seen to.", n=MOST_OPEN)
        )
    uow.session.add(DataRequest(id=new_id(), person_id=person, course_id=course, text=words, made_at=uow.now))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it stands. `who` is for the organisers, `course` for the one who asked."""

    row: DataRequest
    who: str
    course: str


def of_person(uow: UnitOfWork, person: str) -> Sequence[Asked]:
    """What a person has asked, the latest first."""
    return _asked(uow, DataRequest.person_id == person)


def waiting(uow: UnitOfWork, course: Course) -> Sequence[Asked]:
    """What people of a course have asked and nobody has answered."""
    return _asked(uow, DataRequest.course_id == course.id, DataRequest.answered_at.is_(None))


def _asked(uow: UnitOfWork, *these: ColumnElement[bool]) -> Sequence[Asked]:
    rows = uow.session.execute(
        select(DataRequest, Person.name, Course.title)
        .join(Person, Person.id == DataRequest.person_id)
        .join(Course, Course.id == DataRequest.course_id)
        .where(*these)
        .order_by(DataRequest.made_at.desc())
    )
    return [Asked(row, who, course) for row, who, course in rows]


def answered(uow: UnitOfWork, course: Course, request_id: str, organiser: str) -> None:
    """An organiser has seen to it. Raises NotFound."""
    row = uow.session.get(DataRequest, request_id)
    if row is None or row.course_id != course.id:
        raise NotFound(text("There is no such request in this course."))
    row.answered_at, row.answered_by = uow.now, organiser
