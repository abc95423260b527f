"""Making a plan: reading the course, solving outside of any transaction, judging, and keeping what came out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select

from ...domain.errors import Invalid, Stale
from ...domain.pairing.disturbance import Disturbance, disturbance
from ...domain.pairing.plan import Plan, Planned, Problem
from ...domain.pairing.reasons import Measure, differences, measures, no_time, obstacles, why_not, without_coach
from ...domain.pairing.rules import Broken, Rule, broken
from ...domain.text import Text, text
from ...library import Library
from ...storage.courses import Course, Enrolment, Session
from ...storage.plans import Absence
from ...storage.unit_of_work import Store, UnitOfWork
from .. import courses
from . import facts, plans, solver
from .model import Model
from .solver import Progress, Solved

OnProgress = Callable[[Progress], None]
ATTEMPTS = 3  # a room that goes on meanwhile makes what was solved worth nothing


def quiet(progress: Progress) -> None:
    """For who needs no progress."""


@dataclass(frozen=True)
class Judged:
    """A plan and all there is to say of it, in words: `reasons` why someone has no turn though there is time,
    `no_time` who has none since there is not, `notes` what is for the organiser to know.
    """

    problem: Problem
    plan: tuple[Planned, ...]
    broken: tuple[Broken, ...]
    reasons: tuple[str, ...]
    no_time: tuple[str, ...]
    notes: tuple[str, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Made:
    """What came of making a plan. `changes` says what is not as it was, `saved` whether it was kept."""

    judged: Judged
    solved: Solved
    changes: tuple[str, ...]
    disturbed: Disturbance | None  # None when there was no plan before
    saved: bool


def judge(problem: Problem, plan: Plan, asked: Collection[str] | None = None) -> Judged:
    """The plan, looked at from all sides.

    `asked` are the sessions that a plan was asked of, None for all: that someone has no turn yet in another one is no
    fault.
    """
    whole, problem = problem, problem if asked is None else _of(problem, asked)
    found = broken(problem, plan)
    reasons = [*why_not(problem), *obstacles(problem, plan)] if any(one.rule is Rule.TURN for one in found) else []
    late = [
        text(
            "{room}: {name} has no turn in {session}, for lack of time.",
            room=room.name,
            name=problem.name(person),
            session=problem.session[room.session].title,
        )
        for room, person in no_time(problem, plan)
    ]
    notes = without_coach(problem)
    return Judged(
        problem=whole,
        plan=tuple(plan),
        broken=tuple(found),
        reasons=tuple(reasons),
        no_time=tuple(late),
        notes=tuple(notes),
        measures=tuple(measures(problem, plan)),
    )


def asked_of(problem: Problem, plan: Plan, made: Collection[str]) -> set[str]:
    """The sessions that a plan was asked of: it was `made`, or a round to come was planned by hand, or it is over.

    Rounds that simply began are no plan.
    """
    return {*made} | {one.session for one in plan if not one.begun or problem.session[one.session].over}


def _of(problem: Problem, sessions: Collection[str]) -> Problem:
    return replace(problem, rooms=tuple(room for room in problem.rooms if room.session in sessions))


def make(
    store: Store,
    library: Library,
    slug: str,
    by: str | None,
    on_progress: OnProgress = quiet,
    *,
    session: str | None = None,
    afresh: bool = False,
    keep_partial: bool = True,
) -> Made:
    """Plans a course's sessions to come, or one of them by its key, and keeps the plan.

    What is planned already is changed as little as the rules allow, unless `afresh`. A plan that breaks a rule is kept
    only with `keep_partial`. Raises NotFound, Invalid when there is nothing to plan, and Stale when something the plan
    depends on changed meanwhile.
    """
    with store.read() as uow:
        course = courses.find(uow, slug)
        before = facts.read(uow, library, course)
        only = _session(course, session).id if session else None
    problem = alone(before, only) if only else before.problem
    if not any(problem.open_slots(room) for room in problem.rooms):
        raise Invalid(nothing_to_plan(problem, only))
    return _solve(store, library, slug, by, on_progress, before, problem, () if afresh else before.plan, keep_partial)


def nothing_to_plan(problem: Problem, only: str | None) -> Text:
    """Why there is nothing to plan."""
    sessions = [one for one in problem.sessions if not one.over and only in (None, one.id)]
    if not sessions:
        return text("There is no practice session to come.")
    if not any(room.session == one.id for room in problem.rooms for one in sessions):
        return text("No group has learners yet. Put the people into groups first.")
    return text("Every round there is time for has begun or was made by hand.")


def _session(course: Course, key: str) -> Session:
    practice = {one.key: one for one in course.sessions if one.kind == "practice"}
    if key not in practice:
        raise Invalid(
            text('No practice session "{key}". There are: {known}.', key=key, known=", ".join(practice) or text("none"))
        )
    return practice[key]


def alone(before: facts.Before, session: str, gone: str | None = None) -> Problem:
    """The problem of one session: what is planned in the others stays, and so does what was made by hand in it.

    A round with `gone`, who can't come, does not stay.
    """
    kept = [
        one
        for one in before.plan
        if one.session != session or one.begun or (one.by_hand and gone not in (one.learner, *one.parts.values()))
    ]
    return replace(before.problem, kept=tuple(kept), only=session)


def _solve(
    store: Store,
    library: Library,
    slug: str,
    by: str | None,
    on_progress: OnProgress,
    before: facts.Before,
    problem: Problem,
    planned: Plan,
    keep_partial: bool,
) -> Made:
    model = Model(problem, planned)
    solved = solver.solve(model.program, on_progress)
    plan = model.plan(solved.values)
    judged = judge(before.problem, plan, asked_of(problem, plan, [problem.only]) if problem.only else None)
    changes = tuple(differences(before.problem, before.plan, judged.plan)) if before.plan else ()
    saved = keep_partial or not judged.broken
    if saved:
        report = _report(judged, solved, changes)

        def keep(uow: UnitOfWork) -> None:
            plans.save(uow, library, courses.find(uow, slug), before, judged.plan, by, report, only=problem.only)

        store.change(keep)
    disturbed = disturbance(before.problem, before.plan, judged.plan) if before.plan else None
    return Made(judged, solved, changes, disturbed, saved)


def _report(judged: Judged, solved: Solved, changes: Sequence[str]) -> dict[str, Any]:
    return {
        "seconds": round(solved.seconds, 1),
        "turns_proven": solved.turns_proven,
        "proven": solved.proven,
        "broken": [one.words for one in judged.broken],
        "reasons": list(judged.reasons),
        "no_time": list(judged.no_time),
        "measures": [asdict(one) for one in judged.measures],
        "changes": list(changes),
    }


# Who can't come on the day, and who can after all.


def absent(
    store: Store,
    library: Library,
    slug: str,
    session: str,
    person: str,
    by: str | None,
    on_progress: OnProgress = quiet,
) -> Made | None:
    """Notes that a person can't come to a session, and plans anew what is still to come of it.

    As little as possible is changed. None when the session had no plan. Raises NotFound and Invalid.
    """
    store.change(_note, slug, session, person, by)
    return _again(store, library, slug, session, person, by, on_progress)


def back(
    store: Store,
    library: Library,
    slug: str,
    session: str,
    person: str,
    by: str | None,
    on_progress: OnProgress = quiet,
) -> Made | None:
    """The person comes after all; otherwise as `absent`."""
    store.change(_forget, slug, session, person)
    return _again(store, library, slug, session, person, by, on_progress)


def _note(uow: UnitOfWork, slug: str, session_id: str, person: str, by: str | None) -> None:
    course = courses.find(uow, slug)
    session = next((one for one in course.sessions if one.id == session_id and one.kind == "practice"), None)
    enrolled = uow.session.scalar(
        select(Enrolment.id).where(
            Enrolment.course_id == course.id, Enrolment.person_id == person, Enrolment.removed_at.is_(None)
        )
    )
    if session is None or enrolled is None:
        raise Invalid(text("There is no such practice session, or no such person in the course."))
    if session.ends_at <= uow.now:
        raise Invalid(text("{title} is over.", title=session.title))
    if uow.session.get(Absence, (session_id, person)) is None:
        uow.session.add(Absence(session_id=session_id, person_id=person, noted_at=uow.now, noted_by=by))


def _forget(uow: UnitOfWork, slug: str, session_id: str, person: str) -> None:
    course = courses.find(uow, slug)
    row = uow.session.get(Absence, (session_id, person))
    if row is None or session_id not in {one.id for one in course.sessions}:
        raise Invalid(text("Nothing is noted of that person’s absence any more."))
    uow.session.delete(row)


def _again(
    store: Store, library: Library, slug: str, session: str, person: str, by: str | None, on_progress: OnProgress
) -> Made | None:
    for attempt in range(1, ATTEMPTS + 1):
        with store.read() as uow:
            before = facts.read(uow, library, courses.find(uow, slug))
        if not any(one.session == session for one in before.plan):
            return None
        problem = alone(before, session, gone=person)
        try:
            return _solve(store, library, slug, by, on_progress, before, problem, before.plan, True)
        except Stale:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")
