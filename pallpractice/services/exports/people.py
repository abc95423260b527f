"""People and participation: who is or was in the course, and how long each was in which session."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ...domain import joining, participation
from ...domain.participation import Block, Stay
from ...domain.roles import Role, SessionKind, Track
from ...storage.courses import Course, Enrolment, Person, Session
from ...storage.presence import Attendance
from ...storage.unit_of_work import UnitOfWork
from .. import presence
from .sheets import PAGE, Column, Kind, Reading, Row, Sheet

ROLES = {role.value: role.value for role in Role}
TRACKS = {track.value: track.value for track in Track}
PEOPLE = (
    Column("person_id", Kind.PERSON, "The person"),
    Column("name", Kind.TEXT, "Their name"),
    Column("email", Kind.TEXT, "Their address, by which a people file knows them"),
    Column("role", Kind.TEXT, "What they are in the course", ROLES),
    Column("profession", Kind.TEXT, "As written in the people file"),
    Column("institution", Kind.TEXT, "As written in the people file"),
    Column("track", Kind.TEXT, "Whom they care for; empty for who has none", TRACKS),
    Column("team", Kind.TEXT, "Who came together from one place"),
    Column("group", Kind.TEXT, "Their small group; empty for none"),
    Column("pronouns", Kind.TEXT, "As written in the people file"),
    Column("time_zone", Kind.TEXT, "An IANA name; empty where the course's own counts"),
    Column("guest", Kind.YES_NO, "Whether they were let in by a room's code, and so have no address"),
    Column("removed_at", Kind.INSTANT, "When they were taken out of the course; empty for who is in it"),
)
PARTICIPATION = (
    Column("session", Kind.ID, "The session, by its key in the programme file"),
    Column("session_title", Kind.TEXT, "Its title"),
    Column("person_id", Kind.PERSON, "Who was there"),
    Column("name", Kind.TEXT, "Their name"),
    Column("role", Kind.TEXT, "What they are in the course", ROLES),
    Column("came_at", Kind.INSTANT, "When they first came"),
    Column("left_at", Kind.INSTANT, "When they last left, or were last seen"),
    Column("stays", Kind.WHOLE, "How many stays that was; several windows at once are one"),
    Column("minutes", Kind.WHOLE, "Whole minutes within the session; none in a break"),
)


def _enrolled(reading: Reading) -> list[str]:
    with reading.store.read() as uow:
        found = select(Enrolment.id).where(Enrolment.course_id == reading.course.id)
        return list(uow.session.scalars(found.order_by(Enrolment.position, Enrolment.id)))


def _people(uow: UnitOfWork, ids: Sequence[str]) -> list[Row]:
    rows = uow.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(ids))
        .options(joinedload(Enrolment.person), joinedload(Enrolment.group))
        .order_by(Enrolment.position, Enrolment.id)
    )
    return [_person(row, row.person) for row in rows]


def _person(row: Enrolment, person: Person) -> Row:
    return (
        person.id,
        person.name,
        person.email,
        row.role,
        person.profession,
        person.institution,
        row.track,
        row.team,
        row.group.name if row.group else None,
        person.pronouns,
        person.time_zone,
        joining.is_guest(person.email),
        row.removed_at,
    )


people = Sheet(
    PEOPLE,
    count=lambda reading: len(_enrolled(reading)),
    pages=lambda reading: reading.pages(_enrolled(reading), _people, PAGE),
)


@dataclass(frozen=True, slots=True)
class TookPart:
    """One person in one session."""

    session: Session
    person: Person
    role: str
    came_at: datetime
    left_at: datetime
    stays: int
    minutes: int


def took_part(uow: UnitOfWork, sessions: Sequence[Session]) -> list[TookPart]:
    """Who was in these sessions and for how long; in each, those who came first first."""
    found = presence.attendance(uow, [session.id for session in sessions])
    rows = []
    for session in sessions:
        there = found.get(session.id, {})
        known = _known(uow, session, [person for person, stays in there.items() if stays])
        rows += [_part(session, person, role, there[person.id]) for person, role in known]
    return rows


def _known(uow: UnitOfWork, session: Session, ids: list[str]) -> list[tuple[Person, str]]:
    found = uow.session.execute(
        select(Person, Enrolment.role)
        .join(Enrolment, (Enrolment.person_id == Person.id) & (Enrolment.course_id == session.course_id))
        .where(Person.id.in_(ids))
        .order_by(Enrolment.position, Enrolment.id)
    )
    return [(person, role) for person, role in found]


def _part(session: Session, person: Person, role: str, stays: Sequence[Stay]) -> TookPart:
    block = Block(SessionKind(session.kind), session.starts_at, session.ends_at)
    return TookPart(
        session=session,
        person=person,
        role=role,
        came_at=min(stay.start for stay in stays),
        left_at=max(stay.end for stay in stays),
        stays=len(stays),
        minutes=participation.minutes(participation.within(stays, block)),
    )


def _attended(reading: Reading) -> int:
    pairs = select(Attendance.session_id, Attendance.person_id).distinct()
    attended = pairs.where(Attendance.session_id.in_(_session_ids(reading.course))).subquery()
    with reading.store.read() as uow:
        return uow.session.scalar(select(func.count()).select_from(attended)) or 0


def _session_ids(course: Course) -> list[str]:
    return [session.id for session in course.sessions]


def _participation(reading: Reading) -> Iterator[list[Row]]:
    for session in reading.course.sessions:
        with reading.store.read() as uow:
            found = took_part(uow, [session])
        yield [
            (
                session.key,
                session.title,
                one.person.id,
                one.person.name,
                one.role,
                one.came_at,
                one.left_at,
                one.stays,
                one.minutes,
            )
            for one in found
        ]


participation_sheet = Sheet(PARTICIPATION, count=_attended, pages=_participation)
