"""A whole round through the services: who may do what, what is stored, what each seat sees."""

from typing import Any
from uuid import uuid4

import pytest

from pallpractice.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, WrongPhase
from pallpractice.domain.roles import Role, Seat
from pallpractice.library.shelf import Library
from pallpractice.services import access, views
from pallpractice.storage import live
from pallpractice.storage.courses import Course
from pallpractice.storage.rooms import JournalLine, Room, SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.services.conftest import Table


def test_a_round_from_lobby_to_close(table: Table, clock: Any) -> None:
    assert table.view("Lena")["seat"] == Seat.LEARNER
    table.do("Lena", "goal:set", text="Stay with the emotion")
    table.do("Cleo", "round:start")
    view = table.view("Lena")
    assert (view["phase"], view["goal"], view["round"]["number"]) == ("briefing", "Stay with the emotion", 1)
    assert view["brief"]["facts"]
    assert "script" not in view
    script = table.view("Sam")["script"]
    for who in ("Lena", "Sam", "Olga", "Omar", "Cleo"):
        table.do(who, "ready:set", ready=True)
    rubric = table.view("Olga")["rubric"]
    table.do("Olga", "watch:choose", items=[rubric["items"][0]["id"]])
    table.do("Cleo", "encounter:begin")
    clock.advance(60)
    table.do("Olga", "observation:add", kind="verbatim", text="I wish it were different", judgement="keep")
    table.do("Sam", "feeling:set", value=4)
    table.do("Sam", "beat:go", beat=script["beats"][1]["id"])
    told = script["characters"][0]["disclosures"][0]["id"]
    table.do("Sam", "disclosure:mark", disclosure=told, told=True)
    table.do("Cleo", "cue:send", to=table.course.lena.id, text="Breathe")
    assert table.mine("Lena")["cues"][0]["text"] == "Breathe"
    assert table.mine("Sam")["cues"] == []
    table.do("Lena", "timeout:call", reason="stuck")
    clock.advance(30)
    table.do("Cleo", "take:rewind", beat=script["beats"][0]["id"])
    clock.advance(20)
    observation = table.do("Omar", "observation:add", kind="note", text="Paused well")["observation"]
    assert (observation["take"], observation["offset_s"]) == (2, 80.0)
    table.do("Olga", "score:save", entry=rubric["items"][0]["id"], rating=4)
    table.do("Lena", "encounter:end", reason="done")
    own = table.view("Lena")["rubric"]["items"][0]["id"]
    table.do("Lena", "score:save", entry=own, rating=2)
    for who in ("Lena", "Sam", "Olga", "Cleo"):
        table.do(who, "scorecard:submit")
    assert len(table.mine("Cleo")["scorecards"]) == 3
    table.do("Cleo", "debrief:open")
    assert [card["name"] for card in table.view("Lena")["released"]["scorecards"]] == ["Lena"]
    table.do("Cleo", "debrief:next", from_="learner")
    assert {card["name"] for card in table.view("Lena")["released"]["scorecards"]} == {"Lena", "Olga"}
    assert "felt" not in table.view("Lena")
    table.do("Cleo", "debrief:next")
    assert table.view("Lena")["felt"]
    table.do("Cleo", "debrief:next")
    with pytest.raises(WrongPhase):
        table.do("Cleo", "debrief:next")
    table.do("Cleo", "round:close")
    assert table.view("Olga")["script"]
    table.do("Lena", "nextstep:set", text="One breath before facts")
    table.do("Sam", "derole:confirm")
    assert table.mine("Lena")["report_url"]
    assert table.view("Cleo")["next"]["learner"] == table.course.olga.id
    table.do("Oren", "round:start")
    assert table.view("Olga")["seat"] == Seat.LEARNER
    assert table.view("Lena")["seat"] == Seat.OBSERVER


def test_the_debrief_tells_where_the_clock_stood_and_the_beats_to_who_reads_the_script(
    table: Table, clock: Any
) -> None:
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    beats = table.view("Sam")["script"]["beats"]
    clock.advance(40)
    table.do("Sam", "beat:go", beat=beats[1]["id"])
    clock.advance(20)
    table.do("Lena", "timeout:call", reason="emotion")
    assert (table.view("Lena")["stops"], table.view("Cleo")["beats"]) == ([], [])
    clock.advance(500)
    table.do("Cleo", "take:rewind", offset_s=30)
    clock.advance(15)
    table.do("Sam", "beat:go", beat=beats[2]["id"])
    table.do("Lena", "encounter:end", reason="done")
    table.do("Cleo", "debrief:open")
    stop = {"take": 1, "offset_s": 60.0, "name": "Lena", "reason": "emotion"}
    played = [
        {"take": 1, "offset_s": 40.0, "beat": beats[1]["id"]},
        {"take": 2, "offset_s": 75.0, "beat": beats[2]["id"]},
    ]
    for who in ("Lena", "Olga", "Sam", "Cleo"):
        assert table.view(who)["stops"] == [stop]
    assert table.view("Sam")["beats"] == table.view("Cleo")["beats"] == played
    assert "beats" not in table.view("Lena")
    assert "beats" not in table.view("Olga")
    for _ in range(3):
        table.do("Cleo", "debrief:next")
    table.do("Cleo", "round:close")
    assert table.view("Lena")["beats"] == played


