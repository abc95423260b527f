"""Worked encounters: what a file must hold beside its rubric and the cases, and that the shipped ones do."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pallpractice.domain.calibration import Encounter
from pallpractice.domain.roles import Seat
from pallpractice.domain.scenario import SKILLS
from pallpractice.library import Library, LibraryErrors, advice

FOLDER = Path(__file__).parents[2] / "scenarios"
LIBRARY = Library.read([FOLDER])
GOOD = Path(__file__).parent / "good"
NAME = "calibration/at-the-lift.yaml"

every_encounter = pytest.mark.parametrize("encounter", LIBRARY.encounters.values(), ids=list(LIBRARY.encounters))


# --- the shipped ones


def test_there_is_one_for_each_skill_and_every_file_is_on_the_shelf() -> None:
    assert set(LIBRARY.encounters) == {path.stem for path in (FOLDER / "calibration").glob("*.yaml")}
    assert {one.skill for one in LIBRARY.encounters.values()} == set(SKILLS)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{id}`" in readme for id in LIBRARY.encounters)


@every_encounter
def test_it_is_of_no_case_that_a_learner_may_still_meet(encounter: Encounter) -> None:
    assert encounter.scenario is None
    names = {voice.name.split()[0] for voice in encounter.voices}
    for scenario in LIBRARY.scenarios.values():
        assert not names & {who.name.split()[0] for who in scenario.script.characters}, scenario.id


@every_encounter
def test_its_reference_shows_the_whole_scale_and_where_each_rating_comes_from(encounter: Encounter) -> None:
    rubric = LIBRARY.rubrics[encounter.rubric]
    for seat in (Seat.OBSERVER, Seat.PATIENT):
        assert set(encounter.reference_for(seat)) == {item.id for item in rubric.items_for(seat)}
    assert len({rated.rating for rated in encounter.reference}) >= 3
    assert all(rated.lines and len(rated.reason) > 40 for rated in encounter.reference)
    assert encounter.warnings
    assert encounter.references


def test_one_of_them_holds_what_could_not_be_observed() -> None:
    ratings = [rated.rating for one in LIBRARY.encounters.values() for rated in one.reference]
    assert None in ratings


@every_encounter
def test_words_that_a_reason_quotes_were_said(encounter: Encounter) -> None:
    spoken = " ".join(line.text for line in encounter.lines)
    quotes = [
        quote for one in (*encounter.reference, *encounter.felt) for quote in re.findall(r"“([^”]+)”", one.reason)
    ]
    assert quotes
    for quote in quotes:
        assert quote.rstrip(".").lower() in spoken.lower(), quote


# --- files that are wrong


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path / "good"))


def errors(folder: Path, old: str, new: str, name: str = NAME) -> list[str]:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(LibraryErrors) as found:
        Library.read([folder])
    return [str(error).removeprefix(f"{folder}/") for error in found.value.errors]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: at-the-lift", "id: elsewhere", f"{NAME}:1: id:"),
        ("rubric: brief-talk", "rubric: long-talk", f'{NAME}:6: rubric: no rubric "long-talk"; rubrics are brief-talk'),
        (
            "rubric_version: 1",
            "rubric_version: 2",
            f'{NAME}:7: rubric_version: "brief-talk" has version 1; see whether',
        ),
        ("minutes: 4", "minutes: 4\nscenario: day-shift", f'{NAME}:9: scenario: no scenario "day-shift"; leave it out'),
        ("{by: ito, text", "{by: sam, text", 'lines[2].by: no voice "sam"; voices are ito, ash'),
        ("part: learner", "part: other", f"{NAME}:16: voices: 0 with part learner; it must be exactly one"),
        ("part: patient", "part: other", f"{NAME}:16: voices: none with part patient"),
        ("lines: [2, 3]", "lines: [2, 4]", "reference[1].lines[1]: there are 3 lines, counted from 1"),
        ("{item: heard, rating: 4", "{item: heard, rating: 6", "reference[0].rating: 6 is not on the scale, 1 to 5"),
        ("{item: heard, rating: 4", "{item: beside, rating: 4", 'reference[0].item: "beside" is not rated here; items'),
        ("{item: heard, rating: 4", "{item: clear, rating: 4", 'reference[1].item: "clear" is there already'),
        ("  - {item: beside, rating: 4, reason: They stayed}\n", "", 'felt: nothing for "beside"'),
        ("reason: Asks", "reasons: Asks", "reference[0].reason: is missing"),
        ("- {item: clear, lines", "- {item: clear, rating: , lines", "reference[1].rating: is empty"),
    ],
    ids=lambda words: words[:40],
)
def test_what_is_wrong_is_told_with_its_place(folder: Path, old: str, new: str, told: str) -> None:
    assert any(told in error for error in errors(folder, old, new)), told


def test_a_rubric_that_was_changed_asks_for_a_look_at_the_reference(folder: Path) -> None:
    found = errors(folder, "version: 1", "version: 2", "rubrics/brief-talk.yaml")
    assert [error.partition(";")[0] for error in found] == [f'{NAME}:7: rubric_version: "brief-talk" has version 2']


def test_one_of_another_skill_than_its_rubric_is_refused(folder: Path) -> None:
    found = errors(folder, "skill: general", "skill: serious_news", "rubrics/brief-talk.yaml")
    assert any('rubric: "brief-talk" rates serious_news, and this is values' in error for error in found)


def test_a_broken_rubric_or_case_is_not_told_a_second_time(folder: Path) -> None:
    (folder / NAME).write_text(
        (folder / NAME).read_text(encoding="utf-8").replace("minutes: 4", "minutes: 4\nscenario: night-shift"),
        encoding="utf-8",
    )
    assert Library.read([folder]).encounters["at-the-lift"].scenario == "night-shift"
    found = errors(folder, "title: A brief talk", "title:", "rubrics/brief-talk.yaml")
    found += errors(folder, "title: Night shift", "title:", "night-shift.yaml")
    assert not [error for error in found if NAME in error]


def test_a_site_may_not_take_a_shipped_id(folder: Path) -> None:
    (folder / NAME).rename(folder / "calibration" / "scarring.yaml")
    text = (folder / "calibration" / "scarring.yaml").read_text(encoding="utf-8")
    (folder / "calibration" / "scarring.yaml").write_text(text.replace("id: at-the-lift", "id: scarring"))
    with pytest.raises(LibraryErrors, match='there is a encounter "scarring" already'):
        Library.read([FOLDER, folder])


def test_what_it_still_lacks_is_a_warning(folder: Path) -> None:
    def warnings(**changes: str) -> list[Any]:
        text = (folder / NAME).read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old.replace("_", " "), new)
        (folder / NAME).write_text(text, encoding="utf-8")
        found = advice.about(Library.read([folder]), date(2026, 11, 30), within=folder / "calibration")
        return [f"{one.path}: {one.reason}" for one in found]

    assert warnings() == []
    text = (folder / NAME).read_text(encoding="utf-8")
    (folder / NAME).write_text(text.replace("reviewed: 2026-03-01\n", "").replace("rating: 4, lines: [2]", "rating: 4"))
    no_reading, no_lines = warnings()
    assert no_reading.startswith("reviewed: no clinician has read it yet")
    assert no_lines == 'reference[0]: no lines show what "heard" was rated by'
