"""The register of who is here, kept from the open sockets: nobody who connects waits for it.

It compares, a few times a second, who is connected with who is written down, and writes the difference in one commit.
So windows count once, five hundred who come together cost a few commits, and a reload between two looks is nothing.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock

from ..domain.errors import Refusal
from ..services import presence
from ..services.presence import Change, Place
from ..storage.base import new_id
from ..storage.engine import is_sqlite
from ..storage.unit_of_work import Store

HEARTBEAT_S = 30.0
MOST_IN_A_COMMIT = 100  # more would hold the others up
FORGOTTEN_AFTER = 3  # heartbeats without a word: that process is gone
PATIENCE_S = 5.0  # with a database that does not answer

log = logging.getLogger(__name__)


class Register:
    """One per process. `heartbeat_s`: how often what is written down is brought forward to now."""

    def __init__(self, store: Store, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.store = store
        self.heartbeat_s = heartbeat_s
        self.process = new_id()
        self.written: set[Place] = set()
        self._noticed: dict[Place, datetime] = {}  # when what is not written yet was first seen
        self._beat_at = time.monotonic()
        self._not_before = 0.0
        self._closed = False
        self._lock = Lock()

    def open(self) -> None:
        """Ends what a crash left open."""
        # With SQLite there is one server process at a time: what another one left open has ended.
        silence = timedelta(0) if is_sqlite(self.store.url) else self._silence
        with self._lock, self.store.write() as uow:
            _report(presence.close_stale(uow, self.process, uow.now - silence))

    def look(self, here: Iterable[Place]) -> None:
        """Writes down who has come and gone since the last look, and every now and then that the others are here.

        What can't be stored now is written at a later look, with the time at which it was noticed.
        """
        with self._lock:
            if self._closed or time.monotonic() < self._not_before:
                return
            try:
                self._look(set(here))
            except Exception as error:
                self._not_before = time.monotonic() + PATIENCE_S
                if not isinstance(error, Refusal):
                    raise
                log.warning("who is here could not be written down: %s", error.message)

    def close(self, here: Iterable[Place]) -> None:
        """Everyone goes, now: the server stops."""
        with self._lock:
            self._closed = True
            try:
                self._look(set(here))
                self.store.change(presence.all_left, self.process)
            except Refusal as refusal:
                log.error("who was here could not be written down: %s", refusal.message)

    def _look(self, here: set[Place]) -> None:
        came, went = here - self.written, self.written - here
        now = self.store.clock()
        self._noticed = {place: self._noticed.get(place, now) for place in came | went}
        changes = [Change(place, place in came, at) for place, at in self._noticed.items()]
        for at in range(0, len(changes), MOST_IN_A_COMMIT):
            self._write(changes[at : at + MOST_IN_A_COMMIT])
        if time.monotonic() - self._beat_at >= self.heartbeat_s:
            self._beat_at = time.monotonic()
            self._beat()

    def _write(self, changes: list[Change]) -> None:
        self.store.change(presence.record, self.process, changes)
        for change in changes:
            (self.written.add if change.here else self.written.discard)(change.place)
            self._noticed.pop(change.place, None)

    def _beat(self) -> None:
        if not self.written:
            return
        with self.store.write() as uow:
            still_here = presence.seen(uow, self.process, self.written)
            closed = presence.close_stale(uow, self.process, uow.now - self._silence)
        self.written = still_here
        _report(closed)

    @property
    def _silence(self) -> timedelta:
        return timedelta(seconds=self.heartbeat_s * FORGOTTEN_AFTER)


def _report(closed: int) -> None:
    if closed:
        log.info("stays ended where a server process was last heard of: %d", closed)
