"""Invitations over a real mail server: who gets which, what is in it, and what happens when something fails."""

import logging
import re
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pallpractice.domain.errors import NotFound
from pallpractice.domain.invitations import LOST_AFTER, PAUSES, Kind, Standing
from pallpractice.domain.mail import Mail, Sender
from pallpractice.domain.roles import SessionKind
from pallpractice.services import people, seating
from pallpractice.services.invitations import attending, delivery, sending
from pallpractice.services.invitations.delivery import Sent
from pallpractice.services.invitations.post import Line
from pallpractice.services.invitations.postman import Postman
from pallpractice.storage.courses import Course, Enrolment, Group, Link, Person, Session
from pallpractice.storage.invitations import Invitation
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.calendar_files import attached, starts
from tests.conftest import NOON, Clock, Days, SavedCourse
from tests.mailbox import PASSWORD, Mailbox, certificate, mailbox, part
from tests.marks import Book, write_cases

BASE = "https://practice.example.org"
SENDER = Sender("Serious Talk", "course@example.org")
LINK = re.compile(rf"{BASE}/l/([\w-]{{43}})")
LENA = "lena@example.org"
EARLY = NOON - timedelta(days=30)


@pytest.fixture(scope="module")
def open_box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def box(open_box: Mailbox) -> Mailbox:
    open_box.raw.clear()
    open_box.refused.clear()
    open_box.behaviour, open_box.seconds, open_box.connections = "", 0.0, 0
    return open_box


class Office:
    """A course whose mail goes to the box."""

    def __init__(self, store: Store, course: SavedCourse, box: Mailbox, clock: Clock) -> None:
        self.store, self.course, self.box, self.clock = store, course, box, clock
        self.mail = Mail(box.relay, SENDER, BASE, 14)

    def queue(self, *kinds: Kind) -> int:
        return self.store.change(sending.queue, self.course.course, kinds or sending.CALENDAR)

    def send(self, *, timeout: float = 5.0, **options: Any) -> Sent:
        line = Line(self.mail.relay, "practice.example.org", timeout=timeout)
        return sending.send(self.store, self.mail, line=line, pause=lambda: None, **options)

    def invite(self) -> Sent:
        self.queue()
        return self.send()

    def rows(self, who: str = "Lena") -> list[Invitation]:
        with self.store.read() as uow:
            return list(
                uow.session.scalars(
                    select(Invitation)
                    .where(Invitation.person_id == self.course.cast[who].id)
                    .order_by(Invitation.queued_at)
                )
            )

    def standing(self, who: str = "Lena") -> Standing:
        return attending.standing_of(self.rows(who)[-1])

    def change(self, **values: Any) -> None:
        """Changes the practice session."""
        with self.store.write() as uow:
            session = uow.session.get_one(Session, self.course.session.id)
            for name, value in values.items():
                setattr(session, name, value)
            session.sequence += 1


@pytest.fixture
def office(store: Store, course: SavedCourse, box: Mailbox, clock: Clock) -> Office:
    clock.now = EARLY
    store.change(lambda uow: seating.place(uow, course.course))
    return Office(store, course, box, clock)


def entries(mail: EmailMessage) -> list[Any]:
    """What its requests or cancellations say, one of each."""
    return [entry for file in attached(mail) if file.method != "PUBLISH" for entry in file.entries]


def methods(mail: EmailMessage) -> list[str]:
    return [file.method for file in attached(mail)]


def sessions(office: Office) -> dict[str, Session]:
    """As they are stored, by id."""
    with office.store.read() as uow:
        return {session.id: session for session in uow.session.scalars(select(Session))}


# --- what arrives


