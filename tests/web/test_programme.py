"""An organiser changes a session's title and time on a page; what is planned in it moves along."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pallpractice.storage.courses import Session
from pallpractice.storage.plans import PlannedRound
from pallpractice.storage.unit_of_work import Store
from tests.conftest import PageClient, SavedCourse

DAY = "2026-05-14"


@pytest.fixture
def page(course: SavedCourse) -> str:
    return f"/courses/serious-talk/sessions/{course.session.id}"


def stored(store: Store, course: SavedCourse) -> Session:
    with store.read() as uow:
        return uow.session.get_one(Session, course.session.id)


def planned(store: Store, course: SavedCourse, starts_at: datetime) -> None:
    with store.write() as uow:
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=25)}
        where = {"session_id": course.session.id, "group_id": course.group.id, "number": 1}
        uow.session.add(PlannedRound(**where, **times, learner_id=course.lena.id, scenario_id="said-twice"))


def test_a_session_gets_another_title_and_time_with_its_plan(
    oren: PageClient, store: Store, course: SavedCourse, page: str
) -> None:
    before = stored(store, course)
    store.clock.now = before.starts_at - timedelta(days=1)  # type: ignore[attr-defined]
    planned(store, course, before.starts_at + timedelta(minutes=25))
    assert f'value="{before.title}"' in oren.get(page).text
    answer = oren.submit(page, title="Serious news, later", day="2026-05-15", starts="13:05", ends="15:00")
    assert answer.status_code == 303, answer.text
    after = stored(store, course)
    assert (after.title, after.day) == ("Serious news, later", date(2026, 5, 15))
    assert after.starts_at == datetime(2026, 5, 15, 17, 5, tzinfo=UTC), "New York is four hours behind"
    assert after.sequence == before.sequence + 1, "calendars hear of it"
    with store.read() as uow:
        row = uow.session.query(PlannedRound).one()
        assert row.starts_at == after.starts_at + timedelta(minutes=25)
        assert row.ends_at - row.starts_at == timedelta(minutes=25)
    oren.submit(page, title="Serious news, later", day="2026-05-15", starts="13:05", ends="15:00")
    assert stored(store, course).sequence == after.sequence, "saved again, nothing is new"


def test_times_that_cannot_be_are_refused_and_kept_in_the_form(
    oren: PageClient, store: Store, course: SavedCourse, page: str
) -> None:
    before = stored(store, course)
    with store.write() as uow:
        pain = Session(course_id=course.course.id, key="pain", title="Pain", kind="plenary", day=date(2026, 5, 14))
        pain.starts_at, pain.ends_at = datetime(2026, 5, 14, 20, tzinfo=UTC), datetime(2026, 5, 14, 21, tzinfo=UTC)
        uow.session.add(pain)
    for sent, words in (
        ({"starts": "11:00", "ends": "10:00"}, "The end is not after the start, 11:00."),
        ({"starts": "16:30", "ends": "17:30"}, "It would meet Pain; only sessions of different tracks may."),
        ({"day": "2026-03-08", "starts": "02:30", "ends": "04:00"}, "02:30 does not exist on that day"),
        ({"starts": "soon", "ends": "10:00"}, "Write a time, as 09:30 or 14:15."),
        ({"title": "", "starts": "09:00", "ends": "10:00"}, "Write a title."),
    ):
        answer = oren.submit(page, **{"title": "Mine", "day": DAY, **sent})
        assert (answer.status_code, words in answer.text) == (400, True), (sent, answer.text)
        assert f'value="{sent["starts"]}"' in answer.text
    assert stored(store, course).starts_at == before.starts_at


def test_sessions_of_another_course_are_not_found(oren: PageClient, store: Store, course: SavedCourse) -> None:
    assert oren.get("/courses/serious-talk/sessions/none").status_code == 404


# --- sessions that come and go, the course itself, and its file

COURSE = "/courses/serious-talk"


def test_a_session_is_added_and_removed_on_pages(oren: PageClient, store: Store, course: SavedCourse) -> None:
    wished = {"title": "Farewell", "day": "2026-05-15", "starts": "16:00", "ends": "16:30", "credit": "general"}
    faulty = oren.submit(f"{COURSE}/sessions/add", kind="break", **wished)
    assert (faulty.status_code, "Breaks do not count" in faulty.text) == (400, True)
    assert 'value="Farewell"' in faulty.text
    assert oren.submit(f"{COURSE}/sessions/add", kind="plenary", **wished).status_code == 303
    with store.read() as uow:
        row = uow.session.query(Session).filter(Session.key == "farewell").one()
    remove = f"{COURSE}/sessions/{row.id}/remove"
    assert "Remove Farewell?" in oren.get(remove).text
    assert oren.submit(remove).status_code == 303
    assert oren.get(remove).status_code == 404


def test_another_zone_is_asked_for_twice(oren: PageClient, store: Store, course: SavedCourse) -> None:
    before = stored(store, course)
    store.clock.now = before.starts_at - timedelta(days=1)  # type: ignore[attr-defined]
    wished = {"title": "Serious talk", "language": "", "time_zone": "Europe/Madrid"}
    asked = oren.submit(f"{COURSE}/settings", **wished)
    assert (asked.status_code, "Nothing is saved yet" in asked.text) == (200, True)
    assert "11:15 to 13:00 CEST" in asked.text
    assert stored(store, course).starts_at == before.starts_at
    assert oren.submit(f"{COURSE}/settings", **wished, sure="Europe/Madrid").status_code == 303
    assert stored(store, course).starts_at == before.starts_at - timedelta(hours=6)
    assert oren.submit(f"{COURSE}/settings", title="", time_zone="Mars/Olympus").status_code == 400


def test_a_file_is_looked_at_before_it_is_saved_and_says_where_it_is_wrong(
    oren: PageClient, store: Store, course: SavedCourse
) -> None:
    file = oren.get(f"{COURSE}/programme.yaml")
    assert file.headers["Content-Disposition"] == 'attachment; filename="serious-talk.yaml"'
    title = stored(store, course).title
    wished = file.text.replace(title, "Serious news, later")
    seen = oren.submit(f"{COURSE}/programme", step="read", text=wished)
    assert "Sessions: 0 new, 1 changed, 0 unchanged." in " ".join(seen.text.split())
    assert f"<del>{title}</del>" in seen.text
    assert "<ins>Serious news, later</ins>" in seen.text
    assert stored(store, course).title == title
    mark = seen.text.partition('name="seen" value="')[2].partition('"')[0]
    stale = oren.submit(f"{COURSE}/programme", step="save", text=wished, seen="another")
    assert (stale.status_code, stored(store, course).title) == (409, title)
    assert oren.submit(f"{COURSE}/programme", step="save", text=wished, seen=mark).status_code == 303
    assert stored(store, course).title == "Serious news, later"
    for text, words in (
        (file.text.replace("kind: practice", "kind: lecture"), ": days[0].sessions[0].kind:"),
        (file.text.replace("slug: serious-talk", "slug: other"), "course.slug: this is the file of"),
        ("", "Paste a programme, or choose a file."),
    ):
        answer = oren.submit(f"{COURSE}/programme", step="read", text=text)
        assert (answer.status_code, words in answer.text) == (400, True), answer.text
