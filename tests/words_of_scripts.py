"""Which words of a script people read, as far as its text tells: outside t('...') and tn('...') no catalogue could
translate them. Knows of JavaScript what it takes to tell code, strings and html`...` templates from each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HOLE = "\x00"  # where a template has ${...}
SPACE = re.compile(r"\s+|//[^\n]*|/\*.*?\*/", re.DOTALL)
REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
STRING = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
VALUE_OF = re.compile(r'([\w:-]+)="?$')
NAME = re.compile(r"[\w$]+")
BEFORE_REGEX = set("(,=:[!&|?{};+-*%<>~^") | {"return", "=>", ""}


@dataclass(frozen=True)
class Literal:
    """A string or template as it stands in the code."""

    words: str
    before: str  # the code just before it
    kind: str  # "string", "html" or "template"
    attribute: str  # whose value it is, or is a part of


class _Reader:
    def __init__(self, source: str) -> None:
        self.source, self.at, self.before, self.attribute = source, 0, "", ""
        self.found: list[Literal] = []

    def code(self, end: str = "") -> None:
        """Reads until the bracket that ends a ${...}, or to the end."""
        depth = 0
        while self.at < len(self.source):
            one = self.source[self.at]
            if space := SPACE.match(self.source, self.at):
                self.at = space.end()
                continue
            if one == end and depth == 0:
                self.at += 1
                return
            depth += (one == "{") - (one == "}")
            self._step(one)

    def _step(self, one: str) -> None:
        last = self.before.rsplit("\x01", 1)[-1]
        if one == "`":
            self._template()
        elif string := STRING.match(self.source, self.at):
            self._keep(string[0][1:-1], "string")
            self.at = string.end()
        elif one == "/" and last in BEFORE_REGEX and (regex := REGEX.match(self.source, self.at)):
            self._after("/x/")
            self.at = regex.end()
        else:
            token = NAME.match(self.source, self.at)
            self._after(token[0] if token else one)
            self.at += len(token[0]) if token else 1

    def _after(self, token: str) -> None:
        self.before = f"{self.before}\x01{token}"[-120:]

    def _keep(self, words: str, kind: str) -> None:
        self.found.append(Literal(words, self.before.replace("\x01", " "), kind, self.attribute))
        self._after("''")

    def _template(self) -> None:
        before, attribute, words = self.before, self.attribute, ""
        html = before.endswith("\x01html")
        self.at += 1
        while self.source[self.at] != "`":
            if self.source.startswith("${", self.at):
                self.at += 2
                self.before, value_of = "{", VALUE_OF.search(words)
                self.attribute = (value_of[1] if value_of else "") if html else attribute
                self.code("}")
                words += HOLE
                continue
            step = 2 if self.source[self.at] == "\\" else 1
            words += self.source[self.at : self.at + step]
            self.at += step
        self.at += 1
        self.before, self.attribute = before, attribute
        self._keep(words, "html" if html else "template")


def literals(source: str) -> list[Literal]:
    reader = _Reader(source)
    reader.code()
    return reader.found


# Of html`...`

TAG = re.compile(r"<(/?)([\w\x00-]*|)((?:\s+[^<>\"]*?(?:\"[^\"]*\")?)*?)\s*/?>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
LETTERS = re.compile(r"[^\W\d_]{2,}")
# What these hold is for the machine.
CODE_ATTRIBUTES = """
    action aria-atomic aria-controls aria-describedby aria-hidden aria-labelledby aria-live aria-orientation
    autocomplete class d dir fill focus for home href icon id inputmode key kind level method name
    preserveAspectRatio reason rel role rooms scope seat state stroke target transform type value viewBox
    within x x1 x2 xmlns y y1 y2
"""


def for_the_machine(attribute: str) -> bool:
    return attribute in CODE_ATTRIBUTES.split() or attribute.startswith("data-")


def in_html(words: str) -> Iterator[str]:
    for tag in TAG.finditer(words):
        for name, value in ATTRIBUTE.findall(tag[3]):
            if not for_the_machine(name) and LETTERS.search(value):
                yield f"{name}={value}"
    for part in re.split(r"\s*[\x00<>\n]\s*", TAG.sub("\n", words)):
        if LETTERS.search(re.sub(r"&\w+;", "", part)):
            yield part


# Of strings

SAID = re.compile(r"(?:^| )tn? \($")
SECOND = re.compile(r"(?:^| )tn \( '' ,$")
READ = re.compile(r"^\W*[A-Z][a-z]+|[a-z’,.:;] [a-zA-Z]|[a-z]\x00? ?[.!?…]$")


def in_string(one: Literal) -> Iterator[str]:
    said = SAID.search(one.before) or SECOND.search(one.before)
    if not said and not for_the_machine(one.attribute) and READ.search(one.words):
        yield one.words


def bare_in_script(source: str) -> list[str]:
    found: list[str] = []
    for one in literals(source):
        found += in_html(one.words) if one.kind == "html" else in_string(one)
    return found
