"""Whatever the course, a plan breaks no rule but that everyone has a turn; and that one only where it must."""

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pallpractice.domain.errors import Unavailable
from pallpractice.domain.pairing.disturbance import disturbance
from pallpractice.domain.pairing.plan import Planned, Problem, Wishes
from pallpractice.domain.pairing.reasons import measures, obstacles, why_not
from pallpractice.domain.pairing.rules import Rule, broken
from pallpractice.library.shelf import Library
from pallpractice.services.pairing import solver
from pallpractice.services.pairing.model import AWAY, Model
from tests.pairings import problems, shipped, solved, stated

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def wrong(problem: Problem, plan: list[Planned]) -> list[str]:
    return [one.words for one in broken(problem, plan) if one.rule is not Rule.TURN]


def moved(problem: Problem) -> bool:
    groups: dict[str, set[str]] = {}
    for room in problem.rooms:
        for person in room.learners:
            groups.setdefault(person, set()).add(room.group)
    return any(len(each) > 1 for each in groups.values())


@CALM
@given(problems())
def test_a_plan_holds_every_rule(problem: Problem) -> None:
    plan = solved(Model(problem))
    assert wrong(problem, plan) == []
    if not moved(problem):
        assert not [one for one in obstacles(problem, plan) if "could be played" in one]
    if why_not(problem):
        assert any(one.rule is Rule.TURN for one in broken(problem, plan)), why_not(problem)


@CALM
@given(problems(), st.data())
def test_a_plan_mended_on_the_day_holds_them_too(problem: Problem, data: st.DataObject) -> None:
    """Some rounds have begun, some were made by hand; then someone can't come."""
    plan = solved(Model(problem))
    begun: dict[Any, int] = {}
    kept = []
    for one in plan:
        stage = data.draw(st.sampled_from(["begun", "by hand", "planned"]))
        if stage == "begun" and begun.get(one.room, 0) == sum(each.room == one.room for each in kept if each.begun):
            earlier = [each for each in plan if each.room == one.room and each.slot < one.slot]
            if len(earlier) == begun.get(one.room, 0):
                begun[one.room] = len(earlier) + 1
                kept.append(replace(one, begun=True))
                continue
        if stage == "by hand":
            kept.append(replace(one, by_hand=True))
    session = data.draw(st.sampled_from(problem.sessions))
    everyone = [*problem.actor, *(person for room in problem.rooms for person in room.learners)]
    gone = data.draw(st.sampled_from(everyone))
    later = replace(
        problem,
        sessions=tuple(
            replace(one, absent=one.absent | {gone}) if one.id == session.id else one for one in problem.sessions
        ),
        kept=tuple(
            one
            for one in kept
            if one.begun or one.session != session.id or gone not in (one.learner, *one.parts.values())
        ),
    )
    mended = solved(Model(later, plan))
    assert wrong(later, mended) == []
    assert all(one in mended for one in later.kept)


@pytest.fixture(scope="module")
def mid(library: Library) -> Problem:
    return stated(shipped(library), groups=8, actors=12, round_minutes=15)


def test_a_course_of_middle_size_breaks_no_rule(mid: Problem) -> None:
    seen = []
    found = solver.solve(Model(mid).program, seen.append)
    plan = Model(mid).plan(found.values)
    assert broken(mid, plan) == []
    assert len(plan) == 96
    assert found.turns_proven
    assert {one.step for one in seen} == {"turns", "wishes"}
    assert seen[-1].turns == seen[-1].wanted == 96
    by_title = {one.title: one for one in measures(mid, plan)}
    assert by_title["Actors evenly busy"].met >= 8
    assert by_title["Actors with their own group"].met > 20, AWAY


def test_time_that_is_up_leaves_a_plan_all_the_same(mid: Problem) -> None:
    began = time.monotonic()
    model = Model(mid)
    plan = model.plan(solver.solve(model.program, limit=0.2).values)
    assert time.monotonic() - began < 10
    assert wrong(mid, plan) == []


def test_a_solver_that_dies_is_told(mid: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "__name__", "no.such.module")
    with pytest.raises(Unavailable, match="Try again"):
        solver.solve(Model(mid).program)


def test_who_is_away_disturbs_few(mid: Problem) -> None:
    plan = solved(Model(mid))
    actor = next(iter(plan[0].parts.values()))
    session = replace(mid.sessions[0], absent=frozenset({actor}))
    later = replace(mid, sessions=(session, *mid.sessions[1:]))
    kept = [one for one in plan if one.session != session.id]
    mended = solved(Model(replace(later, kept=tuple(kept), only=session.id), plan))
    assert broken(later, mended) == []
    theirs = [one for one in plan if one.session == session.id and actor in one.parts.values()]
    changed = [one for one in mended if one not in plan]
    assert len(theirs) <= len(changed) <= 2 * len(theirs), (len(theirs), len(changed))
    assert all(one.session == session.id for one in changed)


def test_a_learner_away_changes_nobody_else(mid: Problem) -> None:
    plan = solved(Model(mid))
    learner = plan[0].learner
    session = replace(mid.sessions[0], absent=frozenset({learner}))
    later = replace(mid, sessions=(session, *mid.sessions[1:]))
    kept = [one for one in plan if one.session != session.id]
    mended = solved(Model(replace(later, kept=tuple(kept), only=session.id), plan))
    assert [one for one in mended if one not in plan] == []
    assert len(mended) == len(plan) - 1


def test_nothing_to_plan_is_solved() -> None:
    empty = Problem("UTC", Wishes(), (), (), (), (), {})
    assert Model(empty).plan(solver.solve(Model(empty).program).values) == []


@pytest.mark.parametrize("missing", ["a0", "a3", "a7"])
def test_where_someone_is_free_only_the_missing_actors_rounds_change(library: Library, missing: str) -> None:
    mild = [replace(case, intensity=2) for case in shipped(library)]
    whole = stated(mild, groups=6, each=4, actors=12)
    problem = replace(whole, actors=tuple(replace(one, cast=None, declined=frozenset()) for one in whole.actors))
    before = solved(Model(problem))
    theirs = [one for one in before if one.session == "news" and missing in one.parts.values()]
    assert theirs
    news, talk = problem.sessions
    now = replace(problem, sessions=(replace(news, absent=frozenset({missing})), talk))
    after = solved(Model(now, before))
    found = disturbance(now, before, after)
    assert found.changed == len(theirs)
    assert found.same == len(before) - len(theirs)
    assert found.told == len(theirs), "whoever steps in, and nobody else"
    assert [replace(one, parts={}) for one in after] == [replace(one, parts={}) for one in before]
    assert broken(now, after) == []
