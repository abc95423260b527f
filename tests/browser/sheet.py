"""A contact sheet: every seat x moment x width x light of one round, to be looked at together.

`artefacts/sheet/index.html` holds all of it, `artefacts/sheet/MOMENT.png` one moment each.
"""

from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.barriers import Look
from tests.browser.conftest import ARTEFACTS

LOOKS = tuple(Look(width, scheme) for scheme in ("light", "dark") for width in (1280, 390))  # type: ignore[arg-type]
STYLE = """
body { margin: 16px; font: 14px system-ui; background: #888; width: 1900px; }
table { border-collapse: collapse; } th, td { padding: 4px; vertical-align: top; text-align: left; }
img { display: block; max-height: 660px; object-fit: cover; object-position: top; }
.of-1280 { width: 640px; } .of-390 { width: 240px; }
"""


class Sheet:
    def __init__(self, folder: Path = ARTEFACTS / "sheet") -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.moments: dict[str, list[str]] = {}

    def add(self, page: Page, moment: str, seat: str, look: Look) -> None:
        """Keeps the page as it stands, if the sheet has a place for this look."""
        if look in LOOKS:
            page.screenshot(path=self.folder / f"{moment}-{seat}-{look}.jpg", type="jpeg", quality=70, full_page=True)
            seats = self.moments.setdefault(moment, [])
            if seat not in seats:
                seats.append(seat)

    def save(self, chromium: Browser) -> Path:
        """Writes the sheet, and a picture of each moment's part of it."""
        parts = "".join(f'<section id="{moment}">{self._table(moment)}</section>' for moment in self.moments)
        index = self.folder / "index.html"
        index.write_text(f"<!doctype html><title>Contact sheet</title><style>{STYLE}</style>{parts}", encoding="utf-8")
        page = chromium.new_page(viewport={"width": 1940, "height": 1000})
        page.goto(index.as_uri())
        for moment in self.moments:
            page.locator(f"#{moment}").screenshot(path=self.folder / f"{moment}.png")
        page.close()
        return index

    def _table(self, moment: str) -> str:
        rows = "".join(f"<tr>{self._row(moment, seat)}</tr>" for seat in self.moments[moment])
        return f"<h1>{escape(moment)}</h1><table>{rows}</table>"

    def _row(self, moment: str, seat: str) -> str:
        return f"<th>{escape(seat)}</th>" + "".join(
            self._picture(f"{moment}-{seat}-{look}.jpg", look) for look in LOOKS
        )

    def _picture(self, name: str, look: Look) -> str:
        return f'<td><a href="{name}"><img class="of-{look.width}" src="{name}" alt="{name}"></a></td>'
