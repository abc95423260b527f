"""The library in a browser: finding a scenario, reading what one may, preparing, declining, choosing, printing."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from pallpractice.storage.unit_of_work import Store
from tests.browser.barriers import every_look
from tests.browser.conftest import ARTEFACTS, Stage

pytestmark = pytest.mark.browser

CASE = "/scenarios/results-after-the-stent"
PAGES = {
    "Sam": ("/scenarios", CASE, f"{CASE}/prepare", "/rubrics", "/rubrics/communication"),
    "Cleo": (CASE, f"{CASE}/guide", "/scenarios/said-twice"),
    "Oren": ("/courses/serious-talk/scenarios",),
    "Lena": ("/scenarios",),
}
SHEETS = {
    "brief": "For everyone in the room.",
    "script": "Actor only.",
    "card": "Actor only.",
    "guide": "Coach only.",
}


@pytest.fixture(autouse=True)
def now(store: Store, course: Any) -> None:
    """The course is going on, so that its actors still prepare."""
    with store.write() as uow:
        session = uow.session.merge(course.session)
        session.starts_at, session.ends_at = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=2)


def visit(stage: Stage, name: str, path: str) -> Page:
    page = stage.pages.get(name) or stage.window(name)
    page.goto(stage.house.server.url + path)
    return page


def test_an_actor_finds_a_scenario_prepares_it_and_declines_another(stage: Stage) -> None:
    sam = visit(stage, "Sam", "/scenarios")
    expect(sam.get_by_role("status")).to_contain_text(re.compile(r"12 of 12 scenarios"))
    stage.shot("Sam", "library", "library")
    sam.get_by_label("Track").select_option("Pediatric")
    sam.get_by_label("Characters").select_option("Two")
    sam.get_by_label("Not touching on").fill("cancer")
    sam.get_by_role("button", name="Find").click()
    expect(sam.get_by_role("status")).to_contain_text("1 of 12")
    sam.get_by_label("Profession in the chair").select_option("pharmacist")
    sam.get_by_role("button", name="Find").click()
    expect(sam.get_by_text("None fits all of that.")).to_be_visible()
    sam.get_by_role("link", name="Show all").first.click()
    sam.get_by_role("link", name="Results after the stent").click()
    expect(sam.get_by_role("heading", name="The brief")).to_be_visible()
    expect(sam.get_by_role("link", name="Coach’s guide")).to_have_count(0)
    stage.shot("Sam", "scenario", "library")

    sam.get_by_role("link", name="Prepare to play it").click()
    sam.get_by_label("Say the opening line aloud, three ways").check()
    sam.get_by_label("Know the limits and the stop word").check()
    sam.get_by_role("button", name="Save").click()
    expect(sam.get_by_text("2 of 7 done")).to_be_visible()
    expect(sam.get_by_label("Say the opening line aloud, three ways")).to_be_checked()
    stage.shot("Sam", "prepare", "library")
    sam.get_by_label("Reason, if you wish to give one").fill("My father had the same <illness>")
    sam.get_by_role("button", name="Decline this scenario").click()
    expect(sam.get_by_text("You wrote: “My father had the same <illness>”")).to_be_visible()

    cleo = stage.enter("Cleo")[0]
    expect(cleo.get_by_text("Results after the stent (intensity 3, declined by Sam)")).to_have_count(1)
    oren = visit(stage, "Oren", "/courses/serious-talk/scenarios")
    expect(oren.get_by_text("“My father had the same <illness>”")).to_be_visible()
    expect(cleo.get_by_text("My father")).to_have_count(0)
    stage.shot("Oren", "choice", "library")
    sam.get_by_role("button", name="Play it after all").click()
    expect(cleo.get_by_text("declined by Sam")).to_have_count(0)


def test_an_organiser_chooses_what_the_rooms_practise_with(stage: Stage) -> None:
    stage.expected = ("400",)
    oren = visit(stage, "Oren", "/courses/serious-talk/scenarios")
    oren.get_by_label("Every scenario of the library").uncheck()
    for box in oren.get_by_role("checkbox").all():
        box.uncheck()
    oren.get_by_role("button", name="Save").click()
    expect(oren.get_by_role("alert")).to_contain_text("Delivering serious news would have no scenario")
    stage.shot("Oren", "choice-refused", "library")
    oren.get_by_label("Said twice").check()
    oren.get_by_label("Rubric").first.select_option(label="Communication in brief")
    oren.get_by_role("button", name="Save").click()
    expect(oren.get_by_text("Saved.")).to_be_visible()

    cleo = stage.enter("Cleo")[0]
    cleo.get_by_text("Choose otherwise").click()
    expect(cleo.get_by_label("Scenario").locator("option")).to_have_count(1)
    cleo.get_by_role("button", name="Start the round").click()
    cleo.get_by_role("button", name="Begin the encounter").click()
    expect(cleo.get_by_text("Lets the person tell it").first).to_be_attached()


def test_the_coach_reads_the_guide_and_a_learner_finds_nothing_yet(stage: Stage) -> None:
    cleo = visit(stage, "Cleo", CASE)
    cleo.get_by_role("link", name="Coach’s guide").first.click()
    expect(cleo.get_by_role("heading", name="Debrief questions")).to_be_visible()
    stage.shot("Cleo", "guide", "library")
    lena = visit(stage, "Lena", "/scenarios")
    expect(lena.get_by_text("Nothing to read here yet.")).to_be_visible()
    stage.expected = ("404",)
    lena.goto(stage.house.server.url + CASE)
    expect(lena.get_by_role("heading", name="Not found")).to_be_visible()


@pytest.mark.parametrize(
    "what", ["card", *(pytest.param(one, marks=pytest.mark.matrix) for one in SHEETS if one != "card")]
)
def test_every_printed_page_says_whom_it_is_for(stage: Stage, what: str) -> None:
    cleo = visit(stage, "Cleo", f"{CASE}/print/{what}")
    stage.shot("Cleo", f"sheet-{what}", "library")
    paper = cleo.pdf(format="A4", prefer_css_page_size=True)
    (ARTEFACTS / "library" / f"{what}.pdf").write_bytes(paper)
    pages = PdfReader(BytesIO(paper)).pages
    assert pages
    for page in pages:
        assert SHEETS[what] in " ".join(page.extract_text().split())
    assert len(pages) <= {"brief": 3, "script": 14, "card": 2, "guide": 5}[what]


@pytest.mark.parametrize(
    "seat", ["coach", *(pytest.param(one, marks=pytest.mark.matrix) for one in ("learner", "patient", "observer"))]
)
def test_a_blank_rubric_says_whose_it_is(stage: Stage, seat: str) -> None:
    cleo = visit(stage, "Cleo", f"/rubrics/serious-news/print?seat={seat}")
    stage.shot("Cleo", f"rubric-{seat}", "library")
    pages = PdfReader(BytesIO(cleo.pdf(format="A4", prefer_css_page_size=True))).pages
    footer = {"learner": "own form", "patient": "Actor only", "observer": "Observers only", "coach": "Coach only"}[seat]
    assert all(footer in " ".join(page.extract_text().split()) for page in pages)


@pytest.mark.matrix
@every_look
def test_the_pages_are_open_to_everyone(stage: Stage, width: int, scheme: str) -> None:
    for name, paths in PAGES.items():
        page = stage.window(name, width, 900, color_scheme=scheme)
        for path in paths:
            page.goto(stage.house.server.url + path)
            for fold in page.locator("details").all():
                fold.evaluate("fold => { fold.open = true }")
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, (path, width)
            found = Axe().run(page)
            assert found.violations_count == 0, (path, width, found.generate_report())
            if width == 390:
                page.screenshot(path=ARTEFACTS / "library" / f"narrow{path.replace('/', '-')}.png", full_page=True)
