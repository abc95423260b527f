"""What organisers and coaches see of all rooms of a session, and that nobody else sees any of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from pallpractice.domain.errors import Invalid, NotAllowed, NotFound, Stale, WrongPhase
from pallpractice.domain.roles import Role, Track
from pallpractice.domain.room import Act, Action
from pallpractice.library.shelf import Library
from pallpractice.services import access, seating
from pallpractice.services.board import organising, overview
from pallpractice.services.groups import changes
from pallpractice.services.journal import stamp
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.invitations import Guest
from pallpractice.storage.plans import Absence
from pallpractice.storage.presence import Attendance
from pallpractice.storage.rooms import Room, SeatRow
from pallpractice.storage.unit_of_work import Store, UnitOfWork
from tests.conftest import Clock
from tests.services.conftest import Table


class Looking:
    """Two rooms of one session, and whoever looks at its board."""

    def __init__(self, table: Table, birch: str, clock: Clock) -> None:
        self.table, self.store, self.course, self.clock = table, table.store, table.course, clock
        self.session = table.course.session.id
        self.maple, self.birch = table.room, birch
        self.here: dict[str, set[str]] = {}

    def board(self, who: str = "Oren") -> dict[str, Any]:
        with self.store.read() as uow:
            person = self.course.cast[who].id
            return overview.board(
                uow, self.table.library, self.session, person, lambda room: self.here.get(room, set())
            )

    def room(self, name: str = "Maple", who: str = "Oren") -> dict[str, Any]:
        return next(room for room in self.board(who)["rooms"] if room["name"] == name)

    def do(self, who: str, action: Action, at: str | None = None, **fields: Any) -> dict[str, Any]:
        """From the board, as the gateway would pass it on."""
        act = Act(action, self.course.cast[who].id, fields)
        return self.store.change(organising.act, self.table.library, self.session, at or self.maple, act, str(uuid4()))

    def id(self, name: str) -> str:
        return str(self.course.cast[name].id)

    def enrol(self, name: str, role: Role, track: Track | None = Track.ADULT) -> str:
        with self.store.write() as uow:
            person = self.course.cast[name] = Person(name=name, email=f"{name.lower()}@example.org")
            uow.session.add(Enrolment(course_id=self.course.course.id, person=person, role=role, track=track))
        return str(person.id)


@pytest.fixture
def looking(store: Store, library: Library, course: Any, add_group: Callable[..., str], clock: Clock) -> Looking:
    table = Table(store, library, course)
    group = add_group("Birch", {"Lara": Role.LEARNER, "Cole": Role.COACH})
    assert store.change(lambda uow: seating.open_rooms(uow, course.session)) == 1
    with store.read() as uow:
        birch = uow.session.scalars(select(Room.id).where(Room.group_id == group)).one()
    return Looking(table, birch, clock)


def test_an_organiser_sees_how_far_each_room_is(looking: Looking) -> None:
    table = looking.table
    looking.here = {looking.maple: {looking.id("Lena"), looking.id("Cleo")}}
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    room = looking.room()
    assert (room["phase"], room["take"], room["here"], room["of"], room["missing"]) == ("encounter", 1, 2, 5, 3)
    assert room["clock"] == table.view("Oren")["clock"]
    assert room["round"]["learner"] == "Lena"
    assert (room["round"]["number"], room["round"]["of"]) == (1, 3)
    assert room["round"]["title"] == table.view("Oren")["round"]["title"]
    assert room["forms"] == {"submitted": 0, "raters": 5}
    assert [one["name"] for one in room["people"] if one["present"]] == ["Lena", "Cleo"]
    sam = next(one for one in room["people"] if one["name"] == "Sam")
    assert sam["character"] == room["round"]["characters"][0]["id"]
    assert sam["character_name"] == room["round"]["characters"][0]["name"]
    assert room["may"] == ["clock:extend", "actor:replace"]
    birch = looking.room("Birch")
    assert (birch["phase"], birch["round"], birch["forms"], birch["may"][0]) == ("lobby", None, None, "round:start")
    totals = looking.board()["totals"]
    assert totals == {"rooms": 2, "playing": 1, "here": 2, "of": 7, "asking": 0, "guests": 0}
    table.do("Cleo", "encounter:end")
    table.do("Olga", "scorecard:submit")
    assert looking.room()["forms"] == {"submitted": 1, "raters": 5}


def test_a_coach_sees_names_phases_counts_and_help_and_no_more(looking: Looking) -> None:
    looking.table.do("Cleo", "round:start")
    looking.table.do("Olga", "help:ask", text="the sound is gone")
    seen = looking.board("Cole")
    assert set(seen) == {"now", "session", "role", "rooms"}
    maple = next(room for room in seen["rooms"] if room["name"] == "Maple")
    assert set(maple) == {"id", "name", "phase", "here", "of", "help"}
    assert set(maple["help"][0]) == {"person", "name", "at", "coming"}
    assert "sound" not in str(seen)
    assert looking.room()["help"][0]["text"] == "the sound is gone"


@pytest.mark.parametrize("who", ["Lena", "Olga", "Sam", "Mallory"])
def test_for_everyone_else_there_is_no_board(looking: Looking, who: str) -> None:
    with pytest.raises(NotFound):
        looking.board(who)
    with pytest.raises(NotFound):
        looking.do(who, Action.HELP_TAKE, person=looking.id("Olga"))
    looking.session = "nowhere"
    with pytest.raises(NotFound):
        looking.board("Oren")


def test_a_removed_organiser_sees_nothing_more(looking: Looking) -> None:
    with looking.store.write() as uow:
        row = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == looking.id("Oren"))).one()
        row.removed_at = uow.now
    with pytest.raises(NotFound):
        looking.board()


def test_a_room_of_another_session_is_not_there(looking: Looking) -> None:
    other, looking.session = looking.session, "nowhere"
    with pytest.raises(NotFound):
        looking.do("Oren", Action.ROOM_CLOSE, in_s=60)
    looking.session = other
    with pytest.raises(NotFound):
        looking.do("Oren", Action.ROOM_CLOSE, at="0" * 32, in_s=60)


def test_who_is_late_and_who_has_no_place(looking: Looking) -> None:
    sven = looking.enrol("Sven", Role.ACTOR)
    looking.enrol("Paul", Role.LEARNER, Track.PEDIATRIC)
    with looking.store.write() as uow:
        uow.session.get_one(type(looking.course.session), looking.session).track = "adult"
        uow.session.add(Absence(session_id=looking.session, person_id=looking.id("Omar"), noted_at=uow.now))
        seen = {"session_id": looking.session, "room_id": looking.maple, "process": "p"}
        uow.session.add(
            Attendance(**seen, person_id=looking.id("Olga"), came_at=uow.now, seen_at=uow.now, left_at=uow.now)
        )
        uow.session.add(Guest(room_id=looking.maple, name="Gus", token_hash="x", asked_at=uow.now))
        uow.session.add(Guest(room_id=looking.maple, name="Gil", token_hash="y", asked_at=uow.now, answered_at=uow.now))
    looking.here = {looking.maple: {looking.id("Lena")}}
    seen_board = looking.board()
    assert seen_board["unplaced"] == [{"person": sven, "name": "Sven", "role": "actor", "absent": False}]
    # Lena is here, Olga has been, Omar said he could not come.
    assert [one["name"] for one in seen_board["late"]] == ["Lara", "Cole", "Sam", "Cleo"]
    assert looking.room()["guests"] == seen_board["totals"]["guests"] == 1
    looking.clock.now = looking.course.session.starts_at - timedelta(minutes=5)
    assert looking.board()["late"] == [], "not before it begins"


def test_who_asks_first_comes_first_and_sees_who_is_coming(looking: Looking) -> None:
    table = looking.table
    for who in ("Omar", "Lena"):
        looking.clock.advance(10)
        table.do(who, "help:ask")
    assert [one["name"] for one in looking.room()["help"]] == ["Omar", "Lena"]
    looking.do("Cole", Action.HELP_TAKE, person=looking.id("Omar"))
    coming = {"person": looking.id("Cole"), "name": "Cole"}
    assert [one["coming"] for one in looking.room(who="Cole")["help"]] == [coming, None]
    assert table.mine("Omar")["help"]["coming"] == coming
    assert [one["coming"] for one in table.view("Cleo")["help"]] == [coming, None]
    assert table.mine("Lena")["help"]["coming"] is None
    with pytest.raises(Stale, match="Cole is coming already"):
        looking.do("Oren", Action.HELP_TAKE, person=looking.id("Omar"))
    looking.do("Oren", Action.HELP_TAKE, person=looking.id("Omar"), instead_of=looking.id("Cole"))
    assert table.mine("Omar")["help"]["coming"]["name"] == "Oren"
    looking.clock.advance(10)
    table.do("Omar", "help:clear")
    with pytest.raises(Invalid):
        looking.do("Cole", Action.HELP_TAKE, person=looking.id("Omar"))
    table.do("Omar", "help:ask")
    assert table.mine("Omar")["help"]["coming"] is None, "asked anew, nobody has said so yet"


@pytest.mark.parametrize("action", [Action.ROOM_CLOSE, Action.PERSON_MOVE, Action.ROUND_START, Action.HELP_CLEAR])
def test_a_coach_does_nothing_else_from_the_board(looking: Looking, action: Action) -> None:
    fields = {"in_s": 60, "person": looking.id("Olga"), "room": looking.birch}
    with pytest.raises(NotAllowed):
        looking.do("Cole", action, **fields)
    with looking.store.read() as uow, pytest.raises(NotAllowed):
        organising.rooms(uow, looking.session, looking.id("Cole"), None)


def test_closing_is_seen_by_the_room_and_lifted(looking: Looking) -> None:
    looking.do("Oren", Action.ROOM_CLOSE, in_s=60)
    at = looking.room()["closes_at"]
    assert at == looking.table.view("Lena")["closes_at"] == stamp(looking.clock.now + timedelta(seconds=60))
    looking.clock.advance(61)
    assert "round:start" not in looking.room()["may"]
    assert "round:start" not in looking.table.view("Cleo")["may"]
    looking.do("Oren", Action.ROOM_KEEP)
    assert looking.table.view("Lena")["closes_at"] is None
    looking.table.do("Cleo", "round:start")


def test_people_are_moved_and_placed(looking: Looking) -> None:
    looking.do("Oren", Action.PERSON_MOVE, person=looking.id("Olga"), room=looking.birch)
    assert "Olga" in [one["name"] for one in looking.room("Birch")["people"]]
    zoe = looking.enrol("Zoe", Role.LEARNER)
    looking.do("Oren", Action.PERSON_PLACE, at=looking.birch, person=zoe)
    placed = looking.room("Birch")["people"][-1]
    assert (placed["name"], placed["seat"]) == ("Zoe", "observer")
    assert looking.board()["unplaced"] == []
    for person, words in ((zoe, "place in Birch"), (looking.id("Mallory"), "of this course")):
        with pytest.raises(Invalid, match=words):
            looking.do("Oren", Action.PERSON_PLACE, person=person)
    with looking.store.read() as uow:
        assert organising.room_of(uow, looking.session, zoe) == looking.birch
        with pytest.raises(Invalid):
            organising.room_of(uow, looking.session, looking.id("Mallory"))


def test_who_was_moved_from_the_board_stays_there_until_their_group_changes(looking: Looking) -> None:
    olga = looking.id("Olga")
    looking.do("Oren", Action.PERSON_MOVE, person=olga, room=looking.birch)

    def rooms() -> list[str]:
        return [room for room in ("Maple", "Birch") if "Olga" in [one["name"] for one in looking.room(room)["people"]]]

    assert rooms() == ["Birch"]
    looking.store.change(lambda uow: seating.place(uow, uow.session.get_one(Course, looking.course.course.id)))
    assert rooms() == ["Birch"], "people brought in afterwards undo nothing"
    with looking.store.read() as uow:
        birch = uow.session.get_one(Room, looking.birch)
        seats = [row.position for row in uow.session.query(SeatRow).filter_by(room_id=birch.id)]
    assert len(set(seats)) == len(seats), "everyone has a place of their own in the order"

    def regroup(uow: UnitOfWork, verb: Callable[..., Any], *args: str) -> None:
        verb(uow, uow.session.get_one(Course, looking.course.course.id), [olga], *args)

    looking.store.change(regroup, changes.take_out)
    looking.store.change(regroup, changes.move, "Maple")
    assert rooms() == ["Maple"], "a group chosen later counts"


def test_people_brought_in_afterwards_call_no_actor_back(looking: Looking) -> None:
    """Sven, of Birch, is moved to Maple; Sam, of Maple, did not come and Stig plays instead; then a list comes in."""
    sven, stig, sam = looking.enrol("Sven", Role.ACTOR), looking.enrol("Stig", Role.ACTOR), looking.id("Sam")

    def by_group(verb: Callable[..., Any], person: str, *args: str) -> None:
        def change(uow: UnitOfWork) -> None:
            verb(uow, uow.session.get_one(Course, looking.course.course.id), [person], *args)

        looking.store.change(change)

    def actors() -> dict[str, set[str]]:
        looking.store.change(lambda uow: seating.place(uow, uow.session.get_one(Course, looking.course.course.id)))
        return {
            room: {one["name"] for one in looking.room(room)["people"]} & {"Sam", "Sven", "Stig"}
            for room in ("Maple", "Birch")
        }

    by_group(changes.move, sven, "Birch")
    looking.do("Oren", Action.PERSON_MOVE, at=looking.birch, person=sven, room=looking.maple)
    looking.do("Oren", Action.ACTOR_REPLACE, actor=sam, by=stig)
    assert actors() == {"Maple": {"Sven", "Stig"}, "Birch": set()}
    looking.do("Oren", Action.ACTOR_REPLACE, at=looking.maple, actor=stig, by=sam)
    assert actors() == {"Maple": {"Sven", "Sam"}, "Birch": set()}, "who was given a place again has it"
    looking.do("Oren", Action.PERSON_MOVE, person=sven, room=looking.birch)
    looking.do("Oren", Action.PERSON_MOVE, person=sam, room=looking.birch)
    by_group(changes.take_out, sam)
    by_group(changes.move, sam, "Maple")
    assert actors() == {"Maple": {"Sam"}, "Birch": {"Sven"}}, "a group chosen later counts"


def test_an_actor_is_replaced_by_one_from_elsewhere_then_by_a_peer(looking: Looking) -> None:
    sven = looking.enrol("Sven", Role.ACTOR)
    looking.do("Oren", Action.PERSON_PLACE, at=looking.birch, person=sven)
    looking.table.do("Cleo", "round:start")
    character = looking.room()["round"]["characters"][0]["id"]
    looking.do("Oren", Action.ACTOR_REPLACE, character=character, by=sven)
    playing = [one["name"] for one in looking.room()["people"] if one["character"]]
    assert playing == ["Sven"]
    assert "Sven" not in [one["name"] for one in looking.room("Birch")["people"]]
    assert looking.table.view("Sven")["script"]
    looking.do("Oren", Action.ACTOR_REPLACE, actor=sven, by=looking.id("Omar"))
    assert looking.table.view("Omar")["script"]
    for by, words in ((looking.id("Lena"), "in the chair"), (looking.id("Cole"), "an actor"), (sven, None)):
        if words:
            with pytest.raises(Invalid, match=words):
                looking.do("Oren", Action.ACTOR_REPLACE, character=character, by=by)
    with pytest.raises(Invalid, match="no such character"):
        looking.do("Oren", Action.ACTOR_REPLACE, character="nobody", by=sven)


def test_a_peer_who_takes_over_the_part_hands_in_as_the_patient(looking: Looking) -> None:
    table = looking.table
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    table.do("Omar", "score:save", entry=table.view("Omar")["rubric"]["items"][0]["id"], rating=2)
    character = looking.room()["round"]["characters"][0]["id"]
    looking.do("Oren", Action.ACTOR_REPLACE, character=character, by=looking.id("Omar"))
    table.do("Cleo", "encounter:end")
    table.do("Omar", "scorecard:submit")
    table.do("Cleo", "scorecard:submit")
    assert [card["seat"] for card in table.mine("Cleo")["scorecards"]] == ["patient"]


def test_in_the_lobby_the_absent_actor_makes_room(looking: Looking) -> None:
    sven = looking.enrol("Sven", Role.ACTOR)
    looking.do("Oren", Action.ACTOR_REPLACE, actor=looking.id("Sam"), by=sven)
    assert "Sam" not in [one["name"] for one in looking.room()["people"]]
    assert [one["name"] for one in looking.board()["unplaced"]] == ["Sam"]
    looking.table.do("Cleo", "round:start")
    assert [one["name"] for one in looking.room()["people"] if one["character"]] == ["Sven"]


def test_who_plays_elsewhere_is_not_called_away(looking: Looking) -> None:
    sven = looking.enrol("Sven", Role.ACTOR)
    looking.do("Oren", Action.PERSON_PLACE, at=looking.birch, person=sven)
    looking.do("Oren", Action.ROUND_START, at=looking.birch)
    with pytest.raises(Invalid, match="Sven plays in Birch"):
        looking.do("Oren", Action.ACTOR_REPLACE, actor=looking.id("Sam"), by=sven)


def test_who_has_not_practised_or_had_feedback_comes_first(looking: Looking) -> None:
    table = looking.table

    def told() -> list[tuple[str, int, int, int]]:
        learners = looking.board()["overview"]["learners"]
        return [(one["name"], len(one["practised"]), one["closed"], one["feedback"]) for one in learners]

    assert told() == [("Lara", 0, 0, 0), ("Lena", 0, 0, 0), ("Olga", 0, 0, 0), ("Omar", 0, 0, 0)]
    table.do("Cleo", "round:start")
    assert told()[1] == ("Lena", 0, 0, 0), "a briefing is no practice yet"
    table.do("Cleo", "encounter:begin")
    table.do("Cleo", "encounter:end")
    for who in ("Lena", "Olga"):
        table.do(who, "scorecard:submit")
    table.do("Cleo", "debrief:open")
    assert told()[-1] == ("Lena", 1, 0, 0), "her own card is not feedback"
    table.do("Cleo", "debrief:next")
    assert told()[-1] == ("Lena", 1, 0, 1)
    for _ in range(2):
        table.do("Cleo", "debrief:next")
    table.do("Cleo", "round:close")
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    assert [one[0] for one in told()] == ["Lara", "Omar", "Olga", "Lena"]
    assert told()[-1] == ("Lena", 1, 1, 1)
    assert looking.board()["overview"]["sessions"] == [{"id": looking.session, "title": "Delivering serious news"}]


def test_missing_rooms_are_made_and_the_others_left_alone(looking: Looking, add_group: Callable[..., str]) -> None:
    looking.do("Oren", Action.PERSON_MOVE, person=looking.id("Olga"), room=looking.birch)
    add_group("Elm", {"Ella": Role.LEARNER})
    add_group("Empty", {})
    with pytest.raises(NotFound):
        looking.store.change(organising.open_rooms, looking.session, looking.id("Cole"))
    assert looking.store.change(organising.open_rooms, looking.session, looking.id("Oren")) == 1
    assert [room["name"] for room in looking.board()["rooms"]] == ["Birch", "Elm", "Maple"]
    assert "Olga" in [one["name"] for one in looking.room("Birch")["people"]]


def test_many_rooms_cost_as_many_statements_as_one(looking: Looking, add_group: Callable[..., str]) -> None:
    def statements() -> int:
        asked: list[str] = []

        def note(*args: Any) -> None:
            asked.append(args[2])

        event.listen(looking.store.reading, "before_cursor_execute", note)
        looking.board()
        event.remove(looking.store.reading, "before_cursor_execute", note)
        return len(asked)

    looking.table.do("Cleo", "round:start")
    two = statements()
    for number in range(6):
        add_group(f"More {number}", {f"L{number}": Role.LEARNER, f"A{number}": Role.ACTOR, f"C{number}": Role.COACH})
    looking.store.change(organising.open_rooms, looking.session, looking.id("Oren"))
    with looking.store.read() as uow:
        for room in uow.session.scalars(select(Room.id)).all():
            if room != looking.maple:
                looking.do("Oren", Action.ROUND_START, at=room)
    assert len(looking.board()["rooms"]) == 8
    assert statements() == two <= 18


def test_the_door_of_the_board_says_who_may(looking: Looking) -> None:
    with looking.store.read() as uow:
        assert access.board(uow, looking.session, looking.id("Oren"))[1] is Role.ORGANISER
        assert access.board(uow, looking.session, looking.id("Cole"))[1] is Role.COACH
        assert uow.session.scalars(select(SeatRow.person_id).where(SeatRow.person_id == looking.id("Oren"))).all() == []


class Starting:
    """A round is started in many rooms, one after the other."""

    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        self.at(looking.maple, "Lena", "Sam", "Cleo")
        self.at(looking.birch, "Lara", "Cole")

    def at(self, room: str, *names: str) -> None:
        self.looking.here[room] = {self.looking.id(name) for name in names}

    def start(self, room: str, key: str | None = None) -> dict[str, Any]:
        looking, act = self.looking, Act(Action.ROUND_START, self.looking.id("Oren"), {})
        told = (looking.session, room, act, key or str(uuid4()), lambda each: looking.here.get(each, set()))
        return looking.store.change(organising.start, looking.table.library, *told)


@pytest.fixture
def starting(looking: Looking) -> Starting:
    looking.enrol("Sven", Role.ACTOR)
    looking.do("Oren", Action.PERSON_PLACE, at=looking.birch, person=looking.id("Sven"))
    return Starting(looking)


def test_a_round_starts_among_many_where_coach_learner_and_actor_are_there(starting: Starting) -> None:
    looking, key = starting.looking, str(uuid4())
    done = starting.start(looking.maple, key)
    assert looking.room()["phase"] == "briefing"
    with pytest.raises(Invalid, match="Not here yet: Sven"):
        starting.start(looking.birch)
    assert looking.room("Birch")["phase"] == "lobby"
    starting.at(looking.maple)
    assert starting.start(looking.maple, key) == done, "sent again, it is the same start, whoever has left since"
    with pytest.raises(WrongPhase, match="A round is going on"):
        starting.start(looking.maple)
    starting.at(looking.birch, "Lara", "Sven", "Cole")
    starting.start(looking.birch)
    assert looking.room("Birch")["phase"] == "briefing"


@pytest.mark.parametrize(
    ("here", "words"),
    [
        (("Sam", "Cleo", "Olga"), "Not here yet: Lena."),
        (("Lena", "Sam", "Olga", "Omar"), "Not here yet: Cleo."),
        (("Lena", "Cleo"), "Not here yet: Sam."),
        ((), "Not here yet: Cleo, Lena and Sam."),
    ],
)
def test_who_is_missing_is_named_and_nothing_is_done(starting: Starting, here: tuple[str, ...], words: str) -> None:
    looking = starting.looking
    starting.at(looking.maple, *here)
    with pytest.raises(Invalid) as refused:
        starting.start(looking.maple)
    assert refused.value.message == words
    assert (looking.room()["phase"], looking.room()["round"]) == ("lobby", None)


def test_a_room_without_an_actor_a_coach_or_time_does_not_start_among_many(looking: Looking) -> None:
    starting = Starting(looking)
    with pytest.raises(Invalid, match="Nobody is there to play"):
        starting.start(looking.birch)
    looking.do("Oren", Action.ROOM_CLOSE, in_s=0)
    with pytest.raises(WrongPhase, match="This room has closed"):
        starting.start(looking.maple)
    with looking.store.write() as uow:
        uow.session.delete(uow.session.get_one(SeatRow, (looking.maple, looking.id("Cleo"))))
        uow.session.get_one(Room, looking.maple).closes_at = None
    with pytest.raises(Invalid, match="It has no coach"):
        starting.start(looking.maple)
