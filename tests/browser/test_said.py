"""What a reader of another language sees of English: nothing but what people and files say, which is in their words.

The server says every sentence of the catalogues in brackets (`altered.py mark_what_is_said`), so what stands outside of
brackets on a page was never said in the reader's language. And no page is wider than a small phone for longer words.
"""

import re
import textwrap
import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from playwright.sync_api import Page

from pallpractice.config import CHECKOUT
from pallpractice.domain import picture
from pallpractice.domain.evidence import COLUMNS
from pallpractice.storage.unit_of_work import Store
from tests.browser.barriers import sideways
from tests.browser.conftest import Stage, served_stage
from tests.browser.rounds import SEATS, Played
from tests.browser.test_pages_matrix import ids, now, opened  # noqa: F401 (fixtures)
from tests.conftest import CAST

pytestmark = [pytest.mark.browser, pytest.mark.matrix]

# Text in its order, and what attributes say to a reader, hidden or not: what is folded away is read later.
SHOWN = """() => {
    const said = [], all = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL);
    const others = 'script, style, noscript, code, .big-code, [lang]:not(html)';
    const read = ['aria-label', 'aria-valuetext', 'aria-description', 'title', 'placeholder', 'alt',
        'label', 'data-label'];
    for (let one = all.nextNode(); one; one = all.nextNode()) {
        if (one.nodeType === Node.TEXT_NODE && !one.parentElement.closest(others)) said.push(one.data);
        for (const name of read) if (one.hasAttribute?.(name)) said.push(one.getAttribute(name));
    }
    return said;
}"""
READER: dict[str, Any] = {"locale": "es-ES", "width": 320, "height": 640}
IN_BRACKETS = re.compile("⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")


def leaves(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict | list):
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from leaves(each)
    elif tree is not None:
        yield str(tree)


@cache
def content() -> frozenset[str]:
    """What the files of the library say."""
    found: set[str] = set()
    for path in (CHECKOUT / "scenarios").rglob("*.yaml"):
        found.update(leaves(tree := yaml.safe_load(path.read_text(encoding="utf-8"))))
        for beat in tree.get("script", {}).get("beats", ()):
            found.update(textwrap.wrap(beat["title"], picture.COLUMN))  # as it stands under a picture
    return frozenset(" ".join(each.split()) for each in found if WORD.search(each))


# People, and what they called their course, its days and groups; places; what `ids` wrote.
NAMES = {*CAST, "pallpractice", "Serious Talk", "Maple", "Delivering serious news", "Getting to know each other"}
NAMES |= {"Ready to practise", "Looking back on the day", "What we take home", "UTC"}
ZONES = zoneinfo.available_timezones()
NAMES |= {
    *ZONES,
    *(zone.replace("_", " ") for zone in ZONES),
    *(str(datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).tzname()) for zone in ZONES for month in (1, 7)),
}
NAMES |= {f"{name}@example.org" for name in CAST}
NAMES |= {"Stay with the emotion", "I wish I had better news"}
NAMES |= {"ABIM", *COLUMNS.values()}  # a board, and what boards call the columns of their files


def known(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(each) for each in sorted(words, key=len, reverse=True)), re.IGNORECASE)


def unsaid(page: Page, words: re.Pattern[str]) -> set[str]:
    parts = [" ".join(IN_BRACKETS.sub(" ", each).split()) for each in page.evaluate(SHOWN)]
    return {each for each in parts if WORD.search(words.sub(" ", each))}


@pytest.fixture
def stage(store: Store, course: Any, tmp_path: Path, chromium: Any) -> Iterator[Stage]:
    script = ("tests/realtime/altered.py", "mark_what_is_said")
    yield from served_stage(store, course, tmp_path, chromium, script=script)


def test_a_round_says_nothing_unsaid(stage: Stage) -> None:
    played, found = Played(stage, **READER), dict[str, str]()
    for moment in played.moments():
        words = known(content() | NAMES | played.written)
        for name, page in played.pages.items():
            found = dict.fromkeys(seen_by(page, words), f"{moment}, {SEATS[name]}") | found
    assert not found, listed(found)


def test_no_page_says_anything_unsaid(stage: Stage, ids: dict[str, str]) -> None:  # noqa: F811 (a fixture)
    found, words = dict[str, str](), known(content() | NAMES)
    for what, page in opened(stage, ids, **READER):
        if what.endswith("/plan/round"):
            continue  # asked for without what it needs, it names the fields of an address
        found = dict.fromkeys(seen_by(page, words), what) | found
    assert not found, listed(found)


def seen_by(page: Page, words: re.Pattern[str]) -> set[str]:
    """What is wrong with a page for who reads another language on a small phone."""
    over = sideways(page)
    return unsaid(page, words) | ({f"scrolls sideways by {over} px"} if over > 0 else set())


def listed(found: dict[str, str]) -> str:
    return "\n".join(f"{each}   ({place})" for each, place in sorted(found.items()))
