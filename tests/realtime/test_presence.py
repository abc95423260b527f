"""Who was in the room is written down from real sockets: once a person, to the end, and through a crash."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pallpractice.domain.errors import Unavailable
from pallpractice.realtime.register import MOST_IN_A_COMMIT, Register
from pallpractice.services.presence import Place
from pallpractice.storage.presence import Attendance
from pallpractice.storage.unit_of_work import Store
from tests.services.conftest import Table, library, table

__all__ = ("library", "table")
ALTERED = str(Path("tests/realtime/altered.py"))
LOOK_S = 1.0  # a look, on a busy machine


def now() -> datetime:
    return datetime.now(UTC)


def stays(house: Any, who: str) -> list[Attendance]:
    """In order."""
    person = house.course.cast[who].id
    with house.store.read() as uow:
        return list(uow.session.query(Attendance).filter_by(person_id=person).order_by(Attendance.came_at))


def wait_for(so: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def about(one: datetime | None, other: datetime, seconds: float = LOOK_S) -> bool:
    return one is not None and abs(one - other) < timedelta(seconds=seconds)


def test_two_windows_count_once_and_the_last_one_ends_the_stay(house: Any) -> None:
    came = now()
    first, second = (house.client("Lena").connect() for _ in range(2))
    wait_for(lambda: len(stays(house, "Lena")) == 1)
    time.sleep(LOOK_S)
    first.close()
    time.sleep(LOOK_S)
    [stay] = stays(house, "Lena")
    assert stay.left_at is None
    assert about(stay.came_at, came, 2)
    second.close()
    left = now()
    wait_for(lambda: stays(house, "Lena")[0].left_at is not None)
    [stay] = stays(house, "Lena")
    assert about(stay.left_at, left)
    assert (stay.room_id, stay.session_id) == (house.room, house.course.session.id)


def test_a_flap_of_the_line_goes_on_with_the_same_stay(house: Any) -> None:
    house.client("Lena").connect().close()
    wait_for(lambda: [stay.left_at is not None for stay in stays(house, "Lena")] in ([], [True]))
    client = house.client("Lena").connect()
    wait_for(lambda: len(stays(house, "Lena")) == 1)
    [before] = stays(house, "Lena")
    client.close()
    wait_for(lambda: stays(house, "Lena")[0].left_at is not None)
    house.client("Lena").connect()
    wait_for(lambda: stays(house, "Lena")[0].left_at is None)
    [after] = stays(house, "Lena")
    assert (after.id, after.came_at) == (before.id, before.came_at)


def test_moving_rooms_ends_one_stay_and_begins_another(birch: Callable[[], str], house: Any) -> None:
    there = birch()
    oren, olga = house.client("Oren").connect(), house.client("Olga").connect()
    wait_for(lambda: len(stays(house, "Olga")) == 1)
    oren.ok("person:move", person=house.course.olga.id, room=there)
    olga.wait(lambda: not olga.io.connected)
    house.client("Olga", room=there).connect()
    wait_for(lambda: len(stays(house, "Olga")) == 2 and stays(house, "Olga")[0].left_at is not None)
    here, moved = stays(house, "Olga")
    assert (here.room_id, moved.room_id, moved.left_at) == (house.room, there, None)
    assert here.left_at
    assert here.left_at <= moved.came_at + timedelta(seconds=LOOK_S)


def test_sigterm_ends_every_stay_now_and_a_quick_restart_goes_on_with_it(house: Any) -> None:
    for who in ("Lena", "Cleo"):
        house.client(who).connect()
    wait_for(lambda: all(stays(house, who) for who in ("Lena", "Cleo")))
    stopped = now()
    assert house.server.stop() == 0
    for who in ("Lena", "Cleo"):
        [stay] = stays(house, who)
        assert about(stay.left_at, stopped, 0.75)
        assert stay.seen_at == stay.left_at
    house.server.start()
    house.client("Lena").connect()
    wait_for(lambda: stays(house, "Lena")[0].left_at is None)
    assert [len(stays(house, who)) for who in ("Lena", "Cleo")] == [1, 1]


def test_a_crash_ends_the_stay_where_it_was_last_seen(opened: Callable[..., Any], mode: str) -> None:
    house = opened(script=(ALTERED, "beat_each_second")) if mode == "eventlet" else opened(ASYNC_MODE=mode)
    house.client("Lena").connect()
    wait_for(lambda: len(stays(house, "Lena")) == 1)
    time.sleep(2.5)
    [before] = stays(house, "Lena")
    if mode == "eventlet":
        assert before.seen_at > before.came_at + timedelta(seconds=1)
    house.server.kill()
    killed = now()
    assert stays(house, "Lena")[0].left_at is None
    house.server.start()
    wait_for(lambda: stays(house, "Lena")[0].left_at is not None)
    [after] = stays(house, "Lena")
    assert after.left_at == after.seen_at >= before.seen_at
    if mode == "eventlet":
        assert about(after.left_at, killed, 1 + 2 * LOOK_S)
    assert after.left_at < killed


# The register alone, with a store and no server.


class Counted:
    """How many transactions a store has been asked for."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times, change = 0, store.change

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.times += 1
            return change(*args, **kwargs)

        monkeypatch.setattr(store, "change", counted)


