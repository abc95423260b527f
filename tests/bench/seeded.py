"""A course of N rooms of six, each in its encounter, in a fresh database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from pallpractice.config import CHECKOUT
from pallpractice.domain.room import Act, Action
from pallpractice.library.shelf import Library
from pallpractice.services import rounds, seating
from pallpractice.storage import schema
from pallpractice.storage.courses import Course, Enrolment, Group, Person, Session
from pallpractice.storage.rooms import Room, SeatRow
from pallpractice.storage.unit_of_work import Store, UnitOfWork

ROLES = ("learner", "learner", "learner", "learner", "actor", "coach")


@dataclass(frozen=True)
class Seated:
    """A room and who sits where, by person id; `organiser` visits it alone."""

    room: str
    learner: str
    observers: tuple[str, ...]
    patient: str
    coach: str
    organiser: str

    @property
    def six(self) -> tuple[str, ...]:
        return (self.learner, *self.observers, self.patient, self.coach)


def seed(url: str, rooms: int) -> list[Seated]:
    """The rooms, each with an organiser of its own: a person has only so many sockets."""
    schema.upgrade(url)
    store = Store(url)
    library = Library.read([CHECKOUT / "scenarios"])
    with store.write() as uow:
        organisers = _people(uow, rooms)
    with store.read() as uow:
        ids = [room.id for room in uow.session.query(Room).order_by(Room.name)]
    seated = []
    for room, organiser in zip(ids, organisers, strict=True):
        with store.read() as uow:
            rows = uow.session.query(SeatRow).filter(SeatRow.room_id == room).order_by(SeatRow.position).all()
        by_role: dict[str, list[str]] = {}
        for row in rows:
            by_role.setdefault(row.role, []).append(row.person_id)
        first, *others = by_role["learner"]
        coach, actor = by_role["coach"][0], by_role["actor"][0]
        for action in (Action.ROUND_START, Action.ENCOUNTER_BEGIN):
            store.change(rounds.act, library, room, Act(action, coach, {}), str(uuid4()))
        seated.append(Seated(room, first, tuple(others), actor, coach, organiser))
    store.close()
    return seated


def _people(uow: UnitOfWork, rooms: int) -> list[str]:
    now = datetime.now(UTC)
    course = Course(slug="bench", title="Bench", time_zone="UTC")
    uow.session.add(course)
    uow.session.flush()
    uow.session.add(
        Session(
            course_id=course.id,
            key="practice",
            title="Practice",
            kind="practice",
            skill="serious_news",
            day=date.today(),  # noqa: DTZ011
            starts_at=now,
            ends_at=now + timedelta(hours=2),
        )
    )
    organisers = [_enrol(uow, course, None, "organiser", 0, f"organiser-{number}") for number in range(rooms)]
    for number in range(rooms):
        group = Group(course_id=course.id, name=f"Room {number:04}", track="adult")
        uow.session.add(group)
        uow.session.flush()
        for position, role in enumerate(ROLES):
            _enrol(uow, course, group, role, position, f"{number}-{position}")
    seating.place(uow, course)
    return organisers


def _enrol(uow: UnitOfWork, course: Course, group: Group | None, role: str, position: int, name: str) -> str:
    person = Person(email=f"{name}@bench.example", name=f"Person {name}")
    uow.session.add(person)
    uow.session.flush()
    uow.session.add(
        Enrolment(
            course_id=course.id,
            person_id=person.id,
            role=role,
            group_id=group.id if group else None,
            position=position,
        )
    )
    return person.id


def cookies(secret: str) -> Flask:
    app = Flask(__name__)
    app.secret_key = secret
    return app


def cookie(app: Flask, person: str) -> str:
    """The session cookie that signing in would have given."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    return f"session={signer.dumps({'_user_id': f'{person}.0', '_fresh': True})}"
