"""The plan's pages without a browser: who may, what is refused, what is kept."""

import time
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pallpractice.services import seating
from pallpractice.services.pairing import making
from pallpractice.storage.courses import Session
from pallpractice.storage.plans import Absence, Casting, PlannedRound
from pallpractice.storage.rooms import Room, RoundRow
from pallpractice.storage.unit_of_work import Store
from pallpractice.web.plan_runs import PlanRun
from pallpractice.web.runs import Runs

PLAN = "/courses/serious-talk/plan"
FORMS = {
    "/make": {},
    "/wishes": {"tracks": "both"},
    "/absences": {"session": "x", "person": "y", "what": "absent"},
    "/round": {"session": "x", "group": "y", "starts": "1", "scenario": "said-twice"},
}


@pytest.fixture
def placed(store: Store, course: Any) -> Any:
    store.clock.now = datetime(2026, 5, 14, 12, tzinfo=UTC)  # type: ignore[attr-defined]
    store.change(lambda uow: seating.place(uow, course.course))
    return course


@pytest.fixture
def oren(placed: Any, client_as: Any) -> Any:
    return client_as(placed.oren)


def wait(app: Flask, slug: str = "serious-talk") -> None:
    run = app.extensions["pallpractice.plan_runs"].of(slug)
    for _ in range(300):
        if run is None or run.done:
            return
        time.sleep(0.1)
    raise AssertionError("the plan is never made")


def rounds(store: Store) -> list[PlannedRound]:
    with store.read() as uow:
        return list(uow.session.scalars(select(PlannedRound).order_by(PlannedRound.number)))


def make(app: Flask, oren: Any) -> str:
    answer = oren.submit(f"{PLAN}/make")
    assert answer.status_code == 303, answer.text
    wait(app)
    return str(oren.get(PLAN).text)


def where(row: PlannedRound) -> dict[str, str]:
    starts = str(int(row.starts_at.timestamp()))
    return {"session": row.session_id, "group": row.group_id, "starts": starts}


def test_the_plan_is_made_and_shown(app: Flask, oren: Any, store: Store) -> None:
    text = make(app, oren)
    assert "The plan is made." in text
    assert "No rule is broken." in text
    assert len(rounds(store)) == 3
    assert oren.get(f"{PLAN}/progress").json == {"under_way": False}
    assert "The plan is made." not in oren.get(PLAN).text  # said once


@pytest.mark.parametrize("who", ["Lena", "Sam", "Cleo", "Mallory"])
@pytest.mark.parametrize("path", FORMS)
def test_only_organisers_change_it(placed: Any, client_as: Any, store: Store, who: str, path: str) -> None:
    answer = client_as(placed.cast[who]).submit(PLAN + path, **FORMS[path])
    assert answer.status_code == 404
    assert (
        client_as(placed.cast[who]).submit(f"{PLAN}/casting/{placed.sam.id}", scenarios="said-twice").status_code == 404
    )
    assert rounds(store) == []


def test_a_round_is_looked_at_and_then_changed(app: Flask, oren: Any, placed: Any, store: Store) -> None:
    make(app, oren)
    first, second, _ = rounds(store)
    asked = {
        "learner": second.learner_id or "",
        "scenario": first.scenario_id,
        "shown": first.scenario_id,
        "asked": "yes",
    }
    asked |= {f"part-{part}": actor for part, actor in first.parts.items()}
    page = oren.get(f"{PLAN}/round", query_string=where(first) | asked)
    assert page.status_code == 200
    assert "It breaks no rule." in page.text
    assert rounds(store)[0].learner_id == first.learner_id  # nothing saved by looking
    was = page.text.partition('name="was" value="')[2].partition('"')[0]
    change = {name: value for name, value in asked.items() if name not in ("asked", "shown")}
    assert oren.submit(f"{PLAN}/round", **where(first), **change, was="older").status_code == 409
    assert oren.submit(f"{PLAN}/round", **where(first), **change, was=was).status_code == 303
    now = rounds(store)
    assert [now[0].learner_id, now[1].learner_id] == [second.learner_id, first.learner_id]
    assert now[0].by_hand
    gone = oren.get(f"{PLAN}/round", query_string=where(now[2]))
    was = gone.text.partition('name="was" value="')[2].partition('"')[0]
    assert oren.submit(f"{PLAN}/round", **where(now[2]), was=was, what="take-out").status_code == 303
    assert len(rounds(store)) == 2
    assert "1 rules are broken" not in oren.get(PLAN).text
    assert "has no turn in Delivering serious news, though there is time." in oren.get(PLAN).text


def test_a_session_nobody_asked_a_plan_of_is_not_planned_yet_and_breaks_nothing(
    app: Flask, oren: Any, placed: Any, store: Store
) -> None:
    with store.write() as uow:
        news = uow.session.scalars(select(Session).where(Session.kind == "practice")).one()
        later = Session(course_id=news.course_id, key="again", title="Once more", kind="practice", skill="values")
        later.day, later.starts_at = news.day, news.starts_at + timedelta(hours=3)
        later.ends_at = later.starts_at + timedelta(hours=2)
        uow.session.add(later)
    assert oren.submit(f"{PLAN}/make", session=news.id).status_code == 303
    wait(app)
    page = oren.get(PLAN).text
    assert "No rule is broken." in page
    assert "Not planned yet." in page.partition("Once more</h2>")[2]
    assert oren.submit(f"{PLAN}/make").status_code == 303
    wait(app)
    assert "Not planned yet." not in oren.get(PLAN).text


