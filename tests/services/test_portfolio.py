"""From round to round: progress by rubric, item and group; goals and next steps, and the offer of the last one."""

from typing import Any

from pallpractice.domain.release import Policy
from pallpractice.services.feedback import corrections, given, portfolio
from pallpractice.storage.courses import Course, Enrolment
from tests.services import rated
from tests.services.conftest import Table

BETTER = {"Lena": 3, "Olga": 5, "Omar": 5, "Sam": 5, "Cleo": 4}


def mine(table: Table, who: str = "Lena") -> dict[str, Any]:
    with table.store.read() as uow:
        return portfolio.portfolio(uow, table.library, table.course.cast[who].id)


def two_rounds(table: Table, clock: Any) -> tuple[str, str]:
    first = rated.closed_round(table, clock)
    table.do("Lena", "nextstep:set", text="Wait after the headline")
    clock.advance(3600)
    second = rated.closed_round(table, clock, BETTER)
    return first, second


def test_a_point_per_round_item_and_group(table: Table, clock: Any) -> None:
    two_rounds(table, clock)
    (skill,) = mine(table)["skills"]
    assert (skill["rubric"], len(skill["rounds"])) == ("serious-news", 2)
    emotion = next(item for item in skill["items"] if item["id"] == "emotion")
    assert emotion["rounds"] == [
        {"number": 1, "self": 3.0, "peers": 4.5, "patient": 4.0, "coach": 2.0},
        {"number": 2, "self": 3.0, "peers": 5.0, "patient": 5.0, "coach": 4.0},
    ]
    items = len(skill["items"])
    trends = {one["source"]: (one["up"], one["down"], one["same"]) for one in skill["trends"]}
    assert trends["self"] == (0, 0, items)
    assert trends["peers"] == trends["coach"] == (items, 0, 0)


def test_what_was_not_observed_is_no_point(table: Table, clock: Any) -> None:
    rated.closed_round(table, clock, {"Lena": None, "Cleo": 3})
    (skill,) = mine(table)["skills"]
    assert skill["items"][0]["rounds"] == [{"number": 1, "coach": 3.0}]
    assert skill["trends"] == []


def test_goals_and_next_steps_are_carried_forward(table: Table, clock: Any) -> None:
    two_rounds(table, clock)
    said = mine(table)
    assert [(one["goal"], one["next_step"]) for one in said["rounds"]] == [
        ("Stay with the emotion", "Wait after the headline"),
        ("Stay with the emotion", None),
    ]
    assert said["next_step"] == "Wait after the headline"


def test_the_last_next_step_is_offered_before_the_next_round_and_to_its_learner_alone(table: Table, clock: Any) -> None:
    assert table.mine("Lena")["last_next_step"] is None
    rated.closed_round(table, clock)
    table.do("Lena", "nextstep:set", text="Wait after the headline")
    assert "last_next_step" not in table.mine("Lena")
    table.do("Cleo", "round:start", learner=table.course.lena.id)
    assert table.mine("Lena")["last_next_step"] == "Wait after the headline"
    assert "last_next_step" not in table.mine("Olga")
    table.do("Cleo", "encounter:begin")
    assert "last_next_step" not in table.mine("Lena")


def test_a_round_that_is_not_out_shows_its_goal_and_no_rating(table: Table, clock: Any) -> None:
    with table.store.write() as uow:
        uow.session.get_one(Course, table.course.course.id).release_policy = Policy.HAND.value
    rated.closed_round(table, clock)
    said = mine(table)
    assert (said["rounds"][0]["released"], said["rounds"][0]["goal"]) == (False, "Stay with the emotion")
    assert said["skills"] == []
    with table.store.read() as uow:
        whole = portfolio.whole(uow, table.library, table.course.lena.id, threshold=1.0)
    assert whole["reports"] == []
    assert "Cleo says" not in str(whole)


def test_a_corrected_rating_counts_as_corrected(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    said = {"entry": "opening", "rating": 5, "words": None, "reason": "A slip"}
    card = rated.card_of(table, round_id, "Cleo")
    table.store.change(corrections.add, table.library, round_id, card, table.course.cleo.id, **said)
    (skill,) = mine(table)["skills"]
    assert skill["items"][0]["rounds"][0]["coach"] == 5.0


def test_the_portfolio_is_ones_own(table: Table, clock: Any) -> None:
    two_rounds(table, clock)
    for who in ("Olga", "Sam", "Cleo", "Oren", "Mallory"):
        assert mine(table, who)["rounds"] == []


def test_everyone_finds_what_they_gave(table: Table, clock: Any) -> None:
    two_rounds(table, clock)
    gave = {}
    with table.store.read() as uow:
        for who in ("Olga", "Sam", "Cleo", "Lena", "Mallory"):
            cards = given.of_rater(uow, table.course.cast[who].id)
            gave[who] = [(card["learner"], card["standing"]) for card in cards]
    twice = [("Lena", "released")] * 2
    assert gave == {"Olga": twice, "Sam": twice, "Cleo": twice, "Lena": [], "Mallory": []}
    with table.store.write() as uow:
        uow.session.query(Enrolment).filter_by(person_id=table.course.olga.id).one().removed_at = uow.now
    with table.store.read() as uow:
        assert given.of_rater(uow, table.course.olga.id) == [], "who has left hears no more of how it went on"
