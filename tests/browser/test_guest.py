"""A late guest on a phone: the code, the name, the wait; let in by the coach, or not just now."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pallpractice.storage.unit_of_work import Store
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser
FOLDER = "guest"
WIDTHS = ((1280, 900), (390, 844), (320, 640))


@pytest.fixture(autouse=True)
def now(store: Store, course: Any) -> None:
    """The session is going on: its code still opens the door."""
    with store.write() as uow:
        session = uow.session.merge(course.session)
        session.starts_at, session.ends_at = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=2)


def stranger(stage: Stage, name: str, path: str = "/join", **options: Any) -> Page:
    """A phone with no link and no session."""
    context = stage.chromium.new_context(viewport={"width": 390, "height": 844}, **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda message: stage._console(name, message))
    page.on("pageerror", lambda error: stage.complaints.append(f"{name}: {error}"))
    page.goto(stage.house.server.url + path)
    stage.pages[name] = page
    return page


def open_the_door(coach: Page) -> str:
    """The coach asks for the code; returns it as shown."""
    coach.get_by_role("button", name="Let a guest in").click()
    shown = coach.locator("[data-code]")
    expect(shown).to_have_text(re.compile(r"^[2-9A-Z]{3} [2-9A-Z]{3}$"))
    return str(shown.text_content())


def knock(page: Page, code: str, name: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Ask to come in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please wait a moment")


def faults(stage: Stage, name: str, what: str) -> list[str]:
    """What axe finds and what is cut off, at each width, light and dark; pictures are kept on the way."""
    page, found = stage.pages[name], []
    before = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(100)
            result = Axe().run(page)
            if result.violations_count:
                found.append(f"{what} {width} {scheme}: {result.generate_report()}")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{what} {width}: wider than the window")
            stage.shot(name, f"{what}-{width}-{scheme}", FOLDER)
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    return found


def test_a_guest_waits_is_let_in_by_the_coach_and_observes(stage: Stage) -> None:
    [cleo] = stage.enter("Cleo")
    code = open_the_door(cleo)
    expect(cleo.locator(".door-picture")).to_have_js_property("complete", True)
    assert cleo.locator(".door-picture").evaluate("image => image.naturalWidth") > 0

    ada = stranger(stage, "Ada")
    stage.shot("Ada", "1-code", FOLDER)
    knock(ada, code.lower().replace(" ", "-"), "Ada Moreno")
    expect(ada.get_by_text("You asked to come into Maple. Someone inside will let you in.")).to_be_visible()
    for secret in ("Lena", "Cleo", "Serious Talk", "Delivering"):
        expect(ada.get_by_text(secret)).to_have_count(0)
    stage.shot("Ada", "2-waiting", FOLDER)

    expect(cleo.locator("[data-banner=guest]")).to_contain_text("Ada Moreno asks to come in")
    expect(cleo.locator("[data-live]")).to_have_text("Ada Moreno asks to come in.")
    stage.shot("Cleo", "3-knock", FOLDER)
    cleo.locator("[data-banner=guest]").get_by_role("button", name="Let in Ada Moreno").click()
    expect(cleo.locator("[data-banner=guest]")).to_have_count(0)
    expect(cleo.locator(".panel-people .person-name", has_text="Ada Moreno")).to_be_visible()

    expect(ada.locator("main[data-seat]")).to_have_attribute("data-seat", "observer")
    expect(ada.get_by_role("heading", level=1)).to_have_text("Maple")
    expect(ada.get_by_role("button", name="Let a guest in")).to_have_count(0)
    stage.shot("Ada", "4-inside", FOLDER)
    cleo.get_by_role("button", name="Start the round").click()
    expect(ada.locator("main[data-phase]")).to_have_attribute("data-phase", "briefing")


def test_one_who_is_not_let_in_just_now_sees_a_kind_page(stage: Stage) -> None:
    [cleo] = stage.enter("Cleo")
    bo = stranger(stage, "Bo")
    knock(bo, open_the_door(cleo), "Bo")
    cleo.locator(".door").get_by_role("button", name="Not now Bo").click()
    expect(bo.get_by_role("heading", level=1)).to_have_text("You can’t come in just now")
    stage.shot("Bo", "5-refused", FOLDER)
    bo.get_by_role("link", name="Ask again with a code").click()
    expect(bo.get_by_label("Code")).to_be_visible()


def test_without_scripts_the_page_looks_again_by_itself(stage: Stage) -> None:
    [cleo] = stage.enter("Cleo")
    code = open_the_door(cleo)
    page = stranger(stage, "Plain", f"/join/{code.replace(' ', '')}", java_script_enabled=False)
    page.get_by_label("Name").fill("Plain")
    page.get_by_role("button", name="Ask to come in").click()
    cleo.locator("[data-banner=guest]").get_by_role("button", name="Not now Plain").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You can’t come in just now", timeout=20_000)


def test_a_coach_on_a_phone_sees_who_knocks_and_makes_a_new_code(stage: Stage) -> None:
    [cleo] = stage.enter("Cleo", width=390, height=844)
    cleo.get_by_role("tab", name="People").click()
    code = open_the_door(cleo)
    cleo.get_by_role("tab", name="Mine").click()
    for name in ("Ada Moreno", "Bo"):
        knock(stranger(stage, name), code, name)
    expect(cleo.locator("[data-banner=guest]")).to_contain_text("Ada Moreno asks to come in, and 1 more.")
    stage.shot("Cleo", "6-two-knock", FOLDER)
    cleo.get_by_role("button", name="See who").click()
    expect(cleo.get_by_role("heading", name="Guests")).to_be_focused()
    expect(cleo.locator(".door .person-name")).to_have_text(["Ada Moreno", "Bo"])
    cleo.get_by_role("button", name="New code").click()
    cleo.get_by_role("button", name="Yes, a new one").click()
    expect(cleo.locator("[data-code]")).not_to_have_text(code)
    page = stranger(stage, "Late")
    stage.expected = ("404",)  # the browser tells of the answer
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("This code opens no room.")
    stage.shot("Late", "7-old-code", FOLDER)


@pytest.mark.matrix
def test_every_page_at_the_door_is_easy_to_use_in_every_width_and_light(stage: Stage) -> None:
    [cleo] = stage.enter("Cleo")
    code = open_the_door(cleo)
    found = faults(stage, "Cleo", "room-code")
    ada = stranger(stage, "Ada")
    found += faults(stage, "Ada", "code")
    stage.expected = ("404", "400")
    ada.get_by_label("Code").fill("K74 MPX")
    ada.get_by_role("button", name="Continue").click()
    found += faults(stage, "Ada", "code-wrong")
    ada.goto(f"{stage.house.server.url}/join/{code.replace(' ', '')}")
    found += faults(stage, "Ada", "name")
    ada.get_by_role("button", name="Ask to come in").click()
    found += faults(stage, "Ada", "name-missing")
    ada.get_by_label("Name").fill("Ada Moreno")
    ada.get_by_role("button", name="Ask to come in").click()
    found += faults(stage, "Ada", "waiting")
    expect(cleo.locator("[data-banner=guest]")).to_be_visible()
    found += faults(stage, "Cleo", "room-knock")
    cleo.locator("[data-banner=guest]").get_by_role("button", name="Not now Ada Moreno").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("You can’t come in just now")
    found += faults(stage, "Ada", "refused")
    cleo.goto(f"{stage.house.server.url}/rooms/{stage.house.room}/poster")
    found += faults(stage, "Cleo", "poster")
    assert found == []