def test_everyone_gets_one_mail_with_their_own_way_in_and_calendar(office: Office) -> None:
    done = office.invite()
    assert (done.total, done.sent, done.failed, done.trouble) == (6, 6, [], "")
    assert sorted(to for to, _ in office.box.raw) == sorted(
        f"{name.lower()}@example.org" for name in office.course.cast if name != "Mallory"
    )
    tokens = set()
    for name in ("Lena", "Sam", "Cleo", "Oren"):
        mail = office.box.last(f"{name.lower()}@example.org")
        assert mail["To"] == f"{name} <{name.lower()}@example.org>"
        assert mail["From"] == "Serious Talk <course@example.org>"
        assert mail["Subject"] == "Invitation: Serious Talk"
        assert mail["Auto-Submitted"] == "auto-generated"
        text = part(mail, "plain")
        assert f"Dear {name}," in text
        assert "Thursday 14 May 2026, 11:15 to 13:00 EDT (New York)" in text
        (token,) = LINK.findall(text)
        assert token in part(mail, "html")
        assert token not in part(mail, "calendar")
        tokens.add(token)
        (entry,) = entries(mail)
        assert entry["UID"] == f"{office.course.session.id}.{office.course.cast[name].id}@practice.example.org"
        with office.store.read() as uow:
            assert people.open_link(uow, token).person_id == office.course.cast[name].id
    assert len(tokens) == 4
    assert [office.standing(name) for name in ("Lena", "Oren")] == ["sent", "sent"]
    assert office.box.connections == 1, "one line for all"


def test_the_words_fit_the_person(office: Office) -> None:
    with office.store.write() as uow:
        uow.session.get_one(Person, office.course.sam.id).time_zone = "Asia/Tokyo"
    office.invite()
    text = part(office.box.last("sam@example.org"), "plain")
    assert "as a simulated patient" in text
    assert "In your own time: Fri 15 May, 00:15 to 02:00 JST (Tokyo)" in text
    assert "You are in the group Maple." in text
    assert "In your own time" not in part(office.box.last(LENA), "plain")
    with office.store.read() as uow:
        room = uow.session.scalars(select(Room)).one()
    assert f"{BASE}/rooms/{room.id}" in entries(office.box.last(LENA))[0]["DESCRIPTION"]
    assert f"{BASE}/courses/serious-talk" in entries(office.box.last("oren@example.org"))[0]["DESCRIPTION"]


def test_a_second_sending_has_nothing_to_send_and_links_from_before_still_open(office: Office) -> None:
    older = office.store.change(people.issue_links, office.course.course, BASE, 90)[0].url.rpartition("/")[2]
    office.invite()
    again = office.invite()
    assert (again.total, again.sent, len(office.box.raw)) == (0, 0, 6)
    with office.store.read() as uow:
        assert people.open_link(uow, older).person_id == office.course.lena.id


def test_a_mailed_link_opens_until_the_course_has_ended(office: Office) -> None:
    office.invite()
    with office.store.read() as uow:
        assert all(link.expires_at > office.course.session.ends_at for link in uow.session.scalars(select(Link)))


def test_only_who_is_asked_for_gets_one_again_and_its_uid_and_sequence_stay(office: Office) -> None:
    office.invite()
    assert office.store.change(sending.again, office.course.course, ["Lena@example.org "]) == 1
    assert office.store.change(sending.again, office.course.course, [LENA]) == 0, "one waits already"
    assert office.send().sent == 1
    first, second = office.box.to(LENA)
    assert [(entry["UID"], entry["SEQUENCE"]) for entry in entries(first)] == [
        (entry["UID"], entry["SEQUENCE"]) for entry in entries(second)
    ]
    assert first["Message-ID"] != second["Message-ID"]
    with pytest.raises(NotFound, match="mallory"):
        office.store.change(sending.again, office.course.course, ["mallory@example.org"])


def test_a_changed_session_is_an_update_with_a_higher_sequence(office: Office) -> None:
    office.invite()
    (before,) = entries(office.box.last(LENA))
    office.change(
        starts_at=office.course.session.starts_at + timedelta(hours=1),
        ends_at=office.course.session.ends_at + timedelta(hours=1),
    )
    assert office.invite().sent == 6
    mail = office.box.last(LENA)
    (after,) = entries(mail)
    assert mail["Subject"] == "Changed: Serious Talk"
    assert methods(mail) == ["REQUEST"]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "It was on Thursday 14 May 2026, 11:15 to 13:00 EDT" in part(mail, "plain")
    assert office.invite().sent == 0


