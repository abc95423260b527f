"""Instants as people read them: in the course's zone and in their own. English here; a Language says them anew."""

from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from .text import Language, Text, text

DAY, SHORT_DAY, DATE, SHORT_DATE, FULL_DATE = "full", "MMMEd", "MMMMd", "MMMd", "long"
WEEKDAY, WEEKDAY_AND_DATE = "EEEE", "MMMMEEEEd"
ENGLISH = {
    DAY: "{0:%A} {0.day} {0:%B %Y}",
    SHORT_DAY: "{0:%a} {0.day} {0:%b}",
    DATE: "{0.day} {0:%B}",
    SHORT_DATE: "{0.day} {0:%b}",
    FULL_DATE: "{0.day} {0:%B %Y}",
    WEEKDAY: "{0:%A}",
    WEEKDAY_AND_DATE: "{0:%A} {0.day} {0:%B}",
}


class Dated(Text):
    """A day. It is shown by the reader's calendar, whatever the catalogue holds."""

    __slots__ = ("at", "shape")
    at: date
    shape: str

    @classmethod
    def of(cls, at: date, shape: str) -> Self:
        """`shape` is one of those above."""
        new = cls(ENGLISH[shape].format(at))
        new.at, new.shape = at, shape
        return new

    def said_in(self, language: Language) -> str:
        return language.date(self.at, self.shape)

    def __reduce__(self) -> tuple[object, ...]:
        return Dated.of, (self.at, self.shape)


class Timed(Text):
    """An hour of the day. It is shown by the reader's clock, of 12 hours or of 24."""

    __slots__ = ("at",)
    at: datetime

    @classmethod
    def of(cls, at: datetime) -> Self:
        """In the zone it has."""
        new = cls(f"{at:%H:%M}")
        new.at = at
        return new

    def said_in(self, language: Language) -> str:
        return language.time(self.at)

    def __reduce__(self) -> tuple[object, ...]:
        return Timed.of, (self.at,)


def day(at: datetime, zone: str) -> Text:
    """ "Thursday 14 May 2026" there."""
    return Dated.of(at.astimezone(ZoneInfo(zone)), DAY)


def on(at: date, shape: str = DATE) -> Text:
    """ "14 May", in the zone it has."""
    return Dated.of(at, shape)


def clock(at: datetime, zone: str) -> Text:
    """ "11:15" there."""
    return Timed.of(at.astimezone(ZoneInfo(zone)))


def moment(at: datetime, zone: str) -> Text:
    """ "14 May, 11:15" there."""
    return joined_by_comma(Dated.of(at.astimezone(ZoneInfo(zone)), DATE), clock(at, zone))


def span(starts: datetime, ends: datetime, zone: str) -> Text:
    """ "11:15 to 13:00 EDT" there."""
    name = f"{ends.astimezone(ZoneInfo(zone)):%Z}"
    return text("{starts} to {ends} {zone}", starts=clock(starts, zone), ends=clock(ends, zone), zone=name)


def day_and_span(starts: datetime, ends: datetime, zone: str) -> Text:
    """ "Thursday 14 May 2026, 11:15 to 13:00 EDT" there."""
    return joined_by_comma(day(starts, zone), span(starts, ends, zone))


def joined_by_comma(day: Text, time: str) -> Text:
    """ "14 May, 11:15"."""
    return text("{day}, {time}", day=day, time=time)


def own_span(starts: datetime, ends: datetime, course_zone: str, own_zone: str) -> Text:
    """The same in the reader's own zone, with the day where it is another; empty when the clocks agree."""
    if not own_zone:
        return Text("")
    here, there = ZoneInfo(own_zone), ZoneInfo(course_zone)
    if starts.astimezone(here).replace(tzinfo=None) == starts.astimezone(there).replace(tzinfo=None):
        return Text("")
    time = span(starts, ends, own_zone)
    if starts.astimezone(here).date() == starts.astimezone(there).date():
        return time
    return joined_by_comma(Dated.of(starts.astimezone(here), SHORT_DAY), time)
