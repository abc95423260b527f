"""Who is due which message: invitations, updates, cancellations and reminders.

A pure decision from who attends what, what each was sent before, and now. Nothing is due twice. A message about
feedback that is missing is never due by itself: an organiser asks for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from .roles import Role, SessionKind

MOST_TRIES = 3
PAUSES = (timedelta(minutes=2), timedelta(minutes=15))  # after the first and the second try that failed
LOST_AFTER = timedelta(minutes=10)  # a letter that is still "being sent" then was under way when the process ended
MOST_HOURS = 14 * 24


class Kind(StrEnum):
    """What a message is."""

    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    REMINDER = "reminder"
    FEEDBACK = "feedback"  # scorecards of theirs are still to come


class Standing(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    SENDING = "sending"
    LATER = "later"  # it failed, and is tried again
    FAILED = "failed"
    SENT = "sent"
    UNSURE = "unsure"  # handed over, and the server did not say whether it took it: never sent again by itself


@dataclass(frozen=True, slots=True)
class Event:
    """A session as one person attends it. `room` is the id of theirs, where they have one."""

    session: str
    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    sequence: int = 0
    group: str = ""
    room: str | None = None

    @property
    def says(self) -> str:
        """Sixteen digits that change with anything the person is told of it."""
        return _hash(self.title, self.kind, self.starts_at, self.ends_at, self.group, self.room or "")[:16]


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a message is to."""

    id: str
    name: str
    email: str
    role: Role
    time_zone: str = ""
    language: str = ""  # empty: the course's


@dataclass(frozen=True, slots=True)
class About:
    """The course a message is about, and where its pages are."""

    slug: str
    title: str
    time_zone: str
    base_url: str
    language: str = ""

    def page_of(self, event: Event) -> str:
        """The address of the room, or of the programme where there is none: who opens it has to be signed in."""
        return f"{self.base_url}/rooms/{event.room}" if event.room else f"{self.base_url}/courses/{self.slug}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person's calendar holds of a session since the last message; `says` is empty once it was cancelled."""

    sequence: int
    says: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person and all they attend, by time. `absent` are sessions they have said they can't come to."""

    person: str
    events: tuple[Event, ...]
    removed: bool = False
    absent: frozenset[str] = frozenset()

    def to_come(self, now: datetime) -> tuple[Event, ...]:
        return () if self.removed else tuple(event for event in self.events if event.ends_at > now)


@dataclass(frozen=True, slots=True)
class Past:
    """A message to a person that is stored: sent, failed, or on its way."""

    kind: Kind
    contents: str
    standing: Standing
    entries: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def arrived(self) -> bool:
        return self.standing in (Standing.SENT, Standing.UNSURE)

    @property
    def under_way(self) -> bool:
        return self.standing in (Standing.WAITING, Standing.SENDING, Standing.LATER)


@dataclass(frozen=True, slots=True)
class Message:
    """One that is due. `events` are those it is about; `entries` what the calendar holds of them after it."""

    kind: Kind
    events: tuple[Event, ...]
    entries: Mapping[str, Entry] = field(default_factory=dict)
    before: Mapping[str, Entry] = field(default_factory=dict)
    key: str = ""

    @property
    def contents(self) -> str:
        """A hash of all it says."""
        lines = (f"{session} {entry.sequence} {entry.says}" for session, entry in sorted(self.entries.items()))
        return _hash(self.kind, self.key, *lines)


@dataclass(frozen=True, slots=True)
class Reminders:
    """How many hours ahead: of a person's first session, and of each practice. 0 for none."""

    first_hours: int = 24
    practice_hours: int = 1

    @classmethod
    def of(cls, wishes: Mapping[str, Any]) -> "Reminders":
        """As a course keeps them under "reminders"."""
        kept = wishes.get("reminders") or {}
        return cls(kept.get("first_hours", cls().first_hours), kept.get("practice_hours", cls().practice_hours))

    def kept(self) -> dict[str, int]:
        return {"first_hours": self.first_hours, "practice_hours": self.practice_hours}


def attends(role: Role, track: str | None, kind: str, of_track: str | None) -> bool:
    """Does this person attend a session of this kind and track?

    Breaks are for nobody; actors come for practice alone; an organiser without a track attends those of every track,
    anyone else without one those that are for all.
    """
    if kind == SessionKind.BREAK or (role is Role.ACTOR and kind != SessionKind.PRACTICE):
        return False
    return of_track is None or of_track == track or (role is Role.ORGANISER and track is None)


def due(member: Member, past: Sequence[Past], now: datetime, reminders: Reminders) -> list[Message]:
    """What this person is to be sent now. `past` in the order of time."""
    under_way = {each.kind for each in past if each.under_way}
    held = holds(past)
    found = [*_reminders(member, past, held, now, reminders)]
    if Kind.CANCELLATION not in under_way:
        found += filter(None, [cancellation(member, held, now)])
    if not under_way & {Kind.INVITATION, Kind.UPDATE}:
        found += filter(None, [update(member, held, now) if is_invited(held) else invitation(member, held, now)])
    return found


