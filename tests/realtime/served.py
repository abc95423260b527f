"""A real server in a process of its own, and real Socket.IO clients that keep every frame they get."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import uuid4

import socketio

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret for tests, long enough to pass"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`python wsgi.py` on a port of its own. `environ` adds settings; `command` goes before the interpreter.

    `script` is what Python runs, with its arguments: the controls run a server that was broken on purpose.
    """

    def __init__(
        self,
        database: Path | str,
        log: Path,
        *,
        command: tuple[str, ...] = (),
        script: tuple[str, ...] = ("wsgi.py",),
        **environ: str,
    ) -> None:
        self.database = database if isinstance(database, str) else f"sqlite:///{database}"
        self.log = log
        self.command = command
        self.script = script
        self.environ = environ
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The server's own, also when `command` runs it as its child."""
        assert self.process
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        below = children.read_text().split() if self.command and children.exists() else []
        return int(below[0]) if below else pid

    def start(self) -> "Server":
        settings = {
            "SECRET_KEY": SECRET,
            "DATABASE_URL": self.database,
            "PORT": str(self.port),
            "BASE_URL": self.url,
            **self.environ,
        }
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PALLPRACTICE_")}
        environ |= {f"PALLPRACTICE_{name}": value for name, value in settings.items()}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*self.command, sys.executable, "-W", "ignore", str(ROOT / self.script[0]), *self.script[1:]],
                env=environ,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=ROOT,
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line.startswith("Serving on"):
            self.kill()
            raise AssertionError(self.log.read_text()[-3000:])
        return self

    def kill(self) -> None:
        """As a crash would: no goodbye."""
        assert self.process
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(10)
        self._close_output()

    def stop(self) -> int:
        """As an operator would; returns the exit code."""
        assert self.process
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()  # else the tests after this one would share the machine with it, and be blamed for it
            raise
        finally:
            self._close_output()

    def _close_output(self) -> None:
        if self.process and self.process.stdout:
            self.process.stdout.close()


class Browser:
    """Signs in by a personal link and keeps the cookie."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.server.url + path, timeout=20) as answer:
            return str(answer.read().decode())

    def status(self, path: str) -> int:
        try:
            with self.opener.open(self.server.url + path, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return int(error.code)

    def token(self, page: str) -> str:
        """The CSRF token of a page's form."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page))
        assert found, f"{page} has no form"
        return found[1]

    def post(self, path: str, page: str, **form: str) -> str:
        body = urlencode({**form, "csrf_token": self.token(page)}).encode()
        asked = urllib.request.Request(self.server.url + path, body, {"Origin": self.server.url})
        with self.opener.open(asked, timeout=20) as answer:
            return str(answer.read().decode())

    def come_in(self, link: str) -> "Browser":
        path = "/" + link.split("/", 3)[3]
        self.post(path, path)
        return self

    def me(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/api/v1/me")))

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)


@dataclass
class Frame:
    """One event as it arrived."""

    event: str
    data: Any
    at: float


@dataclass
class SeatClient:
    """One open tab: a Socket.IO client that keeps all it hears."""

    name: str
    server: Server
    cookie: str
    room: str
    namespace: ClassVar[str] = "/room"
    names: ClassVar[str] = "room"  # what `auth` calls the place
    first: ClassVar[str] = "mine:view"  # the last of what comes after a connect
    headers: dict[str, str] = field(default_factory=dict)  # of the handshake, beside the cookie
    frames: list[Frame] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.options: dict[str, Any] = {"origin": self.server.url}  # read when connecting
        self.io = socketio.Client(reconnection=False, websocket_extra_options=self.options)
        self.heard = threading.Condition()
        self.io.on("*", self._hear, namespace=self.namespace)
        self.io.on("connect_error", self._refused, namespace=self.namespace)
        self.refusal: Any = None

    def _hear(self, event: str, *args: Any) -> None:
        with self.heard:
            self.frames.append(Frame(event, args[0] if args else None, time.monotonic()))
            self.heard.notify_all()

    def _refused(self, data: Any) -> None:
        self.refusal = data

    def connect(self, *, origin: str | None = None, timeout: float = 10) -> "SeatClient":
        self.options["origin"] = origin or self.server.url
        self.io.connect(
            self.server.url,
            headers={"Cookie": self.cookie, **self.headers},
            auth={self.names: self.room},
            namespaces=[self.namespace],
            transports=["websocket"],
            wait_timeout=timeout,
        )
        self.wait(lambda: self.last(self.first) is not None, timeout)
        return self

    def close(self) -> None:
        if self.io.connected:
            self.io.disconnect()

    def do(self, action: str, action_id: str | None = None, timeout: float = 10, **fields: Any) -> dict[str, Any]:
        """Sends an action and returns its acknowledgement."""
        payload = {"action_id": action_id or str(uuid4()), **fields}
        answer = self.io.call(action, payload, namespace=self.namespace, timeout=timeout)
        self.answers.append(answer)
        return dict(answer)

    def ok(self, action: str, **fields: Any) -> dict[str, Any]:
        answer = self.do(action, **fields)
        assert answer["ok"], (self.name, action, answer)
        return answer

    def all(self, event: str) -> list[Any]:
        return [frame.data for frame in list(self.frames) if frame.event == event]

    def last(self, event: str) -> Any:
        return next((frame.data for frame in reversed(list(self.frames)) if frame.event == event), None)

    @property
    def view(self) -> dict[str, Any]:
        """The newest view, as a client that drops older ones would show."""
        return dict(max(reversed(self.all("room:view")), key=lambda view: view["version"]))

    @property
    def mine(self) -> dict[str, Any]:
        return dict(max(reversed(self.all("mine:view")), key=lambda view: view["version"]))

    def wait(self, until: Callable[[], bool], timeout: float = 10) -> None:
        """Waits until it is so; fails with what was heard."""
        end = time.monotonic() + timeout
        with self.heard:
            while not until():
                left = end - time.monotonic()
                if left <= 0:
                    heard = [frame.event for frame in self.frames[-12:]]
                    raise AssertionError(f"{self.name} waited in vain; last heard {heard}")
                self.heard.wait(min(left, 0.1))

    def wait_phase(self, phase: str, timeout: float = 10) -> None:
        self.wait(lambda: self.view["phase"] == phase, timeout)
