"""Beside the meeting: the lobby, who comes late, a second device, a phone in the hand, a machine that others use."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pallpractice.storage.courses import Course, Session
from pallpractice.storage.feedback import Observation
from pallpractice.storage.rooms import Room
from tests.browser.conftest import Stage, becomes
from tests.browser.test_round import in_phase, press

pytestmark = pytest.mark.browser
ZOOM = "https://us02web.zoom.us/j/81234567890"


def room(stage: Stage, name: str, width: int = 1280, height: int = 900, **options: Any) -> Page:
    page = stage.window(name, width, height, **options)
    page.goto(f"{stage.house.server.url}/rooms/{stage.house.room}")
    expect(page.locator("main[data-phase]")).to_be_visible()
    return page


def meet_in(stage: Stage, template: str) -> None:
    with stage.house.store.write() as uow:
        uow.session.query(Course).one().meeting_url_template = template


# The lobby


def test_the_lobby_says_who_is_missing_what_comes_and_goes_on_by_itself(stage: Stage) -> None:
    lena, olga = stage.enter("Lena", "Olga")
    sam = room(stage, "Sam", 390, 844, color_scheme="dark")
    for page in (lena, olga, sam):
        expect(page.locator(".here")).to_contain_text("Still to come: Omar, Cleo.")
        expect(page.get_by_text("Talk where your course meets").first).to_be_visible()
    expect(lena.get_by_text("You are first in the chair.")).to_be_visible()
    expect(olga.get_by_text("You are second in the chair. Until then you observe.")).to_be_visible()
    expect(sam.get_by_text("You play the patient.")).to_be_visible()
    expect(sam.get_by_text("Stop word:").first).to_be_visible()
    expect(olga.get_by_text("What is said here stays here.")).to_be_visible()
    cleo = room(stage, "Cleo", 390, 844)
    expect(olga.locator(".here")).to_contain_text("Still to come: Omar.")
    expect(cleo.get_by_text("Before you start")).to_be_visible()
    for name in ("Lena", "Olga", "Sam", "Cleo"):
        stage.shot(name, "lobby", "states")
    press(cleo, "Start the round")
    in_phase(stage, "briefing", "Lena", "Olga", "Sam", "Cleo")
    expect(olga.locator(".here")).to_have_count(0)


def test_once_it_is_time_everyone_waits_for_the_coach_and_the_coach_for_nobody(stage: Stage) -> None:
    with stage.house.store.write() as uow:
        session = uow.session.get_one(Session, uow.session.get_one(Room, stage.house.room).session_id)
        session.starts_at, session.ends_at = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
    lena, cleo = stage.enter("Lena", "Cleo")
    expect(lena.locator(".facts").first).to_contain_text("It begins when your coach starts the round.")
    expect(cleo.locator(".facts").first).to_contain_text("It begins when you start the round.")


@pytest.mark.parametrize(("locale", "hours"), [("en-US", "1?\\d:\\d\\d\\s[AP]M"), ("en-GB", "\\d\\d:\\d\\d")])
def test_hours_are_written_as_where_the_reader_is(stage: Stage, locale: str, hours: str) -> None:
    lena, oren = room(stage, "Lena", locale=locale), stage.window("Oren", locale=locale)
    expect(lena.get_by_text(re.compile(f"^{hours} to {hours} by your clock"))).to_be_visible()
    oren.goto(f"{stage.house.server.url}/courses/serious-talk")
    expect(oren.get_by_text(re.compile(f"^{hours} to {hours} EDT")).first).to_be_visible()
    oren.get_by_role("link", name="Board").first.click()
    expect(oren.get_by_text(re.compile(f"{hours} to {hours} EDT"))).to_be_visible()


def test_extra_time_is_on_for_the_room_and_no_one_is_told_for_whom(stage: Stage) -> None:
    lena, olga, cleo = stage.enter("Lena", "Olga", "Cleo")
    box = olga.get_by_label("I need more time to read and write")
    box.check()
    expect(cleo.get_by_text("Extra time is on:")).to_be_visible()
    assert "Olga" not in cleo.get_by_text("Extra time is on:").inner_text()
    expect(lena.get_by_text("Extra time is on:")).to_have_count(0)
    expect(lena.get_by_label("I need more time to read and write")).not_to_be_checked()
    olga.reload()
    expect(olga.get_by_label("I need more time to read and write")).to_be_checked()
    press(cleo, "Start the round")
    in_phase(stage, "briefing", "Lena", "Cleo")
    expect(lena.locator(".room-head .clock-time")).to_have_text(re.compile(r"^4:[23]\d left"))
    press(olga, "Help")
    olga.get_by_label("I need more time to read and write").uncheck()
    expect(cleo.get_by_text("Extra time is on:")).to_have_count(0)


def test_a_choice_on_its_way_stays_chosen_while_others_come_in(stage: Stage) -> None:
    held: list[tuple[Any, Any]] = []

    def carry(line: Any) -> None:
        server = line.connect_to_server()
        line.on_message(lambda said: held.append((server, said)) if "extratime:set" in said else server.send(said))

    cleo, olga = room(stage, "Cleo"), stage.window("Olga")
    olga.route_web_socket(re.compile("/socket.io/"), carry)
    olga.goto(cleo.url)
    box = olga.get_by_label("I need more time to read and write")
    box.check()
    room(stage, "Lena")
    expect(olga.locator(".here")).to_contain_text("Still to come: Omar, Sam.")
    expect(box).to_be_checked()
    assert len(held) == 1
    expect(cleo.get_by_text("Extra time is on:")).to_have_count(0)
    for server, said in held:
        server.send(said)
    expect(cleo.get_by_text("Extra time is on:")).to_be_visible()
    expect(box).to_be_checked()


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "They are reading the brief"),
        (["Begin the encounter"], "The conversation is going on"),
        (["Begin the encounter", "Time-out"], "The clock is stopped"),
    ],
)
def test_who_comes_late_is_told_once_what_is_going_on(stage: Stage, steps: list[str], words: str) -> None:
    cleo = room(stage, "Cleo")
    for step, phase in zip(["Start the round", *steps], ("briefing", "encounter", "time_out"), strict=False):
        press(cleo, step)
        in_phase(stage, phase, "Cleo")
    omar = room(stage, "Omar", 400, 800)
    expect(omar.locator("[data-banner=late]")).to_contain_text(words)
    stage.shot("Omar", f"late-{omar.locator('main').get_attribute('data-phase')}", "states")
    omar.reload()
    expect(omar.locator("main[data-phase]")).to_be_visible()
    expect(omar.locator("[data-banner=late]")).to_have_count(0)


def test_who_is_in_the_conversation_is_not_asked_to_join_it_quietly(stage: Stage) -> None:
    """On a second device, or with a browser that keeps nothing."""
    cleo = room(stage, "Cleo")
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Cleo")
    for name in ("Lena", "Sam", "Cleo"):
        page = room(stage, name, 400, 800)
        expect(page.locator(".todo")).not_to_be_empty()
        expect(page.locator("[data-banner=late]")).to_have_count(0)


# The meeting


def test_an_organiser_says_where_to_talk_and_open_rooms_show_it(stage: Stage) -> None:
    stage.expected = ("400 (BAD REQUEST)",)
    olga = room(stage, "Olga", 400, 800)
    expect(olga.get_by_text("Talk where your course meets").first).to_be_visible()
    oren = stage.window("Oren")
    oren.goto(f"{stage.house.server.url}/courses/serious-talk/meeting")
    oren.get_by_label("Address for the whole course").fill("zoom.us/j/1")
    press(oren, "Save")
    expect(oren.get_by_role("alert")).to_contain_text("is not an https:// address")
    stage.shot("Oren", "meeting-refused", "states")
    oren.get_by_label("Address for the whole course").fill(ZOOM)
    press(oren, "Save")
    expect(oren.get_by_text("Saved. Rooms that are open show it already.")).to_be_visible()
    for at in ("Mine", "People"):
        olga.get_by_role("tab", name=at).click()
        link = olga.get_by_role("link", name="Talk in Zoom").locator("visible=true")
        expect(link).to_have_attribute("href", ZOOM)
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        expect(link).to_have_attribute("target", "_blank")
    stage.shot("Oren", "meeting", "states")
    olga.goto(stage.house.server.url)
    expect(olga.get_by_role("link", name="Talk in Zoom")).to_have_attribute("href", ZOOM)


def test_after_half_a_minute_without_a_line_there_is_a_way_to_try_and_to_talk(stage: Stage) -> None:
    stage.expected = ("ERR_CONNECTION_REFUSED", "WebSocket")
    meet_in(stage, ZOOM)
    olga = stage.window("Olga", 400, 800)
    olga.clock.install()
    olga.goto(f"{stage.house.server.url}/rooms/{stage.house.room}")
    expect(olga.get_by_text("How a round goes")).to_be_visible()
    banner = olga.locator("[data-banner=line]")
    olga.clock.run_for(3_000)
    expect(banner).to_have_count(0)
    stage.house.server.kill()
    expect(olga.locator("main[data-phase]")).to_be_visible()
    olga.wait_for_timeout(500)
    olga.clock.run_for(1_400)
    expect(banner).to_have_count(0)
    olga.clock.run_for(2_000)
    words = "Connection lost, trying again. Keep going: your notes are kept on this device."
    expect(banner).to_have_text(re.compile(re.escape(words)))
    expect(banner.get_by_role("button", name="Try now")).to_have_count(0)
    olga.clock.run_for(30_000)
    expect(banner.get_by_role("button", name="Try now")).to_be_visible()
    expect(banner.get_by_role("link", name="Talk in Zoom")).to_have_attribute("href", ZOOM)
    stage.shot("Olga", "lost-line-long", "states")


# Two windows of one person


def test_one_person_writes_on_the_laptop_and_the_phone_and_loses_nothing(stage: Stage) -> None:
    phone = room(stage, "Lena", 400, 800)
    laptop = phone.context.new_page()
    laptop.goto(phone.url)
    cleo = room(stage, "Cleo")
    press(cleo, "Start the round")
    for page in (phone, laptop):
        expect(page.locator("main[data-seat]")).to_have_attribute("data-seat", "learner")
        expect(page.locator("main[data-phase]")).to_have_attribute("data-phase", "briefing")
    box = "My goal for this round"
    laptop.get_by_label(box).press_sequentially("Typed on the laptop", delay=5)
    phone.get_by_label(box).fill("Typed on the phone")
    phone.get_by_label(box).blur()
    for _ in range(50):
        if any(page.get_by_label("Changed meanwhile").is_visible() for page in (phone, laptop)):
            break
        phone.wait_for_timeout(100)
    slower, faster = (laptop, phone) if laptop.get_by_label("Changed meanwhile").is_visible() else (phone, laptop)
    typed = slower.get_by_label(box).input_value()
    assert typed != faster.get_by_label(box).input_value(), "nothing is overwritten unseen"
    expect(slower.get_by_label("Changed meanwhile")).to_contain_text(faster.get_by_label(box).input_value())
    stage.shot("Lena", "two-windows", "states")
    press(slower, "Keep this one")
    expect(cleo.get_by_text(typed)).to_be_visible()
    expect(faster.get_by_label(box)).to_have_value(typed)
    faster.get_by_label(box).press("End")
    faster.get_by_label(box).press_sequentially(", and on")
    expect(slower.get_by_label(box)).to_have_value(f"{typed}, and on")


# On the device


def test_a_window_that_dies_with_unsent_notes_loses_none(stage: Stage) -> None:
    stage.expected = ("ERR_CONNECTION_REFUSED", "WebSocket")
    olga, cleo = room(stage, "Olga"), room(stage, "Cleo")
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Olga", "Cleo")
    stage.house.server.kill()
    for words in ("the first unsent", "the second unsent"):
        olga.get_by_label("Exact words").first.fill(words)
        press(olga, "Add")
    olga.get_by_label("Exact words").first.fill("not even added")
    context, url = olga.context, olga.url
    olga.close(run_before_unload=False)
    stage.house.server.start()
    again = context.new_page()
    again.goto(url)
    expect(again.get_by_label("Exact words").first).to_have_value("not even added")
    expect(cleo.get_by_text("Everyone’s notes (2)")).to_be_visible(timeout=30_000)
    with stage.house.store.read() as uow:
        kept = [row.text for row in uow.session.query(Observation).order_by(Observation.at)]
    assert kept == ["the first unsent", "the second unsent"]
    expect(again.get_by_text("unsent", exact=False).first).to_be_visible()
    assert again.evaluate("Object.keys(localStorage).filter((key) => key.includes('outbox:'))") == []


def test_someone_else_on_this_machine_finds_nothing_and_sends_nothing_of_who_was_here(stage: Stage) -> None:
    olga = room(stage, "Olga")
    olga.evaluate(
        """() => { const { person, room } = JSON.parse(document.getElementById('room-data').textContent);
        const key = (kind) => `pallpractice:${kind}:${person}:${room}:x`;
        for (const kind of ['draft', 'outbox']) localStorage.setItem(key(kind), '{}'); }"""
    )
    asked: list[str] = []
    olga.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    other = olga.context.new_page()  # the first stays open, as on a ward
    other.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    other.goto(stage.house.links["Omar"])
    press(other, "Come in")
    expect(other.get_by_role("heading", name="My rooms")).to_be_visible()
    assert len(asked) == 1
    assert "Someone else" in asked[0]
    left = "Object.keys(localStorage).filter((key) => /draft:|outbox:/.test(key))"
    becomes(other, f"{left}.length === 0")  # the heading may be there before the script
    stage.house.server.stop()
    stage.house.server.start()
    stage.expected = ("ERR_CONNECTION_REFUSED", "WebSocket", "ERR_CONNECTION_RESET")
    # The window that was Olga's has Omar's line now: it is made anew, instead of passing her words off as his.
    expect(olga.get_by_text("Omar (you)")).to_be_visible(timeout=30_000)


LOCK = """
  window.locks = [];
  const lock = { request: async () => {
    const one = { released: false, release: async () => { one.released = true; } };
    window.locks.push(one);
    return one;
  } };
  Object.defineProperty(Navigator.prototype, 'wakeLock', { configurable: true, get: () => lock });
