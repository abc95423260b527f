"""The short way for what happens often: observations, felt marks, scores, notices. Many of them share one commit.

The rules are `step()` as everywhere. What a rule asks about is kept per room and used only while the room's row has the
version it was read at, which the transaction itself checks; so it holds with several processes too.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Insert, Row, Table, bindparam, func, insert, select

from ..domain.errors import Conflict, Invalid, NotFound, Refusal, Stale
from ..domain.events import Event, FeelingChanged, NoticeReceived, ObservationAdded, ScoreSaved
from ..domain.observation import Kind, stamp
from ..domain.roles import Role, Seat
from ..domain.room import Act, Action, RoomState, step
from ..domain.rubric import Rubric
from ..domain.text import text
from ..library.shelf import Library
from ..storage import live
from ..storage.base import Base, new_id
from ..storage.courses import Enrolment, Person
from ..storage.feedback import Entry, Feeling, Observation, Scorecard
from ..storage.rooms import JournalLine, Notice, Room
from ..storage.unit_of_work import UnitOfWork
from . import editions, journal, observations
from .journal import Answer

HOT = frozenset({Action.OBSERVATION_ADD, Action.MOMENT_MARK, Action.FEELING_SET, Action.SCORE_SAVE, Action.NOTICE_SEND})


@dataclass(frozen=True, slots=True)
class Job:
    """One hot action waiting for a commit."""

    room_id: str
    act: Act
    action_id: str


@dataclass(slots=True)
class Snapshot:
    """A room as it was at `row_version`: all that a hot action asks about."""

    row_version: int
    state: RoomState
    names: Mapping[str, str]
    course_id: str
    rubric: tuple[str, int] | None  # id and version
    # Scorecards that were there already, by rater: (id, status).
    scorecards: Mapping[str, tuple[str, str]]


class Snapshots:
    """The snapshots of one process: never changed after they are read, only replaced."""

    def __init__(self) -> None:
        self._kept: dict[str, Snapshot] = {}

    def fresh(self, uow: UnitOfWork, room_ids: Sequence[str]) -> dict[str, tuple[Snapshot, int]]:
        """Each room's snapshot and journal head, read again where the row has moved on. Unknown rooms are left out."""
        heads = uow.connection.execute(_HEADS, {"rooms": list(room_ids)}).all()
        moved = [room_id for room_id, row_version, _ in heads if self._version(room_id) != row_version]
        if moved:
            self._kept.update(_read(uow, moved))
        return {room_id: (self._kept[room_id], head or 0) for room_id, _, head in heads}

    def _version(self, room_id: str) -> int | None:
        kept = self._kept.get(room_id)
        return kept.row_version if kept else None


# These run for every commit, so they are made once and go past the ORM.
_ROOMS, _LINES = Room.__table__, JournalLine.__table__
_HEADS = select(
    _ROOMS.c.id,
    _ROOMS.c.row_version,
    select(func.max(_LINES.c.seq)).where(_LINES.c.room_id == _ROOMS.c.id).correlate(_ROOMS).scalar_subquery(),
).where(_ROOMS.c.id.in_(bindparam("rooms", expanding=True)))
_ENROLMENTS, _PEOPLE = Enrolment.__table__, Person.__table__
_ORGANISERS = (
    select(_ENROLMENTS.c.course_id, _ENROLMENTS.c.person_id)
    .join(_PEOPLE, _PEOPLE.c.id == _ENROLMENTS.c.person_id)
    .where(
        _ENROLMENTS.c.person_id.in_(bindparam("people", expanding=True)),
        _ENROLMENTS.c.role == Role.ORGANISER,
        _ENROLMENTS.c.removed_at.is_(None),
        _PEOPLE.c.active,
    )
)
_CARDS = select(Scorecard.round_id, Scorecard.rater_id, Scorecard.id, Scorecard.status).where(
    Scorecard.round_id.in_(bindparam("rounds", expanding=True))
)
_INSERTS: Mapping[type[Base], Insert] = {
    table: insert(cast(Table, table.__table__)) for table in (Observation, Feeling, Notice, JournalLine)
}


