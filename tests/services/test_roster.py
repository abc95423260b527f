"""The roster: people come in by file, all of them or none; the same file again changes nothing."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from pallpractice.asynchrony import off_loop
from pallpractice.config import CHECKOUT
from pallpractice.domain.errors import NotAllowed
from pallpractice.domain.events import Event, RightsLost
from pallpractice.domain.roles import Role, Track
from pallpractice.domain.roster import COLUMNS, Entry, Roster, RosterRefused, RowFault
from pallpractice.library.programme import read as read_programme
from pallpractice.library.roster import parse, read
from pallpractice.services import courses, home, people, programmes, roster
from pallpractice.services.imports import Imported
from pallpractice.services.passwords import Hasher
from pallpractice.services.roster import Change
from pallpractice.storage import schema
from pallpractice.storage.base import new_id
from pallpractice.storage.courses import Course, Enrolment, Group, Person, Revocation
from pallpractice.storage.unit_of_work import Store

EXAMPLE = read(CHECKOUT / "scenarios" / "examples" / "people.csv")


@pytest.fixture
def empty(store: Store) -> Course:
    course = Course(id="c" * 32, slug="c", title="C", time_zone="America/New_York")
    with store.write() as uow:
        uow.session.add(course)
    return course


@pytest.fixture
def heard(store: Store) -> list[Event]:
    events: list[Event] = []
    store.announcer = events.extend
    return events


def bring(store: Store, course: Course, *entries: Entry) -> Imported:
    return store.change(roster.import_roster, course, Roster(entries))


def some(*named: str) -> Sequence[Entry]:
    """Those of the example with these given names."""
    return [entry for entry in EXAMPLE.entries if entry.name.split()[0] in named]


def changed(name: str, **values: object) -> Entry:
    return replace(some(name)[0], **values)  # type: ignore[arg-type]


def count(store: Store, table: type) -> int:
    with store.read() as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def enrolment(store: Store, email: str) -> Enrolment:
    with store.read() as uow:
        return uow.session.scalars(select(Enrolment).join(Person).where(Person.email == email)).one()


def test_the_example_makes_two_groups(store: Store, empty: Course) -> None:
    done = store.change(roster.import_roster, empty, EXAMPLE)
    assert len(done.added) == 14
    with store.read() as uow:
        groups = {group.name: group.track for group in uow.session.scalars(select(Group))}
        rows = uow.session.scalars(select(Enrolment).order_by(Enrolment.position)).all()
        assert groups == {"Maple": "adult", "Willow": "pediatric"}
        assert [row.person.email for row in rows] == [entry.email for entry in EXAMPLE.entries]
        assert [row.role for row in rows if row.group and row.group.name == "Willow"].count("actor") == 2


def test_a_second_import_of_the_same_file_changes_nothing(store: Store, empty: Course, heard: list[Event]) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    done = store.change(roster.import_roster, empty, EXAMPLE)
    assert (done.added, done.changed, len(done.unchanged), done.absent) == ([], [], 14, [])
    assert (count(store, Person), count(store, Enrolment), count(store, Group)) == (14, 14, 2)
    assert not [event for event in heard if isinstance(event, RightsLost)]


def test_a_changed_row_updates_that_person_only(store: Store, empty: Course, heard: list[Event]) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    done = bring(store, empty, changed("Lena", profession="Nurse", pronouns="they/them"))
    assert done.changed == ["lena.whitfield@example.org"]
    assert enrolment(store, "lena.whitfield@example.org").role == "learner"
    assert not [event for event in heard if isinstance(event, RightsLost)]


def test_people_who_are_not_in_a_later_file_are_left_alone_and_named(store: Store, empty: Course) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    done = bring(store, empty, *some("Lena"))
    assert len(done.absent) == 13
    assert "cleo.marchetti@example.org" in done.absent
    assert count(store, Enrolment) == 14


def test_nothing_is_saved_when_anything_is_wrong(store: Store, empty: Course) -> None:
    wrong = Roster(tuple(EXAMPLE.entries), (RowFault(3, "email", "is empty"),))
    with pytest.raises(RosterRefused) as refused:
        store.change(roster.import_roster, empty, wrong)
    assert [str(fault) for fault in refused.value.faults] == ["row 3, email: is empty"]
    assert (count(store, Person), count(store, Group)) == (0, 0)


def test_cells_and_groups_are_refused_together(store: Store, empty: Course) -> None:
    wrong = Roster(tuple(some("Lena")), (RowFault(4, "email", "is empty"),))
    with pytest.raises(RosterRefused) as refused:
        store.change(roster.import_roster, empty, wrong)
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [(4, "group"), (4, "email")][::-1]


def test_a_group_is_judged_with_those_who_are_in_it_already(store: Store, empty: Course) -> None:
    bring(store, empty, *some("Cleo", "Lena"))
    late = [replace(some("Olga")[0], row=row, email=f"late{row}@example.org") for row in range(2, 9)]
    assert len(bring(store, empty, *late).added) == 7
    with pytest.raises(RosterRefused, match="has 9 learners; 8 at most"):
        bring(store, empty, *some("Omar"))


@pytest.mark.parametrize(
    "change", [{"role": Role.ACTOR}, {"group": "Willow", "track": Track.PEDIATRIC}, {"group": "", "track": None}]
)
def test_who_changes_role_or_group_loses_their_sockets(
    store: Store, empty: Course, heard: list[Event], change: dict[str, object]
) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    bring(store, empty, changed("Lena", **change))
    lena = enrolment(store, "lena.whitfield@example.org")
    assert [event for event in heard if isinstance(event, RightsLost)] == [
        RightsLost(person=lena.person_id, room_id=None, reason="moved")
    ]
    assert count(store, Revocation) == 1


def everything(store: Store, course: Course) -> dict[str, dict[str, object]]:
    """All that is stored of a course's people, by email."""
    with store.read() as uow:
        rows = uow.session.scalars(select(Enrolment).where(Enrolment.course_id == course.id)).all()
        entries = {row.person.email: (roster.entry_of(row.person, row), row.removed_at) for row in rows}
    return {
        email: {name: getattr(entry, name) for name in (*COLUMNS, "pinned")} | {"removed": bool(removed_at)}
        for email, (entry, removed_at) in entries.items()
    }


