"""The pages of the library: what each reader finds on all of them, what forms refuse, what is kept."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pallpractice import create_app
from pallpractice.config import Settings
from pallpractice.domain import reading
from pallpractice.domain.reading import Part
from pallpractice.domain.roles import Role
from pallpractice.services import seating
from pallpractice.storage.courses import Course, Person
from pallpractice.storage.rooms import Room, RoundRow
from pallpractice.storage.scenarios import Preparation
from pallpractice.storage.unit_of_work import Store
from tests.conftest import PageClient, SavedCourse
from tests.marks import Book, Cases, Secret, write_cases

ClientAs = Callable[[Person | None], PageClient]
CASE = "/scenarios/results-after-the-stent"
ROWS = {"organiser": "Oren", "coach": "Cleo", "actor": "Sam", "learner": "Lena", "outsider": "Mallory"}


# --- secrecy: every page, every reader, marked files

EVERYTHING = {"about", "brief", "script", "guide", "rubric"}
# Written from the contract: reader, what of the first scenario was met -> what may be read of it.
MAY: Mapping[tuple[str, str], set[str]] = {
    ("organiser", "never"): EVERYTHING,
    ("coach", "never"): EVERYTHING,
    ("actor", "never"): EVERYTHING - {"guide"},
    ("learner", "never"): {"rubric"},
    ("learner", "begun"): {"rubric", "about", "brief"},
    ("learner", "closed"): {"rubric", "about", "brief", "script"},
    ("outsider", "never"): set(),
}


def part_of(secret: Secret) -> str:
    """The part of a scenario's file that a mark stands in."""
    if secret.kind in ("script", "character", "beat_title"):
        return "script"
    if secret.kind == "nobody":
        top = secret.path.partition(".")[0]
        return "guide" if top in ("objectives", "references", "competencies") else "about"
    return secret.kind if secret.kind in ("brief", "guide") else "about"


@dataclass
class Library:
    """An application whose library has marked files beside the shipped ones."""

    app: Flask
    cases: Cases
    book: Book

    @property
    def first(self) -> str:
        return self.cases.scenarios[0]

    def paths(self) -> list[str]:
        about, rubric = f"/scenarios/{self.first}", f"/rubrics/{self.cases.rubric_of[self.first]}"
        seats = [f"{rubric}/print?seat={seat}" for seat in ("learner", "patient", "observer", "coach")]
        prints = [f"{about}/print/{what}" for what in ("brief", "script", "card", "guide")]
        own = [about, f"{about}/guide", f"{about}/prepare", f"{about}/rehearse", *prints]
        return [
            "/",
            "/scenarios",
            "/scenarios?words=kx",
            *own,
            "/rubrics",
            rubric,
            *seats,
            "/courses/serious-talk/scenarios",
        ]

    def seen(self, client: PageClient) -> set[str]:
        """The parts of the first scenario that are on any page this reader can open."""
        parts = set()
        for path in self.paths():
            answer = client.get(path)
            assert answer.status_code in (200, 404), path
            told = answer.get_data(as_text=True) if answer.status_code == 200 else ""
            for token, secret in self.book.found(told):
                rubric = self.cases.rubric_of[self.first]
                if rubric in (token, secret.source):
                    parts.add("rubric")
                elif self.first in (token, secret.source):
                    parts.add(part_of(secret))
        return parts


@pytest.fixture
def marked(settings: Settings, store: Store, course: SavedCourse, tmp_path: Path) -> Library:
    book = Book()
    cases = write_cases(tmp_path / "cases", book)
    app = create_app(replace(settings, scenarios=(cases.folder,)), store=store)
    app.test_client_class = PageClient
    return Library(app, cases, book)


def play(store: Store, course: SavedCourse, scenario: str, *, closed: bool) -> None:
    """A round with this scenario in the group's room."""
    store.change(lambda uow: seating.place(uow, course.course))
    with store.write() as uow:
        room = uow.session.query(Room).one()
        number = uow.session.query(RoundRow).count() + 1
        row = RoundRow(
            room_id=room.id,
            number=number,
            learner_id=course.olga.id,
            scenario_id=scenario,
            scenario_version=1,
            rubric_id="none",
            rubric_version=1,
            minutes=8,
            started_at=uow.now,
            closed_at=uow.now if closed else None,
        )
        uow.session.add(row)


def reader(app: Flask, person: Person) -> PageClient:
    client = app.test_client()
    assert isinstance(client, PageClient)
    with client.session_transaction() as session:
        session["_user_id"] = f"{person.id}.0"
        session["_fresh"] = True
    return client


