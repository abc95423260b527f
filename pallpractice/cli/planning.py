"""Planning: who practises what with whom, and who is in which group."""

from pathlib import Path

import click

from ..config import Settings
from ..library import Library
from ..services import courses
from ..services.groups import groupings as grouping
from ..services.pairing import making, sheet, solver
from .common import open_store, table, write


@click.command()
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
    store, library = open_store(settings), Library.read(settings.library)

    def told(now: solver.Progress) -> None:
        step = "Finding turns" if now.step == "turns" else "Meeting wishes"
        click.echo(
            f"\r{step}: {now.turns} of {now.wanted} turns, {now.seconds:.0f} s of at most {now.of:.0f}", nl=False
        )

    made = making.make(store, library, slug, None, told, session=session, afresh=afresh, keep_partial=keep_partial)
    click.echo()
    _tell_plan(made)
    if file is not None:
        write(file, sheet.sheet(library, made.judged.problem, made.judged.plan))
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


@click.command()
@click.argument("slug", metavar="COURSE")
@click.option("--dry-run", is_flag=True, help="Only show how well the wishes would be met.")
def groups(slug: str, dry_run: bool) -> None:
    """Make the groups of COURSE by the wishes its organiser left, and save them.

    Pinned people stay, and so do groups that have practised. If a size can't be met, nothing is saved and the exit
    code is 1: an organiser can look at what is best, and keep it, on the course's page of groups.
    """
    store = open_store(Settings.from_env(serving=False))
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
