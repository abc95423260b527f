"""Numbers about several people that tell of none of them: what may be shown, and what must not be worked out.

Ratings are personal. A mean of few people tells much of each; a mean of nearly all, beside the mean of all, tells the
rest. So small cells are left out, and with them as many more as keep the rest from being worked out by subtraction.
"""

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

FEWEST = 5  # people a number must be about, or be missing from, to be shown
K = TypeVar("K", bound=Hashable)


def enough(n: int) -> bool:
    """May a number about this many people be shown?"""
    return n >= FEWEST


def shown(people: Mapping[K, int]) -> set[K]:
    """Which of these groups may be shown side by side with the number of all of them together.

    Each is of FEWEST people at least, and so are those left out together, unless none is.
    """
    kept = {group for group, n in people.items() if enough(n)}
    while kept and 0 < _left_out(people, kept) < FEWEST:
        kept.discard(min(kept, key=lambda group: people[group]))
    return kept


def _left_out(people: Mapping[K, int], kept: Collection[K]) -> int:
    return sum(n for group, n in people.items() if group not in kept)
