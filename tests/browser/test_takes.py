"""The clock stands for all, the encounter is played again, and the takes are compared as turns open them."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
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


def told_of_it(stage: Stage, left: str) -> None:
    """Everyone's own clock shows it: what is caught from now on is stamped by it."""
    for name in FIVE:
        expect(stage.pages[name].locator(".clock-time").first).to_have_text(re.compile(left))


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
    told_of_it(stage, r"^10:[345]\d left")
    later(stage, 40)
    press(cleo, "+2 minutes")
    told_of_it(stage, r"^1(2:0|1:[345])\d left")
    olga.get_by_role("button", name="Facts for feelings").click()
    caught(olga, "The scan shows a mass")
    later(stage, 60)
    press(lena, "Strong emotion")
    in_phase(stage, "time_out")
    for page in (lena, olga, omar, sam, cleo):
        expect(page.locator(".stopped")).to_have_text(
            re.compile(r"^Lena stopped the clock at 2:5\d\.\s*Strong emotion$")
        )
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
    accessible(cleo)
    press(cleo, "Play take 2")
    in_phase(stage, "encounter")
    for page in (lena, olga, omar, sam, cleo):
        expect(page.locator(".take-now")).to_have_text(re.compile(r"^Take 2, from 1:3\d$"))
    expect(lena.locator("[data-live]")).to_have_text(re.compile(r"^Take 2, from 1:3\d$"))

    later(stage, 50)
    press(cleo, "+2 minutes")
    told_of_it(stage, r"^1(2:[01]|1:[345])\d left")
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
    for page in (lena, cleo, sam):
        accessible(page)
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


def test_an_open_rewind_form_keeps_what_was_chosen_while_others_act_and_the_window_turns(stage: Stage) -> None:
    (cleo,) = stage.enter("Cleo")
    lines = stage.house.join("Cleo", "Olga")
    lines["Cleo"].ok("round:start")
    lines["Cleo"].ok("encounter:begin")
    later(stage, 70)
    lines["Cleo"].ok("timeout:call")
    press(cleo, "Rewind")
    cleo.get_by_role("radio", name="A moment").check()
    time = cleo.get_by_role("slider", name="Time to play again from")
    time.press("Home")
    time.press("ArrowRight")
    time.evaluate("one => { one.seen = true }")

    lines["Olga"].ok("help:ask", text="We can't hear Sam")
    expect(cleo.get_by_text("We can't hear Sam").first).to_be_visible()
    expect(time).to_be_focused()
    for width in (390, 1280):
        cleo.set_viewport_size({"width": width, "height": 844})
        expect(cleo.locator(".tab")).to_have_count(4 if width == 390 else 0)
        expect(time).to_have_attribute("aria-valuetext", re.compile("^0:01, "))
    assert time.evaluate("one => one.seen"), "it is the same form all along"


PHONE = {"width": 390, "height": 844, "has_touch": True}
TABLET = {"width": 1024, "height": 768}


