"""A load client: thousands of Socket.IO connections in one asyncio loop, with no more work per frame than needed."""

import asyncio
import base64
import os
import struct
import time
from collections.abc import Callable
from typing import Any

import orjson

Heard = Callable[[str, Any, float], None]


class Tab(asyncio.Protocol):
    """One WebSocket that speaks just enough Socket.IO: connect, emit with acknowledgement, events, pings."""

    def __init__(self, host: str, cookie: str, auth: dict[str, str], heard: Heard, namespace: str = "/room") -> None:
        self.host, self.cookie, self.auth, self.heard = host, cookie, auth, heard
        self.namespace = namespace
        self.prefix = f"42{namespace}," if namespace != "/" else "42"
        self.ack_prefix = f"43{namespace}," if namespace != "/" else "43"
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self.waiting: dict[int, Callable[[Any, float], None]] = {}
        self._number = 0
        self._buffer = bytearray()
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self.host}\r\nOrigin: http://{self.host}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("closed before it was open"))

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._buffer += data
        if not self._upgraded and not self._handshake():
            return
        while (frame := self._frame()) is not None:
            self._packet(frame, now)

    def _handshake(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if b" 101 " not in self._buffer[:40]:
            self.ready.set_exception(ConnectionError(bytes(self._buffer[:200])))
            self.transport.close()
            return False
        del self._buffer[: end + 4]
        self._upgraded = True
        return True

    def _frame(self) -> str | None:
        """The next whole text frame, or None; frames of other kinds are passed over."""
        buffer = self._buffer
        while len(buffer) >= 2:
            opcode, length, start = buffer[0] & 15, buffer[1] & 127, 2
            if length == 126:
                if len(buffer) < 4:
                    return None
                length, start = struct.unpack(">H", buffer[2:4])[0], 4
            elif length == 127:
                if len(buffer) < 10:
                    return None
                length, start = struct.unpack(">Q", buffer[2:10])[0], 10
            if len(buffer) < start + length:
                return None
            payload = bytes(buffer[start : start + length])
            del buffer[: start + length]
            if opcode == 1:
                return payload.decode()
        return None

    def _packet(self, text: str, now: float) -> None:
        if text.startswith(self.prefix):
            body = text[len(self.prefix) :]
            event, data = orjson.loads(body)[:2]
            self.heard(event, data, now)
        elif text.startswith(self.ack_prefix):
            number, _, body = text[len(self.ack_prefix) :].partition("[")
            answered = self.waiting.pop(int(number), None)
            if answered:
                answered(orjson.loads("[" + body)[0], now)
        elif text == "2":
            self._send("3")
        elif text.startswith("0"):
            self._send(f"40{self.namespace},{orjson.dumps(self.auth).decode()}" if self.namespace != "/" else "40")
        elif text.startswith("40"):
            if not self.ready.done():
                self.ready.set_result(None)
        elif text.startswith("44") and not self.ready.done():
            self.ready.set_exception(ConnectionError(text))

    def emit(self, event: str, data: Any, answered: Callable[[Any, float], None]) -> None:
        self._number += 1
        self.waiting[self._number] = answered
        self._send(f"{self.prefix}{self._number}{orjson.dumps([event, data]).decode()}")

    def _send(self, text: str) -> None:
        payload = text.encode()
        head = bytearray([0x81])
        if len(payload) < 126:
            head.append(0x80 | len(payload))
        else:
            head += bytes([0x80 | 126]) + struct.pack(">H", len(payload))
        self.transport.write(
            bytes(head) + b"\x00\x00\x00\x00" + payload
        )  # a mask of zeros leaves the bytes as they are


async def open_tab(port: int, cookie: str, auth: dict[str, str], heard: Heard, namespace: str = "/room") -> Tab:
    """Connected, and let into the namespace."""
    loop = asyncio.get_running_loop()
    host = f"127.0.0.1:{port}"
    _, tab = await loop.create_connection(lambda: Tab(host, cookie, auth, heard, namespace), "127.0.0.1", port)
    try:
        await asyncio.wait_for(tab.ready, 60)
    except BaseException:
        tab.transport.abort()
        raise
    return tab
