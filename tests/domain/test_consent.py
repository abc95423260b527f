"""What a ledger of consents comes to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pallpractice.domain.consent import Line, Purpose, standing

START = datetime(2026, 5, 14, tzinfo=UTC)
LINES = st.lists(
    st.builds(
        lambda purpose, second, given: Line(purpose, START + timedelta(seconds=second), given),
        st.sampled_from(Purpose),
        st.integers(0, 20),
        st.booleans(),
    ),
    max_size=12,
)


@given(LINES)
def test_the_last_word_counts_and_in_doubt_it_is_no(lines: list[Line]) -> None:
    found = standing(lines)
    for purpose in Purpose:
        theirs = [line for line in lines if line.purpose is purpose]
        newest = [line.given for line in theirs if line.at == max(one.at for one in theirs)]
        assert (purpose in found) == (bool(newest) and all(newest))


@given(LINES)
def test_the_order_of_reading_does_not_matter(lines: list[Line]) -> None:
    assert standing(reversed(lines)) == standing(lines)


def test_it_stands_since_it_was_first_given() -> None:
    later = START + timedelta(hours=1)
    given, again = Line(Purpose.RESEARCH, START, True), Line(Purpose.RESEARCH, later, True)
    assert standing([again, given]) == {Purpose.RESEARCH: START}
    assert standing([given, Line(Purpose.RESEARCH, later, False)]) == {}
