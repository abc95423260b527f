"""Takes the words out of the journal's lines and leaves what happened: who, when, which entry, how many.

Only what is known to be no word of anyone's is left, so that an action that is new here keeps nothing by mistake.
"""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update

from ...storage.reach import table
from ...storage.rooms import JournalLine
from ...storage.unit_of_work import UnitOfWork

AN_ID = re.compile(r"[0-9a-f]{32}")
# Fields whose values are ids of the library, words of ours, or instants.
OURS = frozenset(
    {"action", "at", "beat", "character", "disclosure", "entry", "from", "from_beat", "items", "kind", "marker"}
    | {"judgement", "phase", "prompt", "saved_at", "scenario", "seat", "shared", "status", "turn"}
)
REASONS = frozenset({"stuck", "emotion", "success", "welfare", "technical", "time", "done"})
LINES = table(JournalLine.__tablename__)
_REWRITE = (
    update(LINES)
    .where(LINES.c.room_id == bindparam("room"), LINES.c.seq == bindparam("number"))
    .values(data=bindparam("new_data"), answer=bindparam("new_answer"))
)


def scrubbed(value: Any, swap: Mapping[str, str], field: str = "") -> Any:
    """The value without words; ids in `swap` become others."""
    if isinstance(value, Mapping):
        return {swap.get(name, name): scrubbed(one, swap, name) for name, one in value.items()}
    if isinstance(value, list):
        return [scrubbed(one, swap, field) for one in value]
    if not isinstance(value, str):
        return value
    kept = field in OURS or AN_ID.fullmatch(value) or (field == "reason" and value in REASONS)
    return swap.get(value, value) if kept else ""


def scrub(uow: UnitOfWork, these: ColumnElement[bool], swap: Mapping[str, str] | None = None) -> int:
    """Scrubs these lines; how many had anything to lose."""
    rows = uow.session.execute(select(LINES.c.room_id, LINES.c.seq, LINES.c.data, LINES.c.answer).where(these)).all()
    changed = []
    for row in rows:
        data, answer = scrubbed(row.data, swap or {}), scrubbed(row.answer, swap or {})
        if (data, answer) != (row.data, row.answer):
            changed.append({"room": row.room_id, "number": row.seq, "new_data": data, "new_answer": answer})
    if changed:
        uow.connection.execute(_REWRITE, changed)
    return len(changed)
