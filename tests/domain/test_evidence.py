"""Who meets a standard, what is still missing of the evidence, and how many points it is worth."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallpractice.domain.errors import Invalid
from pallpractice.domain.evidence import (
    Assessed,
    Evidence,
    Standard,
    Status,
    Step,
    Verdict,
    Word,
    check_standard,
    licence,
    points,
    status,
)

NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)
STANDARD = Standard(3.0, 2.0, 2, NOON - timedelta(days=1))


def played(*ratings: int | None, released: bool = True, opened: bool = True) -> Assessed:
    items = {f"item-{n}": [rating] if rating else [] for n, rating in enumerate(ratings)}
    return Assessed("r", NOON, "Practice", items, NOON if released else None, NOON if opened else None)


GOOD, WEAK, UNSEEN = played(3, 3, 4), played(2, 2, 3), played(5, None, None)


@pytest.mark.parametrize(
    ("ratings", "meets"),
    [
        ((3, 3, 3), True),
        ((2, 3, 4), True),
        ((2, 3, 3), False),
        ((5, 5, 1), False),  # one item below the floor
        ((3, None, 3, None), True),  # half of them rated
        ((3, None, None), None),
        ((), None),
    ],
)
def test_a_round_against_the_standard(ratings: tuple[int | None, ...], meets: bool | None) -> None:
    assert played(*ratings).meets(STANDARD) is meets


def test_several_coaches_are_a_mean_for_each_item() -> None:
    both = Assessed("r", NOON, "Practice", {"a": [2, 5], "b": [1, 2]})
    assert both.means == {"a": 3.5, "b": 1.5}
    assert both.meets(STANDARD) is False


@pytest.mark.parametrize(
    ("rounds", "verdict", "expected"),
    [
        ([], None, Status.NOT_YET),
        ([GOOD], None, Status.NOT_YET),
        ([WEAK], None, Status.NOT_YET),
        ([GOOD, UNSEEN], None, Status.NOT_YET),
        ([GOOD, WEAK], None, Status.RETRY),
        ([WEAK, WEAK], None, Status.RETRY),
        ([GOOD, WEAK, GOOD], None, Status.MET),
        ([GOOD, GOOD], None, Status.MET),
        ([GOOD, GOOD], Verdict.ATTESTED, Status.MET),
        ([GOOD, GOOD], Verdict.ANOTHER, Status.RETRY),
        ([GOOD], Verdict.ANOTHER, Status.RETRY),
        ([WEAK, WEAK], Verdict.ATTESTED, Status.RETRY),
    ],
)
def test_met_not_yet_or_another_round(rounds: list[Assessed], verdict: Verdict | None, expected: Status) -> None:
    assert status(rounds, STANDARD, verdict) is expected
    assert status(rounds, None, verdict) is Status.NOT_YET, "without a standard nobody meets it"


ROUNDS = st.lists(st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=4).map(lambda r: played(*r)), max_size=5)


@given(ROUNDS)
def test_another_good_round_never_makes_it_worse(rounds: list[Assessed]) -> None:
    before, after = status(rounds, STANDARD, None), status([*rounds, GOOD], STANDARD, None)
    assert before is not Status.MET or after is Status.MET
    assert status([*rounds, GOOD, GOOD], STANDARD, None) is Status.MET


@given(ROUNDS, st.integers(0, 3))
def test_a_round_that_assesses_nobody_changes_nothing(rounds: list[Assessed], place: int) -> None:
    more = [*rounds[:place], UNSEEN, *rounds[place:]]
    assert status(more, STANDARD, None) is status(rounds, STANDARD, None)


def whole(**changed: object) -> Evidence:
    word = Word(Verdict.ATTESTED, NOON, "Cleo")
    return replace(Evidence((GOOD, GOOD), STANDARD, False, word, True, NOON, True, "ABP"), **changed)  # type: ignore[arg-type]


LACKS = {
    Step.ASSESSED: {"rounds": (GOOD, GOOD, WEAK), "word": Word(Verdict.ANOTHER, NOON, "Cleo")},
    Step.RELEASED: {"rounds": (GOOD, played(3, 3, 4, released=False))},
    Step.OPENED: {"rounds": (GOOD, played(3, 3, 4, opened=False))},
    Step.ATTESTED: {"word": None},
    Step.CLAIMED: {"claimed": False},
    Step.CONSENT: {"consent_at": None},
    Step.LICENCE: {"licence": False},
}


def test_all_of_it_is_needed_and_each_is_named_when_it_is_missing() -> None:
    assert whole().complete
    assert whole().missing == []
    assert not whole(board="").complete, "nobody asked for it"
    assert set(LACKS) == set(Step)
    for step, changed in LACKS.items():
        found = whole(**changed)
        assert not found.complete
        assert step in found.missing


def test_any_two_that_are_missing_are_both_named() -> None:
    for (one, change), (other, also) in product(LACKS.items(), repeat=2):
        if not change.keys() & also.keys():
            assert {one, other} <= set(whole(**change, **also).missing)


@pytest.mark.parametrize(("before", "late"), [(1, False), (0, True), (-1, True)])
def test_a_standard_set_when_practice_has_begun_is_late(before: int, late: bool) -> None:
    assert replace(STANDARD, set_at=NOON - timedelta(seconds=before)).late(NOON) is late
    assert not STANDARD.late(None)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ((3.0, 2.0, 2), set()),
        ((0.0, 1.0, 1), {"level", "least"}),
        ((3.0, 3.5, 1), {"least"}),
        ((6.0, 1.0, 0), {"level", "rounds"}),
        ((float("nan"), 1.0, 1), {"level"}),
    ],
)
def test_a_standard_makes_sense(values: tuple[float, float, int], wrong: set[str]) -> None:
    if not wrong:
        check_standard(*values)
        return
    with pytest.raises(Invalid) as refusal:
        check_standard(*values)
    assert set(refusal.value.fields or {}) == wrong


@pytest.mark.parametrize(
    ("board", "awarded", "expected"), [("ABIM", 42, 11), ("ABIM", 41, 10), ("ABIM", 0, 0), ("ABP", 42, 16)]
)
def test_points(board: str, awarded: int, expected: int) -> None:
    assert points(board, awarded, 64) == expected


LENA = {"first_name": "Lena", "last_name": "Berg", "board_id": "123", "birth_month": "2", "birth_day": "29"}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"board_id": "", "state": "MA", "state_licence": "9"}, set()),
        ({"first_name": " "}, {"first_name"}),
        ({"board_id": ""}, {"board_id"}),
        ({"state_licence": "9"}, {"state"}),
        ({"birth_day": "30"}, {"birth_day"}),
        ({"birth_month": "x"}, {"birth_day"}),
        ({"birth_month": ""}, {"birth_day"}),
        ({"last_name": "x" * 101}, {"last_name"}),
    ],
)
def test_what_a_board_asks_for(changed: dict[str, str], wrong: set[str]) -> None:
    if not wrong:
        assert licence(LENA | changed)["first_name"] == "Lena"
        return
    with pytest.raises(Invalid) as refusal:
        licence(LENA | changed)
    assert set(refusal.value.fields or {}) == wrong
