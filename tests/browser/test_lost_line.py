"""The server is killed while people write: nothing typed is lost, nothing is sent twice, and the room goes on."""

import re

import pytest
from playwright.sync_api import expect

from pallpractice.storage.feedback import Observation
from tests.browser.conftest import Stage
from tests.browser.test_round import in_phase, press

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def test_words_typed_while_the_server_is_away_arrive_once(stage: Stage) -> None:
    stage.expected = ("ERR_CONNECTION_REFUSED", "WebSocket")
    lena, olga, sam, cleo = stage.enter("Lena", "Olga", "Sam", "Cleo")
    press(cleo, "Start the round")
    in_phase(stage, "briefing", "Lena", "Olga", "Sam", "Cleo")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Lena", "Olga", "Sam", "Cleo")
    olga.get_by_label("Exact words").first.fill("before the line was lost")
    press(olga, "Add")
    expect(cleo.get_by_text("Everyone’s notes (1)")).to_be_visible()

    stage.house.server.kill()
    for words in ("while the line was lost", "and once more"):
        olga.get_by_label("Exact words").first.fill(words)
        press(olga, "Add")
    expect(olga.get_by_text(re.compile("Connection lost"))).to_be_visible(timeout=10_000)
    olga.get_by_label("Exact words").first.fill("half a sentence")
    stage.shot("Olga", "lost-line", "states")

    stage.house.server.start()
    expect(cleo.get_by_text("Everyone’s notes (3)")).to_be_visible(timeout=30_000)
    for page in (lena, olga, sam, cleo):  # each comes back in its own time, and a move is not kept for later
        expect(page.get_by_text(re.compile("Connection lost"))).to_be_hidden(timeout=30_000)
    expect(olga.get_by_label("Exact words").first).to_have_value("half a sentence")
    with stage.house.store.read() as uow:
        kept = [row.text for row in uow.session.query(Observation).order_by(Observation.at)]
    assert kept == ["before the line was lost", "while the line was lost", "and once more"]
    press(lena, "Time-out")
    in_phase(stage, "time_out", "Lena", "Olga", "Sam", "Cleo")


def test_words_not_yet_added_survive_a_reload(stage: Stage) -> None:
    olga, cleo = stage.enter("Olga", "Cleo")
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Olga", "Cleo")
    olga.get_by_label("Exact words").first.fill("I am not ready to hear")
    olga.reload()
    expect(olga.get_by_label("Exact words").first).to_have_value("I am not ready to hear")


def test_two_tabs_of_one_person_show_the_same(stage: Stage) -> None:
    olga, cleo = stage.enter("Olga", "Cleo")
    other = olga.context.new_page()
    other.goto(olga.url)
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Olga")
    expect(other.locator("main[data-phase]")).to_have_attribute("data-phase", "encounter")
    olga.get_by_label("Exact words").first.fill("seen in both")
    press(olga, "Add")
    expect(other.get_by_text("seen in both").first).to_be_visible()
