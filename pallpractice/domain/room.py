"""The room: its state, and the table of moves that says who may do what, when, and what comes of it.

`step(state, act, seat, now)` is the whole of it. Whether a beat or a character exists in the scenario is checked by
whoever holds the scenario; everything else is decided here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from .clock import Clock
from .errors import Invalid, NotAllowed, Stale, WrongPhase
from .release import Policy
from .roles import CIRCLES, GATHERINGS, PLACED, RESTING_SEAT, SEAT_WORDS, Role, Seat, SessionKind
from .text import text

BRIEFING_S = 180
NOTES_S = 180
DEBRIEF_S = 360
ON_ITS_WAY_S = 10
EXTRA_TIME = 1.5  # times as long to read the brief and to write notes, where someone in the room needs it


class Phase(StrEnum):
    """Where a room is in its round."""

    LOBBY = "lobby"
    BRIEFING = "briefing"
    ENCOUNTER = "encounter"
    TIME_OUT = "time_out"
    NOTES = "notes"
    DEBRIEF = "debrief"
    CLOSE = "close"


PHASE_WORDS = {
    Phase.LOBBY: text("lobby"),
    Phase.BRIEFING: text("briefing"),
    Phase.ENCOUNTER: text("encounter"),
    Phase.TIME_OUT: text("time-out"),
    Phase.NOTES: text("notes"),
    Phase.DEBRIEF: text("debrief"),
    Phase.CLOSE: text("close"),
}


class Turn(StrEnum):
    """Who speaks in the debrief, in this order. Their feedback opens with their turn."""

    LEARNER = "learner"
    OBSERVERS = "observers"
    PATIENT = "patient"
    COACH = "coach"


TURNS = tuple(Turn)


class Action(StrEnum):
    """Everything a person can do in a room. The value is the event's name on the wire."""

    ROUND_START = "round:start"
    ENCOUNTER_BEGIN = "encounter:begin"
    TIMEOUT_CALL = "timeout:call"
    TIMEOUT_RESUME = "timeout:resume"
    TAKE_REWIND = "take:rewind"
    ENCOUNTER_END = "encounter:end"
    DEBRIEF_OPEN = "debrief:open"
    DEBRIEF_NEXT = "debrief:next"
    ROUND_CLOSE = "round:close"
    CLOCK_EXTEND = "clock:extend"
    READY_SET = "ready:set"
    GOAL_SET = "goal:set"
    WATCH_CHOOSE = "watch:choose"
    OBSERVATION_ADD = "observation:add"
    OBSERVATION_EDIT = "observation:edit"
    OBSERVATION_REMOVE = "observation:remove"
    MOMENT_MARK = "moment:mark"
    FEELING_SET = "feeling:set"
    BEAT_GO = "beat:go"
    DISCLOSURE_MARK = "disclosure:mark"
    CUE_SEND = "cue:send"
    SCORE_SAVE = "score:save"
    SCORECARD_SUBMIT = "scorecard:submit"
    NEXTSTEP_SET = "nextstep:set"
    REFLECTION_SAVE = "reflection:save"
    DEROLE_CONFIRM = "derole:confirm"
    HELP_ASK = "help:ask"
    HELP_CLEAR = "help:clear"
    HELP_TAKE = "help:take"
    SEAT_ASSIGN = "seat:assign"
    PERSON_MOVE = "person:move"
    PERSON_PLACE = "person:place"
    ACTOR_REPLACE = "actor:replace"
    ROOM_CLOSE = "room:close"
    ROOM_KEEP = "room:keep"
    NOTICE_SEND = "notice:send"
    CODE_MAKE = "code:make"
    GUEST_ADMIT = "guest:admit"
    GUEST_REFUSE = "guest:refuse"
    AGREEMENT_ADD = "agreement:add"
    AGREEMENT_EDIT = "agreement:edit"
    AGREEMENT_REMOVE = "agreement:remove"
    AGREEMENT_RESTORE = "agreement:restore"
    COURSEGOAL_SET = "coursegoal:set"
    JOURNAL_SAVE = "journal:save"
    JOURNAL_SHARE = "journal:share"
    HANDOVER_SAVE = "handover:save"
    EXTRATIME_SET = "extratime:set"


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in the room. `position` is their turn in the rotation."""

    role: Role
    seat: Seat
    character: str | None = None
    ready: bool = False
    deroled: bool = False
    watching: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class Take:
    """One run of the encounter. Offsets are encounter seconds, stopped time left out."""

    number: int
    offset_s: float
    from_beat: str | None = None
    from_offset_s: float | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """The present round: its number, who is in the chair, which scenario, how long the encounter may last.

    `released`: its report is out, with everything in it.
    """

    id: str
    number: int
    learner: str
    scenario: str
    minutes: int
    released: bool = False


@dataclass(frozen=True, slots=True)
class TimeOut:
    """Who stopped the clock, and why. When is the clock's own `stopped_at`."""

    by: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class RoomState:
    """All of a room that a rule may ask about."""

    phase: Phase = Phase.LOBBY
    round: Round | None = None
    turn: Turn | None = None
    takes: tuple[Take, ...] = ()
    clock: Clock | None = None
    encounter_s: float | None = None
    time_out: TimeOut | None = None
    beat: str | None = None
    goal: str | None = None
    closes_at: datetime | None = None  # an organiser closes the room then
    extra_time: bool = False  # someone here needs more time to read and write; the rules never ask who
    places: Mapping[str, Place] = field(default_factory=dict)
    kind: SessionKind = SessionKind.PRACTICE
    release: Policy = Policy.TURN  # when feedback reaches the learner, as the course has it

    @property
    def take(self) -> int:
        """The number of the take being played; 0 before the encounter."""
        return len(self.takes)

    def offset(self, now: datetime) -> float:
        """Encounter seconds played so far, stopped time left out; 0 before the encounter."""
        if self.phase in PLAYING and self.clock:
            return self.clock.elapsed(now)
        return self.encounter_s or 0.0

    def seat_of(self, person: str) -> Seat | None:
        place = self.places.get(person)
        return place.seat if place else None

    def closed(self, now: datetime) -> bool:
        """Nothing new begins any more; what is being said and written can be finished."""
        return self.closes_at is not None and now >= self.closes_at

    def quiet_s(self, seconds: int) -> int:
        """How long a clock for reading or writing runs here, which usually runs for `seconds`."""
        return round(seconds * EXTRA_TIME) if self.extra_time else seconds

    def in_seat(self, *seats: Seat) -> tuple[str, ...]:
        """Who sits in one of these seats."""
        return tuple(person for person, place in self.places.items() if place.seat in seats)


