"""Several rooms' hot actions in one commit: each is told its own, and nothing of a refused one is stored."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from pallpractice.config import CHECKOUT
from pallpractice.domain.errors import NotFound, Stale
from pallpractice.domain.roles import Role, Seat
from pallpractice.domain.room import Act, Action
from pallpractice.library.shelf import Library
from pallpractice.services import hot, rounds, seating
from pallpractice.storage import live
from pallpractice.storage.feedback import Observation, Scorecard
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store

LIBRARY = Library.read([CHECKOUT / "scenarios"])


@pytest.fixture
def rooms(store: Store, course: Any, add_group: Callable[..., str]) -> tuple[str, str]:
    """Maple's room, and that of a second group with a cast of its own."""
    cast = {"Lara": Role.LEARNER, "Ossi": Role.LEARNER, "Ada": Role.ACTOR, "Cole": Role.COACH}
    birch = add_group("Birch", cast)
    store.change(lambda uow: seating.place(uow, course.course))
    with store.read() as uow:
        by_group = {room.group_id: room.id for room in uow.session.query(Room)}
    return by_group[course.group.id], by_group[birch]


def test_several_rooms_share_a_commit(store: Store, course: Any, rooms: tuple[str, str]) -> None:
    maple, birch = rooms
    for room, coach in ((maple, "Cleo"), (birch, "Cole")):
        for action in (Action.ROUND_START, Action.ENCOUNTER_BEGIN):
            store.change(rounds.act, LIBRARY, room, Act(action, course.cast[coach].id, {}), str(uuid4()))

    def note(room: str, who: str) -> hot.Job:
        fields = {"kind": "note", "text": f"{who} in {'Maple' if room == maple else 'Birch'}"}
        return hot.Job(room, Act(Action.OBSERVATION_ADD, course.cast[who].id, fields), str(uuid4()))

    jobs = [note(maple, "Olga"), note(birch, "Ossi"), note(birch, "Olga"), note(maple, "Omar"), note("none", "Olga")]
    outcomes = store.change(hot.carry_out, LIBRARY, hot.Snapshots(), jobs)
    assert [isinstance(outcome, NotFound) for outcome in outcomes] == [False, False, True, False, True]
    with store.read() as uow:
        heads = {record.room.id: record.head for record in live.load_all(uow.session, [maple, birch, "none"])}
        kept = {(row.round_id, row.text) for row in uow.session.query(Observation)}
        rounds_of = {room: uow.session.get_one(Room, room).round_id for room in (maple, birch)}
    assert [outcomes[at]["version"] for at in (0, 3, 1)] == [heads[maple] - 1, heads[maple], heads[birch]]
    assert kept == {
        (rounds_of[maple], "Olga in Maple"),
        (rounds_of[birch], "Ossi in Birch"),
        (rounds_of[maple], "Omar in Maple"),
    }


def test_what_is_loaded_together_is_what_is_loaded_alone(store: Store, rooms: tuple[str, str]) -> None:
    with store.read() as uow:
        together = {record.room.id: record for record in live.load_all(uow.session, rooms)}
        assert together == {room: live.load(uow.session, room) for room in rooms}
        assert live.load(uow.session, "none") is None


def test_a_refused_save_begins_no_scorecard(store: Store, course: Any, rooms: tuple[str, str]) -> None:
    """Else its rater would be asked for a form that they never began."""
    maple, _ = rooms
    for action in (Action.ROUND_START, Action.ENCOUNTER_BEGIN):
        store.change(rounds.act, LIBRARY, maple, Act(action, course.cleo.id, {}), str(uuid4()))
    with store.read() as uow:
        record = live.load(uow.session, maple)
    assert record
    assert record.round
    item = LIBRARY.rubric_for(LIBRARY.scenarios[record.round.scenario_id]).items_for(Seat.OBSERVER)[0].id

    def save(seen: int) -> Any:
        act = Act(Action.SCORE_SAVE, course.olga.id, {"entry": item, "rating": 3, "seen": seen})
        return store.change(hot.carry_out, LIBRARY, hot.Snapshots(), [hot.Job(maple, act, str(uuid4()))])[0]

    def raters() -> list[str]:
        with store.read() as uow:
            return [card.rater_id for card in uow.session.query(Scorecard)]

    assert isinstance(save(seen=4), Stale)
    assert raters() == []
    assert save(seen=0)["revision"] == 1
    assert raters() == [course.olga.id]
