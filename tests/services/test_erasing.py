"""Erasing a person: nothing of them is left, in no table and in no file, and nobody else loses what is theirs."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pallpractice.domain.errors import NotAllowed
from pallpractice.domain.events import Event, RightsLost
from pallpractice.domain.holding import Relation
from pallpractice.services import audit, enrolments, people
from pallpractice.services.credit import participation
from pallpractice.services.mine import erasing, rows
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.base import Base
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.credit import Attestation, Claim
from pallpractice.storage.feedback import Entry
from pallpractice.storage.mine import KeptName
from pallpractice.storage.registry import REGISTRY
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SavedCourse
from tests.services.conftest import Table
from tests.services.filled import EMAIL, HERS, Places, everything, fill

MARK = re.compile(r"kx-[\w.@-]+")


@pytest.fixture
def places(table: Table) -> Places:
    return fill(table)


@pytest.fixture
def nothing_to_prove(store: Store, places: Places) -> Places:
    """Lena has claimed nothing, and no coach has attested anything."""
    with store.write() as uow:
        for kind in (Claim, Attestation):
            uow.session.query(kind).filter_by(person_id=places.people["Lena"]).delete()
    return places


def marks(store: Store) -> set[str]:
    with store.read() as uow:
        return set(MARK.findall(everything(uow)))


def of(found: set[str], mark: str) -> set[str]:
    return {one for one in found if one.startswith(mark)}


def ratings(store: Store) -> int:
    with store.read() as uow:
        return uow.session.scalar(select(func.count()).where(Entry.rating.is_not(None))) or 0


def erase(store: Store, person: str, *, words_too: bool = False) -> None:
    store.change(erasing.erase, person, actor=person, words_too=words_too)
    store.forget()


def test_there_is_something_of_hers_in_every_table_about_people(store: Store, places: Places) -> None:
    with store.read() as uow:
        for one in Base.metadata.sorted_tables:
            held = REGISTRY[one.name]
            if set(held.people.values()) - {Relation.COPY, Relation.NAMED} and one.name != "kept_names":
                theirs = rows.of(one, held, places.people["Lena"], set(held.people.values()))
                assert uow.session.execute(select(one).where(theirs)).first(), one.name
    assert len(of(marks(store), HERS)) > 20


def test_nothing_is_left_of_her_in_any_table_or_file(store: Store, nothing_to_prove: Places, tmp_path: Path) -> None:
    erase(store, nothing_to_prove.people["Lena"], words_too=True)
    left = marks(store)
    assert of(left, "kx-lena") | of(left, "kx-given") == set()
    for file in tmp_path.iterdir():
        if file.name.startswith("test.db"):
            assert re.findall(rb"kx-(?:lena|given)[\w.@-]*", file.read_bytes()) == [], file.name


def test_what_she_gave_to_others_stays_with_them_without_her_name(store: Store, nothing_to_prove: Places) -> None:
    before, rated = marks(store), ratings(store)
    erase(store, nothing_to_prove.people["Lena"])
    after = marks(store)
    assert of(after, "kx-lena") == set()
    assert of(after, "kx-else") == of(before, "kx-else"), "nobody else has lost a word"
    kept = {"kx-given-observation", "kx-given-comment"}
    assert kept <= of(after, "kx-given")
    assert ratings(store) == rated, "every rating is there still, hers and those of her"


def test_whoever_claimed_credit_leaves_the_proof_and_a_name_for_it(store: Store, places: Places) -> None:
    lena = places.people["Lena"]
    erase(store, lena, words_too=True)
    left = of(marks(store), "kx-lena")
    assert {one.split("-")[2].split(".")[0] for one in left} <= {"people", "licences", "claims", "attestations"} | {
        name for name, held in REGISTRY.items() if held.rows == "proof"
    }
    with store.read() as uow:
        kept = uow.session.get_one(KeptName, lena)
        assert (kept.name, kept.email) == (f"{HERS}-people-name", EMAIL)
        assert uow.session.query(Claim).count() == 1
        assert HERS not in str(vars(uow.session.get_one(Person, lena)))


def test_what_was_said_to_someone_alone_goes_with_them(store: Store, places: Places) -> None:
    erase(store, places.people["Sam"])
    assert of(marks(store), "kx-sam") == set()


def test_a_goal_that_waits_in_the_lobby_goes_too(store: Store, table: Table, course: SavedCourse) -> None:
    table.do("Lena", "goal:set", text=f"{HERS}-goal")
    erase(store, course.lena.id)
    assert marks(store) == set()
    assert table.view("Olga")["goal"] is None


def test_organisers_see_nobody_there_and_can_bring_nobody_back(store: Store, course: SavedCourse) -> None:
    erase(store, course.lena.id)
    with store.read() as uow:
        assert course.lena.id not in {one.id for one in enrolments.members(uow, course.course)}
    with pytest.raises(people.NotFound):
        store.change(enrolments.restore, course.course, course.lena.id)


def test_erasing_again_does_nothing(store: Store, places: Places) -> None:
    for _ in range(2):
        erase(store, places.people["Lena"])
    with store.read() as uow:
        assert uow.session.query(KeptName).one().email == EMAIL
        assert uow.session.query(AuditLine).filter_by(what="erased").count() == 1


def test_evidence_still_names_who_has_to_be_proven_and_nothing_else_does(
    store: Store, places: Places, course: SavedCourse
) -> None:
    erase(store, places.people["Lena"])
    with store.write() as uow:
        there = {one.person_id: one.person for one in participation.learners(uow, course.course)}
        assert there[places.people["Lena"]].name == f"{HERS}-people-name"
    with store.write() as uow:
        assert uow.session.get_one(Person, places.people["Lena"]).name == "Someone who has left"
        uow.session.query(Claim).delete()
        uow.session.query(Attestation).delete()
        assert places.people["Lena"] not in {one.person_id for one in participation.learners(uow, course.course)}


def test_the_row_that_is_left_is_nobodys(store: Store, nothing_to_prove: Places) -> None:
    events: list[Event] = []
    store.announcer = events.extend
    lena = nothing_to_prove.people["Lena"]
    erase(store, lena)
    with store.read() as uow:
        row = uow.session.get_one(Person, lena)
        assert (row.name, row.email) == ("Someone who has left", f"erased-{lena}@erased.invalid")
        assert (row.active, row.password_hash, row.session_epoch) == (False, None, 1)
        assert row.erased_at
        assert not any((row.profession, row.institution, row.pronouns, row.time_zone, row.language))
        assert uow.session.query(Enrolment).filter_by(person_id=lena, removed_at=None).count() == 0
        noted = uow.session.query(AuditLine).filter_by(subject_id=lena, what="erased").one()
        assert noted.data == {"words_too": False, "proves": 0}
        assert audit.check(uow).fault is None
    assert RightsLost(person=lena, room_id=None, reason="signed_out") in events
    with store.read() as uow, pytest.raises(people.NotFound):
        people.find(uow, EMAIL)


def test_the_only_organiser_of_a_course_hands_over_first(store: Store, course: SavedCourse) -> None:
    with pytest.raises(NotAllowed, match="Serious Talk"):
        store.change(erasing.erase, course.oren.id, actor=course.oren.id)
    with store.write() as uow:
        uow.session.query(Enrolment).filter_by(person_id=course.cleo.id).one().role = "organiser"
    store.change(erasing.erase, course.oren.id, actor=course.oren.id)
    with pytest.raises(NotAllowed):
        store.change(erasing.erase, course.cleo.id, actor=course.cleo.id)


def test_erased_in_the_language_of_the_course(store: Store, course: SavedCourse) -> None:
    with store.write() as uow:
        uow.session.merge(course.course).language = "es"
    store.change(erasing.erase, course.lena.id, actor=None)
    with store.read() as uow:
        assert uow.session.get_one(Person, course.lena.id).name != "Someone who has left"
