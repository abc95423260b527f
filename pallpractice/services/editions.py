"""The exact version of a scenario or rubric that a round was played and rated with, whatever the files say since.

A version is kept when a round first uses it. From then on its file may not change without a new version.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from ..domain.calibration import Encounter
from ..domain.errors import Invalid, Unavailable
from ..domain.rubric import Rubric
from ..domain.scenario import Scenario
from ..domain.text import text
from ..library import Library, LibraryErrors
from ..library.editions import Value, content, kind_of, restored
from ..library.errors import FileError
from ..storage.scenarios import Edition
from ..storage.unit_of_work import UnitOfWork

GONE = {
    "scenario": text("The scenario {id}, version {version}, is no longer there. Put its file back."),
    "rubric": text("The rubric {id}, version {version}, is no longer there. Put its file back."),
    "encounter": text("The worked encounter {id}, version {version}, is no longer there. Put its file back."),
}


def keep(uow: UnitOfWork, values: Iterable[Value]) -> None:
    """Keeps these as they are now. Raises Invalid if a version was used before with another content."""
    for value in values:
        kind = kind_of(value)
        kept = uow.session.get(Edition, (kind, value.id, value.version))
        if kept is None:
            uow.session.add(
                Edition(kind=kind, name=value.id, version=value.version, content=content(value), kept_at=uow.now)
            )
        elif restored(kind, kept.content) != value:
            raise Invalid(text("{title}: {words}", title=value.title, words=_changed(value)))


def scenario(uow: UnitOfWork, library: Library, id: str, version: int) -> Scenario:
    """This version of this scenario. Raises Unavailable when neither the files nor the database have it."""
    found: Scenario = _find(uow, library, "scenario", id, version)
    return found


def rubric(uow: UnitOfWork, library: Library, id: str, version: int) -> Rubric:
    """This version of this rubric. Raises Unavailable when neither the files nor the database have it."""
    found: Rubric = _find(uow, library, "rubric", id, version)
    return found


def encounter(uow: UnitOfWork, library: Library, id: str, version: int) -> Encounter:
    """This version of this worked encounter. Raises Unavailable when neither the files nor the database have it."""
    found: Encounter = _find(uow, library, "encounter", id, version)
    return found


def check(uow: UnitOfWork, library: Library) -> None:
    """Raises LibraryErrors with every file that was changed after its version had been used."""
    values: list[Value] = [*library.scenarios.values(), *library.rubrics.values(), *library.encounters.values()]
    shelf = {(kind_of(one), one.id, one.version): one for one in values}
    errors = [
        FileError(library.files[kept.kind, kept.name], None, "version", _changed(shelf[key]))
        for kept in uow.session.scalars(select(Edition).order_by(Edition.kind, Edition.name))
        if (key := (kept.kind, kept.name, kept.version)) in shelf and restored(kept.kind, kept.content) != shelf[key]
    ]
    if errors:
        raise LibraryErrors(errors)


def _changed(value: Value) -> str:
    return (
        f"version {value.version} has been practised with and says something else since; "
        f"write version {value.version + 1}, or undo the change"
    )


def _find(uow: UnitOfWork, library: Library, kind: str, id: str, version: int) -> Any:
    shelves: dict[str, Any] = {
        "scenario": library.scenarios,
        "rubric": library.rubrics,
        "encounter": library.encounters,
    }
    current = shelves[kind].get(id)
    if current is not None and current.version == version:
        return current
    key = (kind, id, version)
    if key not in library.earlier:
        kept = uow.session.get(Edition, key)
        if kept is not None:
            library.earlier[key] = restored(kind, kept.content)
        elif current is not None:  # a round from before editions were kept
            return current
        else:
            raise Unavailable(GONE[kind].format(id=id, version=version))
    return library.earlier[key]
