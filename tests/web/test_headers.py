"""What guards every page: headers, cookies, tokens, limits, and errors that tell nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from pallpractice import create_app
from pallpractice.config import Settings
from pallpractice.storage.courses import Person
from pallpractice.storage.unit_of_work import Store
from pallpractice.web.assets import build_id
from tests.conftest import PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
BY_TOKEN = "/api/v1/courses/"  # where no cookie counts: tests/web/test_api.py
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' {sockets}; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def gettable(app: Flask) -> Iterator[str]:
    """A path for every route that answers GET; ids in it lead nowhere."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "socket_stub":
            yield app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, "none"))


def test_every_route_answers_with_the_whole_policy_and_keeps_nothing(
    app: Flask, client_as: ClientAs, course: SavedCourse
) -> None:
    paths = sorted({*gettable(app), "/no/such/page"})
    assert {"/", "/sign-in", "/l/none", "/healthz", "/api/v1/me", "/rooms/none"} <= set(paths)
    for person in (None, course.lena):
        client = client_as(person)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code < 500, path
            headers = answer.headers
            assert headers["Content-Security-Policy"] == POLICY.format(
                sockets="ws://127.0.0.1:5000 ws://localhost:5000"
            )
            assert headers["Permissions-Policy"] == "camera=(self), microphone=(self)"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store", path
            assert "Strict-Transport-Security" not in headers


def test_over_https_cookies_are_bound_to_the_host_and_sockets_are_secure(settings: Settings, store: Store) -> None:
    app = create_app(replace(settings, base_url="https://practice.example.org"), store=store)
    answer = app.test_client().get("/sign-in", base_url="https://practice.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert POLICY.format(sockets="wss://practice.example.org") == answer.headers["Content-Security-Policy"]


def test_over_http_the_cookie_is_still_hidden_from_scripts(client_as: ClientAs) -> None:
    cookie = client_as(None).get("/sign-in").headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


# --- forged requests


def posts(app: Flask) -> list[str]:
    return sorted(
        app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, "none"), method="POST")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint != "socket_stub" and not rule.rule.startswith(BY_TOKEN)
    )


def test_no_post_is_taken_without_its_token(app: Flask, client_as: ClientAs, course: SavedCourse) -> None:
    assert {"/sign-in", "/l/none", "/sign-out", "/sign-out-everywhere"} <= set(posts(app))
    for path in posts(app):
        assert client_as(course.lena).post(path).status_code == 400, path
        assert client_as(course.lena).post(path, data={"csrf_token": "wrong"}).status_code == 400, path


def test_a_token_of_another_session_does_not_serve(client_as: ClientAs, course: SavedCourse) -> None:
    token = client_as(course.omar).csrf_token()
    client = client_as(course.lena)
    with client.session_transaction() as session:
        session["csrf_token"] = "1" * 40
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:5001"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),  # a form of ours: the page sends no referrer
        ({"Origin": "http://localhost:5000"}, 303),
        ({}, 303),
    ],
)
def test_a_post_from_another_site_is_refused_even_with_the_token(
    client_as: ClientAs, course: SavedCourse, headers: dict[str, str], status: int
) -> None:
    client = client_as(course.lena)
    answer = client.post("/sign-out", data={"csrf_token": client.csrf_token()}, headers=headers)
    assert answer.status_code == status


# --- limits and errors


def test_a_body_over_a_mebibyte_and_too_many_parts_are_refused(client_as: ClientAs) -> None:
    client = client_as(None)
    token = client.csrf_token()
    assert client.post("/sign-in", data={"csrf_token": token, "email": "x" * 1024 * 1024}).status_code == 413
    for fields in ({"email": "x" * 600_000}, {f"field{number}": "x" for number in range(101)}):
        parts = (fields | {"csrf_token": token}).items()
        body = "".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts
        )
        answer = client.post("/sign-in", data=body + "--x--\r\n", content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 413


def test_an_error_is_a_page_and_under_api_it_is_json(client_as: ClientAs) -> None:
    page = client_as(None).get("/no/such/page")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "There is no such page" in page.text
    answer = client_as(None).get("/api/v1/none")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")


def test_what_fails_inside_is_not_told(app: Flask, client_as: ClientAs, course: SavedCourse) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/fails")
    def fails() -> str:
        raise RuntimeError("the secret of the house")

    answer = client_as(course.lena).get("/fails")
    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_health_is_the_databases(client_as: ClientAs, store: Store) -> None:
    assert client_as(None).get("/healthz").get_json() == {"ok": True}
    with store.write() as uow:
        uow.session.execute(text("drop table alembic_version"))
    assert client_as(None).get("/healthz").status_code == 503


def test_without_a_database_pages_still_say_so(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    client = client_as(course.lena)
    with store.write() as uow:
        uow.session.execute(text("alter table people rename to gone"))
    for path in ("/", "/rooms/none", "/api/v1/me"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "gone" not in answer.text


# --- static files


def test_static_files_are_kept_for_good_under_the_present_build_only(app: Flask, client_as: ClientAs) -> None:
    with app.test_request_context():
        from flask import url_for

        path = url_for("static_build", filename="vendor/preact.js")
    with client_as(None).get(path) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
    with client_as(None).get("/static/000000000000/vendor/preact.js") as older:
        assert (older.status_code, older.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["../pyproject.toml", "%2e%2e/pyproject.toml", "..%2fpyproject.toml", "no-such.js"])
def test_static_serves_its_own_folder_only(client_as: ClientAs, name: str) -> None:
    assert client_as(None).get(f"/static/x/{name}").status_code == 404


def test_the_build_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = build_id(tmp_path)
    assert first == build_id(tmp_path)
    (tmp_path / "a.js").write_text("2")
    second = build_id(tmp_path)
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert len({first, second, build_id(tmp_path)}) == 3


def test_the_list_of_my_rooms_is_mine(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    from pallpractice.services.seating import place

    store.change(place, course.course)
    rooms = {
        name: client_as(getattr(course, name)).get("/api/v1/me").get_json()["rooms"]
        for name in ("lena", "sam", "cleo", "oren", "mallory")
    }
    assert {name: [room["seat"] for room in mine] for name, mine in rooms.items()} == {
        "lena": ["learner"],
        "sam": ["patient"],
        "cleo": ["coach"],
        "oren": ["organiser"],
        "mallory": [],
    }
    room = rooms["lena"][0]
    assert room == {
        "id": room["id"],
        "url": f"/rooms/{room['id']}",
        "session": "Delivering serious news",
        "group": "Maple",
        "seat": "learner",
        "phase": "lobby",
    }
    assert "Thursday 14 May 2026, 11:15 to 13:00 EDT" in client_as(course.lena).get("/").text
