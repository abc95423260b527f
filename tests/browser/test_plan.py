"""The plan in a browser: casting, making it, reading it, changing a round, someone who can't come."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from pallpractice.domain.roles import Role
from pallpractice.storage.unit_of_work import Store
from tests.browser.barriers import every_look
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser

PLAN = "/courses/serious-talk/plan"
BIRCH = {
    "Lara": Role.LEARNER,
    "Otto": Role.LEARNER,
    "Olaf": Role.LEARNER,
    "Ona": Role.LEARNER,
    "Sol": Role.ACTOR,
    "Ada": Role.ACTOR,
    "Cole": Role.COACH,
}


@pytest.fixture(autouse=True)
def tomorrow(store: Store, course: Any, add_group: Callable[..., str]) -> None:
    """Two groups, with the session still to come."""
    add_group("Birch", BIRCH)
    with store.write() as uow:
        session = uow.session.merge(course.session)
        session.starts_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=20)
        session.ends_at = session.starts_at + timedelta(minutes=105)


def visit(stage: Stage, path: str = "", **options: Any) -> Page:
    page = stage.pages.get("Oren") or stage.window("Oren", **options)
    page.goto(stage.house.server.url + PLAN + path)
    return page


def made(oren: Page) -> None:
    oren.get_by_role("button", name="Make the plan").click()
    expect(oren.get_by_text("The plan is made.")).to_be_visible(timeout=30_000)


def test_a_plan_from_casting_to_the_day(stage: Stage) -> None:
    oren = visit(stage)
    stage.shot("Oren", "empty", "plan")
    oren.get_by_role("link", name="Who is cast for what").click()
    oren.get_by_text("Sam", exact=False).first.click()
    sam = oren.locator("details", has_text="Sam")
    sam.get_by_label("Results after the stent").check()
    sam.get_by_label("A call before dawn").check()
    stage.shot("Oren", "casting", "plan")
    sam.get_by_role("button", name="Save for Sam").click()
    expect(oren.get_by_text("2 scenarios")).to_be_visible()

    visit(stage).get_by_role("button", name="Make the plan").click()
    expect(oren.get_by_role("heading", name="The plan is being made")).to_be_visible()
    stage.shot("Oren", "making", "plan")
    expect(oren.get_by_text("The plan is made.")).to_be_visible(timeout=30_000)  # by itself
    expect(oren.get_by_text("No rule is broken.")).to_be_visible()
    expect(oren.get_by_role("row")).to_have_count(3)
    expect(oren.get_by_role("link", name="Change")).to_have_count(7)
    stage.shot("Oren", "plan", "plan")

    oren.get_by_role("link", name="Change Birch").first.click()
    chair = oren.get_by_label("In the chair")
    other = next(one for one in ("Lara", "Otto", "Olaf") if one != chair.locator("option:checked").inner_text())
    chair.select_option(label=other)
    oren.get_by_role("button", name="See what it changes").click()
    expect(oren.get_by_text("It breaks no rule.")).to_be_visible()
    oren.get_by_label("Who plays").first.select_option(label="Nobody yet")
    oren.get_by_role("button", name="See what it changes").click()
    expect(oren.get_by_role("heading", name="It breaks a rule")).to_be_visible()
    expect(oren.get_by_text(re.compile("no actor is there for (a|the) character"))).to_be_visible()
    stage.shot("Oren", "change", "plan")
    oren.get_by_role("button", name="Save it all the same").click()
    expect(oren.get_by_role("heading", name="A rule is broken")).to_be_visible()
    expect(oren.get_by_text("Breaks a rule")).to_be_visible()
    stage.shot("Oren", "broken", "plan")

    oren.get_by_label("Person").select_option(label="Sol")
    oren.get_by_role("button", name="Note it and plan anew").click()
    expect(oren.get_by_text("The plan is made.")).to_be_visible(timeout=30_000)
    expect(oren.get_by_text("What changed")).to_be_visible()
    expect(oren.get_by_text("Sol: Delivering serious news")).to_be_visible()
    stage.shot("Oren", "absent", "plan")

    oren.get_by_role("link", name="Person by person").click()
    oren.get_by_label("Person").select_option(label="Ada")
    oren.get_by_role("button", name="Show").click()
    expect(oren.get_by_role("heading", name="Ada")).to_be_visible()
    expect(oren.get_by_text("Patient:").first).to_be_visible()
    oren.get_by_label("Person").select_option(label="Lena")
    oren.get_by_role("button", name="Show").click()
    expect(oren.get_by_text("Listens for:").first).to_be_visible()
    stage.shot("Oren", "person", "plan")


def test_the_file_holds_the_plan(stage: Stage) -> None:
    oren = visit(stage)
    made(oren)
    with oren.expect_download() as download:
        oren.get_by_role("link", name="Download as CSV").click()
    text = download.value.path().read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 7
    assert {row["group"] for row in rows} == {"Maple", "Birch"}
    assert download.value.suggested_filename == "plan-serious-talk.csv"


def test_it_works_without_scripts(stage: Stage) -> None:
    oren = visit(stage, java_script_enabled=False)
    oren.get_by_role("button", name="Make the plan").click()
    expect(oren.get_by_role("heading", name="The plan is being made")).to_be_visible()
    for _ in range(30):
        if oren.get_by_text("The plan is made.").count():
            break
        oren.wait_for_timeout(1000)
        oren.get_by_role("link", name="Look again").click()
    expect(oren.get_by_text("The plan is made.")).to_be_visible()


def test_the_server_goes_on_while_a_plan_is_made(stage: Stage) -> None:
    """Another page is there at once, though the plan is not."""
    oren = visit(stage)
    oren.get_by_role("button", name="Make the plan").click()
    began = datetime.now(UTC)
    lena = stage.window("Lena")
    lena.goto(stage.house.server.url + "/")
    expect(lena.get_by_role("heading", level=1)).to_be_visible()
    assert datetime.now(UTC) - began < timedelta(seconds=10)
    expect(oren.get_by_text("The plan is made.")).to_be_visible(timeout=30_000)


def test_who_goes_elsewhere_as_a_plan_is_made_is_not_held_back(stage: Stage) -> None:
    oren = visit(stage)
    under_way = [True]
    oren.route(
        "**/plan/progress", lambda route: route.fulfill(json={"under_way": under_way[0], "words": "", "share": 1})
    )
    oren.get_by_role("button", name="Make the plan").click()
    expect(oren.get_by_role("heading", name="The plan is being made")).to_be_visible()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    oren.route("**/plan/people", hold)
    oren.evaluate("location.href = location.pathname + '/people'")  # a page that takes its time to come
    under_way[0] = False
    oren.wait_for_timeout(2_500)
    waiting[0].continue_()
    expect(oren).to_have_url(re.compile("/plan/people"))


def test_a_lost_plan_is_told(stage: Stage) -> None:
    oren = visit(stage, "?making=yes")
    expect(oren.get_by_text("The plan that was being made is lost.")).to_be_visible()


@every_look
def test_the_pages_are_open_to_everyone(stage: Stage, width: int, scheme: str) -> None:
    oren = visit(stage, width=width, height=900, color_scheme=scheme)
    checked(stage, oren, width, scheme, "empty")
    made(oren)
    oren.get_by_label("Person").select_option(label="Cleo")
    oren.get_by_role("button", name="Note it and plan anew").click()
    expect(oren.get_by_text("The plan is made.")).to_be_visible(timeout=30_000)
    expect(oren.get_by_text("Maple has no coach")).to_be_visible()
    checked(stage, oren, width, scheme, "plan")
    oren.get_by_role("link", name="Change").first.click()
    oren.get_by_label("Who plays").first.select_option(label="Nobody yet")
    oren.get_by_role("button", name="See what it changes").click()
    checked(stage, oren, width, scheme, "round")
    oren.get_by_role("button", name="Save it all the same").click()
    checked(stage, oren, width, scheme, "broken")
    visit(stage, "/casting")
    checked(stage, oren, width, scheme, "casting")
    visit(stage, "/people")
    checked(stage, oren, width, scheme, "people")


def checked(stage: Stage, page: Page, width: int, scheme: str, what: str) -> None:
    for fold in page.locator("details").all():
        fold.evaluate("fold => { fold.open = true }")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, (what, width)
    found = Axe().run(page)
    assert found.violations_count == 0, (what, width, found.generate_report())
    stage.shot("Oren", f"{what}-{width}-{scheme}", "plan")
