"""Sessions added and removed on pages, and moved with their course to another zone: what follows in rooms and plans."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pallpractice.domain.errors import Conflict, Invalid
from pallpractice.domain.programme import Credit
from pallpractice.domain.roles import SessionKind, Skill
from pallpractice.library.shelf import Library
from pallpractice.services import courses, seating, sessions
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Session
from pallpractice.storage.plans import PlannedRound
from pallpractice.storage.presence import Attendance
from pallpractice.storage.rooms import Room, SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SavedCourse

WISHED: dict[str, Any] = {
    "title": "Values, à deux",
    "kind": SessionKind.PRACTICE,
    "day": date(2026, 5, 15),
    "starts": time(14, 30),
    "ends": time(16, 30),
    "skill": Skill.VALUES,
    "track": None,
    "credit": (Credit.GENERAL,),
}


def audited(store: Store) -> list[dict[str, Any]]:
    with store.read() as uow:
        return [row.line.data for row in uow.session.scalars(select(AuditLine)) if row.line.what == "course_changed"]


@pytest.fixture
def before(store: Store, course: SavedCourse) -> None:
    """The day before the course's session, its rooms made."""
    with store.read() as uow:
        starts = uow.session.get_one(Session, course.session.id).starts_at
    store.clock.now = starts - timedelta(days=1)  # type: ignore[attr-defined]
    store.change(seating.place, course.course)


def add(store: Store, course: SavedCourse, library: Library, **changes: Any) -> Session:
    def work(uow: Any) -> Session:
        there = courses.find(uow, course.course.slug)
        return sessions.add(uow, library, there, WISHED | changes, course.oren.id)

    return store.change(work)


def remove(store: Store, course: SavedCourse, session_id: str, with_plan: bool = False) -> None:
    def work(uow: Any) -> None:
        there = courses.find(uow, course.course.slug)
        sessions.remove(uow, there, session_id, with_plan=with_plan, by=course.oren.id)

    store.change(work)


