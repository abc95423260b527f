"""The page of invitations in a browser, with a real mail server and without one."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pallpractice.storage.courses import Person
from pallpractice.storage.unit_of_work import Store
from tests.browser.conftest import ARTEFACTS, Stage
from tests.mailbox import Mailbox, mailbox, part
from tests.realtime.conftest import open_house
from tests.realtime.served import Browser as Reader
from tests.realtime.served import Server

pytestmark = pytest.mark.browser

PAGE = "/courses/serious-talk/invitations"
SENDER = "Serious Talk <course@example.org>"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture(autouse=True)
def coming(store: Store, course: Any) -> None:
    """The course is to come, and Sam lives elsewhere."""
    with store.write() as uow:
        session = uow.session.merge(course.session)
        session.starts_at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=20)
        session.ends_at = session.starts_at + timedelta(hours=2)
        uow.session.get_one(Person, course.sam.id).time_zone = "Asia/Tokyo"


@pytest.fixture
def staged(store: Store, course: Any, tmp_path: Path, chromium: Browser) -> Iterator[Callable[..., Stage]]:
    """`staged(**settings)`: a served course with these settings."""
    stages: list[Stage] = []

    def open_with(**settings: str) -> Stage:
        mode = os.environ.get("BROWSER_MODE", "eventlet")
        server = Server(store.url, tmp_path / "server.log", ASYNC_MODE=mode, **settings)
        stages.append(Stage(open_house(server, store, course), chromium))
        return stages[-1]

    yield open_with
    for stage in stages:
        stage.close()
        stage.house.server.stop()
        assert "Traceback" not in stage.house.log, stage.house.log[-4000:]
        assert "/l/" not in stage.house.log
        assert stage.complaints == []


def visit(stage: Stage, name: str, path: str, **options: Any) -> Page:
    page = stage.pages.get(name) or stage.window(name, **options)
    page.goto(stage.house.server.url + path)
    return page


def test_an_organiser_sends_invitations_and_sees_them_arrive(staged: Callable[..., Stage], box: Mailbox) -> None:
    box.refused, box.seconds = {"omar@example.org"}, 0.4
    stage = staged(SMTP_URL=box.url, MAIL_FROM=SENDER)
    oren = visit(stage, "Oren", PAGE)
    stage.shot("Oren", "before", "invitations")
    oren.get_by_role("button", name="Send to the 6 who have none").click()
    expect(oren.get_by_text("of 6 sent")).to_be_visible()
    stage.shot("Oren", "sending", "invitations")
    expect(oren.get_by_text("Invitation sent on")).to_have_count(5, timeout=20_000)
    expect(oren.get_by_text("550 5.1.1 <omar@example.org> has no mailbox here")).to_be_visible()
    expect(oren.get_by_role("heading", name="Sending")).to_have_count(0)
    stage.shot("Oren", "sent", "invitations")

    link = part(box.last("lena@example.org"), "plain").split("\n")
    url = next(line for line in link if "/l/" in line)
    assert Reader(stage.house.server).come_in(url).me()["person"]["name"] == "Lena"
    oren.reload()
    expect(oren.get_by_text("2 of 6 people have opened their personal link")).to_be_visible()
    oren.get_by_label("To", exact=True).select_option("Sam")
    oren.get_by_role("button", name="Show").click()
    expect(oren.get_by_text("In your own time:")).to_be_visible()
    stage.shot("Oren", "letter", "invitations")
    oren.get_by_role("checkbox", name="Lena").check()
    oren.get_by_role("button", name="Send again to those ticked").click()
    deadline = time.monotonic() + 15
    while len(box.to("lena@example.org")) < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(box.to("lena@example.org")) == 2


def test_a_slow_mail_server_holds_nobody_up(staged: Callable[..., Stage], box: Mailbox) -> None:
    box.seconds = 3.0
    stage = staged(SMTP_URL=box.url, MAIL_FROM=SENDER)
    oren = visit(stage, "Oren", PAGE)
    oren.get_by_role("button", name="Send to the 6 who have none").click()
    waits = []
    reader = Reader(stage.house.server)
    for _ in range(40):
        began = time.monotonic()
        assert reader.status("/healthz") == 200
        waits.append(time.monotonic() - began)
        time.sleep(0.05)
    assert box.connections == 1
    assert max(waits) < 1.0, waits


def test_without_mail_links_are_made_and_copied(staged: Callable[..., Stage]) -> None:
    stage = staged()
    oren = visit(stage, "Oren", PAGE)
    oren.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(oren.get_by_text("Mail is off on this site.")).to_be_visible()
    stage.shot("Oren", "off", "invitations")
    oren.get_by_role("button", name="Untick all").click()
    expect(oren.get_by_role("checkbox", name="Lena")).not_to_be_checked()
    oren.get_by_role("checkbox", name="Lena").check()
    oren.get_by_role("checkbox", name="Sam").check()
    oren.get_by_role("button", name="Make links to copy").click()
    expect(oren.get_by_role("textbox", name="Sam")).to_be_visible()
    oren.get_by_role("button", name="Copy the link of Lena").click()
    expect(oren.get_by_text("Copied")).to_be_visible()
    copied = oren.evaluate("navigator.clipboard.readText()")
    assert copied == oren.locator("#link-1").input_value()
    assert Reader(stage.house.server).come_in(copied).me()["person"]["name"] == "Lena"
    stage.shot("Oren", "links", "invitations")
    oren.goto(stage.house.server.url + PAGE)
    with oren.expect_download() as download:
        oren.get_by_role("button", name="Make a CSV file of links").click()
    assert download.value.suggested_filename == "links-serious-talk.csv"
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == 7


def test_a_member_puts_their_sessions_into_their_calendar(staged: Callable[..., Stage]) -> None:
    stage = staged()
    lena = visit(stage, "Lena", "/courses/serious-talk")
    with lena.expect_download() as download:
        lena.get_by_role("link", name="Put your sessions into your calendar").click()
    assert download.value.suggested_filename == "serious-talk.ics"
    assert download.value.path().read_text().startswith("BEGIN:VCALENDAR")


@pytest.mark.matrix
@pytest.mark.parametrize("mail", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_open_to_everyone(staged: Callable[..., Stage], box: Mailbox, mail: bool, scheme: Any) -> None:
    box.refused = {"omar@example.org"}
    stage = staged(**({"SMTP_URL": box.url, "MAIL_FROM": SENDER} if mail else {}))
    oren = visit(stage, "Oren", PAGE, color_scheme=scheme)
    if mail:
        oren.get_by_role("button", name="Send to the 6 who have none").click()
        checked(oren, f"sending-{scheme}")
        expect(oren.get_by_text("Invitation sent on")).to_have_count(5, timeout=20_000)
    for fold in oren.locator("details").all():
        fold.evaluate("fold => { fold.open = true }")
    checked(oren, f"{'on' if mail else 'off'}-{scheme}")
    oren.get_by_role("button", name="Tick all", exact=True).click()
    oren.get_by_role("button", name="Make links to copy").click()
    expect(oren.get_by_role("heading", name="Personal links")).to_be_visible()
    checked(oren, f"links-{scheme}")


def checked(page: Page, what: str) -> None:
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, (what, width)
        found = Axe().run(page)
        assert found.violations_count == 0, (what, width, found.generate_report())
        (ARTEFACTS / "invitations").mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTEFACTS / "invitations" / f"{what}-{width}.png", full_page=True)
