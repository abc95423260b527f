"""`make bench`: a practice hour in small. Rooms of six over real WebSockets, latencies counted from when each was due.

The server is pinned to one core and the load to the other, open loop. Workload A is one saved observation a second and
room, acknowledged to its author after the commit and delivered to the coach and the author, and every 20 s a phase
move. Workload B is one stored notice a second and room, delivered to all six. Beside B, in the same run, a bare
Flask-SocketIO server relays the same and stores nothing. Figures of one machine: compare within a run.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from tests.bench.seeded import Seated, cookie, cookies, seed
from tests.bench.sockets import Tab, open_tab
from tests.realtime.served import SECRET, Server, free_port

PHASE_EVERY_S = 20.0


@dataclass
class Measured:
    """Latencies in seconds."""

    acknowledged: list[float] = field(default_factory=list)
    delivered: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    offered: int = 0
    cpu: float = 0.0
    rss: float = 0.0

    def row(self, name: str, rooms: int, seconds: float) -> str:
        return (
            f"{name:<24}{rooms:>6}{self.offered / seconds:>9.0f}{len(self.acknowledged) / seconds:>8.0f}"
            f"{len(self.delivered) / seconds:>9.0f}"
            f"{ms(self.acknowledged, 50):>9}{ms(self.acknowledged, 99):>9}"
            f"{ms(self.delivered, 50):>9}{ms(self.delivered, 99):>9}"
            f"{self.cpu:>6.0f}%{self.rss:>7.0f} MB  {self.refused or ''}"
        )


HEAD = (
    f"{'':<24}{'rooms':>6}{'offered':>9}{'acked':>8}{'deliv.':>9}{'ack p50':>9}{'ack p99':>9}"
    f"{'del p50':>9}{'del p99':>9}{'CPU':>7}{'memory':>10}"
)


def ms(values: list[float], percent: int) -> str:
    if not values:
        return "-"
    ordered = sorted(values)
    return f"{ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000:.1f}"


class Load:
    """What is sent each second to each room, and what is listened for."""

    def __init__(self, seconds: float, rate: float, server: int) -> None:
        self.seconds, self.rate = seconds, rate
        self.server = psutil.Process(server)
        self.measured = Measured()
        self.due: dict[str, float] = {}

    def heard(self, key: str) -> None:
        """A delivery of the message that carries this key."""
        due = self.due.get(key)
        if due is not None:
            self.measured.delivered.append(time.perf_counter() - due)

    async def run(self, senders: list[tuple[Tab, str, Callable[[str], dict[str, Any]]]]) -> None:
        """Every sender's turn comes `rate` times a second, spread evenly, whether or not the last was answered."""
        start = time.perf_counter() + 0.2
        gap = 1 / (self.rate * len(senders))
        total = int(self.seconds * self.rate * len(senders))
        before = self.server.cpu_times()
        for number in range(total):
            due = start + number * gap
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self._send(senders[number % len(senders)], due)
        after = self.server.cpu_times()
        busy = after.user + after.system - before.user - before.system
        self.measured.cpu = 100 * busy / (time.perf_counter() - start)
        self.measured.rss = self.server.memory_info().rss / 1e6
        await asyncio.sleep(1.5)

    def _send(self, sender: tuple[Tab, str, Callable[[str], dict[str, Any]]], due: float) -> None:
        tab, event, payload = sender
        key = str(uuid4())
        self.due[key] = due
        self.measured.offered += 1

        def answered(answer: Any, now: float) -> None:
            if answer.get("ok"):
                self.measured.acknowledged.append(now - due)
            else:
                code = answer["error"]["code"]
                self.measured.refused[code] = self.measured.refused.get(code, 0) + 1

        tab.emit(event, payload(key), answered)


async def connect_all(
    port: int, people: list[tuple[str, str, Callable[[str, Any, float], None]]], app: Any
) -> list[Tab]:
    """Opens a tab for each (person, room, heard), some at a time."""
    gate = asyncio.Semaphore(24)

    async def one(person: str, room: str, heard: Callable[[str, Any, float], None]) -> Tab:
        async with gate:
            return await open_tab(port, cookie(app, person), {"room": room}, heard)

    return list(await asyncio.gather(*(one(*each) for each in people)))


