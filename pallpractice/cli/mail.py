"""Mail: invitations and reminders."""

import sys

import click

from ..config import PREFIX, Settings
from ..domain.invitations import Kind, Message
from ..domain.mail import Mail
from ..services import courses
from ..services.invitations import sending
from ..services.invitations.attending import Known
from ..storage.unit_of_work import Store
from .common import COURSE, DRY_RUN, open_store, table


@click.command()
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
    mail, store = _mail(settings, slug), open_store(settings)
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


@click.command()
@COURSE
@DRY_RUN
def remind(slug: str, dry_run: bool) -> None:
    """Mail the reminders whose hour has come: to be run by cron, every ten minutes or so.

    When they come is set on the course's page, Invitations: at first 24 hours before a person's first session, and one
    hour before each practice. Who was not invited is not reminded. None is sent twice.
    """
    settings = Settings.from_env(serving=False)
    mail, store = _mail(settings, slug), open_store(settings)
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
