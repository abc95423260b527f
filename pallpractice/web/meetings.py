"""Where the course talks: the addresses of its video meetings, for its organisers."""

import logging
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import Invalid
from ..domain.text import text
from ..schemas import forms
from ..services import courses, meetings
from ..storage.unit_of_work import UnitOfWork
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("meetings", __name__, url_prefix="/courses")


@blueprint.get("/<slug>/meeting")
@login_required
def show(slug: str) -> str:
    """The course's address and its groups', with what each comes to."""
    return _page(slug)


@blueprint.post("/<slug>/meeting")
@login_required
def save(slug: str) -> ResponseReturnValue:
    """Keeps all of them, or says what is wrong with each that can't be used."""
    written = {name: value for name, value in request.form.items() if name != forms.TOKEN}

    def keep(uow: UnitOfWork) -> None:
        meetings.save(uow, courses.organised(uow, slug, current_user.person_id), written)

    try:
        parts().store.change(keep)
    except Invalid as refusal:
        return _page(slug, refusal, written), 400
    log.info("meeting addresses saved: %s, by %s", slug, current_user.person_id)
    flash(text("Saved. Rooms that are open show it already."), "success")
    return redirect(url_for("meetings.show", slug=slug), 303)


def _page(slug: str, refusal: Invalid | None = None, written: Mapping[str, str] | None = None) -> str:
    """`written` keeps what was typed on a form that could not be saved."""
    house = parts()
    with house.store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        return render_template(
            "courses/meeting.html",
            course=course,
            organises=True,
            places=meetings.places(uow, course, house.settings.meeting_url_template),
            site=house.settings.meeting_url_template,
            written=written or {},
            refusal=refusal,
            faults=(refusal.fields or {}) if refusal else {},
        )
