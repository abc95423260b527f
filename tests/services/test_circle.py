"""Start-up and reflection: who may write what, what is lost to nobody, and who reads it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from socketio import Server
from sqlalchemy import select

from pallpractice.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal, Stale, WrongPhase
from pallpractice.domain.events import Event, JournalSaved, RoomChanged
from pallpractice.domain.roles import GATHERINGS, Role
from pallpractice.domain.room import Act, Action
from pallpractice.library.shelf import Library
from pallpractice.realtime.connections import Connection
from pallpractice.realtime.gateway import Asker, Gateway
from pallpractice.services import access, hot, rounds, seating, views
from pallpractice.services.circles import pages
from pallpractice.storage import schema
from pallpractice.storage.courses import Enrolment, Session
from pallpractice.storage.groups import AgreementLine, JournalEntry
from pallpractice.storage.rooms import JournalLine, Room, SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import CAST, Days, SavedCourse
from tests.marks import Book
from tests.services.test_rights_matrix import NOT_THEIRS, POLICY, SEATS
from tests.visible import At, Checker

PLACED = ("Lena", "Olga", "Omar", "Sam", "Cleo")
EVERYONE = (*PLACED, "Oren")
STAYED, KEEP = "stayed", "keep"


class Circle:
    """Every room of the course's groups, and everyone in them."""

    def __init__(self, store: Store, library: Library, course: SavedCourse, days: Days) -> None:
        self.store, self.library, self.course, self.days = store, library, course, days
        self.events: list[Event] = []
        store.change(lambda uow: seating.place(uow, course.course))
        with store.read() as uow:
            rooms = uow.session.query(Room).filter_by(group_id=course.group.id)
            self.rooms = {room.session_id: room.id for room in rooms}
        store.announcer = self.events.extend
        self.start, self.reflect = self.rooms[days.first.id], self.rooms[days.reflection.id]
        self.practice = self.rooms[course.session.id]
        self.snapshots = hot.Snapshots()

    def id(self, who: str) -> str:
        return self.course.cast[who].id

    def do(self, who: str, action: str, room: str = "", action_id: str = "", **fields: Any) -> dict[str, Any]:
        """In the start-up, or in the reflection what belongs there. Raises the Refusal."""
        self.events.clear()
        here = room or (self.reflect if action.startswith("journal") else self.start)
        act = Act(Action(action), self.id(who), fields)
        return self.store.change(rounds.act, self.library, here, act, action_id or str(uuid4()))

    def _contents(self, uow: Any, who: str, room: str) -> Any:
        record, seat = access.room(uow, room, self.id(who))
        return views.read(uow, self.library, record, set()), seat

    def view(self, who: str, room: str = "") -> dict[str, Any]:
        with self.store.read() as uow:
            return views.room_view(*self._contents(uow, who, room or self.start))

    def mine(self, who: str, room: str = "") -> dict[str, Any]:
        with self.store.read() as uow:
            contents, seat = self._contents(uow, who, room or self.start)
            return views.mine_view(contents, self.id(who), seat)

    def lines(self, who: str = "Lena", room: str = "") -> list[str]:
        return [line["text"] for line in self.view(who, room)["agreement"]]

    def shared(self, who: str) -> list[tuple[str, str]]:
        return [(one["name"], one["text"]) for one in self.view(who, self.reflect)["shared"]]

    def entry(self, who: str, text: str, prompt: str = STAYED, shared: str = "", seen: int = 0) -> dict[str, Any]:
        saved = self.do(who, "journal:save", prompt=prompt, text=text, seen=seen)
        return self.do(who, "journal:share", prompt=prompt, shared=shared) if shared else saved

    def told(self) -> set[str]:
        """The rooms whose views are made anew by the last action."""
        return {event.room_id for event in self.events if isinstance(event, RoomChanged)}


@pytest.fixture
def circle(store: Store, library: Library, course: SavedCourse, days: Days) -> Circle:
    return Circle(store, library, course, days)


