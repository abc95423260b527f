"""Two rounds on a real server with real clients in every seat: each frame, answer and page holds only what it may.

The cases are marked and so is every word people write; `tests/visible.py` says who may see which mark and field when.
"""

import html
import json
import re
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from pallpractice.config import CHECKOUT
from pallpractice.domain.roles import Role, Track
from pallpractice.domain.room import RoomState
from pallpractice.library.shelf import Library
from pallpractice.services import choosing
from pallpractice.storage import live
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.unit_of_work import Store
from tests.marks import Book, Cases, write_cases
from tests.realtime.conftest import House
from tests.realtime.served import SECRET, SeatClient
from tests.visible import MESSAGES, At, Checker

PLACED = ("Lena", "Olga", "Omar", "Sam", "Sol", "Cleo", "Carl")
EVERYONE = (*PLACED, "Oren")
TWO_TABS = ("Lena", "Cleo")
STRANGERS = ("Mallory", None)


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return write_cases(tmp_path / "cases", Book())


@pytest.fixture
def seated(store: Store, course: Any) -> Any:
    """A second actor and a second coach: a case may have two characters, and coaches seal their cards too."""
    with store.write() as uow:
        for position, (name, role) in enumerate({"Sol": Role.ACTOR, "Carl": Role.COACH}.items(), 20):
            person = course.cast[name] = Person(name=name, email=f"{name.lower()}@example.org")
            uow.session.add(
                Enrolment(
                    course_id=course.course.id,
                    person=person,
                    role=role,
                    track=Track.ADULT,
                    group_id=course.group.id,
                    position=position,
                )
            )
    return course


@dataclass
class Truth:
    """The room after one version, read from the rules' state in the database."""

    state: RoomState
    now: At

    def at(self, person: str) -> At:
        place = self.state.places.get(person)
        return replace(self.now, person=person, seat=str(place.seat) if place else "organiser")


