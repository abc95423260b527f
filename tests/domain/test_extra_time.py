"""Extra time: the room's quiet clocks run longer for everyone, and nobody loses time when it is taken back."""

from dataclasses import replace

import pytest

from pallpractice.domain.roles import Seat
from pallpractice.domain.room import Act, Action, Phase, RoomState, step
from tests.domain.states import NOW, room_in
from tests.domain.test_room import FIELDS, SITS


def do(state: RoomState, action: Action, seat: Seat, **fields: object) -> RoomState:
    return step(state, Act(action, SITS[seat], FIELDS.get(action, {}) | fields), seat, NOW)


def length(state: RoomState) -> int:
    assert state.clock
    return state.clock.length_s


@pytest.mark.parametrize(("extra", "seconds"), [(False, 180), (True, 270)])
def test_briefing_and_notes_run_half_as_long_again(extra: bool, seconds: int) -> None:
    briefing = do(replace(room_in(Phase.CLOSE), extra_time=extra), Action.ROUND_START, Seat.COACH)
    assert length(briefing) == seconds
    assert briefing.extra_time is extra, "it lasts from round to round"
    assert length(do(briefing, Action.ENCOUNTER_BEGIN, Seat.COACH)) == 600, "a conversation is as long as it is"
    playing = replace(room_in(Phase.ENCOUNTER), extra_time=extra)
    assert length(do(playing, Action.ENCOUNTER_END, Seat.COACH)) == seconds


@pytest.mark.parametrize("phase", [Phase.BRIEFING, Phase.NOTES])
def test_a_clock_that_runs_is_longer_at_once_and_never_shorter(phase: Phase) -> None:
    state = room_in(phase)
    for on, seconds in ((True, 270), (False, 270), (True, 270)):
        state = do(state, Action.EXTRATIME_SET, Seat.OBSERVER, on=on, others=False)
        assert (length(state), state.extra_time) == (seconds, on)
    extended = do(room_in(phase), Action.CLOCK_EXTEND, Seat.COACH, seconds=120)
    assert length(do(extended, Action.EXTRATIME_SET, Seat.OBSERVER, on=True, others=False)) == 300


def test_it_stays_on_for_the_others_when_one_takes_it_back() -> None:
    state = do(room_in(Phase.LOBBY), Action.EXTRATIME_SET, Seat.LEARNER, on=False, others=True)
    assert state.extra_time
    assert state.clock is None


@pytest.mark.parametrize("phase", [Phase.ENCOUNTER, Phase.TIME_OUT, Phase.DEBRIEF])
def test_clocks_for_talking_stay_as_they_are(phase: Phase) -> None:
    before = room_in(phase)
    assert do(before, Action.EXTRATIME_SET, Seat.OBSERVER, on=True, others=False).clock == before.clock
