"""R19: the server is killed under 360 people, who all come back at once; and their presence is recorded rightly."""

import asyncio
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
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
LOOKS_S = 2.0  # who is there for less than the keeper's round of looking is not written down as having been there


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
        """Until the room is seen: who is cut off before that tries again."""
        pause = 0.5
        while True:
            async with gate:
                with suppress(OSError, TimeoutError):
                    self.tab = await open_tab(port, cookie(app, self.person), {"room": self.room}, self.heard)
            if await self.in_step():
                return
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(5.0, pause * 2)

    async def in_step(self) -> bool:
        while self.tab and not self.tab.closed and not self.seen_at:
            await asyncio.sleep(0.05)
        return bool(self.seen_at)

    def gone(self) -> None:
        if self.tab:
            self.tab.transport.abort()
            self.tab = None


async def all_come(people: Sequence[Someone], port: int, at_once: int) -> None:
    app, gate = cookies(SECRET), asyncio.Semaphore(at_once)
    for one in people:
        one.seen_at = 0.0
    await asyncio.gather(*(one.come(port, app, gate) for one in people))


def waited(pid: int | str) -> float:
    """The seconds in which a process could have run, and other programs of this machine had its turn."""
    told = Path(f"/proc/{pid}/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0


@dataclass
class Back:
    """How many were cut off; the seconds until the last of them had a whole view, and those that others took of it."""

    people: int
    seconds: float
    taken: float


async def killed_under(server: Server, rooms: Sequence[Seated]) -> Back:
    people = [Someone(person, seated.room) for seated in rooms for person in seated.six]
    try:
        await all_come(people, server.port, at_once=24)
        killed_at, before = time.perf_counter(), waited("self")
        server.kill()
        for one in people:
            one.gone()
        restart = asyncio.to_thread(server.start)
        await asyncio.gather(restart, all_come(people, server.port, at_once=len(people)))
        assert {one.phase for one in people} == {"encounter"}
        seconds = max(one.seen_at for one in people) - killed_at
        back = Back(len(people), seconds, max(waited(server.pid), waited("self") - before))
        await asyncio.sleep(LOOKS_S)
        return back
    finally:  # what is left open here, the next tests would be blamed for
        for one in people:
            one.gone()
        await asyncio.sleep(0.1)


def test_the_herd_is_back_within_fifteen_seconds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/herd.db"
    rooms = seed(url, ROOMS)
    server = Server(url, tmp_path / "server.log", MAX_SOCKETS="600", LOG_LEVEL="warning").start()
    try:
        with ThreadPoolExecutor(1) as beside:  # the browsers of other tests keep a loop running in this thread
            back = beside.submit(lambda: asyncio.run(killed_under(server, rooms))).result()
    finally:
        server.stop()
    print(
        f"\n{back.people} people back in step {back.seconds:.1f} s after the kill; "
        f"in {back.taken:.1f} s of them other programs had the processor"
    )
    assert back.people == 360
    assert back.seconds - back.taken < IN_STEP_S
    assert "Traceback" not in (tmp_path / "server.log").read_text()
    store = Store(url)
    with store.read() as uow:
        stays = uow.session.execute(
            select(Attendance.person_id, func.count(), func.count(Attendance.left_at)).group_by(Attendance.person_id)
        ).all()
    store.close()
    assert len(stays) == back.people
    assert all(ended == stayed for _, stayed, ended in stays), "a crash and a stop both end every stay"
    assert all(stayed <= 2 for _, stayed, _ in stays), "and nobody is counted twice"