PLAYING = (Phase.ENCOUNTER, Phase.TIME_OUT)
BEGINNINGS = frozenset({Action.ROUND_START, Action.ENCOUNTER_BEGIN, Action.TAKE_REWIND})  # not in a closed room


@dataclass(frozen=True, slots=True)
class Act:
    """What a person asks for: an action and its fields, already checked for shape."""

    action: Action
    person: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    round: str | None = None  # the round it was meant for, where that was said


Effect = Callable[[RoomState, Act, datetime], RoomState]
Condition = Callable[[RoomState], bool]


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table: in which phases each seat may do it, what it changes, and what else must hold.

    `kinds` are the kinds of session in whose rooms there is such a move at all.
    """

    who: Mapping[Seat, frozenset[Phase]]
    effect: Effect
    holds: Condition = lambda state: True
    kinds: Collection[SessionKind] = (SessionKind.PRACTICE,)


def permit(state: RoomState, action: Action, seat: Seat, now: datetime) -> Move:
    """The move, if `seat` may do it now. Raises NotAllowed for the wrong seat, WrongPhase for the wrong moment."""
    move = MOVES[action]
    phases = move.who.get(seat)
    if phases is None:
        raise NotAllowed(text("The {seat} can't do that.", seat=SEAT_WORDS[seat]))
    if state.kind not in move.kinds:
        raise WrongPhase(text("That belongs to another kind of session."))
    if state.phase not in phases or not move.holds(state):
        raise WrongPhase(text("That can't be done in this phase ({phase}).", phase=PHASE_WORDS[state.phase]))
    if action in BEGINNINGS and state.closed(now):
        raise WrongPhase(text("This room has closed: nothing new begins in it. What is being written can be finished."))
    return move


def step(state: RoomState, act: Act, seat: Seat, now: datetime) -> RoomState:
    """The state after `act`, done from `seat` at `now`.

    Raises NotAllowed for the wrong seat, WrongPhase for the wrong moment, Invalid or Stale for what the act says.
    """
    refuse_other_round(state, act)
    judged = replace(state, phase=Phase.NOTES) if on_its_way(state, act, now) else state
    return permit(judged, act.action, seat, now).effect(state, act, now)


def refuse_other_round(state: RoomState, act: Act) -> None:
    """What was kept on a device without a line may come in the next round, where it would be about someone else."""
    if act.round is None or act.action not in OF_A_ROUND:
        return
    if state.round is None or state.round.id != act.round:
        raise WrongPhase(text("That was meant for an earlier round. This is another one."))


def on_its_way(state: RoomState, act: Act, now: datetime) -> bool:
    """Whether these are the last words of the notes, under someone's fingers or on a slow line as the debrief opened.
    They still count, from whoever says that they were meant for this round, until the turn passes and more is opened.
    """
    if act.round is None or act.action not in WRITTEN or state.turn is not Turn.LEARNER:
        return False
    return state.clock is not None and state.clock.elapsed(now) <= ON_ITS_WAY_S


def may(state: RoomState, seat: Seat, now: datetime) -> tuple[Action, ...]:
    """What this seat may do now."""
    return tuple(
        action
        for action, move in MOVES.items()
        if state.kind in move.kinds
        and state.phase in move.who.get(seat, frozenset())
        and move.holds(state)
        and not (action in BEGINNINGS and state.closed(now))
    )


# Effects. Each gets a state in which the move is allowed.


def unchanged(state: RoomState, act: Act, now: datetime) -> RoomState:
    """The act leaves the room as it is; its rows are kept by the services."""
    return state


def start_round(state: RoomState, act: Act, now: datetime) -> RoomState:
    """Fields: `round_id`, `learner`, `scenario`, `minutes`, `actors` {character: person}, all of them filled in."""
    learner, cast = act.fields["learner"], act.fields["actors"]
    _refuse_bad_cast(state, learner, cast)
    character_of = {person: character for character, person in cast.items()}
    places = {
        person: Place(
            role=place.role,
            seat=_seat_for(person, place.role, learner, character_of),
            character=character_of.get(person),
            position=place.position,
        )
        for person, place in state.places.items()
    }
    number = state.round.number + 1 if state.round else 1
    return RoomState(
        phase=Phase.BRIEFING,
        round=Round(act.fields["round_id"], number, learner, act.fields["scenario"], act.fields["minutes"]),
        clock=Clock(now, state.quiet_s(BRIEFING_S)),
        goal=state.goal if state.seat_of(learner) is Seat.LEARNER and state.phase is Phase.LOBBY else None,
        closes_at=state.closes_at,
        extra_time=state.extra_time,
        places=places,
        release=state.release,
    )


def _refuse_bad_cast(state: RoomState, learner: str, cast: Mapping[str, str]) -> None:
    place = state.places.get(learner)
    if place is None or place.role is not Role.LEARNER:
        raise Invalid(text("Choose a learner of this room."), fields={"learner": [text("not a learner of this room")]})
    for person in cast.values():
        place = state.places.get(person)
        if person == learner or place is None or place.role not in (Role.ACTOR, Role.LEARNER):
            raise Invalid(
                text("Choose who plays from this room's actors, or a learner who is not in the chair."),
                fields={"actors": [text("cannot play in this round")]},
            )
    if len(set(cast.values())) < len(cast):
        raise Invalid(text("One person can't play two characters."), fields={"actors": [text("the same person twice")]})


def _seat_for(person: str, role: Role, learner: str, cast: Iterable[str]) -> Seat:
    if person == learner:
        return Seat.LEARNER
    return Seat.PATIENT if person in cast else RESTING_SEAT[role]


def begin_encounter(state: RoomState, act: Act, now: datetime) -> RoomState:
    assert state.round
    return replace(
        state,
        phase=Phase.ENCOUNTER,
        takes=(Take(1, 0.0),),
        clock=Clock(now, state.round.minutes * 60),
    )


def call_time_out(state: RoomState, act: Act, now: datetime) -> RoomState:
    assert state.clock
    return replace(
        state,
        phase=Phase.TIME_OUT,
        clock=state.clock.stop(now),
        time_out=TimeOut(act.person, act.fields.get("reason")),
    )


def resume(state: RoomState, act: Act, now: datetime) -> RoomState:
    assert state.clock
    return replace(state, phase=Phase.ENCOUNTER, clock=state.clock.go_on(now), time_out=None)


def rewind(state: RoomState, act: Act, now: datetime) -> RoomState:
    """Play again from a beat or a moment, as the next take. Encounter time goes on: it is never set back.

    With a moment, `playing` is the beat that was played then: the card goes back to it.
    """
    beat, moment, played = act.fields.get("beat"), act.fields.get("offset_s"), state.offset(now)
    if moment is not None and moment > played:
        raise Invalid(
            text("That moment has not been played yet."), fields={"offset_s": [text("at most {n}", n=f"{played:.0f}")]}
        )
    take = Take(state.take + 1, played, beat, moment)
    return replace(
        resume(state, act, now), takes=(*state.takes, take), beat=beat or act.fields.get("playing", state.beat)
    )


def end_encounter(state: RoomState, act: Act, now: datetime) -> RoomState:
    if state.seat_of(act.person) is Seat.PATIENT and act.fields.get("reason") != "welfare":
        raise NotAllowed(text("The patient ends the encounter for welfare only."))
    return replace(
        state,
        phase=Phase.NOTES,
        encounter_s=state.offset(now),
        clock=Clock(now, state.quiet_s(NOTES_S)),
        time_out=None,
    )


def open_debrief(state: RoomState, act: Act, now: datetime) -> RoomState:
    return replace(state, phase=Phase.DEBRIEF, turn=Turn.LEARNER, clock=Clock(now, DEBRIEF_S))


def pass_turn(state: RoomState, act: Act, now: datetime) -> RoomState:
    assert state.turn
    shown = act.fields.get("from_")
    if shown is not None and shown != state.turn:
        raise Stale(text("The turn has been passed already."), current=state.turn)
    return replace(state, turn=TURNS[TURNS.index(state.turn) + 1])


def close_round(state: RoomState, act: Act, now: datetime) -> RoomState:
    assert state.round
    released = replace(state.round, released=state.release is not Policy.HAND)
    return replace(state, phase=Phase.CLOSE, turn=None, clock=None, round=released)


def extend(state: RoomState, act: Act, now: datetime) -> RoomState:
    assert state.clock
    return replace(state, clock=state.clock.extend(act.fields["seconds"]))


def set_extra_time(state: RoomState, act: Act, now: datetime) -> RoomState:
    """Fields: `on`, and `others`, filled in: whether someone else in the room has it on.

    A clock that runs for reading or writing is longer at once; taking it back takes no time from anyone.
    """
    state = replace(state, extra_time=act.fields["on"] or act.fields["others"])
    usual = {Phase.BRIEFING: BRIEFING_S, Phase.NOTES: NOTES_S}.get(state.phase)
    if usual is None or state.clock is None:
        return state
    return replace(state, clock=replace(state.clock, length_s=max(state.clock.length_s, state.quiet_s(usual))))


def refuse_unseen(current: str | None, fields: Mapping[str, Any]) -> None:
    """Words are written over what their writer saw, if they say so: another window of theirs may have been faster.

    Fields: `text`, and `over` if it is known. Raises Stale, with what stands.
    """
    stands, over = current or "", fields.get("over")
    if over is not None and stands not in (over, fields["text"]):
        raise Stale(text("You have changed this in another window."), current={"text": stands})


def set_goal(state: RoomState, act: Act, now: datetime) -> RoomState:
    refuse_unseen(state.goal, act.fields)
    return replace(state, goal=act.fields["text"] or None)


def go_to_beat(state: RoomState, act: Act, now: datetime) -> RoomState:
    return replace(state, beat=act.fields["beat"])


def set_ready(state: RoomState, act: Act, now: datetime) -> RoomState:
    return _replace_place(state, act.person, ready=act.fields["ready"])


def choose_watch(state: RoomState, act: Act, now: datetime) -> RoomState:
    return _replace_place(state, act.person, watching=tuple(act.fields["items"]))


def confirm_derole(state: RoomState, act: Act, now: datetime) -> RoomState:
    return _replace_place(state, act.person, deroled=True)


def assign_seat(state: RoomState, act: Act, now: datetime) -> RoomState:
    """Puts a person into another seat. The learner's chair is filled by starting a round only."""
    person, seat = act.fields["person"], Seat(act.fields["seat"])
    place = state.places.get(person)
    if place is None:
        raise Invalid(text("That person is not in this room."), fields={"person": [text("not in this room")]})
    if place.seat is Seat.LEARNER and state.phase is not Phase.LOBBY:
        raise Invalid(
            text("The learner keeps the chair until the round is closed."), fields={"person": [text("in the chair")]}
        )
    return _replace_place(state, person, seat=seat, character=act.fields.get("character"), ready=False)


