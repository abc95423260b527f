"""R3: a server that is told to stop tells its sockets, answers what it has stored, and is gone; nothing is lost."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.realtime.writers import Writer, check, eight_writers, journal_heads

pytestmark = pytest.mark.alone

LONGEST_S = 5.0


@pytest.mark.parametrize("stops", [5, pytest.param(20, marks=pytest.mark.soak)])
def test_stopping_tells_everyone_and_loses_nothing(
    opened: Callable[..., Any], birch: Callable[[], str], mode: str, stops: int
) -> None:
    house = opened(ASYNC_MODE=mode)
    path = house.store.url.removeprefix("sqlite:///")
    house.encounter()
    writers = eight_writers(house, birch())
    before = journal_heads(path)
    for writer in writers:
        writer.start()
    took = [stopped_once(house, writers, number) for number in range(1, stops + 1)]
    for writer in writers:
        writer.enough.set()
        writer.join(30)
        assert not writer.is_alive(), f"{writer.name} got no answer"
        assert not writer.refused, writer.refused[:3]
    house.server.stop()
    verdict = check(path, writers, before)
    print(f"\n{stops} stops: {verdict}; exit after p50 {statistics.median(took):.1f} s, max {max(took):.1f} s")
    assert verdict.faults == []
    assert max(took) < LONGEST_S
    assert "Traceback" not in house.log


def stopped_once(house: Any, writers: Sequence[Writer], number: int) -> float:
    """Stops and starts the server once everyone is at it; returns the seconds until it was gone."""
    since = time.monotonic()
    for writer in writers:
        writer.wait_answer(since, timeout=30)
    asked = time.monotonic()
    assert house.server.stop() == 0
    took = time.monotonic() - asked
    house.server.start()
    for writer in writers:
        writer.wait_answer(time.monotonic(), timeout=30)
        assert writer.goodbyes == ["stopping"] * number, f"{writer.name} was told {writer.goodbyes}"
    return took


def test_a_server_with_nobody_stops_at_once(opened: Callable[..., Any], mode: str) -> None:
    house = opened(ASYNC_MODE=mode)
    asked = time.monotonic()
    assert house.server.stop() == 0
    assert time.monotonic() - asked < LONGEST_S
