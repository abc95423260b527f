"""A guest on a real server: hears nothing while they wait, and is in the room once someone inside lets them in."""

import json
import time
import urllib.error
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pallpractice.services import people
from pallpractice.storage.courses import Person
from tests.realtime.served import Browser, SeatClient


@pytest.fixture(autouse=True)
def marked(house: Any) -> None:
    """The session is going on, and everything about it carries a mark."""
    with house.store.write() as uow:
        session = uow.session.merge(house.course.session)
        session.starts_at, session.ends_at = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=2)
        session.title = session.course.title = "Marked title"
        for person in uow.session.query(Person):
            person.name = f"Marked {person.name}"


class Ada:
    """Someone with a code and no session."""

    def __init__(self, house: Any) -> None:
        self.house, self.browser = house, Browser(house.server)
        self.seen: list[str] = []

    def get(self, path: str) -> str:
        self.seen.append(self.browser.get(path))
        return self.seen[-1]

    def ask(self, code: str, name: str = "Ada") -> None:
        path = f"/join/{code.replace(' ', '')}"
        self.seen.append(self.browser.post(path, path, name=name))

    @property
    def answer(self) -> str:
        return str(json.loads(self.get("/api/v1/waiting"))["answer"])

    def client(self) -> SeatClient:
        client = SeatClient("Ada", self.house.server, self.browser.cookie, self.house.room)
        self.house.clients.append(client)
        return client


def code_of(coach: SeatClient) -> str:
    coach.ok("code:make")
    coach.wait(lambda: coach.view.get("code") is not None)
    return str(coach.view["code"])


def knocked(coach: SeatClient, name: str) -> str:
    """The id of the guest of this name, once the coach's view has them."""
    coach.wait(lambda: name in [guest["name"] for guest in newest(coach)["guests"]])
    return str(next(guest["id"] for guest in newest(coach)["guests"] if guest["name"] == name))


def newest(client: SeatClient) -> dict[str, Any]:
    """The last view: asking does not raise the version."""
    return dict(client.last("room:view"))


def test_a_guest_waits_unseen_and_unseeing_until_let_in(house: Any) -> None:
    cleo, lena, oren = (house.client(name).connect() for name in ("Cleo", "Lena", "Oren"))
    ada = Ada(house)
    ada.ask(code_of(cleo), "Ada")
    guest = knocked(cleo, "Ada")
    assert knocked(oren, "Ada") == guest

    # Nothing but the wait: no socket, no page, and no word of who is inside.
    client = ada.client()
    with pytest.raises(Exception, match=r"refused|failed|rejected|connect"):
        client.connect(timeout=3)
    assert client.refusal["data"]["code"] == "not_signed_in"
    assert client.frames == []
    assert ada.answer == "waiting"
    ada.get("/waiting")
    for path in ("/", f"/rooms/{house.room}", "/courses/serious-talk", "/scenarios", "/me"):
        ada.get(path)
    with pytest.raises(urllib.error.HTTPError):
        ada.get("/api/v1/me")
    assert not [page for page in ada.seen if "Marked" in page]
    assert "Maple" in ada.seen[0]

    # Those inside who do not look after the door do not hear of it.
    assert "Ada" not in json.dumps([frame.data for frame in lena.frames])
    assert "code" not in newest(lena)

    cleo.ok("guest:admit", guest=guest)
    lena.wait(lambda: "Ada" in [seat["name"] for seat in lena.view["seats"]])
    assert ada.answer == "admitted"
    assert "Opening the room" in ada.get("/waiting")
    inside = ada.client().connect()
    assert inside.view["seat"] == "observer"
    assert not {"code", "guests", "script", "guide"} & inside.view.keys()
    assert inside.do("guest:admit", guest=guest)["error"]["code"] == "not_allowed"
    assert oren.do("guest:refuse", guest=guest)["error"]["code"] == "stale"
    inside.ok("ready:set", ready=True)


def test_a_refused_guest_stays_outside(house: Any) -> None:
    cleo = house.client("Cleo").connect()
    ada = Ada(house)
    ada.ask(code_of(cleo))
    cleo.ok("guest:refuse", guest=knocked(cleo, "Ada"))
    cleo.wait(lambda: newest(cleo)["guests"] == [])
    assert ada.answer == "refused"
    assert "just now" in ada.get("/waiting")
    with pytest.raises(Exception, match=r"refused|failed|rejected|connect"):
        ada.client().connect(timeout=3)


def test_a_guest_can_be_removed_like_anyone(house: Any) -> None:
    cleo = house.client("Cleo").connect()
    ada = Ada(house)
    ada.ask(code_of(cleo))
    cleo.ok("guest:admit", guest=knocked(cleo, "Ada"))
    ada.get("/waiting")
    inside = ada.client().connect()
    with house.store.write() as uow:
        person = uow.session.query(Person).filter_by(name="Ada").one()
        people.remove(uow, uow.session.merge(house.course.course), person)
    removed = time.monotonic()
    inside.wait(lambda: not inside.io.connected, timeout=3)
    assert time.monotonic() - removed < 2
    assert inside.last("session:ended") == {"reason": "removed"}
    assert ada.browser.status(f"/rooms/{house.room}") == 404
