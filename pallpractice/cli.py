"""The pallpractice command. Each one reads, calls a verb and prints; every refusal says what, where and what to do."""

import json
import os
import shlex
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import click

from . import authoring
from .asynchrony import off_loop
from .config import CHECKOUT, PREFIX, Settings, SettingsError
from .domain.audit import Fault
from .domain.errors import Refusal
from .domain.exports import Format, What
from .domain.invitations import Kind, Message
from .domain.mail import Mail
from .domain.roster import RosterRefused
from .domain.scenario import SKILLS, TRACKS
from .library import Library, LibraryErrors, advice, editors
from .library import programme as programme_file
from .library import roster as roster_file
from .services import audit, courses, editions, guests, people, programmes, roster
from .services.credit import licences
from .services.credit.licences import Sealer
from .services.exports import making as exporting
from .services.groups import groupings as grouping
from .services.imports import Imported
from .services.invitations import sending
from .services.invitations.attending import Known
from .services.mine import retention
from .services.pairing import making, sheet, solver
from .services.passwords import Hasher
from .services.people import IssuedLink
from .storage import schema
from .storage.unit_of_work import Store, UnitOfWork

COURSE = click.option("--course", "slug", required=True, metavar="SLUG", help="The course, by its slug.")
PAUSE_S = 0.02  # between two small transactions, so that a room's writer gets its turn
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Live small-group practice rooms for serious-illness conversations.

    Settings come from the environment, as PALLPRACTICE_DATABASE_URL; the README lists them.
    """


# --- serving


@main.command()
def serve() -> None:
    """Serve the rooms until stopped.

    Needs PALLPRACTICE_SECRET_KEY and a database brought up by `pallpractice db upgrade`.
    """
    settings = Settings.from_env()
    _open(settings).close()
    run_server(settings, os.environ)


@main.command()
def demo() -> None:
    """Serve a demo course that begins now, with a link for each of its people.

    Its database is var/demo.db and stays: a second run goes on with what is there. PALLPRACTICE_PORT picks a port.
    """
    from . import demo as show

    environ = os.environ | show.environ()
    settings = Settings.from_env(environ)
    check_port(settings)
    store = _open(settings, upgrade=True)
    links = show.prepare(store, settings)
    store.close()
    click.echo(table(("name", "role", "group", "link"), ((x.name, x.role, x.group or "", x.url) for x in links)))
    click.echo("\nOpen each link in its own browser or private window, so that each is someone else.\n")
    run_server(settings, environ)


def run_server(settings: Settings, environ: dict[str, str] | os._Environ[str]) -> NoReturn:
    """Becomes `python wsgi.py`: eventlet must patch before anything else is imported."""
    check_port(settings)
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, str(CHECKOUT / "wsgi.py")], dict(environ))  # noqa: S606


def check_port(settings: Settings) -> None:
    """Refuses, with what to do, when the address can't be listened on."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            another = settings.port + 1 if settings.port < 65535 else 5000
            raise click.ClickException(
                f"can't listen on {settings.host} port {settings.port}: {error.strerror}.\n"
                f"Choose another port, as {PREFIX}PORT={another}, or `make demo PORT={another}`."
            ) from None


# --- the database


@main.group(cls=Commands)
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
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        schema.upgrade(url)
        click.echo(schema.draft(url, message))


@main.command()
def rekey() -> None:
    """Seal licence numbers and birthdays anew with the first key of PALLPRACTICE_DATA_KEY.

    To change the key: put the new one before the old, restart, run this, take the old one away.
    """
    settings = Settings.from_env(serving=False)
    store = _open(settings)
    done = store.change(licences.rekey, Sealer(settings.data_key))
    store.close()
    click.echo(f"Sealed anew: {done}.")


# --- the audit

FAULTS = {
    Fault.MISSING: "line {at} is missing",
    Fault.CHANGED: "line {at} was changed",
    Fault.APART: "line {at} does not follow the one before it: it was changed or put in, or one before it was",
    Fault.UNREADABLE: "line {at} can't be read: it was changed",
    Fault.ENDS: "it does not end where it did: lines after {at} are missing, or were added by another hand",
}


@main.group(cls=Commands, name="audit")
def audit_() -> None:
    """The chain of what was done that someone may have to answer for."""


@audit_.command("check")
@click.option("--known", metavar="LINE:DIGEST", help="What an earlier check said of the end: is that still so?")
def audit_check(known: str | None) -> None:
    """Compute the chain anew and name its first broken link, with exit code 1.

    It prints the last line's number and digest. Keep them on another machine: given as --known later, they also show
    a chain that was written anew as a whole.
    """
    store = _open(Settings.from_env(serving=False))
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


