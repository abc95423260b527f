"""A programme's file is brought in, brought in again, and written."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from pallpractice.config import CHECKOUT
from pallpractice.domain.errors import Conflict, NotFound
from pallpractice.domain.programme import Programme
from pallpractice.domain.roles import Skill
from pallpractice.library.programme import parse, read, written
from pallpractice.library.shelf import Library
from pallpractice.services import courses, programmes
from pallpractice.services.imports import Fate
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Session
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SavedCourse


@pytest.fixture(scope="module")
def programme() -> Programme:
    return read(CHECKOUT / "scenarios" / "examples" / "course-2026.yaml")


def stored(store: Store, key: str) -> Session:
    with store.read() as uow:
        return uow.session.scalars(select(Session).where(Session.key == key)).one()


def test_local_times_are_stored_as_utc(store: Store, programme: Programme) -> None:
    store.change(programmes.import_programme, programme)
    practice = stored(store, "serious-news-practice")
    assert practice.starts_at == datetime(2026, 5, 14, 15, 15, tzinfo=UTC)
    assert practice.day == date(2026, 5, 14)
    assert practice.skill == "serious_news"


def test_a_second_import_of_the_same_file_changes_nothing(store: Store, programme: Programme) -> None:
    first = store.change(programmes.import_programme, programme)
    again = store.change(programmes.import_programme, programme)
    assert (len(first.added), first.changed, first.unchanged) == (len(programme.slots), [], [])
    assert (again.added, again.changed, len(again.unchanged)) == ([], [], len(programme.slots))


def test_a_changed_session_is_updated_and_one_that_has_gone_is_kept_and_named(
    store: Store, programme: Programme
) -> None:
    store.change(programmes.import_programme, programme)
    slots = [replace(slot, title="Pain, again") if slot.key == "pain" else slot for slot in programme.slots]
    later = replace(programme, title="New title", slots=tuple(slot for slot in slots if slot.key != "gi"))
    done = store.change(programmes.import_programme, later)
    assert (done.added, done.changed, done.absent) == ([], ["pain"], ["gi"])
    assert stored(store, "pain").title == "Pain, again"
    assert stored(store, "gi").title == "Nausea, constipation and other GI symptoms"
    with store.read() as uow:
        assert uow.session.scalars(select(Course)).one().title == "New title"


def test_a_programme_can_be_moved_whole(store: Store, programme: Programme) -> None:
    store.change(programmes.import_programme, programme, moved_by=timedelta(days=10, hours=9))
    practice = stored(store, "serious-news-practice")
    assert practice.starts_at == datetime(2026, 5, 25, 0, 15, tzinfo=UTC)
    assert practice.day == date(2026, 5, 24)  # still evening in New York


def test_an_unknown_course_is_not_found_and_the_known_ones_are_named(store: Store, programme: Programme) -> None:
    store.change(programmes.import_programme, programme)
    with store.read() as uow:
        assert courses.find(uow, "serious-illness-2026").title == programme.title
        with pytest.raises(NotFound, match="There are: serious-illness-2026"):
            courses.find(uow, "other")


def test_a_file_that_names_scenarios_sets_them_and_one_that_does_not_leaves_them(
    store: Store, programme: Programme
) -> None:
    def now() -> tuple[list[str] | None, dict[str, str]]:
        with store.read() as uow:
            course = courses.find(uow, programme.slug)
            return course.scenario_ids, course.rubric_ids

    store.change(programmes.import_programme, programme)
    assert now() == (None, {})
    choice = replace(programme, scenarios=("two-ways-home", "said-twice"), rubrics={Skill.VALUES: "communication"})
    store.change(programmes.import_programme, choice)
    store.change(programmes.import_programme, programme)
    assert now() == (["two-ways-home", "said-twice"], {"values": "communication"})


def test_a_sequence_rises_when_time_title_or_kind_changes_and_for_nothing_else(
    store: Store, programme: Programme
) -> None:
    def bring_in(**changes: object) -> int:
        slots = [replace(slot, **changes) if slot.key == "pain" else slot for slot in programme.slots]
        store.change(programmes.import_programme, replace(programme, slots=tuple(slots)))
        return stored(store, "pain").sequence

    pain = next(slot for slot in programme.slots if slot.key == "pain")
    later = {"starts": pain.starts.replace(minute=pain.starts.minute + 1)}
    assert [bring_in(), bring_in(), bring_in(credit=())] == [0, 0, 0]
    assert [bring_in(**later), bring_in(**later), bring_in(title="Pain, again"), bring_in()] == [1, 1, 2, 3]
    assert stored(store, "gi").sequence == 0


def test_a_course_as_a_file_brought_in_again_changes_nothing(store: Store, library: Library) -> None:
    programme = read(CHECKOUT / "scenarios" / "examples" / "course-2026.yaml")
    chosen = replace(programme, language="es", scenarios=tuple(sorted(library.scenarios)), peer_names=False)
    store.change(programmes.import_programme, replace(chosen, rubrics={Skill.VALUES: "communication"}))

    def file() -> str:
        with store.read() as uow:
            return written(programmes.as_programme(courses.find(uow, programme.slug)))

    first = file()
    again: Programme = parse(first.encode(), "again.yaml", library, programme.slug)
    with store.read() as uow:
        found = programmes.preview(uow, courses.find(uow, programme.slug), again)
    assert (found.course, found.absent) == ((), ())
    assert {one.fate for one in found.outcomes} == {Fate.UNCHANGED}
    done = store.change(programmes.import_programme, again)
    assert (done.added, done.changed, len(done.unchanged)) == ([], [], len(programme.slots))
    assert file() == first
    with store.read() as uow:
        noted = [row.line.what for row in uow.session.scalars(select(AuditLine))]
    assert noted == ["course_changed"], "what changes nothing is not noted"


def test_a_session_past_midnight_is_in_no_file(store: Store, course: SavedCourse) -> None:
    with store.write() as uow:
        row = uow.session.get_one(Session, course.session.id)
        row.ends_at = row.starts_at + timedelta(hours=14)
    with store.read() as uow, pytest.raises(Conflict, match="past midnight"):
        programmes.as_programme(courses.find(uow, course.course.slug))
