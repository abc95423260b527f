"""Reminding people of feedback that is missing: by the post that invitations go by, or as a list to copy.

Nobody is reminded twice of the same forms, unless the organiser says so.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...domain import invitations as rules
from ...domain.invitations import Kind, Standing
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment, Person
from ...storage.invitations import Invitation
from ...storage.unit_of_work import UnitOfWork
from ..feedback import missing
from ..feedback.missing import Missing
from ..guests import TEAM


@dataclass(frozen=True, slots=True)
class Owing:
    """A person of whom scorecards are missing, and what they were told of these. Guests have no address."""

    person: Person
    guest: bool
    forms: Sequence[Missing]
    standing: Standing | None = None  # of the reminder of just these forms; None: there was none
    error: str = ""
    told_at: datetime | None = None

    @property
    def fresh(self) -> bool:
        """Not reminded of these forms yet."""
        return not self.guest and self.standing is None

    @property
    def again(self) -> bool:
        """Reminded of them already, and nothing is on its way."""
        return not self.guest and self.standing in (Standing.SENT, Standing.UNSURE, Standing.FAILED)


def owing(uow: UnitOfWork, course: Course) -> list[Owing]:
    """Everyone whose scorecards are missing, by name."""
    forms: dict[str, list[Missing]] = defaultdict(list)
    for one in missing.of_course(uow, course.id):
        forms[one.person].append(one)
    told = _told(uow, course, forms)
    enrolled = uow.session.scalars(
        select(Enrolment)
        .where(Enrolment.course_id == course.id, Enrolment.person_id.in_(list(forms)))
        .options(joinedload(Enrolment.person))
    )
    found = [_owing(each, forms[each.person_id], told.get(each.person_id, [])) for each in enrolled]
    return sorted(found, key=lambda one: one.person.name.casefold())


def remind(uow: UnitOfWork, course: Course, *, again: bool, people: Collection[str] | None = None) -> int:
    """Lets a letter wait for those not told yet, or, with `again`, for those who were; for `people` alone, if given.

    How many there are.
    """
    found = [
        one
        for one in owing(uow, course)
        if (one.again if again else one.fresh) and (people is None or one.person.id in people)
    ]
    for one in found:
        message = missing.letter(one.forms)
        assert message
        row = Invitation(id=new_id(), course_id=course.id, person_id=one.person.id, kind=message.kind.value)
        row.contents, row.queued_at = message.contents, uow.now
        uow.session.add(row)
    return len(found)


def _owing(enrolment: Enrolment, forms: Sequence[Missing], rows: Sequence[Invitation]) -> Owing:
    message = missing.letter(forms)
    same = [row for row in rows if message and row.contents == message.contents]
    guest = enrolment.team == TEAM
    if not same:
        return Owing(enrolment.person, guest, forms)
    last = max(same, key=lambda row: (row.queued_at, row.sent_at is None))
    standing = rules.standing(last.sent_at, last.tries, last.error)
    return Owing(enrolment.person, guest, forms, standing, last.error, last.sent_at or last.queued_at)


def _told(uow: UnitOfWork, course: Course, people: Collection[str]) -> dict[str, list[Invitation]]:
    found: dict[str, list[Invitation]] = defaultdict(list)
    rows = select(Invitation).where(
        Invitation.course_id == course.id,
        Invitation.kind == Kind.FEEDBACK.value,
        Invitation.person_id.in_(list(people)),
    )
    for row in uow.session.scalars(rows):
        found[row.person_id].append(row)
    return found