async def practice(load: Load, port: int, rooms: list[Seated], workload: str) -> None:
    app = cookies(SECRET)

    welcomed = 0

    def heard(event: str, data: Any, _now: float) -> None:
        nonlocal welcomed
        welcomed += event == "mine:view"
        if event == "observation:added":
            load.heard(data["observation"]["text"])
        elif event == "notice:received":
            load.heard(data["text"])

    people = [(person, seated.room, heard) for seated in rooms for person in seated.six]
    tabs = await connect_all(port, people, app)
    by_key = dict(zip([(person, room) for person, room, _ in people], tabs, strict=True))

    async def settle(expected: int) -> None:
        while welcomed < expected:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)

    await settle(len(people))
    if workload == "A":
        senders = [
            (
                by_key[seated.observers[0], seated.room],
                "observation:add",
                lambda key: {"action_id": key, "kind": "verbatim", "text": key, "judgement": "keep"},
            )
            for seated in rooms
        ]
        moves = asyncio.create_task(move_phases(rooms, by_key, load.seconds))
        await load.run(senders)
        await moves
    else:

        def count(event: str, _data: Any, _now: float) -> None:
            nonlocal welcomed
            welcomed += event == "mine:view"

        helpers = await connect_all(port, [(seated.organiser, seated.room, count) for seated in rooms], app)
        await settle(len(people) + len(rooms))
        await load.run([(tab, "notice:send", lambda key: {"action_id": key, "text": key}) for tab in helpers])


async def move_phases(rooms: list[Seated], by_key: dict[tuple[str, str], Tab], seconds: float) -> None:
    """Each room stops and goes on in turn, every 20 s, the rooms spread over that time."""
    end, number = time.perf_counter() + seconds, 0
    actions = ("timeout:call", "timeout:resume")
    while time.perf_counter() < end:
        seated = rooms[number % len(rooms)]
        action = actions[(number // len(rooms)) % 2]
        by_key[seated.coach, seated.room].emit(action, {"action_id": str(uuid4())}, lambda answer, now: None)
        number += 1
        await asyncio.sleep(PHASE_EVERY_S / len(rooms))


async def relay(load: Load, port: int, rooms: list[Seated]) -> None:
    people = [
        (person, seated.room, lambda event, data, _now: load.heard(data["text"]) if event == "said" else None)
        for seated in rooms
        for person in seated.six
    ]
    tabs = await connect_all(port, people, cookies(SECRET))
    await asyncio.sleep(1)
    senders = [
        (tabs[at * 6], "say", lambda key, room=seated.room: {"text": key, "room": room})
        for at, seated in enumerate(rooms)
    ]
    await load.run(senders)


def bench_ours(url: str, folder: Path, rooms: int, workload: str, seconds: float, rate: float) -> Measured:
    seated = seed(url, rooms)
    server = Server(
        url,
        folder / "server.log",
        command=("taskset", "-c", "0"),
        MAX_SOCKETS="6000",
        LOG_LEVEL="warning",
    ).start()
    load = Load(seconds, rate, server.pid)
    try:
        asyncio.run(practice(load, server.port, seated, workload))
    finally:
        server.stop()
    return load.measured


def bench_relay(rooms: int, seconds: float, rate: float) -> Measured:
    port = free_port()
    seated = [Seated(f"r{n}", f"l{n}", (f"a{n}", f"b{n}", f"c{n}"), f"p{n}", f"k{n}", "") for n in range(rooms)]
    script = Path(__file__).with_name("relay.py")
    process = subprocess.Popen(
        ["taskset", "-c", "0", sys.executable, "-W", "ignore", str(script), str(port)],
        stdout=subprocess.PIPE,
        text=True,
    )
    load = Load(seconds, rate, process.pid)
    try:
        assert process.stdout
        process.stdout.readline()
        asyncio.run(relay(load, port, seated))
    finally:
        process.terminate()
        process.wait(10)
    return load.measured


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rooms", default="50,100", help="numbers of rooms, comma separated")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=1, help="messages a second and room")
    parser.add_argument("--workload", default="A,B,relay")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    os.sched_setaffinity(0, {1})
    print(f"On {asked.database}, {asked.seconds:.0f} s each, latencies in ms\n{HEAD}")
    with database(asked.database) as fresh:
        compare(asked, fresh)


@contextmanager
def database(kind: str) -> Iterator[Callable[[str], str]]:
    """Gives the address of an empty database each time it is asked, with a folder for SQLite's file."""
    if kind == "sqlite":
        yield lambda folder: f"sqlite:///{folder}/bench.db"
        return
    from tests.postgres import create, running

    with running() as address:
        yield lambda folder: create(address, f"bench_{uuid4().hex}")


def compare(asked: argparse.Namespace, fresh: Callable[[str], str]) -> None:
    """A row for each number of rooms and each workload."""
    for rooms in map(int, asked.rooms.split(",")):
        for workload in asked.workload.split(","):
            with tempfile.TemporaryDirectory() as folder:
                if workload == "relay":
                    measured = bench_relay(rooms, asked.seconds, asked.rate)
                else:
                    measured = bench_ours(fresh(folder), Path(folder), rooms, workload, asked.seconds, asked.rate)
            name = "bare relay, B" if workload == "relay" else f"pallpractice, {workload}"
            print(measured.row(name, rooms, asked.seconds), flush=True)


if __name__ == "__main__":
    main()
