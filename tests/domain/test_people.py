"""Finding and counting the people of a course."""

import pytest

from pallpractice.domain.people import NO_GROUP, PeopleSearch, State, by_role
from pallpractice.domain.roles import Role, Track
from pallpractice.domain.roster import Entry

LENA = Entry(0, "lena@example.org", "Lena Ortiz", Role.LEARNER, Track.ADULT, "Maple", "Ward 3", "Nurse", "Lakeside")
OREN = Entry(0, "oren@example.org", "Oren", Role.ORGANISER)


@pytest.mark.parametrize(
    ("search", "finds_lena", "finds_oren"),
    [
        ({}, True, True),
        ({"words": "LAKE nurse"}, True, False),
        ({"words": "example.org"}, True, True),
        ({"words": "lake doctor"}, False, False),
        ({"role": "organiser"}, False, True),
        ({"track": "adult"}, True, False),
        ({"group": "Maple"}, True, False),
        ({"group": NO_GROUP}, False, True),
        ({"state": "opened"}, True, True),
        ({"state": "never"}, False, False),
        ({"state": "removed"}, False, False),
    ],
)
def test_all_that_is_asked_for_must_hold(search: dict[str, str], finds_lena: bool, finds_oren: bool) -> None:
    asked = PeopleSearch(**search)
    assert (asked.finds(LENA, State.OPENED), asked.finds(OREN, State.OPENED)) == (finds_lena, finds_oren)


def test_who_was_removed_is_found_only_when_asked_for() -> None:
    assert not PeopleSearch(role="learner").finds(LENA, State.REMOVED)
    assert PeopleSearch(state="removed").finds(LENA, State.REMOVED)


def test_every_role_is_counted_by_track() -> None:
    counts = by_role([LENA, LENA, OREN])
    assert counts[Role.LEARNER] == {Track.ADULT: 2}
    assert counts[Role.ORGANISER] == {None: 1}
    assert counts[Role.COACH] == {}
