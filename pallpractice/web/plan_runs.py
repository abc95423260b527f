"""Plans that are being made, kept in this process: one at a time for each course."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread

from ..domain.errors import Refusal
from ..domain.text import Text, text
from ..services.pairing.making import Made, OnProgress
from ..services.pairing.solver import Progress

KEPT_S = 15 * 60
NONE = Text("")
log = logging.getLogger(__name__)


@dataclass
class Run:
    """One plan on its way: `told` says how far it is, `made` or `problem` what came of it."""

    began: float = field(default_factory=time.monotonic)
    told: Progress | None = None
    done: bool = False
    made: Made | None = None
    problem: Text = NONE

    @property
    def words(self) -> Text:
        """How far it is, for people."""
        if self.done:
            return self.problem or text("The plan is made.")
        if self.told is None:
            return text("Reading the course")
        far = {"n": self.told.turns, "all": self.told.wanted}
        if self.told.step == "turns":
            return text("Finding a turn for everyone: {n} of {all} turns so far", **far)
        return text("Meeting the wishes: {n} of {all} turns so far", **far)

    @property
    def share(self) -> int:
        """How much of the time it may take has gone, in hundredths."""
        if self.done:
            return 100
        return min(99, round(100 * self.told.seconds / self.told.of)) if self.told else 0


class Runs:
    """The runs of this process, by course."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._guard = Lock()

    def of(self, slug: str) -> Run | None:
        """The course's run, under way or ended a while ago."""
        run = self._runs.get(slug)
        return run if run and (not run.done or time.monotonic() - run.began < KEPT_S) else None

    def take(self, slug: str) -> Run | None:
        """The course's run if it has ended, once: then it is forgotten."""
        with self._guard:
            run = self.of(slug)
            return self._runs.pop(slug) if run and run.done else None

    def start(self, slug: str, work: Callable[[OnProgress], Made | None]) -> bool:
        """Runs the work beside this request, and says whether it could: one plan of a course at a time."""
        with self._guard:
            there = self._runs.get(slug)
            if there and not there.done:
                return False
            run = self._runs[slug] = Run()
        Thread(target=_carry_out, args=(run, work), daemon=True).start()
        return True


def _carry_out(run: Run, work: Callable[[OnProgress], Made | None]) -> None:
    def tell(progress: Progress) -> None:
        run.told = progress

    try:
        run.made = work(tell)
    except Refusal as refusal:
        run.problem = refusal.message
    except Exception:
        log.exception("making a plan failed")
        run.problem = text("Something went wrong here. It has been noted; nothing was changed.")
    finally:
        run.done = True
