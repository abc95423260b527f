"""A clock made of stored instants. Nothing ticks: what it shows is worked out from the present moment."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Runs from `started_at` for `length_s` seconds; `stopped_s` is the time it has stood still before now."""

    started_at: datetime
    length_s: int
    stopped_s: float = 0.0
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    def elapsed(self, now: datetime) -> float:
        """Seconds run so far, never negative even when the machine's time was set back."""
        shown = self.stopped_at or now
        return max(0.0, (shown - self.started_at).total_seconds() - self.stopped_s)

    def stop(self, now: datetime) -> "Clock":
        return replace(self, stopped_at=self.stopped_at or now)

    def go_on(self, now: datetime) -> "Clock":
        if self.stopped_at is None:
            return self
        stood = max(0.0, (now - self.stopped_at).total_seconds())
        return replace(self, stopped_s=self.stopped_s + stood, stopped_at=None)

    def extend(self, seconds: int) -> "Clock":
        return replace(self, length_s=self.length_s + seconds)
