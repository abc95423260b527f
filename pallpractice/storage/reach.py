"""Follows the registry's paths from a row to the person or the course it belongs to."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Table, select

from . import tables  # noqa: F401
from .base import Base
from .registry import NAMES


def table(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]


def leads_to(start: Table, path: str) -> str:
    """The column that a path ends at, as `people.id`. Raises KeyError where it leads nowhere."""
    step, _, rest = path.partition(".")
    if start.c[step].primary_key and not start.c[step].foreign_keys and not rest:
        return str(start.c[step])
    named = _named(start.c[step])
    return leads_to(named.table, rest) if rest else str(named)


def where(start: Table, path: str, values: Any) -> ColumnElement[bool]:
    """The rows of a table whose path ends at one of `values`: ids, or a query for them."""
    step, _, rest = path.partition(".")
    if not rest:
        return start.c[step].in_(values)
    named = _named(start.c[step])
    return start.c[step].in_(select(named).where(where(named.table, rest, values)))


def _named(column: Column[Any]) -> Column[Any]:
    """The column that this one's values are of."""
    for key in column.foreign_keys:
        return key.column
    owner, _, name = NAMES[str(column)].partition(".")
    return table(owner).c[name]
