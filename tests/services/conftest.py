"""The shipped library, and a table: the room of the course's group with everyone at it."""

from typing import Any
from uuid import uuid4

import pytest

from pallpractice.config import CHECKOUT
from pallpractice.domain.errors import Refusal
from pallpractice.domain.room import Act, Action
from pallpractice.library.shelf import Library
from pallpractice.services import access, hot, rounds, seating, views
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.read([CHECKOUT / "scenarios"])


class Table:
    """The room of the course's group, and everyone at it."""

    def __init__(self, store: Store, library: Library, course: Any) -> None:
        self.store, self.library, self.course = store, library, course
        store.change(lambda uow: seating.place(uow, course.course))
        with store.read() as uow:
            self.room = uow.session.query(Room).one().id
        self.snapshots = hot.Snapshots()

    def do(self, who: str, action: str, action_id: str | None = None, **fields: Any) -> dict[str, Any]:
        act = Act(Action(action), self.course.cast[who].id, fields)
        key = action_id or str(uuid4())
        if act.action in hot.HOT:
            job = hot.Job(self.room, act, key)
            outcome = self.store.change(hot.carry_out, self.library, self.snapshots, [job])[0]
            if isinstance(outcome, Refusal):
                raise outcome
            return outcome
        return self.store.change(rounds.act, self.library, self.room, act, key)

    def view(self, who: str) -> dict[str, Any]:
        with self.store.read() as uow:
            record, seat = access.room(uow, self.room, self.course.cast[who].id)
            return views.room_view(views.read(uow, self.library, record, set()), seat)

    def mine(self, who: str) -> dict[str, Any]:
        with self.store.read() as uow:
            record, seat = access.room(uow, self.room, self.course.cast[who].id)
            return views.mine_view(views.read(uow, self.library, record, set()), self.course.cast[who].id, seat)


@pytest.fixture
def table(store: Store, library: Library, course: Any) -> Table:
    return Table(store, library, course)
