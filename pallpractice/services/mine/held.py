"""What is held about a person, as they may see it: counted for their page, and all of it for them to take along.

What others wrote of them is theirs to read once it has been released; before that it is not even counted. What they
are not shown yet of a case to come is left out, and so is what is kept only as a hash or under seal.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, exists, false, func, or_, select, true

from ...domain.holding import Class, Purpose
from ...domain.text import Text
from ...storage.feedback import Entry, Scorecard
from ...storage.reach import table, where
from ...storage.registry import REGISTRY, Held
from ...storage.rooms import RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import journal
from . import rows

# What a learner is to meet in a round to come: told in the room, not here.
UNTOLD = frozenset({"planned_rounds.scenario_id", "planned_rounds.parts"})
# That a comment is or was held back, and why, is between those who coach.
UNTOLD |= {f"entries.{one}" for one in ("held_at", "held_by", "held_reason", "let_go_at")}
SCORED = {"scorecards": "id", "entries": "scorecard_id", "corrections": "scorecard_id"}


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of what is held, and how much there is of it."""

    name: str
    title: Text
    purpose: Purpose
    count: int


def counted(uow: UnitOfWork, person: str) -> list[Kept]:
    """How many rows of each kind are the person's, the kinds in the registry's order."""
    found = []
    for name, held in REGISTRY.items():
        if held.purpose and held.title:
            rows_of = select(func.count()).select_from(table(name)).where(visible(name, person))
            found.append(Kept(name, held.title, held.purpose, uow.session.scalar(rows_of) or 0))
    return [kept for kept in found if kept.count]


def visible(name: str, person: str) -> ColumnElement[bool]:
    """The rows of a table that are someone's and that they may see."""
    held, one = REGISTRY[name], table(name)
    open_paths = [path for path, relation in held.people.items() if relation in rows.SHOWN and not _gated(path)]
    gated = [path for path, relation in held.people.items() if relation in rows.SHOWN and _gated(path)]
    ways = [where(one, path, [person]) for path in open_paths]
    return or_(false(), *ways, *(and_(where(one, _round(path), _out(person)), _told(one)) for path in gated))


def _gated(path: str) -> bool:
    return path.endswith("round_id.learner_id")


def _round(path: str) -> str:
    """The way to the round alone."""
    return path.removesuffix(".learner_id")


def _out(person: str) -> Any:
    """The rounds of a learner whose report is out."""
    return select(RoundRow.id).where(RoundRow.learner_id == person, RoundRow.released_at.is_not(None))


def _told(one: Table) -> ColumnElement[bool]:
    """Of scorecards and what is on them, what has been released and is not held back."""
    released = (
        one.c[SCORED[one.name]].in_(select(Scorecard.id).where(Scorecard.status == "released"))
        if one.name in SCORED
        else true()
    )
    if "entry" not in one.c or one.name not in SCORED:
        return released
    held_back = exists().where(
        Entry.scorecard_id == one.c.scorecard_id, Entry.entry == one.c.entry, Entry.held_at.is_not(None)
    )
    return and_(released, ~held_back)


# All of it.


@dataclass(frozen=True, slots=True)
class Part:
    """All there is of one kind: names of columns, and rows."""

    kept: Kept
    columns: list[str]
    rows: list[dict[str, Any]]
    withheld: list[str]


def everything(uow: UnitOfWork, person: str) -> list[Part]:
    """Every row that is the person's, every column once. Other people are "someone else"."""
    return [_part(uow, kept, person) for kept in counted(uow, person)]


def _part(uow: UnitOfWork, kept: Kept, person: str) -> Part:
    one, held = table(kept.name), REGISTRY[kept.name]
    secret = [column for column in one.c if _withheld(column, held)]
    shown = [column for column in one.c if column not in secret]
    found = uow.session.execute(select(*shown).where(visible(kept.name, person)).order_by(*one.primary_key))
    people = {column.name for column in shown if _names_people(column, held)}
    plain = [
        {name: _someone(value, person) if name in people else _plain(value) for name, value in row._mapping.items()}
        for row in found
    ]
    return Part(kept, [column.name for column in shown], plain, [column.name for column in secret])


def _withheld(column: Column[Any], held: Held) -> bool:
    return held.kinds()[column.name][0] is Class.SECRET or str(column) in UNTOLD


def _names_people(column: Column[Any], held: Held) -> bool:
    return column.name in held.people or any(key.target_fullname == "people.id" for key in column.foreign_keys)


def _someone(value: str | None, person: str) -> str | None:
    return value if value in (None, person) else "someone else"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return journal.stamp(value)
    return value.isoformat() if isinstance(value, date) else value
