"""The pages of rating: who finds them, no reference before its time, reminders, a form that is handed in late."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import select

from pallpractice import create_app
from pallpractice.config import CHECKOUT, Settings
from pallpractice.domain.mail import Sender
from pallpractice.domain.roles import Seat
from pallpractice.services import seating
from pallpractice.storage.courses import Enrolment
from pallpractice.storage.feedback import Entry, Scorecard
from pallpractice.storage.rating import Calibration
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SECRET, PageClient, SavedCourse, signed_in
from tests.mailbox import Mailbox, mailbox, part
from tests.marks import Book
from tests.rated import add_round
from tests.web.conftest import TOKEN, ClientAs

COURSE = "/courses/serious-talk"
PRACTICE, FEEDBACK = f"{COURSE}/calibration", f"{COURSE}/feedback"
SCARRING = f"{PRACTICE}/scarring"
EVERYONE = ("Lena", "Olga", "Sam", "Cleo", "Oren", "Mallory", None)
WATCHED = ("opening", "understanding", "invitation", "headline", "emotion", "pace", "honesty", "next-steps")
FELT = ("headline", "emotion", "next-steps")


def ratings(items: tuple[str, ...], rating: str = "3") -> dict[str, str]:
    return {f"rate-{item}": rating for item in items}


@pytest.mark.parametrize(
    ("path", "readers"),
    [
        (PRACTICE, {"Lena", "Olga", "Sam", "Cleo", "Oren"}),
        (SCARRING, {"Lena", "Olga", "Sam", "Cleo", "Oren"}),
        (f"{PRACTICE}/custard", set()),  # of a skill that this course does not practise
        (f"{PRACTICE}/none", set()),
        (FEEDBACK, {"Oren"}),
        ("/courses/none/feedback", set()),
        ("/courses/none/calibration", set()),
        ("/rounds/none/scorecard", set()),
    ],
)
def test_each_page_is_there_for_whom_it_is_for(
    client_as: ClientAs, course: SavedCourse, path: str, readers: set[str]
) -> None:
    for who in EVERYONE:
        answer = client_as(course.cast[who] if who else None).get(path)
        assert answer.status_code == (302 if who is None else 200 if who in readers else 404), who
        assert answer.headers["Cache-Control"] == "no-store"


def test_only_an_organiser_reminds(client_as: ClientAs, course: SavedCourse) -> None:
    for who in EVERYONE:
        answer = client_as(course.cast[who] if who else None).submit(f"{FEEDBACK}/remind")
        assert answer.status_code == (302 if who is None else 400 if who == "Oren" else 404), who


# --- secrecy: a marked encounter, and every page of every reader before and after


@pytest.fixture
def marked(settings: Settings, store: Store, course: SavedCourse, tmp_path: Path) -> tuple[Flask, Book]:
    """A copy of a shipped encounter with a mark in place of every text of its reference."""
    book = Book()
    tree = yaml.safe_load((CHECKOUT / "scenarios" / "calibration" / "scarring.yaml").read_text())
    tree |= {"id": "marked", "title": book.mark("about")}
    for kind in ("reference", "felt"):
        for one in tree[kind]:
            one["reason"] = book.mark(kind)
    (tmp_path / "calibration").mkdir()
    (tmp_path / "calibration" / "marked.yaml").write_text(yaml.safe_dump(tree))
    app = create_app(replace(settings, scenarios=(tmp_path,)), store=store)
    app.test_client_class = PageClient
    return app, book


def kinds(app: Flask, book: Book, course: SavedCourse, who: str) -> set[str]:
    """What marks stand on any page of the course, and the encounter's, for this reader."""
    client = signed_in(app, course.cast[who])
    pages = ["/", COURSE, PRACTICE, f"{PRACTICE}/marked", FEEDBACK, "/scenarios", "/rubrics"]
    return {secret.kind for path in pages for _, secret in book.found(client.get(path).text)}


