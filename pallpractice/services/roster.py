"""Bringing people into a course from its roster: what it would do, and doing it. Accounts, enrolments, groups."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.events import RightsLost
from ..domain.roles import Role, Track
from ..domain.roster import (
    COLUMNS,
    Entry,
    Roster,
    RosterRefused,
    RowFault,
    completed,
    group_faults,
    organiser_faults,
)
from ..domain.text import text
from ..storage.base import new_id
from ..storage.courses import Course, Enrolment, Group, Person, Revocation
from ..storage.unit_of_work import UnitOfWork
from . import tokens
from .imports import Fate, Imported, set_changed
from .seating import follow_group, place

COMES_BACK = "removed"  # not a column: whoever had been removed and is listed is in the course again


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that becomes another; an empty word is none."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would become of a row. `entry` is the person as they would be, whatever columns the file has."""

    entry: Entry
    fate: Fate
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a roster would do. `absent` are in the course and not listed: they would be left alone."""

    outcomes: tuple[Outcome, ...]
    faults: tuple[RowFault, ...]
    absent: tuple[Entry, ...]

    def imported(self) -> Imported:
        """The same as the import tells it."""
        done = Imported(absent=sorted(entry.email for entry in self.absent))
        lists = {Fate.ADDED: done.added, Fate.CHANGED: done.changed, Fate.UNCHANGED: done.unchanged}
        for outcome in self.outcomes:
            lists[outcome.fate].append(outcome.entry.email)
        return done


def preview(uow: UnitOfWork, course: Course, roster: Roster) -> Preview:
    """What importing it would do, row by row, and all that is wrong with it. Saves nothing."""
    return _plan(uow, course, roster, _Stored(uow, course, roster))


def import_roster(uow: UnitOfWork, course: Course, roster: Roster) -> Imported:
    """Adds and updates the people listed; whoever is enrolled and not listed is left alone and named.

    Raises RosterRefused with every fault, and then nothing is saved. Groups are judged with who is in them already.
    """
    stored = _Stored(uow, course, roster)
    found = _plan(uow, course, roster, stored)
    if found.faults:
        raise RosterRefused(found.faults)
    _save(uow, course, stored, found.outcomes)
    return found.imported()


def save_one(
    uow: UnitOfWork, course: Course, roster: Roster, complete: Callable[[Entry, Entry], Entry]
) -> tuple[Person, Outcome]:
    """One person from a form; `complete` makes of the entry and of what is stored the person as they are to be.

    A group may want a coach or learners meanwhile, since people come one by one. Raises RosterRefused.
    """
    stored = _Stored(uow, course, roster)
    found = _plan(uow, course, roster, stored, complete=complete, gaps=False)
    if found.faults:
        raise RosterRefused(found.faults)
    _save(uow, course, stored, found.outcomes)
    (outcome,) = found.outcomes
    return stored.people[outcome.entry.email], outcome


def lose_rights(uow: UnitOfWork, person_id: str, reason: str) -> None:
    """Closes the person's sockets in every process. What they may do is looked up anew when they come back.

    Tokens of courses that they no longer organise end.
    """
    tokens.end_lost(uow, person_id)
    uow.session.add(Revocation(person_id=person_id, room_id=None, reason=reason, at=uow.now))
    uow.announce(RightsLost(person=person_id, room_id=None, reason=reason))


def entry_of(person: Person, row: Enrolment | None) -> Entry:
    """Someone as they are stored; without an enrolment, as another course knows them."""
    known = Entry(
        row=0,
        email=person.email,
        name=person.name,
        role=None,
        profession=person.profession,
        institution=person.institution,
        pronouns=person.pronouns,
        time_zone=person.time_zone,
    )
    if row is None:
        return known
    return replace(
        known,
        role=Role(row.role),
        track=Track(row.track) if row.track else None,
        group=row.group.name if row.group else "",
        team=row.team,
        pinned=row.pinned,
    )


class _Stored:
    """What is there before: enrolments and people by email, groups by name."""

    def __init__(self, uow: UnitOfWork, course: Course, roster: Roster) -> None:
        found = select(Enrolment).where(Enrolment.course_id == course.id)
        rows = uow.session.scalars(found.options(joinedload(Enrolment.person), joinedload(Enrolment.group)))
        self.enrolled = {row.person.email: row for row in rows}
        listed = select(Person).where(Person.email.in_([entry.email for entry in roster.entries]))
        self.people = {person.email: person for person in uow.session.scalars(listed)}
        groups = uow.session.scalars(select(Group).where(Group.course_id == course.id))
        self.groups = {group.name: group for group in groups}

    def entry(self, email: str) -> Entry:
        person = self.people.get(email)
        return entry_of(person, self.enrolled.get(email)) if person else Entry(0, email, "", None)

    def there(self) -> list[Entry]:
        """Everyone who is in the course now."""
        return [entry_of(row.person, row) for row in self.enrolled.values() if not row.removed_at]


def _plan(
    uow: UnitOfWork,
    course: Course,
    roster: Roster,
    stored: _Stored,
    *,
    complete: Callable[[Entry, Entry], Entry] | None = None,
    gaps: bool = True,
) -> Preview:
    complete = complete or (lambda entry, before: completed(entry, roster.columns, before))
    entries = [complete(entry, stored.entry(entry.email)) for entry in roster.entries]
    there, listed = stored.there(), {entry.email for entry in entries}
    staying = [entry for entry in there if entry.email not in listed]
    everyone = [*entries, *staying]
    faults = [
        *roster.faults,
        *group_faults(everyone, there, gaps=gaps),
        *organiser_faults(everyone, there),
    ]
    return Preview(
        outcomes=tuple(_outcome(entry, stored) for entry in entries),
        faults=tuple(sorted(set(faults))),
        absent=tuple(staying),
    )


def _outcome(entry: Entry, stored: _Stored) -> Outcome:
    row = stored.enrolled.get(entry.email)
    if row is None:
        return Outcome(entry, Fate.ADDED)
    before = entry_of(row.person, row)
    changes = [
        Change(column, _word(before, column), _word(entry, column))
        for column in COLUMNS
        if getattr(before, column) != getattr(entry, column)
    ]
    if before.group == entry.group and before.pinned != entry.pinned:
        pinned = [
            text("{group} (pinned)", group=entry.group)
            if one.pinned
            else text("{group} (not pinned)", group=entry.group)
            for one in (before, entry)
        ]
        changes.append(Change("group", *pinned))
    if row.removed_at:
        changes.insert(0, Change(COMES_BACK, text("removed"), text("in the course again")))
    return Outcome(entry, Fate.CHANGED if changes else Fate.UNCHANGED, tuple(changes))


def _word(entry: Entry, column: str) -> str:
    return str(getattr(entry, column) or "")


def _save(uow: UnitOfWork, course: Course, stored: _Stored, outcomes: Iterable[Outcome]) -> None:
    _Saving(uow, course, stored).run([outcome.entry for outcome in outcomes])
    place(uow, course)


class _Saving:
    """Entries without faults on their way into the tables."""

    def __init__(self, uow: UnitOfWork, course: Course, stored: _Stored) -> None:
        self.uow, self.course, self.stored = uow, course, stored
        self.position = max((row.position for row in stored.enrolled.values()), default=0)

    def run(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._group(entry)
            self._person(entry)
        self.uow.session.flush()
        for entry in entries:
            self._enrolment(entry)
        self.uow.session.flush()

    def _group(self, entry: Entry) -> None:
        if not entry.group:
            return
        groups = self.stored.groups
        if entry.group not in groups:
            groups[entry.group] = Group(id=new_id(), course_id=self.course.id, name=entry.group)
            self.uow.session.add(groups[entry.group])
        if entry.track:
            set_changed(groups[entry.group], track=entry.track.value)

    def _person(self, entry: Entry) -> None:
        person = self.stored.people.get(entry.email)
        if person is None:
            person = self.stored.people[entry.email] = Person(id=new_id(), email=entry.email)
            self.uow.session.add(person)
        set_changed(
            person,
            name=entry.name,
            profession=entry.profession,
            institution=entry.institution,
            pronouns=entry.pronouns,
            time_zone=entry.time_zone,
        )

    def _enrolment(self, entry: Entry) -> None:
        row = self.stored.enrolled.get(entry.email)
        if row is None:
            self.position += 1
            person = self.stored.people[entry.email].id
            row = Enrolment(id=new_id(), course_id=self.course.id, person_id=person, position=self.position)
            set_changed(row, **self._place_of(entry))
            self.uow.session.add(row)
            return
        before = (row.role, row.group_id)
        set_changed(row, removed_at=None, **self._place_of(entry))
        if before != (row.role, row.group_id):
            follow_group(self.uow, row.course_id, row.person_id)
            lose_rights(self.uow, row.person_id, "moved")

    def _place_of(self, entry: Entry) -> dict[str, str | bool | None]:
        assert entry.role is not None, "a roster with faults is refused"
        return {
            "role": entry.role.value,
            "track": entry.track.value if entry.track else None,
            "team": entry.team,
            "group_id": self.stored.groups[entry.group].id if entry.group else None,
            "pinned": entry.pinned,
        }
