"""What the room weighs on the way, for each seat and over a whole round, and when it can first be used."""

from statistics import median

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage, becomes
from tests.browser.rounds import SEATS, Played

pytestmark = pytest.mark.browser

# Bytes of script and style, as sent. The words of another language than English are data, and counted apart.
MOST = 60_000
SENT = """(what) => performance.getEntriesByType('resource')
    .filter(({ name }) => name.match(what))
    .map(({ name, encodedBodySize }) => [name.split('/').slice(-2).join('/'), encodedBodySize])"""


def sent(page: Page, what: str = r"\.(js|css)$") -> dict[str, int]:
    """{file: bytes of its body on the wire}, for all that this page has asked for, of the kind that ends so."""
    return {name: size for name, size in page.evaluate(SENT, what) if size}


@pytest.mark.parametrize("language", ["en-GB", pytest.param("es", marks=pytest.mark.matrix)])
def test_no_seat_is_sent_more_than_60_kb_of_script_and_style_over_a_round(stage: Stage, language: str) -> None:
    played = Played(stage, locale=language)
    first = {name: sum(sent(page).values()) for name, page in played.pages.items()}
    for moment in played.moments():
        assert moment
    for name, page in played.pages.items():
        files, words = sent(page), sent(page, r"words/\w+\.json$")
        print(f"{SEATS[name]}, {language}: {sum(files.values())} bytes, {first[name]} at first", files, words)
        later = set() if name == "Oren" else {"packs/story.js"}
        assert set(files) == {"css/pallpractice.css", "packs/room.js", f"packs/{SEATS[name]}.js"} | later
        assert set(words) == ({"words/es.json"} if language == "es" else set())
        assert sum(files.values()) < MOST, files


USABLE = """() => {
    const seen = new MutationObserver(() => {
        if (!document.querySelector('main[data-phase] #phase-heading')) return;
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.usable = performance.now(); }));
    });
    seen.observe(document, { childList: true, subtree: true });
}"""


def usable_ms(stage: Stage, name: str) -> float:
    """From asking for the room with nothing kept until it can be used, on a processor four times as slow."""
    page = stage.window(name)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.clearBrowserCache")
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(f"({USABLE})()")
    page.goto(f"{stage.house.server.url}/rooms/{stage.house.room}")
    expect(page.locator("#phase-heading")).to_be_visible()
    becomes(page, "window.usable > 0")
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return float(page.evaluate("window.usable"))


@pytest.mark.matrix
def test_when_the_room_can_first_be_used_on_a_slow_processor(stage: Stage) -> None:
    """A figure to read, never a failure: what else the machine does counts in."""
    usable_ms(stage, "Omar")  # the server has made its packs now
    figures = {SEATS[name]: median(usable_ms(stage, name) for _ in range(3)) for name in SEATS}
    print("first view usable, processor 4 times as slow:", {seat: f"{ms:.0f} ms" for seat, ms in figures.items()})
    assert all(ms > 0 for ms in figures.values())
