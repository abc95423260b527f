"""The languages there are: one for each catalogue in `translations/`, beside English, which is what the code says.

A catalogue is one file, `translations/<language>/LC_MESSAGES/messages.po`. It is compiled in memory when someone first
reads that language, so a translator adds or changes the .po and nothing else; English loads nothing.
"""

import json
import re
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date, datetime
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.localedata import locale_identifiers
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).resolve().parents[1] / "translations"
ENGLISH = "en"
PLAIN_ENGLISH = "en_GB"  # how the code itself writes a date and an hour
IN_BROWSER = "static/js/"
COMMENT = re.compile(r"^\s*(//|/?\*).*", re.MULTILINE)
CALL = re.compile(
    r"""(?<![\w.$])(?P<name>tn?)\(\s*(?P<mark>['"`])(?P<one>(?:\\.|(?!(?P=mark))[^\\])*)(?P=mark)"""
    r"""(?:\s*,\s*(?P<mark2>['"`])(?P<many>(?:\\.|(?!(?P=mark2))[^\\])*)(?P=mark2))?"""
)
ESCAPED = re.compile(r"\\(.)")
SAMPLES = (*range(1_001), 1_000_000)  # numbers enough to meet every plural form a language has


class Spoken:
    """A language as it is read in one place: its words, and how dates, hours and numbers are written there."""

    def __init__(self, code: str, locale: Locale, translations: NullTranslations) -> None:
        self.code = code
        self.locale = locale
        self.translations = translations  # what gettext reads

    def one(self, message: str) -> str:
        return self.translations.ugettext(message)

    def many(self, one: str, many: str, n: int) -> str:
        return self.translations.ungettext(one, many, n)

    def date(self, at: date, shape: str) -> str:
        return _date(at, shape, self.locale)

    def time(self, at: datetime) -> str:
        return _time(at, self.locale)

    def number(self, value: float, least: int, most: int) -> str:
        return decimal(value, least, most, self.locale)

    def in_region(self, locale: Locale) -> "Spoken":
        """The same words with the dates, hours and numbers of another place."""
        there = copy(self)
        there.locale = locale
        return there


class Catalogue(Spoken):
    """One language, from what is in its file."""

    def __init__(self, code: str, catalogue: Catalog) -> None:
        self._catalogue = catalogue
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        super().__init__(code, Locale.parse(code), Translations(compiled))

    @cached_property
    def for_browser(self) -> bytes:
        """The words of the scripts, as static/js/translated.js reads them: {"words", "plurals"}.

        `plurals` says which of a message's forms belongs to which of the plural categories browsers know.
        """
        words = {_key(one.id): one.string for one in self._catalogue if one.id and _in_browser(one.locations)}
        form = self.translations.plural
        plurals = {self.locale.plural_form(n): form(n) for n in SAMPLES}
        return json.dumps({"words": words, "plurals": plurals}, ensure_ascii=False).encode()


def in_scripts(
    file: IO[bytes], keywords: object = None, comment_tags: object = None, options: object = None
) -> Iterator[tuple[int, str, str | tuple[str, str], list[str]]]:
    """The sentences of a script, for `make words`: what is written out in `t('...')` and `tn('...', '...')`.

    Babel's own reader of JavaScript loses its way in templates within templates.
    """
    source = COMMENT.sub("", file.read().decode())
    for call in CALL.finditer(source):
        one, many = (ESCAPED.sub(r"\1", words or "") for words in call.group("one", "many"))
        line = source.count("\n", 0, call.start()) + 1
        yield line, call["name"], (one, many) if call["name"] == "tn" else one, []


def _key(id: str | Iterable[str]) -> str:
    return id if isinstance(id, str) else next(iter(id))


def _in_browser(locations: Iterable[tuple[str, object]]) -> bool:
    return any(path.startswith(IN_BROWSER) for path, _ in locations)


@lru_cache(maxsize=4_000)
def _date(at: date, shape: str, locale: Locale) -> str:
    if shape in ("full", "long", "EEEE"):
        return format_date(at, shape, locale)
    if "EEEE" not in shape:
        return format_skeleton(shape, at, locale=locale)
    # CLDR lists short weekdays only: the full one goes into the same place.
    short = str(locale.datetime_skeletons[shape.replace("EEEE", "E")].pattern)
    return format_date(at, re.sub("[Ec]+", "EEEE", short), locale)


@lru_cache(maxsize=4_000)
def _time(at: datetime, locale: Locale) -> str:
    return format_time(at, "short", at.tzinfo, locale)


def decimal(value: float, least: int, most: int, locale: Locale | str = ENGLISH) -> str:
    """With at least and at most so many decimals: "3.5", "3,5" where a comma stands before them; "−0.2"."""
    shape = f"0.{'0' * least}{'#' * (most - least)}"
    return format_decimal(value, shape, locale).replace("-", "−")


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """{code: name in its own language} of all languages there are, English first."""
    codes = sorted(path.parts[-3] for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))
    return {ENGLISH: "English"} | {code: (Locale.parse(code).get_display_name() or code).capitalize() for code in codes}


def language(code: str | None) -> Catalogue | None:
    """The language; None is English, which is also what an unknown one becomes."""
    return _read(code) if code and code != ENGLISH and code in known() else None


@lru_cache
def regional(code: str) -> Spoken | None:
    """The language of a code that may name a region, as `en_US` does. None is English as the code says it."""
    own, _, region = code.partition("_")
    words = language(own)
    if not region or code == PLAIN_ENGLISH:
        return words
    locale = Locale.parse(code)
    return words.in_region(locale) if words else Spoken(ENGLISH, locale, NullTranslations())


@lru_cache
def regions(code: str) -> frozenset[str]:
    """The regions whose dates, hours and numbers are known for a language: "US", "MX"."""
    found = (name.split("_") for name in locale_identifiers())
    return frozenset(parts[1] for parts in found if parts[0] == code and len(parts) == 2 and len(parts[1]) == 2)


@lru_cache
def _read(code: str) -> Catalogue:
    with (FOLDER / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return Catalogue(code, read_po(file, locale=code))