def test_an_added_session_gets_its_rooms_and_a_key_of_its_own(
    store: Store, course: SavedCourse, library: Library, before: None
) -> None:
    row = add(store, course, library)
    assert (row.key, row.starts_at) == ("values-a-deux", datetime(2026, 5, 15, 18, 30, tzinfo=UTC))
    assert row.credit_types == ["general"]
    with store.read() as uow:
        assert uow.session.query(Room).filter(Room.session_id == row.id).one().name == "Maple"
    again = add(store, course, library, starts=time(17), ends=time(18))
    assert again.key == "values-a-deux-2"
    assert audited(store) == [{"sessions_added": [row.id]}, {"sessions_added": [again.id]}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"skill": None}, "skill"),
        ({"kind": SessionKind.PLENARY}, "skill"),
        ({"kind": SessionKind.BREAK, "skill": None}, "credit"),
        ({"ends": time(14, 30)}, "ends"),
        ({"day": date(2026, 5, 14), "starts": time(12)}, "starts"),
    ],
)
def test_what_a_file_could_not_say_is_refused_by_field(
    store: Store, course: SavedCourse, library: Library, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(store, course, library, **changes)
    assert list(refused.value.fields or {}) == [field]


def test_a_practice_without_any_of_the_courses_scenarios_is_refused(
    store: Store, course: SavedCourse, library: Library
) -> None:
    with store.write() as uow:
        uow.session.get_one(Course, course.course.id).scenario_ids = ["said-twice"]
    skill = library.scenarios["said-twice"].skill
    other = next(one for one in Skill if one != skill)
    with pytest.raises(Invalid) as refused:
        add(store, course, library, skill=other)
    assert "skill" in (refused.value.fields or {})


def test_a_session_nobody_has_used_goes_with_its_waiting_rooms(store: Store, course: SavedCourse, before: None) -> None:
    remove(store, course, course.session.id)
    with store.read() as uow:
        assert uow.session.query(Room).count() == uow.session.query(SeatRow).count() == 0
        assert uow.session.get(Session, course.session.id) is None
    assert audited(store) == [{"sessions_removed": [course.session.id]}]


def test_a_session_with_a_plan_goes_only_when_that_may_go_too(store: Store, course: SavedCourse, before: None) -> None:
    with store.write() as uow:
        where = {"session_id": course.session.id, "group_id": course.group.id, "number": 1, "scenario_id": "said-twice"}
        uow.session.add(PlannedRound(**where, starts_at=uow.now, ends_at=uow.now, learner_id=course.lena.id))
    with pytest.raises(Conflict, match="Rounds are planned"):
        remove(store, course, course.session.id)
    remove(store, course, course.session.id, with_plan=True)
    with store.read() as uow:
        assert uow.session.query(PlannedRound).count() == 0


def test_a_session_someone_has_been_in_stays_and_says_why(store: Store, course: SavedCourse, before: None) -> None:
    with store.write() as uow:
        room = uow.session.query(Room).one()
        where = {"session_id": course.session.id, "room_id": room.id, "process": "p", "person_id": course.lena.id}
        uow.session.add(Attendance(**where, came_at=uow.now, seen_at=uow.now))
    with pytest.raises(Conflict, match="it has been used"):
        remove(store, course, course.session.id, with_plan=True)
    with store.read() as uow:
        found = sessions.traces(uow, uow.session.get_one(Session, course.session.id))
    assert [str(one) for one in found.used] == ["1 person has been in it."]
    assert audited(store) == []


# --- another zone


def rezone(store: Store, course: SavedCourse, zone: str) -> list[courses.Moved]:
    def work(uow: Any) -> list[courses.Moved]:
        there = courses.find(uow, course.course.slug)
        told = {"title": there.title, "language": "es", "time_zone": zone}
        return courses.change(uow, there, **told, by=course.oren.id)

    return store.change(work)


def test_another_zone_keeps_the_hours_of_sessions_to_come_and_moves_their_plan(
    store: Store, course: SavedCourse, library: Library, before: None
) -> None:
    with store.read() as uow:
        row = uow.session.get_one(Session, course.session.id)
    with store.write() as uow:
        where = {"session_id": row.id, "group_id": course.group.id, "number": 1, "scenario_id": "said-twice"}
        times = {"starts_at": row.starts_at, "ends_at": row.starts_at + timedelta(minutes=25)}
        uow.session.add(PlannedRound(**where, **times, learner_id=course.lena.id))
    (moved,) = rezone(store, course, "America/Los_Angeles")
    three = timedelta(hours=3)
    with store.read() as uow:
        after = uow.session.get_one(Session, row.id)
        assert (after.starts_at, after.sequence) == (row.starts_at + three, row.sequence + 1)
        assert uow.session.query(PlannedRound).one().starts_at == row.starts_at + three
        assert courses.find(uow, course.course.slug).language == "es"
    assert moved.starts_at == row.starts_at + three
    assert audited(store) == [{"fields": ["language", "time_zone"], "sessions_changed": 1}]


def test_sessions_that_have_begun_stay_at_their_moment(store: Store, course: SavedCourse, library: Library) -> None:
    with store.read() as uow:
        row = uow.session.get_one(Session, course.session.id)
    store.clock.now = row.starts_at + timedelta(minutes=1)  # type: ignore[attr-defined]
    assert rezone(store, course, "Asia/Tokyo") == []
    with store.read() as uow:
        after = uow.session.get_one(Session, row.id)
        assert (after.starts_at, after.sequence, after.day) == (row.starts_at, row.sequence, date(2026, 5, 15))


def test_a_zone_whose_clocks_skip_the_hour_is_refused(store: Store, course: SavedCourse, library: Library) -> None:
    store.clock.now = datetime(2026, 3, 1, tzinfo=UTC)  # type: ignore[attr-defined]
    spring = {"day": date(2026, 3, 29), "starts": time(1, 30), "ends": time(5)}
    add(store, course, library, **spring)
    with pytest.raises(Invalid, match="does not exist there") as refused:
        rezone(store, course, "Europe/London")
    assert list(refused.value.fields or {}) == ["time_zone"]