@pytest.mark.parametrize(("who", "met"), MAY, ids=str)
def test_each_reader_finds_what_they_may_on_all_pages_together(
    marked: Library, store: Store, course: SavedCourse, who: str, met: str
) -> None:
    if met != "never":
        play(store, course, marked.first, closed=met == "closed")
    assert marked.seen(reader(marked.app, course.cast[ROWS[who]])) == MAY[who, met]


def test_a_learner_who_meets_a_scenario_again_may_not_read_its_script_meanwhile(
    marked: Library, store: Store, course: SavedCourse
) -> None:
    play(store, course, marked.first, closed=True)
    play(store, course, marked.first, closed=False)
    assert marked.seen(reader(marked.app, course.lena)) == {"rubric", "about", "brief"}


def test_a_leak_would_be_seen(marked: Library, course: SavedCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BY_ROLE", {**reading.BY_ROLE, Role.ACTOR: frozenset(Part)})
    assert marked.seen(reader(marked.app, course.sam)) == EVERYTHING


def test_nobody_signed_in_reads_nothing(marked: Library) -> None:
    client = marked.app.test_client()
    assert all(client.get(path).status_code == 302 for path in marked.paths())


def test_pages_of_the_library_are_kept_by_no_browser(marked: Library, course: SavedCourse) -> None:
    client = reader(marked.app, course.cleo)
    for path in marked.paths():
        assert client.get(path).headers["Cache-Control"] == "no-store"


# --- declining and preparing


@pytest.fixture
def rows(store: Store) -> Callable[[], list[Preparation]]:
    def read() -> list[Preparation]:
        with store.read() as uow:
            return uow.session.query(Preparation).all()

    return read


def test_a_reason_is_on_the_organisers_and_the_actors_own_page_and_nowhere_else(
    client_as: ClientAs, course: SavedCourse
) -> None:
    sam = client_as(course.sam)
    answer = sam.submit(f"{CASE}/decline", course=course.course.id, reason="My sister died of this")
    assert answer.status_code == 303
    for name in ("Oren", "Sam", "Cleo", "Lena"):
        client = client_as(course.cast[name])
        pages = [f"{CASE}/prepare", CASE, "/scenarios", "/courses/serious-talk/scenarios", "/"]
        told = any("My sister died of this" in client.get(path).get_data(as_text=True) for path in pages)
        assert told is (name in ("Oren", "Sam")), name


def test_steps_and_declining_are_kept_and_taken_back(
    client_as: ClientAs, course: SavedCourse, rows: Callable[[], list[Preparation]]
) -> None:
    sam = client_as(course.sam)
    page = sam.post(
        f"{CASE}/prepare",
        data={"csrf_token": sam.csrf_token(), "course": course.course.id, "steps": ["derole", "brief"]},
    )
    assert page.status_code == 303
    assert "2 of 7 done" in sam.get(f"{CASE}/prepare").get_data(as_text=True)
    sam.submit(f"{CASE}/decline", course=course.course.id, reason="  ")
    (row,) = rows()
    assert row.steps == ["brief", "derole"]
    assert row.declined_at is not None
    sam.submit(f"{CASE}/accept", course=course.course.id)
    assert rows()[0].declined_at is None


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("prepare", {"steps": "sing"}, 400),
        ("prepare", {"colour": "red"}, 400),
        ("decline", {"reason": "x" * 1001}, 400),
        ("decline", {"reason": "a\x00b"}, 400),
        ("decline", {"course": "of-someone-else"}, 404),
        ("decline", {"course": "'; drop table people"}, 400),
        ("decline", {"course": ""}, 400),
        ("accept", {"reason": "none"}, 400),
    ],
)
def test_a_form_that_cannot_be_read_changes_nothing(
    client_as: ClientAs,
    course: SavedCourse,
    rows: Callable[[], list[Preparation]],
    path: str,
    form: dict[str, str],
    status: int,
) -> None:
    answer = client_as(course.sam).submit(f"{CASE}/{path}", **{"course": course.course.id, **form})
    assert answer.status_code == status
    assert rows() == []


def test_a_scenario_that_is_not_there_is_not_found(client_as: ClientAs, course: SavedCourse) -> None:
    sam = client_as(course.sam)
    for path in ("/scenarios/lost", "/scenarios/lost/prepare", f"{CASE}/print/poster", "/rubrics/lost"):
        assert sam.get(path).status_code == 404, path
    assert sam.submit("/scenarios/lost/decline", course=course.course.id).status_code == 404


