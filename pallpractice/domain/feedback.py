"""Who may read what, when: the visibility table, and the order in which feedback opens.

A view asks `scope()` for each thing and is built up from the answer; there is nothing to strip.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .release import Policy
from .roles import EVERYONE, Seat
from .room import TURNS, Phase, RoomState, Turn


class Thing(StrEnum):
    """What there is to see in a round."""

    BRIEF = "brief"  # with goal, phase, clock and presence
    SCRIPT = "script"
    GUIDE = "guide"
    CARD = "card"
    RUBRIC = "rubric"
    OBSERVATIONS = "observations"
    SCORECARDS = "scorecards"
    FELT = "felt"
    CUES = "cues"
    REFLECTIONS = "reflections"
    HELP = "help"
    EXTRA_TIME = "extra_time"  # that someone in the room has it on


class Scope(StrEnum):
    """How much of a thing."""

    NOTHING = "nothing"
    OWN = "own"  # written by or for me
    OPENED = "opened"  # mine, and what the turns of the debrief have opened
    COUNTS = "counts"  # how many, never what
    SHARED = "shared"  # mine, and what others chose to share with me
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Reader:
    """What the gates ask about: the room, and two facts of the reader."""

    state: RoomState
    submitted: bool = False  # has the reader submitted a scorecard of this round
    peers_open: bool = False  # course option: observers read each other's scorecards once released


Gate = Callable[[Reader], Scope]

SPEAKERS: Mapping[Turn, Seat] = {
    Turn.LEARNER: Seat.LEARNER,
    Turn.OBSERVERS: Seat.OBSERVER,
    Turn.PATIENT: Seat.PATIENT,
    Turn.COACH: Seat.COACH,
}


def opened_seats(state: RoomState) -> frozenset[Seat]:
    """The seats whose feedback is open so far: all once the round's report is out, and turn by turn if that is the
    course's policy. By the other two policies nothing opens in the debrief.
    """
    if state.round and state.round.released:
        return frozenset(SPEAKERS.values())
    if state.release is not Policy.TURN or state.phase is not Phase.DEBRIEF or state.turn is None:
        return frozenset()
    return frozenset(SPEAKERS[turn] for turn in TURNS[: TURNS.index(state.turn) + 1])


def scope(thing: Thing, seat: Seat, reader: Reader) -> Scope:
    """How much of `thing` is for someone in `seat`."""
    return TABLE[thing][seat](reader)


def always(answer: Scope) -> Gate:
    return lambda reader: answer


def from_phase(*phases: Phase) -> Gate:
    return lambda reader: Scope.ALL if reader.state.phase in phases else Scope.NOTHING


def once_opened(reader: Reader) -> Scope:
    return Scope.OPENED if opened_seats(reader.state) else Scope.OWN


def from_patients_turn(reader: Reader) -> Scope:
    return Scope.ALL if Seat.PATIENT in opened_seats(reader.state) else Scope.NOTHING


def peers_by_option(reader: Reader) -> Scope:
    return once_opened(reader) if reader.peers_open else Scope.OWN


def sealed(reader: Reader) -> Scope:
    return Scope.ALL if reader.submitted else Scope.OWN


NO, OWN, ALL, COUNTS = (always(answer) for answer in (Scope.NOTHING, Scope.OWN, Scope.ALL, Scope.COUNTS))
AFTER_LOBBY = tuple(phase for phase in Phase if phase is not Phase.LOBBY)
L, P, O, C, G = Seat.LEARNER, Seat.PATIENT, Seat.OBSERVER, Seat.COACH, Seat.ORGANISER

TABLE: Mapping[Thing, Mapping[Seat, Gate]] = {
    Thing.BRIEF: dict.fromkeys(EVERYONE, from_phase(*AFTER_LOBBY)),
    Thing.SCRIPT: {L: from_phase(Phase.CLOSE), O: from_phase(Phase.CLOSE), P: ALL, C: ALL, G: ALL},
    Thing.GUIDE: {L: NO, O: NO, P: NO, C: ALL, G: ALL},
    Thing.CARD: {L: NO, O: NO, P: ALL, C: ALL, G: NO},
    Thing.RUBRIC: {
        L: from_phase(Phase.NOTES, Phase.DEBRIEF, Phase.CLOSE),
        O: from_phase(*AFTER_LOBBY),
        P: from_phase(*AFTER_LOBBY),
        C: from_phase(*AFTER_LOBBY),
        G: NO,
    },
    Thing.OBSERVATIONS: {L: once_opened, O: once_opened, P: OWN, C: ALL, G: COUNTS},
    Thing.SCORECARDS: {L: once_opened, O: peers_by_option, P: OWN, C: sealed, G: COUNTS},
    Thing.FELT: {L: from_patients_turn, O: from_patients_turn, P: OWN, C: ALL, G: NO},
    Thing.CUES: {L: OWN, O: NO, P: OWN, C: OWN, G: NO},
    Thing.REFLECTIONS: {L: OWN, O: OWN, P: OWN, C: always(Scope.SHARED), G: NO},
    Thing.HELP: {L: OWN, O: OWN, P: OWN, C: ALL, G: ALL},
    Thing.EXTRA_TIME: {L: OWN, O: OWN, P: OWN, C: always(Scope.COUNTS), G: NO},
}
