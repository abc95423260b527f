"""A room's code, who waits at its door, and who is let in: by whom, once, and into nothing but that room."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pallpractice.domain import joining
from pallpractice.domain.errors import NotAllowed, NotFound, RateLimited, Stale, WrongPhase
from pallpractice.domain.events import Event, RoomChanged
from pallpractice.domain.roles import Role, Seat
from pallpractice.domain.room import Act, Action
from pallpractice.services import access, guests, home, people, rounds, seating
from pallpractice.services.board import overview
from pallpractice.services.groups import groupings
from pallpractice.services.guests import Answer
from pallpractice.services.invitations import attending
from pallpractice.services.pairing import facts
from pallpractice.storage.courses import Enrolment, Person, SignInFailure
from pallpractice.storage.invitations import Guest
from pallpractice.storage.rooms import Room, SeatRow
from tests.services.conftest import Table


@pytest.fixture
def code(table: Table) -> str:
    table.do("Cleo", "code:make")
    return str(table.view("Cleo")["code"])


@pytest.fixture
def heard(table: Table) -> list[Event]:
    events: list[Event] = []
    table.store.announcer = events.extend
    return events


def ask(table: Table, code: str, name: str = "Ada") -> str:
    return table.store.change(guests.ask, code, name)


def answer(table: Table, token: str) -> str:
    with table.store.read() as uow:
        return guests.asked(uow, token).answer


def waiting(table: Table) -> list[Any]:
    return list(table.view("Cleo")["guests"])


def try_code(table: Table, text: str, client: str = "ward 3") -> guests.Tried:
    return table.store.change(guests.try_code, client, text)


# The code


def test_a_code_opens_the_door_of_its_room_however_it_is_typed(table: Table, code: str) -> None:
    assert joining.parse(code) == code.replace(" ", "")
    for text in (code, code.lower(), code.replace(" ", "-")):
        found = try_code(table, text).room
        assert found
        assert found.id == table.room


def test_a_new_code_stops_the_old_one(table: Table, code: str) -> None:
    table.do("Oren", "code:make")
    assert try_code(table, code).room is None
    assert try_code(table, table.view("Oren")["code"]).room
    with pytest.raises(NotFound):
        ask(table, code)


def test_only_those_who_look_after_the_room_see_its_code_and_who_waits(table: Table, code: str) -> None:
    ask(table, code)
    for who in ("Cleo", "Oren"):
        assert [guest["name"] for guest in table.view(who)["guests"]] == ["Ada"]
        with table.store.read() as uow:
            assert guests.with_code(uow, table.room, table.course.cast[who].id).id == table.room
    for who in ("Lena", "Olga", "Sam"):
        assert not {"code", "guests"} & table.view(who).keys()
        with pytest.raises(NotAllowed):
            table.do(who, "code:make")
        with table.store.read() as uow, pytest.raises(NotFound):
            guests.with_code(uow, table.room, table.course.cast[who].id)


def test_there_is_no_code_before_someone_asks_for_it(table: Table) -> None:
    assert table.view("Cleo")["code"] is None
    with table.store.read() as uow, pytest.raises(NotFound):
        guests.with_code(uow, table.room, table.course.cleo.id)


def test_a_code_made_twice_is_made_again(table: Table, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter([joining.parse(code), "K74MPX"])
    monkeypatch.setattr(guests, "_fresh_code", lambda: next(made))
    table.do("Cleo", "code:make")
    assert table.view("Cleo")["code"] == "K74 MPX"


@pytest.mark.parametrize("how", ["closed", "long over"])
def test_a_closed_room_answers_like_a_wrong_code(table: Table, code: str, clock: Any, how: str) -> None:
    token = ask(table, code)
    if how == "closed":
        with table.store.write() as uow:
            uow.session.get_one(Room, table.room).closes_at = uow.now
    else:
        clock.now = table.course.session.ends_at + joining.LATE
    assert try_code(table, code) == try_code(table, "K74MPX") == guests.Tried()
    assert answer(table, token) == Answer.GONE
    with pytest.raises(NotFound):
        ask(table, code)


# Guessing


def test_wrong_codes_make_one_wait_and_a_right_one_does_not_help(table: Table, code: str, clock: Any) -> None:
    looked_at = 0
    for number in range(200):
        text = code if number == 2 else f"22222{joining.ALPHABET[number % 30]}"
        looked_at += try_code(table, text).wait == 0
        clock.advance(1)
    assert looked_at <= 11
    assert try_code(table, code).wait > 0
    assert try_code(table, code, client="ward 4").room
    clock.advance(15 * 60)
    assert try_code(table, code).room


def test_many_clients_together_are_slowed_too(table: Table, code: str) -> None:
    looked_at = sum(try_code(table, "222222", client=f"bot {number}").wait == 0 for number in range(400))
    assert looked_at == 300
    assert try_code(table, code, client="ward 3").wait > 0


def test_what_can_be_no_code_is_not_counted(table: Table, code: str) -> None:
    for _ in range(50):
        assert try_code(table, "K74 MP") == guests.Tried()
    assert try_code(table, code).room


def test_who_tried_is_kept_as_a_hash_beside_the_passwords_without_touching_them(table: Table) -> None:
    try_code(table, "222222", client="192.0.2.7")
    with table.store.read() as uow:
        [row] = uow.session.query(SignInFailure)
    assert row.account_hash.startswith("code:")
    assert len(row.account_hash) == 64
    assert "192.0.2.7" not in row.account_hash


# At the door


def test_asking_tells_the_room_and_no_one_else_of_a_name(table: Table, code: str, heard: list[Event]) -> None:
    token = ask(table, code)
    assert heard == [RoomChanged(room_id=table.room, own=())]
    with table.store.read() as uow:
        assert guests.asked(uow, token) == guests.Asked("Ada", "Maple", Answer.WAITING)
        [row] = uow.session.query(Guest)
    assert token not in row.token_hash


def test_one_token_is_one_persons(table: Table, code: str) -> None:
    ask(table, code)
    for token in ("", "none", "\ud800"):
        with table.store.read() as uow, pytest.raises(NotFound):
            guests.asked(uow, token)


def test_a_door_takes_so_many_and_no_more(table: Table, code: str) -> None:
    tokens = [ask(table, code, f"Guest {number}") for number in range(joining.MOST_WAITING)]
    with pytest.raises(RateLimited):
        ask(table, code)
    table.store.change(guests.withdraw, tokens[0])
    assert answer(table, tokens[0]) == Answer.GONE
    ask(table, code)


def test_whoever_has_waited_too_long_is_gone(table: Table, code: str, clock: Any) -> None:
    token = ask(table, code)
    clock.now += joining.WAITS - timedelta(seconds=1)
    assert (answer(table, token), len(waiting(table))) == (Answer.WAITING, 1)
    clock.advance(1)
    assert (answer(table, token), len(waiting(table))) == (Answer.GONE, 0)


# Let in, or not


def admitted(table: Table, code: str, who: str = "Cleo") -> tuple[str, str]:
    """The token and the person of someone who was let in."""
    token = ask(table, code)
    table.do(who, "guest:admit", guest=waiting(table)[-1]["id"])
    with table.store.read() as uow:
        person, room = guests.come_in(uow, token)
    assert room == table.room
    return token, person.id


@pytest.mark.parametrize("who", ["Cleo", "Oren"])
def test_whoever_is_let_in_observes_that_room_and_belongs_to_no_group(table: Table, code: str, who: str) -> None:
    token, person = admitted(table, code, who)
    assert answer(table, token) == Answer.ADMITTED
    assert waiting(table) == []
    with table.store.read() as uow:
        _, seat = access.room(uow, table.room, person)
        row = uow.session.query(Enrolment).filter_by(person_id=person).one()
        assert (seat, row.role, row.group_id, row.team) == (Seat.OBSERVER, Role.LEARNER, None, "Guests")
        assert joining.is_guest(row.person.email)
        assert [room.id for room in home.rooms_of(uow, person)] == [table.room]
    seats = table.view("Lena")["seats"]
    assert [(seat["name"], seat["seat"]) for seat in seats][-1] == ("Ada", "observer")
    assert table.view("Lena")["rotation"][-1]["name"] == "Ada"


def test_a_guest_is_named_and_gets_no_link(table: Table, code: str) -> None:
    _, person = admitted(table, code)
    course = table.course.course
    with table.store.read() as uow:
        email = uow.session.get_one(Person, person).email
        assert guests.names(uow, course) == ["Ada"]
    issued = table.store.change(people.issue_links, course, "", 14)
    assert sorted(link.name for link in issued) == ["Cleo", "Lena", "Olga", "Omar", "Oren", "Sam"]
    with pytest.raises(NotAllowed, match="Guests have no personal link"):
        table.store.change(people.issue_links, course, "", 14, only=[email, "lena@example.org"])
    table.store.change(lambda uow: people.remove(uow, course, uow.session.get_one(Person, person)))
    with table.store.read() as uow:
        assert guests.names(uow, course) == []


def test_a_guest_acts_from_the_observers_seat(table: Table, code: str) -> None:
    _, person = admitted(table, code)
    table.course.cast["Ada"] = type(table.course.cleo)(id=person)
    table.do("Ada", "ready:set", ready=True)
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    table.do("Ada", "observation:add", kind="note", text="Paused")
    with pytest.raises(NotAllowed):
        table.do("Ada", "guest:admit", guest="none")
    assert "script" not in table.view("Ada")


def test_a_new_import_leaves_guests_where_they_are(table: Table, code: str) -> None:
    _, person = admitted(table, code)
    table.store.change(lambda uow: seating.place(uow, table.course.course))
    with table.store.read() as uow:
        assert uow.session.get(SeatRow, (table.room, person))


def test_answered_twice_the_second_is_told(table: Table, code: str) -> None:
    token = ask(table, code)
    [guest] = waiting(table)
    table.do("Oren", "guest:refuse", guest=guest["id"])
    assert answer(table, token) == Answer.REFUSED
    for action in ("guest:admit", "guest:refuse"):
        with pytest.raises(Stale, match="Ada no longer waits"):
            table.do("Cleo", action, guest=guest["id"])
    with table.store.read() as uow, pytest.raises(NotFound):
        guests.come_in(uow, token)


def test_the_same_action_again_lets_in_once(table: Table, code: str) -> None:
    ask(table, code)
    [guest] = waiting(table)
    first = table.do("Cleo", "guest:admit", "6f1f6d4c-2f0d-4b0c-9d5e-1f2a3b4c5d6e", guest=guest["id"])
    assert table.do("Cleo", "guest:admit", "6f1f6d4c-2f0d-4b0c-9d5e-1f2a3b4c5d6e", guest=guest["id"]) == first
    with table.store.read() as uow:
        assert uow.session.query(Enrolment).filter_by(team="Guests").count() == 1


def test_another_rooms_coach_cannot_let_them_in(
    table: Table, code: str, add_group: Callable[..., str], library: Any
) -> None:
    group = add_group("Birch", {"Lara": Role.LEARNER, "Cole": Role.COACH})
    table.store.change(lambda uow: seating.place(uow, table.course.course))
    with table.store.read() as uow:
        birch = uow.session.query(Room).filter_by(group_id=group).one().id
    ask(table, code)
    [guest] = waiting(table)
    asked = Act(Action.GUEST_ADMIT, table.course.cast["Cole"].id, {"guest": guest["id"]})
    for room in (birch, table.room):
        with pytest.raises(NotFound):
            table.store.change(rounds.act, library, room, asked, f"{room}")
    assert len(waiting(table)) == 1


def test_a_guest_who_is_removed_does_not_come_in_again(table: Table, code: str, clock: Any) -> None:
    token, person = admitted(table, code)
    with table.store.write() as uow:
        row = uow.session.query(Enrolment).filter_by(person_id=person).one()
        people.remove(uow, row.course, row.person)
    with table.store.read() as uow, pytest.raises(NotFound):
        guests.come_in(uow, token)
    assert "Ada" not in [seat["name"] for seat in table.view("Lena")["seats"]]


def test_the_way_in_is_open_for_an_hour_after_the_answer(table: Table, code: str, clock: Any) -> None:
    token, _ = admitted(table, code)
    clock.now += joining.WAITS
    with table.store.read() as uow, pytest.raises(NotFound):
        guests.come_in(uow, token)


def test_there_is_no_door_to_a_start_up(table: Table) -> None:
    with table.store.write() as uow:
        uow.session.get_one(Room, table.room).session.kind = "startup"
    with pytest.raises(WrongPhase):
        table.do("Cleo", "code:make")


def test_no_plan_no_letter_and_no_board_counts_on_a_guest(table: Table, code: str) -> None:
    _, person = admitted(table, code)
    ask(table, code, "Bo")
    with table.store.read() as uow:
        course = uow.session.merge(table.course.course)
        assert person not in repr(groupings.standing(uow, course))
        rooms = facts.read(uow, table.library, course).problem.rooms
        assert table.course.lena.id in repr(rooms)
        assert person not in repr(rooms)
        assert person not in [one.person.id for one in attending.everyone(uow, course)]
        session = uow.session.merge(table.course.session)
        contents = overview.read(uow, table.library, session, lambda room: set())
        assert person not in [row.person_id for row in contents.people]
        assert contents.guests == {table.room: 1}
