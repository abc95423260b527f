"""Files out of a course."""

import sys
from pathlib import Path

import click

from ..config import Settings
from ..domain.exports import Format, What
from ..library import Library
from ..services import courses
from ..services.exports import making as exporting
from .common import COURSE, open_store, whole


@click.command("export")
@click.argument("what", type=click.Choice([what.value for what in What]), metavar="WHAT")
@COURSE
@click.option(
    "--format",
    "format_",
    type=click.Choice([format_.value for format_ in Format]),
    default=Format.CSV.value,
    show_default=True,
    help="jsonl is an object on each line; xlsx has the codebook as its second sheet.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE", help="Write it there."
)
def export_(what: str, slug: str, format_: str, out: Path) -> None:
    """Take WHAT out of a course as a file, which its owner alone may read.

    \b
    people         who is or was in it
    plan           who practises, plays and coaches in which round
    participation  who was in which session by the rooms' record, from when to when, and for how many minutes
    attendance     learners' minutes in each session as they count, and whose word that is
    credit         what learners may claim, claimed and are awarded, by type
    ratings        released ratings and comments, by name
    observations   what was noted in closed rounds, by name
    journal        what was done in the rooms, without words, ratings and marks
    research       ratings of those who agreed to research, by names made for this file alone
    codebook       what the columns of these files mean, with the rubrics used

    FILE is written whole or not at all; one that is there is replaced.
    """
    settings = Settings.from_env(serving=False)
    store, library = open_store(settings), Library.read(settings.library)
    live = sys.stderr.isatty()

    def told(now: exporting.Progress) -> None:
        if live:
            click.echo(f"\r{now.done} of {now.of} rows", nl=False, err=True)

    with store.read() as uow:
        course_id = courses.find(uow, slug).id
    source = exporting.reading(store, library, course_id)
    with whole(out) as file:
        rows = exporting.make(source, What(what), Format(format_), file, told=told)
        store.change(exporting.note, source, What(what), Format(format_), rows, None)
    click.echo("\r" if live else "", nl=False, err=True)
    click.echo(f"Written: {out}, {rows} rows.")
