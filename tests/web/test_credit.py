"""The pages about credit: what each reader sees and may do, from presence to the certificate."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from pallpractice.domain.roles import Role, SessionKind
from pallpractice.services import presence, seating
from pallpractice.services.presence import Change, Place
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Enrolment, Person, Session
from pallpractice.storage.credit import Claim, Evaluation, Evaluator, Statement
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock, PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
PAGE = "/courses/serious-talk/credit"
PRACTICE = datetime(2026, 5, 14, 15, 15, tzinfo=UTC)
AFTER = datetime(2026, 5, 15, 12, tzinfo=UTC)


@pytest.fixture
def talk(store: Store, course: SavedCourse) -> Session:
    """A lecture of an hour in a meeting elsewhere, before the practice session, for credit of two types."""
    session = Session(
        course_id=course.course.id,
        key="pain",
        title="Pain",
        kind=SessionKind.PLENARY,
        day=date(2026, 5, 14),
        starts_at=datetime(2026, 5, 14, 14, tzinfo=UTC),
        ends_at=datetime(2026, 5, 14, 15, tzinfo=UTC),
        credit_types=["general", "opioid"],
    )
    with store.write() as uow:
        uow.session.add(session)
    return session


@pytest.fixture
def attended(store: Store, course: SavedCourse, talk: Session, clock: Clock) -> None:
    """Lena was in the room for 80 of its 105 minutes, Olga for five; the course is over."""
    store.change(seating.place, course.course)
    with store.read() as uow:
        room = uow.session.query(Room).one().id
    for who, minutes in (("Lena", 80), ("Olga", 5)):
        place = Place(room, course.cast[who].id)
        for here, at in ((True, PRACTICE), (False, PRACTICE + timedelta(minutes=minutes))):
            store.change(presence.record, "one", [Change(place, here, at)])
    clock.now = AFTER


@pytest.fixture
def lena(client_as: ClientAs, course: SavedCourse) -> PageClient:
    return client_as(course.lena)


def terms(store: Store, course: SavedCourse, **changed: object) -> None:
    with store.write() as uow:
        kept = uow.session.get_one(Course, course.course.id)
        kept.credit = {**kept.credit, **changed}


# --- a learner


def test_a_learner_sees_what_was_recorded_and_why(lena: PageClient, attended: None) -> None:
    page = lena.get(PAGE).text
    assert "80 of 105" in page
    assert "recorded in the room" in page
    assert "11:15–12:35" in page
    assert "Held elsewhere: nothing is known yet." in page
    assert 'name="general" value="1.25"' in page
    assert 'name="opioid"' not in page


def test_their_own_word_counts_where_no_room_could_record_it(
    lena: PageClient, store: Store, course: SavedCourse, talk: Session, attended: None
) -> None:
    assert lena.submit(f"{PAGE}/took-part", session=talk.id, minutes="45").status_code == 303
    page = lena.get(PAGE).text
    assert "stated by the learner" in page
    assert 'name="general" value="2.00"' in page
    assert 'name="opioid" value="0.75"' in page
    assert lena.submit(f"{PAGE}/took-part", session=talk.id, minutes="61").status_code == 400
    assert lena.submit(f"{PAGE}/took-part", session=course.session.id, minutes="105").status_code == 400
    assert lena.submit(f"{PAGE}/took-part", session="none", minutes="1").status_code == 404
    terms(store, course, own_word=False)
    assert lena.submit(f"{PAGE}/took-part", session=talk.id, minutes="45").status_code == 400
    assert 'name="opioid"' not in lena.get(PAGE).text, "the course no longer takes their word"
    with store.read() as uow:
        assert [row.source for row in uow.session.query(Statement)] == ["self"]


CLAIMS: list[tuple[dict[str, str], int | None]] = [
    ({"general": "1.25"}, 5),
    ({"general": "1,25"}, 5),
    ({"general": "0.5"}, 2),
    ({"general": "1.50"}, None),
    ({"general": "16"}, None),
    ({"general": "1.1"}, None),
    ({"general": "-1"}, None),
    ({"general": "NaN"}, None),
    ({"general": "0"}, None),
    ({}, None),
    ({"general": "1", "opioid": "0.25"}, None),
    ({"general": "1", "magic": "1"}, None),
]


def test_a_claim_is_what_they_took_part_in_and_never_more(lena: PageClient, store: Store, attended: None) -> None:
    for claimed, quarters in CLAIMS:
        assert lena.submit(f"{PAGE}/claim", **claimed).status_code == (303 if quarters else 400), claimed
        with store.write() as uow:
            kept = [row.quarters["general"] for row in uow.session.query(Claim)]
            uow.session.query(Claim).delete()
        assert kept == ([quarters] if quarters else []), claimed


def test_nothing_is_claimed_before_the_end(lena: PageClient, attended: None, clock: Clock) -> None:
    clock.now = PRACTICE + timedelta(minutes=100)
    answer = lena.submit(f"{PAGE}/claim", general="0.25")
    assert answer.status_code == 400
    assert "once the last session is over" in answer.text


def test_a_claim_again_takes_the_place_of_the_first_and_the_first_is_kept(
    lena: PageClient, store: Store, attended: None, clock: Clock
) -> None:
    for claimed in ("1", "1", "0.75"):
        clock.advance(60)
        lena.submit(f"{PAGE}/claim", general=claimed)
    with store.read() as uow:
        assert [row.quarters["general"] for row in uow.session.query(Claim).order_by(Claim.made_at)] == [4, 3]
    assert "0.75 hours" in lena.get(f"{PAGE}/certificate").text
    clock.advance(60)
    assert lena.submit(f"{PAGE}/claim", general="0").status_code == 303  # taken back
    assert f"{PAGE}/certificate" not in lena.get(PAGE).text
    assert lena.get(f"{PAGE}/certificate").status_code == 404


def test_a_refused_claim_says_once_what_is_wrong_and_leads_there(
    client_as: ClientAs, course: SavedCourse, attended: None
) -> None:
    lena = client_as(course.lena)
    spanish = {"Accept-Language": "es-ES"}

    def claim(much: str) -> str:
        return lena.post(f"{PAGE}/claim", data={"general": much, "csrf_token": lena.csrf_token()}, headers=spanish).text

    page = claim("3,25")
    assert '<a href="#claim-general">Generales</a>: escriba de 0 a 1,25' in page
    assert "Se reclama más de aquello" in page
    page = claim("a lot")
    assert '<a href="#claim-general">Generales</a>: escriba horas y cuartos, como 3,25' in page
    assert page.count("horas y cuartos, como") == 2  # at the head, and at the field
    page = lena.submit(f"{PAGE}/claim", general="a lot").text
    assert "General</a>: write hours and quarters, as 3.25" in page


def test_refused_minutes_lead_to_the_session_they_are_of(
    client_as: ClientAs, course: SavedCourse, talk: Session, attended: None
) -> None:
    own = client_as(course.lena).submit(f"{PAGE}/took-part", session=talk.id, minutes="61").text
    entered = {"session": talk.id, "minutes": "all", "reason": "She said so"}
    hers = client_as(course.oren).submit(f"{PAGE}/people/{course.lena.id}/correct", **entered).text
    for page in (own, hers):
        assert f'<a href="#minutes-{talk.id}">' in page
        assert f'id="minutes-{talk.id}"' in page


def test_the_certificate_says_what_is_awarded_and_what_it_is_not(
    lena: PageClient, store: Store, course: SavedCourse, attended: None
) -> None:
    assert lena.get(f"{PAGE}/certificate").status_code == 404, "nothing is claimed yet"
    terms(store, course, provider="The House of Talk", activity="A-1")
    lena.submit(f"{PAGE}/claim", general="1.25")
    page = lena.get(f"{PAGE}/certificate").text
    for words in ("Lena", "The House of Talk", "A-1", "1.25 hours", "Thursday 14 May 2026", "not the accreditor’s"):
        assert words in page
    file = lena.get(f"{PAGE}/certificate.pdf")
    assert (file.mimetype, file.headers["Cache-Control"]) == ("application/pdf", "no-store")
    read = " ".join("".join(sheet.extract_text() for sheet in PdfReader(BytesIO(file.data)).pages).split())
    assert "1.25 hours" in read
    assert "not the accreditor’s certificate" in read


# --- the evaluation

GOOD = dict.fromkeys(("news", "values", "practice", "feedback", "safe", "relevant"), "4") | {"balanced": "yes"}


def test_the_evaluation_is_open_after_the_last_session_and_answered_once(
    lena: PageClient, attended: None, clock: Clock
) -> None:
    clock.now = PRACTICE
    assert lena.submit(f"{PAGE}/evaluation", **GOOD).status_code == 400
    clock.now = AFTER
    answer = lena.submit(f"{PAGE}/evaluation", **GOOD | {"news": "9"})
    assert answer.status_code == 400
    assert 'href="#news"' in answer.text
    assert lena.submit(f"{PAGE}/evaluation", **GOOD).status_code == 303
    assert lena.submit(f"{PAGE}/evaluation", **GOOD).status_code == 400
    assert "You have evaluated the course" in lena.get(PAGE).text
    clock.advance(61 * 24 * 3600)
    assert "Not open" not in lena.get(f"{PAGE}/evaluation").text, "they have answered"


def test_a_course_may_ask_for_the_evaluation_before_the_claim(
    lena: PageClient, store: Store, course: SavedCourse, attended: None
) -> None:
    terms(store, course, evaluation_needed=True)
    assert lena.submit(f"{PAGE}/claim", general="1").status_code == 400
    lena.submit(f"{PAGE}/evaluation", **GOOD)
    assert lena.submit(f"{PAGE}/claim", general="1").status_code == 303


def test_answers_have_no_name_and_are_shown_by_the_five(
    client_as: ClientAs, oren: PageClient, store: Store, course: SavedCourse, attended: None, clock: Clock
) -> None:
    people = []
    with store.write() as uow:
        for number in range(11):
            person = Person(name=f"Person {number}", email=f"p{number}@example.org")
            uow.session.add(Enrolment(course_id=course.course.id, person=person, role=Role.LEARNER))
            people.append(person)

    def shown() -> int:
        page = oren.get(f"{PAGE}/evaluations").text
        assert not any(person.name in page for person in people)
        return sum(f"mark-{one}<" in page for one in range(11))

    seen = []
    for number, person in enumerate(people):
        client_as(person).submit(f"{PAGE}/evaluation", **GOOD | {"change": f"mark-{number}"})
        seen.append(shown())
    assert seen == [0] * 9 + [5, 5]
    clock.advance(61 * 24 * 3600)
    assert shown() == 11, "nothing more can come"
    with store.read() as uow:
        assert uow.session.query(Evaluator).count() == 11
        named = {column.name for column in Evaluation.__table__.columns}
    assert named == {"id", "course_id", "lot", "answers"}, "nothing that leads to a person"


# --- the organiser


def test_a_button_pressed_twice_says_nothing_twice(
    lena: PageClient, oren: PageClient, store: Store, course: SavedCourse, talk: Session, attended: None, clock: Clock
) -> None:
    correct = {"session": talk.id, "minutes": "30", "reason": "She left early"}

    def said() -> list[tuple[str, int | None]]:
        with store.read() as uow:
            return [(row.source, row.minutes) for row in uow.session.query(Statement).order_by(Statement.made_at)]

    for minutes in ("40", "40", "45"):
        clock.advance(1)
        lena.submit(f"{PAGE}/took-part", session=talk.id, minutes=minutes)
    assert said() == [("self", 40), ("self", 45)]
    for change in ({}, {}, {"reason": "She came late"}, {"minutes": "20"}, {"minutes": "20"}):
        clock.advance(1)
        assert oren.submit(f"{PAGE}/people/{course.lena.id}/correct", **correct | change).status_code == 303
    assert said()[2:] == [("hand", 30), ("hand", 30), ("hand", 20)]
    with store.read() as uow:
        assert uow.session.query(AuditLine).filter_by(what="corrected").count() == 3


def test_a_session_to_come_is_not_told_as_one_nobody_was_seen_in(
    client_as: ClientAs, course: SavedCourse, talk: Session, clock: Clock
) -> None:
    clock.now = PRACTICE - timedelta(minutes=30)  # the talk still runs, the practice is to come
    page = client_as(course.oren).get(f"{PAGE}/people/{course.lena.id}").text
    assert page.count("not over yet") == 2
    assert "Not seen in a room of it." not in page
    assert "nothing is known yet" not in page
    clock.now = AFTER
    page = client_as(course.oren).get(f"{PAGE}/people/{course.lena.id}").text
    assert "not over yet" not in page
    assert "Not seen in a room of it." in page


def test_a_correction_adds_a_reason_and_overwrites_nothing(
    lena: PageClient, oren: PageClient, store: Store, course: SavedCourse, attended: None, clock: Clock
) -> None:
    lena.submit(f"{PAGE}/claim", general="1.25")
    address = f"{PAGE}/people/{course.lena.id}/correct"
    assert oren.submit(address, session=course.session.id, minutes="30").status_code == 400, "without a reason"
    assert oren.submit(address, session=course.session.id, minutes="106", reason="x").status_code == 400
    for minutes, reason in (("30", "left early"), ("100", "the line was down")):
        clock.advance(60)
        assert oren.submit(address, session=course.session.id, minutes=minutes, reason=reason).status_code == 303
        page = lena.get(PAGE).text
        assert f"{minutes} of 105" in page
        assert "Recorded in the room: 80 minutes." in page, "what was recorded stays to be seen"
        assert f"Oren on Friday 15 May 2026: “{reason}”" in page
        assert ("After your claim the record was corrected" in page) == (minutes == "30")
    everything = oren.get(f"{PAGE}/people/{course.lena.id}").text
    assert "left early" in everything
    assert "the line was down" in everything
    with store.read() as uow:
        assert uow.session.query(Statement).count() == 2
        assert [line.data["minutes"] for line in uow.session.query(AuditLine).filter_by(what="corrected")] == [30, 100]
        assert uow.session.query(Claim).one().quarters["general"] == 5, "the claim stays as it was made"


def test_minutes_entered_outlive_a_move_of_their_session(
    lena: PageClient, oren: PageClient, store: Store, course: SavedCourse, talk: Session, attended: None
) -> None:
    lena.submit(f"{PAGE}/took-part", session=talk.id, minutes="50")
    person = f"{PAGE}/people/{course.olga.id}"
    assert oren.submit(f"{person}/correct", session=talk.id, minutes="40", reason="by phone").status_code == 303
    file = "email,minutes\nomar@example.org,30\n"
    assert oren.submit(f"{PAGE}/attendance", session=talk.id, text=file, step="save").status_code == 303
    with store.write() as uow:
        moved = uow.session.get_one(Session, talk.id)
        moved.starts_at += timedelta(hours=-2)
        moved.ends_at += timedelta(hours=-2)
    assert "50 of 60" in lena.get(PAGE).text
    assert "40 of 60" in oren.get(person).text
    assert "30 of 60" in oren.get(f"{PAGE}/people/{course.omar.id}").text


FILE = """Meeting ID,Topic
1,Pain

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)
Lena,LENA@example.org,05/14/2026 09:55:00 AM,05/14/2026 10:20:00 AM,25
Lena,lena@example.org,05/14/2026 10:30:00 AM,05/14/2026 11:05:00 AM,35
A phone,,05/14/2026 10:30:00 AM,05/14/2026 11:05:00 AM,35
Mallory,mallory@example.org,05/14/2026 10:30:00 AM,05/14/2026 11:05:00 AM,35
"""


def test_a_meetings_file_is_looked_at_first_and_brought_in_once(
    lena: PageClient, oren: PageClient, store: Store, talk: Session, attended: None
) -> None:
    lena.submit(f"{PAGE}/took-part", session=talk.id, minutes="60")
    read = oren.submit(f"{PAGE}/attendance", session=talk.id, text=FILE, step="read").text
    assert "1 to save." in read
    assert "<strong>50</strong>" in read
    assert "mallory@example.org" in read
    assert "1 line has no email address" in read
    with store.read() as uow:
        assert {row.source for row in uow.session.query(Statement)} == {"self"}
    for _ in range(2):
        assert oren.submit(f"{PAGE}/attendance", session=talk.id, text=FILE, step="save").status_code == 303
    with store.read() as uow:
        assert [row.source for row in uow.session.query(Statement)].count("file") == 2, "two stays, once"
    page = lena.get(PAGE).text
    assert "50 of 60" in page
    assert "10:00–10:20" in page
    assert 'name="opioid" value="0.75"' in page


FAULTY = {
    "name\nLena": "no heading",
    "email,minutes\nlena@example.org,many": "row 2, minutes",
    "email,minutes,session\nlena@example.org,5,nowhere": "row 2, session",
    "email,joined,left\nlena@example.org,noon,10:30": "row 2, joined",
    "email,joined,left\nlena@example.org,10:30,10:20": "is before they joined",
    "email,minutes\n": "the file has no rows",
    "": "Choose a file or paste",
}


def test_a_file_that_cant_be_read_says_where_and_saves_nothing(
    oren: PageClient, store: Store, talk: Session, attended: None
) -> None:
    for file, reason in FAULTY.items():
        for step in ("read", "save"):
            answer = oren.submit(f"{PAGE}/attendance", session=talk.id, text=file, step=step)
            assert answer.status_code == 400
            assert reason in answer.text
    with store.read() as uow:
        assert uow.session.query(Statement).count() == 0


def test_the_terms_are_kept_or_refused(oren: PageClient, lena: PageClient, store: Store, attended: None) -> None:
    assert "Certificates name no provider yet" in oren.get(f"{PAGE}/people").text
    refused = oren.submit(f"{PAGE}/settings", most="sixteen", activity="A-17")
    assert refused.status_code == 400
    assert 'value="A-17"' in refused.text, "what was written is still there"
    assert 'name="own_word" value="yes">' in refused.text, "and what was unticked"
    form = {"most": "0.5", "evaluation_needed": "yes", "provider": "House"}
    assert oren.submit(f"{PAGE}/settings", **form).status_code == 303
    with store.read() as uow:
        kept = uow.session.query(Course).one().credit
    assert (kept["most"], kept["own_word"], kept["evaluation_needed"], kept["provider"]) == (2, False, True, "House")
    assert "0.50 is the most" in lena.get(PAGE).text
    assert "Certificates name no provider yet" not in oren.get(f"{PAGE}/people").text


# --- who sees what

MINE = ("", "/evaluation", "/certificate", "/certificate.pdf")
OFFICE = ("/people", "/people/{lena}", "/people/{lena}/certificate.pdf", "/attendance", "/evaluations", "/settings")
POSTS = {
    "learner": ("/took-part", "/claim", "/evaluation"),
    "organiser": ("/people/{lena}/correct", "/attendance", "/settings"),
}


@pytest.fixture
def claimed(lena: PageClient, attended: None) -> None:
    lena.submit(f"{PAGE}/claim", general="1")


@pytest.mark.parametrize("who", ["Lena", "Olga", "Sam", "Cleo", "Oren", "Mallory", None])
def test_who_opens_what(client_as: ClientAs, course: SavedCourse, claimed: None, who: str | None) -> None:
    client = client_as(course.cast[who] if who else None)
    learner, organiser = who in ("Lena", "Olga"), who == "Oren"
    for path in (*MINE, *OFFICE):
        answer = client.get(PAGE + path.format(lena=course.lena.id))
        allowed = learner if path in MINE else organiser
        if who == "Olga" and path.startswith("/certificate"):
            allowed = False  # she has claimed nothing
        expected = 200 if allowed else 404 if who else 302
        assert answer.status_code == expected, (who, path)
        assert answer.headers["Cache-Control"] == "no-store"
    for role, paths in POSTS.items():
        for path in paths:
            answer = client.submit(PAGE + path.format(lena=course.lena.id))
            mine = learner if role == "learner" else organiser
            assert (answer.status_code in (303, 400)) == mine or not who, (who, path)
            assert mine or answer.status_code == (404 if who else 302), (who, path)


def test_nobodys_record_is_on_anothers_page(
    client_as: ClientAs, course: SavedCourse, talk: Session, claimed: None
) -> None:
    page = client_as(course.olga).get(PAGE).text
    assert "5 of 105" in page
    assert "80 of 105" not in page
    assert "Lena" not in page
    assert client_as(course.oren).get(f"{PAGE}/people/{course.sam.id}").status_code == 404, "an actor has no credit"
