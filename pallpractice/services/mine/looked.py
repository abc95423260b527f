"""Who has looked at what is a person's, and who came in as them: told from the audit and the readings of reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import and_, or_, select

from ...domain import exports
from ...domain.audit import What
from ...domain.consent import Purpose
from ...domain.roles import Role
from ...domain.text import Text, text
from ...storage.audit import AuditLine
from ...storage.courses import Course, Enrolment, Person, Session
from ...storage.feedback import Reading
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import consents

MOST = 50
LOOKS: Mapping[str, Text] = {
    What.EVIDENCE_PACKED: text("made an evidence pack with yours in it"),
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
    looks = islice(_lines(uow, person), MOST)
    return sorted([*looks, *_readings(uow, person)], key=lambda look: look.at, reverse=True)[:MOST]


def _lines(uow: UnitOfWork, person: str) -> Iterator[Look]:
    """Of the audit: what is about this person, and the files of their courses that they can be in."""
    places = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == person))
    roles = {one.course_id: one.role for one in places}
    about_me = and_(AuditLine.what.in_(list(LOOKS)), AuditLine.subject_id == person)
    of_courses = and_(AuditLine.what == What.EXPORTED, AuditLine.course_id.in_(list(roles)))
    found = uow.session.execute(
        select(AuditLine, Person.name, Course.title)
        .outerjoin(Person, Person.id == AuditLine.actor_id)
        .outerjoin(Course, Course.id == AuditLine.course_id)
        .where(or_(AuditLine.actor_id.is_(None), AuditLine.actor_id != person), or_(about_me, of_courses))
        .order_by(AuditLine.id.desc())
    )
    for line, name, course in found:
        what = LOOKS.get(line.what) or _file(uow, person, roles, line)
        if what:
            yield Look(line.at, name or "", what, course or "")


def _file(uow: UnitOfWork, person: str, roles: Mapping[str, str], line: AuditLine) -> Text | None:
    """What was taken along, if the person can be in it. Who is in the provider's records has a line of their own."""
    file, course = line.data.get("file"), line.course_id or ""
    if file not in list(exports.What) or file == exports.What.CODEBOOK:
        return None
    if file in (exports.What.ATTENDANCE, exports.What.CREDIT) and roles[course] != Role.LEARNER:
        return None
    if file == exports.What.RESEARCH and not consents.stood(uow, person, course, Purpose.RESEARCH, line.at):
        return None
    return text("took a file of the course along: {file}", file=exports.TITLES[exports.What(file)])


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
