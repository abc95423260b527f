"""The allow-list: who may see which secret when, and who may see which field.

Written from the contract's table, not from the code: what is not allowed here is a leak, and a field that is decided
nowhere here fails.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.marks import Book, Secret

ORDER = ("lobby", "briefing", "encounter", "time_out", "notes", "debrief", "close")
TURNS = ("learner", "observers", "patient", "coach")
SPEAKS = {"learner": "learner", "observer": "observers", "patient": "patient", "coach": "coach"}
STAFF = ("coach", "organiser")
PLACED = ("learner", "observer", "patient", "coach")


@dataclass(frozen=True)
class At:
    """A person at a moment: where they sit, how far the room is, what is played, who has handed a scorecard in."""

    person: str
    seat: str
    phase: str
    turn: str | None = None
    round: int = 0
    scenario: str | None = None  # of the round; in the first lobby, of the one to come
    rubric: str | None = None
    submitted: frozenset[str] = frozenset()
    report_of: int = 0  # reading the report of this round, as its learner
    kind: str = "practice"  # of the session the room is for
    release: str = "turn"  # the course's policy
    released: bool = True  # the closed round's report

    def past(self, phase: str) -> bool:
        return ORDER.index(self.phase) >= ORDER.index(phase)

    def opened(self, seat: str) -> bool:
        """Has the feedback from this seat been opened by the debrief?"""
        if self.phase == "close":
            return self.released
        return self.release == "turn" and self.turn is not None and TURNS.index(SPEAKS[seat]) <= TURNS.index(self.turn)


# Secrets of a case: they must belong to what is played now.


def _script(secret: Secret, at: At) -> bool:
    return at.seat in ("patient", "coach", "organiser") or at.phase == "close"


def _rubric(secret: Secret, at: At) -> bool:
    return at.past("notes") if at.seat == "learner" else at.seat != "organiser" and at.past("briefing")


def _own_rubric(secret: Secret, at: At) -> bool:
    return _rubric(secret, at) and at.seat in secret.seats


def _entry(secret: Secret, at: At) -> bool:
    # What observers watch for is known to everyone, so an item's id is.
    return at.past("briefing")


CASE: Mapping[str, Callable[[Secret, At], bool]] = {
    "brief": lambda secret, at: at.past("briefing"),
    "warnings": lambda secret, at: at.past("briefing") or _script(secret, at),
    "title": lambda secret, at: at.past("briefing") or _script(secret, at),
    "character": lambda secret, at: at.past("briefing") or _script(secret, at),
    "script": _script,
    "beat_title": _script,
    "guide": lambda secret, at: at.seat in STAFF,
    "rubric": _rubric,
    "rubric_id": lambda secret, at: _rubric(secret, at) or at.seat in STAFF,  # the guide names it
    "marker": _rubric,
    "wording": _own_rubric,
    "prompt": _rubric,
    "entry_id": _entry,
    "nobody": lambda secret, at: False,
}
# What those who run the round choose from, whatever is played now.
CHOICE = ("title", "scenario_id", "character")
IN_REPORT = ("title", "rubric", "rubric_id", "entry_id", "wording", "prompt", "marker", "beat_title", "character")

# What people write: it must belong to the present round.


def _observation(secret: Secret, at: At) -> bool:
    if secret.owner == at.person or at.seat == "coach":
        return True
    return at.seat in ("learner", "observer") and at.opened(secret.seats[0])


def _comment(secret: Secret, at: At) -> bool:
    """Sealed: a draft is its rater's alone, and a coach reads no one's before handing in their own."""
    if secret.owner == at.person:
        return True
    if secret.owner not in at.submitted:
        return False
    if at.seat == "coach":
        return at.person in at.submitted
    return at.seat == "learner" and at.opened(secret.seats[0])


WRITTEN: Mapping[str, Callable[[Secret, At], bool]] = {
    "goal": lambda secret, at: True,
    "notice": lambda secret, at: True,
    "observation": _observation,
    "comment": _comment,
    "cue": lambda secret, at: at.person in (secret.owner, secret.to),
    "reflection": lambda secret, at: at.person == secret.owner,
    "shared_reflection": lambda secret, at: at.person == secret.owner or at.seat == "coach",
    "help": lambda secret, at: at.person == secret.owner or at.seat in STAFF,
    "next_step": lambda secret, at: at.person == secret.owner,
    # What a group keeps from day to day. The agreement is for whoever is in a room of the group.
    "agreement": lambda secret, at: True,
    "course_goal": lambda secret, at: at.person == secret.owner or (at.seat in PLACED and at.kind != "practice"),
    "hand_over": lambda secret, at: at.seat == "coach",
    "private": lambda secret, at: at.person == secret.owner,
    "for_coach": lambda secret, at: at.person == secret.owner or (at.seat == "coach" and at.kind == "reflection"),
    "for_group": lambda secret, at: at.person == secret.owner or (at.seat in PLACED and at.kind == "reflection"),
}
OF_THE_GROUP = ("agreement", "course_goal", "hand_over", "private", "for_coach", "for_group")
OF_THE_ROOM = ("notice", "help", "next_step", *OF_THE_GROUP)  # they outlast a round
WRITTEN_IN_REPORT = ("goal", "observation", "comment", "next_step")


def may_see(token: str, secret: Secret, at: At) -> bool:
    """May this person have heard this mark at this moment?"""
    if at.report_of:
        if secret.kind in WRITTEN:
            handed_in = secret.kind != "comment" or secret.owner in at.submitted
            return secret.kind in WRITTEN_IN_REPORT and secret.round == at.report_of and handed_in
        mine = secret.kind != "wording" or secret.seats == ("learner",)
        played = token == at.rubric or secret.source in (at.scenario, at.rubric)
        return secret.kind in IN_REPORT and played and mine
    if secret.kind in WRITTEN:
        present = max(at.round, 1) if secret.kind == "goal" else at.round
        if secret.kind not in OF_THE_ROOM and secret.round != present:
            return False
        return WRITTEN[secret.kind](secret, at)
    if secret.kind in CHOICE and at.seat in STAFF:
        return True
    if secret.kind == "scenario_id":
        return False
    if token != at.rubric and secret.source not in (at.scenario, at.rubric):
        return False
    return CASE[secret.kind](secret, at)


# Fields. Each path of each message is decided: who may see it when, if it holds anything.

Rule = Callable[[At], bool]


def everyone(at: At) -> bool:
    return True


def only(*seats: str) -> Rule:
    return lambda at: at.seat in seats


def script(at: At) -> bool:
    return at.seat in ("patient", *STAFF) or at.phase == "close"


def rubric(at: At) -> bool:
    return at.past("notes") if at.seat == "learner" else at.seat != "organiser" and at.past("briefing")


def felt(at: At) -> bool:
    return at.seat in ("patient", "coach") or (at.seat in ("learner", "observer") and at.opened("patient"))


def opened_notes(at: At) -> bool:
    return at.seat in ("learner", "observer") and at.opened("learner")


def opened_cards(at: At) -> bool:
    return at.seat == "learner" and at.opened("learner")


def unsealed(at: At) -> bool:
    return at.seat == "coach" and at.person in at.submitted


def paths(prefix: str, words: str, rule: Rule) -> dict[str, Rule]:
    return {f"{prefix}{word}": rule for word in words.split()}


def between(at: At) -> bool:
    return at.phase in ("lobby", "briefing", "close")


def coach_between(at: At) -> bool:
    return at.seat == "coach" and between(at)


def hand_over(rule: Rule) -> dict[str, Rule]:
    note = "day text name revision saved_at"
    return {
        **paths("hand_over.", "before today", rule),
        **paths("hand_over.before.", note, rule),
        **paths("hand_over.today.", note, rule),
    }


LINE = "id text revision by name at"
SAVED = "text shared revision saved_at"
OBSERVATION = "id author name seat kind text marker judgement take offset_s at"
CARD = "rater name seat status entries.* entries.*.rating entries.*.not_observed entries.*.text"
ENTRY = "rating not_observed text revision saved_at"
SCALE = "id version title scale.min scale.max scale.labels.*"

ROOM_VIEW: Mapping[str, Rule] = {
    **paths("", "version now seat phase turn release take encounter_s goal closes_at may[]", everyone),
    **paths("room.", "id name meeting_url meeting_name", everyone),
    **paths("room.session.", "id title skill starts_at ends_at time_zone", everyone),
    **paths("round.", "id number of title skill warnings[] intensity minutes", everyone),
    "round": everyone,
    **paths("takes[].", "number offset_s from_offset_s", everyone),
    "takes[].from_beat": script,
    **paths("clock.", "started_at length_s stopped_s stopped_at running", everyone),
    "clock": everyone,
    **paths("timeout.", "by name reason at", everyone),
    "timeout": everyone,
    **paths("stops[].", "take offset_s name reason", lambda at: at.past("debrief")),
    **paths("beats[].", "take offset_s beat", lambda at: script(at) and at.past("debrief")),
    **paths("seats[].", "person name pronouns profession seat character character_name present ready", everyone),
    "seats[].watching[]": everyone,
    **paths("programme[].", "number starts_at ends_at", lambda at: at.phase == "lobby"),
    "extra_time": only("coach"),
    **paths("rotation[].", "person name done now", everyone),
    **paths("notice.", "text at", everyone),
    "notice": everyone,
    "brief": lambda at: at.past("briefing"),
    **paths("", "script case", script),
    **paths("case.", "title intensity warnings[]", script),
    **paths("", "guide next", only(*STAFF)),
    **paths("next.", "learner scenario title", only(*STAFF)),
    **paths(
        "scenarios[].", "id title track skill intensity characters[].id characters[].name declined[]", only(*STAFF)
    ),
    **paths("card.", "beat feeling.*", only("patient", "coach")),
    **paths("card.disclosed[].", "id take offset_s by", only("patient", "coach")),
    **paths("felt[].", "character take offset_s value", felt),
    **paths("rubric.", SCALE, rubric),
    **paths("rubric.items[].", "id title text anchors.low anchors.middle anchors.high", rubric),
    **paths("rubric.markers[].", "id label item", rubric),
    **paths("rubric.comments[].", "id prompt", rubric),
    **paths("observations[].", OBSERVATION, only("coach")),
    "submitted[]": only(*STAFF),
    **paths("counts.", "observations submitted raters", only("organiser")),
    **paths("help[].", "person name text at coming coming.person coming.name", only(*STAFF)),
    "code": only(*STAFF),
    **paths("guests[].", "id name at", only(*STAFF)),
    **paths("released.observations[].", OBSERVATION, opened_notes),
    **paths("released.scorecards[].", CARD, opened_cards),
    **paths("agreement[].", LINE, between),
}
MINE_VIEW: Mapping[str, Rule] = {
    **paths("", "version person seat character ready watching[] scorecard help reflection extra_time", everyone),
    **paths("turns[].", "number seat", lambda at: at.phase == "lobby"),
    "scorecard.status": everyone,
    **paths("scorecard.entries.*.", f"{ENTRY} held", everyone),
    **paths("observations[].", OBSERVATION, only("observer", "coach", "patient")),
    **paths("cues[].", "id text from to at", only("learner", "patient", "coach")),
    **paths("help.", "text at coming coming.person coming.name", everyone),
    **paths("reflection.", "text shared", everyone),
    "next_step": only("learner"),
    "report_url": lambda at: at.seat == "learner" or unsealed(at) or (at.seat == "coach" and at.phase == "close"),
    "last_next_step": lambda at: at.seat == "learner" and at.phase in ("lobby", "briefing"),
    "deroled": only("patient"),
    **paths("", "job job.title job.words", only("observer")),
    **paths("scorecards[].", f"{CARD} held[]", unsealed),
    **paths("shared_reflections[].", "person name text", only("coach")),
    "course_goal": between,
    **hand_over(coach_between),
}
# Start-up and reflection: the same two views, with what a group keeps instead of a round.
CIRCLE_VIEW: Mapping[str, Rule] = {
    **paths("", "version now seat kind phase notice closes_at may[]", everyone),
    **paths("room.", "id name meeting_url meeting_name", everyone),
    **paths("room.session.", "id title skill starts_at ends_at time_zone", everyone),
    **paths("seats[].", "person name pronouns profession seat role present", everyone),
    **paths("notice.", "text at", everyone),
    **paths("help[].", "person name text at coming coming.person coming.name", only(*STAFF)),
    **paths("agreement[].", LINE, everyone),
    **paths("goals[].", "person text", only(*PLACED)),
    **paths("", "introductions[] starters[]", lambda at: at.kind == "startup"),
    **paths("prompts[].", "id title hint", lambda at: at.kind == "reflection"),
    **paths("shared[].", f"person name prompt {SAVED.replace(' revision', '')}", only(*PLACED)),
}
CIRCLE_MINE: Mapping[str, Rule] = {
    **paths("", "version person seat help course_goal", everyone),
    **paths("help.", "text at coming coming.person coming.name", everyone),
    **paths("journal.*.", SAVED, only(*PLACED)),
    **hand_over(only("coach")),
}
NOTE = {"version": everyone, **paths("observation.", OBSERVATION, only("observer", "patient", "coach"))}
FEELING = paths("", "version character take offset_s value", only("patient", "coach"))
ANSWER: Mapping[str, Rule] = {
    **paths("", "ok version at", everyone),
    **paths("error.", "code message fields.*[] current", everyone),
    **paths("error.current.", ENTRY, everyone),
    **paths("error.current.", "name removed shared day", only(*PLACED)),
}
PLAYED = paths("", "take offset_s", everyone)
MESSAGES: Mapping[str, Mapping[str, Rule]] = {
    "room:view": ROOM_VIEW,
    "mine:view": MINE_VIEW,
    "observation:added": NOTE,
    "observation:edited": NOTE,
    "observation:removed": paths("", "version id", only("observer", "coach")),
    "feeling:changed": FEELING,
    "score:saved": paths("", f"version entry {ENTRY}", everyone),
    "journal:saved": paths("", f"version prompt {SAVED}", only(*PLACED)),
    "presence:changed": paths("", "person present", everyone),
    "cue:received": paths("", "version id text from to at", only("learner", "patient")),
    "notice:received": paths("", "version text at", everyone),
    "room:moved": paths("", "room url", everyone),
    "session:ended": paths("", "reason", everyone),
}
# What an acknowledgement holds besides `ok`, `version` and `at`.
ANSWERS: Mapping[str, Mapping[str, Rule]] = {
    "round:start": paths("", "round number learner scenario", only(*STAFF)),
    **dict.fromkeys(("timeout:call", "timeout:resume", "take:rewind", "encounter:end"), PLAYED),
    **dict.fromkeys(("debrief:open", "debrief:next"), paths("", "turn", only("coach"))),
    "round:close": paths("", "round", only("coach")),
    **dict.fromkeys(("observation:add", "observation:edit", "moment:mark"), NOTE),
    "observation:remove": paths("", "id", only("observer", "coach")),
    "feeling:set": FEELING,
    "score:save": paths("", f"entry {ENTRY}", everyone),
    "scorecard:submit": paths("", "status", everyone),
    "cue:send": paths("", "id", only("coach")),
    **dict.fromkeys(
        ("agreement:add", "agreement:edit", "agreement:remove", "agreement:restore"),
        paths("", "id revision", only(*PLACED)),
    ),
    **dict.fromkeys(("journal:save", "journal:share"), paths("", "prompt shared revision saved_at", only(*PLACED))),
    "handover:save": paths("", "day name revision saved_at", only("coach")),
}
OF_CIRCLES = {"room:view": CIRCLE_VIEW, "mine:view": CIRCLE_MINE}
# Maps whose keys are data, and parts that hold nothing but marked text.
KEYED = ("entries", "feeling", "labels", "fields", "journal")
WHOLE = ("script", "guide", "brief")


def fields_of(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of every leaf; an empty list or map has none."""
    name = path.rpartition(".")[2]
    if path in WHOLE or not isinstance(data, dict | list):
        yield path, data
    elif isinstance(data, list):
        for inner in data:
            yield from fields_of(inner, f"{path}[]")
    else:
        for key, inner in data.items():
            step = "*" if name in KEYED else str(key)
            yield from fields_of(inner, f"{path}.{step}" if path else step)


