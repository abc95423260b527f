"""Scorecards that are missing: whose, of which rounds; handed in late; reminded of once, and again when asked."""

from datetime import timedelta
from typing import Any

import pytest

from pallpractice.domain import joining
from pallpractice.domain.errors import Invalid, NotFound
from pallpractice.domain.events import Event, RoomChanged
from pallpractice.domain.invitations import Kind, Standing
from pallpractice.domain.roles import Seat
from pallpractice.library.shelf import Library
from pallpractice.services import guests
from pallpractice.services.feedback import late, missing, release, reports
from pallpractice.services.invitations import sending
from pallpractice.services.rating import reminding
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.invitations import Invitation
from pallpractice.storage.presence import Attendance
from pallpractice.storage.rooms import JournalLine, RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock
from tests.services.conftest import Table


def play(table: Table, clock: Clock, *handing_in: str) -> str:
    """Lena's round, in which all but Omar do something; who hands in, does. Returns it once it is closed."""
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    clock.advance(60)
    table.do("Sam", "feeling:set", value=4)
    table.do("Olga", "observation:add", kind="note", text="Paused well")
    table.do("Olga", "score:save", entry="pace", rating=4)
    clock.advance(60)
    table.do("Cleo", "encounter:end")
    for who in handing_in:
        table.do(who, "score:save", entry="headline", rating=3)
        table.do(who, "scorecard:submit")
    for action in ("debrief:open", *["debrief:next"] * 3):
        table.do("Cleo", action)
    table.do("Cleo", "round:close")
    with table.store.read() as uow:
        return str(uow.session.query(RoundRow).one().id)


def found(table: Table, store: Store) -> dict[str, Seat]:
    names = {person.id: name for name, person in table.course.cast.items()}
    with store.read() as uow:
        return {names[one.person]: one.seat for one in missing.of_course(uow, table.course.course.id)}


def test_who_took_part_and_has_not_handed_in_is_missing(table: Table, store: Store, clock: Clock) -> None:
    round_ = play(table, clock, "Lena")
    assert found(table, store) == {"Sam": Seat.PATIENT, "Olga": Seat.OBSERVER, "Cleo": Seat.COACH}
    with store.read() as uow:
        (own,) = missing.of_person(uow, table.course.olga.id)
        assert (own.round, own.begun, own.learner, own.group) == (round_, True, "Lena", "Maple")
        assert missing.of_person(uow, table.course.lena.id) == []
        assert missing.of_person(uow, table.course.olga.id, "another course") == []


def test_nothing_is_missing_before_the_round_is_closed(table: Table, store: Store) -> None:
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    table.do("Sam", "feeling:set", value=4)
    assert found(table, store) == {}


@pytest.mark.parametrize(("share", "counts"), [(0.6, True), (0.4, False)])
def test_who_only_watched_counts_when_they_were_there_for_half_of_it(
    table: Table, store: Store, clock: Clock, share: float, counts: bool
) -> None:
    began = clock.now
    play(table, clock, "Lena", "Sam", "Olga", "Cleo")
    with store.write() as uow:
        row = uow.session.query(RoundRow).one()
        assert row.closed_at
        row.closed_at = began + timedelta(minutes=20)
        stay = {"session_id": table.course.session.id, "room_id": table.room, "process": "x"}
        left = began + timedelta(minutes=20 * share)
        uow.session.add(Attendance(person_id=table.course.omar.id, came_at=began, seen_at=left, left_at=left, **stay))
    assert found(table, store) == ({"Omar": Seat.OBSERVER} if counts else {})


def test_who_has_left_the_course_owes_nothing(table: Table, store: Store, clock: Clock) -> None:
    play(table, clock, "Lena", "Sam", "Cleo")
    with store.write() as uow:
        uow.session.query(Enrolment).filter(Enrolment.person_id == table.course.olga.id).one().removed_at = uow.now
    assert found(table, store) == {}


# --- handing in late


def heard(store: Store) -> list[Event]:
    told: list[Event] = []
    store.announcer = told.extend
    return told


def test_a_late_scorecard_keeps_what_was_begun_and_reaches_the_report(
    table: Table, store: Store, library: Library, clock: Clock
) -> None:
    round_ = play(table, clock, "Lena", "Sam", "Cleo")
    clock.advance(3600)
    told = heard(store)
    olga = table.course.olga.id
    with store.read() as uow:
        assert late.find(uow, library, round_, olga).saved["pace"].rating == 4
    opened = store.change(
        late.hand_in, library, round_, olga, {"pace": 5, "headline": None}, {"keep": "The silence.", "try": ""}
    )
    assert opened
    assert told == [RoomChanged(room_id=table.room)]
    with store.read() as uow:
        card = uow.session.query(Scorecard).filter(Scorecard.rater_id == olga).one()
        assert (card.status, card.seat, card.submitted_at, card.released_at) == (
            "released",
            "observer",
            uow.now,
            uow.now,
        )
        kept = {entry.entry: (entry.rating, entry.not_observed, entry.text, entry.revision) for entry in card.entries}
        assert kept == {
            "pace": (5, False, None, 2),
            "headline": (None, True, None, 1),
            "keep": (None, False, "The silence.", 1),
        }
        report = reports.report(uow, library, round_, table.course.lena.id)
        assert [one["text"] for one in report["comments"]] == ["The silence."]
    assert "Olga" not in found(table, store)
    with pytest.raises(NotFound):
        store.change(late.hand_in, library, round_, olga, {"pace": 1}, {})


