"""One guard before all packets: text only, small enough, not too many. Whoever floods is cut off, the others go on."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from socketio import Server

from .line import Line

MAX_PACKET = 64 * 1024
RATE = 60.0  # packets a second that may go on for ever
BURST = 120.0  # how many may come at once, as an outbox does after a reconnect
CUT_AT = -180.0  # this far below nothing it is no eager person any more
READ_RATE, READ_BURST = 1_000.0, 8_000.0  # reads from the network, whatever they hold
BYTES_A_READ = 64  # one more read is counted for so many bytes
ENGINE_PACKETS = tuple("01234")  # how what a client may send begins; `b` would be a binary packet in base64
BINARY_EVENTS = ("45", "46")  # would wait for binary packets and pile up what comes instead

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Bucket:
    """A token bucket that may be overdrawn: below zero the client is told to slow down, below `cut_at` it is cut."""

    rate: float
    most: float
    cut_at: float
    tokens: float = field(init=False)
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.tokens = self.most

    def take(self, cost: float = 1.0) -> bool:
        """Takes tokens; False when that was too many."""
        now = time.monotonic()
        self.tokens = min(self.most, self.tokens + (now - self.at) * self.rate) - cost
        self.at = now
        return self.tokens >= self.cut_at


@dataclass(slots=True)
class Watched:
    """One open line and what it has used."""

    line: Line | None = None
    packets: Bucket = field(default_factory=partial(Bucket, RATE, BURST, CUT_AT))
    reads: Bucket = field(default_factory=partial(Bucket, READ_RATE, READ_BURST, 0.0))

    def objection_to_read(self, size: int) -> str | None:
        return None if self.reads.take(1 + size / BYTES_A_READ) else "flood of bytes"

    def objection_to(self, packet: Any) -> str | None:
        """Why this packet may not go on; None when it may."""
        if not isinstance(packet, str) or packet.startswith(("b", *BINARY_EVENTS)):
            return "binary packet"
        if len(packet) > MAX_PACKET:
            return "packet too large"
        if not packet.startswith(ENGINE_PACKETS):
            return "malformed packet"
        return None if self.packets.take() else "flood"


class Guard:
    """Stands between the network and Engine.IO, and between Engine.IO and Socket.IO, on one server."""

    def __init__(self, server: Server, pause: Callable[[], None]) -> None:
        self.server = server
        self.pause = pause
        self.watched: dict[str, Watched] = {}
        self.inner: Callable[[str, Any], None] = server.eio.handlers["message"]
        server.eio.on("message", self.message)
        websocket = server.eio._async["websocket"]
        server.eio._async = {**server.eio._async, "websocket": partial(self._watch, websocket)}

    def _watch(self, websocket: Callable[..., Any], handler: Callable[[Any], Any], engine: Any) -> Any:
        """Engine.IO's WebSocket, made with the handler of one connection; the handler gets a Line."""
        eio_sid: str = handler.__self__.sid  # type: ignore[attr-defined]

        def handle(opened: Any) -> Any:
            watched = self.watched[eio_sid] = Watched()
            watched.line = Line(
                opened,
                reads=watched.objection_to_read,
                packet=watched.objection_to,
                refused=partial(self._report, eio_sid),
                pause=self.pause,
            )
            try:
                return handler(watched.line)
            finally:
                self.watched.pop(eio_sid, None)

        return websocket(handle, engine)

    def message(self, eio_sid: str, data: Any) -> None:
        """Lets Socket.IO have a packet, then the others their turn: what a client has sent ahead would go on without a
        pause. Nothing a client sends may raise from here.
        """
        try:
            if not isinstance(data, str):
                raise ValueError("not a Socket.IO packet")
            self.inner(eio_sid, data)
            self.pause()
        except Exception as error:  # a packet no client of ours would send
            self.cut(eio_sid, f"malformed packet ({type(error).__name__})")

    def hurried(self, eio_sid: str) -> bool:
        """This client should be told to slow down."""
        watched = self.watched.get(eio_sid)
        return watched is not None and watched.packets.tokens < 0

    def charge(self, eio_sid: str, packets: int) -> None:
        """Counts one packet that asks for much as that many; whoever overdraws is told to slow down, and not cut."""
        watched = self.watched.get(eio_sid)
        if watched is not None:
            watched.packets.take(min(packets, max(0.0, watched.packets.tokens + 1)))

    def cut(self, eio_sid: str, reason: str) -> None:
        """Ends a connection at once, whatever still waits to be read from it or written to it."""
        watched = self.watched.get(eio_sid)
        if watched is not None and watched.line is not None:
            watched.line.hang_up()
        self._report(eio_sid, reason)

    def _report(self, eio_sid: str, reason: str) -> None:
        """Forgets a connection that has been ended, and yields so that the others come next."""
        log.warning("socket cut: %s", reason)
        connected = self.server.eio.sockets.get(eio_sid)
        if connected is not None and not connected.closed:
            connected.close(wait=False, abort=True, reason="transport error")
        self.pause()