@dataclass
class Recorder:
    """Drives a session and keeps all that anyone receives, with the moment it belongs to."""

    house: House
    cases: Cases
    tabs: dict[str, list[SeatClient]] = field(default_factory=dict)
    truths: dict[int, Truth] = field(default_factory=dict)
    answers: list[tuple[str, str, Any, int]] = field(default_factory=list)
    pages: list[tuple[str | None, str, int, str, int]] = field(default_factory=list)
    rounds: dict[str, int] = field(default_factory=dict)
    gone: list[SeatClient] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = self.cases.book
        self.library = Library.read([CHECKOUT / "scenarios", self.cases.folder])
        self.people = {name: person.id for name, person in self.house.course.cast.items()}
        self.cookies = {name: self.house.browser(name).cookie for name in EVERYONE}
        self.cookies["Mallory"] = forged(f"{self.people['Mallory']}.0")
        self.look()

    # The truth

    def look(self) -> int:
        """Reads where the room is now, and returns its version."""
        with self.house.store.read() as uow:
            record = live.load(uow.session, self.house.room)
            assert record
            state = record.state
            scenario = state.round.scenario if state.round else choosing.next_scenario(self.library, record)
            cards = select(Scorecard.rater_id).where(
                Scorecard.round_id == (state.round.id if state.round else ""), Scorecard.status != "draft"
            )
            now = At(
                person="",
                seat="",
                phase=str(state.phase),
                turn=str(state.turn) if state.turn else None,
                round=state.round.number if state.round else 0,
                scenario=scenario,
                rubric=self.library.scenarios[scenario or ""].guide.rubric,
                submitted=frozenset(uow.session.scalars(cards)),
            )
            self.truths[record.head] = Truth(state, now)
            if state.round:
                self.rounds[state.round.id] = state.round.number
            return record.head

    def truth(self, version: int) -> Truth:
        return self.truths[max(one for one in self.truths if one <= version)]

    @property
    def version(self) -> int:
        return max(self.truths)

    @property
    def two_characters(self) -> str:
        return next(one for one in self.cases.scenarios if len(self.library.scenarios[one].script.characters) == 2)

    # Doing

    def join(self) -> None:
        for name in EVERYONE:
            self.tabs[name] = [self.house.client(name).connect() for _ in range(2 if name in TWO_TABS else 1)]

    def reconnect(self, name: str) -> None:
        old = self.tabs[name][-1]
        old.close()
        self.gone.append(old)
        self.tabs[name][-1] = self.house.client(name).connect()

    def try_(self, who: str, action: str, action_id: str | None = None, **fields: Any) -> dict[str, Any]:
        """An action, allowed or not; its answer is kept."""
        answer = self.tabs[who][0].do(action, action_id, **fields)
        version = self.look()
        self.answers.append((who, action, answer, answer.get("version", version)))
        return answer

    def do(self, who: str, action: str, **fields: Any) -> dict[str, Any]:
        answer = self.try_(who, action, **fields)
        assert answer["ok"], (who, action, answer)
        return answer

    def refused(self, who: str, action: str, **fields: Any) -> dict[str, Any]:
        answer = self.try_(who, action, **fields)
        assert not answer["ok"], (who, action, answer)
        return answer

    def mark(self, kind: str, who: str, to: str = "", path: str = "") -> str:
        """A new word of someone's in this round, that says whose it is."""
        state = self.truth(self.version).state
        number = state.round.number if state.round else 0
        seat = state.seat_of(self.people[who])
        if kind == "goal":
            number = max(number, 1)
        return self.book.mark(
            kind,
            path or f"{who} in round {number}",
            round=number,
            owner=self.people[who],
            to=self.people.get(to, ""),
            seats=(str(seat),),
        )

    # Pages

    def fetch(self, who: str | None, path: str) -> int:
        headers = {"Cookie": self.cookies[who]} if who else {}
        asked = urllib.request.Request(self.house.server.url + path, headers=headers)
        opener = urllib.request.build_opener(Stay)
        with opener.open(asked, timeout=20) as answer:
            text, status = answer.read().decode(), answer.status
            assert "no-store" in answer.headers["Cache-Control"], path
        self.pages.append((who, path, status, text, self.version))
        return int(status)

    def browse(self) -> None:
        """Everyone opens every page there is, theirs or not; a stranger finds none."""
        room = f"/rooms/{self.house.room}"
        paths = ["/", "/api/v1/me", room, "/rooms/none", *(f"/rounds/{one}/report" for one in self.rounds)]
        for who in (*EVERYONE, *STRANGERS):
            for path in paths:
                status = self.fetch(who, path)
                if path == room:
                    assert status == (200 if who in EVERYONE else 404 if who else 302)

    def knock(self) -> None:
        """Strangers and wrong rooms are not let in, and not told more than that."""
        for who, room in (("Mallory", self.house.room), (None, self.house.room), ("Lena", "none")):
            client = SeatClient(str(who), self.house.server, self.cookies.get(who or "", ""), room)
            with pytest.raises(Exception, match=r".*"):
                client.connect(timeout=5)
            assert client.refusal["data"]["code"] == ("not_found" if who else "not_signed_in")
            assert not self.book.secrets.keys() & set(re.findall(r"kx\d+z", json.dumps(client.refusal)))
            assert client.frames == []

    def pause(self) -> None:
        """Between phases: someone's line is cut and comes back, and all pages are opened."""
        self.reconnect(EVERYONE[len(self.gone) % len(EVERYONE)])
        self.settle()
        self.browse()

    def settle(self) -> None:
        """Until everyone has the newest view: what is still on its way would be nobody's leak yet."""
        phase = str(self.truth(self.version).state.phase)
        for tabs in self.tabs.values():
            for client in tabs:
                client.wait_phase(phase)

    # Judging

    def check(self) -> Checker:
        checker = Checker(self.book)
        for name, tabs in self.tabs.items():
            for client in tabs:
                self._frames(checker, name, client)
        for client in self.gone:
            self._frames(checker, client.name, client)
        for who, action, answer, version in self.answers:
            checker.message(f"ack {action}", answer, self.truth(version).at(self.people[who]))
        for page in self.pages:
            self._page(checker, *page)
        return checker

    def _frames(self, checker: Checker, name: str, client: SeatClient) -> None:
        version = 0
        for frame in client.frames:
            version = frame.data.get("version", version)
            checker.message(frame.event, frame.data, self.truth(version).at(self.people[name]))

    def _page(self, checker: Checker, who: str | None, path: str, status: int, text: str, version: int) -> None:
        if who not in EVERYONE:
            assert not list(self.book.found(text)), (who, path)
            return
        at = self.truth(version).at(self.people[who])
        data = re.search(r'<script type="application/json" id="room-data">(.*?)</script>', text, re.DOTALL)
        if data:
            found = json.loads(html.unescape(data[1]))
            checker.message("room:view", found.pop("view"), at)
            checker.message("mine:view", found.pop("mine"), at)
            text = text.replace(data[1], "") + json.dumps(found)
        if path.endswith("/report") and status == 200:
            number = self.rounds[path.split("/")[2]]
            learner, closed = self.report_of(number)
            coaches = self.truth(version).at(self.people[who]).seat == "coach"
            assert closed, path
            assert who == learner or coaches, path
            at = replace(self.report_at(number, at), seat="learner" if who == learner else "coach")
        else:
            at = replace(at, phase="lobby", turn=None, scenario=None, rubric=None, round=-1, seat="nobody")
        checker.text(path, text, at)

    def report_of(self, number: int) -> tuple[str, bool]:
        """Who was in the chair, and whether the round has been closed."""
        states = [one.state for one in self.truths.values() if one.state.round and one.state.round.number == number]
        learner = next(name for name, person in self.people.items() if person == states[0].round.learner)
        return learner, any(str(state.phase) == "close" for state in states)

    def report_at(self, number: int, at: At) -> At:
        """All that is in the report of a round is judged as at its close."""
        closed = next(one for one in self.truths.values() if one.now.round == number and one.now.phase == "close")
        return replace(closed.now, person=at.person, seat="learner", report_of=number)


