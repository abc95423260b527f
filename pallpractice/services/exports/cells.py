"""Cells of a CSV file that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
BLANKS = " \u00a0\u200b\ufeff"
# What begins a formula somewhere: also behind blanks, after a tab or a line's end, and in full width.
BEGINNINGS = "=+-@\t\r\n＝＋－＠"


def safe(value: T) -> T | str:
    """The value, with an apostrophe before text that a spreadsheet could take for a formula. Numbers stay numbers."""
    if not isinstance(value, str):
        return value
    bare = value.lstrip(BLANKS)
    return f"'{value}" if bare and bare[0] in BEGINNINGS else value


def written(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file, every cell of it safe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in heading])
    writer.writerows([safe("" if cell is None else cell) for cell in row] for row in rows)
    return out.getvalue()
