"""Calendar files (iCalendar, RFC 5545). They are passed on by people, so no key to anything is in them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText
from icalendar import Event as Block

from ...domain.invitations import About, Addressee, Event
from ...domain.mail import Sender, line
from ...domain.text import Text, said, text
from ...library import languages

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


def file(
    method: str, events: Iterable[Event], to: Addressee, course: About, sender: Sender | None, now: datetime
) -> bytes:
    """A calendar with an entry for each event, in the course's zone, and that zone's rules beside them.

    An entry's UID is that of the session and the person, so that the next file changes it.
    """
    events = list(events)
    calendar = Calendar()
    calendar.add("prodid", "-//pallpractice//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if events:
        years = [event.starts_at.year for event in events]
        calendar.add_component(_zone(course.time_zone, min(years), max(years)))
    for event in events:
        calendar.add_component(_entry(method, event, to, course, sender, now))
    return bytes(calendar.to_ical())


def uid(event: Event, to: Addressee, course: About) -> str:
    """The same for ever."""
    return f"{event.session}.{to.id}@{urlsplit(course.base_url).hostname}"


def _entry(method: str, event: Event, to: Addressee, course: About, sender: Sender | None, now: datetime) -> Block:
    zone = ZoneInfo(course.time_zone)
    entry = Block()
    entry.add("uid", uid(event, to, course))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", event.starts_at.astimezone(zone))
    entry.add("dtend", event.ends_at.astimezone(zone))
    entry.add("summary", line(f"{course.title}: {event.title}"))
    entry.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    if method != CANCEL:
        entry.add("description", said(_description(event, course), languages.language(to.language or course.language)))
        entry.add("url", course.page_of(event))
    if sender:
        entry.add("organizer", _party(sender.name or course.title, sender.address), encode=False)
        entry.add("attendee", _attendee(to), encode=False)
    return entry


def _description(event: Event, course: About) -> Text:
    where = text("The programme")
    if event.room:
        where = text("Your room, in group {group}", group=event.group) if event.group else text("Your room")
    link = text("To come in, open the personal link in your invitation first.")
    return text("{where}: {address}\n{words}", where=where, address=course.page_of(event), words=link)


def _party(name: str, address: str) -> vCalAddress:
    party = vCalAddress(f"MAILTO:{address}")
    party.params["CN"] = vText(line(name).replace('"', "'"))
    return party


def _attendee(to: Addressee) -> vCalAddress:
    party = _party(to.name, to.email)
    party.params |= {"ROLE": vText("REQ-PARTICIPANT"), "PARTSTAT": vText("NEEDS-ACTION"), "RSVP": vText("FALSE")}
    return party


# --- the zone's rules, for calendars that do not know it or know it otherwise


@lru_cache(maxsize=64)
def _zone(name: str, first: int, last: int) -> Timezone:
    """What the clocks do from the start of one year to the end of another, each change by itself.

    RFC 5545, 3.6.5: the start of a stretch is written in the time before it.
    """
    zone = Timezone()
    zone.add("tzid", name)
    start, end = datetime(first, 1, 1, tzinfo=UTC) - timedelta(days=1), datetime(last + 1, 1, 2, tzinfo=UTC)
    here = ZoneInfo(name)
    zone.add_component(_stretch(start, start, here))
    for at in _changes(start, end, here):
        zone.add_component(_stretch(at, at - timedelta(minutes=1), here))
    return zone


def _stretch(at: datetime, before: datetime, here: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    then, now = before.astimezone(here), at.astimezone(here)
    stretch = TimezoneDaylight() if now.dst() else TimezoneStandard()
    from_offset, to_offset = then.utcoffset(), now.utcoffset()
    assert from_offset is not None
    stretch.add("dtstart", (at + from_offset).replace(tzinfo=None))
    stretch.add("tzoffsetfrom", from_offset)
    stretch.add("tzoffsetto", to_offset)
    stretch.add("tzname", now.tzname())
    return stretch


def _changes(start: datetime, end: datetime, here: ZoneInfo) -> Iterable[datetime]:
    """The instants at which the offset changes, to the minute."""
    at = start
    while at < end:
        later = at + timedelta(days=1)
        if at.astimezone(here).utcoffset() != later.astimezone(here).utcoffset():
            yield _change(at, later, here)
        at = later


def _change(before: datetime, after: datetime, here: ZoneInfo) -> datetime:
    offset = before.astimezone(here).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=2))
        if middle.astimezone(here).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
