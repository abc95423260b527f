"""A round's report: for its learner, who can keep it as a file, and for the coach, who may release it by hand."""

import logging
from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import NotFound
from ..domain.release import STANDING_WORDS
from ..domain.reports import Who
from ..domain.text import text
from ..services.feedback import readers, reports
from ..services.feedback import release as releases
from . import pdf
from .language import flash, said
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("reports", __name__)


@blueprint.get("/rounds/<round_id>/report")
@login_required
def show(round_id: str) -> ResponseReturnValue:
    """The report, and that it was opened. A coach whose own scorecard is still to come is led there first."""
    try:
        report = _read(round_id)
    except readers.Sealed as refusal:
        flash(refusal.message, "info")
        return redirect(url_for("rating.scorecard", round_id=round_id), 303)
    return render_template("report/show.html", report=report, pdf=pdf.available(), STANDINGS=STANDING_WORDS)


@blueprint.get("/rounds/<round_id>/report.pdf")
@login_required
def as_pdf(round_id: str) -> Response:
    """The learner's own, as a PDF."""
    return pdf.answer(_paper(round_id, "pdf"), f"report-{round_id[:8]}.pdf")


@blueprint.get("/rounds/<round_id>/report.html")
@login_required
def as_html(round_id: str) -> Response:
    """The same as one file for any browser."""
    return pdf.attachment(_paper(round_id, "html"), f"report-{round_id[:8]}.html", "text/html")


@blueprint.get("/rounds/<round_id>/report.json")
@login_required
def as_json(round_id: str) -> Response:
    """The same as data."""
    return pdf.json_file(said(_own(round_id, "json")), f"report-{round_id[:8]}.json")


@blueprint.post("/rounds/<round_id>/release")
@login_required
def release(round_id: str) -> ResponseReturnValue:
    """The coach releases it."""
    parts().store.change(releases.by_hand, round_id, current_user.person_id)
    log.info("released: round %s, by %s", round_id, current_user.person_id)
    flash(text("Released. The learner’s home page says so."), "success")
    return redirect(url_for("reports.show", round_id=round_id), 303)


def _read(round_id: str) -> dict[str, Any]:
    """The report as this reader may read it; each reading is written down."""
    house = parts()
    with house.store.read() as uow:
        report = reports.report(
            uow, house.library, round_id, current_user.person_id, threshold=house.settings.gap_threshold
        )
    house.store.change(releases.opened, round_id, current_user.person_id)
    return report


def _own(round_id: str, kind: str) -> dict[str, Any]:
    """Only one's own is there to keep. Raises NotFound for a coach."""
    report = _read(round_id)
    if report["reader"] is not Who.LEARNER:
        raise NotFound(readers.NO_REPORT)
    parts().store.change(releases.kept, current_user.person_id, kind, round_id)
    return report


def _paper(round_id: str, kind: str) -> str:
    return pdf.page("report/paper.html", report=_own(round_id, kind))
