"""Consents, by person, course and purpose: a ledger in which each is given and withdrawn by a line of its own."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select

from ..domain import consent
from ..domain.consent import Line, Purpose
from ..domain.errors import Invalid
from ..domain.text import text
from ..storage.base import new_id
from ..storage.courses import Enrolment, Person
from ..storage.credit import Consent
from ..storage.unit_of_work import UnitOfWork

TAKEN_BACK = text("Someone has taken their consent back or erased their data since it was made. Make it again.")


def give(uow: UnitOfWork, person: str, course: str, purpose: Purpose) -> None:
    """The person consents, from now on. Given already, nothing is added. Raises Invalid where none is asked for."""
    if purpose not in consent.ASKED_FOR:
        raise Invalid(text("Nothing here needs that consent."))
    if purpose not in standing(uow, person, course):
        _add(uow, person, course, purpose).given_at = uow.now


def withdraw(uow: UnitOfWork, person: str, course: str, purpose: Purpose) -> None:
    """The person consents no longer. What was not given need not be withdrawn."""
    if purpose in standing(uow, person, course):
        _add(uow, person, course, purpose).withdrawn_at = uow.now


def _add(uow: UnitOfWork, person: str, course: str, purpose: Purpose) -> Consent:
    row = Consent(id=new_id(), person_id=person, course_id=course, purpose=purpose.value)
    uow.session.add(row)
    return row


def standing(uow: UnitOfWork, person: str, course: str) -> dict[Purpose, datetime]:
    """What the person consents to now, and since when."""
    return everyone(uow, course, person).get(person, {})


def everyone(uow: UnitOfWork, course: str, only: str | None = None) -> dict[str, dict[Purpose, datetime]]:
    """{person: what they consent to now} of a course."""
    return {person: consent.standing(theirs) for person, theirs in _lines(uow, course, only).items()}


def stood(uow: UnitOfWork, person: str, course: str, purpose: Purpose, at: datetime) -> bool:
    """Whether the person consented at that time."""
    lines = [line for line in _lines(uow, course, person).get(person, ()) if line.at <= at]
    return purpose in consent.standing(lines)


def to_send(uow: UnitOfWork, course: str) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Who of a course agrees that their record is sent, and who has taken that back; since when. Being erased does."""
    purpose, given, back = Purpose.TRANSMIT_CREDIT, {}, {}
    erased = _erased(uow, course)
    for person, theirs in _lines(uow, course).items():
        if at := consent.taken_back(theirs).get(purpose) or erased.get(person):
            back[person] = at
        elif at := consent.standing(theirs).get(purpose):
            given[person] = at
    return given, back


def to_research(uow: UnitOfWork, course: str) -> set[str]:
    """Who of a course agrees that their ratings go to research. Without a word of theirs, and once erased, nobody."""
    agreed = {person for person, given in everyone(uow, course).items() if Purpose.RESEARCH in given}
    return agreed - _erased(uow, course).keys()


def taken_back_since(uow: UnitOfWork, course: str, at: datetime, purposes: Collection[Purpose]) -> bool:
    """Whether anyone of a course has been erased since, or has taken back one of these consents: then a file that was
    made at that time is not to go out any more.
    """
    if any(erased > at for erased in _erased(uow, course).values()):
        return True
    withdrawn = exists().where(
        Consent.course_id == course,
        Consent.purpose.in_([purpose.value for purpose in purposes]),
        Consent.withdrawn_at > at,
    )
    return bool(uow.session.scalar(select(withdrawn)))


def _erased(uow: UnitOfWork, course: str) -> dict[str, datetime]:
    """Who was in a course and has been erased, and when."""
    rows = uow.session.execute(
        select(Person.id, Person.erased_at)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.course_id == course, Person.erased_at.is_not(None))
    )
    return {person: at for person, at in rows if at}


def _lines(uow: UnitOfWork, course: str, only: str | None = None) -> dict[str, list[Line]]:
    query = select(Consent).where(Consent.course_id == course)
    rows = uow.session.scalars(query.where(Consent.person_id == only) if only else query)
    lines: dict[str, list[Line]] = {}
    for row in rows:
        at = row.given_at or row.withdrawn_at
        assert at is not None
        lines.setdefault(row.person_id, []).append(Line(Purpose(row.purpose), at, row.given_at is not None))
    return lines