def test_a_group_has_a_room_for_each_session_it_meets_in(circle: Circle) -> None:
    with circle.store.read() as uow:
        sessions = uow.session.scalars(select(Session)).all()
        kinds = {circle.rooms[one.id]: one.kind for one in sessions}
    assert set(kinds.values()) == {str(kind) for kind in GATHERINGS}
    for room in kinds:
        seats = {row["name"]: row["seat"] for row in circle.view("Cleo", room)["seats"]}
        chair = "learner" if room == circle.practice else "observer"
        assert seats == {"Lena": chair, "Olga": "observer", "Omar": "observer", "Sam": "patient", "Cleo": "coach"}


def test_rooms_of_a_circle_tell_their_kind_and_practice_is_as_it_was(circle: Circle) -> None:
    assert circle.view("Lena", circle.start)["kind"] == "startup"
    assert circle.view("Lena", circle.reflect)["kind"] == "reflection"
    practice = circle.view("Lena", circle.practice)
    assert "kind" not in practice
    assert "role" not in practice["seats"][0]


def test_people_who_know_each_other_are_asked_something_else(circle: Circle, days: Days) -> None:
    first = circle.view("Lena", circle.start)["introductions"]
    assert first[0].startswith("Your name")
    assert circle.view("Lena", circle.rooms[days.second.id])["introductions"] != first


# Rights, cell by cell. By column of the matrix; there, Lena and Olga both learn and sit as observers.

TOGETHER = "learner observer patient coach"
IN_CIRCLES: dict[str, dict[str, str]] = {
    **{f"agreement:{verb}": {TOGETHER: "startup reflection"} for verb in ("add", "edit", "remove", "restore")},
    "coursegoal:set": {"learner observer": "startup reflection"},
    "journal:save": {TOGETHER: "reflection"},
    "journal:share": {TOGETHER: "reflection"},
    "handover:save": {"coach": "startup reflection"},
    "help:ask": {TOGETHER: "startup reflection"},
    "help:clear": {f"{TOGETHER} organiser": "startup reflection"},
    "help:take": {"coach organiser": "startup reflection"},
    **{noun: {"organiser": "startup reflection"} for noun in ("room:close", "room:keep", "notice:send")},
}


def allowed(action: str, column: str, kind: str) -> bool:
    return any(
        column in columns.split() and kind in kinds.split() for columns, kinds in IN_CIRCLES.get(action, {}).items()
    )


def expected(action: str, column: str, kind: str) -> str:
    if column in ("removed", "outsider"):
        return "not_found"
    if allowed(action, column, kind):
        return "ok"
    seat = "observer" if column == "learner" else column
    elsewhere = (
        (action, column) in NOT_THEIRS
        or any(seat in seats.split() for seats in POLICY[action])
        or any(allowed(action, column, one) for one in ("startup", "reflection"))
    )
    return "wrong_phase" if elsewhere else "not_allowed"


@pytest.fixture
def gateway(circle: Circle) -> Iterator[Gateway]:
    with circle.store.write() as uow:
        omar = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == circle.id("Omar"))).one()
        omar.removed_at = uow.now
        seating.unseat(uow, circle.course.course, circle.id("Omar"))
    made = Gateway(
        Server(async_mode="threading"),
        store=circle.store,
        library=circle.library,
        identify=lambda environ: Asker(None),
        most_sockets=50,
        most_per_person=50,
    )
    Thread(target=made.writer.run, daemon=True).start()
    return made


@pytest.mark.parametrize("kind", ["startup", "reflection"])
def test_every_cell_of_the_table(circle: Circle, gateway: Gateway, kind: str) -> None:
    room = circle.start if kind == "startup" else circle.reflect
    for column, name in SEATS.items():
        gateway.connections.add(Connection(column, column, circle.id(name), room))
    wrong = {}
    for action in POLICY:
        for column in SEATS:
            answer = gateway.act(
                Action(action), column, {"action_id": str(uuid4()), **fields_for(circle, action, column)}
            )
            code = "ok" if answer["ok"] else answer["error"]["code"]
            if code != expected(action, column, kind):
                wrong[action, column] = (code, expected(action, column, kind), answer)
    assert wrong == {}


