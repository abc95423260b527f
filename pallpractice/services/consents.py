"""Consents, by person, course and purpose: a ledger in which each is given and withdrawn by a line of its own."""

from datetime import datetime

from sqlalchemy import select

from ..domain import consent
from ..domain.consent import Line, Purpose
from ..storage.base import new_id
from ..storage.credit import Consent
from ..storage.unit_of_work import UnitOfWork


def give(uow: UnitOfWork, person: str, course: str, purpose: Purpose) -> None:
    """The person consents, from now on. Given already, nothing is added."""
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
    query = select(Consent).where(Consent.course_id == course)
    rows = uow.session.scalars(query.where(Consent.person_id == only) if only else query)
    lines: dict[str, list[Line]] = {}
    for row in rows:
        at = row.given_at or row.withdrawn_at
        assert at is not None
        lines.setdefault(row.person_id, []).append(Line(Purpose(row.purpose), at, row.given_at is not None))
    return {person: consent.standing(theirs) for person, theirs in lines.items()}
