"""Static files under a build id, so that browsers may keep them for good and still get the newer ones."""

import hashlib
import mimetypes
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

from ..config import CHECKOUT

STATIC = CHECKOUT / "static"
FOR_GOOD = "public, max-age=31536000, immutable"

# With nosniff a script or font of an unknown type is refused, and not every system knows these.
for _suffix, _type in ((".js", "text/javascript"), (".woff2", "font/woff2"), (".svg", "image/svg+xml")):
    mimetypes.add_type(_type, _suffix)


def build_id(folder: Path) -> str:
    """Twelve digits that change with any file's name or contents."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def register(app: Flask) -> None:
    present_build = build_id(STATIC)

    @app.url_defaults
    def add_build(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static_build":
            values.setdefault("build", present_build)

    @app.get("/static/<build>/<path:filename>", endpoint="static_build")
    def serve(build: str, filename: str) -> Response:
        response = send_from_directory(STATIC, filename)
        # A page from before a restart may ask by the older id: it gets today's file, and must not keep it.
        response.headers["Cache-Control"] = FOR_GOOD if build == present_build else "no-cache"
        return response
