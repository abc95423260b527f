"""What was done in rounds whose report is out: released ratings and comments with their corrections, and observations.

A comment that the coach holds back is in no file. A correction is a row of its own beside the line it is about.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from ...domain.observation import Judgement
from ...domain.observation import Kind as Noticed
from ...domain.roles import Seat
from ...domain.rubric import Rubric
from ...storage.courses import Course, Group, Person, Session
from ...storage.feedback import Correction, Entry, Observation, Scorecard
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import editions
from .plan import SKILLS
from .sheets import Column, Kind, Reading, Row, Sheet, slices

ROUNDS = 10  # of which the ratings or observations are read at a time
SEATS = {seat.value: seat.value for seat in Seat if seat is not Seat.ORGANISER}
ROUND = (
    Column("session", Kind.ID, "The session, by its key in the programme file"),
    Column("session_title", Kind.TEXT, "Its title"),
    Column("skill", Kind.TEXT, "What it practises", SKILLS),
    Column("group", Kind.TEXT, "The small group"),
    Column("round_id", Kind.ID, "The round"),
    Column("round", Kind.WHOLE, "Its number in its room, from 1"),
    Column("day", Kind.DAY, "The day it began, in the course's time zone"),
    Column("scenario", Kind.ID, "The case played, by its id in the library"),
    Column("scenario_version", Kind.WHOLE, "The version of the case as it was played"),
    Column("rubric", Kind.ID, "The rubric rated with, by its id in the library"),
    Column("rubric_version", Kind.WHOLE, "Its version"),
    Column("learner_id", Kind.PERSON, "Who was in the chair"),
    Column("learner", Kind.TEXT, "Their name"),
)
RATING, COMMENT = "rating", "comment"
RELEASED = "released"
RATINGS = (
    *ROUND,
    Column("rater_id", Kind.PERSON, "Who rated; the learner too"),
    Column("rater", Kind.TEXT, "Their name"),
    Column("seat", Kind.TEXT, "Where the rater sat", SEATS),
    Column("entry", Kind.ID, "The item or comment of the rubric"),
    Column("kind", Kind.TEXT, "What this row is", {RATING: "a rating of an item", COMMENT: "a free text"}),
    Column("rating", Kind.WHOLE, "On the rubric's scale; empty where not observed, and for a comment"),
    Column("not_observed", Kind.YES_NO, "Whether the rater said that there was nothing to rate; never a zero"),
    Column("text", Kind.TEXT, "The words of a comment"),
    Column("correction", Kind.WHOLE, "0 as it was given; from 1 what was said anew of it since, the highest standing"),
    Column("corrected_by", Kind.PERSON, "Of a correction, who made it"),
    Column("corrected_at", Kind.INSTANT, "Of a correction, when it was made"),
    Column("submitted_at", Kind.INSTANT, "When the scorecard was handed in"),
    Column("released_at", Kind.INSTANT, "When it was opened to the learner"),
)
OBSERVATIONS = (
    *ROUND,
    Column("author_id", Kind.PERSON, "Who noticed it"),
    Column("author", Kind.TEXT, "Their name"),
    Column("seat", Kind.TEXT, "Where they sat", SEATS),
    Column("kind", Kind.TEXT, "What it is", {kind.value: kind.value for kind in Noticed}),
    Column("text", Kind.TEXT, "The words"),
    Column("marker", Kind.ID, "Of a marker, which one of the rubric"),
    Column("marker_label", Kind.TEXT, "How the rubric calls it"),
    Column("judgement", Kind.TEXT, "What the author says of it", {one.value: one.value for one in Judgement}),
    Column("take", Kind.WHOLE, "The take it belongs to; 0 before the first"),
    Column("offset_s", Kind.NUMBER, "Seconds of the encounter until then, stopped time left out"),
    Column("at", Kind.INSTANT, "When it was noted"),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """The rounds of a page, by id, with what their rows say of each."""

    cells: Mapping[str, tuple[Any, ...]]
    rubrics: Mapping[str, Rubric]


def out(course: Course) -> Select[str]:
    """The rounds of a course whose report is out, in the order in which they began."""
    return (
        select(RoundRow.id)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(Session.course_id == course.id, RoundRow.released_at.is_not(None))
        .order_by(RoundRow.started_at, RoundRow.id)
    )


def _out(reading: Reading) -> list[str]:
    with reading.store.read() as uow:
        return list(uow.session.scalars(out(reading.course)))


def _heard(reading: Reading, uow: UnitOfWork, ids: Sequence[str]) -> Heard:
    zone = ZoneInfo(reading.course.time_zone)
    rows = uow.session.execute(
        select(RoundRow, Session, Group.name, Person)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .join(Group, Group.id == Room.group_id)
        .join(Person, Person.id == RoundRow.learner_id)
        .where(RoundRow.id.in_(ids))
    ).all()
    cells = {
        row.id: (
            session.key,
            session.title,
            session.skill,
            group,
            row.id,
            row.number,
            row.started_at.astimezone(zone).date(),
            row.scenario_id,
            row.scenario_version,
            row.rubric_id,
            row.rubric_version,
            learner.id,
            learner.name,
        )
        for row, session, group, learner in rows
    }
    rubrics = {
        row.id: editions.rubric(uow, reading.library, row.rubric_id, row.rubric_version) for row, _, _, _ in rows
    }
    return Heard(cells, rubrics)


# --- ratings


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a released scorecard: as it was given, by number 0, and each correction since, from 1."""

    card: Scorecard
    entry: str
    said: tuple[tuple[int, Entry | Correction], ...]

    @property
    def stands(self) -> Entry | Correction:
        """What holds now."""
        return self.said[-1][1]


