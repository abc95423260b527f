"""People who write all the time and go on through crashes, and the checker that compares what they were told with what
is stored."""

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.realtime.line import GONE, Line

AGAIN = ("unavailable", "rate_limited", "stale")  # what PROTOCOL.md lets one send again
PACE_S = 0.02  # below the guard's rate

Wish = tuple[str, dict[str, Any]]


@dataclass
class Sent:
    """One action somebody meant, however often it had to be sent."""

    action_id: str
    person: str
    action: str
    fields: dict[str, Any]
    times: int = 0
    answer: dict[str, Any] | None = None
    answered_at: float = 0.0


class Writer(threading.Thread):
    """One tab: one action at a time, sent again with its id, after a reconnect, until it is answered."""

    def __init__(self, house: Any, name: str, room: str, wishes: Iterator[Wish]) -> None:
        super().__init__(daemon=True, name=f"writer {name}")
        self.house, self.room, self.wishes = house, room, wishes
        self.person = house.course.cast[name].id
        self.cookie = house.browser(name).cookie
        self.sent: list[Sent] = []
        self.refused: list[tuple[Sent, Any]] = []
        self.goodbyes: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.finished:
            try:
                self._write(Line(self.house.server, self.cookie, self.room))
            except (*GONE, AssertionError):
                time.sleep(0.03)  # the server is down, or has just gone

    @property
    def finished(self) -> bool:
        return self.enough.is_set() and not (self.sent and self.sent[-1].answer is None)

    def wait_answer(self, since: float, timeout: float) -> None:
        """Waits until something was answered after `since`."""
        end = time.monotonic() + timeout
        while not any(one.answered_at > since for one in self.sent[-2:]):
            assert time.monotonic() < end, f"{self.name} got no answer within {timeout} s"
            time.sleep(0.01)

    def _write(self, line: Line) -> None:
        try:
            while not self.finished:
                self._send(line, self._next())
                line.heard += line.listen(random.uniform(0.5, 1.5) * PACE_S)  # as a page does, which always reads
        except GONE:
            line.gone_within(1)  # what was said before the line went
            raise
        finally:
            self.goodbyes += [ended["reason"] for ended in line.events("session:ended")]
            line.close()

    def _next(self) -> Sent:
        """The one that has no answer yet, else a new one."""
        if not self.sent or self.sent[-1].answer is not None:
            action, fields = next(self.wishes)
            self.sent.append(Sent(str(uuid4()), self.person, action, fields))
            if action == "observation:add":
                fields["text"] = self.sent[-1].action_id  # a row that says which action made it
        return self.sent[-1]

    def _send(self, line: Line, sent: Sent) -> None:
        sent.times += 1
        answer = line.call(sent.action, {"action_id": sent.action_id, **sent.fields})
        if not answer["ok"] and answer["error"]["code"] in AGAIN:
            return
        sent.answer, sent.answered_at = answer, time.monotonic()
        if not answer["ok"]:
            self.refused.append((sent, answer))


def eight_writers(house: Any, other_room: str) -> list[Writer]:
    """Four people of a room in its encounter, some with two tabs, and the learner of a room still in its lobby."""
    entry = _comment_of(house)
    beats = _beats_of(house)
    script: Sequence[tuple[str, str, Callable[[int], Wish]]] = (
        ("Olga", house.room, lambda n: ("observation:add", {"kind": "verbatim"})),
        ("Olga", house.room, lambda n: ("score:save", {"entry": entry, "text": f"Olga {n}"})),
        ("Omar", house.room, lambda n: ("observation:add", {"kind": "note", "judgement": "keep"})),
        ("Omar", house.room, lambda n: ("help:ask", {"text": f"Omar {n}"})),
        ("Sam", house.room, lambda n: ("feeling:set", {"value": n % 11})),
        ("Sam", house.room, lambda n: ("beat:go", {"beat": beats[n % len(beats)]})),
        ("Cleo", house.room, lambda n: ("observation:add", {"kind": "note"})),
        ("Lara", other_room, lambda n: ("goal:set", {"text": f"Lara {n}"})),
    )
    return [Writer(house, name, room, _numbered(make)) for name, room, make in script]


def _numbered(make: Callable[[int], Wish]) -> Iterator[Wish]:
    number = 0
    while True:
        number += 1
        yield make(number)


def _comment_of(house: Any) -> str:
    """A comment of the observers' rubric, from the view of one."""
    olga = house.client("Olga").connect()
    olga.wait_phase("encounter")
    entry = str(olga.view["rubric"]["comments"][0]["id"])
    olga.close()
    return entry


def _beats_of(house: Any) -> list[str]:
    sam = house.client("Sam").connect()
    beats = [str(beat["id"]) for beat in sam.view["script"]["beats"]]
    sam.close()
    return beats


# The checker.


@dataclass
class Verdict:
    """What is stored, held against what was acknowledged."""

    acknowledged: int
    again: int  # actions that had to be sent more than once
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    from_nowhere: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.twice, *self.from_nowhere, *self.differs]

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {self.again} sent again, {len(self.lost)} lost, "
            f"{len(self.twice)} twice, {len(self.from_nowhere)} from nowhere, {len(self.differs)} different"
        )


