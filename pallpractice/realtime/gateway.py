"""The gateway: who may connect, and one way for every action from packet to acknowledgement."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from socketio import Server
from socketio.exceptions import ConnectionRefusedError

from ..domain.errors import Invalid, NotFound, RateLimited, Refusal, Unavailable
from ..domain.room import Act, Action
from ..domain.text import Language, Text, said, text
from ..library import languages
from ..library.languages import ENGLISH
from ..library.shelf import Library
from ..schemas import actions
from ..services import access, hot, rounds
from ..services.journal import stamp
from ..storage.unit_of_work import Store, UnitOfWork
from . import NAMESPACE
from .announcer import Announcer
from .connections import Connection, Connections
from .guard import Guard
from .wire import refused
from .writer import Writer

log = logging.getLogger(__name__)

SIGN_IN = text("Sign in first.")
FAILED = text("Something went wrong here. Try again.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose session cookie a handshake carries, if anyone's, and the language their pages are in."""

    person: str | None
    language: str = ENGLISH


Identify = Callable[[dict[str, Any]], Asker]
EVENTS = frozenset({*Action, "clock:ping"})


@dataclass(frozen=True, slots=True)
class Hall:
    """What one may connect to: which namespace, what its `auth` names, who may, and what follows.

    `check` raises NotFound for whoever has no business there. `welcome` hears whether the person was not there before.
    """

    namespace: str
    names: str
    check: Callable[[UnitOfWork, str, str], object]
    welcome: Callable[[Connection, bool], None]


