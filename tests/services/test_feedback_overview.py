"""What an organiser sees of a course's feedback: counts of people, means of five or more, raters beside each other."""

from typing import Any

import pytest

from pallpractice.domain.agreement import Leaning, against_others
from pallpractice.domain.groups.professions import Family
from pallpractice.domain.roles import Role, Seat
from pallpractice.library.shelf import Library
from pallpractice.services import seating
from pallpractice.services.rating import apart, overview, raters, reliability, skills
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock, SavedCourse
from tests.rated import add_round, correct
from tests.services.conftest import Table

O, C, L, P = Seat.OBSERVER, Seat.COACH, Seat.LEARNER, Seat.PATIENT


@pytest.fixture
def room(store: Store, course: SavedCourse, add_group: Any) -> str:
    """The room of Maple; seven more learners are in Birch, so that there are ten."""
    add_group("Birch", {f"Learner {number}": Role.LEARNER for number in range(7)})
    store.change(lambda uow: seating.place(uow, course.course))
    with store.read() as uow:
        return str(uow.session.query(Room).filter(Room.group_id == course.group.id).one().id)


def standing(store: Store, course: SavedCourse) -> dict[str, tuple[int, ...]]:
    with store.read() as uow:
        found = overview.standings(uow, course.course)
        return {
            one.person.name: (one.practised, one.observed, one.rated, one.received, one.gave)
            for one in found
            if not one.person.name.startswith("Learner")
        }


def test_who_has_practised_been_observed_and_rated_and_given_and_received(
    table: Table, store: Store, clock: Any
) -> None:
    course = table.course
    assert set(standing(store, course).values()) == {(0, 0, 0, 0, 0)}
    assert "Oren" not in standing(store, course)
    table.do("Cleo", "round:start")
    assert standing(store, course)["Lena"] == (0, 0, 0, 0, 0), "a briefing is no practice yet"
    table.do("Cleo", "encounter:begin")
    assert standing(store, course)["Lena"] == (1, 0, 0, 0, 0)
    table.do("Olga", "observation:add", kind="note", text="Paused well")
    assert standing(store, course)["Lena"] == (1, 1, 0, 0, 0)
    table.do("Cleo", "encounter:end")
    table.do("Lena", "score:save", entry="pace", rating=2)
    table.do("Lena", "scorecard:submit")
    assert standing(store, course)["Lena"] == (1, 1, 0, 0, 0), "one's own rating is neither given nor received"
    table.do("Olga", "score:save", entry="pace", rating=2)
    assert standing(store, course)["Olga"] == (0, 0, 0, 0, 0), "a draft is nothing yet"
    assert standing(store, course)["Lena"] == (1, 1, 0, 0, 0), "to either of them"
    table.do("Olga", "scorecard:submit")
    table.do("Omar", "scorecard:submit")  # empty
    assert standing(store, course) == {
        "Lena": (1, 1, 1, 0, 0),
        "Olga": (0, 0, 0, 0, 1),
        "Omar": (0, 0, 0, 0, 0),
        "Sam": (0, 0, 0, 0, 0),
        "Cleo": (0, 0, 0, 0, 0),
    }
    for action in ("debrief:open", "debrief:next"):
        table.do("Cleo", action)
    assert standing(store, course)["Lena"] == (1, 1, 1, 1, 0)
    with store.read() as uow:
        totals = overview.totals(overview.standings(uow, course.course))
    assert totals == {"learners": 3, "practised": 1, "observed": 1, "rated": 1, "received": 1, "gave": 1}


# --- skills


def means(store: Store, library: Library, course: SavedCourse, by: Seat, item: str) -> tuple[dict[Any, Any], ...]:
    with store.read() as uow:
        (found,) = skills.of_ratings(uow, library, skills.ratings(uow, course.course), by)
    row = next(row for row in found.rows if row.item.id == item)
    return (
        {seat: cell.mean for seat, cell in row.by_seat.items()},
        {profession: (cell.mean, cell.n) for profession, cell in row.by_profession.items()},
    )


