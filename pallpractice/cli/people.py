"""Courses, their people, and the links people come in by."""

import json
import sys
from pathlib import Path

import click

from ..asynchrony import off_loop
from ..config import Settings
from ..library import Library
from ..library import programme as programme_file
from ..library import roster as roster_file
from ..services import courses, guests, people, programmes, roster
from ..services.imports import Imported
from ..services.passwords import Hasher
from ..services.people import IssuedLink
from ..storage.unit_of_work import UnitOfWork
from .common import A_FILE, COURSE, open_store, table


@click.group()
def course() -> None:
    """Courses and their programmes."""


@course.command("import")
@click.argument("file", type=A_FILE)
def course_import(file: Path) -> None:
    """Bring a course in from its programme FILE (YAML), or up to date with it.

    Nothing is saved if anything in it is wrong. scenarios/examples/course-2026.yaml shows what it holds.
    """
    settings = Settings.from_env(serving=False)
    store = open_store(settings)
    programme = programme_file.read(file, Library.read(settings.library))
    done = store.change(programmes.import_programme, programme)
    click.echo(f"Course {programme.slug}: {_counts(done)}.")
    _absent(done, "sessions")


@click.group("people")
def people_() -> None:
    """The people of a course."""


@people_.command("import")
@click.argument("file", type=A_FILE)
@COURSE
def people_import(file: Path, slug: str) -> None:
    """Bring people in from FILE (CSV), or up to date with it.

    Columns: name, email, role, and if wanted profession, institution, track, team (who came together), group (the small
    group they are put into by hand), pronouns, time_zone. A column that is left out leaves what is stored. Nothing is
    saved if anything in it is wrong.
    """
    store = open_store(Settings.from_env(serving=False))
    read = roster_file.read(file)
    done = store.change(lambda uow: roster.import_roster(uow, courses.find(uow, slug), read))
    click.echo(f"People of {slug}: {_counts(done)}.")
    _absent(done, "people")


@people_.command("remove")
@click.argument("email")
@COURSE
def people_remove(email: str, slug: str) -> None:
    """Take the person with this EMAIL out of a course: their link ends, their windows close. What they wrote stays."""
    store = open_store(Settings.from_env(serving=False))
    store.change(lambda uow: people.remove(uow, courses.find(uow, slug), people.find(uow, email)))
    click.echo(f"{email} is no longer in {slug}.")


@people_.command("password")
@click.argument("email")
def people_password(email: str) -> None:
    """Give a coach or organiser a password. It is asked for, or read from standard input."""
    store = open_store(Settings.from_env(serving=False))
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    people.set_password(store, Hasher(off_loop("threading")), email, password)
    click.echo(f"{email} can sign in with it now; sessions from before have ended.")


@click.command()
@COURSE
@click.option("--email", "emails", multiple=True, help="For this person only. May be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {name, email, role, url}.")
def links(slug: str, emails: tuple[str, ...], as_json: bool) -> None:
    """Make fresh personal links. Those handed out before stop working, since only their hashes are kept.

    Guests, let in by a room's code, get none: they are named on standard error.
    """
    settings = Settings.from_env(serving=False)
    store = open_store(settings)

    def make(uow: UnitOfWork) -> tuple[list[IssuedLink], list[str]]:
        course = courses.find(uow, slug)
        issued = people.issue_links(uow, course, settings.base_url, settings.link_days, only=emails or None)
        return issued, [] if emails else guests.names(uow, course)

    issued, left_out = store.change(make)
    if as_json:
        plain = [{"name": x.name, "email": x.email, "role": x.role, "url": x.url} for x in issued]
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        click.echo(table(("name", "email", "role", "link"), ((x.name, x.email, x.role, x.url) for x in issued)))
    if left_out:
        click.echo(f"No link for guests, who come in by a room's code: {', '.join(left_out)}.", err=True)


def _counts(done: Imported) -> str:
    return f"{len(done.added)} added, {len(done.changed)} changed, {len(done.unchanged)} unchanged"


def _absent(done: Imported, noun: str) -> None:
    if done.absent:
        click.echo(f"Not in this file, and left alone ({len(done.absent)} {noun}): {', '.join(done.absent)}")