def test_a_round_that_simply_began_is_no_plan(placed: Any, oren: Any, store: Store) -> None:
    with store.write() as uow:
        room = uow.session.scalars(select(Room)).one()
        about = {"scenario_version": 1, "rubric_id": "serious-news", "rubric_version": 1, "minutes": 8}
        lena = {"learner_id": placed.lena.id, "scenario_id": "results-after-the-stent"}
        uow.session.add(RoundRow(room_id=room.id, number=1, started_at=uow.now, **lena, **about))
    page = oren.get(PLAN).text
    assert "Results after the stent" in page
    assert "Not planned yet." in page
    assert "broken" not in page
    assert "Make the plan again" not in page


def test_what_is_not_there_is_refused(app: Flask, oren: Any, store: Store) -> None:
    make(app, oren)
    first = rounds(store)[0]
    assert oren.get(f"{PLAN}/round", query_string=where(first) | {"starts": "17"}).status_code == 400
    assert oren.get(f"{PLAN}/round", query_string=where(first) | {"group": "nowhere"}).status_code == 400
    assert oren.submit(f"{PLAN}/make", session="nowhere").status_code == 400
    assert oren.submit(f"{PLAN}/wishes", round_minutes="5").status_code == 400
    assert oren.submit(f"{PLAN}/casting/nobody", scenarios="said-twice").status_code == 400


def test_wishes_and_casting_are_kept(app: Flask, oren: Any, placed: Any, store: Store) -> None:
    assert oren.submit(f"{PLAN}/wishes", tracks="both", round_minutes="25", intense="3").status_code == 303
    assert oren.submit(f"{PLAN}/casting/{placed.sam.id}", scenarios="me-first").status_code == 303
    with store.read() as uow:
        assert [row.scenario_id for row in uow.session.scalars(select(Casting))] == ["me-first"]
    page = oren.get(f"{PLAN}/casting").text
    assert "Pediatric, intensity 4, two characters</span>" in page
    assert "intensity 2</span>" in page
    text = make(app, oren)
    assert "No actor is cast for A call before dawn, needed 11:15 to 13:00." in text
    assert [row.scenario_id for row in rounds(store)] == ["me-first"]
    row = rounds(store)[0]
    assert (row.ends_at - row.starts_at).total_seconds() == 25 * 60
    assert oren.submit(f"{PLAN}/casting/{placed.sam.id}").status_code == 303
    with store.read() as uow:
        assert uow.session.scalars(select(Casting)).all() == []


def test_who_cant_come_is_noted_and_comes_after_all(app: Flask, oren: Any, placed: Any, store: Store) -> None:
    make(app, oren)
    about = {"session": placed.session.id, "person": placed.lena.id}
    assert oren.submit(f"{PLAN}/absences", **about, what="absent").status_code == 303
    wait(app)
    text = oren.get(PLAN).text
    assert "with Lena is taken out." in text
    assert len(rounds(store)) == 2
    assert oren.submit(f"{PLAN}/absences", **about, what="back").status_code == 303
    wait(app)
    assert len(rounds(store)) == 3
    with store.read() as uow:
        assert uow.session.scalars(select(Absence)).all() == []
    assert oren.submit(f"{PLAN}/absences", **about, what="back").status_code == 303
    wait(app)
    assert "Nothing is noted of that person’s absence any more." in oren.get(PLAN).text


def test_one_plan_at_a_time(app: Flask, oren: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    going = Event()
    monkeypatch.setattr(making, "make", lambda *_, **__: going.wait(20) and None)
    assert oren.submit(f"{PLAN}/make").status_code == 303
    assert oren.get(f"{PLAN}/progress").json["under_way"] is True
    refused = oren.submit(f"{PLAN}/make")
    assert refused.status_code == 409
    assert "being made just now" in refused.text
    going.set()
    wait(app)
    assert oren.submit(f"{PLAN}/make").status_code == 303
    wait(app)


def test_what_goes_wrong_is_told_and_the_next_may_begin() -> None:
    runs = Runs()

    def broken(_: Any) -> None:
        raise ZeroDivisionError

    assert runs.start("one", PlanRun(), broken)
    for _ in range(100):
        if runs.of("one").done:  # type: ignore[union-attr]
            break
        time.sleep(0.05)
    assert "Something went wrong" in runs.take("one").problem  # type: ignore[union-attr]
    assert runs.take("one") is None
    assert runs.start("one", PlanRun(), broken)


def test_the_sheet_is_a_file(app: Flask, oren: Any) -> None:
    make(app, oren)
    answer = oren.get(f"{PLAN}/sheet.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert 'filename="plan-serious-talk.csv"' in answer.headers["Content-Disposition"]
    assert len(answer.text.splitlines()) == 4


def test_people_see_their_rounds(app: Flask, oren: Any, placed: Any) -> None:
    make(app, oren)
    sam = oren.get(f"{PLAN}/people", query_string={"person": placed.sam.id}).text
    assert sam.count("Patient:") == 3
    lena = oren.get(f"{PLAN}/people", query_string={"person": placed.lena.id}).text
    assert lena.count("Listens for:") == 2
