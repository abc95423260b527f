"""The pages of reports, scorecards and the portfolio: who may open which, what files hold, that reading is recorded."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from pallpractice.config import CHECKOUT
from pallpractice.domain.audit import What
from pallpractice.domain.errors import NotFound
from pallpractice.domain.release import Policy
from pallpractice.library.shelf import Library
from pallpractice.services.feedback import release
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Person
from pallpractice.storage.feedback import Reading
from pallpractice.storage.unit_of_work import Store
from pallpractice.web import pdf
from tests.conftest import Clock, PageClient, SavedCourse
from tests.services import rated
from tests.services.conftest import Table

ClientAs = Callable[[Person | None], PageClient]
EVERYONE = ("Lena", "Olga", "Omar", "Sam", "Cleo", "Oren", "Mallory")


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.read([CHECKOUT / "scenarios"])


@pytest.fixture
def table(store: Store, library: Library, course: SavedCourse) -> Table:
    return Table(store, library, course)


@pytest.fixture
def round_id(table: Table, clock: Clock) -> str:
    return rated.closed_round(table, clock)


def policy(store: Store, course: SavedCourse, chosen: Policy, *, peer_names: bool = True) -> None:
    with store.write() as uow:
        release.choose(uow, uow.session.get_one(Course, course.course.id), chosen, peer_names=peer_names)


def audited(store: Store) -> list[AuditLine]:
    with store.read() as uow:
        return uow.session.query(AuditLine).order_by(AuditLine.id).all()


def readers(client_as: ClientAs, course: SavedCourse, path: str) -> set[str]:
    """Who may open it; for all others there is no such page."""
    answers = {who: client_as(course.cast[who]).get(path) for who in EVERYONE}
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    assert client_as(None).get(path).status_code in (302, 303)
    return {who for who, answer in answers.items() if answer.status_code == 200}


def test_each_page_and_file_has_its_readers_and_nobody_else(
    client_as: ClientAs, course: SavedCourse, table: Table, round_id: str
) -> None:
    report = f"/rounds/{round_id}/report"
    assert readers(client_as, course, report) == {"Lena", "Cleo"}
    for kind in ("pdf", "html", "json"):
        assert readers(client_as, course, f"{report}.{kind}") == {"Lena"}, "to keep one's own alone"
    for who in ("Olga", "Sam"):
        assert readers(client_as, course, f"/rounds/{round_id}/cards/{rated.card_of(table, round_id, who)}") == {
            who,
            "Cleo",
        }
    assert readers(client_as, course, "/courses/serious-talk/release") == {"Oren"}
    assert readers(client_as, course, "/me/feedback") == set(EVERYONE)


def test_every_word_is_in_each_file_and_the_pdf_says_whose_it_is(
    client_as: ClientAs, course: SavedCourse, round_id: str
) -> None:
    lena = client_as(course.lena)
    said = lena.get(f"/rounds/{round_id}/report.json").get_json()
    assert said["goal"] == "Stay with the emotion"
    words = [one["text"] for one in said["comments"]]
    assert {"Cleo says keep", "Sam says felt", "Lena says self-hard"} <= set(words)
    page = lena.get(f"/rounds/{round_id}/report.html")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert "https://" not in page.text.replace("http://www.w3.org", ""), "it needs nothing beside it"
    assert "<script" not in page.text
    made = PdfReader(BytesIO(lena.get(f"/rounds/{round_id}/report.pdf").data))
    text = " ".join(" ".join(sheet.extract_text() for sheet in made.pages).split())
    for word in [*words, "Stay with the emotion", "I wish it were different", "for Lena alone"]:
        assert word in page.text or word in text
        assert word in text
    assert made.metadata
    assert made.metadata.title == "Report of Lena: Results after the stent"


def test_every_reading_is_written_down_and_the_learners_first_is_its_opening(
    client_as: ClientAs, course: SavedCourse, store: Store, table: Table, clock: Clock, round_id: str
) -> None:
    path = f"/rounds/{round_id}/report"
    client_as(course.cleo).get(path)
    assert rated.row(table, round_id).opened_at is None
    clock.advance(60)
    client_as(course.lena).get(path)
    opened = clock.now
    clock.advance(60)
    client_as(course.lena).get(f"{path}.pdf")
    client_as(course.olga).get(path)
    assert rated.row(table, round_id).opened_at == opened
    with store.read() as uow:
        read = [row.person_id for row in uow.session.query(Reading).order_by(Reading.at)]
    assert read == [course.cleo.id, course.lena.id, course.lena.id]


def test_the_way_by_hand_from_waiting_to_released_held_and_corrected(
    client_as: ClientAs, course: SavedCourse, store: Store, table: Table, clock: Clock
) -> None:
    policy(store, course, Policy.HAND)
    round_id = rated.closed_round(table, clock)
    lena, cleo, olga, oren = (client_as(course.cast[who]) for who in ("Lena", "Cleo", "Olga", "Oren"))
    report, card = f"/rounds/{round_id}/report", f"/rounds/{round_id}/cards/{rated.card_of(table, round_id, 'Olga')}"
    assert "waits for you to look it through" in cleo.get("/").text
    assert "not out yet" in lena.get(report).text
    assert "Lena" in oren.get("/courses/serious-talk/release").text
    assert cleo.submit(f"{card}/hold", entry="keep", reason="It is <b>unkind</b>").status_code == 303
    assert "may have read it" not in cleo.get(card).text
    assert cleo.submit(f"/rounds/{round_id}/release").status_code == 303
    assert "It was released, so Lena may have read it" in cleo.get(card).text, "who would hold back more is told"
    assert "Your report of Delivering serious news, round 1, is there" in lena.get("/").text
    for page in (lena.get(report), lena.get(f"{report}.html"), lena.get(f"{report}.json")):
        assert "Olga says keep" not in page.text
        assert "unkind" not in page.text
    for client in (olga, cleo):
        page = client.get(card).text
        assert "Olga says keep" in page
        assert "It is &lt;b&gt;unkind&lt;/b&gt;" in page
    assert "Lena has opened the report, and may have read it" in cleo.get(card).text
    listed = oren.get("/courses/serious-talk/release").text
    assert "unkind" in listed
    assert "Olga says keep" not in listed
    clock.advance(60)
    assert olga.submit(f"{card}/correct", entry="try", text="Ask first", reason="Clearer so").status_code == 303
    assert "has been corrected since you read it" in lena.get("/").text
    page = lena.get(report).text
    assert "Olga says try" in page
    assert "Ask first" in page
    assert "Corrected since" in page
    assert "corrected since" not in lena.get("/").text
    assert cleo.submit(f"{card}/let-go", entry="keep").status_code == 303
    assert "Olga says keep" in lena.get(report).text
    noted = [(line.what, line.actor_id) for line in audited(store)]
    assert noted == [
        (What.COURSE_CHANGED, None),  # the policy, set by the test itself
        (What.HELD, course.cleo.id),
        (What.RELEASED, course.cleo.id),
        (What.EXPORTED, course.lena.id),
        (What.EXPORTED, course.lena.id),
        (What.CORRECTED, course.olga.id),
        (What.HELD, course.cleo.id),
    ]


def test_what_can_not_be_corrected_says_why(
    client_as: ClientAs, course: SavedCourse, table: Table, round_id: str
) -> None:
    card = f"/rounds/{round_id}/cards/{rated.card_of(table, round_id, 'Olga')}"
    olga = client_as(course.olga)
    for wrong in (
        {"entry": "opening", "rating": "3"},
        {"entry": "opening", "rating": "many", "reason": "x"},
        {"entry": "opening", "rating": "9", "reason": "x"},
        {"entry": "opening", "rating": "3", "reason": "x", "made_at": "2020-01-01"},
    ):
        answer = olga.submit(f"{card}/correct", **wrong)
        assert answer.status_code == 400
        assert "Nothing was saved" in answer.text
    assert client_as(course.omar).submit(f"{card}/correct", entry="opening", rating="3", reason="x").status_code == 404
    assert olga.submit(f"{card}/hold", entry="keep", reason="x").status_code == 403


def test_the_organiser_chooses_the_policy(client_as: ClientAs, course: SavedCourse, store: Store) -> None:
    oren, path = client_as(course.oren), "/courses/serious-talk/release"
    assert oren.submit(path, policy="hand").status_code == 303
    with store.read() as uow:
        row = uow.session.get_one(Course, course.course.id)
        assert (row.release_policy, row.peer_names) == ("hand", False)
    assert oren.submit(path, policy="turn", peer_names="true").status_code == 303
    assert oren.submit(path, policy="never").status_code == 400
    with store.read() as uow:
        row = uow.session.get_one(Course, course.course.id)
        assert (row.release_policy, row.peer_names) == ("turn", True)
    assert client_as(course.cleo).submit(path, policy="hand").status_code == 404


def test_unnamed_peers_are_named_to_the_learner_on_no_page(
    client_as: ClientAs, course: SavedCourse, store: Store, table: Table, clock: Clock
) -> None:
    policy(store, course, Policy.TURN, peer_names=False)
    rated.open_round(table, clock)
    rated.rate(table, words=False)
    rated.close(table)
    round_id = table.view("Lena")["round"]["id"]
    lena = client_as(course.lena)
    for path in (f"/rounds/{round_id}/report", f"/rounds/{round_id}/report.json", "/me/feedback", "/me/feedback.json"):
        page = lena.get(path).text
        assert "Olga" not in page
        assert "Omar" not in page
    assert "one may still guess" in lena.get(f"/rounds/{round_id}/report").text
    assert "Olga" in client_as(course.cleo).get(f"/rounds/{round_id}/report").text


def test_the_portfolio_to_keep(client_as: ClientAs, course: SavedCourse, table: Table, clock: Clock) -> None:
    for _ in range(2):
        rated.closed_round(table, clock)
        table.do("Lena", "nextstep:set", text="Wait after the headline")
        clock.advance(3600)
    lena = client_as(course.lena)
    page = lena.get("/me/feedback").text
    assert page.count("Wait after the headline") == 3, "twice in the table, once carried forward"
    assert "<polyline" in page
    data = json.loads(lena.get("/me/feedback.json").data)
    assert [one["number"] for one in data["rounds"]] == [1, 2]
    assert len(data["reports"]) == 2
    made = PdfReader(BytesIO(lena.get("/me/feedback.pdf").data))
    text = " ".join(" ".join(sheet.extract_text() for sheet in made.pages).split())
    assert "Wait after the headline" in text
    assert "Meets the emotion" in text
    assert "attachment" in lena.get("/me/feedback.html").headers["Content-Disposition"]
    assert "No rounds yet" in client_as(course.omar).get("/me/feedback").text


def test_without_pdf_the_page_offers_printing(
    client_as: ClientAs, course: SavedCourse, round_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_ready", [False])
    lena = client_as(course.lena)
    page = lena.get(f"/rounds/{round_id}/report").text
    assert "report.pdf" not in page
    assert "print this page" in page
    answer = lena.get(f"/rounds/{round_id}/report.pdf")
    assert answer.status_code == 503
    assert "WeasyPrint" in answer.text


def test_a_round_that_is_not_there_has_no_card(client_as: ClientAs, course: SavedCourse, table: Table) -> None:
    answer: Any = client_as(course.cleo).get("/rounds/none/cards/none")
    assert answer.status_code == 404
    with table.store.read() as uow, pytest.raises(NotFound):
        release._of_coach(uow, "none", course.cleo.id)


def test_who_has_not_answered_is_not_said_to_have_observed_nothing(
    client_as: ClientAs, course: SavedCourse, table: Table, clock: Clock
) -> None:
    round_id = rated.closed_round(table, clock, {"Lena": 3, "Olga": None})
    page = client_as(course.lena).get(f"/rounds/{round_id}/report").text
    assert "Peers: not observed." in page
    assert "Coach: not answered." in page


def test_without_any_rating_there_are_no_empty_charts(
    client_as: ClientAs, course: SavedCourse, table: Table, clock: Clock
) -> None:
    round_id = rated.closed_round(table, clock, {})
    page = client_as(course.lena).get(f"/rounds/{round_id}/report").text
    assert "Nobody has given a rating in this round." in page
    assert "gap-chart" not in page


def test_a_small_multiple_without_a_point_says_why(
    client_as: ClientAs, course: SavedCourse, table: Table, clock: Clock
) -> None:
    rated.closed_round(table, clock, {"Lena": None, "Cleo": None})
    charts = client_as(course.lena).get("/me/feedback").text.split("trend-chart")[1:]
    assert charts
    assert all(one.partition("</svg>")[0].count("not observed") == 2 for one in charts), "drawn, and described"
    clock.advance(3600)
    rated.closed_round(table, clock)
    assert "not observed</text>" not in client_as(course.lena).get("/me/feedback").text
