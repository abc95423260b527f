"""Brings a database's tables to a version: the migrations, run from code.

A change of tables: change the classes, then `pallpractice db draft "what changes"`, read the file it wrote, test it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from . import tables  # noqa: F401
from .base import Base
from .engine import is_sqlite, writing_engine

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Makes the tables, or brings them up to `revision`. What is there is kept. All of it or nothing is done."""
    with _connected(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Takes the tables back to `revision`, "base" for none at all."""
    with _connected(url) as connection:
        command.downgrade(_config(connection), revision)


def current(url: str) -> str | None:
    """The revision of the database; None if it has no tables of ours yet."""
    path = make_url(url).database
    if is_sqlite(url) and path and not Path(path).exists():
        return None
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this code needs."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None, "there are migrations"
    return head


def differences(url: str) -> list[object]:
    """What autogenerate would still change: nothing, when the migrations make the tables of the classes."""
    with _connected(url) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def draft(url: str, message: str) -> Path:
    """Writes the next migration from the difference between the classes and a database at the newest revision."""
    count = len(list((MIGRATIONS / "versions").glob("[0-9]*.py")))
    with _connected(url) as connection:
        script = command.revision(_config(connection), message=message, autogenerate=True, rev_id=f"{count + 1:04}")
    path = Path(script.path)  # type: ignore[union-attr]
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return path


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    path = make_url(url).database
    if is_sqlite(url) and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = writing_engine(url)
    try:
        with engine.connect() as connection:
            if is_sqlite(url):
                # Batch mode drops and remakes a table: with the keys checked, that would empty the others.
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            yield connection
            connection.commit()
    finally:
        engine.dispose()