# --- what goes in its time


@main.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
def retain(dry_run: bool) -> None:
    """Let go of what has been kept long enough: to be run by cron, once a night.

    How long is long enough, the settings whose names begin with PALLPRACTICE_KEEP_ say. It works in small steps, so
    that rooms go on meanwhile; stopped midway, it goes on where it was. What went is noted in the audit.
    """
    settings = Settings.from_env(serving=False)
    store = _open(settings)
    if dry_run:
        found = retention.due(store, settings.terms)
        click.echo(table(("count", "what would go"), ((str(one.count), one.rule.words) for one in found)))
        click.echo("Nothing was changed.")
        return
    for one in retention.retain(store, settings.terms, lambda: time.sleep(PAUSE_S)):
        click.echo(f"{one.count:6} {one.rule.words}")


# --- courses and people


@main.group(cls=Commands)
def course() -> None:
    """Courses and their programmes."""


@course.command("import")
@click.argument("file", type=A_FILE)
def course_import(file: Path) -> None:
    """Bring a course in from its programme FILE (YAML), or up to date with it.

    Nothing is saved if anything in it is wrong. scenarios/examples/course-2026.yaml shows what it holds.
    """
    settings = Settings.from_env(serving=False)
    store = _open(settings)
    programme = programme_file.read(file, Library.read(settings.library))
    done = store.change(programmes.import_programme, programme)
    click.echo(f"Course {programme.slug}: {_counts(done)}.")
    _absent(done, "sessions")


@main.group(cls=Commands, name="people")
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
    store = _open(Settings.from_env(serving=False))
    read = roster_file.read(file)
    done = store.change(lambda uow: roster.import_roster(uow, courses.find(uow, slug), read))
    click.echo(f"People of {slug}: {_counts(done)}.")
    _absent(done, "people")


@people_.command("remove")
@click.argument("email")
@COURSE
def people_remove(email: str, slug: str) -> None:
    """Take the person with this EMAIL out of a course: their link ends, their windows close. What they wrote stays."""
    store = _open(Settings.from_env(serving=False))
    store.change(lambda uow: people.remove(uow, courses.find(uow, slug), people.find(uow, email)))
    click.echo(f"{email} is no longer in {slug}.")


@people_.command("password")
@click.argument("email")
def people_password(email: str) -> None:
    """Give a coach or organiser a password. It is asked for, or read from standard input."""
    store = _open(Settings.from_env(serving=False))
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    people.set_password(store, Hasher(off_loop("threading")), email, password)
    click.echo(f"{email} can sign in with it now; sessions from before have ended.")


@main.command()
@COURSE
@click.option("--email", "emails", multiple=True, help="For this person only. May be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {name, email, role, url}.")
def links(slug: str, emails: tuple[str, ...], as_json: bool) -> None:
    """Make fresh personal links. Those handed out before stop working, since only their hashes are kept.

    Guests, let in by a room's code, get none: they are named on standard error.
    """
    settings = Settings.from_env(serving=False)
    store = _open(settings)

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


# --- mail

DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")


@main.command()
@COURSE
@click.option(
    "--email", "emails", multiple=True, help="To this person, again if they had one. May be given several times."
)
@DRY_RUN
def invite(slug: str, emails: tuple[str, ...], dry_run: bool) -> None:
    """Mail everyone who has none yet an invitation: a personal link, and a calendar file of their sessions.

    Whoever has one and whose sessions have changed gets an update, and who is no longer in the course a cancellation.
    Nothing is sent twice, so it may be run again at any time.
    """
    settings = Settings.from_env(serving=False)
    mail, store = _mail(settings, slug), _open(settings)
    if dry_run:
        with store.read() as uow:
            course = courses.find(uow, slug)
            found = sending.to_people(uow, course, emails) if emails else sending.due(uow, course)
        _would_send([(known, message) for known, message in found if message.kind is not Kind.REMINDER])
        return
    if emails:
        store.change(lambda uow: sending.again(uow, courses.find(uow, slug), emails))
    else:
        store.change(lambda uow: sending.queue(uow, courses.find(uow, slug)))
    _send(store, mail, slug, "invite")


