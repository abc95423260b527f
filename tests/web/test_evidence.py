"""Evidence for boards, from a rated round to the provider's files: what is asked, sealed, seen, noted, and by whom."""

import csv
import hashlib
import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from pypdf import PdfReader

from pallpractice import create_app
from pallpractice.config import Settings
from pallpractice.services import people, presence
from pallpractice.services.credit import licences
from pallpractice.services.credit.licences import Sealer
from pallpractice.services.mine import erasing
from pallpractice.services.presence import Change, Place
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.credit import Attestation, Licence, Standard
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.rooms import RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock, PageClient, SavedCourse, signed_in
from tests.services.conftest import Table

ClientAs = Callable[[Person | None], PageClient]
PAGE = "/courses/serious-talk/credit"
BEGINS = datetime(2026, 5, 14, 15, 15, tzinfo=UTC)
KEYS = [Fernet.generate_key().decode() for _ in range(2)]
NUMBERS = {
    "what": "save",
    "first_name": "Lena",
    "last_name": "=Berg",
    "board_id": "B-4711",
    "birth_month": "2",
    "birth_day": "29",
}


@pytest.fixture
def settings(store: Store) -> Settings:
    from tests.conftest import SECRET

    return Settings(secret_key=SECRET, database_url=store.url, async_mode="threading", data_key=(KEYS[0],))


@pytest.fixture
def boards(store: Store, course: SavedCourse) -> None:
    with store.write() as uow:
        kept = uow.session.get_one(Course, course.course.id)
        kept.credit = {"boards": ["ABIM", "ABP"], "activity": "A-1", "columns": {"board_id": "ABIM number"}}


@pytest.fixture
def oren(client_as: ClientAs, course: SavedCourse, boards: None) -> PageClient:
    return client_as(course.oren)


@pytest.fixture
def lena(client_as: ClientAs, course: SavedCourse, boards: None) -> PageClient:
    return client_as(course.lena)


@pytest.fixture
def cleo(client_as: ClientAs, course: SavedCourse, boards: None) -> PageClient:
    return client_as(course.cleo)


@pytest.fixture
def played(app: Flask, store: Store, course: SavedCourse, clock: Clock, oren: PageClient) -> str:
    """A standard set before practice, and a round of Lena's that Cleo rated 4 throughout; the course is over."""
    clock.now = BEGINS - timedelta(days=1)
    assert oren.submit(f"{PAGE}/standard", level="3", least="1", rounds="1").status_code == 303
    clock.now = BEGINS
    table = Table(store, app.extensions["pallpractice"].library, course)
    round_id = str(table.do("Cleo", "round:start")["round"])
    table.do("Lena", "goal:set", text="Stay with the emotion")
    for action in ("encounter:begin", "encounter:end"):
        table.do("Cleo", action)
    for who, rating in (("Lena", 2), ("Olga", 3), ("Sam", 5), ("Cleo", 4)):
        for item in table.view(who)["rubric"]["items"]:
            table.do(who, "score:save", entry=item["id"], rating=rating)
        for one in table.view(who)["rubric"]["comments"]:
            table.do(who, "score:save", entry=one["id"], text=f"{who} says it")
        table.do(who, "scorecard:submit")
    for action in ("debrief:open", "debrief:next", "debrief:next", "debrief:next", "round:close"):
        table.do("Cleo", action)
    for who in ("Lena", "Olga"):
        place = Place(table.room, course.cast[who].id)
        for here, at in ((True, BEGINS), (False, BEGINS + timedelta(minutes=105))):
            store.change(presence.record, "one", [Change(place, here, at)])
    clock.now = BEGINS + timedelta(days=1)
    return round_id


def everything(lena: PageClient, cleo: PageClient, course: SavedCourse, round_id: str) -> None:
    """All that Lena and Cleo have to do."""
    lena.submit(f"{PAGE}/moc", board="ABIM")
    lena.submit(f"{PAGE}/claim", general="1.75")
    lena.submit(f"{PAGE}/consent", what="give")
    assert lena.submit(f"{PAGE}/licence", **NUMBERS).status_code == 303
    assert lena.get(f"/rounds/{round_id}/report").status_code == 200
    assert cleo.submit(f"{PAGE}/attest", person=course.lena.id, verdict="attested").status_code == 303


def noted(store: Store) -> list[tuple[str, str | None, str | None]]:
    with store.read() as uow:
        lines = uow.session.query(AuditLine).order_by(AuditLine.id)
        return [(line.what, line.actor_id, line.subject_id) for line in lines]


