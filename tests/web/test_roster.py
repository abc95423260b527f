"""The pages of a course's people: what an organiser finds, pastes, mends and saves, and what nobody else does."""

import html
import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from sqlalchemy import func, select

from pallpractice.config import CHECKOUT
from pallpractice.domain.roles import Role
from pallpractice.schemas.people import LARGEST, MOST_INLINE
from pallpractice.services import people
from pallpractice.storage.courses import Enrolment, Group, Link, Person
from pallpractice.storage.unit_of_work import Store
from tests.conftest import PageClient, SavedCourse
from tests.web.conftest import TOKEN, ClientAs, Elsewhere

PEOPLE = "/courses/serious-talk/people"
UPLOAD = f"{PEOPLE}/upload"
HEADING = "name,email,role,profession,track,group"
ADA = "Ada Grey,ada@example.org,learner,Nurse,adult,Maple"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "</textarea><script>alert(1)</script>",
    "{{ 7*7 }}{% include 'x' %}",
    "javascript:alert(1)",
    "=HYPERLINK(1)",
    "&lt;b&gt;",
    "\u202egnp.exe",
]


def everything(store: Store) -> list[tuple[object, ...]]:
    """All that these pages may change."""
    with store.read() as uow:
        return [
            tuple(row)
            for table in (Person, Enrolment, Group, Link)
            for row in uow.session.execute(select(*table.__table__.columns).order_by(table.id))
        ]


