"""What a bad client sends: WebSocket frames made by hand, one by one or as many as the line takes."""

import socket
import struct
import time
from itertools import count
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from tests.realtime.line import Line

TEXT, BINARY, CONTINUED, PING = 1, 2, 0, 9


def frame(opcode: int, payload: bytes, *, last: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """A frame as a client sends it, masked with zeros."""
    mask = 0x80 if masked else 0
    if len(payload) < 126:
        length = struct.pack("!B", mask | len(payload))
    elif len(payload) < 65536:
        length = struct.pack("!BH", mask | 126, len(payload))
    else:
        length = struct.pack("!BQ", mask | 127, len(payload))
    first = struct.pack("!B", (0x80 if last else 0) | reserved | opcode)
    return first + length + (bytes(4) if masked else b"") + payload


def text(packet: str) -> bytes:
    return frame(TEXT, packet.encode())


def network(line: Line) -> socket.socket:
    """The line's TCP socket."""
    below = line.socket.sock
    assert isinstance(below, socket.socket)
    return below


def pour(line: Line, data: bytes, seconds: float) -> float:
    """Sends the same bytes again and again; returns after how many seconds the line was cut, at most `seconds`."""
    below, started = network(line), time.monotonic()
    below.settimeout(0.5)
    while time.monotonic() < started + seconds:
        try:
            below.sendall(data)
        except TimeoutError:  # nobody reads us any more
            continue
        except OSError:
            break
    return time.monotonic() - started


class Pulse:
    """Someone who goes on working meanwhile: the seconds each acknowledgement took."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.took: list[float] = []
        self.problem: Any = None
        self._enough = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            for number in count(1):
                if self._enough.is_set():
                    return
                asked = time.monotonic()
                answer = self.line.call("observation:add", numbered(number))
                self.took.append(time.monotonic() - asked)
                assert answer["ok"], answer
                time.sleep(0.03)
        except Exception as problem:
            self.problem = problem

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join(20)

    @property
    def p99(self) -> float:
        assert self.problem is None, self.problem
        return sorted(self.took)[int(len(self.took) * 0.99)]


def numbered(number: int) -> dict[str, Any]:
    return {"action_id": str(uuid4()), "kind": "note", "text": f"note {number}"}
