"""What a file is made of: its columns, each with what it means, and its rows, read in pages.

Each page has a unit of work of its own, so that a file of any size holds no transaction open and takes the memory of a
page. What is written while a file is made may or may not be in it; nothing is in it twice.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from ...library import Library
from ...storage.courses import Course
from ...storage.unit_of_work import Store, UnitOfWork

T = TypeVar("T")
Cell = Any  # str, int, float, bool, an aware datetime, a date, a dict or list for JSON, or None for nothing
Row = Sequence[Cell]
PAGE = 250


class Kind(StrEnum):
    """What a column holds. An instant is UTC; `person` the id of a person, the same in every file but research."""

    TEXT = "text"
    ID = "id"
    PERSON = "person"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "yes or no"
    INSTANT = "instant, UTC"
    DAY = "day"
    FIELDS = "fields, JSON"


@dataclass(frozen=True, slots=True)
class Column:
    """Its name is for programs and stays as it is in any language; `about` and `values` are for the codebook."""

    name: str
    kind: Kind
    about: str
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a file's rows come from."""

    store: Store
    library: Library
    course: Course

    def pages(
        self, ids: Collection[T], read: Callable[[UnitOfWork, Sequence[T]], list[Row]], size: int
    ) -> Iterator[list[Row]]:
        """What `read` makes of `size` ids at a time."""
        for some in slices(ids, size):
            with self.store.read() as uow:
                rows = read(uow, some)
            yield rows


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file to be. `count` is how many rows there will be, for showing how far it is."""

    columns: tuple[Column, ...]
    count: Callable[[Reading], int]
    pages: Callable[[Reading], Iterable[list[Row]]]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def slices(ids: Collection[T], size: int) -> Iterator[list[T]]:
    """The ids in order, `size` at a time."""
    every = list(ids)
    for start in range(0, len(every), size):
        yield every[start : start + size]