def test_a_late_scorecard_is_in_the_rooms_journal_as_one_in_time_and_not_in_the_reports_timeline(
    table: Table, store: Store, library: Library, clock: Clock
) -> None:
    round_ = play(table, clock, "Lena", "Sam", "Cleo")
    table.do("Cleo", "round:start")  # the room has gone on to the next
    lena, olga = table.course.lena.id, table.course.olga.id

    def timeline() -> dict[str, Any]:
        with store.read() as uow:
            return dict(reports.report(uow, library, round_, lena)["timeline"])

    before, version = timeline(), table.view("Cleo")["version"]
    clock.advance(3600)
    store.change(
        late.hand_in, library, round_, olga, {"pace": 5, "headline": None}, {"keep": "The silence.", "try": ""}
    )
    with store.read() as uow:
        lines = uow.session.query(JournalLine).filter(JournalLine.seq > version).order_by(JournalLine.seq).all()
        assert {(line.round_id, line.person_id, line.take, line.offset_s, line.at) for line in lines} == {
            (round_, olga, 1, 120.0, uow.now)
        }
    assert [(line.seq - version, line.action, line.data) for line in lines] == [
        (1, "score:save", {"entry": "pace", "rating": 5}),
        (2, "score:save", {"entry": "headline", "rating": "not_observed"}),
        (3, "score:save", {"entry": "keep", "text": "The silence."}),
        (4, "scorecard:submit", {}),
    ]
    assert timeline() == before
    assert table.view("Cleo")["version"] == version + 4, "so that no older view takes the place of the newer"
    table.do("Cleo", "encounter:begin")
    table.do("Sam", "feeling:set", value=4)
    assert table.view("Cleo")["version"] == version + 6


def test_only_who_took_part_finds_a_form_and_only_once_the_round_is_closed(
    table: Table, store: Store, library: Library, clock: Clock
) -> None:
    table.do("Cleo", "round:start")
    with store.read() as uow:
        running = uow.session.query(RoundRow).one().id
    for who in ("Lena", "Cleo", "Olga"):
        with pytest.raises(NotFound):
            store.change(late.hand_in, library, running, table.course.cast[who].id, {"pace": 1}, {})
    for action in ("encounter:begin", "encounter:end", "debrief:open", *["debrief:next"] * 3, "round:close"):
        table.do("Cleo", action)
    for who in ("Omar", "Oren", "Mallory"):
        with pytest.raises(NotFound):
            store.change(late.hand_in, library, running, table.course.cast[who].id, {"pace": 1}, {})
    store.change(late.hand_in, library, running, table.course.cleo.id, {"pace": 1}, {})


@pytest.mark.parametrize(("policy", "at_once"), [("turn", True), ("close", True), ("hand", False)])
def test_a_late_scorecard_is_opened_by_the_courses_policy(
    table: Table, store: Store, library: Library, clock: Clock, policy: str, at_once: bool
) -> None:
    with store.write() as uow:
        uow.session.get_one(Course, table.course.course.id).release_policy = policy
    round_ = play(table, clock, "Lena", "Sam", "Cleo")
    lena, olga = table.course.lena.id, table.course.olga.id
    assert store.change(late.hand_in, library, round_, olga, {}, {"keep": "The silence."}) is at_once

    def reads() -> list[str]:
        with store.read() as uow:
            return [one["text"] for one in reports.report(uow, library, round_, lena)["comments"]]

    if not at_once:
        with pytest.raises(NotFound):
            reads()
        store.change(release.by_hand, round_, table.course.cleo.id)
    assert reads() == ["The silence."]