def rate_all(store: Store, course: SavedCourse, room: str, professions: list[str]) -> None:
    """The first learners, each of a profession, are rated by coach 1, 2, 3 ... and by themselves 5."""
    learners = [person for name, person in course.cast.items() if name.startswith(("Learner", "Lena", "Olga", "Omar"))]
    for number, profession in enumerate(professions):
        with store.write() as uow:
            uow.session.get_one(Person, learners[number].id).profession = profession
        cards = {(course.cleo.id, C): {"pace": number % 5 + 1}, (learners[number].id, L): {"pace": 5}}
        add_round(store, room, learners[number], cards)


def test_nothing_is_shown_of_four_learners(store: Store, library: Library, course: SavedCourse, room: str) -> None:
    rate_all(store, course, room, ["nurse"] * 4)
    by_seat, by_profession = means(store, library, course, C, "pace")
    assert set(by_seat.values()) == {None}
    assert by_profession == {Family.NURSE: (None, 4)}


def test_five_are_shown_and_who_rated_is_not_pooled(
    store: Store, library: Library, course: SavedCourse, room: str
) -> None:
    rate_all(store, course, room, ["nurse"] * 5)
    by_seat, by_profession = means(store, library, course, C, "pace")
    assert by_seat == {L: 5.0, O: None, C: 3.0}
    assert by_profession == {Family.NURSE: (3.0, 5)}
    assert means(store, library, course, L, "pace")[1] == {Family.NURSE: (5.0, 5)}


def test_the_few_can_not_be_worked_out_from_the_many(
    store: Store, library: Library, course: SavedCourse, room: str
) -> None:
    rate_all(store, course, room, ["nurse"] * 8 + ["physician"] * 2)
    by_seat, by_profession = means(store, library, course, C, "pace")
    assert by_seat[C] == pytest.approx(3.0)
    assert by_profession == {Family.NURSE: (None, 8), Family.PHYSICIAN: (None, 2)}


def test_a_learner_counts_once_however_often_they_were_rated(
    store: Store, library: Library, course: SavedCourse, room: str
) -> None:
    rate_all(store, course, room, ["nurse"] * 5)  # 1 to 5
    for _ in range(3):
        add_round(store, room, course.lena, {(course.cleo.id, C): {"pace": 1}})
    assert means(store, library, course, C, "pace")[0][C] == pytest.approx(3.0)
    for _ in range(4):
        add_round(store, room, course.lena, {(course.cleo.id, C): {"pace": 5}})
    assert means(store, library, course, C, "pace")[0][C] == pytest.approx((3 + 2 + 3 + 4 + 5) / 5)


def test_drafts_and_not_observed_count_for_nothing(
    store: Store, library: Library, course: SavedCourse, room: str
) -> None:
    rate_all(store, course, room, ["nurse"] * 5)
    add_round(store, room, course.lena, {}, drafts={(course.cleo.id, C): {"pace": 5}})
    add_round(store, room, course.lena, {(course.cleo.id, C): {"pace": None}})
    assert means(store, library, course, C, "pace")[0][C] == pytest.approx(3.0)


def test_a_corrected_rating_counts_in_the_skills_and_not_in_how_far_raters_agree(
    store: Store, library: Library, course: SavedCourse, room: str, clock: Clock
) -> None:
    rate_all(store, course, room, ["nurse"] * 5)  # by the coach 1 to 5
    corrected = add_round(
        store, room, course.lena, {(course.cleo.id, C): {"pace": 5}, (course.olga.id, O): {"pace": 1}}
    )

    def agreement() -> tuple[Any, ...]:
        with store.read() as uow:
            ratings = reliability.ratings(uow, course.course)
            (far,) = [one for one in apart.of_coach(uow, library, course.course, course.cleo.id) if one.items]
            return reliability.by_item(ratings), against_others(ratings), far

    before = agreement()
    assert means(store, library, course, C, "pace")[0][C] == pytest.approx(3.4)
    for rating in (2, 1):  # the last of them stands
        clock.advance(60)
        correct(store, corrected, course.cleo, "pace", rating)
    assert means(store, library, course, C, "pace")[0][C] == pytest.approx(3.0)
    assert agreement() == before
    clock.advance(60)
    correct(store, corrected, course.cleo, "pace", None)
    correct(store, corrected, course.cleo, "emotion", 4)  # never given before
    assert means(store, library, course, C, "pace")[0][C] == pytest.approx(3.0)
    with store.read() as uow:
        standing = {one.item: one.value for one in skills.ratings(uow, course.course) if one.round == corrected}
    assert standing == {"pace": 1, "emotion": 4}, "Olga's, and what the coach added"


