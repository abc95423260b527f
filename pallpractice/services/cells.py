"""Cells that a spreadsheet shows and never runs.

A spreadsheet takes for a formula what begins with one of BEGINNINGS, blanks before it or not. One that splits lines at
semicolons or tabs, as many do where the comma is for decimals, makes cells of its own out of a line with commas, and a
line break in a cell begins a new line there: so what follows one of these counts as a beginning too.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
# What nobody sees, and some programs drop: blanks, and every control character but those that begin something.
BLANKS = " \u00a0\u200b\ufeff" + "".join(chr(code) for code in range(32) if chr(code) not in "\t\r\n")
# What begins a formula somewhere: also behind blanks, after a tab or a line's end, and in full width.
BEGINNINGS = "=+-@\t\r\n＝＋－＠"
_INSIDE = re.compile(rf"([;\t\r\n][{re.escape(BLANKS)}\"]*)(?=[=+\-@＝＋－＠])")


def is_formula(words: str) -> bool:
    """Whether a spreadsheet could take it for one."""
    return words.lstrip(BLANKS)[:1] in tuple(BEGINNINGS)


def safe(value: T) -> T | str:
    """The value, with an apostrophe wherever text could be taken for a formula. Numbers stay numbers."""
    if not isinstance(value, str):
        return value
    inside = _INSIDE.sub(r"\1'", value)
    return f"'{inside}" if is_formula(value) else inside


def written(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file, every cell of it safe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in heading])
    writer.writerows([safe("" if cell is None else cell) for cell in row] for row in rows)
    return out.getvalue()
