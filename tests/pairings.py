"""Courses to plan for, as values: sized by hand or drawn by Hypothesis."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pallpractice.domain.pairing import Actor, Case, Problem, Room, Session, Wishes
from pallpractice.library.shelf import Library
from pallpractice.services.pairing_facts import case_of

START = datetime(2026, 5, 14, 15, 15, tzinfo=UTC)  # 11:15 in New York
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


def _actor(at: int, cases: Sequence[Case]) -> Actor:
    half = frozenset(one.id for place, one in enumerate(cases) if place % 2 == at // 5 % 2)
    declined = frozenset({cases[at % len(cases)].id}) if at % 5 == 1 else frozenset()
    return Actor(f"a{at}", f"Actor {at}", half if at % 5 == 0 else None, declined, f"g{at}" if at < 4 else None)
