"""Words for people. What the rules say is English, and remembers what it was made of, so that an edge can say it anew
in the reader's language.

    text("{who} is coming already.", who=there.name)
    texts("{n} room made.", "{n} rooms made.", n)

Both give a `Text`, which is a str: the English. `make words` finds the sentences by these two names, so the sentence is
always written out in the call, and what varies goes by name. `said` is called at the edges, once for each reader. An
f-string or a `+` around a Text is plain English for everyone: give the sentence the other one as a value instead, or
use `joined`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, Self


class Language(Protocol):
    """A language, or English as a region writes it. What it has no words for comes back as it was."""

    @property
    def code(self) -> str: ...

    def one(self, message: str) -> str:
        """The sentence, with its {places} still in it."""

    def many(self, one: str, many: str, n: int) -> str:
        """The same, in the form for so many."""

    def date(self, at: date, shape: str) -> str:
        """A date, or a datetime in its own zone, as "full" or in the shape of a CLDR skeleton such as "MMMd"."""

    def time(self, at: datetime) -> str:
        """Hour and minute, in the zone it has."""

    def number(self, value: float, least: int, most: int) -> str:
        """With at least and at most so many decimals."""


class Text(str):
    """English words that can be said in another language. `Text("...")` itself is for what stays as it is."""

    __slots__ = ("many", "message", "n", "values")
    message: str
    many: str | None
    n: int
    values: Mapping[str, object]

    def __new__(cls, english: str, message: str = "", values: Mapping[str, object] | None = None) -> Self:
        new = super().__new__(cls, english)
        new.message, new.values = message or english, values or {}
        new.many, new.n = None, 1
        return new

    def said_in(self, language: Language) -> str:
        """Falls back to the English when a catalogue names a place that the sentence has not."""
        if not self.message:
            return str(self)
        pattern = language.many(self.message, self.many, self.n) if self.many else language.one(self.message)
        if not self.values:
            return pattern
        try:
            return pattern.format(**{name: said(value, language) for name, value in self.values.items()})
        except (LookupError, ValueError):
            return str(self)

    def format(self, *_: object, **values: object) -> "Text":
        """With more values, as marshmallow fills in its messages."""
        return text(self.message, **{**self.values, **values})  # words: its own

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), str(self), [(name, getattr(self, name)) for name in Text.__slots__])


def _again(kind: type[Text], english: str, slots: list[tuple[str, object]]) -> Text:
    """A Text from another process."""
    new = kind.__new__(kind, english)
    for name, value in slots:
        setattr(new, name, value)
    return new


class Figure(Text):
    """A number with decimals. It is shown with the reader's decimal sign."""

    __slots__ = ("decimals", "value")
    value: float
    decimals: int

    @classmethod
    def of(cls, value: float, decimals: int) -> Self:
        new = cls(f"{value:.{decimals}f}")
        new.value, new.decimals = value, decimals
        return new

    def said_in(self, language: Language) -> str:
        return language.number(self.value, self.decimals, self.decimals)

    def __reduce__(self) -> tuple[Any, ...]:
        return Figure.of, (self.value, self.decimals)


def text(message: str, /, **values: object) -> Text:
    """A sentence with {places} for the values. Without values, braces are braces."""
    return Text(message.format(**values) if values else message, message, values)


def texts(one: str, many: str, n: int, /, **values: object) -> Text:
    """A sentence that goes by a number, which both forms may show as {n}."""
    values = {"n": n, **values}
    new = Text((one if n == 1 else many).format(**values), one, values)
    new.many, new.n = many, n
    return new


def joined(between: str, parts: Iterable[str]) -> Text:
    """Sentences or words one after another, each still to be said in the reader's language."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    escaped = between.replace("{", "{{").replace("}", "}}")
    message = escaped.join(f"{{{name}}}" for name in values)
    return Text(between.join(values.values()), message, values)


def said(value: Any, language: Language | None) -> Any:
    """The value in that language, None being English: a Text, or all those in lists and mappings."""
    if language is None:
        return value
    if isinstance(value, Text):
        return value.said_in(language)
    if isinstance(value, Mapping):
        return {key: said(one, language) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [said(one, language) for one in value]
    return value


def listed(names: Sequence[str]) -> Text:
    """ "Lena", "Lena and Olga", "Lena, Olga and Omar"."""
    if len(names) < 2:
        return joined("", names)
    return text("{names} and {last}", names=joined(", ", names[:-1]), last=names[-1])