def stored(store: Store, email: str) -> dict[str, object]:
    with store.read() as uow:
        return everything(store, courses.find(uow, "c"))[email]


LENA = "lena.whitfield@example.org"


def file(*rows: str, columns: str = "name,email,role") -> Roster:
    return parse("\n".join([columns, *rows]).encode())


def test_a_column_that_is_not_there_leaves_what_is_stored(store: Store, empty: Course, heard: list[Event]) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    before = stored(store, LENA)
    assert before["pinned"]
    done = store.change(roster.import_roster, empty, file(f"Lena Whitfield,{LENA},learner"))
    assert done.unchanged == [LENA]
    assert stored(store, LENA) == before
    assert not [event for event in heard if isinstance(event, RightsLost)]


def test_an_empty_cell_in_a_column_that_is_there_clears_it(store: Store, empty: Course) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    with store.write() as uow:
        people.find(uow, LENA).time_zone = "Europe/Oslo"
    every = file(f"Lena Whitfield,{LENA},learner" + "," * 7, columns=",".join(COLUMNS))
    assert store.change(roster.import_roster, empty, every).changed == [LENA]
    kept = {"name": "Lena Whitfield", "email": LENA, "role": Role.LEARNER}
    left = {"track": None, "pinned": False, "removed": False}
    assert stored(store, LENA) == {**dict.fromkeys(COLUMNS, ""), **kept, **left}


@pytest.mark.parametrize(
    ("pinned", "cell", "then"),
    [(True, "", ("", False)), (False, "", ("Maple", False)), (False, "Maple", ("Maple", True))],
)
def test_an_empty_group_takes_a_pin_away_and_leaves_a_group_that_was_not_given_by_hand(
    store: Store, empty: Course, heard: list[Event], pinned: bool, cell: str, then: tuple[str, bool]
) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    with store.write() as uow:
        uow.session.merge(enrolment(store, LENA)).pinned = pinned
    store.change(
        roster.import_roster, empty, file(f"Lena Whitfield,{LENA},learner,{cell}", columns="name,email,role,group")
    )
    assert (stored(store, LENA)["group"], stored(store, LENA)["pinned"]) == then
    assert bool([event for event in heard if isinstance(event, RightsLost)]) is (then[0] == "")


