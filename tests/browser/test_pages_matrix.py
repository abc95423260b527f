"""Every page, as someone who may open it sees it: no barriers in any width and light."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize, expect

from pallpractice.config import CHECKOUT
from pallpractice.library import Library
from pallpractice.services.credit import evidence, participation
from pallpractice.services.rating import practice
from pallpractice.storage.courses import Course, Session
from pallpractice.storage.credit import Claim, Statement
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from pallpractice.web.times import zones
from tests.browser.barriers import ALL, Look, barriers, looks, unreadable
from tests.browser.conftest import Stage
from tests.conftest import Days, SavedCourse

pytestmark = pytest.mark.browser

COURSE = "/courses/serious-talk"
CASE = "/scenarios/results-after-the-stent"
# A route: who looks at it (None: nobody known), and addresses under it. Words in braces are `Ids`.
PAGES: dict[str, list[tuple[str | None, str]]] = {
    "/": [("Lena", "/"), ("Oren", "/")],
    "/sign-in": [(None, "/sign-in")],
    "/signed-out": [(None, "/signed-out")],
    "/l/<token>": [(None, "{link}"), (None, "/l/none")],
    "/join": [(None, "/join")],
    "/join/<code>": [(None, "/join/{code}")],
    "/waiting": [(None, "/waiting")],
    "/rooms/<room_id>": [
        ("Lena", "/rooms/{startup}"),
        ("Cleo", "/rooms/{startup}"),
        ("Lena", "/rooms/{reflection}"),
        ("Oren", "/rooms/{reflection}"),
    ],
    "/rooms/<room_id>/poster": [("Cleo", "/rooms/{room}/poster")],
    "/rounds/<round_id>/scorecard": [("Omar", "/rounds/{round}/scorecard")],
    "/rounds/<round_id>/report": [("Lena", "/rounds/{round}/report"), ("Cleo", "/rounds/{round}/report")],
    "/rounds/<round_id>/cards/<card_id>": [("Cleo", "/rounds/{round}/cards/{card}")],
    "/me/feedback": [("Lena", "/me/feedback"), ("Olga", "/me/feedback")],
    "/me": [("Lena", "/me")],
    "/me/data": [("Lena", "/me/data"), ("Cleo", "/me/data")],
    "/me/data/erase": [("Lena", "/me/data/erase"), ("Oren", "/me/data/erase")],
    "/erased": [(None, "/erased")],
    "/courses/<slug>/requests": [("Oren", f"{COURSE}/requests")],
    "/scenarios": [("Sam", "/scenarios"), ("Olga", "/scenarios"), ("Cleo", "/scenarios?track=pediatric")],
    "/scenarios/<scenario_id>": [("Sam", CASE), ("Cleo", CASE)],
    "/scenarios/<scenario_id>/guide": [("Cleo", f"{CASE}/guide")],
    "/scenarios/<scenario_id>/prepare": [("Sam", f"{CASE}/prepare")],
    "/scenarios/<scenario_id>/rehearse": [("Sam", f"{CASE}/rehearse")],
    "/scenarios/<scenario_id>/print/<what>": [
        ("Cleo", f"{CASE}/print/{what}") for what in ("brief", "script", "card", "guide")
    ],
    "/rubrics": [("Cleo", "/rubrics")],
    "/rubrics/<rubric_id>": [("Cleo", "/rubrics/serious-news")],
    "/rubrics/<rubric_id>/print": [("Cleo", "/rubrics/serious-news/print?seat=observer")],
    "/courses/<slug>": [("Lena", COURSE), ("Oren", COURSE)],
    "/courses/<slug>/sessions/<session_id>": [("Oren", COURSE + "/sessions/{session}")],
    "/courses/<slug>/settings": [("Oren", f"{COURSE}/settings")],
    "/courses/<slug>/sessions/add": [("Oren", f"{COURSE}/sessions/add")],
    "/courses/<slug>/sessions/<session_id>/remove": [("Oren", COURSE + "/sessions/{session}/remove")],
    "/courses/<slug>/programme": [("Oren", f"{COURSE}/programme")],
    "/courses/<slug>/scenarios": [("Oren", f"{COURSE}/scenarios")],
    "/courses/<slug>/people": [("Oren", f"{COURSE}/people"), ("Oren", f"{COURSE}/people?words=nobody")],
    "/courses/<slug>/people/add": [("Oren", f"{COURSE}/people/add")],
    "/courses/<slug>/people/upload": [("Oren", f"{COURSE}/people/upload")],
    "/courses/<slug>/people/<person_id>": [("Oren", COURSE + "/people/{lena}")],
    "/courses/<slug>/people/<person_id>/remove": [("Oren", COURSE + "/people/{lena}/remove")],
    "/courses/<slug>/groups": [("Oren", f"{COURSE}/groups")],
    "/courses/<slug>/groups/<group_id>": [("Oren", f"{COURSE}/groups/{{group}}")],
    "/courses/<slug>/invitations": [("Oren", f"{COURSE}/invitations")],
    "/courses/<slug>/feedback": [("Oren", f"{COURSE}/feedback")],
    "/courses/<slug>/calibration": [("Lena", f"{COURSE}/calibration"), ("Cleo", f"{COURSE}/calibration")],
    "/courses/<slug>/calibration/<encounter_id>": [
        ("Olga", f"{COURSE}/calibration/scarring"),
        ("Cleo", f"{COURSE}/calibration/scarring"),  # who has rated it
    ],
    "/courses/<slug>/meeting": [("Oren", f"{COURSE}/meeting")],
    "/courses/<slug>/release": [("Oren", f"{COURSE}/release")],
    "/courses/<slug>/plan": [("Oren", f"{COURSE}/plan")],
    "/courses/<slug>/plan/casting": [("Oren", f"{COURSE}/plan/casting")],
    "/courses/<slug>/plan/people": [("Oren", f"{COURSE}/plan/people")],
    "/courses/<slug>/plan/round": [("Oren", f"{COURSE}/plan/round")],  # without saying which: what was refused
    "/me/credit": [("Oren", "/me/credit")],
    "/courses/<slug>/credit": [("Lena", f"{COURSE}/credit")],
    "/courses/<slug>/credit/evaluation": [("Lena", f"{COURSE}/credit/evaluation")],
    "/courses/<slug>/credit/certificate": [("Olga", f"{COURSE}/credit/certificate")],
    "/courses/<slug>/credit/licence": [("Lena", f"{COURSE}/credit/licence")],
    "/courses/<slug>/credit/attest": [("Cleo", f"{COURSE}/credit/attest")],
    "/courses/<slug>/credit/people": [("Oren", f"{COURSE}/credit/people")],
    "/courses/<slug>/credit/people/<person_id>": [("Oren", COURSE + "/credit/people/{lena}")],
    "/courses/<slug>/credit/attendance": [("Oren", f"{COURSE}/credit/attendance")],
    "/courses/<slug>/credit/evaluations": [("Oren", f"{COURSE}/credit/evaluations")],
    "/courses/<slug>/credit/settings": [("Oren", f"{COURSE}/credit/settings")],
    "/courses/<slug>/credit/evidence": [("Oren", f"{COURSE}/credit/evidence")],
    "/courses/<slug>/exports": [("Oren", f"{COURSE}/exports")],
    "/courses/<slug>/tokens": [("Oren", f"{COURSE}/tokens")],
    "/api/v1/docs": [(None, "/api/v1/docs"), ("Oren", "/api/v1/docs")],
    "/groups/<group_id>": [("Lena", "/groups/{group}"), ("Cleo", "/groups/{group}")],
    "/board/<session_id>": [("Oren", "/board/{session}"), ("Cleo", "/board/{session}")],
    "no such page": [("Lena", "/no/such/page"), (None, "/no/such/page")],
}
# What is fetched and is no page: by scripts, by calendars and spreadsheets, as a picture.
NO_PAGES = {
    "/api/v1/me",
    "/api/v1/waiting",
    "/api/v1/openapi.json",
    "/healthz",
    "/rooms/<room_id>/code.svg",
    "/rounds/<round_id>/report.pdf",
    "/rounds/<round_id>/report.html",
    "/rounds/<round_id>/report.json",
    "/me/feedback.pdf",
    "/me/feedback.html",
    "/me/feedback.json",
    "/courses/<slug>/programme.yaml",
    "/courses/<slug>/invitations/progress",
    "/courses/<slug>/plan/progress",
    "/courses/<slug>/plan/sheet.csv",
    "/courses/<slug>/credit/certificate.pdf",
    "/courses/<slug>/credit/people/<person_id>/certificate.pdf",
    "/courses/<slug>/credit/evidence/progress",
    "/courses/<slug>/credit/evidence/pack.zip",
    "/courses/<slug>/calendar.ics",
    "/courses/<slug>/exports/progress",
    "/courses/<slug>/exports/<file_id>",
    "/static/<build>/<path:filename>",
    "/static/<build>/words/<code>.json",
    "/socket.io/",
}
CASES = [(who, path) for places in PAGES.values() for who, path in places]


def test_every_route_is_looked_at(app: Flask) -> None:
    """A new page has its place in PAGES; what is no page is named among NO_PAGES."""
    routes = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    by_token = {
        route for route in routes if route.startswith("/api/v1/courses/")
    }  # for programs: tests/web/test_api.py
    assert routes - by_token == (set(PAGES) - {"no such page"}) | NO_PAGES


@pytest.fixture(autouse=True)
def now(store: Store, course: Any, days: Days) -> None:
    """The session is going on, so that its door opens; where none goes past midnight, which no file can give."""
    with store.write() as uow:
        session = uow.session.merge(course.session)
        session.starts_at, session.ends_at = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=2)
        there = session.course
        there.time_zone = next(zone for zone in [there.time_zone, *zones()] if _within_days(there.sessions, zone))


def _within_days(sessions: Iterable[Session], zone: str) -> bool:
    def clock(at: datetime) -> time:
        return at.astimezone(ZoneInfo(zone)).time()

    return all(clock(one.starts_at) < clock(one.ends_at) for one in sessions)


@pytest.fixture
def ids(stage: Stage, days: Days) -> dict[str, str]:
    """What the addresses need. A round has been played, so that there is a report; the door has a code."""
    house = stage.house
    lines = house.join("Lena", "Olga", "Cleo")
    cleo = lines["Cleo"]
    round_id = cleo.ok("round:start")["round"]
    lines["Lena"].ok("goal:set", text="Stay with the emotion")
    cleo.ok("encounter:begin")
    lines["Olga"].ok("observation:add", kind="verbatim", text="I wish I had better news", judgement="keep")
    for action in ("timeout:call", "timeout:resume", "encounter:end"):
        cleo.ok(action)
    for name in ("Lena", "Olga", "Cleo"):
        lines[name].wait_phase("notes")
        for item in lines[name].view["rubric"]["items"]:
            lines[name].ok("score:save", entry=item["id"], rating=3)
        lines[name].ok("scorecard:submit")
    for action in ("debrief:open", *["debrief:next"] * 3, "round:close"):
        cleo.ok(action)
    cleo.ok("code:make")
    house.close()
    rate(house.store, round_id, house.course)
    _credit(house)
    with house.store.read() as uow:
        rooms = {room.session_id: room for room in uow.session.query(Room)}
        return {
            "link": house.links["Sam"].removeprefix(house.server.url),
            "code": str(rooms[house.course.session.id].join_code),
            "room": house.room,
            "round": round_id,
            "card": uow.session.query(Scorecard).filter_by(rater_id=house.course.olga.id).one().id,
            "startup": rooms[days.first.id].id,
            "reflection": rooms[days.reflection.id].id,
            "group": house.course.group.id,
            "session": house.course.session.id,
            "lena": house.course.lena.id,
            "olga": house.course.olga.id,
        }


def rate(store: Store, round_id: str, course: SavedCourse) -> None:
    """Cleo has practised rating, and Omar has begun a scorecard that he did not hand in."""
    library = Library.read([CHECKOUT / "scenarios"])
    items = library.rubrics["serious-news"].items_for("coach")
    store.change(practice.submit, library, course.course.slug, course.cleo.id, "scarring", {i.id: 3 for i in items})
    with store.write() as uow:
        uow.session.add(Scorecard(round_id=round_id, rater_id=course.omar.id, seat="observer", status="draft"))


def _credit(house: Any) -> None:
    """Boards and a standard; Lena wants a board's credit, Olga has claimed what an organiser entered."""
    oren, now = house.course.oren.id, datetime.now(UTC)
    with house.store.write() as uow:
        course = uow.session.get_one(Course, house.course.course.id)
        course.credit = {"boards": ["ABIM", "ABP"]}
        places = {one.person_id: one for one in participation.learners(uow, course)}
        places[house.course.lena.id].moc_board = "ABIM"
        evidence.set_standard(uow, course, 3.0, 1.0, 1, oren)
        olga = places[house.course.olga.id]
        about = {"session_id": house.course.session.id, "person_id": olga.person_id, "made_by": oren}
        uow.session.add(Statement(source="hand", batch="one", reason="She called in", minutes=60, made_at=now, **about))
        uow.session.add(Claim(course_id=course.id, person_id=olga.person_id, quarters={"general": 2}, made_at=now))


