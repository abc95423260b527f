"""Five people play a full round in their browsers, from the personal link to the report, and look at each phase."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser
FIVE = ("Lena", "Olga", "Omar", "Sam", "Cleo")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=isinstance(name, str)).first.click()


def in_phase(stage: Stage, phase: str, *names: str) -> None:
    for name in names or FIVE:
        expect(stage.pages[name].locator("main[data-phase]")).to_have_attribute("data-phase", phase)


def everyones_picture(stage: Stage, what: str) -> None:
    for name in FIVE:
        stage.shot(name, what)


def rate(page: Page, level: str) -> None:
    """Answers every item of the rubric that is shown."""
    items = page.locator(".rubric .item")
    for at in range(items.count()):
        choice: Locator = items.nth(at).get_by_role("radio", name=re.compile(rf"^{level}\b"))
        choice.check(force=True)
    for item in range(items.count()):
        expect(items.nth(item).locator(".saving")).to_have_attribute("data-state", "saved")


def test_five_people_play_a_round_to_the_report(stage: Stage) -> None:
    lena, olga, omar, sam, cleo = stage.enter(*FIVE)
    awaited = cleo.locator(".controls .hint").first  # said beside the coach's next step
    in_phase(stage, "lobby")
    expect(cleo.get_by_text("Lena").first).to_be_visible()
    expect(sam.get_by_text("This case touches on")).to_be_visible()
    expect(lena.get_by_text("This case touches on")).to_have_count(0)
    everyones_picture(stage, "1-lobby")

    press(cleo, "Start the round")
    in_phase(stage, "briefing")
    lena.get_by_label("My goal for this round").fill("Stay with the emotion before giving information")
    lena.get_by_label("My goal for this round").blur()
    expect(olga.get_by_text("Stay with the emotion before giving information")).to_be_visible()
    olga.locator(".checks input").first.check()
    expect(awaited).to_have_text("Not ready yet: Lena, Olga, Omar, Sam.")
    for page in (lena, olga, omar):
        press(page, "I am ready")
    expect(awaited).to_have_text("Not ready yet: Sam.")
    press(sam, "I am ready")
    expect(awaited).to_have_text("Everyone here is ready.")
    everyones_picture(stage, "2-briefing")

    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter")
    olga.get_by_label("Exact words").first.fill("I wish I had better news for you")
    press(olga, "Add")
    expect(cleo.get_by_text("Everyone’s notes (1)")).to_be_visible()
    omar.locator(".markers button").first.click()
    expect(cleo.get_by_text("Everyone’s notes (2)")).to_be_visible()
    sam.get_by_role("slider").first.press("ArrowRight")
    press(sam, re.compile("^Go to: "))
    everyones_picture(stage, "3-encounter")

    press(lena, "Time-out")
    in_phase(stage, "time_out")
    expect(sam.get_by_text(re.compile(r"^Lena stopped the clock at 0:\d\d")).first).to_be_visible()
    everyones_picture(stage, "4-time-out")
    press(cleo, "Rewind")
    press(cleo, "Play take 2")
    in_phase(stage, "encounter")
    press(lena, "End the encounter")
    press(lena, "Yes, end it")

    in_phase(stage, "notes")
    expect(awaited).to_have_text("Still writing: Lena, Olga, Omar, Sam.")
    everyones_picture(stage, "5-notes")
    for page, level in ((lena, "3"), (olga, "4"), (omar, "3"), (sam, "4"), (cleo, "4")):
        rate(page, level)
    olga.locator("#comment-keep").fill("The silence after the news")
    for page in (lena, olga, omar, sam, cleo):
        press(page, "Submit my feedback")
        press(page, "Yes, submit")
        expect(page.get_by_text("Submitted.").first).to_be_visible()
    expect(awaited).to_have_text("The others here have submitted.")
    press(cleo, "Open the debrief")

    in_phase(stage, "debrief")
    expect(lena.get_by_text("The silence after the news")).to_have_count(0)
    press(cleo, "Pass the turn to the observers")
    expect(lena.get_by_text("The silence after the news").first).to_be_visible()
    everyones_picture(stage, "6-debrief")
    press(cleo, "Pass the turn to the patient")
    press(cleo, "Pass the turn to the coach")
    press(cleo, "Close the round")
    press(cleo, "Yes, close it")

    in_phase(stage, "close")
    everyones_picture(stage, "7-close")
    lena.get_by_label("One thing I will try next time").fill("One breath before the facts")
    lena.get_by_label("One thing I will try next time").blur()
    step = sam.get_by_role("group", name="Leave the part behind").get_by_role("checkbox").first
    step.check()
    sam.reload()
    expect(step).to_be_checked()
    press(sam, "I have stepped out of role")
    expect(step).to_be_hidden()
    assert not sam.evaluate("Object.keys(localStorage).filter((key) => key.endsWith(':derole'))")
    lena.get_by_role("link", name="Open my report").click()
    expect(lena.get_by_role("heading", level=1)).to_be_visible()
    expect(lena.get_by_text("The silence after the news").first).to_be_visible()
    expect(lena.get_by_text("One breath before the facts").first).to_be_visible()
    expect(lena.get_by_text("I wish I had better news for you").first).to_be_visible()
    expect(lena.get_by_role("heading", name="The takes side by side")).to_be_visible()
    expect(lena.locator(".take")).to_have_count(2)
    stage.shot("Lena", "8-report")

    press(cleo, "Start the next round")
    expect(olga.locator("main[data-seat]")).to_have_attribute("data-seat", "learner")


def test_what_one_wrote_is_read_in_the_order_it_was_asked(stage: Stage) -> None:
    lena, line = stage.enter("Lena")[0], stage.house.client("Cleo").connect()
    line.ok("round:start")
    line.ok("encounter:begin")
    line.ok("encounter:end")
    for box in ("well", "hard"):
        lena.locator(f"#comment-self-{box}").fill(f"what was {box}")
    press(lena, "Submit my feedback")
    press(lena, "Yes, submit")
    expect(lena.locator(".written p")).to_have_text(["what was well", "what was hard"])
    line.ok("debrief:open")
    expect(lena.get_by_text("You speak first.")).to_be_visible()
    expect(lena.locator(".written p").first).to_have_text("what was well")
