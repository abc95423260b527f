"""The clock stands for all, the encounter is played again from a moment, and the takes are compared as turns open them."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from pallpractice.storage.rooms import Room
from tests.browser.conftest import Stage
from tests.browser.test_round import FIVE, in_phase, press

pytestmark = pytest.mark.browser


def later(stage: Stage, seconds: int) -> None:
    """Lets encounter time pass at once: the room's clock began earlier, and everyone is told with the next view."""
    with stage.house.store.write() as uow:
        room = uow.session.get_one(Room, stage.house.room)
        assert room.clock_started_at
        room.clock_started_at -= timedelta(seconds=seconds)


def begun(stage: Stage) -> tuple[Page, ...]:
    pages = stage.enter(*FIVE)
    press(pages[4], "Start the round")
    in_phase(stage, "briefing")
    pages[0].get_by_label("My goal for this round").fill("Stay with the emotion before giving information")
    pages[0].get_by_label("My goal for this round").blur()
    expect(pages[1].get_by_text("Stay with the emotion before giving information")).to_be_visible()
    press(pages[4], "Begin the encounter")
    in_phase(stage, "encounter")
    return tuple(pages)


def caught(page: Page, words: str) -> None:
    page.get_by_label("Exact words").first.fill(words)
    press(page, "Add")
    expect(page.locator(".last-note")).to_contain_text("Caught")


def test_the_takes_are_compared_as_turns_open_them(stage: Stage) -> None:
    lena, olga, omar, sam, cleo = begun(stage)
    slider = sam.get_by_role("slider", name=re.compile("How heard"))
    later(stage, 70)
    slider.press("PageDown")
    expect(cleo.locator(".trace figcaption")).to_contain_text("to 2 of 10")
    press(cleo, "+2 minutes")
    later(stage, 40)
    press(cleo, "+2 minutes")
    olga.get_by_role("button", name="Facts for feelings").click()
    caught(olga, "The scan shows a mass")
    later(stage, 60)
    press(lena, "Strong emotion")
    in_phase(stage, "time_out")
    for page in (lena, olga, omar, sam, cleo):
        expect(page.locator(".stopped")).to_have_text(re.compile(r"^Lena stopped the clock at 2:5\d\.\s*Strong emotion$"))
    for name in FIVE:
        stage.shot(name, "1-time-out", "takes")

    press(cleo, "Rewind")
    cleo.get_by_role("radio", name="A moment").check()
    time = cleo.get_by_role("slider", name="Time to play again from")
    mark = cleo.locator("#rewind-mark option", has_text="The scan shows a mass").get_attribute("value")
    cleo.get_by_label("A mark").select_option(mark)
    expect(time).to_have_attribute("aria-valuetext", re.compile(r"^1:5\d, 2 marks near$"))
    time.press("PageDown")
    time.press("ArrowLeft")
    stage.shot("Cleo", "2-rewind", "takes")
    press(cleo, "Play take 2")
    in_phase(stage, "encounter")
    for page in (lena, olga, omar, sam, cleo):
        expect(page.locator(".take-now")).to_have_text(re.compile(r"^Take 2, from 1:3\d$"))
    expect(lena.locator("[data-live]")).to_have_text(re.compile(r"^Take 2, from 1:3\d\.$"))

    later(stage, 50)
    press(cleo, "+2 minutes")
    slider.press("PageUp")
    slider.press("PageUp")
    expect(cleo.locator(".trace figcaption")).to_contain_text("to 8 of 10")
    press(sam, re.compile("^Go to: "))
    sam.get_by_label(re.compile("^The shop is shut")).check()
    olga.get_by_role("button", name="Named the feeling").click()
    caught(omar, "You were hoping for something else")
    for name in FIVE:
        stage.shot(name, "3-take-2", "takes")
    later(stage, 30)
    press(lena, "End the encounter")
    press(lena, "Yes, end it")
    in_phase(stage, "notes")
    press(cleo, "Open the debrief")
    press(cleo, "Yes, open it")
    in_phase(stage, "debrief")

    expect(lena.get_by_role("heading", name="The takes side by side")).to_be_visible()
    expect(lena.locator(".take")).to_have_count(2)
    expect(lena.get_by_text("The scan shows a mass")).to_have_count(0)
    expect(lena.locator(".felt-line")).to_have_count(0)
    expect(lena.get_by_text("sealed until their turn")).to_have_count(3)
    expect(cleo.locator(".take").nth(1)).to_contain_text("Beats")
    press(cleo, "Pass the turn to the observers")
    first, second = lena.locator(".take").nth(0), lena.locator(".take").nth(1)
    expect(first).to_contain_text("Facts for feelings")
    expect(first).to_contain_text("The scan shows a mass")
    expect(second).to_contain_text("You were hoping for something else")
    expect(second.locator("p", has_text="Named the feeling")).to_contain_text("new in this take")
    expect(lena.locator(".take").get_by_text("Beats")).to_have_count(0)
    expect(lena.locator(".felt-line")).to_have_count(0)
    for name in FIVE:
        stage.shot(name, "4-observers", "takes")
    press(cleo, "Pass the turn to the patient")
    expect(first).to_contain_text(re.compile("from 2 to 2 of 10"))
    expect(second).to_contain_text(re.compile("from 2 to 8 of 10"))
    jumps(lena)
    stage.shot("Lena", "5-patient", "takes")
    press(cleo, "Pass the turn to the coach")
    press(cleo, "Close the round")
    press(cleo, "Yes, close it")
    in_phase(stage, "close")
    for name in FIVE:
        stage.shot(name, "6-close", "takes")


def jumps(page: Page) -> None:
    """From a note to its place on the line, and from a place on the line to the notes near it, by keys alone."""
    line = page.get_by_role("slider", name="Moment of the encounter")
    near = page.locator(".near")
    note = page.locator(".note", has_text="You were hoping for something else").last
    note.get_by_role("button", name=re.compile("on the line$")).press("Enter")
    expect(line).to_be_focused()
    expect(near).to_contain_text("You were hoping for something else")
    line.press("Home")
    expect(near).to_contain_text("Nothing noted here")
    for _ in range(7):
        line.press("PageUp")
    expect(near).to_contain_text("The scan shows a mass")
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("cell", name="Time-out: Strong emotion")).to_be_visible()
