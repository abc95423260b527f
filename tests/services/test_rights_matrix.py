"""Every seat, every action, every phase through the gateway, and every route for everyone, against one written policy.

A cell that is not decided here fails, and so does an action or a route that is not listed.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from socketio import Server
from sqlalchemy import func, select

from pallpractice.config import CHECKOUT
from pallpractice.domain.room import Action
from pallpractice.library.shelf import Library
from pallpractice.realtime import gateway
from pallpractice.realtime.connections import Connection
from pallpractice.realtime.gateway import Asker, Gateway
from pallpractice.services import seating
from pallpractice.storage import schema
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.invitations import Guest
from pallpractice.storage.rooms import JournalLine, Room, RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock
from tests.services.played import Played, School, hurried

GUEST = "0123456789abcdef0123456789abcdef"  # who waits at the door
MOMENTS = ("lobby", "briefing", "encounter", "time_out", "notes", "debrief", "last turn", "close")
SEATS = {
    "learner": "Lena",
    "observer": "Olga",
    "patient": "Sam",
    "coach": "Cleo",
    "organiser": "Oren",
    "removed": "Omar",
    "outsider": "Mallory",
}
EVERYONE = "learner observer patient coach"
ANY = "lobby briefing encounter time_out notes debrief last_turn close"

# action: {seats: moments}. Everything else is refused. From the contract's table of moves, not from the code.
POLICY: dict[str, dict[str, str]] = {
    "round:start": {"coach organiser": "lobby close"},
    "encounter:begin": {"coach": "briefing"},
    "timeout:call": {"learner coach patient": "encounter"},
    "timeout:resume": {"coach learner": "time_out"},
    "take:rewind": {"coach": "time_out"},
    "encounter:end": {"coach learner": "encounter time_out", "patient": "encounter time_out"},
    "debrief:open": {"coach": "notes"},
    "debrief:next": {"coach": "debrief"},
    "round:close": {"coach": "debrief last_turn"},
    "clock:extend": {"coach organiser": "briefing encounter notes debrief last_turn"},
    "ready:set": {EVERYONE: "lobby briefing"},
    "goal:set": {"learner": "lobby briefing"},
    "watch:choose": {"observer": "lobby briefing"},
    "observation:add": {"observer coach": "encounter time_out notes"},
    "observation:edit": {"observer": "encounter time_out notes"},
    "observation:remove": {"observer": "encounter time_out notes"},
    "moment:mark": {"patient": "encounter"},
    "feeling:set": {"patient": "encounter"},
    "beat:go": {"patient": "encounter"},
    "disclosure:mark": {"patient": "encounter"},
    "cue:send": {"coach": "encounter time_out"},
    "score:save": {"observer patient coach": "encounter time_out notes", "learner": "notes"},
    "scorecard:submit": {EVERYONE: "notes debrief last_turn"},
    "nextstep:set": {"learner": "close"},
    "reflection:save": {EVERYONE: "close"},
    "derole:confirm": {"patient": "close"},
    "help:ask": {EVERYONE: ANY},
    "help:clear": {f"{EVERYONE} organiser": ANY},
    "help:take": {"coach organiser": ANY},
    "seat:assign": {"organiser": "lobby briefing close"},
    "person:move": {"organiser": ANY},
    "person:place": {"organiser": ANY},
    "actor:replace": {"organiser": "lobby briefing encounter time_out"},
    "room:close": {"organiser": ANY},
    "room:keep": {"organiser": ANY},
    "notice:send": {"organiser": ANY},
    "handover:save": {"coach": ANY},
    "extratime:set": {EVERYONE: ANY},
    # In a practice room there are none of these; tests/services/test_circle.py decides where there are.
    **{f"agreement:{verb}": {EVERYONE: ""} for verb in ("add", "edit", "remove", "restore")},
    "coursegoal:set": {"observer": ""},
    "journal:save": {EVERYONE: ""},
    "journal:share": {EVERYONE: ""},
    "code:make": {"coach organiser": ANY},
    "guest:admit": {"coach organiser": ANY},
    "guest:refuse": {"coach organiser": ANY},
}
# Allowed by the table, and still refused for what is asked: a coach may edit observations, but not Olga's.
NOT_THEIRS = {("observation:edit", "coach"), ("observation:remove", "coach")}
# The rubric comes with the round, so there is nothing to choose from before the first.
NOT_YET = {("watch:choose", "observer", "lobby"): "invalid"}


def allowed(action: str, seat: str, moment: str) -> bool:
    return any(
        seat in seats.split() and moment.replace(" ", "_") in moments.split()
        for seats, moments in POLICY[action].items()
    )


def expected(action: str, seat: str, moment: str) -> str:
    """The answer's code: "ok", or why not."""
    if seat in ("removed", "outsider"):
        return "not_found"
    if (action, seat, moment) in NOT_YET:
        return NOT_YET[action, seat, moment]
    if allowed(action, seat, moment):
        return "ok"
    if (action, seat) in NOT_THEIRS:
        return "not_found" if allowed(action, "observer", moment) else "wrong_phase"
    ever = any(seat in seats.split() for seats in POLICY[action])
    return "wrong_phase" if ever else "not_allowed"


