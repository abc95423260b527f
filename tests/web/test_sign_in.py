"""Coming in and leaving: links, passwords, signing out; who is nobody's stays outside."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from pallpractice.domain.events import Event, RightsLost
from pallpractice.services import people
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Person, Revocation
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock, PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
PASSWORD = "five tall maples"


@pytest.fixture
def heard(app: Flask, store: Store) -> list[Event]:
    events: list[Event] = []
    store.announcer = events.extend
    return events


@pytest.fixture
def cleo(app: Flask, store: Store, course: SavedCourse) -> Person:
    people.set_password(store, app.extensions["pallpractice"].hasher, "cleo@example.org", PASSWORD)
    with store.read() as uow:
        return uow.session.get_one(Person, course.cleo.id)


def path_of_link(store: Store, course: SavedCourse, name: str) -> str:
    links = store.change(people.issue_links, course.course, "http://127.0.0.1:5000", 14)
    return next(link.url for link in links if link.name == name).removeprefix("http://127.0.0.1:5000")


def who(client: PageClient) -> str | None:
    answer = client.get("/api/v1/me")
    return answer.get_json()["person"]["name"] if answer.status_code == 200 else None


def try_password(client: PageClient, email: str, password: str) -> TestResponse:
    return client.submit("/sign-in", email=email, password=password)


# --- links


def test_a_link_signs_in_by_a_post_and_may_be_used_again(
    client_as: ClientAs, store: Store, course: SavedCourse
) -> None:
    path = path_of_link(store, course, "Lena")
    for _ in range(2):
        client = client_as(None)
        page = client.get(path)
        assert page.status_code == 200
        assert "Lena" in page.text
        assert who(client) is None  # a mail scanner's look uses nothing up
        assert client.submit(path).location == "/"
        assert who(client) == "Lena"


def test_only_the_hash_of_a_link_is_stored(store: Store, course: SavedCourse) -> None:
    token = path_of_link(store, course, "Lena").removeprefix("/l/")
    assert len(token) >= 43  # 256 bits
    with open(store.url.removeprefix("sqlite:///") + "-wal", "rb") as wal:
        assert token.encode() not in wal.read()


def test_a_link_ends_when_it_expires(client_as: ClientAs, store: Store, course: SavedCourse, clock: Clock) -> None:
    path = path_of_link(store, course, "Lena")
    clock.now += timedelta(days=14)
    assert client_as(None).get(path).status_code == 404
    assert client_as(None).submit(path).status_code == 404
    with store.read() as uow:
        noted = uow.session.execute(select(AuditLine.what, AuditLine.subject_id)).all()
    assert noted == [("sign_in_refused", course.lena.id)], "a look alone is not noted"


def test_a_newer_link_replaces_the_older_of_that_course_only(
    client_as: ClientAs, store: Store, course: SavedCourse
) -> None:
    older = path_of_link(store, course, "Lena")
    newer = path_of_link(store, course, "Lena")
    assert client_as(None).get(older).status_code == 404
    with store.write() as uow:
        other = Course(slug="other", title="Other", time_zone="UTC")
        uow.session.add(other)
    store.change(people.issue_links, other, "", 14)
    assert client_as(None).get(newer).status_code == 200


def test_a_removed_persons_link_and_room_are_gone(
    client_as: ClientAs, store: Store, course: SavedCourse, heard: list[Event]
) -> None:
    path = path_of_link(store, course, "Lena")
    store.change(people.remove, course.course, course.lena)
    assert client_as(None).submit(path).status_code == 404
    assert RightsLost(person=course.lena.id, room_id=None, reason="removed") in heard
    with store.read() as uow:
        assert uow.session.scalars(select(Revocation.reason)).all() == ["removed"]


@pytest.mark.parametrize("token", ["x", "x" * 43, "../etc", "%00", "é" * 20])
def test_an_unknown_link_is_not_found(client_as: ClientAs, token: str) -> None:
    assert client_as(None).get(f"/l/{token}").status_code == 404
    assert client_as(None).submit(f"/l/{token}").status_code == 404


def test_a_link_taken_by_another_signs_the_first_out(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    client = client_as(course.cleo)
    client.submit(path_of_link(store, course, "Lena"))
    assert who(client) == "Lena"


# --- passwords


def test_staff_sign_in_with_email_and_password(client_as: ClientAs, cleo: Person) -> None:
    client = client_as(None)
    assert try_password(client, " Cleo@Example.org ", PASSWORD).location == "/"
    assert who(client) == "Cleo"


def test_a_wrong_password_and_an_unknown_account_are_told_the_same(client_as: ClientAs, cleo: Person) -> None:
    client = client_as(None)
    wrong = try_password(client, "cleo@example.org", "not this one, no")
    unknown = try_password(client, "nobody@example.org", "not this one, no")
    without = try_password(client, "lena@example.org", "not this one, no")
    assert wrong.status_code == unknown.status_code == without.status_code == 403
    texts = {re.sub(r"[\w.]+@example\.org|value=\"[^\"]*\"", "", answer.text) for answer in (wrong, unknown, without)}
    assert len(texts) == 1
    assert people.NO_MATCH in texts.pop()
    assert who(client) is None


def test_empty_fields_are_named(client_as: ClientAs) -> None:
    answer = try_password(client_as(None), "", "")
    assert answer.status_code == 400
    assert "Write your email address." in answer.text
    assert "Write your password." in answer.text


def test_ten_guesses_in_a_quarter_of_an_hour_and_each_waits_longer(
    client_as: ClientAs, cleo: Person, clock: Clock
) -> None:
    client = client_as(None)
    looked_at = 0
    for _ in range(450):  # every two seconds for a quarter of an hour
        looked_at += try_password(client, "cleo@example.org", "wrong guess here").status_code == 403
        clock.advance(1.99)
    assert looked_at == 10
    assert try_password(client, "cleo@example.org", PASSWORD).status_code == 429
    clock.advance(15 * 60)
    assert try_password(client, "cleo@example.org", PASSWORD).status_code == 303  # nothing locks for good


def test_an_unknown_account_has_to_wait_just_the_same(client_as: ClientAs, cleo: Person) -> None:
    client = client_as(None)
    for email in ("cleo@example.org", "nobody@example.org"):
        statuses = [try_password(client, email, "wrong guess here").status_code for _ in range(5)]
        assert statuses == [403, 403, 403, 429, 429]


def test_a_right_password_forgets_the_slips(client_as: ClientAs, cleo: Person) -> None:
    client = client_as(None)
    for _ in range(4):
        try_password(client, "cleo@example.org", "a slip of the hand")
        assert try_password(client, "cleo@example.org", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/rooms/1?a=b", "/rooms/1?a=b"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_lands_where_one_wanted_but_never_elsewhere(
    client_as: ClientAs, cleo: Person, wanted: str, lands: str
) -> None:
    client = client_as(None)
    answer = client.submit("/sign-in", email="cleo@example.org", password=PASSWORD, next=wanted)
    assert answer.location == lands


# --- who is asking


def test_a_page_asks_to_sign_in_and_the_api_says_so(client_as: ClientAs) -> None:
    assert client_as(None).get("/").location == "/sign-in"
    assert client_as(None).get("/rooms/abc").location == "/sign-in?next=/rooms/abc"
    answer = client_as(None).get("/api/v1/me")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "not_signed_in")


def test_an_inactive_person_is_nobody(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    client = client_as(course.lena)
    assert who(client) == "Lena"
    with store.write() as uow:
        uow.session.get_one(Person, course.lena.id).active = False
    assert who(client) is None


def test_a_cookie_that_was_tampered_with_is_nobodys(client_as: ClientAs, course: SavedCourse) -> None:
    client = client_as(course.lena)
    cookie = client.get_cookie("session")
    assert cookie is not None
    client.set_cookie("session", cookie.value[:-2] + "xx")
    assert who(client) is None


def test_signing_out_ends_this_browser_and_closes_the_sockets(
    client_as: ClientAs, course: SavedCourse, heard: list[Event]
) -> None:
    here, there = client_as(course.lena), client_as(course.lena)
    assert here.submit("/sign-out").location == "/signed-out"
    assert here.get("/signed-out").status_code == 200
    assert (who(here), who(there)) == (None, "Lena")
    assert heard == [RightsLost(person=course.lena.id, room_id=None, reason="signed_out")]


def test_signing_out_everywhere_ends_every_session(
    client_as: ClientAs, store: Store, course: SavedCourse, heard: list[Event]
) -> None:
    here, there = client_as(course.lena), client_as(course.lena)
    here.submit("/sign-out-everywhere")
    assert (who(here), who(there)) == (None, None)
    assert heard == [RightsLost(person=course.lena.id, room_id=None, reason="signed_out")]
    with store.read() as uow:
        assert uow.session.scalars(select(Revocation.reason)).all() == ["signed_out"]


def test_nobody_can_sign_somebody_out_by_a_get(client_as: ClientAs, course: SavedCourse) -> None:
    client = client_as(course.lena)
    assert client.get("/sign-out").status_code == 405
    assert who(client) == "Lena"