def move_person(state: RoomState, act: Act, now: datetime) -> RoomState:
    """Takes a person out of this room; the service gives them a place in the other."""
    person = act.fields["person"]
    if person not in state.places:
        raise Invalid(text("That person is not in this room."), fields={"person": [text("not in this room")]})
    if state.places[person].seat is Seat.LEARNER and state.phase not in (Phase.LOBBY, Phase.CLOSE):
        raise Invalid(
            text("The learner in the chair can move once the round is closed."),
            fields={"person": [text("in the chair")]},
        )
    return replace(state, places={key: place for key, place in state.places.items() if key != person})


def place_person(state: RoomState, act: Act, now: datetime) -> RoomState:
    """Gives a newcomer a place, last in the order. Fields: `person`, and `role`, filled in."""
    person, role = act.fields["person"], Role(act.fields["role"])
    if person in state.places:
        raise Invalid(text("That person is in this room already."), fields={"person": [text("here already")]})
    return replace(state, places={**state.places, person: Place(role, RESTING_SEAT[role], position=_last(state) + 1)})


def replace_actor(state: RoomState, act: Act, now: datetime) -> RoomState:
    """Someone else plays: `by`, an actor or a learner who is not in the chair, takes over from `actor`, or whoever
    plays `character`. An actor who is not in the room yet gets a place.

    In the lobby nobody has a character yet, so only an actor can take over there, and whoever is replaced gives up
    their place. Later they stay, at rest: they have played, and are heard in the debrief.
    """
    by = act.fields["by"]
    actor, character = _replaced(state, act)
    newcomer = state.places.get(by) or Place(Role.ACTOR, Seat.PATIENT, position=_last(state) + 1)
    _refuse_bad_actor(by, newcomer, actor, character)
    places = {**state.places, by: replace(newcomer, seat=Seat.PATIENT, character=character, ready=False)}
    if actor is not None:
        old = state.places[actor]
        if old.role is newcomer.role:  # the order of actors, by which the coming rounds are cast
            first, second = sorted((old.position, newcomer.position))
            places[by] = replace(places[by], position=first)
            old = replace(old, position=second)
        places[actor] = replace(old, seat=RESTING_SEAT[old.role], character=None, ready=False)
        if state.phase is Phase.LOBBY:
            del places[actor]
    return replace(state, places=places)