def visitor(stage: Stage, who: str | None, width: int, height: int, **options: Any) -> Page:
    name = who or "nobody"
    if name not in stage.pages and who:
        stage.window(who, width, height, **options)
    elif name not in stage.pages:
        size: ViewportSize = {"width": width, "height": height}
        stage.pages[name] = stage.chromium.new_context(viewport=size, **options).new_page()
    return stage.pages[name]


def opened(
    stage: Stage, ids: dict[str, str], width: int = 1280, height: int = 900, **options: Any
) -> Iterator[tuple[str, Page]]:
    """Each page with all its folds open."""
    stage.expected = ("400", "404")  # the browser tells of such answers
    for who, path in CASES:
        page = visitor(stage, who, width, height, **options)
        page.goto(stage.house.server.url + path.format_map(ids))
        expect(page.locator("main").first).to_be_visible()
        expect(page.locator("main").get_by_text("Opening the")).to_have_count(0)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        yield f"{who} {path}", page


@pytest.mark.parametrize(
    "chosen",
    [pytest.param((Look(1280, "light"),), id="smoke"), pytest.param(ALL, id="all", marks=pytest.mark.matrix)],
)
def test_no_page_has_a_barrier(stage: Stage, ids: dict[str, str], chosen: tuple[Look, ...]) -> None:
    faults: set[str] = set()
    for what, page in opened(stage, ids):
        for look in looks(page, chosen):
            faults |= {f"{what} {look}: {barrier}" for barrier in barriers(page)}
    assert not faults, "\n".join(sorted(faults))


