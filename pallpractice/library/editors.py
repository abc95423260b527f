"""The shape of a file as JSON Schema (draft 2020-12), for editors that complete, explain and underline.

Made from the schemas that read the files, so that the two can't differ; what each field holds is said in the comments
of an example (`scenarios/examples/`). The rules across fields are not in it: `pallpractice scenarios check` knows them.
"""

import re
from collections.abc import Mapping
from functools import singledispatch
from types import ModuleType
from typing import Any

from . import encounter, files, rubric, scenario
from .errors import FieldPath
from .fields import SLUG, ByKey, Choice, Day, FileSchema, Many, Number, Part, Slug, Text, Whole, YesNo

DIALECT = "https://json-schema.org/draft/2020-12/schema"
KINDS: Mapping[str, ModuleType] = {"scenario": scenario, "rubric": rubric, "encounter": encounter}

# Text may be written without quotes where YAML sees a number or a yes; numbers may be written with quotes.
TEXT = ["string", "number", "boolean"]
DIGITS = r"^\s*[-+]?[0-9_]+\s*$"
DECIMAL = r"^\s*[-+]?[0-9_]*\.?[0-9_]*([eE][-+]?[0-9]+)?\s*$"
DAY = r"^\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\s*$"

Shape = dict[str, Any]
Said = Mapping[FieldPath, str]  # by path, with "[]" for any place in a list


def json_schema(kind: str, example: str) -> Shape:
    """The JSON Schema of a kind of file, a key of KINDS; `example` is the text of one whose comments explain it."""
    made: type[FileSchema] = getattr(KINDS[kind], f"{kind.capitalize()}Schema")
    return {"$schema": DIALECT, "title": f"A {kind} of pallpractice", **_mapping(made(), (), said(example))}


# --- the words


def said(example: str) -> Said:
    """What the comments of an example say of each field: those on its own line, else those right above it.

    A line that begins with # and no space is a field that may be left out, and is read as if it were there.
    """
    text = re.sub(r"(?m)^(\s*)#(?=\w)", r"\1", example)
    lines = text.splitlines()
    words: dict[FieldPath, str] = {}
    for path, line in files.parse(text, "example").lines.items():
        field = tuple("[]" if isinstance(step, int) else step for step in path)
        if path and isinstance(path[-1], str) and field not in words and (told := _beside(lines, line)):
            words[field] = told
    return words


def _beside(lines: list[str], line: int) -> str:
    """The comment on a line, counted from 1, or the block of comments above it."""
    _, mark, beside = lines[line - 1].partition(" # ")
    if mark:
        return beside.strip()
    above: list[str] = []
    for text in reversed(lines[: line - 1]):
        if not text.lstrip().startswith("# "):
            break
        above.insert(0, text.strip().removeprefix("# "))
    return " ".join(above)


# --- the shapes


def _mapping(schema: FileSchema, path: FieldPath, words: Said) -> Shape:
    properties: Shape = {}
    for name, field in schema.fields.items():
        key = field.data_key or name
        here = (*path, key)
        properties[key] = {**({"description": words[here]} if here in words else {}), **_shape(field, here, words)}
    required = [field.data_key or name for name, field in schema.fields.items() if field.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


@singledispatch
def _shape(field: Any, path: FieldPath, words: Said) -> Shape:
    raise TypeError(f"no shape for {type(field).__name__}")


@_shape.register
def _(field: Text, path: FieldPath, words: Said) -> Shape:
    return {"type": TEXT, "minLength": 1, "maxLength": field.longest, "pattern": r"\S"}


@_shape.register
def _(field: Slug, path: FieldPath, words: Said) -> Shape:
    return {"type": TEXT, "maxLength": field.longest, "pattern": rf"^\s*{SLUG.pattern}\s*$"}


@_shape.register
def _(field: Choice, path: FieldPath, words: Said) -> Shape:
    return {"enum": list(field.words)}


@_shape.register
def _(field: Whole, path: FieldPath, words: Said) -> Shape:
    return {"type": ["integer", "string"], **_bounds(field), "pattern": DIGITS}


@_shape.register
def _(field: Number, path: FieldPath, words: Said) -> Shape:
    return {"type": ["number", "string"], **_bounds(field), "pattern": DECIMAL}


def _bounds(field: Whole | Number) -> Shape:
    return {"minimum": field.low, "maximum": field.high}


@_shape.register
def _(field: Day, path: FieldPath, words: Said) -> Shape:
    return {"type": "string", "pattern": DAY}


@_shape.register
def _(field: YesNo, path: FieldPath, words: Said) -> Shape:
    return {"enum": [True, False, "true", "false"]}


@_shape.register
def _(field: Part, path: FieldPath, words: Said) -> Shape:
    return _mapping(field.schema, path, words)  # type: ignore[arg-type]


@_shape.register
def _(field: Many, path: FieldPath, words: Said) -> Shape:
    inner = _shape(field.inner, (*path, "[]"), words)
    return {"type": "array", "items": inner, "minItems": field.least, "maxItems": field.most}


@_shape.register
def _(field: ByKey, path: FieldPath, words: Said) -> Shape:
    keys = _shape(field.key_field, path, words)
    keys = {name: rule for name, rule in keys.items() if name in ("enum", "pattern", "maxLength")}  # a key is text
    return {"type": "object", "propertyNames": keys, "additionalProperties": _shape(field.value_field, path, words)}