def holds(past: Iterable[Past]) -> dict[str, Entry]:
    """What the person's calendar holds, by session, cancelled entries too: the highest sequence counts, as there."""
    held: dict[str, Entry] = {}
    for each in past:
        for session, entry in each.entries.items():
            if each.arrived and (session not in held or entry.sequence >= held[session].sequence):
                held[session] = entry
    return held


def is_invited(held: Mapping[str, Entry]) -> bool:
    return any(entry.says for entry in held.values())


def invitation(member: Member, held: Mapping[str, Entry], now: datetime) -> Message | None:
    """To everything still to come; None when that is nothing. The same again keeps its sequences."""
    return _request(Kind.INVITATION, member.to_come(now), held)


def update(member: Member, held: Mapping[str, Entry], now: datetime) -> Message | None:
    """To what is new or reads otherwise than before."""
    changed = [event for event in member.to_come(now) if _said(held, event.session) != event.says]
    return _request(Kind.UPDATE, tuple(changed), held)


def cancellation(member: Member, held: Mapping[str, Entry], now: datetime) -> Message | None:
    """Of what the person was invited to, is still to come, and is theirs no longer."""
    theirs = {event.session for event in member.events} if not member.removed else set()
    gone = {
        session: entry
        for session, entry in held.items()
        if entry.says and entry.ends_at > now and session not in theirs
    }
    events = [
        Event(session, entry.title, "", entry.starts_at, entry.ends_at, entry.sequence + 1)
        for session, entry in sorted(gone.items(), key=lambda one: one[1].starts_at)
    ]
    entries = {
        event.session: Entry(event.sequence, "", event.title, event.starts_at, event.ends_at) for event in events
    }
    return Message(Kind.CANCELLATION, tuple(events), entries, gone) if events else None


def feedback(rounds: Mapping[str, Event]) -> Message | None:
    """That someone's scorecards of these rounds, each with its session, are missing; None when none is."""
    events = {event.session: event for event in rounds.values()}
    return Message(Kind.FEEDBACK, tuple(events.values()), key=" ".join(sorted(rounds))) if rounds else None


def numbered(events: Iterable[Event], held: Mapping[str, Entry]) -> tuple[Event, ...]:
    """With the sequence that each one's calendar entry has now: higher than any before, unless it reads the same."""
    return tuple(_numbered(event, held.get(event.session)) for event in events)


def _reminders(
    member: Member, past: Iterable[Past], held: Mapping[str, Entry], now: datetime, reminders: Reminders
) -> Iterator[Message]:
    """Those whose hour has come. Who was not invited is not reminded, nor of what they can't come to."""
    if member.removed or not is_invited(held):
        return
    done = {each.contents for each in past if each.kind is Kind.REMINDER}
    for key, event in _remembered(member, now, reminders):
        message = Message(Kind.REMINDER, (event,), key=f"{key} {event.session} {event.starts_at:%Y-%m-%dT%H:%M}")
        if event.session not in member.absent and message.contents not in done:
            yield message


def _remembered(member: Member, now: datetime, reminders: Reminders) -> Iterator[tuple[str, Event]]:
    ahead = timedelta(hours=reminders.first_hours)
    # Half of its time late it would only repeat what the practice's own reminder says better.
    for event in member.events[:1]:
        if event.starts_at - ahead <= now < event.starts_at - ahead / 2:
            yield "first", event
    ahead = timedelta(hours=reminders.practice_hours)
    for event in member.events:
        if event.kind == SessionKind.PRACTICE and event.starts_at - ahead <= now < event.starts_at:
            yield "practice", event


def _request(kind: Kind, events: tuple[Event, ...], held: Mapping[str, Entry]) -> Message | None:
    told = numbered(events, held)
    entries = {
        event.session: Entry(event.sequence, event.says, event.title, event.starts_at, event.ends_at) for event in told
    }
    before = {session: entry for session, entry in held.items() if session in entries and entry.says}
    return Message(kind, told, entries, before) if told else None


def _numbered(event: Event, entry: Entry | None) -> Event:
    if entry is None:
        return event
    return replace(
        event, sequence=entry.sequence if entry.says == event.says else max(event.sequence, entry.sequence + 1)
    )


def _said(held: Mapping[str, Entry], session: str) -> str:
    return held[session].says if session in held else ""


def standing(sent_at: datetime | None, tries: int, error: str) -> Standing:
    """How far a stored message has come."""
    if sent_at is not None:
        return Standing.UNSURE if error else Standing.SENT
    if tries == 0:
        return Standing.WAITING
    if not error:
        return Standing.SENDING
    return Standing.LATER if tries < MOST_TRIES else Standing.FAILED


def next_try(tries: int, tried_at: datetime | None) -> datetime | None:
    """When a message that failed is tried again; None when it no longer is."""
    if tries >= MOST_TRIES or tried_at is None:
        return None
    return tried_at + PAUSES[tries - 1]


def _hash(*words: object) -> str:
    return sha256("\n".join(map(str, words)).encode("utf-8", "replace")).hexdigest()