def test_every_action_is_decided() -> None:
    assert set(POLICY) == {str(action) for action in Action}


# The way an action takes: packet, gateway, services, store. Only the network is left out.


class Desk:
    """A gateway on its own copy of a room, with one socket for each seat."""

    def __init__(self, file: Path, library: Library, school: School, room: str, fields: dict[str, Any]) -> None:
        self.store = Store(f"sqlite:///{file}", clock=school.clock)
        self.school, self.room, self.fields = school, room, fields
        self.gateway = Gateway(
            Server(async_mode="threading"),
            store=self.store,
            library=library,
            identify=lambda environ: Asker(None),
            most_sockets=50,
            most_per_person=5,
        )
        Thread(target=self.gateway.writer.run, daemon=True).start()
        for seat, name in SEATS.items():
            self.gateway.connections.add(Connection(seat, seat, school.people[name], room))

    def ask(self, action: str, seat: str) -> str:
        """Sends it with fields that would do, and gives back "ok" or the code of the refusal."""
        self.school.clock.advance(1)
        fields = self.fields.get(f"{action} {seat}", self.fields.get(action, {}))
        payload = {"action_id": str(uuid4()), **fields}
        answer = self.gateway.act(Action(action), seat, payload)
        return "ok" if answer["ok"] else str(answer["error"]["code"])

    def lines(self) -> int:
        with self.store.read() as uow:
            return uow.session.scalar(select(func.count()).select_from(JournalLine)) or 0


@dataclass
class Moment:
    """A room at one moment, in a file to be copied, and the fields that its actions would need."""

    file: Path
    room: str
    fields: dict[str, Any]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.read([CHECKOUT / "scenarios"])


FORWARD: dict[str, list[tuple[str, Action]]] = {
    "lobby": [],
    "briefing": [("Cleo", Action.ROUND_START)],
    "encounter": [("Cleo", Action.ENCOUNTER_BEGIN)],
    "time_out": [("Cleo", Action.TIMEOUT_CALL)],
    "notes": [("Cleo", Action.ENCOUNTER_END)],
    "debrief": [("Cleo", Action.DEBRIEF_OPEN)],
    "last turn": [("Cleo", Action.DEBRIEF_NEXT)] * 3,
    "close": [("Cleo", Action.ROUND_CLOSE)],
}


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Iterator[dict[str, Any]]:
    """The same room at each moment of its round. Omar has been taken out of the course."""
    folder = tmp_path_factory.mktemp("matrix")
    url = f"sqlite:///{folder / 'school.db'}"
    schema.upgrade(url)
    store = Store(url, clock=Clock())
    found: dict[str, Any] = {}
    with hurried(store):
        school = School(store, library, store.clock)  # type: ignore[arg-type]
        played = Played(school)
        other = school.room()
        with store.write() as uow:
            omar = school.people["Omar"]
            row = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == omar)).one()
            row.removed_at = uow.now
            seating.unseat(uow, row.course, omar)
            for name, role in (("Lara", "learner"), ("Sven", "actor")):  # of the course, and in none of its rooms
                person = Person(name=name, email=f"{name.lower()}@school.example.org")
                uow.session.add(Enrolment(course_id=school.course, person=person, role=role, track="adult"))
                uow.session.flush()
                school.people[name] = person.id
        played.do("Olga", Action.HELP_ASK, {})
        played._state = None
        with store.write() as uow:
            guest = Guest(id=GUEST, room_id=played.room, name="Ada", token_hash="", asked_at=uow.now)
            uow.session.add(guest)
        note = "none"
        for moment, steps in FORWARD.items():
            for who, action in steps:
                played.do(who, action, {})
            if moment == "encounter":
                note = played.do("Olga", Action.OBSERVATION_ADD, {"kind": "note", "text": "A pause"})["observation"][
                    "id"
                ]
            fields = fields_for(played, other, note)
            found[moment] = Moment(folder / f"{moment.replace(' ', '-')}.db", played.room, fields)
            with (
                closing(sqlite3.connect(folder / "school.db")) as one,
                closing(sqlite3.connect(found[moment].file)) as to,
            ):
                one.backup(to)
    found["school"] = school
    yield found
    store.close()