"""
HELD = "window.locks.filter((one) => !one.released).length"


def test_the_screen_stays_on_while_a_conversation_runs_unless_one_would_rather_not(stage: Stage) -> None:
    sam, cleo = stage.window("Sam", 390, 844), room(stage, "Cleo")
    sam.add_init_script(LOCK)
    sam.goto(cleo.url)
    press(cleo, "Start the round")
    in_phase(stage, "briefing", "Sam")
    assert sam.evaluate(HELD) == 0
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Sam")
    becomes(sam, f"{HELD} === 1")
    sam.evaluate("window.locks.at(-1).released = true")  # as browsers do when the page is hidden
    for hidden in ("true", "false"):
        sam.evaluate(
            f"Object.defineProperty(document, 'hidden', {{ configurable: true, get: () => {hidden} }});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    becomes(sam, f"{HELD} === 1")
    sam.get_by_role("tab", name="Help").click()
    sam.get_by_label("Keep the screen on").uncheck()
    becomes(sam, f"{HELD} === 0")
    sam.get_by_label("Keep the screen on").check()
    becomes(sam, f"{HELD} === 1")
    press(cleo, "End the encounter")
    press(cleo, "Yes, end it")
    in_phase(stage, "notes", "Sam")
    becomes(sam, f"{HELD} === 0")


def test_a_line_that_died_asleep_is_made_anew_as_soon_as_the_page_is_looked_at(stage: Stage) -> None:
    lines: list[Any] = []
    asleep = [False]

    def carry(line: Any) -> None:
        lines.append(line)
        number, server = len(lines), line.connect_to_server()
        line.on_message(lambda message: None if number == 1 and asleep[0] else server.send(message))
        server.on_message(lambda message: None if number == 1 and asleep[0] else line.send(message))

    olga, cleo = stage.window("Olga"), room(stage, "Cleo")
    olga.route_web_socket(re.compile("/socket.io/"), carry)
    olga.goto(cleo.url)
    expect(olga.get_by_text("Still to come").first).to_be_visible()
    asleep[0] = True
    press(cleo, "Start the round")
    in_phase(stage, "briefing", "Cleo")
    olga.wait_for_timeout(1_000)
    expect(olga.locator("main[data-phase]")).to_have_attribute("data-phase", "lobby")
    olga.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(olga.locator("main[data-phase]")).to_have_attribute("data-phase", "briefing", timeout=5_000)
    assert len(lines) == 2


# A coach with a phone


def test_a_coachs_next_step_is_at_the_thumb_in_every_phase(stage: Stage) -> None:
    cleo = room(stage, "Cleo", 390, 844)
    lena = room(stage, "Lena")
    steps = [
        "Start the round",
        "Begin the encounter",
        "Time-out",
        "Resume",
        ("End the encounter", "Yes, end it"),
        ("Open the debrief", "Yes, open it"),
        "Pass the turn to the observers",
        "Pass the turn to the patient",
        "Pass the turn to the coach",
        ("Close the round", "Yes, close it"),
        "Start the next round",
    ]
    for step in steps:
        for name in [step] if isinstance(step, str) else step:
            button = cleo.get_by_role("button", name=name, exact=True)
            expect(button).to_be_visible()
            box = button.bounding_box()
            assert box, name
            assert box["y"] > 844 / 2 < box["y"] + box["height"] <= 844, (name, box)
            assert box["height"] >= 44, name
            for tab in ("People", "Help", "Mine"):
                cleo.get_by_role("tab", name=tab).click()
                expect(button).to_be_in_viewport(ratio=1)
            button.click()
            cleo.wait_for_timeout(150)
        assert cleo.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        stage.shot("Cleo", f"phone-{cleo.locator('main').get_attribute('data-phase')}", "states")
    in_phase(stage, "briefing", "Lena", "Cleo")
    assert lena.locator(".controls").count() == 0


def test_a_double_tap_is_one_press_though_another_button_comes_in_its_place(stage: Stage) -> None:
    cleo = room(stage, "Cleo", 390, 844, has_touch=True, is_mobile=True)

    def tapped_twice(name: str, phase: str) -> None:
        button = cleo.get_by_role("button", name=name, exact=True)
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box, name
        at = box["x"] + 30, box["y"] + box["height"] / 2
        cleo.touchscreen.tap(*at)
        in_phase(stage, phase, "Cleo")
        cleo.touchscreen.tap(*at)

    press(cleo, "Start the round")
    tapped_twice("Begin the encounter", "encounter")
    expect(cleo.get_by_role("button", name="Yes, end it")).to_have_count(0)
    for name in ("End the encounter", "Yes, end it", "Open the debrief", "Yes, open it"):
        press(cleo, name)
    in_phase(stage, "debrief", "Cleo")
    passed = cleo.get_by_role("button", name="Pass the turn to the observers", exact=True)
    box = passed.bounding_box()
    assert box
    for _ in range(2):
        cleo.touchscreen.tap(box["x"] + 30, box["y"] + 20)
        expect(cleo.locator("main[data-phase]")).to_have_attribute("data-turn", "observers")
    cleo.wait_for_timeout(500)
    expect(cleo.locator("main[data-phase]")).to_have_attribute("data-turn", "observers")
