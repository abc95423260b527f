"""The ways from page to page: in sight where there is room, one press away on a phone, and no script needed."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser


def test_an_organiser_finds_the_pages_of_the_course_by_keys_and_without_scripts(stage: Stage) -> None:
    page = stage.window("Oren", java_script_enabled=False)
    page.goto(f"{stage.house.server.url}/courses/serious-talk/feedback")
    ways = page.get_by_role("navigation", name="Course")
    expect(ways.get_by_role("link", name="People")).to_be_visible()
    expect(ways.get_by_text("Pages of this course")).to_be_hidden()
    expect(ways.locator("[aria-current=page]")).to_have_text("Feedback")

    page.set_viewport_size({"width": 390, "height": 844})
    fold = ways.get_by_text("Pages of this course")
    expect(ways.get_by_role("link", name="People")).to_be_hidden()
    fold.press("Enter")
    expect(ways.get_by_role("link", name="People")).to_be_visible()
    fold.press("Tab")
    page.locator(":focus").press("Tab")  # past Settings
    page.locator(":focus").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
