"""marshmallow fields and the schema base in a case writer's words: every message says what to do."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from .errors import FieldPath, quoted

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _says(invalid: str) -> Any:
    """A field's messages in our words."""
    kinds = ("invalid", "special", "too_large")
    return {"required": "is missing", "null": "is empty", **dict.fromkeys(kinds, invalid)}


class FileSchema(Schema):
    """A mapping of a file that becomes `makes`, a dataclass of the domain. Unknown fields are refused."""

    makes: ClassVar[type]

    class Meta:
        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known = ", ".join(entry.data_key or name for name, entry in self.fields.items())
        self.error_messages = {
            **self.error_messages,
            "type": f"must be a mapping with {known}",
            "unknown": f"unknown field; the fields here are {known}",
        }

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**data)


class Text(fields.String):
    """Words: stripped, not empty, no control characters, at most `longest` characters."""

    def __init__(self, longest: int = 2000, *, required: bool = True, **options: Any) -> None:
        super().__init__(required=required, error_messages=_says("must be text"), **options)
        self.longest = longest

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs)).strip()
        if not text:
            raise ValidationError("is empty")
        if len(text) > self.longest:
            raise ValidationError(f"is {len(text)} characters long; at most {self.longest} fit")
        if not all(_is_text(character) for character in text):
            raise ValidationError("holds control characters: take them out")
        return text


def _is_text(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")


class Slug(Text):
    """An id: small letters, digits and single hyphens."""

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=60, **options)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        slug = super()._deserialize(value, *args, **kwargs)
        if not SLUG.fullmatch(slug):
            raise ValidationError(f'{quoted(slug)} is not an id: use small letters, digits and hyphens ("first-visit")')
        return slug


class Choice(Text):
    """One of a few words."""

    def __init__(self, words: tuple[str, ...], **options: Any) -> None:
        super().__init__(**options)
        self.words = words

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        word = super()._deserialize(value, *args, **kwargs)
        if word not in self.words:
            raise ValidationError(f"{quoted(word)} is not one of {', '.join(self.words)}")
        return word


class Whole(fields.Integer):
    """A whole number from `low` to `high`."""

    def __init__(self, low: int, high: int, *, required: bool = True) -> None:
        says = _says("must be a whole number")
        super().__init__(required=required, validate=_between(low, high), error_messages=says)
        self.low, self.high = low, high


class Number(fields.Float):
    """A number from `low` to `high`."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__(required=True, validate=_between(low, high), error_messages=_says("must be a number"))
        self.low, self.high = low, high


def _between(low: float, high: float) -> validate.Range:
    return validate.Range(low, high, error=f"must be from {low} to {high}")


class Day(fields.Date):
    """A day, as 2026-03-01."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(required=required, format="%Y-%m-%d", error_messages=_says("must be a day, as 2026-03-01"))


class YesNo(fields.Boolean):
    """true or false; may be left out."""

    def __init__(self) -> None:
        super().__init__(truthy={"true", True}, falsy={"false", False}, error_messages=_says("must be true or false"))


class Part(fields.Nested):
    """A mapping inside the file."""

    def __init__(self, schema: type[FileSchema], *, required: bool = True) -> None:
        super().__init__(schema, required=required, error_messages=_says("must be a mapping"))


class Many(fields.List[Any]):
    """A list of `least` to `most` entries, as a tuple. May be left out if `least` is 0."""

    def __init__(self, inner: Any, least: int = 1, most: int = 40, **options: Any) -> None:
        missing: dict[str, Any] = {"required": True} if least else {"load_default": ()}
        options = {"error_messages": _says("must be a list"), **missing, **options}
        super().__init__(inner, **options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):  # before its entries, or characters, are counted
            raise self.make_error("invalid")
        if not self.least <= len(value) <= self.most:
            raise ValidationError(f"has {len(value)} entries; from {self.least} to {self.most} are wanted")
        return tuple(super()._deserialize(value, *args, **kwargs))


class Texts(Many):
    """A list of words."""

    def __init__(self, least: int = 1, **options: Any) -> None:
        super().__init__(Text(), least, **options)


class ByKey(fields.Dict):
    """A mapping whose keys are the file's own, such as characters."""

    def __init__(self, keys: Any, values: Any, *, required: bool = True) -> None:
        super().__init__(keys=keys, values=values, required=required, error_messages=_says("must be a mapping"))

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            built = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            raise ValidationError(_one_level(error.messages)) from error
        return MappingProxyType(built)


def _one_level(messages: Any) -> Any:
    """marshmallow's {key: {"key": [...], "value": [...]}} as {key: [...]}: a path has no such steps."""
    if not isinstance(messages, Mapping):
        return messages
    return {key: _both(found.get("key", []), found.get("value", [])) for key, found in messages.items()}


def _both(of_key: list[Any], of_value: Any) -> Any:
    return {"_schema": of_key, **of_value} if isinstance(of_value, Mapping) else of_key + of_value


def faults(messages: Any, path: FieldPath = ()) -> list[tuple[FieldPath, str]]:
    """marshmallow's nested messages as (path, reason), in the order it met them."""
    if isinstance(messages, Mapping):
        return [
            fault
            for key, inner in messages.items()
            for fault in faults(inner, path if key == "_schema" else (*path, key))
        ]
    return [(path, str(message)) for message in messages]
