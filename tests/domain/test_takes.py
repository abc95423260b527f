"""Takes side by side: where each lies, what is new in it, and how it felt from its beginning to its end."""

from pallpractice.domain.takes import Felt, Span, Tally, felt_over, spans, tallied


def test_a_take_ends_where_the_next_begins() -> None:
    assert spans([(1, 0.0), (2, 70.0)], 100.0) == [Span(1, 0.0, 70.0), Span(2, 70.0, 100.0)]
    assert [one.length for one in spans([(1, 0.0), (2, 70.0)], 100.0)] == [70.0, 30.0]


def test_a_clock_that_is_a_little_behind_makes_no_take_shorter_than_nothing() -> None:
    assert spans([(1, 0.0), (2, 70.0)], 69.5)[-1].length == 0.0


def test_what_the_take_before_had_none_of_is_new() -> None:
    assert tallied(["a", "b", "a"], None) == [Tally("a", 2, False), Tally("b", 1, False)]
    assert tallied(["c", "a"], ["a", "b"]) == [Tally("c", 1, True), Tally("a", 1, False)]


def test_a_felt_mark_holds_into_the_next_take() -> None:
    first, second = spans([(1, 0.0), (2, 70.0)], 100.0)
    points = [[10.0, 2.0], [60.0, 4.0], [90.0, 7.0]]
    assert felt_over(points, first) == Felt(2.0, 4.0)
    assert felt_over(points, second) == Felt(4.0, 7.0)
    assert felt_over(points[:2], second) == Felt(4.0, 4.0)
    assert felt_over([[90.0, 7.0]], first) is None


def test_what_was_not_played_has_no_takes() -> None:
    assert spans([], 0.0) == []
