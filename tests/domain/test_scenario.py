"""A scenario as a value: found by id, and as plain dicts for the wire."""

import json
from dataclasses import FrozenInstanceError
from datetime import date
from types import MappingProxyType

import pytest

from pallpractice.domain.scenario import (
    Answer,
    Beat,
    Brief,
    Casting,
    Challenge,
    Character,
    ChartEntry,
    Disclosure,
    Ending,
    Escalation,
    Guide,
    Moment,
    Prompt,
    Scenario,
    Script,
    plain,
)


def character(id: str, *disclosures: str) -> Character:
    return Character(
        id=id, name=id.title(), relation="parent", age=40, casting=Casting("30 to 50", "any"), who="w", backstory="b",
        timeline=(Moment("today", "a letter"),), knows=("k",), believes=("b",), hopes=("h",), fears=("f",),
        values=("v",), affect="a", arc="a", opening_line="Hello.",
        disclosures=tuple(Disclosure(told, "if_asked", "t", "w") for told in disclosures),
    )  # fmt: skip


@pytest.fixture
def scenario() -> Scenario:
    door = Beat("door", "At the door", MappingProxyType({"kim": 3}), MappingProxyType({"kim": "Wait"}),
                (Answer("Asks", "Tell", "eases"),), ("table",), True)  # fmt: skip
    table = Beat("table", "At the table", MappingProxyType({"kim": 5}), MappingProxyType({}), (Answer("a", "b"),))
    return Scenario(
        id="visit", version=3, title="Visit", skill="values", track="adult", framework="REMAP", professions=("nurse",),
        setting="s", minutes=10, intensity=2, warnings=(), authors=("a",), reviewed=date(2026, 3, 1), licence="CC0-1.0",
        references=(), competencies=(), objectives=("o", "p"),
        brief=Brief("p", "w", "Kim", ("Kim",), ("f",), ("t",), (ChartEntry("Weight", "70 kg"),)),
        script=Script(
            characters=(character("kim", "garden"), character("lou", "letter")), beats=(door, table),
            challenges=(Challenge("kim", "l", "w"),), prompts=(Prompt(2.5, "now"),),
            escalation=Escalation(raise_=("r",), ease=("e",), limits=("l",)), unscripted="u", ending=Ending("l", "s"),
            boundaries=("b",), stop_word="Curtain", derole=("d",), feedback_on=("f",),
        ),
        guide=Guide(("t",), ("p",), ("c",), ("q",), ("w",), "small", ("c",)),
    )  # fmt: skip


def test_parts_are_found_by_their_id(scenario: Scenario) -> None:
    assert scenario.character("lou") is scenario.script.characters[1]
    assert scenario.beat("table") is scenario.script.beats[1]
    assert scenario.disclosure("letter") is scenario.script.characters[1].disclosures[0]


def test_what_is_not_there_is_none(scenario: Scenario) -> None:
    assert scenario.character("tom") is None
    assert scenario.beat("garden") is None
    assert scenario.disclosure("door") is None


def test_plain_has_the_files_keys_and_only_json(scenario: Scenario) -> None:
    whole = plain(scenario)

    assert json.loads(json.dumps(whole)) == whole
    assert whole["reviewed"] == "2026-03-01"
    assert list(whole["script"]["escalation"]) == ["raise", "ease", "limits"]
    assert whole["script"]["beats"][0] == {
        "id": "door", "title": "At the door", "emotion": {"kim": 3}, "play": {"kim": "Wait"},
        "answers": [{"learner": "Asks", "then": "Tell", "effect": "eases"}], "next": ["table"], "rewind": True,
    }  # fmt: skip
    assert whole["script"]["characters"][0]["surrogate"] is None
    assert not any(key.startswith("_") for key in whole)


def test_the_parts_for_the_wire_are_made_once(scenario: Scenario) -> None:
    for name in ("brief", "script", "guide"):
        made = getattr(scenario, f"{name}_plain")
        assert made == plain(getattr(scenario, name))
        assert getattr(scenario, f"{name}_plain") is made


def test_what_is_kept_for_the_wire_is_no_part_of_the_value(scenario: Scenario) -> None:
    before = repr(scenario)
    assert scenario.brief_plain
    assert repr(scenario) == before


def test_a_scenario_does_not_change(scenario: Scenario) -> None:
    with pytest.raises(FrozenInstanceError):
        scenario.title = "Other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        scenario.script.beats[0].emotion["kim"] = 9  # type: ignore[index]
