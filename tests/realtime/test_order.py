"""R7: what one client sends without waiting is carried out, stored and acknowledged in the order it was sent."""

import json
import random
import sqlite3
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any
from uuid import uuid4

from tests.realtime.line import NAMESPACE

ANSWER = f"43{NAMESPACE},"
LONGEST_PAUSE_S = 0.028  # on average 71 a second: with what the guard lets come at once, it holds for 500


def inversions(order: Sequence[int]) -> int:
    return sum(later < earlier for earlier, later in pairwise(order))


def send_numbered(house: Any, count: int, longest_pause: float) -> tuple[list[int], list[int]]:
    """Sends that many observations and edits; returns the numbers as acknowledged and as stored."""
    house.encounter()
    olga = house.line("Olga")
    first = olga.call("observation:add", {"action_id": str(uuid4()), "kind": "note", "text": "first"})
    heard: list[str] = []
    for number in range(count):
        text = {"action_id": str(uuid4()), "text": f"number {number}"}
        if number % 5 == 4:
            olga.post("observation:edit", {**text, "id": first["observation"]["id"]})
        else:
            olga.post("observation:add", {**text, "kind": "note"})
        heard += olga.listen(random.uniform(0, longest_pause))  # who never reads would be cut as stalled
    while sum(packet.startswith(ANSWER) for packet in heard) < count:
        heard.append(olga.receive())
    acknowledged: list[int] = []
    for packet in heard:
        if packet.startswith(ANSWER):
            number, _, answer = packet.removeprefix(ANSWER).partition("[")
            assert json.loads("[" + answer)[0]["ok"], answer
            acknowledged.append(int(number) - 2)
    with sqlite3.connect(house.store.url.removeprefix("sqlite:///")) as db:
        lines = db.execute("SELECT data FROM journal WHERE action LIKE 'observation:%' ORDER BY seq").fetchall()
    stored = [int(json.loads(data)["text"].split()[1]) for (data,) in lines[1:]]
    print(f"\n{count} sent: {inversions(acknowledged)} inversions acknowledged, {inversions(stored)} stored")
    return acknowledged, stored


def test_five_hundred_keep_their_order(house: Any) -> None:
    acknowledged, stored = send_numbered(house, 500, LONGEST_PAUSE_S)
    assert acknowledged == list(range(500))
    assert stored == list(range(500))


def test_the_count_sees_a_server_that_handles_them_all_at_once(opened: Callable[..., Any]) -> None:
    _, stored = send_numbered(opened(script=("tests/realtime/altered.py", "handle_all_at_once")), 100, 0.001)
    assert inversions(stored) > 0
