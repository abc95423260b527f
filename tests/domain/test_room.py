"""The whole table of moves, cell by cell, and what each move does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pallpractice.domain.clock import Clock
from pallpractice.domain.errors import Invalid, NotAllowed, Stale, WrongPhase
from pallpractice.domain.roles import Seat, SessionKind
from pallpractice.domain.room import (
    DEBRIEF_S,
    MOVES,
    OF_A_ROUND,
    Act,
    Action,
    Phase,
    RoomState,
    Take,
    Turn,
    may,
    step,
)
from tests.domain.states import NOW, room_in

SITS = {Seat.LEARNER: "lena", Seat.OBSERVER: "olga", Seat.PATIENT: "sam", Seat.COACH: "cleo", Seat.ORGANISER: "oren"}

# Written from the contract, not from the code: seats (L P O C, G for organiser) and phases (lobby, briefing, encounter,
# time-out, notes, debrief, close as l b e t n d c), one line an action.
EXPECTED = """
round:start         CG    lc
encounter:begin     C     b
timeout:call        LPC   e
timeout:resume      LC    t
take:rewind         C     t
encounter:end       LPC   et
debrief:open        C     n
debrief:next        C     d
round:close         C     d
clock:extend        CG    bend
ready:set           LPOC  lb
goal:set            L     lb
watch:choose        O     lb
observation:add     OC    etn
observation:edit    OC    etn
observation:remove  OC    etn
moment:mark         P     e
feeling:set         P     e
beat:go             P     e
disclosure:mark     P     e
cue:send            C     et
score:save          POC   etn
score:save          L     n
scorecard:submit    LPOC  nd
nextstep:set        L     c
reflection:save     LPOC  c
derole:confirm      P     c
help:ask            LPOC  lbetndc
help:clear          LPOCG lbetndc
help:take           CG    lbetndc
seat:assign         G     lbc
person:move         G     lbetndc
person:place        G     lbetndc
actor:replace       G     lbet
room:close          G     lbetndc
room:keep           G     lbetndc
notice:send         G     lbetndc
code:make           CG    lbetndc
guest:admit         CG    lbetndc
guest:refuse        CG    lbetndc
agreement:add       LPOC  -
agreement:edit      LPOC  -
agreement:remove    LPOC  -
agreement:restore   LPOC  -
coursegoal:set      O     -
journal:save        LPOC  -
extratime:set       LPOC  lbetndc
journal:share       LPOC  -
handover:save       C     lbetndc
"""
SEATS = {"L": Seat.LEARNER, "P": Seat.PATIENT, "O": Seat.OBSERVER, "C": Seat.COACH, "G": Seat.ORGANISER}
PHASES = dict(zip("lbetndc", Phase, strict=True))

FIELDS = {
    Action.ROUND_START: {
        "round_id": "r2",
        "learner": "olga",
        "scenario": "scan",
        "minutes": 10,
        "actors": {"maria": "sam"},
    },
    Action.ENCOUNTER_END: {"reason": "welfare"},
    Action.CLOCK_EXTEND: {"seconds": 120},
    Action.READY_SET: {"ready": True},
    Action.GOAL_SET: {"text": "Listen"},
    Action.WATCH_CHOOSE: {"items": ["empathy"]},
    Action.BEAT_GO: {"beat": "anger"},
    Action.SEAT_ASSIGN: {"person": "olga", "seat": "observer"},
    Action.PERSON_MOVE: {"person": "olga", "room": "oak"},
    Action.PERSON_PLACE: {"person": "lara", "role": "learner"},
    Action.ACTOR_REPLACE: {"actor": "sam", "by": "sol"},
    Action.ROOM_CLOSE: {"in_s": 60},
    Action.EXTRATIME_SET: {"on": True, "others": False},
}


def decided() -> dict[tuple[Action, Seat], set[Phase]]:
    table: dict[tuple[Action, Seat], set[Phase]] = {}
    for line in EXPECTED.strip().splitlines():
        action, seats, phases = line.split()
        for seat in seats:
            phases_of = table.setdefault((Action(action), SEATS[seat]), set())
            phases_of.update(PHASES[phase] for phase in phases.replace("-", ""))
    return table


TABLE = decided()


def try_it(action: Action, seat: Seat, phase: Phase) -> RoomState:
    fields = FIELDS.get(action, {})
    return step(room_in(phase), Act(action, SITS[seat], fields), seat, NOW + timedelta(seconds=60))


def test_every_action_is_decided() -> None:
    assert {action for action, _ in TABLE} == set(Action) == set(MOVES)


@pytest.mark.parametrize("seat", list(Seat))
@pytest.mark.parametrize("action", list(Action))
def test_every_cell_of_the_table(action: Action, seat: Seat) -> None:
    for phase in Phase:
        if phase in TABLE.get((action, seat), set()):
            assert isinstance(try_it(action, seat, phase), RoomState), phase
            assert action in may(room_in(phase), seat, NOW), phase
        else:
            expected = WrongPhase if (action, seat) in TABLE else NotAllowed
            with pytest.raises(expected):
                try_it(action, seat, phase)
            assert action not in may(room_in(phase), seat, NOW), phase


MOVED = {
    Action.ROUND_START: Phase.BRIEFING,
    Action.ENCOUNTER_BEGIN: Phase.ENCOUNTER,
    Action.TIMEOUT_CALL: Phase.TIME_OUT,
    Action.TIMEOUT_RESUME: Phase.ENCOUNTER,
    Action.TAKE_REWIND: Phase.ENCOUNTER,
    Action.ENCOUNTER_END: Phase.NOTES,
    Action.DEBRIEF_OPEN: Phase.DEBRIEF,
    Action.ROUND_CLOSE: Phase.CLOSE,
}


def test_every_move_ends_in_its_phase_and_everything_else_stays() -> None:
    for (action, seat), phases in TABLE.items():
        for phase in phases:
            assert try_it(action, seat, phase).phase is MOVED.get(action, phase), (action, phase)


def test_starting_a_round_seats_everyone_afresh() -> None:
    state = try_it(Action.ROUND_START, Seat.COACH, Phase.CLOSE)
    assert {person: place.seat for person, place in state.places.items()} == {
        "lena": Seat.OBSERVER,
        "olga": Seat.LEARNER,
        "sam": Seat.PATIENT,
        "cleo": Seat.COACH,
    }
    assert state.places["sam"].character == "maria"
    assert not any(place.ready for place in state.places.values())
    assert state.round
    assert state.round.number == 2
    assert (state.goal, state.takes, state.beat) == (None, (), None)


def test_a_goal_thought_of_in_the_lobby_goes_with_its_learner_only() -> None:
    lobby = replace(room_in(Phase.LOBBY), goal="Listen")
    for learner, goal in (("lena", "Listen"), ("olga", None)):
        fields = FIELDS[Action.ROUND_START] | {"learner": learner}
        assert step(lobby, Act(Action.ROUND_START, "cleo", fields), Seat.COACH, NOW).goal == goal


@pytest.mark.parametrize(
    ("learner", "actors"),
    [
        ("sam", {}),
        ("nobody", {}),
        ("lena", {"maria": "lena"}),
        ("lena", {"maria": "cleo"}),
        ("lena", {"maria": "nobody"}),
        ("lena", {"maria": "sam", "jon": "sam"}),
    ],
)
def test_a_cast_that_cannot_be_is_refused(learner: str, actors: dict[str, str]) -> None:
    fields = FIELDS[Action.ROUND_START] | {"learner": learner, "actors": actors}
    with pytest.raises(Invalid):
        step(room_in(Phase.LOBBY), Act(Action.ROUND_START, "cleo", fields), Seat.COACH, NOW)


def test_a_peer_may_play_for_an_absent_actor() -> None:
    fields = FIELDS[Action.ROUND_START] | {"learner": "lena", "actors": {"maria": "olga"}}
    state = step(room_in(Phase.LOBBY), Act(Action.ROUND_START, "cleo", fields), Seat.COACH, NOW)
    assert state.seat_of("olga") is Seat.PATIENT


def test_a_time_out_stops_the_clock_and_a_rewind_opens_the_next_take() -> None:
    state = room_in(Phase.ENCOUNTER)
    stopped = step(state, Act(Action.TIMEOUT_CALL, "lena", {"reason": "stuck"}), Seat.LEARNER, NOW + timedelta(0, 60))
    assert stopped.offset(NOW + timedelta(0, 500)) == 60
    again = step(stopped, Act(Action.TAKE_REWIND, "cleo", {"beat": "news"}), Seat.COACH, NOW + timedelta(0, 100))
    assert (again.take, again.takes[1], again.beat) == (2, Take(2, 60.0, "news"), "news")
    assert again.offset(NOW + timedelta(0, 110)) == 70
    ended = step(again, Act(Action.ENCOUNTER_END, "lena"), Seat.LEARNER, NOW + timedelta(0, 120))
    assert ended.encounter_s == 80
    assert ended.offset(NOW + timedelta(0, 999)) == 80


def test_a_rewind_to_what_has_not_been_played_is_refused() -> None:
    with pytest.raises(Invalid):
        step(room_in(Phase.TIME_OUT), Act(Action.TAKE_REWIND, "cleo", {"offset_s": 5}), Seat.COACH, NOW)


def test_the_patient_ends_for_welfare_only() -> None:
    with pytest.raises(NotAllowed):
        step(room_in(Phase.ENCOUNTER), Act(Action.ENCOUNTER_END, "sam", {"reason": "done"}), Seat.PATIENT, NOW)


def test_the_turn_passes_in_order_and_two_presses_pass_it_once() -> None:
    state = room_in(Phase.DEBRIEF)
    for turn in (Turn.OBSERVERS, Turn.PATIENT, Turn.COACH):
        act = Act(Action.DEBRIEF_NEXT, "cleo", {"from_": state.turn})
        state = step(state, act, Seat.COACH, NOW)
        assert state.turn is turn
        with pytest.raises(Stale if turn is not Turn.COACH else WrongPhase):
            step(state, act, Seat.COACH, NOW)
    assert Action.DEBRIEF_NEXT not in may(state, Seat.COACH, NOW)
    assert Action.ROUND_CLOSE in may(state, Seat.COACH, NOW)


def test_the_learner_keeps_the_chair() -> None:
    briefing = room_in(Phase.BRIEFING)
    with pytest.raises(Invalid):
        step(briefing, Act(Action.SEAT_ASSIGN, "oren", {"person": "lena", "seat": "observer"}), Seat.ORGANISER, NOW)
    with pytest.raises(Invalid):
        step(briefing, Act(Action.PERSON_MOVE, "oren", {"person": "lena", "room": "oak"}), Seat.ORGANISER, NOW)


def test_clocks() -> None:
    clock = Clock(NOW, DEBRIEF_S)
    assert clock.elapsed(NOW - timedelta(hours=2)) == 0
    stopped = clock.stop(NOW + timedelta(0, 10))
    assert not stopped.running
    assert stopped.stop(NOW + timedelta(0, 99)) == stopped
    assert stopped.go_on(NOW + timedelta(0, 40)).elapsed(NOW + timedelta(0, 50)) == 20
    assert clock.go_on(NOW) == clock
    assert clock.extend(60).length_s == DEBRIEF_S + 60


# Rooms of start-up and reflection, which stay in the lobby. By kind, the actions there are, and from which seats.
IN_CIRCLES = {
    SessionKind.STARTUP: {
        "LPOC": "agreement:add agreement:edit agreement:remove agreement:restore help:ask",
        "LPOCG": "help:clear",
        "O": "coursegoal:set",
        "C": "handover:save",
        "CG": "help:take",
        "G": "notice:send room:close room:keep",
    },
    SessionKind.REFLECTION: {
        "LPOC": "agreement:add agreement:edit agreement:remove agreement:restore help:ask journal:save journal:share",
        "LPOCG": "help:clear",
        "O": "coursegoal:set",
        "C": "handover:save",
        "CG": "help:take",
        "G": "notice:send room:close room:keep",
    },
}


@pytest.mark.parametrize("kind", list(SessionKind))
def test_a_kind_of_session_has_its_own_moves_and_no_others(kind: SessionKind) -> None:
    if kind is SessionKind.PRACTICE:
        return
    decided = {
        (action, SEATS[seat])
        for seats, actions in IN_CIRCLES.get(kind, {}).items()
        for action in actions.split()
        for seat in seats
    }
    state = replace(room_in(Phase.LOBBY), kind=kind)
    allowed = {(str(action), seat) for seat in Seat for action in may(state, seat, NOW)}
    assert allowed == decided
    for action in Action:
        for seat in Seat:
            act = Act(action, SITS[seat], FIELDS.get(action, {}))
            if (action, seat) in decided:
                # Closing is the one thing there that a room remembers.
                assert replace(step(state, act, seat, NOW), closes_at=None) == state, (action, seat)
            else:
                with pytest.raises(WrongPhase if (action, seat) in TABLE else NotAllowed):
                    step(state, act, seat, NOW)


@pytest.mark.parametrize("action", sorted(OF_A_ROUND - {Action.ROUND_START}))
def test_what_was_meant_for_a_round_does_not_count_in_another(action: Action) -> None:
    seat = next(seat for one, seat in TABLE if one is action)
    phase = next(iter(sorted(TABLE[action, seat] - {Phase.LOBBY})))
    fields, later = FIELDS.get(action, {}), NOW + timedelta(seconds=60)
    assert step(room_in(phase), Act(action, SITS[seat], fields, "r1"), seat, later)
    with pytest.raises(WrongPhase, match="an earlier round"):
        step(room_in(phase), Act(action, SITS[seat], fields, "r0"), seat, later)


def test_asking_for_help_is_of_no_round() -> None:
    assert step(room_in(Phase.NOTES), Act(Action.HELP_ASK, "olga", {}, "r0"), Seat.OBSERVER, NOW)


@pytest.mark.parametrize(("action", "seat"), [("score:save", seat) for seat in "LPOC"] + [("observation:add", "O")])
def test_the_last_words_of_the_notes_may_come_as_the_debrief_opens(action: str, seat: str) -> None:
    state, who = room_in(Phase.DEBRIEF), SEATS[seat]
    act = Act(Action(action), SITS[who], {}, "r1")
    assert step(state, act, who, NOW + timedelta(seconds=10)) == state
    for refused, moment in ((act, 11), (replace(act, round=None), 1)):
        with pytest.raises(WrongPhase):
            step(state, refused, who, NOW + timedelta(seconds=moment))
    for elsewhere in (room_in(Phase.CLOSE), replace(state, turn=Turn.OBSERVERS)):
        with pytest.raises(WrongPhase):
            step(elsewhere, act, who, NOW)
