"""The gap and its quadrants: worked by hand, at their edges, and where there is nothing to compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallpractice.domain.gaps import Quadrant, gap, quadrant

RATINGS = st.lists(st.integers(1, 5), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("own", "others", "apart", "where"),
    [
        (4, [4, 4], 0.0, Quadrant.AGREED_STRENGTH),
        (3, [3], 0.0, Quadrant.AGREED_STRENGTH),  # the standard itself is met
        (3, [2, 3], 0.5, Quadrant.AGREED_NEED),
        (2, [2, 2, 2], 0.0, Quadrant.AGREED_NEED),
        (4, [3, 3], 1.0, Quadrant.BLIND_SPOT),  # the threshold itself counts
        (5, [2, 3], 2.5, Quadrant.BLIND_SPOT),
        (3, [4, 4], -1.0, Quadrant.HIDDEN_STRENGTH),
        (2, [5], -3.0, Quadrant.HIDDEN_STRENGTH),
        (3, [4, 4, 3], -2 / 3, Quadrant.AGREED_STRENGTH),
    ],
)
def test_by_hand(own: int, others: list[int], apart: float, where: Quadrant) -> None:
    assert gap(own, others) == pytest.approx(apart)
    assert quadrant(own, others, standard=3.0) is where


def test_where_nobody_observed_it_there_is_no_gap() -> None:
    assert gap(3, []) is None
    assert gap(None, [3, 4]) is None
    assert quadrant(3, [], standard=3.0) is None
    assert quadrant(None, [5], standard=3.0) is None


def test_a_wider_threshold_counts_less_as_apart() -> None:
    assert quadrant(4, [3, 3], standard=3.0, threshold=1.5) is Quadrant.AGREED_STRENGTH
    assert quadrant(5, [3, 3], standard=3.0, threshold=1.5) is Quadrant.BLIND_SPOT


@given(own=st.integers(1, 5), others=RATINGS, threshold=st.sampled_from([0.5, 1.0, 1.5]))
def test_each_is_in_the_box_its_gap_says(own: int, others: list[int], threshold: float) -> None:
    apart = own - sum(others) / len(others)
    where = quadrant(own, others, standard=3.0, threshold=threshold)
    assert (where is Quadrant.BLIND_SPOT) == (apart >= threshold - 1e-6)
    assert (where is Quadrant.HIDDEN_STRENGTH) == (apart <= -threshold + 1e-6)