def fields_for(played: Played, other: str, note: str) -> dict[str, Any]:
    """For each action fields that would be accepted from who may send it."""
    school, state = played.school, played.state()
    scenario = next(
        one
        for one in school.library.scenarios.values()
        if one.skill == "serious_news" and (not state.round or one.id == state.round.scenario)
    )
    rubric = school.library.rubrics[scenario.guide.rubric]
    shared = next(item.id for item in rubric.items if set(item.seats) >= {"learner", "observer", "patient", "coach"})
    return {
        "take:rewind": {"beat": scenario.script.beats[0].id},
        "encounter:end": {"reason": "welfare"},
        "clock:extend": {"seconds": 60},
        "ready:set": {"ready": True},
        "goal:set": {"text": "Listen"},
        "watch:choose": {"items": [rubric.items[0].id]},
        "observation:add": {"kind": "note", "text": "Paused"},
        "observation:edit": {"id": note, "text": "Waited"},
        "observation:remove": {"id": note},
        "feeling:set": {"value": 4},
        "beat:go": {"beat": scenario.script.beats[0].id},
        "disclosure:mark": {"disclosure": scenario.script.characters[0].disclosures[0].id, "told": True},
        "cue:send": {"to": school.people["Lena"], "text": "Breathe"},
        "score:save": {"entry": shared, "rating": 3},
        "nextstep:set": {"text": "One breath"},
        "reflection:save": {"text": "Hard", "shared": False},
        "help:clear organiser": {"person": school.people["Olga"]},  # an organiser has no hand of their own to take down
        "seat:assign": {"person": school.people["Sol"], "seat": "observer"},
        "help:take": {"person": school.people["Olga"]},
        "person:move": {"person": school.people["Sol"], "room": other},
        "person:place": {"person": school.people["Lara"]},
        "actor:replace": {"actor": school.people["Sam"], "by": school.people["Sven"]},
        "room:close": {"in_s": 60},
        "notice:send": {"text": "Five minutes"},
        "handover:save": {"text": "Start with Omar", "seen": 0},
        "extratime:set": {"on": True},
        "agreement:add": {"text": "On time"},
        "agreement:edit": {"id": "none", "text": "On time", "seen": 1},
        "agreement:remove": {"id": "none", "seen": 1},
        "agreement:restore": {"id": "none"},
        "coursegoal:set": {"text": "Listen"},
        "journal:save": {"prompt": "stayed", "text": "Hard", "seen": 0},
        "journal:share": {"prompt": "stayed", "shared": "group"},
        "guest:admit": {"guest": GUEST},
        "guest:refuse": {"guest": GUEST},
    }


