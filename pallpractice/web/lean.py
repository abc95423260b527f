"""Scripts and styles without what only their readers need: comments and needless space. Words stay as they are.

Names are kept, so that little has to be known of the language but where a text begins and ends.
"""

import re

_BETWEEN = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.S)
_WORD = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[\w$#]+|=>|\S""", re.S)
# A slash begins a pattern unless it follows a value.
_PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
_BEFORE_A_PATTERN = frozenset([*"(,=:[!&|?{};", "=>", "return", "typeof", "case", "in", "of"])
_TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.S)  # its text, until it ends or goes over into code
_APART = frozenset(",;(){}[]:?=<>&|!")  # signs that need no space about them; not + and -, of which two are another
_SPACE, _LINE = _GAPS = ("\0 ", "\0\n")  # not to be taken for a template's text


def script(source: str) -> str:
    """Without comments and the space that parts nothing; every string, template and pattern as it was."""
    pieces = _pieces(source)
    around = zip([";", *pieces], pieces, [*pieces[1:], ";"], strict=False)
    return "".join(_gap(piece, before, after) if piece in _GAPS else piece for before, piece, after in around) + "\n"


def _gap(gap: str, before: str, after: str) -> str:
    if gap == _SPACE:
        return "" if before[-1] in _APART or after[0] in _APART else " "
    return "" if before[-1] in ",;({[" or after[0] in ")]};" else "\n"


def _pieces(source: str) -> list[str]:
    """Words, signs and texts one by one; what lies between two of them is one `_SPACE` or one `_LINE`."""
    found: list[str] = []
    at, last = 0, ";"
    depths = [0]  # of braces, for the code outside and for that inside each template we are in
    while at < len(source):
        if between := _BETWEEN.match(source, at):
            found.append(_LINE if "\n" in between[0] else _SPACE)
            at = between.end()
            continue
        pattern = _PATTERN.match(source, at) if last in _BEFORE_A_PATTERN else None
        word = pattern or _WORD.match(source, at)
        assert word is not None
        last, at = word[0], word.end()
        found.append(last)
        if last == "{":
            depths[-1] += 1
        elif last == "}" and depths[-1]:
            depths[-1] -= 1
        elif last in ("`", "}"):
            if last == "}":
                depths.pop()
            text = _TEMPLATE.match(source, at)
            assert text is not None
            found.append(text[0])
            at = text.end()
            if text[0].endswith("${"):
                depths.append(0)
                last = "{"
    return found


def style(source: str) -> str:
    """Without comments and the space around braces and semicolons."""
    parts = re.split(r"""("[^"]*"|/\*.*?\*/)""", source, flags=re.S)
    parts[1::2] = [part if part[0] == '"' else "" for part in parts[1::2]]
    parts[::2] = [re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", part)) for part in parts[::2]]
    return "".join(parts).replace(";}", "}").strip() + "\n"
