"""The server is killed while people write: nothing typed is lost, nothing is sent twice, and the room goes on."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pallpractice.storage.feedback import Entry, Observation
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
    sam.get_by_role("slider").press("ArrowRight")
    for words in ("while the line was lost", "and once more"):
        olga.get_by_label("Exact words").first.fill(words)
        press(olga, "Add")
    expect(olga.locator("[data-banner=line]")).to_be_visible(timeout=10_000)
    expect(olga.locator("[data-live]")).to_have_text(re.compile("^Connection lost, trying again"))
    expect(olga.locator(".last-note")).to_contain_text("Kept on this device")
    olga.get_by_label("Exact words").first.fill("half a sentence")
    expect(sam.locator("#feeling-saving")).to_have_text(re.compile(r"^Not saved, try again\s+Try again$"))
    stage.shot("Olga", "lost-line", "states")

    stage.house.server.start()
    expect(cleo.get_by_text("Everyone’s notes (3)")).to_be_visible(timeout=30_000)
    for page in (lena, olga, sam, cleo):  # each comes back in its own time, and a move is not kept for later
        expect(page.locator("[data-banner=line]")).to_be_hidden(timeout=30_000)
    expect(olga.get_by_label("Exact words").first).to_have_value("half a sentence")
    expect(olga.locator(".last-note")).not_to_contain_text("Kept on this device")
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


def played_round(cleo: Page, stage: Stage, *also: str) -> None:
    """From the notes of one round into the notes of the next."""
    for name in ("Open the debrief", "Yes, open it"):
        press(cleo, name)
    for turn in ("observers", "patient", "coach"):
        press(cleo, f"Pass the turn to the {turn}")
    for name in ("Close the round", "Yes, close it", "Start the next round", "Begin the encounter"):
        press(cleo, name)
    in_phase(stage, "encounter", "Cleo", *also)


def into_notes(cleo: Page, stage: Stage, *also: str) -> None:
    for name in ("End the encounter", "Yes, end it"):
        press(cleo, name)
    in_phase(stage, "notes", "Cleo", *also)


def test_what_was_written_of_one_learner_never_counts_for_the_next(stage: Stage) -> None:
    lines: list[Any] = []
    cut = [False]

    def carry(line: Any) -> None:
        lines.append(line)
        number, server = len(lines), line.connect_to_server()
        line.on_message(lambda said: None if cut[0] and number == 1 else server.send(said))
        server.on_message(lambda said: None if cut[0] and number == 1 else line.send(said))

    (cleo,), omar = stage.enter("Cleo"), stage.window("Omar")
    omar.route_web_socket(re.compile("/socket.io/"), carry)
    omar.goto(cleo.url)
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Cleo", "Omar")
    into_notes(cleo, stage, "Omar")

    cut[0] = True
    omar.get_by_label("Exact words").first.fill("said by Lena")
    press(omar, "Add")
    omar.locator(".rubric textarea").first.fill("meant for Lena")
    played_round(cleo, stage)
    omar.evaluate("dispatchEvent(new Event('online'))")
    in_phase(stage, "encounter", "Omar")
    unsent = omar.locator(".note.unsent")
    expect(unsent.filter(has_text="said by Lena")).to_contain_text("meant for an earlier round")
    expect(unsent.filter(has_text="meant for Lena")).to_be_visible()

    into_notes(cleo, stage, "Omar")
    omar.locator(".rubric textarea").first.fill("meant for the next")
    press(omar, "Submit my feedback")
    press(omar, "Yes, submit")
    expect(omar.get_by_text("It is sealed until its turn")).to_be_visible()
    with stage.house.store.read() as uow:
        assert uow.session.query(Observation).count() == 0
        assert [row.text for row in uow.session.query(Entry)] == ["meant for the next"]


def test_a_sentence_begun_as_the_debrief_opens_still_counts(stage: Stage) -> None:
    cleo, olga = stage.enter("Cleo", "Olga")
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Cleo", "Olga")
    into_notes(cleo, stage, "Olga")
    press(cleo, "Open the debrief")
    olga.locator(".rubric textarea").first.focus()
    olga.keyboard.type("You waited")
    cleo.get_by_role("button", name="Yes, open it").evaluate("button => button.click()")
    in_phase(stage, "debrief", "Cleo", "Olga")
    expect(olga.get_by_text("What I wrote")).to_be_visible()
    with stage.house.store.read() as uow:
        (entry,) = uow.session.query(Entry)
    assert entry.text == "You waited"
    expect(olga.locator(".note.unsent")).to_have_count(0)


def test_a_note_being_mended_is_kept_and_a_mark_shows_at_once(stage: Stage) -> None:
    held: list[tuple[Any, Any]] = []

    def carry(line: Any) -> None:
        server = line.connect_to_server()
        line.on_message(lambda said: held.append((server, said)) if "observation:edit" in said else server.send(said))

    (cleo,), olga = stage.enter("Cleo"), stage.window("Olga")
    olga.route_web_socket(re.compile("/socket.io/"), carry)
    olga.goto(cleo.url)
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    in_phase(stage, "encounter", "Olga")
    olga.get_by_label("Exact words").first.fill("I am sorry")
    press(olga, "Add")
    note = olga.locator("#panel-notes .timeline .note")
    keep = note.get_by_role("button", name=re.compile("^Keep, note"))
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    for server, said in held:
        server.send(said)
    expect(cleo.locator(".note[data-judgement=keep]")).to_have_count(1)
    expect(keep).to_have_attribute("aria-pressed", "true")
    note.get_by_role("button", name=re.compile("^Edit note")).click()
    olga.get_by_label("Mend this note").fill("I am so sorry")
    olga.reload()
    expect(olga.get_by_label("Mend this note")).to_have_value("I am so sorry")
    press(olga, "Leave as it was")
    olga.reload()
    expect(note).to_contain_text("I am sorry")
    expect(olga.get_by_label("Mend this note")).to_have_count(0)
