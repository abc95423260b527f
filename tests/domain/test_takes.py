"""Takes side by side: where each lies, what is new in it, and how it felt from its beginning to its end."""

from pallpractice.domain.takes import Felt, Span, Tally, beat_at, felt_over, spans, tallied


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


def test_the_beat_of_a_moment_is_the_last_gone_to_also_through_takes_played_from_a_moment() -> None:
    told = [
        (40.0, "news", None),
        (60.0, None, 30.0),  # the second take, from before the news
        (75.0, "tears", None),
        (90.0, None, 65.0),  # the third, from within the second before the tears
        (120.0, "plan", None),  # the fourth, from a beat
        (130.0, None, 50.0),
    ]
    moments = [0.0, 40.0, 59.0, 60.0, 75.0, 90.0, 120.0, 130.0]
    assert [beat_at(told, moment) for moment in moments] == [None, "news", "news", None, "tears", None, "plan", "news"]
    assert beat_at([], 5.0) is None
