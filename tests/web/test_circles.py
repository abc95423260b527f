"""The page of a group: who finds it, what each reads there, and what can be written without JavaScript."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pallpractice.domain.roles import Role
from pallpractice.domain.room import Act, Action
from pallpractice.services import rounds, seating
from pallpractice.services.circles import course_goals, hand_overs, pages
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.groups import AgreementLine, HandOver, JournalEntry
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.conftest import CAST, Days, PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
FIRST = date(2026, 5, 13)
SECRETS = {
    "agreement": "kx-agreed-z",
    "goal": "kx-goal-z",
    "hand_over": "kx-note-z",
    "private": "kx-private-z",
    "shared": "kx-shared-z",
}


@pytest.fixture
def page(store: Store, course: SavedCourse, days: Days) -> str:
    """The address of Maple's page, once Lena and Cleo have written something."""
    store.change(lambda uow: seating.place(uow, course.course))
    with store.write() as uow:
        line = AgreementLine(group_id=course.group.id, text=SECRETS["agreement"], position=0)
        line.edited_by, line.edited_at = course.olga.id, uow.now
        uow.session.add(line)
        for prompt, text, shared in (("stayed", "private", "nobody"), ("keep", "shared", "group")):
            entry = JournalEntry(session_id=days.reflection.id, person_id=course.lena.id, prompt=prompt)
            entry.text, entry.shared, entry.saved_at = SECRETS[text], shared, uow.now
            uow.session.add(entry)
        course_goals.write(uow, course.course.id, course.lena.id, SECRETS["goal"])
        hand_overs.write(uow, course.group.id, FIRST, course.cleo.id, SECRETS["hand_over"], 0)
    return f"/groups/{course.group.id}"


# What of it each finds there. The page shows a person's own journal alone; what is shared is read in the room.
READS: dict[str, set[str]] = {
    "Lena": {"agreement", "goal", "private", "shared"},
    "Olga": {"agreement", "goal"},
    "Omar": {"agreement", "goal"},
    "Sam": {"agreement", "goal"},
    "Cleo": {"agreement", "goal", "hand_over"},
    "Oren": {"agreement", "hand_over"},
}


@pytest.mark.parametrize("who", CAST)
def test_everyone_reads_what_is_theirs(client_as: ClientAs, course: SavedCourse, page: str, who: str) -> None:
    answer = client_as(course.cast[who]).get(page)
    assert answer.status_code == 200
    assert {name for name, text in SECRETS.items() if text in answer.text} == READS[who]
    for name in ("Lena", "Olga", "Omar", "Sam", "Cleo"):
        assert f"<strong>{name}</strong>" in answer.text
    assert "16:00 to 17:00 EDT" in answer.text


def test_others_find_no_such_group(
    client_as: ClientAs, course: SavedCourse, page: str, add_group: Callable[..., str]
) -> None:
    add_group("Birch", {"Lara": Role.LEARNER, "Cole": Role.COACH})
    for who in ("Mallory", "Lara", "Cole"):
        client = client_as(course.cast[who])
        answers = [client.get(page), client.get("/groups/none")]
        answers += [client.submit(f"{page}/goal", goal="x")]
        answers += [client.submit(f"{page}/hand-over", day=str(FIRST), note="x", seen="0")]
        for answer in answers:
            assert answer.status_code == 404, who
            assert not any(text in answer.text for text in SECRETS.values())
    assert client_as(None).get(page).status_code == 302


def test_whoever_is_removed_finds_it_no_more(client_as: ClientAs, store: Store, course: SavedCourse, page: str) -> None:
    with store.write() as uow:
        row = uow.session.query(Enrolment).filter_by(person_id=course.lena.id).one()
        row.removed_at = uow.now
    assert client_as(course.lena).get(page).status_code == 404
    assert "Lena" not in client_as(course.olga).get(page).text


def test_a_learner_writes_a_goal_for_the_course(
    client_as: ClientAs, store: Store, course: SavedCourse, page: str
) -> None:
    answer = client_as(course.olga).submit(f"{page}/goal", goal="Wait <b>longer</b>")
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    assert "Wait &lt;b&gt;longer&lt;/b&gt;" in client_as(course.cleo).get(page).text
    client_as(course.olga).submit(f"{page}/goal", goal="")
    with store.read() as uow:
        assert uow.session.query(Enrolment).filter_by(person_id=course.olga.id).one().goal == ""
    assert client_as(course.olga).submit(f"{page}/goal", goal="x" * 501).status_code == 400
    for who in ("Sam", "Cleo", "Oren"):
        assert client_as(course.cast[who]).submit(f"{page}/goal", goal="x").status_code == 403, who