def paste(client: PageClient, *rows: str, heading: str = HEADING) -> str:
    answer = client.submit(UPLOAD, step="read", text="\n".join([heading, *rows]))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def hidden(page: str) -> str:
    """The roster that a preview carries."""
    found = re.search(r'name="roster" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def named(store: Store, name: str) -> Enrolment:
    with store.read() as uow:
        row = uow.session.scalars(select(Enrolment).join(Person).where(Person.name == name)).one()
        assert row.group is None or row.group.name
        assert row.person
        return row


# --- who may


def routes(course: SavedCourse) -> list[tuple[str, str, dict[str, str]]]:
    one = f"{PEOPLE}/{course.olga.id}"
    person = {"name": "Olga X", "email": "olga@example.org", "role": "actor"}
    return [
        ("GET", PEOPLE, {}),
        ("GET", f"{PEOPLE}/add", {}),
        ("POST", f"{PEOPLE}/add", {"name": "Ada", "email": "ada@example.org", "role": "coach"}),
        ("GET", UPLOAD, {}),
        ("POST", UPLOAD, {"step": "read", "text": f"{HEADING}\n{ADA}"}),
        ("POST", UPLOAD, {"step": "save", "roster": f"{HEADING}\n{ADA}"}),
        ("GET", one, {}),
        ("POST", one, person),
        ("GET", f"{one}/remove", {}),
        ("POST", f"{one}/remove", {}),
        ("POST", f"{one}/restore", {}),
        ("POST", f"{one}/link", {}),
    ]


@pytest.mark.parametrize("who", ["Lena", "Sam", "Cleo", "Mallory", None])
def test_nobody_else_finds_or_changes_any_of_it(
    client_as: ClientAs, store: Store, course: SavedCourse, who: str | None
) -> None:
    client = client_as(course.cast[who] if who else None)
    before = everything(store)
    for method, path, form in routes(course):
        answer = client.get(path) if method == "GET" else client.submit(path, **form)
        assert answer.status_code == (404 if who else 302), (method, path)
    assert everything(store) == before


def test_an_organiser_of_another_course_finds_nothing_and_a_removed_one_no_more(
    client_as: ClientAs, store: Store, course: SavedCourse, elsewhere: Elsewhere
) -> None:
    elsewhere(course.mallory, Role.ORGANISER)
    with store.write() as uow:
        uow.session.add(Enrolment(course_id=course.course.id, person_id=course.mallory.id, role="organiser"))
    mallory = client_as(course.mallory)
    assert mallory.get(PEOPLE).status_code == 200
    answer = mallory.submit(f"{PEOPLE}/{course.mallory.id}/remove")
    assert (answer.status_code, answer.location) == (303, "/")
    assert mallory.get(PEOPLE).status_code == 404
    assert mallory.get("/courses/other/people").status_code == 200
    assert mallory.get(f"/courses/other/people/{course.lena.id}").status_code == 404
    assert mallory.submit(f"/courses/other/people/{course.lena.id}/link").status_code == 404


# --- the list


def test_the_list_counts_finds_and_says_who_has_come_in(
    client_as: ClientAs, store: Store, course: SavedCourse, oren: PageClient
) -> None:
    links = store.change(people.issue_links, course.course, "", 14)
    store.change(people.redeem, links[0].url.removeprefix("/l/"))
    page = oren.get(PEOPLE).get_data(as_text=True)
    assert "6 of 6 people." in page
    assert "Opened on 14 May, 11:20" in page
    assert '<strong>3</strong> <span class="hint">3 adult</span>' in page
    for query, names in [
        ("role=learner&words=O", ["Olga", "Omar", "Lena"]),
        ("words=olga", ["Olga"]),
        ("state=opened", ["Lena"]),
        ("group=-", ["Oren"]),
        ("group=Maple&role=coach&track=adult", ["Cleo"]),
        ("state=removed", []),
    ]:
        page = oren.get(f"{PEOPLE}?{query}").get_data(as_text=True)
        found = set(re.findall(r'<th scope="row" role="rowheader"><a [^>]*>(\w+)</a>', page))
        assert found == set(names), query


@pytest.mark.parametrize("query", ["role=boss", "colour=red", "state=x", "words=" + "x" * 101])
def test_a_search_that_makes_no_sense_says_so(oren: PageClient, query: str) -> None:
    assert oren.get(f"{PEOPLE}?{query}").status_code == 400


# --- one person


def test_a_person_is_added_changed_removed_and_brought_back(
    client_as: ClientAs, store: Store, course: SavedCourse, oren: PageClient
) -> None:
    form = {"name": "Ada Grey", "email": "Ada@example.org", "role": "learner", "track": "adult", "group": "Maple"}
    answer = oren.submit(f"{PEOPLE}/add", **form)
    assert answer.status_code == 303
    page = answer.location
    assert "Ada Grey is in the course." in oren.get(page).get_data(as_text=True)
    assert oren.submit(page, **form | {"institution": "Lakeside", "time_zone": "Europe/Oslo"}).status_code == 303
    shown = oren.get(page).get_data(as_text=True)
    assert 'value="Lakeside"' in shown
    assert '<option value="Europe/Oslo" selected>' in shown
    assert oren.get(f"{page}/remove").status_code == 200
    assert named(store, "Ada Grey").removed_at is None
    assert oren.submit(f"{page}/remove").location == page
    assert "was taken out of the course on 14 May, 11:20" in oren.get(page).get_data(as_text=True)
    assert oren.submit(page, **form).status_code == 404
    assert oren.submit(f"{page}/link").status_code == 404
    assert oren.submit(f"{page}/remove").status_code == 404
    assert oren.submit(f"{page}/restore").location == page
    assert "in the course again, in the group Maple" in oren.get(page).get_data(as_text=True)
    assert oren.submit(f"{page}/restore").status_code == 404


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "Name: is empty"),
        ({"name": "A", "email": "nobody", "role": "learner"}, "Email: &#34;nobody&#34; is not an email address"),
        ({"name": "A", "email": "lena@example.org", "role": "learner"}, "Lena is in this course already"),
        ({"name": "A", "email": "a@example.org", "role": "boss"}, "Role: &#34;boss&#34; is not one of"),
        ({"name": "A", "email": "a@example.org", "role": "organiser", "group": "Maple"}, "belongs to no group"),
        ({"name": "A", "email": "a@example.org", "role": "coach", "time_zone": "Mars"}, "is not a time zone"),
        ({"name": "x" * 201, "email": "a@example.org", "role": "coach"}, "is longer than 200 characters"),
        ({"colour": "red"}, "colour: Unknown field."),
        ({"name": "a\x00b"}, "can&#39;t be stored"),
        ({"name": "x" * 1001}, "name: "),
    ],
)
def test_a_form_that_cannot_be_read_changes_nothing_and_says_why(
    store: Store, course: SavedCourse, oren: PageClient, form: dict[str, str], told: str
) -> None:
    before = everything(store)
    for path in (f"{PEOPLE}/add", f"{PEOPLE}/{course.olga.id}"):
        if "already" in told and path != f"{PEOPLE}/add":
            continue
        answer = oren.submit(path, **form)
        assert answer.status_code == 400
        assert told in answer.get_data(as_text=True)
    assert everything(store) == before


