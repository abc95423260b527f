"""Tokens for programs, on a page of the course: made and shown once, looked over, ended."""

import logging
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import Invalid
from ..domain.text import Text, text
from ..domain.tokens import DAYS, Scope
from ..schemas import forms
from ..schemas import tokens as schemas
from ..services import courses, tokens
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("tokens", __name__, url_prefix="/courses/<slug>/tokens")
SCOPES = {
    Scope.READ: text("Read everything that its organiser may"),
    Scope.WRITE: text("Read, and add, change and take out people"),
}
NO_NAME = text("Write what the token is for, in up to 80 characters.")


def _organised(uow: UnitOfWork, slug: str) -> Course:
    return courses.organised(uow, slug, current_user.person_id)


@blueprint.get("")
@login_required
def show(slug: str) -> str:
    """The tokens of the course, whoever made them, and the form for another."""
    return _page(slug)


@blueprint.post("")
@login_required
def make(slug: str) -> ResponseReturnValue:
    """Makes a token. It can be read on this page alone: only its hash is kept."""
    try:
        form = forms.read(schemas.TokenForm(), {**request.form, "name": request.form.get("name", "").strip()})
        token = parts().store.change(
            lambda uow: tokens.make(uow, _organised(uow, slug), current_user.person_id, **form)
        )
    except Invalid as refusal:
        problem = NO_NAME if "name" in (refusal.fields or {}) else refusal.message
        return _page(slug, problem=problem), 400
    log.info("token made: of %s, by %s", slug, current_user.person_id)
    return _page(slug, token=token, name=form["name"])


@blueprint.post("/<token_id>/revoke")
@login_required
def revoke(slug: str, token_id: str) -> ResponseReturnValue:
    """Ends a token at once."""
    name = parts().store.change(lambda uow: tokens.revoke(uow, _organised(uow, slug), token_id, current_user.person_id))
    log.info("token ended: %s of %s, by %s", token_id, slug, current_user.person_id)
    flash(text("{name} has ended. A program that still has it is refused from now on.", name=name))
    return redirect(url_for("tokens.show", slug=slug), 303)


def _page(slug: str, **shown: Any) -> str:
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        rows = tokens.of_course(uow, course)
        live = [row for row in rows if not row.revoked_at and row.expires_at > uow.now]

    def on(at: datetime | None) -> Text:
        return times.on(at.astimezone(ZoneInfo(course.time_zone))) if at else text("never")

    return render_template(
        "tokens.html", course=course, organises=True, tokens=live, scopes=SCOPES, days=DAYS, on_day=on, **shown
    )
