"""How long someone took part: the stays of one person, put together and cut to what counts.

Only the time of a session counts, from its start to its end with no grace around it: coming early or staying on to
talk is welcome and adds nothing. Breaks count for nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .roles import SessionKind


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """From `start` up to `end`, in UTC. One that ends before it starts, as after a clock was set back, is empty."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return max(self.end - self.start, timedelta(0))


@dataclass(frozen=True, slots=True)
class Block:
    """What of a session matters here."""

    kind: SessionKind
    starts_at: datetime
    ends_at: datetime

    @property
    def counts(self) -> bool:
        return self.kind is not SessionKind.BREAK


def union(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    """The same time, each moment once, in order: windows, rooms and server processes may overlap."""
    merged: list[Stay] = []
    for stay in sorted(stay for stay in stays if stay.length):
        if merged and stay.start <= merged[-1].end:
            merged[-1] = Stay(merged[-1].start, max(merged[-1].end, stay.end))
        else:
            merged.append(stay)
    return tuple(merged)


def within(stays: Iterable[Stay], block: Block) -> tuple[Stay, ...]:
    """What of the stays falls into a session that counts."""
    if not block.counts:
        return ()
    return union(Stay(max(stay.start, block.starts_at), min(stay.end, block.ends_at)) for stay in stays)


def across(attended: Iterable[tuple[Block, Sequence[Stay]]]) -> tuple[Stay, ...]:
    """Of several sessions, each with the person's stays in it. Sessions of two tracks run side by side: who moved
    between them, or was in both, was there once.
    """
    return union(stay for block, stays in attended for stay in within(stays, block))


def minutes(stays: Iterable[Stay]) -> int:
    """Whole minutes, overlaps once; what is left of a minute is dropped only at the end."""
    return sum((stay.length for stay in union(stays)), timedelta(0)) // timedelta(minutes=1)
