"""Reads who was in a meeting held elsewhere, from the file that its software gives or a list someone kept.

One line for each time someone was there: an email address, and when they came and left or how many minutes they
stayed. Names of columns are taken as Zoom and Teams write them, times in the course's zone.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..domain.credit import Part, There
from ..domain.participation import Stay, within
from ..domain.roster import RowFault
from ..domain.text import Text, text
from .errors import quoted
from .roster import DELIMITERS, MAX_BYTES, decoded

COLUMNS = ("email", "session", "joined", "left", "minutes")
NAMES = {
    "email": ("email", "e_mail", "user_email", "participant_email", "email_address"),
    "session": ("session", "session_key"),
    "joined": ("joined", "join_time", "first_join", "came"),
    "left": ("left", "leave_time", "last_leave"),
    "minutes": ("minutes", "duration_(minutes)", "duration", "total_duration_(minutes)"),
}
DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d.%m.%y")
CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
DATED = re.compile(r"([\d./-]+)(?:T|,? )(.+)")
NEAR = timedelta()  # in the session
NOTHING = text("the file has no rows")


@dataclass(frozen=True, slots=True)
class Attended:
    """What a file says: {(email, session key): how they were there}, what is wrong in it, and the lines without an
    address.
    """

    there: Mapping[tuple[str, str], There]
    faults: tuple[RowFault, ...] = ()
    nameless: int = 0


def read(raw: bytes, sessions: Sequence[Part], chosen: str, zone: str) -> Attended:
    """A file about `sessions`; a line that names none is about the one whose key is `chosen`."""
    if len(raw) > MAX_BYTES:
        return _whole(text("the file is larger than {n} MB", n=MAX_BYTES // 1024 // 1024))
    try:
        lines = re.split("\r\n|\n|\r", decoded(raw))
    except UnicodeDecodeError:
        return _whole(text('the file is not UTF-8 text: in the spreadsheet, save it as "CSV UTF-8"'))
    start, mark, heading = max(_headings(lines), key=lambda found: len(found[2]), default=(0, ",", {}))
    missing = "email" not in heading or not ("minutes" in heading or {"joined", "left"} <= heading.keys())
    if missing:
        return _whole(
            text("no heading with the columns email and minutes, or email, joined and left, is among its first lines")
        )
    reader = _Reader({one.key: one for one in sessions}, chosen, ZoneInfo(zone))
    for number, line in enumerate(lines[start + 1 :], start + 2):
        cells = _cells(line, mark)
        if any(cells):
            reader.line(number, {name: cells[at] if at < len(cells) else "" for name, at in heading.items()})
    return reader.attended()


def _whole(reason: Text) -> Attended:
    return Attended({}, (RowFault(1, "file", reason),))


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, str, dict[str, int]]]:
    """Lines that could be the heading: meeting software writes about the meeting first."""
    for number, line in enumerate(lines[:20]):
        for mark in DELIMITERS:
            words = [re.sub("[ -]+", "_", cell.strip().lower()) for cell in _cells(line, mark)]
            found = {name: words.index(alias) for name in NAMES for alias in NAMES[name] if alias in words}
            yield number, mark, found


def _cells(line: str, mark: str) -> list[str]:
    closed = line if line.count('"') % 2 == 0 else line.replace('"', "")
    try:
        return [" ".join(cell.split()) for cell in next(csv.reader([closed.replace("\0", "")], delimiter=mark), [])]
    except csv.Error:  # a cell of more than 128 kB
        return [closed]


class _Reader:
    def __init__(self, sessions: Mapping[str, Part], chosen: str, zone: ZoneInfo) -> None:
        self.sessions, self.chosen, self.zone = sessions, chosen, zone
        self.faults: list[RowFault] = []
        self.nameless = 0
        self.stays: dict[tuple[str, str], list[Stay]] = defaultdict(list)
        self.minutes: dict[tuple[str, str], int] = defaultdict(int)

    def line(self, number: int, cells: Mapping[str, str]) -> None:
        email = cells["email"].lower()
        if not email:
            self.nameless += 1
            return
        key = cells.get("session") or self.chosen
        there = self.sessions.get(key)
        if there is None:
            known = ", ".join(self.sessions)
            self._fault(
                number, "session", text("{cell} is no session; there are {known}", cell=quoted(key), known=known)
            )
        elif cells.get("joined") or cells.get("left"):
            self._times(number, (email, key), there, cells)
        else:
            self._minutes(number, (email, key), cells.get("minutes", ""))

    def _fault(self, number: int, column: str, reason: Text) -> None:
        self.faults.append(RowFault(number, column, reason))

    def _times(self, number: int, whose: tuple[str, str], there: Part, cells: Mapping[str, str]) -> None:
        times = {}
        for column in ("joined", "left"):
            cell = cells.get(column, "")
            times[column] = _instant(cell, there, self.zone)
            if times[column] is None:
                said = text("{cell} is not a time; write it as 2026-05-13 10:30 or 10:30", cell=quoted(cell))
                self._fault(number, column, said)
        joined, left = times["joined"], times["left"]
        if joined and left:
            if left < joined:
                self._fault(number, "left", text("is before they joined"))
            self.stays[whose].append(Stay(joined, left))

    def _minutes(self, number: int, whose: tuple[str, str], cell: str) -> None:
        if not cell.isascii() or not cell.isdigit() or len(cell) > 4:
            self._fault(number, "minutes", text("{cell} is not a whole number of minutes", cell=quoted(cell)))
            return
        self.minutes[whose] += int(cell)

    def attended(self) -> Attended:
        found = {whose: self._there(whose) for whose in {**self.stays, **self.minutes}}
        faults = self.faults or ([] if found else [RowFault(1, "file", NOTHING)])
        return Attended(found, tuple(sorted(faults)), self.nameless)

    def _there(self, whose: tuple[str, str]) -> There:
        """As far as it was in the session."""
        session = self.sessions[whose[1]]
        return There(within(self.stays[whose], session.block), min(self.minutes[whose], session.minutes))


def _instant(cell: str, there: Part, zone: ZoneInfo) -> datetime | None:
    """The moment that is meant: of all ways to read it, the one nearest to the session.

    05/06 is a day in May or in June as the software's region has it, and a clock alone may be past midnight.
    """
    dated = DATED.fullmatch(cell.upper())
    day = there.starts_at.astimezone(zone).date()
    days = _read(dated[1], DATES) if dated else [datetime.combine(day + timedelta(late), time()) for late in (0, 1)]
    clocks = _read(dated[2] if dated else cell.upper(), CLOCKS)
    found = [datetime.combine(one, clock.time(), zone).astimezone(UTC) for one in days for clock in clocks]
    return min(found, key=lambda at: max(there.starts_at - at, at - there.ends_at, NEAR), default=None)


def _read(words: str, shapes: Sequence[str]) -> list[datetime]:
    found = []
    for shape in shapes:
        with suppress(ValueError):
            found.append(datetime.strptime(words, shape))  # noqa: DTZ007 (a day or a clock of the course's zone)
    return found
