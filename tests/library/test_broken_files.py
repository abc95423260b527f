"""Every way a file can be wrong is told with file, line, field and reason, and all at once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pallpractice.library import FileError, Library, LibraryErrors

CASES = Path(__file__).parent / "cases"
SCENARIO, RUBRIC = "first-visit.yaml", "rubrics/small.yaml"

Edit = Callable[..., list[FileError]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CASES, tmp_path / "cases"))


@pytest.fixture
def edited(folder: Path) -> Edit:
    """Replaces text of one file, once each, and gives the errors of reading the folder."""

    def edit(name: str, *changes: tuple[str, str]) -> list[FileError]:
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
        return errors_of(folder)

    return edit


def errors_of(*folders: Path) -> list[FileError]:
    with pytest.raises(LibraryErrors) as found:
        Library.read(folders)
    return list(found.value.errors)


def test_the_small_case_is_right_as_it_is(folder: Path) -> None:
    library = Library.read([folder])

    scenario = library.scenarios["first-visit"]
    assert library.rubric_for(scenario) is library.rubrics["small"]
    assert scenario.script.escalation.raise_ == ("a",)
    assert scenario.script.beats[1].rewind
    assert scenario.script.beats[0].answers[0].effect == "holds"
    assert library.rubrics["small"].scale.labels == {1: "Hardly", 5: "Fully"}


ALONE = [
    # file, old, new, line, path, in the reason
    (SCENARIO, "title: First visit\n", "", 1, "title", "is missing"),
    (SCENARIO, "title: First visit", "title:", 3, "title", "is empty"),
    (SCENARIO, "title: First visit", "title: [a]", 3, "title", "must be text"),
    (SCENARIO, "title: First visit", "title: '  '", 3, "title", "is empty"),
    (SCENARIO, "title: First visit", f"title: {'x' * 121}", 3, "title", "121 characters long; at most 120"),
    (SCENARIO, "title: First visit", 'title: "a\\0b"', 3, "title", "control characters"),
    (SCENARIO, "setting: A kitchen", "setting: a\ncolour: red", 9, "colour", "unknown field; the fields here are id"),
    (SCENARIO, "setting: A kitchen", "setting: a\nsetting: b", 9, "setting", "twice, first in line 8"),
    (SCENARIO, "version: 1", "version: one", 2, "version", "must be a whole number"),
    (SCENARIO, "version: 1", "version: 0", 2, "version", "must be from 1"),
    (SCENARIO, "version: 1", f"version: {'9' * 5000}", 2, "version", "must be a whole number"),
    (SCENARIO, "intensity: 2", "intensity: 6", 10, "intensity", "must be from 1 to 5"),
    (SCENARIO, "reviewed: 2026-03-01", "reviewed: March", 12, "reviewed", "must be a day, as 2026-03-01"),
    (SCENARIO, "track: adult", "track: adults", 5, "track", '"adults" is not one of adult, pediatric'),
    (SCENARIO, "[Ask first, Say it back]", "[Ask]", 14, "objectives", "has 1 entries; from 2 to 4"),
    (SCENARIO, "[Ask first, Say it back]", "{Ask: 1, Say: 2}", 14, "objectives", "must be a list"),
    (SCENARIO, "[Ask first, Say it back]", "Ask first", 14, "objectives", "must be a list"),
    (SCENARIO, "  tasks: [Find out what matters]\n", "", 15, "brief.tasks", "is missing"),
    (SCENARIO, "skill: values", "skill: listening", 4, "skill", "is not one of serious_news, values"),
    (SCENARIO, "age: 70", "age: old", 27, "script.characters[0].age", "must be a whole number"),
    (SCENARIO, "{age_range: 50 to 80, pronouns: any}", "none", 28, "script.characters[0].casting", "with age_range"),
    (SCENARIO, "tier: if_asked", "tier: later", 42, "script.characters[0].disclosures[1].tier", "after_empathy"),
    (SCENARIO, "id: letter", "id: garden", 42, "script.characters[0].disclosures[1].id", "is there already"),
    (SCENARIO, "id: letter", "id: My Letter", 42, "script.characters[0].disclosures[1].id", "is not an id"),
    (SCENARIO, "- id: table", "- id: door", 51, "script.beats[1].id", '"door" is there already'),
    (
        SCENARIO,
        "next: [table]",
        "next: [table, sofa]",
        50,
        "script.beats[0].next[1]",
        'no beat "sofa"; beats are door, table',
    ),
    (SCENARIO, "emotion: {kim: 2}", "emotion: {kim: 11}", 46, "script.beats[0].emotion.kim", "must be from 0 to 10"),
    (
        SCENARIO,
        "emotion: {kim: 2}",
        "emotion: {tom: 2}",
        46,
        "script.beats[0].emotion.tom",
        'no character "tom"; characters are kim',
    ),
    (SCENARIO, "play: {kim: Smile}", "play: {tom: x}", 47, "script.beats[0].play.tom", 'no character "tom"'),
    (SCENARIO, "effect: eases", "effect: soothes", 56, "script.beats[1].answers[0].effect", "eases, raises, holds"),
    (SCENARIO, "rewind: true", "rewind: maybe", 57, "script.beats[1].rewind", "must be true or false"),
    (SCENARIO, "character: kim", "character: tom", 59, "script.challenges[0].character", 'no character "tom"'),
    (
        SCENARIO,
        "at_minutes: 2.5",
        "at_minutes: 11",
        61,
        "script.prompts[0].at_minutes",
        "after the encounter's 10 minutes",
    ),
    (SCENARIO, "at_minutes: 2.5", "at_minutes: nan", 61, "script.prompts[0].at_minutes", "must be a number"),
    (SCENARIO, "raise: [a]", "raise: []", 62, "script.escalation.raise", "has 0 entries"),
    (SCENARIO, "derole: [Say your own name]", "derole: []", 67, "script.derole", "has 0 entries"),
    (SCENARIO, "rubric: small", "rubric: large", 75, "guide.rubric", 'no rubric "large"; rubrics are small'),
    (SCENARIO, "id: first-visit", "id: last-visit", 1, "id", 'differs from the file\'s name "first-visit"'),
    (RUBRIC, "skill: general", "skill: all", 4, "skill", "is not one of serious_news, values, general"),
    (RUBRIC, "min: 1, max: 5", "min: 5, max: 5", 9, "scale.max", "must be more than min, 5"),
    (RUBRIC, "min: 1, max: 5", "min: 0, max: 5", 9, "scale.labels", "no label for 0"),
    (RUBRIC, "5: Fully", "5: Fully, 6: More", 9, "scale.labels.6", "6 is not on the scale, 1 to 5"),
    (RUBRIC, "5: Fully", "5: Fully, many: More", 9, "scale.labels.many", "must be a whole number"),
    (RUBRIC, "mean: 3.5", "mean: 5.5", 10, "passing.mean", "5.5 is not on the scale, 1 to 5"),
    (RUBRIC, "by: [coach]", "by: [teacher]", 10, "passing.by[0]", '"teacher" is not one of learner'),
    (
        RUBRIC,
        "seats: [observer, coach]\n",
        "seats: [observer, guest]\n",
        27,
        "items[3].seats[1]",
        '"guest" is not one of',
    ),
    (
        RUBRIC,
        "wording: {patient: I was not alone}",
        "wording: {coach: x}",
        23,
        "items[2].wording",
        "no wording for patient",
    ),
    (
        RUBRIC,
        "seats: [patient]\n    wording: {patient:",
        "seats: [coach]\n    wording: {coach:",
        11,
        "items",
        "2 items are rated by the patient; it must be exactly 3",
    ),
    (
        RUBRIC,
        "item: heard",
        "item: hurt",
        31,
        "markers[0].item",
        'no item "hurt"; items are heard, clear, beside, pace',
    ),
    (RUBRIC, "judgement: keep", "judgement: good", 31, "markers[0].judgement", "is not one of keep, try"),
    (RUBRIC, "id: rush", "id: silence", 32, "markers[1].id", "is there already"),
    (RUBRIC, "id: felt", "id: heard", 35, "comments[1].id", '"heard" is there already'),
]


@pytest.mark.parametrize("fault", ALONE)
def test_a_fault_is_told_with_its_place(edited: Edit, fault: tuple[str, str, str, int, str, str]) -> None:
    name, old, new, line, path, reason = fault
    told = [error for error in edited(name, (old, new)) if error.path == path]

    assert told, path
    assert any(reason in error.reason for error in told), told
    assert told[0].file.endswith(f"cases/{name}")
    assert told[0].line == line
    assert str(told[0]).startswith(f"{told[0].file}:{told[0].line}: {path}: ")


def test_faults_of_all_files_come_at_once_and_in_the_order_of_lines(edited: Edit, folder: Path) -> None:
    (folder / "torn.yaml").write_text("id: [", encoding="utf-8")
    (folder / "rubrics" / "empty.yaml").write_text("", encoding="utf-8")

    errors = edited(SCENARIO, ("minutes: 10", "minutes: x"), ("next: [table]", "next: [sofa]"), ("small", "tall"))

    told = [(Path(error.file).name, error.line, error.path) for error in errors]
    assert told == [
        ("empty.yaml", None, "whole file"),
        ("first-visit.yaml", 9, "minutes"),
        ("first-visit.yaml", 50, "script.beats[0].next[0]"),
        ("torn.yaml", 1, "id"),
        ("first-visit.yaml", 75, "guide.rubric"),
    ]
    with pytest.raises(LibraryErrors) as found:
        Library.read([folder])
    assert str(found.value).splitlines() == [str(error) for error in errors]


def test_a_scenario_may_name_a_rubric_that_is_broken(edited: Edit) -> None:
    errors = edited(RUBRIC, ("version: 2", "version: two"))

    assert [error.path for error in errors] == ["version"]


def test_two_files_with_one_id_clash_and_a_folder_twice_does_not(folder: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(CASES, tmp_path / "site"))

    told = [(error.file, error.path, error.reason) for error in errors_of(folder, site)]

    assert told == [
        (str(site / RUBRIC), "id", f'there is a rubric "small" already, in {folder / RUBRIC}'),
        (str(site / SCENARIO), "id", f'there is a scenario "first-visit" already, in {folder / SCENARIO}'),
    ]
    assert list(Library.read([folder, folder]).scenarios) == ["first-visit"]


def test_a_folder_may_be_named_twice_in_two_ways(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert list(Library.read([folder, Path("cases"), Path("cases/../cases")]).scenarios) == ["first-visit"]


def test_a_site_may_use_a_rubric_of_another_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    shutil.move(folder / SCENARIO, tmp_path / "site" / SCENARIO)

    assert list(Library.read([tmp_path / "site", folder]).scenarios) == ["first-visit"]


def test_a_folder_that_is_not_there_and_a_file_that_would_be_passed_over_are_told(folder: Path) -> None:
    (folder / "late.yml").write_text("id: late", encoding="utf-8")
    (folder / "._first-visit.yaml").write_bytes(b"\x00\x05")
    (folder / "README.md").write_text("# Not a case", encoding="utf-8")

    told = [(error.file, error.reason) for error in errors_of(folder, folder / "nowhere")]

    assert told == [
        (str(folder / "late.yml"), 'would not be read: name it "late.yaml"'),
        (str(folder / "nowhere"), "no such folder"),
    ]


def test_a_file_full_of_faults_is_cut_short(folder: Path) -> None:
    (folder / SCENARIO).write_text("\n".join(f"k{number}: 1" for number in range(3000)), encoding="utf-8")

    errors = errors_of(folder)

    assert len(errors) == 101
    assert errors[-1].reason.startswith("and 29")