def answers(uow: UnitOfWork, round_ids: Sequence[str]) -> list[Answer]:
    """What was answered on the released scorecards of these rounds, and not held back; in the order of handing in."""
    cards = uow.session.scalars(
        select(Scorecard)
        .where(Scorecard.round_id.in_(round_ids), Scorecard.status == RELEASED)
        .order_by(Scorecard.submitted_at, Scorecard.id)
    ).all()
    anew: dict[tuple[str, str], list[Correction]] = defaultdict(list)
    made = select(Correction).where(Correction.round_id.in_(round_ids))
    for row in uow.session.scalars(made.order_by(Correction.made_at, Correction.id)):
        anew[row.scorecard_id, row.entry].append(row)
    return [answer for card in cards for answer in _answers(card, anew)]


def _answers(card: Scorecard, anew: Mapping[tuple[str, str], list[Correction]]) -> Iterator[Answer]:
    given = {line.entry: line for line in card.entries}
    for entry in sorted(given.keys() | {of for card_id, of in anew if card_id == card.id}):
        line, since = given.get(entry), anew.get((card.id, entry), [])
        said: list[tuple[int, Entry | Correction]] = [*enumerate(since, 1)]
        if line and (line.rating is not None or line.not_observed or line.text):
            said.insert(0, (0, line))
        if said and not (line and line.held_at):
            yield Answer(card, entry, tuple(said))


def _ratings(reading: Reading, uow: UnitOfWork, ids: Sequence[str]) -> list[Row]:
    heard, found = _heard(reading, uow, ids), answers(uow, ids)
    raters = select(Person.id, Person.name).where(Person.id.in_({one.card.rater_id for one in found}))
    names = {row.id: row.name for row in uow.session.execute(raters)}
    order = {round_id: place for place, round_id in enumerate(ids)}
    return [
        _rating(heard, one.card, names[one.card.rater_id], number, said)
        for one in sorted(found, key=lambda one: order[one.card.round_id])
        for number, said in one.said
    ]


def _rating(heard: Heard, card: Scorecard, rater: str, number: int, said: Entry | Correction) -> Row:
    item = heard.rubrics[card.round_id].item(said.entry)
    return (
        *heard.cells[card.round_id],
        card.rater_id,
        rater,
        card.seat,
        said.entry,
        RATING if item else COMMENT,
        said.rating,
        said.not_observed if item else None,
        said.text,
        number,
        said.made_by if isinstance(said, Correction) else None,
        said.made_at if isinstance(said, Correction) else None,
        card.submitted_at,
        card.released_at,
    )


def _count_ratings(reading: Reading) -> int:
    with reading.store.read() as uow:
        return sum(
            len(one.said)
            for ids in slices(uow.session.scalars(out(reading.course)).all(), ROUNDS)
            for one in answers(uow, ids)
        )


ratings = Sheet(
    RATINGS,
    count=_count_ratings,
    pages=lambda reading: reading.pages(_out(reading), lambda uow, ids: _ratings(reading, uow, ids), ROUNDS),
)


# --- observations


def _observations(reading: Reading, uow: UnitOfWork, ids: Sequence[str]) -> list[Row]:
    heard = _heard(reading, uow, ids)
    rows = uow.session.execute(
        select(Observation, Person.name)
        .join(Person, Person.id == Observation.author_id)
        .where(Observation.round_id.in_(ids))
        .order_by(Observation.offset_s, Observation.at, Observation.id)
    ).all()
    order = {round_id: place for place, round_id in enumerate(ids)}
    rows = sorted(rows, key=lambda row: order[row[0].round_id])
    return [_observation(heard, one, name) for one, name in rows]


def _observation(heard: Heard, one: Observation, author: str) -> Row:
    marker = heard.rubrics[one.round_id].marker(one.marker) if one.marker else None
    return (
        *heard.cells[one.round_id],
        one.author_id,
        author,
        one.seat,
        one.kind,
        one.text,
        one.marker,
        marker.label if marker else None,
        one.judgement,
        one.take,
        round(one.offset_s, 1),
        one.at,
    )


def _count_observations(reading: Reading) -> int:
    within = out(reading.course).order_by(None)
    with reading.store.read() as uow:
        return (
            uow.session.scalar(select(func.count()).select_from(Observation).where(Observation.round_id.in_(within)))
            or 0
        )


observations = Sheet(
    OBSERVATIONS,
    count=_count_observations,
    pages=lambda reading: reading.pages(_out(reading), lambda uow, ids: _observations(reading, uow, ids), ROUNDS),
)
