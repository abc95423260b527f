"""Finding a scenario among many."""

from dataclasses import dataclass
from typing import Any

import pytest

from pallpractice.domain.search import Search


@dataclass(frozen=True)
class One:
    title: str = "First visit"
    setting: str = "A kitchen"
    skill: str = "values"
    track: str = "adult"
    intensity: int = 3
    characters: int = 2
    professions: tuple[str, ...] = ("nurse", "chaplain")
    warnings: tuple[str, ...] = ("A Child who may die",)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, True),
        ({"skill": "values", "track": "adult", "characters": 2, "profession": "chaplain"}, True),
        ({"skill": "serious_news"}, False),
        ({"track": "pediatric"}, False),
        ({"intensity": 3}, True),
        ({"intensity": 2}, False),
        ({"characters": 1}, False),
        ({"profession": "physician"}, False),
        ({"words": "kitchen VISIT"}, True),
        ({"words": "child"}, True),
        ({"words": "kitchen garden"}, False),
        ({"without": "grief"}, True),
        ({"without": "grief, child"}, False),
        ({"without": "kitchen"}, True),
    ],
)
def test_all_that_is_wanted_must_hold(wanted: dict[str, Any], found: bool) -> None:
    assert Search(**wanted).finds(One()) is found
