"""Reads a course's programme file. Everything wrong in it is reported at once, with line, path and reason."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import yaml
from marshmallow import Schema, ValidationError, fields

from ..domain import meeting
from ..domain import programme as rules
from ..domain.programme import Credit, Programme, Slot, Where
from ..domain.release import Policy
from ..domain.roles import SessionKind, Skill, Track
from . import languages
from .errors import FileError, LibraryErrors, quoted
from .fields import ByKey, Choice, Day, FileSchema, Many, Slug, Text, YesNo, faults
from .files import Source, decoded
from .files import parse as parse_text
from .files import read as read_file
from .shelf import Library


class Zone(Text):
    """An IANA time zone's name."""

    def __init__(self) -> None:
        super().__init__(longest=64)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, *args, **kwargs)
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValidationError(f'no time zone "{name}"; write one as "America/New_York"') from None
        return name


class MeetingUrl(Text):
    """An address with {session}, {group}, {room} to fill in."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        try:
            return meeting.template(super()._deserialize(value, *args, **kwargs))
        except ValueError as error:
            raise ValidationError(str(error)) from None


class Clock(Text):
    """A local time, as "10:30"."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> time:  # type: ignore[override]
        text = super()._deserialize(value, *args, **kwargs)
        hours, _, minutes = text.partition(":")
        try:
            if len(hours) <= 2 and len(minutes) == 2 and text.isascii():
                return time(int(hours), int(minutes))
        except ValueError:
            pass
        raise ValidationError(f'"{text}" is not a time; write it as "09:30" or "14:15"')


@dataclass(frozen=True, slots=True)
class _Heading:
    slug: str
    title: str
    time_zone: str
    meeting_url_template: str = ""
    language: str = ""
    observers_see_scorecards: bool = False
    release: str | None = None
    peer_names: bool | None = None
    scenarios: tuple[str, ...] | None = None
    rubrics: Mapping[str, str] | None = None


class CourseSchema(FileSchema):
    makes: ClassVar[type] = _Heading
    slug = Slug()
    title = Text(200)
    time_zone = Zone()
    meeting_url_template = MeetingUrl(500, required=False)
    language = Choice(tuple(languages.known()), required=False)
    observers_see_scorecards = YesNo()
    release = Choice(tuple(Policy), required=False)
    peer_names = YesNo()
    scenarios = Many(Slug(), most=500, required=False)
    rubrics = ByKey(Choice(tuple(Skill)), Slug(), required=False)


class SlotSchema(FileSchema):
    """One session. Its day comes from the entry it stands in, so this gives the fields and not yet a Slot."""

    makes: ClassVar[type] = dict
    key = Slug()
    title = Text(200)
    kind = Choice(tuple(SessionKind))
    starts = Clock()
    ends = Clock()
    skill = Choice(tuple(Skill), required=False)
    track = Choice(tuple(Track), required=False)
    credit = Many(Choice(tuple(Credit)), least=0)


class DaySchema(FileSchema):
    makes: ClassVar[type] = dict
    date = Day()
    sessions = Many(fields.Raw(), most=60)


class FileLayout(FileSchema):
    makes: ClassVar[type] = dict
    course = fields.Raw(required=True, error_messages={"required": "is missing"})
    days = Many(fields.Raw(), most=60)


def read(path: Path, library: Library | None = None) -> Programme:
    """The programme in a file. Raises LibraryErrors with all that is wrong.

    With a library the cases and rubrics the course chooses must be in it, and some case fit each practice session.
    """
    return _Reader(read_file(path), library).programme()


def parse(raw: bytes, name: str, library: Library, slug: str) -> Programme:
    """The same of bytes at hand, for the course with this slug; `name` stands for the file in errors."""
    source = parse_text(decoded(raw, name), name)
    found = _Reader(source, library).programme()
    if found.slug != slug:
        reason = f"this is the file of {quoted(found.slug)}, and the course here is {quoted(slug)}"
        raise LibraryErrors([source.error(("course", "slug"), reason)])
    return found


def written(programme: Programme) -> str:
    """A file that says this programme: read again it is the same. What was not chosen is left out."""
    course = {
        "slug": programme.slug,
        "title": programme.title,
        "time_zone": programme.time_zone,
        "meeting_url_template": programme.meeting_url_template,
        "language": programme.language,
        "observers_see_scorecards": programme.observers_see_scorecards,
        "release": programme.release and str(programme.release),
        "peer_names": programme.peer_names,
        "scenarios": list(programme.scenarios or ()),
        "rubrics": {str(skill): rubric for skill, rubric in (programme.rubrics or {}).items()},
    }
    days: dict[str, list[dict[str, Any]]] = {}
    for slot in programme.slots:
        days.setdefault(slot.day.isoformat(), []).append(_entry(slot))
    whole = {"course": _said(course), "days": [{"date": day, "sessions": each} for day, each in days.items()]}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=10_000)


