"""One writer for the hot actions: commits what has gathered since its last commit, then everyone gets their answer."""

import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Condition, Event

from ..domain.errors import Refusal, Unavailable
from ..domain.text import text
from ..library.shelf import Library
from ..services import hot
from ..services.journal import Answer
from ..storage.unit_of_work import Store

MOST_WAITING = 2_000
MOST_IN_A_COMMIT = 200
PATIENCE_S = 5.5
# A commit costs about as much as six more actions in it.
BETWEEN_COMMITS_S = 0.008
NOT_STORED = text("This could not be stored just now. Try again in a moment.")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Waiting:
    """A job, and the one who waits for its answer."""

    job: hot.Job
    answered: Event = field(default_factory=Event)
    outcome: Answer | Refusal | None = None


class Writer:
    """`submit` waits for the commit; `run` is the loop that makes it, in a task of its own."""

    def __init__(self, store: Store, library: Library) -> None:
        self.store = store
        self.library = library
        self.snapshots = hot.Snapshots()
        self._waiting: deque[Waiting] = deque()
        self._some = Condition()
        self._next = 0.0

    def submit(self, job: hot.Job) -> Answer:
        """The answer, once stored. Raises the Refusal, or Unavailable when the database does not keep up."""
        outcome = self.submit_all([job])[0]
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def submit_all(self, jobs: Sequence[hot.Job]) -> list[Answer | Refusal]:
        """What became of each, once they are stored. Raises Unavailable when too many wait already."""
        mine = [Waiting(job) for job in jobs]
        with self._some:
            if len(self._waiting) >= MOST_WAITING:
                raise Unavailable(text("Too much is being saved at this moment. Try again."))
            self._waiting.extend(mine)
            self._some.notify()
        until = time.monotonic() + PATIENCE_S
        for one in mine:
            one.answered.wait(max(0.0, until - time.monotonic()))
        return [one.outcome or Unavailable(NOT_STORED) for one in mine]

    def run(self) -> None:
        """Commits for ever."""
        while True:
            with self._some:
                while not self._waiting:
                    self._some.wait()
            self._gather()
            with self._some:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_IN_A_COMMIT))]
            self._commit(batch)

    def _gather(self) -> None:
        """Lets more come together when commits follow each other closely; alone, nobody waits."""
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = time.monotonic() + BETWEEN_COMMITS_S

    def _commit(self, batch: Sequence[Waiting]) -> None:
        jobs = [one.job for one in batch]
        try:
            outcomes: Sequence[Answer | Refusal] = self.store.change(hot.carry_out, self.library, self.snapshots, jobs)
        except Unavailable as refusal:
            outcomes = [refusal] * len(batch)
        except Exception as error:
            if len(batch) > 1:  # one bad job must not cost the others their answer
                for one in batch:
                    self._commit([one])
                return
            outcomes = [self._explain(error)]
        for one, outcome in zip(batch, outcomes, strict=True):
            one.outcome = outcome
            one.answered.set()

    @staticmethod
    def _explain(error: Exception) -> Refusal:
        if isinstance(error, Refusal):
            return error
        log.error("a hot action failed", exc_info=error)
        return Unavailable(text("Something went wrong here. Try again."))
