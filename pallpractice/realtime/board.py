"""The board's namespace: views of a session's rooms out, the rooms' own actions in. PROTOCOL.md is the contract."""

import logging
import time
from collections.abc import Sequence
from functools import partial
from itertools import count
from threading import Lock
from typing import Any
from uuid import UUID, uuid5

from ..domain.errors import Invalid, NotFound, RateLimited, Refusal, Unavailable
from ..domain.roles import Role
from ..domain.room import Act, Action
from ..domain.text import Language, said, text
from ..library import languages
from ..schemas import board as schemas
from ..services import access, hot
from ..services.board import organising, overview
from ..services.journal import Answer
from . import BOARD
from .connections import Connection
from .gateway import FAILED, Gateway, Hall
from .wire import encoded, refused

BETWEEN_VIEWS_S = 0.5
LOOK_AGAIN_S = 15.0  # time passes too: someone becomes late without anything happening

log = logging.getLogger(__name__)


class Boards:
    """One per process, beside the gateway, whose door, limits and connections it shares."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.server, self.store, self.library = gateway.server, gateway.store, gateway.library
        # It rises with each view, over a restart too.
        self._count = count(int(time.time() * 1000))
        self._session_of: dict[str, str] = {}  # room -> session
        self._watched: set[str] = set()
        self._dirty: set[str] = set()
        self._refreshing: set[str] = set()
        self._turns: dict[str, Lock] = {}
        self._lock = Lock()
        hall = Hall(BOARD, "session", access.board, self.welcome)
        on = partial(self.server.on, namespace=BOARD)
        on("connect", partial(gateway.connect, hall=hall))
        on("disconnect", gateway.disconnect)
        on("clock:ping", gateway.ping)
        for event in schemas.ASKED:
            on(event, partial(self.act, event))
        on("*", gateway.unknown)
        gateway.announcer.watch = self.room_changed

    # Views

    def welcome(self, connection: Connection, new: bool) -> None:
        """Runs once the connect has been answered."""
        if not self.gateway.answered(connection):
            self.gateway.disconnect(connection.sid)
            return
        with self._lock:
            first = connection.room not in self._watched
            self._watched.add(connection.room)
        try:
            self.refresh(connection.room, only=connection)
        except Exception:
            log.exception("a board could not be shown")
            self.gateway.announcer.end(connection, "stopping")
        if first:
            self.server.start_background_task(self._look_again, connection.room)

    def _look_again(self, session_id: str) -> None:
        """As long as someone looks."""
        while self._is_watched(session_id):
            self.changed(session_id)
            self.server.sleep(LOOK_AGAIN_S)

    def _is_watched(self, session_id: str) -> bool:
        """Asked under the lock that a newcomer waits for: who comes just now is either seen here, or begins anew."""
        with self._lock:
            if self.gateway.connections.in_room(session_id):
                return True
            self._watched.discard(session_id)
            return False

    def room_changed(self, room_id: str) -> None:
        """Something was committed in the room, or someone came or went: whoever looks at its session sees it soon."""
        session = self._session_of.get(room_id)
        for session_id in [session] if session else list(self._watched):
            if session_id in self._watched:
                self.changed(session_id)

    def changed(self, session_id: str) -> None:
        """The board anew, at once if it was quiet; else with all that comes within half a second."""
        with self._lock:
            self._dirty.add(session_id)
            if session_id in self._refreshing:
                return
            self._refreshing.add(session_id)
        self.server.start_background_task(self._refresh_until_clean, session_id)

    def _refresh_until_clean(self, session_id: str) -> None:
        while True:
            with self._lock:
                if session_id not in self._dirty:
                    self._refreshing.discard(session_id)
                    return
                self._dirty.discard(session_id)
            try:
                self.refresh(session_id)
            except Refusal as refusal:
                log.warning("a board could not be shown: %s", refusal.message)
            except Exception:
                log.exception("a board could not be shown")
            self.server.sleep(BETWEEN_VIEWS_S)

    def refresh(self, session_id: str, only: Connection | None = None) -> None:
        """Sends views: to everyone who looks at this session, or to the `only` one that has just come."""
        with self._lock:
            turn = self._turns.setdefault(session_id, Lock())
        with turn:
            if only:
                only.joined = True
            here = [only] if only else [one for one in self.gateway.connections.in_room(session_id) if one.joined]
            if here:
                self._show(session_id, here)

    def _show(self, session_id: str, here: Sequence[Connection]) -> None:
        """Each role its own view, built once, in each of its languages. Who may not look any more is told so."""
        with self.store.read() as uow:
            session = access.session(uow, session_id)
            roles = access.board_roles(uow, session.course_id, {one.person for one in here})
            contents = overview.read(uow, self.library, session, self.gateway.connections.present)
            self._session_of.update((record.room.id, session_id) for record in contents.records)
            spoken = {(roles[one.person], one.language) for one in here if one.person in roles}
            shown = {role: self._view(contents, role) for role in set(roles.values())}
            views = {(role, code): encoded(said(shown[role], languages.language(code))) for role, code in spoken}
        for one in here:
            role = roles.get(one.person)
            if role is None:
                self.gateway.announcer.end(one, "removed")
            else:
                self.server.emit("board:view", views[role, one.language], room=one.sid, namespace=BOARD)

    def _view(self, contents: overview.Contents, role: Role) -> dict[str, Any]:
        return {"count": next(self._count), **overview.view(contents, role)}

    # Actions

    def act(self, event: str, sid: str, *args: Any) -> dict[str, Any]:
        """Every event's handler: always an answer."""
        try:
            return self._act(event, self.gateway.connection(sid), args)
        except Refusal as refusal:
            return refused(refusal, self.gateway.language_of(sid))
        except Exception:
            log.exception("%s failed on the board", event)
            return refused(Unavailable(FAILED), self.gateway.language_of(sid))

    def _act(self, event: str, connection: Connection, args: tuple[Any, ...]) -> dict[str, Any]:
        if self.gateway.guard.hurried(connection.eio_sid):
            raise RateLimited(text("Too many at once. Wait a moment, then send this again."))
        if connection.namespace != BOARD:
            raise NotFound(text("This socket is for a room."))
        if len(args) != 1:
            raise Invalid(text("Send one object with the action's fields."))
        action, action_id, fields = schemas.read(event, args[0])
        if "rooms" in fields:
            return self._in_rooms(connection, action, action_id, fields)
        room, fields = self._in_room(connection, action, fields)
        return self._one(connection, room, Act(action, connection.person, fields), action_id)

    def _in_room(self, connection: Connection, action: Action, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The room it is done in, and the fields it has there."""
        if action is Action.PERSON_MOVE:
            room = fields.get("from_") or self._room_of(connection, fields["person"])
            return room, {"person": fields["person"], "room": fields["to"]}
        where = "to" if action is Action.PERSON_PLACE else "room"
        return fields[where], {name: value for name, value in fields.items() if name != where}

    def _room_of(self, connection: Connection, person: str) -> str:
        with self.store.read() as uow:
            access.board(uow, connection.room, connection.person)
            return organising.room_of(uow, connection.room, person)

    def _one(self, connection: Connection, room: str, asked: Act, action_id: str) -> Answer:
        return self.store.change(organising.act, self.library, connection.room, room, asked, action_id)

    def _in_rooms(
        self, connection: Connection, action: Action, action_id: str, fields: dict[str, Any]
    ) -> dict[str, Any]:
        """The same in many rooms, each on its own: what one can't do keeps none of the others from it."""
        with self.store.read() as uow:
            rooms = organising.rooms(uow, connection.room, connection.person, fields.pop("rooms"))
        if not rooms:
            raise Invalid(text("There are no rooms yet."))
        self.gateway.guard.charge(connection.eio_sid, len(rooms))
        asked = Act(action, connection.person, fields)
        # Sent again, each room knows its own id again.
        ids = {room: str(uuid5(UUID(action_id), room)) for room in rooms}
        if action in hot.HOT:
            jobs = [hot.Job(room, asked, ids[room]) for room in rooms]
            outcomes = dict(zip(rooms, self.gateway.writer.submit_all(jobs), strict=True))
        else:
            outcomes = {room: self._try(connection, room, asked, ids[room]) for room in rooms}
        return _summed_up(outcomes, languages.language(connection.language))

    def _try(self, connection: Connection, room: str, asked: Act, action_id: str) -> Answer | Refusal:
        try:
            if asked.action is Action.ROUND_START:
                present = self.gateway.connections.present
                return self.store.change(
                    organising.start, self.library, connection.room, room, asked, action_id, present
                )
            return self._one(connection, room, asked, action_id)
        except Refusal as refusal:
            return refusal


def _summed_up(outcomes: dict[str, Answer | Refusal], language: Language | None) -> dict[str, Any]:
    """Done where it could be; refused only when that was nowhere, and even then each room says why."""
    refusals = {room: one for room, one in outcomes.items() if isinstance(one, Refusal)}
    done = {room: one for room, one in outcomes.items() if not isinstance(one, Refusal)}
    told = [{"room": room, "code": one.code, "message": said(one.message, language)} for room, one in refusals.items()]
    if not done:
        return {**refused(next(iter(refusals.values())), language), "refused": told}
    return {"ok": True, "at": max(one["at"] for one in done.values()), "done": list(done), "refused": told}
