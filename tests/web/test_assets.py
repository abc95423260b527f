"""Static files: kept for good under their build id, packed where that helps, and nothing outside the folder."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from flask import url_for

from pallpractice.config import CHECKOUT

CSS = "css/pallpractice.css"


@pytest.fixture
def client(client_as: Callable[..., Any]) -> Any:
    return client_as(None)


def address(client: Any, name: str) -> str:
    with client.application.test_request_context():
        return url_for("static_build", filename=name)


def test_text_goes_packed_to_who_takes_it(client: Any) -> None:
    with client.get(address(client, CSS)) as plain:
        whole = plain.data
    packed = client.get(address(client, CSS), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == whole
    assert len(whole) < len((CHECKOUT / "static" / CSS).read_bytes())  # without comments and indents
    assert packed.headers["Content-Type"].startswith("text/css")
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(whole) / 3


def test_a_file_is_kept_for_good_under_its_build_only(client: Any) -> None:
    for path, kept in ((address(client, CSS), True), (f"/static/older/{CSS}", False)):
        with client.get(path) as answer:
            assert ("immutable" in answer.headers["Cache-Control"]) == kept


def test_nothing_outside_the_folder(client: Any) -> None:
    for name in ("../wsgi.py", "..%2fwsgi.py", "css/../../pyproject.toml", "none.js"):
        assert client.get(f"/static/x/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404
