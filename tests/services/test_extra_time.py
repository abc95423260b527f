"""Extra time in a room: told privately, kept for the course, seen by the coach without a name."""

import pytest

from pallpractice.domain.errors import NotAllowed
from pallpractice.storage.courses import Enrolment
from tests.services.conftest import Table


def shown(table: Table) -> dict[str, bool]:
    """Who is told that it is on at all."""
    people = ("Lena", "Olga", "Sam", "Cleo", "Oren")
    return {name: view["extra_time"] for name in people if "extra_time" in (view := table.view(name))}


def test_the_coach_alone_learns_that_it_is_on_and_nobody_for_whom(table: Table) -> None:
    assert shown(table) == {"Cleo": False}
    table.do("Olga", "extratime:set", on=True)
    assert shown(table) == {"Cleo": True}
    assert [name for name in ("Lena", "Olga", "Omar", "Sam", "Cleo") if table.mine(name)["extra_time"]] == ["Olga"]


def test_the_rooms_quiet_clocks_are_longer_until_the_last_takes_it_back(table: Table) -> None:
    for name in ("Olga", "Sam"):
        table.do(name, "extratime:set", on=True)
    table.do("Olga", "extratime:set", on=False)
    assert shown(table) == {"Cleo": True}
    table.do("Cleo", "round:start")
    assert table.view("Lena")["clock"]["length_s"] == 270
    table.do("Sam", "extratime:set", on=False)
    assert shown(table) == {"Cleo": False}
    table.do("Cleo", "encounter:begin")
    table.do("Cleo", "encounter:end")
    assert table.view("Lena")["clock"]["length_s"] == 180


def test_it_is_kept_for_the_course_and_goes_with_the_person(table: Table) -> None:
    table.do("Olga", "extratime:set", on=True)
    with table.store.read() as uow:
        assert [row.person.name for row in uow.session.query(Enrolment) if row.extra_time] == ["Olga"]
    with table.store.write() as uow:
        uow.session.query(Enrolment).filter(Enrolment.extra_time).one().removed_at = uow.now
    assert table.view("Cleo")["extra_time"] is False


def test_a_visitor_has_none_to_set(table: Table) -> None:
    with pytest.raises(NotAllowed):
        table.do("Oren", "extratime:set", on=True)
