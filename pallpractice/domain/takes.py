"""The takes of an encounter side by side: what was said and felt in each, and what is new beside the take before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A take, from its beginning to the next one's, in encounter seconds."""

    number: int
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a marker was tapped in a take, and whether the take before had none of it."""

    marker: str
    count: int
    new: bool


@dataclass(frozen=True, slots=True)
class Felt:
    """How heard a character felt as a take began and as it ended, 0 to 10."""

    first: float
    last: float


def spans(starts: Sequence[tuple[int, float]], end: float) -> list[Span]:
    """From each take's number and beginning, in their order."""
    ends = [*(start for _, start in starts[1:]), end] if starts else []
    return [Span(number, start, max(start, until)) for (number, start), until in zip(starts, ends, strict=True)]


def beat_at(told: Sequence[tuple[float, str | None, float | None]], moment: float) -> str | None:
    """The beat that was played at a moment of encounter time; None is the script's first.

    `told` are (offset, beat, from) in their order: a beat gone to, or a take played from a beat or from a moment.
    """
    beat = None
    for index, (offset, to, since) in enumerate(told):
        if offset > moment:
            break
        if to is not None:
            beat = to
        elif since is not None:
            beat = beat_at(told[:index], since)
    return beat


def tallied(markers: Sequence[str], before: Sequence[str] | None) -> list[Tally]:
    """Those of one take, the first tapped first; `before` are the earlier take's, None for the first take."""
    counts = Counter(markers)
    return [Tally(one, counts[one], before is not None and one not in before) for one in counts]


def felt_over(points: Sequence[Sequence[float]], span: Span) -> Felt | None:
    """From marks of [offset, value] in their order. A mark holds until the next, also into the next take."""
    held = [value for offset, value in points if offset <= span.start]
    within = [value for offset, value in points if span.start < offset <= span.end]
    values = [*held[-1:], *within]
    return Felt(values[0], values[-1]) if values else None
