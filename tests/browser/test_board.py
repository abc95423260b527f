"""An organiser at the board with three rooms: by keyboard alone, and looked at in every width and light."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from pallpractice.domain.roles import Role
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.rooms import Room, SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.browser.conftest import Stage, becomes
from tests.browser.test_round import press

pytestmark = pytest.mark.browser

NEW_YORK = ZoneInfo("America/New_York")
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OTHERS = {
    "Birch": {"Lara": Role.LEARNER, "Liam": Role.LEARNER, "Sol": Role.ACTOR, "Cole": Role.COACH},
    "Elm": {"Ella": Role.LEARNER, "Emma": Role.LEARNER, "Sid": Role.ACTOR, "Cora": Role.COACH},
}


@pytest.fixture(autouse=True)
def three(store: Store, course: Any, add_group: Callable[..., str]) -> None:
    """Three groups, the session going on, and two people of the course without a group."""
    for name, cast in OTHERS.items():
        add_group(name, cast)
    with store.write() as uow:
        session = uow.session.merge(course.session)
        session.starts_at = datetime.now(UTC) - timedelta(minutes=5)
        session.ends_at = datetime.now(UTC) + timedelta(hours=2)
        for name, role in (("Zoe", Role.LEARNER), ("Sven", Role.ACTOR)):
            person = course.cast[name] = Person(name=name, email=f"{name.lower()}@example.org")
            uow.session.add(Enrolment(course_id=course.course.id, person=person, role=role, track="adult"))


def rooms_of(stage: Stage) -> dict[str, str]:
    with stage.house.store.read() as uow:
        return {room.name: room.id for room in uow.session.query(Room)}


def board(stage: Stage, name: str = "Oren", query: str = "", **options: Any) -> Page:
    page = stage.window(name, **options)
    page.goto(f"{stage.house.server.url}/board/{stage.house.course.session.id}{query}")
    expect(page.locator("main.board")).to_be_visible()
    return page


def enter(stage: Stage, name: str, room: str) -> Page:
    page = stage.window(name)
    page.goto(f"{stage.house.server.url}/rooms/{rooms_of(stage)[room]}")
    expect(page.locator("main[data-phase]")).to_be_visible()
    return page


def card(page: Page, room: str) -> Locator:
    return page.locator(f"article[data-room='{room}']")


def order(page: Page) -> list[str]:
    return [str(one.get_attribute("data-room")) for one in page.locator("article[data-room]").all()]


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until it has the focus, as someone without a mouse does."""
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {target}")


