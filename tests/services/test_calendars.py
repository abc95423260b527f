"""Calendar files, read back by the library and by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from pallpractice.domain.invitations import About, Addressee, Event
from pallpractice.domain.mail import Sender
from pallpractice.domain.roles import Role
from pallpractice.services.invitations import calendars
from tests.calendar_files import by_its_own_rules, starts

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LENA = Addressee("lena", 'Lena, "the" Whitfield\r\nATTENDEE:x', "lena@example.org", Role.LEARNER)
SENDER = Sender("Course", "course@example.org")


def about(zone: str) -> About:
    return About("talk", "Talk; well, talk", zone, "https://practice.example.org")


def at(*when: int, session: str = "s") -> Event:
    starts = datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]
    return Event(session, "News\nLOCATION:x", "practice", starts, starts + timedelta(hours=2), 3, "Maple", "room1")


def read(zone: str, *events: Event, sender: Sender | None = SENDER) -> Calendar:
    """The file of all of them."""
    return Calendar.from_ical(calendars.published(events, LENA, about(zone), sender, NOW))


def each(method: str, *events: Event) -> list[tuple[calendars.File, Calendar]]:
    """What goes with a mail."""
    files = calendars.files(method, events, LENA, about("America/New_York"), SENDER, NOW)
    return [(file, Calendar.from_ical(file.content)) for file in files]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Tokyo", "UTC"])
def test_the_zones_rules_give_the_right_instants_on_every_day_of_two_years(zone: str) -> None:
    events = [at(2026, 1, 1, 0), at(2027, 12, 31, 23)]
    calendar = read(zone, *events)
    here = ZoneInfo(zone)
    for hours in range(0, 2 * 365 * 24, 7):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
        local = moment.astimezone(here)
        if (
            local.fold
            or moment.astimezone(here).utcoffset() != (moment + timedelta(hours=2)).astimezone(here).utcoffset()
        ):
            continue  # an hour that comes twice has two instants
        assert by_its_own_rules(calendar, local.replace(tzinfo=None)) == moment, (zone, moment)


def test_sessions_on_both_sides_of_the_change_of_clocks() -> None:
    events = [at(2026, 3, 7, 15, session="a"), at(2026, 3, 8, 14, session="b"), at(2026, 11, 1, 15, session="c")]
    calendar = read("America/New_York", *events)
    entries = calendar.walk("VEVENT")
    assert [entry["DTSTART"].params["TZID"] for entry in entries] == ["America/New_York"] * 3
    assert [entry["DTSTART"].to_ical() for entry in entries] == [
        b"20260307T100000",
        b"20260308T100000",
        b"20261101T100000",
    ]
    for entry, event in zip(entries, events, strict=True):
        assert starts(calendar, entry) == event.starts_at
    onsets = [each["DTSTART"].to_ical() for each in calendar.walk("DAYLIGHT")]
    assert onsets == [b"20260308T020000"], "in the time before, as RFC 5545 wants it"
    assert calendar.walk("STANDARD")[-1]["DTSTART"].to_ical() == b"20261101T020000"


def test_an_entry_says_what_is_when_and_where_and_no_name_adds_a_line() -> None:
    ((_, calendar),) = each("REQUEST", at(2026, 5, 14, 15))
    (entry,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert entry["UID"] == "s.lena@practice.example.org"
    assert (entry["SEQUENCE"], entry["STATUS"]) == (3, "CONFIRMED")
    assert entry["SUMMARY"] == "Talk; well, talk: News LOCATION:x"
    assert "group Maple: https://practice.example.org/rooms/room1" in entry["DESCRIPTION"]
    assert "/l/" not in calendar.to_ical().decode()
    assert entry["ORGANIZER"] == "mailto:course@example.org"
    assert entry["ATTENDEE"] == "mailto:lena@example.org"
    assert entry["ATTENDEE"].params["CN"] == "Lena, 'the' Whitfield ATTENDEE:x"
    assert "LOCATION" not in entry
    assert len(calendar.walk("VEVENT")) == 1


DAYS = [at(2026, 3, 7, 15, session="a"), at(2026, 3, 8, 14, session="b"), at(2026, 11, 1, 15, session="c")]


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_each_session_has_a_file_of_its_own_with_one_uid_and_its_zone(method: str) -> None:
    files = [(file, calendar) for file, calendar in each(method, *DAYS) if file.method == method]
    assert len(files) == 3
    for (file, calendar), event in zip(files, DAYS, strict=True):
        (entry,) = calendar.walk("VEVENT")
        assert calendar["METHOD"] == file.method
        assert entry["UID"] == f"{event.session}.lena@practice.example.org"
        assert entry["SEQUENCE"] == 3
        assert entry["STATUS"] == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
        assert starts(calendar, entry) == event.starts_at
        assert (entry["ORGANIZER"], entry["ATTENDEE"]) == ("mailto:course@example.org", "mailto:lena@example.org")


def test_several_requests_come_in_one_file_too_which_asks_for_no_answer() -> None:
    *_, (file, calendar) = each("REQUEST", *DAYS)
    assert (file.name, file.method, calendar["METHOD"]) == ("all-3-sessions.ics", "PUBLISH", "PUBLISH")
    uids = [str(one.walk("VEVENT")[0]["UID"]) for _, one in each("REQUEST", *DAYS)[:-1]]
    assert [str(entry["UID"]) for entry in calendar.walk("VEVENT")] == uids
    for entry, event in zip(calendar.walk("VEVENT"), DAYS, strict=True):
        assert "ATTENDEE" not in entry
        assert (entry["ORGANIZER"], entry["SEQUENCE"]) == ("mailto:course@example.org", 3)
        assert starts(calendar, entry) == event.starts_at
    assert [file.method for file, _ in each("REQUEST", DAYS[0])] == ["REQUEST"]
    assert [file.method for file, _ in each("CANCEL", *DAYS)] == ["CANCEL"] * 3


def test_without_an_organiser_to_name_the_file_of_all_is_a_snapshot() -> None:
    calendar = read("America/New_York", *DAYS, sender=None)
    assert "METHOD" not in calendar
    for entry in calendar.walk("VEVENT"):
        assert "ORGANIZER" not in entry
        assert "ATTENDEE" not in entry


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Practice: delivering serious news", "1-practice-delivering-serious-news.ics"),
        ("Exploring values and making recommendations", "1-exploring-values-and-making.ics"),
        ("Entrée à l’hôpital", "1-entree-a-l-hopital.ics"),
        ('../../etc/passwd"\r\nX: y', "1-etc-passwd-x-y.ics"),
        ("学", "1-session.ics"),
        ("x" * 90, f"1-{'x' * 40}.ics"),
    ],
)
def test_a_file_is_named_after_its_session(title: str, name: str) -> None:
    ((file, _),) = each("REQUEST", replace(DAYS[0], title=title))
    assert file.name == name


def test_names_are_in_the_order_of_time_and_say_what_is_cancelled() -> None:
    ten = [file.name for file, _ in each("REQUEST", *[at(2026, 5, 1 + day, 12, session=str(day)) for day in range(10)])]
    assert ten == [*sorted(ten[:10]), "all-10-sessions.ics"]
    assert ten[0] == "01-news-location-x.ics"
    assert each("CANCEL", DAYS[0])[0][0].name == "1-news-location-x-cancelled.ics"


def test_without_sessions_it_is_a_calendar_all_the_same() -> None:
    assert read("UTC").walk("VEVENT") == []
