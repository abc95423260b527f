"""Who is connected to which room: the memory of one process, gone with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from ..library.languages import ENGLISH
from . import NAMESPACE


@dataclass(slots=True)
class Connection:
    """One open socket. Its rights are those of `person` in `room`, read anew for every action and every view.

    On a board, `room` is the session that is looked at.
    """

    sid: str
    eio_sid: str
    person: str
    room: str
    joined: bool = False  # it has been told that it is connected, and gets views
    namespace: str = NAMESPACE
    language: str = ENGLISH  # its person's, when it was opened

    @property
    def channels(self) -> tuple[str, ...]:
        """The only two it ever listens to: what all of its room may hear, and its person's. A board has none.

        There is none for a seat: people change seats, and a socket that leaves one a moment late has heard too much.
        """
        if self.namespace != NAMESPACE:
            return ()
        return room_channel(self.room), person_channel(self.room, self.person)


def room_channel(room: str) -> str:
    return f"{room}:everyone"


def person_channel(room: str, person: str) -> str:
    return f"{room}:person:{person}"


class Connections:
    """All open sockets of this process, by id and by room."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._by_room: dict[str, dict[str, Connection]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._by_sid)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_sid.values()))

    def get(self, sid: str) -> Connection | None:
        return self._by_sid.get(sid)

    def add(self, connection: Connection) -> bool:
        """Keeps it; True when this person was not in the room before."""
        with self._lock:
            new = connection.person not in self._present(connection.room)
            self._by_sid[connection.sid] = connection
            self._by_room.setdefault(connection.room, {})[connection.sid] = connection
            return new

    def remove(self, sid: str) -> tuple[Connection, bool] | None:
        """Forgets it; with it, whether that was the person's last one in the room. None when there was none."""
        with self._lock:
            connection = self._by_sid.pop(sid, None)
            if connection is None:
                return None
            here = self._by_room.get(connection.room, {})
            here.pop(sid, None)
            if not here:
                self._by_room.pop(connection.room, None)
            return connection, connection.person not in self._present(connection.room)

    def in_room(self, room: str) -> list[Connection]:
        return list(self._by_room.get(room, {}).values())

    def of_person(self, person: str, room: str | None = None) -> list[Connection]:
        """A person's sockets in one room or in all, oldest first."""
        among = self.in_room(room) if room else list(self)
        return [connection for connection in among if connection.person == person]

    def present(self, room: str) -> set[str]:
        """Who is in the room now."""
        return set(self._present(room))

    def _present(self, room: str) -> set[str]:
        return {connection.person for connection in list(self._by_room.get(room, {}).values())}