def test_the_coach_writes_the_hand_over_note_of_a_day(
    client_as: ClientAs, store: Store, course: SavedCourse, page: str
) -> None:
    cleo = client_as(course.cleo)
    answer = cleo.submit(f"{page}/hand-over", day="2026-05-14", note="Ready.\r\nRested.", seen="0")
    assert answer.status_code == 303
    assert "Ready.\nRested." in cleo.get(f"{page}?day=2026-05-14").text
    assert 'name="seen" value="1"' in cleo.get(f"{page}?day=2026-05-14").text
    with store.read() as uow:
        note = uow.session.get_one(HandOver, (course.group.id, date(2026, 5, 14)))
        assert note.author_id == course.cleo.id
    for who in ("Lena", "Sam", "Oren"):
        refused = client_as(course.cast[who]).submit(f"{page}/hand-over", day="2026-05-14", note="x", seen="1")
        assert refused.status_code == 403, who
    assert cleo.submit(f"{page}/hand-over", day="2026-06-01", note="x", seen="0").status_code == 400
    assert cleo.submit(f"{page}/hand-over", day="soon", note="x", seen="0").status_code == 400


def test_a_slower_coach_sees_both_notes_and_loses_neither(
    client_as: ClientAs, store: Store, course: SavedCourse, page: str
) -> None:
    with store.write() as uow:
        uow.session.query(Enrolment).filter_by(person_id=course.olga.id).one().role = Role.COACH
    answer = client_as(course.olga).submit(f"{page}/hand-over", day=str(FIRST), note="Start with Sam", seen="0")
    assert answer.status_code == 409
    assert "Cleo has changed this note meanwhile." in answer.text
    assert SECRETS["hand_over"] in answer.text
    assert "Start with Sam</textarea>" in answer.text
    assert 'name="seen" value="1"' in answer.text
    with store.read() as uow:
        assert uow.session.get_one(HandOver, (course.group.id, FIRST)).text == SECRETS["hand_over"]


def test_my_rooms_lead_to_my_group_and_say_what_kind_they_are(
    client_as: ClientAs, course: SavedCourse, page: str
) -> None:
    for who in CAST:
        way = "/courses/serious-talk/groups" if who == "Oren" else "/"
        assert f'href="{page}"' in client_as(course.cast[who]).get(way).text
    assert page not in client_as(course.mallory).get("/").text
    lena = client_as(course.lena).get("/").text
    assert "Start-up" in lena
    assert "Reflection" in lena


def test_each_room_has_the_page_of_its_kind(
    client_as: ClientAs, store: Store, course: SavedCourse, days: Days, page: str
) -> None:
    with store.read() as uow:
        rooms = {room.session_id: room.id for room in uow.session.query(Room)}
    for session, script in ((days.first, "circle"), (days.reflection, "circle"), (course.session, "room")):
        text = client_as(course.lena).get(f"/rooms/{rooms[session.id]}").text
        assert f"packs/{script}.js" in text
        assert ("packs/circle.js" in text) is (script == "circle")
        assert SECRETS["agreement"] in text


def test_the_page_of_a_room_holds_nothing_private(
    client_as: ClientAs, store: Store, course: SavedCourse, days: Days, page: str
) -> None:
    with store.read() as uow:
        room = uow.session.query(Room).filter_by(session_id=days.reflection.id).one().id
    found: dict[str, Any] = {}
    for who in CAST:
        text = client_as(course.cast[who]).get(f"/rooms/{room}").text
        found[who] = {name for name in ("private", "shared", "hand_over", "goal") if SECRETS[name] in text}
    assert found == {
        "Lena": {"private", "shared", "goal"},
        "Olga": {"shared", "goal"},
        "Omar": {"shared", "goal"},
        "Sam": {"shared", "goal"},
        "Cleo": {"shared", "goal", "hand_over"},
        "Oren": set(),
    }


def test_what_is_written_on_the_page_is_told_to_the_rooms(
    app: Any, store: Store, course: SavedCourse, page: str
) -> None:
    told: list[Any] = []
    store.announcer = told.extend
    store.change(pages.set_goal, course.group.id, course.olga.id, "Wait longer")
    with store.read() as uow:
        rooms = {room.id for room in uow.session.query(Room).filter_by(group_id=course.group.id)}
    assert {event.room_id for event in told} == rooms
    act = Act(Action.COURSEGOAL_SET, course.olga.id, {"text": "Wait"})
    told.clear()
    with store.read() as uow:
        start = next(room.id for room in uow.session.query(Room) if room.session.kind == "startup")
    store.change(rounds.act, app.extensions["pallpractice"].library, start, act, "0" * 32)
    assert sorted(event.room_id for event in told) == sorted(rooms)
