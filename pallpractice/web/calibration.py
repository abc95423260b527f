"""Practice in rating: worked encounters to rate, and for coaches where the raters of their rounds were far apart."""

import logging

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import Invalid
from ..domain.roles import Role
from ..domain.text import text
from ..schemas import forms
from ..schemas import rating as schemas
from ..services import courses
from ..services.rating import apart, practice
from . import times
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("calibration", __name__, url_prefix="/courses/<slug>/calibration")


@blueprint.get("")
@login_required
def show(slug: str) -> str:
    """The encounters to practise on; below, for a coach, the rounds whose raters have something to talk over."""
    house = parts()
    with house.store.read() as uow:
        course, role = courses.of_member(uow, slug, current_user.person_id)
        return render_template(
            "rating/practice.html",
            course=course,
            organises=role is Role.ORGANISER,
            offers=practice.offered(uow, house.library, course, current_user.person_id),
            coaches=role is Role.COACH,
            rounds=apart.of_coach(uow, house.library, course, current_user.person_id) if role is Role.COACH else [],
            day=lambda at: times.day(at, course.time_zone),
        )


@blueprint.get("/<encounter_id>")
@login_required
def encounter(slug: str, encounter_id: str) -> str:
    """One encounter: to be rated, or with the reference beside what one has rated."""
    return _page(slug, encounter_id)


@blueprint.post("/<encounter_id>")
@login_required
def submit(slug: str, encounter_id: str) -> ResponseReturnValue:
    """Keeps one's ratings, and shows the reference."""
    form = forms.read(schemas.RatingsForm(), schemas.named(request.form))
    given = form["ratings"]
    try:
        parts().store.change(practice.submit, parts().library, slug, current_user.person_id, encounter_id, given)
    except Invalid as refusal:
        return _page(slug, encounter_id, given, refusal), 400
    log.info("encounter rated: %s in %s, by %s", encounter_id, slug, current_user.person_id)
    flash(text("Thank you. Here is the reference beside your ratings."), "success")
    return redirect(url_for("calibration.encounter", slug=slug, encounter_id=encounter_id), 303)


def _page(
    slug: str, encounter_id: str, given: dict[str, int | None] | None = None, refusal: Invalid | None = None
) -> str:
    """`given` keeps what was chosen on a form that could not be kept."""
    with parts().store.read() as uow:
        sheet = practice.sheet(uow, parts().library, slug, current_user.person_id, encounter_id)
    return render_template(
        "rating/encounter.html",
        sheet=sheet,
        course=sheet.course,
        organises=sheet.role is Role.ORGANISER,
        given=given or {},
        refusal=refusal,
    )
