"""Who rates higher or lower than the others, what may be said of it, and which ratings are far apart."""

import pytest

from pallpractice.domain.agreement import Against, Leaning, Rating, against_others
from pallpractice.domain.calibration import Closeness, closeness, is_wide
from pallpractice.domain.roles import Seat
from pallpractice.domain.rubric import Scale

SCALE = Scale(1, 5, {})


def rating(round_: str, rater: str, value: int, item: str = "pace", seat: Seat = Seat.OBSERVER) -> Rating:
    return Rating(round_, "Lena", rater, seat, ("serious-news", 1), item, value)


def test_a_rater_is_beside_the_others_of_the_same_round_and_item() -> None:
    found = against_others(
        [
            *(rating("1", who, value) for who, value in (("Olga", 5), ("Omar", 3), ("Cleo", 2))),
            rating("1", "Olga", 4, "emotion"),
            rating("1", "Omar", 4, "emotion"),
            rating("2", "Olga", 3),
            rating("2", "Cleo", 3),
            rating("3", "Omar", 1),  # alone: beside nobody
        ]
    )
    # Olga: (5 - 2.5 and 4 - 4) / 2 in the first round, 0 in the second; each round counts once.
    assert found["Olga"] == Against(pytest.approx(0.625), 2)
    assert found["Omar"] == Against(pytest.approx((-0.5 + 0) / 2), 1)
    assert found["Cleo"] == Against(pytest.approx((-2.0 + 0) / 2), 2)


def test_how_someone_rated_themselves_and_how_it_felt_is_not_compared() -> None:
    given = [
        rating("1", "Olga", 5),
        rating("1", "Lena", 1, seat=Seat.LEARNER),
        rating("1", "Sam", 1, seat=Seat.PATIENT),
    ]
    assert against_others(given) == {}


@pytest.mark.parametrize(
    ("mean", "rounds", "leaning"),
    [
        (-2.0, 2, Leaning.TOO_FEW),
        (-2.0, 3, Leaning.STRICTER),
        (-0.5, 3, Leaning.STRICTER),
        (-0.49, 9, Leaning.AS_OTHERS),
        (0.49, 9, Leaning.AS_OTHERS),
        (0.5, 3, Leaning.MORE_LENIENT),
    ],
)
def test_nothing_is_said_of_a_rater_from_two_rounds(mean: float, rounds: int, leaning: Leaning) -> None:
    assert Against(mean, rounds).leaning is leaning


@pytest.mark.parametrize(
    ("ratings", "wide"),
    [([], False), ([1], False), ([1, 3], False), ([2, 5], True), ([1, 4], True), ([3, 3, 3], False), ([5, 3, 2], True)],
)
def test_three_steps_of_five_are_far_apart(ratings: list[int], wide: bool) -> None:
    assert is_wide(ratings, SCALE) is wide


def test_on_another_scale_as_much_of_it_is() -> None:
    assert not is_wide([0, 7], Scale(0, 10, {}))
    assert is_wide([0, 8], Scale(0, 10, {}))


@pytest.mark.parametrize(
    ("given", "reference", "found"),
    [
        (3, 3, Closeness.SAME),
        (2, 3, Closeness.NEAR),
        (4, 3, Closeness.NEAR),
        (1, 3, Closeness.FAR),
        (None, None, Closeness.SAME),
        (None, 3, Closeness.OTHERWISE),
        (1, None, Closeness.OTHERWISE),
    ],
)
def test_not_observed_is_never_a_zero(given: int | None, reference: int | None, found: Closeness) -> None:
    assert closeness(given, reference) is found
