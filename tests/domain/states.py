"""A room in each of its phases, come to the usual way, with the cast in their seats."""

from dataclasses import replace
from datetime import UTC, datetime

from pallpractice.domain.clock import Clock
from pallpractice.domain.roles import Role, Seat
from pallpractice.domain.room import Phase, Place, RoomState, Round, Take, TimeOut, Turn

NOW = datetime(2026, 5, 14, 15, 0, tzinfo=UTC)
PEOPLE = {
    "lena": Place(Role.LEARNER, Seat.LEARNER, position=0),
    "olga": Place(Role.LEARNER, Seat.OBSERVER, position=1),
    "sam": Place(Role.ACTOR, Seat.PATIENT, character="maria", position=2),
    "cleo": Place(Role.COACH, Seat.COACH, position=3),
}


def room_in(phase: Phase) -> RoomState:
    """A room that has come to this phase the usual way."""
    state = RoomState(places=PEOPLE)
    if phase is Phase.LOBBY:
        return state
    round_ = Round("r1", 1, "lena", "scan", 10)
    state = replace(state, phase=phase, round=round_, clock=Clock(NOW, 180))
    if phase is Phase.BRIEFING:
        return state
    state = replace(state, takes=(Take(1, 0.0),))
    if phase is Phase.TIME_OUT:
        return replace(state, clock=Clock(NOW, 600, 0.0, NOW), time_out=TimeOut("lena", "stuck"))
    if phase is Phase.ENCOUNTER:
        return replace(state, clock=Clock(NOW, 600))
    state = replace(state, encounter_s=300.0)
    if phase is Phase.DEBRIEF:
        return replace(state, turn=Turn.LEARNER)
    if phase is Phase.CLOSE:
        return replace(state, clock=None, round=replace(round_, released=True))
    return state
