"""The page of invitations: what an organiser sees and does, with mail and without; and each member's calendar file."""

import csv
import io
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import func, select

from pallpractice.config import Settings
from pallpractice.domain.mail import Sender
from pallpractice.domain.roles import Role
from pallpractice.services import people, seating
from pallpractice.storage.courses import Course, Enrolment, Link, Person, Session
from pallpractice.storage.invitations import Invitation
from pallpractice.storage.unit_of_work import Store
from tests.calendar_files import attached, starts
from tests.conftest import NOON, SECRET, Clock, Days, PageClient, SavedCourse, signed_in
from tests.mailbox import Mailbox, mailbox
from tests.web.conftest import TOKEN, ClientAs, Elsewhere

PAGE = "/courses/serious-talk/invitations"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def mail_on(store: Store, box: Mailbox) -> Settings:
    return Settings(
        secret_key=SECRET,
        database_url=store.url,
        async_mode="threading",
        smtp_url=box.relay,
        mail_from=Sender("Serious Talk", "course@example.org"),
    )


@pytest.fixture
def early(store: Store, course: SavedCourse, clock: Clock) -> SavedCourse:
    clock.now = NOON - timedelta(days=30)
    store.change(lambda uow: seating.place(uow, course.course))
    return course


@pytest.fixture
def oren(mail_on: Settings, store: Store, early: SavedCourse) -> PageClient:
    """Signed in where mail is on. Its postman runs when the test says so."""
    from pallpractice import create_app

    app = create_app(mail_on, store=store)
    app.test_client_class = PageClient
    return signed_in(app, early.oren)


def rows(store: Store) -> int:
    with store.read() as uow:
        return uow.session.scalar(select(func.count()).select_from(Invitation)) or 0


# --- with mail


def test_sending_lets_letters_wait_and_the_page_shows_how_far_they_are(oren: PageClient, box: Mailbox) -> None:
    assert "Send to the 6 who have none" in oren.get(PAGE).text
    assert oren.submit(PAGE, what="invitation").status_code == 303
    page = oren.get(PAGE).text
    assert "0 of 6 sent" in page
    assert "waits to be sent" in page
    assert "who have none" not in page
    assert oren.get(f"{PAGE}/progress").json == {"done": 0, "of": 6, "trouble": ""}
    oren.application.extensions["pallpractice.postman"].deliver()
    assert len(box.raw) == 6
    assert oren.get(f"{PAGE}/progress").json == {"done": 0, "of": 0, "trouble": ""}
    page = oren.get(PAGE).text
    assert page.count("Invitation sent on 14 Apr, 11:20") == 6
    assert "nothing is due" in page


def test_pressing_twice_sends_once(oren: PageClient, store: Store) -> None:
    for _ in range(2):
        oren.submit(PAGE, what="invitation")
    assert rows(store) == 6
    assert "Nothing was left to send" in oren.get(PAGE).text


def test_only_those_ticked_get_one_again(oren: PageClient, store: Store, early: SavedCourse, box: Mailbox) -> None:
    oren.post(PAGE, data={"csrf_token": oren.csrf_token(), "what": "again", "people": [early.lena.id, early.sam.id]})
    oren.application.extensions["pallpractice.postman"].deliver()
    assert sorted(to for to, _ in box.raw) == ["lena@example.org", "sam@example.org"]
    refused = oren.submit(PAGE, what="again")
    assert refused.status_code == 400
    assert "Tick at least one person" in refused.text


def test_what_failed_is_shown_with_its_reason_and_when_it_is_tried_again(oren: PageClient, box: Mailbox) -> None:
    box.refused = {"lena@example.org"}
    oren.submit(PAGE, what="invitation")
    oren.application.extensions["pallpractice.postman"].deliver()
    page = oren.get(PAGE).text
    assert "Invitation could not be sent." in page
    assert "550 5.1.1 &lt;lena@example.org&gt; has no mailbox here" in page
    assert "It is tried again at 14 Apr, 11:22." in page


def test_a_mail_server_that_is_away_is_said(oren: PageClient, box: Mailbox, mail_on: Settings) -> None:
    from dataclasses import replace

    postman = oren.application.extensions["pallpractice.postman"]
    assert mail_on.mail
    postman.mail = replace(mail_on.mail, relay=replace(box.relay, port=9))
    oren.submit(PAGE, what="invitation")
    postman.deliver()
    page = oren.get(PAGE).text
    assert "Mail is stuck." in page
    assert "port 9 can&#39;t be used: Connection refused." in page


def test_a_preview_shows_one_persons_letter_and_makes_nothing(
    oren: PageClient, store: Store, early: SavedCourse
) -> None:
    page = oren.get(f"{PAGE}?person={early.sam.id}").text
    assert "Dear Sam," in page
    assert "as a simulated patient" in page
    assert "made-when-it-is-sent" in page
    assert oren.get(f"{PAGE}?person={early.mallory.id}").status_code == 404
    with store.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Link)) == 0
    assert rows(store) == 0


