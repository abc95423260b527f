"""Keeping a site: its tables, its seals, its audit, and what goes in its time."""

import os
import sqlite3
import tempfile
import time
from pathlib import Path

import click

from ..config import Settings
from ..domain.audit import Fault
from ..services import audit
from ..services.credit import licences
from ..services.credit.licences import Sealer
from ..services.mine import retention
from ..storage import backup, schema
from ..storage.engine import is_sqlite
from .common import open_store, table, whole

PAUSE_S = 0.02  # between two small transactions, so that a room's writer gets its turn


@click.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Make the tables, or bring them up to date. What is stored stays."""
    url = Settings.from_env(serving=False).database_url
    before = schema.current(url)
    schema.upgrade(url)
    after = schema.current(url)
    click.echo(f"The tables are at {after} already." if before == after else f"The tables are at {after} now.")


@db.command("draft", hidden=True)
@click.argument("message")
def db_draft(message: str) -> None:
    """Write the next migration from what the table classes have that the newest one has not."""

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        schema.upgrade(url)
        click.echo(schema.draft(url, message))


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_(file: Path) -> None:
    """Copy the SQLite database into FILE as it is at this moment, while the server runs.

    FILE is checked, readable by its owner alone, and written whole or not at all; one that is there is replaced. To
    bring it back: stop the server, put FILE in the database's place, take away what ends in -wal and -shm beside it,
    and start again. It holds everything, so keep it as safe as the database.
    """
    url = Settings.from_env(serving=False).database_url
    if not is_sqlite(url):
        raise click.ClickException("this copies SQLite files. Use pg_dump for PostgreSQL, and pg_restore to go back.")
    there = backup.path(url)
    if not there.exists():
        raise click.ClickException(f"there is no database at {there}.")
    if file.resolve() == there.resolve():
        raise click.ClickException(f"{file} is the database itself. Name another file.")
    try:
        with whole(file) as made:
            backup.copy(url, Path(made.name))
            os.fsync(made.fileno())
    except sqlite3.Error as error:
        raise click.ClickException(f"the database can't be copied: {error}.") from None
    click.echo(f"Written: {file}, {file.stat().st_size // 1024} KB, whole.")


@click.command()
def rekey() -> None:
    """Seal licence numbers and birthdays anew with the first key of PALLPRACTICE_DATA_KEY.

    To change the key: put the new one before the old, restart, run this, take the old one away.
    """
    settings = Settings.from_env(serving=False)
    store = open_store(settings)
    done = store.change(licences.rekey, Sealer(settings.data_key))
    store.close()
    click.echo(f"Sealed anew: {done}.")


FAULTS = {
    Fault.MISSING: "line {at} is missing",
    Fault.CHANGED: "line {at} was changed",
    Fault.APART: "line {at} does not follow the one before it: it was changed or put in, or one before it was",
    Fault.UNREADABLE: "line {at} can't be read: it was changed",
    Fault.ENDS: "it does not end where it did: lines after {at} are missing, or were added by another hand",
}


@click.group("audit")
def audit_() -> None:
    """The chain of what was done that someone may have to answer for."""


@audit_.command("check")
@click.option("--known", metavar="LINE:DIGEST", help="What an earlier check said of the end: is that still so?")
def audit_check(known: str | None) -> None:
    """Compute the chain anew and name its first broken link, with exit code 1.

    It prints the last line's number and digest. Keep them on another machine: given as --known later, they also show
    a chain that was written anew as a whole.
    """
    store = open_store(Settings.from_env(serving=False))
    with store.read(whole=True) as uow:
        found = audit.check(uow, _known(known))
    if found.fault:
        raise click.ClickException(f"the audit is broken: {FAULTS[found.fault].format(at=found.at)}.")
    count = found.last - found.first + 1
    click.echo(f"{count} lines, whole. The end: {found.last}:{found.digest}")


def _known(words: str | None) -> tuple[int, str] | None:
    if words is None:
        return None
    number, _, digest = words.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise click.UsageError("--known is what a check printed: a number, a colon and 64 hex digits")
    return int(number), digest


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
def retain(dry_run: bool) -> None:
    """Let go of what has been kept long enough: to be run by cron, once a night.

    How long is long enough, the settings whose names begin with PALLPRACTICE_KEEP_ say. It works in small steps, so
    that rooms go on meanwhile; stopped midway, it goes on where it was. What went is noted in the audit.
    """
    settings = Settings.from_env(serving=False)
    store = open_store(settings)
    if dry_run:
        found = retention.due(store, settings.terms)
        click.echo(table(("count", "what would go"), ((str(one.count), one.rule.words) for one in found)))
        click.echo("Nothing was changed.")
        return
    for one in retention.retain(store, settings.terms, lambda: time.sleep(PAUSE_S)):
        click.echo(f"{one.count:6} {one.rule.words}")