def fields_for(circle: Circle, action: str, column: str) -> dict[str, Any]:
    """What would be accepted from who may send it; each column has a line and an entry of its own."""
    line = {"id": f"{action}-{column}".replace(":", "-")[:32], "seen": 1}
    removed = action == "agreement:restore"
    with circle.store.write() as uow:
        if action.startswith("agreement"):
            row = AgreementLine(id=line["id"], group_id=circle.course.group.id, text=f"{action} {column}", position=0)
            row.edited_by, row.edited_at = circle.id("Cleo"), uow.now
            row.removed_at = uow.now if removed else None
            uow.session.add(row)
        if action == "help:take":
            for room in (circle.start, circle.reflect):
                for who in ("Lena", "Olga"):
                    uow.session.get_one(SeatRow, (room, circle.id(who))).help_at = uow.now
        if action == "journal:share":
            key = (circle.days.reflection.id, circle.id(SEATS[column]), KEEP)
            if uow.session.get(JournalEntry, key) is None:
                entry = JournalEntry(session_id=key[0], person_id=key[1], prompt=key[2], text="x", shared="nobody")
                entry.saved_at = uow.now
                uow.session.add(entry)
    scenario = circle.library.scenarios["results-after-the-stent"]
    return {
        "agreement:add": {"text": f"new {column}"},
        "agreement:edit": {**line, "text": f"edited {column}"},
        "agreement:remove": line,
        "agreement:restore": {"id": line["id"]},
        "coursegoal:set": {"text": "Ask first"},
        "journal:save": {"prompt": STAYED, "text": "words", "seen": 0},
        "journal:share": {"prompt": KEEP, "shared": "coach"},
        "handover:save": {"text": "note", "seen": 0},
        "extratime:set": {"on": True},
        "help:clear": {"person": circle.id("Lena")} if column == "organiser" else {},
        "help:take": {"person": circle.id("Olga" if column == "organiser" else "Lena")},
        "notice:send": {"text": "Five minutes"},
        "clock:extend": {"seconds": 60},
        "ready:set": {"ready": True},
        "goal:set": {"text": "x"},
        "watch:choose": {"items": []},
        "observation:add": {"kind": "note", "text": "x"},
        "observation:edit": {"id": "x", "text": "y"},
        "observation:remove": {"id": "x"},
        "take:rewind": {"offset_s": 0},
        "feeling:set": {"value": 3},
        "beat:go": {"beat": scenario.script.beats[0].id},
        "disclosure:mark": {"disclosure": "x", "told": True},
        "cue:send": {"to": circle.id("Lena"), "text": "x"},
        "score:save": {"entry": "x", "rating": 3},
        "nextstep:set": {"text": "x"},
        "reflection:save": {"text": "x", "shared": False},
        "seat:assign": {"person": circle.id("Sam"), "seat": "observer"},
        "person:move": {"person": circle.id("Sam"), "room": circle.practice},
        "person:place": {"person": circle.id("Mallory")},
        "actor:replace": {"actor": circle.id("Sam"), "by": circle.id("Olga")},
        "room:close": {"in_s": 60},
        "guest:admit": {"guest": "x"},
        "guest:refuse": {"guest": "x"},
    }.get(action, {})


def test_every_action_of_a_circle_is_one_of_the_matrix() -> None:
    assert set(IN_CIRCLES) <= set(POLICY)


# The agreement


def test_everyone_adds_edits_and_removes_lines_and_all_rooms_show_them(circle: Circle) -> None:
    added = circle.do("Lena", "agreement:add", text="  We begin on time. ")
    assert circle.told() == set(circle.rooms.values())
    circle.do("Sam", "agreement:add", text="Phones away.")
    edited = circle.do("Cleo", "agreement:edit", id=added["id"], text="We begin and end on time.", seen=1)
    assert (edited["id"], edited["revision"]) == (added["id"], 2)
    for who in EVERYONE:
        for room in circle.rooms.values():
            assert circle.lines(who, room) == ["We begin and end on time.", "Phones away."]
    circle.do("Olga", "agreement:remove", id=added["id"], seen=2)
    assert circle.lines() == ["Phones away."]
    circle.do("Omar", "agreement:restore", id=added["id"])
    assert circle.lines() == ["We begin and end on time.", "Phones away."]
    line = circle.view("Lena")["agreement"][0]
    assert (line["name"], line["revision"]) == ("Omar", 4)


