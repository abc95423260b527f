"""The whole visibility table, cell by cell, as the contract words it."""

from dataclasses import replace

import pytest

from pallpractice.domain.feedback import TABLE, Reader, Scope, Thing, opened_seats, scope
from pallpractice.domain.roles import Seat
from pallpractice.domain.room import Phase, RoomState, Turn
from tests.domain.states import room_in

STATES: dict[str, RoomState] = {
    **{phase.value: room_in(phase) for phase in Phase if phase is not Phase.DEBRIEF},
    **{f"turn:{turn}": replace(room_in(Phase.DEBRIEF), turn=turn) for turn in Turn},
}
NAMES = list(STATES)
AFTER_LOBBY = NAMES[1:]
L, P, O, C, G = Seat.LEARNER, Seat.PATIENT, Seat.OBSERVER, Seat.COACH, Seat.ORGANISER


def names_of(*wanted: str) -> list[str]:
    return [name for name in NAMES if name in wanted]


DEBRIEF_ON = names_of("turn:learner", "turn:observers", "turn:patient", "turn:coach", "close")
PATIENTS_TURN_ON = names_of("turn:patient", "turn:coach", "close")
NOTES_ON = ["notes", *DEBRIEF_ON]

# (thing, seat): {scope: states}; every other state of the row is Scope.NOTHING.
EXPECTED: dict[tuple[Thing, Seat], dict[Scope, list[str]]] = {
    **{(Thing.BRIEF, seat): {Scope.ALL: AFTER_LOBBY} for seat in Seat},
    (Thing.SCRIPT, L): {Scope.ALL: ["close"]},
    (Thing.SCRIPT, O): {Scope.ALL: ["close"]},
    (Thing.SCRIPT, P): {Scope.ALL: NAMES},
    (Thing.SCRIPT, C): {Scope.ALL: NAMES},
    (Thing.SCRIPT, G): {Scope.ALL: NAMES},
    **{(Thing.EXTRA_TIME, seat): {Scope.OWN: NAMES} for seat in (L, P, O)},
    (Thing.EXTRA_TIME, C): {Scope.COUNTS: NAMES},
    (Thing.EXTRA_TIME, G): {},
    (Thing.GUIDE, L): {},
    (Thing.GUIDE, O): {},
    (Thing.GUIDE, P): {},
    (Thing.GUIDE, C): {Scope.ALL: NAMES},
    (Thing.GUIDE, G): {Scope.ALL: NAMES},
    (Thing.CARD, L): {},
    (Thing.CARD, O): {},
    (Thing.CARD, P): {Scope.ALL: NAMES},
    (Thing.CARD, C): {Scope.ALL: NAMES},
    (Thing.CARD, G): {},
    (Thing.RUBRIC, L): {Scope.ALL: NOTES_ON},
    (Thing.RUBRIC, O): {Scope.ALL: AFTER_LOBBY},
    (Thing.RUBRIC, P): {Scope.ALL: AFTER_LOBBY},
    (Thing.RUBRIC, C): {Scope.ALL: AFTER_LOBBY},
    (Thing.RUBRIC, G): {},
    (Thing.OBSERVATIONS, L): {Scope.OPENED: DEBRIEF_ON, Scope.OWN: [n for n in NAMES if n not in DEBRIEF_ON]},
    (Thing.OBSERVATIONS, O): {Scope.OPENED: DEBRIEF_ON, Scope.OWN: [n for n in NAMES if n not in DEBRIEF_ON]},
    (Thing.OBSERVATIONS, P): {Scope.OWN: NAMES},
    (Thing.OBSERVATIONS, C): {Scope.ALL: NAMES},
    (Thing.OBSERVATIONS, G): {Scope.COUNTS: NAMES},
    (Thing.SCORECARDS, L): {Scope.OPENED: DEBRIEF_ON, Scope.OWN: [n for n in NAMES if n not in DEBRIEF_ON]},
    (Thing.SCORECARDS, O): {Scope.OWN: NAMES},
    (Thing.SCORECARDS, P): {Scope.OWN: NAMES},
    (Thing.SCORECARDS, C): {Scope.OWN: NAMES},
    (Thing.SCORECARDS, G): {Scope.COUNTS: NAMES},
    (Thing.FELT, L): {Scope.ALL: PATIENTS_TURN_ON},
    (Thing.FELT, O): {Scope.ALL: PATIENTS_TURN_ON},
    (Thing.FELT, P): {Scope.OWN: NAMES},
    (Thing.FELT, C): {Scope.ALL: NAMES},
    (Thing.FELT, G): {},
    (Thing.CUES, L): {Scope.OWN: NAMES},
    (Thing.CUES, O): {},
    (Thing.CUES, P): {Scope.OWN: NAMES},
    (Thing.CUES, C): {Scope.OWN: NAMES},
    (Thing.CUES, G): {},
    (Thing.REFLECTIONS, L): {Scope.OWN: NAMES},
    (Thing.REFLECTIONS, O): {Scope.OWN: NAMES},
    (Thing.REFLECTIONS, P): {Scope.OWN: NAMES},
    (Thing.REFLECTIONS, C): {Scope.SHARED: NAMES},
    (Thing.REFLECTIONS, G): {},
    (Thing.HELP, L): {Scope.OWN: NAMES},
    (Thing.HELP, O): {Scope.OWN: NAMES},
    (Thing.HELP, P): {Scope.OWN: NAMES},
    (Thing.HELP, C): {Scope.ALL: NAMES},
    (Thing.HELP, G): {Scope.ALL: NAMES},
}


def test_every_cell_is_decided_here_and_there() -> None:
    cells = {(thing, seat) for thing in Thing for seat in Seat}
    assert cells == set(EXPECTED) == {(thing, seat) for thing, row in TABLE.items() for seat in row}


@pytest.mark.parametrize("cell", list(EXPECTED), ids=lambda cell: f"{cell[0]}-{cell[1]}")
def test_every_cell(cell: tuple[Thing, Seat]) -> None:
    for name, state in STATES.items():
        expected = next((how for how, states in EXPECTED[cell].items() if name in states), Scope.NOTHING)
        assert scope(*cell, Reader(state)) is expected, name


def test_a_coachs_view_of_scorecards_is_sealed_until_their_own_is_in() -> None:
    for state in STATES.values():
        assert scope(Thing.SCORECARDS, C, Reader(state, submitted=True)) is Scope.ALL


def test_observers_read_each_others_scorecards_only_if_the_course_says_so() -> None:
    for name, state in STATES.items():
        expected = Scope.OPENED if name in DEBRIEF_ON else Scope.OWN
        assert scope(Thing.SCORECARDS, O, Reader(state, peers_open=True)) is expected


def test_feedback_opens_turn_by_turn() -> None:
    opened = {name: opened_seats(state) for name, state in STATES.items()}
    assert opened["notes"] == frozenset()
    assert opened["turn:learner"] == {L}
    assert opened["turn:observers"] == {L, O}
    assert opened["turn:patient"] == {L, O, P}
    assert opened["turn:coach"] == opened["close"] == {L, O, P, C}
