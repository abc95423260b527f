"""A room's rows to the domain's state and back. Nothing is decided here."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session as Orm
from sqlalchemy.orm import joinedload

from ..domain.clock import Clock
from ..domain.release import Policy
from ..domain.roles import Role, Seat, SessionKind
from ..domain.room import Phase, Place, RoomState, Round, Take, TimeOut, Turn
from .courses import Course, Enrolment, Group, Session
from .rooms import JournalLine, Room, RoundRow, SeatRow, TakeRow

R = TypeVar("R")


@dataclass(slots=True)
class Record:
    """A room as stored, and the state its rows mean. `head` is the number of its last journal line."""

    room: Room
    seats: dict[str, SeatRow]
    rounds: list[RoundRow]  # all of this room, the present one last
    round: RoundRow | None
    takes: list[TakeRow]
    state: RoomState
    head: int

    @property
    def session(self) -> Session:
        return self.room.session

    @property
    def group(self) -> Group:
        return self.room.group

    @property
    def course(self) -> Course:
        return self.room.session.course


# Every action and every view begins here, so the statements are made once.
_HEAD = select(func.max(JournalLine.seq)).where(JournalLine.room_id == Room.id).correlate(Room).scalar_subquery()
# Whether someone with a place in the room needs extra time. Who, no rule asks.
_EXTRA_TIME = (
    exists()
    .where(
        SeatRow.room_id == Room.id,
        Enrolment.person_id == SeatRow.person_id,
        Session.id == Room.session_id,
        Enrolment.course_id == Session.course_id,
        Enrolment.extra_time,
        Enrolment.removed_at.is_(None),
    )
    .correlate(Room)
)
_ROOMS = (
    select(Room, _HEAD, _EXTRA_TIME)
    .where(Room.id.in_(bindparam("rooms", expanding=True)))
    .options(joinedload(Room.session).joinedload(Session.course), joinedload(Room.group))
)
_SEATS = (
    select(SeatRow)
    .where(SeatRow.room_id.in_(bindparam("rooms", expanding=True)))
    .options(joinedload(SeatRow.person))
    .order_by(SeatRow.position)
)
_ROUNDS = select(RoundRow).where(RoundRow.room_id.in_(bindparam("rooms", expanding=True))).order_by(RoundRow.number)
_TAKES = select(TakeRow).where(TakeRow.round_id.in_(bindparam("rounds", expanding=True))).order_by(TakeRow.number)


def load(orm: Orm, room_id: str) -> Record | None:
    """The room with all its live rows; None when there is no such room."""
    return next(iter(load_all(orm, [room_id])), None)


def load_all(orm: Orm, room_ids: Collection[str]) -> list[Record]:
    """These rooms with all their live rows, in as many statements as for one. Unknown rooms are left out."""
    found = orm.execute(_ROOMS, {"rooms": list(room_ids)}).all()
    seats = _grouped(orm.scalars(_SEATS, {"rooms": [room.id for room, *_ in found]}), lambda row: row.room_id)
    begun = [room.id for room, *_ in found if room.round_id]
    rounds = _grouped(orm.scalars(_ROUNDS, {"rooms": begun}) if begun else (), lambda row: row.room_id)
    played = [room.round_id for room, *_ in found if room.round_id and room.phase not in ("lobby", "briefing")]
    takes = _grouped(orm.scalars(_TAKES, {"rounds": played}) if played else (), lambda row: row.round_id)
    return [
        _record(room, head or 0, extra, seats.get(room.id, []), rounds.get(room.id, []), takes.get(room.round_id, []))
        for room, head, extra in found
    ]


def _grouped(rows: Iterable[R], key: Callable[[R], str]) -> dict[str, list[R]]:
    groups: dict[str, list[R]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _record(
    room: Room, head: int, extra: bool, seats: list[SeatRow], rounds: list[RoundRow], takes: list[TakeRow]
) -> Record:
    round_ = next((row for row in rounds if row.id == room.round_id), None)
    state = _state(room, extra, seats, round_, takes)
    return Record(room, {row.person_id: row for row in seats}, rounds, round_, takes, state, head)


def save(orm: Orm, record: Record, state: RoomState, now: datetime) -> None:
    """Writes what `state` changed, and marks the room as changed in any case."""
    _save_room(record.room, state, now)
    _save_seats(record, state)
    if state.round and (record.round is None or record.round.id != state.round.id):
        raise ValueError("a new round's row is made before the state is saved")
    if record.round:
        record.round.goal = state.goal
        record.round.encounter_s = state.encounter_s
        if state.round and state.round.released and record.round.released_at is None:
            record.round.released_at = now
        for take in state.takes[len(record.takes) :]:
            row = TakeRow(
                round_id=record.round.id,
                number=take.number,
                offset_s=take.offset_s,
                from_beat=take.from_beat,
                from_offset_s=take.from_offset_s,
            )
            orm.add(row)
            record.takes.append(row)
    record.state = state


def _save_room(room: Room, state: RoomState, now: datetime) -> None:
    room.changed_at = now
    room.phase = state.phase
    room.turn = state.turn
    room.round_id = state.round.id if state.round else None
    clock = state.clock
    room.clock_started_at = clock.started_at if clock else None
    room.clock_length_s = clock.length_s if clock else 0
    room.clock_stopped_s = clock.stopped_s if clock else 0.0
    room.clock_stopped_at = clock.stopped_at if clock else None
    room.encounter_s = state.encounter_s
    room.timeout_by = state.time_out.by if state.time_out else None
    room.timeout_reason = state.time_out.reason if state.time_out else None
    room.beat = state.beat
    room.goal = state.goal
    room.closes_at = state.closes_at


def _save_seats(record: Record, state: RoomState) -> None:
    for person, place in state.places.items():
        if place == record.state.places.get(person):
            continue
        row = record.seats[person]
        row.seat = place.seat
        row.character = place.character
        row.ready = place.ready
        row.deroled = place.deroled
        row.watching = list(place.watching)
        row.position = place.position


def _state(
    room: Room, extra: bool, seats: Iterable[SeatRow], round_: RoundRow | None, takes: Iterable[TakeRow]
) -> RoomState:
    return RoomState(
        phase=Phase(room.phase),
        round=_round(round_) if round_ else None,
        turn=Turn(room.turn) if room.turn else None,
        takes=tuple(Take(row.number, row.offset_s, row.from_beat, row.from_offset_s) for row in takes),
        clock=_clock(room),
        encounter_s=room.encounter_s,
        time_out=TimeOut(room.timeout_by, room.timeout_reason) if room.timeout_by else None,
        beat=room.beat,
        goal=room.goal,
        closes_at=room.closes_at,
        extra_time=extra,
        places={row.person_id: _place(row) for row in seats},
        kind=SessionKind(room.session.kind),
        release=Policy(room.session.course.release_policy),
    )


def _clock(room: Room) -> Clock | None:
    if room.clock_started_at is None:
        return None
    return Clock(room.clock_started_at, room.clock_length_s, room.clock_stopped_s, room.clock_stopped_at)


def _round(row: RoundRow) -> Round:
    return Round(row.id, row.number, row.learner_id, row.scenario_id, row.minutes, row.released_at is not None)


def _place(row: SeatRow) -> Place:
    return Place(
        role=Role(row.role),
        seat=Seat(row.seat),
        character=row.character,
        ready=row.ready,
        deroled=row.deroled,
        watching=tuple(row.watching),
        position=row.position,
    )