@dataclass
class Checker:
    """Judges what each person received. `leaks` says what may not be; `seen` counts how often each mark's kind was let
    through to each seat, so that a test can tell silence from secrecy.
    """

    book: Book
    leaks: list[str] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    _judged: dict[Any, str] = field(default_factory=dict)

    def message(self, event: str, data: Any, at: At) -> None:
        """A frame, or the acknowledgement of an action under its action's name with "ack " before it."""
        action = event.removeprefix("ack ")
        decided = MESSAGES.get(event, {}) if action == event else {**ANSWER, **ANSWERS.get(action, {})}
        if at.kind != "practice":
            decided = OF_CIRCLES.get(event, decided)
        for path, value in fields_of(data):
            if path not in decided:
                self._leak(
                    f"{event}: the field {path} is decided nowhere. Decide who may see it in tests/visible.py", at
                )
            elif value is not None and not decided[path](at):
                self._leak(f"{event}: the field {path} holds {str(value)[:60]!r}", at)
        parts = {key: data[key] for key in WHOLE if data.get(key)} if event == "room:view" else {}
        for name, part in parts.items():
            self._whole(f"{event}: {name}", part, at)
        self.text(event, json.dumps({key: value for key, value in data.items() if key not in parts}), at)

    def _whole(self, where: str, part: Any, at: At) -> None:
        """A part of a case is for a seat at a moment, whoever sits there: it is judged once for both."""
        judged = (where, at.seat, at.phase, at.turn, at.round, at.scenario)
        text = json.dumps(part)
        if self._judged.get(judged) != text:
            self.text(where, text, at)
            self._judged[judged] = text

    def text(self, where: str, text: str, at: At) -> None:
        """A page, or a message as text: every mark in it must be for this person at this moment."""
        for token, secret in self.book.found(text):
            if may_see(token, secret, at):
                key = (secret.kind, at.seat)
                self.seen[key] = self.seen.get(key, 0) + 1
            else:
                self._leak(f"{where}: {token} is {secret}", at)

    def _leak(self, what: str, at: At) -> None:
        self.leaks.append(f"{what}\n    to {at}")
