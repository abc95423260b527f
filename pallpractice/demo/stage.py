"""What a day is played with: a clock that is turned, people by first name, and deeds done as the gateway does them."""

from collections.abc import Iterable, Iterator, Mapping
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

    def session(self, uow: UnitOfWork, key: str) -> Session:
        """Raises LookupError where the course has no such session, as one of an earlier version."""
        found = next((one for one in self.course(uow).sessions if one.key == key), None)
        if found is None:
            raise LookupError(key)
        return found

    def room(self, uow: UnitOfWork, session: Session, who: str) -> str:
        """The id of the room in which this person has a place in that session."""
        return home.rooms_by_session(uow, self.ids[who])[session.id]

    def first(self, role: Role, group: str = "") -> str:
        """The first of this role, in that group if one is named."""
        return next(who for who, one in self.entries.items() if one.role is role and group in ("", one.group))


@dataclass(slots=True)
class Stage:
    """Does the deeds of one scene in a room, all of them in one unit of work, whose clock it turns as they go.

    The same scene again has the same action ids, so what was done before is not done twice.
    """

    uow: UnitOfWork
    library: Library
    room: str
    scene: str
    _deeds: int = 0
    _snapshots: hot.Snapshots = field(default_factory=hot.Snapshots)

    def do(self, at: datetime, *deeds: Deed) -> list[Answer]:
        """At that moment, as the gateway would have it done. Raises the Refusal."""
        self.uow.now = at
        acts = [self._act(deed) for deed in deeds]
        answers: list[Answer] = []
        for often, run in groupby(acts, key=lambda one: one[0].action in hot.HOT):
            together = list(run)
            answers += self._often(together) if often else self._plainly(together)
        return answers

    def _act(self, deed: Deed) -> tuple[Act, str]:
        person, action, given = deed
        self._deeds += 1
        key = action_id(self.scene, self._deeds)
        _, _, fields = actions.read(action, {**given, "action_id": key})
        return Act(action, person, fields), key

    def _plainly(self, acts: Iterable[tuple[Act, str]]) -> list[Answer]:
        return [rounds.act(self.uow, self.library, self.room, act, key) for act, key in acts]

    def _often(self, acts: Iterable[tuple[Act, str]]) -> list[Answer]:
        self.uow.session.flush()  # these go past the ORM
        jobs = [hot.Job(self.room, act, key) for act, key in acts]
        answers = []
        for outcome in hot.carry_out(self.uow, self.library, self._snapshots, jobs):
            if isinstance(outcome, Refusal):
                raise outcome
            answers.append(outcome)
        return answers


def action_id(scene: str, number: int) -> str:
    """The id of a scene's deed, counted from 1. A scene is called by its session and what is played there."""
    return str(uuid5(NAMESPACE_OID, f"{scene} {number}"))