def _read(uow: UnitOfWork, room_ids: Collection[str]) -> dict[str, Snapshot]:
    """After a restart every room comes at once, so what is read for one is read for all of them together."""
    records = live.load_all(uow.session, room_ids)
    cards: dict[str, dict[str, tuple[str, str]]] = {}
    rounds = [record.round.id for record in records if record.round]
    for round_id, rater, card, status in uow.connection.execute(_CARDS, {"rounds": rounds}):
        cards.setdefault(round_id, {})[rater] = (card, status)
    return {
        record.room.id: Snapshot(
            row_version=record.room.row_version,
            state=record.state,
            names={person: row.person.name for person, row in record.seats.items()},
            course_id=record.course.id,
            rubric=(record.round.rubric_id, record.round.rubric_version) if record.round else None,
            scorecards=cards.get(record.round.id, {}) if record.round else {},
        )
        for record in records
    }


@dataclass(slots=True)
class Batch:
    """The rows and events of one commit, gathered."""

    uow: UnitOfWork
    library: Library
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def add(self, table: type[Base], row: dict[str, Any]) -> None:
        self.rows.setdefault(table, []).append(row)


@dataclass(frozen=True, slots=True)
class Doing:
    """One job with the room it is for, its seat, and the number it will have."""

    job: Job
    room: Snapshot
    seat: Seat
    version: int

    @property
    def round_id(self) -> str:
        assert self.room.state.round
        return self.room.state.round.id


def carry_out(uow: UnitOfWork, library: Library, snapshots: Snapshots, jobs: Sequence[Job]) -> list[Answer | Refusal]:
    """Carries out what is allowed of `jobs`, in order, and answers each. Nothing is stored for a refused one."""
    rooms = snapshots.fresh(uow, sorted({job.room_id for job in jobs}))
    visitors = _visitors(uow, rooms, jobs)
    done: dict[str, tuple[Job, Answer]] = {}
    lines = journal.earlier(uow, [job.action_id for job in jobs])
    heads = {room_id: head for room_id, (_, head) in rooms.items()}
    batch = Batch(uow, library)
    outcomes: list[Answer | Refusal] = []
    for job in jobs:
        try:
            outcomes.append(_one(batch, rooms, visitors, heads, lines, done, job))
        except Refusal as refusal:
            outcomes.append(refusal)
    for table, rows in batch.rows.items():
        uow.connection.execute(_INSERTS[table], rows)
    for event in batch.events:
        uow.announce(event)
    return outcomes


def _one(
    batch: Batch,
    rooms: Mapping[str, tuple[Snapshot, int]],
    visitors: Collection[tuple[str, str]],
    heads: dict[str, int],
    lines: Mapping[str, Row[Any]],
    done: dict[str, tuple[Job, Answer]],
    job: Job,
) -> Answer:
    room, seat = _access(rooms, visitors, job)
    if job.action_id in lines:
        return journal.repeat(lines[job.action_id], job.room_id, job.act)
    if job.action_id in done:
        first, given = done[job.action_id]
        if first != job:
            raise Conflict(text("This action id was used for something else. Send it again with a new one."))
        return given
    now = batch.uow.now
    step(room.state, job.act, seat, now)
    version = heads[job.room_id] + 1
    extra = HANDLERS[job.act.action](batch, Doing(job, room, seat, version))
    heads[job.room_id] = version
    batch.add(JournalLine, journal.line(job.room_id, version, room.state, job.act, job.action_id, extra, now))
    given = journal.answer(version, now, extra)
    done[job.action_id] = (job, given)
    return given


def _visitors(uow: UnitOfWork, rooms: Mapping[str, tuple[Snapshot, int]], jobs: Sequence[Job]) -> set[tuple[str, str]]:
    """(course, person) of the organisers among those who have no place in the room they speak to."""
    strangers = {job.act.person for job in jobs if job.room_id in rooms and not _placed(rooms, job)}
    if not strangers:
        return set()
    rows = uow.connection.execute(_ORGANISERS, {"people": list(strangers)})
    return {(row.course_id, row.person_id) for row in rows}


