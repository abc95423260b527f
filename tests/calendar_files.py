"""Calendar files as a calendar reads them: each by itself, and its local times by the zone's rules that are in it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar


@dataclass(frozen=True)
class Attached:
    """A calendar file of a mail: what the headers say of it, and what is in it."""

    name: str
    method: str
    charset: str
    disposition: str
    calendar: Calendar

    @property
    def entries(self) -> list[Any]:
        return list(self.calendar.walk("VEVENT"))

    @property
    def uids(self) -> list[str]:
        return [str(entry["UID"]) for entry in self.entries]


def attached(mail: EmailMessage) -> list[Attached]:
    """The calendar files of a mail, in its order, each decoded and parsed by itself."""
    return [
        Attached(
            name=part.get_filename("") or "",
            method=str(part["Content-Type"].params.get("method", "")),
            charset=str(part.get_content_charset()),
            disposition=str(part.get_content_disposition()),
            calendar=Calendar.from_ical(part.get_payload(decode=True)),
        )
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
    ]


def starts(calendar: Calendar, entry: Any) -> datetime:
    """The instant an entry begins."""
    assert entry["DTSTART"].params["TZID"] == calendar.walk("VTIMEZONE")[0]["TZID"]
    return by_its_own_rules(calendar, entry["DTSTART"].dt.replace(tzinfo=None))


def by_its_own_rules(calendar: Calendar, local: datetime) -> datetime:
    """The instant of a local time by the VTIMEZONE in the file alone: the last stretch that had begun."""
    begun = []
    for stretch in calendar.walk("VTIMEZONE")[0].subcomponents:
        onset = stretch["DTSTART"].dt - stretch["TZOFFSETFROM"].td
        begun.append((onset, stretch["TZOFFSETTO"].td))
    candidates = [local - offset for onset, offset in sorted(begun) if onset <= local - offset]
    return candidates[-1].replace(tzinfo=UTC)