class Stay(urllib.request.HTTPRedirectHandler, urllib.request.HTTPErrorProcessor):
    """Follows no redirect and takes every status for an answer."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


def forged(user: str) -> str:
    """A session for someone who has no link: signed as the server signs its own."""
    app = Flask("visitor")
    app.secret_key = SECRET
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    return f"session={signer.dumps({'_user_id': user, '_fresh': True})}"


# The session


def lobby(at: Recorder) -> None:
    at.join()
    assert at.truth(at.version).now.scenario in at.cases.scenarios
    at.knock()
    at.do("Lena", "goal:set", text=at.mark("goal", "Lena"))
    for who in ("Lena", "Olga"):
        for case in (*at.cases.scenarios, "none"):
            answers = [at.refused(who, "round:start", scenario=case), at.refused(who, "round:start", actors={"x": "y"})]
            assert {answer["error"]["code"] for answer in answers} == {"not_allowed"}
    at.pause()


def briefing(at: Recorder, scenario: str | None) -> None:
    at.do("Cleo", "round:start", **({"scenario": scenario} if scenario else {}))
    at.settle()
    chair = at.truth(at.version).state.round
    assert chair
    learner = next(name for name in PLACED if at.people[name] == chair.learner)
    at.do(learner, "goal:set", text=at.mark("goal", learner))
    # Someone is made a patient and an observer again: the script comes, and goes.
    at.do("Oren", "seat:assign", person=at.people["Omar"], seat="patient")
    at.tabs["Omar"][0].wait(lambda: "script" in at.tabs["Omar"][0].view)
    at.do("Oren", "seat:assign", person=at.people["Omar"], seat="observer")
    at.tabs["Omar"][0].wait(lambda: "script" not in at.tabs["Omar"][0].view)
    item = at.tabs["Omar"][0].view["rubric"]["items"][0]["id"]
    at.do("Omar", "watch:choose", items=[item])
    at.pause()


def encounter(at: Recorder, observers: tuple[str, ...]) -> None:
    at.do("Cleo", "encounter:begin")
    at.settle()
    learner = ({"Lena", "Olga", "Omar"} - set(observers)).pop()
    script = at.tabs["Sam"][0].view["script"]
    notes = {
        who: at.do(who, "observation:add", kind="note", text=at.mark("observation", who), judgement="keep")
        for who in (*observers, "Cleo")
    }
    for who in ("Sam", "Sol"):
        at.do(who, "moment:mark", text=at.mark("observation", who))
    at.do("Sam", "feeling:set", value=3)
    at.do("Sam", "beat:go", beat=script["beats"][1]["id"])
    at.do("Sam", "disclosure:mark", disclosure=script["characters"][0]["disclosures"][0]["id"], told=True)
    for to in (learner, "Sam"):
        at.do("Cleo", "cue:send", to=at.people[to], text=at.mark("cue", "Cleo", to))
    for who in PLACED:
        at.do(who, "help:ask", text=at.mark("help", who))
    at.do("Oren", "notice:send", text=at.mark("notice", "Oren"))
    for who in (*observers, "Sam", "Sol", "Cleo", "Carl"):
        score(at, who)
    one, other = observers
    at.do(one, "observation:edit", id=notes[one]["observation"]["id"], text=at.mark("observation", one))
    pry(at, one, other, learner, notes, script)
    at.pause()


def score(at: Recorder, who: str) -> None:
    """A rating and a comment; again, as a second thought."""
    rubric = at.tabs[who][0].view["rubric"]
    at.do(who, "score:save", entry=rubric["items"][0]["id"], rating=3)
    for _ in range(2):
        at.do(who, "score:save", entry=rubric["comments"][0]["id"], text=at.mark("comment", who))


def pry(at: Recorder, one: str, other: str, learner: str, notes: Any, script: Any) -> None:
    """What is another's, or in the script, is as if it were not there."""
    theirs, none = notes[one]["observation"]["id"], "0" * 32
    for action in ("observation:edit", "observation:remove"):
        fields = {"text": "mine now"} if action == "observation:edit" else {}
        answers = [at.refused(who, action, id=id, **fields) for who in (other, "Carl") for id in (theirs, none)]
        assert len({json.dumps(answer) for answer in answers}) == 1
    beat = script["beats"][0]["id"]
    for who in (learner, one):
        answers = [at.refused(who, "take:rewind", beat=guess) for guess in (beat, "no-such-beat")]
        assert answers[0] == answers[1]
        answers = [at.refused(who, "beat:go", beat=guess) for guess in (beat, "no-such-beat")]
        assert answers[0] == answers[1]
        at.refused(who, "cue:send", to=at.people["Sam"], text="psst")
    # An action id of someone else's answers nobody but them.
    key = str(uuid4())
    assert at.try_(one, "observation:add", key, kind="note", text=at.mark("observation", one))["ok"]
    assert at.try_(other, "observation:add", key, kind="note", text="x")["error"]["code"] == "conflict"
    at.refused(learner, "observation:add", action_id=key, kind="note", text="x")


