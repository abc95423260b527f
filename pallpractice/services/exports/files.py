"""Rows as a file: CSV, JSON, JSON lines, or a workbook. A page is written and forgotten, whatever the format.

In CSV and workbooks nothing is a formula; JSON holds every word as it is.
"""

import csv
import io
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import orjson
import xlsxwriter

from ...domain.errors import Invalid
from ...domain.exports import Format
from ...domain.text import text
from .. import cells, journal
from .sheets import Cell, Column, Row

MOST_ROWS = 1_048_575  # of a worksheet, its heading left out
LONGEST_CELL = 32_767
WIDTH = 18  # of a column, in characters
PREFIX = "pallpractice-export-"  # of the folders in which workbooks are put together
LEFT_S = 3600  # a folder older than this was left behind by a crash


class Writing(Protocol):
    """A file being written. `page` takes rows; `close` ends it."""

    def page(self, rows: Iterable[Row]) -> None: ...
    def close(self) -> None: ...


def open_writing(
    format: Format, out: BinaryIO, columns: Sequence[Column], folder: Path | None = None, codebook: Sequence[Row] = ()
) -> Writing:
    """Begins a file. A workbook keeps what it needs meanwhile in `folder`, and has the codebook as a second sheet."""
    match format:
        case Format.CSV:
            return Csv(out, columns)
        case Format.JSON:
            return Json(out, columns)
        case Format.JSONL:
            return JsonLines(out, columns)
        case Format.XLSX:
            return Workbook(out, columns, folder, codebook)


class Csv:
    """Comma-separated, UTF-8 with a byte-order mark, without which spreadsheets take é for Ã©."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column]) -> None:
        self.out = out
        out.write(b"\xef\xbb\xbf")
        self.page([[column.name for column in columns]])

    def page(self, rows: Iterable[Row]) -> None:
        written = io.StringIO()
        csv.writer(written).writerows([_plain(cell) for cell in row] for row in rows)
        self.out.write(written.getvalue().encode("utf-8", "replace"))

    def close(self) -> None:
        pass


class JsonLines:
    """An object on each line."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column]) -> None:
        self.out, self.names = out, [column.name for column in columns]

    def page(self, rows: Iterable[Row]) -> None:
        self.out.write(b"".join(self._object(row) + b"\n" for row in rows))

    def _object(self, row: Row) -> bytes:
        named = dict(zip(self.names, row, strict=True))
        return orjson.dumps(named, default=_plain_words, option=orjson.OPT_PASSTHROUGH_DATETIME)

    def close(self) -> None:
        pass


class Json(JsonLines):
    """The same as one array."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column]) -> None:
        super().__init__(out, columns)
        self.between = b"[\n"

    def page(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.out.write(self.between + self._object(row))
            self.between = b",\n"

    def close(self) -> None:
        self.out.write(b"\n]\n" if self.between == b",\n" else b"[]\n")


class Workbook:
    """A workbook for spreadsheets. Each row goes to the disk as it comes (`constant_memory`)."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column], folder: Path | None, codebook: Sequence[Row]) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(folder) if folder else None,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        self.book = xlsxwriter.Workbook(out, options)
        self.bold = self.book.add_format({"bold": True})
        self.instant = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.literal = self.book.add_format({"quote_prefix": True})  # stays text when it is edited, too
        self.codebook = codebook
        self.begin("data", [column.name for column in columns])

    def begin(self, name: str, heading: Sequence[str]) -> None:
        self.sheet, self.row = self.book.add_worksheet(name), 0
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_column(0, len(heading) - 1, WIDTH)
        self.sheet.write_row(0, 0, heading, self.bold)

    def page(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.row += 1
            if self.row > MOST_ROWS:
                raise Invalid(text("A worksheet holds {n} rows, and these are more. Take CSV or JSON.", n=MOST_ROWS))
            for place, cell in enumerate(row):
                self._write(place, cell)

    def _write(self, place: int, cell: Cell) -> None:
        match cell:
            case None | "":
                pass
            case bool():
                self.sheet.write_boolean(self.row, place, cell)
            case int() | float():
                self.sheet.write_number(self.row, place, cell)
            case datetime():
                self.sheet.write_datetime(self.row, place, cell.replace(tzinfo=None), self.instant)
            case date():
                self.sheet.write_datetime(self.row, place, cell, self.day)
            case _:
                words = _plain_words(cell)[:LONGEST_CELL]
                formula = self.literal if cells.is_formula(words) else None
                self.sheet.write_string(self.row, place, words, formula)

    def close(self) -> None:
        if self.codebook:
            from .codebook import COLUMNS

            self.begin("codebook", [column.name for column in COLUMNS])
            self.page(self.codebook)
        self.book.close()


def _plain(cell: Cell) -> Any:
    """A cell of CSV."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case int() | float():
            return cell
        case _:
            return cells.safe(_plain_words(cell))


def _plain_words(cell: Cell) -> str:
    match cell:
        case datetime():
            return journal.stamp(cell)
        case dict() | list():
            return orjson.dumps(cell).decode()
        case _:
            return str(cell)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder to put a workbook together in. It is gone afterwards, and so is what a process that died has left."""
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
