"""What is wrong with the library's files: which file, which line, which field, and why."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

WHOLE_FILE = "whole file"
FieldPath = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class FileError:
    """One fault. `line` counts from 1, list places in `path` from 0; `path` is never empty."""

    file: str
    line: int | None
    path: str
    reason: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.path}: {self.reason}"


class LibraryErrors(Exception):  # noqa: N818 - it is many, and says so
    """Every fault found, in the order of files and lines; prints one a line."""

    def __init__(self, errors: Iterable[FileError]) -> None:
        self.errors = tuple(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


def written(path: FieldPath) -> str:
    """`("script", "beats", 2, "title")` as `script.beats[2].title`; one line, whatever the keys are."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{_key(part)}" for part in path)
    return text.removeprefix(".") or WHOLE_FILE


def quoted(value: object) -> str:
    """A word from a file inside a message: quoted, on one line, cut at 60 characters."""
    word = str(value)
    return json.dumps(word if len(word) <= 60 else word[:60] + "...", ensure_ascii=not word.isprintable())


def _key(part: str) -> str:
    return part if _PLAIN_KEY.fullmatch(part) else quoted(part)
