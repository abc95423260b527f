"""What goes in its time: after the days of each kind, in small steps, and nothing else with it."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from pallpractice.domain.errors import Invalid
from pallpractice.domain.holding import Terms
from pallpractice.library.shelf import Library
from pallpractice.services import access, audit, views
from pallpractice.services.mine import retention
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Enrolment, Person, Session
from pallpractice.storage.credit import Attestation, Claim
from pallpractice.storage.feedback import Entry, Scorecard
from pallpractice.storage.mine import KeptName
from pallpractice.storage.rooms import JournalLine, RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock, SavedCourse
from tests.services.conftest import Table
from tests.services.filled import Places, everything, fill

TERMS = Terms(feedback=180, evidence=2192, audit=2192)
WORDS = re.compile(r"kx-\w+-(?:goal|step|comment|observation|moment|cue)")


@pytest.fixture
def places(table: Table) -> Places:
    return fill(table)


@pytest.fixture
def unproven(store: Store, places: Places) -> Places:
    with store.write() as uow:
        for kind in (Claim, Attestation):
            uow.session.query(kind).delete()
    return places


def after(clock: Clock, course: SavedCourse, days: float) -> datetime:
    """It is so many days after the course's end."""
    clock.now = course.session.ends_at + timedelta(days=days)
    return clock.now


def done(store: Store) -> dict[str, int]:
    return {one.rule.name: one.count for one in retention.retain(store, TERMS) if one.count}


def would(store: Store) -> dict[str, int]:
    return {one.rule.name: one.count for one in retention.due(store, TERMS) if one.count}


def words(store: Store) -> set[str]:
    with store.read() as uow:
        return set(WORDS.findall(everything(uow)))


def of(store: Store, round_id: str) -> tuple[str, set[str], int]:
    """A round's learner, its raters and how many ratings it has."""
    with store.read() as uow:
        raters = uow.session.scalars(select(Scorecard.rater_id).where(Scorecard.round_id == round_id))
        rated = (
            select(func.count())
            .select_from(Entry)
            .join(Scorecard, Scorecard.id == Entry.scorecard_id)
            .where(Scorecard.round_id == round_id, Entry.rating.is_not(None))
        )
        return uow.session.get_one(RoundRow, round_id).learner_id, set(raters), uow.session.scalar(rated) or 0


def test_before_its_days_are_over_nothing_of_a_course_goes(
    store: Store, unproven: Places, course: SavedCourse, clock: Clock
) -> None:
    after(clock, course, 29)
    before = words(store)
    assert would(store) == done(store) == {}
    after(clock, course, 179)
    assert set(done(store)) == {"short"}
    assert words(store) == before


def test_after_them_words_go_and_numbers_stay_without_a_name(
    store: Store, unproven: Places, course: SavedCourse, clock: Clock
) -> None:
    people, rated = set(unproven.people.values()), [of(store, one)[2] for one in unproven.rounds]
    after(clock, course, 181)
    assert set(done(store)) == {"words", "names", "places", "short"}
    assert words(store) == set()
    for round_id, ratings in zip(unproven.rounds, rated, strict=True):
        learner, raters, left = of(store, round_id)
        assert left == ratings > 0
        assert not ({learner} | raters) & people
        assert learner in raters, "one person is one stand-in, so that self-ratings still are"
        assert len(raters) == 4
    with store.read() as uow:
        lines = "\n".join(str(line) for line in uow.session.execute(select(JournalLine.__table__)))
        assert not [person for person in people if person in lines]
        assert "Stay" not in lines
        assert uow.session.get_one(Person, unproven.people["Lena"]).erased_at is None, "the account stays"


def test_what_people_wrote_for_themselves_stays(
    store: Store, unproven: Places, course: SavedCourse, clock: Clock
) -> None:
    after(clock, course, 400)
    done(store)
    with store.read() as uow:
        left = everything(uow)
    for name in ("kx-lena-reflection", "kx-else-reflection", "kx-lena-journal_entries.text"):
        assert name in left


