"""A round without a mouse, without sight of the clock, enlarged, still, and in the reader's own colours."""

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import sideways
from tests.browser.conftest import Stage
from tests.browser.rounds import SEATS, Played
from tests.browser.test_round import press

pytestmark = pytest.mark.browser

IN_FOCUS = """() => {
    const { activeElement: one } = document;
    return one === document.body ? null : `${one.tagName} ${one.id} ${one.textContent.trim().slice(0, 40)}`;
}"""
FOCUSABLE = "button:not([tabindex='-1']), a[href], input:not(:disabled), select, textarea, summary"


# Focus


@pytest.mark.matrix
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("place", [0, -1])
def test_no_phase_change_loses_the_focus(stage: Stage, width: int, place: int) -> None:
    """On the first or the last thing of one's panel: what goes away gives the focus to a heading, not to nothing."""
    played, lost = Played(stage, width=width), []
    for moment in played.moments():
        for name, page in played.pages.items():
            if moment != "lobby" and page.evaluate(IN_FOCUS) is None:
                lost.append((moment, SEATS[name]))
            those = page.locator(f"#panel-mine :is({FOCUSABLE})").filter(visible=True)
            if those.count():
                those.nth(place).focus()
    assert lost == []


def test_words_that_are_being_written_keep_the_focus_through_every_phase(stage: Stage) -> None:
    olga, cleo = stage.enter("Olga", "Cleo")
    line = stage.house.client("Cleo").connect()
    line.ok("round:start")
    line.ok("encounter:begin")
    box = olga.get_by_label("Exact words").first
    box.press_sequentially("I wish ")
    for action, phase in (("timeout:call", "time_out"), ("timeout:resume", "encounter"), ("encounter:end", "notes")):
        line.ok(action)
        expect(olga.locator("main[data-phase]")).to_have_attribute("data-phase", phase)
        olga.keyboard.type(f"{phase} ")
    expect(box).to_be_focused()
    expect(box).to_have_value("I wish time_out encounter notes ")
    assert cleo.evaluate("document.activeElement === document.body"), "nobody's focus is moved who had none"


def test_what_had_the_focus_and_goes_away_gives_it_to_the_heading(stage: Stage) -> None:
    (lena,) = stage.enter("Lena")
    line = stage.house.client("Cleo").connect()
    line.ok("round:start")
    press(lena, "I am ready")
    line.ok("encounter:begin")
    expect(lena.locator("#phase-heading")).to_be_focused()
    expect(lena.locator("#phase-heading")).to_have_text("You are in the conversation")


# On a coach's phone the columns scroll by themselves, above the controls: a place is where it would be without that.
STOPS = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const name = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent;
    const columns = document.querySelector('.columns');
    const after = columns.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    const hidden = columns.contains(one) ? columns.scrollTop : after ? columns.scrollHeight - columns.clientHeight : 0;
    const down = scrollY + hidden;
    const place = { left, top: top + down, right, bottom: bottom + down };
    return { name: `${one.tagName} ${name.trim().slice(0, 40)}`, ...place };
}"""


def stops(page: Page) -> list[dict[str, Any]]:
    """Where Tab stops, from the top of the page to its end."""
    page.locator(".skip").focus()
    found: list[dict[str, Any]] = []
    while len(found) < 200:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOPS)
        if stop is None or "Skip to" in stop["name"]:
            break
        found.append(stop)
    return found


def backwards(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Steps up that are not steps into the next column."""
    return [
        (before["name"], after["name"])
        for before, after in pairwise(found)
        if after["bottom"] <= before["top"] and after["left"] < before["right"]
    ]


@pytest.mark.matrix
@pytest.mark.parametrize("width", [1280, 800, 390])
def test_tab_goes_as_one_reads(stage: Stage, width: int) -> None:
    played, seen = Played(stage, width=width), 0
    for moment in played.moments():
        if moment not in ("lobby", "briefing", "encounter", "time_out", "notes", "close"):
            continue
        for name, page in played.pages.items():
            if width > 768 and page.locator("[aria-controls=panel-help][aria-expanded=false]").count():
                page.locator("[aria-controls=panel-help]").click()
            found = stops(page)
            seen += len(found)
            assert backwards(found) == [], (moment, SEATS[name])
    assert seen > 300


# What is heard

