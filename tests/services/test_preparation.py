"""Actors prepare and decline; a room casts nobody who has declined; a course chooses what its rooms play."""

from typing import Any

import pytest

from pallpractice.domain.errors import Invalid, NotFound
from pallpractice.domain.events import Event, RoomChanged
from pallpractice.domain.preparation import Step, done, steps
from pallpractice.domain.roles import Role, Skill
from pallpractice.library import Library
from pallpractice.services import courses, preparation, scenarios, seating
from pallpractice.storage.courses import Course, Enrolment
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.services.conftest import Table

CASE = "results-after-the-stent"
PAIR = "in-front-of-the-door"


def decline(store: Store, library: Library, course: Any, who: str, scenario: str = CASE, reason: str = "") -> None:
    person = course.cast[who].id
    store.change(preparation.decline, library, person, scenario, course.course.id, reason)


def overview(store: Store, library: Library, course: Any) -> dict[str, preparation.Overview]:
    with store.read() as uow:
        who = scenarios.reader(uow, course.oren.id)
        stored = courses.organised(uow, "serious-talk", course.oren.id)
        return {row.about.id: row for row in preparation.overview(uow, library, who, stored)}


def test_steps_are_kept_in_their_order_and_seen_by_the_organiser(store: Store, library: Library, course: Any) -> None:
    ticked = {Step.DEROLE, Step.BRIEF}
    store.change(preparation.save_steps, library, course.sam.id, CASE, course.course.id, ticked)
    row = overview(store, library, course)[CASE].actors[0]
    assert (row.person.name, row.steps) == ("Sam", ["brief", "derole"])
    assert (done(row.steps, 1), len(steps(1)), len(steps(2))) == (2, 7, 8)
    assert done(["partner", "brief", "no-longer-a-step"], 1) == 1


@pytest.mark.parametrize("who", ["Lena", "Olga", "Cleo", "Oren", "Mallory"])
def test_only_an_actor_of_the_course_prepares_or_declines(
    store: Store, library: Library, course: Any, who: str
) -> None:
    with pytest.raises(NotFound):
        decline(store, library, course, who)
    with pytest.raises(NotFound):
        store.change(preparation.save_steps, library, course.cast[who].id, CASE, course.course.id, set())
    assert overview(store, library, course)[CASE].actors == []


def test_a_scenario_the_course_does_not_use_cannot_be_prepared(store: Store, library: Library, course: Any) -> None:
    def choose(uow: Any) -> None:
        stored = uow.session.get(Course, course.course.id)
        courses.choose(uow, library, stored, [PAIR], {})

    store.change(choose)
    with pytest.raises(NotFound):
        decline(store, library, course, "Sam", CASE)
    decline(store, library, course, "Sam", PAIR)


def test_the_reason_is_kept_for_the_organiser_and_forgotten_when_taken_back(
    store: Store, library: Library, course: Any
) -> None:
    decline(store, library, course, "Sam", reason="Too near")
    assert overview(store, library, course)[CASE].declined[0].reason == "Too near"
    store.change(preparation.accept, library, course.sam.id, CASE, course.course.id)
    row = overview(store, library, course)[CASE].actors[0]
    assert (row.declined_at, row.reason) == (None, "")


def test_who_has_left_the_course_is_not_listed(store: Store, library: Library, course: Any) -> None:
    decline(store, library, course, "Sam")
    with store.write() as uow:
        uow.session.query(Enrolment).filter_by(person_id=course.sam.id).one().removed_at = uow.now
    assert overview(store, library, course)[CASE].actors == []


def test_the_rooms_of_the_actor_hear_of_it(table: Table, store: Store, library: Library, course: Any) -> None:
    heard: list[Event] = []
    store.announcer = heard.extend
    decline(store, library, course, "Sam")
    assert heard == [RoomChanged(room_id=table.room)]


