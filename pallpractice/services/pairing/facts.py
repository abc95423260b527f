"""All that a plan of a course depends on, read at once: the course as `domain.pairing` knows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...domain.pairing.plan import Actor, Case, Planned, Problem, Room, Session, Slot, Tracks, Wishes
from ...domain.roles import Role
from ...domain.scenario import Scenario
from ...library import Library
from ...storage import courses as rows
from ...storage import rooms as live
from ...storage.courses import Course, Enrolment, Group
from ...storage.plans import Absence, Casting, PlannedRound
from ...storage.rooms import RoundRow, SeatRow
from ...storage.unit_of_work import UnitOfWork
from .. import choosing
from ..guests import NOT_A_GUEST

Key = tuple[str, str]  # session, group


@dataclass(frozen=True)
class Before:
    """A course as a plan finds it: what it depends on, and the rounds planned so far."""

    problem: Problem
    plan: tuple[Planned, ...]


def read(uow: UnitOfWork, library: Library, course: Course) -> Before:
    """Everything there is to know before planning; equal again as long as nothing of it has changed."""
    sessions = _sessions(uow, course)
    groups = uow.session.scalars(select(Group).where(Group.course_id == course.id).order_by(Group.name)).all()
    people = _people(uow, course)
    wishes = wishes_of(course)
    plan = _plan(uow, course, sessions, wishes)
    problem = Problem(
        zone=course.time_zone,
        wishes=wishes,
        sessions=tuple(sessions),
        rooms=tuple(_rooms(uow, course, groups, people)),
        actors=tuple(_actors(uow, course, people)),
        cases=tuple(_cases(library, course, plan)),
        names={one.person_id: one.person.name for one in people},
        kept=tuple(one for one in plan if one.begun or one.by_hand),
    )
    return Before(problem, tuple(plan))


def wishes_of(course: Course) -> Wishes:
    """How this course's plans are to be made."""
    kept = dict((course.wishes or {}).get("pairing", {}))
    if "tracks" in kept:
        kept["tracks"] = Tracks(kept["tracks"])
    return Wishes(**kept)


def _sessions(uow: UnitOfWork, course: Course) -> list[Session]:
    absent: dict[str, set[str]] = {}
    for one in uow.session.scalars(select(Absence).join(rows.Session).where(rows.Session.course_id == course.id)):
        absent.setdefault(one.session_id, set()).add(one.person_id)
    return [
        Session(
            id=one.id,
            title=one.title,
            skill=one.skill or "",
            starts=one.starts_at,
            ends=one.ends_at,
            absent=frozenset(absent.get(one.id, ())),
            over=one.ends_at <= uow.now,
        )
        for one in uow.session.scalars(_practice(course))
    ]


def _practice(course: Course) -> Any:
    return (
        select(rows.Session)
        .where(rows.Session.course_id == course.id, rows.Session.kind == "practice")
        .order_by(rows.Session.starts_at, rows.Session.key)
    )


def _people(uow: UnitOfWork, course: Course) -> Sequence[Enrolment]:
    return uow.session.scalars(
        select(Enrolment)
        .where(Enrolment.course_id == course.id, Enrolment.removed_at.is_(None))
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.position, Enrolment.id)
    ).all()


def _rooms(uow: UnitOfWork, course: Course, groups: Iterable[Group], people: Iterable[Enrolment]) -> Iterable[Room]:
    """Each group in each session: who is seated there, or before there is a room, who is enrolled in the group."""
    enrolled: dict[tuple[str | None, str], list[str]] = {}
    for one in people:
        enrolled.setdefault((one.group_id, one.role), []).append(one.person_id)
    seated, groups = _seated(uow, course), list(groups)
    for session in uow.session.scalars(_practice(course)):
        for group in groups:
            if session.track not in (None, group.track):
                continue
            here = seated.get((session.id, group.id))
            of = here.get if here is not None else lambda role, none, id=group.id: enrolled.get((id, role), none)
            learners, coaches = of(Role.LEARNER.value, []), of(Role.COACH.value, [])
            if learners:
                yield Room(session.id, group.id, group.name, group.track, tuple(learners), tuple(coaches))


def _seated(uow: UnitOfWork, course: Course) -> dict[Key, dict[str, list[str]]]:
    found: dict[Key, dict[str, list[str]]] = {}
    seats = uow.session.execute(
        select(live.Room.session_id, live.Room.group_id, SeatRow.role, SeatRow.person_id)
        .join(SeatRow, SeatRow.room_id == live.Room.id)
        .join(rows.Session, rows.Session.id == live.Room.session_id)
        .join(SeatRow.person)
        .where(NOT_A_GUEST, rows.Session.course_id == course.id)
        .order_by(SeatRow.position, SeatRow.person_id)
    )
    for session, group, role, person in seats:
        found.setdefault((session, group), {}).setdefault(role, []).append(person)
    return found


