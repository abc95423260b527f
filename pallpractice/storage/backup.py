"""A copy of a SQLite database as of one moment, taken while a server writes to it.

It reads in one transaction, and neither writes nor checkpoints: the server's one writer goes on beside it.
"""

import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url

from .engine import BUSY_MS


def path(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(str(make_url(url).database))


def copy(url: str, to: Path) -> None:
    """Writes the copy into the empty file `to`, as one file that needs no other. Raises sqlite3.Error."""
    source = _opened(path(url))
    try:
        source.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        source.execute("VACUUM INTO ?", (str(to),))
    finally:
        source.close()
    _check(to)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _check(made: Path) -> None:
    """Reads all of it again. Raises sqlite3.DatabaseError for a copy that can't be trusted."""
    there = _opened(made)
    try:
        found = there.execute("PRAGMA integrity_check").fetchall()
    finally:
        there.close()
    if found != [("ok",)]:
        raise sqlite3.DatabaseError(f"the copy is not whole: {found[0][0]}")
