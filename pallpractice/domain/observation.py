"""What is noticed: its kinds, and the take and moment it belongs to."""

from datetime import datetime
from enum import StrEnum

from .errors import Invalid
from .room import RoomState
from .text import text


class Kind(StrEnum):
    """`moment` is the patient's own; the others are an observer's or the coach's."""

    VERBATIM = "verbatim"
    MARKER = "marker"
    NOTE = "note"
    MOMENT = "moment"


class Judgement(StrEnum):
    """What the author would say of it."""

    KEEP = "keep"
    TRY = "try"


def stamp(state: RoomState, now: datetime, take: int | None = None, offset_s: float | None = None) -> tuple[int, float]:
    """Take and offset of something noticed at `offset_s`, or now.

    The moment is the author's (the first keystroke, perhaps before the line was lost); what can't have been is refused
    or cut to what has been played: a device's clock is never quite the server's.
    """
    played = state.offset(now)
    if offset_s is None:
        return state.take, played
    if take is not None and not 1 <= take <= state.take:
        raise Invalid(text("There has been no such take."), fields={"take": [text("1 to {take}", take=state.take)]})
    noticed = min(max(0.0, offset_s), played)
    return take or take_at(state, noticed), noticed


def take_at(state: RoomState, offset_s: float) -> int:
    """The take that was being played at that moment; 0 before the encounter."""
    return max((take.number for take in state.takes if take.offset_s <= offset_s), default=state.take)
