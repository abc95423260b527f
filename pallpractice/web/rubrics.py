"""The rubrics: what is looked at, in which words, and blank ones to print."""

from flask import Blueprint, render_template, request
from flask_login import current_user, login_required

from ..domain.rubric import RATING_SEATS, Rubric
from ..schemas import forms
from ..services import rubrics, scenarios
from .parts import parts

blueprint = Blueprint("rubrics", __name__, url_prefix="/rubrics")


@blueprint.get("")
@login_required
def library() -> str:
    """All rubrics."""
    with parts().store.read() as uow:
        who = scenarios.reader(uow, current_user.person_id)
    return render_template("rubrics/library.html", rubrics=rubrics.readable(parts().library, who))


@blueprint.get("/<rubric_id>")
@login_required
def show(rubric_id: str) -> str:
    """One rubric, in every seat's words."""
    return render_template("rubrics/show.html", rubric=_find(rubric_id), seats=RATING_SEATS)


@blueprint.get("/<rubric_id>/print")
@login_required
def printed(rubric_id: str) -> str:
    """A blank form for one seat."""
    seat = forms.read(forms.SeatForm(), request.args)["seat"]
    return render_template("rubrics/print.html", rubric=_find(rubric_id), seat=seat)


def _find(rubric_id: str) -> Rubric:
    with parts().store.read() as uow:
        return rubrics.find(parts().library, scenarios.reader(uow, current_user.person_id), rubric_id)
