"""What a file that is right still lacks: each warning for a file that lacks it, and none for one that is good."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pallpractice.library import FileError, Library, advice

GOOD = Path(__file__).parent / "good"
SHIPPED = Path(__file__).parents[2] / "scenarios"
SCENARIO, RUBRIC = "night-shift.yaml", "rubrics/brief-talk.yaml"
TODAY = date(2026, 11, 25)

Change = tuple[str, str]
Edit = Callable[..., list[FileError]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path / "cases"))


@pytest.fixture
def edited(folder: Path) -> Edit:
    """Replaces text of one file, once each, and gives the warnings on the folder."""

    def edit(name: str, *changes: Change) -> list[FileError]:
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
        return advice.about(Library.read([folder]), TODAY)

    return edit


def test_a_good_case_is_left_alone() -> None:
    assert advice.about(Library.read([GOOD]), TODAY) == []


def test_the_shipped_files_lack_a_reader_at_most() -> None:
    warnings = advice.about(Library.read([SHIPPED]), TODAY)
    assert [str(one) for one in warnings if "no clinician has read it yet" not in one.reason] == []


X = "x " * 80
TOLD = "script.characters[0].disclosures[{}]"
LACKS = [
    # changes, the path, a piece of the line, in the reason
    ([("next: [shut, promise]", "next: [promise]"), ("next: [plan, shut]", "next: [plan]")],
     "script.beats[1]", "- id: shut", "can't be reached"),
    ([("next: [promise]", "next: [shut]")],
     "script.beats[1]", "- id: shut", "no end can be reached"),
    ([("effect: raises}\n  challenges", "effect: raises}\n      next: [plan]\n  challenges")],
     "script.beats", "  beats:", "none of the beats is an end"),
    ([("play: {lou: You answer in single words.}", "play: {}")],
     "script.beats[1].play", "play: {}", 'nothing here for "lou"'),
    ([("emotion: {lou: 6}", "emotion: {}")],
     "script.beats[1].emotion", "emotion: {}", 'nothing here for "lou"'),
    ([("then: Turn round, effect: eases", "then: Turn round")],
     "script.beats[2].answers", "", "1 with effect eases"),
    ([("then: Laugh once, effect: raises", "then: Laugh once"), ("then: Shut your mouth, effect: raises", "then: Hm")],
     "script.beats[2].answers", "", "no with effect raises"),
    ([("warnings: [A talk about stopping a treatment]\n", "")], "warnings", "id: night-shift", "no of 1 or more"),
    ([("references: [{cite: Someone. Somewhere 2020.}]\n", "")], "references", "id: night-shift", "no of 1 or more"),
    ([("        - {id: bread, tier: volunteered, topic: The bakery, words: The ovens are cold tonight.}\n", "")],
     "script.characters", "characters:", "5 of 6 or more disclosures"),
    ([("tier: withheld", "tier: if_asked")], "script.characters", "characters:", "no disclosure is withheld"),
    ([("    - {character: lou, line: \"Would you do it?\", why: Honesty}\n", "")],
     "script.challenges", "challenges:", "3 of 4 or more challenges"),
    ([("[No shouting, No leaving, No touch]", "[No shouting]")],
     "script.escalation.limits", "escalation:", "1 of 3 or more limits"),
    ([(", Name a difference", "")], "script.derole", "derole:", "3 of 4 or more steps"),
    ([("      rewind: true\n", "")], "script.beats", "  beats:", "rewind point"),
    ([("reviewed: 2026-03-01\n", "")], "reviewed", "id: night-shift", "no clinician has read it yet"),
    ([("reviewed: 2026-03-01", "reviewed: 2023-11-24")], "reviewed", "reviewed:", "more than 3 years ago"),
    ([("reviewed: 2026-03-01", "reviewed: 2026-11-26")], "reviewed", "reviewed:", "still to come"),
    ([("at_minutes: 6.5", "at_minutes: 2.5")],
     "script.prompts[1].at_minutes", "at_minutes: 2.5", "2.5 comes after 3"),
    ([("You put on your coat.", X * 2)], "script.beats[4].play.lou", X, "319 characters; more than 300"),
    ([("learner: Thanks you", f"learner: {X}")], "script.beats[4].answers[0].learner", X, "more than 140"),
    ([("then: Thank them", f"then: {X}{X}")], "script.beats[4].answers[0].then", X, "more than 200"),
    ([("framework: REMAP", "framework: TODO")], "framework", "framework:", "still holds the template's TODO"),
    ([("words: Toni lives abroad and rings on Sundays.", "words: TODO say it")],
     TOLD.format(2) + ".words", "id: sibling", "still holds the template's TODO"),
]  # fmt: skip


@pytest.mark.parametrize("lack", LACKS, ids=[f"{path}: {reason}" for _, path, _, reason in LACKS])
def test_each_lack_is_told_with_its_place(edited: Edit, folder: Path, lack: tuple[list[Change], str, str, str]) -> None:
    changes, path, at, reason = lack
    (warning,) = edited(SCENARIO, *changes)

    assert warning.path == path
    assert reason in warning.reason
    assert warning.file == str(folder / SCENARIO)
    assert warning.line is not None
    assert at in (folder / SCENARIO).read_text(encoding="utf-8").splitlines()[warning.line - 1]


def test_few_beats_are_told(edited: Edit) -> None:
    whole = (GOOD / SCENARIO).read_text(encoding="utf-8")
    shut = whole[whole.index("    - id: shut") : whole.index("    - id: promise\n      title")]
    warnings = edited(SCENARIO, (shut, ""), ("next: [shut, promise]", "next: [promise]"), ("[plan, shut]", "[plan]"))
    assert [(one.path, one.reason[:14]) for one in warnings] == [("script.beats", "has 4 of 5 or ")]


def test_what_is_told_only_after_empathy_needs_an_answer_that_eases(edited: Edit) -> None:
    whole = (GOOD / SCENARIO).read_text(encoding="utf-8")
    warnings = edited(SCENARIO, (whole, whole.replace("effect: eases", "effect: holds")))
    told = [one for one in warnings if "can't be told" in one.reason]
    assert [(one.path, one.reason) for one in told] == [
        (TOLD.format(4), '"promise" can\'t be told: where "lou" plays, no answer eases')
    ]


def test_who_plays_in_no_beat_tells_nothing(edited: Edit) -> None:
    whole = (GOOD / SCENARIO).read_text(encoding="utf-8")
    silent = "\n".join("      play: {}" if "  play: " in line else line for line in whole.splitlines())
    warnings = edited(SCENARIO, (whole, silent))
    told = [one.path for one in warnings if "can't be told" in one.reason]
    assert told == [TOLD.format(place) for place in range(6)]


def test_of_a_beat_that_cannot_be_reached_nothing_more_is_asked(edited: Edit) -> None:
    away = (("next: [shut, promise]", "next: [promise]"), ("next: [plan, shut]", "next: [plan]"))
    warnings = edited(SCENARIO, *away, ("play: {lou: You answer in single words.}", "play: {}"))
    assert [one.path for one in warnings] == ["script.beats[1]"]


LEAKS = [
    # a change of what all read, its path, the path of what it gives away
    ("title: Night shift", "title: Never let go FIRST, on her last evening -- you promised",
     None, None),
    ("title: Night shift", "title: Her last evening that you", None, None),
    ("title: Night shift", "title: Her last evening that you would", "title", "script.characters[0].backstory"),
    ("title: Night shift", "title: On her last evening that you would “never” let go!",
     "title", "script.characters[0].backstory"),
    ("setting: A ward office", "setting: A child who is afraid of being the one who signs; a ward office",
     None, None),
    ("why_now: Lou asked", "why_now: Stopping means that you have given up. Lou asked",
     "brief.why_now", "script.characters[0].believes[0]"),
    ("[Lou Ito, You]", "[Lou Ito, You, Toni lives abroad and rings on Sundays]",
     "brief.present[2]", TOLD.format(2) + ".words"),
    ("Comfort can be kept up at home]", "Every day the patient asks about the greenhouse tomatoes]",
     "brief.facts[1]", TOLD.format(3) + ".words"),
    ("warnings: [A talk", "warnings: [Mornings when the child wishes the telephone had rung already, A talk",
     "warnings[0]", TOLD.format(5) + ".words"),
    ("tasks: [Find out", "tasks: [Ask the one who brushes flour off the chair before you sit, Find out",
     "brief.tasks[0]", "script.beats[0].play.lou"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "secret"), LEAKS, ids=[new for _, new, _, _ in LEAKS])
def test_what_gives_the_script_away_is_told(
    edited: Edit, old: str, new: str, path: str | None, secret: str | None
) -> None:
    warnings = edited(SCENARIO, (old, new))
    assert [one.path for one in warnings] == ([path] if path else [])
    assert all(one.reason.startswith(f"gives away {secret}: both ") for one in warnings)


def test_the_illness_may_be_told_in_the_brief_as_in_the_script(edited: Edit) -> None:
    same = "The infusions of the last half year no longer help at all"
    old = "[The infusions no longer help"
    changes = [(f"{name}: {old}", f"{name}: [{same}") for name in ("facts", "knows")]
    assert edited(SCENARIO, *changes) == []


def test_an_item_that_no_marker_catches_is_told(edited: Edit, folder: Path) -> None:
    (warning,) = edited(RUBRIC, ("item: clear", "item: heard"))
    assert (warning.path, warning.line) == ("items[1]", 16)
    assert 'no marker catches "clear"' in warning.reason
    assert warning.file == str(folder / RUBRIC)


def test_only_what_lies_inside_a_folder_is_told(edited: Edit, folder: Path, tmp_path: Path) -> None:
    edited(SCENARIO, ("framework: REMAP", "framework: TODO"))
    site = Path(shutil.copytree(GOOD, tmp_path / "site"))
    (site / "rubrics" / "brief-talk.yaml").unlink()
    (site / "calibration" / "at-the-lift.yaml").unlink()
    text = (site / SCENARIO).read_text(encoding="utf-8")
    (site / SCENARIO).unlink()
    (site / "day-shift.yaml").write_text(text.replace("id: night-shift", "id: day-shift").replace("REMAP", "TODO"))
    library = Library.read([folder, site])

    assert [Path(one.file).name for one in advice.about(library, TODAY)] == ["night-shift.yaml", "day-shift.yaml"]
    assert [Path(one.file).name for one in advice.about(library, TODAY, within=site)] == ["day-shift.yaml"]


def test_warnings_come_in_the_order_of_lines(edited: Edit) -> None:
    changes = (("[When you", "[TODO When you"), ("framework: REMAP", "framework: TODO"), ("title: Shut", "title: TODO"))
    warnings = edited(SCENARIO, *changes)
    assert [one.path for one in warnings] == ["framework", "script.beats[1].title", "script.feedback_on[0]"]
