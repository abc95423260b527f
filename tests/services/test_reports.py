"""What a report says of an encounter that was played more than once."""

from typing import Any

from pallpractice.domain.takes import Tally
from pallpractice.library import Library
from pallpractice.services import reports
from pallpractice.storage.rooms import RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock
from tests.services.conftest import Table


def report(store: Store, library: Library, course: Any) -> dict[str, Any]:
    with store.read() as uow:
        round_ = uow.session.query(RoundRow).one()
        return reports.report(uow, library, round_.id, course.lena.id)


def closed(table: Table) -> None:
    table.do("Lena", "encounter:end", reason="done")
    table.do("Cleo", "debrief:open")
    for _ in range(3):
        table.do("Cleo", "debrief:next")
    table.do("Cleo", "round:close")


def test_two_takes_are_told_apart(table: Table, store: Store, library: Library, course: Any, clock: Clock) -> None:
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    first, second = (marker["id"] for marker in table.view("Olga")["rubric"]["markers"][:2])
    named, headline = (marker["label"] for marker in table.view("Olga")["rubric"]["markers"][:2])
    clock.advance(30)
    table.do("Sam", "feeling:set", value=2)
    table.do("Olga", "observation:add", kind="marker", marker=first)
    table.do("Olga", "observation:add", kind="verbatim", text="The scan shows a mass", judgement="try")
    clock.advance(30)
    table.do("Lena", "timeout:call", reason="emotion")
    clock.advance(100)
    table.do("Cleo", "take:rewind", offset_s=30.0)
    clock.advance(40)
    table.do("Sam", "feeling:set", value=8)
    for marker in (first, second, second):
        table.do("Omar", "observation:add", kind="marker", marker=marker)
    closed(table)

    one, two = report(store, library, course)["takes"]
    assert (one["number"], one["length_s"], one["from_offset_s"]) == (1, 60, None)
    assert (two["number"], two["length_s"], two["from_offset_s"]) == (2, 40, 30)
    assert [stop["reason"] for stop in one["timeouts"]] == ["emotion"]
    assert two["timeouts"] == []
    assert [(felt["first"], felt["last"]) for felt in one["felt"] + two["felt"]] == [(2, 2), (2, 8)]
    assert one["markers"] == [Tally(named, 1, new=False)]
    assert two["markers"] == [Tally(named, 1, new=False), Tally(headline, 2, new=True)]
    assert [note["text"] for note in one["words"]] == ["The scan shows a mass"]
    assert two["words"] == []


def test_one_take_is_compared_with_nothing(table: Table, store: Store, library: Library, course: Any) -> None:
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    closed(table)
    assert report(store, library, course)["takes"] == []
