"""A course's programme file: the shipped example is right, and whatever is wrong is said at once, with its line."""

from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pallpractice.config import CHECKOUT
from pallpractice.domain.programme import Programme, instant
from pallpractice.domain.release import Policy
from pallpractice.domain.roles import SessionKind
from pallpractice.library import Library, LibraryErrors
from pallpractice.library.programme import read

EXAMPLE = CHECKOUT / "scenarios" / "examples" / "course-2026.yaml"
GOOD = """\
course: {slug: c, title: C, time_zone: America/New_York}
days:
  - date: 2026-05-14
    sessions:
      - {key: talk, title: Talk, kind: plenary, starts: "10:15", ends: "10:45"}
      - {key: play, title: Play, kind: practice, skill: values, starts: "11:15", ends: "13:00"}
"""


def load(tmp_path: Path, text: str) -> Programme:
    path = tmp_path / "course.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def refused(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(LibraryErrors) as errors:
        load(tmp_path, text)
    return [str(error).partition("course.yaml:")[2] for error in errors.value.errors]


def test_the_example_has_the_credit_hours_of_the_course() -> None:
    """16 hours at most, of which 3.75 pharmacology, 3.5 opioid and pain, 13 end of life; parallel ones count once."""
    hours: Counter[str] = Counter()
    for slot in read(EXAMPLE).slots:
        if slot.track != "pediatric":
            for word in slot.credit:
                hours[word] += (datetime.combine(slot.day, slot.ends) - datetime.combine(slot.day, slot.starts)).seconds
    in_hours = {word: seconds / 3600 for word, seconds in hours.items()}
    assert in_hours == {"general": 16.0, "pharmacology": 3.75, "opioid": 3.5, "end_of_life": 13.0}


def test_the_example_covers_three_days_with_two_practice_blocks() -> None:
    programme = read(EXAMPLE)
    practice = [slot for slot in programme.slots if slot.kind is SessionKind.PRACTICE]
    assert {slot.day for slot in programme.slots} == {date(2026, 5, day) for day in (13, 14, 15)}
    assert [(slot.starts, slot.ends) for slot in practice] == [(time(11, 15), time(13)), (time(14, 30), time(16, 30))]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    programme = load(tmp_path, GOOD)
    assert [slot.key for slot in programme.slots] == ["talk", "play"]


def test_everything_wrong_is_said_at_once_with_line_and_path(tmp_path: Path) -> None:
    text = """\
course: {slug: Not A Slug, title: C, time_zone: Mars/Olympus, colour: red}
days:
  - date: 2026-05-14
    sessions:
      - {key: talk, title: Talk, kind: lecture, starts: "10:15", ends: "10:45"}
      - {key: play, title: Play, kind: practice, starts: "11:15", ends: "11:00"}
      - {key: play, title: Rest, kind: break, starts: "12:00", ends: 12.30, credit: [general]}
  - date: 2026-05-14
    sessions:
      - {key: talk, title: Talk, kind: break, starts: "15:00", ends: "16:00", credit: [general]}
"""
    found = refused(tmp_path, text)
    for expected in (
        "1: course.slug:",
        "1: course.time_zone: no time zone",
        "1: course.colour: unknown field",
        "5: days[0].sessions[0].kind:",
        "6: days[0].sessions[1].ends: 11:00 is not after",
        "6: days[0].sessions[1].skill: is missing",
        '7: days[0].sessions[2].ends: "12.30" is not a time',
        "8: days[1].date: 2026-05-14 is there already",
        "10: days[1].sessions[0].credit: breaks do not count",
    ):
        assert any(line.startswith(expected) for line in found), (expected, found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("key: play", "key: talk", '"talk" is there already'),
        ("skill: values, ", "", "a practice session says what it practises"),
        ("kind: plenary", "kind: plenary, skill: values", "belongs to practice sessions only"),
        ('starts: "11:15"', 'starts: "10:30"', 'overlaps "talk" (10:15 to 10:45)'),
        ('ends: "13:00"', 'ends: "25:00"', "is not a time"),
        ('ends: "13:00"', 'ends: "-1:00"', "is not a time"),
        ("date: 2026-05-14", "date: 14 May", "must be a day"),
        ("title: C,", "title: C, meeting_url_template: 'https://m/{person}',", "uses person"),
        ("title: C,", "title: C, observers_see_scorecards: maybe,", "must be true or false"),
        ("days:", "dates:", "is missing"),
        ("time_zone: America/New_York", "time_zone: America", "no time zone"),
        ("time_zone: America/New_York", "time_zone: ../../etc/passwd", "no time zone"),
    ],
)
def test_each_rule_refuses(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    found = refused(tmp_path, GOOD.replace(old, new, 1))
    assert any(said in line for line in found), found


def test_sessions_of_two_tracks_may_run_in_parallel_and_of_one_may_not(tmp_path: Path) -> None:
    def lines(track: str) -> str:
        session = '{{key: {}, title: T, kind: plenary, track: {}, starts: "15:00", ends: "16:00"}}'
        return GOOD + f"      - {session.format('a', 'adult')}\n      - {session.format('b', track)}\n"

    assert len(load(tmp_path, lines("pediatric")).slots) == 4
    assert 'overlaps "a"' in refused(tmp_path, lines("adult"))[0]


def test_a_time_that_the_clocks_skip_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace("2026-05-14", "2026-03-08").replace('"10:15"', '"02:30"')
    assert "02:30 does not exist on 2026-03-08 in America/New_York" in refused(tmp_path, text)[0]


def test_an_hour_that_comes_twice_is_taken_the_first_time() -> None:
    assert instant(date(2026, 11, 1), time(1, 30), ZoneInfo("America/New_York")) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["[]", "just words", "course: 3\ndays: [4, {date: 2026-05-14, sessions: 5}]", "{", ""])
