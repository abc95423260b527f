"""Who lost a right elsewhere is found by every process, in whatever order the rows come and whichever have gone."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete

from pallpractice.realtime import keeper
from pallpractice.realtime.keeper import Revoked
from pallpractice.storage.courses import Revocation
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SavedCourse

Lose = Callable[..., None]


@pytest.fixture
def lose(store: Store, course: SavedCourse) -> Lose:
    """`lose("Olga", id=6)` writes down that she lost a right."""

    def write(name: str, id: int | None = None) -> None:
        with store.write() as uow:
            uow.session.add(Revocation(id=id, person_id=course.cast[name].id, reason="removed", at=uow.now))

    return write


@pytest.fixture
def found(store: Store, course: SavedCourse, lose: Lose) -> Callable[[], list[str]]:
    """Whom a process that began after one was lost finds at each of its looks."""
    lose("Oren", id=5)
    revoked, names = Revoked(store), {person.id: name for name, person in course.cast.items()}
    return lambda: sorted(names[one.person_id] for one in revoked.fresh())


def test_each_is_told_once(found: Callable[[], list[str]], lose: Lose) -> None:
    assert found() == []
    lose("Olga")
    lose("Omar")
    assert found() == ["Olga", "Omar"]
    assert found() == []


def test_one_that_commits_after_a_later_number_is_not_missed(found: Callable[[], list[str]], lose: Lose) -> None:
    lose("Olga", id=9)
    assert found() == ["Olga"]
    lose("Omar", id=8)
    assert found() == ["Omar"]


@pytest.mark.parametrize("all_gone_is_seen", [True, False])
def test_a_number_given_again_is_another_loss(
    store: Store, found: Callable[[], list[str]], lose: Lose, monkeypatch: pytest.MonkeyPatch, all_gone_is_seen: bool
) -> None:
    """As after erasing whoever lost one last, or once retention has taken all: SQLite begins at 1 again."""
    monkeypatch.setattr(keeper, "OUT_OF_ORDER", 2)
    lose("Olga", id=20)
    assert found() == ["Olga"]
    with store.write() as uow:
        uow.session.execute(delete(Revocation))
    if all_gone_is_seen:
        assert found() == []
    lose("Omar")
    assert found() == ["Omar"]


def test_what_was_old_does_not_become_new_when_later_ones_go(
    store: Store, course: SavedCourse, lose: Lose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "OUT_OF_ORDER", 2)
    for name in ("Lena", "Sam", "Cleo", "Omar", "Olga"):
        lose(name)
    revoked = Revoked(store)
    with store.write() as uow:
        uow.session.execute(delete(Revocation).where(Revocation.person_id == course.olga.id))
    assert revoked.fresh() == set()
