"""The drawings of a script: every `next` once, nothing on top of anything else."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallpractice.domain import picture
from pallpractice.domain.beats import ending, reached
from pallpractice.domain.picture import Arrow, BeatsPicture, Box
from pallpractice.domain.scenario import Beat, Character, Scenario
from pallpractice.library import Library

LIBRARY = Library.read([Path(__file__).parents[2] / "scenarios"])
CASE = LIBRARY.scenarios["two-ways-home"]
ALONE = LIBRARY.scenarios["results-after-the-stent"]

every_scenario = pytest.mark.parametrize("scenario", LIBRARY.scenarios.values(), ids=list(LIBRARY.scenarios))


def beat(id: str, *after: str, title: str = "", **emotion: int) -> Beat:
    return Beat(id, title or id.title(), emotion, {}, (), after)


def with_beats(*beats: Beat, scenario: Scenario = CASE) -> Scenario:
    return replace(scenario, script=replace(scenario.script, beats=beats))


def drawn(*beats: Beat) -> BeatsPicture:
    return picture.of_beats(with_beats(*beats))


names = st.integers(1, 9).map(lambda count: [f"b{place}" for place in range(count)])
graphs = names.flatmap(
    lambda ids: st.tuples(*(st.lists(st.sampled_from(ids)).map(lambda after, id=id: beat(id, *after)) for id in ids))
)


# --- reached, ending


def test_a_beat_is_reached_from_the_first_also_by_a_way_around() -> None:
    beats = (beat("a", "c"), beat("b", "a"), beat("c", "d", "a"), beat("d"))
    assert reached(beats) == {"a", "c", "d"}


def test_a_beat_that_only_leads_in_circles_comes_to_no_end() -> None:
    beats = (beat("a", "b", "c"), beat("b", "b"), beat("c", "d"), beat("d"))
    assert ending(beats) == {"a", "c", "d"}


# --- the beats


def verticals(arrow: Arrow) -> tuple[float, float, float]:
    """The x of an arc's lane, and from where to where it runs."""
    (_, y1), (x, _), (_, y2), _ = arrow.points
    return x, min(y1, y2), max(y1, y2)


def check(beats: tuple[Beat, ...]) -> None:
    layout = drawn(*beats)
    boxes = {box.beat: box for box in layout.boxes}
    wanted = {(one.id, after) for one in beats for after in one.next}
    assert sorted((arrow.source, arrow.target) for arrow in layout.arrows) == sorted(wanted)
    assert all(above.y + above.height < below.y for above, below in zip(layout.boxes, layout.boxes[1:], strict=False))
    for arrow in layout.arrows:
        attached_at(arrow, boxes[arrow.source], boxes[arrow.target])
    arcs = [arrow for arrow in layout.arrows if arrow.lane is not None]
    ends = [arrow.points[place] for arrow in layout.arrows for place in (0, -1)]
    assert len(ends) == len(set(ends)), "two arrows meet a box in one point"
    for one, other in combinations(arcs, 2):
        (x1, top1, bottom1), (x2, top2, bottom2) = verticals(one), verticals(other)
        assert x1 != x2 or bottom1 < top2 or bottom2 < top1, (one.words, other.words)
    for arc in arcs:
        x, _, _ = verticals(arc)
        assert not any(box.x <= x <= box.x + box.width for box in layout.boxes), arc.words
        assert 0 < x < layout.width


def crosses(one: Arrow, other: Arrow) -> bool:
    """Whether one arc's way out of or into a box passes the other's lane."""
    x, top, bottom = verticals(other)
    ways = ((one.points[0], one.points[1]), (one.points[3], one.points[2]))
    return any(min(start[0], end[0]) < x < max(start[0], end[0]) and top < start[1] < bottom for start, end in ways)


@given(graphs)
def test_an_arc_that_goes_around_another_does_not_cross_it(beats: tuple[Beat, ...]) -> None:
    places = {one.id: place for place, one in enumerate(beats)}
    arcs = [arrow for arrow in drawn(*beats).arrows if arrow.lane is not None]
    for one, other in combinations(arcs, 2):
        (a, b), (c, d) = (sorted((places[arc.source], places[arc.target])) for arc in (one, other))
        nested = a <= c <= d <= b or c <= a <= b <= d or b <= c or d <= a
        if one.kind == other.kind and nested:
            assert not crosses(one, other), (one.words, other.words)
            assert not crosses(other, one), (one.words, other.words)


def attached_at(arrow: Arrow, source: Box, target: Box) -> None:
    (x1, y1), (x2, y2) = arrow.points[0], arrow.points[-1]
    if arrow.kind == "step":
        assert (y1, y2) == (source.y + source.height, target.y)
        assert source.x < x1 == x2 < source.x + source.width
        return
    edge = 0 if arrow.kind == "back" else source.width
    assert (x1, x2) == (source.x + edge, target.x + edge)
    assert source.y < y1 < source.y + source.height
    assert target.y < y2 < target.y + target.height


@every_scenario
def test_every_way_of_a_case_is_drawn_once_and_none_lies_on_another(scenario: Scenario) -> None:
    check(scenario.script.beats)


@given(graphs)
def test_the_same_holds_for_any_beats(beats: tuple[Beat, ...]) -> None:
    check(beats)


