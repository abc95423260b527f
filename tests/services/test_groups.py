"""Groups made, kept and changed by hand. What the solver finds is judged by rules that know nothing of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from pallpractice.domain.errors import Invalid, NotFound, Stale
from pallpractice.domain.events import Event, RightsLost
from pallpractice.domain.groups import grouping as rules
from pallpractice.domain.groups.grouping import (
    Coach,
    Group,
    Learner,
    Place,
    Rule,
    Standing,
    Teams,
    Wishes,
    broken,
    movers,
)
from pallpractice.domain.groups.mixing import Wish, measures
from pallpractice.domain.groups.sizing import Impossible
from pallpractice.domain.roles import Role, Track
from pallpractice.services import courses, seating
from pallpractice.services.groups import changes, groupings, making
from pallpractice.storage import courses as rows
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.groups import HandOver
from pallpractice.storage.rooms import Room, SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.services.conftest import Table

PROFESSIONS = ("Hospitalist", "Oncologist", "Nurse", "Nurse practitioner", "Social worker", "Chaplain", "Pharmacist")
PLACES = ("Mercy", "St Anne", "County", "University")
TRACKS = (Track.ADULT, Track.PEDIATRIC)


def here(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """In place of a real thread."""
    return work(*args, **kwargs)


def class_of(adult: int, pediatric: int = 0, coaches: int = 4) -> Standing:
    """People who have no groups yet: professions and institutions in turn, teams of three."""
    learners = tuple(
        Learner(
            f"p{number}",
            f"P{number}",
            Track.ADULT if number < adult else Track.PEDIATRIC,
            PROFESSIONS[number % len(PROFESSIONS)],
            PLACES[number % len(PLACES)],
            f"Team {number // 6}" if number % 6 < 3 else "",
        )
        for number in range(adult + pediatric)
    )
    return Standing(learners, tuple(Coach(f"c{number}", f"C{number}") for number in range(coaches)))


def settled(standing: Standing, made: rules.Grouping) -> Standing:
    """The same people once the groups are made."""
    home = rules.homes(made)
    return Standing(
        tuple(replace(one, group=home.get(one.person)) for one in standing.learners),
        tuple(replace(one, group=home.get(one.person)) for one in standing.coaches),
        tuple(Place(group.id, group.name, group.track) for group in made),
    )


def solve(standing: Standing, wishes: Wishes | None = None) -> rules.Grouping:
    return making.solve(standing, wishes or Wishes(), seconds=3)


@pytest.mark.parametrize("attempt", range(4))
def test_two_professions_are_as_even_as_can_be_from_whichever_side_the_solver_looks(attempt: int) -> None:
    """It once gave its own start back, with the worth of what it had found."""
    learners = [Learner(f"p{at}", f"P{at}", Track.ADULT, "Nurse" if at % 2 else "Surgeon") for at in range(10)]
    standing = Standing(tuple(learners), tuple(Coach(f"c{at}", f"C{at}") for at in range(3)))
    made = making.solve(standing, Wishes(), attempt=attempt)
    mixed = next(one for one in measures(standing, Wishes(), made) if one.wish is Wish.PROFESSIONS)
    assert (mixed.met, mixed.of) == (10, 10)


def share(standing: Standing, wishes: Wishes, made: rules.Grouping) -> dict[Wish, float]:
    return {one.wish: one.share for one in measures(standing, wishes, made) if one.of}


@pytest.mark.parametrize("teams", list(Teams))
def test_groups_meet_every_wish_that_can_be_met(teams: Teams) -> None:
    standing, wishes = class_of(18, 6), Wishes(teams=teams)
    made = solve(standing, wishes)
    assert broken(standing, wishes, made) == []
    assert Counter(group.track for group in made) == {Track.ADULT: 3, Track.PEDIATRIC: 1}
    assert set(share(standing, wishes, made).values()) == {1.0}


def test_a_rerun_moves_nobody_and_a_newcomer_only_themselves() -> None:
    standing = class_of(18, 6)
    there = settled(standing, solve(standing))
    assert movers(there, solve(there)) == []
    more = replace(there, learners=(*there.learners, Learner("new", "New", Track.ADULT, "Nurse")))
    again = solve(more)
    assert [one.person for one, _, _ in movers(more, again)] == ["new"]
    assert {group.name for group in again} == {place.name for place in there.places}


def test_pins_stay_whatever_else_is_mixed_anew() -> None:
    standing = class_of(18)
    there = settled(standing, solve(standing))
    pinned = {one.person for one in there.learners[::4]} | {"c0"}
    there = Standing(
        tuple(replace(one, pinned=one.person in pinned) for one in there.learners),
        tuple(replace(one, pinned=one.person in pinned) for one in there.coaches),
        there.places,
    )
    wishes = Wishes(teams=Teams.SPREAD, groups=4, settled=False)
    made = solve(there, wishes)
    assert broken(there, wishes, made) == []
    home = rules.homes(made)
    assert all(home[one.person] == one.group for one in there.people if one.pinned)


def test_a_group_that_has_practised_stays_as_it_is() -> None:
    standing = class_of(18)
    there = settled(standing, solve(standing))
    there = replace(there, places=(replace(there.places[0], begun=True), *there.places[1:]))
    wishes = Wishes(groups=4, settled=False, teams=Teams.SPREAD)
    made = solve(there, wishes)
    assert broken(there, wishes, made) == []
    before = {one.person for one in there.learners if one.group == there.places[0].id}
    assert before <= set(next(group for group in made if group.id == there.places[0].id).learners)


def test_too_few_learners_of_a_track_make_the_best_there_is() -> None:
    standing = class_of(12, 3)
    made = solve(standing)
    faults = broken(standing, Wishes(), made)
    assert [fault.rule for fault in faults] == [Rule.SIZE]
    assert "has 3 learners; at least 4 are wished for." in faults[0].words


def test_pins_of_two_tracks_in_one_group_are_refused_by_name() -> None:
    standing = class_of(6, 6)
    there = replace(
        standing,
        learners=tuple(
            replace(one, group="g", pinned=True) if one.person in ("p0", "p6") else one for one in standing.learners
        ),
        places=(Place("g", "Maple", Track.ADULT),),
    )
    with pytest.raises(Impossible, match=r"P0 \(adult\) and P6 \(pediatric\) are to stay in Maple"):
        solve(there)


people = st.tuples(
    st.sampled_from([*TRACKS, None]),
    st.sampled_from(["", *PROFESSIONS]),
    st.sampled_from(["", *PLACES]),
    st.sampled_from(["", "One", "Two", "Three"]),
    st.sampled_from([None, "a", "b", "c"]),
    st.sampled_from([False, False, False, True]),
)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Any course: tracks missing or not, groups there already, pins that may break a rule, rooms that have begun."""
    places = tuple(
        Place(id, name, draw(st.sampled_from([*TRACKS, None])), draw(st.sampled_from([False, False, True])))
        for id, name in (("a", "Maple"), ("b", "Oak"), ("c", "Old elm"))[: draw(st.integers(0, 3))]
    )
    known = {place.id for place in places}
    learners = [
        Learner(f"p{at}", f"P{at}", track, work, town, team, group if group in known else None, pin and group in known)
        for at, (track, work, town, team, group, pin) in enumerate(draw(st.lists(people, min_size=4, max_size=18)))
    ]
    coaches = [
        Coach(f"c{at}", f"C{at}", track, group if group in known else None, pin and group in known)
        for at, (track, _, _, _, group, pin) in enumerate(draw(st.lists(people, min_size=2, max_size=6)))
    ]
    return Standing(tuple(learners), tuple(coaches), places)