# --- what is asked, and when


def test_nothing_is_asked_of_who_does_not_want_it(
    lena: PageClient, store: Store, course: SavedCourse, client_as: ClientAs
) -> None:
    assert lena.get(f"{PAGE}/licence").status_code == 404
    assert lena.submit(f"{PAGE}/licence", **NUMBERS).status_code == 404
    assert lena.submit(f"{PAGE}/moc", board="ABFM").status_code == 400, "not offered"
    with store.write() as uow:
        uow.session.get_one(Course, course.course.id).credit = {}
    assert "Credit from your board" not in lena.get(PAGE).text


def test_it_is_sealed_on_the_disk_and_goes_when_it_is_no_longer_wanted(lena: PageClient, store: Store) -> None:
    lena.submit(f"{PAGE}/moc", board="ABIM")
    refused = lena.submit(f"{PAGE}/licence", **NUMBERS | {"birth_day": "31"})
    assert refused.status_code == 400
    assert "there is no such day" in refused.text
    assert lena.submit(f"{PAGE}/licence", **NUMBERS).status_code == 303
    assert "B-4711" in lena.get(f"{PAGE}/licence").text
    with store.read() as uow:
        assert Sealer(KEYS[:1]).open(uow.session.query(Licence).one().sealed)["board_id"] == "B-4711"
    for path in store.url.removeprefix("sqlite:///"), store.url.removeprefix("sqlite:///") + "-wal":
        with open(path, "rb") as file:
            assert b"4711" not in file.read()
    lena.submit(f"{PAGE}/moc", board="")
    with store.read() as uow:
        assert uow.session.query(Licence).count() == 0


def test_without_a_key_nothing_is_taken_and_it_is_said(
    settings: Settings, store: Store, course: SavedCourse, boards: None
) -> None:
    app = create_app(replace(settings, data_key=()), store=store)
    app.test_client_class = PageClient
    lena = signed_in(app, course.lena)
    lena.submit(f"{PAGE}/moc", board="ABIM")
    assert "has no key to seal" in lena.get(PAGE).text
    assert "PALLPRACTICE_DATA_KEY" in lena.get(f"{PAGE}/licence").text
    assert lena.submit(f"{PAGE}/licence", **NUMBERS).status_code == 503
    with store.read() as uow:
        assert uow.session.query(Licence).count() == 0
    assert signed_in(app, course.oren).submit(f"{PAGE}/learners.csv").status_code in (200, 503)


def test_a_key_is_changed_without_losing_anything(lena: PageClient, store: Store, course: SavedCourse) -> None:
    lena.submit(f"{PAGE}/moc", board="ABIM")
    lena.submit(f"{PAGE}/licence", **NUMBERS)
    both, new, old = Sealer(KEYS[::-1]), Sealer(KEYS[1:]), Sealer(KEYS[:1])
    with store.read() as uow:
        assert licences.own(uow, both, course.course, course.lena.id)
        with pytest.raises(licences.Unavailable, match="no longer set"):
            licences.own(uow, new, course.course, course.lena.id)
    assert store.change(licences.rekey, both) == 1
    with store.read() as uow:
        assert licences.own(uow, new, course.course, course.lena.id)
        with pytest.raises(licences.Unavailable):
            licences.own(uow, old, course.course, course.lena.id)
    with pytest.raises(licences.Unavailable):
        store.change(licences.rekey, old)


# --- step by step


def test_each_step_is_shown_until_everything_is_there(
    lena: PageClient, cleo: PageClient, oren: PageClient, store: Store, course: SavedCourse, played: str
) -> None:
    assert "Nobody yet" in oren.get(f"{PAGE}/evidence").text
    lena.submit(f"{PAGE}/moc", board="ABIM")
    page, row = oren.get(f"{PAGE}/evidence").text, told_of(oren, course.lena)
    for missing in ("Attested by a coach", "Credit claimed", "Consent to send the record", "Board or licence number"):
        assert missing in row
        assert re.search(rf"{missing}[^<]*</th><td[^>]*>0 of 1<", page)
    everything(lena, cleo, course, played)
    assert "Everything is there." in lena.get(PAGE).text
    page = oren.get(f"{PAGE}/evidence").text
    assert " nothing " in told_of(oren, course.lena)
    assert "Of whom everything is there: 1." in page
    assert page.count("1 of 1<") == 7
    lena.submit(f"{PAGE}/consent", what="withdraw")
    assert "Consent to send the record" in told_of(oren, course.lena)
    assert re.search("Consent to send the record</th><td[^>]*>0 of 1<", oren.get(f"{PAGE}/evidence").text)
    cleo.submit(f"{PAGE}/attest", person=course.lena.id, verdict="another", words="More silence")
    page = lena.get(PAGE).text
    assert "Another round" in page
    assert "Cleo: “More silence”" in page
    with store.read() as uow:
        assert uow.session.query(Attestation).count() == 2, "nothing is overwritten"