def test_a_way_goes_down_on_the_right_and_back_on_the_left() -> None:
    layout = drawn(beat("a", "b", "c"), beat("b", "a", "b"), beat("c"))
    assert {(arrow.source, arrow.target): arrow.kind for arrow in layout.arrows} == {
        ("a", "b"): "step", ("a", "c"): "ahead", ("b", "a"): "back", ("b", "b"): "back",
    }  # fmt: skip
    assert [arrow.label and arrow.label.text for arrow in layout.arrows if arrow.kind == "ahead"] == ["to 3"]


def test_arcs_that_do_not_meet_share_a_lane_and_a_longer_one_goes_around() -> None:
    layout = drawn(beat("a", "c", "e"), beat("b"), beat("c", "e"), beat("d"), beat("e"))
    assert {(arrow.source, arrow.target): arrow.lane for arrow in layout.arrows} == {
        ("a", "c"): 0, ("c", "e"): 0, ("a", "e"): 1,
    }  # fmt: skip


def test_a_box_says_what_its_beat_is() -> None:
    first, apart, last = drawn(beat("a", "c", rowan=4, mika=6), replace(beat("b", "c"), rewind=True), beat("c")).boxes
    assert [line.text for line in (*first.title, *first.details)] == ["1. A", "Rowan 4/10 · Mika 6/10", "begins here"]
    assert [line.text for line in apart.details] == ["rewind point", "can't be reached"]
    assert [line.text for line in last.details] == ["may end here"]
    assert (first.first, apart.lost, last.last) == (True, True, True)


def test_a_long_title_is_broken_and_its_box_grows() -> None:
    short, long = drawn(beat("a"), beat("b", title="A title that goes on for longer than a box is wide")).boxes
    assert len(long.title) == 2
    assert long.height > short.height
    assert all(len(line.text) <= picture.TITLE for line in long.title)
    assert all(long.y < line.y < long.y + long.height for line in long.title)


def test_the_words_tell_every_way_to_who_cannot_see_it() -> None:
    layout = drawn(beat("a", "c", "a"), beat("b", "c"), beat("c"))
    assert layout.words == ("1. A: leads to 3 or 1. 2. B: leads to 3, but cannot be reached. 3. C: may end here.")


def test_two_who_share_a_first_name_are_called_by_their_whole_names() -> None:
    def named(id: str, name: str) -> Character:
        return replace(CASE.script.characters[0], id=id, name=name)

    assert picture.short_names([named("a", "Kim Ito"), named("b", "Lou Ito")]) == {"a": "Kim", "b": "Lou"}
    assert picture.short_names([named("a", "Kim Ito"), named("b", "Kim Oda")]) == {"a": "Kim Ito", "b": "Kim Oda"}


def test_paths_and_heads_end_at_the_tip() -> None:
    for arrow in drawn(beat("a", "b", "c"), beat("b", "a"), beat("c")).arrows:
        x, y = arrow.points[-1]
        assert arrow.head.startswith(f"{x:g},{y:g} ")
        assert arrow.path.startswith("M{:g} {:g}".format(*arrow.points[0]))


# --- the emotion


def test_a_line_per_character_goes_through_the_beats_in_order() -> None:
    layout = picture.of_emotion(CASE)
    assert [feeling.name.text for feeling in layout.feelings] == ["Rowan", "Mika"]
    for feeling in layout.feelings:
        wanted = [one.emotion[feeling.character] for one in CASE.script.beats]
        assert [mark.value for mark in feeling.marks] == [int(mark.label.text) for mark in feeling.marks] == wanted
        assert feeling.runs == (tuple((mark.x, mark.y) for mark in feeling.marks),)
    assert len(layout.columns) == len(CASE.script.beats)
    assert f"Rowan: {CASE.script.beats[0].emotion['rowan']} in 1, Two agendas" in layout.words


def test_stronger_is_higher_and_stays_on_the_scale() -> None:
    layout = picture.of_emotion(with_beats(beat("a", robin=0), beat("b", robin=10), scenario=ALONE))
    calm, strong = layout.feelings[0].marks
    levels = {level.text: level.y for level in layout.levels}
    assert (calm.y, strong.y) == (levels["0"], levels["10"])
    assert 0 < strong.label.y < strong.y < calm.y < layout.columns[0][0].y < layout.height


def test_two_marks_never_hide_each_other_nor_their_values() -> None:
    beats = [beat(f"b{one}-{other}", rowan=one, mika=other) for one, other in ((5, 5), (5, 6), (6, 5), (0, 10))]
    rowan, mika = picture.of_emotion(with_beats(*beats)).feelings
    for one, other in zip(rowan.marks, mika.marks, strict=True):
        assert one.x < other.x
        above, below = sorted((one, other), key=lambda mark: mark.label.y)
        assert above.label.y < above.y
        assert below.label.y > below.y
        assert above.value >= below.value


def test_where_a_beat_has_no_emotion_the_line_breaks() -> None:
    beats = (beat("a", rowan=1, mika=2), beat("b", mika=3), beat("c", rowan=4), beat("d", rowan=5))
    rowan, mika = picture.of_emotion(with_beats(*beats)).feelings
    assert [len(run) for run in rowan.runs] == [1, 2]
    assert [len(run) for run in mika.runs] == [2]
