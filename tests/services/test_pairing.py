"""A course's plan from its rows and back: what it is made of, keeping it, changing it, and who reads what of it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pallpractice.config import CHECKOUT
from pallpractice.domain.errors import Invalid, NotFound, Stale
from pallpractice.domain.joining import NO_MAIL
from pallpractice.domain.pairing.plan import Wishes
from pallpractice.domain.pairing.rules import Rule, broken
from pallpractice.domain.roles import Seat
from pallpractice.library import Library
from pallpractice.library import programme as programme_file
from pallpractice.library import roster as roster_file
from pallpractice.services import courses, programmes, roster
from pallpractice.services.pairing import changes, facts, making, plans, sheet, solver
from pallpractice.services.pairing.changes import Choice
from pallpractice.storage.courses import Enrolment, Person, Session
from pallpractice.storage.plans import Absence, Casting, PlannedRound
from pallpractice.storage.plans import Plan as PlanRow
from pallpractice.storage.rooms import Room, RoundRow, SeatRow
from pallpractice.storage.scenarios import Preparation
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock

SLUG = "serious-illness-2026"
EXAMPLES = CHECKOUT / "scenarios" / "examples"
NEWS, TALK = "serious-news-practice", "values-practice"


class Desk:
    """The example course: Maple with one actor, Willow with two; four learners each; on the day before."""

    def __init__(self, store: Store, library: Library, clock: Clock) -> None:
        self.store, self.library, self.clock = store, library, clock
        clock.now = datetime(2026, 5, 13, 12, tzinfo=UTC)
        store.change(programmes.import_programme, programme_file.read(EXAMPLES / "course-2026.yaml", library))
        read = roster_file.read(EXAMPLES / "people.csv")
        store.change(lambda uow: roster.import_roster(uow, courses.find(uow, SLUG), read))
        with store.read() as uow:
            people = uow.session.scalars(select(Person)).all()
            self.people = {one.name.split()[0]: one.id for one in people}
            self.sessions = {one.key: one.id for one in uow.session.scalars(select(Session))}

    def make(self, **options: Any) -> making.Made:
        return making.make(self.store, self.library, SLUG, None, **options)

    def read(self) -> facts.Before:
        with self.store.read() as uow:
            return facts.read(uow, self.library, courses.find(uow, SLUG))

    def write(self, row: Any) -> None:
        with self.store.write() as uow:
            uow.session.add(row)

    def course_id(self) -> str:
        with self.store.read() as uow:
            return courses.find(uow, SLUG).id

    def rows(self) -> list[PlannedRound]:
        with self.store.read() as uow:
            return list(uow.session.scalars(select(PlannedRound).order_by(PlannedRound.starts_at)))

    def change(self, one: Any, choice: Choice | None, was: str | None = None) -> changes.Look:
        where = (one.session, one.group, int(one.slot.starts.timestamp()))

        def keep(uow: Any) -> changes.Look:
            course = courses.find(uow, SLUG)
            seen = changes.look(uow, self.library, course, *where, choice)
            mark = was or seen.was
            if choice is None:
                return changes.take_out(uow, self.library, course, *where, mark)
            return changes.change(uow, self.library, course, *where, choice, mark)

        return self.store.change(keep)

    def begin(self, row: PlannedRound, learner: str | None = None) -> None:
        """The room begins a round as planned, or with another learner."""
        with self.store.write() as uow:
            room = uow.session.scalars(
                select(Room).where(Room.session_id == row.session_id, Room.group_id == row.group_id)
            ).one()
            number = len(uow.session.scalars(select(RoundRow).where(RoundRow.room_id == room.id)).all()) + 1
            uow.session.add(
                RoundRow(
                    room_id=room.id,
                    number=number,
                    learner_id=learner or row.learner_id,
                    scenario_id=row.scenario_id,
                    scenario_version=1,
                    rubric_id="serious-news",
                    rubric_version=1,
                    minutes=8,
                    started_at=row.starts_at,
                )
            )


@pytest.fixture
def desk(store: Store, library: Library, clock: Clock) -> Desk:
    return Desk(store, library, clock)


def test_a_plan_is_made_and_kept(desk: Desk) -> None:
    made = desk.make()
    assert made.judged.broken == ()
    assert made.saved
    assert made.solved.seconds < 20
    rows = desk.rows()
    assert len(rows) == 16
    assert Counter(row.learner_id for row in rows) == dict.fromkeys({row.learner_id for row in rows}, 2)
    assert {row.number for row in rows} == {1, 2, 3, 4}
    in_time = [(one.slot, one.room) for one in desk.read().plan]
    assert sorted(in_time) == sorted((one.slot, one.room) for one in made.judged.plan)
    assert all(one in made.judged.plan for one in desk.read().plan)
    with desk.store.read() as uow:
        reports = uow.session.scalars(select(PlanRow)).all()
        assert len(reports) == 2
        assert reports[0].report["reasons"] == []
    of_room = [row.number for row in rows if (row.session_id, row.group_id) == (rows[0].session_id, rows[0].group_id)]
    assert sorted(of_room) == [1, 2, 3, 4]


def test_made_again_it_stays_as_it_is(desk: Desk) -> None:
    desk.make()
    before = desk.read().plan
    assert desk.make().changes == ()
    assert desk.read().plan == before


def test_one_session_alone(desk: Desk) -> None:
    made = desk.make(session=NEWS)
    assert {row.session_id for row in desk.rows()} == {desk.sessions[NEWS]}
    assert made.judged.broken == ()  # nobody has asked for turns in the other one yet
    assert [one.words for one in made.judged.measures][:1] == ["8 of 8"]
    with desk.store.read() as uow:
        assert [row.session_id for row in uow.session.scalars(select(PlanRow))] == [desk.sessions[NEWS]]
    with pytest.raises(Invalid, match='No practice session "lunch"'):
        desk.make(session="lunch")
    with pytest.raises(NotFound):
        making.make(desk.store, desk.library, "nowhere", None)


def test_who_played_a_round_nobody_planned_is_not_called_nobody(desk: Desk) -> None:
    desk.make(session=NEWS)
    first = desk.rows()[0]
    desk.begin(first)
    with desk.store.write() as uow:
        for row in uow.session.scalars(select(PlannedRound)):
            uow.session.delete(row)
    before = desk.read()
    assert [one.case for one in before.plan] == [first.scenario_id]
    words = sheet.sheet(desk.library, before.problem, before.plan)
    assert desk.library.scenarios[first.scenario_id].title in words
    assert "nobody" not in words


def test_nothing_is_planned_for_what_is_over(desk: Desk) -> None:
    desk.clock.now = datetime(2026, 6, 1, tzinfo=UTC)
    with pytest.raises(Invalid, match="no practice session to come"):
        desk.make()


def test_who_is_cast_declined_or_away_is_heeded(desk: Desk) -> None:
    sam, course = desk.people["Sam"], desk.course_id()
    for case in ("results-after-the-stent", "a-call-before-dawn", "me-first", "four-days-old"):
        desk.write(Casting(course_id=course, person_id=sam, scenario_id=case))
    desk.write(
        Preparation(
            course_id=course,
            scenario_id="me-first",
            person_id=sam,
            saved_at=desk.clock.now,
            declined_at=desk.clock.now,
        )
    )
    made = desk.make()
    assert broken(desk.read().problem, made.judged.plan) == list(made.judged.broken)
    theirs = {one.case for one in made.judged.plan if sam in one.parts.values()}
    assert theirs <= {"results-after-the-stent", "a-call-before-dawn", "four-days-old"}


def test_what_is_impossible_is_said_and_kept_only_if_asked(desk: Desk) -> None:
    for name in ("Sam", "Bea", "Rafael"):
        person = desk.people[name]
        desk.write(Casting(course_id=desk.course_id(), person_id=person, scenario_id="a-bag-of-plums"))
    made = desk.make(session=TALK, keep_partial=False)
    assert "No actor is cast for Fair warning, needed 14:30 to 16:30." in made.judged.reasons
    assert any("new to the group, and there is 1." in one for one in made.judged.reasons), made.judged.reasons
    assert {one.rule for one in made.judged.broken} == {Rule.TURN}
    assert not made.saved
    assert desk.rows() == []
    assert desk.make(session=TALK).saved
    assert len(desk.rows()) == 2


def test_who_has_no_time_is_told_and_goes_first_in_the_next_session(desk: Desk) -> None:
    with desk.store.write() as uow:
        news = uow.session.get_one(Session, desk.sessions[NEWS])
        news.ends_at = news.starts_at + timedelta(minutes=50)
        talk = uow.session.get_one(Session, desk.sessions[TALK])
        talk.ends_at = talk.starts_at + timedelta(minutes=50)
    made = desk.make()
    assert made.judged.broken == ()
    assert len(made.judged.no_time) == 8
    assert all("for lack of time." in one for one in made.judged.no_time)
    assert set(Counter(row.learner_id for row in desk.rows()).values()) == {1}


def test_the_wishes_of_the_course(desk: Desk) -> None:
    with desk.store.write() as uow:
        course = courses.find(uow, SLUG)
        course.wishes = {"groups": {"least": 4}, "pairing": {"tracks": "both", "round_minutes": 15}}
    assert desk.read().problem.wishes == Wishes("both", 15)  # type: ignore[arg-type]
    made = desk.make()
    assert {one.slot.ends - one.slot.starts for one in made.judged.plan} == {timedelta(minutes=15)}
    met = {one.title: one for one in made.judged.measures}["Groups that meet both tracks"]
    assert met.met == met.of == 2


def test_a_guest_of_a_room_is_not_planned_for(desk: Desk) -> None:
    with desk.store.write() as uow:
        room = uow.session.scalars(select(Room)).first()
        assert room
        guest = Person(name="Gus", email=f"gus@{NO_MAIL}")
        uow.session.add(guest)
        uow.session.flush()
        uow.session.add(Enrolment(course_id=room.session.course_id, person_id=guest.id, role="learner", position=99))
        uow.session.add(SeatRow(room_id=room.id, person_id=guest.id, role="learner", seat="observer", position=99))
    made = desk.make()
    assert len(made.judged.plan) == 16
    assert all(one.learner != guest.id for one in made.judged.plan)


# Changed meanwhile.


def test_what_changes_while_it_is_solved_makes_it_stale(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    solve = solver.solve

    def slowly(*args: Any, **kwargs: Any) -> Any:
        found = solve(*args, **kwargs)
        desk.write(Absence(session_id=desk.sessions[NEWS], person_id=desk.people["Sam"], noted_at=desk.clock.now))
        return found

    monkeypatch.setattr(solver, "solve", slowly)
    with pytest.raises(Stale, match="changed meanwhile"):
        desk.make()
    assert desk.rows() == []


def test_a_change_by_hand_meanwhile_makes_it_stale_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.make()
    solve = solver.solve

    def slowly(*args: Any, **kwargs: Any) -> Any:
        found = solve(*args, **kwargs)
        one = desk.read().plan[0]
        desk.change(one, Choice(one.learner, one.case, {}))
        return found

    monkeypatch.setattr(solver, "solve", slowly)
    with pytest.raises(Stale):
        desk.make(afresh=True)
    assert desk.read().plan[0].parts == {}


def test_two_at_one_round_are_told(desk: Desk) -> None:
    desk.make()
    one = desk.read().plan[0]
    with desk.store.read() as uow:
        course = courses.find(uow, SLUG)
        where = (one.session, one.group, int(one.slot.starts.timestamp()))
        was = changes.look(uow, desk.library, course, *where, None).was
    desk.change(one, Choice(None, one.case, one.parts))
    with pytest.raises(Stale):
        desk.change(one, Choice(one.learner, one.case, {}), was)


# By hand.


def test_two_learners_change_places(desk: Desk) -> None:
    desk.make()
    one, other = [each for each in desk.read().plan if each.room == desk.read().plan[0].room][:2]
    seen = desk.change(one, Choice(other.learner, one.case, one.parts))
    assert seen.breaks == ()
    assert len(seen.changes) == 2
    plan = {each.slot: each for each in desk.read().plan if each.room == one.room}
    assert plan[one.slot].learner == other.learner
    assert plan[other.slot].learner == one.learner
    assert plan[one.slot].by_hand
    assert plan[other.slot].by_hand


def test_a_broken_rule_is_said_and_kept(desk: Desk) -> None:
    desk.make()
    plan = desk.read().plan
    one = next(each for each in plan if len(desk.read().problem.case[each.case].characters) == 1)
    seen = desk.change(one, Choice(one.learner, one.case, {}))
    assert [each.rule for each in seen.breaks] == [Rule.PART]
    found = broken(desk.read().problem, desk.read().plan)
    assert [each.words for each in found] == [each.words for each in seen.breaks]
    remade = desk.make(afresh=True)
    assert [each.rule for each in remade.judged.broken] == [Rule.PART]  # what was made by hand stays
    desk.change(one, Choice(one.learner, one.case, one.parts))
    assert broken(desk.read().problem, desk.read().plan) == []


def test_a_case_changes_places_with_its_actors(desk: Desk) -> None:
    desk.make()
    plan = desk.read().plan
    one, other = [each for each in plan if each.room == plan[0].room][:2]
    desk.change(one, Choice(one.learner, other.case, other.parts))
    now = {each.slot: each for each in desk.read().plan if each.room == one.room}
    assert (now[one.slot].case, now[other.slot].case) == (other.case, one.case)
    assert now[other.slot].parts == one.parts


def test_a_round_is_taken_out_and_put_in_again(desk: Desk) -> None:
    desk.make()
    one = desk.read().plan[0]
    desk.change(one, None)
    assert len(desk.rows()) == 15
    assert [each.rule for each in broken(desk.read().problem, desk.read().plan)] == [Rule.TURN]
    with desk.store.read() as uow:
        course = courses.find(uow, SLUG)
        where = (one.session, one.group, int(one.slot.starts.timestamp()))
        free = changes.look(uow, desk.library, course, *where, None)
    assert free.now is None
    assert free.choice.learner == one.learner
    desk.change(one, free.choice)
    assert broken(desk.read().problem, desk.read().plan) == []


def test_nothing_of_another_course_comes_in(desk: Desk, course: Any) -> None:
    desk.make()
    one = desk.read().plan[0]
    for choice in (
        Choice(course.lena.id, one.case, one.parts),
        Choice(one.learner, "no-such-case", {}),
        Choice(one.learner, one.case, dict.fromkeys(one.parts, course.sam.id)),
        Choice(one.learner, one.case, {"nobody": desk.people["Sam"]}),
    ):
        with pytest.raises(Invalid):
            desk.change(one, choice)
    with pytest.raises(Invalid, match="no such room"):
        desk.change(replace(one, session=course.session.id), Choice(one.learner, one.case, {}))


# On the day.


def absent(desk: Desk, session: str, name: str) -> making.Made | None:
    return making.absent(desk.store, desk.library, SLUG, desk.sessions[session], desk.people[name], None)


def test_a_learner_cant_come_and_nobody_else_moves(desk: Desk) -> None:
    desk.make()
    before = desk.read().plan
    made = absent(desk, NEWS, "Lena")
    assert made
    assert len(made.changes) == 1
    assert "with Lena Whitfield is taken out" in made.changes[0]
    after = desk.read().plan
    assert [one for one in after if one not in before] == []
    assert made.judged.broken == ()
    again = making.back(desk.store, desk.library, SLUG, desk.sessions[NEWS], desk.people["Lena"], None)
    assert again
    assert len(again.changes) == 1
    assert again.judged.broken == ()


def test_an_actor_cant_come_and_only_what_is_still_to_come_changes(desk: Desk) -> None:
    desk.make()
    willow = [
        row for row in desk.rows() if row.session_id == desk.sessions[NEWS] and desk.people["Bea"] in row.parts.values()
    ]
    first = min(desk.rows(), key=lambda row: (row.group_id != willow[0].group_id, row.starts_at))
    desk.begin(first)
    desk.clock.now = datetime(2026, 5, 14, 15, 30, tzinfo=UTC)
    before = desk.read().plan
    made = absent(desk, NEWS, "Bea")
    assert made
    after = desk.read().plan
    assert [one for one in after if one.begun] == [one for one in before if one.begun]
    assert [one for one in after if one.session == desk.sessions[TALK]] == [
        one for one in before if one.session == desk.sessions[TALK]
    ]
    assert not any(
        desk.people["Bea"] in one.parts.values() and not one.begun
        for one in after
        if one.session == desk.sessions[NEWS]
    )
    moved = [one for one in after if one not in before]
    assert len(moved) <= 2 * len(willow)
    assert {one.rule for one in made.judged.broken} <= {Rule.TURN}
    for one in made.judged.broken:
        assert made.judged.reasons, one.words


def test_what_was_made_by_hand_with_who_cant_come_is_planned_anew(desk: Desk) -> None:
    desk.make()
    one = next(each for each in desk.read().plan if desk.people["Sam"] in each.parts.values())
    desk.change(one, Choice(None, one.case, one.parts))
    session = next(key for key, id in desk.sessions.items() if id == one.session)
    made = absent(desk, session, "Sam")
    assert made
    assert not any(
        desk.people["Sam"] in each.parts.values() for each in desk.read().plan if each.session == one.session
    )


def test_an_absence_before_any_plan_is_only_noted(desk: Desk) -> None:
    assert absent(desk, NEWS, "Sam") is None
    made = desk.make()
    sam = desk.people["Sam"]
    assert not any(sam in one.parts.values() for one in made.judged.plan if one.session == desk.sessions[NEWS])


def test_who_is_not_in_the_course_cant_be_away(desk: Desk, course: Any) -> None:
    with pytest.raises(Invalid):
        making.absent(desk.store, desk.library, SLUG, desk.sessions[NEWS], course.lena.id, None)
    with pytest.raises(Invalid):
        making.absent(desk.store, desk.library, SLUG, course.session.id, desk.people["Sam"], None)
    with pytest.raises(Invalid):
        making.back(desk.store, desk.library, SLUG, desk.sessions[NEWS], desk.people["Sam"], None)


def test_a_coach_who_cant_come_is_noted(desk: Desk) -> None:
    desk.make()
    made = absent(desk, NEWS, "Cleo")
    assert made
    assert made.changes == ()
    assert made.judged.notes == ("Maple has no coach in Practice: delivering serious news.",) or made.judged.notes


def test_a_round_with_another_learner_pushes_the_plan_on(desk: Desk) -> None:
    """Maple's second learner goes first: the first one's round follows, and nobody is planned twice."""
    desk.make()
    maple = [one for one in desk.read().plan if one.room == desk.read().plan[0].room]
    row = next(row for row in desk.rows() if (row.session_id, row.group_id, row.number) == (*maple[0].room, 2))
    desk.begin(row)
    now = [one for one in desk.read().plan if one.room == maple[0].room]
    assert [one.learner for one in now] == [maple[1].learner, maple[0].learner, maple[2].learner, maple[3].learner]
    assert now[0].begun
    assert [one.slot for one in now] == [one.slot for one in maple]


# Reading.


def test_a_learner_never_learns_the_case(desk: Desk) -> None:
    desk.make()
    with desk.store.read() as uow:
        lena = plans.of_person(uow, desk.people["Lena"])
        assert [turn.seat for turn in lena] == [Seat.LEARNER] * 2
        assert all(turn.scenario_id is None and turn.character is None for turn in lena)
        sam = plans.of_person(uow, desk.people["Sam"])
        assert sam
        assert all(turn.seat is Seat.PATIENT and turn.scenario_id and turn.character for turn in sam)
        cleo = plans.of_person(uow, desk.people["Cleo"])
        assert len(cleo) == 8
        assert {turn.group for turn in cleo} == {"Maple"}
        assert plans.of_person(uow, desk.people["Oren"]) == []


def test_who_was_taken_out_of_the_course_has_no_plan(desk: Desk) -> None:
    desk.make()
    with desk.store.write() as uow:
        row = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == desk.people["Sam"])).one()
        row.removed_at = uow.now
        assert plans.of_person(uow, desk.people["Sam"]) == []


def test_the_sheet_holds_every_round_and_no_formula(desk: Desk) -> None:
    with desk.store.write() as uow:
        uow.session.get_one(Person, desk.people["Lena"]).name = "=cmd()"
    made = desk.make()
    text = sheet.sheet(desk.library, made.judged.problem, made.judged.plan)
    lines = text.splitlines()
    assert lines[0] == "date,starts,ends,session,group,round,learner,scenario,actors,by hand"
    assert len(lines) == 17
    assert lines[1].startswith("2026-05-14,11:15,11:40,")
    assert sum(",'=cmd()," in line for line in lines) == 2
    assert ",=cmd()" not in text
