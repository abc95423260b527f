"""Who attends what in a course, and what each of them was sent: the facts that invitations are decided from."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from ...domain.invitations import About, Addressee, Entry, Event, Kind, Member, Past, Standing, attends, standing
from ...domain.roles import Role
from ...storage.courses import Course, Enrolment, Link, Person, Session
from ...storage.invitations import Invitation
from ...storage.plans import Absence
from ...storage.rooms import Room, SeatRow
from ...storage.unit_of_work import UnitOfWork
from ..guests import NOT_A_GUEST


@dataclass(slots=True)
class Known:
    """A person of a course, there or removed, and the messages to them in the order of time."""

    enrolment: Enrolment
    member: Member
    rows: list[Invitation] = field(default_factory=list)
    opened_at: datetime | None = None

    @property
    def person(self) -> Person:
        return self.enrolment.person

    @property
    def to(self) -> Addressee:
        person = self.person
        return Addressee(
            person.id, person.name, person.email, Role(self.enrolment.role), person.time_zone, person.language
        )

    def past(self, but: Invitation | None = None) -> list[Past]:
        """What was sent to them, `but` one."""
        return [
            Past(Kind(row.kind), row.contents, standing_of(row), read_entries(row.entries))
            for row in self.rows
            if row is not but
        ]


def about(course: Course, base_url: str) -> About:
    return About(course.slug, course.title, course.time_zone, base_url, course.language)


def everyone(uow: UnitOfWork, course: Course, only: Collection[str] | None = None) -> list[Known]:
    """All who can be written to, or `only` these people, in the roster's order; those removed too."""
    enrolments = uow.session.scalars(_enrolments(course, only)).all()
    people = [row.person_id for row in enrolments]
    sessions = uow.session.scalars(
        select(Session).where(Session.course_id == course.id).order_by(Session.starts_at, Session.key)
    ).all()
    rooms, absences = _rooms(uow, course, people), _absences(uow, course)
    rows, opened = _rows(uow, course, people), _opened(uow, course)
    return [
        Known(
            each,
            _member(each, sessions, rooms[each.person_id], absences[each.person_id]),
            rows[each.person_id],
            opened.get(each.person_id),
        )
        for each in enrolments
    ]


def standing_of(row: Invitation) -> Standing:
    return standing(row.sent_at, row.tries, row.error)


def _enrolments(course: Course, only: Collection[str] | None) -> Select[Enrolment]:
    found = (
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(NOT_A_GUEST, Enrolment.course_id == course.id, Person.active)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.group))
        .order_by(Enrolment.position, Enrolment.id)
    )
    return found if only is None else found.where(Enrolment.person_id.in_(list(only)))


def _member(enrolment: Enrolment, sessions: Iterable[Session], rooms: dict[str, str], absent: set[str]) -> Member:
    group = enrolment.group
    track = enrolment.track or (group.track if group else None)
    events = tuple(
        Event(
            session.id,
            session.title,
            session.kind,
            session.starts_at,
            session.ends_at,
            session.sequence,
            group.name if group else "",
            rooms.get(session.id),
        )
        for session in sessions
        if session.id in rooms or attends(Role(enrolment.role), track, session.kind, session.track)
    )
    return Member(enrolment.person_id, events, enrolment.removed_at is not None, frozenset(absent))


def _rooms(uow: UnitOfWork, course: Course, people: list[str]) -> dict[str, dict[str, str]]:
    """{person: {session: room}} of where each has a seat."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows = uow.session.execute(
        select(SeatRow.person_id, Room.session_id, Room.id)
        .join(Room, Room.id == SeatRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(Session.course_id == course.id, SeatRow.person_id.in_(people))
        .order_by(SeatRow.position.desc(), Room.id)
    )
    for person, session, room in rows:
        found[person][session] = room
    return found


def _absences(uow: UnitOfWork, course: Course) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = uow.session.execute(
        select(Absence.person_id, Absence.session_id)
        .join(Session, Session.id == Absence.session_id)
        .where(Session.course_id == course.id)
    )
    for person, session in rows:
        found[person].add(session)
    return found


def _rows(uow: UnitOfWork, course: Course, people: list[str]) -> dict[str, list[Invitation]]:
    found: dict[str, list[Invitation]] = defaultdict(list)
    rows = uow.session.scalars(
        select(Invitation).where(Invitation.course_id == course.id, Invitation.person_id.in_(people))
    )
    for row in sorted(rows, key=lambda row: (row.sent_at or row.queued_at, row.queued_at, row.id)):
        found[row.person_id].append(row)
    return found


def _opened(uow: UnitOfWork, course: Course) -> dict[str, datetime]:
    """When each person's links were last used."""
    used = func.max(Link.used_at).label("used_at")
    rows = uow.session.execute(
        select(Link.person_id, used)
        .where(Link.course_id == course.id, Link.used_at.is_not(None))
        .group_by(Link.person_id)
    )
    return {row.person_id: row.used_at for row in rows}


# --- what a message put into a calendar, as it is stored


def read_entries(kept: dict[str, Any]) -> dict[str, Entry]:
    return {
        session: Entry(
            entry["sequence"],
            entry["says"],
            entry["title"],
            datetime.fromisoformat(entry["starts_at"]),
            datetime.fromisoformat(entry["ends_at"]),
        )
        for session, entry in kept.items()
    }


def kept_entries(entries: dict[str, Entry]) -> dict[str, Any]:
    return {
        session: {
            "sequence": entry.sequence,
            "says": entry.says,
            "title": entry.title,
            "starts_at": entry.starts_at.isoformat(),
            "ends_at": entry.ends_at.isoformat(),
        }
        for session, entry in entries.items()
    }
