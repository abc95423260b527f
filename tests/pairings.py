"""Courses to plan for, as values: sized by hand or drawn by Hypothesis."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from pallpractice.domain.pairing.plan import Actor, Case, Planned, Problem, Room, Session, Tracks, Wishes
from pallpractice.library.shelf import Library
from pallpractice.services.pairing.facts import case_of
from pallpractice.services.pairing.model import Model
from pallpractice.services.pairing.solver import run

START = datetime(2026, 5, 14, 15, 15, tzinfo=UTC)  # 11:15 in New York
TRACKS = ("adult", "pediatric")
NEWS, VALUES = "serious_news", "values"


def shipped(library: Library) -> tuple[Case, ...]:
    return tuple(case_of(one) for one in library.scenarios.values())


def stated(cases: Sequence[Case], *, groups: int = 20, each: int = 6, actors: int = 24, **wishes: Any) -> Problem:
    """The course the speed is promised for: two practice sessions of 105 and 120 minutes, every actor for any case.

    Every other group is pediatric. A fifth of the actors are cast for half of the cases, a fifth have declined one.
    """
    sessions = (
        Session("news", "Delivering serious news", NEWS, START, START + timedelta(minutes=105)),
        Session("talk", "Exploring values", VALUES, START + timedelta(hours=3), START + timedelta(hours=5)),
    )
    names: dict[str, str] = {}
    rooms = []
    for group in range(groups):
        learners = tuple(f"l{group}.{at}" for at in range(each))
        names |= {person: f"Learner {person[1:]}" for person in learners} | {f"c{group}": f"Coach {group}"}
        track = "pediatric" if group % 2 else "adult"
        rooms += [Room(one.id, f"g{group}", f"Group {group}", track, learners, (f"c{group}",)) for one in sessions]
    cast = [_actor(at, cases) for at in range(actors)]
    names |= {one.id: one.name for one in cast}
    return Problem("America/New_York", Wishes(**wishes), sessions, tuple(rooms), tuple(cast), tuple(cases), names)


def solved(model: Model) -> list[Planned]:
    """The model's plan, solved in this process."""
    told: list[dict[str, Any]] = []
    run({**asdict(model.program), "limit": 10.0}, told.append)
    return model.plan(told[-1]["values"])


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Small courses of every kind: tracks in parallel, people who are away or sit with another group, few who play."""
    skills = (NEWS, VALUES)
    cases = tuple(
        Case(
            f"case{at}",
            f"Case {at}",
            draw(st.sampled_from(skills)),
            draw(st.sampled_from(TRACKS)),
            draw(st.integers(1, 5)),
            ("one", "two")[: draw(st.integers(1, 2))],
        )
        for at in range(draw(st.integers(1, 9)))
    )
    ids = [case.id for case in cases]
    subset = st.sets(st.sampled_from(ids)).map(frozenset)
    groups = [(f"g{at}", draw(st.sampled_from(TRACKS))) for at in range(draw(st.integers(1, 3)))]
    people = {group: [f"{group}.{at}" for at in range(draw(st.integers(1, 5)))] for group, _ in groups}
    actors = tuple(
        Actor(
            f"a{at}",
            f"Actor {at}",
            draw(st.none() | subset),
            draw(st.just(frozenset()) | subset),
            draw(st.none() | st.sampled_from([group for group, _ in groups])),
        )
        for at in range(draw(st.integers(0, 5)))
    )
    everyone = [*(one for each in people.values() for one in each), *(actor.id for actor in actors)]
    sessions, rooms, starts = [], [], START
    for at in range(draw(st.integers(1, 3))):
        minutes = timedelta(minutes=draw(st.integers(10, 100)))
        for track in draw(st.sampled_from([(None,), TRACKS])):
            begin = starts + timedelta(minutes=draw(st.integers(0, 15)))
            absent = draw(st.just(frozenset()) | st.sets(st.sampled_from(everyone), max_size=3).map(frozenset))
            id = f"s{at}{track or ''}"
            sessions.append(Session(id, f"Session {id}", draw(st.sampled_from(skills)), begin, begin + minutes, absent))
            here = {group: list(people[group]) for group, own in groups if track in (None, own)}
            if len(here) > 1 and draw(st.booleans()):
                _move(draw, here)
            rooms += [Room(id, one, one, dict(groups)[one], tuple(here[one]), (f"c{one}",)) for one in here]
        starts += minutes + timedelta(minutes=15 + draw(st.integers(0, 30)))
    wishes = Wishes(draw(st.sampled_from(Tracks)), draw(st.integers(10, 30)), draw(st.integers(2, 5)))
    names = {person: person for person in everyone} | {f"c{group}": f"Coach {group}" for group, _ in groups}
    return Problem(
        zone="America/New_York",
        wishes=wishes,
        sessions=tuple(sessions),
        rooms=tuple(rooms),
        actors=actors,
        cases=cases,
        names=names,
    )


def _move(draw: st.DrawFn, here: dict[str, list[str]]) -> None:
    """Someone sits with another group for this session."""
    one, other = draw(st.permutations(sorted(here)))[:2]
    if here[one]:
        here[other].append(here[one].pop())


def _actor(at: int, cases: Sequence[Case]) -> Actor:
    half = frozenset(one.id for place, one in enumerate(cases) if place % 2 == at // 5 % 2)
    declined = frozenset({cases[at % len(cases)].id}) if at % 5 == 1 else frozenset()
    return Actor(f"a{at}", f"Actor {at}", half if at % 5 == 0 else None, declined, f"g{at}" if at < 4 else None)
