"""Plays what stands in the file: groups meet, and round follows round, from the lobby to the last word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..domain.roles import Role, Seat
from ..domain.room import NOTES_S, Action
from ..domain.rubric import Rubric
from ..library.played import Circle, PlayedDay, PlayedRound, Step
from ..services.feedback import release, scorecards
from .stage import Cast, Deed, Stage, turned

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
GOAL_S, READY_S, BEGIN_S = 60, 150, 180  # of the briefing
WRITTEN_S = NOTES_S - 20  # of the notes
TURN_S = 85  # of the debrief


@dataclass(frozen=True, slots=True)
class Player:
    """Someone who reads the file aloud to the rooms."""

    stage: Stage
    cast: Cast
    day: PlayedDay

    def play(self) -> None:
        """The whole of the day, as far as it has not been played."""
        for group, circle in self.day.groups.items():
            self._meet(group, circle)
        for one in self.day.rounds:
            self._round(one)

    def _meet(self, group: str, circle: Circle) -> None:
        room, at = self._room(self.day.startup, self.cast.first(Role.COACH, group))
        wanted = [(who, Action.COURSEGOAL_SET, words) for who, words in circle.goals.items()]
        agreed = [(line.by, Action.AGREEMENT_ADD, line.text) for line in circle.agreement]
        for number, (who, action, words) in enumerate([*wanted, *agreed], 3):
            self.stage.do(at + timedelta(minutes=4 * number), room, (self.cast.ids[who], action, {"text": words}))

    def _room(self, key: str, who: str) -> tuple[str, datetime]:
        """The room in which someone sits in a session, and when that begins."""
        with self.stage.store.read() as uow:
            session = self.cast.session(uow, key)
            assert session
            return self.cast.room(uow, session, who), session.starts_at

    def _round(self, one: PlayedRound) -> None:
        room, session_at = self._room(self.day.session.key, one.learner)
        at = session_at + timedelta(minutes=one.begins)
        round_id = self._brief(at, room, one)
        at = self._encounter(at + timedelta(seconds=BEGIN_S), room, one)
        at = self._rate(at, room, one)
        at = self._debrief(at, room, one, round_id)
        self._close(at, room, one)

    def _brief(self, at: datetime, room: str, one: PlayedRound) -> str:
        ids, coach = self.cast.ids, self._coach(one)
        chosen = {
            "learner": ids[one.learner],
            "scenario": one.scenario,
            "actors": {part: ids[who] for part, who in one.actors.items()},
        }
        (begun,) = self.stage.do(at, room, (coach, Action.ROUND_START, chosen))
        goal: Deed = (ids[one.learner], Action.GOAL_SET, {"text": one.goal})
        watch = [(ids[who], Action.WATCH_CHOOSE, {"items": list(items)}) for who, items in one.watching.items()]
        self.stage.do(at + timedelta(seconds=GOAL_S), room, goal, *watch)
        ready = [(ids[who], Action.READY_SET, {"ready": True}) for who in one.ratings if who not in one.not_handed_in]
        self.stage.do(at + timedelta(seconds=READY_S), room, *ready)
        return str(begun["round"])

    def _encounter(self, at: datetime, room: str, one: PlayedRound) -> datetime:
        """Plays it, and says when it was over."""
        self.stage.do(at, room, (self._coach(one), Action.ENCOUNTER_BEGIN, {}))
        for step in one.encounter:
            self.stage.do(at + timedelta(seconds=step.at_s), room, self._deed(step))
        return at + timedelta(seconds=one.encounter[-1].at_s)

    def _deed(self, step: Step) -> Deed:
        action, names, besides = DOES[step.does]
        fields = {name: value for name, value in zip(names, (step.what, step.more), strict=False) if value}
        if "value" in fields:
            fields["value"] = int(fields["value"])
        if "to" in fields:
            fields["to"] = self.cast.ids[fields["to"]]
        return self.cast.ids[step.who], action, {**besides, **fields}

    def _rate(self, at: datetime, room: str, one: PlayedRound) -> datetime:
        deeds = [deed for who in one.ratings for deed in self._card(one, who)]
        self.stage.do(at + timedelta(seconds=WRITTEN_S), room, *deeds)
        done = [who for who in one.ratings if who not in one.not_handed_in]
        at += timedelta(seconds=NOTES_S)
        self.stage.do(at, room, *((self.cast.ids[who], Action.SCORECARD_SUBMIT, {}) for who in done))
        return at

    def _card(self, one: PlayedRound, who: str) -> Iterable[Deed]:
        items = self._rubric(one).items_for(self._seat(one, who))
        for item, rating in zip(items, one.ratings[who], strict=True):
            given = "not_observed" if rating is None else rating
            yield self.cast.ids[who], Action.SCORE_SAVE, {"entry": item.id, "rating": given}
        for entry, words in one.comments.get(who, {}).items():
            yield self.cast.ids[who], Action.SCORE_SAVE, {"entry": entry, "text": words}

    def _rubric(self, one: PlayedRound) -> Rubric:
        return self.stage.library.rubric_for(self.stage.library.scenarios[one.scenario])

    def _seat(self, one: PlayedRound, who: str) -> Seat:
        if who == one.learner:
            return Seat.LEARNER
        if who in one.actors.values():
            return Seat.PATIENT
        return Seat.COACH if self.cast.entries[who].role is Role.COACH else Seat.OBSERVER

    def _debrief(self, at: datetime, room: str, one: PlayedRound, round_id: str) -> datetime:
        coach = self._coach(one)
        at += timedelta(seconds=10)
        self.stage.do(at, room, (coach, Action.DEBRIEF_OPEN, {}))
        if one.held:
            with turned(self.stage.store, at + timedelta(seconds=20)):
                self.stage.store.change(self._hold, one, round_id)
        for _ in range(3):
            at += timedelta(seconds=TURN_S)
            self.stage.do(at, room, (coach, Action.DEBRIEF_NEXT, {}))
        at += timedelta(seconds=TURN_S)
        self.stage.do(at, room, (coach, Action.ROUND_CLOSE, {}))
        return at

    def _hold(self, uow: Any, one: PlayedRound, round_id: str) -> None:
        assert one.held
        of = self.cast.ids[one.held.of]
        card = scorecards.scorecard_of(uow, round_id, of)
        assert card
        release.hold(uow, round_id, card.id, self._coach(one), one.held.entry, one.held.reason)

    def _close(self, at: datetime, room: str, one: PlayedRound) -> None:
        ids = self.cast.ids
        out_of_role = [(ids[who], Action.DEROLE_CONFIRM, {}) for who in one.actors.values()]
        wrote = [(ids[each.by], Action.REFLECTION_SAVE, {"text": each.text, "shared": each.shared}) for each in one.reflections]
        step: Deed = (ids[one.learner], Action.NEXTSTEP_SET, {"text": one.next_step})
        self.stage.do(at + timedelta(seconds=40), room, step, *out_of_role, *wrote)

    def _coach(self, one: PlayedRound) -> str:
        return self.cast.ids[self.cast.first(Role.COACH, one.group)]
