"""Rounds that were played, rated and talked over, for the tests of what is made of them."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from pallpractice.domain.errors import Refusal
from pallpractice.domain.room import Act, Action
from pallpractice.services import hot
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.rooms import RoundRow
from tests.services.conftest import Table

# What each rates every item with; None: not observed.
RATINGS: Mapping[str, int | None] = {"Lena": 3, "Olga": 4, "Omar": 5, "Sam": 4, "Cleo": 2}
TO_CLOSE = ("debrief:open", "debrief:next", "debrief:next", "debrief:next", "round:close")


def open_round(table: Table, clock: Any, *, goal: str = "Stay with the emotion", start: bool = True) -> str:
    """A round as far as its notes, with words caught, a mark, a note and a felt trace. Returns its id."""
    if table.view("Lena")["phase"] == "lobby":
        table.do("Lena", "goal:set", text=goal)
    answer = table.do("Cleo", "round:start", learner=table.course.lena.id)
    if table.view("Lena")["goal"] is None:
        table.do("Lena", "goal:set", text=goal)
    table.do("Cleo", "encounter:begin")
    clock.advance(20)
    table.do("Sam", "feeling:set", value=4)
    table.do("Olga", "observation:add", kind="verbatim", text="I wish it were different", judgement="keep")
    clock.advance(30)
    for who in ("Olga", "Omar"):
        table.do(who, "observation:add", kind="marker", marker="named-feeling", judgement="keep")
    table.do("Omar", "observation:add", kind="note", text="A long speech about the scan", judgement="try")
    table.do("Sam", "feeling:set", value=7)
    clock.advance(60)
    table.do("Cleo", "encounter:end")
    return str(answer["round"])


def rate(table: Table, ratings: Mapping[str, int | None] = RATINGS, words: bool = True) -> None:
    """Everyone rates every item they are asked for, writes their comments, and hands in."""
    jobs = []
    for who, rating in ratings.items():
        rubric, value = table.view(who)["rubric"], "not_observed" if rating is None else rating
        said = [{"entry": item["id"], "rating": value} for item in rubric["items"]]
        said += [{"entry": one["id"], "text": f"{who} says {one['id']}"} for one in rubric["comments"] if words]
        jobs += [
            hot.Job(table.room, Act(Action.SCORE_SAVE, table.course.cast[who].id, one), str(uuid4())) for one in said
        ]
    outcomes = table.store.change(hot.carry_out, table.library, table.snapshots, jobs)  # one commit for all
    assert not [one for one in outcomes if isinstance(one, Refusal)]
    for who in ratings:
        table.do(who, "scorecard:submit")


def close(table: Table) -> None:
    for action in TO_CLOSE:
        table.do("Cleo", action)


def closed_round(table: Table, clock: Any, ratings: Mapping[str, int | None] = RATINGS) -> str:
    """A whole round; returns its id."""
    round_id = open_round(table, clock)
    rate(table, ratings)
    close(table)
    return round_id


def card_of(table: Table, round_id: str, who: str) -> str:
    """The id of someone's scorecard."""
    with table.store.read() as uow:
        rows = uow.session.query(Scorecard).filter_by(round_id=round_id, rater_id=table.course.cast[who].id)
        return rows.one().id


def row(table: Table, round_id: str) -> RoundRow:
    with table.store.read() as uow:
        return uow.session.get_one(RoundRow, round_id)