def test_a_file_of_another_shape_is_refused_and_crashes_nothing(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text)


# What the course practises with.

LIBRARY = Library.read([CHECKOUT / "scenarios"])


def chosen(tmp_path: Path, choice: str) -> Programme:
    path = tmp_path / "course.yaml"
    path.write_text(GOOD.replace("time_zone: America/New_York", f"time_zone: America/New_York, {choice}"), "utf-8")
    return read(path, LIBRARY)


def test_a_course_may_choose_its_scenarios_and_rubrics(tmp_path: Path) -> None:
    programme = chosen(tmp_path, "scenarios: [two-ways-home, fair-warning], rubrics: {values: communication}")
    assert programme.scenarios == ("two-ways-home", "fair-warning")
    assert programme.rubrics == {"values": "communication"}


def test_a_course_that_says_nothing_of_them_leaves_the_choice_alone(tmp_path: Path) -> None:
    programme = load(tmp_path, GOOD)
    assert (programme.scenarios, programme.rubrics) == (None, None)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("scenarios: [two-ways-home, lost]", '1: course.scenarios[1]: no scenario "lost"; scenarios are a-bag'),
        ("rubrics: {values: lost}", '1: course.rubrics.values: no rubric "lost"; rubrics are communication, serious'),
        ("rubrics: {values: serious-news}", '1: course.rubrics.values: "serious-news" rates serious_news, not values'),
        ("rubrics: {listening: values}", '1: course.rubrics.listening: "listening" is not one of serious_news, values'),
        (
            "scenarios: [said-twice]",
            "6: days[0].sessions[1].skill: none of the course's scenarios practises values; add one to",
        ),
        ("scenarios: []", "1: course.scenarios: has 0 entries; from 1 to 500 are wanted"),
    ],
)
def test_a_choice_that_cannot_be_is_told_with_its_place(tmp_path: Path, choice: str, told: str) -> None:
    with pytest.raises(LibraryErrors) as errors:
        chosen(tmp_path, choice)
    assert any(str(error).partition("course.yaml:")[2].startswith(told) for error in errors.value.errors), errors.value


def test_the_file_says_when_feedback_reaches_learners(tmp_path: Path) -> None:
    assert (load(tmp_path, GOOD).release, load(tmp_path, GOOD).peer_names) == (None, None)
    chosen = load(tmp_path, GOOD.replace("title: C,", "title: C, release: hand, peer_names: false,"))
    assert (chosen.release, chosen.peer_names) == (Policy.HAND, False)
    (said,) = refused(tmp_path, GOOD.replace("title: C,", "title: C, release: never,"))
    assert "release" in said