wished = st.builds(
    Wishes,
    least=st.integers(1, 5),
    most=st.integers(3, 9),
    best=st.integers(3, 7),
    teams=st.sampled_from(Teams),
    groups=st.none() | st.integers(1, 4),
    settled=st.booleans(),
)


def made_or_reason(standing: Standing, wishes: Wishes) -> tuple[rules.Grouping | None, str]:
    try:
        return making.solve(standing, wishes, seconds=2), ""
    except Impossible as refusal:
        return None, refusal.message


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(standings(), wished)
def test_any_course_gets_groups_that_keep_the_rules_or_a_reason(standing: Standing, wishes: Wishes) -> None:
    made, reason = made_or_reason(standing, wishes)
    event("made" if made else "a reason")
    if made is None:
        assert reason.endswith(".")
        assert "None" not in reason
        return
    assert {fault.rule for fault in broken(standing, wishes, made)} <= {Rule.SIZE}
    assert len(measures(standing, wishes, made)) == len(Wish)


# Kept in the course.


@pytest.fixture
def heard(store: Store) -> list[Event]:
    events: list[Event] = []
    store.announcer = events.extend
    return events


@pytest.fixture
def school(store: Store, course: Any) -> Any:
    """The course with fourteen more learners and three more coaches, who have no group."""
    with store.write() as uow:
        for number in range(17):
            role = Role.LEARNER if number < 14 else Role.COACH
            name = f"{role.title()} {number}"
            person = Person(name=name, email=f"p{number}@example.org", profession=PROFESSIONS[number % 7])
            course.cast[name] = person
            person.institution = PLACES[number % 4]
            uow.session.add(
                Enrolment(course_id=course.course.id, person=person, role=role, track=Track.ADULT, position=10 + number)
            )
    return course