def _placed(rooms: Mapping[str, tuple[Snapshot, int]], job: Job) -> Seat | None:
    return rooms[job.room_id][0].state.seat_of(job.act.person)


def _access(
    rooms: Mapping[str, tuple[Snapshot, int]], visitors: Collection[tuple[str, str]], job: Job
) -> tuple[Snapshot, Seat]:
    if job.room_id in rooms:
        room, seat = rooms[job.room_id][0], _placed(rooms, job)
        if seat is None and (room.course_id, job.act.person) in visitors:
            seat = Seat.ORGANISER
        if seat is not None:
            return room, seat
    raise NotFound(text("There is no such room, or you have no place in it."))


def add_observation(batch: Batch, doing: Doing) -> dict[str, Any]:
    """Stores what an observer or the coach noticed, or a moment the patient marked."""
    act, room = doing.job.act, doing.room
    rubric = _rubric(batch, doing)
    marker = act.fields.get("marker")
    if marker is not None and rubric.marker(marker) is None:
        raise Invalid(text("This rubric has no such marker."), fields={"marker": [text("unknown")]})
    take, offset_s = stamp(room.state, batch.uow.now, act.fields.get("take"), act.fields.get("offset_s"))
    row = {
        "id": new_id(),
        "round_id": doing.round_id,
        "author_id": act.person,
        "seat": str(doing.seat),
        "kind": Kind.MOMENT if act.action is Action.MOMENT_MARK else act.fields["kind"],
        "text": act.fields.get("text"),
        "marker": marker,
        "judgement": act.fields.get("judgement"),
        "take": take,
        "offset_s": offset_s,
        "at": batch.uow.now,
    }
    batch.add(Observation, row)
    shown = observations.plain(Observation(**row), room.names[act.person])
    data = {"version": doing.version, "observation": shown}
    coaches = room.state.in_seat(Seat.COACH)
    batch.events.append(ObservationAdded(room_id=doing.job.room_id, person=act.person, hearers=coaches, data=data))
    return {"observation": shown}


def set_feeling(batch: Batch, doing: Doing) -> dict[str, Any]:
    """One more point of the felt trace of the character this person plays."""
    act, state = doing.job.act, doing.room.state
    character = state.places[act.person].character
    if character is None:
        raise Invalid(text("You are not playing a character in this round."))
    row = {
        "id": new_id(),
        "round_id": doing.round_id,
        "person_id": act.person,
        "character": character,
        "take": state.take,
        "offset_s": state.offset(batch.uow.now),
        "value": act.fields["value"],
        "at": batch.uow.now,
    }
    batch.add(Feeling, row)
    shown = {
        "character": character,
        "take": row["take"],
        "offset_s": round(row["offset_s"], 1),
        "value": row["value"],
    }
    hearers = state.in_seat(Seat.COACH, Seat.PATIENT)
    data = {"version": doing.version, **shown}
    batch.events.append(FeelingChanged(room_id=doing.job.room_id, hearers=hearers, data=data))
    return shown


def send_notice(batch: Batch, doing: Doing) -> dict[str, Any]:
    """A message of the organiser to everyone in the room."""
    now = batch.uow.now
    text = doing.job.act.fields["text"]
    row = {"id": new_id(), "room_id": doing.job.room_id, "person_id": doing.job.act.person, "text": text, "at": now}
    batch.add(Notice, row)
    data = {"version": doing.version, "text": text, "at": journal.stamp(now)}
    batch.events.append(NoticeReceived(room_id=doing.job.room_id, data=data))
    return {}


