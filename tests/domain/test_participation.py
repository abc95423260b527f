"""What counts of someone's stays: each moment once, within the sessions, never in a break."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pallpractice.domain.participation import Block, Stay, across, minutes, union, within
from pallpractice.domain.roles import SessionKind

START = datetime(2026, 5, 14, 15, 15, tzinfo=UTC)
PRACTICE, BREAK = SessionKind.PRACTICE, SessionKind.BREAK


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def stay(start: float, end: float) -> Stay:
    return Stay(at(start), at(end))


WHEN = st.integers(-60, 180)
STAYS = st.lists(st.builds(stay, WHEN, WHEN), max_size=12)
BLOCKS = st.builds(lambda kind, start, length: Block(kind, at(start), at(start + length)),
                   st.sampled_from([PRACTICE, BREAK]), st.integers(-30, 120), st.integers(1, 90))  # fmt: skip


def moments(stays: tuple[Stay, ...] | list[Stay]) -> set[int]:
    """The same time as a set of minutes, which is what a union of it means."""
    return {minute for one in stays for minute in range(-120, 300) if one.start <= at(minute) < one.end}


@given(STAYS)
def test_a_union_is_the_same_time_in_order_and_apart(stays: list[Stay]) -> None:
    merged = union(stays)
    assert moments(merged) == moments(stays)
    assert all(one.length for one in merged)
    assert all(before.end < after.start for before, after in pairwise(merged))


@given(STAYS, STAYS)
def test_a_union_does_not_care_in_what_order_or_how_often_it_is_told(some: list[Stay], more: list[Stay]) -> None:
    assert union(union(union(some)) + tuple(more) + union(more)) == union([*more, *some])


@given(STAYS)
def test_minutes_are_those_of_the_union(stays: list[Stay]) -> None:
    assert minutes(stays) == len(moments(stays)) == minutes(union(stays))


@given(STAYS, BLOCKS)
def test_only_the_session_counts_and_a_break_does_not(stays: list[Stay], block: Block) -> None:
    inside = moments([Stay(block.starts_at, block.ends_at)]) if block.kind is PRACTICE else set()
    assert moments(within(stays, block)) == moments(stays) & inside


@given(st.lists(st.tuples(BLOCKS, STAYS), max_size=5))
def test_sessions_side_by_side_count_once(attended: list[tuple[Block, list[Stay]]]) -> None:
    together = across(attended)
    assert moments(together) == set().union(*(moments(within(stays, block)) for block, stays in attended))
    assert minutes(together) <= sum(minutes(within(stays, block)) for block, stays in attended)


def test_a_practice_block_with_an_early_start_a_gap_and_two_rooms() -> None:
    block = Block(PRACTICE, at(0), at(105))
    stays = [stay(-10, 40), stay(35, 60), stay(60, 62), stay(80, 130)]
    assert within(stays, block) == (stay(0, 62), stay(80, 105))
    assert minutes(within(stays, block)) == 87


def test_what_is_left_of_a_minute_is_dropped_once_only() -> None:
    assert minutes([stay(0, 0.5), stay(10, 10.5)]) == 1
    assert minutes([stay(0, 0.5)]) == 0