def test_what_is_not_released_shows_in_nothing_of_the_learners(
    lena: PageClient, store: Store, course: SavedCourse, played: str
) -> None:
    lena.submit(f"{PAGE}/moc", board="ABIM")
    assert "4.00" in lena.get(PAGE).text
    with store.write() as uow:
        uow.session.get_one(RoundRow, played).released_at = None
    page = lena.get(PAGE).text
    assert "4.00" not in page
    assert "meets it" not in page
    assert "Not yet" in page


def test_a_coachs_word_pressed_twice_is_given_once(
    cleo: PageClient, course: SavedCourse, store: Store, played: str
) -> None:
    for verdict, words in (("attested", ""), ("attested", ""), ("another", "Silence"), ("attested", "")):
        cleo.submit(f"{PAGE}/attest", person=course.lena.id, verdict=verdict, words=words)
        store.clock.advance(1)  # type: ignore[attr-defined]
    with store.read() as uow:
        given = [row.verdict for row in uow.session.query(Attestation).order_by(Attestation.made_at)]
    assert given == ["attested", "another", "attested"]


def test_a_coach_gives_their_word_on_what_they_have_seen(cleo: PageClient, course: SavedCourse, played: str) -> None:
    for who, verdict, status in (("lena", "attested", 303), ("olga", "attested", 400), ("lena", "another", 400)):
        person = getattr(course, who).id
        assert cleo.submit(f"{PAGE}/attest", person=person, verdict=verdict).status_code == status, (who, verdict)


def test_another_coachs_ratings_are_sealed_until_their_own_are_in(
    app: Flask, store: Store, course: SavedCourse, played: str
) -> None:
    with store.write() as uow:
        carl = Person(name="Carl", email="carl@example.org")
        about = {"course_id": course.course.id, "role": "coach", "group_id": course.group.id, "position": 9}
        uow.session.add(Enrolment(person=carl, **about))
        uow.session.flush()
        card = Scorecard(round_id=played, rater_id=carl.id, seat="coach", status="draft")
        uow.session.add(card)
    client = signed_in(app, carl)
    assert "4.00" not in client.get(f"{PAGE}/attest").text
    assert client.submit(f"/rounds/{played}/scorecard", **{"rate-pace": "4"}).status_code == 303
    assert "4.00" in client.get(f"{PAGE}/attest").text


def test_a_coach_gives_it_only_on_those_they_coach(
    app: Flask, store: Store, course: SavedCourse, add_group: Any, played: str
) -> None:
    add_group("Oak", {"Ola": "learner", "Carl": "coach"})
    carl = signed_in(app, course.cast["Carl"])
    assert "Lena" not in carl.get(f"{PAGE}/attest").text
    assert "Ola" in carl.get(f"{PAGE}/attest").text
    assert carl.submit(f"{PAGE}/attest", person=course.lena.id, verdict="attested").status_code == 404


def test_a_standard_set_late_is_marked_and_the_first_is_kept(
    oren: PageClient, lena: PageClient, store: Store, played: str
) -> None:
    lena.submit(f"{PAGE}/moc", board="ABIM")
    assert "It was set before practice began." in lena.get(PAGE).text
    assert oren.submit(f"{PAGE}/standard", level="9", least="1", rounds="1").status_code == 400
    assert oren.submit(f"{PAGE}/standard", level="4.5", least="1", rounds="1").status_code == 303
    page = oren.get(f"{PAGE}/evidence").text
    assert page.count('<span class="tag">late</span>') == 1
    assert "mean 3.0" in page
    assert "It was set after practice had begun." in lena.get(PAGE).text
    with store.read() as uow:
        assert uow.session.query(Standard).count() == 2
    store.clock.advance(1)  # type: ignore[attr-defined]
    assert oren.submit(f"{PAGE}/standard", level="4,25", least="1,5", rounds="1").status_code == 303
    assert 'name="level" value="4.25"' in oren.get(f"{PAGE}/evidence").text
    spanish = oren.get(f"{PAGE}/evidence", headers={"Accept-Language": "es-ES"}).text
    assert 'name="level" value="4,25"' in spanish
    assert 'name="least" value="1,5"' in spanish


