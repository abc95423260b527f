"""Krippendorff's alpha against his own worked examples, and against another library on random ratings.

The examples: Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability. University of Pennsylvania,
repository.upenn.edu/asc_papers/43. Part C: four observers, twelve units, values 1 to 5, gaps in the data; ordinal alpha
.815. Part A: two observers, ten units, two values; .095, by any metric, since two values have no order to lose.
"""

from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from pallpractice.domain.agreement import NO_VARIANCE, ONE_SUBJECT
from pallpractice.services.rating.reliability import agreement

Triples = list[tuple[str, str, int]]
PART_A = """
    0 1 0 0 0 0 0 0 1 0
    1 1 1 0 0 1 0 0 0 0
"""
PART_C = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 .
"""


def triples(matrix: str) -> Triples:
    """(unit, observer, value) of a table with a line per observer; a dot is no value."""
    rows = [line.split() for line in matrix.split("\n") if line.strip()]
    return [
        (str(unit), str(observer), int(value))
        for observer, row in enumerate(rows)
        for unit, value in enumerate(row)
        if value != "."
    ]


def test_four_observers_with_gaps() -> None:
    found = agreement(triples(PART_C))
    assert found.alpha == pytest.approx(0.815, abs=0.0005)
    assert (found.raters, found.subjects, found.ratings) == (4, 11, 40), "the twelfth unit has one value only"
    assert not found.is_of_few


def test_two_observers_and_two_values() -> None:
    found = agreement(triples(PART_A))
    assert found.alpha == pytest.approx(0.095, abs=0.0005)
    assert (found.raters, found.subjects, found.ratings) == (2, 10, 20)


@pytest.mark.parametrize(
    ("matrix", "why"),
    [
        ("", ONE_SUBJECT),
        ("1 2 3\n. . .", ONE_SUBJECT),
        ("1 2 .\n2 . 3", ONE_SUBJECT),
        ("3 3 3\n3 3 3", NO_VARIANCE),
        ("3 3 5\n3 3 .", NO_VARIANCE),
    ],
)
def test_what_can_not_be_estimated_says_why(matrix: str, why: str) -> None:
    found = agreement(triples(matrix))
    assert (found.alpha, found.why_not) == (None, why)


def test_a_figure_of_few_encounters_says_so() -> None:
    two = agreement(triples("1 5\n1 5"))
    assert (two.alpha, two.is_of_few) == (1.0, True)
    assert agreement(triples("1 2 3 4 5 1 2 3 4 5\n1 2 3 4 5 1 2 3 4 5")).is_of_few is False


def by_nltk(given: Triples) -> float:
    """The same by nltk, which knows no ordinal distance: here it is, written from the paper's definition."""
    units = Counter(unit for unit, _, _ in given)
    paired = [one for one in given if units[one[0]] > 1]
    counts = Counter(value for _, _, value in paired)

    def ordinal(one: int, other: int) -> float:
        low, high = sorted((one, other))
        between = sum(n for value, n in counts.items() if low <= value <= high)
        return float((between - (counts[low] + counts[high]) / 2) ** 2)

    task = AnnotationTask([(rater, unit, value) for unit, rater, value in paired], distance=ordinal)
    return float(task.alpha())


def test_the_other_library_finds_the_same_in_the_examples() -> None:
    assert by_nltk(triples(PART_C)) == pytest.approx(0.815, abs=0.0005)
    assert by_nltk(triples(PART_A)) == pytest.approx(0.095, abs=0.0005)


ratings = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 4)), st.integers(1, 5), min_size=4, max_size=30
).map(lambda found: [(f"unit {unit}", f"rater {rater}", value) for (unit, rater), value in found.items()])


@settings(max_examples=150, deadline=None)
@given(ratings)
def test_the_other_library_finds_the_same_in_any_ratings(given: Triples) -> None:
    found = agreement(given)
    assume(found.alpha is not None)
    assert found.alpha == pytest.approx(by_nltk(given), abs=1e-9)
