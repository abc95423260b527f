"""The learner's report of a round, and the list of one's own."""

from flask import Blueprint, render_template
from flask_login import current_user, login_required

from ..services.feedback import reports
from .parts import parts

blueprint = Blueprint("reports", __name__)


@blueprint.get("/rounds/<round_id>/report")
@login_required
def show(round_id: str) -> str:
    """One round's report, for its learner."""
    house = parts()
    with house.store.read() as uow:
        report = reports.report(uow, house.library, round_id, current_user.person_id)
    return render_template("report.html", report=report)
