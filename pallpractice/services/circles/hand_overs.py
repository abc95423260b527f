"""The coach's note on a group from one day to the next, for the coaches of the group and the organisers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from ...domain.errors import Stale
from ...domain.text import text
from ...storage.courses import Person
from ...storage.groups import HandOver
from ...storage.unit_of_work import UnitOfWork
from .. import journal
from ..work import Work
from .agreements import tell_group

Plain = dict[str, Any]


def save(work: Work) -> Plain:
    """The note of the room's day."""
    fields, group, day = work.fields, work.record.group.id, work.record.session.day
    note = write(work.uow, group, day, work.act.person, fields["text"], fields["seen"], besides=work.record.room.id)
    return {key: value for key, value in note.items() if key != "text"}  # answers are kept, and this may change


def write(
    uow: UnitOfWork, group_id: str, day: date, author_id: str, words: str, seen: int, *, besides: str = ""
) -> Plain:
    """One day's note. `seen` is the revision last shown, 0 for none; raises Stale when another coach was faster."""
    row = uow.session.get(HandOver, (group_id, day))
    if row is None:
        row = HandOver(group_id=group_id, day=day)
        uow.session.add(row)
    elif row.text == words:
        return _plain(uow, row)
    elif seen != row.revision:
        now = _plain(uow, row)
        if row.author_id == author_id:
            raise Stale(text("You have changed this note meanwhile."), current=now)
        raise Stale(text("{name} has changed this note meanwhile.", name=now["name"]), current=now)
    row.text, row.author_id, row.saved_at = words, author_id, uow.now
    uow.session.flush()
    tell_group(uow, group_id, besides=besides)
    return _plain(uow, row)


def of_group(uow: UnitOfWork, group_id: str) -> list[Plain]:
    """All notes that hold something, the first day first."""
    rows: Sequence[HandOver] = uow.session.scalars(
        select(HandOver).where(HandOver.group_id == group_id).order_by(HandOver.day)
    ).all()
    return [_plain(uow, row) for row in rows]


def around(uow: UnitOfWork, group_id: str, day: date) -> Plain:
    """What a coach of the day has before them: the last note from before, and today's."""
    notes = of_group(uow, group_id)
    before = [note for note in notes if note["day"] < day.isoformat() and note["text"].strip()]
    today = next((note for note in notes if note["day"] == day.isoformat()), None)
    return {"before": before[-1] if before else None, "today": today}


def _plain(uow: UnitOfWork, row: HandOver) -> Plain:
    return {
        "day": row.day.isoformat(),
        "text": row.text,
        "name": uow.session.get_one(Person, row.author_id).name,
        "revision": row.revision,
        "saved_at": journal.stamp(row.saved_at),
    }
