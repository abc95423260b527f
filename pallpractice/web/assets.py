"""Static files under a build id, so that browsers may keep them for good and still get the newer ones.

Scripts and styles go out lean and compressed; `packs/NAME.js` is a live page's modules in one script (`packs.py`).
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import brotli
from flask import Flask, Response, abort, current_app, request, send_from_directory

from ..config import CHECKOUT
from ..library import languages
from . import lean, packs

STATIC = CHECKOUT / "static"
MAKERS = (Path(lean.__file__), Path(packs.__file__))
PACKED = (".js", ".css", ".svg")
FOR_GOOD = "public, max-age=31536000, immutable"
# In the order of preference. Browsers offer Brotli over TLS and on this machine.
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda data: brotli.compress(data, mode=brotli.MODE_TEXT, quality=11),
    "gzip": lambda data: gzip.compress(data, 9, mtime=0),
    "identity": bytes,
}

# With nosniff a script or font of an unknown type is refused, and not every system knows these.
for _suffix, _type in ((".js", "text/javascript"), (".woff2", "font/woff2"), (".svg", "image/svg+xml")):
    mimetypes.add_type(_type, _suffix)


def build_id(*folders: Path) -> str:
    """Twelve digits that change with any file's name or contents, and with how they are made lean."""
    digest = hashlib.sha256(b"".join([lean.MAKER.encode(), *(path.read_bytes() for path in MAKERS)]))
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Wire:
    """The files as they go over the wire, each made once. They hold no secrets, so that compressing tells nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str], bytes | None] = {}
        self._one_at_a_time = Lock()

    def get(self, name: str, encoding: str, offload: Callable[..., Any]) -> bytes | None:
        """The bytes, or None if there is no such file. Compressing takes a third of a second: not on the loop."""
        if (name, encoding) not in self._made:
            with self._one_at_a_time:
                if (name, encoding) not in self._made:
                    self._made[name, encoding] = offload(self._make, name, encoding)
        return self._made[name, encoding]

    def _make(self, name: str, encoding: str) -> bytes | None:
        data = self.data(name)
        return None if data is None else ENCODINGS[encoding](data)

    def data(self, name: str) -> bytes | None:
        """What is sent, before it is compressed. Vendored files are sent as they lie there."""
        folder, _, file = name.rpartition("/")
        stem = file.rpartition(".")[0]
        if folder == "packs":
            pack = packs.pack(self._folder, stem)
            return None if pack is None else pack.encode()
        if folder == "words":
            language = languages.language(stem)
            return None if language is None else language.for_browser
        make = {"js": lean.script, "css": lean.style}.get(folder)
        source = (self._folder / name).read_bytes()
        return make(source.decode()).encode() if make else source


WIRE = Wire(STATIC)


def register(app: Flask) -> None:
    present_build = build_id(STATIC, languages.FOLDER)
    packed = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.suffix in PACKED}
    packed |= {f"packs/{path.name}" for path in (STATIC / "js").glob("*.js")}

    @app.url_defaults
    def add_build(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in ("static_build", "words_build"):
            values.setdefault("build", present_build)

    @app.get("/static/<build>/<path:filename>", endpoint="static_build")
    def serve(build: str, filename: str) -> Response:
        made = filename in packed
        return _kept(_compressed(filename) if made else send_from_directory(STATIC, filename), build)

    @app.get("/static/<build>/words/<code>.json", endpoint="words_build")
    def serve_words(build: str, code: str) -> Response:
        """What static/js/translated.js reads, for other languages than English."""
        return _kept(_compressed(f"words/{code}.json"), build)

    def _kept(response: Response, build: str) -> Response:
        # A page from before a restart may ask by the older id: it gets today's file, and must not keep it.
        response.headers["Cache-Control"] = FOR_GOOD if build == present_build else "no-cache"
        return response


def _compressed(name: str) -> Response:
    """As this browser can read it; 404 if there is no such file."""
    encoding = next(one for one in ENCODINGS if one == "identity" or request.accept_encodings.quality(one) > 0)
    body = WIRE.get(name, encoding, current_app.extensions["pallpractice"].offload)
    if body is None:
        abort(404)
    response = Response(body, mimetype=mimetypes.guess_type(name)[0])
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    return response
