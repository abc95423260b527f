"""My feedback: what I was given over all rounds, to read and to keep, and what I gave."""

from flask import Blueprint, Response, render_template
from flask_login import current_user, login_required

from ..domain.release import STANDING_WORDS
from ..services.feedback import given, portfolio, release
from . import pdf
from .language import said
from .parts import parts

blueprint = Blueprint("portfolio", __name__)


@blueprint.get("/me/feedback")
@login_required
def show() -> str:
    """Progress, goals and next steps, reports; below them the scorecards I wrote."""
    house = parts()
    with house.store.read() as uow:
        mine = portfolio.portfolio(uow, house.library, current_user.person_id)
        gave = given.of_rater(uow, current_user.person_id)
    return render_template("portfolio/show.html", mine=mine, gave=gave, pdf=pdf.available(), STANDINGS=STANDING_WORDS)


@blueprint.get("/me/feedback.pdf")
@login_required
def as_pdf() -> Response:
    """The portfolio as a PDF."""
    return pdf.answer(_paper("pdf"), "my-feedback.pdf")


@blueprint.get("/me/feedback.html")
@login_required
def as_html() -> Response:
    """The same as one file for any browser."""
    return pdf.attachment(_paper("html"), "my-feedback.html", "text/html")


@blueprint.get("/me/feedback.json")
@login_required
def as_json() -> Response:
    """The portfolio with every report that is out, as data."""
    house = parts()
    with house.store.read() as uow:
        mine = portfolio.whole(uow, house.library, current_user.person_id, threshold=house.settings.gap_threshold)
    house.store.change(release.kept, current_user.person_id, "json")
    return pdf.json_file(said(mine), "my-feedback.json")


def _paper(kind: str) -> str:
    house = parts()
    house.store.change(release.kept, current_user.person_id, kind)
    with house.store.read() as uow:
        mine = portfolio.portfolio(uow, house.library, current_user.person_id)
    return pdf.page("portfolio/paper.html", mine=mine)