class Gateway:
    """One per process. `identify` tells who a handshake is from."""

    def __init__(
        self,
        server: Server,
        *,
        store: Store,
        library: Library,
        identify: Identify,
        most_sockets: int,
        most_per_person: int,
        meeting_url: str = "",
    ) -> None:
        self.server = server
        self.store = store
        self.library = library
        self.identify = identify
        self.most_sockets = most_sockets
        self.most_per_person = most_per_person
        self.stopping = False
        self.connections = Connections()
        self.announcer = Announcer(server, store, library, self.connections, meeting_url)
        self.writer = Writer(store, library)
        self.guard = Guard(server, pause=partial(server.sleep, 0))
        self.hall = Hall(NAMESPACE, "room", access.check, self._welcome)
        server.on("connect", self.connect, namespace=NAMESPACE)
        server.on("disconnect", self.disconnect, namespace=NAMESPACE)
        server.on("clock:ping", self.ping, namespace=NAMESPACE)
        for action in Action:
            server.on(action, partial(self.act, action), namespace=NAMESPACE)
        server.on("*", self.unknown, namespace=NAMESPACE)

    def full(self) -> bool:
        return self.stopping or len(self.connections) >= self.most_sockets

    # Coming and going

    def connect(self, sid: str, environ: dict[str, Any], auth: Any = None, *, hall: Hall | None = None) -> None:
        """Lets a person with a place in the room in. Raises ConnectionRefusedError with code and message."""
        hall = hall or self.hall
        language = None
        try:
            asker = self.identify(environ)
            language = languages.language(asker.language)
            if asker.person is None:
                raise _closed("not_signed_in", said(SIGN_IN, language))
            connection = self._admit(hall, sid, asker.person, asker.language, auth)
        except Refusal as refusal:
            raise _closed(refusal.code, said(refusal.message, language)) from None
        except ConnectionRefusedError:
            raise
        except Exception:
            log.exception("a connect failed")
            raise _closed("unavailable", said(FAILED, language)) from None
        self._make_room(connection)
        new = self.connections.add(connection)
        self.server.start_background_task(hall.welcome, connection, new)

    def _admit(self, hall: Hall, sid: str, person: str, language: str, auth: Any) -> Connection:
        if self.full():
            raise Unavailable(text("The server is full or stopping. Try again in a moment."))
        where = auth.get(hall.names) if isinstance(auth, dict) else None
        if not isinstance(where, str) or len(where) > 80:
            raise Invalid(Text(f'Connect with auth {{"{hall.names}": "<{hall.names} id>"}}.'))
        with self.store.read() as uow:
            hall.check(uow, where, person)
        eio_sid = self.server.manager.eio_sid_from_sid(sid, hall.namespace)
        return Connection(sid, eio_sid, person, where, namespace=hall.namespace, language=language)

    def _make_room(self, connection: Connection) -> None:
        """A person's oldest socket makes way when they have too many: it is most likely a dead one."""
        others = self.connections.of_person(connection.person)
        for oldest in others[: max(0, len(others) + 1 - self.most_per_person)]:
            self.announcer.end(oldest, "replaced")

    def _welcome(self, connection: Connection, new: bool) -> None:
        """Runs once the connect has been answered: only then are a socket's channels and views for it."""
        if not self.answered(connection):
            self.disconnect(connection.sid)
            return
        for channel in connection.channels:
            self.server.enter_room(connection.sid, channel, namespace=NAMESPACE)
        if new:
            self.announcer.present(connection.room, connection.person, here=True)
        try:
            self.announcer.refresh(connection.room, only=connection)
        except Exception:
            log.exception("a room could not be shown")
            self.announcer.end(connection, "stopping")

    def answered(self, connection: Connection) -> bool:
        """Waits until the client has been told it is connected; False if it has gone before that."""
        for _ in range(400):
            if self.server.manager.is_connected(connection.sid, connection.namespace):
                return True
            if connection.eio_sid not in self.server.eio.sockets:
                return False
            self.server.sleep(0.005)
        return False

    def disconnect(self, sid: str, reason: str | None = None) -> None:
        gone = self.connections.remove(sid)
        if gone is None:
            return
        connection, last = gone
        if last and not self.stopping and connection.namespace == NAMESPACE:
            self.announcer.present(connection.room, connection.person, here=False)

    # Actions

    def act(self, action: Action, sid: str, *args: Any) -> dict[str, Any]:
        """Every action's handler: always an answer."""
        try:
            return self._act(action, self.connection(sid), args)
        except Refusal as refusal:
            return refused(refusal, self.language_of(sid))
        except Exception:
            log.exception("%s failed", action)
            return refused(Unavailable(FAILED), self.language_of(sid))

    def _act(self, action: Action, connection: Connection, args: tuple[Any, ...]) -> dict[str, Any]:
        if self.guard.hurried(connection.eio_sid):
            raise RateLimited(text("Too many at once. Wait a moment, then send this again."))
        if len(args) != 1:
            raise Invalid(text("Send one object with the action's fields."))
        action_id, meant_for, fields = actions.read(action, args[0])
        asked = Act(action, connection.person, fields, meant_for)
        if action in hot.HOT:
            return self.writer.submit(hot.Job(connection.room, asked, action_id))
        return self.store.change(rounds.act, self.library, connection.room, asked, action_id)

    def ping(self, sid: str, *args: Any) -> dict[str, Any]:
        payload = args[0] if args and isinstance(args[0], dict) else {}
        sent = payload.get("t")
        return {"t": sent if isinstance(sent, int | float) else None, "now": stamp(datetime.now(UTC))}

    def unknown(self, event: str, sid: str, *args: Any) -> dict[str, Any]:
        return refused(Invalid(text("There is no such action.")), self.language_of(sid))

    def language_of(self, sid: str) -> Language | None:
        """In which the one behind a socket is told why not; None is English."""
        connection = self.connections.get(sid)
        return languages.language(connection.language) if connection else None

    def connection(self, sid: str) -> Connection:
        connection = self.connections.get(sid)
        if connection is None:
            raise NotFound(text("This socket has been closed, or is not ready yet."))
        return connection


def _closed(code: str, message: str) -> ConnectionRefusedError:
    return ConnectionRefusedError(message, {"code": code, "message": message})