def test_one_that_comes_after_the_coach_released_the_report_is_open_at_once(
    table: Table, store: Store, library: Library, clock: Clock
) -> None:
    with store.write() as uow:
        uow.session.get_one(Course, table.course.course.id).release_policy = "hand"
    round_ = play(table, clock, "Lena", "Sam", "Cleo")
    store.change(release.by_hand, round_, table.course.cleo.id)
    clock.advance(60)
    store.change(release.opened, round_, table.course.lena.id)
    clock.advance(60)
    assert store.change(late.hand_in, library, round_, table.course.olga.id, {"pace": 3}, {}) is True
    with store.read() as uow:
        noted = uow.session.query(AuditLine).filter(AuditLine.actor_id == table.course.olga.id).one()
        assert (noted.what, noted.subject_id, noted.data["round"]) == ("released", table.course.lena.id, round_)
        told = release.news(uow, table.course.lena.id)
        assert [(one.round_id, one.change) for one in told] == [(round_, release.Change.ADDED)]


def test_ones_own_late_rating_is_no_news(table: Table, store: Store, library: Library, clock: Clock) -> None:
    round_, lena = play(table, clock, "Olga", "Sam", "Cleo"), table.course.lena.id
    clock.advance(60)
    store.change(release.opened, round_, lena)
    clock.advance(60)
    assert store.change(late.hand_in, library, round_, lena, {"pace": 3}, {}) is True
    with store.read() as uow:
        assert release.news(uow, lena) == []


@pytest.mark.parametrize(
    ("ratings", "comments"),
    [({}, {}), ({}, {"keep": ""}), ({"pace": 6}, {}), ({"nothing": 3}, {}), ({}, {"felt": "Not theirs."})],
    ids=str,
)
def test_a_form_that_can_not_be_kept_leaves_nothing_behind(
    table: Table, store: Store, library: Library, clock: Clock, ratings: Any, comments: Any
) -> None:
    round_ = play(table, clock)
    with pytest.raises(Invalid):
        store.change(late.hand_in, library, round_, table.course.cleo.id, ratings, comments)
    with store.read() as uow:
        assert uow.session.query(Scorecard).filter(Scorecard.rater_id == table.course.cleo.id).all() == []


# --- reminding


def owing(table: Table, store: Store) -> dict[str, reminding.Owing]:
    with store.read() as uow:
        return {one.person.name: one for one in reminding.owing(uow, table.course.course)}


def remind(table: Table, store: Store, **how: Any) -> int:
    return store.change(lambda uow: reminding.remind(uow, table.course.course, **how))


def sent(store: Store) -> list[Invitation]:
    with store.write() as uow:
        rows = uow.session.query(Invitation).filter(Invitation.sent_at.is_(None)).all()
        for row in rows:
            row.tries, row.sent_at = 1, uow.now
    return rows


def test_nobody_is_reminded_twice_of_the_same_forms_unless_it_is_said(table: Table, store: Store, clock: Clock) -> None:
    play(table, clock, "Lena", "Sam")
    assert {name: one.standing for name, one in owing(table, store).items()} == {"Cleo": None, "Olga": None}
    assert remind(table, store, again=False) == 2
    assert remind(table, store, again=False) == 0
    assert remind(table, store, again=True) == 0, "they are on their way"
    assert {one.standing for one in owing(table, store).values()} == {Standing.WAITING}
    assert {row.kind for row in sent(store)} == {Kind.FEEDBACK}
    assert remind(table, store, again=False) == 0
    assert {(one.standing, one.told_at) for one in owing(table, store).values()} == {(Standing.SENT, clock.now)}
    assert remind(table, store, again=True, people=[table.course.olga.id]) == 1
    assert remind(table, store, again=True, people=[table.course.olga.id]) == 0


def test_a_reminder_of_other_forms_is_another(table: Table, store: Store, clock: Clock) -> None:
    play(table, clock, "Lena", "Sam", "Cleo")
    assert remind(table, store, again=False) == 1
    sent(store)
    table.do("Cleo", "round:start")
    for action in ("encounter:begin", "encounter:end", "debrief:open", *["debrief:next"] * 3, "round:close"):
        table.do("Cleo", action)
    assert {name: one.fresh for name, one in owing(table, store).items()} == {
        "Cleo": True,
        "Olga": True,  # one form more than she was told of
    }


def test_a_reminder_is_no_invitation(table: Table, store: Store, clock: Clock) -> None:
    play(table, clock, "Lena", "Sam", "Cleo")
    remind(table, store, again=False)
    sent(store)
    with store.read() as uow:
        (olga,) = [one for one in sending.overview(uow, table.course.course) if one.known.person.name == "Olga"]
        assert olga.last is None
        assert Kind.FEEDBACK not in olga.waits


def test_a_guest_has_no_address_to_be_reminded_at(table: Table, store: Store, clock: Clock) -> None:
    play(table, clock, "Lena", "Sam", "Cleo")
    with store.write() as uow:
        person = uow.session.get_one(Person, table.course.olga.id)
        person.email = joining.made_up_address("olga")
        uow.session.query(Enrolment).filter(Enrolment.person_id == person.id).one().team = guests.TEAM
    assert owing(table, store)["Olga"].guest
    assert remind(table, store, again=False) == 0
