"""No cell of a file is taken for a formula, and nothing else is touched."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallpractice.services import cells


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "\0=1", "\u00a0=1", "\ufeff=1", "＝1"]
)
def test_what_begins_a_formula_somewhere_is_text(cell: str) -> None:
    assert cells.safe(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("a;=1", "a;'=1"), ("a; -1", "a; '-1"), ('a;"=1', "a;\"'=1"), ("a\n- b", "a\n'- b"), ("=1;=2", "'=1;'=2")],
)
def test_what_begins_one_where_lines_are_split_elsewhere_is_text_too(cell: str, kept: str) -> None:
    """A spreadsheet that splits at semicolons sees cells, and after a line break lines, that we did not write."""
    assert cells.safe(cell) == kept


@given(st.text(alphabet='a;=+-@\t\r\n" ', max_size=12))
def test_no_part_is_a_formula_however_a_line_is_split(cell: str) -> None:
    first, *others = re.split(r"[;\t\r\n]", cells.safe(cell))
    bare = [first.lstrip(cells.BLANKS), *(part.lstrip(cells.BLANKS + '"') for part in others)]
    assert not [part for part in bare if part[:1] in tuple("=+-@")]


@pytest.mark.parametrize("cell", ["Lena", "", "a=b", "1-2", -1, 2.5, None, True, "'=1"])
def test_anything_else_stays(cell: object) -> None:
    assert cells.safe(cell) is cell


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_a_file_holds_what_was_written_and_no_formula(rows: list[tuple[str, str]]) -> None:
    file = cells.written(("a", "b"), rows)
    read = list(csv.reader(io.StringIO(file.replace("\0", ""), newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cells.safe(cell).replace("\0", "").removeprefix("'") for cell in row] for row in rows
    ]
    assert not [cell for row in read for cell in row if cell.lstrip(cells.BLANKS)[:1] in tuple(cells.BEGINNINGS)]
