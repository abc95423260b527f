"""A group beyond its practice, in a browser: an agreement written together, a goal carried along, a journal kept."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from pallpractice.storage.courses import Course
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.browser.conftest import Stage
from tests.conftest import Days

pytestmark = pytest.mark.browser
FOUR = ("Lena", "Olga", "Omar", "Cleo")


@pytest.fixture(autouse=True)
def three_days(store: Store, course: Any, days: Days) -> Days:
    """Before the house is opened, so that there are rooms for them, and a meeting to open."""
    with store.write() as uow:
        kept = uow.session.get_one(Course, course.course.id)
        kept.meeting_url_template = "https://meet.example.org/{group}/{session}"
    return days


def room_of(store: Store, session: Any) -> str:
    with store.read() as uow:
        return str(uow.session.query(Room).filter_by(session_id=session.id).one().id)


def go(stage: Stage, session: Any, *names: str, width: int = 1280, height: int = 900) -> list[Page]:
    """Everyone of them to the room of this session."""
    room = room_of(stage.house.store, session)
    for name in names:
        page = stage.pages.get(name) or stage.window(name, width, height)
        page.goto(f"{stage.house.server.url}/rooms/{room}")
        expect(page.locator("main.room")).to_be_visible()
    return [stage.pages[name] for name in names]


def lines(page: Page) -> Locator:
    return page.locator(".agreement-line > p")


def write(page: Page, label: str, text: str) -> None:
    """Into a box that saves itself, and until it says so."""
    box = page.get_by_label(label, exact=True)
    box.fill(text)
    box.blur()
    expect(page.locator(f"#{box.get_attribute('id')}-saving")).to_have_text(re.compile(r"Saved \d\d:\d\d"))


def test_four_write_the_agreement_together_and_lose_nothing(stage: Stage, days: Days) -> None:
    lena, olga, omar, cleo = go(stage, days.first, *FOUR)
    expect(lena.get_by_text("4 of 5 here")).to_be_visible()
    meeting = lena.get_by_role("link", name="Talk in the meeting")
    expect(meeting).to_have_attribute("href", "https://meet.example.org/Maple/start-1")
    stage.shot("Lena", "1-start", "circle")
    olga.get_by_role("button", name=re.compile("Take it over Anyone may call a time-out")).click()
    lena.get_by_label("Add a line").fill("We begin and end on time.")
    lena.get_by_label("Add a line").press("Enter")
    omar.get_by_label("Add a line").fill("Phones face down.")
    omar.get_by_role("button", name="Add", exact=True).click()
    for page in (lena, olga, omar, cleo):
        expect(lines(page)).to_have_count(3)
    expect(cleo.get_by_role("button", name=re.compile("Take it over Anyone"))).to_have_count(0)

    # Two change the same line: the slower one sees both.
    lena.get_by_role("button", name="Edit Phones face down.").click()
    olga.get_by_role("button", name="Edit Phones face down.").click()
    lena.get_by_label("Change this line").fill("Phones away, unless you are on call.")
    olga.get_by_label("Change this line").fill("Phones silent.")
    olga.get_by_role("button", name="Save the line").click()
    expect(lena.get_by_text("Changed by Olga meanwhile.")).to_be_visible()
    expect(lena.locator(".agreement blockquote")).to_have_text("Phones silent.")
    stage.shot("Lena", "2-changed-meanwhile", "circle")
    assert lena.get_by_label("Change this line").input_value() == "Phones away, unless you are on call."
    expect(lines(cleo).filter(has_text="Phones silent.")).to_be_visible()
    lena.reload()
    expect(lena.get_by_label("Change this line")).to_have_value("Phones away, unless you are on call.")
    lena.get_by_role("button", name="Put mine in its place").click()
    expect(lines(olga).filter(has_text="Phones away, unless you are on call.")).to_be_visible()

    # Removed, and put back.
    omar.get_by_role("button", name="Remove We begin and end on time.").click()
    expect(lines(lena)).to_have_count(2)
    stage.shot("Omar", "3-undo", "circle")
    omar.get_by_role("button", name="Undo").click()
    for page in (lena, olga, omar, cleo):
        expect(lines(page)).to_have_count(3)

    # Someone changes a line that is removed at that moment: the words stay.
    olga.get_by_role("button", name="Edit We begin and end on time.").click()
    olga.get_by_label("Change this line").fill("We begin on time.")
    cleo.get_by_role("button", name="Remove We begin and end on time.").click()
    expect(olga.get_by_text("has been removed meanwhile")).to_be_visible()
    olga.get_by_role("button", name="Add them as a line").click()
    expect(lines(cleo).filter(has_text="We begin on time.")).to_be_visible()
    stage.shot("Cleo", "4-agreed", "circle")


def test_a_goal_for_the_course_comes_along_to_practice(stage: Stage, days: Days, course: Any) -> None:
    (lena, cleo) = go(stage, days.first, "Lena", "Cleo")
    write(lena, "Your goal for the course", "Say the word dying without looking away")
    expect(cleo.get_by_text("Say the word dying without looking away")).to_be_visible()
    lena.get_by_role("button", name=re.compile("Take it over Anyone may call")).click()
    expect(lines(cleo)).to_have_count(1)
    cleo.get_by_text("Hand-over note of today").click()
    write(cleo, "For whoever coaches next", "Lena is quieter than she looks. Start with Omar.")
    expect(lena.get_by_text("Start with Omar")).to_have_count(0)

    lena, cleo = go(stage, course.session, "Lena", "Cleo")
    expect(cleo.get_by_text("Start with Omar.")).to_be_hidden()  # the screen may be shared
    cleo.get_by_text("Yesterday’s note").click()
    expect(cleo.get_by_text("Start with Omar.")).to_be_visible()
    cleo.get_by_text("What your group has agreed (1)").click()
    expect(cleo.get_by_text("Anyone may call a time-out, for any reason.")).to_be_visible()
    expect(lena.get_by_text("What your group has agreed (1)")).to_be_visible()
    lena.get_by_role("button", name="Use it").click()
    expect(lena.get_by_label("My goal for this round")).to_have_value("Say the word dying without looking away")
    expect(lena.get_by_text("In use")).to_be_visible()
    stage.shot("Lena", "5-practice-lobby", "circle")
    stage.shot("Cleo", "5-practice-lobby", "circle")
    cleo.get_by_role("button", name="Start the round").click()
    expect(cleo.locator(".goal").get_by_text("Say the word dying without looking away")).to_be_visible()

    # Once the round is closed there is a note to leave for tomorrow.
    wire = stage.house.client("Cleo").connect()
    for action in ("encounter:begin", "encounter:end", "debrief:open", *["debrief:next"] * 3, "round:close"):
        wire.ok(action)
    wire.close()
    cleo.get_by_text("Hand-over note of today").click()
    write(cleo, "For whoever coaches next", "Lena found her own words.")
    expect(lena.get_by_text("Lena found her own words.")).to_have_count(0)
    stage.shot("Cleo", "6-practice-close", "circle")


def test_what_is_written_is_private_until_it_is_shared_and_again_when_taken_back(stage: Stage, days: Days) -> None:
    lena, olga, omar, cleo = go(stage, days.reflection, *FOUR)
    write(lena, "What stayed with you?", "The silence after I had said it")
    write(lena, "One sentence you want to keep", "I wish this were different")
    expect(lena.get_by_text("Only you read this.").first).to_be_visible()
    stage.shot("Lena", "6-private", "circle")
    for page in (olga, omar, cleo):
        expect(page.get_by_text("Nothing shared yet.")).to_be_visible()
    first = lena.locator(".entry").first
    first.get_by_label("The group").check(force=True)
    for page in (lena, olga, omar, cleo):
        expect(page.locator(".shared").get_by_text("The silence after I had said it")).to_be_visible()
    lena.locator(".entry").nth(1).get_by_label("My coach").check(force=True)
    expect(cleo.locator(".shared").get_by_text("I wish this were different")).to_be_visible()
    expect(olga.get_by_text("I wish this were different")).to_have_count(0)
    stage.shot("Olga", "7-shared", "circle")
    stage.shot("Cleo", "7-shared", "circle")
    first.get_by_label("Only me").check(force=True)
    for page in (olga, omar, cleo):
        expect(page.get_by_text("The silence after I had said it")).to_have_count(0)

    # Another window of the same person: each shows what the other saves, and the slower one chooses.
    slow = lena.context.new_page()
    slow.clock.install()
    slow.goto(lena.url)
    write(lena, "What stayed with you?", "The silence, and the clock")
    expect(slow.get_by_label("What stayed with you?")).to_have_value("The silence, and the clock")
    slow.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    slow.get_by_label("What stayed with you?").fill("A chair pulled closer")
    write(lena, "What stayed with you?", "The clock")
    slow.clock.run_for(2_000)
    expect(slow.get_by_text("You have changed this in another window.")).to_be_visible()
    expect(slow.locator(".callout blockquote")).to_have_text("The clock")
    expect(slow.get_by_label("What stayed with you?")).to_have_value("A chair pulled closer")
    slow.get_by_role("button", name="Keep mine").click()
    expect(lena.get_by_label("What stayed with you?")).to_have_value("A chair pulled closer")
    slow.close()


def test_the_page_of_the_group(stage: Stage, days: Days) -> None:
    lena, cleo, _ = go(stage, days.reflection, "Lena", "Cleo", "Sam")
    write(lena, "What stayed with you?", "A door closing")
    lena.get_by_role("link", name="About Maple").click()
    expect(lena.get_by_role("heading", level=1)).to_have_text("Maple")
    expect(lena.get_by_text("A door closing")).to_be_visible()
    lena.get_by_label("What you want to be able to say or do").fill("Ask before I tell")
    lena.get_by_role("button", name="Save").click()
    expect(lena.get_by_text("Saved.")).to_be_visible()
    expect(lena.get_by_label("What you want to be able to say or do")).to_have_value("Ask before I tell")
    stage.shot("Lena", "8-group", "circle")
    expect(cleo.get_by_text("Nothing shared yet.")).to_be_visible()
    cleo.get_by_role("link", name="About Maple").click()
    expect(cleo.get_by_text("Ask before I tell")).to_be_visible()
    expect(cleo.get_by_text("A door closing")).to_have_count(0)
    cleo.get_by_label(re.compile("^Your note of")).fill("A good first day.")
    cleo.get_by_role("button", name="Save the note").click()
    expect(cleo.get_by_text("Saved.")).to_be_visible()
    stage.shot("Cleo", "8-group", "circle")
    oren = stage.window("Oren")
    oren.goto(cleo.url.split("?")[0].split("#")[0])
    expect(oren.get_by_text("A good first day.")).to_be_visible()
    expect(oren.get_by_text("Ask before I tell")).to_have_count(0)
    stage.shot("Oren", "8-group", "circle")
    oren.goto(f"{stage.house.server.url}/courses/serious-talk/groups")
    oren.get_by_role("link", name="About Maple").click()
    expect(oren.get_by_role("heading", level=1)).to_have_text("Maple")


@pytest.mark.matrix
def test_every_page_of_a_group_is_clean(stage: Stage, days: Days) -> None:
    """axe finds nothing and nothing is cut off, wide and narrow, light and dark."""
    lena, cleo, oren = go(stage, days.first, "Lena", "Cleo", "Oren")
    lena.get_by_role("button", name=re.compile("Take it over Anyone may call")).click()
    lena.get_by_label("Add a line").fill(
        "We begin and end on time, and whoever is late simply comes in without a word."
    )
    lena.get_by_label("Add a line").press("Enter")
    expect(lines(lena)).to_have_count(2)
    cleo.get_by_text("Hand-over note of today").click()
    write(cleo, "For whoever coaches next", "Start with Omar.")
    look(stage, "startup", {"Lena": lena, "Cleo": cleo, "Oren": oren})
    lena.get_by_role("button", name=re.compile("^Edit Anyone")).click()
    lena.get_by_role("button", name=re.compile("^Remove We begin")).click()
    look(stage, "startup-editing", {"Lena": lena})
    lena, cleo, oren = go(stage, days.reflection, "Lena", "Cleo", "Oren")
    write(lena, "What stayed with you?", "The silence after I had said it")
    lena.get_by_label("The group").check(force=True)
    expect(cleo.get_by_text("The silence after I had said it")).to_be_visible()
    look(stage, "reflection", {"Lena": lena, "Cleo": cleo, "Oren": oren})
    for page in (lena, cleo, oren):
        page.get_by_role("link", name="About Maple").click()
    look(stage, "group", {"Lena": lena, "Cleo": cleo, "Oren": oren})


def look(stage: Stage, what: str, pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for width, height in ((1280, 900), (390, 844), (320, 700)):
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                found = Axe().run(page, options={"resultTypes": ["violations"]})
                bad = [
                    (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found.response["violations"]
                ]
                assert bad == [], (what, name, width, scheme)
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, (what, name, width)
                stage.shot(name, f"look-{what}-{width}-{scheme}", "circle")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