def test_who_is_removed_gets_a_cancellation_and_no_way_in(office: Office) -> None:
    office.invite()
    office.store.change(people.remove, office.course.course, office.course.lena)
    assert office.invite().sent == 1
    mail = office.box.last(LENA)
    (entry,) = entries(mail)
    assert mail["Subject"] == "Cancelled: Serious Talk"
    assert (methods(mail), entry["STATUS"], entry["SEQUENCE"]) == (["CANCEL"], "CANCELLED", 1)
    assert entry["UID"] == entries(office.box.to(LENA)[0])[0]["UID"]
    assert "/l/" not in part(mail, "plain") + part(mail, "html")
    assert office.invite().sent == 0


def test_a_change_of_track_cancels_the_sessions_of_the_old_one(office: Office) -> None:
    with office.store.write() as uow:
        for number, track in enumerate(("adult", "pediatric")):
            starts = NOON + timedelta(days=1, hours=number)
            uow.session.add(
                Session(
                    course_id=office.course.course.id, key=track, title=f"Talk, {track}", kind=SessionKind.PLENARY,
                    track=track, day=date(2026, 5, 15), starts_at=starts, ends_at=starts + timedelta(hours=1),
                )
            )  # fmt: skip
    office.invite()
    titles = [str(entry["SUMMARY"]) for entry in entries(office.box.last(LENA))]
    assert titles == ["Serious Talk: Delivering serious news", "Serious Talk: Talk, adult"]
    with office.store.write() as uow:
        uow.session.scalars(
            select(Enrolment).where(Enrolment.person_id == office.course.lena.id)
        ).one().track = "pediatric"
    assert office.invite().sent == 2
    found = {methods(mail)[0]: entries(mail) for mail in office.box.to(LENA)[1:]}
    assert [str(entry["SUMMARY"]) for entry in found["CANCEL"]] == ["Serious Talk: Talk, adult"]
    assert [str(entry["SUMMARY"]) for entry in found["REQUEST"]] == ["Serious Talk: Talk, pediatric"]


# --- its calendar files


def zoned(days: Days, office: Office) -> None:
    """Moves the course to a zone whose clocks change within it, between the second day and the third."""
    last = datetime(2026, 10, 25, 9, tzinfo=UTC)
    with office.store.write() as uow:
        uow.session.get_one(Course, office.course.course.id).time_zone = "Europe/Oslo"
        for session in uow.session.scalars(select(Session)):
            moved = last - (days.last.starts_at - session.starts_at)
            session.starts_at, session.ends_at = moved, moved + (session.ends_at - session.starts_at)


@pytest.mark.parametrize("clocks_change", [False, True])
def test_each_session_comes_as_a_request_of_its_own_and_all_in_one_file(
    days: Days, office: Office, clocks_change: bool
) -> None:
    if clocks_change:
        zoned(days, office)
    office.invite()
    mail = office.box.last(LENA)
    *requests, together = attached(mail)
    stored = sessions(office)
    order = sorted(stored, key=lambda session: stored[session].starts_at)
    assert [file.uids for file in requests] == [
        [f"{session}.{office.course.lena.id}@practice.example.org"] for session in order
    ]
    assert {(file.method, str(file.calendar["METHOD"])) for file in requests} == {("REQUEST", "REQUEST")}
    assert (together.method, together.calendar["METHOD"]) == ("PUBLISH", "PUBLISH")
    assert together.uids == [uid for file in requests for uid in file.uids]
    for file in (*requests, together):
        assert (file.charset, file.disposition) == ("utf-8", "attachment")
        assert "/l/" not in file.calendar.to_ical().decode()
        for entry in file.entries:
            session = stored[entry["UID"].partition(".")[0]]
            assert starts(file.calendar, entry) == session.starts_at
            assert entry["ORGANIZER"] == "mailto:course@example.org"
            assert entry.get("ATTENDEE") == (None if file is together else "mailto:lena@example.org")
    assert [file.name for file in attached(mail)] == [
        "1-getting-to-know-each-other.ics",
        "2-ready-to-practise.ics",
        "3-delivering-serious-news.ics",
        "4-looking-back-on-the-day.ics",
        "5-what-we-take-home.ics",
        "all-5-sessions.ics",
    ]
    assert "all-5-sessions.ics puts all of them into your calendar at once" in part(mail, "plain")


