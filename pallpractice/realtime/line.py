"""The WebSocket under Engine.IO, metered: what comes in is counted before any library has taken it apart.

Engine.IO shows its messages to nobody before it has decoded them, and pings, continuations and bad packets to nobody at
all. So the guard stands where the bytes are read.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

MOST_AHEAD = 1024 * 1024  # bytes read that have not become a message yet
READS_A_TURN = 16  # then the others come, however much waits to be read


class Intake:
    """The network socket as the WebSocket library uses it. Once `admits` says no, it looks closed."""

    def __init__(self, network: Any, admits: Callable[[int], bool]) -> None:
        self._network = network
        self._admits = admits

    def recv(self, size: int, *flags: int) -> bytes:
        data: bytes = self._network.recv(size, *flags)
        return data if self._admits(len(data)) else b""

    def send(self, data: bytes, *flags: int) -> int:
        """All of it: simple-websocket would not notice that a part is still to be sent."""
        self._network.sendall(data, *flags)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)


class Line:
    """What Engine.IO gets instead of the WebSocket. `reads` and `packet` say no with a reason, else None."""

    def __init__(
        self,
        websocket: Any,
        reads: Callable[[int], str | None],
        packet: Callable[[Any], str | None],
        refused: Callable[[str], None],
        pause: Callable[[], None],
    ) -> None:
        self.websocket = websocket
        self._reads, self._packet, self._refused, self._pause = reads, packet, refused, pause
        self._ahead = 0
        self._turn = 0
        self._open = True
        # eventlet's WebSocket reads from `.socket`; simple-websocket, one layer below, from `.sock`.
        inner, name = (websocket, "socket") if hasattr(websocket, "socket") else (websocket.ws, "sock")
        self.socket = getattr(inner, name)  # Engine.IO gives it the time after which silence means gone
        setattr(inner, name, Intake(self.socket, self._admits))

    def wait(self) -> Any:
        """The next message; None when the line has been closed, by either side."""
        message = self.websocket.wait()
        self._ahead = 0
        if message is None or not self._open:
            return None
        return None if self._cut(self._packet(message)) else message

    def send(self, message: str) -> Any:
        return self.websocket.send(message)

    def close(self) -> None:
        """Says goodbye and hangs up: whoever does not answer the goodbye would keep the line."""
        with suppress(Exception):
            self.websocket.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Ends the connection under the WebSocket, also for whoever waits to read from it or to write to it."""
        self._open = False
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def _admits(self, size: int) -> bool:
        self._ahead += size
        self._turn = (self._turn + 1) % READS_A_TURN
        if not self._turn:
            self._pause()
        reason = "message too large" if self._ahead > MOST_AHEAD else self._reads(size)
        return self._open and not self._cut(reason)

    def _cut(self, reason: str | None) -> bool:
        if reason is not None and self._open:
            self.hang_up()
            self._refused(reason)
        return reason is not None
