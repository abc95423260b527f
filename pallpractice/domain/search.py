"""Finding a scenario among many: what a reader of the library may narrow it down by."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Found(Protocol):
    """What is known of a scenario without reading it."""

    @property
    def title(self) -> str: ...
    @property
    def setting(self) -> str: ...
    @property
    def skill(self) -> str: ...
    @property
    def track(self) -> str: ...
    @property
    def intensity(self) -> int: ...
    @property
    def characters(self) -> int: ...
    @property
    def professions(self) -> tuple[str, ...]: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Search:
    """What is wanted; whatever is left out does not matter.

    `words` must all be in title, setting or warnings; none of the `without` words may be in the warnings.
    """

    skill: str | None = None
    track: str | None = None
    intensity: int | None = None  # at most
    characters: int | None = None
    profession: str | None = None
    words: str = ""
    without: str = ""

    def finds(self, one: Found) -> bool:
        exact = (self.skill, one.skill), (self.track, one.track), (self.characters, one.characters)
        told = " ".join((one.title, one.setting, *one.warnings))
        return (
            all(wanted in (None, has) for wanted, has in exact)
            and (self.intensity is None or one.intensity <= self.intensity)
            and (self.profession is None or self.profession in one.professions)
            and all(word in told.casefold() for word in _words(self.words))
            and not any(word in " ".join(one.warnings).casefold() for word in _words(self.without))
        )


def _words(text: str) -> Iterable[str]:
    return text.casefold().replace(",", " ").split()
