"""Answers are shown so that none can be told from the others by when it came."""

from hypothesis import given
from hypothesis import strategies as st

from pallpractice.domain.evaluation import LOT, shown


@given(st.integers(0, 60), st.lists(st.booleans(), max_size=60))
def test_each_time_more_are_shown_they_are_five_at_least_and_in_the_end_all(answers: int, crowded: list[bool]) -> None:
    """Some lots have one more and the next one less, when two answered at the same moment."""
    lots = [n // LOT - (n % LOT == 0 and n > 0 and n < len(crowded) and crowded[n]) for n in range(answers)]
    steps = [shown(lots[: n + 1], closed=False) for n in range(answers)] + [shown(lots, closed=True)]
    before: set[int] = set()
    for step in steps:
        assert before <= step
        new = sum(lot in step - before for lot in lots)
        assert new == 0 or new >= LOT
        before = step
    assert sum(lot in before for lot in lots) == (answers if answers >= LOT else 0)