def test_opened_links_are_shown_and_names_are_escaped(oren: PageClient, store: Store, early: SavedCourse) -> None:
    url = store.change(people.issue_links, early.course, "", 14, only=["lena@example.org"])[0].url
    store.change(people.redeem, url.rpartition("/")[2])
    with store.write() as uow:
        uow.session.get_one(Person, early.sam.id).name = "<script>Sam</script>"
    page = oren.get(PAGE).text
    assert "1 of 6 people has opened their personal link" in page
    assert "Opened on 14 Apr, 11:20" in page
    assert "<script>Sam" not in page


def test_reminders_are_set(oren: PageClient, store: Store, early: SavedCourse) -> None:
    assert oren.submit(f"{PAGE}/reminders", first_hours="48", practice_hours="0").status_code == 303
    with store.read() as uow:
        kept = uow.session.get_one(Course, early.course.id).wishes["reminders"]
    assert kept == {"first_hours": 48, "practice_hours": 0}
    assert 'value="48"' in oren.get(PAGE).text
    for wrong in ("-1", "x", "400"):
        assert oren.submit(f"{PAGE}/reminders", first_hours=wrong, practice_hours="0").status_code == 400


# --- without


def make(client: PageClient, store: Store, course: SavedCourse, *who: str, **form: str):  # type: ignore[no-untyped-def]
    ids = [course.cast[name].id for name in who]
    return client.post(f"{PAGE}/links", data={"csrf_token": client.csrf_token(), "people": ids, **form})


def live(store: Store) -> int:
    with store.read() as uow:
        return uow.session.scalar(select(func.count()).where(Link.revoked_at.is_(None))) or 0