def test_once_the_course_is_over_nothing_is_left_to_prepare(
    client_as: ClientAs, course: SavedCourse, clock: object
) -> None:
    clock.advance(timedelta(days=30).total_seconds())  # type: ignore[attr-defined]
    page = client_as(course.sam).get(f"{CASE}/prepare").get_data(as_text=True)
    assert "Rehearsal checklist" not in page
    assert "Beats" in page


# --- finding


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", "12 of 12"),
        ("skill=values&track=adult", "3 of 12"),
        ("intensity=2", "2 of 12"),
        ("characters=2", "4 of 12"),
        ("profession=pharmacist", "2 of 12"),
        ("words=telephone", "1 of 12"),
        ("skill=&track=&words=", "12 of 12"),
    ],
)
def test_the_library_is_narrowed_down(client_as: ClientAs, course: SavedCourse, query: str, count: str) -> None:
    page = client_as(course.cleo).get(f"/scenarios?{query}").get_data(as_text=True)
    assert f"{count} scenarios" in page


@pytest.mark.parametrize("query", ["skill=singing", "intensity=9", "intensity=x", "colour=red", "words=" + "x" * 101])
def test_a_search_that_makes_no_sense_says_so(client_as: ClientAs, course: SavedCourse, query: str) -> None:
    answer = client_as(course.cleo).get(f"/scenarios?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.get_data(as_text=True)


# --- choosing


def choice(client: PageClient, *scenarios: str, **form: str) -> int:
    data = {"csrf_token": client.csrf_token(), "scenarios": list(scenarios), **form}
    return client.post("/courses/serious-talk/scenarios", data=data).status_code


def stored(store: Store, course: SavedCourse) -> tuple[list[str] | None, dict[str, str]]:
    with store.read() as uow:
        found = uow.session.get_one(Course, course.course.id)
        return found.scenario_ids, found.rubric_ids


def test_an_organiser_chooses(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    oren = client_as(course.oren)
    rubric = {"rubric-serious_news": "communication", "rubric-values": ""}
    assert choice(oren, "said-twice", "two-ways-home", **rubric) == 303
    assert stored(store, course) == (["said-twice", "two-ways-home"], {"serious_news": "communication"})
    page = oren.get("/courses/serious-talk/scenarios").get_data(as_text=True)
    assert 'value="said-twice" checked' in page
    assert 'value="fair-warning" checked' not in page
    assert "said-twice" in client_as(course.sam).get("/scenarios").get_data(as_text=True)
    assert "fair-warning" not in client_as(course.sam).get("/scenarios").get_data(as_text=True)


@pytest.mark.parametrize("who", ["Lena", "Sam", "Cleo", "Mallory"])
def test_nobody_else_chooses(client_as: ClientAs, store: Store, course: SavedCourse, who: str) -> None:
    assert choice(client_as(course.cast[who]), "said-twice") == 404
    assert stored(store, course) == (None, {})


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"scenarios": "lost"},
        {"scenarios": "two-ways-home"},
        {"scenarios": "said-twice", "all": "yes"},
        {"scenarios": "said-twice", "rubric-serious_news": "values"},
        {"scenarios": "said-twice", "rubric-serious_news": "../../etc"},
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_keeps_the_form(
    client_as: ClientAs, store: Store, course: SavedCourse, form: dict[str, str]
) -> None:
    oren = client_as(course.oren)
    answer = oren.submit("/courses/serious-talk/scenarios", **form)
    assert answer.status_code == 400
    assert stored(store, course) == (None, {})


def test_every_scenario_again(client_as: ClientAs, store: Store, course: SavedCourse, app: Flask) -> None:
    oren = client_as(course.oren)
    assert choice(oren, "said-twice") == 303
    everything = app.extensions["pallpractice"].library.scenarios
    assert choice(oren, *everything, all="yes") == 303
    assert stored(store, course)[0] is None


def pages(client: PageClient) -> Iterator[str]:
    yield from (client.get(path).get_data(as_text=True) for path in ("/scenarios", CASE, f"{CASE}/prepare"))


def test_no_page_carries_a_style_or_a_script_of_its_own(client_as: ClientAs, course: SavedCourse) -> None:
    for page in pages(client_as(course.cleo)):
        assert " style=" not in page
        assert "<style" not in page
        assert " on" + "click" not in page