@main.command()
@COURSE
@DRY_RUN
def remind(slug: str, dry_run: bool) -> None:
    """Mail the reminders whose hour has come: to be run by cron, every ten minutes or so.

    When they come is set on the course's page, Invitations: at first 24 hours before a person's first session, and one
    hour before each practice. Who was not invited is not reminded. None is sent twice.
    """
    settings = Settings.from_env(serving=False)
    mail, store = _mail(settings, slug), _open(settings)
    if dry_run:
        with store.read() as uow:
            found = sending.due(uow, courses.find(uow, slug))
        _would_send([(known, message) for known, message in found if message.kind is Kind.REMINDER])
        return
    store.change(lambda uow: sending.queue(uow, courses.find(uow, slug), [Kind.REMINDER]))
    _send(store, mail, slug, "remind")


def _mail(settings: Settings, slug: str) -> Mail:
    if settings.mail is None:
        raise click.ClickException(
            f"mail is off. Set {PREFIX}SMTP_URL and {PREFIX}MAIL_FROM, as the README says under Settings.\n"
            f"Or hand the links out yourself: pallpractice links --course {slug}, or the course's page, Invitations."
        )
    return settings.mail


def _would_send(found: list[tuple[Known, Message]]) -> None:
    click.echo(
        table(("what", "name", "email"), ((x.kind, known.person.name, known.person.email) for known, x in found))
    )
    click.echo(f"{len(found)} would be sent. Nothing was.")


def _send(store: Store, mail: Mail, slug: str, command: str) -> None:
    """Sends what waits, showing how far it is; then what failed, and what to do about it."""
    live = sys.stdout.isatty()

    def told(done: sending.Sent) -> None:
        if live or done.done % 10 == 0:
            click.echo(
                f"\r{done.sent} of {done.total} sent" if live else f"{done.sent} of {done.total} sent", nl=not live
            )

    with store.read() as uow:
        course_id = courses.find(uow, slug).id
    done = sending.send(store, mail, course_id=course_id, told=told)
    click.echo(("\r" if live else "") + (f"{done.sent} of {done.total} sent." if done.total else "Nothing to send."))
    again = f"pallpractice {command} --course {slug}"
    if done.failed:
        click.echo(
            f"\n{len(done.failed)} could not be sent. The same command tries each three times in all, after a pause:"
        )
        click.echo(table(("email", "what the mail server said"), done.failed))
    if done.unsure:
        click.echo("\nThe mail server hung up on these. They may have arrived; ask, and send again by --email if not:")
        click.echo("\n".join(done.unsure))
    if done.trouble:
        raise click.ClickException(f"{done.trouble}\nWhat was not sent waits. Mend it, then run: {again}")
    if done.failed or done.unsure:
        sys.exit(1)


@main.command()
@click.argument("slug", metavar="COURSE")
@click.argument("session", required=False)
@click.option("--afresh", is_flag=True, help="Do not mind what is planned already.")
@click.option("--keep-partial", is_flag=True, help="Keep the best plan there is, even if it breaks a rule.")
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it there.")
def pair(slug: str, session: str | None, afresh: bool, keep_partial: bool, file: Path | None) -> None:
    """Plan who practises what with whom: the practice sessions to come of COURSE, or one of them by its key.

    Rounds that were changed by hand stay. If a rule can't be met, the reasons are printed, nothing is kept (but see
    --keep-partial) and the exit code is 1.
    """
    settings = Settings.from_env(serving=False)
    store, library = _open(settings), Library.read(settings.library)

    def told(now: solver.Progress) -> None:
        step = "Finding turns" if now.step == "turns" else "Meeting wishes"
        click.echo(
            f"\r{step}: {now.turns} of {now.wanted} turns, {now.seconds:.0f} s of at most {now.of:.0f}", nl=False
        )

    made = making.make(store, library, slug, None, told, session=session, afresh=afresh, keep_partial=keep_partial)
    click.echo()
    _tell_plan(made)
    if file is not None:
        _write(file, sheet.sheet(library, made.judged.problem, made.judged.plan))
    if made.judged.broken:
        kept = "The plan is kept as it is." if made.saved else "Nothing is kept; --keep-partial keeps the rest."
        count = len(made.judged.broken)
        raise click.ClickException(f"{'1 rule is' if count == 1 else f'{count} rules are'} broken. {kept}")


