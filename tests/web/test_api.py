"""/api/v1: what programs may ask by a token, held to its own description, and what ends a token."""

import csv
import io
import json
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from sqlalchemy import select
from werkzeug.test import TestResponse

from pallpractice.domain.exports import What
from pallpractice.domain.roles import Role
from pallpractice.domain.tokens import MOST, Pace, Paces, Scope
from pallpractice.services import people, presence, tokens
from pallpractice.services.mine import erasing
from pallpractice.services.presence import Change, Place
from pallpractice.services.seating import place
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.rooms import Room
from pallpractice.storage.tokens import ApiToken
from pallpractice.storage.unit_of_work import Store
from pallpractice.web.api import door
from tests.conftest import Clock, PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
ROOT = "/api/v1/courses/serious-talk"
READ = (
    "",
    "/people",
    "/people/{lena}",
    "/sessions",
    "/groups",
    "/plan",
    "/participation",
    "/exports",
    "/exports/people",
)
OTHERS = {"/api/v1/openapi.json", "/api/v1/docs"}  # the description itself


class Program:
    """A program with a token."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        headers = self.headers | more.pop("headers", {})
        return self.client.open(ROOT + path, method=method, headers=headers, **more)


@pytest.fixture
def issue(store: Store, course: SavedCourse) -> Callable[..., str]:
    def make(scope: Scope = Scope.READ, who: str = "Oren", days: int = 30) -> str:
        return store.change(tokens.make, course.course, course.cast[who].id, "test", scope, days)

    return make


@pytest.fixture
def reader(app: Flask, issue: Callable[..., str]) -> Program:
    return Program(app, issue())


@pytest.fixture
def writer(app: Flask, issue: Callable[..., str]) -> Program:
    return Program(app, issue(Scope.WRITE))


def filled(path: str, course: SavedCourse) -> str:
    return path.format(lena=course.lena.id)


def unhurried(app: Flask) -> None:
    """Nobody is told to wait."""
    app.extensions[door.TOO_FAST] = {kind: Paces(Pace(10**9, 1)) for kind in ("token", "stranger")}


def why(answer: TestResponse) -> str:
    """The code of a refusal, whose shape is always the same."""
    body = answer.get_json()
    assert set(body) == {"error"}
    assert {"code", "message"} <= set(body["error"]) <= {"code", "message", "fields"}
    return str(body["error"]["code"])


# --- who is let in


def test_only_a_token_counts_and_no_cookie(
    app: Flask, client_as: ClientAs, course: SavedCourse, reader: Program
) -> None:
    unhurried(app)
    for path in READ:
        _only_by_token(app, client_as, course, reader, filled(path, course))


def _only_by_token(app: Flask, client_as: ClientAs, course: SavedCourse, reader: Program, path: str) -> None:
    assert reader.ask(path).status_code == 200
    for who in (course.oren, course.lena, None):
        answer = client_as(who).get(ROOT + path)
        assert (answer.status_code, why(answer)) == (401, "not_signed_in")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for header in (
        "Bearer",
        "Bearer none",
        "Basic b3JlbjpvcmVu",
        reader.headers["Authorization"].replace("Bearer ", ""),
    ):
        assert why(Program(app, None).ask(path, headers={"Authorization": header})) == "not_signed_in"
    assert app.test_client().get(f"{ROOT}{path}?token={reader.headers['Authorization'][7:]}").status_code == 401


def test_no_cookie_writes_even_with_its_forms_token(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    oren = client_as(course.oren)
    new = {"name": "Nora", "email": "nora@example.org", "role": "learner"}
    assert oren.post(f"{ROOT}/people", json=new, headers={"X-CSRFToken": oren.csrf_token()}).status_code == 401
    assert oren.delete(f"{ROOT}/people/{course.lena.id}").status_code == 401
    with store.read() as uow:
        assert not uow.session.scalar(select(Person).where(Person.email == "nora@example.org"))


def test_a_token_is_for_one_course_and_for_reading_or_writing(
    app: Flask, reader: Program, course: SavedCourse, store: Store
) -> None:
    assert reader.client.get("/api/v1/courses/other/people", headers=reader.headers).status_code == 404
    for method, path in (
        ("POST", "/people"),
        ("PATCH", f"/people/{course.lena.id}"),
        ("DELETE", f"/people/{course.lena.id}"),
        ("POST", f"/people/{course.lena.id}/restore"),
    ):
        answer = reader.ask(path, method, json={"name": "x", "email": "x@example.org", "role": "learner"})
        assert (answer.status_code, why(answer)) == (403, "not_allowed"), method


def test_a_program_on_another_site_does_not_matter(writer: Program) -> None:
    """It sends no cookie; and a token that it has, it has."""
    other = {"Origin": "https://campus.example", "Sec-Fetch-Site": "cross-site"}
    assert writer.ask("/people", headers=other).status_code == 200
    new = {"name": "Nora", "email": "nora@example.org", "role": "learner"}
    assert writer.ask("/people", "POST", json=new, headers=other).status_code == 201


def ended_by(name: str, store: Store, course: SavedCourse, clock: Clock) -> None:
    """What ends a token of Oren's."""
    with store.write() as uow:
        row = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == course.oren.id)).one()
        another = Enrolment(
            course_id=course.course.id, person=Person(name="Otto", email="otto@example.org"), role=Role.ORGANISER
        )
        match name:
            case "its date":
                clock.advance(30 * 24 * 3600)
            case "revoked":
                token = uow.session.scalars(select(ApiToken)).one()
                tokens.revoke(uow, course.course, token.id, course.oren.id)
            case "another role":
                row.role = Role.COACH
            case "removed":
                uow.session.add(another)
                uow.session.flush()
                people.remove(uow, course.course, uow.session.get_one(Person, course.oren.id))
            case "inactive":
                uow.session.get_one(Person, course.oren.id).active = False
            case "signed out everywhere":
                people.sign_out_everywhere(uow, course.oren.id)


