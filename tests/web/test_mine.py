"""One's own data in a browser without scripts: what is shown, taken along, corrected, consented to and erased."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from pallpractice.domain.audit import What
from pallpractice.domain.holding import Class
from pallpractice.services import audit
from pallpractice.storage import registry
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.base import Base
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.credit import Claim, Consent
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.rooms import RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock, PageClient, SavedCourse
from tests.services.conftest import Table
from tests.services.filled import HERS, NOT_YET, Places, fill

ClientAs = Callable[[Person | None], PageClient]


@pytest.fixture
def places(app: Flask, store: Store, course: SavedCourse) -> Places:
    return fill(Table(store, app.extensions["pallpractice"].library, course))


@pytest.fixture
def lena(client_as: ClientAs, course: SavedCourse, places: Places) -> PageClient:
    return client_as(course.lena)


def taken(client: PageClient) -> tuple[dict[str, Any], str]:
    answer = client.submit("/me/data/take")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert file.namelist() == ["my-data.json", "my-data.html"]
        return json.loads(file.read("my-data.json")), file.read("my-data.html").decode()


# --- what is held


def test_the_page_says_what_is_held_for_what_and_how_long(lena: PageClient) -> None:
    page = lena.get("/me/data").text
    for words in ("Your private journal: <strong>1</strong>", "Letters sent to you", "180 days after the course"):
        assert words in page
    assert page.count("<article") == len(registry.Purpose)


def test_what_is_ones_own_has_the_same_ways_on_each_of_its_pages(client_as: ClientAs, course: SavedCourse) -> None:
    lena = client_as(course.lena)
    own = {"/me/feedback": "My feedback", "/me/credit": "My credit", "/me/data": "My data", "/me": "My settings"}
    for path in ("/", *own):
        page = lena.get(path, follow_redirects=True).get_data(as_text=True)
        ways = re.findall(r'<a href="(/me[^"]*)"( aria-current="page")?>(My [^<]*)</a>', page)
        assert [(to, words) for to, _, words in ways] == list(own.items()), path
        assert [to for to, here, _ in ways if here] == [path] * (path in own)


def test_what_is_not_released_is_neither_counted_nor_given(
    client_as: ClientAs, app: Flask, store: Store, course: SavedCourse
) -> None:
    table = Table(store, app.extensions["pallpractice"].library, course)
    table.do("Cleo", "round:start")
    table.do("Cleo", "encounter:begin")
    table.do("Olga", "observation:add", kind="note", text="kx-sealed-note")
    table.do("Cleo", "encounter:end")
    for who in ("Lena", "Olga"):
        comment = table.view(who)["rubric"]["comments"][0]["id"]
        table.do(who, "score:save", entry=comment, text=f"kx-{who}-comment")
        table.do(who, "scorecard:submit")
    page = client_as(course.lena).get("/me/data").text
    assert "Scorecards: <strong>1</strong>" in page, "her own"
    assert "Observations" not in page
    data, html = taken(client_as(course.lena))
    told = json.dumps(data) + html
    assert "kx-Lena-comment" in told
    assert "kx-sealed" not in told
    assert "kx-Olga" not in told
    for action in ("debrief:open", *["debrief:next"] * 3, "round:close"):
        table.do("Cleo", action)
    told = json.dumps(taken(client_as(course.lena))[0])
    assert "kx-sealed-note" in told
    assert "kx-Olga-comment" in told
    assert course.olga.id not in told, "others are someone else"
    assert "Olga" not in told.replace("kx-Olga", "")


def test_what_is_planned_is_not_told_before_it_is_played(lena: PageClient) -> None:
    (row,) = taken(lena)[0]["tables"]["planned_rounds"]["rows"]
    assert "scenario_id" not in row
    assert "parts" not in row


# --- taking it along


def test_every_personal_column_is_in_the_file_once(lena: PageClient) -> None:
    data, _ = taken(lena)
    named = {name for name, held in registry.REGISTRY.items() if set(held.people.values()) & {"own", "about", "given"}}
    assert set(data["tables"]) == named - (NOT_YET - {"people"})
    for name, part in data["tables"].items():
        assert part["what"]
        assert part["why"]
        assert part["kept"]
        columns = set(Base.metadata.tables[name].c.keys())
        secret = {column for column, (holds, _) in registry.REGISTRY[name].kinds().items() if holds is Class.SECRET}
        assert secret <= set(part["not_included"])
        for row in part["rows"]:
            assert set(row) | set(part["not_included"]) == columns
            assert not set(row) & set(part["not_included"])


def test_it_holds_her_words_and_the_page_can_be_read_alone(lena: PageClient) -> None:
    data, page = taken(lena)
    told = json.dumps(data, ensure_ascii=False)
    for words in ("goal", "step", "reflection", "comment", "observation", "cue", "people-email@example.org"):
        assert f"{HERS}-{words}" in told
        assert f"{HERS}-{words}" in page
    assert "kx-else" not in told + page, "nothing of anyone else's"
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="', page), "it needs nothing else"
    assert "<h3>Your private journal</h3>" in page


def test_taking_it_along_is_noted(lena: PageClient, store: Store, course: SavedCourse) -> None:
    taken(lena)
    with store.read() as uow:
        (line,) = uow.session.query(AuditLine).filter_by(what="exported")
        assert (line.actor_id, line.subject_id) == (course.lena.id, course.lena.id)
    assert "took a file of the course along" not in lena.get("/me/data").text, "others are meant"


# --- who has looked


def test_who_has_looked_is_told_with_name_and_what(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    with store.write() as uow:
        oren, lena, id = course.oren.id, course.lena.id, course.course.id
        audit.note(uow, What.EXPORTED, actor=oren, course=id, data={"file": "ratings", "format": "csv", "rows": 9})
        audit.note(uow, What.LICENCE_SEEN, actor=oren, course=id, subject=lena)
        audit.note(uow, What.LICENCE_SEEN, actor=oren, course=id, subject=course.olga.id)
        audit.note(uow, What.EVIDENCE_PACKED, actor=oren, course=id, subject=lena)
        audit.note(uow, What.EXPORTED, actor=oren, course="e" * 32, data={"file": "ratings"})
        audit.note(uow, What.SIGN_IN_REFUSED, actor=None, subject=lena, data={"by": "password"})
    page = client_as(course.lena).get("/me/data").text
    assert page.count("Oren took a file of the course along: Ratings and comments") == 1
    assert page.count("Oren looked at licence data of yours") == 1
    assert page.count("Oren made an evidence pack with yours in it") == 1
    assert "Someone tried to come in as you, and was refused by password" in page
    assert "Oren" not in client_as(course.mallory).get("/me/data").text


def test_of_files_one_cannot_be_in_nothing_is_told(
    client_as: ClientAs, store: Store, course: SavedCourse, clock: Clock
) -> None:
    """Nobody is in a codebook, only learners in what is about credit, and who agrees at that time in research."""
    told = {name: client_as(course.cast[name]) for name in ("Lena", "Olga", "Cleo")}

    def looks(name: str) -> int:
        return told[name].get("/me/data").text.count("Oren took a file")

    def take(what: str) -> dict[str, int]:
        before = {name: looks(name) for name in told}
        clock.advance(60)
        store.change(audit.note, What.EXPORTED, actor=course.oren.id, course=course.course.id, data={"file": what})
        return {name: looks(name) - before[name] for name in told}

    about = {"person_id": course.lena.id, "course_id": course.course.id, "purpose": "research"}
    with store.write() as uow:
        uow.session.add(Consent(**about, given_at=uow.now))
    assert take("codebook") == {"Lena": 0, "Olga": 0, "Cleo": 0}
    assert take("credit") == {"Lena": 1, "Olga": 1, "Cleo": 0}
    assert take("research") == {"Lena": 1, "Olga": 0, "Cleo": 0}
    clock.advance(60)
    with store.write() as uow:
        uow.session.add(Consent(**about, withdrawn_at=uow.now))
    assert take("research") == {"Lena": 0, "Olga": 0, "Cleo": 0}
    assert looks("Lena") == 2, "what was taken while she agreed is still told"
    assert take("people") == {"Lena": 1, "Olga": 1, "Cleo": 1}


# --- consents and corrections


def test_consents_are_given_and_withdrawn_one_by_one(client_as: ClientAs, course: SavedCourse) -> None:
    client = client_as(course.lena)
    form = {"course": course.course.id, "purpose": "research"}
    assert client.get("/me/data").text.count("Yes, since") == 0
    assert client.submit("/me/data/consent", **form, given="true").status_code == 303
    assert client.get("/me/data").text.count("Yes, since") == 1
    client.submit("/me/data/consent", **form, given="false")
    assert client.get("/me/data").text.count("Yes, since") == 0
    assert client_as(course.mallory).submit("/me/data/consent", **form, given="true").status_code == 404
    assert client.submit("/me/data/consent", course=course.course.id, purpose="all", given="true").status_code == 400


def test_nobody_is_asked_for_a_consent_that_nothing_goes_by(
    client_as: ClientAs, store: Store, course: SavedCourse
) -> None:
    client = client_as(course.lena)
    form = {"course": course.course.id, "purpose": "recording"}
    assert "Record rooms" not in client.get("/me/data").text
    assert client.submit("/me/data/consent", **form, given="true").status_code == 400
    with store.write() as uow:  # given while it was asked for, it can still be withdrawn
        about = {"person_id": course.lena.id, "course_id": course.course.id}
        uow.session.add(Consent(**about, purpose="recording", given_at=uow.now))
    assert "Record rooms" in client.get("/me/data").text
    assert client.submit("/me/data/consent", **form, given="false").status_code == 303
    assert "Record rooms" not in client.get("/me/data").text


def test_one_changes_some_of_it_oneself_and_nothing_else(
    client_as: ClientAs, store: Store, course: SavedCourse
) -> None:
    client = client_as(course.lena)
    client.submit("/me/data/correct", profession="nurse", institution="St Anne’s", pronouns="she/her")
    with store.read() as uow:
        row = uow.session.get_one(Person, course.lena.id)
        assert (row.profession, row.institution, row.pronouns) == ("nurse", "St Anne’s", "she/her")
    assert client.submit("/me/data/correct", profession="nurse", name="Someone else").status_code == 400


def test_what_is_asked_twice_is_sent_once_and_too_much_is_refused_aloud(
    client_as: ClientAs, course: SavedCourse
) -> None:
    lena, oren = client_as(course.lena), client_as(course.oren)
    for number in (1, 1, 2, 3, 4, 5):
        assert lena.submit("/me/data/ask", course=course.course.id, words=f"It is {number}").status_code == 303
    refused = lena.submit("/me/data/ask", course=course.course.id, words="It is 6")
    assert refused.status_code == 400
    assert "Nothing was sent" in refused.text
    assert "Corrections asked for: 5" in oren.get("/courses/serious-talk/people").text


def test_the_rest_is_asked_of_the_organisers_who_answer(client_as: ClientAs, course: SavedCourse) -> None:
    lena, oren, path = client_as(course.lena), client_as(course.oren), "/courses/serious-talk/requests"
    assert lena.submit("/me/data/ask", course=course.course.id, words="My name is Léna <b>").status_code == 303
    assert client_as(course.mallory).submit("/me/data/ask", course=course.course.id, words="x").status_code == 404
    assert "Corrections asked for: 1" in oren.get("/courses/serious-talk/people").text
    page = oren.get(path).text
    assert "My name is Léna &lt;b&gt;" in page
    request = re.search(r'name="request" value="(\w+)"', page)
    assert request
    assert client_as(course.cleo).submit(path, request=request[1]).status_code == 404
    assert oren.submit(path, request=request[1]).status_code == 303
    assert "Nothing is asked for" in oren.get(path).text
    assert "seen to" in lena.get("/me/data").text


# --- erasing


def test_erasing_wants_ones_name_and_ends_the_session(lena: PageClient, store: Store, course: SavedCourse) -> None:
    page = lena.get("/me/data/erase").text
    assert f"Write your name, {HERS}-people-name, to confirm" in page
    assert "You claimed credit" in page
    assert "A coach has given their word on you" in page
    with store.write() as uow:
        uow.session.query(Claim).filter_by(person_id=course.lena.id).delete()
    page = lena.get("/me/data/erase").text
    assert "You claimed credit" not in page, "her coach's word alone is kept for the proof"
    assert "A coach has given their word on you" in page
    refused = lena.submit("/me/data/erase", name="Lena")
    assert (refused.status_code, lena.get("/me").status_code) == (400, 200)
    done = lena.submit("/me/data/erase", name=f" {HERS.upper()}-people-name ", words_too="true")
    assert (done.status_code, done.location) == (303, "/erased")
    assert lena.get("/erased").status_code == 200
    assert lena.get("/me").status_code == 302
    with store.read() as uow:
        assert uow.session.get_one(Person, course.lena.id).erased_at
        assert uow.session.query(RoundRow).count() == 2
        assert uow.session.query(Scorecard).count() == 8


def test_the_only_organiser_is_told_to_hand_over(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    client = client_as(course.oren)
    page = client.get("/me/data/erase").text
    assert "You are the only organiser of Serious Talk" in page
    assert "to confirm" not in page
    assert client.submit("/me/data/erase", name="Oren").status_code == 403
    with store.read() as uow:
        assert uow.session.query(Enrolment).filter_by(person_id=course.oren.id, removed_at=None).count() == 1
