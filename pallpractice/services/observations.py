"""Mending and taking back one's own observations. Adding them is hot: see `hot`."""

from typing import Any

from ..domain.errors import NotFound
from ..domain.events import ObservationEdited, ObservationRemoved
from ..domain.roles import Seat
from ..domain.text import text
from ..storage.feedback import Observation
from ..storage.unit_of_work import UnitOfWork
from . import journal
from .work import Work


def edit(work: Work) -> dict[str, Any]:
    """Changes words or judgement of one's own observation; take and moment stay."""
    row = _own(work)
    fields = work.fields
    if "text" in fields:
        row.text = fields["text"]
    if "judgement" in fields:
        row.judgement = fields["judgement"]
    shown = plain(row, work.record.seats[work.act.person].person.name)
    data = {"version": work.version, "observation": shown}
    work.uow.announce(
        ObservationEdited(room_id=work.record.room.id, person=row.author_id, hearers=_coaches(work), data=data)
    )
    return {"observation": shown}


def remove(work: Work) -> dict[str, Any]:
    """Takes one's own observation back."""
    row = _own(work)
    work.uow.session.delete(row)
    data = {"version": work.version, "id": row.id}
    work.uow.announce(
        ObservationRemoved(room_id=work.record.room.id, person=row.author_id, hearers=_coaches(work), data=data)
    )
    return {"id": row.id}


def _coaches(work: Work) -> tuple[str, ...]:
    return work.after.in_seat(Seat.COACH)


def _own(work: Work) -> Observation:
    row = work.uow.session.get(Observation, work.fields["id"])
    if row is None or row.author_id != work.act.person or row.round_id != work.round.id:
        raise NotFound(text("You have no such observation in this round."))
    return row


def of_round(uow: UnitOfWork, round_id: str) -> list[Observation]:
    """All of a round, in the order they were noticed."""
    return list(
        uow.session.query(Observation)
        .filter(Observation.round_id == round_id)
        .order_by(Observation.offset_s, Observation.at, Observation.id)
    )


def plain(row: Any, name: str) -> dict[str, Any]:
    """An observation, as an object or a row of its table, as the wire shows it."""
    return {
        "id": row.id,
        "author": row.author_id,
        "name": name,
        "seat": row.seat,
        "kind": row.kind,
        "text": row.text,
        "marker": row.marker,
        "judgement": row.judgement,
        "take": row.take,
        "offset_s": round(row.offset_s, 1),
        "at": journal.stamp(row.at),
    }
