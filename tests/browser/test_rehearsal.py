"""An actor rehearses alone: the live card without a room, by keyboard, and nothing leaves the page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pallpractice.web import packs
from pallpractice.web.assets import STATIC
from tests.browser.barriers import every_look
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser
ONE, TWO = "results-after-the-stent", "two-ways-home"
PHASES = ("briefing", "encounter", "time_out", "close")
GIVE, SHOW = "Give me a learner’s move", "Show what to do"


def rehearse(stage: Stage, name: str, scenario: str = ONE) -> Page:
    page = stage.pages.get(name) or stage.window(name)
    page.goto(f"{stage.house.server.url}/scenarios/{scenario}/rehearse")
    in_phase(page, "briefing")
    return page


def in_phase(page: Page, phase: str) -> None:
    expect(page.locator("#rehearsal .panel")).to_have_attribute("data-phase", phase)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=isinstance(name, str)).first.click()


def tab_to(page: Page, name: str | re.Pattern[str], role: Any = "button") -> None:
    """Goes on by Tab until that is in focus: it can be reached, and the focus can be seen to move."""
    wanted = page.get_by_role(role, name=name, exact=isinstance(name, str)).first
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{name} can't be reached by Tab")


def by_key(page: Page, name: str | re.Pattern[str], role: Any = "button", key: str = "Enter") -> None:
    tab_to(page, name, role)
    page.keyboard.press(key)


def heading_has_focus(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words, exact=True)).to_be_focused()


def walk(page: Page) -> Iterator[str]:
    """Through the phases with the mouse, stopping in each."""
    yield "briefing"
    press(page, "Begin")
    press(page, GIVE)
    yield "encounter"
    press(page, SHOW)
    page.locator(".told input").first.check()
    page.get_by_role("slider").press("ArrowRight")
    press(page, "Time-out")
    in_phase(page, "time_out")
    yield "time_out"
    press(page, re.compile("^Play take 2"))
    press(page, "End")
    press(page, "Yes, end it")
    in_phase(page, "close")
    yield "close"


def test_a_whole_rehearsal_by_keyboard_leaves_nothing_behind(stage: Stage) -> None:
    sam = rehearse(stage, "Sam")
    sam.wait_for_load_state("networkidle")
    asked: list[str] = []
    sam.on("request", lambda request: asked.append(request.url))
    loaded = {path.name for path in packs.modules(STATIC, "rehearsal")}
    assert "store.js" in loaded
    assert not {"socket.io.js", "wire.js", "outbox.js", "drafts.js"} & loaded
    expect(sam.get_by_text("Nothing of a rehearsal is sent or kept.")).to_be_visible()
    expect(sam.get_by_text("Stop word:").first).to_be_visible()
    expect(sam.get_by_role("heading", name="Opening line")).to_be_visible()
    stage.shot("Sam", "1-before", "rehearsal")

    by_key(sam, "Begin")
    heading_has_focus(sam, "Play from the card")
    expect(sam.locator("[data-live]")).to_have_text("The rehearsal is running.")
    expect(sam.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d) left$"))
    beat = sam.locator("#beat-title")
    first = beat.inner_text()

    by_key(sam, GIVE)
    answers = sam.locator(".beat .answers")
    expect(answers).to_have_count(0)
    expect(sam.locator(".partner-move")).to_be_visible()
    expect(sam.locator(".partner-then")).to_have_count(0)
    stage.shot("Sam", "2-a-move", "rehearsal")
    by_key(sam, SHOW)
    expect(sam.locator(".partner-then")).to_contain_text("Then")
    expect(answers).to_have_count(1)
    expect(sam.get_by_role("button", name=GIVE)).to_be_focused()
    stage.shot("Sam", "2-what-to-do", "rehearsal")
    move = sam.locator(".partner-move").inner_text()
    sam.keyboard.press("Enter")
    expect(sam.locator(".partner-move")).not_to_have_text(move)

    by_key(sam, re.compile("^Go to: "))
    expect(beat).not_to_have_text(first)
    expect(sam.locator(".partner-move")).to_have_count(0)
    tab_to(sam, re.compile("^How heard"), "slider")
    sam.keyboard.press("ArrowLeft")
    sam.keyboard.press("ArrowLeft")
    expect(sam.locator(".slider output")).to_have_text("3")
    by_key(sam, re.compile("."), "checkbox", "Space")
    expect(sam.locator(".told-when")).to_have_text(re.compile(r"^Told at 0:\d\d, take 1$"))
    stage.shot("Sam", "3-playing", "rehearsal")

    sam.locator("#phase-heading").focus()
    by_key(sam, "Time-out")
    heading_has_focus(sam, "Time-out")
    expect(sam.get_by_role("timer")).to_contain_text("stopped")
    stage.shot("Sam", "4-time-out", "rehearsal")
    by_key(sam, "Go on")
    heading_has_focus(sam, "Play from the card")
    by_key(sam, "Time-out")
    tab_to(sam, "Beat", "combobox")
    sam.keyboard.press("Home")
    by_key(sam, "Play take 2")
    heading_has_focus(sam, "Play from the card")
    expect(beat).to_have_text(first)
    expect(sam.get_by_text("Take 2", exact=True)).to_be_visible()

    by_key(sam, "End")
    expect(sam.get_by_role("button", name="Yes, end it")).to_be_focused()
    sam.keyboard.press("Enter")
    heading_has_focus(sam, "What you played")
    expect(sam.get_by_text(re.compile(r"in 2 takes\.$"))).to_be_visible()
    expect(sam.get_by_role("table").get_by_role("rowheader")).to_have_text(["Take 1", "Take 2"])
    expect(sam.get_by_text(re.compile(r"^Told at 0:\d\d, take 1: "))).to_have_count(1)
    expect(sam.locator(".trace")).to_have_count(1)
    stage.shot("Sam", "5-after", "rehearsal")
    steps = sam.locator(".checks input")
    for at in range(steps.count()):
        steps.nth(at).press("Space")
    by_key(sam, "I have stepped out of role")
    expect(sam.get_by_text("You have stepped out of role.")).to_be_visible()
    by_key(sam, "Rehearse again")
    heading_has_focus(sam, "Step towards the part")

    assert asked == []
    assert sam.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    by_key(sam, "Begin")
    expect(sam.locator(".slider output")).to_have_text("5")
    expect(sam.locator(".told-when")).to_have_count(0)


def test_of_two_characters_one_is_chosen_and_the_other_stays_in_sight(stage: Stage) -> None:
    cleo = rehearse(stage, "Cleo", TWO)
    expect(cleo.locator(".opening")).to_contain_text("Rowan Vale")
    cleo.get_by_role("radio", name=re.compile("Mika")).check()
    expect(cleo.locator(".opening")).to_contain_text("Mika Vale")
    expect(cleo.get_by_role("radio", name=re.compile("Mika"))).to_be_focused()
    stage.shot("Cleo", "6-two-before", "rehearsal")
    press(cleo, "Begin")
    expect(cleo.get_by_label("How heard does Mika Vale feel?")).to_be_visible()
    expect(cleo.locator(".beat").get_by_text("Rowan Vale:")).to_be_visible()
    stage.shot("Cleo", "7-two-playing", "rehearsal")
    cleo.get_by_text("What Rowan Vale may tell (0 told)").click()
    cleo.locator(".fold .told input").first.check()
    press(cleo, "End")
    press(cleo, "Yes, end it")
    cleo.get_by_text("What Rowan Vale told").click()
    expect(cleo.get_by_text(re.compile(r"^Told at 0:\d\d: "))).to_be_visible()
    stage.shot("Cleo", "8-two-after", "rehearsal")


def test_the_clock_brings_the_prompts_in_time(stage: Stage) -> None:
    sam = stage.window("Sam")
    sam.clock.install()
    rehearse(stage, "Sam", TWO)
    press(sam, "Begin")
    expect(sam.get_by_text("From 2:00:")).to_have_count(0)
    sam.clock.run_for("02:01")
    expect(sam.get_by_text("From 2:00:")).to_be_visible()
    sam.clock.run_for("06:00")
    expect(sam.locator("[data-live]")).to_have_text("Two minutes left in the encounter.")
    expect(sam.get_by_text("From 7:30:")).to_be_visible()
    sam.clock.run_for("03:00")
    expect(sam.get_by_role("timer")).to_have_text(re.compile(r"^1:0\d over$"))
    press(sam, "Hide clock")
    expect(sam.get_by_role("timer")).to_have_count(0)


def test_a_learner_does_not_find_it(stage: Stage) -> None:
    stage.expected = ("404",)
    lena = stage.window("Lena")
    answer = lena.goto(f"{stage.house.server.url}/scenarios/{ONE}/rehearse")
    assert answer is not None
    assert answer.status == 404
    expect(lena.locator("#rehearsal-data")).to_have_count(0)


@every_look
def test_every_phase_is_accessible_and_fits(stage: Stage, width: int, scheme: str) -> None:
    sam = stage.window("Sam", width, 900, color_scheme=scheme, reduced_motion="reduce")
    rehearse(stage, "Sam", TWO)
    for phase in walk(sam):
        in_phase(sam, phase)
        stage.shot("Sam", f"{phase}-{width}-{scheme}", "rehearsal")
        found = Axe().run(sam)
        assert found.violations_count == 0, found.generate_report()
        over = sam.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{phase}: {over} px too wide"
        small = sam.evaluate(
            """[...document.querySelectorAll('#rehearsal :is(button, select, summary, a.button)')]
               .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
               .map(one => one.textContent)"""
        )
        assert small == [], phase
