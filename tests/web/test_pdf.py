"""Files of pages: what a PDF is like inside, what it may read, and what is said where none can be made."""

from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader

from pallpractice.domain.errors import Unavailable
from pallpractice.web import pdf

PAGE = """<!doctype html><html lang="es"><head><title>Informe de Lena</title></head>
<body><p class="paper-foot">Para Lena</p><main><h1>Una meta</h1><img src="{image}" alt=""></main></body></html>"""


def test_a_pdf_is_tagged_and_says_its_title_and_language(app: Flask) -> None:
    with app.test_request_context():
        answer = pdf.answer(PAGE.format(image=""), "lena.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lena.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    made = PdfReader(BytesIO(answer.data))
    assert "Una meta" in made.pages[0].extract_text()
    assert made.metadata
    assert made.metadata.title == "Informe de Lena"
    root = made.trailer["/Root"]
    assert root["/Lang"] == "es"
    assert root["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("../vendor/atkinson-hyperlegible-next-latin.woff2", True),
        ("https://static.invalid/css/paper.css", True),
        ("https://static.invalid/../pyproject.toml", False),
        ("https://static.invalid/%2e%2e/pyproject.toml", False),
        ("https://static.invalid.example.org/css/paper.css", False),
        ("https://example.org/x.png", False),
        ("file:///etc/hostname", False),
        ("data:text/plain,hello", False),
    ],
)
def test_a_page_on_paper_reads_our_static_files_only(address: str, read: bool) -> None:
    from weasyprint.urls import url_join

    url = url_join(f"{pdf.BASE}css/", address, allow_relative=False, context="a test")
    fetcher = pdf._static_only()
    if read:
        assert fetcher.fetch(url).read()
    else:
        with pytest.raises((ValueError, OSError)):
            fetcher.fetch(url)


def test_a_page_that_points_elsewhere_is_made_without_it(app: Flask) -> None:
    with app.test_request_context():
        made = PdfReader(BytesIO(pdf.answer(PAGE.format(image="https://example.org/x.png"), "x.pdf").data))
    assert "Una meta" in made.pages[0].extract_text()


def test_without_weasyprint_it_says_what_to_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_ready", [])
    monkeypatch.setattr(pdf, "_found", lambda: False)
    with app.test_request_context():
        assert not pdf.available()
        with pytest.raises(Unavailable, match="installing WeasyPrint"):
            pdf.answer(PAGE, "x.pdf")


def test_each_drawing_brings_its_own_styles() -> None:
    drawn = pdf._draw('<p><svg viewBox="0 0 9 9"><circle class="peers" r="4"/></svg></p>')
    assert ".peers { fill: #2f6b3a;" in drawn
    assert "var(" not in drawn
