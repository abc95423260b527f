"""A course in a database, a server on it, and someone at each seat."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pallpractice.domain.roles import Role
from pallpractice.services import people, seating
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.realtime.line import Line
from tests.realtime.served import Browser, SeatClient, Server


class House:
    """A served course: who comes in, and from where."""

    def __init__(self, server: Server, links: dict[str, str], room: str, store: Store, course: Any) -> None:
        self.server, self.links, self.room, self.store, self.course = server, links, room, store, course
        self.browsers: dict[str, Browser] = {}
        self.clients: list[SeatClient] = []
        self.lines: list[Line] = []

    def browser(self, name: str) -> Browser:
        if name not in self.browsers:
            self.browsers[name] = Browser(self.server).come_in(self.links[name])
        return self.browsers[name]

    def client(self, name: str, room: str | None = None) -> SeatClient:
        client = SeatClient(name, self.server, self.browser(name).cookie, room or self.room)
        self.clients.append(client)
        return client

    def line(self, name: str, room: str | None = None) -> Line:
        """A bare line in someone's name."""
        line = Line(self.server, self.browser(name).cookie, room or self.room)
        self.lines.append(line)
        return line

    def join(self, *names: str) -> dict[str, SeatClient]:
        return {name: self.client(name).connect() for name in names}

    def encounter(self) -> None:
        """Takes the room from the lobby into the encounter."""
        cleo = self.client("Cleo").connect()
        cleo.ok("round:start")
        cleo.ok("encounter:begin")
        cleo.close()

    @property
    def log(self) -> str:
        return self.server.log.read_text()

    def close(self) -> None:
        for open_one in (*self.clients, *self.lines):
            open_one.close()


def open_house(server: Server, store: Store, course: Any) -> House:
    """Places the course's people, gives each a link, and starts the server."""
    store.clock = lambda: datetime.now(UTC)
    store.change(lambda uow: seating.place(uow, course.course))
    issued = store.change(people.issue_links, course.course, server.url, 14)
    links = {link.name: link.url for link in issued}
    with store.read() as uow:
        room = uow.session.query(Room).filter_by(group_id=course.group.id, session_id=course.session.id).one().id
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
    print(house.log[-4000:])  # pytest shows it when the test fails
    assert "Traceback" not in house.log


@pytest.fixture
def opened(store: Store, course: Any, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """`opened(**options)`: a house whose server is started with these options."""
    houses: list[House] = []

    def open_with(**options: Any) -> House:
        house = open_house(Server(store.url, tmp_path / "server.log", **options), store, course)
        houses.append(house)
        return house

    yield open_with
    for house in houses:
        house.close()
        house.server.stop()
        print(house.log[-4000:])


@pytest.fixture
def birch(store: Store, add_group: Callable[..., str]) -> Callable[[], str]:
    """A second group, Lara its learner and Cole its coach; calling it, once the house is open, gives its room's id."""
    group_id = add_group("Birch", {"Lara": Role.LEARNER, "Cole": Role.COACH})

    def room() -> str:
        with store.read() as uow:
            return str(uow.session.query(Room).filter(Room.group_id == group_id).one().id)

    return room
