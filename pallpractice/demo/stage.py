"""What a day is played with: the clock turned to it, people by first name, rooms, and deeds done as the gateway would."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from ..domain.errors import Refusal
from ..domain.roles import Role
from ..domain.room import Act, Action
from ..domain.roster import Entry, Roster
from ..library import Library
from ..schemas import actions
from ..services import courses, home, hot, people, rounds
from ..services.journal import Answer
from ..storage.courses import Course, Session
from ..storage.unit_of_work import Store, UnitOfWork

Deed = tuple[str, Action, Mapping[str, Any]]  # someone's id, what they do, and its fields


@contextmanager
def turned(store: Store, moment: datetime) -> Iterator[None]:
    """What is done meanwhile is done at this moment."""
    clock, store.clock = store.clock, lambda: moment
    try:
        yield
    finally:
        store.clock = clock


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of a course, by their first names."""

    slug: str
    ids: Mapping[str, str]
    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, uow: UnitOfWork, slug: str, roster: Roster) -> "Cast":
        entries = {one.name.split()[0]: one for one in roster.entries}
        return cls(slug, {name: people.find(uow, one.email).id for name, one in entries.items()}, entries)

    def course(self, uow: UnitOfWork) -> Course:
        return courses.find(uow, self.slug)

    def session(self, uow: UnitOfWork, key: str) -> Session | None:
        return next((one for one in self.course(uow).sessions if one.key == key), None)

    def room(self, uow: UnitOfWork, session: Session, who: str) -> str:
        """The id of the room in which this person has a place in that session."""
        return home.rooms_by_session(uow, self.ids[who])[session.id]

    def first(self, role: Role, group: str = "") -> str:
        """The first of this role, in that group if one is named."""
        return next(who for who, one in self.entries.items() if one.role is role and group in ("", one.group))


@dataclass(slots=True)
class Stage:
    """Does deeds in rooms, each moment's together.

    The same deeds in the same order have the same ids again, so what was done before is not done twice.
    """

    store: Store
    library: Library
    _done: dict[str, int] = field(default_factory=dict)  # deeds by room
    _snapshots: hot.Snapshots = field(default_factory=hot.Snapshots)

    def do(self, at: datetime, room: str, *deeds: Deed) -> list[Answer]:
        """All of these, or none: raises the Refusal."""
        with turned(self.store, at):
            return self.store.change(self.carry_out, room, self.numbered(room, deeds))

    def numbered(self, room: str, deeds: Sequence[Deed]) -> list[tuple[Act, str]]:
        """With their action ids."""
        begun = self._done.get(room, 0)
        self._done[room] = begun + len(deeds)
        return [self.shaped(deed, action_id(room, number)) for number, deed in enumerate(deeds, begun)]

    @staticmethod
    def shaped(deed: Deed, key: str) -> tuple[Act, str]:
        """As it would have come over the wire. Raises Invalid."""
        person, action, given = deed
        _, fields = actions.read(action, {**given, "action_id": key})
        return Act(action, person, fields), key

    def carry_out(self, uow: UnitOfWork, room: str, acts: Sequence[tuple[Act, str]]) -> list[Answer]:
        answers: list[Answer] = []
        for often, together in groupby(acts, key=lambda one: one[0].action in hot.HOT):
            if often:
                answers += self._hot(uow, room, list(together))
            else:
                answers += [rounds.act(uow, self.library, room, act, key) for act, key in together]
        return answers

    def _hot(self, uow: UnitOfWork, room: str, acts: Sequence[tuple[Act, str]]) -> list[Answer]:
        uow.session.flush()  # it goes past the ORM
        jobs = [hot.Job(room, act, key) for act, key in acts]
        answers = []
        for outcome in hot.carry_out(uow, self.library, self._snapshots, jobs):
            if isinstance(outcome, Refusal):
                raise outcome
            answers.append(outcome)
        return answers


def action_id(room: str, number: int | str) -> str:
    """The id of one deed of the day in a room."""
    return str(uuid5(NAMESPACE_OID, f"{room} {number}"))
