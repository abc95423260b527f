"""What the imports of programmes and rosters share: telling what changed."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..storage.base import Base


class Fate(StrEnum):
    """What an import does with one of its rows or sessions."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Imported:
    """What an import did, by session key or email. `absent` are in the course and not in this file: left alone."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def set_changed(row: Base, **values: Any) -> bool:
    """Sets what differs; True if anything did. A row that already holds it all is not written."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)
