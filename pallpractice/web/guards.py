"""What every request and every response must satisfy, whichever page it is for."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFProtect

from ..config import Settings
from ..domain.text import text
from .parts import parts

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
BY_TOKEN = ("api",)  # where no cookie counts, so that no other site's page can use one
A_YEAR = 365 * 24 * 3600


def register(app: Flask) -> None:
    app.before_request(refuse_other_sites)
    CSRFProtect(app)
    settings: Settings = app.extensions["pallpractice"].settings
    headers = security_headers(settings)

    @app.after_request
    def guard(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        # Almost every page is someone's own: nothing is kept unless a view says so.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def refuse_other_sites() -> None:
    """A change asked for by another site's page is refused before its token is looked at.

    Our own forms come with the Origin "null", since our pages send no referrer; Sec-Fetch-Site tells them apart.
    """
    if request.method in SAFE_METHODS or request.blueprint in BY_TOKEN:
        return
    origin = request.headers.get("Origin", "null")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    known = parts().settings.allowed_origins
    if (origin != "null" and origin not in known) or site not in ("same-origin", "none"):
        abort(403, text("This came from another site. Open the page here and try again."))


def security_headers(settings: Settings) -> dict[str, str]:
    """The headers of every response."""
    headers = {
        "Content-Security-Policy": content_policy(settings),
        "Permissions-Policy": "camera=(self), microphone=(self)",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.secure:
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    return headers


def content_policy(settings: Settings) -> str:
    """Only our own files, no inline script, and no HTML made from text. Safari needs the socket's address named."""
    hosts = {urlsplit(origin).netloc for origin in settings.allowed_origins}
    scheme = "wss" if settings.secure else "ws"
    sockets = " ".join(sorted(f"{scheme}://{host}" for host in hosts))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self' {sockets}; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