def test_the_last_organiser_stays(store: Store, course: SavedCourse, oren: PageClient) -> None:
    before = everything(store)
    assert oren.submit(f"{PEOPLE}/{course.oren.id}/remove").status_code == 403
    answer = oren.submit(f"{PEOPLE}/{course.oren.id}", name="Oren", email="oren@example.org", role="coach")
    assert answer.status_code == 400
    assert "nobody would organise the course any more" in answer.get_data(as_text=True)
    assert everything(store) == before


def test_a_fresh_link_is_shown_once_and_ends_the_older_ones(
    client_as: ClientAs, store: Store, course: SavedCourse, oren: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fresh() -> str:
        answer = oren.submit(f"{PEOPLE}/{course.lena.id}/link")
        assert answer.headers["Cache-Control"] == "no-store"
        found = re.search(r'value="http://127\.0\.0\.1:5000(/l/[^"]+)"', answer.get_data(as_text=True))
        assert found
        return found[1]

    older, newer = fresh(), fresh()
    anyone = client_as(None)
    assert (anyone.get(older).status_code, anyone.get(newer).status_code) == (404, 200)
    assert newer not in oren.get(f"{PEOPLE}/{course.lena.id}").get_data(as_text=True)
    assert newer.removeprefix("/l/") not in caplog.text
    assert anyone.submit(newer).status_code == 303
    assert "Lena" in anyone.get("/me").get_data(as_text=True)


def test_no_link_is_shown_of_someone_in_another_organisers_course(
    store: Store, course: SavedCourse, oren: PageClient, elsewhere: Elsewhere
) -> None:
    assert "Make a new personal link" in oren.get(f"{PEOPLE}/{course.lena.id}").text
    elsewhere(course.lena, Role.COACH)
    before = everything(store)
    page = oren.get(f"{PEOPLE}/{course.lena.id}").text
    assert "They are also in a course that you do not organise" in page
    assert "Make a new personal link" not in page
    answer = oren.submit(f"{PEOPLE}/{course.lena.id}/link")
    assert answer.status_code == 403
    assert everything(store) == before


def test_a_guest_has_no_link_and_their_page_says_why(store: Store, oren: PageClient, ada: Person) -> None:
    before = everything(store)
    page = oren.get(f"{PEOPLE}/{ada.id}").text
    assert "Guests have no personal link: they came in by a room’s code" in page
    assert "Make a new personal link" not in page
    assert "None, a guest" in oren.get(PEOPLE).text
    answer = oren.submit(f"{PEOPLE}/{ada.id}/link")
    assert (answer.status_code, TOKEN.findall(answer.text)) == (403, [])
    assert everything(store) == before


def test_a_guest_who_is_given_an_address_can_have_a_link(oren: PageClient, ada: Person) -> None:
    form = {"name": "Ada", "email": "ada@example.org", "role": "learner", "track": "adult"}
    assert oren.submit(f"{PEOPLE}/{ada.id}", **form).status_code == 303
    assert TOKEN.search(oren.submit(f"{PEOPLE}/{ada.id}/link").text)


# --- a whole roster


def test_a_preview_saves_nothing_and_saving_does_what_it_said(
    store: Store, course: SavedCourse, oren: PageClient
) -> None:
    before = everything(store)
    page = paste(
        oren, ADA, "Lena,lena@example.org,learner,Physician,adult,Maple", "Olga,olga@example.org,learner,,adult,"
    )
    assert "<strong>3 ready, 0 to fix.</strong> Nothing is saved yet." in page
    assert "<strong>Added</strong>" in page
    assert "<ins>Physician</ins>" in page
    assert "4 people would be left alone: Cleo, Omar, Oren, Sam." in page
    assert everything(store) == before
    answer = oren.submit(UPLOAD, step="save", roster=hidden(page))
    saved = answer.get_data(as_text=True)
    assert "<strong>1 added, 1 changed, 1 unchanged.</strong> 4 people not in the list were left alone." in saved
    assert named(store, "Ada Grey").pinned is True
    again = oren.submit(UPLOAD, step="save", roster=hidden(page)).get_data(as_text=True)
    assert "<strong>0 added, 0 changed, 3 unchanged.</strong>" in again


def test_rows_are_mended_inline_or_left_out(store: Store, course: SavedCourse, oren: PageClient) -> None:
    page = paste(
        oren, "Ben,ben,learner,,adult,Maple", ADA, "Cy,cy@example.org,student,,adult,Maple", "Di,di@example.org"
    )
    assert "<strong>1 ready, 3 to fix.</strong>" in page
    assert 'href="#cell-2-email"' in page
    assert "Row 4, role: &#34;student&#34; is not one of" in page
    assert 'href="#row-5"' in page
    before = everything(store)
    carried = {
        "roster": hidden(page),
        "cell-2-name": "Ben",
        "cell-2-email": "ben@example.org",
        "cell-2-role": "learner",
    }
    page = oren.submit(UPLOAD, step="save", **carried).get_data(as_text=True)
    assert "<strong>2 ready, 2 to fix.</strong>" in page
    assert everything(store) == before
    carried = {"roster": hidden(page), "leave": "5", "cell-4-role": "actor"}
    carried |= {"cell-4-name": "Cy", "cell-4-email": "cy@example.org", "cell-5-name": "Di", "cell-5-email": "d"}
    page = oren.submit(UPLOAD, step="check", **carried).get_data(as_text=True)
    assert "<strong>3 ready, 0 to fix.</strong>" in page
    assert everything(store) == before
    assert "3 added" in oren.submit(UPLOAD, step="save", roster=hidden(page)).get_data(as_text=True)
    assert named(store, "Cy").role == "actor"
    assert named(store, "Ben").group_id is None  # its cell was emptied


def test_a_roster_with_a_fault_is_not_saved_by_a_form_made_by_hand(store: Store, oren: PageClient) -> None:
    before = everything(store)
    for roster in (f"{HEADING}\nAda,ada,learner,,,", f"{HEADING}\n{ADA}\n{ADA}", "name,email\nA,a@b.org", ""):
        assert oren.submit(UPLOAD, step="save", roster=roster).status_code == 400
    assert everything(store) == before


@pytest.mark.parametrize(
    "raw",
    [
        f"{HEADING}\n{ADA}\n".encode(),
        f"\ufeff{HEADING}\r\n{ADA}\r\n".encode(),
        f"{HEADING}\n{ADA}\n".replace(",", ";").encode(),
        f"{HEADING}\n{ADA}\n".replace(",", "\t").encode("utf-16"),
        b'"Name","E-mail","Role",Profession,Track,Group\n"Ada Grey","ada@example.org",learner,"Nurse,adult,Maple',
    ],
)
def test_a_file_comes_as_spreadsheets_write_it(course: SavedCourse, oren: PageClient, raw: bytes) -> None:
    data = {"csrf_token": oren.csrf_token(), "step": "read", "text": "", "file": (BytesIO(raw), "people.csv")}
    page = oren.post(UPLOAD, data=data).get_data(as_text=True)
    assert "<strong>1 ready, 0 to fix.</strong>" in page
    assert hidden(page) == f"{HEADING}\n{ADA}\n"


@pytest.mark.parametrize(
    ("text", "raw", "told"),
    [
        ("", b"", "Choose a file or paste the rows"),
        ("x", b"x", "one of the two"),
        ("Ada,ada@example.org", b"", "this column is missing"),
        ("name,email,role,phone\nA,a@b.org,coach,1", b"", "row 1, phone: there is no such column here"),
        (HEADING, b"", "lists nobody"),
        ("", b"\xff\xff\xfe", "not UTF-8 text"),
        ("", b"name,email,role\n" + b"Ada Grey,ada@example.org,coach\n" * 10_000, "more than a page can carry"),
    ],
)
def test_what_is_no_roster_is_shown_again_with_the_reason(
    course: SavedCourse, oren: PageClient, text: str, raw: bytes, told: str
) -> None:
    data = {"csrf_token": oren.csrf_token(), "step": "read", "text": text, "file": (BytesIO(raw), "people.csv")}
    answer = oren.post(UPLOAD, data=data)
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert told in page
    assert html.escape(text, quote=True) in page


@pytest.mark.parametrize(
    "form",
    [
        {"step": "sing", "roster": f"{HEADING}\n{ADA}"},
        {"roster": f"{HEADING}\n{ADA}"},
        {"step": "save", "roster": f"{HEADING}\n{ADA}", "leave": "x"},
        {"step": "save", "roster": f"{HEADING}\n{ADA}", "colour": "red"},
        {"step": "save", "roster": f"{HEADING}\n{ADA}", "cell-2-colour": "red"},
        {"step": "save", "roster": "x" * (LARGEST + 1)},
        {"step": "save", "text": f"{HEADING}\n{ADA}"},
    ],
)
def test_a_form_of_another_shape_changes_nothing(store: Store, oren: PageClient, form: dict[str, str]) -> None:
    before = everything(store)
    assert oren.submit(UPLOAD, **form).status_code == 400
    assert everything(store) == before


def test_three_hundred_people_are_pasted_and_saved(store: Store, course: SavedCourse, oren: PageClient) -> None:
    rows = [f"Person {n} Ærø,person.{n}@a-rather-long-hospital-name.example.org,learner,Nurse,," for n in range(300)]
    page = paste(oren, *rows)
    assert "<strong>300 ready, 0 to fix.</strong>" in page
    assert "300 added" in oren.submit(UPLOAD, step="save", roster=hidden(page)).get_data(as_text=True)
    with store.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Enrolment)) == 306
    assert "306 of 306 people" in oren.get(PEOPLE).get_data(as_text=True)


