"""The people of a course one by one: listed, added, changed, brought back. Removing is in `people`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import aliased, joinedload

from ..domain.errors import NotAllowed, NotFound
from ..domain.joining import is_guest
from ..domain.people import State
from ..domain.roles import Role
from ..domain.roster import Entry, Roster, RosterRefused, RowFault, by_hand, completed, group_faults
from ..domain.text import text
from ..storage.courses import Course, Enrolment, Link, Person
from ..storage.unit_of_work import UnitOfWork
from . import people, roster
from .roster import Outcome, entry_of
from .seating import place

ELSEWHERE = text(
    "They are also in a course that you do not organise, and would come in there with it. Ask whoever runs this site."
)


@dataclass(frozen=True, slots=True)
class Member:
    """Someone of a course, as its organiser sees them. `opened_at`: when they last came in by a personal link."""

    id: str
    entry: Entry
    opened_at: datetime | None
    has_link: bool
    removed_at: datetime | None

    @property
    def is_guest(self) -> bool:
        """Let in by a room's code: they have no personal link."""
        return is_guest(self.entry.email)

    @property
    def state(self) -> State:
        if self.removed_at:
            return State.REMOVED
        return State.OPENED if self.opened_at else State.NEVER


def members(uow: UnitOfWork, course: Course) -> list[Member]:
    """Everyone who is or was in the course, in the roster's order; who has been erased is nobody any more."""
    rows = uow.session.scalars(
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.course_id == course.id, Person.erased_at.is_(None))
        .options(joinedload(Enrolment.person), joinedload(Enrolment.group))
        .order_by(Enrolment.position, Enrolment.id)
    )
    opened, live = _opened(uow, course), _with_link(uow, course)
    return [
        Member(
            id=row.person_id,
            entry=entry_of(row.person, row),
            opened_at=opened.get(row.person_id),
            has_link=row.person_id in live,
            removed_at=row.removed_at,
        )
        for row in rows
    ]


def member(uow: UnitOfWork, course: Course, person_id: str) -> Member:
    """One of them. Raises NotFound."""
    found = next((one for one in members(uow, course) if one.id == person_id), None)
    if found is None:
        raise NotFound(text("There is no such person in this course."))
    return found


def add(uow: UnitOfWork, course: Course, one: Roster) -> Person:
    """Someone new, from a roster of that row alone. What the form leaves empty stays as another course knows it.

    Raises RosterRefused, with the faults by column.
    """
    (entry,) = one.entries
    row = _enrolment_of(uow, course, entry.email)
    if row:
        said = text("{name} is in this course already", name=row.person.name)
        if row.removed_at:
            said = text("{name} was removed from this course: bring them back", name=row.person.name)
        raise RosterRefused([*one.faults, RowFault(entry.row, "email", said)])
    filled = [column for column in one.columns if getattr(entry, column)]
    person, _ = roster.save_one(uow, course, one, lambda entry, stored: completed(entry, filled, stored))
    return person


def edit(uow: UnitOfWork, course: Course, person_id: str, one: Roster, organiser_id: str) -> Outcome:
    """Makes someone what the roster of that row alone says. Raises RosterRefused, NotFound.

    A new email address ends the links and sessions of the old one: whoever reads that mailbox is perhaps someone else.
    """
    row = _active(uow, course, person_id)
    (entry,) = one.entries
    if one.faults:
        raise RosterRefused(one.faults)
    if entry.email != row.person.email:
        _change_email(uow, row.person, entry, organiser_id)
    _, outcome = roster.save_one(uow, course, one, by_hand)
    return outcome


def restore(uow: UnitOfWork, course: Course, person_id: str) -> Member:
    """Takes a removed person in again, into their group if they still fit. Their old links stay closed."""
    row = uow.session.scalar(
        _enrolments(course).where(Enrolment.person_id == person_id, Enrolment.removed_at.is_not(None))
    )
    if row is None or row.person.erased_at:
        raise NotFound(text("There is no such removed person in this course."))
    others = [one.entry for one in members(uow, course) if not one.removed_at]
    if list(group_faults([*others, entry_of(row.person, row)], others, gaps=False)):
        row.group, row.pinned = None, False
    row.removed_at = None
    uow.session.flush()
    place(uow, course)
    return member(uow, course, person_id)


def check_alone_here(uow: UnitOfWork, person_id: str, organiser_id: str) -> None:
    """Raises NotAllowed if the person is also in a course that this organiser does not organise.

    Their link signs them in there too, and so does mail to an address that the organiser may choose.
    """
    if elsewhere(uow, [person_id], organiser_id):
        raise NotAllowed(ELSEWHERE)


def why_no_link(uow: UnitOfWork, one: Member, organiser_id: str) -> str:
    """Why this organiser can make no personal link for them; empty when they can."""
    if one.is_guest:
        return people.GUEST
    return ELSEWHERE if elsewhere(uow, [one.id], organiser_id) else ""


def elsewhere(uow: UnitOfWork, people_ids: Collection[str], organiser_id: str) -> set[str]:
    """Who of these people is also in a course that this organiser does not organise."""
    theirs, mine = aliased(Enrolment), aliased(Enrolment)
    organised = exists().where(
        mine.course_id == theirs.course_id,
        mine.person_id == organiser_id,
        mine.role == Role.ORGANISER.value,
        mine.removed_at.is_(None),
    )
    also = select(theirs.person_id).where(theirs.person_id.in_(list(people_ids)), theirs.removed_at.is_(None))
    return set(uow.session.scalars(also.where(~organised)))


def _change_email(uow: UnitOfWork, person: Person, entry: Entry, organiser_id: str) -> None:
    if uow.session.scalar(select(Person.id).where(Person.email == entry.email)):
        raise RosterRefused(
            [RowFault(entry.row, "email", text("{email} is someone else’s already", email=entry.email))]
        )
    try:
        check_alone_here(uow, person.id, organiser_id)
    except NotAllowed as refusal:
        raise RosterRefused(
            [RowFault(entry.row, "email", text("can’t be changed here. {message}", message=refusal.message))]
        ) from None
    person.email = entry.email
    live = update(Link).where(Link.person_id == person.id, Link.revoked_at.is_(None))
    uow.session.execute(live.values(revoked_at=uow.now))
    people.sign_out_everywhere(uow, person.id)
    uow.session.flush()


def _enrolments(course: Course) -> Select[Enrolment]:
    return select(Enrolment).where(Enrolment.course_id == course.id).options(joinedload(Enrolment.person))


def _enrolment_of(uow: UnitOfWork, course: Course, email: str) -> Enrolment | None:
    return uow.session.scalar(_enrolments(course).join(Person).where(Person.email == email))


def _active(uow: UnitOfWork, course: Course, person_id: str) -> Enrolment:
    row = uow.session.scalar(
        _enrolments(course).where(Enrolment.person_id == person_id, Enrolment.removed_at.is_(None))
    )
    if row is None:
        raise NotFound(text("There is no such person in this course."))
    return row


def _opened(uow: UnitOfWork, course: Course) -> dict[str, datetime]:
    used = select(Link.person_id, func.max(Link.used_at)).where(Link.course_id == course.id)
    rows = uow.session.execute(used.where(Link.used_at.is_not(None)).group_by(Link.person_id))
    return {person: at for person, at in rows if at}


def _with_link(uow: UnitOfWork, course: Course) -> set[str]:
    live = select(Link.person_id).where(Link.course_id == course.id, Link.revoked_at.is_(None))
    return set(uow.session.scalars(live.where(Link.expires_at > uow.now)))
