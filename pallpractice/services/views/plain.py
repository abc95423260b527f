"""Single things as they go over the wire."""

from typing import Any

from ...domain.clock import Clock
from ...storage.feedback import Scorecard
from .. import observations
from ..journal import stamp
from .contents import Contents

View = dict[str, Any]


def clock_plain(clock: Clock | None) -> View | None:
    """A clock as every client works out its time from."""
    if clock is None:
        return None
    return {
        "started_at": stamp(clock.started_at),
        "length_s": clock.length_s,
        "stopped_s": round(clock.stopped_s, 3),
        "stopped_at": stamp(clock.stopped_at) if clock.stopped_at else None,
        "running": clock.running,
    }


def observation(contents: Contents, row: Any) -> View:
    return observations.plain(row, contents.name(row.author_id))


def scorecard(contents: Contents, card: Scorecard, *, held: bool = False) -> View:
    """Another's scorecard, as those it is opened to see it; `held`: with what the coach holds back."""
    return {
        "rater": card.rater_id,
        "name": contents.name(card.rater_id),
        "seat": card.seat,
        "status": card.status,
        "entries": {
            entry.entry: {"rating": entry.rating, "not_observed": entry.not_observed, "text": entry.text}
            for entry in card.entries
            if held or entry.held_at is None
        },
    }


def when(row: Any) -> View:
    """Where in the round a mark or a journal line stands."""
    return {"take": row.take, "offset_s": round(row.offset_s or 0.0, 1)}
