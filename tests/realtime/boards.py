"""A window on the board: a Socket.IO client in its namespace."""

from typing import Any, ClassVar

from tests.realtime.conftest import House
from tests.realtime.line import Line
from tests.realtime.served import SeatClient

NAMESPACE = "/board"


class BoardClient(SeatClient):
    """One open board. `room` is the session it shows."""

    namespace: ClassVar[str] = NAMESPACE
    names: ClassVar[str] = "session"
    first: ClassVar[str] = "board:view"

    @property
    def view(self) -> dict[str, Any]:
        return dict(max(self.all("board:view"), key=lambda view: view["count"]))

    def shown(self, room: str) -> dict[str, Any]:
        """A room of the newest view, by its name."""
        return next(one for one in self.view["rooms"] if one["name"] == room)


def board(house: House, name: str, session: str | None = None) -> BoardClient:
    client = BoardClient(name, house.server, house.browser(name).cookie, session or house.course.session.id)
    house.clients.append(client)
    return client


def board_line(house: House, name: str) -> Line:
    """A bare line to the board in someone's name."""
    cookie, session = house.browser(name).cookie, house.course.session.id
    line = Line(house.server, cookie, session, NAMESPACE, "session")
    house.lines.append(line)
    return line
