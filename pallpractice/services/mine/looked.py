"""Who has looked at what is a person's, and who came in as them: told from the audit and the readings of reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from ...domain.audit import What
from ...domain.text import Text, text
from ...storage.audit import AuditLine
from ...storage.courses import Course, Enrolment, Person, Session
from ...storage.feedback import Reading
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork

MOST = 50
LOOKS: Mapping[str, Text] = {
    What.EXPORTED: text("took data of the course along, and yours with it"),
    What.EVIDENCE_PACKED: text("made an evidence pack of the course"),
    What.LICENCE_SEEN: text("looked at licence data of yours"),
}
COMING_IN: Mapping[str, Text] = {
    What.SIGNED_IN: text("You came in"),
    What.SIGN_IN_REFUSED: text("Someone tried to come in as you, and was refused"),
    What.PASSWORD_SET: text("A password was set for you"),
}
# How one comes in, as the audit calls it.
BY: Mapping[str, Text] = {
    "password": text("by password"),
    "link": text("by a personal link"),
    "code": text("by a room’s code"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Something that was done with a person's data, or in their name."""

    at: datetime
    who: str  # empty: the machine itself, or the person
    what: Text
    course: str = ""
    how: Text | None = None


def at_mine(uow: UnitOfWork, person: str) -> list[Look]:
    """Who else has looked at a person's data; the latest first, and no more than fifty."""
    mine = select(Enrolment.course_id).where(Enrolment.person_id == person)
    of_me = or_(AuditLine.subject_id == person, and_(AuditLine.subject_id.is_(None), AuditLine.course_id.in_(mine)))
    found = uow.session.execute(
        select(AuditLine, Person.name, Course.title)
        .outerjoin(Person, Person.id == AuditLine.actor_id)
        .outerjoin(Course, Course.id == AuditLine.course_id)
        .where(AuditLine.what.in_(list(LOOKS)), or_(AuditLine.actor_id.is_(None), AuditLine.actor_id != person), of_me)
        .order_by(AuditLine.id.desc())
        .limit(MOST)
    )
    looks = [Look(line.at, name or "", LOOKS[line.what], course or "") for line, name, course in found]
    return sorted([*looks, *_readings(uow, person)], key=lambda look: look.at, reverse=True)[:MOST]


def _readings(uow: UnitOfWork, person: str) -> list[Look]:
    """Others who opened reports of this person's rounds."""
    found = uow.session.execute(
        select(Reading.at, Person.name, Course.title)
        .join(RoundRow, RoundRow.id == Reading.round_id)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .join(Course, Course.id == Session.course_id)
        .join(Person, Person.id == Reading.person_id)
        .where(RoundRow.learner_id == person, Reading.person_id != person)
        .order_by(Reading.at.desc())
        .limit(MOST)
    )
    return [Look(at, name, text("opened the report of a round of yours"), course) for at, name, course in found]


def comings_in(uow: UnitOfWork, person: str) -> list[Look]:
    """When the person came in, and who was refused in their name; the latest first, and no more than fifty."""
    found = uow.session.scalars(
        select(AuditLine)
        .where(AuditLine.what.in_(list(COMING_IN)), or_(AuditLine.actor_id == person, AuditLine.subject_id == person))
        .order_by(AuditLine.id.desc())
        .limit(MOST)
    )
    return [Look(line.at, "", COMING_IN[line.what], how=BY.get(line.data.get("by", ""))) for line in found]
