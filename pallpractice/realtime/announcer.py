"""Says after a commit what has happened: each event to its audience's channels, and whole views to seats."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from socketio import Server

from ..domain.errors import Refusal
from ..domain.events import Audience, Event, PersonMoved, RightsLost, RoomChanged
from ..domain.roles import Seat
from ..domain.text import said
from ..library import languages
from ..library.shelf import Library
from ..services import access, views
from ..storage import live
from ..storage.unit_of_work import Store, UnitOfWork
from . import NAMESPACE
from .connections import Connection, Connections, person_channel, room_channel
from .wire import encoded

log = logging.getLogger(__name__)


def channels(event: Any) -> list[str]:
    """The channels of a small message's audience."""
    if event.audience is Audience.ROOM:
        return [room_channel(event.room_id)]
    if event.audience is Audience.PERSON:
        return [person_channel(event.room_id, event.person)]
    if event.audience is Audience.COACH_AND_AUTHOR:
        return [person_channel(event.room_id, one) for one in dict.fromkeys((*event.hearers, event.person))]
    if event.audience is Audience.COACH_AND_PATIENTS:
        return [person_channel(event.room_id, one) for one in event.hearers]
    raise TypeError(f"{type(event).__name__} is not a message")


def _spoken(view: Mapping[str, Any], language: str) -> Any:
    """A view, encoded in its reader's language."""
    return encoded(said(view, languages.language(language)))


@dataclass(slots=True)
class Turn:
    """Who speaks to a room: one at a time, from reading the rows to the last word about them.

    So no view overtakes a newer one, nobody is shown what their seat was a moment ago, and a small message comes after
    the view that does not hold it yet. Messages wait here; nobody waits for them.
    """

    lock: Lock = field(default_factory=Lock)
    waiting: deque[tuple[str, Any, list[str]]] = field(default_factory=deque)


class Announcer:
    """The store calls it with the events of each commit."""

    def __init__(
        self, server: Server, store: Store, library: Library, connections: Connections, meeting_url: str = ""
    ) -> None:
        self.server = server
        self.store = store
        self.library = library
        self.connections = connections
        self.meeting_url = meeting_url
        self.watch: Callable[[str], None] = lambda room_id: None  # hears of every room that has changed
        self._dirty: set[str] = set()
        self._refreshing: set[str] = set()
        self._turns: dict[str, Turn] = {}
        self._lock = Lock()

    def __call__(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case RoomChanged():
                    self.room_changed(event.room_id)
                case RightsLost():
                    for connection in self.connections.of_person(event.person, event.room_id):
                        self.end(connection, event.reason)
                case PersonMoved():
                    for connection in self.connections.of_person(event.person, event.room_id):
                        self.tell(connection, "room:moved", {"room": event.to_room, "url": f"/rooms/{event.to_room}"})
                        self.end(connection, "moved")
                case _:
                    self.say(event)

    def say(self, event: Any) -> None:
        """A small message, encoded once, to its audience."""
        self._say(event.room_id, event.name, event.data, channels(event))

    def present(self, room_id: str, person: str, here: bool) -> None:
        """Tells everyone in the room that someone came or went."""
        self._say(room_id, "presence:changed", {"person": person, "present": here}, [room_channel(room_id)])
        self.watch(room_id)

    def _say(self, room_id: str, event: str, data: Mapping[str, Any], to: list[str]) -> None:
        turn = self._turn(room_id)
        turn.waiting.append((event, encoded(data), to))
        self._say_waiting(turn)

    def _say_waiting(self, turn: Turn) -> None:
        """Says what waits, unless someone speaks: then they will, when they have finished."""
        while turn.waiting and turn.lock.acquire(blocking=False):
            try:
                while turn.waiting:
                    event, data, to = turn.waiting.popleft()
                    self.server.emit(event, data, room=to, namespace=NAMESPACE)
            finally:
                turn.lock.release()

    def _turn(self, room_id: str) -> Turn:
        with self._lock:
            return self._turns.setdefault(room_id, Turn())

    def tell(self, connection: Connection, event: str, data: Mapping[str, Any]) -> None:
        self.server.emit(event, encoded(data), room=connection.sid, namespace=connection.namespace)

    def end(self, connection: Connection, reason: str) -> None:
        """Says why, and closes the socket. It hears nothing more from then on."""
        for channel in connection.channels:
            self.server.leave_room(connection.sid, channel, namespace=connection.namespace)
        self.tell(connection, "session:ended", {"reason": reason})
        self.server.disconnect(connection.sid, namespace=connection.namespace)
        socket = self.server.eio.sockets.get(connection.eio_sid)
        if socket is not None:
            socket.close(wait=False, reason="server disconnect")

    def room_changed(self, room_id: str) -> None:
        """Every seat its view anew, soon: several changes at once make one refresh, and never two at a time."""
        self.watch(room_id)
        with self._lock:
            self._dirty.add(room_id)
            if room_id in self._refreshing:
                return
            self._refreshing.add(room_id)
        self.server.start_background_task(self._refresh_until_clean, room_id)

    def _refresh_until_clean(self, room_id: str) -> None:
        while True:
            with self._lock:
                if room_id not in self._dirty:
                    self._refreshing.discard(room_id)
                    return
                self._dirty.discard(room_id)
            try:
                self.refresh(room_id)
            except Refusal as refusal:
                log.warning("a room could not be shown: %s", refusal.message)
            except Exception:
                log.exception("a room could not be shown")

    def refresh(self, room_id: str, only: Connection | None = None) -> None:
        """Sends views: to every socket of the room, or to the `only` one that has just come."""
        turn = self._turn(room_id)
        try:
            with turn.lock:
                if only:
                    only.joined = True
                self._show(
                    room_id, [only] if only else [one for one in self.connections.in_room(room_id) if one.joined]
                )
        finally:
            self._say_waiting(turn)

    def _show(self, room_id: str, here: Sequence[Connection]) -> None:
        """To each socket the view of the seat its person has in the very rows the view is made of."""
        if not here:
            return
        seated: dict[tuple[Seat, str], list[str]] = {}
        own: dict[str, Any] = {}
        with self.store.read() as uow:
            record = live.load(uow.session, room_id)
            contents = self._read(uow, record) if record else None
            sitting = access.seats(uow, record, {one.person for one in here}) if record else {}
            for one in here:
                seat = sitting.get(one.person)
                if seat is not None and contents is not None:
                    seated.setdefault((seat, one.language), []).append(one.sid)
                    own[one.sid] = _spoken(views.mine_view(contents, one.person, seat), one.language)
            views_of = (
                {seat: views.room_view(contents, seat) for seat in {one for one, _ in seated}} if contents else {}
            )
        for one in here:
            if one.sid not in own:
                self.end(one, "removed")
        for (seat, language), sids in seated.items():
            self._emit("room:view", _spoken(views_of[seat], language), sids)
        for sid, mine in own.items():
            self._emit("mine:view", mine, [sid])

    def _read(self, uow: UnitOfWork, record: live.Record) -> views.Contents:
        present = self.connections.present(record.room.id)
        return views.read(uow, self.library, record, present, meeting_url=self.meeting_url)

    def _emit(self, event: str, data: Any, to: Iterable[str]) -> None:
        """To sockets by their own ids: no channel, so none that someone is still in or not yet."""
        self.server.emit(event, data, room=list(to), namespace=NAMESPACE)
