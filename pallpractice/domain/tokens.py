"""Tokens by which a program comes in for a person: for one course, to read or to change, for a while.

A token is worth what its person may do at that moment: who no longer organises the course has none.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum

PREFIX = "pallpractice_"  # so that one that got into a file is found by those who look for such things
DAYS = (30, 90, 365)  # for which one may be made
MOST = 20  # of a course at once
LONGEST_NAME = 80


class Scope(StrEnum):
    """What may be done with a token; who may change may read too."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast something may be asked: `at_once`, and from then on so many each second."""

    at_once: int
    each_second: float

    def after(self, left: float, seconds: float) -> float:
        """What is left so many seconds later, if `left` was."""
        return min(self.at_once, left + seconds * self.each_second)


@dataclass(slots=True)
class _Left:
    tokens: float
    at: float


class Paces:
    """Who may still ask how often; kept for the latest `most` of them. `now` is in seconds, of any clock."""

    def __init__(self, pace: Pace, most: int = 10_000) -> None:
        self.pace, self.most = pace, most
        self._left: dict[Hashable, _Left] = {}

    def wait(self, who: Hashable, now: float) -> float:
        """Counts one request; the seconds to wait if it is one too many, else 0."""
        left = self._left.pop(who, None) or _Left(self.pace.at_once, now)
        tokens = self.pace.after(left.tokens, max(0.0, now - left.at))
        allowed = tokens >= 1
        self._left[who] = _Left(tokens - 1 if allowed else tokens, now)
        if len(self._left) > self.most:
            del self._left[next(iter(self._left))]
        return 0.0 if allowed else (1 - tokens) / self.pace.each_second
