"""What keeps people out of a page: what axe finds, what is cut off, what is too small to hit. In widths and lights."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# WCAG 2.2 up to AA, and what axe's makers advise beyond it.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEIGHTS = {1280: 900, 390: 844, 320: 640}
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Look:
    """A window as somebody has it."""

    width: int
    scheme: Scheme

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}"


ALL = tuple(Look(width, scheme) for width in HEIGHTS for scheme in ("light", "dark"))  # type: ignore[arg-type]
ONE = (Look(390, "light"),)
# For tests that open their window in one look: the first in `make test`, the others in `make browser`.
every_look = pytest.mark.parametrize(
    ("width", "scheme"),
    [pytest.param(look.width, look.scheme, marks=[pytest.mark.matrix] if at else []) for at, look in enumerate(ALL)],
)


def looks(page: Page, chosen: tuple[Look, ...] = ALL) -> Iterator[Look]:
    """Puts the window into each look in turn, and back into the one it had."""
    before = page.viewport_size
    for look in chosen:
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": look.width, "height": HEIGHTS[look.width]})
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        yield look
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    if before:
        page.set_viewport_size(before)


def barriers(page: Page) -> list[str]:
    """Each barrier in a line, as the page stands now."""
    found = [f"{one['id']}: {one['html'][:160]} {one['why']}" for one in violations(page)]
    if (over := sideways(page)) > 0:
        found.append(f"scrolls sideways by {over} px")
    found += [f"less than 44 px high: {name}" for name in too_small(page)]
    return found + [f"words of a picture are {what}" for what in unreadable(page)]


def violations(page: Page) -> list[dict[str, Any]]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    return list(
        page.evaluate(
            """async (tags) => (await axe.run({ runOnly: tags, resultTypes: ['violations'] })).violations
                .flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) => (
                    { id, html, why: [...any, ...all, ...none].map((check) => check.message).join('; ') })))""",
            TAGS,
        )
    )


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def unreadable(page: Page) -> list[str]:
    """Words in pictures that are cut at the edge, or lie on other words or on a bar."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('svg[role=img]')].flatMap((svg) => {
                const { x, y, width, height } = svg.viewBox.baseVal;
                const words = [...svg.querySelectorAll('text')].map((one) => [one.textContent.trim(), one.getBBox()])
                    .filter(([said, box]) => said && box.width);
                const bars = [...svg.querySelectorAll('.bar-frame')].map((one) => ['a bar', one.getBBox()]);
                const meet = (a, b) => Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 2
                    && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 4;
                return words.flatMap(([said, box], at) => [
                    ...(box.x < x - 1 || box.y < y - 2 || box.x + box.width > x + width + 1
                        || box.y + box.height > y + height + 2 ? [`cut: ${said}`] : []),
                    ...[...words.slice(at + 1), ...bars].filter(([, other]) => meet(box, other))
                        .map(([other]) => `on top of each other: ${said}, ${other}`)]);
            })"""
        )
    )


OURS = (
    "main :is(.button, .tab, .radio, .check, select, textarea, summary, "
    "input:not([type=checkbox], [type=radio], [type=hidden]))"
)


def too_small(page: Page) -> list[str]:
    """Controls of ours less than 44 px high. A tick is hit by its whole line; axe sees to 24 px for the rest."""
    return list(
        page.evaluate(
            """(ours) => [...document.querySelectorAll(ours)]
                .filter((one) => one.checkVisibility({ visibilityProperty: true }))
                .filter((one) => one.getBoundingClientRect().height < 43.5)
                .map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 30)}`)""",
            OURS,
        )
    )