def fits(page: Page) -> None:
    """Nothing is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def in_sight(page: Page, selector: str) -> bool:
    box = page.locator(selector).first.bounding_box()
    assert box
    assert page.viewport_size
    return box["y"] + box["height"] <= page.viewport_size["height"]


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []


def test_the_card_is_played_from_a_phone_and_a_tablet(stage: Stage) -> None:
    for name, size, scheme in (
        ("Sam", PHONE, "dark"),
        ("Cleo", PHONE, "light"),
        ("Lena", PHONE, "light"),
        ("Olga", PHONE, "dark"),
    ):
        stage.window(name, color_scheme=scheme, **size).goto(f"{stage.house.server.url}/rooms/{stage.house.room}")
    lena, olga, sam, cleo = (stage.pages[name] for name in ("Lena", "Olga", "Sam", "Cleo"))
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Sam", "Cleo", "Lena", "Olga")
    assert in_sight(sam, ".beat .play")
    assert not sam.locator(".told").first.is_visible()
    stage.shot("Sam", "phone-beat", "takes")
    accessible(sam)
    sam.get_by_role("button", name="To tell (0 of 10 told)").tap()
    sam.get_by_label(re.compile("^The shop is shut")).check()
    expect(sam.locator(".told-when")).to_have_text(re.compile(r"^Told at 0:\d\d, take 1$"))
    assert in_sight(sam, ".told")
    expect(cleo.get_by_text("What Robin Castell may tell (1 told)")).to_be_visible()
    stage.shot("Sam", "phone-told", "takes")
    sam.get_by_label(re.compile("^The shop is shut")).uncheck()
    expect(cleo.get_by_text("What Robin Castell may tell (0 told)")).to_be_visible()
    felt = sam.get_by_role("slider")
    for key, value in (("ArrowRight", "6"), ("PageUp", "9"), ("PageUp", "10"), ("PageDown", "7"), ("Home", "0")):
        felt.press(key)
        expect(sam.locator(".slider output")).to_have_text(value)
    stage.shot("Olga", "phone-observer", "takes")
    stage.shot("Cleo", "phone-coach", "takes")
    sam.set_viewport_size(TABLET)
    assert in_sight(sam, ".beat .play")
    assert in_sight(sam, ".told")
    stage.shot("Sam", "tablet", "takes")
    sam.set_viewport_size({"width": 390, "height": 844})
    press(sam, "Stop for my welfare")
    in_phase(stage, "time_out", "Sam", "Cleo", "Lena", "Olga")
    expect(lena.locator(".stopped")).to_have_text(re.compile("Sam stopped the clock.*Welfare"))
    expect(sam.locator(".role-now")).to_have_text("Out of role")
    for name in ("Lena", "Olga", "Sam"):
        stage.shot(name, "phone-time-out", "takes")
    press(cleo, "Rewind")
    cleo.get_by_role("radio", name="A moment").check(force=True)
    expect(cleo.get_by_role("slider")).to_be_visible()
    stage.shot("Cleo", "phone-rewind", "takes")
    for page in (lena, olga, sam, cleo):
        fits(page)
        accessible(page)
    press(cleo, "Play take 2")
    in_phase(stage, "encounter", "Lena")
    caught_on_phone(olga)
    press(lena, "End the encounter")
    press(lena, "Yes, end it")
    press(cleo, "Open the debrief")
    press(cleo, "Yes, open it")
    press(cleo, "Pass the turn to the observers")
    expect(lena.locator(".takes")).to_be_visible()
    for name in ("Lena", "Cleo", "Olga", "Sam"):
        fits(stage.pages[name])
        stage.shot(name, "phone-debrief", "takes")


def test_the_next_beat_begins_in_sight_and_has_the_focus(stage: Stage) -> None:
    stage.window("Sam", 820, 700).goto(f"{stage.house.server.url}/rooms/{stage.house.room}")
    sam, line = stage.pages["Sam"], stage.house.client("Cleo").connect()
    line.ok("round:start")
    line.ok("encounter:begin")
    way = sam.get_by_role("button", name="Go to: Told this much")
    way.scroll_into_view_if_needed()
    way.focus()
    sam.evaluate("scrollTo(0, document.activeElement.getBoundingClientRect().bottom + scrollY - innerHeight + 9)")
    title = sam.locator("#beat-title")
    expect(title).not_to_be_in_viewport()
    sam.keyboard.press("Enter")
    expect(title).to_have_text("Told this much")
    expect(title).to_be_focused()
    expect(title).to_be_in_viewport()


def test_a_stop_for_welfare_asks_nothing_of_anyone(stage: Stage) -> None:
    lena, olga, _, sam, cleo = begun(stage)
    press(lena, "Time-out")
    in_phase(stage, "time_out")
    expect(sam.locator(".role-now")).to_have_text("Frozen")
    for page in (lena, cleo):
        expect(page.get_by_text("What is hard just now?")).to_be_visible()
    press(cleo, "Resume")
    in_phase(stage, "encounter")
    press(sam, "Stop for my welfare")
    in_phase(stage, "time_out")
    expect(sam.locator(".role-now")).to_have_text("Out of role")
    expect(sam.locator(".todo")).to_contain_text("nobody asks why")
    expect(sam.get_by_text("I am stepping out of role")).to_have_count(0)
    expect(cleo.locator(".todo")).to_contain_text("See to the actor first")
    for page in (lena, olga):
        expect(page.locator(".todo")).to_contain_text("The actor needs a moment")
    for page in (lena, cleo):
        expect(page.get_by_text("What is hard just now?")).to_have_count(0)
    expect(lena.get_by_text("Say it aloud")).to_have_count(0)


def caught_on_phone(page: Page) -> None:
    page.get_by_role("button", name="Named the feeling").tap()
    page.get_by_label("Exact words").first.fill("That is a lot to hear")
    expect(page.locator(".stamp")).to_have_text(re.compile(r"^Stamped 0:\d\d, take 2$"))
    press(page, "Add")
    page.get_by_role("button", name="Undo").tap()
    expect(page.locator(".last-note")).to_be_hidden()


def test_what_an_observer_watches_and_the_goal_speaks_of_is_on_top(stage: Stage) -> None:
    lena, olga, cleo = stage.enter("Lena", "Olga", "Cleo")
    press(cleo, "Start the round")
    in_phase(stage, "briefing", "Lena", "Olga", "Cleo")
    lena.get_by_label("My goal for this round").fill("Stay with the emotion before giving information")
    lena.get_by_label("My goal for this round").blur()
    expect(olga.locator(".checks .check").first).to_contain_text("Meets the emotion close to the goal")
    olga.get_by_label(re.compile("^Gives the news plainly")).check()
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Olga")
    olga.locator("summary", has_text="The rubric").click()
    titles = olga.locator(".item legend")
    expect(titles.nth(0)).to_have_text(re.compile("^Gives the news plainly you watch this$"))
    expect(titles.nth(1)).to_have_text(re.compile("^Meets the emotion close to the goal$"))
    markers = olga.locator(".marker span")
    expect(markers.nth(0)).to_have_text("Clear headline")
    # Keys are marks only while the markers have the focus; elsewhere a digit is a digit.
    olga.get_by_label("Exact words").first.press_sequentially("1")
    expect(olga.locator(".note-text")).to_have_count(0)
    olga.locator(".marker").first.focus()
    olga.keyboard.press("1")
    expect(olga.locator(".note-text").first).to_have_text("Clear headline")