def test_three_hundred_faults_are_mended_some_at_a_time(store: Store, course: SavedCourse, oren: PageClient) -> None:
    """Every row to fix has its cells in the form; more than the form's parts, so it must not be sent in parts."""
    page = paste(oren, *(f"Person {n},person.{n}@example.org,nurse,,," for n in range(300)))
    for left in range(300, 0, -MOST_INLINE):
        assert f"<strong>{300 - left} ready, {left} to fix.</strong>" in page
        cells = dict(re.findall(r'name="(cell-\d+-(?:name|email))" value="([^"]*)"', page))
        assert len(cells) == 2 * min(left, MOST_INLINE)
        roles = {name.replace("-name", "-role"): "learner" for name in cells if name.endswith("-name")}
        page = oren.submit(UPLOAD, step="check", roster=hidden(page), **cells, **roles).get_data(as_text=True)
    assert "300 added" in oren.submit(UPLOAD, step="save", roster=hidden(page)).get_data(as_text=True)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shown_as_words(store: Store, course: SavedCourse, oren: PageClient, text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    cells = f"{quoted},h@example.org,learner,{quoted},,{quoted}"
    heading = "name,email,role,profession,track,team"
    preview = paste(oren, cells, f"{quoted},{quoted},{quoted},{quoted},,{quoted}", heading=heading)
    pages = [preview, oren.submit(UPLOAD, step="save", roster=hidden(preview), leave="3").get_data(as_text=True)]
    with store.read() as uow:
        person = people.find(uow, "h@example.org").id
    form = {"name": text, "email": "h@example.org", "role": "learner", "profession": text, "group": text}
    assert oren.submit(f"{PEOPLE}/{person}", **form).status_code == 303
    paths = [PEOPLE, f"{PEOPLE}/{person}", f"{PEOPLE}/{person}/remove", f"{PEOPLE}?words=%22%3E%3Cscript%3Ealert(1)"]
    pages += [oren.get(path).get_data(as_text=True) for path in paths]
    pages.append(oren.submit(f"{PEOPLE}/{person}/link").get_data(as_text=True))
    pages.append(oren.submit(f"{PEOPLE}/add", name=text, email=text, role=text, group=text).get_data(as_text=True))
    pages.append(oren.submit(UPLOAD, step="read", text=text).get_data(as_text=True))
    for page in pages:
        assert Marks.of(page) == []
    shown = html.unescape(re.sub("<[^>]*>", "", pages[2]))
    assert " ".join(text.split()).strip("\"' ") in shown


class Marks(HTMLParser):
    """What a page holds that its author did not mean: scripts and handlers of others."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("img", "iframe", "b") or (tag == "script" and not (given.get("src") or "").startswith("/static/")):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on") or name == "style"]
        if (given.get("href") or "").startswith("javascript:"):
            self.found.append("href")

    @classmethod
    def of(cls, page: str) -> list[str]:
        marks = cls()
        marks.feed(page)
        return marks.found


def test_control_hostile_words_would_be_seen() -> None:
    assert [bool(Marks.of(f'<p title="{text}">{text}</p>')) for text in HOSTILE[:3]] == [True, True, False]


def test_the_example_can_be_pasted_into_an_empty_course(store: Store, course: SavedCourse, oren: PageClient) -> None:
    text = (CHECKOUT / "scenarios" / "examples" / "people.csv").read_text(encoding="utf-8")
    answer = oren.submit(UPLOAD, step="read", text=text)
    assert "14 ready, 0 to fix" in answer.get_data(as_text=True)
