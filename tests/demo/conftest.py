"""The demo as its first run leaves it, made once, and what its file says of the day before."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from statistics import fmean

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select

from pallpractice import create_app, demo
from pallpractice.config import Settings
from pallpractice.domain.rubric import Rubric
from pallpractice.library import Library, played
from pallpractice.library.played import PlayedDay, PlayedRound
from pallpractice.services.people import IssuedLink
from pallpractice.storage.base import Base
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.rooms import RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SECRET, Clock, PageClient, signed_in

NOW = datetime(2026, 11, 30, 15, 20, 40, tzinfo=UTC)  # in the morning in New York, where the course is
SLUG = "serious-illness-2026"
ORGANISER = "Oren"
KEY = Fernet.generate_key().decode()


@dataclass
class Demo:
    """A store in which the demo has been made ready, and pages of it."""

    path: Path
    store: Store
    clock: Clock
    settings: Settings
    links: list[IssuedLink]
    _app: Flask | None = None

    def run(self) -> None:
        """As `make demo` does it, once more."""
        self.links = demo.prepare(self.store, self.settings)

    @property
    def app(self) -> Flask:
        if self._app is None:
            self._app = create_app(self.settings, store=self.store)
            self._app.test_client_class = PageClient
        return self._app

    def person(self, who: str) -> Person:
        with self.store.read() as uow:
            return uow.session.scalars(select(Person).where(Person.name.startswith(f"{who} "))).one()

    def course(self) -> Course:
        with self.store.read() as uow:
            course = uow.session.scalars(select(Course)).one()
            assert course.sessions
            return course

    def round(self, learner: str) -> str:
        """The id of someone's round."""
        with self.store.read() as uow:
            mine = select(RoundRow.id).where(RoundRow.learner_id == self.person(learner).id)
            return uow.session.scalars(mine).one()

    def group(self, who: str) -> str:
        """The path of the page of someone's group."""
        with self.store.read() as uow:
            mine = select(Enrolment.group_id).where(Enrolment.person_id == self.person(who).id)
            return f"/groups/{uow.session.scalars(mine).one()}"

    def page(self, who: str, path: str) -> str:
        """The words of a page, a space between one piece of it and the next."""
        answer = signed_in(self.app, self.person(who)).get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        html = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", answer.get_data(as_text=True))
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """All that is stored, by table, but links, of which each run makes more."""
        with self.store.read() as uow:
            return {
                table.name: sorted(tuple(row) for row in uow.connection.execute(select(table)))
                for table in Base.metadata.sorted_tables
                if table.name != "links"
            }


@pytest.fixture(scope="session")
def made(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo after its first run. Nothing may be changed in it."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    yield from _open(migrated_file, path, run=True)


@pytest.fixture
def fresh(migrated_file: Path, tmp_path: Path) -> Iterator[Demo]:
    """A demo that has not been run."""
    yield from _open(migrated_file, tmp_path / "demo.db")


@pytest.fixture
def again(made: Demo, tmp_path: Path) -> Iterator[Demo]:
    """A demo that was run once, to run again."""
    yield from _open(made.path, tmp_path / "demo.db")


@pytest.fixture(scope="module")
def shown(made: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that was run once, to look at. That reports were opened is written down in it."""
    yield from _open(made.path, tmp_path_factory.mktemp("shown") / "demo.db")


def _open(template: Path, path: Path, *, run: bool = False) -> Iterator[Demo]:
    with closing(sqlite3.connect(template)) as first, closing(sqlite3.connect(path)) as copy:
        first.backup(copy)
    clock = Clock(NOW)
    store = Store(f"sqlite:///{path}", clock=clock)
    settings = Settings(secret_key=SECRET, database_url=store.url, async_mode="threading", data_key=(KEY,))
    one = Demo(path, store, clock, settings, [])
    if run:
        one.run()
    yield one
    store.close()


@pytest.fixture(scope="session")
def day() -> PlayedDay:
    return played.read(demo.EXAMPLES / "played-2026.yaml")


@pytest.fixture(scope="session")
def rubric(made: Demo) -> Rubric:
    """The one that the day's rounds were rated by."""
    return Library.read(made.settings.library).rubrics["values"]


def seat(one: PlayedRound, who: str) -> str:
    """Where someone sat in a round, as the file has it."""
    if who == one.learner:
        return "learner"
    if who in one.actors.values():
        return "patient"
    return "coach" if who in ("Cleo", "Ingrid") else "observer"


def ratings(one: PlayedRound, rubric: Rubric, of: str, *, as_they_stand: bool = True) -> dict[str, list[int]]:
    """{item: what those of a seat rated and handed in}."""
    found: dict[str, list[int]] = {}
    for who, given in one.ratings.items():
        if seat(one, who) != of or who in one.not_handed_in:
            continue
        for item, rating in zip(rubric.items_for(of), given, strict=True):
            again = one.corrected if as_they_stand else None
            stands = again.rating if again and (again.by, again.entry) == (who, item.id) else rating
            if stands is not None:
                found.setdefault(item.id, []).append(stands)
    return found


def coachs_mean(one: PlayedRound, rubric: Rubric) -> float:
    """Of a round, over its items."""
    return fmean(rating for given in ratings(one, rubric, "coach").values() for rating in given)
