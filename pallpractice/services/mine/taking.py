"""One's own data as a file to take along: a ZIP with what a program reads (JSON) and what a person reads (HTML)."""

import io
import json
import zipfile
from collections.abc import Sequence

from ...domain.audit import What
from ...domain.holding import PURPOSES, Terms, kept
from ...storage.registry import REGISTRY
from ...storage.unit_of_work import UnitOfWork
from .. import audit
from .held import Part, everything


def take(uow: UnitOfWork, person: str) -> list[Part]:
    """All of it, and the audit's line that it was taken."""
    parts = everything(uow, person)
    audit.note(uow, What.EXPORTED, actor=person, subject=person, data={"rows": sum(len(part.rows) for part in parts)})
    return parts


def packed(parts: Sequence[Part], page: str, made_at: str, terms: Terms) -> bytes:
    """The ZIP file."""
    tables = {part.kept.name: _table(part, terms) for part in parts}
    written = json.dumps({"made_at": made_at, "tables": tables}, ensure_ascii=False, indent=2)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("my-data.json", written)
        file.writestr("my-data.html", page)
    return out.getvalue()


def _table(part: Part, terms: Terms) -> dict[str, object]:
    held = REGISTRY[part.kept.name]
    return {
        "what": part.kept.title,
        "why": PURPOSES[part.kept.purpose][1],
        "kept": kept(held.keep, terms) if held.keep else "",
        "not_included": part.withheld,
        "rows": part.rows,
    }
