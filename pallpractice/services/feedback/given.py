"""What someone gave: their scorecards, how far each has come, what was held back or corrected of it, and why."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...domain import release, times
from ...domain.reports import Who
from ...domain.roles import Seat
from ...domain.text import Text
from ...library.shelf import Library
from ...storage.courses import Enrolment, Person, Session
from ...storage.feedback import Correction, Entry, Scorecard
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import editions
from . import corrections, readers, sides
from .source import names_of

Plain = dict[str, Any]


def card(uow: UnitOfWork, library: Library, round_id: str, card_id: str, reader: str) -> Plain:
    """One scorecard with all its lines, for whoever wrote it and the round's coach. Raises NotFound for others."""
    known, row = readers.card(uow, round_id, card_id, reader)
    round_, zone = known.round, known.course.time_zone
    rubric = editions.rubric(uow, library, round_.rubric_id, round_.rubric_version)
    made = corrections.of_round(uow, round_id)
    lines = corrections.lines(row, made)
    names = names_of(uow, _people(known, row, made))
    own, coaches = row.rater_id == reader, known.who is Who.COACH and row.seat != Seat.LEARNER
    asked: list[tuple[str, Text | str]] = [(item.id, item.title) for item in rubric.items_for(row.seat)]
    asked += [(comment.id, comment.prompt) for comment in rubric.comments_for(row.seat)]
    return {
        "id": row.id,
        "round_id": round_id,
        "course": known.course.title,
        "session": known.room.session.title,
        "group": known.room.name,
        "learner": names[round_.learner_id],
        "rater": names[row.rater_id],
        "seat": row.seat,
        "own": own,
        "standing": release.standing(
            row.status, opened_at=round_.opened_at, corrected=any(line.corrections for line in lines.values())
        ),
        "released_at": times.moment(row.released_at, zone) if row.released_at else None,
        "opened_at": times.moment(round_.opened_at, zone) if round_.opened_at else None,
        "may_hold": coaches and not own,
        "may_correct": row.status == "released" and (own or coaches),
        "levels": list(range(rubric.scale.min, rubric.scale.max + 1)),
        "labels": rubric.scale.labels,
        "lines": [
            {
                "entry": entry,
                "title": title,
                "words": rubric.comment(entry) is not None,
                **_line(lines.get(entry) or corrections.Line(entry, None, ()), names, zone),
            }
            for entry, title in asked
        ],
    }


def _people(known: readers.Asked, row: Scorecard, made: list[Correction]) -> set[str]:
    holders = {entry.held_by for entry in row.entries if entry.held_by}
    return {known.round.learner_id, row.rater_id, *holders, *(one.made_by for one in made)}


def _line(line: corrections.Line, names: dict[str, str], zone: str) -> Plain:
    return {
        "given": sides.said_of(line.given),
        "held": _held(line.given, names, zone) if line.given and line.given.held_at else None,
        "corrections": [
            {
                "by": names[one.made_by],
                "at": times.moment(one.made_at, zone),
                "now": sides.said_of(one),
                "reason": one.reason,
            }
            for one in line.corrections
        ],
    }


def _held(entry: Entry, names: dict[str, str], zone: str) -> Plain:
    assert entry.held_at
    assert entry.held_by
    return {"by": names[entry.held_by], "at": times.moment(entry.held_at, zone), "reason": entry.held_reason}


def of_rater(uow: UnitOfWork, person: str) -> list[Plain]:
    """The scorecards someone wrote of others in the courses they are still in, the newest first, with how far each has
    come.
    """
    rows = uow.session.execute(
        select(Scorecard, RoundRow, Session, Person.name)
        .join(RoundRow, RoundRow.id == Scorecard.round_id)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .join(Person, Person.id == RoundRow.learner_id)
        .join(Enrolment, (Enrolment.course_id == Session.course_id) & (Enrolment.person_id == Scorecard.rater_id))
        .where(Scorecard.rater_id == person, RoundRow.learner_id != person, Enrolment.removed_at.is_(None))
        .options(joinedload(Session.course))
        .order_by(RoundRow.started_at.desc())
    ).all()
    ids = [card.id for card, *_ in rows]
    corrected = set(uow.session.scalars(select(Correction.scorecard_id).where(Correction.scorecard_id.in_(ids))))
    return [
        {
            "id": card.id,
            "round_id": round_.id,
            "session": session.title,
            "date": times.day(round_.started_at, session.course.time_zone),
            "learner": learner,
            "standing": release.standing(card.status, opened_at=round_.opened_at, corrected=card.id in corrected),
            "held": sum(entry.held_at is not None for entry in card.entries),
        }
        for card, round_, session, learner in rows
    ]
