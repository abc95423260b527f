"""The plan, a row for each place in a round: who is in the chair, who plays which character, who coaches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ...domain.roles import Role, Seat, Skill
from ...library import Library
from ...storage.courses import Course, Enrolment, Group, Person, Session
from ...storage.plans import PlannedRound
from ...storage.unit_of_work import UnitOfWork
from .sheets import PAGE, Column, Kind, Reading, Row, Sheet

SKILLS = {skill.value: skill.value for skill in Skill}
COLUMNS = (
    Column("session", Kind.ID, "The session, by its key in the programme file"),
    Column("session_title", Kind.TEXT, "Its title"),
    Column("skill", Kind.TEXT, "What it practises", SKILLS),
    Column("group", Kind.TEXT, "The small group"),
    Column("round", Kind.WHOLE, "The round's number in its room, from 1"),
    Column("day", Kind.DAY, "The day, in the course's time zone"),
    Column("starts_at", Kind.INSTANT, "When the round is to begin"),
    Column("ends_at", Kind.INSTANT, "When it is to end"),
    Column("scenario", Kind.ID, "The case, by its id in the library"),
    Column("scenario_title", Kind.TEXT, "Its title; empty if it is no longer in the library"),
    Column("seat", Kind.TEXT, "The place", {seat: seat for seat in ("learner", "patient", "coach")}),
    Column("character", Kind.TEXT, "Of an actor, the character they play"),
    Column("person_id", Kind.PERSON, "Who has the place; empty where nobody has yet"),
    Column("name", Kind.TEXT, "Their name"),
    Column("by_hand", Kind.YES_NO, "Whether the round was changed by hand, so that a new plan keeps it"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a planned round; `person` None where nobody has it yet."""

    seat: Seat
    person: str | None
    name: str
    character: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedPlaces:
    """A planned round with everyone's place in it."""

    round: PlannedRound
    session: Session
    group: str
    title: str
    places: tuple[Place, ...]


def planned(uow: UnitOfWork, library: Library, course: Course, ids: Sequence[str]) -> list[PlannedPlaces]:
    """These planned rounds of the course, in the order of time."""
    rows = uow.session.execute(
        select(PlannedRound, Session, Group.name)
        .join(Session, Session.id == PlannedRound.session_id)
        .join(Group, Group.id == PlannedRound.group_id)
        .where(PlannedRound.id.in_(ids))
        .order_by(PlannedRound.starts_at, Group.name, PlannedRound.id)
    ).all()
    names, coaches = _names(uow, course), _coaches(uow, course)
    return [
        PlannedPlaces(row, session, group, _title(library, row), tuple(_places(library, row, names, coaches)))
        for row, session, group in rows
    ]


def _title(library: Library, row: PlannedRound) -> str:
    known = library.scenarios.get(row.scenario_id)
    return known.title if known else ""


def _places(
    library: Library, row: PlannedRound, names: Mapping[str, str], coaches: Mapping[str, list[str]]
) -> Iterator[Place]:
    yield Place(Seat.LEARNER, row.learner_id, names.get(row.learner_id or "", ""))
    known = library.scenarios.get(row.scenario_id)
    characters = [one.id for one in known.script.characters] if known else []
    for part in dict.fromkeys([*characters, *row.parts]):
        actor = row.parts.get(part)
        yield Place(Seat.PATIENT, actor, names.get(actor or "", ""), part)
    for coach in coaches.get(row.group_id, []):
        yield Place(Seat.COACH, coach, names[coach])


def _names(uow: UnitOfWork, course: Course) -> dict[str, str]:
    enrolled = select(Person.id, Person.name).join(Enrolment, Enrolment.person_id == Person.id)
    rows = uow.session.execute(enrolled.where(Enrolment.course_id == course.id))
    return {row.id: row.name for row in rows}


def _coaches(uow: UnitOfWork, course: Course) -> dict[str, list[str]]:
    """{group: its coaches}, in the roster's order."""
    rows = uow.session.execute(
        select(Enrolment.group_id, Enrolment.person_id)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.role == Role.COACH.value,
            Enrolment.group_id.is_not(None),
            Enrolment.removed_at.is_(None),
        )
        .order_by(Enrolment.position, Enrolment.id)
    )
    found: dict[str, list[str]] = {}
    for group, person in rows:
        found.setdefault(group or "", []).append(person)
    return found


def ids_of(uow: UnitOfWork, course: Course, session: str | None = None) -> list[str]:
    """The planned rounds of the course, or of one session of it by its key, in the order of time."""
    found = (
        select(PlannedRound.id)
        .join(Session, Session.id == PlannedRound.session_id)
        .join(Group, Group.id == PlannedRound.group_id)
        .where(Session.course_id == course.id)
        .order_by(PlannedRound.starts_at, Group.name, PlannedRound.id)
    )
    return list(uow.session.scalars(found.where(Session.key == session) if session else found))


def _ids(reading: Reading) -> list[str]:
    with reading.store.read() as uow:
        return ids_of(uow, reading.course)


def _rows(reading: Reading) -> Iterator[list[Row]]:
    zone = ZoneInfo(reading.course.time_zone)

    def read(uow: UnitOfWork, ids: Sequence[str]) -> list[Row]:
        rounds = planned(uow, reading.library, reading.course, ids)
        return [_row(one, place, zone) for one in rounds for place in one.places]

    return reading.pages(_ids(reading), read, PAGE // 4)


def _row(one: PlannedPlaces, place: Place, zone: ZoneInfo) -> Row:
    row, session = one.round, one.session
    return (
        session.key,
        session.title,
        session.skill,
        one.group,
        row.number,
        row.starts_at.astimezone(zone).date(),
        row.starts_at,
        row.ends_at,
        row.scenario_id,
        one.title,
        place.seat.value,
        place.character,
        place.person,
        place.name,
        row.by_hand,
    )


def _count(reading: Reading) -> int:
    with reading.store.read() as uow:
        rounds = planned(uow, reading.library, reading.course, ids_of(uow, reading.course))
    return sum(len(one.places) for one in rounds)


plan = Sheet(COLUMNS, count=_count, pages=_rows)
