"""Invitations, updates, cancellations and reminders: what is due, what waits, what a letter would say.

Sending is beside, in `delivery`.
"""

from collections.abc import Collection

from sqlalchemy import func, select

from ..domain import invitations as rules
from ..domain.errors import Invalid, NotFound
from ..domain.invitations import Kind, Message, Reminders
from ..domain.mail import Mail
from ..storage.base import new_id
from ..storage.courses import Course
from ..storage.invitations import Invitation
from ..storage.unit_of_work import UnitOfWork
from . import attending, letters
from .attending import Known
from .delivery import Sent, send
from .letters import Letter

__all__ = ["Sent", "again", "due", "preview", "queue", "send", "set_reminders", "waiting"]

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
        raise NotFound(f"Not in the course {course.slug}: {', '.join(sorted(unknown))}.")
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


def waiting(uow: UnitOfWork, course_id: str | None = None) -> int:
    """How many messages wait for their first try or are on their way just now."""
    rows = select(func.count()).where(Invitation.sent_at.is_(None), Invitation.error == "")
    if course_id:
        rows = rows.where(Invitation.course_id == course_id)
    return uow.session.scalar(rows) or 0


def preview(uow: UnitOfWork, mail: Mail, course: Course, person_id: str) -> Letter:
    """What a person's invitation would say now; a stand-in takes the place of the link. Raises NotFound, Invalid."""
    found = [one for one in attending.everyone(uow, course, [person_id]) if not one.member.removed]
    if not found:
        raise NotFound("There is nobody like that in this course.")
    message = rules.invitation(found[0].member, rules.holds(found[0].past()), uow.now)
    if message is None:
        raise Invalid(f"{found[0].person.name} has no session to come.")
    about = attending.about(course, mail.base_url)
    link = f"{mail.base_url}/l/{PLACEHOLDER}"
    return letters.write("preview", message, found[0].to, about, link, mail.sender, uow.now)
