"""Two things noticed and one to try: picked from what people wrote and marked, in their words. Nothing is made up, so
there may be fewer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from .text import Text


class Weight(IntEnum):
    """What is picked first: a comment says what was seen and what it did; a mark alone says least."""

    COACHS_COMMENT = 0
    COMMENT = 1
    NOTE = 2
    MARK = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing to keep or to try. `source` is the group of raters it comes from; `offset_s` when it was, if known."""

    weight: Weight
    judgement: str
    source: str
    by: str | Text
    text: str | Text
    take: int | None = None
    offset_s: float | None = None
    times: int = 1


def pick(mentions: Iterable[Mention], judgement: str, most: int) -> list[Mention]:
    """At most so many, the weightiest first, each from another source as far as there are others."""
    left = sorted(
        (one for one in mentions if one.judgement == judgement),
        key=lambda one: (one.weight, -one.times, one.offset_s or 0.0),
    )
    picked: list[Mention] = []
    while left and len(picked) < most:
        heard = {one.source for one in picked}
        fresh = next((one for one in left if one.source not in heard and _weighs(one, left)), left[0])
        left.remove(fresh)
        picked.append(fresh)
    return picked


def _weighs(one: Mention, left: Sequence[Mention]) -> bool:
    """A mark is not picked over words for the sake of another source."""
    return one.weight is not Weight.MARK or left[0].weight is Weight.MARK