def test_a_lost_race_is_told_with_their_words_and_overwrites_nothing(circle: Circle) -> None:
    line = circle.do("Lena", "agreement:add", text="Phones away.")["id"]
    circle.do("Olga", "agreement:edit", id=line, text="Phones silent.", seen=1)
    for action, fields in (("agreement:edit", {"text": "Phones off."}), ("agreement:remove", {})):
        with pytest.raises(Stale, match="Olga has changed this line meanwhile") as stale:
            circle.do("Omar", action, id=line, seen=1, **fields)
        assert stale.value.current == {"text": "Phones silent.", "revision": 2, "name": "Olga", "removed": False}
    with pytest.raises(Stale, match="You have changed"):
        circle.do("Olga", "agreement:edit", id=line, text="x", seen=1)
    circle.do("Cleo", "agreement:remove", id=line, seen=2)
    with pytest.raises(Stale, match="Cleo has removed this line meanwhile") as stale:
        circle.do("Omar", "agreement:edit", id=line, text="Phones off.", seen=2)
    assert isinstance(stale.value.current, dict)
    assert stale.value.current["removed"] is True
    assert circle.lines() == []


def test_a_line_that_stands_is_taken_over_once(circle: Circle) -> None:
    first = circle.do("Lena", "agreement:add", text="Anyone may call a time-out.")
    second = circle.do("Olga", "agreement:add", text="anyone may call a time-out.")
    assert first["id"] == second["id"]
    assert circle.lines() == ["Anyone may call a time-out."]


def test_a_repeated_action_is_done_once(circle: Circle) -> None:
    key = str(uuid4())
    first = circle.do("Lena", "agreement:add", action_id=key, text="One.")
    assert circle.do("Lena", "agreement:add", action_id=key, text="One.") == first
    with pytest.raises(Conflict):
        circle.do("Lena", "agreement:add", action_id=key, text="Two.")
    assert circle.lines() == ["One."]


def test_an_agreement_has_lines_with_words_and_not_too_many(circle: Circle) -> None:
    with pytest.raises(Invalid):
        circle.do("Lena", "agreement:add", text="   ")
    for number in range(30):
        circle.do("Lena", "agreement:add", text=f"Line {number}")
    with pytest.raises(Invalid, match="at most 30"):
        circle.do("Lena", "agreement:add", text="One more")


def test_a_line_of_another_group_is_not_there(circle: Circle, add_group: Callable[..., str]) -> None:
    line = circle.do("Lena", "agreement:add", text="Ours.")["id"]
    add_group("Birch", {"Lara": Role.LEARNER, "Cole": Role.COACH})
    circle.store.change(lambda uow: seating.place(uow, circle.course.course))
    with circle.store.read() as uow:
        birch = next(
            room.id
            for room in uow.session.query(Room).filter_by(session_id=circle.days.first.id)
            if room.group.name == "Birch"
        )
    assert circle.lines("Lara", birch) == []
    with pytest.raises(NotFound):
        circle.do("Lara", "agreement:edit", room=birch, id=line, text="Mine", seen=1)
    with pytest.raises(NotFound):
        circle.do("Lara", "agreement:add", room=circle.start, text="Mine")
    circle.do("Lara", "agreement:add", room=birch, text="Theirs.")
    assert circle.lines() == ["Ours."]


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_store(request: pytest.FixtureRequest, store: Store) -> Iterator[Store]:
    """A store that several write to at once."""
    if request.param == "sqlite":
        yield store
        return
    url = request.getfixturevalue("postgres_url")
    schema.upgrade(url)
    other = Store(url, clock=store.clock)
    yield other
    other.close()


