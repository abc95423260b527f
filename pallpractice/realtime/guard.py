"""One guard before all packets: text only, small enough, not too many. Whoever floods is cut off, the others go on."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from socketio import Server

MAX_PACKET = 64 * 1024
RATE = 60.0  # packets a second that may go on for ever
BURST = 120.0  # how many may come at once, as an outbox does after a reconnect
CUT_AT = -180.0  # this far below nothing it is no eager person any more

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Bucket:
    """A token bucket that may be overdrawn: below zero the client is told to slow down, below CUT_AT it is cut."""

    tokens: float = BURST
    at: float = field(default_factory=time.monotonic)

    def take(self, now: float) -> float:
        """Takes one token and returns what is left."""
        self.tokens = min(BURST, self.tokens + (now - self.at) * RATE) - 1
        self.at = now
        return self.tokens


class Guard:
    """Stands between Engine.IO and Socket.IO on one server."""

    def __init__(self, server: Server, pause: Callable[[], None]) -> None:
        self.server = server
        self.pause = pause
        self.buckets: dict[str, Bucket] = {}
        self.inner: Callable[[str, Any], None] = server.eio.handlers["message"]
        server.eio.on("message", self.message)

    def message(self, eio_sid: str, data: Any) -> None:
        """Lets a packet through, or cuts the connection. Nothing a client sends may raise from here."""
        reason = self._objection(eio_sid, data)
        if reason is None:
            try:
                self.inner(eio_sid, data)
                return
            except Exception as error:  # a packet no client of ours would send
                reason = f"malformed packet ({type(error).__name__})"
        self.cut(eio_sid, reason)

    def _objection(self, eio_sid: str, data: Any) -> str | None:
        if not isinstance(data, str):
            return "binary packet"
        if len(data) > MAX_PACKET:
            return "packet too large"
        bucket = self.buckets.setdefault(eio_sid, Bucket())
        return "flood" if bucket.take(time.monotonic()) < CUT_AT else None

    def hurried(self, eio_sid: str) -> bool:
        """This client should be told to slow down."""
        bucket = self.buckets.get(eio_sid)
        return bucket is not None and bucket.tokens < 0

    def cut(self, eio_sid: str, reason: str) -> None:
        """Closes a connection, and yields so that its remaining packets don't keep the others waiting."""
        log.warning("socket cut: %s", reason)
        self.forget(eio_sid)
        socket = self.server.eio.sockets.get(eio_sid)
        if socket is not None and not socket.closed:
            socket.close(wait=False, reason="transport error")
        self.pause()

    def forget(self, eio_sid: str) -> None:
        self.buckets.pop(eio_sid, None)
