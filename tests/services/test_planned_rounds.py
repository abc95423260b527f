"""A room follows its plan as far as it still holds, and goes on by the rotation where it does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pallpractice.domain.roles import Role
from pallpractice.library import Library
from pallpractice.services import preparation, seating
from pallpractice.storage.courses import Course, Enrolment
from pallpractice.storage.plans import Absence, PlannedRound
from pallpractice.storage.rooms import SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.services.conftest import Table

STENT, PAIR, DAWN = "results-after-the-stent", "in-front-of-the-door", "a-call-before-dawn"

PlanIt = Callable[..., None]


@pytest.fixture
def plan_it(store: Store, course: Any) -> PlanIt:
    """`plan_it((learner, scenario, {character: actor}), ...)` plans the rounds of the group's room, in this order."""

    def save(*rounds: tuple[str, str, dict[str, str]]) -> None:
        with store.write() as uow:
            uow.session.query(PlannedRound).delete()
            for number, (learner, scenario, parts) in enumerate(rounds, 1):
                starts_at = course.session.starts_at + timedelta(minutes=20 * (number - 1))
                row = PlannedRound(
                    session_id=course.session.id,
                    group_id=course.group.id,
                    number=number,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=20),
                    learner_id=course.cast[learner].id,
                    scenario_id=scenario,
                    parts={part: course.cast[actor].id for part, actor in parts.items()},
                )
                uow.session.add(row)
            uow.session.flush()
            seating.place(uow, uow.session.get_one(Course, course.course.id))

    return save


@pytest.fixture
def floating(add_group: Any, store: Store, course: Any) -> None:
    """Ada and Bo are actors of the course and of no group."""
    add_group("Oak", {"Ada": Role.ACTOR, "Bo": Role.ACTOR})
    with store.write() as uow:
        for name in ("Ada", "Bo"):
            uow.session.query(Enrolment).filter_by(person_id=course.cast[name].id).one().group_id = None


def seats(table: Table) -> dict[str, tuple[str, str | None]]:
    return {seat["name"]: (seat["seat"], seat["character"]) for seat in table.view("Cleo")["seats"]}


def finish(table: Table, learner: str) -> None:
    table.do("Cleo", "encounter:begin")
    table.do(learner, "encounter:end", reason="done")
    table.do("Cleo", "debrief:open")
    for _ in range(3):
        table.do("Cleo", "debrief:next")
    table.do("Cleo", "round:close")


def test_the_first_planned_learner_sits_in_the_chair_already_in_the_lobby(table: Table, plan_it: PlanIt) -> None:
    assert seats(table)["Lena"][0] == "learner"
    plan_it(("Omar", STENT, {"robin": "Sam"}), ("Lena", DAWN, {"merle": "Sam"}))
    assert (seats(table)["Omar"][0], seats(table)["Lena"][0]) == ("learner", "observer")
    plan_it(("Olga", STENT, {"robin": "Sam"}))
    assert (seats(table)["Olga"][0], seats(table)["Omar"][0]) == ("learner", "observer")


def test_rounds_follow_the_plan(table: Table, plan_it: PlanIt, floating: None) -> None:
    plan_it(("Olga", DAWN, {"merle": "Ada"}), ("Lena", PAIR, {"wyn": "Bo", "nora": "Sam"}))
    assert seats(table)["Ada"] == ("patient", None)
    assert table.view("Cleo")["next"]["scenario"] == DAWN
    table.do("Cleo", "round:start")
    assert table.view("Cleo")["round"]["title"] == "A call before dawn"
    assert (seats(table)["Olga"], seats(table)["Ada"]) == (("learner", None), ("patient", "merle"))
    finish(table, "Olga")
    table.do("Cleo", "round:start")
    assert seats(table)["Lena"] == ("learner", None)
    assert (seats(table)["Bo"], seats(table)["Sam"]) == (("patient", "wyn"), ("patient", "nora"))


def test_a_coach_may_choose_otherwise_and_the_plan_goes_on_with_who_is_left(
    table: Table, plan_it: PlanIt, course: Any
) -> None:
    plan_it(("Olga", DAWN, {"merle": "Sam"}), ("Lena", STENT, {"robin": "Sam"}), ("Omar", "said-twice", {}))
    table.do("Cleo", "round:start", learner=course.lena.id, scenario=STENT)
    finish(table, "Lena")
    following = table.view("Cleo")["next"]
    assert (following["learner"], following["scenario"]) == (course.olga.id, DAWN)


