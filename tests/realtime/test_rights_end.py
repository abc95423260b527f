"""S5: who signs out, is removed, is moved or changes role hears nothing more after a second, and is told why."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
import websocket

from pallpractice.domain.roles import Role, Track
from pallpractice.domain.roster import Entry, Roster
from pallpractice.library.roster import entry
from pallpractice.services import enrolments, people, roster
from tests.realtime.line import GONE, NAMESPACE, Line

pytestmark = pytest.mark.alone


def sign_out_everywhere(house: Any) -> None:
    house.browser("Olga").post("/sign-out-everywhere", "/")


def remove(house: Any) -> None:
    """As `pallpractice people remove` does: the server is another process."""
    house.store.change(people.remove, house.course.course, house.course.olga)


def change_role(house: Any) -> None:
    """As a second import of the roster does, again in another process."""
    olga = Entry(2, "olga@example.org", "Olga", Role.ACTOR, Track.ADULT, "Maple")
    changed = house.store.change(roster.import_roster, house.course.course, Roster((olga,)))
    assert changed.changed == ["olga@example.org"]


def change_by_hand(house: Any) -> None:
    """As the organiser's page of a person does."""
    cells = {"name": "Olga", "email": "olga@example.org", "role": "actor", "track": "adult", "group": "Maple"}
    course = house.course
    house.store.change(enrolments.edit, course.course, course.olga.id, entry(cells), course.oren.id)


def move(house: Any) -> None:
    oren = house.client("Oren").connect()
    oren.ok("person:move", person=house.course.olga.id, room=house.other_room)


@pytest.mark.parametrize(
    ("deed", "reason", "afterwards"),
    [
        (sign_out_everywhere, "signed_out", "not_signed_in"),
        (remove, "removed", "not_found"),
        (change_role, "moved", "patient"),
        (change_by_hand, "moved", "patient"),
        (move, "moved", "not_found"),
    ],
)
def test_an_open_socket_ends_within_a_second(
    birch: Callable[[], str], house: Any, deed: Callable[[Any], None], reason: str, afterwards: str
) -> None:
    house.other_room = birch()
    cookie = house.browser("Olga").cookie
    cleo = house.client("Cleo").connect()
    polite, rude = (house.line("Olga") for _ in range(2))
    deed(house)
    done_at = time.monotonic()
    heard_last, accepted_last = go_on_talking(rude, until=done_at + 2.5)
    assert heard_last < done_at + 1, "still heard something"
    assert accepted_last < done_at + 1, "still did something"
    assert polite.gone_within(0.2)
    for line in (polite, rude):
        assert [ended["reason"] for ended in line.events("session:ended")] == [reason]
    cleo.ok("help:ask", text="the others go on")
    assert seat_or_refusal(house, cookie) == afterwards
    print(f"\n{deed.__name__}: the last word came {max(heard_last - done_at, 0):.2f} s after it")


def go_on_talking(line: Line, until: float) -> tuple[float, float]:
    """Asks for help every 30 ms whatever it is told (faster, it would be cut as a flood); returns when it last heard
    and was last obeyed.
    """
    heard = accepted = asked = 0.0
    while (now := time.monotonic()) < until:
        if now >= asked + 0.03:
            asked = now
            with suppress(GONE):
                line.post("help:ask", {"action_id": str(uuid4())})
        try:
            packet = line.receive(timeout=0.03)
        except websocket.WebSocketTimeoutException:
            continue
        except GONE:
            break
        heard = time.monotonic()
        if packet.startswith(f"43{NAMESPACE},") and '"ok":true' in packet:
            accepted = heard
        line.heard.append(packet)
    return heard, accepted


def seat_or_refusal(house: Any, cookie: str) -> str:
    """What a new connect gets: the seat in the view, or the code of the refusal."""
    client = house.client("Olga")
    client.cookie = cookie
    try:
        client.connect(timeout=3)
    except Exception:
        return str(client.refusal["data"]["code"])
    return str(client.view["seat"])


def test_two_tabs_of_one_person_both_work_and_hear_each_other(house: Any) -> None:
    house.encounter()
    here, there = (house.client("Olga").connect() for _ in range(2))
    for one, other in ((here, there), (there, here)):
        noted = one.ok("observation:add", kind="note", text=f"from {id(one)}")["observation"]
        other.wait(lambda other=other, noted=noted: noted in notes_heard(other))
    entry = here.view["rubric"]["items"][0]["id"]
    here.ok("score:save", entry=entry, rating=3)
    there.wait(lambda: there.last("score:saved") is not None)
    saved = there.last("score:saved")
    assert (saved["entry"], saved["rating"], saved["revision"]) == (entry, 3, 1)
    there.ok("score:save", entry=entry, rating=4, seen=1)
    here.wait(lambda: here.last("score:saved")["rating"] == 4)
    assert here.do("score:save", entry=entry, rating=5, seen=1)["error"]["code"] == "stale"


def notes_heard(client: Any) -> list[Any]:
    return [heard["observation"] for heard in client.all("observation:added")]


def test_a_sixth_socket_replaces_the_oldest(house: Any) -> None:
    lines = [house.line("Olga") for _ in range(6)]
    assert lines[0].gone_within(1)
    assert [ended["reason"] for ended in lines[0].events("session:ended")] == ["replaced"]
    for line in lines[1:]:
        assert line.call("help:ask", {"action_id": str(uuid4())})["ok"]