def _tell_plan(made: making.Made) -> None:
    judged = made.judged
    best = "nothing better is possible" if made.solved.proven else "there may be better"
    click.echo(f"{len(judged.plan)} rounds, found in {made.solved.seconds:.1f} s; {best}.")
    click.echo(table(("wish", "met"), ((one.title, one.words) for one in judged.measures)))
    for title, lines in (
        ("Without a turn", judged.no_time),
        ("To know", judged.notes),
        ("Broken", [one.words for one in judged.broken]),
        ("Why", judged.reasons),
        ("Changed", made.changes),
    ):
        if lines:
            click.echo("\n".join((f"\n{title} ({len(lines)}):", *(f"- {line}" for line in lines))))
    if made.disturbed:
        click.echo(
            f"{made.disturbed.same} rounds stay as they were; {made.disturbed.people} people have something else to do."
        )


@main.command()
@click.argument("slug", metavar="COURSE")
@click.option("--dry-run", is_flag=True, help="Only show how well the wishes would be met.")
def groups(slug: str, dry_run: bool) -> None:
    """Make the groups of COURSE by the wishes its organiser left, and save them.

    Pinned people stay, and so do groups that have practised. If a size can't be met, nothing is saved and the exit
    code is 1: an organiser can look at what is best, and keep it, on the course's page of groups.
    """
    store = _open(Settings.from_env(serving=False))
    with store.read() as uow:
        course = courses.find(uow, slug)
        before, wishes = grouping.standing(uow, course), grouping.wishes_of(course)
    click.echo(f"Making groups; this takes up to {grouping.MOST_S} s ...", err=True)
    # No page waits for it: on a busy machine the search may take all of the time that was told.
    seconds = grouping.MOST_S - 5.0
    made = grouping.propose(before, wishes, lambda work, *args, **more: work(*args, **more), seconds=seconds)
    rows = (
        (then.title, *(f"{one.met} of {one.of}" if one.of else "-" for one in (now, then)), then.words)
        for now, then in zip(made.before, made.after, strict=True)
    )
    click.echo(table(("wish", "before", "after", "in words"), rows))
    click.echo(f"{len(made.grouping)} groups; {len(made.moved)} people who have a group would move.")
    if made.faults:
        told = "\n".join(f"- {fault.words}" for fault in made.faults)
        raise click.ClickException(f"nothing was saved; this is the best there is, and sizes are not met:\n{told}")
    if not dry_run:
        store.change(grouping.keep, course, wishes, made.grouping, made.seen)
        click.echo("Saved.")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}") from None
    click.echo(f"Written: {file}.")


# --- files out of a course


@main.command("export")
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
    participation  who was in which session, from when to when, and for how many minutes
    ratings        released ratings and comments, by name
    observations   what was noted in closed rounds, by name
    journal        what was done in the rooms, without words, ratings and marks
    research       ratings of those who agreed to research, by names made for this file alone
    codebook       what the columns of these files mean, with the rubrics used

    FILE is written whole or not at all; one that is there is replaced.
    """
    settings = Settings.from_env(serving=False)
    store, library = _open(settings), Library.read(settings.library)
    live = sys.stderr.isatty()

    def told(now: exporting.Progress) -> None:
        if live:
            click.echo(f"\r{now.done} of {now.of} rows", nl=False, err=True)

    with store.read() as uow:
        course_id = courses.find(uow, slug).id
    source = exporting.reading(store, library, course_id)
    with _whole(out) as file, tempfile.TemporaryDirectory(prefix="pallpractice-export-") as folder:
        rows = exporting.make(source, What(what), Format(format_), file, told=told, folder=Path(folder))
        store.change(exporting.note, source, What(what), Format(format_), rows, None)
    click.echo("\r" if live else "", nl=False, err=True)
    click.echo(f"Written: {out}, {rows} rows.")


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
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


@main.group(cls=Commands)
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
    try:
        out.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out} can't be written: {error.strerror}") from None
    click.echo(f"Written: {out}.")


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


# --- printing


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell."""
    lines = [heading, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heading))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _counts(done: Imported) -> str:
    return f"{len(done.added)} added, {len(done.changed)} changed, {len(done.unchanged)} unchanged"


def _absent(done: Imported, noun: str) -> None:
    if done.absent:
        click.echo(f"Not in this file, and left alone ({len(done.absent)} {noun}): {', '.join(done.absent)}")


def _open(settings: Settings, *, upgrade: bool = False) -> Store:
    """The store, once its tables are those this code needs."""
    url = settings.database_url
    if upgrade:
        schema.upgrade(url)
    current, newest = schema.current(url), schema.newest()
    if current != newest:
        there = f"is at {current}, and {newest} is needed" if current else "has no tables yet"
        raise click.ClickException(f"the database {there}. Run: pallpractice db upgrade")
    return Store(url)


if __name__ == "__main__":
    main()