# --- raters


def test_agreement_is_of_those_who_watched(store: Store, course: SavedCourse, room: str) -> None:
    for value in (1, 3, 5):
        watching = {(course.olga.id, O): {"pace": value}, (course.cleo.id, C): {"pace": value}}
        others = {(course.lena.id, L): {"pace": 6 - value}, (course.sam.id, P): {"headline": 1}}
        add_round(store, room, course.lena, watching | others)
    with store.read() as uow:
        found = reliability.by_item(reliability.ratings(uow, course.course))["serious-news", 1]
    assert set(found) == {"pace"}
    assert (found["pace"].alpha, found["pace"].raters, found["pace"].subjects) == (1.0, 2, 3)


def test_strict_and_lenient_raters_are_named_to_the_organiser_from_three_rounds(
    store: Store, library: Library, course: SavedCourse, room: str
) -> None:
    def leanings() -> dict[str, Leaning | None]:
        with store.read() as uow:
            found = raters.of_course(uow, library, course.course, reliability.ratings(uow, course.course))
        return {one.person.name: one.against and one.against.leaning for one in found}

    cards = {(course.olga.id, O): {"pace": 5}, (course.omar.id, O): {"pace": 3}, (course.cleo.id, C): {"pace": 3}}
    for _ in range(2):
        add_round(store, room, course.lena, cards)
    assert leanings() == dict.fromkeys(("Cleo", "Olga", "Omar"), Leaning.TOO_FEW)
    add_round(store, room, course.lena, cards)
    assert leanings() == {"Cleo": Leaning.STRICTER, "Olga": Leaning.MORE_LENIENT, "Omar": Leaning.STRICTER}
    assert next(iter(leanings())) == "Cleo", "coaches first"
    with store.write() as uow:
        uow.session.query(Enrolment).filter(Enrolment.person_id == course.omar.id).one().removed_at = uow.now
    assert "Omar" not in leanings()


# --- far apart


def test_wide_disagreement_is_flagged_to_the_coach_who_has_rated_and_to_nobody_else(
    store: Store, library: Library, course: SavedCourse, room: str
) -> None:
    def seen(person: Person) -> list[apart.Apart]:
        with store.read() as uow:
            return apart.of_coach(uow, library, course.course, person.id)

    watching = {(course.olga.id, O): {"pace": 5, "emotion": 3}, (course.omar.id, O): {"pace": 2, "emotion": 4}}
    self_rated = {(course.lena.id, L): {"emotion": 1}}
    first = add_round(store, room, course.lena, watching | self_rated)
    (sealed,) = seen(course.cleo)
    assert (sealed.round, sealed.sealed, sealed.items) == (first, True, [])
    add_round(store, room, course.lena, watching | self_rated | {(course.cleo.id, C): {"pace": 3}})
    found, sealed = seen(course.cleo) if seen(course.cleo)[0].items else seen(course.cleo)[::-1]
    assert sealed.sealed
    assert (found.sealed, found.learner, found.group) == (False, "Lena", "Maple")
    ((item, said),) = found.items
    assert item.id == "pace"
    assert [(one.name, one.seat, one.value) for one in said] == [("Omar", O, 2), ("Cleo", C, 3), ("Olga", O, 5)]
    for who in ("Lena", "Olga", "Omar", "Sam", "Oren", "Mallory"):
        assert seen(course.cast[who]) == [], who


def test_raters_who_agree_are_nothing_to_talk_over(
    store: Store, library: Library, course: SavedCourse, room: str
) -> None:
    add_round(store, room, course.lena, {(course.olga.id, O): {"pace": 4}, (course.cleo.id, C): {"pace": 2}})
    with store.read() as uow:
        assert apart.of_coach(uow, library, course.course, course.cleo.id) == []
