"""Erasing and retention on PostgreSQL, where types are stricter and keys are checked at once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pallpractice.domain.holding import Terms
from pallpractice.services.mine import erasing, retention
from pallpractice.storage import schema
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock, SavedCourse
from tests.services.conftest import Table
from tests.services.filled import everything, fill


@pytest.fixture
def store(postgres_url: str, clock: Clock) -> Iterator[Store]:
    schema.upgrade(postgres_url)
    store = Store(postgres_url, clock=clock)
    yield store
    store.close()


def test_someone_is_erased_and_the_rest_goes_in_its_time(
    store: Store, table: Table, course: SavedCourse, clock: Clock
) -> None:
    places = fill(table)
    store.change(erasing.erase, places.people["Lena"], actor=None, words_too=True)
    with store.read() as uow:
        assert "kx-given-comment" not in everything(uow)
    clock.now = course.session.ends_at + timedelta(days=2193)
    gone = {one.rule.name: one.count for one in retention.retain(store, Terms())}
    assert gone["evidence"] > 0
    assert gone["names"] > 0
    with store.read() as uow:
        assert "kx-" not in everything(uow).replace("kx-else-notice", "")
    assert [one.count for one in retention.due(store, Terms())] == [0] * len(retention.RULES)
