"""The pallpractice command. Each one reads, calls a verb and prints; every refusal says what, where and what to do."""

import click

from . import exporting, keeping, mail, people, planning, scenarios, serving
from .common import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Live small-group practice rooms for serious-illness conversations.

    Settings come from the environment, as PALLPRACTICE_DATABASE_URL; the README lists them.
    """


for command in (
    serving.serve,
    serving.demo,
    keeping.db,
    keeping.backup_,
    keeping.rekey,
    keeping.audit_,
    keeping.retain,
    people.course,
    people.people_,
    people.links,
    mail.invite,
    mail.remind,
    planning.pair,
    planning.groups,
    exporting.export_,
    scenarios.scenarios,
):
    main.add_command(command)
