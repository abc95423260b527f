"""How people come in and leave, below the pages: links, passwords, removal."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from pallpractice.asynchrony import Offload, off_loop
from pallpractice.domain.errors import Invalid, NotAllowed, NotFound, RateLimited, Unavailable
from pallpractice.domain.events import Event, RightsLost
from pallpractice.domain.throttle import wait
from pallpractice.services import people, seating
from pallpractice.services.passwords import Hasher
from pallpractice.storage.courses import Course, Enrolment, Link, Person, SignInFailure
from pallpractice.storage.rooms import SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import NOON, Clock, SavedCourse

PASSWORD = "five tall maples"
BASE = "https://practice.example.org"


@pytest.fixture(scope="module")
def hasher() -> Hasher:
    return Hasher(off_loop("threading"))


@pytest.fixture
def heard(store: Store) -> list[Event]:
    events: list[Event] = []
    store.announcer = events.extend
    return events


def token_of(store: Store, course: SavedCourse, name: str) -> str:
    links = store.change(people.issue_links, course.course, BASE, 14)
    return next(link.url.rpartition("/")[2] for link in links if link.name == name)


def opens(store: Store, token: str) -> bool:
    try:
        with store.read() as uow:
            return bool(people.open_link(uow, token))
    except NotFound:
        return False


# --- links


def test_links_are_issued_in_the_rosters_order_with_role_and_group(store: Store, course: SavedCourse) -> None:
    links = store.change(people.issue_links, course.course, BASE, 14)
    assert [(link.name, link.role, link.group) for link in links] == [
        ("Lena", "learner", "Maple"),
        ("Olga", "learner", "Maple"),
        ("Omar", "learner", "Maple"),
        ("Sam", "actor", "Maple"),
        ("Cleo", "coach", "Maple"),
        ("Oren", "organiser", None),
    ]
    assert len({link.url for link in links}) == 6
    assert all(link.url.startswith(f"{BASE}/l/") for link in links)


def test_looking_at_a_link_uses_nothing_up_and_coming_in_is_noted(store: Store, course: SavedCourse) -> None:
    token = token_of(store, course, "Lena")

    def used() -> int:
        with store.read() as uow:
            return uow.session.scalar(select(func.count()).where(Link.used_at.is_not(None))) or 0

    assert opens(store, token)
    assert used() == 0
    assert store.change(people.redeem, token).id == course.lena.id
    assert store.change(people.redeem, token).id == course.lena.id
    assert used() == 1


def test_a_fresh_link_for_one_person_leaves_the_others_theirs(store: Store, course: SavedCourse) -> None:
    lenas = token_of(store, course, "Lena")
    links = store.change(people.issue_links, course.course, BASE, 14, only=["Sam@Example.org"])
    assert [link.name for link in links] == ["Sam"]
    assert opens(store, lenas)
    with pytest.raises(NotFound, match="mallory"):
        store.change(people.issue_links, course.course, BASE, 14, only=["mallory@example.org"])


def test_older_links_can_be_kept(store: Store, course: SavedCourse) -> None:
    older = token_of(store, course, "Lena")
    store.change(people.issue_links, course.course, BASE, 14, keep_older=True)
    assert opens(store, older)


@pytest.mark.parametrize("when", ["expired", "inactive", "removed", "left"])
def test_every_reason_a_link_does_not_open_reads_the_same(
    store: Store, course: SavedCourse, clock: Clock, when: str
) -> None:
    token = token_of(store, course, "Lena")
    with store.write() as uow:
        row = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == course.lena.id)).one()
        if when == "inactive":
            uow.session.get_one(Person, course.lena.id).active = False
        elif when == "removed":
            row.removed_at = uow.now
        elif when == "left":
            uow.session.delete(row)
    if when == "expired":
        clock.advance(14 * 24 * 3600)
    with store.read() as uow, pytest.raises(NotFound) as refused:
        people.open_link(uow, token)
    assert refused.value.message == people.NO_LINK


# --- removal


def test_who_is_removed_loses_link_seat_and_sockets_and_can_come_back(
    store: Store, course: SavedCourse, heard: list[Event]
) -> None:
    store.change(seating.place, course.course)
    token = token_of(store, course, "Olga")
    store.change(people.remove, course.course, course.olga)
    assert not opens(store, token)
    assert RightsLost(person=course.olga.id, room_id=None, reason="removed") in heard
    with store.read() as uow:
        assert not uow.session.scalars(select(SeatRow).where(SeatRow.person_id == course.olga.id)).all()
    with pytest.raises(NotFound):
        store.change(people.remove, course.course, course.olga)


def test_nobody_is_removed_from_a_course_they_are_not_in(store: Store, course: SavedCourse) -> None:
    with store.write() as uow:
        other = Course(slug="other", title="Other", time_zone="UTC")
        uow.session.add(other)
    for where, who in ((course.course, course.mallory), (other, course.lena)):
        with pytest.raises(NotFound):
            store.change(people.remove, where, who)


# --- passwords


def test_a_password_is_for_staff_long_and_not_the_name(store: Store, course: SavedCourse, hasher: Hasher) -> None:
    for email in ("lena@example.org", "sam@example.org", "mallory@example.org"):
        with pytest.raises(NotAllowed, match="neither coach nor organiser"):
            people.set_password(store, hasher, email, PASSWORD)
    for password in ("short", "x" * 201, "this is Cleo herself"):
        with pytest.raises(Invalid):
            people.set_password(store, hasher, "cleo@example.org", password)
    people.set_password(store, hasher, "oren@example.org", PASSWORD)
    assert people.sign_in(store, hasher, "oren@example.org", PASSWORD).name == "Oren"


def test_a_new_password_ends_the_old_one_and_every_session(
    store: Store, course: SavedCourse, hasher: Hasher, heard: list[Event]
) -> None:
    people.set_password(store, hasher, "cleo@example.org", PASSWORD)
    people.set_password(store, hasher, "cleo@example.org", "seven old beeches")
    with pytest.raises(NotAllowed):
        people.sign_in(store, hasher, "cleo@example.org", PASSWORD)
    assert people.sign_in(store, hasher, "cleo@example.org", "seven old beeches").session_epoch == 2
    assert RightsLost(person=course.cleo.id, room_id=None, reason="signed_out") in heard


def test_passwords_are_stored_as_argon2id_with_the_parameters_meant(
    store: Store, course: SavedCourse, hasher: Hasher
) -> None:
    people.set_password(store, hasher, "cleo@example.org", PASSWORD)
    with store.read() as uow:
        stored = uow.session.get_one(Person, course.cleo.id).password_hash
    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_letters_composed_in_another_way_are_the_same_password(hasher: Hasher) -> None:
    assert hasher.verify(hasher.hash("cafe\u0301 au lait"), "caf\u00e9 au lait")
    assert not hasher.verify(None, "nobody's password")
    assert not hasher.verify("not a hash", PASSWORD)
    assert not hasher.verify(hasher.hash("a"), "\ud800")


@pytest.mark.parametrize("email", ["nobody@example.org", "\0", "\ud800", "x" * 10_000, ""])
def test_any_unknown_email_is_answered_alike(store: Store, hasher: Hasher, email: str) -> None:
    with pytest.raises(NotAllowed, match=people.NO_MATCH):
        people.sign_in(store, hasher, email, PASSWORD)


def test_many_guesses_at_once_are_counted_one_by_one(store: Store, course: SavedCourse, hasher: Hasher) -> None:
    people.set_password(store, hasher, "cleo@example.org", PASSWORD)
    outcomes: list[type[Exception]] = []

    def guess() -> None:
        try:
            people.sign_in(store, hasher, "cleo@example.org", "a wrong guess")
        except (NotAllowed, RateLimited) as refused:
            outcomes.append(type(refused))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(NotAllowed) == 3
    assert outcomes.count(RateLimited) == 9


def test_old_tries_are_forgotten(store: Store, course: SavedCourse, hasher: Hasher, clock: Clock) -> None:
    for email in ("a@example.org", "b@example.org"):
        with pytest.raises(NotAllowed):
            people.sign_in(store, hasher, email, "wrong")
        clock.advance(16 * 60)
    with store.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(SignInFailure)) == 1


def test_the_wait_grows_and_ends() -> None:
    clock, failures, waits = Clock(), [], []
    for _ in range(10):
        pause = wait(failures, clock.now)
        waits.append(pause)
        clock.advance(pause)
        failures.append(clock.now)
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60]
    assert wait(failures, clock.now) == pytest.approx(15 * 60 - sum(waits))
    clock.advance(15 * 60)
    assert wait(failures, clock.now) == 0
    assert failures[0] == NOON


# --- off the loop


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not true() and time.monotonic() < ends:
        time.sleep(0.01)


def test_two_at_once_wait_for_their_turn_and_too_many_are_turned_away() -> None:
    offload = Offload("threading", at_once=2, waiting=4)
    running: list[int] = []
    most: list[int] = []
    refused: list[Unavailable] = []
    all_asked = threading.Event()

    def work() -> None:
        running.append(1)
        most.append(len(running))
        assert all_asked.wait(30)
        running.pop()

    def call() -> None:
        try:
            offload(work)
        except Unavailable as error:
            refused.append(error)

    threads = [threading.Thread(target=call) for _ in range(9)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(refused) >= 3)
    time.sleep(0.2)  # one more would be refused by now
    all_asked.set()
    for thread in threads:
        thread.join()
    assert max(most) == 2
    assert len(most) == 6
    assert len(refused) == 3
    offload(work)  # and the queue is free again
