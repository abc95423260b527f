"""The board's namespace on a real server: who is let in, what they see and how soon, and what they may do."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any
from unittest.mock import MagicMock
from uuid import uuid4

import pytest

from pallpractice.domain.roles import Role, Track
from pallpractice.realtime.board import Boards
from pallpractice.realtime.connections import Connection
from pallpractice.realtime.guard import Guard, Watched
from pallpractice.services import people
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.presence import Attendance
from pallpractice.storage.rooms import JournalLine
from tests.realtime.boards import NAMESPACE, board, board_line
from tests.realtime.flood import pour, text


@pytest.fixture
def two(store: Any, course: Any) -> Any:
    """A second organiser."""
    with store.write() as uow:
        course.cast["Orla"] = Person(name="Orla", email="orla@example.org")
        uow.session.add(Enrolment(course_id=course.course.id, person=course.cast["Orla"], role=Role.ORGANISER))
    return course


def test_help_is_seen_at_once_and_taken_by_a_free_coach(two: Any, birch: Callable[[], str], house: Any) -> None:
    birch()
    oren, orla, cole = (board(house, name).connect() for name in ("Oren", "Orla", "Cole"))
    lena, cleo = house.join("Lena", "Cleo").values()
    asked = time.monotonic()
    lena.ok("help:ask", text="we can't hear Sam")
    for looker in (oren, orla, cole):
        looker.wait(lambda looker=looker: looker.shown("Maple")["help"] != [], timeout=1)
    print(f"\nseen by three after {time.monotonic() - asked:.2f} s")
    assert oren.shown("Maple")["help"][0]["text"] == "we can't hear Sam"
    assert "text" not in cole.shown("Maple")["help"][0]
    cole.ok("help:take", room=house.room, person=house.course.lena.id)
    lena.wait(lambda: lena.mine["help"]["coming"]["name"] == "Cole" if lena.mine["help"]["coming"] else False)
    cleo.wait(lambda: cleo.view["help"][0]["coming"] is not None)
    oren.wait(lambda: oren.shown("Maple")["help"][0]["coming"] == {"person": house.course.cole.id, "name": "Cole"})
    again = orla.do("help:take", room=house.room, person=house.course.lena.id)
    assert (again["error"]["code"], again["error"]["message"]) == ("stale", "Cole is coming already.")
    oren.ok("help:clear", room=house.room, person=house.course.lena.id)
    cole.wait(lambda: cole.shown("Maple")["help"] == [])


def test_presence_is_seen_and_lookers_are_not_counted_as_present(house: Any) -> None:
    oren = board(house, "Oren").connect()
    assert oren.shown("Maple")["here"] == 0
    lena = house.client("Lena").connect()
    oren.wait(lambda: oren.shown("Maple")["here"] == 1, timeout=2)
    lena.close()
    oren.wait(lambda: oren.shown("Maple")["here"] == 0, timeout=2)
    time.sleep(1)
    with house.store.read() as uow:
        assert {row.person_id for row in uow.session.query(Attendance)} == {house.course.lena.id}


def test_what_is_done_in_all_rooms_is_done_once_in_each(birch: Callable[[], str], house: Any) -> None:
    other = birch()
    oren = board(house, "Oren").connect()
    lena, lara = house.client("Lena").connect(), house.client("Lara", other).connect()
    key = str(uuid4())
    first = oren.do("board:notice", key, rooms="all", text="Five minutes")
    assert (set(first["done"]), first["refused"]) == ({house.room, other}, [])
    for one in (lena, lara):
        one.wait(lambda one=one: one.last("notice:received") is not None)
        assert one.last("notice:received")["text"] == "Five minutes"
    assert oren.do("board:notice", key, rooms="all", text="Five minutes") == first
    assert oren.do("board:notice", key, rooms="all", text="Ten")["error"]["code"] == "conflict"
    with house.store.read() as uow:
        assert uow.session.query(JournalLine).count() == 2

    oren.ok("round:start", room=house.room)
    extended = oren.ok("clock:extend", rooms="all", seconds=120)
    assert extended["done"] == [house.room]
    assert [(one["room"], one["code"]) for one in extended["refused"]] == [(other, "wrong_phase")]
    assert oren.do("clock:extend", rooms=[other], seconds=120)["error"]["code"] == "wrong_phase"

    oren.ok("room:close", rooms="all", in_s=60)
    lena.wait(lambda: lena.view["closes_at"] is not None)
    oren.wait(lambda: oren.shown("Maple")["closes_at"] == lena.view["closes_at"])
    oren.ok("room:keep", rooms=[house.room])
    lena.wait(lambda: lena.view["closes_at"] is None)
    lara.wait(lambda: lara.view["closes_at"] is not None)


def test_people_move_and_actors_are_replaced(birch: Callable[[], str], house: Any) -> None:
    other = birch()
    oren = board(house, "Oren").connect()
    olga = house.client("Olga").connect()
    oren.ok("person:move", person=house.course.olga.id, to=other)
    olga.wait(lambda: olga.last("room:moved") == {"room": other, "url": f"/rooms/{other}"})
    oren.wait(lambda: "Olga" in [one["name"] for one in oren.shown("Birch")["people"]])
    back = {"person": house.course.olga.id, "from": other, "to": house.room}
    oren.ok("person:move", **back)
    oren.ok("round:start", room=house.room)
    omar = house.client("Omar").connect()
    assert "script" not in omar.view
    oren.ok("actor:replace", room=house.room, actor=house.course.sam.id, by=house.course.omar.id)
    omar.wait(lambda: omar.view["seat"] == "patient" and "script" in omar.view)


def test_a_start_in_all_rooms_begins_where_all_it_takes_are_there(birch: Callable[[], str], house: Any) -> None:
    other = birch()
    oren = board(house, "Oren").connect()
    nowhere = oren.do("round:start", rooms="all")
    assert nowhere["error"]["code"] == "invalid"
    assert {one["room"] for one in nowhere["refused"]} == {house.room, other}, "each says why"
    house.join("Lena", "Sam", "Cleo")
    started = oren.ok("round:start", rooms="all")
    assert (started["done"], [one["room"] for one in started["refused"]]) == ([house.room], [other])
    assert "Nobody is there to play" in started["refused"][0]["message"]
    oren.wait(lambda: oren.shown("Maple")["phase"] == "briefing")


@pytest.mark.parametrize("who", ["Lena", "Sam"])
def test_learners_and_actors_are_not_let_in(house: Any, who: str) -> None:
    client = board(house, who)
    with pytest.raises(Exception, match=r".*"):
        client.connect(timeout=3)
    assert client.refusal["data"]["code"] == "not_found"
    assert client.frames == []
    nowhere = board(house, "Oren", session="nowhere")
    with pytest.raises(Exception, match=r".*"):
        nowhere.connect(timeout=3)
    assert nowhere.refusal["data"] == client.refusal["data"], "no board, and none for you, look the same"


def test_a_coach_does_no_more_than_take_help(house: Any) -> None:
    cleo = board(house, "Cleo").connect()
    assert cleo.view["role"] == "coach"
    for event, fields in {
        "board:notice": {"rooms": "all", "text": "x"},
        "room:close": {"rooms": [house.room], "in_s": 0},
        "round:start": {"room": house.room},
        "person:move": {"person": house.course.olga.id, "to": house.room},
        "person:place": {"person": house.course.olga.id, "to": house.room},
        "actor:replace": {"room": house.room, "actor": house.course.sam.id, "by": house.course.omar.id},
    }.items():
        assert cleo.do(event, **fields)["error"]["code"] == "not_allowed", event


def test_bad_fields_are_refused_by_name(house: Any) -> None:
    oren = board(house, "Oren").connect()
    for event, fields, name in (
        ("room:close", {"rooms": [], "in_s": 60}, "rooms"),
        ("room:close", {"rooms": "some", "in_s": 60}, "rooms"),
        ("room:close", {"rooms": [{}], "in_s": 60}, "rooms"),
        ("room:close", {"rooms": "all", "in_s": -1}, "in_s"),
        ("clock:extend", {"rooms": None, "seconds": 60}, "rooms"),
        ("actor:replace", {"room": "x", "by": "y"}, "character"),
        ("board:notice", {"rooms": "all", "text": ""}, "text"),
        ("round:start", {}, "room"),
        ("round:start", {"room": "x", "rooms": "all"}, "room"),
        ("help:take", {"room": "x", "person": "y", "more": 1}, "more"),
    ):
        error = oren.do(event, **fields)["error"]
        assert (error["code"], list(error["fields"])) == ("invalid", [name])
    assert oren.do("encounter:begin")["error"]["message"] == "There is no such action."
    assert oren.do("room:keep", rooms=["0" * 32])["error"]["code"] == "not_found"


def remove(house: Any) -> None:
    house.store.change(people.remove, house.course.course, house.course.oren)


def sign_out(house: Any) -> None:
    house.browser("Oren").post("/sign-out", "/")


@pytest.mark.parametrize(("deed", "reason"), [(remove, "removed"), (sign_out, "signed_out")])
def test_who_loses_the_right_is_cut_off_within_a_second(
    two: Any, house: Any, deed: Callable[[Any], None], reason: str
) -> None:
    line = board_line(house, "Oren")
    lena = house.client("Lena").connect()
    deed(house)
    done_at = time.monotonic()
    assert line.gone_within(1), "still open"
    print(f"\n{deed.__name__}: gone after {time.monotonic() - done_at:.2f} s")
    assert [ended["reason"] for ended in line.events("session:ended")] == [reason]
    lena.ok("goal:set", text="the others go on")


def test_views_come_twice_a_second_at_most_and_rise(house: Any) -> None:
    oren = board(house, "Oren").connect()
    lena = house.client("Lena").connect()
    time.sleep(1)
    before, started = len(oren.frames), time.monotonic()
    for number in range(60):
        lena.ok("goal:set", text=f"goal {number}")
        time.sleep(0.03)
    took = time.monotonic() - started
    time.sleep(0.7)
    views = oren.all("board:view")[before:]
    assert 2 <= len(views) <= took / 0.5 + 3
    counts = [view["count"] for view in oren.all("board:view")]
    assert counts == sorted(set(counts))


def test_a_flood_at_the_board_is_cut_and_the_person_may_come_back(house: Any) -> None:
    line = board_line(house, "Oren")
    ask = text(f'42{NAMESPACE},7["room:keep",{{"rooms":"all"}}]')
    assert pour(line, ask * 500, seconds=5) < 3
    assert board(house, "Oren").connect().do("room:keep", rooms="all")["ok"]


def test_what_is_asked_of_many_rooms_counts_as_many_packets_and_cuts_nobody() -> None:
    guard = object.__new__(Guard)
    guard.watched = {"one": Watched()}
    guard.charge("one", 60)
    assert not guard.hurried("one")
    for _ in range(3):
        guard.charge("one", 500)
    assert guard.hurried("one")
    assert guard.watched["one"].objection_to("42") is None


def test_boards_and_rooms_count_together_for_one_person(house: Any) -> None:
    lines = [board_line(house, "Oren") for _ in range(6)]
    assert lines[0].gone_within(1)
    assert [ended["reason"] for ended in lines[0].events("session:ended")] == ["replaced"]


def test_a_restart_keeps_the_counter_rising(house: Any) -> None:
    oren = board(house, "Oren").connect()
    shown = oren.view["count"]
    house.server.stop()
    house.server.start()
    assert board(house, "Oren").connect().view["count"] > shown


def test_a_person_without_a_place_gets_one(house: Any) -> None:
    with house.store.write() as uow:
        zoe = Person(name="Zoe", email="zoe@example.org")
        uow.session.add(Enrolment(course_id=house.course.course.id, person=zoe, role=Role.LEARNER, track=Track.ADULT))
    oren = board(house, "Oren").connect()
    assert [one["name"] for one in oren.view["unplaced"]] == ["Zoe"]
    oren.ok("person:place", person=zoe.id, to=house.room)
    oren.wait(lambda: oren.view["unplaced"] == [])
    assert "Zoe" in [one["name"] for one in oren.shown("Maple")["people"]]


def test_whoever_comes_as_the_last_one_goes_is_kept_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under threads: the look that finds nobody, and a newcomer's welcome, at the same moment."""
    started: list[tuple[Any, ...]] = []
    gateway, cole = MagicMock(), Connection("1", "1", "cole", "session", namespace=NAMESPACE)
    gateway.server.start_background_task = lambda *task: started.append(task)
    boards = Boards(gateway)
    monkeypatch.setattr(boards, "refresh", lambda *_, **__: None)
    boards.welcome(cole, True)
    assert len(started) == 1
    newcomer = Thread(target=boards.welcome, args=(Connection("2", "2", "orla", "session", namespace=NAMESPACE), True))

    def nobody(_: str) -> list[Connection]:
        newcomer.start()
        newcomer.join(0.2)
        return []

    gateway.connections.in_room = nobody
    look, session = started[0]
    look(session)
    newcomer.join()
    assert len(started) == 2, "nobody looks after the newcomer's board"