def time_out(at: Recorder, learner: str) -> None:
    beat = at.tabs["Sam"][0].view["script"]["beats"][0]["id"]
    at.do(learner, "timeout:call", reason="stuck")
    at.pause()
    at.do("Cleo", "take:rewind", beat=beat)
    at.settle()


def notes(at: Recorder, learner: str, observers: tuple[str, ...]) -> None:
    at.do(learner, "encounter:end", reason="done")
    at.settle()
    score(at, learner)
    at.pause()
    for who in (learner, observers[0], "Sam"):
        at.do(who, "scorecard:submit")
    at.pause()  # one coach has submitted nothing yet, the other neither
    at.do("Cleo", "scorecard:submit")
    at.pause()


def debrief(at: Recorder, observers: tuple[str, ...]) -> None:
    at.do("Cleo", "debrief:open")
    at.pause()
    for turn in ("learner", "observers", "patient"):
        at.do("Cleo", "debrief:next", **{"from": turn})
        if turn == "observers":
            at.do(observers[1], "scorecard:submit")  # late: their turn has come already
        at.pause()
    at.do("Cleo", "round:close")  # Sol and Carl have never submitted
    at.settle()


def close(at: Recorder, learner: str) -> None:
    at.do(learner, "nextstep:set", text=at.mark("next_step", learner))
    for number, who in enumerate(PLACED):
        kind = "shared_reflection" if number % 2 else "reflection"
        at.do(who, "reflection:save", text=at.mark(kind, who), shared=bool(number % 2))
    at.do("Sam", "derole:confirm")
    at.pause()