LISTEN = """() => {
    window.heard = [];
    new MutationObserver(() => {
        const text = document.querySelector('[data-live]')?.textContent ?? '';
        if (text && text !== window.heard.at(-1)?.text) window.heard.push({ text, at: Date.now() });
    }).observe(document, { childList: true, characterData: true, subtree: true });
}"""
TOLD_EVERYONE = [
    "The briefing has begun.",
    "The encounter is running.",
    "Notice: Ten minutes left",
    "Time-out. Lena stopped the clock: Stuck.",
    "Take 2",  # for who knows the script, with its beat
    "The encounter has ended. Notes: a few quiet minutes.",
    "The debrief is open.",
    "Now speaking: the learner.",
    "Now speaking: the observers.",
    "Now speaking: the patient.",
    "Now speaking: the coach.",
    "The round is closing.",
]
GAP_MS = 3_000


@pytest.mark.matrix
def test_a_screen_reader_hears_the_round_and_nothing_of_others_ticks(stage: Stage) -> None:
    """The whole of what is said at each seat. Notes, felt marks, ratings and savings of others are not in it."""
    played = Played(stage)
    for page in played.pages.values():
        page.evaluate(LISTEN)
    for _ in played.moments():
        stage.pages["Lena"].wait_for_timeout(
            GAP_MS + 500
        )  # a human pace: of what comes at once only the newest is said
    for name, page in played.pages.items():
        heard = page.evaluate("window.heard")
        print(SEATS[name], [each["text"] for each in heard])
        gaps = [after["at"] - before["at"] for before, after in pairwise(heard)]
        assert min(gaps) >= GAP_MS - 500, (name, gaps)  # a busy machine draws some of them late
        said = [each["text"].partition(", from the beat")[0] for each in heard]
        if name in ("Cleo", "Oren"):  # the notice is newer, and on a quick machine the only one said
            said = [each for each in said if each != "Olga asks for help."]
        assert said == TOLD_EVERYONE, name


def test_the_clock_can_be_hidden_stays_so_and_never_speaks(stage: Stage) -> None:
    (lena,) = stage.enter("Lena")
    line = stage.house.client("Cleo").connect()
    line.ok("round:start")
    line.ok("encounter:begin")
    timer = lena.get_by_role("timer")
    expect(timer).to_have_attribute("aria-live", "off")
    assert (
        timer.evaluate("one => one.closest('[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]')")
        is None
    )
    press(lena, re.compile("^Hide"))
    expect(timer).to_have_count(0)
    expect(lena.get_by_text(re.compile(r"\d:\d\d left"))).to_have_count(0)
    lena.reload()
    expect(lena.get_by_role("button", name=re.compile("^Show clock"))).to_be_visible()
    expect(timer).to_have_count(0)


# Motion, colours, size

MOVING = """() => [...document.querySelectorAll('*')].filter((one) => {
    const { transitionDuration, animationName } = getComputedStyle(one);
    return transitionDuration.split(', ').some((each) => parseFloat(each) > 0) || animationName !== 'none';
}).length"""


def test_nothing_moves_for_who_asked_for_stillness(stage: Stage) -> None:
    (cleo,) = stage.enter("Cleo")
    expect(cleo.get_by_role("button", name="Start the round")).to_be_visible()
    assert cleo.evaluate(MOVING) > 0
    cleo.emulate_media(reduced_motion="reduce")
    assert cleo.evaluate(MOVING) == 0
    assert cleo.evaluate("document.getAnimations().length") == 0
    assert cleo.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


# What of an element is left when the reader's system chooses the colours.
LEFT = """(one) => {
    const style = getComputedStyle(one), mark = one.querySelector('.strip-dot');
    const of = (part) => ['borderTopWidth', 'borderTopStyle', 'borderBottomColor', 'outlineStyle', 'fontWeight',
        'textDecorationLine', 'textDecorationThickness', 'backgroundColor'].map((name) => getComputedStyle(part)[name]);
    return JSON.stringify([of(one), mark && of(mark), one.querySelector(':checked') !== null]);
}"""


def differ(page: Page, chosen: str, other: str) -> bool:
    """Do these two still look different, by something else than their colours alone being gone?"""
    return bool(page.locator(chosen).first.evaluate(LEFT) != page.locator(other).first.evaluate(LEFT))


def test_in_forced_colours_seats_and_states_are_still_told_apart(stage: Stage) -> None:
    olga, sam, cleo = stage.enter("Olga", "Sam", "Cleo", width=390)
    line = stage.house.client("Cleo").connect()
    line.ok("round:start")
    line.ok("encounter:begin")
    for page in (olga, sam, cleo):
        page.emulate_media(forced_colors="active")
        expect(page.locator("main[data-phase]")).to_have_attribute("data-phase", "encounter")
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert differ(page, ".strip [aria-current]", ".strip li:not([aria-current])"), "the phase"
        lines = [
            page.locator(f".tab[aria-selected={chosen}]").first.evaluate(
                "tab => getComputedStyle(tab).borderBottomColor"
            )
            for chosen in ("true", "false")
        ]
        assert lines[0] != lines[1], "the tab"
        page.get_by_role("tab", name="People").click()
        badges = page.locator(".people .badge")
        assert badges.count() >= 5
        for badge in badges.all():
            assert re.match(r"[●▲■◆○] (Learner|Patient|Observer|Coach)", str(badge.text_content()))
            assert badge.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
        page.get_by_role("tab", name="Mine").click()
    assert differ(olga, ".radio:has(:checked)", ".radio:not(:has(:checked))"), "what is chosen"
    focus = olga.locator(".marker").first
    focus.focus()
    olga.keyboard.press("ArrowRight")
    assert olga.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "the focus"


