"""A group's page, for its people and the organisers: what it keeps, who is in it, and when it meets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from ...domain.circle import READERS, Kept
from ...domain.errors import Invalid, NotAllowed, NotFound
from ...domain.roles import GATHERINGS, RESTING_SEAT, Role, Seat
from ...domain.text import text
from ...storage.courses import Course, Enrolment, Group, Person, Session
from ...storage.groups import JournalEntry
from ...storage.rooms import Room
from ...storage.unit_of_work import UnitOfWork
from . import agreements, course_goals, hand_overs, private_journal

Plain = dict[str, Any]
NO_GROUP = text("There is no such group, or you are not in it.")


@dataclass(frozen=True, slots=True)
class Member:
    """Someone of the group. `goal` is empty for readers who may not know it."""

    person: Person
    role: Role
    goal: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session the group meets in, and its room, once there is one."""

    session: Session
    room: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """What one reader finds there. `goal` is None for who does not learn, `hand_overs` for who may not read them."""

    course: Course
    group: Group
    role: Role
    members: Sequence[Member]
    agreement: Sequence[Plain]
    meetings: Sequence[Meeting]
    goal: str | None
    journal: Sequence[tuple[Session, list[JournalEntry]]]
    hand_overs: Sequence[Plain] | None

    @property
    def days(self) -> list[date]:
        """When the group meets."""
        return list(dict.fromkeys(meeting.session.day for meeting in self.meetings))


def find(uow: UnitOfWork, group_id: str, person_id: str) -> tuple[Group, Course, Enrolment]:
    """The group, for one of its people or an organiser of its course. Raises NotFound for everyone else."""
    found = uow.session.execute(
        select(Group, Course, Enrolment)
        .join(Course, Course.id == Group.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Group.id == group_id,
            Enrolment.person_id == person_id,
            Enrolment.removed_at.is_(None),
            or_(Enrolment.group_id == Group.id, Enrolment.role == Role.ORGANISER.value),
            Person.active,
        )
    ).first()
    if found is None:
        raise NotFound(NO_GROUP)
    return found[0], found[1], found[2]


def page(uow: UnitOfWork, group_id: str, person_id: str) -> Page:
    """All that this reader may see of the group. Raises NotFound."""
    group, course, me = find(uow, group_id, person_id)
    role = Role(me.role)
    seat = RESTING_SEAT[role]
    return Page(
        course=course,
        group=group,
        role=role,
        members=_members(uow, group, seat),
        agreement=agreements.plain(uow, group.id),
        meetings=_meetings(uow, group),
        goal=me.goal if role is Role.LEARNER else None,
        journal=private_journal.of_person(uow, course.id, person_id),
        hand_overs=hand_overs.of_group(uow, group.id) if seat in READERS[Kept.HAND_OVERS] else None,
    )


def _members(uow: UnitOfWork, group: Group, reader: Seat) -> list[Member]:
    rows = uow.session.scalars(
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.group_id == group.id, Enrolment.removed_at.is_(None), Person.active)
        .order_by(Enrolment.position, Enrolment.id)
    )
    knows = reader in READERS[Kept.GOALS]
    found = [Member(row.person, Role(row.role), row.goal if knows else "") for row in rows]
    return sorted(found, key=lambda one: one.role is not Role.COACH)


def _meetings(uow: UnitOfWork, group: Group) -> list[Meeting]:
    rows = uow.session.execute(
        select(Session, Room.id)
        .outerjoin(Room, (Room.session_id == Session.id) & (Room.group_id == group.id))
        .where(Session.course_id == group.course_id, Session.kind.in_(map(str, GATHERINGS)))
        .order_by(Session.starts_at)
    )
    return [Meeting(session, room) for session, room in rows if session.track in (None, group.track)]


def today(uow: UnitOfWork, found: Page) -> date | None:
    """The day a note would be about now: the latest that has come, else the first. None without any."""
    here = uow.now.astimezone(ZoneInfo(found.course.time_zone)).date()
    return max((day for day in found.days if day <= here), default=min(found.days, default=None))


def set_goal(uow: UnitOfWork, group_id: str, person_id: str, goal: str) -> None:
    """One's own goal for the course. Raises NotFound, and NotAllowed for who does not learn in it."""
    group, _, me = find(uow, group_id, person_id)
    if me.group_id != group.id:
        raise NotAllowed(text("A goal for the course is for those who learn in it."))
    course_goals.write(uow, group.course_id, person_id, goal)


def hand_over(uow: UnitOfWork, group_id: str, person_id: str, day: date, note: str, seen: int) -> None:
    """The coach's note of one of the group's days. Raises NotFound, NotAllowed, Invalid, and Stale."""
    group, _, me = find(uow, group_id, person_id)
    if me.role != Role.COACH:
        raise NotAllowed(text("The hand-over note is the coach’s to write."))
    if day not in {meeting.session.day for meeting in _meetings(uow, group)}:
        raise Invalid(text("The group does not meet on that day."), fields={"day": [text("not one of its days")]})
    hand_overs.write(uow, group.id, day, person_id, note, seen)