@pytest.fixture
def everyone(table: Table) -> list[Place]:
    return [Place(table.room, person.id) for name, person in table.course.cast.items() if name != "Mallory"]


def all_rows(store: Store) -> list[Attendance]:
    with store.read() as uow:
        return uow.session.query(Attendance).all()


def test_a_herd_is_a_few_commits(store: Store, everyone: list[Place], monkeypatch: pytest.MonkeyPatch) -> None:
    register, counted = Register(store), Counted(store, monkeypatch)
    register.look(everyone)
    register.look(everyone)
    assert (counted.times, len(all_rows(store))) == (1, len(everyone))
    monkeypatch.setattr("pallpractice.realtime.register.MOST_IN_A_COMMIT", 2)
    register.look([])
    assert counted.times == 1 + len(everyone) // 2
    assert all(row.left_at for row in all_rows(store))
    assert 500 / MOST_IN_A_COMMIT <= 5


def test_what_could_not_be_stored_is_written_later_with_its_time(
    store: Store, everyone: list[Place], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pallpractice.realtime.register.PATIENCE_S", 0.0)
    register, change = Register(store), store.change
    came = clock.now

    def refuse(*_: Any, **__: Any) -> Any:
        raise Unavailable("locked")

    monkeypatch.setattr(store, "change", refuse)
    register.look(everyone[:1])
    clock.advance(7)
    register.look(everyone[:2])
    monkeypatch.setattr(store, "change", change)
    clock.advance(7)
    register.look(everyone[:2])
    assert [row.came_at for row in sorted(all_rows(store), key=lambda row: row.came_at)] == [
        came,
        came + timedelta(seconds=7),
    ]


def test_the_heartbeat_finds_out_what_another_process_has_ended(
    store: Store, everyone: list[Place], clock: Any
) -> None:
    register, other = Register(store, heartbeat_s=0.0), Register(store)
    register.look(everyone[:2])
    other.open()  # as if it were another machine's, and took the first for dead
    clock.advance(1)
    other.open()
    assert all(row.left_at for row in all_rows(store))
    register.look(everyone[:2])
    assert register.written == set()
    register.look(everyone[:2])
    assert [row.left_at for row in all_rows(store)] == [None, None]


def test_after_closing_nobody_comes_any_more(store: Store, everyone: list[Place], clock: Any) -> None:
    register = Register(store)
    register.look(everyone[:1])
    clock.advance(60)
    register.close(everyone[:1])
    register.look(everyone)
    [row] = all_rows(store)
    assert row.left_at == row.seen_at == clock.now