def _actors(uow: UnitOfWork, course: Course, people: Iterable[Enrolment]) -> Iterable[Actor]:
    cast = castings(uow, course)
    refused = choosing.declined(uow, course.id)
    for one in people:
        if one.role == Role.ACTOR:
            yield Actor(
                id=one.person_id,
                name=one.person.name,
                cast=cast.get(one.person_id),
                declined=frozenset(case for case, who in refused.items() if one.person_id in who),
                group=one.group_id,
            )


def castings(uow: UnitOfWork, course: Course) -> dict[str, frozenset[str]]:
    """{actor: the scenarios they are cast for}, of those who are cast for any."""
    found: dict[str, set[str]] = {}
    for one in uow.session.scalars(select(Casting).where(Casting.course_id == course.id)):
        found.setdefault(one.person_id, set()).add(one.scenario_id)
    return {person: frozenset(cases) for person, cases in found.items()}


def _cases(library: Library, course: Course, plan: Iterable[Planned]) -> Iterable[Case]:
    used = [one for one in library.scenarios.values() if choosing.uses(course, one)]
    yield from (case_of(one) for one in sorted(used, key=lambda one: one.id))
    others = {one.case: one for one in plan}
    for case in sorted(others.keys() - {one.id for one in used}):
        known = library.scenarios.get(case)
        yield (
            case_of(known, used=False) if known else Case(case, case, "", "", 0, tuple(others[case].parts), used=False)
        )


def case_of(one: Scenario, *, used: bool = True) -> Case:
    """A scenario as a plan knows it."""
    characters = tuple(character.id for character in one.script.characters)
    return Case(one.id, one.title, one.skill, one.track, one.intensity, characters, used)


# The rounds planned so far, corrected by those that have begun.


def _plan(uow: UnitOfWork, course: Course, sessions: Iterable[Session], wishes: Wishes) -> list[Planned]:
    begun, ahead = _begun(uow, course), _ahead(uow, course)
    found: list[Planned] = []
    for session in sessions:
        for key in sorted(key for key in begun.keys() | ahead.keys() if key[0] == session.id):
            rounds = _played(begun.get(key, []), ahead.get(key, []), session, key, wishes)
            found += rounds
            if not session.over:
                found += _to_come(rounds, ahead.get(key, []))
    return found


def planned(uow: UnitOfWork, course: Course) -> Sequence[PlannedRound]:
    """Every planned round of a course, room by room, in the order of time."""
    return uow.session.scalars(
        select(PlannedRound)
        .join(rows.Session, rows.Session.id == PlannedRound.session_id)
        .where(rows.Session.course_id == course.id)
        .order_by(PlannedRound.session_id, PlannedRound.group_id, PlannedRound.number)
    ).all()


def _ahead(uow: UnitOfWork, course: Course) -> dict[Key, list[PlannedRound]]:
    found: dict[Key, list[PlannedRound]] = {}
    for row in planned(uow, course):
        found.setdefault((row.session_id, row.group_id), []).append(row)
    return found


def _begun(uow: UnitOfWork, course: Course) -> dict[Key, list[RoundRow]]:
    found: dict[Key, list[RoundRow]] = {}
    for session, group, round_ in uow.session.execute(
        select(live.Room.session_id, live.Room.group_id, RoundRow)
        .join(live.Room, live.Room.id == RoundRow.room_id)
        .join(rows.Session, rows.Session.id == live.Room.session_id)
        .where(rows.Session.course_id == course.id)
        .order_by(RoundRow.number)
    ):
        found.setdefault((session, group), []).append(round_)
    return found


def _played(
    begun: list[RoundRow], ahead: list[PlannedRound], session: Session, key: Key, wishes: Wishes
) -> list[Planned]:
    """The rounds that have begun: in the time of the plan's rounds one by one, with who was in the chair."""
    slots, found = session.slots(wishes.round_minutes), []
    for at, played in enumerate(begun):
        slot = Slot(played.started_at, played.started_at + timedelta(minutes=wishes.round_minutes))
        if at < len(ahead):
            slot = Slot(ahead[at].starts_at, ahead[at].ends_at)
        elif at < len(slots):
            slot = slots[at]
        case = played.scenario_id
        row = next((one for one in ahead if (one.learner_id, one.scenario_id) == (played.learner_id, case)), None)
        parts = dict(row.parts) if row else {}
        found.append(Planned(*key, slot, played.learner_id, case, parts, begun=True))
    return found


def _to_come(played: list[Planned], ahead: list[PlannedRound]) -> Iterable[Planned]:
    """The planned rounds of who has not been in the chair, pushed on where another round has taken their time."""
    done = {one.learner for one in played}
    free = max((one.slot.ends for one in played), default=None)
    for row in ahead:
        if row.learner_id in done:
            continue
        starts = max(row.starts_at, free) if free else row.starts_at
        free = starts + (row.ends_at - row.starts_at)
        yield Planned(
            session=row.session_id,
            group=row.group_id,
            slot=Slot(starts, free),
            learner=row.learner_id,
            case=row.scenario_id,
            parts=dict(row.parts),
            by_hand=row.by_hand,
        )
