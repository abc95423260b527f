"""How far raters agree, and who rates higher or lower than the others: what to count, and what may be said of it.

Only raters who watched are compared with each other: observers and coach, who rate the same thing in the same words.
How someone rates themselves, and how the patient felt, are other questions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from .calibration import is_wide
from .roles import Seat
from .rubric import Item, Rubric
from .text import Text, text

WATCHERS = (Seat.OBSERVER, Seat.COACH)
FEW_SUBJECTS = 10  # fewer encounters than this, and one of them can turn the figure round
FEW_ROUNDS = 3  # fewer, and nothing is said of a rater
MUCH = 0.5  # of a step of the scale, on average

ONE_SUBJECT = text("not estimable: fewer than two encounters were rated by two people")
NO_VARIANCE = text("not estimable: every rating was the same")


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating of one item of someone's round."""

    round: str
    learner: str
    rater: str
    seat: Seat
    rubric: tuple[str, int]  # id and version
    item: str
    value: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha for ordinal data, or why there is none. Counted is what could be compared: encounters that
    two people or more have rated.
    """

    alpha: float | None
    why_not: Text | None
    raters: int
    subjects: int
    ratings: int

    @property
    def is_of_few(self) -> bool:
        return self.subjects < FEW_SUBJECTS


class Leaning(StrEnum):
    """What may be said of a rater."""

    TOO_FEW = "too_few"
    AS_OTHERS = "as_others"
    STRICTER = "stricter"
    MORE_LENIENT = "more_lenient"


@dataclass(frozen=True, slots=True)
class Against:
    """A rater beside those who rated the same item of the same round: `mean` is theirs less the others', in steps."""

    mean: float
    rounds: int

    @property
    def leaning(self) -> Leaning:
        if self.rounds < FEW_ROUNDS:
            return Leaning.TOO_FEW
        if abs(self.mean) < MUCH:
            return Leaning.AS_OTHERS
        return Leaning.MORE_LENIENT if self.mean > 0 else Leaning.STRICTER


def watched(ratings: Iterable[Rating]) -> list[Rating]:
    """Those of raters who may be compared."""
    return [one for one in ratings if one.seat in WATCHERS]


def against_others(ratings: Iterable[Rating]) -> Mapping[str, Against]:
    """By rater. Each round counts once, however many items of it were rated."""
    beside: dict[tuple[str, str], list[Rating]] = defaultdict(list)
    for one in watched(ratings):
        beside[one.round, one.item].append(one)
    apart: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for (round_, _), together in beside.items():
        for one in together if len(together) > 1 else ():
            others = [other.value for other in together if other is not one]
            apart[one.rater][round_].append(one.value - fmean(others))
    return {
        rater: Against(fmean(fmean(steps) for steps in rounds.values()), len(rounds)) for rater, rounds in apart.items()
    }


def far_apart(ratings: Iterable[Rating], rubric: Rubric) -> list[tuple[Item, Sequence[Rating]]]:
    """Of one round: the items on which those who watched were so far apart that it is worth a talk. Lowest first."""
    by_item: dict[str, list[Rating]] = defaultdict(list)
    for one in watched(ratings):
        by_item[one.item].append(one)
    found = [(item, sorted(by_item[item.id], key=lambda one: one.value)) for item in rubric.items]
    return [(item, said) for item, said in found if is_wide([one.value for one in said], rubric.scale)]