def test_without_mail_there_are_links_to_copy_shown_once(
    client_as: ClientAs, store: Store, early: SavedCourse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_as(early.oren)
    assert "Mail is off on this site." in client.get(PAGE).text
    page = make(client, store, early, "Lena", "Sam", keep="yes", **{"as": "page"})
    assert page.headers["Cache-Control"] == "no-store"
    tokens = TOKEN.findall(page.text)
    assert len(set(tokens)) == 2
    for token in tokens:
        with store.read() as uow:
            assert people.open_link(uow, token)
        assert token not in caplog.text
        assert token not in client.get(PAGE).text
    assert make(client, store, early, **{"as": "page"}).status_code == 400
    refused = client.submit(PAGE, what="invitation")
    assert refused.status_code == 400
    assert "Mail is off on this site. Copy the links instead." in refused.text


def test_links_from_before_end_unless_they_are_kept(client_as: ClientAs, store: Store, early: SavedCourse) -> None:
    client = client_as(early.oren)
    make(client, store, early, "Lena", keep="yes", **{"as": "page"})
    assert "Links from before still work." in make(client, store, early, "Lena", keep="yes", **{"as": "page"}).text
    assert live(store) == 2
    assert "have stopped working" in make(client, store, early, "Lena", **{"as": "page"}).text
    assert live(store) == 1


def test_the_file_of_links_holds_no_formula(client_as: ClientAs, store: Store, early: SavedCourse) -> None:
    with store.write() as uow:
        uow.session.get_one(Person, early.lena.id).name = '=HYPERLINK("https://evil.example","x")'
        uow.session.get_one(Person, early.sam.id).name = "Zoë\t@x"
    answer = make(client_as(early.oren), store, early, "Lena", "Sam", **{"as": "csv"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="links-serious-talk.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    heading, lena, sam = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert heading == ["name", "email", "role", "group", "link", "note"]
    assert lena[:4] == ['\'=HYPERLINK("https://evil.example","x")', "lena@example.org", "learner", "Maple"]
    assert sam[0] == "Zoë\t'@x"  # some spreadsheets split at tabs
    assert TOKEN.search(lena[4])


def test_who_is_also_in_anothers_course_gets_no_link_and_the_list_says_why(
    client_as: ClientAs, store: Store, early: SavedCourse, elsewhere: Elsewhere
) -> None:
    client = client_as(early.oren)
    assert client.get(PAGE).text.count('name="people"') == 6
    assert "No link to copy" not in client.get(PAGE).text
    elsewhere(early.cleo, Role.COACH)
    page = client.get(PAGE).text
    assert page.count("No link to copy: they are also in a course that you do not organise") == 1
    assert page.count('name="people"') == 5
    assert early.cleo.id not in page
    made = make(client, store, early, "Lena", "Cleo", **{"as": "page"}).text
    assert "No link here for Cleo: also in a course that you do not organise" in made
    assert "Ask whoever runs this site" in made
    assert "by mail" not in made
    assert len(TOKEN.findall(made)) == 1
    assert live(store) == 1


def test_the_file_names_who_has_no_link_with_the_reason(
    client_as: ClientAs, store: Store, early: SavedCourse, elsewhere: Elsewhere
) -> None:
    elsewhere(early.cleo, Role.COACH)
    answer = make(client_as(early.oren), store, early, "Cleo", "Lena", **{"as": "csv"})
    _, lena, cleo = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (lena[0], lena[5]) == ("Lena", "")
    assert cleo == [
        "Cleo", "cleo@example.org", "coach", "Maple", "", "No link: also in a course that you do not organise",
    ]  # fmt: skip


def test_with_mail_on_who_has_no_link_can_still_be_sent_theirs(
    oren: PageClient, store: Store, early: SavedCourse, elsewhere: Elsewhere, box: Mailbox
) -> None:
    elsewhere(early.cleo, Role.ORGANISER)
    page = oren.get(PAGE).text
    assert page.count("No link to copy") == page.count(f'value="{early.cleo.id}"><span>') == 1
    made = make(oren, store, early, "Cleo", **{"as": "page"}).text
    assert "No links were made." in made
    assert "the only time you see them" not in made
    assert "Send it by mail, or ask whoever runs this site." in made
    oren.post(PAGE, data={"csrf_token": oren.csrf_token(), "what": "again", "people": [early.cleo.id]})
    oren.application.extensions["pallpractice.postman"].deliver()
    assert TOKEN.search(box.last("cleo@example.org").as_string())


def test_in_a_course_of_ones_own_too_there_is_a_link(
    client_as: ClientAs, store: Store, early: SavedCourse, elsewhere: Elsewhere
) -> None:
    other = elsewhere(early.cleo, Role.COACH)
    with store.write() as uow:
        uow.session.add(Enrolment(course_id=other.id, person_id=early.oren.id, role=Role.ORGANISER))
    client = client_as(early.oren)
    assert "No link to copy" not in client.get(PAGE).text
    assert len(TOKEN.findall(make(client, store, early, "Cleo", **{"as": "page"}).text)) == 1


def test_guests_are_not_on_the_page_and_get_no_link(
    client_as: ClientAs, store: Store, early: SavedCourse, ada: Person
) -> None:
    client = client_as(early.oren)
    assert "Ada" not in client.get(PAGE).text
    early.cast["Ada"] = ada
    assert TOKEN.findall(make(client, store, early, "Ada", **{"as": "page"}).text) == []
    assert live(store) == 0


# --- for others


@pytest.mark.parametrize("who", ["Lena", "Cleo", "Mallory"])
def test_nobody_but_an_organiser_can_do_any_of_it(
    client_as: ClientAs, store: Store, early: SavedCourse, who: str
) -> None:
    client = client_as(early.cast[who])
    assert client.get(PAGE).status_code == 404
    assert client.submit(PAGE, what="invitation").status_code == 404
    assert client.submit(f"{PAGE}/reminders", first_hours="1", practice_hours="1").status_code == 404
    assert make(client, store, early, "Lena", **{"as": "csv"}).status_code == 404
    assert (rows(store), live(store)) == (0, 0)


def test_an_organiser_of_another_course_reaches_nobody_of_this_one(
    client_as: ClientAs, store: Store, early: SavedCourse, elsewhere: Elsewhere
) -> None:
    elsewhere(early.mallory, Role.ORGANISER)
    client = client_as(early.mallory)
    data = {"csrf_token": client.csrf_token(), "people": [early.lena.id], "as": "page"}
    page = client.post("/courses/other/invitations/links", data=data)
    assert TOKEN.findall(page.text) == []
    assert live(store) == 0


CALENDAR = "/courses/serious-talk/calendar.ics"


def test_a_member_fetches_their_own_sessions_and_no_key_is_in_them(client_as: ClientAs, early: SavedCourse) -> None:
    """Without mail there is no organiser to name, so it is no PUBLISH (RFC 5546, 3.2.1) but a snapshot."""
    answer = client_as(early.lena).get(CALENDAR)
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.data)
    (entry,) = calendar.walk("VEVENT")
    assert entry["UID"] == f"{early.session.id}.{early.lena.id}@127.0.0.1"
    assert "/l/" not in answer.text
    assert {"METHOD", "ORGANIZER", "ATTENDEE"} & {*calendar, *entry} == set()
    assert CALENDAR in client_as(early.lena).get("/courses/serious-talk").text


def test_with_mail_the_file_is_published_by_the_organiser_the_mails_come_from(
    days: Days, oren: PageClient, early: SavedCourse, store: Store, box: Mailbox
) -> None:
    oren.submit(PAGE, what="invitation")
    oren.application.extensions["pallpractice.postman"].deliver()
    *requests, _ = attached(box.last("lena@example.org"))
    calendar = Calendar.from_ical(signed_in(oren.application, early.lena).get(CALENDAR).data)
    assert calendar["METHOD"] == "PUBLISH"
    with store.read() as uow:
        stored = {session.id: session.starts_at for session in uow.session.scalars(select(Session))}
    for entry, request in zip(calendar.walk("VEVENT"), requests, strict=True):
        assert "ATTENDEE" not in entry
        for name in ("UID", "SEQUENCE", "ORGANIZER", "SUMMARY"):
            assert entry[name] == request.entries[0][name]
        assert starts(calendar, entry) == stored[entry["UID"].partition(".")[0]]


def test_the_app_knows_mail_is_off(app: Flask) -> None:
    assert app.extensions["pallpractice.postman"] is None