def at_once(attempts: Sequence[Callable[[], Any]]) -> list[Any]:
    """All of them in threads of their own; what each came to."""
    outcomes: list[Any] = [None] * len(attempts)

    def run(at: int) -> None:
        try:
            outcomes[at] = attempts[at]()
        except Refusal as refusal:
            outcomes[at] = refusal

    threads = [Thread(target=run, args=(at,)) for at in range(len(attempts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_many_at_once_one_edits_and_the_others_are_told(
    request: pytest.FixtureRequest, shared_store: Store, library: Library
) -> None:
    circle = circle_in(request, shared_store, library)
    line = circle.do("Lena", "agreement:add", text="Phones away.")["id"]
    rooms = (circle.start, circle.reflect)  # of the same group, at the same time

    def change(at: int, who: str) -> Any:
        return circle.do(who, "agreement:edit", room=rooms[at % 2], id=line, text=f"Phones of {who}.", seen=1)

    outcomes = at_once([partial(change, at, who) for at, who in enumerate(PLACED)])
    won = [who for who, outcome in zip(PLACED, outcomes, strict=True) if isinstance(outcome, dict)]
    assert len(won) == 1, outcomes
    assert all(isinstance(one, dict | Stale) for one in outcomes)
    assert circle.lines() == [f"Phones of {won[0]}."]
    told = {one.current["text"] for one in outcomes if isinstance(one, Stale)}
    assert told == {f"Phones of {won[0]}."}


def test_many_add_the_same_line_and_their_own_at_once(
    request: pytest.FixtureRequest, shared_store: Store, library: Library
) -> None:
    circle = circle_in(request, shared_store, library)
    rooms = (circle.start, circle.reflect)
    outcomes = at_once(
        [
            partial(circle.do, who, "agreement:add", room=rooms[at % 2], text=text)
            for at, who in enumerate(PLACED)
            for text in ("Anyone may call a time-out.", f"From {who}.")
        ]
    )
    assert all(isinstance(one, dict) for one in outcomes), outcomes
    assert sorted(circle.lines()) == sorted(["Anyone may call a time-out.", *(f"From {who}." for who in PLACED)])


def circle_in(request: pytest.FixtureRequest, store: Store, library: Library) -> Circle:
    """The same school in this store."""
    if store is request.getfixturevalue("store"):
        course, days = request.getfixturevalue("course"), request.getfixturevalue("days")
    else:
        from tests import conftest

        course = conftest.course.__wrapped__(store)  # type: ignore[attr-defined]
        days = conftest.days.__wrapped__(store, course)  # type: ignore[attr-defined]
    return Circle(store, library, course, days)


# The goal for the course


def test_a_learners_goal_is_for_the_group_and_the_coach_and_comes_along(circle: Circle) -> None:
    circle.do("Lena", "coursegoal:set", text=" Ask before I tell ")
    assert circle.told() == set(circle.rooms.values())
    for who in PLACED:
        assert circle.view(who)["goals"] == [{"person": circle.id("Lena"), "text": "Ask before I tell"}]
    assert "goals" not in circle.view("Oren")
    for room in circle.rooms.values():
        assert circle.mine("Lena", room)["course_goal"] == "Ask before I tell"
        assert circle.mine("Olga", room)["course_goal"] is None
        for who in ("Sam", "Cleo", "Oren"):
            assert "course_goal" not in circle.mine(who, room)
    circle.do("Lena", "coursegoal:set", room=circle.reflect, text="")
    assert circle.view("Cleo")["goals"] == []


@pytest.mark.parametrize("who", ["Sam", "Cleo", "Oren"])
def test_others_have_no_goal_for_the_course(circle: Circle, who: str) -> None:
    with pytest.raises(NotAllowed):
        circle.do(who, "coursegoal:set", text="x")


def test_in_practice_it_is_shown_between_rounds_only(circle: Circle) -> None:
    circle.do("Lena", "coursegoal:set", text="Ask")
    for action in ("round:start", "encounter:begin"):
        circle.do("Cleo", action, room=circle.practice)
    for who in EVERYONE:
        assert "agreement" not in circle.view(who, circle.practice)
        assert not {"course_goal", "hand_over"} & circle.mine(who, circle.practice).keys()


# The journal


def test_what_is_written_is_the_writers_alone(circle: Circle) -> None:
    saved = circle.entry("Lena", "The silence")
    assert saved["shared"] == "nobody"
    assert [type(event) for event in circle.events] == [JournalSaved]
    event = circle.events[0]
    assert isinstance(event, JournalSaved)
    assert (event.person, event.data["text"]) == (circle.id("Lena"), "The silence")
    assert circle.mine("Lena", circle.reflect)["journal"][STAYED]["text"] == "The silence"
    for who in EVERYONE:
        seen = json.dumps([circle.view(who, room) for room in circle.rooms.values()])
        own = [circle.mine(who, room) for room in circle.rooms.values()] if who != "Lena" else []
        assert "The silence" not in seen + json.dumps(own), who


def test_shared_with_the_coach_with_the_group_and_taken_back(circle: Circle) -> None:
    circle.entry("Lena", "The silence", shared="coach")
    assert circle.told() == {circle.reflect}
    assert {who: circle.shared(who) for who in EVERYONE} == {
        who: [("Lena", "The silence")] if who == "Cleo" else [] for who in EVERYONE
    }
    circle.do("Lena", "journal:share", prompt=STAYED, shared="group")
    assert {who: bool(circle.shared(who)) for who in EVERYONE} == {who: who != "Oren" for who in EVERYONE}
    assert "shared" not in circle.view("Cleo", circle.start)
    circle.do("Lena", "journal:share", prompt=STAYED, shared="nobody")
    assert circle.told() == {circle.reflect}
    assert not any(circle.shared(who) for who in EVERYONE)


def test_nothing_is_shared_that_is_not_written(circle: Circle) -> None:
    with pytest.raises(Invalid, match="Write something first"):
        circle.do("Lena", "journal:share", prompt=STAYED, shared="group")
    saved = circle.entry("Lena", "The silence", shared="group")
    circle.entry("Lena", "  ", seen=saved["revision"])
    assert circle.told() == {circle.reflect}
    assert not any(circle.shared(who) for who in EVERYONE)
    with pytest.raises(Invalid):
        circle.do("Lena", "journal:share", prompt=STAYED, shared="group")


def test_two_windows_of_one_writer_overwrite_nothing(circle: Circle) -> None:
    circle.entry("Lena", "First")
    with pytest.raises(Stale) as stale:
        circle.entry("Lena", "Second", seen=0)
    assert isinstance(stale.value.current, dict)
    assert (stale.value.current["text"], stale.value.current["revision"]) == ("First", 1)
    assert circle.entry("Lena", "First", seen=0)["revision"] == 1  # the same words are no other words
    assert circle.entry("Lena", "Second", seen=1)["revision"] == 2


def test_where_nothing_is_written_nothing_can_be_overwritten(circle: Circle) -> None:
    assert circle.entry("Lena", "First", seen=7)["revision"] == 1
    assert circle.do("Cleo", "handover:save", text="First", seen=7)["revision"] == 1


def test_the_last_day_asks_for_the_week_and_others_for_tomorrow(circle: Circle, days: Days) -> None:
    last = circle.rooms[days.last.id]
    asked = {room: [one["id"] for one in circle.view("Lena", room)["prompts"]] for room in (circle.reflect, last)}
    assert asked == {
        circle.reflect: ["stayed", "keep", "hard", "tomorrow"],
        last: ["stayed", "keep", "hard", "week"],
    }
    with pytest.raises(Invalid, match="no such question"):
        circle.entry("Lena", "x", prompt="week")


def test_the_journal_of_the_room_does_not_keep_the_words(circle: Circle) -> None:
    key = str(uuid4())
    first = circle.do("Lena", "journal:save", action_id=key, prompt=STAYED, text="The silence", seen=0)
    circle.do("Cleo", "handover:save", text="Start with Omar", seen=0)
    with circle.store.read() as uow:
        kept = json.dumps([[line.data, line.answer] for line in uow.session.query(JournalLine)])
    assert "silence" not in kept
    assert "Omar" not in kept
    assert circle.do("Lena", "journal:save", action_id=key, prompt=STAYED, text="The silence", seen=0) == first
    with pytest.raises(Conflict):
        circle.do("Lena", "journal:save", action_id=key, prompt=STAYED, text="The noise", seen=0)


def test_whoever_leaves_a_group_no_longer_shares_with_it(circle: Circle, add_group: Callable[..., str]) -> None:
    circle.entry("Lena", "The silence", shared="group")
    birch = add_group("Birch", {"Lara": Role.LEARNER, "Cole": Role.COACH})
    with circle.store.write() as uow:
        row = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == circle.id("Lena"))).one()
        row.group_id = birch
    circle.store.change(lambda uow: seating.place(uow, circle.course.course))
    assert not any(circle.shared(who) for who in EVERYONE if who != "Lena")
    with circle.store.read() as uow:
        there = uow.session.query(Room).filter_by(session_id=circle.days.reflection.id, group_id=birch).one().id
    assert circle.view("Lara", there)["shared"] == []
    assert circle.mine("Lena", there)["journal"][STAYED] | {"saved_at": ""} == {
        "text": "The silence",
        "shared": "nobody",
        "revision": 3,
        "saved_at": "",
    }


def test_whoever_is_taken_out_shares_nothing_more(circle: Circle) -> None:
    circle.entry("Lena", "The silence", shared="group")
    with circle.store.write() as uow:
        seating.unseat(uow, circle.course.course, circle.id("Lena"))
    assert circle.shared("Olga") == []
    with circle.store.read() as uow:
        assert uow.session.query(JournalEntry).one().shared == "nobody"


# The hand-over note


def test_the_next_day_shows_the_coach_yesterdays_note_and_nobody_else(circle: Circle, days: Days) -> None:
    circle.do("Cleo", "handover:save", text="Start with Omar", seen=0)
    with pytest.raises(Stale):
        circle.do("Cleo", "handover:save", text="Start with Olga", seen=0)
    today = circle.mine("Cleo", circle.start)["hand_over"]
    assert (today["before"], today["today"]["text"], today["today"]["revision"]) == (None, "Start with Omar", 1)
    for room in (circle.practice, circle.reflect):
        note = circle.mine("Cleo", room)["hand_over"]
        assert (note["before"]["text"], note["before"]["day"], note["today"]) == ("Start with Omar", "2026-05-13", None)
    for who in ("Lena", "Olga", "Omar", "Sam", "Oren"):
        for room in circle.rooms.values():
            assert "Start with Omar" not in json.dumps([circle.view(who, room), circle.mine(who, room)])
    circle.do("Cleo", "handover:save", room=circle.practice, text="They are ready", seen=0)
    assert circle.mine("Cleo", circle.rooms[days.last.id])["hand_over"]["before"]["text"] == "They are ready"


def test_two_coaches_share_the_note_and_the_slower_one_is_told(circle: Circle) -> None:
    with circle.store.write() as uow:
        row = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == circle.id("Olga"))).one()
        row.role = Role.COACH
    circle.store.change(lambda uow: seating.place(uow, circle.course.course))
    circle.do("Cleo", "handover:save", text="Start with Omar", seen=0)
    with pytest.raises(Stale, match="Cleo has changed this note meanwhile") as stale:
        circle.do("Olga", "handover:save", text="Start with Sam", seen=0)
    assert isinstance(stale.value.current, dict)
    assert stale.value.current["text"] == "Start with Omar"
    circle.do("Olga", "handover:save", text="Both", seen=1)
    assert circle.mine("Cleo")["hand_over"]["today"]["name"] == "Olga"


