"""The people of a course in a browser: pasting with mistakes, mending them, finding, changing, removing, linking."""

import re
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.barriers import every_look
from tests.browser.conftest import ARTEFACTS, Stage

pytestmark = pytest.mark.browser

PEOPLE = "/courses/serious-talk/people"
HEADING = "name email role profession institution track team group pronouns time_zone"
ROWS = (
    "Amara Diallo|amara.diallo@example.org|learner|Oncologist|Lakeside General|adult|Ward 3||she/her|Europe/London",
    "Ben Carter|ben.carter example.org|learner|Nurse practitioner|Lakeside General|adult|Ward 3||he/him|",
    "Chidi Eze|chidi.eze@example.org|student|Chaplain|St Brigid’s Hospice|adult||||",
    "Lena|lena@example.org|learner|Hospitalist physician|Harbour Cancer Centre|adult||Maple|she/her|America/Chicago",
    "Sam|sam@example.org|actor|||adult||||",
)
ROSTER = "\n".join([HEADING.replace(" ", "\t"), *(row.replace("|", "\t") for row in ROWS), ""])
LONG = "Maximiliana-Alexandrowna Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff"


def visit(stage: Stage, path: str = PEOPLE, width: int = 1280, **options: object) -> Page:
    page = stage.pages.get("Oren") or stage.window("Oren", width, **options)
    page.goto(stage.house.server.url + path)
    return page


def shot(stage: Stage, what: str) -> None:
    stage.shot("Oren", what, "people")


def test_an_organiser_pastes_a_roster_mends_it_and_looks_after_its_people(stage: Stage) -> None:
    stage.expected = ("400",)
    oren = visit(stage)
    expect(oren.get_by_role("status")).to_contain_text("6 of 6 people")
    shot(stage, "1-people")
    oren.get_by_role("link", name="Upload or paste a list").click()
    oren.get_by_label("Rows from your spreadsheet").fill(ROSTER)
    shot(stage, "2-paste")
    oren.get_by_role("button", name="Preview").click()

    expect(oren.get_by_role("status")).to_contain_text("3 ready, 2 to fix. Nothing is saved yet.")
    shot(stage, "3-preview")
    oren.get_by_role("link", name=re.compile("Row 3, email:")).click()
    expect(oren.locator("#cell-3-email")).to_be_focused()
    oren.locator("#cell-3-email").fill("ben.carter@example.org")
    oren.get_by_role("button", name="Check again").click()
    expect(oren.get_by_role("status")).to_contain_text("4 ready, 1 to fix.")
    oren.get_by_label("Role").select_option("Actor")
    oren.get_by_role("button", name="Save").click()
    expect(oren.get_by_role("status")).to_contain_text(
        "3 added, 1 changed, 1 unchanged. 4 people not in the list were left alone."
    )
    shot(stage, "4-saved")

    oren.get_by_role("link", name="See the people").click()
    oren.get_by_label("With the words").fill("lakeside")
    oren.get_by_label("Group").select_option("No group")
    oren.get_by_role("button", name="Find").click()
    expect(oren.get_by_role("status")).to_contain_text("2 of 9 people")
    shot(stage, "5-found")
    oren.get_by_role("link", name="Amara Diallo").click()
    expect(oren.get_by_label("Institution")).to_have_value("Lakeside General")
    oren.get_by_label("Profession").fill("Haematologist")
    oren.get_by_label("Group").fill("Maple")
    oren.get_by_role("button", name="Save").click()
    expect(oren.get_by_text("Saved.")).to_be_visible()
    expect(oren.get_by_label("Profession")).to_have_value("Haematologist")
    shot(stage, "6-person")

    oren.get_by_role("link", name="Remove Amara Diallo").click()
    shot(stage, "7-remove")
    oren.get_by_role("button", name="Remove them").click()
    expect(oren.get_by_text("Amara Diallo was taken out of the course")).to_be_visible()
    shot(stage, "8-removed")
    oren.get_by_role("button", name="Bring them back").click()
    expect(oren.get_by_text("is in the course again, in the group Maple")).to_be_visible()
    oren.get_by_role("button", name="Make a new personal link").click()
    url = oren.get_by_label("Link, good for").input_value()
    shot(stage, "9-link")

    amara = stage.chromium.new_context().new_page()
    amara.goto(url)
    amara.get_by_role("button", name="Come in").click()
    expect(amara.get_by_text("Amara Diallo")).to_be_visible()
    expect(amara.get_by_text("Delivering serious news").first).to_be_visible()
    amara.context.close()
    oren.goto(stage.house.server.url + f"{PEOPLE}?state=opened&words=amara")
    expect(oren.get_by_role("cell", name=re.compile("Opened on"))).to_be_visible()


