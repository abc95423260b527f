"""The words of invitations, updates, cancellations and reminders, of feedback too, and the mails made of them.

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
from ...domain.text import Language, Text, said, text, texts
from ...domain.times import day_and_span, own_span
from ...library import languages
from . import calendars

# Plain ASCII on the wire, whatever the names hold: every relay takes it.
POLICY = SMTP.clone(cte_type="7bit")
ROLES = {
    Role.LEARNER: text("a learner"),
    Role.ACTOR: text("a simulated patient"),
    Role.COACH: text("a coach"),
    Role.ORGANISER: text("an organiser"),
}
METHODS = {
    Kind.INVITATION: calendars.REQUEST,
    Kind.UPDATE: calendars.REQUEST,
    Kind.CANCELLATION: calendars.CANCEL,
}
HTML = """<!doctype html>
<html lang="{tag}"><head><meta charset="utf-8"><title>{title}</title></head>
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
    tag: str = "en-GB"  # of the language it is written in

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
        return HTML.format(
            tag=self.tag, title=escape(self.subject), body="\n".join(_as_html(part) for part in self.parts)
        )


def write(
    id: str, message: Message, to: Addressee, course: About, link: str | None, sender: Sender, now: datetime
) -> Letter:
    """The letter of a message, in its addressee's language. `link` is the personal way in; a cancellation has none."""
    language = languages.language(to.language or course.language)
    return Letter(
        id=id,
        to=to,
        course=course,
        sender=sender,
        subject=line(said(_subject(message, course), language)),
        parts=tuple(_said(part, language) for part in _parts(message, to, course, link)),
        written_at=now,
        events=message.events,
        method=METHODS.get(message.kind, ""),
        tag=language.code if language else "en-GB",
    )


def _said(part: Part, language: Language | None) -> Part:
    if isinstance(part, Link):
        return Link(said(part.words, language), part.url)
    spoken: Part = said(part, language)
    return spoken


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


def _subject(message: Message, course: About) -> Text:
    first = message.events[0]
    return {
        Kind.INVITATION: text("Invitation: {course}", course=course.title),
        Kind.UPDATE: text("Changed: {course}", course=course.title),
        Kind.CANCELLATION: text("Cancelled: {course}", course=course.title),
        Kind.REMINDER: text("{session}: {time}", session=first.title, time=_starts(first, course)),
        Kind.FEEDBACK: text("Your feedback is still missing: {course}", course=course.title),
    }[message.kind]


def _parts(message: Message, to: Addressee, course: About, link: str | None) -> Iterator[Part]:
    yield text("Dear {name},", name=line(to.name))
    yield from {
        Kind.INVITATION: _invitation,
        Kind.UPDATE: _update,
        Kind.CANCELLATION: _cancellation,
        Kind.REMINDER: _reminder,
        Kind.FEEDBACK: _feedback,
    }[message.kind](message, to, course)
    if link:
        yield Link(text("Come in to {course}", course=line(course.title)), link)
        yield text("This link is yours alone: please do not pass it on. You may open it as often as you like.")


def _invitation(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    first, count = message.events[0], len(message.events)
    course_title = line(course.title)
    yield text("You are invited to {course}, as {role}. It is held online.", course=course_title, role=ROLES[to.role])
    yield text("Your first session is {session}:", session=line(first.title))
    yield _when(first, to, course)
    if group := next((event.group for event in message.events if event.group), ""):
        yield text("You are in the group {group}.", group=line(group))
    if count == 1:
        yield text("The file with this mail puts your session into your calendar.")
        return
    yield text("Your {n} sessions come as calendar files with this mail:", n=count)
    yield [
        text(
            "{file} puts all of them into your calendar at once. "
            "In Google Calendar, download it and choose it under Settings, Import.",
            file=calendars.name_of_all(count),
        ),
        text(
            "The numbered files are one session each, for a calendar that opens only one, or opens that file beside "
            "your own calendar, as Outlook does."
        ),
    ]


def _update(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    yield text("Something has changed for you in {course}. It is now:", course=line(course.title))
    for event in message.events:
        yield [line(event.title), *_when(event, to, course), *_before(message, event, course)]
    if len(message.events) == 1:
        yield text("The file with this mail brings your calendar up to date.")
        return
    yield text(
        "The files with this mail bring your calendar up to date: {file} all at once, "
        "the numbered ones one session each.",
        file=calendars.name_of_all(len(message.events)),
    )


def _before(message: Message, event: Event, course: About) -> Iterator[str]:
    entry = message.before.get(event.session)
    if entry is None:
        yield text("New for you")
        return
    if entry.title != event.title:
        yield text("It was called {session}", session=line(entry.title))
    if (entry.starts_at, entry.ends_at) != (event.starts_at, event.ends_at):
        yield text("It was on {time}", time=day_and_span(entry.starts_at, entry.ends_at, course.time_zone))
    elif entry.title == event.title:
        yield text("Your group is {group}", group=line(event.group)) if event.group else text("Your room has changed")


def _cancellation(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    count, title = len(message.events), line(course.title)
    yield texts(
        "This session of {course} is no longer yours:",
        "These sessions of {course} are no longer yours:",
        count,
        course=title,
    )
    yield [text("{session}, {time}", session=line(one.title), time=_starts(one, course)) for one in message.events]
    yield texts(
        "The file with this mail takes it out of your calendar. If this surprises you, please answer this mail.",
        "Each of the files with this mail takes one of them out of your calendar. "
        "If this surprises you, please answer this mail.",
        count,
    )


def _reminder(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    event = message.events[0]
    yield text("{session} of {course} begins soon:", session=line(event.title), course=line(course.title))
    yield _when(event, to, course)
    if event.group:
        yield text("You are in the group {group}.", group=line(event.group))


def _feedback(message: Message, to: Addressee, course: About) -> Iterator[Part]:
    title = line(course.title)
    yield text("Thank you for practising in {course}. A feedback form of yours is still to come, for:", course=title)
    yield [_of_session(event, course) for event in message.events]
    yield text("You can still hand it in: it is at the top of your first page. A few words are worth more than none.")


def _of_session(event: Event, course: About) -> Text:
    if not event.group:
        return text("{session}, {time}", session=line(event.title), time=_starts(event, course))
    words = {"session": line(event.title), "time": _starts(event, course), "group": line(event.group)}
    return text("{session}, {time}, in the group {group}", **words)


def _when(event: Event, to: Addressee, course: About) -> list[str]:
    zone = course.time_zone
    lines: list[str] = [text("{time} ({place})", time=_starts(event, course), place=_place(zone))]
    if own := own_span(event.starts_at, event.ends_at, zone, to.time_zone):
        lines.append(text("In your own time: {time} ({place})", time=own, place=_place(to.time_zone)))
    return lines


def _starts(event: Event, course: About) -> Text:
    return day_and_span(event.starts_at, event.ends_at, course.time_zone)


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
