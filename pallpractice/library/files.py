"""Reads one YAML file into plain values with the line of each. Values stay text: the schemas know the types.

Only what a case needs is YAML here: mappings, lists and text. Aliases, tags and second documents are refused,
so a small file can neither grow large in memory nor make anything but text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from .errors import WHOLE_FILE, FieldPath, FileError, LibraryErrors, quoted, written

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12

Value = Any  # str | None | list[Value] | dict[str, Value]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = ("", "~", "null")
# Control characters, and the line breaks only YAML knows: with those its line numbers are not the editor's.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(slots=True)
class Source:
    """A file as read: its name as given, its values, the line of each path, and repeated keys as errors."""

    file: str
    tree: Value = None
    lines: dict[FieldPath, int] = field(default_factory=dict)
    errors: list[FileError] = field(default_factory=list)

    def error(self, path: FieldPath, reason: str) -> FileError:
        """A fault at this path, with its line or that of the nearest part that has one."""
        near = next((path[:length] for length in range(len(path), -1, -1) if path[:length] in self.lines), None)
        line = None if near is None else self.lines[near]
        return FileError(self.file, line, written(path), reason)


def read(path: Path) -> Source:
    """The file's values. Raises LibraryErrors with one error if it can't be read to its end."""
    return parse(decoded(_bytes(path), str(path)), str(path))


def parse(text: str, name: str) -> Source:
    """The same for text at hand; `name` stands for the file in errors."""
    return _Reader(Source(name), text).read()


def decoded(raw: bytes, name: str) -> str:
    """What an editor shows of these bytes. Raises LibraryErrors with one error; `name` stands for the file in it."""
    if len(raw) > MAX_BYTES:
        _refuse(name, None, f"larger than {MAX_BYTES // 1024} KB: split it or shorten it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(name, raw.count(b"\n", 0, error.start) + 1, "not UTF-8 text: save the file as UTF-8")
    if found := _UNWANTED.search(text):
        code = f"U+{ord(found.group()):04X}"
        _refuse(name, text.count("\n", 0, found.start()) + 1, f"holds the control character {code}: take it out")
    return text


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        _refuse(str(path), None, f"can't be read: {error.strerror or type(error).__name__}")


def _refuse(name: str, line: int | None, reason: str) -> NoReturn:
    raise LibraryErrors([FileError(name, line, WHOLE_FILE, reason)])


class _Reader:
    """Builds the values from the parser's events, so that what is refused is refused before it is built."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.path: FieldPath = ()
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        self.last_line = max(1, len(text.splitlines()))

    def read(self) -> Source:
        try:
            self._document()
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or "not YAML"
            self._stop(min(mark.line + 1, self.last_line) if mark else None, f"not YAML: {problem}")
        except (ValueError, OverflowError, RecursionError):  # the parser's own slips, such as \UFFFFFFFF
            self._stop(None, "not YAML: an escape or a nesting that can't be read")
        return self.source

    def _document(self) -> None:
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self._stop(None, "the file is empty")
        self.source.tree = self._value(next(self.events))
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._stop(_line(after), "more than one document (---) in the file")

    def _value(self, event: yaml.Event) -> Value:
        self._allow(event)
        self.source.lines.setdefault(self.path, _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping()
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list()
        if not isinstance(event, yaml.ScalarEvent):
            self._stop(_line(event), "a value was wanted here")
        return None if _is_null(event) else event.value

    def _allow(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._stop(_line(event), "anchors (&) and aliases (*) are not allowed: write it out, or quote the text")
        if getattr(event, "tag", None):
            self._stop(_line(event), "tags (!) are not allowed: quote the text")
        if len(self.path) > MAX_DEPTH:
            self._stop(_line(event), f"nested deeper than {MAX_DEPTH}")

    def _mapping(self) -> dict[str, Value]:
        built: dict[str, Value] = {}
        here = self.path
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            self._allow(event)
            if not isinstance(event, yaml.ScalarEvent):
                self._stop(_line(event), "a key must be a word, not a list or a mapping")
            key = event.value
            self.path = (*here, key)
            if key in built:
                self._repeated(key, _line(event))
            self.source.lines[self.path] = _line(event)
            built[key] = self._value(next(self.events))
        self.path = here
        return built

    def _repeated(self, key: str, line: int) -> None:
        first = self.source.lines[self.path]
        reason = f"{quoted(key)} is there twice, first in line {first}"
        self.source.errors.append(FileError(self.source.file, line, written(self.path), reason))

    def _list(self) -> list[Value]:
        built: list[Value] = []
        here = self.path
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.path = (*here, len(built))
            built.append(self._value(event))
        self.path = here
        return built

    def _stop(self, line: int | None, reason: str) -> NoReturn:
        raise LibraryErrors([FileError(self.source.file, line, written(self.path), reason)])


def _is_null(event: yaml.ScalarEvent) -> bool:
    is_bare = not event.style
    return is_bare and event.value.lower() in _NULLS


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