def test_a_rewind_to_a_moment_turns_the_card_back_to_the_beat_played_then(table: Table, clock: Any) -> None:
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    beats = table.view("Sam")["script"]["beats"]

    def card_after(**moment: Any) -> Any:
        table.do("Lena", "timeout:call")
        table.do("Cleo", "take:rewind", **moment)
        clock.advance(10)
        assert table.view("Cleo")["card"]["beat"] == table.view("Sam")["card"]["beat"]
        return table.view("Sam")["card"]["beat"]

    clock.advance(40)
    table.do("Sam", "beat:go", beat=beats[1]["id"])
    clock.advance(20)
    assert card_after(offset_s=30) is None, "the first"
    assert card_after(offset_s=50) == beats[1]["id"]
    assert card_after(beat=beats[2]["id"]) == beats[2]["id"]
    assert card_after(offset_s=65) is None, "within the take that was played from there"


def test_the_same_action_id_is_done_once_and_answered_the_same(table: Table) -> None:
    key = str(uuid4())
    first = table.do("Lena", "goal:set", key, text="Listen")
    assert table.do("Lena", "goal:set", key, text="Listen") == first
    with pytest.raises(Conflict):
        table.do("Lena", "goal:set", key, text="Talk")
    with pytest.raises(Conflict):
        table.do("Olga", "goal:set", key, text="Listen")
    with table.store.read() as uow:
        assert uow.session.query(JournalLine).count() == 1


def test_wrong_seat_wrong_phase_and_outsiders(table: Table) -> None:
    with pytest.raises(NotAllowed):
        table.do("Lena", "round:start")
    with pytest.raises(WrongPhase):
        table.do("Cleo", "encounter:begin")
    with pytest.raises(NotFound):
        table.do("Mallory", "round:start")


def test_a_room_without_learners_says_what_is_missing(table: Table) -> None:
    with table.store.write() as uow:
        seats = uow.session.query(SeatRow).filter_by(room_id=table.room, role=Role.LEARNER)
        seats.delete()
    with pytest.raises(Invalid, match="no learner in this room yet"):
        table.do("Cleo", "round:start")


def test_versions_count_every_accepted_action(table: Table) -> None:
    versions = [table.do("Lena", "goal:set", text=str(number))["version"] for number in range(3)]
    assert versions == [1, 2, 3]
    assert table.view("Lena")["version"] == 3


def test_a_person_moved_leaves_one_room_and_has_a_place_in_the_other(table: Table, store: Store, course: Any) -> None:
    from pallpractice.storage.courses import Group

    with store.write() as uow:
        other = Group(course_id=course.course.id, name="Oak", track="adult")
        uow.session.add(other)
        uow.session.flush()
        there = Room(session_id=course.session.id, group_id=other.id, name="Oak")
        uow.session.add(there)
        uow.session.flush()
    table.do("Oren", "person:move", person=course.omar.id, room=there.id)
    with pytest.raises(NotFound):
        table.view("Omar")
    with store.read() as uow:
        record = live.load(uow.session, there.id)
        assert record
        assert record.state.seat_of(course.omar.id) is Seat.OBSERVER


def test_the_meeting_is_the_courses_or_else_the_sites(table: Table) -> None:
    def shown() -> str | None:
        with table.store.read() as uow:
            record, seat = access.room(uow, table.room, table.course.lena.id)
            site = "https://meet.example.org/{session}-{group}"
            return views.room_view(views.read(uow, table.library, record, set(), meeting_url=site), seat)["room"][
                "meeting_url"
            ]

    assert shown() == "https://meet.example.org/practice-news-Maple"
    with table.store.write() as uow:
        uow.session.get_one(Course, table.course.course.id).meeting_url_template = "https://zoom.example.org/{room}"
    assert shown() == f"https://zoom.example.org/{table.room}"
    assert table.view("Lena")["room"]["meeting_url"] == f"https://zoom.example.org/{table.room}"


def test_a_room_begins_with_the_gentlest_case_of_its_track(table: Table, library: Library) -> None:
    choice = table.view("Cleo")["scenarios"]
    own = [one["intensity"] for one in choice if one["track"] == "adult"]
    assert own == sorted(own) != sorted(own, reverse=True)
    assert [one["track"] for one in choice] == ["adult"] * len(own) + ["pediatric"] * (len(choice) - len(own))
    assert library.scenarios[table.view("Cleo")["next"]["scenario"]].intensity == min(own)


def test_a_goal_written_in_two_windows_is_not_overwritten_unseen(table: Table) -> None:

    table.do("Lena", "goal:set", text="Listen", over="")
    with pytest.raises(Stale) as refused:
        table.do("Lena", "goal:set", text="Ask first", over="")
    assert refused.value.current == {"text": "Listen"}
    table.do("Lena", "goal:set", text="Listen", over="")  # both wrote the same
    table.do("Lena", "goal:set", text="Ask first", over="Listen")
    table.do("Lena", "goal:set", text="Wait")  # a client that does not say what it saw
    assert table.view("Lena")["goal"] == "Wait"
