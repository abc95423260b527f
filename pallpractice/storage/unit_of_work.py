"""The unit of work: one transaction, and what is to be announced once it has been committed.

It is the only place that announces. Services receive it as their first argument and never commit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from ..domain.errors import Stale, Unavailable
from ..domain.events import Event
from ..domain.text import text
from . import audit
from .engine import BUSY_MS, OffLoop, is_sqlite, reading_engine, writing_engine

ATTEMPTS = 4
FORGET_MS = 200
T = TypeVar("T")


class Announcer(Protocol):
    """Hears of events after their commit."""

    def __call__(self, events: Sequence[Event]) -> None: ...


class UnitOfWork:
    """`session` to read and write rows, `now` for every stamp in it, `announce` for what follows the commit.

    `notes` are for the audit, and are stored with the commit: see `services.audit`.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.events: list[Event] = []
        self.notes: list[audit.Note] = []
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The transaction's connection, for statements that go past the ORM."""
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection

    def announce(self, event: Event) -> None:
        """Say this after the commit; never, if there is none."""
        self.events.append(event)


class Store:
    """Opens units of work on one database.

    `announcer` is set once by the application, since whoever announces (the gateway) is made after the store.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        off_loop: OffLoop = lambda work: work(),
    ) -> None:
        self.url = url
        self.clock = clock
        self.announcer: Announcer = lambda events: None
        self.writing: Engine = writing_engine(url, off_loop)
        self.reading: Engine = reading_engine(url, self.writing)
        # SQLite takes one writer at a time: waiting here lets other greenlets run, waiting in SQLite would not.
        self._turn = Lock() if is_sqlite(url) else None

    @contextmanager
    def read(self, *, whole: bool = False) -> Iterator[UnitOfWork]:
        """A unit of work that only reads. `whole`: all of it as of one moment, as SQLite does anyway."""
        with Session(self.reading, expire_on_commit=False) as session:
            if whole and self._turn is None:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield UnitOfWork(session, self.clock())

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A unit of work that commits when its block ends well, and then announces.

        Raises Stale when someone else changed a row first, Unavailable when the database could not store it.
        """
        if self._turn:
            self._turn.acquire()
        try:
            with Session(self.writing, expire_on_commit=False) as session:
                uow = UnitOfWork(session, self.clock())
                yield uow
                if uow.notes:
                    session.flush()
                    audit.append(session, uow.notes, uow.now)
                session.commit()
        except StaleDataError as error:
            raise Stale(text("Someone else changed this first. Look again.")) from error
        except OperationalError as error:
            raise Unavailable(text("This could not be stored just now. Try again in a moment.")) from error
        except DBAPIError as error:
            if _lost_a_race(error):
                raise Stale(text("Someone else changed this first. Look again.")) from error
            raise
        finally:
            if self._turn:
                self._turn.release()
        if uow.events:
            self.announcer(uow.events)

    def change(self, verb: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Runs one service verb in a unit of work of its own; a lost race is read again and tried again."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.write() as uow:
                    result = verb(uow, *args, **kwargs)
                return result  # noqa: RET504 (only once the block has committed)
            except Stale as stale:
                if attempt == ATTEMPTS or stale.__cause__ is None:  # a rule's own "stale" is an answer
                    raise
        raise AssertionError("unreachable")

    def forget(self) -> None:
        """Empties SQLite's log, which holds pages as they were before something was deleted; waits for no reader long.

        PostgreSQL's own vacuum does the same in its time.
        """
        if self._turn is None:
            return
        with self._turn:
            connection = self.writing.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(f"PRAGMA busy_timeout={FORGET_MS}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
                cursor.close()
            finally:
                connection.close()

    def close(self) -> None:
        self.reading.dispose()
        self.writing.dispose()


def _lost_a_race(error: DBAPIError) -> bool:
    """Two writers made the same journal line or the same row: the later one looks again."""
    text = str(error.orig).lower()
    return "unique" in text or "duplicate key" in text or "could not serialize" in text
