"""The rubrics as pages: no secret of a case, so that everyone of a course may know beforehand what is looked at."""

from collections.abc import Iterable

from ..domain.errors import NotFound
from ..domain.roles import Skill
from ..domain.rubric import Rubric
from ..domain.text import text
from ..library import Library
from .scenarios import Reader


def readable(library: Library, who: Reader) -> list[Rubric]:
    """All rubrics for who is in a course, none for others."""
    return sorted(library.rubrics.values(), key=lambda one: one.title) if who.courses else []


def find(library: Library, who: Reader, rubric_id: str) -> Rubric:
    """Raises NotFound if there is none, or the reader is in no course."""
    found = next((one for one in readable(library, who) if one.id == rubric_id), None)
    if found is None:
        raise NotFound(text("There is no such rubric, or it is not yours to read."))
    return found


def fitting(rubrics: Iterable[Rubric], skill: Skill) -> list[Rubric]:
    """Those that can rate a session of this skill."""
    return [one for one in rubrics if one.skill in (skill, "general")]