def _replaced(state: RoomState, act: Act) -> tuple[str | None, str | None]:
    """Who is replaced, None when nobody plays the character yet; and which character, None in the lobby."""
    actor, character = act.fields.get("actor"), act.fields.get("character")
    if actor is None:
        actor = next((person for person, place in state.places.items() if place.character == character), None)
        return actor, character
    if state.seat_of(actor) is not Seat.PATIENT:
        raise Invalid(text("That person does not play in this room."), fields={"actor": [text("not a patient here")]})
    return actor, state.places[actor].character


def _refuse_bad_actor(by: str, newcomer: Place, actor: str | None, character: str | None) -> None:
    if by == actor or newcomer.seat is Seat.LEARNER or newcomer.role not in (Role.ACTOR, Role.LEARNER):
        raise Invalid(
            text("Choose another actor, or a learner of this room who is not in the chair."),
            fields={"by": [text("cannot play in this round")]},
        )
    if newcomer.character is not None:
        raise Invalid(text("One person can't play two characters."), fields={"by": [text("plays already")]})
    if character is None and newcomer.role is Role.LEARNER:
        raise Invalid(
            text("Start the round first: then a peer can take the part."), fields={"by": [text("not in the lobby")]}
        )


def _last(state: RoomState) -> int:
    return max((place.position for place in state.places.values()), default=-1)