def test_nobody_is_cast_for_what_they_have_declined(table: Table, store: Store, library: Library, course: Any) -> None:
    assert table.view("Cleo")["next"]["scenario"] == CASE
    decline(store, library, course, "Sam", reason="Too near")
    view = table.view("Cleo")
    assert view["next"]["scenario"] != CASE
    assert {one["id"]: one["declined"] for one in view["scenarios"]}[CASE] == [course.sam.id]
    assert "Too near" not in str(view)
    with pytest.raises(Invalid, match="Sam has declined Results after the stent"):
        table.do("Cleo", "round:start", scenario=CASE, actors={"robin": course.sam.id})
    table.do("Cleo", "round:start", scenario=CASE)
    seats = {seat["name"]: seat for seat in table.view("Cleo")["seats"]}
    assert (seats["Sam"]["seat"], seats["Sam"]["character"]) != ("patient", "robin")


def test_a_second_actor_takes_the_part_and_the_peer_takes_it_where_there_is_none(
    store: Store, library: Library, course: Any, add_group: Any
) -> None:
    add_group("Oak", {"Ada": Role.ACTOR, "Bo": Role.ACTOR, "Lou": Role.LEARNER, "Kai": Role.COACH})
    store.change(lambda uow: seating.place(uow, course.course))
    decline(store, library, course, "Ada")
    with store.read() as uow:
        room = next(room.id for room in uow.session.query(Room) if room.group.name == "Oak")
    oak = Table.__new__(Table)
    oak.store, oak.library, oak.course, oak.room = store, library, course, room
    assert oak.view("Kai")["next"]["scenario"] == CASE
    oak.do("Kai", "round:start")
    playing = {seat["name"]: seat["character"] for seat in oak.view("Kai")["seats"] if seat["seat"] == "patient"}
    assert playing["Bo"] == "robin"


def chosen(store: Store, course: Any) -> tuple[list[str] | None, dict[str, str]]:
    with store.read() as uow:
        stored = uow.session.get_one(Course, course.course.id)
        return stored.scenario_ids, stored.rubric_ids


def test_a_room_offers_what_its_course_has_chosen_and_rates_with_its_rubric(
    table: Table, store: Store, library: Library, course: Any
) -> None:
    def choose(uow: Any) -> None:
        stored = courses.organised(uow, "serious-talk", course.oren.id)
        courses.choose(uow, library, stored, [PAIR, CASE], {Skill.SERIOUS_NEWS: "communication"})

    store.change(choose)
    assert chosen(store, course) == ([PAIR, CASE], {"serious_news": "communication"})
    assert {one["id"] for one in table.view("Cleo")["scenarios"]} == {PAIR, CASE}
    with pytest.raises(Invalid, match="another session or track"):
        table.do("Cleo", "round:start", scenario="said-twice")
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    assert table.view("Olga")["rubric"]["id"] == "communication"


@pytest.mark.parametrize(
    ("scenario_ids", "rubric_ids", "reason"),
    [
        (["lost", "gone"], {}, "no scenario gone, lost any more"),
        ([CASE], {Skill.VALUES: "lost"}, "no rubric lost any more"),
        ([CASE], {Skill.SERIOUS_NEWS: "values"}, "does not rate what these sessions practise"),
        (["two-ways-home"], {}, "Delivering serious news would have no scenario"),
        ([], {}, "Delivering serious news would have no scenario"),
    ],
)
def test_a_choice_that_cannot_be_practised_with_is_refused_and_changes_nothing(
    store: Store, library: Library, course: Any, scenario_ids: list[str], rubric_ids: dict[Skill, str], reason: str
) -> None:
    def choose(uow: Any) -> None:
        stored = courses.organised(uow, "serious-talk", course.oren.id)
        courses.choose(uow, library, stored, scenario_ids, rubric_ids)

    with pytest.raises(Invalid, match=reason):
        store.change(choose)
    assert chosen(store, course) == (None, {})


@pytest.mark.parametrize("who", ["Lena", "Sam", "Cleo", "Mallory"])
def test_only_its_organiser_finds_the_course(store: Store, course: Any, who: str) -> None:
    with store.read() as uow, pytest.raises(NotFound):
        courses.organised(uow, "serious-talk", course.cast[who].id)
