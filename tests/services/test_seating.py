"""Places made from the groups: a large course costs no more statements than a small one. What they are is tested with
whatever changes them.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from pallpractice.domain.roles import Role
from pallpractice.services import seating
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SavedCourse


def test_places_of_many_rooms_cost_as_many_statements_as_of_one(
    store: Store, course: SavedCourse, add_group: Callable[..., str]
) -> None:
    """The only writer waits for it, whenever a person is added or changed while rooms are open."""

    def statements() -> int:
        told: list[Any] = []

        def note(*statement: Any) -> None:
            told.append(statement[2])

        store.change(seating.place, course.course)
        event.listen(store.writing, "before_cursor_execute", note)
        store.change(seating.place, course.course)
        event.remove(store.writing, "before_cursor_execute", note)
        return len(told)

    one = statements()
    for number in range(4):
        add_group(f"Birch {number}", {f"Lara{number}": Role.LEARNER, f"Cole{number}": Role.COACH})
    assert statements() == one <= 10
