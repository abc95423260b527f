"""Practice in rating: who may rate which worked encounter, once, and when the reference is theirs to read."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from pallpractice.domain.errors import Invalid, NotFound
from pallpractice.domain.roles import Seat
from pallpractice.library.shelf import Library
from pallpractice.services import editions
from pallpractice.services.rating import practice, raters
from pallpractice.storage.rating import Calibration
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SavedCourse
from tests.services.conftest import Table

SCARRING, SLUG = "scarring", "serious-talk"
PATIENTS = ("headline", "emotion", "next-steps")


def given(library: Library, seat: Seat, rating: int | None = 3) -> dict[str, int | None]:
    return dict.fromkeys((item.id for item in library.rubrics["serious-news"].items_for(seat)), rating)


def sheet(store: Store, library: Library, person: Any, encounter: str = SCARRING) -> practice.Sheet:
    with store.read() as uow:
        return practice.sheet(uow, library, SLUG, person.id, encounter)


def submit(store: Store, library: Library, person: Any, ratings: dict[str, int | None]) -> None:
    store.change(practice.submit, library, SLUG, person.id, SCARRING, ratings)


@pytest.mark.parametrize(
    ("who", "seat"),
    [("Lena", Seat.OBSERVER), ("Sam", Seat.PATIENT), ("Cleo", Seat.COACH), ("Oren", Seat.COACH)],
)
def test_each_rates_in_the_words_of_their_seat_and_then_sees_the_reference(
    store: Store, library: Library, course: SavedCourse, who: str, seat: Seat
) -> None:
    person = course.cast[who]
    before = sheet(store, library, person)
    assert (before.seat, before.result) == (seat, None)
    submit(store, library, person, given(library, seat))
    result = sheet(store, library, person).result
    assert result
    assert [one.item.id for one in result.compared] == list(given(library, seat))
    reference = library.encounters[SCARRING].reference_for(seat)
    assert [one.reference for one in result.compared] == list(reference.values())
    by_item = {one.item.id: one for one in result.compared}
    assert by_item["headline"].closeness == "near"
    assert by_item["headline"].difference == -1
    assert by_item["emotion"].difference == (1 if seat is Seat.PATIENT else 0)


def test_what_was_not_observed_is_compared_as_such(store: Store, library: Library, course: SavedCourse) -> None:
    submit(store, library, course.cleo, given(library, Seat.COACH, None))
    result = sheet(store, library, course.cleo).result
    assert result
    assert {one.closeness for one in result.compared} == {"otherwise"}
    assert {one.difference for one in result.compared} == {None}


def test_it_is_rated_once(store: Store, library: Library, course: SavedCourse) -> None:
    submit(store, library, course.lena, given(library, Seat.OBSERVER))
    with pytest.raises(Invalid, match="already"):
        submit(store, library, course.lena, given(library, Seat.OBSERVER, 5))
    with store.read() as uow:
        (row,) = uow.session.query(Calibration)
        assert {mark.rating for mark in row.marks} == {3}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"emotion": ...}, "still to be rated"),
        ({"emotion": 6}, "Outside the scale"),
        ({"emotion": 0}, "Outside the scale"),
        ({"reframe": 3}, "no such entry"),
    ],
    ids=str,
)
def test_all_of_it_is_rated_on_the_scale_and_nothing_else(
    store: Store, library: Library, course: SavedCourse, change: dict[str, Any], reason: str
) -> None:
    ratings = {item: one for item, one in (given(library, Seat.COACH) | change).items() if one is not ...}
    with pytest.raises(Invalid, match=reason) as refused:
        submit(store, library, course.cleo, ratings)
    assert set(refused.value.fields or {}) == set(change) - {"reframe"}
    assert sheet(store, library, course.cleo).result is None


def test_only_members_find_it_and_only_of_a_skill_the_course_practises(
    store: Store, library: Library, course: SavedCourse
) -> None:
    with pytest.raises(NotFound):
        sheet(store, library, course.mallory)
    with pytest.raises(NotFound):
        submit(store, library, course.mallory, given(library, Seat.OBSERVER))
    with pytest.raises(NotFound):
        sheet(store, library, course.lena, "custard")
    with store.read() as uow:
        assert [one.about.id for one in practice.offered(uow, library, course.course, course.lena.id)] == [SCARRING]


def of_a_case(library: Library, scenario: str) -> Library:
    """The library, with the encounter played from one of its cases."""
    played = replace(library.encounters[SCARRING], scenario=scenario)
    return replace(library, encounters=MappingProxyType({SCARRING: played}))


def test_one_that_was_played_from_a_case_is_for_who_may_read_its_script(
    table: Table, store: Store, library: Library
) -> None:
    """A learner who is still to meet the case, or sits in it now, must not find it in the transcript."""
    table.do("Cleo", "round:start")
    case = table.view("Cleo")["round"]["id"], "results-after-the-stent"
    with store.read() as uow:
        from pallpractice.storage.rooms import RoundRow

        case = uow.session.get_one(RoundRow, case[0]).scenario_id
    changed = of_a_case(library, case)

    def offered(who: str) -> list[str]:
        with store.read() as uow:
            person = table.course.cast[who].id
            return [one.about.id for one in practice.offered(uow, changed, table.course.course, person)]

    for who, may in {"Lena": [], "Olga": [], "Sam": [SCARRING], "Cleo": [SCARRING], "Oren": [SCARRING]}.items():
        assert offered(who) == may, who
    with pytest.raises(NotFound):
        sheet(store, changed, table.course.olga)
    with pytest.raises(NotFound):
        submit(store, changed, table.course.olga, given(library, Seat.OBSERVER))
    for action in ("encounter:begin", "encounter:end", "debrief:open", *["debrief:next"] * 3, "round:close"):
        table.do("Cleo", action)
    assert offered("Olga") == [SCARRING]


def test_how_others_rated_is_told_of_five_others_and_of_no_fewer(
    store: Store, library: Library, course: SavedCourse, add_group: Any
) -> None:
    add_group("Birch", dict.fromkeys(("Ada", "Ben", "Cyd"), "learner"))
    for number, who in enumerate(("Olga", "Omar", "Ada", "Ben", "Lena"), 1):
        submit(store, library, course.cast[who], given(library, Seat.OBSERVER, number))
    submit(store, library, course.sam, given(library, Seat.PATIENT, 1))  # another question: not among them
    result = sheet(store, library, course.lena).result
    assert result
    assert (result.others, result.other_raters) == ({}, 4)
    submit(store, library, course.cyd, given(library, Seat.OBSERVER, 5) | {"pace": None})
    result = sheet(store, library, course.lena).result
    assert result
    assert result.other_raters == 5
    assert result.others == dict.fromkeys(set(given(library, Seat.OBSERVER)) - {"pace"}, 3.0)


def test_a_version_that_was_rated_is_kept_and_a_newer_one_is_to_be_rated_anew(
    store: Store, library: Library, course: SavedCourse
) -> None:
    submit(store, library, course.cleo, given(library, Seat.COACH))
    first = library.encounters[SCARRING]
    newer = replace(first, version=2, reference=tuple(replace(one, rating=1) for one in first.reference))
    changed = replace(library, encounters=MappingProxyType({SCARRING: newer}), earlier={})
    assert sheet(store, changed, course.cleo).result is None
    with store.read() as uow:
        (rater,) = raters.of_course(uow, changed, course.course, [])
        assert rater.practised
        assert rater.practised.mean == pytest.approx(-0.75), "beside the reference it was rated against"
        editions.check(uow, changed)
        same = replace(newer, version=1)
        from pallpractice.library import LibraryErrors

        with pytest.raises(LibraryErrors, match="has been practised with"):
            editions.check(uow, replace(changed, encounters=MappingProxyType({SCARRING: same})))
