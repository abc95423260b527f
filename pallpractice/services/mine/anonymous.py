"""Feedback without names: everyone in a course that is long over becomes a stand-in of whom nothing is known.

Ratings of one person in one course stay together, so that numbers about agreement still can be made; who that was, and
what else they rated in other courses, is not written down anywhere. Rounds that prove someone's credit stay as they are
until the proof goes.
"""

from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, exists, false, or_, select, update
from sqlalchemy import Text as Words

from ...domain.holding import Keep
from ...domain.joining import erased_address
from ...storage.base import new_id
from ...storage.courses import Course, Person, Session
from ...storage.reach import leads_to, table, where
from ...storage.registry import REGISTRY, Held
from ...storage.rooms import JournalLine, Room, RoundRow
from ...storage.unit_of_work import UnitOfWork
from . import erasing, rows
from .scrubbing import scrub

LINES = table(JournalLine.__tablename__)


def proving() -> Select[Any]:
    """The rounds of learners who have credit to prove in the course."""
    found = select(RoundRow.id).join(Room, Room.id == RoundRow.room_id).join(Session, Session.id == Room.session_id)
    proofs = [(table(name), held) for name, held in REGISTRY.items() if held.proves]
    theirs = (
        exists().where(one.c.person_id == RoundRow.learner_id, one.c[held.course] == Session.course_id)
        for one, held in proofs
    )
    return found.where(or_(false(), *theirs))


def unproven(one: Table, held: Held) -> ColumnElement[bool]:
    """The rows that belong to no such round."""
    if one.name == RoundRow.__tablename__:
        return one.c.id.not_in(proving())
    if one is LINES:
        return or_(one.c.round_id.is_(None), one.c.round_id.not_in(proving()))
    way, is_of_round, _ = held.course.partition("round_id.")
    if not is_of_round:
        return ~false()
    return ~where(one, f"{way}round_id", proving())


def linked() -> list[tuple[Table, Held, Column[Any]]]:
    """Every column by which feedback names a person."""
    return [
        (table(name), held, table(name).c[path])
        for name, held in REGISTRY.items()
        for path in held.people
        if held.keep is Keep.FEEDBACK and "." not in path and leads_to(table(name), path) == "people.id"
    ]


def named(uow: UnitOfWork, courses: Select[Any]) -> list[tuple[str, str]]:
    """(course, person): whom the feedback of these courses still names."""
    known = select(Person.id).where(Person.erased_at.is_(None))
    found = set()
    for course in uow.session.scalars(courses):
        for one, held, column in linked():
            these = and_(rows.in_courses(one, held, [course]), unproven(one, held), column.in_(known))
            found |= {(course, person) for person in uow.session.scalars(select(column).where(these).distinct())}
    return sorted(found)


def replace(uow: UnitOfWork, course: str, person: str) -> None:
    """Puts a stand-in in someone's place, in all feedback of a course that proves nothing."""
    id = new_id()
    language = uow.session.get_one(Course, course).language
    nobody = Person(id=id, name=erasing.nobody(language), email=erased_address(id), active=False, erased_at=uow.now)
    uow.session.add(nobody)
    uow.session.flush()
    journal = REGISTRY[LINES.name]
    named = or_(
        LINES.c.person_id == person, *(LINES.c[name].cast(Words).contains(person) for name in ("data", "answer"))
    )
    scrub(uow, and_(rows.in_courses(LINES, journal, [course]), unproven(LINES, journal), named), {person: id})
    for one, held, column in linked():
        these = and_(rows.in_courses(one, held, [course]), unproven(one, held), column == person)
        uow.session.execute(update(one).where(these).values({column.name: id}))
