"""Words that can be said anew: English without a language, and never worse than English with one."""

import pickle
from datetime import UTC, date, datetime
from typing import ClassVar

from pallpractice.domain import times
from pallpractice.domain.text import Figure, Text, joined, listed, said, text, texts


class Backwards:
    """A language whose words are the English ones from behind, for the sentences it knows."""

    code = "xx"
    words: ClassVar = {
        "{who} is coming already.": ".ydaerla gnimoc si {who}",
        "nurse": "esrun",
        "{n} room": "moor {n}",
        "{n} rooms": "smoor {n}",
        "{names} and {last}": "{last} dna {names}",
        "Broken {place}": "{another}",
    }

    def one(self, message: str) -> str:
        return self.words.get(message, message)

    def many(self, one: str, many: str, n: int) -> str:
        return self.one(one if n == 1 else many)

    def date(self, at: date, shape: str) -> str:
        return f"<{at:%Y-%m-%d} {shape}>"

    def time(self, at: datetime) -> str:
        return f"<{at:%I:%M}>"

    def number(self, value: float, least: int, most: int) -> str:
        return f"<{value} {least} {most}>"


XX = Backwards()


def test_it_is_the_english_until_it_is_said() -> None:
    words = text("{who} is coming already.", who="Cleo")
    assert words == "Cleo is coming already."
    assert f"{words}" == str(words) == said(words, None)
    assert said(words, XX) == ".ydaerla gnimoc si Cleo"


def test_values_are_said_too() -> None:
    assert said(text("{who} is coming already.", who=text("nurse")), XX) == ".ydaerla gnimoc si esrun"
    assert said(listed(["Lena", "Olga", text("nurse")]), XX) == "esrun dna Lena, Olga"
    assert said(joined("; ", [text("nurse"), "Sam"]), XX) == "esrun; Sam"


def test_a_figure_is_written_as_the_language_has_it() -> None:
    assert text("{most} at most", most=Figure.of(2.5, 2)) == "2.50 at most"
    assert said(text("{most} at most", most=Figure.of(2.5, 2)), XX) == "<2.5 2 2> at most"
    assert said(pickle.loads(pickle.dumps(Figure.of(2.5, 2))), XX) == "<2.5 2 2>"


def test_a_number_chooses_the_form() -> None:
    assert [texts("{n} room", "{n} rooms", n) for n in (0, 1, 2)] == ["0 rooms", "1 room", "2 rooms"]
    assert [said(texts("{n} room", "{n} rooms", n), XX) for n in (0, 1)] == ["smoor 0", "moor 1"]


def test_a_sentence_the_language_has_not_stays_english() -> None:
    assert said(text("{a} and more", a=1), XX) == "1 and more"
    assert said("plain words", XX) == "plain words"


def test_a_place_that_a_translator_got_wrong_gives_the_english() -> None:
    assert said(text("Broken {place}", place="here"), XX) == "Broken here"


def test_braces_in_a_value_are_only_braces() -> None:
    assert said(text("{who} is coming already.", who="{who} {0}"), XX) == ".ydaerla gnimoc si {who} {0}"


def test_nothing_is_nothing_in_every_language() -> None:
    assert said(Text(""), XX) == said(joined(", ", []), XX) == said(listed([]), XX) == ""


def test_all_of_a_view_is_said() -> None:
    view = {"a": [text("nurse"), 1, None], "b": ({"c": text("nurse")},)}
    assert said(view, XX) == {"a": ["esrun", 1, None], "b": [{"c": "esrun"}]}


def test_marshmallow_fills_in_its_figures_and_it_can_still_be_said() -> None:
    assert said(text("nurse").format(input=3), XX) == "esrun"
    assert text("at most {n}", n="{n}").format(n=5) == "at most 5"


def test_it_goes_through_a_pickle_whole() -> None:
    words = texts("{n} room", "{n} rooms", 2)
    assert said(pickle.loads(pickle.dumps(words)), XX) == said(words, XX)
    day = times.day(datetime(2026, 5, 14, tzinfo=UTC), "UTC")
    assert said(pickle.loads(pickle.dumps(day)), XX) == said(day, XX)


def test_dates_go_by_the_language() -> None:
    at = datetime(2026, 5, 14, 15, 15, tzinfo=UTC)
    words = times.day_and_span(at, at.replace(hour=17), "America/New_York")
    assert words == "Thursday 14 May 2026, 11:15 to 13:00 EDT".replace("13:00", "13:15")
    assert said(words, XX) == "<2026-05-14 full>, <11:15> to <01:15> EDT"
