"""The organiser's page of exports: who may make and fetch which file, that it goes once it is fetched, and is noted."""

import csv
import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select

from pallpractice.domain.consent import Purpose
from pallpractice.domain.exports import MEDIA_TYPES, Format, What
from pallpractice.domain.roles import Role, Seat
from pallpractice.services import consents, people, seating
from pallpractice.services.exports import files, making
from pallpractice.services.mine import erasing
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.credit import Claim
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from pallpractice.web import exports, runs
from tests.conftest import Clock, PageClient, SavedCourse
from tests.rated import add_round

ClientAs = Callable[[Person | None], PageClient]
PAGE = "/courses/serious-talk/exports"
LINK = re.compile(rf'href="({PAGE}/[\w-]+)" download')
# Who may take what out. Whoever is not named may take nothing, and hears that there is nothing.
MAY = {"Oren": set(What)}
EVERYONE = ("Lena", "Olga", "Sam", "Cleo", "Oren", "Mallory", "Otto", "Odile", None)


@pytest.fixture
def others(store: Store, course: SavedCourse) -> None:
    """Otto organises another course, and Odile organised this one once."""
    with store.write() as uow:
        for name in ("Otto", "Odile"):
            course.cast[name] = Person(name=name, email=f"{name.lower()}@example.org")
        other = Course(slug="other", title="Other", time_zone="UTC")
        uow.session.add(other)
        uow.session.flush()
        uow.session.add(Enrolment(course_id=other.id, person=course.cast["Otto"], role=Role.ORGANISER))
        row = Enrolment(course_id=course.course.id, person=course.cast["Odile"], role=Role.ORGANISER)
        uow.session.add(row)
        uow.session.flush()
        people.remove(uow, course.course, course.cast["Odile"])


def test_who_may_take_what_out(client_as: ClientAs, course: SavedCourse, others: None) -> None:
    """Every person x every file: the page, making one, fetching the organiser's."""
    for what in What:
        _who_may(client_as, course, what)


def _who_may(client_as: ClientAs, course: SavedCourse, what: What) -> None:
    oren = client_as(course.oren)
    oren.submit(PAGE, what=what)
    ready = LINK.search(oren.get(PAGE).text)
    for who in EVERYONE:
        client = client_as(course.cast[who] if who else None)
        allowed = what in MAY.get(who or "", set())
        refused = 404 if who else 302
        assert client.get(PAGE).status_code == (200 if allowed else refused), who
        assert client.get(f"{PAGE}/progress").status_code == (200 if allowed else refused), who
        if not allowed:
            assert client.submit(PAGE, what=what).status_code == refused, who
            assert client.get(ready[1] if ready else f"{PAGE}/none").status_code == refused, who
    assert (ready is None) == (what is What.RESEARCH)  # nobody agreed


def fetched(oren: PageClient, what: What) -> str | None:
    """A file as JSON; None where none was made."""
    oren.submit(PAGE, what=what, format=Format.JSON)
    ready = LINK.search(oren.get(PAGE).text)
    return oren.get(ready[1]).text if ready else None


def test_who_took_their_consent_back_or_was_erased_is_in_no_file(
    oren: PageClient, course: SavedCourse, store: Store, clock: Clock, add_group: Callable[..., str]
) -> None:
    names = [f"Ada{number}" for number in range(6)]
    add_group("Birch", dict.fromkeys(names, Role.LEARNER))
    store.change(lambda uow: seating.place(uow, course.course))
    with store.read() as uow:
        room = uow.session.query(Room).filter(Room.group_id != course.group.id).one().id
    for name in names:
        ada = course.cast[name]
        add_round(store, room, ada, {(ada.id, Seat.LEARNER): {"pace": 3}})
        store.change(consents.give, ada.id, course.course.id, Purpose.RESEARCH)

    def learners() -> int:
        return len({row["learner"] for row in json.loads(fetched(oren, What.RESEARCH) or "[]")})

    assert learners() == 6
    oren.submit(PAGE, what=What.RESEARCH, format=Format.JSON)
    ready = LINK.search(oren.get(PAGE).text)
    clock.advance(1)
    store.change(consents.withdraw, course.cast["Ada0"].id, course.course.id, Purpose.RESEARCH)
    assert ready
    assert oren.get(ready[1]).status_code == 404, "made while she agreed"
    assert "taken their consent back" in oren.get(PAGE).text
    clock.advance(1)
    assert learners() == 5
    oren.submit(PAGE, what=What.RATINGS, format=Format.JSON)
    ready = LINK.search(oren.get(PAGE).text)
    clock.advance(1)
    gone = course.cast["Ada1"].id
    with store.write() as uow:  # with credit claimed, so that her consents and name are kept as proof
        uow.session.add(Claim(course_id=course.course.id, person_id=gone, quarters={}, made_at=uow.now))
    store.change(erasing.erase, gone, actor=gone)
    assert ready
    assert oren.get(ready[1]).status_code == 404, "made while she had a name"
    clock.advance(1)
    assert learners() == 0, "four are too few to be told of"
    for what in set(What) - {What.RESEARCH}:
        file = fetched(oren, what)
        assert file
        assert ("Ada1" in file) == (what in (What.ATTENDANCE, What.CREDIT)), f"{what}: her name is kept for the proof"
        assert "Ada2" in file or what in (What.PLAN, What.PARTICIPATION, What.OBSERVATIONS, What.JOURNAL, What.CODEBOOK)


