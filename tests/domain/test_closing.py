"""A room that closes, and one actor in place of another: the organiser's moves, as pure rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pallpractice.domain.errors import Invalid, WrongPhase
from pallpractice.domain.roles import Role, Seat
from pallpractice.domain.room import BEGINNINGS, Act, Action, Phase, Place, RoomState, may, step
from tests.domain.states import NOW, PEOPLE, room_in

START = {"round_id": "r2", "learner": "olga", "scenario": "scan", "minutes": 10, "actors": {"maria": "sam"}}
A_MINUTE = timedelta(seconds=60)


def organise(state: RoomState, action: Action, **fields: object) -> RoomState:
    return step(state, Act(action, "oren", fields), Seat.ORGANISER, NOW)


def closing(phase: Phase) -> RoomState:
    return organise(room_in(phase), Action.ROOM_CLOSE, in_s=60)


def test_until_it_closes_everything_goes_on() -> None:
    state = closing(Phase.LOBBY)
    assert state.closes_at == NOW + A_MINUTE
    begun = step(state, Act(Action.ROUND_START, "cleo", START), Seat.COACH, NOW + A_MINUTE * 0.9)
    assert begun.phase is Phase.BRIEFING
    assert begun.closes_at == state.closes_at, "a new round does not forget it"


@pytest.mark.parametrize(
    ("phase", "action", "fields"),
    [
        (Phase.LOBBY, Action.ROUND_START, START),
        (Phase.CLOSE, Action.ROUND_START, START),
        (Phase.BRIEFING, Action.ENCOUNTER_BEGIN, {}),
        (Phase.TIME_OUT, Action.TAKE_REWIND, {"beat": "news"}),
    ],
)
def test_nothing_new_begins_in_a_closed_room(phase: Phase, action: Action, fields: dict[str, object]) -> None:
    state, after = closing(phase), NOW + A_MINUTE
    with pytest.raises(WrongPhase, match="closed"):
        step(state, Act(action, "cleo", fields), Seat.COACH, after)
    assert action not in may(state, Seat.COACH, after)
    assert action in may(state, Seat.COACH, NOW)
    kept = step(state, Act(Action.ROOM_KEEP, "oren"), Seat.ORGANISER, after)
    assert kept.closes_at is None
    assert step(kept, Act(action, "cleo", fields), Seat.COACH, after)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("seat", list(Seat))
def test_all_else_goes_on_in_a_closed_room(phase: Phase, seat: Seat) -> None:
    state = closing(phase)
    assert set(may(state, seat, NOW)) - set(may(state, seat, NOW + A_MINUTE)) <= BEGINNINGS


def test_closed_twice_the_earlier_time_stands() -> None:
    state = closing(Phase.NOTES)
    assert organise(state, Action.ROOM_CLOSE, in_s=600).closes_at == NOW + A_MINUTE
    assert organise(state, Action.ROOM_CLOSE, in_s=10).closes_at == NOW + timedelta(seconds=10)


def two_actors(phase: Phase) -> RoomState:
    return replace(room_in(phase), places={**PEOPLE, "sol": Place(Role.ACTOR, Seat.PATIENT, position=4)})


def test_another_actor_takes_the_part_and_the_order_over() -> None:
    state = organise(two_actors(Phase.ENCOUNTER), Action.ACTOR_REPLACE, character="maria", by="sol")
    sol, sam = state.places["sol"], state.places["sam"]
    assert (sol.seat, sol.character, sol.position) == (Seat.PATIENT, "maria", 2)
    assert (sam.seat, sam.character, sam.position) == (Seat.PATIENT, None, 4), "at rest, and heard in the debrief"


def test_an_actor_from_elsewhere_gets_a_place() -> None:
    state = organise(room_in(Phase.BRIEFING), Action.ACTOR_REPLACE, actor="sam", by="sven")
    assert state.places["sven"] == Place(Role.ACTOR, Seat.PATIENT, "maria", position=2)


def test_a_peer_plays_and_an_actor_gets_the_part_back() -> None:
    state = organise(room_in(Phase.BRIEFING), Action.ACTOR_REPLACE, character="maria", by="olga")
    olga = state.places["olga"]
    assert (olga.seat, olga.character, olga.position) == (Seat.PATIENT, "maria", 1), "turns stay as they are"
    back = organise(state, Action.ACTOR_REPLACE, actor="olga", by="sam")
    assert back.places["olga"].seat is Seat.OBSERVER
    assert back.places["sam"].character == "maria"


def test_before_a_round_the_one_replaced_gives_up_the_place() -> None:
    lobby = replace(room_in(Phase.LOBBY), places={**PEOPLE, "sam": Place(Role.ACTOR, Seat.PATIENT, position=2)})
    state = organise(lobby, Action.ACTOR_REPLACE, actor="sam", by="sven")
    assert "sam" not in state.places
    assert state.places["sven"] == Place(Role.ACTOR, Seat.PATIENT, position=2)
    with pytest.raises(Invalid, match="Start the round first"):
        organise(lobby, Action.ACTOR_REPLACE, actor="sam", by="olga")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"actor": "sam", "by": "lena"}, "not in the chair"),
        ({"actor": "sam", "by": "cleo"}, "another actor"),
        ({"actor": "sam", "by": "sam"}, "another actor"),
        ({"actor": "olga", "by": "sol"}, "does not play"),
        ({"character": "jon", "by": "sam"}, "two characters"),
    ],
)
def test_who_cannot_take_over(fields: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        organise(two_actors(Phase.ENCOUNTER), Action.ACTOR_REPLACE, **fields)


def test_a_newcomer_rests_at_the_end_of_the_order() -> None:
    state = organise(room_in(Phase.ENCOUNTER), Action.PERSON_PLACE, person="lara", role="learner")
    assert state.places["lara"] == Place(Role.LEARNER, Seat.OBSERVER, position=4)
    with pytest.raises(Invalid, match="already"):
        organise(state, Action.PERSON_PLACE, person="lara", role="learner")
