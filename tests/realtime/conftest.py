"""A course in a database, a server on it, and someone at each seat."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.realtime.served import Browser, SeatClient, Server

from pallpractice.services import people, seating
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store


class House:
    """A served course: who comes in, and from where."""

    def __init__(self, server: Server, links: dict[str, str], room: str, store: Store, course: Any) -> None:
        self.server, self.links, self.room, self.store, self.course = server, links, room, store, course
        self.browsers: dict[str, Browser] = {}
        self.clients: list[SeatClient] = []

    def browser(self, name: str) -> Browser:
        if name not in self.browsers:
            self.browsers[name] = Browser(self.server).come_in(self.links[name])
        return self.browsers[name]

    def client(self, name: str, room: str | None = None) -> SeatClient:
        client = SeatClient(name, self.server, self.browser(name).cookie, room or self.room)
        self.clients.append(client)
        return client

    def join(self, *names: str) -> dict[str, SeatClient]:
        return {name: self.client(name).connect() for name in names}

    def close(self) -> None:
        for client in self.clients:
            client.close()


def open_house(server: Server, store: Store, course: Any) -> House:
    """Places the course's people, gives each a link, and starts the server."""
    store.clock = lambda: datetime.now(UTC)
    store.change(lambda uow: seating.place(uow, course.course))
    issued = store.change(people.issue_links, course.course, server.url, 14)
    links = {link.name: link.url for link in issued}
    with store.read() as uow:
        room = uow.session.query(Room).one().id
    server.start()
    return House(server, links, room, store, course)


@pytest.fixture(params=["eventlet", "threading"])
def mode(request: pytest.FixtureRequest) -> str:
    """Both ways of serving keep the same promises."""
    return str(request.param)


@pytest.fixture
def house(store: Store, course: Any, tmp_path: Path, mode: str) -> Iterator[House]:
    server = Server(store.url, tmp_path / "server.log", ASYNC_MODE=mode)
    house = open_house(server, store, course)
    yield house
    house.close()
    server.stop()
    log = (tmp_path / "server.log").read_text()
    assert "Traceback" not in log, log[-4000:]


@pytest.fixture
def eventlet_house(store: Store, course: Any, tmp_path: Path) -> Iterator[House]:
    server = Server(store.url, tmp_path / "server.log")
    house = open_house(server, store, course)
    yield house
    house.close()
    server.stop()


Open = Callable[..., House]
