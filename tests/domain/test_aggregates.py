"""No figure about fewer than five people, and none that could be worked out from the figures shown."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from pallpractice.domain.aggregates import FEWEST, enough, shown


def test_five_are_enough() -> None:
    assert FEWEST == 5
    assert [n for n in range(8) if enough(n)] == [5, 6, 7]


def test_small_groups_are_left_out_and_the_next_larger_with_them() -> None:
    assert shown({"nurse": 10, "physician": 7}) == {"nurse", "physician"}
    assert shown({"nurse": 10, "physician": 7, "chaplain": 2}) == {"nurse"}, "10 and 19 would tell of the 2"
    assert shown({"nurse": 10, "physician": 7, "chaplain": 2, "pharmacist": 3}) == {"nurse", "physician"}
    assert shown({"nurse": 10, "chaplain": 1}) == set()
    assert shown({}) == set()


groups = st.dictionaries(st.integers(0, 9), st.integers(0, 12), max_size=8)


@given(groups)
def test_no_difference_of_figures_shown_is_about_one_to_four_people(people: dict[int, int]) -> None:
    """Beside the groups shown, the number of all together is shown where it is of five or more."""
    kept = shown(people)
    everyone = sum(people.values())
    assert all(people[group] >= FEWEST for group in kept)
    for size in range(len(kept) + 1):
        for some in combinations(kept, size):
            rest = everyone - sum(people[group] for group in some)
            assert rest == 0 or rest >= FEWEST or not kept
