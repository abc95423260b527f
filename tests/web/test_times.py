"""Times as people read them: the course's zone, and their own beside it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from pallpractice.services import seating
from pallpractice.storage.courses import Person
from pallpractice.storage.unit_of_work import Store
from pallpractice.web.times import own_span, span, zones
from tests.conftest import Clock, Days, PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
STARTS, ENDS = datetime(2026, 5, 14, 15, 15, tzinfo=UTC), datetime(2026, 5, 14, 17, tzinfo=UTC)
NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("", ""),
        (NEW_YORK, ""),
        ("America/Toronto", ""),
        ("Europe/Berlin", "17:15 to 19:00 CEST"),
        ("Asia/Tokyo", "Fri 15 May, 00:15 to 02:00 JST"),
        ("Asia/Kathmandu", "21:00 to 22:45 +0545"),
    ],
)
def test_ones_own_time_is_shown_where_it_differs(zone: str, shown: str) -> None:
    assert span(STARTS, ENDS, NEW_YORK) == "11:15 to 13:00 EDT"
    assert own_span(STARTS, ENDS, NEW_YORK, zone) == shown


def test_zones_are_places_people_know() -> None:
    names = zones()
    assert {NEW_YORK, "Europe/Berlin", "Asia/Kathmandu"} <= set(names)
    assert not [name for name in names if name.startswith(("Etc/", "posix", "right"))]


def test_a_person_chooses_their_zone_and_the_programme_shows_it(client_as: ClientAs, course: SavedCourse) -> None:
    lena = client_as(course.lena)
    assert "11:15 to 13:00 EDT" in lena.get("/courses/serious-talk").get_data(as_text=True)
    assert lena.submit("/me", time_zone="Asia/Tokyo").status_code == 303
    page = lena.get("/courses/serious-talk").get_data(as_text=True)
    assert "11:15 to 13:00 EDT" in page
    assert "Fri 15 May, 00:15 to 02:00 JST" in page
    home = lena.get("/").get_data(as_text=True)
    assert "Programme of Serious Talk" in home
    assert "JST" not in client_as(course.olga).get("/courses/serious-talk").get_data(as_text=True)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "x" * 65])
def test_a_zone_that_is_none_is_refused(client_as: ClientAs, course: SavedCourse, zone: str) -> None:
    assert client_as(course.lena).submit("/me", time_zone=zone).status_code == 400


def test_rooms_whose_hour_is_past_are_folded_away_and_late_ones_are_not(
    client_as: ClientAs, course: SavedCourse, clock: Clock, store: Store
) -> None:
    store.change(seating.place, course.course)
    lena = client_as(course.lena)
    clock.now = ENDS
    assert "earlier room" not in lena.get("/").text
    clock.now = ENDS + timedelta(hours=1)
    page = lena.get("/").text
    assert "1 earlier room" in page
    assert page.index("1 earlier room") < page.index('href="/rooms/'), "it is in the fold"


def test_what_goes_on_stands_before_what_has_just_ended(
    client_as: ClientAs, course: SavedCourse, clock: Clock, store: Store, days: Days
) -> None:
    store.change(seating.place, course.course)
    clock.now = days.second.ends_at + timedelta(minutes=20)  # the practice session began five minutes ago
    page = client_as(course.lena).get("/").text
    titles = ["Delivering serious news", "Looking back on the day", "What we take home", "Ready to practise"]
    assert [page.index(f">{title}</a>") for title in titles] == sorted(page.index(f">{title}</a>") for title in titles)
    assert page.index(">Ready to practise</a>") < page.index("1 earlier room")