@pytest.mark.parametrize(
    "name", ["its date", "revoked", "another role", "removed", "inactive", "signed out everywhere"]
)
def test_a_token_ends_at_once_by(name: str, reader: Program, store: Store, course: SavedCourse, clock: Clock) -> None:
    assert reader.ask("/people").status_code == 200
    ended_by(name, store, course, clock)
    assert why(reader.ask("/people")) == "not_signed_in"


def test_a_right_that_comes_back_brings_no_token_back(
    reader: Program, store: Store, course: SavedCourse, clock: Clock
) -> None:
    ended_by("removed", store, course, clock)
    with store.write() as uow:
        row = uow.session.scalars(select(Enrolment).where(Enrolment.person_id == course.oren.id)).one()
        row.removed_at = None
    assert why(reader.ask("/people")) == "not_signed_in"


def test_who_asks_too_fast_waits(app: Flask, reader: Program, course: SavedCourse, clock: Clock) -> None:
    app.extensions[door.TOO_FAST] = {kind: Paces(Pace(3, 0.001)) for kind in ("token", "stranger")}
    assert [reader.ask("").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert why(reader.ask("")) == "rate_limited"
    stranger = Program(app, "none")
    assert [stranger.ask("").status_code for _ in range(5)] == [401, 401, 401, 429, 429]


def test_paces_count_each_by_itself_and_forget_the_oldest() -> None:
    paces = Paces(Pace(at_once=2, each_second=0.5), most=2)
    assert [paces.wait("a", 0) for _ in range(3)] == [0, 0, 2]
    assert paces.wait("a", 1) == 1
    assert paces.wait("a", 2) == 0
    assert paces.wait("b", 2) == paces.wait("c", 2) == 0
    assert [paces.wait("a", 2) for _ in range(3)] == [0, 0, 2]  # forgotten, so it begins anew


# --- tokens


def test_a_token_is_shown_once_kept_as_a_hash_and_noted(
    oren: PageClient, store: Store, course: SavedCourse, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = oren.submit("/courses/serious-talk/tokens", name="Nightly list", scope="write", days="30").text
        token = page.split('id="token" value="')[1].split('"')[0]
        assert len(token) == len("pallpractice_") + 43
        assert Program(app, token).ask("/people").status_code == 200
    again = oren.get("/courses/serious-talk/tokens").text
    assert "Nightly list" in again
    assert token not in again
    assert token not in caplog.text
    with store.read() as uow:
        row = uow.session.scalars(select(ApiToken)).one()
        assert token not in str(vars(row))
        assert row.expires_at - row.made_at == timedelta(days=30)
        made = uow.session.scalars(select(AuditLine).where(AuditLine.what == "token_made")).one()
        assert (made.actor_id, made.subject_id, made.data) == (course.oren.id, row.id, {"scope": "write", "days": 30})
    assert oren.submit(f"/courses/serious-talk/tokens/{row.id}/revoke").status_code == 303
    assert why(Program(app, token).ask("/people")) == "not_signed_in"
    with store.read() as uow:
        assert uow.session.scalar(select(AuditLine.actor_id).where(AuditLine.what == "token_revoked")) == course.oren.id


def test_only_organisers_make_and_end_tokens(
    client_as: ClientAs, course: SavedCourse, issue: Callable[..., str], store: Store
) -> None:
    issue()
    with store.read() as uow:
        token = uow.session.scalars(select(ApiToken.id)).one()
    for who in ("Lena", "Sam", "Cleo", "Mallory"):
        client = client_as(course.cast[who])
        assert client.get("/courses/serious-talk/tokens").status_code == 404
        assert client.submit("/courses/serious-talk/tokens", name="x").status_code == 404
        assert client.submit(f"/courses/serious-talk/tokens/{token}/revoke").status_code == 404


@pytest.mark.parametrize(
    ("form", "told"), [({"name": " "}, "Write what the token is for"), ({"name": "x", "days": "7"}, "days")]
)
def test_a_token_that_cannot_be_made_says_why(
    oren: PageClient, course: SavedCourse, form: dict[str, str], told: str
) -> None:
    answer = oren.submit("/courses/serious-talk/tokens", **form)
    assert answer.status_code == 400
    assert told in answer.text


def test_a_course_has_only_so_many(oren: PageClient, issue: Callable[..., str]) -> None:
    for _ in range(MOST):
        issue()
    assert oren.submit("/courses/serious-talk/tokens", name="one more").status_code == 400


# --- reading


def test_people_come_in_pages_and_by_what_is_asked(reader: Program, course: SavedCourse) -> None:
    first, second = (reader.ask(f"/people?page_size=4&page={page}").get_json() for page in (1, 2))
    assert [one["name"] for one in (*first["items"], *second["items"])] == [
        "Lena",
        "Olga",
        "Omar",
        "Sam",
        "Cleo",
        "Oren",
    ]
    assert (first["total"], second["page"], second["page_size"]) == (6, 2, 4)
    asked = {
        "role=coach": ["Cleo"],
        "email=SAM@example.org": ["Sam"],
        "state=removed": [],
        "role=actor&state=opened": [],
    }
    for query, names in asked.items():
        assert [one["name"] for one in reader.ask(f"/people?{query}").get_json()["items"]] == names
    for query in ("role=boss", "page=0", "page_size=501", "nothing=1", "page=x"):
        answer = reader.ask(f"/people?{query}")
        assert (answer.status_code, why(answer)) == (400, "invalid"), query
        assert query.partition("=")[0] in answer.get_json()["error"]["fields"]


def test_what_has_not_changed_is_not_sent_again(reader: Program, writer: Program, course: SavedCourse) -> None:
    tag = reader.ask("/people").headers["ETag"]
    same = reader.ask("/people", headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    writer.ask(f"/people/{course.lena.id}", "PATCH", json={"pronouns": "she"})
    assert reader.ask("/people", headers={"If-None-Match": tag}).status_code == 200


def test_participation_is_told_to_the_minute(reader: Program, store: Store, course: SavedCourse) -> None:
    store.change(place, course.course)
    starts = course.session.starts_at
    with store.write() as uow:
        room = uow.session.scalars(select(Room.id)).one()
        at = Place(room, course.lena.id)
        spans = ((-5, 10), (40, 200))
        presence.record(
            uow,
            "p",
            [
                Change(at, here, starts + timedelta(minutes=m))
                for span in spans
                for here, m in zip((True, False), span, strict=True)
            ],
        )
    (item,) = reader.ask("/participation?session=practice-news").get_json()["items"]
    assert (item["person"], item["stays"], item["minutes"]) == (course.lena.id, 2, 10 + 105 - 40)
    assert datetime.fromisoformat(item["came_at"]) == starts - timedelta(minutes=5)
    assert reader.ask("/participation?session=none").get_json()["items"] == []


def test_groups_and_sessions_are_those_of_the_course(reader: Program, course: SavedCourse) -> None:
    (group,) = reader.ask("/groups").get_json()["items"]
    assert (group["name"], [one["name"] for one in group["members"]]) == (
        "Maple",
        ["Lena", "Olga", "Omar", "Sam", "Cleo"],
    )
    (session,) = reader.ask("/sessions").get_json()["items"]
    assert (session["key"], session["starts_at"]) == ("practice-news", "2026-05-14T15:15:00+00:00")


def test_files_are_streamed_and_noted(reader: Program, store: Store, course: SavedCourse) -> None:
    for what in What:
        _streamed(reader, store, course, what)


def _streamed(reader: Program, store: Store, course: SavedCourse, what: What) -> None:
    answers = {format: reader.ask(f"/exports/{what}?format={format}") for format in ("csv", "json", "jsonl")}
    if what is What.RESEARCH:
        assert {why(answer) for answer in answers.values()} == {"not_allowed"}
        return
    rows = [dict(row) for row in csv.DictReader(io.StringIO(answers["csv"].data.decode("utf-8-sig")))]
    assert len(json.loads(answers["json"].data)) == len(rows) == len(answers["jsonl"].data.splitlines())
    with store.read() as uow:
        lines = uow.session.scalars(select(AuditLine).where(AuditLine.what == "exported").order_by(AuditLine.id)).all()
        assert [(line.actor_id, line.data["file"]) for line in lines[-3:]] == [(course.oren.id, what)] * 3


def test_a_file_that_is_not_there(reader: Program) -> None:
    assert reader.ask("/exports/everything").status_code == 404
    assert reader.ask("/exports/people?format=xlsx").status_code == 400


# --- writing


def test_people_are_added_changed_and_taken_out_as_on_the_page(
    writer: Program, store: Store, course: SavedCourse
) -> None:
    new = {"name": "Nora", "email": "Nora@Example.org", "role": "learner", "track": "adult", "group": "Maple"}
    added = writer.ask("/people", "POST", json=new)
    assert added.status_code == 201
    one = added.get_json()
    assert (one["name"], one["email"], one["group"]) == ("Nora", "nora@example.org", "Maple")
    path = added.headers["Location"].removeprefix(ROOT)
    assert writer.ask(path).get_json() == one
    changed = writer.ask(path, "PATCH", json={"profession": "Chaplain", "group": ""}).get_json()
    assert changed == one | {"profession": "Chaplain", "group": ""}
    assert writer.ask(path, "DELETE").status_code == 204
    assert writer.ask(path).get_json()["state"] == "removed"
    assert writer.ask(path, "PATCH", json={"name": "N"}).status_code == 404


def test_who_was_taken_out_is_brought_back_as_on_the_page(
    writer: Program, reader: Program, store: Store, course: SavedCourse
) -> None:
    path = f"/people/{course.lena.id}"
    one = writer.ask(path).get_json()
    assert why(writer.ask(f"{path}/restore", "POST")) == "not_found", "she is there"
    assert writer.ask(path, "DELETE").status_code == 204
    assert why(reader.ask(f"{path}/restore", "POST")) == "not_allowed"
    assert writer.ask(path).get_json()["state"] == "removed"
    back = writer.ask(f"{path}/restore", "POST")
    assert (back.status_code, back.get_json()) == (200, one)
    assert writer.ask(path).get_json() == one
    assert writer.ask(path, "DELETE").status_code == 204
    store.change(erasing.erase, course.lena.id, actor=None)
    assert why(writer.ask(f"{path}/restore", "POST")) == "not_found", "nobody is left to be brought back"
    assert why(writer.ask("/people/none/restore", "POST")) == "not_found"


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "there already": ({"email": "lena@example.org"}, 409, "email"),
    "no address": ({"email": "nobody"}, 409, "email"),
    "no role": ({"role": "boss"}, 400, "role"),
    "an organiser in a group": ({"role": "organiser", "group": "Maple"}, 409, "group"),
    "of another track": ({"track": "pediatric", "group": "Maple"}, 409, "group"),
    "no zone": ({"time_zone": "Nowhere"}, 409, "time_zone"),
    "unknown field": ({"admin": True}, 400, "admin"),
    "no name": ({"name": " "}, 400, "name"),
    "no text": ({"name": 5}, 400, "name"),
}


def test_who_cannot_be_added(writer: Program, store: Store) -> None:
    for name, (change, status, field) in REFUSED.items():
        new = {"name": "Nora", "email": "nora@example.org", "role": "learner"} | change
        answer = writer.ask("/people", "POST", json=new)
        assert (answer.status_code, list(answer.get_json()["error"]["fields"])) == (status, [field]), name
        assert why(answer) == {400: "invalid", 409: "conflict"}[status], name
    with store.read() as uow:
        assert not uow.session.scalar(select(Person).where(Person.email == "nora@example.org"))


def test_the_last_organiser_stays(writer: Program, course: SavedCourse) -> None:
    assert writer.ask(f"/people/{course.oren.id}", "DELETE").status_code == 403
    assert writer.ask(f"/people/{course.oren.id}", "PATCH", json={"role": "coach"}).status_code == 409


def test_what_is_no_object_is_refused(writer: Program) -> None:
    for body in [b"{", b"\xff", b"[]", b'"x"', b"null", b"5"]:
        answer = writer.ask("/people", "POST", data=body, content_type="application/json")
        assert (answer.status_code, why(answer)) == (400, "invalid"), body


# --- the description


def test_every_route_is_described(app: Flask) -> None:
    described = {
        (method.upper(), path)
        for path, operations in app.test_client().get("/api/v1/openapi.json").get_json()["paths"].items()
        for method in operations
        if method != "parameters"
    }
    routes = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.rule not in OTHERS
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == routes


def test_the_page_shows_every_operation_and_every_object(app: Flask) -> None:
    spec = app.test_client().get("/api/v1/openapi.json").get_json()
    page = app.test_client().get("/api/v1/docs").text
    for path, operations in spec["paths"].items():
        for method in set(operations) - {"parameters"}:
            assert f"<code>{method.upper()} {path}</code>" in page
    for name in spec["components"]["schemas"]:
        assert f'id="{name}"' in page


FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("role", ["reader", "writer", "nobody"])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_whatever_is_sent_is_answered_as_described(
    app: Flask, store: Store, course: SavedCourse, issue: Callable[..., str], role: str, mode: GenerationMode
) -> None:
    """R13: no 5xx, and no answer that the description does not know, for what fits it and for what does not."""
    store.change(place, course.course)
    unhurried(app)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    headers = {}
    if role != "nobody":
        headers["Authorization"] = f"Bearer {issue(Scope.READ if role == 'reader' else Scope.WRITE)}"
    answered: Counter[int] = Counter()

    def check(case: Any) -> None:
        answer = case.call(headers=headers)
        answered[answer.status_code] += 1
        case.validate_response(answer, headers=headers)

    described = schemathesis.openapi.from_dict(within_reach(app, course))
    described.app = app
    for found in described.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.POSITIVE or "{" in operation.path:  # without a parameter nothing can be wrong
            FEW(given(case=operation.as_strategy(generation_mode=mode))(check))()
    print(role, mode.value, dict(answered))
    assert not [status for status in answered if status >= 500]
    assert set(answered) >= EXPECTED[role, mode]


# What must come up at least, so that it is more than doors that are tried.
EXPECTED = {
    ("reader", GenerationMode.POSITIVE): {200, 403},
    ("writer", GenerationMode.POSITIVE): {200, 201, 204, 409},
    ("nobody", GenerationMode.POSITIVE): {200, 401},
    ("reader", GenerationMode.NEGATIVE): {400, 404},
    ("writer", GenerationMode.NEGATIVE): {400, 404},
    ("nobody", GenerationMode.NEGATIVE): {401},
}


def within_reach(app: Flask, course: SavedCourse) -> dict[str, Any]:
    """The description with the course that is there and some of its people, and a door that the test opens itself."""
    spec: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").get_json()
    del spec["security"], spec["components"]["securitySchemes"]
    there = {"slug": ["serious-talk"], "person_id": [course.lena.id, course.omar.id, "none"]}
    for operations in spec["paths"].values():
        for parameter in operations.get("parameters", []):
            if parameter["name"] in there:
                parameter["schema"]["enum"] = there[parameter["name"]]
        for method in set(operations) - {"parameters"}:
            operations[method].pop("security", None)
    likely = {
        "name": ["Nora", "=1+1", "Åse Ø"],
        "email": ["a@example.org", "b@example.org", "c@example.org"],
        "time_zone": ["", "UTC"],
        "group": ["", "Maple"],
        "pronouns": ["", "they"],
    }
    for name in ("NewPerson", "PersonChange"):
        for field, values in likely.items():
            spec["components"]["schemas"][name]["properties"][field]["enum"] = values
    return spec
