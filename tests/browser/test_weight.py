"""What the room weighs on the way, for each seat and over a whole round, and when it can first be used."""

from statistics import median

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.rounds import SEATS, Played

pytestmark = pytest.mark.browser

# Bytes of script and style, as sent. The aim is 60,000, which learner and observer keep; it may only come down.
MOST = 68_000
SENT = """() => performance.getEntriesByType('resource')
    .filter(({ name }) => /\\.(js|css)$/.test(name))
    .map(({ name, encodedBodySize }) => [name.split('/').slice(-2).join('/'), encodedBodySize])"""


def sent(page: Page) -> dict[str, int]:
    """{file: bytes of its body on the wire}, for all scripts and styles this page has asked for."""
    return {name: size for name, size in page.evaluate(SENT) if size}


def test_no_seat_is_sent_more_script_and_style_than_it_was(stage: Stage) -> None:
    played = Played(stage)
    first = {name: sent(page) for name, page in played.pages.items()}
    for moment in played.moments():
        assert moment
    for name, page in played.pages.items():
        files = sent(page)
        assert {"packs/room.js", f"packs/{SEATS[name]}.js", "css/pallpractice.css"} <= set(files)
        print(
            f"{SEATS[name]}: {sum(files.values())} bytes in {len(files)} files; {sum(first[name].values())} at first",
            files,
        )
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
    page.wait_for_function("window.usable > 0")
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return float(page.evaluate("window.usable"))


@pytest.mark.matrix
def test_when_the_room_can_first_be_used_on_a_slow_processor(stage: Stage) -> None:
    """A figure to read, never a failure: what else the machine does counts in."""
    usable_ms(stage, "Omar")  # the server has made its packs now
    figures = {SEATS[name]: median(usable_ms(stage, name) for _ in range(3)) for name in SEATS}
    print("first view usable, processor 4 times as slow:", {seat: f"{ms:.0f} ms" for seat, ms in figures.items()})
    assert all(ms > 0 for ms in figures.values())