def _entry(slot: Slot) -> dict[str, Any]:
    return _said(
        {
            "key": slot.key,
            "title": slot.title,
            "kind": str(slot.kind),
            "starts": f"{slot.starts:%H:%M}",
            "ends": f"{slot.ends:%H:%M}",
            "skill": slot.skill and str(slot.skill),
            "track": slot.track and str(slot.track),
            "credit": [str(credit) for credit in slot.credit],
        }
    )


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


class _Reader:
    """Loads piece by piece: one bad session keeps no other from being checked."""

    def __init__(self, source: Source, library: Library | None) -> None:
        self.source, self.library = source, library
        self.errors: list[FileError] = list(source.errors)
        self.slots: dict[Where, Slot] = {}

    def programme(self) -> Programme:
        layout = self._load(FileLayout(), self.source.tree, ()) or _mapping(self.source.tree)
        heading = self._load(CourseSchema(), layout["course"], ("course",)) if "course" in layout else None
        seen: set[date] = set()
        for place, day in enumerate(_entries(layout, "days")):
            self._day(day, ("days", place), seen)
        self._choice(_mapping(layout.get("course")))
        zone = _zone(_mapping(layout.get("course")).get("time_zone"))
        for where, reason in rules.faults(self.slots, zone):
            self.errors.append(self.source.error(where, reason))
        if self.errors or heading is None:
            raise LibraryErrors(sorted(self.errors, key=lambda error: error.line or 0))
        return Programme(
            slug=heading.slug,
            title=heading.title,
            time_zone=heading.time_zone,
            meeting_url_template=heading.meeting_url_template,
            language=heading.language,
            observers_see_scorecards=heading.observers_see_scorecards,
            release=Policy(heading.release) if heading.release else None,
            peer_names=heading.peer_names,
            slots=tuple(self.slots.values()),
            scenarios=heading.scenarios,
            rubrics={Skill(skill): rubric for skill, rubric in heading.rubrics.items()} if heading.rubrics else None,
        )

    def _choice(self, heading: Mapping[str, Any]) -> None:
        if self.library is None:
            return
        chosen = _entries(heading, "scenarios")
        for place, name in enumerate(chosen):
            if isinstance(name, str) and name not in self.library.scenarios:
                self._unknown("scenario", name, self.library.scenarios, ("course", "scenarios", place))
        for skill, name in _mapping(heading.get("rubrics")).items():
            rubric = self.library.rubrics.get(name) if isinstance(name, str) else None
            where = ("course", "rubrics", skill)
            if rubric is None:
                self._unknown("rubric", name, self.library.rubrics, where)
            elif rubric.skill not in (skill, "general"):
                self.errors.append(self.source.error(where, f"{quoted(name)} rates {rubric.skill}, not {skill}"))
        if chosen:
            self._unfitting({one.skill for id, one in self.library.scenarios.items() if id in chosen})

    def _unknown(self, noun: str, name: Any, known: Iterable[str], where: Where) -> None:
        listing = ", ".join(sorted(known)) or "none"
        self.errors.append(self.source.error(where, f"no {noun} {quoted(name)}; {noun}s are {listing}"))

    def _unfitting(self, skills: Collection[str]) -> None:
        """A practice session that none of the chosen cases is for would begin without one."""
        for where, slot in self.slots.items():
            if slot.skill and slot.skill not in skills:
                reason = f"none of the course's scenarios practises {slot.skill}; add one to course.scenarios"
                self.errors.append(self.source.error((*where, "skill"), reason))

    def _day(self, entry: Any, where: Where, seen: set[date]) -> None:
        loaded = self._load(DaySchema(), entry, where)
        day = loaded["date"] if loaded else None
        if day in seen:
            self.errors.append(self.source.error((*where, "date"), f"{day} is there already; one entry a day"))
        if day:
            seen.add(day)
        for place, session in enumerate(_entries(_mapping(entry), "sessions")):
            self._slot(session, (*where, "sessions", place), day)

    def _slot(self, entry: Any, where: Where, day: date | None) -> None:
        found = self._load(SlotSchema(), entry, where)
        if not found or not day:
            return
        self.slots[where] = Slot(
            key=found["key"],
            title=found["title"],
            kind=SessionKind(found["kind"]),
            day=day,
            starts=found["starts"],
            ends=found["ends"],
            skill=Skill(found["skill"]) if "skill" in found else None,
            track=Track(found["track"]) if "track" in found else None,
            credit=tuple(Credit(word) for word in found.get("credit", ())),
        )

    def _load(self, schema: Schema, data: Any, where: Where) -> Any:
        try:
            return schema.load(data)
        except ValidationError as error:
            for path, reason in faults(error.messages):
                self.errors.append(self.source.error((*where, *path), reason))
            return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(mapping: Mapping[str, Any], name: str) -> list[Any]:
    value = mapping.get(name)
    return list(value) if isinstance(value, (list, tuple)) else []


def _zone(name: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(name.strip())
    except (AttributeError, KeyError, ValueError, OSError):
        return None
