"""A round's report: goal, what was noticed, ratings side by side, words, the encounter minute by minute, corrections.

Read from the rows as they stand, for the learner or the round's coach, and built up from what `domain.reports` lets
each read. Groups of raters are kept apart and never pooled.
"""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from ...domain import gaps, release, times
from ...domain.errors import NotFound
from ...domain.reports import Much, Part, Who, much, opens
from ...domain.text import text
from ...library.shelf import Library
from ...storage.courses import Enrolment
from ...storage.unit_of_work import UnitOfWork
from . import readers, sides, timeline
from .source import Source, read

Plain = dict[str, Any]
NOT_OUT = text("This report is not out yet. Your coach looks it through and releases it; your home page will say so.")


def report(
    uow: UnitOfWork, library: Library, round_id: str, reader: str, *, threshold: float = gaps.THRESHOLD
) -> Plain:
    """The report as `reader` may read it. Raises NotFound for whoever may not, and for the learner before release."""
    known = readers.asked(uow, round_id, reader)
    _check(uow, known)
    return _made(read(uow, library, known), threshold)


def as_given(uow: UnitOfWork, library: Library, round_id: str, *, threshold: float) -> Plain:
    """The report as its learner was given it, whether or not they are still in the course: for evidence that they
    agreed to. Raises NotFound before release.
    """
    known = replace(readers.asked(uow, round_id, ""), who=Who.LEARNER)
    _check(uow, known)
    return _made(read(uow, library, known), threshold)


def _made(source: Source, threshold: float) -> Plain:
    line = timeline.timeline(source)
    return {
        **_heading(source),
        **sides.ratings(source, threshold),
        **sides.words(source),
        "timeline": line,
        "takes": timeline.compared(line),
        "corrections": sides.corrected(source),
        **(_progress(source) if much(Part.PROGRESS, source.who) is Much.ALL else {}),
        **({"apart": sides.apart(source)} if much(Part.APART, source.who) is Much.ALL else {}),
    }


def _check(uow: UnitOfWork, known: readers.Asked) -> None:
    closed, released = known.round.closed_at is not None, known.round.released_at is not None
    unsealed = known.who is Who.COACH and readers.unsealed(uow, known)
    if opens(known.who, released=released, unsealed=unsealed):
        return
    if known.who is Who.COACH and closed:
        raise readers.Sealed(readers.SEALED)
    raise NotFound(NOT_OUT if known.who is Who.LEARNER and closed else readers.NO_REPORT)


def _heading(source: Source) -> Plain:
    round_, session = source.round, source.room.session
    zone = ZoneInfo(session.course.time_zone)
    at = (round_.closed_at or round_.started_at).astimezone(zone)
    return {
        "round_id": round_.id,
        "reader": source.who,
        "course": session.course.title,
        "session": session.title,
        "group": source.room.name,
        "number": round_.number,
        "of": max(round_.number, _learners(source)),
        "title": source.scenario.title,
        "skill": source.scenario.skill,
        "learner": {"person": round_.learner_id, "name": source.names[round_.learner_id]},
        "date": times.on(at, times.FULL_DATE),
        "closed": round_.closed_at is not None,
        "released": round_.released_at is not None,
        "goal": round_.goal,
        "next_step": round_.next_step,
        "peer_names": round_.peer_names,
        "boards": bool(session.course.credit.get("boards")),  # whose credit the coach's part may be sent for
    }


def _learners(source: Source) -> int:
    group = source.room.group_id
    return (
        source.uow.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(Enrolment.group_id == group, Enrolment.role == "learner", Enrolment.removed_at.is_(None))
        )
        or 0
    )


def _progress(source: Source) -> Plain:
    """How far everything has come, for whoever releases it."""
    opened_at = source.round.opened_at
    return {
        "cards": [
            {
                "id": card.id,
                "rater": source.name(card.rater_id, card.seat),
                "seat": card.seat,
                "standing": release.standing(
                    card.status,
                    opened_at=opened_at,
                    corrected=any(line.corrections for line in source.lines[card.id].values()),
                ),
                "held": sum(line.held for line in source.lines[card.id].values()),
            }
            for card in source.cards
        ],
        "opened_at": times.moment(opened_at, source.room.session.course.time_zone) if opened_at else None,
    }
