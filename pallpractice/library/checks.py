"""Rules across a file's fields: ids once, references to something that is there.

They look at the values as read, whatever their shape, so that a wrong reference is reported together with a
missing title and not after it.
"""

from collections.abc import Iterator
from typing import Any

from .errors import FieldPath, quoted

Fault = tuple[FieldPath, str]


def every(tree: Any, pattern: str) -> Iterator[tuple[FieldPath, Any]]:
    """All (path, value) that a pattern reaches: `beats[].next[]` for entries of lists, `emotion{}` for keys.

    What doesn't have the pattern's shape is passed over; the schema reports it.
    """
    return _walk(tree, _steps(pattern), ())


def _steps(pattern: str) -> tuple[str, ...]:
    spaced = pattern.replace("[]", ".[]").replace("{}", ".{}")
    return tuple(spaced.split("."))


def _walk(value: Any, steps: tuple[str, ...], path: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    if not steps:
        yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step == "[]" and isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _walk(entry, rest, (*path, place))
    elif step == "{}" and isinstance(value, dict):
        for key in value:
            yield from _walk(key, rest, (*path, key))
    elif isinstance(value, dict) and step in value:
        yield from _walk(value[step], rest, (*path, step))


def words(tree: Any, pattern: str) -> list[tuple[FieldPath, str]]:
    """Those of `every` that are text, stripped."""
    return [(path, value.strip()) for path, value in every(tree, pattern) if isinstance(value, str)]


def once(tree: Any, *patterns: str) -> Iterator[Fault]:
    """Ids that share a name space and are there again."""
    seen: set[str] = set()
    for pattern in patterns:
        for path, word in words(tree, pattern):
            if word in seen:
                yield path, f"{quoted(word)} is there already; ids must differ"
            seen.add(word)


def refers(tree: Any, pattern: str, to: str, noun: str) -> Iterator[Fault]:
    """References by `pattern` to ids by `to` that are not there."""
    known = dict.fromkeys(word for _, word in words(tree, to))
    listing = _listing(list(known))
    for path, word in words(tree, pattern):
        if word not in known:
            yield path, f"no {noun} {quoted(word)}; {noun}s are {listing}"


def stem(tree: Any, name: str) -> Iterator[Fault]:
    """The id must be the file's name, so that who knows one finds the other."""
    for path, word in words(tree, "id"):
        if word != name:
            yield path, f"{quoted(word)} differs from the file's name {quoted(name)}; they must be the same"


def number(value: Any) -> float | None:
    """The number a text holds, or None."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _listing(known: list[str]) -> str:
    shown = ", ".join(word if word.isprintable() else quoted(word) for word in known[:30])
    return (shown[:600] or "none") + (", ..." if len(known) > 30 else "")
