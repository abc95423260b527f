"""People one by one: added, changed, brought back; who may be given a link by whom."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from pallpractice.domain.errors import NotAllowed, NotFound
from pallpractice.domain.events import Event, RightsLost
from pallpractice.domain.people import State
from pallpractice.domain.roles import Role
from pallpractice.domain.roster import RosterRefused
from pallpractice.library.roster import entry
from pallpractice.services import enrolments, people, seating
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.rooms import Room, SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SavedCourse

LENA = {"name": "Lena", "email": "lena@example.org", "role": "learner", "track": "adult", "group": "Maple"}
MALLORY = {"name": "Mallory", "email": "mallory@example.org", "role": "learner"}


@pytest.fixture
def heard(store: Store) -> list[Event]:
    events: list[Event] = []
    store.announcer = events.extend
    return events


@pytest.fixture
def other(store: Store, course: SavedCourse) -> Course:
    """A course that Mallory organises and Lena learns in."""
    with store.write() as uow:
        other = Course(slug="other", title="Other", time_zone="UTC")
        uow.session.add(other)
        uow.session.flush()
        for person, role in ((course.mallory, Role.ORGANISER), (course.lena, Role.LEARNER)):
            uow.session.add(Enrolment(course_id=other.id, person_id=person.id, role=role))
    return other


def lost(events: list[Event]) -> list[RightsLost]:
    return [event for event in events if isinstance(event, RightsLost)]


def member(store: Store, course: SavedCourse, name: str) -> enrolments.Member:
    with store.read() as uow:
        return enrolments.member(uow, course.course, course.cast[name].id)


def edit(store: Store, course: SavedCourse, who: str, /, **cells: str) -> None:
    one = entry({**LENA, **cells})
    store.change(enrolments.edit, course.course, course.cast[who].id, one, course.oren.id)


def seats(store: Store, person: Person) -> list[str]:
    with store.read() as uow:
        rows = uow.session.scalars(select(Room).join(SeatRow).where(SeatRow.person_id == person.id))
        return [room.name for room in rows]


def refused(change: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(RosterRefused) as refusal:
        change()
    return [(fault.column, fault.reason) for fault in refusal.value.faults]


# --- the list


def test_a_member_has_opened_their_link_or_never(store: Store, course: SavedCourse) -> None:
    assert [one.entry.name for one in read(store, course)] == ["Lena", "Olga", "Omar", "Sam", "Cleo", "Oren"]
    assert {(one.state, one.has_link) for one in read(store, course)} == {(State.NEVER, False)}
    links = store.change(people.issue_links, course.course, "", 14)
    store.change(people.redeem, links[0].url.removeprefix("/l/"))
    store.change(people.remove, course.course, course.olga)
    found = {one.entry.name: (one.state, one.has_link) for one in read(store, course)}
    assert found["Lena"] == (State.OPENED, True)
    assert found["Omar"] == (State.NEVER, True)
    assert found["Olga"] == (State.REMOVED, False)


def read(store: Store, course: SavedCourse) -> list[enrolments.Member]:
    with store.read() as uow:
        return enrolments.members(uow, course.course)


# --- adding


def test_someone_new_is_added_with_a_place_in_their_groups_rooms(store: Store, course: SavedCourse) -> None:
    store.change(seating.place, course.course)
    one = entry({"name": "Ada", "email": "ada@example.org", "role": "learner", "track": "adult", "group": "Maple"})
    person = store.change(enrolments.add, course.course, one)
    assert seats(store, person) == ["Maple"]
    added = read(store, course)[-1]
    assert (added.entry.name, added.entry.group, added.entry.pinned) == ("Ada", "Maple", True)


def test_someone_of_another_course_keeps_what_the_form_leaves_empty(store: Store, course: SavedCourse) -> None:
    with store.write() as uow:
        uow.session.merge(course.mallory).time_zone = "Europe/Oslo"
    person = store.change(enrolments.add, course.course, entry({**MALLORY, "name": "Mallory Smith"}))
    assert (person.id, person.name, person.time_zone) == (course.mallory.id, "Mallory Smith", "Europe/Oslo")


def test_nobody_is_added_twice(store: Store, course: SavedCourse) -> None:
    add = lambda: store.change(enrolments.add, course.course, entry(LENA))  # noqa: E731
    assert refused(add) == [("email", "Lena is in this course already")]
    store.change(people.remove, course.course, course.lena)
    assert refused(add) == [("email", "Lena was removed from this course: bring them back")]


def test_a_form_is_refused_with_every_fault(store: Store, course: SavedCourse) -> None:
    faults = refused(lambda: store.change(enrolments.add, course.course, entry({"role": "boss", "group": "Maple"})))
    assert [column for column, _ in faults] == ["email", "name", "role"]
    assert len(read(store, course)) == 6


def test_people_come_into_a_new_group_one_by_one(store: Store, course: SavedCourse) -> None:
    one = entry({**MALLORY, "group": "Birch"})
    assert seats(store, store.change(enrolments.add, course.course, one)) == ["Birch"]


# --- changing


def test_a_change_of_words_leaves_the_windows_open(store: Store, course: SavedCourse, heard: list[Event]) -> None:
    edit(store, course, "Lena", profession="Nurse", institution="Lakeside", team="Ward 3", time_zone="Europe/Oslo")
    now = member(store, course, "Lena").entry
    assert (now.profession, now.institution, now.team, now.time_zone) == ("Nurse", "Lakeside", "Ward 3", "Europe/Oslo")
    assert now.pinned is False  # the group stayed as it was given
    assert lost(heard) == []


@pytest.mark.parametrize("cells", [{"role": "actor"}, {"group": ""}, {"group": "Birch"}])
def test_a_new_role_or_group_closes_the_windows(
    store: Store, course: SavedCourse, heard: list[Event], cells: dict[str, str]
) -> None:
    store.change(seating.place, course.course)
    edit(store, course, "Lena", **cells)
    assert lost(heard) == [RightsLost(person=course.lena.id, room_id=None, reason="moved")]
    group = cells.get("group", "Maple")
    assert seats(store, course.lena) == [group] * bool(group)
    assert member(store, course, "Lena").entry.pinned is (group == "Birch")


def test_the_last_of_a_group_leaves_its_rooms_too(store: Store, course: SavedCourse) -> None:
    for group in ("Birch", "Maple"):
        edit(store, course, "Lena", group=group)
        assert seats(store, course.lena) == [group]


def test_a_group_takes_no_second_track_and_no_ninth_learner(store: Store, course: SavedCourse) -> None:
    assert refused(lambda: edit(store, course, "Lena", track="pediatric")) == [
        ("group", 'group "Maple" has people of two tracks, adult and pediatric')
    ]
    for number in range(5):
        store.change(enrolments.add, course.course, entry({**LENA, "email": f"{number}@example.org"}))
    assert refused(lambda: edit(store, course, "Sam", name="Sam", email="sam@example.org")) == [
        ("group", 'group "Maple" has 9 learners; 8 at most')
    ]


def test_a_course_keeps_an_organiser(store: Store, course: SavedCourse) -> None:
    cells = {"name": "Oren", "email": "oren@example.org", "role": "coach"}
    assert refused(lambda: edit(store, course, "Oren", **cells)) == [
        ("role", "nobody would organise the course any more")
    ]


def test_a_new_address_ends_links_and_sessions_of_the_old_one(
    store: Store, course: SavedCourse, heard: list[Event]
) -> None:
    links = store.change(people.issue_links, course.course, "", 14)
    edit(store, course, "Lena", email="Lena.Ortiz@example.org")
    now = member(store, course, "Lena")
    assert (now.entry.email, now.has_link) == ("lena.ortiz@example.org", False)
    assert lost(heard) == [RightsLost(person=course.lena.id, room_id=None, reason="signed_out")]
    with store.read() as uow:
        assert uow.session.get_one(Person, course.lena.id).session_epoch == 1
        with pytest.raises(NotFound):
            people.open_link(uow, links[0].url.removeprefix("/l/"))


def test_an_address_that_is_taken_is_refused(store: Store, course: SavedCourse, heard: list[Event]) -> None:
    for email in ("olga@example.org", "mallory@example.org"):
        assert refused(lambda email=email: edit(store, course, "Lena", email=email)) == [  # type: ignore[misc]
            ("email", f"{email} is someone else’s already")
        ]
    assert member(store, course, "Lena").entry.email == "lena@example.org"
    assert heard == []


def test_nobody_takes_the_address_of_someone_who_is_in_another_organisers_course(
    store: Store, course: SavedCourse, other: Course
) -> None:
    ((column, reason),) = refused(lambda: edit(store, course, "Lena", email="oren+lena@example.org"))
    assert (column, "a course that you do not organise" in reason) == ("email", True)
    edit(store, course, "Lena", profession="Nurse")


def test_who_is_not_there_is_not_found(store: Store, course: SavedCourse) -> None:
    for name in ("Mallory", "Olga"):
        if name == "Olga":
            store.change(people.remove, course.course, course.olga)
        with pytest.raises(NotFound):
            edit(store, course, name)


# --- links


def test_a_link_is_shown_to_whoever_organises_all_of_a_persons_courses(
    store: Store, course: SavedCourse, other: Course
) -> None:
    with store.read() as uow:
        enrolments.check_alone_here(uow, course.olga.id, course.oren.id)
        with pytest.raises(NotAllowed, match="a course that you do not organise"):
            enrolments.check_alone_here(uow, course.lena.id, course.oren.id)
    with store.write() as uow:
        uow.session.add(Enrolment(course_id=other.id, person_id=course.oren.id, role=Role.ORGANISER))
    with store.read() as uow:
        enrolments.check_alone_here(uow, course.lena.id, course.oren.id)


# --- bringing back


def test_who_is_brought_back_has_their_place_again_and_needs_a_new_link(
    store: Store, course: SavedCourse, heard: list[Event]
) -> None:
    store.change(seating.place, course.course)
    store.change(people.issue_links, course.course, "", 14)
    store.change(people.remove, course.course, course.lena)
    assert seats(store, course.lena) == []
    back = store.change(enrolments.restore, course.course, course.lena.id)
    assert (back.removed_at, back.entry.group, back.has_link) == (None, "Maple", False)
    assert seats(store, course.lena) == ["Maple"]
    with pytest.raises(NotFound):
        store.change(enrolments.restore, course.course, course.lena.id)


def test_whose_group_is_full_by_now_comes_back_without_one(store: Store, course: SavedCourse) -> None:
    store.change(people.remove, course.course, course.lena)
    for number in range(6):
        store.change(enrolments.add, course.course, entry({**LENA, "email": f"{number}@example.org"}))
    back = store.change(enrolments.restore, course.course, course.lena.id)
    assert (back.entry.group, back.entry.pinned) == ("", False)