def standing_of(store: Store, school: Any) -> Standing:
    with store.read() as uow:
        return groupings.standing(uow, courses.find(uow, school.course.slug))


def propose(store: Store, school: Any, wishes: Wishes | None = None) -> groupings.Proposal:
    return groupings.propose(standing_of(store, school), wishes or Wishes(), here, seconds=3)


def keep(store: Store, school: Any, proposal: groupings.Proposal) -> None:
    store.change(groupings.keep, school.course, proposal.wishes, proposal.grouping, proposal.seen)


def test_a_proposal_changes_nothing_and_is_kept_as_it_was(store: Store, school: Any, heard: list[Event]) -> None:
    proposal = propose(store, school)
    assert standing_of(store, school) == proposal.standing
    keep(store, school, proposal)
    now = standing_of(store, school)
    shown = {frozenset((*group.learners, *group.coaches)) for group in proposal.grouping}
    assert {frozenset((*group.learners, *group.coaches)) for group in now.grouping} == shown
    assert {place.name for place in now.places} == {group.name for group in proposal.grouping}
    assert [fault.rule for fault in broken(now, Wishes(), now.grouping)] == []
    with store.read() as uow:
        course = courses.find(uow, school.course.slug)
        assert groupings.wishes_of(course) == proposal.wishes
        for group in now.grouping:
            room = uow.session.scalars(select(Room).where(Room.group_id == group.id)).one()
            seated = set(uow.session.scalars(select(SeatRow.person_id).where(SeatRow.room_id == room.id)))
            assert {*group.learners, *group.coaches} <= seated
    moved = {one.person for one, _, _ in movers(proposal.standing, proposal.grouping)}
    assert {event.person for event in heard if isinstance(event, RightsLost)} == moved


def test_a_second_run_after_keeping_changes_nothing(store: Store, school: Any) -> None:
    keep(store, school, propose(store, school))
    again = propose(store, school)
    assert movers(again.standing, again.grouping) == []
    assert again.before == again.after


def test_a_proposal_is_stale_once_anyone_has_changed(store: Store, school: Any) -> None:
    proposal = propose(store, school)
    lena = school.lena.id
    store.change(changes.pin, school.course, [lena], pinned=True)
    with pytest.raises(Stale, match="Nothing was saved"):
        keep(store, school, proposal)
    assert standing_of(store, school).learner[lena].pinned


def test_a_proposal_that_was_tampered_with_is_refused(store: Store, school: Any) -> None:
    proposal = propose(store, school)
    first, *rest = proposal.grouping
    for wrong in (
        [replace(first, learners=first.learners[1:]), *rest],
        [replace(first, learners=(*first.learners, school.mallory.id)), *rest],
        [replace(first, coaches=()), *rest],
        [*proposal.grouping, Group("empty", "Larch", None)],
        [*rest],
    ):
        with pytest.raises(Invalid):
            store.change(groupings.keep, school.course, proposal.wishes, wrong, proposal.seen)
    assert standing_of(store, school) == proposal.standing


def test_too_few_coaches_is_said_and_nothing_changed(store: Store, school: Any) -> None:
    before = standing_of(store, school)
    with pytest.raises(Impossible, match="there are 4 coaches"):
        propose(store, school, Wishes(groups=6, least=2))
    assert standing_of(store, school) == before


def test_a_group_no_longer_needed_goes_with_its_empty_rooms(store: Store, school: Any) -> None:
    keep(store, school, propose(store, school, Wishes(groups=4, least=3)))
    names = {place.id for place in standing_of(store, school).places}
    keep(store, school, propose(store, school, Wishes(groups=3)))
    now = {place.id for place in standing_of(store, school).places}
    assert len(now) == 3
    assert now < names
    with store.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Room)) == 3


def test_a_group_with_something_written_in_it_stays_without_people(store: Store, school: Any) -> None:
    keep(store, school, propose(store, school, Wishes(groups=4, least=3)))
    with store.write() as uow:
        for place in standing_of(store, school).places:
            day = school.session.day
            note = HandOver(group_id=place.id, day=day, author_id=school.cleo.id, text="Quiet", revision=1)
            note.saved_at = uow.now
            uow.session.add(note)
    keep(store, school, propose(store, school, Wishes(groups=3)))
    now = standing_of(store, school)
    assert len(now.places) == 4
    empty = next(group for group in now.grouping if not group.learners)
    with store.read() as uow:
        room = uow.session.scalars(select(Room).where(Room.group_id == empty.id)).one()
        assert uow.session.scalars(select(SeatRow).where(SeatRow.room_id == room.id)).all() == []
    with pytest.raises(Invalid, match="has met already"):
        store.change(changes.remove, school.course, empty.id)


