"""A rubric as a value: what each seat rates, and the wire's `rubric` in that seat's words."""

import json
from enum import StrEnum

import pytest

from pallpractice.domain.rubric import RATING_SEATS, Anchors, Comment, Item, Marker, Passing, Rubric, Scale

WORDS = {"learner": "I heard", "patient": "I felt heard", "observer": "They heard", "coach": "The learner heard"}


class Seat(StrEnum):
    PATIENT = "patient"


@pytest.fixture
def rubric() -> Rubric:
    return Rubric(
        id="small", version=2, title="Small", skill="general", source="s", licence="l", attribution="a", permission="p",
        scale=Scale(1, 5, {1: "Hardly", 5: "Fully"}), passing=Passing(3.0, ("coach",)),
        items=(
            Item("heard", "Hears", WORDS, Anchors("a", "b", "c")),
            Item("pace", "Paces", {"observer": "o", "coach": "c"}, Anchors("d", "e", "f"), ("observer", "coach")),
        ),
        markers=(Marker("silence", "Left a silence", "heard", "keep"),),
        comments=(Comment("keep", ("observer", "coach"), "What helped?"), Comment("felt", ("patient",), "How was it?")),
    )  # fmt: skip


def test_parts_are_found_by_their_id_or_are_none(rubric: Rubric) -> None:
    assert rubric.item("pace") is rubric.items[1]
    assert rubric.comment("felt") is rubric.comments[1]
    assert rubric.marker("silence") is rubric.markers[0]
    assert rubric.item("felt") is rubric.comment("pace") is rubric.marker("heard") is None


@pytest.mark.parametrize(
    ("seat", "items", "comments"),
    [
        ("learner", ["heard"], []),
        ("patient", ["heard"], ["felt"]),
        ("observer", ["heard", "pace"], ["keep"]),
        ("coach", ["heard", "pace"], ["keep"]),
        ("organiser", [], []),
        ("", [], []),
    ],
)
def test_each_seat_has_its_items_and_comments(rubric: Rubric, seat: str, items: list[str], comments: list[str]) -> None:
    view = rubric.for_seat(seat)

    assert [item.id for item in rubric.items_for(seat)] == [item["id"] for item in view["items"]] == items
    assert [comment.id for comment in rubric.comments_for(seat)] == comments
    assert [comment["id"] for comment in view["comments"]] == comments


def test_a_view_is_the_wires_rubric_and_nothing_else(rubric: Rubric) -> None:
    assert rubric.for_seat("patient") == {
        "id": "small", "version": 2, "title": "Small",
        "scale": {"min": 1, "max": 5, "labels": {"1": "Hardly", "5": "Fully"}},
        "items": [{"id": "heard", "title": "Hears", "text": "I felt heard",
                   "anchors": {"low": "a", "middle": "b", "high": "c"}}],
        "markers": [{"id": "silence", "label": "Left a silence", "item": "heard"}],
        "comments": [{"id": "felt", "prompt": "How was it?"}],
    }  # fmt: skip


@pytest.mark.parametrize("seat", RATING_SEATS)
def test_a_view_is_json_in_the_seats_words_and_made_once(rubric: Rubric, seat: str) -> None:
    view = rubric.for_seat(seat)

    assert json.loads(json.dumps(view)) == view
    assert view["items"][0]["text"] == WORDS[seat]
    assert rubric.for_seat(seat) is view


def test_a_seat_may_be_an_enum_of_the_same_word(rubric: Rubric) -> None:
    assert rubric.for_seat(Seat.PATIENT) is rubric.for_seat("patient")
    assert rubric.items_for(Seat.PATIENT) == rubric.items_for("patient")


def test_made_up_seats_are_not_remembered(rubric: Rubric) -> None:
    before = repr(rubric), len(rubric._views)
    for number in range(10):
        rubric.for_seat(f"seat {number}")
    assert (repr(rubric), len(rubric._views)) == before
