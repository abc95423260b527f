"""R1: the server is killed again and again under eight people who write; what was acknowledged is there, once."""

import random
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.realtime.writers import Verdict, Writer, check, eight_writers, journal_heads

pytestmark = pytest.mark.alone

ALTERED = "tests/realtime/altered.py"


def killed(house: Any, room: str, *, kills: int, at_least: int = 0, pause: float = 0.9) -> tuple[Verdict, list[float]]:
    """Lets them write while the server is killed; returns the checker's verdict and the seconds each return took."""
    path = house.store.url.removeprefix("sqlite:///")
    house.encounter()
    writers = eight_writers(house, room)
    before = journal_heads(path)
    for writer in writers:
        writer.start()
    back = [_first_answer(writers, time.monotonic())]
    for _ in range(kills):
        time.sleep(random.uniform(pause / 3, pause))
        back.append(_killed_once(house, writers))
    while sum(one.answer is not None for writer in writers for one in writer.sent) < at_least:
        time.sleep(0.1)
    for writer in writers:
        writer.enough.set()
    for writer in writers:
        writer.join(30)
        assert not writer.is_alive(), f"{writer.name} got no answer"
        assert not writer.refused, writer.refused[:3]
    house.server.stop()
    return check(path, writers, before), back[1:]


def _killed_once(house: Any, writers: Sequence[Writer]) -> float:
    killed_at = time.monotonic()
    house.server.kill()
    house.server.start()
    return _first_answer(writers, killed_at)


def _first_answer(writers: Sequence[Writer], since: float) -> float:
    """Seconds from `since` until someone is answered again."""
    started = time.monotonic()
    while time.monotonic() < started + 30:
        answered = [one.answered_at for writer in writers for one in writer.sent[-2:] if one.answered_at > started]
        if answered:
            return min(answered) - since
        time.sleep(0.01)
    raise AssertionError("nobody was answered within 30 s of a restart")


def report(verdict: Verdict, back: Sequence[float]) -> None:
    print(f"\n{len(back)} kills: {verdict}; first answer p50 {statistics.median(back):.1f} s, max {max(back):.1f} s")


def test_what_was_acknowledged_survives_twenty_kills(opened: Callable[..., Any], birch: Callable[[], str]) -> None:
    house = opened()
    verdict, back = killed(house, birch(), kills=20)
    report(verdict, back)
    assert verdict.faults == []
    assert verdict.acknowledged > 200
    assert verdict.again > 20
    assert max(back) < 15  # busy machines; the soak run holds the figure
    assert "Traceback" not in house.log


@pytest.mark.soak
def test_what_was_acknowledged_survives_a_hundred_kills(opened: Callable[..., Any], birch: Callable[[], str]) -> None:
    verdict, back = killed(opened(), birch(), kills=100, at_least=5_000)
    report(verdict, back)
    assert verdict.faults == []
    assert statistics.median(back) < 3
    assert max(back) < 6


def test_an_action_whose_answer_was_lost_is_done_once(opened: Callable[..., Any], birch: Callable[[], str]) -> None:
    """Crashes between commit and acknowledgement: what is sent again has been done already."""
    verdict, back = killed(opened(script=(ALTERED, "answer_late")), birch(), kills=2)
    report(verdict, back)
    assert verdict.faults == []
    assert verdict.again


def test_the_checker_sees_a_server_that_acknowledges_before_the_commit(
    opened: Callable[..., Any], birch: Callable[[], str]
) -> None:
    verdict, back = killed(opened(script=(ALTERED, "acknowledge_first")), birch(), kills=2)
    report(verdict, back)
    assert verdict.lost


def test_the_checker_sees_a_server_without_the_unique_action_id(
    opened: Callable[..., Any], birch: Callable[[], str]
) -> None:
    house = opened(script=(ALTERED, "forget_action_ids", "answer_late"))
    drop_unique_action_id(house)
    verdict, back = killed(house, birch(), kills=2)
    report(verdict, back)
    assert verdict.twice


def drop_unique_action_id(house: Any) -> None:
    """Makes the journal anew without the constraint. The server is up, and has written nothing yet."""
    house.server.stop()
    with sqlite3.connect(house.store.url.removeprefix("sqlite:///"), isolation_level=None) as db:
        [(made,)] = db.execute("SELECT sql FROM sqlite_master WHERE name = 'journal'").fetchall()
        without, count = re.subn(r",\s*(CONSTRAINT \w+ )?UNIQUE \(action_id\)", "", made)
        assert count == 1, made
        db.execute("DROP TABLE journal")
        db.execute(without)
    house.server.start()