def two_rounds(at: Recorder) -> None:
    lobby(at)
    for learner, observers, scenario in (
        ("Lena", ("Olga", "Omar"), at.two_characters),
        ("Olga", ("Lena", "Omar"), None),
    ):
        briefing(at, scenario)
        encounter(at, observers)
        time_out(at, learner)
        notes(at, learner, observers)
        debrief(at, observers)
        close(at, learner)


@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_two_rounds_leak_nothing(opened: Callable[..., House], seated: Any, cases: Cases, mode: str) -> None:
    at = Recorder(opened(ASYNC_MODE=mode, SCENARIOS=str(cases.folder)), cases)
    two_rounds(at)
    checker = at.check()
    assert not checker.leaks, "\n".join(checker.leaks[:10])
    frames = [frame for tabs in at.tabs.values() for client in tabs for frame in client.frames]
    marks = sum(checker.seen.values())
    print(f"{len(frames)} frames, {len(at.answers)} answers, {len(at.pages)} pages, {marks} marks, 0 leaks")
    heard = {frame.event for frame in frames}
    elsewhere = {"journal:saved"}  # in a reflection: tests/realtime/test_circle.py
    assert heard >= set(MESSAGES) - elsewhere - {"observation:removed", "room:moved", "session:ended"}
    # Silence is not secrecy: what may be seen has been seen.
    for pair in (
        ("script", "patient"),
        ("script", "learner"),
        ("script", "observer"),
        ("guide", "coach"),
        ("guide", "organiser"),
        ("observation", "learner"),
        ("observation", "observer"),
        ("comment", "learner"),
        ("comment", "coach"),
        ("cue", "learner"),
        ("cue", "patient"),
        ("shared_reflection", "coach"),
        ("help", "organiser"),
        ("notice", "observer"),
        ("next_step", "learner"),
    ):
        assert checker.seen.get(pair), f"nobody was shown {pair}"
    assert ("comment", "observer") in checker.seen  # their own
    assert not any(seat == "nobody" for _, seat in checker.seen)


def test_control_a_view_sent_to_the_wrong_seat_is_caught(
    opened: Callable[..., House], seated: Any, cases: Cases
) -> None:
    script = ("tests/realtime/altered.py", "show_learners_the_coachs_view")
    at = Recorder(opened(script=script, SCENARIOS=str(cases.folder)), cases)
    at.join()
    at.do("Cleo", "round:start")
    at.settle()
    lena = at.tabs["Lena"][0]
    lena.wait(lambda: any("guide" in view for view in lena.all("room:view")))
    leaks = [leak for leak in at.check().leaks if "seat='learner'" in leak]
    assert any("kind='guide'" in leak for leak in leaks)
    assert any("kind='script'" in leak for leak in leaks)
    assert any("the field help" in leak or "the field card" in leak or "the field next" in leak for leak in leaks)
