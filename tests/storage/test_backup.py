"""R17: a copy taken while others write is whole, and holds all that was stored before it."""

from pathlib import Path
from threading import Event, Thread

from sqlalchemy import select

from pallpractice.storage import backup
from pallpractice.storage.courses import SignInFailure
from pallpractice.storage.unit_of_work import Store

COPIES = 20


def test_whatever_was_stored_before_is_in_a_copy(store: Store, tmp_path: Path) -> None:
    stored: list[str] = []
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            name = f"{len(stored)}"
            with store.write() as uow:
                uow.session.add(SignInFailure(account_hash=name, at=uow.now))
            stored.append(name)

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(COPIES):
            before = len(stored)
            copy = tmp_path / f"{number}.db"
            copy.touch()
            backup.copy(store.url, copy)
            there = names(copy)
            assert set(stored[:before]) <= set(there)
            assert there == [f"{each}" for each in range(len(there))], "as of one moment"
    finally:
        stop.set()
        writer.join()
    assert len(stored) > COPIES, "nobody wrote meanwhile"


def names(copy: Path) -> list[str]:
    store = Store(f"sqlite:///{copy}")
    try:
        with store.read() as uow:
            return list(uow.session.scalars(select(SignInFailure.account_hash).order_by(SignInFailure.id)))
    finally:
        store.close()
