"""What is turned away before Socket.IO sees it: no Origin, a foreign one, polling, compression, too many."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]

PATH = "/socket.io/"


class Door:
    """A WSGI layer around the whole application that concerns itself with the socket's address only."""

    def __init__(self, inner: Application, origins: Collection[str], full: Callable[[], bool]) -> None:
        self.inner = inner
        self.origins = frozenset(origins)
        self.full = full

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PATH.rstrip("/")):
            return self.inner(environ, start)
        if environ.get("HTTP_ORIGIN") not in self.origins:
            return _refuse(start, "403 Forbidden", b"This page may not open a socket here.")
        if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
            return _refuse(start, "400 Bad Request", b"WebSocket only.")
        if self.full():
            return _refuse(start, "503 Service Unavailable", b"The server is full or stopping. Try again in a moment.")
        # permessage-deflate doubles the memory of a socket and slows all of them.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        # engineio would compare the Origin with a forwarded host that anyone may send; it has been checked above.
        environ.pop("HTTP_X_FORWARDED_HOST", None)
        return self.inner(environ, start)


def _refuse(start: Start, status: str, body: bytes) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
