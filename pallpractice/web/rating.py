"""The organiser's page of a course's feedback; and a scorecard that is handed in after its round was closed."""

import logging
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import Invalid
from ..domain.groups import professions
from ..domain.roles import Seat
from ..domain.text import Text, text, texts
from ..schemas import forms
from ..schemas import rating as schemas
from ..services import courses
from ..services.feedback import late
from ..services.rating import overview, raters, reliability, reminding, skills
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("rating", __name__)


@blueprint.get("/courses/<slug>/feedback")
@login_required
def show(slug: str) -> str:
    """Who has practised and had feedback, what is missing, how skills and raters look: for the course's organisers."""
    by = Seat(forms.read(schemas.FeedbackForm(), request.args)["by"])
    house = parts()
    with house.store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        people = overview.standings(uow, course)
        first = reliability.ratings(uow, course)
        return render_template(
            "rating/feedback.html",
            course=course,
            organises=True,
            people=people,
            totals=overview.totals(people),
            owing=reminding.owing(uow, course),
            mail=house.settings.mail is not None,
            told=lambda at: times.joined_by_comma(times.day(at, course.time_zone), times.clock(at, course.time_zone)),
            skills=skills.of_ratings(uow, house.library, skills.ratings(uow, course), by),
            by=by.value,
            families=professions.MANY,
            agreement=reliability.by_item(first),
            raters=raters.of_course(uow, house.library, course, first),
        )


@blueprint.post("/courses/<slug>/feedback/remind")
@login_required
def remind(slug: str) -> ResponseReturnValue:
    """Lets a letter wait for each of those whose forms are missing; who was told of them before only with `again`."""
    form = forms.read(schemas.RemindForm(), request.form)
    postman = parts().postman

    def wait(uow: UnitOfWork) -> int:
        course = courses.organised(uow, slug, current_user.person_id)
        if postman is None:
            raise Invalid(text("Mail is off on this site. Copy the list instead."))
        people = [form["person"]] if form["person"] else None
        return reminding.remind(uow, course, again=form["again"], people=people)

    count = parts().store.change(wait)
    if postman:
        postman.wake()
    log.info("reminders of feedback wait: %d in %s, by %s", count, slug, current_user.person_id)
    if count:
        flash(texts("One letter is on its way.", "{n} letters are on their way.", count), "success")
    else:
        flash(text("Nobody was left to be reminded: their forms have come, or a letter waits already."), "info")
    return redirect(url_for("rating.show", slug=slug, _anchor="missing-title"), 303)


@blueprint.get("/rounds/<round_id>/scorecard")
@login_required
def scorecard(round_id: str) -> str:
    """One's own scorecard of a closed round, to be handed in late."""
    return _form(round_id)


@blueprint.post("/rounds/<round_id>/scorecard")
@login_required
def hand_in(round_id: str) -> ResponseReturnValue:
    """Keeps it, and opens it to the learner as the course has chosen."""
    form = forms.read(schemas.RatingsForm(), schemas.named(request.form))
    try:
        opened = parts().store.change(late.hand_in, parts().library, round_id, current_user.person_id, **form)
    except Invalid as refusal:
        return _form(round_id, form, refusal), 400
    log.info("late scorecard: %s, by %s", round_id, current_user.person_id)
    flash(_thanks(opened), "success")
    return redirect(url_for("home.index"), 303)


def _thanks(opened: bool) -> Text:
    if opened:
        return text("Thank you. Your feedback is in, and the learner can read it now.")
    return text("Thank you. Your feedback is in. The coach releases it.")


def _form(round_id: str, given: dict[str, Any] | None = None, refusal: Invalid | None = None) -> str:
    """`given` keeps what was written on a form that could not be kept; else what had been begun in the room."""
    with parts().store.read() as uow:
        form = late.find(uow, parts().library, round_id, current_user.person_id)
    if given is None:
        given = {
            "ratings": {
                id: entry.rating for id, entry in form.saved.items() if entry.rating is not None or entry.not_observed
            },
            "comments": {id: entry.text for id, entry in form.saved.items() if entry.text},
        }
    return render_template("rating/late.html", form=form, given=given, refusal=refusal, longest=schemas.LONGEST_COMMENT)
