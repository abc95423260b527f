"""What takes its time and is made beside a request, kept in this process: one at a time under each key.

A file that is made so has no name on the disk: nothing is left of it when it is closed or this process ends.
"""

import logging
import os
import tempfile
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, BinaryIO, cast

from ..domain.errors import Refusal
from ..domain.text import Text, text

KEPT_S = 15 * 60
CHUNK = 64 * 1024
NONE = Text("")
log = logging.getLogger(__name__)
Work = Callable[[Callable[[Any], None]], Any]  # tells how far it is, and returns what it made


@dataclass(kw_only=True)
class Run:
    """One on its way: `told` says how far it is; once `done`, `made` or `problem` is what came of it."""

    told: Any = None
    made: Any = None
    problem: Text = NONE
    ended_at: float = 0.0  # of time.monotonic()
    _ended: Event = field(default_factory=Event)

    @property
    def done(self) -> bool:
        return self._ended.is_set()

    @property
    def over(self) -> bool:
        """It ended, and nobody came for it in time."""
        return self.done and time.monotonic() - self.ended_at > KEPT_S

    @property
    def words(self) -> Text:
        """How far it is, for people."""
        raise NotImplementedError

    @property
    def share(self) -> int:
        """The same in hundredths."""
        raise NotImplementedError

    def carry_out(self, work: Work) -> None:
        """Does the work; whatever comes of it is kept here."""
        try:
            self.made = work(self._tell)
        except Refusal as refusal:
            self.problem = refusal.message
        except Exception:
            log.exception("what was being made failed")
            self.problem = text("Something went wrong here. It has been noted; nothing was changed.")
        finally:
            self.ended_at = time.monotonic()
            self._ended.set()

    def _tell(self, progress: Any) -> None:
        self.told = progress

    def wait(self, seconds: float) -> None:
        self._ended.wait(seconds)

    def close(self) -> None:
        """Lets go of what it holds."""


@dataclass(kw_only=True)
class FileRun(Run):
    """A file on its way."""

    file: BinaryIO = field(default_factory=lambda: cast(BinaryIO, tempfile.TemporaryFile()))  # noqa: SIM115

    def carry_out(self, work: Work) -> None:
        def written(tell: Callable[[Any], None]) -> Any:
            made = work(tell)
            self.file.flush()  # it is read past its buffer
            return made

        super().carry_out(written)

    @property
    def size(self) -> int:
        return os.fstat(self.file.fileno()).st_size

    def drop(self, why: Text) -> None:
        """It is not to go out."""
        self.problem = why
        self.close()

    def close(self) -> None:
        self.file.close()

    def __del__(self) -> None:
        self.close()

    def chunks(self) -> Iterator[bytes]:
        """The file, from its beginning. Whoever fetches it twice at once reads it whole each time."""
        own = os.dup(self.file.fileno())
        try:
            at = 0
            while chunk := os.pread(own, CHUNK, at):
                yield chunk
                at += len(chunk)
        finally:
            os.close(own)


class Runs:
    """The runs of this process, by key: a course, or a person and a course."""

    def __init__(self) -> None:
        self._runs: dict[Hashable, Run] = {}
        self._guard = Lock()

    def of(self, key: Hashable) -> Run | None:
        """The run under way, or ended a while ago."""
        with self._guard:
            self._sweep()
            return self._runs.get(key)

    def take(self, key: Hashable) -> Run | None:
        """The run if it has ended, once: then it is forgotten."""
        with self._guard:
            self._sweep()
            run = self._runs.get(key)
            return self._runs.pop(key) if run and run.done else None

    def forget(self, key: Hashable, run: Run) -> None:
        """It has been fetched."""
        with self._guard:
            if self._runs.get(key) is run:
                del self._runs[key]
        run.close()

    def start(self, key: Hashable, run: Run, work: Work) -> bool:
        """Does the work beside this request, and says whether it could: the one before must have ended."""
        with self._guard:
            self._sweep()
            if there := self._runs.get(key):
                if not there.done:
                    return False
                there.close()
            self._runs[key] = run
        Thread(target=run.carry_out, args=(work,), daemon=True).start()
        return True

    def _sweep(self) -> None:
        for key, run in list(self._runs.items()):
            if run.over:
                self._runs.pop(key).close()
