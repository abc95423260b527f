"""What the commands share: how refusals are told, the options of several, the store, and printing."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import click

from ..config import Settings, SettingsError
from ..domain.errors import Refusal
from ..domain.roster import RosterRefused
from ..library import LibraryErrors
from ..storage import schema
from ..storage.unit_of_work import Store

COURSE = click.option("--course", "slug", required=True, metavar="SLUG", help="The course, by its slug.")
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")


class Commands(click.Group):
    """A group whose refusals are told in one line each, with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(f"these settings can't be used:\n{error}") from None
        except RosterRefused as refused:
            count = len(refused.faults)
            raise click.ClickException(f"nothing was saved, {count} to fix:\n{refused.message}") from None
        except LibraryErrors as errors:
            raise click.ClickException(f"{len(errors.errors)} to fix:\n{errors}") from None
        except Refusal as refusal:
            raise click.ClickException(refusal.message) from None
        except ModuleNotFoundError as missing:
            if missing.name != "psycopg2":
                raise
            raise click.ClickException(
                "PostgreSQL needs a package that is not here: .venv/bin/python -m pip install psycopg2-binary"
            ) from None


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell."""
    lines = [heading, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heading))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def open_store(settings: Settings, *, upgrade: bool = False) -> Store:
    """The store, once its tables are those this code needs."""
    url = settings.database_url
    if upgrade:
        schema.upgrade(url)
    current, newest = schema.current(url), schema.newest()
    if current != newest:
        there = f"is at {current}, and {newest} is needed" if current else "has no tables yet"
        raise click.ClickException(f"the database {there}. Run: pallpractice db upgrade")
    return Store(url)


def write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}") from None
    click.echo(f"Written: {file}.")


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file that appears at the path when all of it is written, readable by its owner alone."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                yield cast(BinaryIO, file)
                file.flush()
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}") from None
