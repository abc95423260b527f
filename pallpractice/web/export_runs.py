"""Files out of a course that are being made."""

from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe

from ..domain.exports import Format, What
from ..domain.text import Text, text
from ..services.exports.making import Progress
from .runs import FileRun


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
