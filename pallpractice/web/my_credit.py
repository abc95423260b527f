"""One's own credit over all courses."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..services.credit import claims, participation
from .credit import hours
from .parts import parts

blueprint = Blueprint("my_credit", __name__)


@blueprint.get("/me/credit")
@login_required
def show() -> ResponseReturnValue:
    """The courses I learn in with what I am awarded; with one alone, its page."""
    with parts().store.read() as uow:
        places = participation.places(uow, current_user.person_id)
        if len(places) == 1:
            return redirect(url_for("credit.mine", slug=places[0].course.slug))
        found = [claims.standing(uow, place.course, place) for place in places]
        return render_template("credit/courses.html", found=found, hours=hours)