def test_a_file_is_not_held_to_what_was_wrong_before(store: Store, empty: Course) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    cleo = "cleo.marchetti@example.org"
    with store.write() as uow:
        people.remove(uow, empty, people.find(uow, cleo))
    assert bring(store, empty, changed("Lena", profession="Nurse")).changed == [LENA]
    with pytest.raises(RosterRefused, match='row 9, group: group "Willow" has no coach'):
        bring(store, empty, changed("Ingrid", group="Maple", track=Track.ADULT))


def test_a_course_keeps_an_organiser(store: Store, empty: Course) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    with pytest.raises(RosterRefused, match="row 2, role: nobody would organise the course any more"):
        bring(store, empty, changed("Oren", role=Role.COACH))
    with store.write() as uow, pytest.raises(NotAllowed, match="only organiser"):
        people.remove(uow, empty, people.find(uow, "oren.halabi@example.org"))
    assert (
        len(
            bring(
                store, empty, changed("Cleo", role=Role.ORGANISER, group=""), changed("Oren", role=Role.COACH)
            ).changed
        )
        == 2
    )


def test_who_was_removed_and_is_listed_comes_back(store: Store, empty: Course) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    with store.write() as uow:
        people.remove(uow, empty, people.find(uow, LENA))
    with store.read() as uow:
        (outcome,) = roster.preview(uow, empty, Roster((some("Lena")[0],))).outcomes
    assert [change.column for change in outcome.changes] == [roster.COMES_BACK]
    assert bring(store, empty, *some("Lena")).changed == [LENA]
    assert stored(store, LENA)["removed"] is False


# --- the preview


def test_a_preview_tells_what_becomes_of_each_row_and_who_is_left_alone(store: Store, empty: Course) -> None:
    bring(store, empty, *some("Cleo", "Lena", "Sam"))
    rows = [*some("Lena"), changed("Sam", profession="Actor", role=Role.LEARNER), *some("Oren")]
    with store.read() as uow:
        found = roster.preview(uow, empty, Roster(tuple(rows), (RowFault(4, "email", "is empty"),)))
    fates = [(outcome.entry.name, outcome.fate, list(outcome.changes)) for outcome in found.outcomes]
    assert fates == [
        ("Lena Whitfield", "unchanged", []),
        (
            "Sam Okafor",
            "changed",
            [Change("role", "actor", "learner"), Change("profession", "Simulated patient", "Actor")],
        ),
        ("Oren Halabi", "added", []),
    ]
    assert [entry.name for entry in found.absent] == ["Cleo Marchetti"]
    assert [str(fault) for fault in found.faults] == ["row 4, email: is empty"]


def test_a_preview_tells_nothing_of_people_of_other_courses(store: Store, empty: Course) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    with store.write() as uow:
        other = Course(id="d" * 32, slug="d", title="D", time_zone="UTC")
        uow.session.add(other)
    with store.read() as uow:
        (outcome,) = roster.preview(uow, other, file(f"Someone,{LENA},coach")).outcomes
    assert (outcome.fate, outcome.changes) == ("added", ())


