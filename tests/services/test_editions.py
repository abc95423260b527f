"""A round keeps the very version of scenario and rubric it was played and rated with."""

from dataclasses import replace
from typing import Any

import pytest

from pallpractice.domain.errors import Invalid, Unavailable
from pallpractice.library import Library, LibraryErrors
from pallpractice.library.editions import content, restored
from pallpractice.services import editions
from pallpractice.services.feedback import reports
from pallpractice.storage.rooms import RoundRow
from pallpractice.storage.scenarios import Edition
from pallpractice.storage.unit_of_work import Store
from tests.services.conftest import Table


def with_rubric(library: Library, rubric_id: str, **changes: Any) -> Library:
    """The library as it would be read after a rubric's file has changed."""
    rubrics = {**library.rubrics, rubric_id: replace(library.rubrics[rubric_id], **changes)}
    return Library(library.scenarios, rubrics, library.files)


def a_closed_round(table: Table) -> RoundRow:
    """Lena is rated 4 by Cleo on the first item."""
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    table.do("Lena", "encounter:end", reason="done")
    item = table.view("Cleo")["rubric"]["items"][0]["id"]
    table.do("Cleo", "score:save", entry=item, rating=4)
    for who in ("Lena", "Sam", "Olga", "Omar", "Cleo"):
        table.do(who, "scorecard:submit")
    table.do("Cleo", "debrief:open")
    for _ in range(3):
        table.do("Cleo", "debrief:next")
    table.do("Cleo", "round:close")
    with table.store.read() as uow:
        return uow.session.query(RoundRow).one()


def titles(store: Store, library: Library, course: Any, round_id: str) -> list[str]:
    with store.read() as uow:
        return [item["title"] for item in reports.report(uow, library, round_id, course.lena.id)["items"]]


def test_everything_shipped_can_be_kept_and_read_back(library: Library) -> None:
    for kind, shelf in (("scenario", library.scenarios), ("rubric", library.rubrics)):
        for value in shelf.values():
            assert restored(kind, content(value)) == value
            assert restored(kind, content(value)) != replace(value, title="Another")


def test_a_field_that_later_code_adds_does_not_make_an_old_edition_another(library: Library) -> None:
    scenario = library.scenarios["two-ways-home"]
    kept = content(scenario)
    assert "reviewed" not in kept  # as if the field had not been there when it was kept
    assert restored("scenario", kept) == scenario


def test_the_first_round_keeps_the_version_and_the_next_finds_it_kept(table: Table, store: Store) -> None:
    table.do("Cleo", "round:start")
    with store.read() as uow:
        kept = {(row.kind, row.version) for row in uow.session.query(Edition)}
    assert kept == {("scenario", 1), ("rubric", 1)}


def test_a_report_shows_the_items_it_was_rated_with_after_the_rubric_has_moved_on(
    table: Table, store: Store, library: Library, course: Any
) -> None:
    round_ = a_closed_round(table)
    before = titles(store, library, course, round_.id)
    rubric = library.rubrics[round_.rubric_id]
    later = with_rubric(library, rubric.id, version=2, items=(replace(rubric.items[0], title="Now renamed"),))

    assert titles(store, later, course, round_.id) == before != ["Now renamed"]
    gone = Library({}, {}, {})
    assert titles(store, gone, course, round_.id) == before


def test_a_room_in_the_middle_of_a_round_goes_on_with_what_it_began_with(table: Table, library: Library) -> None:
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    before = table.view("Olga")["rubric"]
    rubric = library.rubrics[before["id"]]
    table.library = with_rubric(
        library, rubric.id, version=2, items=(replace(rubric.items[0], id="other"),), markers=()
    )

    assert table.view("Olga")["rubric"] == before
    entry, marker = before["items"][-1]["id"], before["markers"][0]["id"]
    table.do("Olga", "score:save", entry=entry, rating=3)
    table.do("Olga", "observation:add", kind="marker", marker=marker)


def test_a_changed_file_with_an_unchanged_version_is_refused_at_the_start(
    table: Table, store: Store, library: Library
) -> None:
    table.do("Cleo", "round:start")
    used = table.view("Olga")["rubric"]["id"]
    with store.read() as uow:
        editions.check(uow, library)
        editions.check(uow, with_rubric(library, used, version=2, title="Renamed"))
        with pytest.raises(LibraryErrors) as refused:
            editions.check(uow, with_rubric(library, used, title="Renamed"))
    (error,) = refused.value.errors
    assert error.file == library.files["rubric", used]
    assert error.path == "version"
    assert "version 1 has been practised with and says something else since; write version 2" in error.reason


def test_a_changed_file_with_an_unchanged_version_begins_no_round(table: Table, library: Library) -> None:
    round_ = a_closed_round(table)
    table.library = with_rubric(library, round_.rubric_id, title="Renamed")
    with pytest.raises(Invalid, match="Renamed: version 1 has been practised with"):
        table.do("Cleo", "round:start")
    assert table.view("Cleo")["phase"] == "close"


def test_what_is_nowhere_is_said_to_be(store: Store) -> None:
    with store.read() as uow, pytest.raises(Unavailable, match="The rubric lost, version 3, is no longer there"):
        editions.rubric(uow, Library({}, {}, {}), "lost", 3)
