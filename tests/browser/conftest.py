"""A served course, and a browser for each of its people. Every page is watched: its console, and whom it asks."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from pallpractice.storage.unit_of_work import Store
from tests.realtime.conftest import House, open_house
from tests.realtime.served import Server

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000  # of what is waited for: the machine may have other work
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path(playwright: Playwright) -> str:
    """The system's Chromium, or the one Playwright brought; without either the test fails: it could not run."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    own = playwright.chromium.executable_path
    if found is None and not Path(own).exists():
        pytest.fail("No Chromium here. Install one: make tools")
    return found or own


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(playwright), args=FLAGS)
        yield browser
        browser.close()


def becomes(page: Page, expression: str) -> None:
    """Waits until it holds. Asked anew from here: `wait_for_function` repeats it where a page of ours forbids that."""
    ends = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < ends, f"never came true: {expression}"
        page.wait_for_timeout(50)


class Stage:
    """People with windows open. `window` gives each a browser context of their own, signed in by their link."""

    def __init__(self, house: House, chromium: Browser) -> None:
        self.house, self.chromium = house, chromium
        self.pages: dict[str, Page] = {}
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()

    def window(self, name: str, width: int = 1280, height: int = 900, *, locale: str = "en-GB", **options: Any) -> Page:
        context = self.chromium.new_context(viewport={"width": width, "height": height}, locale=locale, **options)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self._console(name, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{name}: {error}"))
        page.on("request", lambda request: self._request(name, request.url))
        page.on("websocket", lambda socket: self._request(name, socket.url))
        page.goto(self.house.links[name])
        page.locator("main form button").click()  # "Come in", in whichever language
        page.wait_for_url(lambda url: "/l/" not in url)  # what is asked before would be asked by a stranger
        self.pages[name] = page
        return page

    def enter(self, *names: str, width: int = 1280, height: int = 900) -> list[Page]:
        """Everyone in by their link, and from their rooms into the room."""
        for name in names:
            self.window(name, width, height).goto(f"{self.house.server.url}/rooms/{self.house.room}")
        return [self.pages[name] for name in names]

    def _console(self, name: str, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.complaints.append(f"{name}: {message.text}")

    def _request(self, name: str, url: str) -> None:
        here = self.house.server.url
        if not url.startswith((here, here.replace("http", "ws", 1), "data:", "blob:")):
            self.complaints.append(f"{name} asked {url}")

    def shot(self, name: str, what: str, folder: str = "round") -> None:
        """Keeps a picture of the whole page, for people to look at."""
        target = ARTEFACTS / folder
        target.mkdir(parents=True, exist_ok=True)
        self.pages[name].screenshot(path=target / f"{what}-{name.lower()}.png", full_page=True)

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.fixture
def stage(store: Store, course: Any, tmp_path: Path, chromium: Browser) -> Iterator[Stage]:
    yield from served_stage(store, course, tmp_path, chromium, ASYNC_MODE=os.environ.get("BROWSER_MODE", "eventlet"))


def served_stage(store: Store, course: Any, tmp_path: Path, chromium: Browser, **options: Any) -> Iterator[Stage]:
    """A stage on a server with these options; in the end nothing has gone wrong, in the server or in any window."""
    server = Server(store.url, tmp_path / "server.log", **options)
    house = open_house(server, store, course)
    stage = Stage(house, chromium)
    yield stage
    stage.close()
    server.stop()
    log = (tmp_path / "server.log").read_text()
    assert "Traceback" not in log, log[-4000:]
    assert stage.complaints == []
