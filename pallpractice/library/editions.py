"""A scenario, a rubric or a worked encounter as plain values that can be kept and read back later, by newer code too.

What is read back is compared by value, not by a digest: a field that later code adds has its default in both. So a new
field of a file must have a default.
"""

from collections.abc import Mapping
from typing import Any

from ..domain.calibration import Encounter
from ..domain.rubric import Rubric
from ..domain.scenario import Scenario, plain
from .encounter import EncounterSchema
from .fields import FileSchema
from .rubric import RubricSchema
from .scenario import ScenarioSchema

Value = Scenario | Rubric | Encounter
SCHEMAS: Mapping[str, type[FileSchema]] = {
    "scenario": ScenarioSchema,
    "rubric": RubricSchema,
    "encounter": EncounterSchema,
}


def kind_of(value: Value) -> str:
    """ "scenario", "rubric" or "encounter"."""
    return type(value).__name__.lower()


def content(value: Value) -> dict[str, Any]:
    """All of it under the file's own keys, JSON-ready; what the file left out is left out."""
    kept: dict[str, Any] = _without_none(plain(value))
    return kept


def restored(kind: str, kept: Mapping[str, Any]) -> Any:
    """The Scenario, Rubric or Encounter whose `content` this is."""
    return SCHEMAS[kind]().load(kept)


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value
