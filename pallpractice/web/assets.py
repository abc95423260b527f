"""Static files under a build id, so that browsers may keep them for good and still get the newer ones."""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, send_from_directory
from werkzeug.security import safe_join

from ..config import CHECKOUT
from ..library import languages

STATIC = CHECKOUT / "static"
PACKED = (".js", ".css", ".svg")
FOR_GOOD = "public, max-age=31536000, immutable"

# With nosniff a script or font of an unknown type is refused, and not every system knows these.
for _suffix, _type in ((".js", "text/javascript"), (".woff2", "font/woff2"), (".svg", "image/svg+xml")):
    mimetypes.add_type(_type, _suffix)


def build_id(*folders: Path) -> str:
    """Twelve digits that change with any file's name or contents."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=200)
def packed(path: str) -> bytes:
    """A static file as it goes over the wire. These hold no secrets, so that compressing them tells nothing."""
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


@lru_cache
def _packed_words(code: str) -> bytes:
    found = languages.language(code)
    return gzip.compress(found.for_browser if found else b"{}", 9, mtime=0)


def register(app: Flask) -> None:
    present_build = build_id(STATIC, languages.FOLDER)

    @app.url_defaults
    def add_build(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in ("static_build", "words_build"):
            values.setdefault("build", present_build)

    @app.get("/static/<build>/<path:filename>", endpoint="static_build")
    def serve(build: str, filename: str) -> Response:
        path = safe_join(str(STATIC), filename)
        takes_packed = filename.endswith(PACKED) and request.accept_encodings.quality("gzip") > 0
        if takes_packed and path and Path(path).is_file():
            response = Response(packed(path), mimetype=mimetypes.guess_type(filename)[0])
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = send_from_directory(STATIC, filename)
        if filename.endswith(PACKED):
            response.vary.add("Accept-Encoding")
        return _kept(response, build)

    @app.get("/static/<build>/words/<code>.json", endpoint="words_build")
    def serve_words(build: str, code: str) -> Response:
        """What static/js/translated.js reads, for other languages than English."""
        found = languages.language(code)
        if found is None:
            abort(404)
        response = Response(_packed_words(code), mimetype="application/json")
        response.headers["Content-Encoding"] = "gzip"
        return _kept(response, build)

    def _kept(response: Response, build: str) -> Response:
        # A page from before a restart may ask by the older id: it gets today's file, and must not keep it.
        response.headers["Cache-Control"] = FOR_GOOD if build == present_build else "no-cache"
        return response