def test_no_reference_is_on_any_page_before_its_reader_has_rated(
    marked: tuple[Flask, Book], course: SavedCourse
) -> None:
    app, book = marked
    for who in ("Lena", "Olga", "Sam", "Cleo", "Oren"):
        assert kinds(app, book, course, who) == {"about"}, who
    refused = signed_in(app, course.lena).submit(f"{PRACTICE}/marked", **ratings(WATCHED[1:]))
    assert refused.status_code == 400
    assert {secret.kind for _, secret in book.found(refused.text)} == {"about"}
    for who, items in (("Lena", WATCHED), ("Sam", FELT), ("Cleo", WATCHED)):
        assert signed_in(app, course.cast[who]).submit(f"{PRACTICE}/marked", **ratings(items)).status_code == 303
    for who, found in {
        "Lena": {"about", "reference"},
        "Cleo": {"about", "reference"},
        "Sam": {"about", "felt"},
        "Olga": {"about"},
        "Oren": {"about"},
    }.items():
        assert kinds(app, book, course, who) == found, who


def test_a_leak_would_be_seen(marked: tuple[Flask, Book], course: SavedCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    from pallpractice.services.rating import practice

    monkeypatch.setattr(practice, "_may_read", lambda *_: True)
    row = Calibration(seat="observer", person_id="x", encounter_id="marked", encounter_version=1, marks=[])
    monkeypatch.setattr(practice, "_done", lambda uow, *_: row)
    monkeypatch.setattr(practice, "_marks", lambda _: dict.fromkeys(WATCHED, 3))
    row.submitted_at = course.session.starts_at
    app, book = marked
    assert kinds(app, book, course, "Olga") == {"about", "reference"}


# --- rating


def test_what_was_chosen_stays_on_a_form_that_is_not_complete(
    client_as: ClientAs, course: SavedCourse, store: Store
) -> None:
    client = client_as(course.cleo)
    answer = client.submit(SCARRING, **ratings(WATCHED[:-1], "4") | {"rate-pace": "not_observed"})
    assert answer.status_code == 400
    summary = answer.text.partition('class="errors"')[2].partition("</div>")[0]
    (to,) = re.findall(r'<a href="#([^"]+)">Ends with a way forward</a>', summary)
    assert summary.count("<a ") == 1
    assert re.search(rf'<input type="radio" id="{to}" name="rate-{WATCHED[-1]}" value="1"', answer.text)
    assert "<title>Error: " in answer.text
    assert answer.text.count(" checked>") == 7
    assert answer.text.count('value="4" checked>') == 6
    assert answer.text.count('class="error"') == 1
    with store.read() as uow:
        assert uow.session.scalars(select(Calibration)).all() == []


@pytest.mark.parametrize(
    "form", [{"rate-pace": "many"}, {"rate-pace": ""}, {"rate-no such id!": "3"}, {"other": "1"}], ids=str
)
def test_what_is_no_rating_is_refused(client_as: ClientAs, course: SavedCourse, form: dict[str, str]) -> None:
    assert client_as(course.cleo).submit(SCARRING, **form).status_code == 400


def test_the_page_says_how_many_are_as_the_reference(client_as: ClientAs, course: SavedCourse) -> None:
    client = client_as(course.olga)
    client.submit(SCARRING, **ratings(WATCHED))
    page = client.get(SCARRING).text
    # The reference: 5 3 3 4 3 2 5 5.
    assert "Of 8 items you rated 3 as we did, 2 one step apart, and 3 otherwise." in page
    assert '<form method="post" class="rubric"' not in page
    assert "You rated it on" in client.get(PRACTICE).text


# --- what is missing


@pytest.fixture
def played(store: Store, course: SavedCourse) -> str:
    """A closed round of Lena's: Olga and Cleo have rated it far apart, Omar and Sam have begun a form. Its id."""
    store.change(lambda uow: seating.place(uow, course.course))
    with store.read() as uow:
        room = uow.session.query(Room).one().id
    rated = {
        (course.olga.id, Seat.OBSERVER): {"pace": 5, "emotion": 3},
        (course.cleo.id, Seat.COACH): {"pace": 1, "emotion": 3},
        (course.lena.id, Seat.LEARNER): {"pace": 3},
    }
    begun = {(course.omar.id, Seat.OBSERVER): {"pace": 2}, (course.sam.id, Seat.PATIENT): {"emotion": 2}}
    return add_round(store, room, course.lena, rated, begun)


def test_where_mail_is_off_there_is_a_list_to_copy(client_as: ClientAs, course: SavedCourse, played: str) -> None:
    page = client_as(course.oren).get(FEEDBACK).text
    (copied,) = re.findall(r'<textarea id="copy-list"[^>]*>(.*?)</textarea>', page, re.S)
    assert copied.strip().splitlines() == [
        "Omar &lt;omar@example.org&gt;: Delivering serious news, round 1, Maple",
        "Sam &lt;sam@example.org&gt;: Delivering serious news, round 1, Maple",
    ]
    assert "/remind" not in page


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def mailing(store: Store, box: Mailbox, played: str, course: SavedCourse) -> PageClient:
    """Oren, where mail is on. Its postman runs when the test says so."""
    settings = Settings(
        secret_key=SECRET,
        database_url=store.url,
        async_mode="threading",
        smtp_url=box.relay,
        mail_from=Sender("Serious Talk", "course@example.org"),
    )
    app = create_app(settings, store=store)
    app.test_client_class = PageClient
    return signed_in(app, course.oren)


def test_one_press_reminds_everyone_once_and_a_second_says_that_it_is_the_second(
    mailing: PageClient, box: Mailbox, course: SavedCourse, played: str
) -> None:
    def deliver() -> list[str]:
        mailing.application.extensions["pallpractice.postman"].deliver()
        return sorted(to for to, _ in box.raw)

    assert "Remind the 2 not reminded yet" in mailing.get(FEEDBACK).text
    assert mailing.submit(f"{FEEDBACK}/remind").status_code == 303
    assert "2 letters are on their way." in mailing.get(FEEDBACK).text
    assert "On its way" in mailing.get(FEEDBACK).text
    assert deliver() == ["omar@example.org", "sam@example.org"]
    page = mailing.get(FEEDBACK).text
    assert page.count("Reminded on Thursday 14 May 2026, 11:20") == 2
    assert "not reminded yet" not in page
    assert "Remind the 2 who were reminded before once more" in page
    mailing.submit(f"{FEEDBACK}/remind")
    assert "Nobody was left to be reminded" in mailing.get(FEEDBACK).text
    assert len(deliver()) == 2
    mailing.submit(f"{FEEDBACK}/remind", again="yes", person=course.sam.id)
    assert deliver() == ["omar@example.org", "sam@example.org", "sam@example.org"]


def test_the_letter_names_the_session_and_no_one_else_and_leads_to_the_form(
    mailing: PageClient, box: Mailbox, course: SavedCourse, played: str
) -> None:
    mailing.submit(f"{FEEDBACK}/remind")
    mailing.application.extensions["pallpractice.postman"].deliver()
    mail = next(mail for mail in box.mails if "omar@example.org" in mail["To"])
    words = part(mail, "plain")
    assert mail["Subject"] == "Your feedback is still missing: Serious Talk"
    assert "Delivering serious news, Thursday 14 May 2026, 11:15 to 13:00 EDT, in the group Maple" in words
    assert "Lena" not in words
    assert not any(each.get_filename() for each in mail.walk())
    (token,) = set(TOKEN.findall(words))
    visitor = mailing.application.test_client()
    assert visitor.submit(f"/l/{token}").status_code == 303
    assert f'href="/rounds/{played}/scorecard"' in visitor.get("/").text


def test_who_hands_in_before_the_postman_comes_gets_no_letter(
    mailing: PageClient, box: Mailbox, course: SavedCourse, played: str
) -> None:
    mailing.submit(f"{FEEDBACK}/remind")
    omar = signed_in(mailing.application, course.omar)
    assert omar.submit(f"/rounds/{played}/scorecard", **{"rate-pace": "4"}).status_code == 303
    mailing.application.extensions["pallpractice.postman"].deliver()
    assert [to for to, _ in box.raw] == ["sam@example.org"]


def test_a_late_form_holds_what_was_begun_and_is_handed_in_once(
    client_as: ClientAs, course: SavedCourse, played: str
) -> None:
    omar, path = client_as(course.omar), f"/rounds/{played}/scorecard"
    assert f'href="{path}"' in omar.get("/").text
    page = omar.get(path).text
    assert "Your feedback for Lena" in page
    assert page.count(" checked>") == 1
    assert '<input type="radio" name="rate-pace" value="2" checked>' in page
    refused = omar.submit(path, **{"rate-pace": "9", "say-keep": "The silence & all"})
    assert refused.status_code == 400
    assert "The silence &amp; all</textarea>" in refused.text
    assert omar.submit(path, **{"rate-pace": "4", "say-keep": "The silence.\r\nAnd the rest."}).status_code == 303
    assert path not in omar.get("/").text
    assert omar.get(path).status_code == 404
    assert omar.submit(path, **{"rate-pace": "1"}).status_code == 404
    report = client_as(course.lena).get(f"/rounds/{played}/report").text
    assert "The silence.\nAnd the rest." in report


def test_nobody_elses_form_is_found(client_as: ClientAs, course: SavedCourse, played: str) -> None:
    for who in ("Lena", "Olga", "Cleo", "Oren", "Mallory"):
        client = client_as(course.cast[who])
        assert client.get(f"/rounds/{played}/scorecard").status_code == 404, who
        assert client.submit(f"/rounds/{played}/scorecard", **{"rate-pace": "1"}).status_code == 404, who


def test_the_actor_is_asked_how_it_felt(client_as: ClientAs, course: SavedCourse, played: str) -> None:
    page = client_as(course.sam).get(f"/rounds/{played}/scorecard").text
    assert "I felt that my feelings were noticed and given room." in page
    assert "The learner gives" not in page


# --- far apart


def test_the_coach_alone_is_told_that_raters_were_far_apart(
    client_as: ClientAs, course: SavedCourse, played: str
) -> None:
    page = client_as(course.cleo).get(PRACTICE).text
    assert re.search(r"Goes in small steps and checks:</strong>.*?Cleo</span> 1<.*Olga</span> 5<", page, re.S)
    assert "In 1 of your rounds the raters were far apart" in client_as(course.cleo).get(COURSE).text
    for who in ("Lena", "Olga", "Omar", "Sam", "Oren"):
        client = client_as(course.cast[who])
        for path in (PRACTICE, COURSE, FEEDBACK, "/"):
            assert "far apart" not in client.get(path).text, (who, path)


def test_the_coach_meets_it_on_the_rounds_report_by_seat_and_the_learner_does_not(
    client_as: ClientAs, course: SavedCourse, played: str
) -> None:
    path = f"/rounds/{played}/report"
    page = client_as(course.cleo).get(path).text
    (said,) = re.findall(r"<h3>Worth a talk</h3>.*?<ul.*?>(.*?)</ul>", page, re.S)
    assert " ".join(re.sub(r"<.*?>", "", said).split()) == "Goes in small steps and checks: ◆ Coach 1, ■ Observer 5"
    lena = client_as(course.lena)
    for kept in (path, f"{path}.html", f"{path}.json", "/me/feedback"):
        assert "apart" not in lena.get(kept).text, kept
        assert "Worth a talk" not in lena.get(kept).text, kept


def test_a_coach_hands_in_their_own_before_they_read_the_others(
    client_as: ClientAs, course: SavedCourse, store: Store, played: str
) -> None:
    with store.write() as uow:
        uow.session.query(Scorecard).filter_by(round_id=played, rater_id=course.cleo.id).one().status = "draft"
        others = uow.session.query(Scorecard).filter_by(round_id=played, rater_id=course.olga.id).one().id
    cleo, path = client_as(course.cleo), f"/rounds/{played}/scorecard"
    assert cleo.get(f"/rounds/{played}/report").location == path
    assert "until then the others’ are sealed to you" in cleo.get(path).text
    assert cleo.get(f"/rounds/{played}/cards/{others}").status_code == 404
    assert cleo.submit(path, **{"rate-pace": "4"}).status_code == 303
    assert cleo.get(f"/rounds/{played}/report").status_code == 200
    assert cleo.get(f"/rounds/{played}/cards/{others}").status_code == 200


def test_a_coach_who_was_not_there_has_none_to_hand_in_and_reads(
    client_as: ClientAs, course: SavedCourse, store: Store, played: str
) -> None:
    with store.write() as uow:
        card = uow.session.query(Scorecard).filter_by(round_id=played, rater_id=course.cleo.id).one()
        uow.session.query(Entry).filter_by(scorecard_id=card.id).delete()
        uow.session.query(Scorecard).filter_by(id=card.id).delete()
    assert client_as(course.cleo).get(f"/rounds/{played}/report").status_code == 200


# --- the organiser's page


def numbers(page: str) -> Mapping[str, list[str]]:
    """The cells of the table of people, by name."""
    rows = re.findall(r'<th scope="row" role="rowheader">(\w+)<span.*?</th>(.*?)</tr>', page, re.S)
    cell = re.compile(r'<span class="cell-value">\s*(.*?)\s*</span></td>', re.S)
    return {name: [re.sub(r"<.*?>", "", found).strip() for found in cell.findall(cells)] for name, cells in rows[:5]}


def test_the_organiser_sees_counts_and_no_rating_of_fewer_than_five(
    client_as: ClientAs, course: SavedCourse, played: str
) -> None:
    page = client_as(course.oren).get(FEEDBACK).text
    assert "Of 3 learners, 1 practised and 1 can read feedback on it." in page
    assert numbers(page)["Lena"] == ["1", "not yet", "1", "1", "not yet"]
    assert numbers(page)["Olga"] == ["not yet", "not yet", "not yet", "not yet", "1"]
    assert numbers(page)["Cleo"] == ["–", "–", "–", "–", "1"]
    assert "<strong>Too few to show.</strong> 1 learner has been rated with this rubric" in page
    assert page.count("not estimable: fewer than two encounters were rated by two people") == 1, "not for each item"
    assert "too few rounds to say" in page
    assert "1 round so far" in page
    assert "steps on average" not in page, "no figure where nothing can be said"


def test_every_picture_of_skills_is_said_in_a_table_too(
    client_as: ClientAs, course: SavedCourse, store: Store, add_group: Callable[..., Any]
) -> None:
    names = [f"Nurse {number}" for number in range(5)]
    add_group("Birch", dict.fromkeys(names, "learner"))
    store.change(lambda uow: seating.place(uow, course.course))
    with store.write() as uow:
        room = uow.session.query(Room).filter(Room.group_id == course.group.id).one().id
        for name in names:
            row = uow.session.query(Enrolment).filter(Enrolment.person_id == course.cast[name].id).one()
            row.person.profession = "nurse"
    for number, name in enumerate(names, 1):
        cards = {(course.cleo.id, Seat.COACH): {"pace": number}, (course.olga.id, Seat.OBSERVER): {"pace": number}}
        add_round(store, room, course.cast[name], cards)
    page = client_as(course.oren).get(FEEDBACK).text
    assert page.count('role="img"') == 1 + len(WATCHED) + 1, "who has practised, the items, one of them by profession"
    assert re.search(r"Goes in small steps and checks</th>.*?3\.0 <span class=\"hint nowrap\">\(n = 5\)", page, re.S)
    assert "Nurses: 3.0 (n = 5)." in page
    assert '1.00 <span class="tag">few encounters</span>' in page
    assert "much as the others" in page
    assert client_as(course.oren).get(f"{FEEDBACK}?by=nobody").status_code == 400
