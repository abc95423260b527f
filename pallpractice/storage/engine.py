"""The engines. SQLite gets one writing connection and any number of reading ones; PostgreSQL one pool.

One connection does all of SQLite's writing and checkpointing: that keeps clear of the WAL-reset fault of SQLite 3.7.0
to 3.51.2, and of greenlets that wait for each other's transaction. `synchronous=FULL` makes a commit survive a crash,
`secure_delete` writes zeros over what is deleted.
"""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

BUSY_MS = 5_000
JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


OffLoop = Callable[..., Any]


def is_sqlite(url: str | URL) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def writing_engine(url: str, off_loop: OffLoop = lambda work: work()) -> Engine:
    """The engine for transactions that change something.

    SQLite's commit waits for the disk: `off_loop` does that where it holds nobody up. The caller has the writer's turn
    meanwhile, so that no second transaction can begin.
    """
    if not is_sqlite(url):
        # No ping before each use: it would double the way of every small transaction. A connection that has died is
        # found out by the first to use it, who is told to try again.
        return create_engine(url, pool_size=10, max_overflow=10, **JSON)
    engine = create_engine(url, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}, **JSON)
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL", "secure_delete=ON"))
    engine.dialect.do_commit = lambda connection: off_loop(connection.commit)  # type: ignore[assignment, method-assign]
    return engine


def reading_engine(url: str, writing: Engine) -> Engine:
    """The engine for reads. For PostgreSQL the same one; for SQLite one that can neither write nor checkpoint."""
    if not is_sqlite(url):
        return writing
    engine = create_engine(url, pool_size=5, max_overflow=20, connect_args={"check_same_thread": False}, **JSON)
    _prepare_sqlite(
        engine,
        begin="BEGIN",
        pragmas=("synchronous=FULL", "wal_autocheckpoint=0", "query_only=ON"),
    )
    return engine


def _prepare_sqlite(engine: Engine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # sqlite3 would begin on its own, and too late for BEGIN IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)