def save_score(batch: Batch, doing: Doing) -> dict[str, Any]:
    """Saves one rating or comment of the rater's own scorecard. Raises Stale when another device saved it first."""
    act, uow = doing.job.act, batch.uow
    entry_id = _entry(batch, doing)
    card_id = _scorecard(batch, doing)
    entry = uow.session.get(Entry, (card_id, entry_id)) if card_id else None
    seen = act.fields.get("seen")
    if seen is not None and seen != (entry.revision if entry else 0):
        raise Stale(text("This was changed on another device."), current=entry_plain(entry) if entry else None)
    if entry is None:
        entry = Entry(scorecard_id=card_id or _begin_scorecard(batch, doing), entry=entry_id, revision=0)
        uow.session.add(entry)
    keep_said(entry, act.fields, uow.now)
    shown = {"entry": entry_id, **entry_plain(entry)}
    data = {"version": doing.version, **shown}
    batch.events.append(ScoreSaved(room_id=doing.job.room_id, person=act.person, data=data))
    return shown


def _entry(batch: Batch, doing: Doing) -> str:
    """The entry's id, if this seat rates or comments it and the value is of its kind."""
    fields, rubric = doing.job.act.fields, _rubric(batch, doing)
    entry = str(fields["entry"])
    if entry in {item.id for item in rubric.items_for(doing.seat)}:
        rating, scale = fields.get("rating"), rubric.scale
        if isinstance(rating, int) and not scale.min <= rating <= scale.max:
            raise Invalid(
                text("Outside the scale."),
                fields={"rating": [text("{min} to {max}, or not observed", min=scale.min, max=scale.max)]},
            )
        return entry
    if entry in {comment.id for comment in rubric.comments_for(doing.seat)}:
        if fields.get("rating") is not None:
            raise Invalid(text("A comment has no rating."), fields={"rating": [text("leave it out")]})
        return entry
    raise Invalid(text("Your rubric has no such entry."), fields={"entry": [text("unknown")]})


def _scorecard(batch: Batch, doing: Doing) -> str | None:
    """The rater's scorecard of this round, which may have been begun earlier in this commit; None before that."""
    person = doing.job.act.person
    kept = doing.room.scorecards.get(person)
    if kept is None:
        mine = select(Scorecard).where(Scorecard.round_id == doing.round_id, Scorecard.rater_id == person)
        card = batch.uow.session.scalar(mine)
        kept = (card.id, card.status) if card else None
    if kept and kept[1] != "draft":
        raise Invalid(text("Your scorecard has been submitted; it can't be changed any more."))
    return kept[0] if kept else None


def _begin_scorecard(batch: Batch, doing: Doing) -> str:
    rater = doing.job.act.person
    card = Scorecard(id=new_id(), round_id=doing.round_id, rater_id=rater, seat=str(doing.seat), status="draft")
    batch.uow.session.add(card)
    batch.uow.session.flush()
    return card.id


def keep_said(entry: Entry, said: Mapping[str, Any], now: datetime) -> None:
    """Puts a rating (a number, or "not_observed") or words into an entry."""
    entry.not_observed = said.get("rating") == "not_observed"
    entry.rating = None if entry.not_observed else said.get("rating")
    entry.text = said.get("text")
    entry.revision += 1
    entry.saved_at = now


def entry_plain(entry: Entry) -> dict[str, Any]:
    """A saved rating or comment as its rater sees it."""
    return {
        "rating": entry.rating,
        "not_observed": entry.not_observed,
        "text": entry.text,
        "revision": entry.revision,
        "saved_at": journal.stamp(entry.saved_at),
    }


def _rubric(batch: Batch, doing: Doing) -> Rubric:
    """The rubric the round is rated with, in the version it began with."""
    assert doing.room.rubric, "hot actions of the rubric belong to a round"
    return editions.rubric(batch.uow, batch.library, *doing.room.rubric)


HANDLERS: Mapping[Action, Callable[[Batch, Doing], dict[str, Any]]] = {
    Action.OBSERVATION_ADD: add_observation,
    Action.MOMENT_MARK: add_observation,
    Action.FEELING_SET: set_feeling,
    Action.SCORE_SAVE: save_score,
    Action.NOTICE_SEND: send_notice,
}
