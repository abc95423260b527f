"""Reads a course's people from a CSV file, mending what spreadsheets do to one. It refuses nothing by itself.

What it can't mend it says, cell by cell; whoever saves the roster refuses it whole. `Sheet` holds the cells before
anything is asked of them, so that a page can show them, take them back mended, and write them down again.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

from ..domain.roles import Role, Track
from ..domain.roster import COLUMNS, REQUIRED, Entry, Roster, RowFault
from ..domain.text import Text, text
from .errors import quoted

LONGEST = {
    "name": 200,
    "email": 254,
    "profession": 100,
    "institution": 200,
    "team": 80,
    "group": 80,
    "pronouns": 50,
}
OTHER_NAMES = {"e_mail": "email", "timezone": "time_zone"}
DELIMITERS = (",", ";", "\t")
MAX_BYTES = 2 * 1024 * 1024
# One @, no spaces or list marks, a dot in the domain: enough to catch a slip; only a mail that arrives proves more.
EMAIL = re.compile(r"[^\s@,;:<>()\"\\]+@[^\s@,;:<>()\"\\.]+(\.[^\s@,;:<>()\"\\.]+)+")
QUOTES = "\"'“”„«»"
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's cells by line, the heading's left out. `faults` is what is wrong with it as a whole: no rows then."""

    heading: tuple[str, ...] = ()
    rows: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    faults: tuple[RowFault, ...] = ()

    def roster(self) -> Roster:
        """The people in it, and what is wrong with its cells."""
        if self.faults:
            return Roster((), self.faults)
        return _Rows(self.heading).read(self.rows)

    def cells(self, row: int) -> dict[str, str]:
        """A row's cells by column; what is missing at its end is empty."""
        there = self.rows[row]
        return dict(zip(self.heading, (*there, *("" for _ in self.heading[len(there) :])), strict=False))

    def with_cells(self, cells: Mapping[int, Mapping[str, str]]) -> "Sheet":
        """With these rows written anew. One whose cells are all empty goes, and rows that aren't there are not made."""
        anew = {row: _in_order(self.heading, written) for row, written in cells.items() if row in self.rows}
        return replace(self, rows={row: there for row, there in {**self.rows, **anew}.items() if any(there)})

    def without(self, rows: Collection[int]) -> "Sheet":
        """With these rows left out; the others keep their lines."""
        return replace(self, rows={row: cells for row, cells in self.rows.items() if row not in rows})

    def text(self) -> str:
        """As CSV with every row in its line, which `parse` reads back the same."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(self.heading)
        line = 2
        for row, cells in sorted(self.rows.items()):
            written.write("\n" * (row - line))
            writer.writerow(cells)
            line = row + 1
        return written.getvalue()


def read(path: Path) -> Roster:
    """The people in a file. A file that can't be read has one fault, in row 1."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return _whole(text("{path} can't be read: {strerror}", path=path, strerror=error.strerror)).roster()
    return parse(raw)


def parse(raw: bytes) -> Roster:
    """The same from a file's bytes."""
    return sheet(raw).roster()


