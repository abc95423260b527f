"""Files that are being made, kept in this process until they are fetched: one at a time for a person and course.

A file has no name on the disk, so nothing is left of it when it is closed or this process ends.
"""

import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from threading import Event, Lock, Thread
from typing import BinaryIO, cast

from ..domain.errors import Refusal
from ..domain.exports import Format, What
from ..domain.text import Text, text
from ..services.exports.making import Progress

KEPT_S = 15 * 60
PATIENCE_S = 1.0  # a small file is there when the page comes back
CHUNK = 64 * 1024
PREFIX = "pallpractice-export-"  # of the folders in which workbooks are put together
LEFT_S = 3600  # a folder older than this was left behind by a crash
NONE = Text("")
log = logging.getLogger(__name__)
# Writes the file into the folder's reach, telling how far it is, and returns its rows.
Work = Callable[[BinaryIO, Path, Callable[[Progress], None]], int]


@dataclass
class Run:
    """One file on its way: `told` says how far it is; once `done`, it can be fetched or `problem` says why not."""

    what: What
    format: Format
    asked_at: datetime  # what it holds was true then
    id: str = field(default_factory=lambda: token_urlsafe(16))
    file: BinaryIO = field(default_factory=lambda: cast(BinaryIO, tempfile.TemporaryFile()))  # noqa: SIM115
    began: float = field(default_factory=time.monotonic)
    told: Progress = field(default_factory=lambda: Progress(0, 0))
    rows: int = 0
    size: int = 0
    problem: Text = NONE
    _ended: Event = field(default_factory=Event)

    @property
    def done(self) -> bool:
        return self._ended.is_set()

    @property
    def over(self) -> bool:
        """Nobody fetched it in time."""
        return self.done and time.monotonic() - self.began > KEPT_S

    @property
    def words(self) -> Text:
        """How far it is, for people."""
        if not self.told.of:
            return text("Counting the rows")
        return text("{n} of {all} rows", n=self.told.done, all=self.told.of)

    @property
    def share(self) -> int:
        """How much is written, in hundredths."""
        return 100 * self.told.done // self.told.of if self.told.of else 0

    def carry_out(self, work: Work) -> None:
        """Makes the file; whatever comes of it is kept here."""
        try:
            with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
                self.rows = work(self.file, Path(folder), self._tell)
            self.size = self.file.seek(0, 2)
        except Refusal as refusal:
            self.problem = refusal.message
        except Exception:
            log.exception("making an export failed")
            self.problem = text("Something went wrong here. It has been noted; nothing was changed.")
        finally:
            self._ended.set()

    def _tell(self, progress: Progress) -> None:
        self.told = progress

    def __del__(self) -> None:
        self.file.close()

    def wait(self, seconds: float) -> None:
        self._ended.wait(seconds)

    def drop(self, why: Text) -> None:
        """It is not to go out."""
        self.problem = why
        self.file.close()

    def chunks(self) -> Iterator[bytes]:
        """The file, from its beginning."""
        self.file.seek(0)
        while chunk := self.file.read(CHUNK):
            yield chunk


class Runs:
    """The runs of this process, by person and course."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], Run] = {}
        self._guard = Lock()

    def of(self, person: str, course: str) -> Run | None:
        """The run of a person in a course, under way or waiting to be fetched."""
        self._sweep()
        return self._runs.get((person, course))

    def start(self, person: str, course: str, run: Run, work: Work) -> bool:
        """Carries it out beside this request, and says whether it could: the one before must have ended."""
        self._sweep()
        _sweep_folders()
        with self._guard:
            there = self._runs.get((person, course))
            if there and not there.done:
                return False
            if there:
                there.file.close()
            self._runs[person, course] = run
        Thread(target=run.carry_out, args=(work,), daemon=True).start()
        run.wait(PATIENCE_S)
        return True

    def forget(self, person: str, course: str, run: Run) -> None:
        """It has been fetched."""
        with self._guard:
            if self._runs.get((person, course)) is run:
                del self._runs[person, course]
        run.file.close()

    def _sweep(self) -> None:
        with self._guard:
            for place, run in list(self._runs.items()):
                if run.over:
                    self._runs.pop(place).file.close()


def _sweep_folders() -> None:
    """Takes away what a process that crashed in the middle of a workbook has left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime > LEFT_S:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
