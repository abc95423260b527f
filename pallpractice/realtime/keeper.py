"""What is looked after while people practise: rights lost elsewhere, readers that have stalled, who is here, memory,
stopping.
"""

import gc
import logging
import time

from sqlalchemy import Row, bindparam, func, select

from ..services.presence import Place
from ..storage.courses import Revocation
from ..storage.unit_of_work import Store
from . import NAMESPACE
from .gateway import Gateway
from .register import HEARTBEAT_S, Register

EVERY_S = 0.4
MOST_PACKETS_WAITING = 256
COLLECT_AFTER_S = 60.0
OUT_OF_ORDER = 500  # how many rights may be lost elsewhere while one transaction takes them from many people

_REVOKED = select(Revocation.id, Revocation.person_id, Revocation.room_id, Revocation.reason).where(
    Revocation.id > bindparam("since")
)

log = logging.getLogger(__name__)


class Revoked:
    """The rights that were lost since the last look.

    Numbers alone don't tell which are new: with PostgreSQL a long transaction commits after others with higher ones,
    and SQLite gives the last numbers again once erasing or retention has taken their rows away.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._since = 0  # what is not above it is old
        self._known: set[Row[int, str, str | None, str]] = set()
        self.fresh()

    def fresh(self) -> set[Row[int, str, str | None, str]]:
        """Those not told before."""
        with self.store.read() as uow:
            newest = uow.session.scalar(select(func.max(Revocation.id))) or 0
            if newest < self._since:  # all have gone, and the numbers begin again
                self._since = 0
            rows = set(uow.session.execute(_REVOKED, {"since": self._since}))
        new, self._known = rows - self._known, rows
        self._since = max(self._since, newest - OUT_OF_ORDER)
        return new


class Keeper:
    """A task of its own beside the gateway. `heartbeat_s`: see Register."""

    def __init__(self, gateway: Gateway, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.gateway = gateway
        self.register = Register(gateway.store, heartbeat_s)
        self.revoked = Revoked(gateway.store)
        self.collected = time.monotonic()

    def run(self) -> None:
        """Looks round for ever."""
        freeze_memory()
        try:
            self.register.open()
        except Exception:
            log.exception("what a crash left open could not be ended")
        while not self.gateway.stopping:
            self.gateway.server.sleep(EVERY_S)
            try:
                self.close_revoked()
                self.cut_stalled()
                self.register.look(self.here())
            except Exception:
                log.exception("looking round failed")
            if time.monotonic() - self.collected > COLLECT_AFTER_S and not len(self.gateway.connections):
                self.collected = time.monotonic()
                gc.collect()

    def close_revoked(self) -> None:
        """Closes the sockets of whoever lost a right, also when another process or a command took it away."""
        for one in self.revoked.fresh():
            for connection in self.gateway.connections.of_person(one.person_id, one.room_id):
                self.gateway.announcer.end(connection, one.reason)

    def cut_stalled(self) -> None:
        """A reader that has stopped reading would fill the memory with what waits for it."""
        sockets = self.gateway.server.eio.sockets
        for connection in self.gateway.connections:
            socket = sockets.get(connection.eio_sid)
            if socket is not None and socket.queue.qsize() > MOST_PACKETS_WAITING:
                self.gateway.guard.cut(connection.eio_sid, "stalled reader")

    def here(self) -> set[Place]:
        """Who is in which room, windows together."""
        rooms = (connection for connection in self.gateway.connections if connection.namespace == NAMESPACE)
        return {Place(connection.room, connection.person) for connection in rooms}

    def stop(self) -> None:
        """Tells everyone, writes down that they go, lets what is being saved be answered, and closes."""
        self.gateway.stopping = True
        for connection in self.gateway.connections:
            self.gateway.announcer.tell(connection, "session:ended", {"reason": "stopping"})
        self.register.close(self.here())
        self.gateway.server.sleep(0.3)
        for connection in self.gateway.connections:
            self.gateway.server.disconnect(connection.sid, namespace=connection.namespace)
        self.gateway.server.sleep(0.2)


def freeze_memory() -> None:
    """A full collection stops everything for a tenth of a second with many sockets: what is there at the start stays,
    and the oldest generation is collected in quiet moments only."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 1_000_000)
