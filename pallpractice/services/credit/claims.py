"""What learners claim and are awarded, and what a certificate of it says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ...domain import credit
from ...domain.credit import Quarters, Taken
from ...domain.errors import Invalid, NotFound
from ...domain.programme import Credit
from ...domain.text import text
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment
from ...storage.credit import Claim
from ...storage.unit_of_work import UnitOfWork
from . import evaluation, participation

NOTHING = text("write what you claim")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands with their credit. `awarded` is what the claim is worth now."""

    person: Enrolment
    took: list[Taken]
    may: Quarters
    claimed: Quarters | None
    claimed_at: datetime | None
    evaluated: bool

    @property
    def awarded(self) -> Quarters:
        return credit.awarded(self.claimed or {}, self.may)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.took)

    @property
    def above(self) -> bool:
        """More was claimed than is known now, after a correction."""
        return self.claimed is not None and self.awarded != self.claimed

    @property
    def completed_at(self) -> datetime | None:
        """When the last session ended that they took part in."""
        return credit.last_day(self.took)


def standings(uow: UnitOfWork, course: Course, people: Collection[Enrolment]) -> list[Standing]:
    """Of these people, in their order."""
    took = participation.taken(uow, course, people)
    newest = _newest(uow, course)
    answered = evaluation.answered(uow, course)
    terms = participation.terms(course)
    found = []
    for one in people:
        row = newest.get(one.person_id)
        found.append(
            Standing(
                person=one,
                took=took[one.person_id],
                may=credit.possible(took[one.person_id], terms),
                claimed={Credit(kind): count for kind, count in row.quarters.items()} if row else None,
                claimed_at=row.made_at if row else None,
                evaluated=one.person_id in answered,
            )
        )
    return found


def standing(uow: UnitOfWork, course: Course, person: Enrolment) -> Standing:
    return standings(uow, course, [person])[0]


def _newest(uow: UnitOfWork, course: Course) -> dict[str, Claim]:
    rows = uow.session.scalars(select(Claim).where(Claim.course_id == course.id).order_by(Claim.made_at))
    return {row.person_id: row for row in rows}


def make(uow: UnitOfWork, course: Course, person: Enrolment, wanted: Mapping[Credit, int]) -> Quarters:
    """Claims so much, in the place of an earlier claim; a claim of nothing takes that back.

    Raises Invalid, before the end, for more than there was, and for nothing where nothing was claimed.
    """
    if not evaluation.is_over(course, uow.now):
        raise Invalid(text("Credit can be claimed once the last session is over."))
    now = standing(uow, course, person)
    if participation.terms(course).evaluation_needed and not now.evaluated:
        raise Invalid(text("This course asks for its evaluation first."))
    kept = credit.claim(wanted, now.may)
    if now.claimed is None and not credit.any_of(kept):
        raise Invalid(text("Nothing is claimed."), fields={Credit.GENERAL: [NOTHING]})
    if kept != now.claimed:
        uow.session.add(
            Claim(
                id=new_id(),
                course_id=course.id,
                person_id=person.person_id,
                quarters={kind.value: count for kind, count in kept.items()},
                made_at=uow.now,
            )
        )
    return kept


def certified(uow: UnitOfWork, course: Course, person: Enrolment) -> Standing:
    """What a certificate is made of. Raises NotFound while nothing has been claimed, or nothing of it holds."""
    found = standing(uow, course, person)
    if not credit.any_of(found.awarded):
        raise NotFound(text("There is a certificate once credit has been claimed."))
    return found
