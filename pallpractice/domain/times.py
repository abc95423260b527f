"""Instants as people read them: in the course's zone and in their own."""

from datetime import datetime
from zoneinfo import ZoneInfo


def day(at: datetime, zone: str) -> str:
    """ "Thursday 14 May 2026" there."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}"


def span(starts: datetime, ends: datetime, zone: str) -> str:
    """ "11:15 to 13:00 EDT" there."""
    here = ZoneInfo(zone)
    return f"{starts.astimezone(here):%H:%M} to {ends.astimezone(here):%H:%M} {ends.astimezone(here):%Z}"


def own_span(starts: datetime, ends: datetime, course_zone: str, own_zone: str) -> str:
    """The same in the reader's own zone, with the day where it is another; empty when the clocks agree."""
    if not own_zone:
        return ""
    here, there = ZoneInfo(own_zone), ZoneInfo(course_zone)
    if starts.astimezone(here).replace(tzinfo=None) == starts.astimezone(there).replace(tzinfo=None):
        return ""
    other_day = starts.astimezone(here).date() != starts.astimezone(there).date()
    return (f"{starts.astimezone(here):%a %-d %b}, " if other_day else "") + span(starts, ends, own_zone)
