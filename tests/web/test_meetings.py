"""The page on which an organiser says where the course talks."""

from collections.abc import Callable
from typing import Any

import pytest

from pallpractice.config import CHECKOUT
from pallpractice.domain.events import RoomChanged
from pallpractice.domain.programme import Programme
from pallpractice.library.shelf import Library
from pallpractice.services import access, meetings, programmes, seating, views
from pallpractice.storage.courses import Course, Group, Person
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.conftest import PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
PAGE = "/courses/serious-talk/meeting"
ZOOM = "https://us02web.zoom.us/j/81234"


@pytest.fixture
def maple(store: Store, course: SavedCourse) -> str:
    store.change(lambda uow: seating.place(uow, course.course))
    with store.read() as uow:
        return uow.session.query(Group).one().id


def meeting_of(store: Store, course: SavedCourse) -> dict[str, Any]:
    """The meeting as Lena's room shows it."""
    with store.read() as uow:
        record, seat = access.room(uow, uow.session.query(Room).one().id, course.lena.id)
        room = views.room_view(views.read(uow, Library.read([CHECKOUT / "scenarios"]), record, set()), seat)["room"]
        return {name: room[name] for name in ("meeting_url", "meeting_name")}


def test_what_an_organiser_saves_is_what_the_rooms_show(
    client_as: ClientAs, store: Store, course: SavedCourse, maple: str
) -> None:
    oren = client_as(course.oren)
    assert "Talk where your course meets" in oren.get(PAGE).text
    assert oren.submit(PAGE, **{"course": f" {ZOOM} ", maple: ""}).status_code == 303
    assert meeting_of(store, course) == {"meeting_url": ZOOM, "meeting_name": "Zoom"}
    assert oren.submit(PAGE, **{"course": ZOOM, maple: "https://meet.jit.si/{group}"}).status_code == 303
    assert meeting_of(store, course) == {"meeting_url": "https://meet.jit.si/Maple", "meeting_name": "Jitsi"}
    page = oren.get(PAGE).text
    assert 'href="https://meet.jit.si/Maple" target="_blank" rel="noopener noreferrer"' in page
    assert oren.submit(PAGE, **{"course": "", maple: ""}).status_code == 303
    assert meeting_of(store, course) == {"meeting_url": None, "meeting_name": None}


def test_an_address_that_cant_be_used_says_where_and_why_and_nothing_is_saved(
    client_as: ClientAs, store: Store, course: SavedCourse, maple: str
) -> None:
    answer = client_as(course.oren).submit(PAGE, **{"course": ZOOM, maple: "javascript:alert(1)"})
    assert answer.status_code == 400
    assert "not an https:// address" in answer.text
    assert f'href="#meeting-{maple}"' in answer.text
    assert f'value="{ZOOM}"' in answer.text, "what was typed stays"
    assert meeting_of(store, course)["meeting_url"] is None


def test_the_rooms_are_told(store: Store, course: SavedCourse, maple: str) -> None:
    told: list[Any] = []
    store.announcer = told.extend
    with store.write() as uow:
        meetings.save(uow, uow.session.get_one(Course, course.course.id), {"course": ZOOM})
    assert [type(event) for event in told] == [RoomChanged]


def test_a_programme_that_says_nothing_of_the_meeting_leaves_it(store: Store, course: SavedCourse) -> None:
    with store.write() as uow:
        kept = uow.session.get_one(Course, course.course.id)
        kept.meeting_url_template = ZOOM
        programmes.import_programme(uow, Programme(kept.slug, kept.title, kept.time_zone, ()))
        assert kept.meeting_url_template == ZOOM
