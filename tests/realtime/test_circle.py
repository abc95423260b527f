"""Start-up and reflection on a real server with a client in every seat: what each hears, and what none may hear."""

import html
import json
import re
from typing import Any

import pytest

from pallpractice.storage.rooms import Room
from tests.conftest import Days
from tests.marks import Book
from tests.realtime.conftest import House
from tests.realtime.served import SeatClient
from tests.visible import At, Checker

PLACED = ("Lena", "Olga", "Omar", "Sam", "Cleo")
EVERYONE = (*PLACED, "Oren")
SEATS = dict.fromkeys(("Lena", "Olga", "Omar"), "observer") | {"Sam": "patient", "Cleo": "coach", "Oren": "organiser"}


@pytest.fixture(autouse=True)
def three_days(days: Days) -> Days:
    """Before the house is opened, so that there are rooms for them."""
    return days


class Gathering:
    """Everyone in one of the group's rooms, Lena in two windows; all they hear is kept."""

    def __init__(self, house: House, session: Any, kind: str, book: Book) -> None:
        with house.store.read() as uow:
            self.room = str(uow.session.query(Room).filter_by(session_id=session.id).one().id)
        self.house, self.kind, self.book = house, kind, book
        self.people = {name: person.id for name, person in house.course.cast.items()}
        self.tabs: dict[str, list[SeatClient]] = {
            name: [house.client(name, self.room).connect() for _ in range(2 if name == "Lena" else 1)]
            for name in EVERYONE
        }
        self.answers: list[tuple[str, str, Any]] = []

    def __getitem__(self, who: str) -> SeatClient:
        return self.tabs[who][0]

    def do(self, who: str, action: str, **fields: Any) -> dict[str, Any]:
        answer = self[who].do(action, **fields)
        self.answers.append((who, action, answer))
        return answer

    def ok(self, who: str, action: str, **fields: Any) -> dict[str, Any]:
        answer = self.do(who, action, **fields)
        assert answer["ok"], (who, action, answer)
        return answer

    def mark(self, kind: str, who: str) -> str:
        return self.book.mark(kind, f"{kind} of {who}", owner=self.people[who])

    def settle(self) -> None:
        """Until everyone has the newest view: a notice is heard by all, and in its order."""
        text = self.mark("notice", "Oren")
        self.ok("Oren", "notice:send", text=text)
        for client in self.clients:
            client.wait(lambda client=client: any(one["text"] == text for one in client.all("notice:received")))  # type: ignore[misc]

    @property
    def clients(self) -> list[SeatClient]:
        return [client for tabs in self.tabs.values() for client in tabs]

    def check(self, checker: Checker) -> None:
        for name, tabs in self.tabs.items():
            for client in tabs:
                for frame in client.frames:
                    checker.message(frame.event, frame.data, self.at(name))
        for who, action, answer in self.answers:
            checker.message(f"ack {action}", answer, self.at(who))
        for name in EVERYONE:
            page = self.house.browser(name).get(f"/rooms/{self.room}")
            found = re.search(r'<script type="application/json" id="room-data">(.*?)</script>', page, re.DOTALL)
            assert found
            data = json.loads(html.unescape(found[1]))
            checker.message("room:view", data.pop("view"), self.at(name))
            checker.message("mine:view", data.pop("mine"), self.at(name))
            checker.text("page", page.replace(found[1], "") + json.dumps(data), self.at(name))

    def at(self, who: str) -> At:
        return At(self.people[who], SEATS[who], "lobby", kind=self.kind)

    def leave(self) -> None:
        for client in self.clients:
            client.close()


def lines(client: SeatClient) -> list[str]:
    return [line["text"] for line in client.view["agreement"]]


