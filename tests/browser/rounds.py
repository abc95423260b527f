"""A round as a room has it, moment by moment: everyone looks on in their window, and acts over a line of their own."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.realtime.served import SeatClient

SEATS = {"Lena": "learner", "Olga": "observer", "Sam": "patient", "Cleo": "coach", "Oren": "organiser"}
TURNS = ("learner", "observers", "patient", "coach")
MOMENTS = (
    "lobby",
    "briefing",
    "encounter",
    "time_out",
    "take-2",
    "notes",
    *(f"debrief-{turn}" for turn in TURNS),
    "close",
)


class Played:
    """Five people in one room, one at each seat."""

    def __init__(self, stage: Stage, **options: Any) -> None:
        self.stage = stage
        self.written: set[str] = set()  # all that people have said
        room = f"{stage.house.server.url}/rooms/{stage.house.room}"
        for name in SEATS:
            stage.window(name, **options).goto(room)
        self.lines: dict[str, SeatClient] = stage.house.join(*SEATS)
        self.phase("lobby")

    @property
    def pages(self) -> dict[str, Page]:
        return {name: self.stage.pages[name] for name in SEATS}

    def phase(self, phase: str, turn: str | None = None) -> None:
        """Everyone sees it."""
        for name, page in self.pages.items():
            main = page.locator("main[data-phase]")
            expect(main).to_have_attribute("data-phase", phase)
            expect(main).to_have_attribute("data-seat", SEATS[name])
            if turn:
                expect(main).to_have_attribute("data-turn", turn)
        for line in self.lines.values():
            line.wait_phase(phase)

    def do(self, name: str, action: str, **fields: Any) -> dict[str, Any]:
        self.written |= {value for value in fields.values() if isinstance(value, str)}
        return self.lines[name].ok(action, **fields)

    def moments(self) -> Iterator[str]:
        """Stops at each of MOMENTS."""
        yield "lobby"
        self.briefing()
        yield "briefing"
        self.encounter()
        yield "encounter"
        self.do("Lena", "timeout:call", reason="stuck")
        self.phase("time_out")
        yield "time_out"
        self.do("Cleo", "take:rewind", beat=self.lines["Cleo"].view["script"]["beats"][0]["id"])
        self.phase("encounter")
        self.do("Olga", "observation:add", kind="verbatim", text="What is the hardest part just now?")
        yield "take-2"
        self.do("Cleo", "encounter:end")
        self.phase("notes")
        self.rate("Olga")
        yield "notes"
        for name in ("Lena", "Sam", "Cleo"):
            self.rate(name)
        self.do("Cleo", "debrief:open")
        for turn in TURNS:
            self.phase("debrief", turn)
            yield f"debrief-{turn}"
            self.do("Cleo", "debrief:next" if turn != "coach" else "round:close")
        self.phase("close")
        self.do("Lena", "nextstep:set", text="One breath before the facts")
        yield "close"

    def briefing(self) -> None:
        self.do("Cleo", "round:start")
        self.phase("briefing")
        self.do("Lena", "goal:set", text="Stay with the emotion before giving information")
        self.do("Olga", "watch:choose", items=[self.lines["Olga"].view["rubric"]["items"][0]["id"]])
        self.do("Olga", "ready:set", ready=True)

    def encounter(self) -> None:
        """Something of everything that can be on the screen."""
        self.do("Cleo", "encounter:begin")
        self.phase("encounter")
        sam = self.lines["Sam"]
        script, own = sam.view["script"], sam.mine["character"]
        character = next(one for one in script["characters"] if one["id"] == own)
        self.do("Sam", "disclosure:mark", disclosure=character["disclosures"][0]["id"], told=True)
        self.do("Sam", "beat:go", beat=script["beats"][1]["id"])
        for value in (3, 6):
            self.do("Sam", "feeling:set", value=value)
        self.do("Sam", "moment:mark", text="There")
        self.do("Olga", "observation:add", kind="verbatim", text="I wish I had better news for you", judgement="keep")
        self.do("Olga", "observation:add", kind="note", text="Two questions at once", judgement="try")
        marker = self.lines["Cleo"].view["rubric"]["markers"][0]["id"]
        self.do("Cleo", "observation:add", kind="marker", marker=marker)
        self.do("Cleo", "cue:send", to=self.stage.house.course.lena.id, text="Breathe")
        self.do("Olga", "help:ask", text="We can't hear Sam")
        self.do("Oren", "notice:send", text="Ten minutes left")

    def rate(self, name: str) -> None:
        """Fills the rubric in this seat's words and hands it in."""
        line = self.lines[name]
        line.wait(lambda: bool(line.view.get("rubric")))
        for at, item in enumerate(line.view["rubric"]["items"]):
            self.do(name, "score:save", entry=item["id"], rating=2 + at % 3)
        for comment in line.view["rubric"]["comments"]:
            self.do(name, "score:save", entry=comment["id"], text="The silence after the news")
        self.do(name, "scorecard:submit")
