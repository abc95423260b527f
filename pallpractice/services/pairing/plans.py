"""The plan of a course's practice sessions: making and keeping it, and reading it by room and by person."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ...domain.errors import Stale
from ...domain.pairing.plan import Planned, Problem, Wishes, in_order
from ...domain.roles import Role, Seat
from ...domain.text import text
from ...library import Library
from ...storage import courses as rows
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment, Group
from ...storage.plans import Plan as PlanRow
from ...storage.plans import PlannedRound
from ...storage.rooms import Room
from ...storage.unit_of_work import UnitOfWork
from .. import seating
from . import facts

CHANGED = text("Something this plan depends on has changed meanwhile. Nothing was saved: look again, and try again.")


# Keeping a plan.


def save(
    uow: UnitOfWork,
    library: Library,
    course: Course,
    before: facts.Before,
    plan: Iterable[Planned],
    by: str | None,
    report: dict[str, Any],
    only: str | None = None,
) -> None:
    """Puts the plan in place of what was planned and has neither begun nor been made by hand.

    The report is kept with the sessions it is of: those to come, or `only` one.

    Raises Stale when something it depends on has changed since `before` was read.
    """
    if facts.read(uow, library, course) != before:
        raise Stale(CHANGED)
    write(uow, course, before.problem, plan)
    for session in before.problem.sessions:
        if not session.over and only in (None, session.id):
            row = uow.session.get(PlanRow, session.id) or PlanRow(session_id=session.id)
            row.made_at, row.made_by, row.report = uow.now, by, report
            uow.session.add(row)


def write(uow: UnitOfWork, course: Course, problem: Problem, plan: Iterable[Planned]) -> None:
    """Makes the rows of the sessions to come say what the plan says; of what has begun, what was played."""
    there: dict[facts.Key, list[PlannedRound]] = {}
    for row in facts.planned(uow, course):
        there.setdefault((row.session_id, row.group_id), []).append(row)
    wanted = in_order(one for one in plan if not problem.session[one.session].over)
    for key in there.keys() | wanted.keys():
        if not problem.session[key[0]].over:
            before = _playing(there.get(key, []))
            _write_room(uow, there.get(key, []), wanted.get(key, []))
            seating.follow_plan(uow, *key, _playing(wanted.get(key, [])) - before)
    # Whoever plays in a room has a seat in it, and the first to practise sits in the chair already.
    seating.place(uow, course)


def _playing(planned: Iterable[Planned | PlannedRound]) -> set[str]:
    return {person for one in planned for person in one.parts.values()}


def _write_room(uow: UnitOfWork, there: list[PlannedRound], wanted: list[Planned]) -> None:
    by_number = {row.number: row for row in there}
    for number, one in enumerate(wanted, 1):
        row = by_number.pop(number, None)
        if row is None:
            row = PlannedRound(id=new_id(), session_id=one.session, group_id=one.group, number=number)
            uow.session.add(row)
        row.starts_at, row.ends_at = one.slot.starts, one.slot.ends
        row.learner_id, row.scenario_id = one.learner, one.case
        row.parts, row.by_hand = dict(one.parts), one.by_hand
    for row in by_number.values():
        uow.session.delete(row)
    uow.session.flush()


def wish(uow: UnitOfWork, course: Course, wishes: Wishes) -> None:
    """Sets how this course's plans are to be made. What is planned stays until a plan is made again."""
    course.wishes = {**(course.wishes or {}), "pairing": asdict(wishes)}


def reports(uow: UnitOfWork, course: Course) -> dict[str, PlanRow]:
    """{session: how its plan was made}, of those that were."""
    found = uow.session.scalars(
        select(PlanRow)
        .join(rows.Session, rows.Session.id == PlanRow.session_id)
        .where(rows.Session.course_id == course.id)
    )
    return {row.session_id: row for row in found}


# One person's plan.


@dataclass(frozen=True, slots=True)
class Turn:
    """A planned round as one person may know of it. A learner is never told the case; who plays in it is."""

    session: rows.Session
    group: str
    room_id: str | None
    number: int
    starts_at: datetime
    ends_at: datetime
    seat: Seat
    scenario_id: str | None = None
    character: str | None = None


def of_person(uow: UnitOfWork, person: str) -> list[Turn]:
    """The planned rounds in which a person is in the chair, plays or coaches, in the order of time."""
    found = uow.session.execute(
        select(PlannedRound, rows.Session, Group.name, Room.id, Enrolment)
        .join(rows.Session, rows.Session.id == PlannedRound.session_id)
        .join(Group, Group.id == PlannedRound.group_id)
        .outerjoin(Room, (Room.session_id == rows.Session.id) & (Room.group_id == Group.id))
        .join(Enrolment, Enrolment.course_id == rows.Session.course_id)
        .where(Enrolment.person_id == person, Enrolment.removed_at.is_(None))
        .order_by(PlannedRound.starts_at, Group.name)
    )
    return [
        turn
        for row, session, group, room_id, enrolled in found
        if (turn := _turn(row, session, group, room_id, enrolled))
    ]


def _turn(row: PlannedRound, session: rows.Session, group: str, room_id: str | None, who: Enrolment) -> Turn | None:
    where = (session, group, room_id, row.number, row.starts_at, row.ends_at)
    if row.learner_id == who.person_id:
        return Turn(*where, Seat.LEARNER)
    character = next((part for part, actor in row.parts.items() if actor == who.person_id), None)
    if who.role == Role.ACTOR and character:
        return Turn(*where, Seat.PATIENT, row.scenario_id, character)
    if who.role == Role.COACH and who.group_id == row.group_id:
        return Turn(*where, Seat.COACH, row.scenario_id)
    return None
