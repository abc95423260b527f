"""The words of invitations, updates, cancellations and reminders, and the mails made of them.

A letter holds times, titles of sessions and the way in. It never names a case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from ...domain.invitations import About, Addressee, Event, Kind, Message
from ...domain.mail import Sender, line
from ...domain.roles import Role
from ...domain.times import day, own_span, span
from . import calendars

# Plain ASCII on the wire, whatever the names hold: every relay takes it.
POLICY = SMTP.clone(cte_type="7bit")
ROLES = {
    Role.LEARNER: "a learner",
    Role.ACTOR: "a simulated patient",
    Role.COACH: "a coach",
    Role.ORGANISER: "an organiser",
}
METHODS = {
    Kind.INVITATION: calendars.REQUEST,
    Kind.UPDATE: calendars.REQUEST,
    Kind.CANCELLATION: calendars.CANCEL,
}
HTML = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font: 16px/1.5 sans-serif; max-width: 40em">
{body}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a letter that leads somewhere."""

    words: str
    url: str


Part = str | Link | list[str]


@dataclass(frozen=True, slots=True)
class Letter:
    """Ready to be sent. `method` says what its calendar files do with the events; without one there are none."""

    id: str
    to: Addressee
    course: About
    sender: Sender
    subject: str
    parts: tuple[Part, ...]
    written_at: datetime
    events: tuple[Event, ...]
    method: str

    @property
    def files(self) -> tuple[calendars.File, ...]:
        if not self.method:
            return ()
        return calendars.files(self.method, self.events, self.to, self.course, self.sender, self.written_at)

    @property
    def text(self) -> str:
        return "\n\n".join(_as_text(part) for part in self.parts) + "\n"

    @property
    def html(self) -> str:
        return HTML.format(title=escape(self.subject), body="\n".join(_as_html(part) for part in self.parts))


def write(
    id: str, message: Message, to: Addressee, course: About, link: str | None, sender: Sender, now: datetime
) -> Letter:
    """The letter of a message. `link` is the personal way in; a cancellation has none."""
    return Letter(
        id=id,
        to=to,
        course=course,
        sender=sender,
        subject=line(_subject(message, course)),
        parts=tuple(_parts(message, to, course, link)),
        written_at=now,
        events=message.events,
        method=METHODS.get(message.kind, ""),
    )


def post(letter: Letter, host: str) -> bytes:
    """The letter as a mail, on the wire. No name or title can add a header to it. Raises ValueError for an address
    that is none.
    """
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(line(letter.sender.name), addr_spec=letter.sender.address)
    mail["To"] = Address(line(letter.to.name), addr_spec=letter.to.email)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.id}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    # As attachments: with a request in its body the whole letter would become an entry in Outlook's calendar, and the
    # personal link in it be there for everyone who may see that.
    for file in letter.files:
        mail.add_attachment(
            file.content.decode(), subtype="calendar", params={"method": file.method}, filename=file.name
        )
    return mail.as_bytes()


# --- the words


def _subject(message: Message, course: About) -> str:
    first = message.events[0]
    return {
        Kind.INVITATION: f"Invitation: {course.title}",
        Kind.UPDATE: f"Changed: {course.title}",
        Kind.CANCELLATION: f"Cancelled: {course.title}",
        Kind.REMINDER: f"{first.title}: {_starts(first, course)}",
    }[message.kind]


def _parts(message: Message, to: Addressee, course: About, link: str | None) -> Iterator[Part]:
    yield f"Dear {line(to.name)},"
    yield from {
        Kind.INVITATION: _invitation,
        Kind.UPDATE: _update,
        Kind.CANCELLATION: _cancellation,
        Kind.REMINDER: _reminder,
    }[message.kind](message, to, course)
    if link:
        yield Link(f"Come in to {line(course.title)}", link)
        yield "This link is yours alone: please do not pass it on. You may open it as often as you like."


def _invitation(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    first, count = message.events[0], len(message.events)
    yield f"You are invited to {line(course.title)}, as {ROLES[to.role]}. It is held online."
    yield f"Your first session is {line(first.title)}:"
    yield _when(first, to, course)
    if group := next((event.group for event in message.events if event.group), ""):
        yield f"You are in the group {line(group)}."
    if count == 1:
        yield "The file with this mail puts your session into your calendar."
        return
    yield f"Your {count} sessions come as calendar files with this mail:"
    yield [
        f"{calendars.name_of_all(count)} puts all of them into your calendar at once. "
        "In Google Calendar, download it and choose it under Settings, Import.",
        "The numbered files are one session each, for a calendar that opens only one, or opens that file beside your "
        "own calendar, as Outlook does.",
    ]


def _update(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    yield f"Something has changed for you in {line(course.title)}. It is now:"
    for event in message.events:
        yield [line(event.title), *_when(event, to, course), *_before(message, event, course)]
    if len(message.events) == 1:
        yield "The file with this mail brings your calendar up to date."
        return
    yield (
        f"The files with this mail bring your calendar up to date: {calendars.name_of_all(len(message.events))} all at "
        "once, the numbered ones one session each."
    )


def _before(message: Message, event: Event, course: About) -> Iterator[str]:
    entry = message.before.get(event.session)
    if entry is None:
        yield "New for you"
        return
    if entry.title != event.title:
        yield f"It was called {line(entry.title)}"
    if (entry.starts_at, entry.ends_at) != (event.starts_at, event.ends_at):
        zone = course.time_zone
        yield f"It was on {day(entry.starts_at, zone)}, {span(entry.starts_at, entry.ends_at, zone)}"
    elif entry.title == event.title:
        yield f"Your group is {line(event.group)}" if event.group else "Your room has changed"


def _cancellation(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    one = len(message.events) == 1
    title = line(course.title)
    yield f"This session of {title} is no longer yours:" if one else f"These sessions of {title} are no longer yours:"
    yield [f"{line(event.title)}, {_starts(event, course)}" for event in message.events]
    taken = "The file with this mail takes it" if one else "Each of the files with this mail takes one of them"
    yield f"{taken} out of your calendar. If this surprises you, please answer this mail."


def _reminder(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    event = message.events[0]
    yield f"{line(event.title)} of {line(course.title)} begins soon:"
    yield _when(event, to, course)
    if event.group:
        yield f"You are in the group {line(event.group)}."


def _when(event: Event, to: Addressee, course: About) -> list[str]:
    zone, starts, ends = course.time_zone, event.starts_at, event.ends_at
    lines = [f"{day(starts, zone)}, {span(starts, ends, zone)} ({_place(zone)})"]
    if own := own_span(starts, ends, zone, to.time_zone):
        lines.append(f"In your own time: {own} ({_place(to.time_zone)})")
    return lines


def _starts(event: Event, course: About) -> str:
    return f"{day(event.starts_at, course.time_zone)}, {span(event.starts_at, event.ends_at, course.time_zone)}"


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


# --- as text and as HTML


def _as_text(part: Part) -> str:
    if isinstance(part, Link):
        return f"{part.words}:\n{part.url}"
    return part if isinstance(part, str) else "\n".join(f"- {each}" for each in part)


def _as_html(part: Part) -> str:
    if isinstance(part, Link):
        return f'<p><a href="{escape(part.url)}">{escape(part.words)}</a><br>{escape(part.url)}</p>'
    if isinstance(part, str):
        return f"<p>{escape(part)}</p>"
    return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in part) + "</ul>"
