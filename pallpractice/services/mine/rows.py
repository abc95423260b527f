"""What the registry says of a row, as conditions and values for statements."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Table, and_, false, or_, select
from sqlalchemy import Text as Words

from ...domain.holding import Erase, Relation
from ...storage.base import Base
from ...storage.reach import table, where
from ...storage.registry import REGISTRY, Held
from ...storage.unit_of_work import UnitOfWork

THEIRS = frozenset({Relation.OWN, Relation.ABOUT, Relation.COPY})
SHOWN = frozenset({Relation.OWN, Relation.ABOUT, Relation.GIVEN})


def about_people() -> Iterable[tuple[Table, Held]]:
    """Every table about people but their own, those first that refer to others."""
    for one in reversed(Base.metadata.sorted_tables):
        held = REGISTRY[one.name]
        if held.people and one.name != "people":
            yield one, held


def of(one: Table, held: Held, person: str, relations: Collection[Relation]) -> ColumnElement[bool]:
    """The rows of a table that are someone's in one of these ways."""
    paths = [path for path, relation in held.people.items() if relation in relations]
    return or_(false(), *(where(one, path, [person]) for path in paths))


def in_courses(one: Table, held: Held, courses: Any) -> ColumnElement[bool]:
    """The rows of a table that belong to one of these courses."""
    return where(one, held.course, courses) if held.course else false()


def proofs(uow: UnitOfWork, person: str) -> dict[str, set[str]]:
    """{table: the courses in which it holds something of theirs that must be proven}, where there is any."""
    found = {}
    for name, held in REGISTRY.items():
        if held.proves:
            one = table(name)
            found[name] = set(uow.session.scalars(select(one.c[held.course]).where(of(one, held, person, THEIRS))))
    return {name: courses for name, courses in found.items() if courses}


def proven(uow: UnitOfWork, person: str) -> set[str]:
    """The courses in which someone has what must be proven."""
    return set().union(*proofs(uow, person).values())


def words_of(one: Table, held: Held) -> list[Column[Any]]:
    """The columns of a table that erasing empties."""
    return [one.c[name] for name, (_, erase) in held.kinds().items() if erase is Erase.EMPTY]


def empty(column: Column[Any]) -> Any:
    """What an emptied column holds."""
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return {}
    return "" if issubclass(column.type.python_type, str) else False


def says_something(columns: Iterable[Column[Any]]) -> ColumnElement[bool]:
    """The rows in which one of these columns is not empty yet."""
    return or_(false(), *(_says(column) for column in columns))


def _says(column: Column[Any]) -> ColumnElement[bool]:
    if isinstance(column.type, JSON):
        return column.is_not(None) if column.nullable else column.cast(Words) != "{}"
    value = empty(column)
    return column.is_not(None) if value is None else and_(column.is_not(None), column != value)