def test_the_numbers_of_a_large_course_fit_their_picture(stage: Stage, ids: dict[str, str]) -> None:
    page = stage.window("Oren")
    page.goto(f"{stage.house.server.url}{COURSE}/feedback")
    shares = page.locator(".share-chart text.small")
    expect(shares).to_have_count(5)
    for many, cut in (("120 / 120", 0), ("120000 / 120000", 5)):
        shares.evaluate_all("(all, many) => all.forEach((one) => { one.textContent = many; })", many)
        assert unreadable(page) == [f"cut: {many}"] * cut


@pytest.mark.matrix
def test_no_page_scrolls_sideways_at_twice_the_size(stage: Stage, ids: dict[str, str]) -> None:
    """A window of 1280 px at 200 % is one of 640 px with two dots to a pixel."""
    pages = opened(stage, ids, 640, 450, device_scale_factor=2)
    wide = {what: page.evaluate("document.documentElement.scrollWidth") for what, page in pages}
    assert {what: width for what, width in wide.items() if width > 640} == {}


def test_what_is_named_as_no_page_is_none(stage: Stage, ids: dict[str, str]) -> None:
    values = {
        "<room_id>": ids["room"],
        "<round_id>": ids["round"],
        "<person_id>": ids["olga"],
        "<slug>": "serious-talk",
        "<build>": "x",
        "<path:filename>": "js/room.js",
    }
    made_first = {"/courses/<slug>/credit/evidence/pack.zip", "/courses/<slug>/exports/<file_id>"}  # tests/web has them
    for rule in sorted(NO_PAGES - made_first - {"/socket.io/", "/static/<build>/words/<code>.json"}):
        path = rule
        for name, value in values.items():
            path = path.replace(name, value)
        own = "Lena" if path.startswith(("/rounds", "/me")) else "Oren"
        who = "Olga" if rule == "/courses/<slug>/credit/certificate.pdf" else own
        answer = visitor(stage, who, 1280, 900).request.get(stage.house.server.url + path)
        assert answer.status == 200, path
        kept = answer.headers.get("content-disposition", "").startswith("attachment")
        assert kept or not answer.headers["content-type"].startswith("text/html"), path