def journal_heads(path: str) -> dict[str, int]:
    """Each room's last journal number: what is up to it was there before the writers began."""
    with _reading(path) as db:
        return dict(db.execute("SELECT room_id, max(seq) FROM journal GROUP BY room_id").fetchall())


def check(path: str, writers: Sequence[Writer], before: dict[str, int]) -> Verdict:
    """Compares the acknowledged actions with the journal and the rows they should have made. The server is down."""
    sent = {one.action_id: one for writer in writers for one in writer.sent}
    good = {key: one for key, one in sent.items() if one.answer and one.answer["ok"]}
    verdict = Verdict(len(good), sum(one.times > 1 for one in sent.values()))
    with _reading(path) as db:
        if (state := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            verdict.differs.append(f"integrity: {state}")
        lines = [
            line
            for line in db.execute(
                "SELECT room_id, seq, person_id, action, data, action_id, at FROM journal ORDER BY room_id, seq"
            )
            if line["seq"] > before.get(line["room_id"], 0)
        ]
        _check_journal(verdict, lines, sent, good, before)
        _check_observations(verdict, db, sent, good)
        _check_feelings(verdict, db, lines)
        _check_last_words(verdict, db, lines)
    return verdict


def _reading(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    return db


def _check_journal(
    verdict: Verdict, lines: Sequence[Any], sent: dict[str, Sent], good: dict[str, Sent], before: dict[str, int]
) -> None:
    count = Counter(line["action_id"] for line in lines)
    verdict.lost += [f"journal: {key}" for key in good if not count[key]]
    verdict.twice += [f"journal: {key}" for key, times in count.items() if times > 1]
    verdict.from_nowhere += [f"journal: {key}" for key in count if key not in sent]
    for line in lines:
        one = good.get(line["action_id"])
        if one and (one.person, one.action) != (line["person_id"], line["action"]):
            verdict.differs.append(f"journal: {line['action_id']} is {line['action']} of someone else")
        if one and count[line["action_id"]] == 1 and one.answer and one.answer["version"] != line["seq"]:
            verdict.differs.append(f"journal: {line['action_id']} answered {one.answer['version']}, is {line['seq']}")
    for room in {line["room_id"] for line in lines}:
        numbers = [line["seq"] for line in lines if line["room_id"] == room]
        first = before.get(room, 0) + 1
        if numbers != list(range(first, first + len(numbers))):
            verdict.differs.append("journal: the numbers have a gap")


def _check_observations(verdict: Verdict, db: sqlite3.Connection, sent: dict[str, Sent], good: dict[str, Sent]) -> None:
    rows = Counter(row["text"] for row in db.execute("SELECT text FROM observations"))
    added = {key for key, one in good.items() if one.action == "observation:add"}
    verdict.lost += [f"observation: {key}" for key in added if not rows[key]]
    verdict.twice += [f"observation: {key}" for key, times in rows.items() if times > 1]
    verdict.from_nowhere += [f"observation: {text}" for text in rows if text not in sent]


def _check_feelings(verdict: Verdict, db: sqlite3.Connection, lines: Sequence[Any]) -> None:
    rows = Counter(row["at"] for row in db.execute("SELECT at FROM feelings"))
    meant = Counter(line["at"] for line in lines if line["action"] == "feeling:set")
    verdict.lost += [f"feeling: {at}" for at in (meant - rows)]
    verdict.from_nowhere += [f"feeling: {at}" for at in (rows - meant)]


LAST_WORDS = {
    "goal:set": "SELECT goal FROM rooms WHERE id = :room_id",
    "beat:go": "SELECT beat FROM rooms WHERE id = :room_id",
    "help:ask": "SELECT help_text FROM seats WHERE room_id = :room_id AND person_id = :person_id",
    "score:save": "SELECT e.text FROM entries e JOIN scorecards s ON s.id = e.scorecard_id WHERE rater_id = :person_id",
}


def _check_last_words(verdict: Verdict, db: sqlite3.Connection, lines: Sequence[Any]) -> None:
    """What is overwritten must be what the journal's last line of its kind says; a score counts its changes too."""
    last = {(line["action"], line["room_id"], line["person_id"]): line for line in lines}
    for (action, _, _), line in last.items():
        if action not in LAST_WORDS:
            continue
        stored = db.execute(LAST_WORDS[action], dict(line)).fetchone()[0]
        if f'"{stored}"' not in line["data"]:
            verdict.lost.append(f"{action}: {stored!r} is stored, the journal ends with {line['data']}")
    scores = sum(line["action"] == "score:save" for line in lines)
    revisions = db.execute("SELECT coalesce(sum(revision), 0) FROM entries").fetchone()[0]
    if scores != revisions:
        (verdict.lost if revisions < scores else verdict.twice).append(f"score: {revisions} changes for {scores} lines")