@pytest.fixture
def desk(moments: dict[str, Any], library: Library, tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    opened: list[Desk] = []

    def open_desk(moment: str) -> Desk:
        file = tmp_path / f"{len(opened)}.db"
        shutil.copy(moments[moment].file, file)
        desk = Desk(file, library, moments["school"], moments[moment].room, moments[moment].fields)
        opened.append(desk)
        return desk

    yield open_desk
    for one in opened:
        one.store.close()


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_refusal(desk: Callable[[str], Desk], moment: str) -> None:
    """All cells that are not allowed, on one room: none of them may change it."""
    at = desk(moment)
    before = at.lines()
    wrong = {
        (action, seat): (answer, want)
        for action in POLICY
        for seat in SEATS
        if (want := expected(action, seat, moment)) != "ok" and (answer := at.ask(action, seat)) != want
    }
    assert wrong == {}
    assert at.lines() == before


@pytest.mark.parametrize("action", POLICY)
def test_everything_that_is_allowed(desk: Callable[[str], Desk], action: str) -> None:
    """Each allowed cell on a fresh copy of the room, where it adds one line to the journal."""
    for moment in MOMENTS:
        for seat in SEATS:
            if expected(action, seat, moment) == "ok":
                at = desk(moment)
                before = at.lines()
                assert at.ask(action, seat) == "ok", (moment, seat)
                assert at.lines() == before + 1


def test_how_many_cells_are_decided() -> None:
    cells = [expected(action, seat, moment) for action in POLICY for seat in SEATS for moment in MOMENTS]
    assert len(cells) == len(POLICY) * len(SEATS) * len(MOMENTS)
    print(f"{len(cells)} cells, {cells.count('ok')} allowed")


def test_control_a_right_too_many_shows(desk: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(POLICY, "cue:send", {"coach learner": "encounter time_out"})
    assert desk("encounter").ask("cue:send", "learner") != expected("cue:send", "learner", "encounter")


def test_a_signed_out_visitor_is_not_let_in(moments: dict[str, Any], library: Library, tmp_path: Path) -> None:
    shutil.copy(moments["lobby"].file, tmp_path / "door.db")
    at = Desk(tmp_path / "door.db", library, moments["school"], moments["lobby"].room, {})
    with pytest.raises(gateway.ConnectionRefusedError) as refused:
        at.gateway.connect("sid", {}, {"room": at.room})
    assert refused.value.error_args["data"]["code"] == "not_signed_in"
    at.store.close()


# Pages. Each route's answer to each visitor.

VISITORS = ("Lena", "Olga", "Sam", "Cleo", "Oren", "Mallory", None)
MEMBERS = ("Lena", "Olga", "Sam", "Cleo", "Oren")


def all_get(status: int, *, signed_out: int = 302) -> dict[str | None, int]:
    return {**dict.fromkeys(VISITORS, status), None: signed_out}


def only(*who: str | None) -> dict[str | None, int]:
    return {name: 200 if name in who else 404 for name in VISITORS} | {None: 302}


# "METHOD rule": {visitor: status}. A form posted without its token is refused before anything else: 400.
ROUTES: dict[str, dict[str | None, int]] = {
    "GET /": all_get(200),
    "GET /api/v1/me": all_get(200, signed_out=401),
    "GET /healthz": all_get(200, signed_out=200),
    "GET /sign-in": all_get(200, signed_out=200),
    "POST /sign-in": all_get(400, signed_out=400),
    "GET /l/<token>": all_get(404, signed_out=404),
    "POST /l/<token>": all_get(400, signed_out=400),
    "POST /sign-out": all_get(400, signed_out=400),
    "POST /sign-out-everywhere": all_get(400, signed_out=400),
    "GET /signed-out": all_get(200, signed_out=200),
    "GET /join": all_get(200, signed_out=200),
    "POST /join": all_get(400, signed_out=400),
    "GET /join/<code>": all_get(404, signed_out=404),
    "POST /join/<code>": all_get(400, signed_out=400),
    "GET /waiting": all_get(200, signed_out=200),
    "POST /waiting": all_get(400, signed_out=400),
    "GET /api/v1/waiting": all_get(200, signed_out=200),
    "GET /rooms/<room_id>": only(*MEMBERS),
    "GET /rooms/<room_id>/code.svg": only("Cleo", "Oren"),
    "GET /rooms/<room_id>/poster": only("Cleo", "Oren"),
    "GET /rounds/<round_id>/report": only("Lena", "Cleo"),
    "GET /rounds/<round_id>/report.pdf": only("Lena"),
    "GET /rounds/<round_id>/report.html": only("Lena"),
    "GET /rounds/<round_id>/report.json": only("Lena"),
    "POST /rounds/<round_id>/release": all_get(400, signed_out=400),
    "GET /rounds/<round_id>/cards/<card_id>": only("Olga", "Cleo"),  # Olga's
    "POST /rounds/<round_id>/cards/<card_id>/hold": all_get(400, signed_out=400),
    "POST /rounds/<round_id>/cards/<card_id>/let-go": all_get(400, signed_out=400),
    "POST /rounds/<round_id>/cards/<card_id>/correct": all_get(400, signed_out=400),
    "GET /rounds/<round_id>/scorecard": only("Lena"),  # who has handed nothing in
    "POST /rounds/<round_id>/scorecard": all_get(400, signed_out=400),
    "GET /courses/<slug>/feedback": only("Oren"),
    "POST /courses/<slug>/feedback/remind": all_get(400, signed_out=400),
    "GET /courses/<slug>/calibration": only(*MEMBERS),
    "GET /courses/<slug>/calibration/<encounter_id>": only(*MEMBERS),
    "POST /courses/<slug>/calibration/<encounter_id>": all_get(400, signed_out=400),
    "GET /me/feedback": all_get(200),
    "GET /me/feedback.pdf": all_get(200),
    "GET /me/feedback.html": all_get(200),
    "GET /me/feedback.json": all_get(200),
    # Lena, Olga and Sam have been in a closed round with this scenario; the course is still to come.
    "GET /scenarios": all_get(200),
    "GET /scenarios/<scenario_id>": only(*MEMBERS),
    "GET /scenarios/<scenario_id>/guide": only("Cleo", "Oren"),
    "GET /scenarios/<scenario_id>/prepare": only(*MEMBERS),
    "POST /scenarios/<scenario_id>/prepare": all_get(400, signed_out=400),
    "POST /scenarios/<scenario_id>/decline": all_get(400, signed_out=400),
    "POST /scenarios/<scenario_id>/accept": all_get(400, signed_out=400),
    "GET /scenarios/<scenario_id>/rehearse": only(*MEMBERS),
    "GET /scenarios/<scenario_id>/print/<what>": only("Cleo", "Oren"),
    "GET /rubrics": all_get(200),
    "GET /rubrics/<rubric_id>": only(*MEMBERS),
    "GET /rubrics/<rubric_id>/print": only(*MEMBERS),
    "GET /me": all_get(200),
    "POST /me": all_get(400, signed_out=400),
    "GET /me/data": all_get(200),
    "GET /me/data/erase": all_get(200),
    **{
        f"POST /me/data/{verb}": all_get(400, signed_out=400) for verb in ("take", "correct", "ask", "consent", "erase")
    },
    "GET /erased": all_get(200, signed_out=200),
    "GET /courses/<slug>/requests": only("Oren"),
    "POST /courses/<slug>/requests": all_get(400, signed_out=400),
    "GET /courses/<slug>": only(*MEMBERS),
    "GET /board/<session_id>": only("Cleo", "Oren"),
    "POST /board/<session_id>/rooms": all_get(400, signed_out=400),
    "GET /courses/<slug>/scenarios": only("Oren"),
    "POST /courses/<slug>/scenarios": all_get(400, signed_out=400),
    "GET /courses/<slug>/people": only("Oren"),
    "GET /courses/<slug>/people/add": only("Oren"),
    "POST /courses/<slug>/people/add": all_get(400, signed_out=400),
    "GET /courses/<slug>/people/upload": only("Oren"),
    "POST /courses/<slug>/people/upload": all_get(400, signed_out=400),
    "GET /courses/<slug>/people/<person_id>": only("Oren"),
    "POST /courses/<slug>/people/<person_id>": all_get(400, signed_out=400),
    "GET /courses/<slug>/people/<person_id>/remove": only("Oren"),
    "POST /courses/<slug>/people/<person_id>/remove": all_get(400, signed_out=400),
    "POST /courses/<slug>/people/<person_id>/restore": all_get(400, signed_out=400),
    "POST /courses/<slug>/people/<person_id>/link": all_get(400, signed_out=400),
    "GET /courses/<slug>/exports": only("Oren"),
    "POST /courses/<slug>/exports": all_get(400, signed_out=400),
    "GET /courses/<slug>/exports/progress": only("Oren"),
    "GET /courses/<slug>/exports/<file_id>": only(),  # none has been made; tests/web/test_exports.py has one
    "GET /courses/<slug>/tokens": only("Oren"),
    "POST /courses/<slug>/tokens": all_get(400, signed_out=400),
    "POST /courses/<slug>/tokens/<token_id>/revoke": all_get(400, signed_out=400),
    "GET /api/v1/docs": all_get(200, signed_out=200),
    "GET /api/v1/openapi.json": all_get(200, signed_out=200),
    # Only a token counts here, whoever's cookie comes with it: tests/web/test_api.py.
    **dict.fromkeys(
        [f"GET /api/v1/courses/<slug>{path}" for path in ("", "/people", "/people/<person_id>", "/sessions", "/groups")]
        + [f"GET /api/v1/courses/<slug>{path}" for path in ("/plan", "/participation", "/exports")]
        + ["GET /api/v1/courses/<slug>/exports/<what>"]
        + [f"POST /api/v1/courses/<slug>/people{path}" for path in ("", "/<person_id>/restore")]
        + [f"{method} /api/v1/courses/<slug>/people/<person_id>" for method in ("PATCH", "DELETE")],
        all_get(401, signed_out=401),
    ),
    "GET /groups/<group_id>": only(*MEMBERS),
    "POST /groups/<group_id>/goal": all_get(400, signed_out=400),
    "POST /groups/<group_id>/hand-over": all_get(400, signed_out=400),
    "GET /courses/<slug>/invitations": only("Oren"),
    "GET /courses/<slug>/invitations/progress": only("Oren"),
    "POST /courses/<slug>/invitations": all_get(400, signed_out=400),
    "POST /courses/<slug>/invitations/reminders": all_get(400, signed_out=400),
    "POST /courses/<slug>/invitations/links": all_get(400, signed_out=400),
    "GET /courses/<slug>/release": only("Oren"),
    "POST /courses/<slug>/release": all_get(400, signed_out=400),
    "GET /courses/<slug>/plan": only("Oren"),
    "GET /courses/<slug>/plan/progress": only("Oren"),
    "GET /courses/<slug>/plan/casting": only("Oren"),
    "GET /courses/<slug>/plan/people": only("Oren"),
    "GET /courses/<slug>/plan/sheet.csv": only("Oren"),
    "GET /courses/<slug>/plan/round": only() | {"Oren": 400},  # it does not say which round
    "POST /courses/<slug>/plan/round": all_get(400, signed_out=400),
    "POST /courses/<slug>/plan/make": all_get(400, signed_out=400),
    "POST /courses/<slug>/plan/wishes": all_get(400, signed_out=400),
    "POST /courses/<slug>/plan/absences": all_get(400, signed_out=400),
    "POST /courses/<slug>/plan/casting/<person_id>": all_get(400, signed_out=400),
    "GET /courses/<slug>/calendar.ics": only(*MEMBERS),
    "GET /courses/<slug>/meeting": only("Oren"),
    "POST /courses/<slug>/meeting": all_get(400, signed_out=400),
    "GET /courses/<slug>/sessions/<session_id>": only("Oren"),
    "POST /courses/<slug>/sessions/<session_id>": all_get(400, signed_out=400),
    "GET /courses/<slug>/groups": only("Oren"),
    "POST /courses/<slug>/groups": all_get(400, signed_out=400),
    "POST /courses/<slug>/groups/proposal": all_get(400, signed_out=400),
    "POST /courses/<slug>/groups/move": all_get(400, signed_out=400),
    "GET /courses/<slug>/groups/<group_id>": only("Oren"),
    "POST /courses/<slug>/groups/take-out": all_get(400, signed_out=400),
    "GET /courses/<slug>/settings": only("Oren"),
    "POST /courses/<slug>/settings": all_get(400, signed_out=400),
    "GET /courses/<slug>/sessions/add": only("Oren"),
    "POST /courses/<slug>/sessions/add": all_get(400, signed_out=400),
    "GET /courses/<slug>/sessions/<session_id>/remove": only("Oren"),
    "POST /courses/<slug>/sessions/<session_id>/remove": all_get(400, signed_out=400),
    "GET /courses/<slug>/programme": only("Oren"),
    "POST /courses/<slug>/programme": all_get(400, signed_out=400),
    "GET /courses/<slug>/programme.yaml": only("Oren"),
    "POST /courses/<slug>/groups/pin": all_get(400, signed_out=400),
    "POST /courses/<slug>/groups/coach": all_get(400, signed_out=400),
    "POST /courses/<slug>/groups/add": all_get(400, signed_out=400),
    "POST /courses/<slug>/groups/rename": all_get(400, signed_out=400),
    "POST /courses/<slug>/groups/remove": all_get(400, signed_out=400),
    "GET /me/credit": all_get(200) | dict.fromkeys(("Lena", "Olga"), 302),  # to the one course they learn in
    "GET /courses/<slug>/credit": only("Lena", "Olga"),
    "POST /courses/<slug>/credit/took-part": all_get(400, signed_out=400),
    "POST /courses/<slug>/credit/claim": all_get(400, signed_out=400),
    "GET /courses/<slug>/credit/evaluation": only("Lena", "Olga"),
    "POST /courses/<slug>/credit/evaluation": all_get(400, signed_out=400),
    "GET /courses/<slug>/credit/certificate": only(),  # nothing is claimed yet
    "GET /courses/<slug>/credit/certificate.pdf": only(),
    "GET /courses/<slug>/credit/people": only("Oren"),
    "GET /courses/<slug>/credit/people/<person_id>": only("Oren"),
    "POST /courses/<slug>/credit/people/<person_id>/correct": all_get(400, signed_out=400),
    "GET /courses/<slug>/credit/people/<person_id>/certificate.pdf": only(),
    "GET /courses/<slug>/credit/attendance": only("Oren"),
    "POST /courses/<slug>/credit/attendance": all_get(400, signed_out=400),
    "GET /courses/<slug>/credit/evaluations": only("Oren"),
    "GET /courses/<slug>/credit/settings": only("Oren"),
    "POST /courses/<slug>/credit/settings": all_get(400, signed_out=400),
    "POST /courses/<slug>/credit/moc": all_get(400, signed_out=400),
    "POST /courses/<slug>/credit/consent": all_get(400, signed_out=400),
    "GET /courses/<slug>/credit/licence": only(),  # nobody has asked for their board’s credit
    "POST /courses/<slug>/credit/licence": all_get(400, signed_out=400),
    "GET /courses/<slug>/credit/attest": only("Cleo"),
    "POST /courses/<slug>/credit/attest": all_get(400, signed_out=400),
    "GET /courses/<slug>/credit/evidence": only("Oren"),
    "POST /courses/<slug>/credit/standard": all_get(400, signed_out=400),
    "POST /courses/<slug>/credit/boards": all_get(400, signed_out=400),
    "POST /courses/<slug>/credit/people/<person_id>/licence": all_get(400, signed_out=400),
    "POST /courses/<slug>/credit/learners.csv": all_get(400, signed_out=400),
    "POST /courses/<slug>/credit/evidence/pack": all_get(400, signed_out=400),
    "GET /courses/<slug>/credit/evidence/progress": only("Oren"),
    "GET /courses/<slug>/credit/evidence/pack.zip": only(),  # none has been made
    "POST /language": all_get(400, signed_out=400),
    "GET /static/<build>/<path:filename>": all_get(200, signed_out=200),
    "GET /static/<build>/words/<code>.json": all_get(404, signed_out=404),  # no language is called "none"
    # The door answers the socket's address before Flask: no Origin, no entry.
    "GET /socket.io/": all_get(403, signed_out=403),
    "POST /socket.io/": all_get(403, signed_out=403),
}


def routes_of(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_decided(app: Flask) -> None:
    assert routes_of(app) == set(ROUTES)
    assert all(set(row) == set(VISITORS) for row in ROUTES.values())


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_for_everyone(app: Flask, store: Store, course: Any, client_as: Any, route: str) -> None:
    store.change(lambda uow: seating.place(uow, course.course))
    with store.write() as uow:
        room = uow.session.query(Room).one()
        round_ = RoundRow(
            room_id=room.id,
            number=1,
            learner_id=course.lena.id,
            scenario_id="results-after-the-stent",
            scenario_version=1,
            rubric_id="serious-news",
            rubric_version=1,
            minutes=8,
            started_at=uow.now,
            closed_at=uow.now,
            released_at=uow.now,
        )
        uow.session.add(round_)
        uow.session.flush()
        card = Scorecard(round_id=round_.id, rater_id=course.olga.id, seat="observer", status="released")
        uow.session.add(card)
        uow.session.flush()
        ids = {"room_id": room.id, "round_id": round_.id, "group_id": room.group_id, "card_id": card.id}
        room.join_code = "K74MPX"
    method, _, rule = route.partition(" ")
    ids |= {"scenario_id": "results-after-the-stent", "what": "guide", "rubric_id": "serious-news"}
    ids |= {"session_id": course.session.id, "encounter_id": "scarring"}
    ids |= {"slug": "serious-talk", "person_id": course.lena.id}
    ids |= {"token": "none", "code": "none", "build": "x", "path:filename": "css/pallpractice.css"}
    path = rule
    for name, value in ids.items():
        path = path.replace(f"<{name}>", value)
    found: dict[str | None, int] = {}
    for who in VISITORS:
        person: Person | None = course.cast[who] if who else None
        with client_as(person).open(path, method=method) as answer:
            found[who] = answer.status_code
    assert found == ROUTES[route]
