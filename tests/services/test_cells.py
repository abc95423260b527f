"""No cell of a file is taken for a formula, and nothing else is touched."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallpractice.services.exports import cells


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "＝1"]
)
def test_what_begins_a_formula_somewhere_is_text(cell: str) -> None:
    assert cells.safe(cell) == f"'{cell}"


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
