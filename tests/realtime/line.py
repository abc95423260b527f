"""A bare line to the server: Engine.IO and Socket.IO packets written out by hand, good and bad ones alike.

It needs no Socket.IO client, so it can send what none would, and it goes on where one would give up.
"""

import json
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import websocket

from tests.realtime.served import Server

NAMESPACE = "/room"
GONE = (OSError, websocket.WebSocketException)  # what a line that has been cut raises


def handshake(
    server: Server,
    *,
    cookie: str = "",
    origin: str | None = "own",
    header: Iterable[str] = (),
    query: str = "EIO=4&transport=websocket",
    timeout: float = 10,
) -> websocket.WebSocket:
    """The WebSocket itself. `origin` None sends none. Raises WebSocketBadStatusException when refused."""
    socket = websocket.create_connection(
        f"ws://127.0.0.1:{server.port}/socket.io/?{query}",
        timeout=timeout,
        cookie=cookie or None,
        origin=server.url if origin == "own" else origin,
        suppress_origin=origin is None,
        header=list(header),
    )
    assert isinstance(socket, websocket.WebSocket)
    return socket


class Line:
    """One socket in the room, driven packet by packet."""

    def __init__(self, server: Server, cookie: str, room: str, namespace: str = NAMESPACE, names: str = "room") -> None:
        self.namespace = namespace
        self.socket = handshake(server, cookie=cookie)
        self.heard: list[str] = []  # events other than acknowledgements, by their packet
        self.calls = 0
        opened = self.socket.recv()
        assert str(opened).startswith("0{"), opened
        self.socket.send(f"40{namespace},{json.dumps({names: room})}")
        answer = self.receive()
        assert answer.startswith(f"40{namespace},{{"), answer

    def receive(self, timeout: float = 10) -> str:
        """The next packet that is not a ping. Raises one of GONE."""
        self.socket.settimeout(timeout)
        while True:
            packet = self.socket.recv()
            if packet == "2":
                self.socket.send("3")
            elif not packet or packet in ("1", b""):
                raise websocket.WebSocketConnectionClosedException("closed")
            else:
                return str(packet)

    def post(self, action: str, payload: Any) -> int:
        """Sends an action and does not wait. Returns the number its acknowledgement will carry."""
        self.calls += 1
        self.socket.send(f"42{self.namespace},{self.calls}{json.dumps([action, payload])}")
        return self.calls

    def answer(self, number: int, timeout: float = 10) -> dict[str, Any]:
        """Waits for the acknowledgement of `post`."""
        wanted = f"43{self.namespace},{number}["
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            packet = self.receive()
            if packet.startswith(wanted):
                return dict(json.loads(packet[len(wanted) - 1 :])[0])
            self.heard.append(packet)
        raise TimeoutError(f"no acknowledgement within {timeout} s")

    def call(self, action: str, payload: Any, timeout: float = 10) -> dict[str, Any]:
        return self.answer(self.post(action, payload), timeout)

    def events(self, name: str) -> list[Any]:
        """What the packets heard so far say of this event."""
        start = f'42{self.namespace},["{name}",'
        return [
            json.loads(packet[len(f"42{self.namespace},") :])[1] for packet in self.heard if packet.startswith(start)
        ]

    def listen(self, seconds: float) -> list[str]:
        """The packets that come within `seconds`. Raises GONE when the line has been cut."""
        came: list[str] = []
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with suppress(websocket.WebSocketTimeoutException):
                came.append(self.receive(timeout=left))
        return came

    def gone_within(self, seconds: float) -> bool:
        """Reads until the server closes the line; False when it is still open after `seconds`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self.heard.append(self.receive(timeout=left))
            except websocket.WebSocketTimeoutException:
                return False
            except GONE:
                return True
        return False

    def close(self) -> None:
        """Hangs up without a goodbye."""
        self.socket.shutdown()
