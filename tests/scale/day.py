"""A practice session played by everyone of a course at once, over real sockets: who they are, what they do."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from tests.bench.sockets import Tab, open_tab

PATIENCE_S = 30.0
PASSING = ("rate_limited", "unavailable")  # as in static/js/outbox.js


@dataclass
class Tally:
    """What happened, for the figures at the end. Latencies in seconds."""

    acknowledged: list[float] = field(default_factory=list)
    rounds: int = 0
    hurried: int = 0
    drops: int = 0
    returns: list[float] = field(default_factory=list)
    help: list[float] = field(default_factory=list)

    def percentile(self, percent: int) -> float:
        """Of the acknowledgements, in milliseconds."""
        ordered = sorted(self.acknowledged)
        return 1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


class Someone:
    """A person with one window open on one room."""

    def __init__(self, person: str, name: str, cookie: str, port: int, tally: Tally) -> None:
        self.person, self.name, self.cookie, self.port, self.tally = person, name, cookie, port, tally
        self.room = ""
        self.view: dict[str, Any] = {}
        self.mine: dict[str, Any] = {}
        self.tab: Tab | None = None
        self.heard = asyncio.Event()

    async def enter(self, room: str) -> "Someone":
        """Opens the room, and leaves the one before."""
        if self.tab and self.room == room and not self.tab.closed:
            return self
        self.leave()
        self.room, self.view, self.mine = room, {}, {}
        self.tab = await open_tab(self.port, self.cookie, {"room": room}, self._hear)
        await self.until(lambda: bool(self.view and self.mine))
        return self

    def leave(self) -> None:
        if self.tab:
            self.tab.transport.abort()

    async def drop_and_return(self, pause_s: float) -> None:
        """The line goes dead without a goodbye, and comes back with a fresh view."""
        self.leave()
        self.tally.drops += 1
        await asyncio.sleep(pause_s)
        started = time.perf_counter()
        self.tab = None
        await self.enter(self.room)
        self.tally.returns.append(time.perf_counter() - started)

    def _hear(self, event: str, data: Any, _now: float) -> None:
        if event == "room:view" and data["version"] >= self.view.get("version", -1):
            self.view = data
        elif event == "mine:view" and data["version"] >= self.mine.get("version", -1):
            self.mine = data
        self.heard.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits for the views to say so."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            self.heard.clear()
            left = end - time.monotonic()
            assert left > 0, f"{self.name} waited in vain in {self.view.get('phase')}"
            try:
                await asyncio.wait_for(self.heard.wait(), min(left, 1))
            except TimeoutError:
                continue

    async def phase(self, phase: str) -> None:
        await self.until(lambda: self.view.get("phase") == phase)

    async def do(self, action: str, **fields: Any) -> dict[str, Any]:
        """Does it, and is told that it is kept. What passes is sent again, the same, as the browser's outbox does."""
        message = {"action_id": str(uuid4()), **fields}
        while True:
            started = time.perf_counter()
            answer = await self._ask(action, message)
            if answer["ok"]:
                self.tally.acknowledged.append(time.perf_counter() - started)
                return answer
            assert answer["error"]["code"] in PASSING, (self.name, self.view.get("phase"), message, answer)
            self.tally.hurried += 1
            await asyncio.sleep(0.3)

    async def _ask(self, action: str, message: dict[str, Any]) -> dict[str, Any]:
        assert self.tab
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.tab.emit(action, message, lambda answer, _now: answered.set_result(answer))
        return await asyncio.wait_for(answered, PATIENCE_S)

    async def rate(self) -> None:
        """Fills the rubric in this seat's words and hands it in."""
        await self.phase("notes")
        await self.until(lambda: bool(self.view.get("rubric")))
        rubric = self.view["rubric"]
        for at, item in enumerate(rubric["items"]):
            await self.do("score:save", entry=item["id"], rating="not_observed" if at == 1 else 2 + at % 3)
        for comment in rubric["comments"]:
            await self.do("score:save", entry=comment["id"], text=f"{self.name} on {comment['id']}")
        await self.do("scorecard:submit")


@dataclass
class Cast:
    """Who is in a room for one round, by what they are in it."""

    coach: Someone
    learner: Someone
    observers: list[Someone]
    patients: list[Someone]

    @property
    def all(self) -> list[Someone]:
        return [self.coach, self.learner, *self.observers, *self.patients]


Happening = Callable[[Cast], Awaitable[None]]


async def together(doings: Iterable[Awaitable[Any]]) -> None:
    await asyncio.gather(*doings)


async def play_round(cast: Cast, tally: Tally, happening: Happening | None = None) -> None:
    """One round from its start to its close. `happening` comes in the middle of the encounter."""
    await together(who.phase("briefing") for who in cast.all)
    await cast.learner.do("goal:set", text=f"{cast.learner.name}: one breath before facts")
    await together(who.do("ready:set", ready=True) for who in cast.all if who is not cast.coach)
    await together(who.do("watch:choose", items=[who.view["rubric"]["items"][0]["id"]]) for who in cast.observers)
    await cast.coach.do("encounter:begin")
    await together(who.phase("encounter") for who in cast.all)
    await together([*map(observe, cast.observers), *map(act_out, cast.patients), observe(cast.coach)])
    if happening:
        await happening(cast)
    await cast.learner.do("timeout:call", reason="stuck")
    await cast.coach.phase("time_out")
    await cast.coach.do("take:rewind", beat=cast.coach.view["script"]["beats"][0]["id"])
    await together(who.phase("encounter") for who in cast.all)
    await together(map(observe, cast.observers))
    await cast.learner.do("encounter:end", reason="done")
    await together(who.rate() for who in cast.all)
    await debrief(cast)
    tally.rounds += 1


async def debrief(cast: Cast) -> None:
    await cast.coach.do("debrief:open")
    for turn in ("learner", "observers", "patient"):
        await cast.coach.until(lambda turn=turn: cast.coach.view.get("turn") == turn)  # type: ignore[misc]
        await cast.coach.do("debrief:next")
    await cast.coach.do("round:close")
    await together(who.phase("close") for who in cast.all)
    await cast.learner.do("nextstep:set", text="Ask before telling")
    await together(who.do("derole:confirm") for who in cast.patients)


_number = count()


async def observe(who: Someone) -> None:
    """Exact words, a marker, a note."""
    marker = who.view["rubric"]["markers"][0]["id"]
    await who.do(
        "observation:add", kind="verbatim", text=f"I wish it were different ({next(_number)})", judgement="keep"
    )
    await who.do("observation:add", kind="marker", marker=marker)
    await who.do("observation:add", kind="note", text=f"Waited, twice ({next(_number)})", judgement="try")


async def act_out(who: Someone) -> None:
    """Plays from the live card."""
    script = who.view["script"]
    character = next(one for one in script["characters"] if one["id"] == who.mine["character"])
    await who.do("beat:go", beat=script["beats"][1]["id"])
    for value in (3, 5, 7):
        await who.do("feeling:set", value=value)
    await who.do("disclosure:mark", disclosure=character["disclosures"][0]["id"], told=True)
    await who.do("moment:mark", text="There")
