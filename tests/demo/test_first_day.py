"""The demo begins with a day that was played: there after one run, the same after two, finished if it was stopped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from pallpractice.demo import EXAMPLES, playing
from pallpractice.library.errors import LibraryErrors
from pallpractice.library.played import PlayedDay, read
from pallpractice.services import audit, courses, people
from pallpractice.services.credit import evidence
from pallpractice.services.mine import erasing
from pallpractice.storage.courses import Person, Session
from pallpractice.storage.feedback import Entry, Observation, Scorecard
from pallpractice.storage.rooms import JournalLine, Room, RoundRow, SeatRow, TakeRow
from pallpractice.storage.unit_of_work import UnitOfWork
from tests.demo.conftest import NOW, SLUG, Demo, seat

NEW_YORK = ZoneInfo("America/New_York")


def sessions(demo: Demo) -> dict[str, Session]:
    return {one.key: one for one in demo.course().sessions}


def test_the_first_day_was_yesterday_and_practice_begins_now(made: Demo, day: PlayedDay) -> None:
    there = sessions(made)
    assert there["serious-news-practice"].starts_at == NOW.replace(second=0)
    assert there["serious-news-talk"].starts_at == NOW.replace(second=0) - timedelta(hours=1)
    yesterday = datetime(2026, 11, 29, tzinfo=NEW_YORK)
    assert there["welcome"].starts_at == yesterday.replace(hour=10)
    assert there[day.session.key].starts_at == yesterday.replace(hour=17, minute=15)
    assert there[day.session.key].ends_at == yesterday.replace(hour=18, minute=30)
    assert len(made.links) == 14


def test_today_opens_with_the_first_learner_in_the_chair(made: Demo) -> None:
    with made.store.read() as uow:
        now = sessions(made)["serious-news-practice"].id
        rooms = uow.session.scalars(select(Room).where(Room.session_id == now)).all()
        assert {(room.name, room.phase, room.round_id) for room in rooms} == {
            ("Maple", "lobby", None),
            ("Willow", "lobby", None),
        }
        in_the_chair = (
            select(Person.name).join(SeatRow, SeatRow.person_id == Person.id).where(SeatRow.seat == "learner")
        )
        here = in_the_chair.where(SeatRow.room_id.in_([room.id for room in rooms]))
        assert set(uow.session.scalars(here)) == {"Lena Whitfield", "Mei-Ling Chen"}


def test_every_round_of_the_file_was_played_at_its_time(made: Demo, day: PlayedDay) -> None:
    begins = sessions(made)[day.session.key].starts_at
    ends = sessions(made)[day.session.key].ends_at
    for one in day.rounds:
        with made.store.read() as uow:
            row = uow.session.get_one(RoundRow, made.round(one.learner))
            assert (row.scenario_id, row.goal, row.next_step) == (one.scenario, one.goal, one.next_step)
            assert row.started_at == begins + timedelta(minutes=one.begins)
            assert row.closed_at
            assert row.started_at < row.closed_at < ends
            assert row.released_at == row.closed_at, "as the course's policy has it"
            assert (row.opened_at is not None) is one.opened
            takes = uow.session.scalars(select(TakeRow).where(TakeRow.round_id == row.id)).all()
            assert len(takes) == 1 + sum(step.does == "rewinds" for step in one.encounter)
            noticed = uow.session.scalars(select(Observation).where(Observation.round_id == row.id)).all()
            does = ("marks", "hears", "notes", "remembers")
            assert len(noticed) == sum(step.does in does for step in one.encounter)
            cards = uow.session.scalars(select(Scorecard).where(Scorecard.round_id == row.id)).all()
            names = {made.person(who).id: who for who in one.ratings}
            assert {(names[card.rater_id], card.seat, card.status) for card in cards} == {
                (who, seat(one, who), "draft" if who in one.not_handed_in else "released") for who in one.ratings
            }


def test_one_comment_is_held_back_and_one_rating_was_corrected(made: Demo, day: PlayedDay) -> None:
    with made.store.read() as uow:
        held = uow.session.scalars(select(Entry).where(Entry.held_at.is_not(None))).all()
        (one,) = (one for one in day.rounds if one.held)
        assert one.held
        assert [entry.text for entry in held] == [one.comments[one.held.of][one.held.entry]]
        assert audit.check(uow).fault is None
        (standard,) = evidence.standards(uow, made.course())
        assert not standard.late(evidence.first_practice(made.course())), "set beforehand"


def test_a_second_run_changes_nothing(again: Demo) -> None:
    before = again.rows()
    again.clock.advance(3600)
    again.run()
    after = again.rows()
    assert [name for name in before if before[name] != after[name]] == []
    assert len(again.links) == 14


def test_a_run_that_was_stopped_is_finished_by_the_next(
    fresh: Demo, made: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    played, whole = [], playing._round

    def stops(*args: object) -> None:
        if len(played) == 2:
            raise KeyboardInterrupt
        played.append(args)
        whole(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(playing, "_round", stops)
    with pytest.raises(KeyboardInterrupt):
        fresh.run()
    monkeypatch.undo()
    fresh.run()
    as_ever = {name: len(rows) for name, rows in made.rows().items()}
    assert {name: len(rows) for name, rows in fresh.rows().items()} == as_ever


def test_days_later_practice_begins_anew_and_the_day_is_kept(again: Demo, day: PlayedDay) -> None:
    def lines() -> set[str]:
        with again.store.read() as uow:
            return set(uow.session.scalars(select(JournalLine.action_id)))

    before = lines()
    again.clock.advance(3 * 24 * 3600)
    again.run()
    there = sessions(again)
    assert there["serious-news-practice"].starts_at == NOW.replace(second=0) + timedelta(days=3)
    assert there[day.session.key].ends_at.astimezone(UTC).date() == (NOW + timedelta(days=2)).date()
    assert lines() == before, "what was played is played once"
    assert "42 of 75" in again.page("Tomás", f"/courses/{SLUG}/credit"), "and who was there is there again"


def test_the_file_says_where_it_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "played.yaml"
    words = (EXAMPLES / "played-2026.yaml").read_text(encoding="utf-8")
    wrong = words.replace('["0:05", Sam, plays, plums]', '["0:5", Sam, plays, plums]', 1)
    file.write_text(wrong.replace("Lena: [3, 2, 2, 4,", "Lena: [3, 2, 20, 4,", 1), encoding="utf-8")
    with pytest.raises(LibraryErrors) as refused:
        read(file)
    assert {(error.path, error.reason) for error in refused.value.errors} == {
        ("rounds[0].encounter[0]", '"0:5" is not a moment; write it as "1:05"'),
        ("rounds[0].ratings.Lena[2]", "must be from 0 to 10"),
    }


def test_what_visitors_change_does_not_stop_a_later_run(again: Demo) -> None:
    def leave(uow: UnitOfWork) -> None:
        for who in ("Cleo", "Sam"):
            people.remove(uow, courses.find(uow, SLUG), uow.session.get_one(Person, again.person(who).id))
        devon = again.person("Devon").id
        erasing.erase(uow, devon, actor=devon)

    again.store.change(leave)
    again.run()
    again.clock.advance(3 * 24 * 3600)
    again.run()
    assert len(again.links) == 14
