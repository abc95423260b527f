"""Two things noticed, one to try: what is picked first, and that nothing is made up."""

from hypothesis import given
from hypothesis import strategies as st

from pallpractice.domain.noticed import Mention, Weight, pick


def mention(weight: Weight, source: str, text: str, judgement: str = "keep", times: int = 1) -> Mention:
    return Mention(weight, judgement, source, source, text, times=times)


COACH = mention(Weight.COACHS_COMMENT, "coach", "Waited")
PEER = mention(Weight.COMMENT, "peers", "Warm")
COACHS_NOTE = mention(Weight.NOTE, "coach", "Said her name")
MARKS = mention(Weight.MARK, "peers", "Named the feeling", times=4)
FEWER = mention(Weight.MARK, "coach", "Left a silence", times=2)


def test_the_coachs_comment_comes_first_and_then_another_source() -> None:
    assert pick([MARKS, COACHS_NOTE, PEER, COACH], "keep", 2) == [COACH, PEER]


def test_words_are_not_left_out_for_a_mark_of_another_source() -> None:
    assert pick([COACH, COACHS_NOTE, MARKS], "keep", 2) == [COACH, COACHS_NOTE]


def test_of_marks_alone_the_most_frequent_comes_first() -> None:
    assert pick([FEWER, MARKS], "keep", 2) == [MARKS, FEWER]


def test_there_may_be_fewer_and_none() -> None:
    assert pick([COACH], "keep", 2) == [COACH]
    assert pick([COACH], "try", 1) == []


@given(st.lists(st.builds(mention, st.sampled_from(Weight), st.sampled_from(["coach", "peers"]), st.text(max_size=3))))
def test_nothing_is_picked_that_was_not_said_and_nothing_twice(said: list[Mention]) -> None:
    picked = pick(said, "keep", 2)
    assert len(picked) == min(2, len(said))
    rest = list(said)
    for one in picked:
        rest.remove(one)