def test_who_has_practised_together_stays_together(store: Store, school: Any, library: Any) -> None:
    table = Table(store, library, school)
    table.do("Cleo", "round:start")
    assert standing_of(store, school).places[0].begun
    keep(store, school, propose(store, school, Wishes(teams=Teams.SPREAD, settled=False)))
    now = standing_of(store, school)
    assert {now.learner[school.cast[name].id].group for name in ("Lena", "Olga", "Omar")} == {school.group.id}


# By hand.


def at(store: Store, school: Any, name: str) -> tuple[str | None, bool]:
    now = standing_of(store, school)
    one = next(one for one in now.people if one.name == name)
    return (now.place[one.group].name if one.group else None), one.pinned


def test_a_move_by_hand_pins_seats_and_tells(store: Store, school: Any, heard: list[Event]) -> None:
    store.change(lambda uow: seating.place(uow, school.course))
    group = store.change(changes.add, school.course, "", None)
    both = [school.lena.id, school.omar.id]
    assert store.change(changes.move, school.course, both, "Willow") == group
    assert at(store, school, "Lena") == at(store, school, "Omar") == ("Willow", True)
    assert standing_of(store, school).place[group].track is Track.ADULT
    with store.read() as uow:
        seats = uow.session.execute(select(Room.group_id).join(SeatRow).where(SeatRow.person_id == school.lena.id))
        assert [row[0] for row in seats] == [group]
    assert {event.person for event in heard if isinstance(event, RightsLost)} == set(both)
    assert store.change(changes.pin, school.course, [school.lena.id], pinned=False) == group
    assert at(store, school, "Lena") == ("Willow", False)
    store.change(changes.take_out, school.course, both)
    assert at(store, school, "Lena") == at(store, school, "Omar") == (None, False)


def test_either_all_of_those_ticked_move_or_nobody(store: Store, school: Any) -> None:
    for stranger in (school.mallory.id, school.oren.id):
        with pytest.raises(NotFound):
            store.change(changes.take_out, school.course, [school.lena.id, stranger])
    assert at(store, school, "Lena")[0] == "Maple"


def test_choosing_a_coach_frees_the_one_before(store: Store, school: Any) -> None:
    other = school.cast["Coach 14"]
    store.change(changes.choose_coach, school.course, school.group.id, other.id)
    assert at(store, school, "Coach 14") == ("Maple", True)
    assert at(store, school, "Cleo") == (None, False)
    with pytest.raises(Invalid, match="Lena does not coach"):
        store.change(changes.choose_coach, school.course, school.group.id, school.lena.id)


def test_groups_are_added_renamed_and_removed(store: Store, school: Any) -> None:
    store.change(lambda uow: seating.place(uow, school.course))
    oak = store.change(changes.add, school.course, "Oak", Track.PEDIATRIC)
    with pytest.raises(Invalid, match="There is a group called oak already"):
        store.change(changes.add, school.course, "oak", None)
    with pytest.raises(Invalid, match="already"):
        store.change(changes.rename, school.course, oak, "MAPLE")
    store.change(changes.rename, school.course, school.group.id, "Acer")
    with store.read() as uow:
        assert uow.session.scalars(select(Room.name)).all() == ["Acer"]
    with pytest.raises(Invalid, match="There are people in Acer"):
        store.change(changes.remove, school.course, school.group.id)
    store.change(changes.remove, school.course, oak)
    assert [place.name for place in standing_of(store, school).places] == ["Acer"]


def test_what_is_of_another_course_is_not_found(store: Store, school: Any) -> None:
    with store.write() as uow:
        other = rows.Course(slug="other", title="Other", time_zone="UTC")
        uow.session.add(other)
        uow.session.flush()
        far = rows.Group(course_id=other.id, name="Far")
        uow.session.add(far)
    for verb, args in (
        (changes.move, ([school.lena.id], "Far")),
        (changes.move, ([school.mallory.id], "Maple")),
        (changes.pin, ([school.oren.id],)),
        (changes.rename, (far.id, "Near")),
        (changes.remove, (far.id,)),
        (changes.choose_coach, (far.id, school.cleo.id)),
    ):
        with pytest.raises(NotFound):
            store.change(verb, school.course, *args, **({"pinned": True} if verb is changes.pin else {}))