def test_rounds_that_prove_credit_stay_as_they_are_until_the_proof_goes(
    store: Store, places: Places, course: SavedCourse, clock: Clock
) -> None:
    with store.write() as uow:
        for kind in (Claim, Attestation):
            uow.session.query(kind).filter(kind.person_id != places.people["Lena"]).delete()
    proven, other = places.rounds
    before = of(store, proven)
    after(clock, course, 181)
    done(store)
    assert of(store, proven) == before
    assert of(store, other)[0] != places.people["Olga"]
    assert {"kx-lena-goal", "kx-lena-comment", "kx-lena-observation", "kx-lena-cue"} <= words(store)
    after(clock, course, 2193)
    assert {"evidence", "words", "names", "accounts"} <= set(done(store))
    assert words(store) == set()
    with store.read() as uow:
        assert uow.session.query(Claim).count() == uow.session.query(KeptName).count() == 0
        assert uow.session.query(Person).filter_by(erased_at=None).count() == 1, "Mallory was in no course"


def test_a_dry_run_says_the_same_and_changes_nothing(
    store: Store, unproven: Places, course: SavedCourse, clock: Clock
) -> None:
    after(clock, course, 181)
    with store.read() as uow:
        before = everything(uow)
    told = would(store)
    with store.read() as uow:
        assert everything(uow) == before
    assert told == done(store)


def test_a_second_run_finds_nothing_and_one_that_was_stopped_goes_on(
    store: Store, unproven: Places, course: SavedCourse, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    after(clock, course, 181)
    steps: list[int] = []

    def stop() -> None:
        steps.append(1)
        if len(steps) == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(retention.retain(store, TERMS, stop))
    assert would(store) != {}
    assert done(store) != {}
    assert would(store) == done(store) == {}
    assert words(store) == set()


def test_a_course_that_goes_on_keeps_what_its_people_have_there(
    store: Store, unproven: Places, course: SavedCourse, clock: Clock
) -> None:
    after(clock, course, 2193)
    with store.write() as uow:
        again = Course(slug="again", title="Again", time_zone="UTC")
        uow.session.add_all([again, session_of(again, clock.now)])
        uow.session.flush()
        uow.session.add(Enrolment(course_id=again.id, person_id=unproven.people["Lena"], role="learner"))
    done(store)
    with store.read() as uow:
        left = {person.id for person in uow.session.query(Person).filter_by(erased_at=None)}
        assert left == {unproven.people["Lena"], unproven.people["Mallory"]}


def session_of(course: Course, now: datetime) -> Session:
    ends = now + timedelta(hours=1)
    return Session(course=course, key="x", title="X", kind="plenary", day=now.date(), starts_at=now, ends_at=ends)


def test_what_went_is_noted_and_old_lines_of_the_audit_leave_a_whole_chain(
    store: Store, unproven: Places, course: SavedCourse, clock: Clock
) -> None:
    with store.read() as uow:
        kept = audit.check(uow)
    after(clock, course, 181)
    went = done(store)
    with store.read() as uow:
        assert uow.session.query(AuditLine).filter_by(what="retained").one().data == went
    after(clock, course, 181 + 2192 - 1)
    assert done(store)["audit"] == kept.last
    with store.read() as uow:
        found = audit.check(uow)
        assert (found.fault, found.first) == (None, kept.last + 1)
        with pytest.raises(Invalid, match="dropped"):
            audit.check(uow, (kept.last, kept.digest))


def test_an_organiser_can_still_open_the_room(
    store: Store, unproven: Places, course: SavedCourse, clock: Clock, library: Library
) -> None:
    after(clock, course, 181)
    done(store)
    with store.read() as uow:
        record, seat = access.room(uow, unproven.room, unproven.people["Oren"])
        view = views.room_view(views.read(uow, library, record, set()), seat)
    assert view["phase"] == "close"