cast = st.lists(
    st.builds(
        Entry,
        row=st.just(0),
        email=st.sampled_from([f"{name}@example.org" for name in "abcdef"]),
        name=st.sampled_from(["Ada", "Ben", "Cy"]),
        role=st.sampled_from(list(Role)),
        track=st.sampled_from([None, *Track]),
        group=st.sampled_from(["", "Elm", "Oak"]),
        team=st.sampled_from(["", "Ward"]),
        institution=st.sampled_from(["", "Lakeside"]),
        time_zone=st.sampled_from(["", "Europe/Oslo"]),
    ),
    max_size=6,
    unique_by=lambda entry: entry.email,
)
some_columns = st.sets(st.sampled_from(COLUMNS[3:])).map(lambda more: [*COLUMNS[:3], *more])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=cast, loose=st.sets(st.integers(0, 5)), gone=st.integers(0, 9), second=cast, columns=some_columns)
def test_what_a_preview_says_is_what_an_import_does(
    store: Store, first: list[Entry], loose: set[int], gone: int, second: list[Entry], columns: list[str]
) -> None:
    """Over any course (its first roster without gaps judged, some unpinned, one removed), and any columns."""
    course = Course(id=new_id(), slug=new_id(), title="C", time_zone="UTC")
    with store.write() as uow:
        uow.session.add(course)
    with suppress(RosterRefused):
        bring(store, course, *(replace(entry, row=row) for row, entry in enumerate(first, 2)))
    with store.write() as uow:
        for at, row in enumerate(uow.session.scalars(select(Enrolment).where(Enrolment.course_id == course.id))):
            row.pinned = row.pinned and at not in loose
            row.removed_at = uow.now if at == gone else None
    file = Roster(tuple(replace(entry, row=row) for row, entry in enumerate(second, 2)), columns=columns)
    before = everything(store, course)
    with store.read() as uow:
        said = roster.preview(uow, course, file)
        assert not uow.session.new
        assert not uow.session.dirty
    assert everything(store, course) == before
    if said.faults:
        with pytest.raises(RosterRefused) as refused:
            store.change(roster.import_roster, course, file)
        assert refused.value.faults == said.faults
        assert everything(store, course) == before
        return
    done = store.change(roster.import_roster, course, file)
    after = everything(store, course)
    assert said.imported() == done
    assert {email for email, row in before.items() if not row["removed"]} - {x.email for x in second} == set(
        done.absent
    )
    for outcome in said.outcomes:
        email = outcome.entry.email
        expected = {name: getattr(outcome.entry, name) for name in (*COLUMNS, "pinned")} | {"removed": False}
        assert after[email] == expected
        assert (outcome.fate == "added") is (email not in before)
        assert (outcome.fate == "changed") is (email in before and before[email] != after[email])
        if email in before:
            differs = {n for n in COLUMNS if before[email][n] != after[email][n]}
            told = {change.column for change in outcome.changes} - {roster.COMES_BACK}
            assert told in (differs, differs | {"group"})
    assert {email: row for email, row in after.items() if email in done.absent} == {e: before[e] for e in done.absent}
    again = store.change(roster.import_roster, course, file)
    assert (again.added, again.changed) == ([], [])


def test_a_person_of_another_course_is_the_same_person(store: Store, empty: Course) -> None:
    store.change(roster.import_roster, empty, EXAMPLE)
    with store.write() as uow:
        other = Course(id="d" * 32, slug="d", title="D", time_zone="UTC")
        uow.session.add(other)
    done = store.change(roster.import_roster, other, EXAMPLE)
    assert len(done.added) == 14
    assert count(store, Person) == 14
    with store.read() as uow:
        assert courses.find(uow, "d").id == other.id


def test_all_of_it_works_on_postgresql_too(postgres_url: str) -> None:
    schema.upgrade(postgres_url)
    store = Store(postgres_url)
    programme = read_programme(CHECKOUT / "scenarios" / "examples" / "course-2026.yaml")
    store.change(programmes.import_programme, programme)
    with store.read() as uow:
        course = courses.find(uow, programme.slug)
    for expected in (14, 0):
        assert len(store.change(roster.import_roster, course, EXAMPLE).added) == expected
    links = store.change(people.issue_links, course, "", 14)
    assert store.change(people.redeem, links[2].url.removeprefix("/l/")).name == "Lena Whitfield"
    hasher = Hasher(off_loop("threading"))
    people.set_password(store, hasher, links[1].email, "five tall maples")
    assert people.sign_in(store, hasher, links[1].email, "five tall maples").name == "Cleo Marchetti"
    for email in ("nobody@example.org", "\0"):
        with pytest.raises(NotAllowed):
            people.sign_in(store, hasher, email, "five tall maples")
    with store.read() as uow:
        lena, oren = (people.find(uow, links[place].email).id for place in (2, 0))
        assert len(home.rooms_of(uow, lena)) == 6  # start-up, practice and reflection, twice each
        assert len(home.rooms_of(uow, oren)) == 12
    store.close()


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(names, st.sampled_from(["Elm", "Oak"])), max_size=8, unique_by=lambda pair: pair[0].lower()))
def test_twice_is_once(store: Store, empty: Course, learners: list[tuple[str, str]]) -> None:
    entries = [
        Entry(row=row, email=f"{name.lower()}@example.org", name=name, role=Role.LEARNER, group=group)
        for row, (name, group) in enumerate(learners, 2)
    ]
    coaches = [
        Entry(row=90, email=f"coach.{group}@example.org".lower(), name=group, role=Role.COACH, group=group)
        for group in sorted({group for _, group in learners})
    ]
    try:
        first = bring(store, empty, *entries, *coaches)
    except RosterRefused:
        return  # too many in one group by now
    again = bring(store, empty, *entries, *coaches)
    assert len(first.added) + len(first.changed) + len(first.unchanged) == len(again.unchanged)
    assert (again.added, again.changed) == ([], [])