@pytest.mark.matrix
def test_nothing_is_cut_off_at_twice_the_size(stage: Stage) -> None:
    """A window of 1280 px at 200 % is one of 640 px with two dots to a pixel."""
    played = Played(stage, width=640, height=450, device_scale_factor=2)
    wide = []
    for moment in played.moments():
        wide += [(moment, SEATS[name], over) for name, page in played.pages.items() if (over := sideways(page)) > 0]
        if moment == "encounter":
            stop = played.pages["Cleo"].get_by_role("button", name="Time-out", exact=True)
            expect(stop).to_be_in_viewport(ratio=1)
    assert wide == []


# Said though not seen


def hears(page: Page, words: str) -> None:
    expect(page.locator("[data-live]")).to_have_text(re.compile(words))


def test_who_listens_hears_what_their_own_press_did_and_who_asks_for_help(stage: Stage) -> None:
    lena, olga = stage.enter("Lena", "Olga")
    stage.window("Cleo", 390, 844).goto(f"{stage.house.server.url}/rooms/{stage.house.room}")
    cleo = stage.pages["Cleo"]
    press(cleo, "Start the round")
    press(cleo, "Begin the encounter")
    press(olga, "Left a silence")
    hears(olga, r"^Caught: Left a silence, 0:\d\d$")
    press(lena, "Help")
    press(lena, "Ask for help")
    hears(cleo, "^Lena asks for help.$")
    # On a phone the people are behind a tab.
    expect(cleo.locator(".controls")).to_contain_text("Lena asks for help.")
    press(cleo, "End the encounter")
    press(cleo, "Yes, end it")
    expect(lena.locator(".todo")).to_contain_text("A few quiet minutes")
    press(lena, "Submit my feedback")
    press(lena, "Yes, submit")
    hears(lena, "^Submitted$")
    expect(lena.locator("#phase-heading")).to_have_text("Submitted")
    expect(lena.locator(".todo")).to_have_text("Take a breath. Your coach opens the debrief.")


def test_a_cue_that_comes_while_one_looks_elsewhere_is_counted_on_its_tab(stage: Stage) -> None:
    stage.window("Lena", 390, 844).goto(f"{stage.house.server.url}/rooms/{stage.house.room}")
    lena, line = stage.pages["Lena"], stage.house.client("Cleo").connect()
    line.ok("round:start")
    line.ok("encounter:begin")
    lena.get_by_role("tab", name="People").click()
    line.ok("cue:send", to=stage.house.course.lena.id, text="Breathe")
    lena.get_by_role("tab", name="Mine (1)", exact=True).click()
    expect(lena.get_by_text("From the coach, to you only")).to_be_visible()
    expect(lena.get_by_role("tab", name="Mine", exact=True)).to_be_visible()


def test_who_only_read_further_down_sees_where_the_next_phase_begins(stage: Stage) -> None:
    olga, line = stage.enter("Olga")[0], stage.house.client("Cleo").connect()
    line.ok("round:start")
    expect(olga.get_by_text("From the chart")).to_be_visible()
    olga.mouse.move(300, 500)
    olga.mouse.wheel(0, 5000)
    expect(olga.locator("#phase-heading")).not_to_be_in_viewport()
    line.ok("encounter:begin")
    expect(olga.locator("#phase-heading")).to_have_text("Watch and catch")
    expect(olga.locator("#phase-heading")).to_be_in_viewport(ratio=1)


def test_in_a_narrow_window_the_phases_keep_their_names_for_who_listens(stage: Stage) -> None:
    stage.window("Lena", 390, 844).goto(f"{stage.house.server.url}/rooms/{stage.house.room}")
    strip = stage.pages["Lena"].get_by_role("list", name="Phases of the round")
    expect(strip.get_by_role("listitem")).to_have_count(6)
    assert re.findall(r"listitem: (\w+)", strip.aria_snapshot()) == [
        "Lobby",
        "Briefing",
        "Encounter",
        "Notes",
        "Debrief",
        "Close",
    ]
    assert not sideways(stage.pages["Lena"])
