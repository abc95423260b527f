"""The cases and rubrics that come with the programme hold what a case must hold, and can be played."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pallpractice.domain.rubric import JUDGEMENTS, KINDS, RATING_SEATS, Rubric
from pallpractice.domain.scenario import SKILLS, TIERS, TRACKS, Beat, Scenario
from pallpractice.library import Library

FOLDER = Path(__file__).parents[2] / "scenarios"
LIBRARY = Library.read([FOLDER])

# A case that is there for the way it is told, and words that show the file still tells it so.
BY_PHONE_OR_VIDEO = {"a-call-before-dawn": "telephone call"}
INTERPRETED_OR_ASKED_TO_WITHHOLD = {
    "said-twice": "interpreter",
    "in-front-of-the-door": "not to tell",
    "me-first": "don't tell",
}
PROFESSIONS = {"physician", "nurse", "social worker", "chaplain", "pharmacist", "psychologist"}
COMPETENCIES = {
    # Institute of Medicine
    "patient-centred care",
    "interdisciplinary teams",
    "evidence-based practice",
    "quality improvement",
    "informatics",
    # ABMS and ACGME
    "patient care",
    "medical knowledge",
    "practice-based learning",
    "professionalism",
    "systems-based practice",
    "interpersonal and communication skills",
}
ITEMS = {"serious_news": (7, 9), "values": (7, 9), "general": (5, 6)}  # how many of them can be rated while watching
MARKERS = (8, 10)

every_scenario = pytest.mark.parametrize("scenario", LIBRARY.scenarios.values(), ids=list(LIBRARY.scenarios))
every_rubric = pytest.mark.parametrize("rubric", LIBRARY.rubrics.values(), ids=list(LIBRARY.rubrics))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(inner)


def test_every_file_is_on_the_shelf() -> None:
    assert set(LIBRARY.scenarios) == {path.stem for path in FOLDER.glob("*.yaml")}
    assert set(LIBRARY.rubrics) == {path.stem for path in (FOLDER / "rubrics").glob("*.yaml")}


def test_there_are_six_cases_or_more_for_each_track_and_for_each_skill() -> None:
    cases = LIBRARY.scenarios.values()
    tracks, skills = Counter(case.track for case in cases), Counter(case.skill for case in cases)
    assert all(tracks[track] >= 6 for track in TRACKS), tracks
    assert all(skills[skill] >= 6 for skill in SKILLS), skills
    assert {(case.skill, case.track) for case in cases} == {(skill, track) for skill in SKILLS for track in TRACKS}


def test_three_cases_or_more_have_two_characters() -> None:
    characters = Counter(len(case.script.characters) for case in LIBRARY.scenarios.values())
    assert set(characters) == {1, 2}
    assert characters[2] >= 3


@pytest.mark.parametrize(("case", "words"), (BY_PHONE_OR_VIDEO | INTERPRETED_OR_ASKED_TO_WITHHOLD).items())
def test_a_case_is_told_the_way_it_is_there_for(case: str, words: str) -> None:
    written = " ".join((FOLDER / f"{case}.yaml").read_text(encoding="utf-8").lower().split())
    assert words in written


def test_there_is_a_case_at_every_intensity_an_actor_can_be_led_up_by() -> None:
    assert {case.intensity for case in LIBRARY.scenarios.values()} >= {2, 3, 4, 5}


def test_every_profession_of_the_course_can_sit_in_the_learners_chair_of_some_case() -> None:
    assert {profession for case in LIBRARY.scenarios.values() for profession in case.professions} >= PROFESSIONS


@every_scenario
def test_a_case_is_complete(scenario: Scenario) -> None:
    script, guide = scenario.script, scenario.guide
    disclosures = [told for who in script.characters for told in who.disclosures]
    assert len(script.beats) >= 5
    assert len(disclosures) >= 6
    assert {told.tier for told in disclosures} == set(TIERS)
    assert len(script.challenges) >= 4
    assert {challenge.character for challenge in script.challenges} == {who.id for who in script.characters}
    assert len(script.prompts) >= 3
    assert sum(beat.rewind for beat in script.beats) >= 3
    assert len(script.escalation.limits) >= 3
    assert len(script.derole) >= 4
    assert scenario.warnings
    assert scenario.references
    assert LIBRARY.rubric_for(scenario).skill == scenario.skill
    for part in (guide.teaching_points, guide.pitfalls, guide.timeout_cues, guide.debrief_questions, guide.calibration):
        assert len(part) >= 3


@every_scenario
def test_every_beat_can_be_played_by_every_character_whatever_the_learner_does(scenario: Scenario) -> None:
    characters = {who.id for who in scenario.script.characters}
    for beat in scenario.script.beats:
        assert set(beat.emotion) == set(beat.play) == characters, beat.id
        for effect in ("eases", "raises"):
            assert sum(answer.effect == effect for answer in beat.answers) >= 2, (beat.id, effect)


@every_scenario
def test_every_beat_is_reached_from_the_first_and_leads_to_an_end(scenario: Scenario) -> None:
    beats = {beat.id: beat for beat in scenario.script.beats}
    assert reached(beats, scenario.script.beats[0].id) == set(beats)
    for beat in beats:
        assert any(not beats[last].next for last in reached(beats, beat)), beat


def reached(beats: dict[str, Beat], first: str) -> set[str]:
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        beat = waiting.pop()
        waiting += [] if beat in seen else beats[beat].next
        seen.add(beat)
    return seen


@every_scenario
def test_where_the_script_says_go_to_there_is_such_a_beat_next(scenario: Scenario) -> None:
    titles = {beat.title: beat.id for beat in scenario.script.beats}
    for beat in scenario.script.beats:
        for answer in beat.answers:
            for title in re.findall(r"[Gg]o to “([^”]+)”", answer.then):
                assert titles[title] in beat.next, (beat.id, title)


@every_scenario
def test_the_brief_gives_nothing_of_the_script_away(scenario: Scenario) -> None:
    shown = " ".join(texts(scenario.brief_plain)).lower()
    for who in scenario.script.characters:
        for told in who.disclosures:
            if told.tier in ("after_empathy", "withheld"):
                assert told.words.lower()[:25] not in shown, told.id


@every_scenario
def test_a_live_card_is_short_enough_to_read_while_playing(scenario: Scenario) -> None:
    for beat in scenario.script.beats:
        assert all(len(play) <= 300 for play in beat.play.values()), beat.id
        assert all(len(answer.learner) <= 140 and len(answer.then) <= 200 for answer in beat.answers), beat.id


@every_scenario
def test_the_notes_for_raters_name_the_items_as_the_rubric_does(scenario: Scenario) -> None:
    titles = tuple(f"“{item.title}”" for item in LIBRARY.rubric_for(scenario).items)
    for note in scenario.guide.calibration:
        assert not note.startswith("“") or note.startswith(titles), note


def test_there_is_one_rubric_of_each_kind() -> None:
    assert sorted(rubric.skill for rubric in LIBRARY.rubrics.values()) == sorted(KINDS)


@every_rubric
def test_a_rubric_is_of_a_size_to_be_filled_while_watching(rubric: Rubric) -> None:
    fewest, most = ITEMS[rubric.skill]
    assert fewest <= len(rubric.items) <= most
    fewest, most = MARKERS
    assert fewest <= len(rubric.markers) <= most
    assert len(rubric.items_for("patient")) == 3


@every_rubric
def test_every_item_says_what_low_middle_and_high_look_like_and_what_it_counts_towards(rubric: Rubric) -> None:
    for item in rubric.items:
        anchors = {item.anchors.low, item.anchors.middle, item.anchors.high}
        assert all(anchor.strip() for anchor in anchors), item.id
        assert len(anchors) == 3, item.id
        assert item.competencies, item.id
        assert set(item.competencies) <= COMPETENCIES, item.id


@every_rubric
def test_every_item_is_caught_by_a_marker_and_every_marker_catches_one(rubric: Rubric) -> None:
    assert {marker.item for marker in rubric.markers} == {item.id for item in rubric.items}


@every_rubric
def test_a_marker_is_read_at_a_glance_and_there_are_some_to_keep_and_some_to_try(rubric: Rubric) -> None:
    assert all(2 <= len(marker.label.split()) <= 4 for marker in rubric.markers)
    assert len({marker.label for marker in rubric.markers}) == len(rubric.markers)
    assert {marker.judgement for marker in rubric.markers} == set(JUDGEMENTS)


@every_rubric
def test_the_standard_is_set_by_the_coach_on_the_scale_and_the_rubric_says_what_is_not_known(rubric: Rubric) -> None:
    assert rubric.scale.min < rubric.passing.mean <= rubric.scale.max
    assert rubric.passing.by == ("coach",)
    assert rubric.licence == "CC BY 4.0"
    assert "reliability" in rubric.permission


@every_rubric
def test_every_seat_is_asked_in_its_own_words(rubric: Rubric) -> None:
    opening = {"learner": ("I ", "We "), "patient": ("I ",), "observer": ("The learner ",), "coach": ("The learner ",)}
    for seat in RATING_SEATS:
        assert rubric.comments_for(seat)
        assert all(item.wording[seat].startswith(opening[seat]) for item in rubric.items_for(seat))
    for seat in ("observer", "coach"):
        assert [comment.id for comment in rubric.comments_for(seat)] == ["keep", "try"]


def test_the_folder_says_what_it_is_and_under_which_licence() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "creativecommons.org/licenses/by/4.0" in (FOLDER / "LICENSE").read_text(encoding="utf-8")
    for name in (*LIBRARY.scenarios, *LIBRARY.rubrics, *TIERS):
        assert f"`{name}`" in readme


def test_the_readme_names_every_field_of_the_files() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    scenario = LIBRARY.scenarios["two-ways-home"]
    parts = (scenario.brief_plain, scenario.script_plain, scenario.guide_plain)
    for name in {key for part in parts for key in keys(part)} - {"rowan", "mika"}:
        assert f"`{name}`" in readme, name


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(inner)
