"""A course's groups in a browser: made, looked at first, kept, changed by hand; in words when they can't be."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pallpractice.domain.roles import Role, Track
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.unit_of_work import Store
from tests.browser.barriers import every_look
from tests.browser.conftest import ARTEFACTS, Stage

pytestmark = pytest.mark.browser

GROUPS = "/courses/serious-talk/groups"
NAMES = (
    *("Amara Diallo", "Ben Carter", "Chidi Eze", "Dana Levi", "Emil Novak", "Farah Aziz", "Greta Holm", "Hugo Martin"),
    *("Ines Duarte", "Jonas Berg", "Keiko Mori", "Liam O’Shea", "Maya Cohen", "Nadia Petrova", "Oscar Lind"),
    *("Paula Reyes", "Quentin Roy", "Rosa Blum", "Stefan Ionescu", "Tara Singh", "Uma Rao", "Viktor Hansen"),
)
WORK = (
    *("Hospitalist physician", "Oncology nurse practitioner", "Social worker", "Chaplain"),
    *("Clinical pharmacist", "Staff nurse", "Oncologist"),
)
TOWNS = (
    "Lakeside General",
    "St Brigid’s Hospice",
    "Harbour Cancer Centre",
    "University Hospital of the Northern Isles",
)


@pytest.fixture
def many(store: Store, course: Any) -> None:
    """Twenty-two more learners and four more coaches, who have no group yet."""
    with store.write() as uow:
        for at, name in enumerate((*NAMES, "Coach Ito", "Coach Weiss", "Coach Adeyemi", "Coach Laurent")):
            role = Role.LEARNER if at < len(NAMES) else Role.COACH
            track = Track.PEDIATRIC if (at % 4 == 3 and role is Role.LEARNER) or name == "Coach Ito" else Track.ADULT
            person = Person(name=name, email=f"p{at}@example.org", profession=WORK[at % 7], institution=TOWNS[at % 4])
            team = f"Ward {at // 4}" if at % 4 < 2 and role is Role.LEARNER else ""
            enrolment = Enrolment(course_id=course.course.id, person=person, role=role, track=track)
            enrolment.team, enrolment.position = team, 20 + at
            uow.session.add(enrolment)


def visit(stage: Stage, width: int = 1280, **options: Any) -> Page:
    page = stage.pages.get("Oren") or stage.window("Oren", width, **options)
    page.goto(stage.house.server.url + GROUPS)
    return page


def shot(stage: Stage, what: str) -> None:
    stage.shot("Oren", what, "groups")


def test_groups_are_proposed_kept_and_changed_by_hand(stage: Stage, many: None) -> None:
    oren = visit(stage)
    expect(oren.get_by_role("heading", name="In no group")).to_be_visible()
    shot(stage, "1-before")
    oren.get_by_label("are spread over the groups").check()
    with oren.expect_navigation(timeout=60_000):
        oren.get_by_role("button", name="Make groups").click()
    expect(oren.get_by_role("status").first).to_contain_text("Nothing is saved yet.")
    expect(oren.get_by_role("img", name="How well each wish is met, before and after")).to_be_visible()
    shot(stage, "2-proposal")
    with oren.expect_navigation(timeout=60_000):
        oren.get_by_role("button", name="Try again").first.click()
    shown = oren.locator(".group-card").all_inner_texts()
    oren.get_by_role("button", name="Keep it").first.click()
    expect(oren.get_by_text("The groups are saved, and everyone has their rooms.")).to_be_visible()
    expect(oren.get_by_text("1 coach", exact=True)).to_be_visible()  # of five, for four groups
    for card, words in zip(oren.locator(".group-card").all(), shown, strict=True):
        for name in (*NAMES, "Lena", "Olga", "Omar"):
            assert (name in words) == (card.locator(".members strong", has_text=name).count() > 0), (name, words)
    shot(stage, "3-kept")

    maple = oren.get_by_role("region", name="Maple")
    first = maple.locator(".members strong").nth(1).inner_text()
    maple.get_by_role("checkbox").nth(1).focus()
    oren.keyboard.press("Space")
    to = maple.get_by_label("Move those ticked to")
    to.focus()
    oren.keyboard.press("ArrowDown")
    chosen = to.evaluate("select => select.selectedOptions[0].textContent")
    oren.keyboard.press("Tab")
    oren.keyboard.press("Enter")
    expect(oren.get_by_text("Saved.")).to_be_visible()
    there = oren.get_by_role("region", name=chosen, exact=True)
    expect(there.locator("li", has_text=first).get_by_text("Pinned")).to_be_visible()
    shot(stage, "4-moved")
    for tick in there.get_by_role("checkbox").all()[:3]:
        tick.check()
    there.get_by_role("button", name="Pin", exact=True).click()
    expect(oren.get_by_text("Saved.")).to_be_visible()
    for at in range(3):
        expect(there.locator("li").nth(at).get_by_text("Pinned")).to_be_visible()

    there.get_by_role("link", name=f"Change {chosen}").click()
    shot(stage, "5-one-group")
    oren.get_by_label("Name").fill("Evergreen")
    oren.get_by_role("button", name="Rename").click()
    expect(oren.get_by_role("region", name="Evergreen", exact=True)).to_be_visible()
    oren.get_by_role("button", name="Add", exact=True).click()
    expect(oren.get_by_text("Nobody is in it yet.")).to_be_visible()
    shot(stage, "6-empty-group")


def test_the_page_says_that_it_takes_a_while(stage: Stage, many: None) -> None:
    oren = visit(stage)
    oren.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")  # the answer never comes
    oren.get_by_role("button", name="Make groups").click()
    expect(oren.get_by_role("button", name="Making groups …")).to_be_visible()
    expect(oren.get_by_text("This takes up to half a minute.", exact=True)).to_be_visible()
    shot(stage, "7-making")


def test_it_works_without_scripts(stage: Stage, many: None) -> None:
    oren = stage.window("Oren", java_script_enabled=False)
    oren.goto(stage.house.server.url + GROUPS)
    with oren.expect_navigation(timeout=60_000):
        oren.get_by_role("button", name="Make groups").click()
    oren.get_by_role("button", name="Keep it").first.click()
    expect(oren.get_by_text("The groups are saved")).to_be_visible()
    maple = oren.get_by_role("region", name="Maple", exact=True)
    gone = maple.locator("li").nth(1).inner_text().splitlines()[0]
    maple.get_by_role("checkbox").nth(1).check()
    maple.get_by_role("button", name="Take out").click()
    expect(oren.get_by_role("region", name="In no group").get_by_text(gone)).to_be_visible()


def test_wishes_that_cannot_be_met_are_refused_with_the_reason_and_kept_in_the_form(stage: Stage, many: None) -> None:
    stage.expected = ("400",)
    oren = visit(stage)
    oren.get_by_label("How many groups").fill("9")
    oren.get_by_label("Fewest learners in a group").fill("2")
    oren.get_by_role("button", name="Make groups").click()
    expect(oren.get_by_role("alert")).to_contain_text("there are 5 coaches")
    expect(oren.get_by_label("How many groups")).to_have_value("9")
    shot(stage, "8-refused")
    oren.get_by_label("Best number").fill("lots")
    oren.get_by_role("button", name="Make groups").click()
    expect(oren.get_by_role("alert")).to_contain_text("Write a whole number from 1 to 30.")


def test_groups_too_small_are_the_best_there_is(stage: Stage) -> None:
    oren = visit(stage)
    with oren.expect_navigation(timeout=60_000):
        oren.get_by_role("button", name="Make groups").click()
    expect(oren.get_by_text("Maple has 3 learners; at least 4 are wished for.")).to_be_visible()
    shot(stage, "9-best-there-is")
    oren.get_by_role("link", name="Leave as it was").first.click()
    expect(oren.get_by_role("heading", name="Groups", exact=True)).to_be_visible()


@every_look
def test_the_pages_are_open_to_everyone(stage: Stage, many: None, width: int, scheme: str) -> None:
    oren = visit(stage, width, color_scheme=scheme)
    for step, button in (("show", "Make groups"), ("proposal", "Keep it"), ("kept", None)):
        for fold in oren.locator("details").all():
            fold.evaluate("fold => { fold.open = true }")
        overflow = oren.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = Axe().run(oren)
        oren.screenshot(path=ARTEFACTS / "groups" / f"{width}-{scheme}-{step}.png", full_page=True)
        assert overflow <= 0, (step, width)
        assert found.violations_count == 0, (step, width, found.generate_report())
        if button:
            with oren.expect_navigation(timeout=60_000):
                oren.get_by_role("button", name=button).first.click()
