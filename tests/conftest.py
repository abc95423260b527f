"""The cast and the parts that tests share: a store on a migrated file, a clock to turn, an app, signed-in clients.

Lena is the learner, Sam the actor, Olga and Omar are peers who observe, Cleo coaches, Oren organises. Mallory has an
account and no place in the course.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from pallpractice.config import Settings
from pallpractice.domain.roles import Role, SessionKind, Skill, Track
from pallpractice.storage import schema
from pallpractice.storage.courses import Course, Enrolment, Group, Person, Session
from pallpractice.storage.unit_of_work import Store

SECRET = "a secret for tests, long enough to pass"
NOON = datetime(2026, 5, 14, 15, 20, tzinfo=UTC)  # 11:20 in New York: the first practice block has begun
CAST = {
    "Lena": Role.LEARNER,
    "Olga": Role.LEARNER,
    "Omar": Role.LEARNER,
    "Sam": Role.ACTOR,
    "Cleo": Role.COACH,
    "Oren": Role.ORGANISER,
}


@dataclass
class Clock:
    """Now, as the test decides."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class SavedCourse:
    """A stored course with one practice session, one group, and the cast by name."""

    course: Course
    session: Session
    group: Group
    cast: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["cast"][name.capitalize()]
        except KeyError:
            raise AttributeError(name) from None


class PageClient(FlaskClient):
    """A browser that does not run scripts: `submit` posts a form with its token."""

    def csrf_token(self) -> str:
        """A token that belongs to this client's session, as the page would carry it."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)

    def submit(self, path: str, **form: str):  # type: ignore[no-untyped-def]
        return self.post(path, data=form | {"csrf_token": self.csrf_token()})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a test that could not run has failed: what is missing there is to be installed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} could not run: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest revision, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    schema.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server, for `tests.postgres.create`. Started once, and only if a test asks."""
    from tests.postgres import running

    with running() as address:
        yield address


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """A fresh empty PostgreSQL database."""
    from tests.postgres import create

    return create(postgres, f"test_{uuid4().hex}")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(migrated_file: Path, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    path = tmp_path / "test.db"
    shutil.copy(migrated_file, path)
    store = Store(f"sqlite:///{path}", clock=clock)
    yield store
    store.close()


@pytest.fixture
def course(store: Store) -> SavedCourse:
    course = Course(slug="serious-talk", title="Serious Talk", time_zone="America/New_York")
    session = Session(
        course=course,
        key="practice-news",
        title="Delivering serious news",
        kind=SessionKind.PRACTICE,
        skill=Skill.SERIOUS_NEWS,
        day=date(2026, 5, 14),
        starts_at=datetime(2026, 5, 14, 15, 15, tzinfo=UTC),
        ends_at=datetime(2026, 5, 14, 17, 0, tzinfo=UTC),
        credit_types=["general"],
    )
    with store.write() as uow:
        uow.session.add_all([course, session])
        uow.session.flush()
        group = Group(course_id=course.id, name="Maple", track=Track.ADULT)
        uow.session.add(group)
        uow.session.flush()
        saved = SavedCourse(course, session, group)
        for position, (name, role) in enumerate(CAST.items()):
            person = saved.cast[name] = Person(name=name, email=f"{name.lower()}@example.org")
            placed = role is not Role.ORGANISER
            uow.session.add(
                Enrolment(
                    course_id=course.id,
                    person=person,
                    role=role,
                    track=Track.ADULT if placed else None,
                    group_id=group.id if placed else None,
                    position=position,
                )
            )
        saved.cast["Mallory"] = Person(name="Mallory", email="mallory@example.org")
        uow.session.add(saved.cast["Mallory"])
    return saved


@dataclass
class Days:
    """The other sessions of the group's three days, by what is done there."""

    first: Session  # start-up on the first day
    second: Session  # start-up on the second
    reflection: Session  # on the second day, after practice
    last: Session  # reflection on the third


@pytest.fixture
def days(store: Store, course: SavedCourse) -> Days:
    """Start-up and reflection around the practice session of `course`. Make it before the rooms are."""

    def session(key: str, title: str, kind: SessionKind, day: int, hour: int) -> Session:
        return Session(
            course_id=course.course.id,
            key=key,
            title=title,
            kind=kind,
            day=date(2026, 5, day),
            starts_at=datetime(2026, 5, day, hour, tzinfo=UTC),
            ends_at=datetime(2026, 5, day, hour + 1, tzinfo=UTC),
            credit_types=[],
        )

    made = Days(
        first=session("start-1", "Getting to know each other", SessionKind.STARTUP, 13, 20),
        second=session("start-2", "Ready to practise", SessionKind.STARTUP, 14, 14),
        reflection=session("reflect-2", "Looking back on the day", SessionKind.REFLECTION, 14, 20),
        last=session("reflect-3", "What we take home", SessionKind.REFLECTION, 15, 19),
    )
    with store.write() as uow:
        uow.session.add_all([made.first, made.second, made.reflection, made.last])
    return made


@pytest.fixture
def add_group(store: Store, course: SavedCourse) -> Callable[[str, Mapping[str, Role]], str]:
    """`add_group(name, {person: role})` adds an adult group and its people; returns its id."""

    def add(name: str, cast: Mapping[str, Role]) -> str:
        group = Group(course_id=course.course.id, name=name, track=Track.ADULT)
        with store.write() as uow:
            uow.session.add(group)
            uow.session.flush()
            for position, (who, role) in enumerate(cast.items(), len(CAST)):
                course.cast[who] = Person(name=who, email=f"{who.lower()}@example.org")
                enrolment = Enrolment(course_id=group.course_id, role=role, track=Track.ADULT, group_id=group.id)
                enrolment.person, enrolment.position = course.cast[who], position
                uow.session.add(enrolment)
        return group.id

    return add


@pytest.fixture
def settings(store: Store) -> Settings:
    return Settings(secret_key=SECRET, database_url=store.url, async_mode="threading")


@pytest.fixture
def app(settings: Settings, store: Store) -> Flask:
    from pallpractice import create_app

    app = create_app(settings, store=store)
    app.test_client_class = PageClient
    return app


@pytest.fixture
def client_as(app: Flask) -> Callable[[Person | None], PageClient]:
    """`client_as(person)` is signed in as that person, `client_as(None)` as nobody."""

    return lambda person: signed_in(app, person)


def signed_in(app: Flask, person: Person | None) -> PageClient:
    """A browser in which that person is signed in, or nobody."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    if person is not None:
        with client.session_transaction() as session:
            session["_user_id"] = f"{person.id}.{person.session_epoch or 0}"
            session["_fresh"] = True
    return client
