"""Invitations, updates, cancellations and reminders: what is due, what waits, what a letter would say.

Sending is beside, in `delivery`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ...domain import invitations as rules
from ...domain.errors import NotFound
from ...domain.invitations import Kind, Message, Reminders, Standing
from ...domain.mail import Mail
from ...domain.text import text
from ...storage.base import new_id
from ...storage.courses import Course
from ...storage.invitations import Invitation
from ...storage.unit_of_work import UnitOfWork
from .. import enrolments, people
from ..people import IssuedLink
from . import attending, letters
from .attending import Known
from .delivery import Sent, link_days, send
from .letters import Letter

__all__ = [
    "Sent",
    "again",
    "due",
    "hand_out",
    "overview",
    "preview",
    "progress",
    "queue",
    "send",
    "set_reminders",
    "to_people",
]

CALENDAR = (Kind.INVITATION, Kind.UPDATE, Kind.CANCELLATION)
PLACEHOLDER = "made-when-it-is-sent"


# --- what is due


def due(uow: UnitOfWork, course: Course) -> list[tuple[Known, Message]]:
    """Every message that is due in a course now, in the roster's order. None of them is stored yet."""
    reminders = Reminders.of(course.wishes)
    return [
        (known, message)
        for known in attending.everyone(uow, course)
        for message in rules.due(known.member, known.past(), uow.now, reminders)
    ]


def queue(uow: UnitOfWork, course: Course, kinds: Collection[Kind] = CALENDAR) -> int:
    """Lets what is due of these kinds wait for its sending; how many there are."""
    found = [(known, message) for known, message in due(uow, course) if message.kind in kinds]
    for known, message in found:
        _add(uow, course, known, message)
    return len(found)


def again(uow: UnitOfWork, course: Course, emails: Collection[str]) -> int:
    """Lets an invitation wait for each of these people, whether they had one or not; how many there are.

    Who has one waiting gets no second. Raises NotFound as `to_people` does.
    """
    found = to_people(uow, course, emails)
    for known, message in found:
        _add(uow, course, known, message)
    return len(found)


def to_people(uow: UnitOfWork, course: Course, emails: Collection[str]) -> list[tuple[Known, Message]]:
    """An invitation for each of these people, but those who have one waiting or no session to come.

    Raises NotFound for an email that is not in the course.
    """
    wanted = {email.strip().lower() for email in emails}
    there = [each for each in attending.everyone(uow, course) if not each.member.removed]
    if unknown := wanted - {each.person.email for each in there}:
        raise NotFound(text("Not in the course {slug}: {emails}.", slug=course.slug, emails=", ".join(sorted(unknown))))
    found = []
    for known in there:
        past = known.past()
        message = rules.invitation(known.member, rules.holds(past), uow.now)
        waits = any(each.kind is Kind.INVITATION and each.under_way for each in past)
        if known.person.email in wanted and message and not waits:
            found.append((known, message))
    return found


def set_reminders(course: Course, reminders: Reminders) -> None:
    """How long ahead the course's people are reminded."""
    course.wishes = {**course.wishes, "reminders": reminders.kept()}


def _add(uow: UnitOfWork, course: Course, known: Known, message: Message) -> None:
    row = Invitation(id=new_id(), course_id=course.id, person_id=known.person.id, kind=message.kind.value)
    row.contents, row.queued_at = message.contents, uow.now
    uow.session.add(row)


# --- looking


@dataclass(frozen=True, slots=True)
class Invited:
    """A person, the last message about their sessions, and the last reminder; None where there was none."""

    known: Known
    last: Invitation | None
    reminder: Invitation | None
    waits: tuple[Kind, ...]  # what is due to them now

    @property
    def standing(self) -> Standing | None:
        return attending.standing_of(self.last) if self.last else None

    @property
    def next_try(self) -> datetime | None:
        return rules.next_try(self.last.tries, self.last.tried_at) if self.last else None


def overview(uow: UnitOfWork, course: Course) -> list[Invited]:
    """Everyone who is in the course, and of those removed whoever was written to, in the roster's order."""
    reminders = Reminders.of(course.wishes)
    found = []
    for known in attending.everyone(uow, course):
        due_now = rules.due(known.member, known.past(), uow.now, reminders)
        if known.rows or not known.member.removed:
            told = [row for row in known.rows if row.kind in CALENDAR]
            reminded = [row for row in known.rows if row.kind == Kind.REMINDER]
            kinds = tuple(message.kind for message in due_now)
            found.append(Invited(known, _last(told), _last(reminded), kinds))
    return found


def _last(rows: Sequence[Invitation]) -> Invitation | None:
    return max(rows, key=lambda row: row.queued_at, default=None)


def progress(uow: UnitOfWork, course: Course) -> tuple[int, int] | None:
    """(done, of) of the sending under way; None when nothing waits for its first try."""
    under_way = (Invitation.course_id == course.id, Invitation.sent_at.is_(None), Invitation.error == "")
    began = uow.session.scalar(select(func.min(Invitation.queued_at)).where(*under_way))
    if began is None:
        return None
    left = uow.session.scalar(select(func.count()).where(*under_way)) or 0
    total = select(func.count()).where(Invitation.course_id == course.id, Invitation.queued_at >= began)
    of = uow.session.scalar(total) or 0
    return of - left, of


def hand_out(
    uow: UnitOfWork,
    course: Course,
    base_url: str,
    least_days: int,
    people_ids: Collection[str],
    by: str,
    keep_older: bool,
) -> tuple[list[IssuedLink], list[Known]]:
    """Fresh links of these people for the organiser `by` to pass on, and those whose link is not theirs to see: who is
    also in another's course would come in there with it.
    """
    there = [known for known in attending.everyone(uow, course, people_ids) if not known.member.removed]
    elsewhere = enrolments.elsewhere(uow, people_ids, by)
    emails = [known.person.email for known in there if known.person.id not in elsewhere]
    days = link_days(uow, course, least_days)
    issued = people.issue_links(uow, course, base_url, days, only=emails, keep_older=keep_older)
    return issued, [known for known in there if known.person.id in elsewhere]


def preview(uow: UnitOfWork, mail: Mail, course: Course, person_id: str) -> Letter | None:
    """What a person's invitation would say now, a stand-in in place of the link; None if they have no session to come.

    Raises NotFound.
    """
    found = [one for one in attending.everyone(uow, course, [person_id]) if not one.member.removed]
    if not found:
        raise NotFound(text("There is nobody like that in this course."))
    message = rules.invitation(found[0].member, rules.holds(found[0].past()), uow.now)
    if message is None:
        return None
    about = attending.about(course, mail.base_url)
    link = f"{mail.base_url}/l/{PLACEHOLDER}"
    return letters.write("preview", message, found[0].to, about, link, mail.sender, uow.now)
