"""Plays what stands in the file: groups meet, and round follows round, from the lobby to the last word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..domain.roles import Role, Seat
from ..domain.room import BRIEFING_S, NOTES_S, Action
from ..library import Library
from ..library.played import Circle, PlayedDay, PlayedRound, Step
from ..services import access
from ..services.feedback import release, scorecards
from ..storage.unit_of_work import Store, UnitOfWork
from .stage import Cast, Deed, Stage

# What someone does in an encounter, in a word: the action, the fields of what follows it, and what else is said.
DOES: Mapping[str, tuple[Action, tuple[str, ...], Mapping[str, Any]]] = {
    "marks": (Action.OBSERVATION_ADD, ("marker", "judgement"), {"kind": "marker"}),
    "hears": (Action.OBSERVATION_ADD, ("text", "judgement"), {"kind": "verbatim"}),
    "notes": (Action.OBSERVATION_ADD, ("text", "judgement"), {"kind": "note"}),
    "feels": (Action.FEELING_SET, ("value",), {}),
    "remembers": (Action.MOMENT_MARK, ("text",), {}),
    "tells": (Action.DISCLOSURE_MARK, ("disclosure",), {"told": True}),
    "plays": (Action.BEAT_GO, ("beat",), {}),
    "cues": (Action.CUE_SEND, ("text", "to"), {}),
    "stops": (Action.TIMEOUT_CALL, ("reason",), {}),
    "resumes": (Action.TIMEOUT_RESUME, (), {}),
    "rewinds": (Action.TAKE_REWIND, ("beat",), {}),
    "ends": (Action.ENCOUNTER_END, ("reason",), {}),
}
GOAL_S = 60  # into the briefing
WRITTEN_S = NOTES_S - 20  # into the notes
TURN_S = 85  # of each turn of the debrief
LAST_WORDS_S = 40  # after the close


def play(store: Store, library: Library, cast: Cast, day: PlayedDay) -> None:
    """The whole of the day, as far as it has not been played: each meeting and each round at once or not at all."""
    for group, circle in day.groups.items():
        store.change(_meet, library, cast, day, group, circle)
    for one in day.rounds:
        store.change(_round, library, cast, day, one)


def _meet(uow: UnitOfWork, library: Library, cast: Cast, day: PlayedDay, group: str, circle: Circle) -> None:
    session = cast.session(uow, day.startup)
    room = cast.room(uow, session, cast.first(Role.COACH, group))
    stage = Stage(uow, library, room, f"{session.id} meeting of {group}")
    wanted = [(who, Action.COURSEGOAL_SET, words) for who, words in circle.goals.items()]
    agreed = [(line.by, Action.AGREEMENT_ADD, line.text) for line in circle.agreement]
    for number, (who, action, words) in enumerate([*wanted, *agreed], 3):
        stage.do(session.starts_at + timedelta(minutes=4 * number), (cast.ids[who], action, {"text": words}))


def _round(uow: UnitOfWork, library: Library, cast: Cast, day: PlayedDay, one: PlayedRound) -> None:
    session = cast.session(uow, day.session.key)
    stage = Stage(uow, library, cast.room(uow, session, one.learner), f"{session.id} round of {one.learner}")
    Playing(stage, cast, one).play(session.starts_at + timedelta(minutes=one.begins))


@dataclass(frozen=True, slots=True)
class Playing:
    """One round, from its start to the last words after its close. Each part says when it was over."""

    stage: Stage
    cast: Cast
    round: PlayedRound

    def play(self, at: datetime) -> None:
        at = self._brief(at)
        at = self._encounter(at)
        at = self._rate(at)
        at = self._debrief(at)
        self._close(at + timedelta(seconds=LAST_WORDS_S))

    def _id(self, who: str) -> str:
        return self.cast.ids[who]

    @property
    def _coach(self) -> str:
        return self._id(self.cast.first(Role.COACH, self.round.group))

    def _brief(self, at: datetime) -> datetime:
        one = self.round
        actors = {part: self._id(who) for part, who in one.actors.items()}
        chosen = {"learner": self._id(one.learner), "scenario": one.scenario, "actors": actors}
        self.stage.do(at, (self._coach, Action.ROUND_START, chosen))
        goal: Deed = (self._id(one.learner), Action.GOAL_SET, {"text": one.goal})
        watch = [(self._id(who), Action.WATCH_CHOOSE, {"items": list(items)}) for who, items in one.watching.items()]
        self.stage.do(at + timedelta(seconds=GOAL_S), goal, *watch)
        return at + timedelta(seconds=BRIEFING_S)

    def _encounter(self, at: datetime) -> datetime:
        self.stage.do(at, (self._coach, Action.ENCOUNTER_BEGIN, {}))
        for step in self.round.encounter:
            self.stage.do(at + timedelta(seconds=step.at_s), self._deed(step))
        return at + timedelta(seconds=self.round.encounter[-1].at_s)

    def _deed(self, step: Step) -> Deed:
        action, names, besides = DOES[step.does]
        fields: dict[str, Any] = {
            name: value for name, value in zip(names, (step.what, step.more), strict=False) if value
        }
        if "value" in fields:
            fields["value"] = int(fields["value"])
        if "to" in fields:
            fields["to"] = self._id(fields["to"])
        return self._id(step.who), action, {**besides, **fields}

    def _rate(self, at: datetime) -> datetime:
        ratings, late = self.round.ratings, self.round.not_handed_in
        self.stage.do(at + timedelta(seconds=WRITTEN_S), *(deed for who in ratings for deed in self._card(who)))
        for number, who in enumerate(one for one in ratings if one not in late):
            self.stage.do(at + timedelta(seconds=WRITTEN_S + 3 * number), (self._id(who), Action.SCORECARD_SUBMIT, {}))
        return at + timedelta(seconds=NOTES_S)

    def _card(self, who: str) -> Iterable[Deed]:
        library, one = self.stage.library, self.round
        items = library.rubric_for(library.scenarios[one.scenario]).items_for(self._seat(who))
        for item, rating in zip(items, one.ratings[who], strict=True):
            given = "not_observed" if rating is None else rating
            yield self._id(who), Action.SCORE_SAVE, {"entry": item.id, "rating": given}
        for entry, words in one.comments.get(who, {}).items():
            yield self._id(who), Action.SCORE_SAVE, {"entry": entry, "text": words}

    def _seat(self, who: str) -> Seat:
        if who == self.round.learner:
            return Seat.LEARNER
        if who in self.round.actors.values():
            return Seat.PATIENT
        return Seat.COACH if self.cast.entries[who].role is Role.COACH else Seat.OBSERVER

    def _debrief(self, at: datetime) -> datetime:
        turn = timedelta(seconds=TURN_S)
        self.stage.do(at, (self._coach, Action.DEBRIEF_OPEN, {}))
        self._hold(at + turn / 2)
        for number in (1, 2, 3):
            self.stage.do(at + number * turn, (self._coach, Action.DEBRIEF_NEXT, {}))
        self.stage.do(at + 4 * turn, (self._coach, Action.ROUND_CLOSE, {}))
        return at + 4 * turn

    def _hold(self, at: datetime) -> None:
        """The coach holds a comment back before its turn comes."""
        if (held := self.round.held) is None:
            return
        uow = self.stage.uow
        uow.now = at
        round_id = access.room(uow, self.stage.room, self._coach)[0].round
        assert round_id
        card = scorecards.scorecard_of(uow, round_id.id, self._id(held.of))
        assert card
        release.hold(uow, round_id.id, card.id, self._coach, held.entry, held.reason)

    def _close(self, at: datetime) -> None:
        one = self.round
        step: Deed = (self._id(one.learner), Action.NEXTSTEP_SET, {"text": one.next_step})
        out_of_role: list[Deed] = [(self._id(who), Action.DEROLE_CONFIRM, {}) for who in one.actors.values()]
        wrote: list[Deed] = [
            (self._id(each.by), Action.REFLECTION_SAVE, {"text": each.text, "shared": each.shared})
            for each in one.reflections
        ]
        self.stage.do(at, step, *out_of_role, *wrote)
