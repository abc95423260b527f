"""Coming to a room's door by its code, in a browser without scripts: what it shows, and that guessing leads nowhere."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from pallpractice.domain.joining import ALPHABET
from pallpractice.domain.room import Act, Action
from pallpractice.services import rounds, seating
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Person
from pallpractice.storage.invitations import Guest
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from pallpractice.web import joining
from tests.conftest import Clock, PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
CODE = "K74MPX"


class Door:
    """The room of the cast, with a code, and those who look after it."""

    def __init__(self, app: Flask, store: Store, course: SavedCourse) -> None:
        self.app, self.store, self.course = app, store, course
        store.change(lambda uow: seating.place(uow, course.course))
        with store.write() as uow:
            room = uow.session.query(Room).one()
            room.join_code = CODE
        self.room = room.id

    def act(self, who: str, action: str, **fields: Any) -> None:
        library = self.app.extensions["pallpractice"].library
        asked = Act(Action(action), self.course.cast[who].id, fields)
        self.store.change(rounds.act, library, self.room, asked, str(uuid4()))

    def guest(self) -> Guest:
        with self.store.read() as uow:
            return uow.session.query(Guest).order_by(Guest.asked_at.desc()).first()  # type: ignore[return-value]


@pytest.fixture
def door(app: Flask, store: Store, course: SavedCourse) -> Door:
    return Door(app, store, course)


@pytest.fixture
def ada(door: Door, client_as: ClientAs) -> PageClient:
    """Someone who has asked to come in."""
    client = client_as(None)
    assert client.submit(f"/join/{CODE}", name="Ada").status_code == 303
    return client


def heading(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text)
    assert found
    return found[1]


# --- the way to the door


def test_the_code_then_the_name_then_the_wait(door: Door, client_as: ClientAs) -> None:
    client = client_as(None)
    assert heading(client.get("/join").text) == "What is the code of the room?"
    typed = client.submit("/join", code=" k74-mpx ")
    assert (typed.status_code, typed.location) == (303, f"/join/{CODE}")
    named = client.get(typed.location)
    assert "<strong>Maple</strong>" in named.text
    asked = client.submit(typed.location, name="  Ada   Moreno ")
    assert (asked.status_code, asked.location) == (303, "/waiting")
    cookie = next(one for one in asked.headers.getlist("Set-Cookie") if one.startswith("guest="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    page = client.get("/waiting").text
    assert "You asked to come into <strong>Maple</strong>. Someone inside will let you in." in page
    assert "Ada Moreno" in page
    assert door.guest().name == "Ada Moreno"


def test_the_picture_leads_to_the_name(door: Door, client_as: ClientAs) -> None:
    picture = client_as(door.course.cleo).get(f"/rooms/{door.room}/code.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "style" not in picture.text
    assert client_as(None).get(f"/join/{CODE}").status_code == 200
    poster = client_as(door.course.oren).get(f"/rooms/{door.room}/poster").text
    assert "K74 MPX" in poster
    assert "127.0.0.1:5000/join" in poster


def test_a_name_is_needed_and_has_its_bounds(door: Door, client_as: ClientAs) -> None:
    client = client_as(None)
    for name in ("", "   ", "x" * 81, "Ada\x00", "Ada\u202e"):
        refused = client.submit(f"/join/{CODE}", name=name)
        assert refused.status_code == 400
        assert "Write your name, in up to 80 characters." in refused.text
        assert 'aria-invalid="true"' in refused.text
    with door.store.read() as uow:
        assert uow.session.query(Guest).count() == 0


def test_whoever_has_a_place_inside_goes_straight_in(door: Door, client_as: ClientAs) -> None:
    assert client_as(door.course.lena).get(f"/join/{CODE}").location == f"/rooms/{door.room}"
    assert client_as(door.course.mallory).get(f"/join/{CODE}").status_code == 200


# --- a waiting guest has nothing but the wait


def test_a_waiting_guest_sees_no_one_and_nothing(door: Door, ada: PageClient) -> None:
    with door.store.write() as uow:
        for number, person in enumerate(uow.session.query(Person)):
            person.name = f"Marked {number} Name"
        course = uow.session.merge(door.course.course)
        course.title = "Marked Course"
        course.sessions[0].title = "Marked Session"
    rules = {rule.rule for rule in door.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    values = {"room_id": door.room, "code": CODE, "slug": "serious-talk", "path:filename": "js/room.js", "build": "x"}
    for rule in sorted(rules):
        path = re.sub(r"<([^>]+)>", lambda found: values.get(found[1], "none"), rule)
        with ada.get(path, follow_redirects=True) as answer:
            assert "Marked" not in answer.text, path
    assert ada.get(f"/rooms/{door.room}").status_code == 302
    assert ada.get("/api/v1/me").status_code == 401
    assert ada.get("/api/v1/waiting").get_json() == {"answer": "waiting"}
    with ada.session_transaction() as session:
        assert "_user_id" not in session


def test_the_way_in_is_let_in_and_signed_in_once(door: Door, ada: PageClient) -> None:
    door.act("Cleo", "guest:admit", guest=door.guest().id)
    assert ada.get("/api/v1/waiting").get_json() == {"answer": "admitted"}
    entered = ada.get("/waiting")
    with door.store.read() as uow:
        assert uow.session.scalars(select(AuditLine.data)).all() == [{"by": "code", "room": door.room}]
    assert (entered.status_code, entered.location) == (303, f"/rooms/{door.room}")
    assert ada.get_cookie("guest") is None
    room = ada.get(entered.location)
    assert room.status_code == 200
    assert '"seat": "observer"' in room.text or '"seat":"observer"' in room.text
    assert ada.get("/api/v1/me").get_json()["person"]["name"] == "Ada"
    assert ada.get(f"/rooms/{door.room}/poster").status_code == 404


def test_one_who_is_refused_is_told_kindly_and_may_ask_again(door: Door, ada: PageClient) -> None:
    door.act("Cleo", "guest:refuse", guest=door.guest().id)
    page = ada.get("/waiting")
    assert (page.status_code, heading(page.text)) == (200, "You can’t come in just now")
    assert ada.get("/api/v1/waiting").get_json() == {"answer": "refused"}
    assert ada.submit(f"/join/{CODE}", name="Ada").status_code == 303
    assert ada.get("/api/v1/waiting").get_json() == {"answer": "waiting"}


def test_one_may_stop_waiting(door: Door, ada: PageClient) -> None:
    assert ada.submit("/waiting").location == "/join"
    assert ada.get_cookie("guest") is None
    assert heading(ada.get("/waiting").text) == "You are not waiting any more"
    assert door.guest().answered_at


def test_another_browser_is_not_let_in_with_it(door: Door, ada: PageClient, client_as: ClientAs) -> None:
    door.act("Cleo", "guest:admit", guest=door.guest().id)
    stranger = client_as(None)
    stranger.set_cookie("guest", "x" * 43)
    assert heading(stranger.get("/waiting").text) == "You are not waiting any more"
    stranger.set_cookie("guest", door.guest().token_hash)
    assert stranger.get("/api/v1/waiting").get_json() == {"answer": "gone"}


def test_a_guest_who_was_removed_is_not_signed_in(door: Door, ada: PageClient) -> None:
    from pallpractice.services import people

    door.act("Cleo", "guest:admit", guest=door.guest().id)
    with door.store.write() as uow:
        person = uow.session.get_one(Person, door.guest().person_id)
        people.remove(uow, uow.session.merge(door.course.course), person)
    assert heading(ada.get("/waiting").text) == "You are not waiting any more"
    assert ada.get("/api/v1/me").status_code == 401


# --- guessing


def same(text: str) -> str:
    """A page without the token in it and the code that was tried."""
    return re.sub(r'value="[^"]*"', "", text)


def test_a_wrong_code_and_a_closed_one_get_the_same_page(
    door: Door, client_as: ClientAs, store: Store, clock: Clock
) -> None:
    client = client_as(None)
    wrong = client.submit("/join", code="222222")
    with store.write() as uow:
        uow.session.get_one(Room, door.room).closes_at = uow.now
    closed = client.submit("/join", code=CODE)
    assert (wrong.status_code, closed.status_code) == (404, 404)
    assert same(wrong.text) == same(closed.text)
    clock.advance(60)
    wrong = client.get("/join/333333")
    clock.advance(60)
    closed = client_as(None).get(f"/join/{CODE}")
    assert same(wrong.text) == same(closed.text)
    clock.advance(60)
    assert client.submit(f"/join/{CODE}", name="Ada").status_code == 404


def guesses(count: int) -> Iterator[str]:
    for number in range(count):
        yield "2222" + ALPHABET[number // 30 % 30] + ALPHABET[number % 30]


def test_a_thousand_guesses_are_ten_and_the_right_one_is_not_looked_at(door: Door, client_as: ClientAs) -> None:
    client = client_as(None)
    answers = [client.get(f"/join/{code}").status_code for code in guesses(1000)]
    assert answers.count(404) <= 10
    assert set(answers) == {404, 429}
    right = client.get(f"/join/{CODE}")
    assert right.status_code == 429
    assert "Too many tries. Wait " in right.text
    assert "Maple" not in right.text
    assert client.submit(f"/join/{CODE}", name="Ada").status_code == 429


def test_guesses_count_by_where_they_come_from(door: Door, app: Flask) -> None:
    def status(path: str, remote: str, forwarded: str = "") -> int:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        return app.test_client().get(path, environ_base={"REMOTE_ADDR": remote}, headers=headers).status_code

    for code in guesses(20):
        status(f"/join/{code}", "192.0.2.7")
    assert status(f"/join/{CODE}", "192.0.2.7") == 429
    assert status(f"/join/{CODE}", "192.0.2.7", "198.51.100.9") == 429, "anyone may write that"
    assert status(f"/join/{CODE}", "192.0.2.8") == 200
    assert status(f"/join/{CODE}", "127.0.0.1", "203.0.113.5, 192.0.2.7") == 429, "a proxy of ours says so"
    assert status(f"/join/{CODE}", "127.0.0.1", "192.0.2.7, 203.0.113.5") == 200
    for number, code in enumerate(guesses(20)):
        status(f"/join/{code}", f"2001:db8:1:1::{number:x}")
    assert status(f"/join/{CODE}", "2001:db8:1:1:ffff::1") == 429
    assert status(f"/join/{CODE}", "2001:db8:1:2::1") == 200


def test_over_https_the_cookie_is_bound_to_the_host(app: Flask, settings: Any) -> None:
    from dataclasses import replace

    parts = app.extensions["pallpractice"]
    app.extensions["pallpractice"] = replace(parts, settings=replace(settings, base_url="https://p.example.org"))
    with app.test_request_context("/waiting"):
        assert joining.cookie_name() == "__Host-guest"
        assert joining._cookie()["secure"]