def test_moves_of_practice_are_refused(circle: Circle) -> None:
    for action in ("round:start", "encounter:begin", "debrief:open"):
        for room in (circle.start, circle.reflect):
            with pytest.raises(WrongPhase, match="another kind of session"):
                circle.do("Cleo", action, room=room)


# The page


def test_the_page_is_for_the_group_and_the_organisers(circle: Circle, add_group: Callable[..., str]) -> None:
    add_group("Birch", {"Lara": Role.LEARNER})
    group = circle.course.group.id
    with circle.store.read() as uow:
        for who in CAST:
            page = pages.page(uow, group, circle.id(who))
            assert [one.person.name for one in page.members] == ["Cleo", "Lena", "Olga", "Omar", "Sam"]
            assert [meeting.session.key for meeting in page.meetings] == [
                "start-1",
                "start-2",
                "practice-news",
                "reflect-2",
                "reflect-3",
            ]
            assert all(meeting.room for meeting in page.meetings)
            assert page.days == [date(2026, 5, 13), date(2026, 5, 14), date(2026, 5, 15)]
            assert pages.today(uow, page) == date(2026, 5, 14)
        for who in ("Mallory", "Lara"):
            with pytest.raises(NotFound):
                pages.page(uow, group, circle.id(who))
        with pytest.raises(NotFound):
            pages.page(uow, "none", circle.id("Lena"))


