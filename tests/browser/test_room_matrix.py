"""Every seat in every phase of a round: no barriers in any width and light, and a contact sheet to look at."""

import pytest
from playwright.sync_api import Page

from tests.browser.barriers import ALL, ONE, Look, barriers, looks
from tests.browser.conftest import Stage
from tests.browser.rounds import MOMENTS, SEATS, Played
from tests.browser.sheet import Sheet

pytestmark = pytest.mark.browser


def clutter(page: Page, moment: str) -> list[str]:
    """What leaves someone to wonder what to do now: two next steps at the end of a round, a bar with nothing in it."""
    steps = page.locator(".button.primary:visible").all_inner_texts()
    found = [f"more than one next step: {', '.join(steps)}"] if moment == "close" and len(steps) > 1 else []
    bars = page.locator(".controls:visible").filter(has_not=page.locator("button"))
    return found + ["controls without a control"] * bars.count()


@pytest.mark.parametrize(
    "chosen", [pytest.param(ONE, id="smoke"), pytest.param(ALL, id="all", marks=pytest.mark.matrix)]
)
def test_no_seat_meets_a_barrier_in_any_phase(stage: Stage, chosen: tuple[Look, ...]) -> None:
    played, sheet, faults, seen = Played(stage), Sheet(), set[str](), 0
    for moment in played.moments():
        for name, page in played.pages.items():
            for look in looks(page, chosen):
                sheet.add(page, moment, SEATS[name], look)
                found = barriers(page) + clutter(page, moment)
                faults |= {f"{moment} {SEATS[name]} {look}: {one}" for one in found}
                seen += 1
    assert seen == len(MOMENTS) * len(SEATS) * len(chosen)
    if chosen is ALL:
        print(f"{seen} looks at the room; {sheet.save(stage.chromium)}")
    assert not faults, "\n".join(sorted(faults))
