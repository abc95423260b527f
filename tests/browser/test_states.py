"""What a room says when it is not simply there: someone comes late, the line is lost, the place in it is gone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pallpractice.domain.roles import Role
from pallpractice.services import people
from pallpractice.storage.rooms import Room
from tests.browser.barriers import ALL, ONE, Look, barriers, looks
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def other_group(add_group: Callable[..., str]) -> str:
    return add_group("Birch", {"Lara": Role.LEARNER, "Cole": Role.COACH})


def over(page: Page, reason: str, next_step: str) -> None:
    """The page says why, has one thing to do next, and the reader is at its heading."""
    expect(page.locator("main[data-over]")).to_have_attribute("data-over", reason)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    step = page.locator(".button.primary")
    expect(step).to_have_count(1)
    expect(step).to_have_text(next_step)


@pytest.mark.parametrize(
    "chosen", [pytest.param(ONE, id="smoke"), pytest.param(ALL, id="all", marks=pytest.mark.matrix)]
)
def test_nobody_is_left_without_a_word_or_a_way_on(other_group: str, stage: Stage, chosen: tuple[Look, ...]) -> None:
    stage.expected = ("ERR_CONNECTION_REFUSED", "WebSocket", "ERR_FAILED")
    house, faults = stage.house, set[str]()
    with house.store.read() as uow:
        elsewhere = uow.session.query(Room).filter_by(group_id=other_group).one().id

    def look_at(what: str, name: str) -> None:
        stage.shot(name, what, "states")
        for look in looks(stage.pages[name], chosen):
            faults.update(f"{what} {look}: {barrier}" for barrier in barriers(stage.pages[name]))

    lena, olga, sam, cleo = stage.enter("Lena", "Olga", "Sam", "Cleo")
    lines = house.join("Cleo", "Oren")
    lines["Cleo"].ok("round:start")
    lines["Cleo"].ok("encounter:begin")
    (omar,) = stage.enter("Omar")
    expect(omar.locator("[data-banner=late]")).to_contain_text("The conversation is going on")
    look_at("late", "Omar")

    house.browser("Lena").post("/sign-out-everywhere", "/")
    over(lena, "signed_out", "Sign in")
    look_at("signed-out", "Lena")

    house.store.change(people.remove, house.course.course, house.course.olga)
    over(olga, "removed", "My rooms")
    look_at("removed", "Olga")

    omar.route(f"**/rooms/{elsewhere}", lambda route: route.abort())  # else the page goes there by itself
    lines["Oren"].ok("person:move", person=house.course.omar.id, room=elsewhere)
    over(omar, "moved", "Go to the other room")
    look_at("moved", "Omar")

    for _ in range(5):
        house.client("Sam").connect()
    over(sam, "replaced", "Use it here")
    look_at("replaced", "Sam")
    sam.get_by_role("button", name="Use it here").click()
    expect(sam.locator("main[data-phase]")).to_have_attribute("data-phase", "encounter")

    house.server.kill()
    expect(cleo.locator("[data-banner=line]")).to_contain_text("Keep going: your notes are kept on this device.")
    look_at("line-lost", "Cleo")
    assert not faults, "\n".join(sorted(faults))


def test_words_begun_in_a_seat_or_a_room_that_is_gone_are_shown_in_the_next(other_group: str, stage: Stage) -> None:
    house = stage.house
    olga, omar = stage.enter("Olga", "Omar")
    lines = house.join("Cleo", "Oren")
    lines["Cleo"].ok("round:start")
    lines["Cleo"].ok("encounter:begin")
    olga.get_by_label("Exact words").first.fill("half a thought")
    with house.store.read() as uow:
        elsewhere = uow.session.query(Room).filter_by(group_id=other_group).one().id
    character = next(each["character"] for each in lines["Cleo"].view["seats"] if each["seat"] == "patient")
    lines["Oren"].ok("actor:replace", character=character, by=house.course.olga.id)
    expect(olga.locator("main[data-seat=patient]")).to_be_visible()
    expect(olga.locator("#panel-notes .note.unsent")).to_contain_text("half a thought")

    omar.get_by_label("Exact words").first.fill("another half")
    lines["Oren"].ok("person:move", person=house.course.omar.id, room=elsewhere)
    omar.wait_for_url(f"**/rooms/{elsewhere}")
    left = omar.locator("#panel-notes .note.unsent")
    expect(left).to_contain_text("another half")
    left.get_by_role("button", name="Let it go").click()
    expect(left).to_have_count(0)
    omar.reload()
    expect(omar.locator("main[data-phase]")).to_be_visible()
    expect(left).to_have_count(0)
