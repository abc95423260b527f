"""R19: the server is killed under 360 people, who all come back at once; and their presence is recorded rightly."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from pallpractice.storage.presence import Attendance
from pallpractice.storage.unit_of_work import Store
from tests.bench.seeded import Seated, cookie, cookies, seed
from tests.bench.sockets import Tab, open_tab
from tests.realtime.served import SECRET, Server

pytestmark = pytest.mark.alone

ROOMS = 60
IN_STEP_S = 15.0


class Someone:
    """A person whose window comes back by itself, after a pause as browsers make it."""

    def __init__(self, person: str, room: str) -> None:
        self.person, self.room = person, room
        self.tab: Tab | None = None
        self.phase, self.seen_at = "", 0.0

    def heard(self, event: str, data: Any, now: float) -> None:
        if event == "room:view":
            self.phase, self.seen_at = data["phase"], now

    async def come(self, port: int, app: Any, gate: asyncio.Semaphore) -> None:
        pause = 0.5
        while True:
            async with gate:
                with suppress(OSError, TimeoutError):
                    self.tab = await open_tab(port, cookie(app, self.person), {"room": self.room}, self.heard)
                    return
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(5.0, pause * 2)

    def gone(self) -> None:
        if self.tab:
            self.tab.transport.abort()

    async def in_step(self) -> None:
        while not self.seen_at:
            await asyncio.sleep(0.05)


async def all_come(people: Sequence[Someone], port: int, at_once: int) -> None:
    app, gate = cookies(SECRET), asyncio.Semaphore(at_once)
    for one in people:
        one.seen_at = 0.0
    await asyncio.gather(*(one.come(port, app, gate) for one in people))
    await asyncio.gather(*(one.in_step() for one in people))


async def killed_under(server: Server, rooms: Sequence[Seated]) -> tuple[int, float]:
    """How many were cut off, and the seconds from the kill until the last of them had a whole view again."""
    people = [Someone(person, seated.room) for seated in rooms for person in seated.six]
    await all_come(people, server.port, at_once=24)
    killed_at = time.perf_counter()
    server.kill()
    for one in people:
        one.gone()
    restart = asyncio.to_thread(server.start)
    await asyncio.gather(restart, all_come(people, server.port, at_once=len(people)))
    seconds = max(one.seen_at for one in people) - killed_at
    assert {one.phase for one in people} == {"encounter"}
    for one in people:
        one.gone()
    await asyncio.sleep(0.1)
    return len(people), seconds


def test_the_herd_is_back_within_fifteen_seconds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/herd.db"
    rooms = seed(url, ROOMS)
    server = Server(url, tmp_path / "server.log", MAX_SOCKETS="600", LOG_LEVEL="warning").start()
    try:
        count, seconds = asyncio.run(killed_under(server, rooms))
    finally:
        server.stop()
    print(f"\n{count} people back in step {seconds:.1f} s after the kill")
    assert count == 360
    assert seconds < IN_STEP_S
    assert "Traceback" not in (tmp_path / "server.log").read_text()
    store = Store(url)
    with store.read() as uow:
        stays = uow.session.execute(
            select(Attendance.person_id, func.count(), func.count(Attendance.left_at)).group_by(Attendance.person_id)
        ).all()
    store.close()
    assert len(stays) == count
    assert all(ended == stayed for _, stayed, ended in stays), "a crash and a stop both end every stay"
    assert all(stayed <= 2 for _, stayed, _ in stays), "and nobody is counted twice"