def test_what_no_longer_holds_is_filled_by_who_is_there(
    table: Table, plan_it: PlanIt, floating: None, store: Store, library: Library, course: Any
) -> None:
    plan_it(("Olga", DAWN, {"merle": "Ada"}), ("Lena", STENT, {"robin": "Bo"}))
    store.change(preparation.decline, library, course.ada.id, DAWN, course.course.id, "")
    with store.write() as uow:
        uow.session.delete(uow.session.get_one(SeatRow, (table.room, course.olga.id)))
    following = table.view("Cleo")["next"]
    assert (following["learner"], following["scenario"]) == (course.lena.id, STENT)
    table.do("Cleo", "round:start", learner=course.omar.id, scenario=DAWN)
    assert seats(table)["Sam"] == ("patient", "merle")


def test_a_planned_scenario_the_room_has_seen_is_not_played_again(table: Table, plan_it: PlanIt, course: Any) -> None:
    plan_it(("Olga", DAWN, {"merle": "Sam"}), ("Lena", STENT, {"robin": "Sam"}))
    table.do("Cleo", "round:start", learner=course.omar.id, scenario=STENT)
    finish(table, "Omar")
    plan_it(("Olga", STENT, {"robin": "Sam"}), ("Lena", DAWN, {"merle": "Sam"}))
    following = table.view("Cleo")["next"]
    assert following["learner"] == course.olga.id
    assert following["scenario"] != STENT


def test_an_actor_no_longer_planned_leaves_a_room_that_has_not_begun(
    table: Table, plan_it: PlanIt, floating: None
) -> None:
    plan_it(("Olga", DAWN, {"merle": "Ada"}))
    assert "Ada" in seats(table)
    plan_it(("Olga", DAWN, {"merle": "Bo"}))
    assert "Ada" not in seats(table)
    assert {"Bo", "Sam"} <= seats(table).keys()
    table.do("Cleo", "round:start")
    plan_it(("Olga", DAWN, {"merle": "Ada"}))
    assert {"Ada", "Bo"} <= seats(table).keys()


def test_everyone_finds_their_own_rounds_on_the_programme_and_a_learner_no_scenario(
    table: Table, plan_it: PlanIt, floating: None, course: Any, client_as: Any
) -> None:
    plan_it(("Olga", DAWN, {"merle": "Ada"}), ("Lena", STENT, {"robin": "Sam"}))
    pages = {
        name: client_as(course.cast[name]).get("/courses/serious-talk").get_data(as_text=True)
        for name in ("Olga", "Ada", "Sam", "Cleo", "Oren")
    }
    assert "You are in the chair." in pages["Olga"]
    assert "A call before dawn" not in pages["Olga"]
    assert "Merle" in pages["Ada"]
    assert f"/rooms/{table.room}" in pages["Ada"]
    assert "Results after the stent" not in pages["Ada"]
    assert "Robin Castell" in pages["Sam"]
    assert all(title in pages["Cleo"] for title in ("A call before dawn", "Results after the stent"))
    assert "You are in the chair." not in pages["Oren"]


def test_who_cannot_come_is_passed_over(
    table: Table, plan_it: PlanIt, floating: None, store: Store, course: Any
) -> None:
    plan_it(("Olga", DAWN, {"merle": "Ada"}), ("Lena", STENT, {"robin": "Bo"}))
    with store.write() as uow:
        for name in ("Olga", "Bo"):
            row = Absence(session_id=course.session.id, person_id=course.cast[name].id, noted_at=uow.now)
            uow.session.add(row)
    following = table.view("Cleo")["next"]
    assert (following["learner"], following["scenario"]) == (course.lena.id, STENT)
    table.do("Cleo", "round:start")
    assert seats(table)["Bo"] == ("patient", None)
    assert "robin" in {seats(table)["Ada"][1], seats(table)["Sam"][1]}


def test_jobs_of_observing_go_round(table: Table, course: Any) -> None:
    had = []
    for learner in ("Lena", "Olga"):
        table.do("Cleo", "round:start", learner=course.cast[learner].id)
        jobs = {name: table.mine(name).get("job") for name in ("Lena", "Olga", "Omar", "Sam", "Cleo")}
        assert [name for name, job in jobs.items() if job] == [
            who for who in ("Lena", "Olga", "Omar") if who != learner
        ]
        had.append(jobs["Omar"]["title"])
        finish(table, learner)
    assert had[0] != had[1]