def close_room(state: RoomState, act: Act, now: datetime) -> RoomState:
    """Closes the room in `in_s` seconds. Said again, the earlier time stands."""
    closes_at = now + timedelta(seconds=act.fields["in_s"])
    return replace(state, closes_at=min(state.closes_at or closes_at, closes_at))


def keep_room(state: RoomState, act: Act, now: datetime) -> RoomState:
    """The room stays open, or is open again."""
    return replace(state, closes_at=None)


def _replace_place(state: RoomState, person: str, **changes: Any) -> RoomState:
    if person not in state.places:
        raise NotAllowed(text("Only someone with a place in this room can do that."))
    return replace(state, places={**state.places, person: replace(state.places[person], **changes)})


# The table.


def _row(
    seats: Iterable[Seat],
    phases: Iterable[Phase],
    effect: Effect = unchanged,
    holds: Condition = lambda state: True,
    kinds: Collection[SessionKind] = (SessionKind.PRACTICE,),
) -> Move:
    return Move({seat: frozenset(phases) for seat in seats}, effect, holds, kinds)


def _turns_left(state: RoomState) -> bool:
    return state.turn is not TURNS[-1]


L, P, O, C, G = Seat.LEARNER, Seat.PATIENT, Seat.OBSERVER, Seat.COACH, Seat.ORGANISER
GATHERING = (Phase.LOBBY, Phase.BRIEFING)
NOTICING = (*PLAYING, Phase.NOTES)
ANY = tuple(Phase)