def test_the_standard_is_met_by_ratings_as_they_stand_after_corrections(
    app: Flask, lena: PageClient, cleo: PageClient, oren: PageClient, store: Store, course: SavedCourse, played: str
) -> None:
    everything(lena, cleo, course, played)
    with store.read() as uow:
        card = uow.session.query(Scorecard).filter_by(round_id=played, rater_id=course.cleo.id).one()
    for entry in card.entries[:3]:
        said = {"entry": entry.entry, "rating": "1", "reason": "Misread the scale"}
        assert cleo.submit(f"/rounds/{played}/cards/{card.id}/correct", **said).status_code == 303
    assert "2.88" in lena.get(PAGE).text
    assert len(oren.submit(f"{PAGE}/learners.csv").text.splitlines()) == 1, "no longer met, so nobody is sent"
    told = json.loads(packed(oren).read(f"lena-{course.lena.id[:8]}/evidence.json"))
    assert (told["status"], told["rounds"][0]["mean"]) == ("retry", 2.88)


# --- the provider's files


def test_the_records_hold_whom_nothing_is_missing_of_by_the_courses_columns(
    lena: PageClient, cleo: PageClient, oren: PageClient, store: Store, course: SavedCourse, played: str
) -> None:
    lena.submit(f"{PAGE}/moc", board="ABIM")
    assert len(oren.submit(f"{PAGE}/learners.csv").text.splitlines()) == 1
    everything(lena, cleo, course, played)
    answer = oren.submit(f"{PAGE}/learners.csv")
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row == {
        "First name": "Lena",
        "Last name": "'=Berg",
        "State license state": "",
        "State license ID": "",
        "ABIM number": "B-4711",
        "Date of birth (MM/DD)": "02/29",
        "Activity ID": "A-1",
        "Activity completion date": "05/14/2026",
        "Credits": "1.75",
        "Certifying board": "ABIM",
        "MOC credit type": "Evaluation of the learner with feedback",
        "MOC points": "2",
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert [line for line in noted(store) if line[0] == "licence_seen"] == [
        ("licence_seen", course.oren.id, course.lena.id)
    ]


def test_records_without_an_activity_number_are_warned_of(oren: PageClient, store: Store, boards: None) -> None:
    warning = f'href="{PAGE}/settings#activity"'
    assert warning not in oren.get(f"{PAGE}/evidence").text
    with store.write() as uow:
        course = uow.session.query(Course).one()
        course.credit = {**course.credit, "activity": ""}
    assert warning in oren.get(f"{PAGE}/evidence").text


def test_numbers_are_seen_when_asked_for_and_that_is_noted(
    lena: PageClient, oren: PageClient, store: Store, course: SavedCourse
) -> None:
    lena.submit(f"{PAGE}/moc", board="ABIM")
    lena.submit(f"{PAGE}/licence", **NUMBERS)
    for path in (f"{PAGE}/evidence", f"{PAGE}/people", f"{PAGE}/people/{course.lena.id}"):
        assert "4711" not in oren.get(path).text
    assert not [line for line in noted(store) if line[0] == "licence_seen"]
    assert "B-4711" in oren.submit(f"{PAGE}/people/{course.lena.id}/licence").text
    assert ("licence_seen", course.oren.id, course.lena.id) in noted(store)
    assert oren.submit(f"{PAGE}/people/{course.olga.id}/licence").status_code == 404


def make_pack(oren: PageClient) -> None:
    assert oren.submit(f"{PAGE}/evidence/pack").status_code == 303
    for _ in range(200):
        if not oren.get(f"{PAGE}/evidence/progress").json["under_way"]:  # type: ignore[index]
            break
        time.sleep(0.05)


def packed(oren: PageClient) -> zipfile.ZipFile:
    make_pack(oren)
    answer = oren.get(f"{PAGE}/evidence/pack.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_pack_holds_the_evidence_of_who_agreed_and_a_digest_of_each_file(
    lena: PageClient,
    cleo: PageClient,
    oren: PageClient,
    client_as: ClientAs,
    store: Store,
    course: SavedCourse,
    played: str,
) -> None:
    client_as(course.olga).submit(f"{PAGE}/moc", board="ABP")  # wants it, and has not agreed
    everything(lena, cleo, course, played)
    pack = packed(oren)
    folder = f"lena-{course.lena.id[:8]}"
    names = set(pack.namelist())
    assert names == {
        "README.txt",
        "standard.json",
        "people.csv",
        f"{folder}/evidence.json",
        f"{folder}/report-1.pdf",
        "SHA256SUMS",
    }
    sums = dict(reversed(line.split("  ")) for line in pack.read("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(pack.read(name)).hexdigest() for name in names - {"SHA256SUMS"}}
    told = json.loads(pack.read(f"{folder}/evidence.json"))
    assert (told["status"], told["standard_set_before_practice"], told["credit"]["awarded"]["general"]) == (
        "met",
        True,
        "1.75",
    )
    assert told["rounds"][0]["mean"] == 4.0
    assert told["attestation"]["by"] == "Cleo"
    report = PdfReader(io.BytesIO(pack.read(f"{folder}/report-1.pdf")))
    read = " ".join(" ".join(page.extract_text() for page in report.pages).split())
    assert "Cleo: 4" in read
    assert "Cleo says it" in read
    for who in ("Olga", "Sam", "Lena"):
        assert f"{who} says it" not in read, "what peers and patient wrote is for the learner alone"
    assert "Olga" not in read
    assert "Stay with the emotion" not in read, "their goal too"
    everything_in_it = b"".join(pack.read(name) for name in names)
    assert b"says it" not in everything_in_it, "words are in the report alone"
    assert b"4711" not in everything_in_it
    assert b"Olga" not in pack.read("people.csv")
    assert ("evidence_packed", course.oren.id, course.lena.id) in noted(store)
    assert ("evidence_packed", course.oren.id, course.olga.id) not in noted(store)


def test_a_pack_is_for_who_asked_for_it(
    client_as: ClientAs, oren: PageClient, store: Store, course: SavedCourse, played: str
) -> None:
    packed(oren)
    with store.write() as uow:
        other = Person(name="Ora", email="ora@example.org")
        uow.session.add(Enrolment(course_id=course.course.id, person=other, role="organiser"))
    assert client_as(other).get(f"{PAGE}/evidence/pack.zip").status_code == 404
    assert client_as(other).get(f"{PAGE}/evidence").status_code == 200


# --- who leaves, is erased, or takes their consent back


@pytest.fixture
def agreed(lena: PageClient, cleo: PageClient, course: SavedCourse, played: str, clock: Clock) -> str:
    """Nothing is missing of Lena's. An hour later; the round's id."""
    everything(lena, cleo, course, played)
    assert "Lena" in cleo.get(f"{PAGE}/attest").text
    clock.advance(3600)
    return played


def record(oren: PageClient) -> list[str]:
    """The last names in the provider's file."""
    rows = csv.DictReader(io.StringIO(oren.submit(f"{PAGE}/learners.csv").data.decode("utf-8-sig")))
    return [row["Last name"] for row in rows]


def told_of(oren: PageClient, person: Person) -> str:
    """What the organiser's page says of someone."""
    row = re.search(rf'id="person-{person.id}">(.*?)</tr>', oren.get(f"{PAGE}/evidence").text, re.S)
    return " ".join(re.sub(r"<.*?>", " ", row[1]).split()) if row else ""


def test_credit_claimed_before_someone_left_stays_as_evidence(
    oren: PageClient, cleo: PageClient, store: Store, course: SavedCourse, agreed: str
) -> None:
    store.change(lambda uow: people.remove(uow, course.course, course.lena))
    assert record(oren) == ["'=Berg"]
    assert f"lena-{course.lena.id[:8]}/report-1.pdf" in packed(oren).namelist()
    assert "Lena ABIM has left the course" in told_of(oren, course.lena)
    assert "has left the course" in oren.get(f"{PAGE}/people").text
    assert "Lena" not in cleo.get(f"{PAGE}/attest").text


def test_who_left_without_a_claim_is_in_nothing(oren: PageClient, store: Store, course: SavedCourse) -> None:
    store.change(lambda uow: people.remove(uow, course.course, course.olga))
    assert "Olga" not in oren.get(f"{PAGE}/people").text


def test_of_who_was_erased_there_is_no_row_and_no_name_in_any_file(
    oren: PageClient, cleo: PageClient, store: Store, course: SavedCourse, agreed: str
) -> None:
    store.change(erasing.erase, course.lena.id, actor=course.lena.id)
    assert record(oren) == []
    pack = packed(oren)
    assert {name.partition("/")[0] for name in pack.namelist()} == {
        "README.txt",
        "standard.json",
        "people.csv",
        "SHA256SUMS",
    }
    assert not [name for name in pack.namelist() if re.search(rb"Lena|=Berg", pack.read(name))]
    assert "erased on Friday 15 May 2026: nothing of theirs is sent" in told_of(oren, course.lena)
    assert "Lena" in told_of(oren, course.lena), "the organiser keeps the proof of what she claimed"
    assert "Lena" not in cleo.get(f"{PAGE}/attest").text, "nobody else does"


def test_who_takes_their_consent_back_is_sent_no_more_and_the_page_says_who_and_why(
    lena: PageClient, oren: PageClient, course: SavedCourse, clock: Clock, agreed: str
) -> None:
    lena.submit(f"{PAGE}/consent", what="withdraw")
    assert record(oren) == []
    assert not [name for name in packed(oren).namelist() if name.startswith("lena")]
    said = "Consent to send the record taken back on Friday 15 May 2026: nothing of theirs is sent"
    assert said in told_of(oren, course.lena)
    clock.advance(1)
    lena.submit(f"{PAGE}/consent", what="give")
    assert record(oren) == ["'=Berg"]
    assert "taken back" not in told_of(oren, course.lena)


@pytest.mark.parametrize("what", ["withdraw", "erase"])
def test_a_pack_made_before_goes_out_no_more(
    lena: PageClient, oren: PageClient, store: Store, course: SavedCourse, clock: Clock, agreed: str, what: str
) -> None:
    make_pack(oren)
    clock.advance(1)
    if what == "erase":
        store.change(erasing.erase, course.lena.id, actor=course.lena.id)
    else:
        lena.submit(f"{PAGE}/consent", what="withdraw")
    assert oren.get(f"{PAGE}/evidence/pack.zip").status_code == 404
    assert "taken their consent back or erased their data since it was made" in oren.get(f"{PAGE}/evidence").text
    clock.advance(1)
    assert not [name for name in packed(oren).namelist() if name.startswith("lena")]


def test_a_pack_is_fetched_once(oren: PageClient, agreed: str) -> None:
    packed(oren)
    assert oren.get(f"{PAGE}/evidence/pack.zip").status_code == 404
    assert "Download the pack" not in oren.get(f"{PAGE}/evidence").text


# --- who sees what

GETS = {"organiser": ("/evidence", "/evidence/progress"), "coach": ("/attest",)}
POSTS = {
    "learner": ("/moc", "/consent"),
    "coach": ("/attest",),
    "organiser": ("/standard", "/boards", "/learners.csv", "/evidence/pack"),
}
ROLE = {"Lena": "learner", "Olga": "learner", "Cleo": "coach", "Oren": "organiser", "Sam": "actor", "Mallory": "none"}


@pytest.mark.parametrize("who", [*ROLE, None])
def test_who_opens_what(app: Flask, course: SavedCourse, boards: None, who: str | None) -> None:
    client = signed_in(app, course.cast[who] if who else None)
    for role, paths in GETS.items():
        for path in paths:
            expected = 302 if not who else 200 if ROLE[who] == role else 404
            assert client.get(PAGE + path).status_code == expected, (who, path)
    fields = {
        "/consent": {"what": "give"},
        "/attest": {"person": course.lena.id, "verdict": "attested"},
        "/standard": {"level": "3", "rounds": "1"},
    }
    for role, paths in POSTS.items():
        for path in paths:
            status = client.submit(PAGE + path, **fields.get(path, {})).status_code
            mine = who is not None and ROLE[who] == role
            assert (status in (200, 303, 400)) == mine or status == 302, (who, path, status)
            assert mine or status == (404 if who else 302), (who, path, status)


def test_each_reader_of_a_report_is_told_what_may_leave_with_it(
    lena: PageClient, cleo: PageClient, store: Store, course: SavedCourse, played: str
) -> None:
    mine, theirs = (
        "what your coach rated and wrote goes to the provider",
        "what you rate and write goes to the provider",
    )
    for reader, words in ((lena, mine), (cleo, theirs)):
        page = reader.get(f"/rounds/{played}/report").text
        assert words in page
        assert re.search(r"Organisers can take .* out as files", page)
    assert mine in lena.get(f"/rounds/{played}/report.html").text
    with store.write() as uow:
        uow.session.get_one(Course, course.course.id).credit = {}
    assert mine not in lena.get(f"/rounds/{played}/report").text, "this course has no boards"
