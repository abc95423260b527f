"""The journal: the memory that answers a repeated action the same, and the timeline of a round.

It outlasts what people take back, so what they write for themselves or their colleagues alone is not in it: a digest
tells a repeated action from another.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, bindparam, func, select

from ..domain.errors import Conflict
from ..domain.room import Act, Action, RoomState
from ..domain.text import text
from ..storage.rooms import JournalLine, Room, RoundRow, TakeRow
from ..storage.unit_of_work import UnitOfWork

Answer = dict[str, Any]
WITHOUT_WORDS = frozenset({Action.JOURNAL_SAVE, Action.HANDOVER_SAVE})


def stamp(instant: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: how every instant goes out."""
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer(version: int, at: datetime, extra: Mapping[str, Any]) -> Answer:
    """What an accepted action is acknowledged with."""
    return {"ok": True, "version": version, "at": stamp(at), **extra}


LINES = JournalLine.__table__
_EARLIER = select(LINES).where(LINES.c.action_id.in_(bindparam("ids", expanding=True)))


def earlier(uow: UnitOfWork, action_ids: Iterable[str]) -> dict[str, Row[Any]]:
    """The lines these action ids have already made. Every action asks, so it goes past the ORM."""
    lines = uow.connection.execute(_EARLIER, {"ids": list(action_ids)})
    return {line.action_id: line for line in lines}


def repeat(line: Row[Any], room_id: str, act: Act) -> Answer:
    """The answer given the first time. Raises Conflict when it was for something or someone else."""
    same = (line.room_id, line.person_id, line.action) == (room_id, act.person, act.action)
    if not same or line.data != remembered(act):
        raise Conflict(text("This action id was used for something else. Send it again with a new one."))
    return answer(line.seq, line.at, line.answer)


def line(
    room_id: str, seq: int, state: RoomState, act: Act, action_id: str, extra: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The columns of one journal line. `state` is the room as the action left it."""
    return {
        "room_id": room_id,
        "seq": seq,
        "round_id": state.round.id if state.round else None,
        "take": state.take,
        "offset_s": state.offset(now) if state.takes else None,
        **_done(act, action_id, extra, now),
    }


def _done(act: Act, action_id: str, extra: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "person_id": act.person,
        "action": str(act.action),
        "data": remembered(act),
        "action_id": action_id,
        "answer": dict(extra),
        "at": now,
    }


def add_late(uow: UnitOfWork, round_: RoundRow, done: Iterable[tuple[Act, Mapping[str, Any]]]) -> None:
    """Lines of a round that was closed before, each an act and what it was answered: they stand at the round's end,
    behind all that was done in the room since. The room is marked as changed, so that nobody else takes their numbers.
    """
    uow.session.get_one(Room, round_.room_id).changed_at = uow.now
    head = uow.session.scalar(select(func.max(JournalLine.seq)).where(JournalLine.room_id == round_.room_id)) or 0
    take = uow.session.scalar(select(func.max(TakeRow.number)).where(TakeRow.round_id == round_.id)) or 0
    where = {"room_id": round_.room_id, "round_id": round_.id, "take": take, "offset_s": round_.encounter_s}
    for seq, (act, extra) in enumerate(done, head + 1):
        uow.session.add(JournalLine(**where, seq=seq, **_done(act, str(uuid4()), extra, uow.now)))


def remembered(act: Act) -> dict[str, Any]:
    """An action's fields as the journal keeps them."""
    if act.action not in WITHOUT_WORDS:
        return dict(act.fields)
    return {**act.fields, "text": hashlib.sha256(str(act.fields["text"]).encode()).hexdigest()}


def of_round(uow: UnitOfWork, round_id: str, room_id: str, actions: Iterable[str]) -> list[JournalLine]:
    """The round's lines of these actions, in the order they happened."""
    return list(
        uow.session.scalars(
            select(JournalLine)
            .where(
                JournalLine.room_id == room_id, JournalLine.round_id == round_id, JournalLine.action.in_(list(actions))
            )
            .order_by(JournalLine.seq)
        )
    )