def test_a_start_up_is_shown_to_everyone_as_it_is_written(house: House, days: Days) -> None:
    book = Book()
    start = Gathering(house, days.first, "startup", book)
    first = start.mark("agreement", "Lena")
    added = start.ok("Lena", "agreement:add", text=first)
    for client in start.clients:
        client.wait(lambda client=client: lines(client) == [first])  # type: ignore[misc]
    second = start.mark("agreement", "Olga")
    start.ok("Olga", "agreement:edit", id=added["id"], text=second, seen=1)
    stale = start.do("Omar", "agreement:edit", id=added["id"], text=start.mark("agreement", "Omar"), seen=1)
    assert stale["error"]["code"] == "stale"
    assert stale["error"]["message"] == "Olga has changed this line meanwhile."
    assert stale["error"]["current"]["text"] == second
    goal = start.mark("course_goal", "Lena")
    start.ok("Lena", "coursegoal:set", text=goal)
    start.ok("Cleo", "handover:save", text=start.mark("hand_over", "Cleo"), seen=0)
    for who, action in (("Cleo", "round:start"), ("Lena", "journal:save"), ("Sam", "coursegoal:set")):
        fields = {"prompt": "stayed", "text": "x", "seen": 0} if action.startswith("j") else {}
        answer = start.do(who, action, **(fields or ({"text": "x"} if action.startswith("c") else {})))
        assert answer["error"]["code"] in ("wrong_phase", "not_allowed"), action
    start.settle()
    for who in PLACED:
        start[who].wait(lambda who=who: [one["text"] for one in start[who].view["goals"]] == [goal])  # type: ignore[misc]
        assert lines(start[who]) == [second]

    # Elsewhere in the group's rooms the same is there, and stays so when it changes.
    practice = house.client("Cleo", house.room).connect()
    assert lines(practice) == [second]
    start.ok("Omar", "agreement:remove", id=added["id"], seen=2)
    practice.wait(lambda: practice.view["agreement"] == [])
    lena = house.client("Lena", house.room).connect()
    assert lena.mine["course_goal"] == goal

    # Presence, and a reconnect that shows what a fresh page shows.
    start["Sam"].close()
    start["Lena"].wait(
        lambda: start["Lena"].last("presence:changed") == {"person": start.people["Sam"], "present": False}
    )
    again = house.client("Olga", start.room).connect()
    assert {**again.view, "now": 0} == {**start["Olga"].view, "now": 0} | {"seats": again.view["seats"]}
    checker = Checker(book)
    start.check(checker)
    assert checker.leaks == []
    assert checker.seen["hand_over", "coach"] > 1
    assert checker.seen["course_goal", "patient"] > 0


def test_a_reflection_tells_what_is_shared_and_not_a_word_more(house: House, days: Days) -> None:
    book = Book()
    reflection = Gathering(house, days.reflection, "reflection", book)
    reflection.settle()
    heard = {name: len(reflection[name].frames) for name in EVERYONE}
    for number in range(5):
        words = reflection.mark("private", "Lena")
        reflection.ok("Lena", "journal:save", prompt="stayed", text=words, seen=number)
    other = reflection.tabs["Lena"][1]
    other.wait(lambda: (other.last("journal:saved") or {}).get("revision") == 5)
    assert other.last("journal:saved")["text"] == words
    # Nobody hears that someone writes, not even how often.
    assert {name: len(reflection[name].frames) for name in EVERYONE if name != "Lena"} == {
        name: count for name, count in heard.items() if name != "Lena"
    }
    stale = reflection.do("Lena", "journal:save", prompt="stayed", text=reflection.mark("private", "Lena"), seen=2)
    assert stale["error"]["code"] == "stale"
    for who in PLACED:
        for prompt, kind, shared in (("keep", "for_coach", "coach"), ("hard", "for_group", "group")):
            reflection.ok(who, "journal:save", prompt=prompt, text=reflection.mark(kind, who), seen=0)
            reflection.ok(who, "journal:share", prompt=prompt, shared=shared)
    reflection.settle()
    for who, count in {"Cleo": 10, "Lena": 5, "Sam": 5, "Oren": 0}.items():
        client = reflection[who]
        client.wait(lambda client=client, count=count: len(client.view["shared"]) == count)  # type: ignore[misc]

    # Taken back, it is gone from every view that comes after.
    reflection.ok("Olga", "journal:share", prompt="hard", shared="nobody")
    for who in PLACED:
        wanted = 9 if who == "Cleo" else 4
        client = reflection[who]
        client.wait(lambda client=client, wanted=wanted: len(client.view["shared"]) == wanted)  # type: ignore[misc]
    answer = reflection.do("Oren", "journal:save", prompt="stayed", text="x", seen=0)
    assert answer["error"]["code"] == "not_allowed"
    stranger = reflection.do(
        "Lena", "journal:save", prompt="stayed", text="x", seen=5, person=reflection.people["Olga"]
    )
    assert stranger["error"]["code"] == "invalid"
    checker = Checker(book)
    reflection.check(checker)
    assert checker.leaks == []
    assert ("for_group", "organiser") not in checker.seen
    assert checker.seen["private", "observer"] > 0
    assert "kx0" not in house.log


def test_one_who_is_signed_out_hears_no_more_of_it(house: House, days: Days) -> None:
    reflection = Gathering(house, days.reflection, "reflection", Book())
    house.browser("Olga").post("/sign-out", "/")
    olga = reflection["Olga"]
    olga.wait(lambda: olga.last("session:ended") is not None)
    frames = len(olga.frames)
    reflection.ok("Lena", "journal:save", prompt="stayed", text="Afterwards", seen=0)
    reflection.ok("Lena", "journal:share", prompt="stayed", shared="group")
    reflection["Omar"].wait(lambda: len(reflection["Omar"].view["shared"]) == 1)
    assert len(olga.frames) == frames
