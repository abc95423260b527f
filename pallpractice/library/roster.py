"""Reads a course's people from a CSV file, mending what spreadsheets do to one. It refuses nothing by itself.

What it can't mend it says, cell by cell; whoever saves the roster refuses it whole.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from ..domain.roles import Role, Track
from ..domain.roster import Entry, Roster, RowFault
from .errors import quoted

COLUMNS = ("name", "email", "role", "profession", "track", "team", "pronouns")
LONGEST = {"name": 200, "email": 254, "profession": 100, "team": 80, "pronouns": 50}
DELIMITERS = (",", ";", "\t")
MAX_BYTES = 2 * 1024 * 1024
# One @, no spaces or list marks, a dot in the domain: enough to catch a slip; only a mail that arrives proves more.
EMAIL = re.compile(r"[^\s@,;:<>()\"\\]+@[^\s@,;:<>()\"\\.]+(\.[^\s@,;:<>()\"\\.]+)+")
QUOTES = "\"'“”„«»"
_Word = TypeVar("_Word", bound=StrEnum)


def read(path: Path) -> Roster:
    """The people in a file. A file that can't be read has one fault, in row 1."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return _whole(f"{path} can't be read: {error.strerror}")
    return parse(raw)


def parse(raw: bytes) -> Roster:
    """The same from a file's bytes."""
    if len(raw) > MAX_BYTES:
        return _whole(f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")
    try:
        text = _decoded(raw)
    except UnicodeDecodeError:
        return _whole('the file is not UTF-8 text: in the spreadsheet, save it as "CSV UTF-8"')
    lines = re.split("\r\n|\n|\r", text)
    delimiter = max(DELIMITERS, key=lambda mark: _known(_cells(lines[0], mark)))
    heading = [cell.lower() for cell in _cells(lines[0], delimiter)]
    while heading and not heading[-1]:
        heading.pop()
    if faults := list(_heading_faults(heading)):
        return Roster((), tuple(faults))
    return _Rows(heading, delimiter).read(lines[1:])


def _whole(reason: str) -> Roster:
    return Roster((), (RowFault(1, "file", reason),))


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Excel calls "Unicode text"
        return raw.decode("utf-16")
    return raw.decode("utf-8-sig")


def _known(cells: list[str]) -> int:
    return sum(cell.lower() in COLUMNS for cell in cells)


def _cells(line: str, delimiter: str) -> list[str]:
    """One line's cells. A line is a row: an open quote would otherwise swallow the rest of the file."""
    closed = line if line.count('"') % 2 == 0 else line.replace('"', "")
    cells = next(csv.reader([closed.replace("\0", "\ufffd")], delimiter=delimiter), [])
    return [_mended(cell) for cell in cells]


def _mended(cell: str) -> str:
    """Without the quotes and odd spaces that copying leaves around and inside a word."""
    words = " ".join(unicodedata.normalize("NFC", cell).replace("\u200b", "").split())
    return words.strip(QUOTES).strip()


def _heading_faults(heading: list[str]) -> Iterable[RowFault]:
    wanted = f"the columns are {', '.join(COLUMNS)}"
    for column in COLUMNS:
        if column not in heading:
            yield RowFault(1, column, f"this column is missing; {wanted}")
    for place, column in enumerate(heading):
        if column not in COLUMNS:
            yield RowFault(1, column or f"column {place + 1}", f"there is no such column here; {wanted}")
        elif column in heading[:place]:
            yield RowFault(1, column, "this column is there twice")


class _Rows:
    """Turns lines into entries and keeps what is wrong with each."""

    def __init__(self, heading: list[str], delimiter: str) -> None:
        self.heading = heading
        self.delimiter = delimiter
        self.entries: list[Entry] = []
        self.faults: list[RowFault] = []
        self.met: dict[str, int] = {}

    def read(self, lines: list[str]) -> Roster:
        for number, line in enumerate(lines, 2):
            cells = _cells(line, self.delimiter)
            if any(cells):
                self._row(number, cells)
        if not self.entries and not self.faults:
            self.faults.append(RowFault(2, "name", "the file lists nobody"))
        return Roster(tuple(self.entries), tuple(self.faults))

    def _row(self, number: int, cells: list[str]) -> None:
        wide = len(self.heading)
        if len(cells) < wide or any(cells[wide:]):
            count = f"has {len(cells)} cells where the heading has {wide}"
            self.faults.append(RowFault(number, "row", f"{count}: a separator or a line break inside a cell?"))
            return
        row = dict(zip(self.heading, cells, strict=False))
        self._check_text(number, row)
        self.entries.append(
            Entry(
                row=number,
                email=self._email(number, row["email"]),
                name=row["name"],
                role=self._word(number, "role", row["role"], Role),
                track=self._word(number, "track", row["track"], Track) if row["track"] else None,
                team=row["team"],
                profession=row["profession"],
                pronouns=row["pronouns"],
            )
        )

    def _check_text(self, number: int, row: dict[str, str]) -> None:
        if not row["name"]:
            self.faults.append(RowFault(number, "name", "is empty"))
        for column, longest in LONGEST.items():
            if len(row[column]) > longest:
                self.faults.append(RowFault(number, column, f"is longer than {longest} characters"))
            if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in row[column]):
                self.faults.append(RowFault(number, column, "holds control characters: type it anew"))

    def _email(self, number: int, text: str) -> str:
        email = text.lower()
        if not email:
            self.faults.append(RowFault(number, "email", "is empty"))
        elif not EMAIL.fullmatch(email):
            self.faults.append(RowFault(number, "email", f"{quoted(text)} is not an email address"))
        elif email in self.met:
            self.faults.append(RowFault(number, "email", f"{email} is in row {self.met[email]} already"))
        self.met.setdefault(email, number)
        return email

    def _word(self, number: int, column: str, text: str, words: type[_Word]) -> _Word | None:
        try:
            return words(text.lower())
        except ValueError:
            known = ", ".join(words)
            said = f"{quoted(text)} is not one of {known}" if text else f"is empty; write one of {known}"
            self.faults.append(RowFault(number, column, said))
            return None
