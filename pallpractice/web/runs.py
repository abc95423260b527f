"""What takes its time and is made beside a request, kept in this process: one at a time for each course."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

from ..domain.errors import Refusal
from ..domain.text import Text, text

KEPT_S = 15 * 60
NONE = Text("")
log = logging.getLogger(__name__)


@dataclass
class Run:
    """One on its way: `told` says how far it is, `made` or `problem` what came of it."""

    began: float = field(default_factory=time.monotonic)
    told: Any = None
    done: bool = False
    made: Any = None
    problem: Text = NONE

    @property
    def words(self) -> Text:
        """How far it is, for people."""
        raise NotImplementedError

    @property
    def share(self) -> int:
        """The same in hundredths."""
        raise NotImplementedError

    def tell(self, progress: Any) -> None:
        self.told = progress


class Runs:
    """The runs of this process, by course."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._guard = Lock()

    def of(self, slug: str) -> Run | None:
        """The course's run, under way or ended a while ago."""
        run = self._runs.get(slug)
        return run if run and (not run.done or time.monotonic() - run.began < KEPT_S) else None

    def forget(self, slug: str, run: Run) -> None:
        """It has been fetched."""
        with self._guard:
            if self._runs.get(slug) is run:
                del self._runs[slug]

    def take(self, slug: str) -> Run | None:
        """The course's run if it has ended, once: then it is forgotten."""
        with self._guard:
            run = self.of(slug)
            return self._runs.pop(slug) if run and run.done else None

    def start(self, slug: str, run: Run, work: Callable[[Callable[[Any], None]], Any]) -> bool:
        """Runs the work beside this request, and says whether it could: one of a course at a time."""
        with self._guard:
            there = self._runs.get(slug)
            if there and not there.done:
                return False
            self._runs[slug] = run
        Thread(target=_carry_out, args=(run, work), daemon=True).start()
        return True


def _carry_out(run: Run, work: Callable[[Callable[[Any], None]], Any]) -> None:
    try:
        run.made = work(run.tell)
    except Refusal as refusal:
        run.problem = refusal.message
    except Exception:
        log.exception("what was being made failed")
        run.problem = text("Something went wrong here. It has been noted; nothing was changed.")
    finally:
        run.done = True
