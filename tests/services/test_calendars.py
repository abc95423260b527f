"""Calendar files, read back by the library and by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from pallpractice.domain.invitations import About, Addressee, Event
from pallpractice.domain.mail import Sender
from pallpractice.domain.roles import Role
from pallpractice.services.invitations import calendars

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LENA = Addressee("lena", 'Lena, "the" Whitfield\r\nATTENDEE:x', "lena@example.org", Role.LEARNER)
SENDER = Sender("Course", "course@example.org")


def about(zone: str) -> About:
    return About("talk", "Talk; well, talk", zone, "https://practice.example.org")


def at(*when: int, session: str = "s") -> Event:
    starts = datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]
    return Event(session, "News\nLOCATION:x", "practice", starts, starts + timedelta(hours=2), 3, "Maple", "room1")


def read(zone: str, *events: Event, method: str = "REQUEST") -> Calendar:
    return Calendar.from_ical(calendars.file(method, events, LENA, about(zone), SENDER, NOW))


def by_its_own_rules(calendar: Calendar, local: datetime) -> datetime:
    """The instant of a local time by the VTIMEZONE in the file alone: the last stretch that had begun."""
    begun = []
    for stretch in calendar.walk("VTIMEZONE")[0].subcomponents:
        onset = stretch["DTSTART"].dt - stretch["TZOFFSETFROM"].td
        begun.append((onset, stretch["TZOFFSETTO"].td))
    candidates = [local - offset for onset, offset in sorted(begun) if onset <= local - offset]
    return candidates[-1].replace(tzinfo=UTC)


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
        assert by_its_own_rules(calendar, entry["DTSTART"].dt.replace(tzinfo=None)) == event.starts_at
    onsets = [each["DTSTART"].to_ical() for each in calendar.walk("DAYLIGHT")]
    assert onsets == [b"20260308T020000"], "in the time before, as RFC 5545 wants it"
    assert calendar.walk("STANDARD")[-1]["DTSTART"].to_ical() == b"20261101T020000"


def test_an_entry_says_what_is_when_and_where_and_no_name_adds_a_line() -> None:
    calendar = read("America/New_York", at(2026, 5, 14, 15))
    (entry,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert entry["UID"] == "s.lena@practice.example.org"
    assert (entry["SEQUENCE"], entry["STATUS"]) == (3, "CONFIRMED")
    assert entry["SUMMARY"] == "Talk; well, talk: News LOCATION:x"
    assert "group Maple: https://practice.example.org/rooms/room1" in entry["DESCRIPTION"]
    assert "/l/" not in calendar.to_ical().decode()
    assert entry["ORGANIZER"] == "MAILTO:course@example.org"
    assert entry["ATTENDEE"].params["CN"] == "Lena, 'the' Whitfield ATTENDEE:x"
    assert "LOCATION" not in entry
    assert len(calendar.walk("VEVENT")) == 1


def test_a_cancelled_entry_says_so() -> None:
    calendar = read("America/New_York", at(2026, 5, 14, 15), method="CANCEL")
    (entry,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], entry["STATUS"], entry["UID"]) == ("CANCEL", "CANCELLED", "s.lena@practice.example.org")


def test_without_sessions_it_is_a_calendar_all_the_same() -> None:
    assert read("UTC").walk("VEVENT") == []
