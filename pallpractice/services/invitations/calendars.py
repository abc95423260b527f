"""Calendar files (iCalendar, RFC 5545). They are passed on by people, so no key to anything is in them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from textwrap import shorten
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText
from icalendar import Event as Block

from ...domain.invitations import About, Addressee, Event
from ...domain.mail import Sender, line
from ...domain.text import Text, said, text
from ...library import languages

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class File:
    """A calendar file as it goes with a mail. `method` is that of its contents, for the mail's headers."""

    name: str
    method: str
    content: bytes


def files(
    method: str, events: Sequence[Event], to: Addressee, course: About, sender: Sender, now: datetime
) -> tuple[File, ...]:
    """What goes with a mail: a REQUEST or CANCEL for each event, by time, and behind several requests all in one file.

    A request is of one UID (RFC 5546, 3.2.2), a cancellation too (3.2.5): of a file with more, Gmail and Outlook take
    the first. The last one is a PUBLISH, which may have many, for those who would rather import them all at once.
    """
    each = [
        File(_name(method, events, number), method, _file(method, [event], to, course, sender, now))
        for number, event in enumerate(events)
    ]
    if method == REQUEST and len(events) > 1:
        each.append(File(name_of_all(len(events)), PUBLISH, published(events, to, course, sender, now)))
    return tuple(each)


def published(events: Iterable[Event], to: Addressee, course: About, sender: Sender | None, now: datetime) -> bytes:
    """All in one file, to be imported: it asks for no answer, so it names no attendee (RFC 5546, 3.2.1).

    A PUBLISH has to name an organiser, by whose mails its entries are changed later. Where there is no sender it is no
    PUBLISH, and has no method at all: a snapshot (RFC 5545, 3.7.2).
    """
    return _file(PUBLISH if sender else "", list(events), to, course, sender, now)


def name_of_all(count: int) -> str:
    return f"all-{count}-sessions.ics"


def _name(method: str, events: Sequence[Event], number: int) -> str:
    """As "2-serious-news.ics": numbered so that files in a folder are in order, in letters every machine takes."""
    apart = unicodedata.normalize("NFKD", events[number].title.lower())  # é is e and its accent, which is left out
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    title = shorten(" ".join(re.findall("[a-z0-9]+", plain)), LONGEST_NAME, placeholder="").replace(" ", "-")
    place = f"{number + 1:0{len(str(len(events)))}}"
    return f"{place}-{title or 'session'}{'-cancelled' if method == CANCEL else ''}.ics"


def _file(
    method: str, events: list[Event], to: Addressee, course: About, sender: Sender | None, now: datetime
) -> bytes:
    """An entry for each event, in the course's zone, and that zone's rules beside them."""
    calendar = Calendar()
    calendar.add("prodid", "-//pallpractice//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if events:
        years = [event.starts_at.year for event in events]
        calendar.add_component(_zone(course.time_zone, min(years), max(years)))
    for event in events:
        calendar.add_component(_entry(method, event, to, course, sender, now))
    return bytes(calendar.to_ical())


def uid(event: Event, to: Addressee, course: About) -> str:
    """The same for ever, of a session and a person: by it the next file changes the entry."""
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
    if method in (REQUEST, CANCEL):
        entry.add("attendee", _attendee(to), encode=False)
    return entry


def _description(event: Event, course: About) -> Text:
    where = text("The programme")
    if event.room:
        where = text("Your room, in group {group}", group=event.group) if event.group else text("Your room")
    link = text("To come in, open the personal link in your invitation first.")
    return text("{where}: {address}\n{words}", where=where, address=course.page_of(event), words=link)


def _party(name: str, address: str) -> vCalAddress:
    party = vCalAddress(f"mailto:{address}")
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
