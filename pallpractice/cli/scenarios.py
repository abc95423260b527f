"""The case library: checking, beginning and drawing cases."""

import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from .. import authoring
from ..config import PREFIX, Settings
from ..domain.scenario import SKILLS, TRACKS
from ..library import Library, advice, editors
from ..services import editions
from ..storage import schema
from ..storage.unit_of_work import Store
from .common import write


@click.group()
def scenarios() -> None:
    """The case library."""


FOLDER = click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="A folder of your own cases."
)
ID = click.argument("id", metavar="ID")


@scenarios.command("check")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--strict", is_flag=True, help="Take warnings for faults: exit code 1.")
def scenarios_check(path: Path | None, strict: bool) -> None:
    """Read every scenario, rubric and worked encounter, in PATH too if given, and say all that is wrong.

    A file that was changed after rooms had practised with its version is among it, if this machine's database knows.
    When nothing is wrong, what the files still lack is said as warnings; with PATH, only of those inside it.
    """
    library = _library(path)
    _used_versions(library)
    warnings = advice.about(library, datetime.now(UTC).date(), within=path)
    for warning in warnings:
        click.echo(f"warning: {warning}")
    some = f", {len(warnings)} warning{'' if len(warnings) == 1 else 's'}" if warnings else ""
    counts = f"{len(library.scenarios)} scenarios, {len(library.rubrics)} rubrics"
    click.echo(f"{counts} and {len(library.encounters)} worked encounters, nothing wrong{some}.")
    if strict and warnings:
        sys.exit(1)


@scenarios.command("new")
@ID
@FOLDER
@click.option("--skill", type=click.Choice(SKILLS), default=SKILLS[0], show_default=True, help="What it practises.")
@click.option("--track", type=click.Choice(TRACKS), default=TRACKS[0], show_default=True, help="For whom it is.")
@click.option("--title", help="Its title; it may be written later.")
def scenarios_new(id: str, folder: Path | None, skill: str, track: str, title: str | None) -> None:
    """Begin a case: write FOLDER/ID.yaml, with every field and what goes there.

    Without --folder it goes into the first one that PALLPRACTICE_SCENARIOS names. Nothing there is written over.
    """
    settings = Settings.from_env(serving=False)
    if folder is None and not settings.scenarios:
        raise click.ClickException(f"name a folder of your own by --folder, or set {PREFIX}SCENARIOS to one")
    folder = folder or settings.scenarios[0]
    written, described = authoring.new(folder, settings.library, id, skill, track, title)
    click.echo(f"Written: {written}, and for your editor {described}.")
    click.echo(
        f"Next: write over every TODO, and see what is left by: pallpractice scenarios check {shlex.quote(str(folder))}"
    )


@scenarios.command("schema")
@click.argument("kind", type=click.Choice(tuple(editors.KINDS)), default="scenario")
def scenarios_schema(kind: str) -> None:
    """Print the JSON Schema of the files, for editors that complete and explain."""
    click.echo(authoring.schema(kind), nl=False)


@scenarios.command("graph")
@ID
@FOLDER
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it there.")
def scenarios_graph(id: str, folder: Path | None, out: Path | None) -> None:
    """Draw the beats of a scenario and the ways between them, as an SVG picture."""
    library = _library(folder)
    if id not in library.scenarios:
        raise click.ClickException(f'no scenario "{id}"; scenarios are {", ".join(sorted(library.scenarios))}')
    drawn = authoring.graph(library.scenarios[id])
    if out is None:
        click.echo(drawn, nl=False)
        return
    write(out, drawn)


def _used_versions(library: Library) -> None:
    """Raises LibraryErrors for files that were changed after rooms had used their version, if there is a database."""
    url = Settings.from_env(serving=False).database_url
    if schema.current(url) == schema.newest():
        store = Store(url)
        with store.read() as uow:
            editions.check(uow, library)
        store.close()


def _library(folder: Path | None) -> Library:
    """The shipped cases, the site's, and those of a folder beside them."""
    folders = Settings.from_env(serving=False).library
    return Library.read([*folders, folder] if folder else folders)
