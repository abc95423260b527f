"""Files out of a course that are being made, and the folders in which workbooks are put together."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe

from ..domain.exports import Format, What
from ..domain.text import Text, text
from ..services.exports.making import Progress
from .runs import FileRun

PREFIX = "pallpractice-export-"
LEFT_S = 3600  # a folder older than this was left behind by a crash


@dataclass(kw_only=True)
class ExportRun(FileRun):
    """One file on its way. What is made is the number of its rows."""

    what: What
    format: Format
    asked_at: datetime  # what it holds was true then
    id: str = field(default_factory=lambda: token_urlsafe(16))
    told: Progress = field(default_factory=lambda: Progress(0, 0))
    made: int = 0

    @property
    def words(self) -> Text:
        if not self.told.of:
            return text("Counting the rows")
        return text("{n} of {all} rows", n=self.told.done, all=self.told.of)

    @property
    def share(self) -> int:
        return 100 * self.told.done // self.told.of if self.told.of else 0


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards, and with it what a process that died in the middle of a workbook has left."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _age_s(left) > LEFT_S:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        yield Path(name)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:  # gone by now
        return 0.0