@pytest.mark.parametrize("format", list(Format))
def test_a_file_is_fetched_once_and_then_gone(oren: PageClient, course: SavedCourse, format: Format) -> None:
    answer = oren.submit(PAGE, what="people", format=format)
    assert answer.headers["Location"] == f"{PAGE}#file"
    ready = LINK.search(oren.get(PAGE).text)
    assert ready
    with oren.get(ready[1]) as file:
        assert file.headers["Content-Type"] == MEDIA_TYPES[format]
        assert file.headers["Content-Disposition"] == f'attachment; filename="serious-talk-people.{format}"'
        assert file.headers["Cache-Control"] == "no-store"
        content = file.data
        assert len(content) == int(file.headers["Content-Length"])
    if format is Format.CSV:
        names = [row["name"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
        assert names == ["Lena", "Olga", "Omar", "Sam", "Cleo", "Oren"]
    elif format is Format.JSON:
        assert len(json.loads(content)) == 6
    assert oren.get(ready[1]).status_code == 404
    assert not LINK.search(oren.get(PAGE).text)


def test_an_export_is_noted_with_who_and_what(oren: PageClient, store: Store, course: SavedCourse) -> None:
    oren.submit(PAGE, what="ratings", format="xlsx")
    with store.read() as uow:
        (line,) = uow.session.scalars(select(AuditLine).where(AuditLine.what == "exported"))
        assert (line.actor_id, line.course_id) == (course.oren.id, course.course.id)
        assert line.data == {"file": "ratings", "format": "xlsx", "rows": 0}


def test_too_few_for_research_is_said_and_nothing_noted(oren: PageClient, store: Store, course: SavedCourse) -> None:
    oren.submit(PAGE, what="research")
    page = oren.get(PAGE).text
    assert "no file was made" in page
    assert "Fewer than 5 people who agreed to research have practised" in page
    with store.read() as uow:
        assert not uow.session.scalar(select(AuditLine.id).where(AuditLine.what == "exported"))


def test_while_one_is_made_it_shows_how_far_and_no_second_begins(
    oren: PageClient, course: SavedCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, make = Event(), making.make

    def slowly(source, what, format, out, *, told, **more):  # type: ignore[no-untyped-def]
        told(making.Progress(2, 6))
        go_on.wait(20)
        return make(source, what, format, out, told=told, **more)

    monkeypatch.setattr(making, "make", slowly)
    monkeypatch.setattr(exports, "PATIENCE_S", 0.05)
    oren.submit(PAGE, what="people")
    assert "2 of 6 rows" in oren.get(PAGE).text
    assert oren.get(f"{PAGE}/progress").get_json() == {"under_way": True, "words": "2 of 6 rows", "share": 33}
    assert oren.submit(PAGE, what="plan").status_code == 409
    go_on.set()
    end = time.monotonic() + 10
    while oren.get(f"{PAGE}/progress").get_json()["under_way"]:
        assert time.monotonic() < end
    assert LINK.search(oren.get(PAGE).text)


def test_a_file_nobody_fetches_goes_by_itself(
    app: Flask, oren: PageClient, course: SavedCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    oren.submit(PAGE, what="people")
    (run,) = app.extensions["pallpractice.export_runs"]._runs.values()
    ready = LINK.search(oren.get(PAGE).text)
    monkeypatch.setattr(runs, "KEPT_S", -1)
    assert ready
    assert oren.get(ready[1]).status_code == 404
    assert run.file.closed


def test_what_fails_inside_is_said_without_saying_what(
    oren: PageClient, course: SavedCourse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(making, "make", fail)
    oren.submit(PAGE, what="people")
    page = oren.get(PAGE).text
    assert "no file was made" in page
    assert "secret of the house" not in page
    assert "what was being made failed" in caplog.text


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of a file that was made, and, an hour later, not of a workbook in which the process died."""
    monkeypatch.setattr(files.tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{files.PREFIX}left"
    left.mkdir()
    (left / "sheet1.xml").write_text("<row/>")
    run = runs.FileRun()
    with files.workplace() as folder:
        run.file.write(b"x")
        (folder / "sheet1.xml").write_text("<row/>")
        assert {path.name for path in tmp_path.iterdir()} == {left.name, folder.name}
    assert [path.name for path in tmp_path.iterdir()] == [left.name], "not an hour old: it may be another process's"
    monkeypatch.setattr(files, "LEFT_S", -1)
    with files.workplace() as folder:
        assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_file_fetched_twice_at_once_is_whole_each_time() -> None:
    run = runs.FileRun()
    run.carry_out(lambda _: run.file.write(bytes(range(256)) * 1024))
    assert run.size == 256 * 1024
    one, other = run.chunks(), run.chunks()
    first, second = next(one), next(other)
    first += b"".join(one)
    run.close()  # the first to have it all takes it away
    second += b"".join(other)
    assert first == second == bytes(range(256)) * 1024


def test_what_took_long_waits_as_long_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(runs.time, "monotonic", lambda: now[0])
    kept, run = runs.Runs(), runs.FileRun()

    def slow(_: object) -> None:
        now[0] += 2 * runs.KEPT_S

    assert kept.start("course", run, slow)
    run.wait(5)
    assert kept.of("course") is run, "made just now"
    now[0] += runs.KEPT_S + 1
    assert kept.of("course") is None
    assert run.file.closed


def test_what_is_not_known_is_refused(oren: PageClient, course: SavedCourse) -> None:
    for form in [{}, {"what": "everything"}, {"what": "people", "format": "exe"}, {"what": "people", "x": "1"}]:
        assert oren.submit(PAGE, **form).status_code == 400, form