def test_no_file_is_in_the_body_where_outlook_would_make_an_entry_of_the_letter(days: Days, office: Office) -> None:
    office.invite()
    mail = office.box.last(LENA)
    body, *files = mail.iter_parts()
    assert mail.get_content_type() == "multipart/mixed"
    assert [each.get_content_type() for each in body.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert {each.get_content_type() for each in files} == {"text/calendar"}


def test_what_has_changed_comes_alone_under_its_uid_with_a_higher_sequence(days: Days, office: Office) -> None:
    office.invite()
    before = {file.uids[0]: file.entries[0]["SEQUENCE"] for file in attached(office.box.last(LENA))[:-1]}
    for session in (office.course.session, days.last):
        with office.store.write() as uow:
            row = uow.session.get_one(Session, session.id)
            row.starts_at, row.ends_at = row.starts_at + timedelta(minutes=10), row.ends_at + timedelta(minutes=10)
            row.sequence += 1
    office.invite()
    *requests, together = attached(office.box.last(LENA))
    assert [file.uids[0].partition(".")[0] for file in requests] == [office.course.session.id, days.last.id]
    assert (together.name, together.uids) == ("all-2-sessions.ics", [uid for file in requests for uid in file.uids])
    for file in requests:
        (entry,) = file.entries
        assert entry["SEQUENCE"] > before[file.uids[0]]
        assert starts(file.calendar, entry) == sessions(office)[file.uids[0].partition(".")[0]].starts_at


def test_each_cancelled_session_comes_as_a_cancellation_of_its_own(days: Days, office: Office) -> None:
    office.invite()
    invited = attached(office.box.last(LENA))[:-1]
    office.store.change(people.remove, office.course.course, office.course.lena)
    office.invite()
    mail = office.box.last(LENA)
    cancelled = attached(mail)
    assert [file.uids for file in cancelled] == [file.uids for file in invited]
    for file, before in zip(cancelled, invited, strict=True):
        (entry,) = file.entries
        assert (file.method, file.calendar["METHOD"], entry["STATUS"]) == ("CANCEL", "CANCEL", "CANCELLED")
        assert entry["SEQUENCE"] > before.entries[0]["SEQUENCE"]
        assert starts(file.calendar, entry) == starts(before.calendar, before.entries[0])
    assert cancelled[1].name == "2-ready-to-practise-cancelled.ics"
    assert "Each of the files with this mail takes one of them out of your calendar." in part(mail, "plain")


def test_what_waits_is_written_as_things_are_when_it_goes(office: Office) -> None:
    office.queue()
    office.store.change(people.remove, office.course.course, office.course.lena)
    office.change(title="Hard news")
    assert office.send().sent == 5
    assert office.box.to(LENA) == []
    assert "Hard news" in part(office.box.last("sam@example.org"), "plain")
    assert office.invite().sent == 0


def test_reminders_go_once_with_a_link_and_no_file(office: Office) -> None:
    office.invite()
    office.clock.now = office.course.session.starts_at - timedelta(minutes=40)
    assert office.queue() == 0
    assert office.queue(Kind.REMINDER) == 6
    assert office.send().sent == 6
    mail = office.box.last(LENA)
    assert mail["Subject"] == "Delivering serious news: Thursday 14 May 2026, 11:15 to 13:00 EDT"
    assert LINK.search(part(mail, "plain"))
    assert [each.get_content_type() for each in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert office.queue(Kind.REMINDER) == 0


def test_a_reminder_that_has_come_too_late_is_dropped(office: Office) -> None:
    office.invite()
    office.clock.now = office.course.session.starts_at - timedelta(minutes=40)
    office.queue(Kind.REMINDER)
    office.clock.now = office.course.session.starts_at + timedelta(minutes=1)
    assert office.send().sent == 0
    assert len(office.box.raw) == 6
    assert [row.kind for row in office.rows()] == ["invitation"]


# --- what may go wrong


def test_one_bad_address_stops_nobody_else_and_is_tried_three_times(office: Office) -> None:
    office.box.refused = {LENA}
    done = office.invite()
    assert done.sent == 5
    assert done.failed == [(LENA, "550 5.1.1 <lena@example.org> has no mailbox here")]
    assert office.standing() is Standing.LATER
    assert office.send().done == 0, "not before its pause is over"
    for pause, then in zip(PAUSES, (Standing.LATER, Standing.FAILED), strict=True):
        office.clock.now += pause
        assert len(office.send().failed) == 1
        assert office.standing() is then
    office.clock.now += timedelta(days=1)
    assert office.send().done == 0
    assert office.rows()[0].error == "550 5.1.1 <lena@example.org> has no mailbox here"
    office.box.refused = set()
    assert office.invite().sent == 1, "asked for anew, it is due again"


def test_a_letter_that_was_put_off_arrives_once(office: Office) -> None:
    office.box.behaviour = "fails"
    assert len(office.invite().failed) == 6
    office.box.behaviour = ""
    office.clock.now += PAUSES[0]
    assert office.send().sent == 6
    assert len(office.box.raw) == 6


def test_an_address_that_is_none_is_never_offered(office: Office) -> None:
    with office.store.write() as uow:
        uow.session.get_one(Person, office.course.lena.id).email = "lena@example.org>\r\nrcpt to:<eve@example.org"
    done = office.invite()
    assert done.sent == 5
    assert [reason for _, reason in done.failed] == [delivery.NO_ADDRESS]
    assert office.standing() is Standing.FAILED


def test_a_server_that_drops_the_line_before_the_letter_doubles_nothing(office: Office) -> None:
    office.box.behaviour = "drops before"
    done = office.invite()
    assert len(done.failed) == 6
    assert "hung up" in done.failed[0][1]
    assert office.box.raw == []
    office.box.behaviour = ""
    office.clock.now += PAUSES[0]
    assert office.send().sent == 6
    assert len(office.box.raw) == 6


def test_a_server_that_drops_the_line_after_the_letter_is_not_sent_it_again(office: Office) -> None:
    office.box.behaviour = "drops after"
    done = office.invite()
    assert len(done.unsure) == 6
    assert office.standing() is Standing.UNSURE
    office.box.behaviour = ""
    office.clock.now += timedelta(days=1)
    assert office.invite().sent == 0
    assert len(office.box.raw) == 6
    assert office.store.change(sending.again, office.course.course, [LENA]) == 1, "a person may decide it"


def test_a_slow_server_ends_at_the_timeout_and_doubles_nothing(office: Office) -> None:
    office.store.change(sending.again, office.course.course, [LENA])
    office.box.seconds = 1.0
    began = time.monotonic()
    done = office.send(timeout=0.3)
    assert time.monotonic() - began < 3
    assert done.unsure == [LENA]
    time.sleep(1.0)  # what it had in hand may still arrive
    office.box.seconds = 0
    assert office.send().done == 0
    assert len(office.box.raw) <= 1


def test_a_server_that_is_away_costs_no_try(office: Office) -> None:
    office.queue()
    away = Mail(Mailbox(office.mail.relay).relay.__class__("127.0.0.1", 9, "none"), SENDER, BASE, 14)
    done = sending.send(office.store, away, pause=lambda: None)
    assert "The mail server 127.0.0.1 port 9 can't be used: Connection refused." in done.trouble
    assert (done.done, office.rows()[0].tries, office.standing()) == (0, 0, Standing.WAITING)
    assert office.send().sent == 6


def test_a_server_that_hung_up_while_idle_is_called_again(office: Office) -> None:
    office.queue()
    line = Line(office.mail.relay, "practice.example.org", timeout=5)

    def hang_up(_: Sent) -> None:
        assert line.smtp is not None
        line.smtp.sock.close()

    done = sending.send(office.store, office.mail, line=line, pause=lambda: None, told=hang_up)
    assert (done.sent, len(office.box.raw)) == (6, 6)


def test_two_at_once_send_each_letter_once(office: Office) -> None:
    office.queue()
    office.box.seconds = 0.05
    done: list[Sent] = []
    workers = [threading.Thread(target=lambda: done.append(office.send())) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(each.sent for each in done) == 6
    assert len(office.box.raw) == 6


def test_a_letter_under_way_when_the_process_ended_is_not_sent_again(office: Office) -> None:
    office.queue()
    office.store.change(delivery._take, office.mail, None)
    assert office.send().sent == 5
    office.clock.now += LOST_AFTER + timedelta(seconds=1)
    assert office.invite().sent == 0
    with office.store.read() as uow:
        standings = [attending.standing_of(row) for row in uow.session.scalars(select(Invitation))]
    assert sorted(standings) == ["sent"] * 5 + ["unsure"]


def test_nothing_is_sent_inside_a_write_transaction(office: Office) -> None:
    office.queue()
    free: list[bool] = []

    def watch(work: Any, *args: Any) -> Any:
        turn = office.store._turn
        assert turn is not None
        free.append(not turn.locked())
        return work(*args)

    office.send(off_loop=watch)
    assert len(free) >= 12
    assert all(free)


# --- the line


def tls_line(box: Mailbox, context: ssl.SSLContext | None) -> Line:
    trusted = {"context": lambda: context} if context else {}
    return Line(box.relay, "practice.example.org", timeout=5, **trusted)


@pytest.mark.parametrize("wrapped", [False, True])
def test_over_tls_the_certificate_is_checked_before_the_password_is_said(
    office: Office, tmp_path: Path, wrapped: bool
) -> None:
    serving, trusting = certificate(tmp_path)
    with mailbox(serving, wrapped=wrapped) as box:
        office.queue()
        mail = Mail(box.relay, SENDER, BASE, 14)
        done = sending.send(office.store, mail, line=tls_line(box, None), pause=lambda: None)
        assert "can't prove who it is: self-signed certificate" in done.trouble
        assert (done.done, box.signed_in) == (0, [])
        done = sending.send(office.store, mail, line=tls_line(box, trusting), pause=lambda: None)
        assert (done.sent, done.trouble, box.signed_in) == (6, "", ["course"])
        wrong = Mail(
            box.relay.__class__(box.relay.host, box.relay.port, box.relay.tls, "course", "wrong"), SENDER, BASE, 14
        )
        office.store.change(sending.again, office.course.course, [LENA])
        line = Line(wrong.relay, "practice.example.org", timeout=5, context=lambda: trusting)
        done = sending.send(office.store, wrong, line=line, pause=lambda: None)
        assert "refused the user or the password of PALLPRACTICE_SMTP_URL (535)" in done.trouble


def test_a_server_without_starttls_gets_nothing(office: Office) -> None:
    office.queue()
    relay = office.mail.relay.__class__(office.mail.relay.host, office.mail.relay.port, "starttls", "course", PASSWORD)
    done = sending.send(office.store, Mail(relay, SENDER, BASE, 14), pause=lambda: None)
    assert "offers no STARTTLS" in done.trouble
    assert office.box.raw == []


# --- secrets and hostile words


HOSTILE = [
    "Eve\r\nBcc: eve@example.org",
    "Eve\nSubject: You won",
    "\u2028Eve\u0085X: y\x00\x0b",
    '"Eve" <eve@example.org>',
    "=?utf-8?q?Eve=0ABcc:_x?=",
    "<script>alert(1)</script>",
    "E" * 190,
    "Zoë Ångström 学",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_name_or_title_adds_a_header_or_markup(office: Office, words: str) -> None:
    with office.store.write() as uow:
        uow.session.get_one(Person, office.course.lena.id).name = words
        uow.session.get_one(Course, office.course.course.id).title = words
        uow.session.get_one(Session, office.course.session.id).title = words
        uow.session.get_one(Group, office.course.group.id).name = words[:80]
    office.store.change(sending.again, office.course.course, [LENA])
    done = office.send()
    assert (done.sent, done.failed) == (1, [])
    ((to, raw),) = office.box.raw
    mail = office.box.last(LENA)
    assert to == LENA
    assert sorted(mail.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )
    assert [address.addr_spec for address in mail["To"].addresses] == [LENA]
    assert raw.isascii()
    assert "<script" not in part(mail, "html")
    (entry,) = entries(mail)
    assert {"BCC", "X", "SUBJECT"} & {str(key) for key in entry} == set()


def test_the_logs_hold_no_link_no_address_and_no_password(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    office.box.refused = {"sam@example.org"}
    office.invite()
    tokens = {token for mail in office.box.mails for token in LINK.findall(part(mail, "plain"))}
    assert len(tokens) == 5
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("pallpractice"))
    assert "sent" in said
    assert "failed" in said
    for secret in (*tokens, "@example.org", PASSWORD, "/l/"):
        assert secret not in said


def test_no_mail_names_a_case(days: Days, office: Office, tmp_path: Path) -> None:
    from pallpractice.library import Library
    from pallpractice.storage.plans import Casting, PlannedRound

    book = Book()
    cases = write_cases(tmp_path / "cases", book)
    library = Library.read([cases.folder])
    marked = [text for one in library.scenarios.values() for text in (one.id, one.title)]
    with office.store.write() as uow:
        course = uow.session.get_one(Course, office.course.course.id)
        course.scenario_ids = cases.scenarios
        for scenario in cases.scenarios:
            uow.session.add(Casting(course_id=course.id, person_id=office.course.sam.id, scenario_id=scenario))
        uow.session.add(
            PlannedRound(
                session_id=office.course.session.id, group_id=office.course.group.id, number=1,
                starts_at=office.course.session.starts_at, ends_at=office.course.session.ends_at,
                learner_id=office.course.lena.id, scenario_id=cases.scenarios[0],
            )
        )  # fmt: skip
    office.invite()
    office.change(starts_at=office.course.session.starts_at + timedelta(minutes=5))
    office.invite()
    office.clock.now = office.course.session.starts_at - timedelta(minutes=40)
    office.queue(Kind.REMINDER)
    office.send()
    office.store.change(people.remove, office.course.course, office.course.sam)
    office.invite()
    assert {str(mail["Subject"]).split(":")[0] for mail in office.box.mails} == {
        "Invitation", "Changed", "Cancelled", "Delivering serious news",
    }  # fmt: skip
    for mail in office.box.mails:
        said = mail.as_string() + "".join(str(each.get_payload(decode=True)) for each in mail.walk())
        assert list(book.found(said)) == []
        assert not [words for words in marked if words in said]


# --- the postman


def test_the_postman_sends_what_waits_and_knows_what_is_wrong(office: Office) -> None:
    slept: list[float] = []
    postman = Postman(
        office.store, office.mail, off_loop=lambda work, *args: work(*args), sleep=slept.append, stopping=lambda: False
    )
    office.queue()
    postman.deliver()
    assert len(office.box.raw) == 6
    assert postman.trouble == ""
    office.store.change(sending.again, office.course.course, [LENA])
    postman.mail = Mail(office.mail.relay.__class__("127.0.0.1", 9, "none"), SENDER, BASE, 14)
    postman.deliver()
    assert "can't be used" in postman.trouble
    assert office.standing() is Standing.WAITING


def test_the_postman_stops_between_two_letters(office: Office) -> None:
    office.queue()
    postman = Postman(
        office.store,
        office.mail,
        off_loop=lambda work, *args: work(*args),
        sleep=lambda _: None,
        stopping=lambda: True,
    )
    postman.deliver()
    assert len(office.box.raw) == 1
    postman.run()
    assert len(office.box.raw) == 1


def test_due_stores_nothing(office: Office) -> None:
    with office.store.read() as uow:
        found = sending.due(uow, office.course.course)
    assert next((known.person.name, message.kind.value) for known, message in found) == ("Lena", "invitation")
    assert len(found) == 6
    assert office.rows() == []
    assert office.clock.now.tzinfo is UTC
    assert isinstance(office.clock.now, datetime)
