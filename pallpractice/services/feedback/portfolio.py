"""What one learner takes from round to round: goals, next steps, and how each skill was seen over the days.

Read by the learner alone. Each rubric stands for itself, each group of raters too: nothing is pooled.
"""

from collections.abc import Collection, Sequence
from statistics import fmean
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...domain import times
from ...domain.reports import Who
from ...domain.rubric import Rubric
from ...domain.text import Text
from ...library.shelf import Library
from ...storage.courses import Enrolment, Session
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import editions
from . import corrections, reports, scorecards, sides

Plain = dict[str, Any]
Row = tuple[RoundRow, Session]


def portfolio(uow: UnitOfWork, library: Library, person: str) -> Plain:
    """All closed rounds this person was the learner of, in the courses they are still in, and their progress."""
    rows = [(round_, session) for round_, session in uow.session.execute(of_learner(person))]
    rounds = [_round(uow, library, number, row) for number, row in enumerate(rows, 1)]
    return {
        "rounds": rounds,
        "skills": _skills(uow, library, rows),
        "labels": sides.labels(Who.LEARNER),
        "next_step": next((one["next_step"] for one in reversed(rounds) if one["next_step"]), None),
    }


def whole(uow: UnitOfWork, library: Library, person: str, *, threshold: float) -> Plain:
    """The portfolio with every report that is out: all feedback someone has been given, to keep."""
    found = portfolio(uow, library, person)
    out = [one["round_id"] for one in found["rounds"] if one["released"]]
    found["reports"] = [reports.report(uow, library, one, person, threshold=threshold) for one in out]
    return found


def of_learner(person: str) -> Any:
    """The closed rounds a person was the learner of, in the courses they are still in, with their sessions."""
    return (
        select(RoundRow, Session)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .join(Enrolment, (Enrolment.course_id == Session.course_id) & (Enrolment.person_id == RoundRow.learner_id))
        .where(RoundRow.learner_id == person, Enrolment.removed_at.is_(None), RoundRow.closed_at.is_not(None))
        .options(joinedload(Session.course))
        .order_by(RoundRow.closed_at)
    )


def _round(uow: UnitOfWork, library: Library, number: int, row: Row) -> Plain:
    round_, session = row
    scenario = editions.scenario(uow, library, round_.scenario_id, round_.scenario_version)
    assert round_.closed_at
    return {
        "round_id": round_.id,
        "number": number,
        "date": times.day(round_.closed_at, session.course.time_zone),
        "course": session.course.title,
        "session": session.title,
        "title": scenario.title,
        "goal": round_.goal,
        "next_step": round_.next_step,
        "released": round_.released_at is not None,
        "opened": round_.opened_at is not None,
    }


def _skills(uow: UnitOfWork, library: Library, rows: Sequence[Row]) -> list[Plain]:
    """One entry per rubric the rounds that are out were rated with; its items with a point per round and group."""
    by_rubric: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(rows, 1):
        if row[0].released_at is not None:
            by_rubric.setdefault(row[0].rubric_id, []).append((number, row))
    return [_skill(uow, library, numbered) for numbered in by_rubric.values()]


def _skill(uow: UnitOfWork, library: Library, numbered: Sequence[tuple[int, Row]]) -> Plain:
    newest = numbered[-1][1][0]
    rubric = editions.rubric(uow, library, newest.rubric_id, newest.rubric_version)
    rated = [(number, row, _means(uow, row[0])) for number, row in numbered]
    items = [
        {
            "id": item.id,
            "title": item.title,
            "rounds": [{"number": number, **means.get(item.id, {})} for number, _, means in rated],
        }
        for item in rubric.items
    ]
    return {
        "rubric": rubric.id,
        "title": rubric.title,
        "skill": rubric.skill,
        "scale": _scale(rubric),
        "rounds": [{"number": number, "date": _short(row)} for number, row, _ in rated],
        "items": items,
        "trends": _trends(items),
    }


def _scale(rubric: Rubric) -> Plain:
    return {"min": rubric.scale.min, "max": rubric.scale.max}


def _short(row: Row) -> Text:
    round_, session = row
    assert round_.closed_at
    return times.moment(round_.closed_at, session.course.time_zone)


def _means(uow: UnitOfWork, round_: RoundRow) -> dict[str, dict[str, float]]:
    """{item: {group: mean}} of what was released of a round, as it stands after corrections."""
    made = corrections.of_round(uow, round_.id)
    found: dict[str, dict[str, list[int]]] = {}
    for card in scorecards.of_round(uow, round_.id):
        if card.status == "released":
            for line in corrections.lines(card, made).values():
                if line.rating is not None and not line.held:
                    found.setdefault(line.entry, {}).setdefault(sides.GROUP_OF[card.seat], []).append(line.rating)
    return {
        item: {group: round(fmean(values), 2) for group, values in groups.items()} for item, groups in found.items()
    }


def _trends(items: Sequence[Plain]) -> list[Plain]:
    """By group: on how many items its rating went up, down or stayed, from the first round it rated to the last."""
    found = []
    for group in sides.GROUPS:
        moved = {"up": 0, "down": 0, "same": 0}
        for item in items:
            values = [one[group] for one in item["rounds"] if group in one]
            if len(values) > 1:
                moved["up" if values[-1] > values[0] else "down" if values[-1] < values[0] else "same"] += 1
        if any(moved.values()):
            found.append({"source": group, **moved})
    return found


def last_next_steps(uow: UnitOfWork, course_id: str, people: Collection[str]) -> dict[str, str]:
    """By learner: the next step of the last closed round of theirs in this course, to be offered as the next goal."""
    if not people:
        return {}
    rows = uow.session.execute(
        select(RoundRow.learner_id, RoundRow.next_step)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(
            Session.course_id == course_id,
            RoundRow.learner_id.in_(people),
            RoundRow.closed_at.is_not(None),
            RoundRow.next_step.is_not(None),
        )
        .order_by(RoundRow.closed_at)
    )
    return {learner: step for learner, step in rows if step}
