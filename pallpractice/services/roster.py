"""Bringing people into a course from its roster: accounts, enrolments, groups."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.events import RightsLost
from ..domain.roles import Role, Track
from ..domain.roster import Entry, Roster, RosterRefused, team_faults
from ..storage.base import new_id
from ..storage.courses import Course, Enrolment, Group, Person, Revocation
from ..storage.unit_of_work import UnitOfWork
from .imports import Imported, set_changed
from .seating import place


def import_roster(uow: UnitOfWork, course: Course, roster: Roster) -> Imported:
    """Adds and updates the people listed; whoever is enrolled and not listed is left alone and named.

    Raises RosterRefused with every fault, and then nothing is saved. Teams are judged with who is in them already.
    """
    enrolled = _enrolled(uow, course)
    listed = {entry.email for entry in roster.entries}
    staying = [row for email, row in enrolled.items() if email not in listed and not row.removed_at]
    faults = [*roster.faults, *team_faults([*roster.entries, *map(_entry, staying)])]
    if faults:
        raise RosterRefused(faults)
    done = Imported(absent=sorted(row.person.email for row in staying))
    _Import(uow, course, roster.entries, enrolled, done).run()
    place(uow, course)
    return done


def lose_rights(uow: UnitOfWork, person_id: str, reason: str) -> None:
    """Closes the person's sockets in every process. What they may do is looked up anew when they come back."""
    uow.session.add(Revocation(person_id=person_id, room_id=None, reason=reason, at=uow.now))
    uow.announce(RightsLost(person=person_id, room_id=None, reason=reason))


class _Import:
    """One import under way: the groups, people and enrolments that are there, by the names the file uses."""

    def __init__(
        self,
        uow: UnitOfWork,
        course: Course,
        entries: tuple[Entry, ...],
        enrolled: dict[str, Enrolment],
        done: Imported,
    ) -> None:
        self.uow, self.course, self.entries, self.enrolled, self.done = uow, course, entries, enrolled, done
        self.people = _people(uow, (entry.email for entry in entries))
        groups = uow.session.scalars(select(Group).where(Group.course_id == course.id))
        self.groups = {group.name: group for group in groups}
        self.renamed: set[str] = set()
        self.position = max((row.position for row in enrolled.values()), default=0)

    def run(self) -> None:
        for entry in self.entries:
            self._group(entry)
            self._person(entry)
        self.uow.session.flush()
        for entry in self.entries:
            self._enrolment(entry)
        self.uow.session.flush()

    def _group(self, entry: Entry) -> None:
        if not entry.team:
            return
        if entry.team not in self.groups:
            self.groups[entry.team] = Group(id=new_id(), course_id=self.course.id, name=entry.team)
            self.uow.session.add(self.groups[entry.team])
        if entry.track:
            set_changed(self.groups[entry.team], track=entry.track.value)

    def _person(self, entry: Entry) -> None:
        person = self.people.get(entry.email)
        if person is None:
            person = self.people[entry.email] = Person(id=new_id(), email=entry.email)
            self.uow.session.add(person)
        words = {"name": entry.name, "profession": entry.profession, "pronouns": entry.pronouns}
        if set_changed(person, **words):
            self.renamed.add(entry.email)

    def _enrolment(self, entry: Entry) -> None:
        row = self.enrolled.get(entry.email)
        if row is None:
            self.position += 1
            row = Enrolment(
                id=new_id(),
                course_id=self.course.id,
                person_id=self.people[entry.email].id,
                position=self.position,
                **self._place_of(entry),
            )
            self.uow.session.add(row)
            self.done.added.append(entry.email)
            return
        before = (row.role, row.group_id)
        is_changed = set_changed(row, removed_at=None, **self._place_of(entry)) or entry.email in self.renamed
        (self.done.changed if is_changed else self.done.unchanged).append(entry.email)
        if before != (row.role, row.group_id):
            lose_rights(self.uow, row.person_id, "moved")

    def _place_of(self, entry: Entry) -> dict[str, str | None]:
        assert entry.role is not None, "a roster with faults is refused"
        return {
            "role": entry.role.value,
            "track": entry.track.value if entry.track else None,
            "group_id": self.groups[entry.team].id if entry.team else None,
        }


def _enrolled(uow: UnitOfWork, course: Course) -> dict[str, Enrolment]:
    found = select(Enrolment).where(Enrolment.course_id == course.id)
    rows = uow.session.scalars(found.options(joinedload(Enrolment.person), joinedload(Enrolment.group)))
    return {row.person.email: row for row in rows}


def _people(uow: UnitOfWork, emails: Iterable[str]) -> dict[str, Person]:
    rows = uow.session.scalars(select(Person).where(Person.email.in_(list(emails))))
    return {person.email: person for person in rows}


def _entry(row: Enrolment) -> Entry:
    return Entry(
        row=0,
        email=row.person.email,
        name=row.person.name,
        role=Role(row.role),
        track=Track(row.track) if row.track else None,
        team=row.group.name if row.group else "",
    )
