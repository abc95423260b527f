"""Pages on paper: the same HTML as a file to keep, and laid out as a PDF where WeasyPrint is installed.

`page` renders a template that extends `paper.html`, complete in itself: styles inside, nothing to fetch. `answer` sends
it as a tagged PDF. It is laid out in a thread of its own, one at a time, and may read our static files only.
"""

import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Response, render_template
from markupsafe import Markup

from ..domain.errors import Unavailable
from ..domain.text import text
from .assets import STATIC
from .parts import parts

# Nobody has this address: what is below it is read from the folder, and all else is refused.
BASE = "https://static.invalid/"
NEEDED = text(
    "This server can't make PDF files. Print the page from your browser instead; whoever runs the server can add it "
    "by installing WeasyPrint."
)
_ready: list[bool] = []  # whether WeasyPrint and the libraries it needs are here, once that has been tried


def available() -> bool:
    """Can this server make PDF files? Where not, pages offer printing."""
    if not _ready:
        _ready.append(parts().printing(_found))
    return _ready[0]


def _found() -> bool:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):  # not installed, or without Pango
        return False
    return True


def page(template: str, **context: Any) -> str:
    """The template as a file that needs nothing beside it."""
    styles = (STATIC / "css" / "paper.css").read_text()
    html = render_template(template, styles=Markup(styles), **context)  # noqa: S704 (a file of ours)
    return _draw(html)


def _draw(html: str) -> str:
    """A drawing in a PDF knows nothing of the page's styles, so each gets its own."""
    styles = (STATIC / "css" / "paper-charts.css").read_text()
    return re.sub(r"<svg\b[^>]*>", lambda opening: f"{opening[0]}<style>{styles}</style>", html)


def answer(html: str, filename: str) -> Response:
    """The HTML laid out as a PDF to keep. Raises Unavailable where there is no WeasyPrint, and when too many ask."""
    return attachment(laid_out(html), filename, "application/pdf")


def laid_out(html: str) -> bytes:
    """The PDF itself. Raises Unavailable as `answer` does."""
    if not available():
        raise Unavailable(NEEDED)
    made: bytes = parts().printing(_laid_out, html)
    return made


def attachment(body: bytes | str, filename: str, mimetype: str) -> Response:
    """A file for its reader alone. `filename` is plain ASCII."""
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def json_file(data: Any, filename: str) -> Response:
    """The same as data to keep."""
    return attachment(json.dumps(data, ensure_ascii=False, indent=2) + "\n", filename, "application/json")


def _laid_out(html: str) -> bytes:
    from weasyprint import HTML

    document = HTML(string=html, base_url=f"{BASE}css/", url_fetcher=_static_only())
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return made


def _static_only() -> Any:
    """Reads our static files, and refuses whatever else a page points to."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Static(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            path = (STATIC / unquote(urlsplit(url).path).lstrip("/")).resolve()
            if not url.startswith(BASE) or STATIC.resolve() not in path.parents:
                raise ValueError(f"not one of our files: {url}")
            return URLFetcherResponse(url, path.read_bytes())

    return Static(allowed_protocols=())