def test_a_person_who_is_removed_is_shown_out_of_their_room(stage: Stage) -> None:
    (lena,) = stage.enter("Lena")
    expect(lena.get_by_role("heading", name=re.compile("Delivering serious news|Maple")).first).to_be_visible()
    oren = visit(stage, f"{PEOPLE}?words=lena")
    oren.get_by_role("link", name="Lena").click()
    oren.get_by_role("link", name="Remove Lena").click()
    oren.get_by_role("button", name="Remove them").click()
    expect(oren.get_by_text("was taken out of the course")).to_be_visible()
    asked = datetime.now(UTC)
    expect(
        lena.get_by_text(re.compile("no longer|taken out|not in this|has ended|removed", re.I)).first
    ).to_be_visible()
    assert (datetime.now(UTC) - asked).total_seconds() < 2


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_works_with_and_without_scripts(stage: Stage, scripts: bool) -> None:
    oren = visit(stage, f"{PEOPLE}/upload", java_script_enabled=scripts)
    text = "\ufeff" + ROSTER.replace("\t", ";").replace("ben.carter ", "ben.carter@").replace("student", "coach")
    oren.get_by_label("Or a file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    oren.get_by_role("button", name="Preview").click()
    expect(oren.get_by_role("status")).to_contain_text("5 ready, 0 to fix.")
    oren.get_by_role("checkbox", name="2, leave out Amara Diallo").check()
    oren.get_by_role("button", name="Save").click()
    expect(oren.get_by_role("status")).to_contain_text("2 added, 1 changed, 1 unchanged.")
    oren.goto(stage.house.server.url + f"{PEOPLE}?words=chidi")
    oren.get_by_role("link", name="Chidi Eze").click()
    oren.get_by_role("button", name="Make a new personal link").click()
    expect(oren.get_by_role("button", name="Copy")).to_have_count(int(scripts))


def pages(stage: Stage) -> dict[str, str]:
    """The pages that are there without a form being sent: a line of each, and its path."""
    lena = f"{PEOPLE}/{stage.house.course.lena.id}"
    return {
        "6 of 6 people": PEOPLE,
        "Nobody fits all of that": f"{PEOPLE}?words=nobody",
        "A name that is not there yet begins a new group": f"{PEOPLE}/add",
        "Rows from your spreadsheet": f"{PEOPLE}/upload",
        "A new email address ends their links": lena,
        "Remove Lena?": f"{lena}/remove",
    }


@every_look
def test_the_pages_are_open_to_everyone(stage: Stage, width: int, scheme: str) -> None:
    stage.expected = ("400",)
    oren = visit(stage, width=width, color_scheme=scheme)

    def check(what: str, line: str) -> None:
        """`line` is on this page and not on the one before: a form that was sent takes a moment."""
        expect(oren.get_by_text(line).first).to_be_visible()
        oren.wait_for_load_state()
        overflow = oren.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = Axe().run(oren)
        folder = ARTEFACTS / "people"
        folder.mkdir(parents=True, exist_ok=True)
        oren.screenshot(path=folder / f"{width}-{scheme}-{what}.png", full_page=True)
        assert overflow <= 0, (what, width)
        assert found.violations_count == 0, (what, width, found.generate_report())

    url = stage.house.server.url
    for place, (line, path) in enumerate(pages(stage).items()):
        oren.goto(url + path)
        check(f"page-{place}", line)
    oren.goto(f"{url}{PEOPLE}/add")
    oren.get_by_label("Name").fill(LONG)
    oren.get_by_role("button", name="Add").click()
    check("refused", "Nothing was saved")
    oren.goto(f"{url}{PEOPLE}/upload")
    oren.get_by_role("button", name="Preview").click()
    check("nothing", "The list could not be read")
    oren.get_by_label("Rows from your spreadsheet").fill(
        ROSTER + f"{LONG}\t{LONG}@example.org\tlearner\n".replace(" ", "")
    )
    oren.get_by_role("button", name="Preview").click()
    check("preview", "3 ready, 3 to fix.")
    oren.locator("#cell-3-email").fill("ben.carter@example.org")
    oren.locator("#cell-4-role").select_option("Coach")
    oren.get_by_label("Leave this row out").last.check()
    oren.get_by_role("button", name="Save").click()
    check("saved", "3 added, 1 changed, 1 unchanged.")
    oren.goto(url + PEOPLE)
    check("people", "9 of 9 people")
    oren.get_by_role("link", name="Sam").click()
    oren.get_by_role("button", name="Make a new personal link").click()
    check("link", "This is the only time you see it")
    oren.goto(f"{url}{PEOPLE}/{stage.house.course.sam.id}/remove")
    oren.get_by_role("button", name="Remove them").click()
    check("removed", "was taken out of the course")
