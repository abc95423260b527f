"""What a report says: worked out by hand from what everyone rated, wrote and marked."""

from typing import Any

import pytest

from pallpractice.domain.errors import NotFound
from pallpractice.services.feedback import reports
from tests.services import rated
from tests.services.conftest import Table


def report(table: Table, round_id: str, who: str = "Lena", **asked: Any) -> dict[str, Any]:
    with table.store.read() as uow:
        return reports.report(uow, table.library, round_id, table.course.cast[who].id, **asked)


def lanes(said: dict[str, Any], item: int = 0) -> dict[str, tuple[float | None, int]]:
    return {lane["source"]: (lane["mean"], lane["n"]) for lane in said["items"][item]["lanes"]}


def test_each_group_has_a_lane_of_its_own_and_is_never_pooled(table: Table, clock: Any) -> None:
    said = report(table, rated.closed_round(table, clock))
    assert lanes(said) == {"self": (3.0, 1), "peers": (4.5, 2), "coach": (2.0, 1)}
    emotion = next(at for at, item in enumerate(said["items"]) if item["id"] == "emotion")
    assert lanes(said, emotion)["patient"] == (4.0, 1)
    assert {group["source"] for group in said["quadrants"]} == {"peers", "patient", "coach"}


def test_the_quadrants_hold_what_both_rated(table: Table, clock: Any) -> None:
    ratings = {"Lena": 3, "Olga": 3, "Omar": None, "Sam": None, "Cleo": 2}
    said = report(table, rated.closed_round(table, clock, ratings))
    boxes = {
        group["source"]: {
            box: [(one["item"], one["gap"]) for one in group[box]]
            for box in ("agreed_strength", "hidden_strength", "blind_spot", "agreed_need")
            if group[box]
        }
        for group in said["quadrants"]
    }
    every = [item["id"] for item in said["items"]]
    assert boxes == {
        "peers": {"agreed_strength": [(item, 0.0) for item in every]},
        "patient": {},  # not observed: no number, no box
        "coach": {"blind_spot": [(item, 1.0) for item in every]},
    }
    wider = report(table, said["round_id"], threshold=1.5)
    assert [one["item"] for one in wider["quadrants"][2]["agreed_need"]] == every


def test_two_things_noticed_and_one_to_try_are_in_peoples_words(table: Table, clock: Any) -> None:
    said = report(table, rated.closed_round(table, clock))
    assert [one["text"] for one in said["noticed"]] in (
        ["Cleo says keep", "Olga says keep"],
        ["Cleo says keep", "Omar says keep"],
    )
    assert said["to_try"]["text"] == "Cleo says try"


def test_without_comments_notes_and_marks_speak(table: Table, clock: Any) -> None:
    rated.open_round(table, clock)
    rated.rate(table, words=False)
    rated.close(table)
    said = report(table, table.view("Lena")["round"]["id"])
    assert [(one["text"], one["by"], one["offset_s"]) for one in said["noticed"]] == [
        ("I wish it were different", "Olga", 20.0),
        ("Named the feeling, caught 2 times", "2 people", 50.0),
    ]
    assert said["to_try"]["text"] == "A long speech about the scan"
    assert said["comments"] == []


def test_with_nothing_said_nothing_is_made_up(table: Table, clock: Any) -> None:
    for action in ("round:start", "encounter:begin", "encounter:end", *rated.TO_CLOSE):
        table.do("Cleo", action)
    said = report(table, table.view("Lena")["round"]["id"])
    assert (said["noticed"], said["to_try"], said["comments"]) == ([], None, [])
    assert all(group["items"] == 0 for group in said["quadrants"])
    assert all(lane["mean"] is None for item in said["items"] for lane in item["lanes"])


def test_the_timeline_has_the_words_the_marks_and_how_heard_the_patient_felt(table: Table, clock: Any) -> None:
    line = report(table, rated.closed_round(table, clock))["timeline"]
    assert line["length_s"] == 110.0
    assert next((one["offset_s"], one["kind"], one["name"]) for one in line["observations"]) == (
        20.0,
        "verbatim",
        "Olga",
    )
    assert [felt["points"] for felt in line["felt"]] == [[[20.0, 4], [50.0, 7]]]


READERS = {"Lena": True, "Cleo": True, "Olga": False, "Omar": False, "Sam": False, "Oren": False, "Mallory": False}


def test_who_has_a_report(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    for who, reads in READERS.items():
        if reads:
            said = report(table, round_id, who)
            assert ("cards" in said) is (who == "Cleo"), "who has handed in is the coach's to see"
            assert said["labels"]["self"] == ("Learner" if who == "Cleo" else "You")
        else:
            with pytest.raises(NotFound):
                report(table, round_id, who)


def test_the_coach_sees_how_far_each_scorecard_has_come(table: Table, clock: Any) -> None:
    said = report(table, rated.closed_round(table, clock), "Cleo")
    assert {card["rater"]: card["standing"] for card in said["cards"]} == dict.fromkeys(rated.RATINGS, "released")
    assert said["opened_at"] is None


# Takes.


def test_two_takes_are_told_apart(table: Table, clock: Any) -> None:
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    first, second = (marker["id"] for marker in table.view("Olga")["rubric"]["markers"][:2])
    named, headline = (marker["label"] for marker in table.view("Olga")["rubric"]["markers"][:2])
    clock.advance(30)
    table.do("Sam", "feeling:set", value=2)
    table.do("Olga", "observation:add", kind="marker", marker=first)
    table.do("Olga", "observation:add", kind="verbatim", text="The scan shows a mass", judgement="try")
    clock.advance(30)
    table.do("Lena", "timeout:call", reason="emotion")
    clock.advance(100)
    table.do("Cleo", "take:rewind", offset_s=30.0)
    clock.advance(40)
    table.do("Sam", "feeling:set", value=8)
    for marker in (first, second, second):
        clock.advance(1)  # what is tapped at one instant has no order
        table.do("Omar", "observation:add", kind="marker", marker=marker)
    for action in ("encounter:end", *rated.TO_CLOSE):
        table.do("Cleo", action)

    one, two = report(table, table.view("Lena")["round"]["id"])["takes"]
    assert (one["number"], one["length_s"], one["from_offset_s"]) == (1, 60, None)
    assert (two["number"], two["length_s"], two["from_offset_s"]) == (2, 43, 30)
    assert [stop["reason"] for stop in one["timeouts"]] == ["emotion"]
    assert two["timeouts"] == []
    assert [(felt["first"], felt["last"]) for felt in one["felt"] + two["felt"]] == [(2, 2), (2, 8)]
    assert one["markers"] == [{"marker": named, "count": 1, "new": False}]
    assert two["markers"] == [
        {"marker": named, "count": 1, "new": False},
        {"marker": headline, "count": 2, "new": True},
    ]
    assert [note["text"] for note in one["words"]] == ["The scan shows a mass"]
    assert two["words"] == []


def test_one_take_is_compared_with_nothing(table: Table, clock: Any) -> None:
    assert report(table, rated.closed_round(table, clock))["takes"] == []