MOVES: Mapping[Action, Move] = {
    Action.ROUND_START: _row((C, G), (Phase.LOBBY, Phase.CLOSE), start_round),
    Action.ENCOUNTER_BEGIN: _row((C,), (Phase.BRIEFING,), begin_encounter),
    Action.TIMEOUT_CALL: _row((L, P, C), (Phase.ENCOUNTER,), call_time_out),
    Action.TIMEOUT_RESUME: _row((L, C), (Phase.TIME_OUT,), resume),
    Action.TAKE_REWIND: _row((C,), (Phase.TIME_OUT,), rewind),
    Action.ENCOUNTER_END: _row((L, P, C), PLAYING, end_encounter),
    Action.DEBRIEF_OPEN: _row((C,), (Phase.NOTES,), open_debrief),
    Action.DEBRIEF_NEXT: _row((C,), (Phase.DEBRIEF,), pass_turn, _turns_left),
    Action.ROUND_CLOSE: _row((C,), (Phase.DEBRIEF,), close_round),
    Action.CLOCK_EXTEND: _row((C, G), (Phase.BRIEFING, Phase.ENCOUNTER, Phase.NOTES, Phase.DEBRIEF), extend),
    Action.READY_SET: _row(PLACED, GATHERING, set_ready),
    Action.GOAL_SET: _row((L,), GATHERING, set_goal),
    Action.WATCH_CHOOSE: _row((O,), GATHERING, choose_watch),
    Action.OBSERVATION_ADD: _row((O, C), NOTICING),
    Action.OBSERVATION_EDIT: _row((O, C), NOTICING),
    Action.OBSERVATION_REMOVE: _row((O, C), NOTICING),
    Action.MOMENT_MARK: _row((P,), (Phase.ENCOUNTER,)),
    Action.FEELING_SET: _row((P,), (Phase.ENCOUNTER,)),
    Action.BEAT_GO: _row((P,), (Phase.ENCOUNTER,), go_to_beat),
    Action.DISCLOSURE_MARK: _row((P,), (Phase.ENCOUNTER,)),
    Action.CUE_SEND: _row((C,), PLAYING),
    Action.SCORE_SAVE: Move({L: frozenset((Phase.NOTES,)), **dict.fromkeys((P, O, C), frozenset(NOTICING))}, unchanged),
    Action.SCORECARD_SUBMIT: _row(PLACED, (Phase.NOTES, Phase.DEBRIEF)),
    Action.NEXTSTEP_SET: _row((L,), (Phase.CLOSE,)),
    Action.REFLECTION_SAVE: _row(PLACED, (Phase.CLOSE,)),
    Action.DEROLE_CONFIRM: _row((P,), (Phase.CLOSE,), confirm_derole),
    Action.HELP_ASK: _row(PLACED, ANY, kinds=GATHERINGS),
    Action.HELP_CLEAR: _row((*PLACED, G), ANY, kinds=GATHERINGS),
    Action.HELP_TAKE: _row((C, G), ANY, kinds=GATHERINGS),
    Action.SEAT_ASSIGN: _row((G,), (Phase.LOBBY, Phase.BRIEFING, Phase.CLOSE), assign_seat),
    Action.PERSON_MOVE: _row((G,), ANY, move_person),
    Action.PERSON_PLACE: _row((G,), ANY, place_person),
    Action.ACTOR_REPLACE: _row((G,), (*GATHERING, *PLAYING), replace_actor),
    Action.ROOM_CLOSE: _row((G,), ANY, close_room, kinds=GATHERINGS),
    Action.ROOM_KEEP: _row((G,), ANY, keep_room, kinds=GATHERINGS),
    Action.NOTICE_SEND: _row((G,), ANY, kinds=GATHERINGS),
    Action.CODE_MAKE: _row((C, G), ANY),
    Action.GUEST_ADMIT: _row((C, G), ANY),
    Action.GUEST_REFUSE: _row((C, G), ANY),
    Action.AGREEMENT_ADD: _row(PLACED, ANY, kinds=CIRCLES),
    Action.AGREEMENT_EDIT: _row(PLACED, ANY, kinds=CIRCLES),
    Action.AGREEMENT_REMOVE: _row(PLACED, ANY, kinds=CIRCLES),
    Action.AGREEMENT_RESTORE: _row(PLACED, ANY, kinds=CIRCLES),
    # Whoever learns rests in an observer's seat where nobody is in the chair.
    Action.COURSEGOAL_SET: _row((O,), ANY, kinds=CIRCLES),
    Action.JOURNAL_SAVE: _row(PLACED, ANY, kinds=(SessionKind.REFLECTION,)),
    Action.JOURNAL_SHARE: _row(PLACED, ANY, kinds=(SessionKind.REFLECTION,)),
    Action.HANDOVER_SAVE: _row((C,), ANY, kinds=GATHERINGS),
    Action.EXTRATIME_SET: _row(PLACED, ANY, set_extra_time),
}

WRITTEN = frozenset({Action.OBSERVATION_ADD, Action.SCORE_SAVE})
OF_A_ROUND = frozenset(action for action, move in MOVES.items() if frozenset(ANY) not in move.who.values())
