"""Words in a cell, so that no spreadsheet works them out as a formula.

A spreadsheet takes for a formula what begins with one of SIGNS, spaces before it or not. One that splits lines at
semicolons or tabs, as many do outside English, makes cells of its own out of a comma-separated line, and a line break
in a cell begins a new line there: what follows these counts as a beginning too.
"""

import re

SIGNS = "=+-@＝＋－＠"
_BEGINNING = re.compile(rf"[\s\x00-\x20]*[{re.escape(SIGNS)}]|[\t\r\n]")
_AFTER_A_MARK = re.compile(rf"([;\t\r\n][\s\"]*)([{re.escape(SIGNS)}])")


def is_formula(words: str) -> bool:
    """Whether a spreadsheet would work it out."""
    return bool(_BEGINNING.match(words))


def safe(words: str) -> str:
    """The words with an apostrophe before whatever would be worked out: a spreadsheet shows them as they are."""
    inside = _AFTER_A_MARK.sub(r"\1'\2", words)
    return f"'{inside}" if is_formula(words) else inside
