"""Says after a commit what has happened: each event to its audience's channels, and whole views to seats."""

import logging
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from socketio import Server

from ..domain.errors import Refusal
from ..domain.events import Audience, Event, PersonMoved, RightsLost, RoomChanged
from ..domain.roles import EVERYONE, Seat
from ..library.shelf import Library
from ..services import access, views
from ..storage import live
from ..storage.unit_of_work import Store
from . import NAMESPACE
from .connections import Connection, Connections, person_channel, seat_channel
from .wire import encoded

log = logging.getLogger(__name__)


def channels(event: Any) -> tuple[str, ...]:
    """The channels of a small message's audience."""
    if event.audience is Audience.PERSON:
        return (person_channel(event.room_id, event.person),)
    if event.audience is Audience.COACH_AND_AUTHOR:
        return (seat_channel(event.room_id, Seat.COACH), person_channel(event.room_id, event.person))
    if event.audience is Audience.COACH_AND_PATIENTS:
        return (seat_channel(event.room_id, Seat.COACH), seat_channel(event.room_id, Seat.PATIENT))
    if event.audience is Audience.ROOM:
        return tuple(seat_channel(event.room_id, seat) for seat in EVERYONE)
    raise TypeError(f"{type(event).__name__} is not a message")


class Announcer:
    """The store calls it with the events of each commit."""

    def __init__(self, server: Server, store: Store, library: Library, connections: Connections) -> None:
        self.server = server
        self.store = store
        self.library = library
        self.connections = connections
        self._dirty: set[str] = set()
        self._refreshing: set[str] = set()
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
        """A small message, encoded once, to each of its channels."""
        data = encoded(event.data)
        for channel in channels(event):
            self.server.emit(event.name, data, room=channel, namespace=NAMESPACE)

    def present(self, room_id: str, person: str, here: bool) -> None:
        """Tells everyone in the room that someone came or went."""
        data = encoded({"person": person, "present": here})
        for seat in EVERYONE:
            self.server.emit("presence:changed", data, room=seat_channel(room_id, seat), namespace=NAMESPACE)

    def tell(self, connection: Connection, event: str, data: Mapping[str, Any]) -> None:
        self.server.emit(event, encoded(data), room=connection.sid, namespace=NAMESPACE)

    def end(self, connection: Connection, reason: str) -> None:
        """Says why, and closes the socket. It hears nothing more from then on."""
        for channel in connection.channels:
            self.server.leave_room(connection.sid, channel, namespace=NAMESPACE)
        self.tell(connection, "session:ended", {"reason": reason})
        self.server.disconnect(connection.sid, namespace=NAMESPACE)
        socket = self.server.eio.sockets.get(connection.eio_sid)
        if socket is not None:
            socket.close(wait=False, reason="server disconnect")

    def room_changed(self, room_id: str) -> None:
        """Every seat its view anew, soon: several changes at once make one refresh, and never two at a time."""
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
        here = [only] if only else self.connections.in_room(room_id)
        if not here:
            return
        with self.store.read() as uow:
            record = live.load(uow.session, room_id)
            seats = {one.sid: access.seat_in(uow, record, one.person) if record else None for one in here}
            staying = [one for one in here if seats[one.sid] is not None]
            if record and staying:
                contents = views.read(uow, self.library, record, self.connections.present(room_id))
                by_seat = {seat: encoded(views.room_view(contents, seat)) for seat in set(seats.values()) if seat}
                own = {
                    one.sid: encoded(views.mine_view(contents, one.person, seats[one.sid] or one.seat))
                    for one in staying
                }
        for one in here:
            if seats[one.sid] is None:
                self.end(one, "removed")
        for one in staying:
            self._reseat(one, seats[one.sid])
        if only:
            for one in staying:
                self.server.emit("room:view", by_seat[one.seat], room=one.sid, namespace=NAMESPACE)
        else:
            for seat, view in by_seat.items():
                self.server.emit("room:view", view, room=seat_channel(room_id, seat), namespace=NAMESPACE)
        for one in staying:
            self.server.emit("mine:view", own[one.sid], room=one.sid, namespace=NAMESPACE)

    def _reseat(self, connection: Connection, seat: Seat | None) -> None:
        """Moves a socket to its new seat's channel before anything is said to either."""
        gone = self.connections.get(connection.sid) is None
        if gone or seat is None or seat == connection.seat:
            return
        self.server.leave_room(connection.sid, seat_channel(connection.room, connection.seat), namespace=NAMESPACE)
        connection.seat = seat
        self.server.enter_room(connection.sid, seat_channel(connection.room, seat), namespace=NAMESPACE)