# Marked words, every seat, every view.


def test_no_view_of_anyone_holds_what_it_may_not(circle: Circle) -> None:
    book = Book()

    def mark(kind: str, who: str) -> str:
        return book.mark(kind, f"{kind} of {who}", owner=circle.id(who))

    for who in PLACED:
        circle.entry(who, mark("private", who), prompt=STAYED)
        circle.entry(who, mark("for_coach", who), prompt=KEEP, shared="coach")
        circle.entry(who, mark("for_group", who), prompt="hard", shared="group")
        back = circle.entry(who, mark("private", who), prompt="tomorrow", shared="group")
        assert back["shared"] == "group"
        circle.do(who, "journal:share", prompt="tomorrow", shared="nobody")
        circle.do(who, "agreement:add", text=mark("agreement", who))
    for who in ("Lena", "Olga", "Omar"):
        circle.do(who, "coursegoal:set", text=mark("course_goal", who))
    circle.do("Cleo", "handover:save", text=mark("hand_over", "Cleo"), seen=0)
    circle.do("Cleo", "handover:save", room=circle.reflect, text=mark("hand_over", "Cleo"), seen=0)

    checker = Checker(book)
    kinds = {circle.start: "startup", circle.reflect: "reflection", circle.practice: "practice"}
    for room, kind in kinds.items():
        scenario, rubric = (None, None)
        for who in EVERYONE:
            seat = str(circle.view(who, room)["seat"])
            at = At(circle.id(who), seat, "lobby", scenario=scenario, rubric=rubric, kind=kind)
            shown, mine = circle.view(who, room), circle.mine(who, room)
            # What a case holds is looked at in test_secrecy; here its words are no marks.
            checker.message("room:view", json.loads(json.dumps(shown)), at)
            checker.message("mine:view", json.loads(json.dumps(mine)), at)
    assert checker.leaks == []
    own = 1  # once more in one's own journal
    assert checker.seen[("private", "observer")] == 2 * 3  # their own: nobody else's
    assert checker.seen[("for_group", "patient")] == len(PLACED) + own
    assert checker.seen[("for_coach", "coach")] == len(PLACED) + own
    assert ("for_group", "organiser") not in checker.seen
    assert ("course_goal", "organiser") not in checker.seen


def test_control_a_leak_is_seen(circle: Circle) -> None:
    book = Book()
    circle.entry("Lena", book.mark("private", owner=circle.id("Lena")), shared="group")
    checker = Checker(book)
    at = At(circle.id("Olga"), "observer", "lobby", kind="reflection")
    checker.message("room:view", json.loads(json.dumps(circle.view("Olga", circle.reflect))), at)
    assert len(checker.leaks) == 1
    checker.message("room:view", {"secret": "x"}, replace(at, kind="startup"))
    assert "decided nowhere" in checker.leaks[1]