def key(page: Page, target: Locator, press: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(press)


def choose(page: Page, select: Locator, words: str) -> None:
    """Types the beginning of an option into a select that has the focus."""
    tab_to(page, select)
    page.keyboard.type(words)
    expect(select.locator("option:checked")).to_contain_text(words)


def test_an_organiser_runs_three_rooms_by_keyboard(stage: Stage) -> None:
    ids = rooms_of(stage)
    maple, birch, elm = (enter(stage, *one) for one in (("Olga", "Maple"), ("Lara", "Birch"), ("Ella", "Elm")))
    oren = board(stage)
    assert order(oren) == ["Birch", "Elm", "Maple"]
    expect(card(oren, "Maple").get_by_text("1 of 5", exact=True)).to_be_visible()

    # Help is seen, comes first, and is taken.
    press(maple, "Help")
    maple.get_by_label("What do you need?").fill("We can't hear Sam")
    asked = datetime.now(NEW_YORK)
    press(maple, "Ask for help")
    expect(oren.get_by_text("We can't hear Sam")).to_be_visible(timeout=2_000)
    hours = f"{asked:%H}|{datetime.now(NEW_YORK):%H}"
    expect(oren.get_by_text(re.compile(rf"Olga in Maple, ({hours}):\d\d:"))).to_be_visible()  # the course's hour
    expect(oren.locator("article[data-room]").first).to_have_attribute("data-room", "Maple")
    expect(oren.locator("[data-live]")).to_contain_text("Olga in Maple asks for help.")
    stage.shot("Oren", "1-help-asked", "board")
    key(oren, oren.get_by_role("button", name="I am coming to Olga"))
    expect(maple.get_by_text("Oren is coming.")).to_be_visible()
    expect(oren.get_by_role("button", name="I am coming to Olga")).to_be_focused()
    key(oren, oren.get_by_role("button", name="Done with Olga in Maple"))
    expect(oren.get_by_text("Nobody asks for help.")).to_be_visible()
    expect(oren.get_by_role("heading", name="Help asked for")).to_be_focused()

    # A notice to all.
    tab_to(oren, oren.get_by_label("Notice to everyone in all rooms"))
    oren.keyboard.type("Ten minutes left")
    oren.keyboard.press("Enter")
    for page in (maple, birch, elm):
        expect(page.locator("[data-banner='notice']")).to_contain_text("Ten minutes left")
    expect(oren.get_by_text("Notice sent to all 3 rooms.", exact=True).first).to_be_visible()

    # Rounds are started from here, and get two minutes more.
    for room in ("Maple", "Birch"):
        key(oren, card(oren, room).get_by_role("button", name=re.compile("Start the round")))
        expect(card(oren, room).locator("[data-phase]")).to_have_attribute("data-phase", "briefing")
    before = clock(maple)
    key(oren, oren.get_by_role("button", name="+2 minutes in all"))
    expect(oren.get_by_text("Two minutes more in 2 of 3 rooms.").first).to_be_visible()
    becomes(maple, f"document.querySelector('.clock-time').textContent > '{before // 60 + 1}:'")
    assert 90 < clock(maple) - before <= 120
    key(oren, card(oren, "Birch").get_by_role("button", name="+2 min in Birch"))

    # Closing in 60 seconds, and not after all.
    key(oren, oren.get_by_role("button", name="Close all in 60 s"))
    for page in (maple, birch, elm):
        expect(page.get_by_text(re.compile(r"^This room closes at \d\d:\d\d\.$")).first).to_be_visible()
    expect(card(oren, "Elm").get_by_text(re.compile(r"Closes at \d\d:\d\d, in 0:\d\d"))).to_be_visible()
    stage.shot("Oren", "2-closing", "board")
    stage.shot("Olga", "2-closing", "board")
    keep = oren.get_by_role("button", name="Keep all rooms open")
    expect(keep).to_be_focused()
    oren.keyboard.press("Enter")
    for page in (maple, birch, elm):
        expect(page.locator("[data-banner='closing']")).to_have_count(0)

    # Someone moves, someone gets a place, a peer plays for an actor.
    fold(oren, "Maple")
    choose(oren, card(oren, "Maple").get_by_label("Move", exact=True), "Olga")
    choose(oren, card(oren, "Maple").get_by_label("To", exact=True), "Elm")
    key(oren, card(oren, "Maple").get_by_role("button", name="Move Olga"))
    maple.wait_for_url(re.compile(ids["Elm"]))
    expect(maple.get_by_role("heading", name="Elm", level=1)).to_be_visible()
    choose(oren, oren.locator("#place-who"), "Zoe")
    key(oren, oren.get_by_role("button", name="Place Zoe"))
    expect(oren.locator("#place-who").get_by_text("Zoe")).to_have_count(0)
    omar = enter(stage, "Omar", "Maple")
    choose(oren, card(oren, "Maple").get_by_label("By", exact=True), "Omar")
    key(oren, card(oren, "Maple").get_by_role("button", name="Replace in Maple"))
    expect(omar.locator("main[data-seat]")).to_have_attribute("data-seat", "patient")
    expect(card(oren, "Maple").get_by_label("Replace", exact=True).locator("option:checked")).to_contain_text("Omar")
    stage.shot("Oren", "3-moved-and-replaced", "board")
    assert oren.evaluate("document.activeElement.closest('[data-rooms]') !== null"), "the focus has not been lost"


def test_rounds_start_in_all_rooms_that_are_complete_and_the_others_are_named(stage: Stage) -> None:
    ids = rooms_of(stage)
    oren = board(stage)
    key(oren, oren.get_by_role("button", name="Start in all rooms"))
    expect(oren.get_by_role("button", name="Start", exact=True)).to_be_focused()
    expect(oren.get_by_text("3 rooms wait for their next round.")).to_be_visible()
    key(oren, oren.get_by_role("button", name="Not yet"))
    expect(oren.get_by_role("button", name="Start in all rooms")).to_be_focused()
    assert {card(oren, room).locator("[data-phase]").get_attribute("data-phase") for room in ids} == {"lobby"}

    for room, names in (("Maple", ("Lena", "Sam", "Cleo")), ("Birch", ("Lara", "Sol", "Cole")), ("Elm", ("Ella",))):
        for name in names:
            stage.house.client(name, ids[room]).connect()
    expect(card(oren, "Birch").get_by_text("3 of 4", exact=True)).to_be_visible()
    oren.keyboard.press("Enter")
    key(oren, oren.get_by_role("button", name="Start", exact=True))
    told = "Started in 2 of 3 rooms. Elm: Not here yet: Cora and Sid."
    expect(oren.locator(".board-told")).to_have_text(told)
    expect(oren.locator("[data-live]")).to_contain_text(told)
    expect(oren.get_by_role("heading", name="All rooms")).to_be_focused()
    for room, phase in (("Maple", "briefing"), ("Birch", "briefing"), ("Elm", "lobby")):
        expect(card(oren, room).locator("[data-phase]")).to_have_attribute("data-phase", phase)
    stage.shot("Oren", "8-started-in-all", "board")


def clock(page: Page) -> int:
    minutes, _, seconds = str(page.locator(".clock-time").text_content()).split(" ")[0].partition(":")
    return int(minutes) * 60 + int(seconds)


def fold(page: Page, room: str) -> None:
    key(page, card(page, room).locator("summary"))


def test_nothing_new_begins_in_a_closed_room_and_writing_goes_on(stage: Stage) -> None:
    cleo, lena = enter(stage, "Cleo", "Maple"), enter(stage, "Lena", "Maple")
    press(cleo, "Start the round")
    oren = stage.house.client("Oren", rooms_of(stage)["Maple"]).connect()
    oren.ok("room:close", in_s=1)
    expect(cleo.get_by_text(re.compile("This room closed at"))).to_be_visible()
    expect(cleo.get_by_role("button", name="Begin the encounter")).to_have_count(0)
    lena.get_by_label("My goal for this round").fill("Stay with the silence")
    lena.get_by_label("My goal for this round").blur()
    expect(cleo.get_by_text("Stay with the silence")).to_be_visible()
    stage.shot("Cleo", "4-closed", "board")
    stage.shot("Lena", "4-closed", "board")
    oren.ok("room:keep")
    press(cleo, "Begin the encounter")


def test_a_free_coach_sees_who_asks_and_says_they_come(stage: Stage) -> None:
    olga = enter(stage, "Olga", "Maple")
    cole = board(stage, "Cole")
    press(olga, "Help")
    press(olga, "Ask for help")
    press(cole, re.compile("^I am coming"))
    expect(olga.get_by_text("Cole is coming.")).to_be_visible()
    expect(cole.get_by_role("button", name=re.compile("Close|Start|Send|Replace|Move|Done"))).to_have_count(0)
    expect(cole.get_by_role("link", name=re.compile("Visit"))).to_have_count(0)
    stage.shot("Cole", "5-coach", "board")


def test_the_table_is_kept_in_the_address_and_does_without_scripts(stage: Stage) -> None:
    oren = board(stage)
    press(oren, "Table")
    expect(oren.locator("table.board-table")).to_be_visible()
    assert oren.url.endswith("?view=table")
    oren.reload()
    expect(oren.locator("table.board-table")).to_be_visible()
    press(oren, "Cards")
    assert oren.url.endswith(stage.house.course.session.id)
    plain = oren.context.browser.new_context(java_script_enabled=False, storage_state=oren.context.storage_state())  # type: ignore[union-attr]
    page = plain.new_page()
    page.goto(oren.url)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Birch")
    expect(page.get_by_role("link", name="Reload this page")).to_be_visible()
    plain.close()


def busy(stage: Stage) -> None:
    """One room asks for help in its encounter, one closes, one is in its lobby."""
    ids = rooms_of(stage)
    cleo, olga = (stage.house.client(name, ids["Maple"]).connect() for name in ("Cleo", "Olga"))
    cleo.ok("round:start")
    cleo.ok("encounter:begin")
    olga.ok("help:ask", text="We can't hear Sam, and the meeting's chat does not open either")
    stage.house.client("Oren", ids["Birch"]).connect().ok("room:close", in_s=600)


WIDTHS = (1280, 390, 320)
LIGHTS = ("light", "dark")


@pytest.mark.matrix
def test_it_has_no_barriers_in_any_width_and_light(stage: Stage) -> None:
    busy(stage)
    axe, faults = Axe(), []
    page = board(stage)
    for light in LIGHTS:
        page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for show in ("Cards", "Table"):
                press(page, show)
                if show == "Cards" and not page.locator("article[data-room='Maple'] details[open]").count():
                    page.locator("article[data-room='Maple'] summary").click()
                found = axe.run(page, options=AXE)
                faults += [f"{width} {light} {show}: {fault['id']}" for fault in found.response["violations"]]
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    faults.append(f"{width} {light} {show}: scrolls sideways")
                faults += [f"{width} {light} {show}: small {name}" for name in too_small(page)]
                stage.shot("Oren", f"6-{show.lower()}-{width}-{light}", "board")
    assert faults == []


def too_small(page: Page) -> list[str]:
    """Buttons, links like buttons, selects and inputs less than 44 pixels high."""
    return list(
        page.evaluate("""() => [...document.querySelectorAll('main :is(.button, select, input, summary)')]
            .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
            .map((each) => each.textContent.trim().slice(0, 30))""")
    )


def test_before_there_are_rooms_it_says_what_to_do(stage: Stage, store: Store) -> None:
    with store.write() as uow:
        for room in uow.session.query(Room):
            uow.session.query(SeatRow).filter(SeatRow.room_id == room.id).delete()
            uow.session.delete(room)
    page = board(stage)
    expect(page.get_by_text("There are no rooms yet.")).to_be_visible()
    assert Axe().run(page, options=AXE).response["violations"] == []
    stage.shot("Oren", "7-no-rooms", "board")
    press(page, "Make the rooms")
    expect(page.locator("article[data-room]")).to_have_count(3)
