"""Who was where from when to when: windows and processes together, a crash where it was last seen, a flap goes on."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pallpractice.domain.participation import Stay
from pallpractice.services import presence
from pallpractice.services.presence import Change, Place
from pallpractice.storage.presence import Attendance
from tests.conftest import NOON
from tests.services.conftest import Table


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


class Door:
    """One room, and who comes and goes there."""

    def __init__(self, table: Table) -> None:
        self.table, self.store = table, table.store

    def place(self, who: str) -> Place:
        return Place(self.table.room, self.table.course.cast[who].id)

    def came(self, who: str, seconds: float, process: str = "one") -> None:
        self.store.change(presence.record, process, [Change(self.place(who), True, at(seconds))])

    def left(self, who: str, seconds: float, process: str = "one") -> None:
        self.store.change(presence.record, process, [Change(self.place(who), False, at(seconds))])

    def stays(self, who: str) -> tuple[tuple[float, float], ...]:
        """In seconds from noon."""
        with self.store.read() as uow:
            found = presence.attendance(uow, [self.table.course.session.id])
        stays = found.get(self.table.course.session.id, {}).get(self.table.course.cast[who].id, ())
        return tuple(((one.start - NOON).total_seconds(), (one.end - NOON).total_seconds()) for one in stays)

    def rows(self) -> int:
        with self.store.read() as uow:
            return uow.session.query(Attendance).count()


@pytest.fixture
def door(table: Table) -> Door:
    return Door(table)


def test_a_stay_from_coming_to_going(door: Door) -> None:
    door.came("Lena", 0)
    door.left("Lena", 600)
    assert door.stays("Lena") == ((0, 600),)
    assert door.stays("Olga") == ()


def test_told_twice_it_is_one_stay(door: Door) -> None:
    for _ in range(2):
        door.came("Lena", 0)
    for seconds in (600, 700):
        door.left("Lena", seconds)
    assert door.stays("Lena") == ((0, 600),)
    assert door.rows() == 1


@pytest.mark.parametrize(("away", "expected"), [(19, ((0, 900),)), (20, ((0, 600), (620, 900)))])
def test_whoever_is_back_within_twenty_seconds_was_not_away(
    door: Door, away: float, expected: tuple[tuple[float, float], ...]
) -> None:
    door.came("Lena", 0)
    door.left("Lena", 600)
    door.came("Lena", 600 + away, process="two")  # as after a restart
    door.left("Lena", 900, process="two")
    assert door.stays("Lena") == expected


def test_many_at_once_are_one_commit(door: Door) -> None:
    changes = [Change(door.place(who), True, at(1)) for who in ("Lena", "Olga", "Omar", "Sam", "Cleo")]
    door.store.change(presence.record, "one", changes)
    assert door.rows() == 5
    gone = [Change(change.place, False, at(2)) for change in changes[:2]]
    door.store.change(presence.record, "one", [*gone, Change(door.place("Oren"), True, at(2))])
    assert door.stays("Lena") == ((1, 2),)
    assert door.rows() == 6


def test_two_processes_at_once_count_once(door: Door) -> None:
    door.came("Lena", 0, "one")
    door.came("Lena", 100, "two")
    door.left("Lena", 300, "two")
    door.left("Lena", 310, "one")  # the other's stay has ended a moment ago; this one ends all the same
    assert door.rows() == 2
    assert door.stays("Lena") == ((0, 310),)


def test_a_heartbeat_brings_all_of_a_process_forward(door: Door, clock: Any) -> None:
    door.came("Lena", 0)
    door.came("Olga", 0)
    door.came("Omar", 0, "two")
    clock.advance(30)
    everyone = {door.place("Lena"), door.place("Olga")}
    assert door.store.change(presence.seen, "one", everyone) == everyone
    assert door.stays("Lena") == door.stays("Olga") == ((0, 30),)
    assert door.stays("Omar") == ()


def test_a_heartbeat_tells_when_someone_has_been_ended_elsewhere(door: Door, clock: Any) -> None:
    door.came("Lena", 0)
    door.came("Olga", 0)
    door.left("Olga", 10)
    assert door.store.change(presence.seen, "one", {door.place("Lena"), door.place("Olga")}) == {door.place("Lena")}


def test_a_crash_ends_stays_where_they_were_last_seen(door: Door, clock: Any) -> None:
    door.came("Lena", 0, "crashed")
    clock.advance(30)
    door.store.change(presence.seen, "crashed", {door.place("Lena")})
    clock.advance(1000)
    door.came("Omar", 1000, "living")
    assert door.store.change(presence.close_stale, "living", at(900)) == 1
    assert door.store.change(presence.close_stale, "living", at(900)) == 0
    with door.store.read() as uow:
        left = {row.person_id: row.left_at for row in uow.session.query(Attendance)}
    assert left == {door.table.course.lena.id: at(30), door.table.course.omar.id: None}


def test_stopping_ends_all_of_the_process_and_no_other(door: Door, clock: Any) -> None:
    door.came("Lena", 0, "one")
    door.came("Omar", 0, "two")
    clock.advance(77)
    door.store.change(presence.all_left, "one")
    assert door.stays("Lena") == ((0, 77),)
    with door.store.read() as uow:
        assert uow.session.query(Attendance).filter(Attendance.left_at.is_(None)).one().process == "two"


def test_a_clock_set_back_makes_no_stay_of_less_than_nothing(door: Door) -> None:
    door.came("Lena", 0)
    door.left("Lena", -50)
    assert door.stays("Lena") == ()


def test_instants_are_utc(door: Door) -> None:
    door.came("Lena", 0)
    door.left("Lena", 60)
    with door.store.read() as uow:
        found = presence.attendance(uow, [door.table.course.session.id])
    [stays] = found[door.table.course.session.id].values()
    assert stays == (Stay(NOON, at(60)),)
    assert {one.start.utcoffset() for one in stays} == {timedelta(0)}