def sheet(raw: bytes) -> Sheet:
    """The cells of a file's bytes."""
    if len(raw) > MAX_BYTES:
        return _whole(text("the file is larger than {n} MB", n=MAX_BYTES // 1024 // 1024))
    try:
        contents = decoded(raw)
    except UnicodeDecodeError:
        return _whole(text('the file is not UTF-8 text: in the spreadsheet, save it as "CSV UTF-8"'))
    lines = re.split("\r\n|\n|\r", contents)
    delimiter = max(DELIMITERS, key=lambda mark: len(set(_heading(lines[0], mark)) & set(COLUMNS)))
    heading = _heading(lines[0], delimiter)
    if faults := tuple(_heading_faults(heading)):
        return Sheet(faults=faults)
    rows = {number: tuple(_cells(line, delimiter)) for number, line in enumerate(lines[1:], 2)}
    return Sheet(heading, {number: cells for number, cells in rows.items() if any(cells)})


def entry(cells: Mapping[str, str]) -> Roster:
    """One person, as a form has them: a roster of that row, which is row 2."""
    return Sheet(COLUMNS, {2: _in_order(COLUMNS, cells)}).roster()


def decoded(raw: bytes) -> str:
    """A file's text, without its byte-order mark. Raises UnicodeDecodeError."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Excel calls "Unicode text"
        return raw.decode("utf-16")
    return raw.decode("utf-8-sig")


def _whole(reason: Text) -> Sheet:
    return Sheet(faults=(RowFault(1, "file", reason),))


def _heading(line: str, delimiter: str) -> tuple[str, ...]:
    """The columns by our names for them: "Time zone" is time_zone."""
    words = [re.sub("[ -]", "_", cell.lower()) for cell in _cells(line, delimiter)]
    while words and not words[-1]:
        words.pop()
    return tuple(OTHER_NAMES.get(word, word) for word in words)


def _cells(line: str, delimiter: str) -> list[str]:
    """One line's cells. A line is a row: an open quote would otherwise swallow the rest of the file."""
    closed = line if line.count('"') % 2 == 0 else line.replace('"', "")
    try:
        cells = next(csv.reader([closed.replace("\0", "\ufffd")], delimiter=delimiter), [])
    except csv.Error:  # a cell of more than 128 kB
        cells = [closed]
    return [_mended(cell) for cell in cells]


def _in_order(heading: Iterable[str], cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_mended(cells.get(column, "")) for column in heading)


def _mended(cell: str) -> str:
    """Without the quotes and odd spaces that copying leaves around and inside a word. Mended twice is mended once."""
    words = " ".join(unicodedata.normalize("NFC", cell.replace("\u200b", "")).split())
    return words.strip(QUOTES + " ")


def _heading_faults(heading: Collection[str]) -> Iterable[RowFault]:
    wanted = ", ".join(COLUMNS)
    for column in REQUIRED:
        if column not in heading:
            yield RowFault(1, column, text("this column is missing; the columns are {columns}", columns=wanted))
    met: set[str] = set()
    for place, column in enumerate(heading):
        if column not in COLUMNS:
            yield RowFault(
                1,
                column[:60] or f"column {place + 1}",
                text("there is no such column here; the columns are {columns}", columns=wanted),
            )
        elif column in met:
            yield RowFault(1, column, text("this column is there twice"))
        met.add(column)


class _Rows:
    """Turns rows of cells into entries and keeps what is wrong with each."""

    def __init__(self, heading: tuple[str, ...]) -> None:
        self.heading = heading
        self.entries: list[Entry] = []
        self.faults: list[RowFault] = []
        self.met: dict[str, int] = {}

    def read(self, rows: Mapping[int, tuple[str, ...]]) -> Roster:
        for number, cells in sorted(rows.items()):
            self._row(number, cells)
        if not rows:
            self.faults.append(RowFault(2, "name", text("the file lists nobody")))
        return Roster(tuple(self.entries), tuple(self.faults), self.heading)

    def _row(self, number: int, cells: tuple[str, ...]) -> None:
        wide = len(self.heading)
        if len(cells) < wide or any(cells[wide:]):
            words = text(
                "has {n} cells where the heading has {wide}: a separator or a line break inside a cell?",
                n=len(cells),
                wide=wide,
            )
            self.faults.append(RowFault(number, "row", words))
            return
        row = dict.fromkeys(COLUMNS, "") | dict(zip(self.heading, cells, strict=False))
        self.faults.extend(RowFault(number, column, reason) for column, reason in _text_faults(row))
        self.entries.append(
            Entry(
                row=number,
                email=self._email(number, row["email"]),
                name=row["name"],
                role=self._word(number, "role", row["role"], Role),
                track=self._word(number, "track", row["track"], Track) if row["track"] else None,
                group=row["group"],
                team=row["team"],
                profession=row["profession"],
                institution=row["institution"],
                pronouns=row["pronouns"],
                time_zone=self._zone(number, row["time_zone"]),
            )
        )

    def _email(self, number: int, cell: str) -> str:
        email = cell.lower()
        if not email:
            self.faults.append(RowFault(number, "email", text("is empty")))
        elif not EMAIL.fullmatch(email):
            self.faults.append(RowFault(number, "email", text("{cell} is not an email address", cell=quoted(cell))))
        elif email in self.met:
            self.faults.append(
                RowFault(number, "email", text("{email} is in row {row} already", email=email, row=self.met[email]))
            )
        self.met.setdefault(email, number)
        return email

    def _word(self, number: int, column: str, cell: str, words: type[_Word]) -> _Word | None:
        try:
            return words(cell.lower())
        except ValueError:
            known = ", ".join(words)
            said = text("is empty; write one of {words}", words=known)
            if cell:
                said = text("{cell} is not one of {words}", cell=quoted(cell), words=known)
            self.faults.append(RowFault(number, column, said))
            return None

    def _zone(self, number: int, cell: str) -> str:
        known = _zones().get(cell.replace(" ", "_").lower(), "")
        if cell and not known:
            said = text(
                "{cell} is not a time zone; write a place, as Europe/London or America/New_York", cell=quoted(cell)
            )
            self.faults.append(RowFault(number, "time_zone", said))
        return known


def _text_faults(row: Mapping[str, str]) -> Iterator[tuple[str, Text]]:
    if not row["name"]:
        yield "name", text("is empty")
    for column, longest in LONGEST.items():
        if len(row[column]) > longest:
            yield column, text("is longer than {n} characters", n=longest)
        if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in row[column]):
            yield column, text("holds control characters: type it anew")


@cache
def _zones() -> dict[str, str]:
    """IANA's names by their lower case."""
    return {name.lower(): name for name in available_timezones()}
