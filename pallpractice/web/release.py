"""When feedback reaches learners: the course's choice, and for its organisers what waits and what is held back."""

import logging

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import times
from ..domain.release import POLICY_WORDS
from ..domain.text import text
from ..schemas import feedback, forms
from ..services import courses
from ..services.feedback import release as releases
from ..storage.unit_of_work import UnitOfWork
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("release", __name__, url_prefix="/courses")


@blueprint.get("/<slug>/release")
@login_required
def show(slug: str) -> str:
    """The policy; reports that wait for their coach; comments held back, without what they say."""
    with parts().store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        return render_template(
            "courses/release.html",
            course=course,
            organises=True,
            policies=POLICY_WORDS,
            waiting=releases.waiting(uow, course=course),
            held=releases.held(uow, course),
            moment=lambda at: times.moment(at, course.time_zone),
        )


@blueprint.post("/<slug>/release")
@login_required
def choose(slug: str) -> ResponseReturnValue:
    """Keeps the choice. Rooms that are open show it at once; what is out stays out."""
    form = forms.read(feedback.ReleaseForm(), request.form)

    def save(uow: UnitOfWork) -> None:
        course = courses.organised(uow, slug, current_user.person_id)
        releases.choose(uow, course, form["policy"], peer_names=form["peer_names"], by=current_user.person_id)

    parts().store.change(save)
    log.info("release chosen: %s, %s, by %s", slug, form["policy"], current_user.person_id)
    flash(text("Saved."), "success")
    return redirect(url_for("release.show", slug=slug), 303)
