"""A course whose coach releases by hand: what a room shows meanwhile, and the way to the learner's report."""

import pytest
from playwright.sync_api import expect

from pallpractice.domain.release import Policy
from pallpractice.storage.courses import Course
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser


def test_the_coach_holds_one_comment_back_and_releases_the_rest(stage: Stage) -> None:
    house = stage.house
    with house.store.write() as uow:
        uow.session.get_one(Course, house.course.course.id).release_policy = Policy.HAND.value
    lines = house.join("Lena", "Olga", "Cleo")
    cleo = lines["Cleo"]
    round_id = cleo.ok("round:start")["round"]
    cleo.ok("encounter:begin")
    lines["Olga"].ok("observation:add", kind="verbatim", text="I wish I had better news", judgement="keep")
    cleo.ok("encounter:end")
    for name in ("Lena", "Olga", "Cleo"):
        lines[name].wait_phase("notes")
        for entry, words in (("keep", "You waited"), ("try", "Less of the scan")) if name == "Olga" else ():
            lines[name].ok("score:save", entry=entry, text=words)
        lines[name].ok("scorecard:submit")
    cleo.ok("debrief:open")
    lena, coach = stage.window("Lena", 390, 844), stage.window("Cleo")
    for page in (lena, coach):
        page.goto(f"{house.server.url}/rooms/{house.room}")
    expect(lena.get_by_text("opens when the coach has looked it through")).to_be_visible()
    expect(lena.get_by_text("I wish I had better news")).to_have_count(0)
    stage.shot("Lena", "debrief", "release")
    for action in (*["debrief:next"] * 3, "round:close"):
        cleo.ok(action)
    expect(lena.get_by_text("Your home page will say so")).to_be_visible()
    coach.get_by_role("link", name="Look through the report").click()
    coach.get_by_role("link", name="Olga", exact=True).click()
    held = coach.locator("#try")
    held.get_by_text("Hold this back").click()
    held.get_by_label("Why?").fill("Said aloud already")
    held.get_by_role("button", name="Hold it back").click()
    expect(coach.locator("#try")).to_contain_text("Held back by Cleo")
    coach.get_by_role("link", name="The report").click()
    stage.shot("Cleo", "report", "release")
    coach.get_by_role("button", name="Release it to Lena").click()
    expect(coach.get_by_text("Lena has not opened it yet")).to_be_visible()
    lena.get_by_role("link", name="Open my report").click()  # the room has said so by itself
    expect(lena.locator("main")).to_contain_text("You waited")
    expect(lena.get_by_text("Less of the scan")).to_have_count(0)
    stage.shot("Lena", "report", "release")
    coach.goto(f"{house.server.url}/rounds/{round_id}/report")
    expect(coach.get_by_text("Lena first opened it on")).to_be_visible()
    assert stage.complaints == []
