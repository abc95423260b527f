"""One scorecard: its rater and the round's coach read it, the coach may hold a comment back, both may correct it."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import Invalid
from ..domain.release import STANDING_WORDS
from ..domain.text import Text, text
from ..schemas import feedback, forms
from ..services.feedback import corrections, given
from ..services.feedback import release as releases
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("cards", __name__, url_prefix="/rounds/<round_id>/cards/<card_id>")


@blueprint.get("")
@login_required
def show(round_id: str, card_id: str) -> str:
    """The scorecard, line by line."""
    return _page(round_id, card_id)


@blueprint.post("/hold")
@login_required
def hold(round_id: str, card_id: str) -> ResponseReturnValue:
    """Keeps one comment from the learner."""
    form = feedback.HoldForm()
    return _change(
        form,
        round_id,
        card_id,
        "held back",
        text("Held back."),
        lambda uow, fields: releases.hold(
            uow, round_id, card_id, current_user.person_id, fields["entry"], fields["reason"]
        ),
    )


@blueprint.post("/let-go")
@login_required
def let_go(round_id: str, card_id: str) -> ResponseReturnValue:
    """Gives it to the learner after all."""
    form = feedback.EntryForm()
    return _change(
        form,
        round_id,
        card_id,
        "let go",
        text("The learner can read it now, or when the rest is released."),
        lambda uow, fields: releases.let_go(uow, round_id, card_id, current_user.person_id, fields["entry"]),
    )


@blueprint.post("/correct")
@login_required
def correct(round_id: str, card_id: str) -> ResponseReturnValue:
    """Adds a correction to what was released."""
    form = feedback.CorrectionForm()
    return _change(
        form,
        round_id,
        card_id,
        "corrected",
        text("Added. The learner’s home page says so."),
        lambda uow, fields: corrections.add(
            uow,
            parts().library,
            round_id,
            card_id,
            current_user.person_id,
            entry=fields["entry"],
            rating=fields.get("rating"),
            words=fields.get("text"),
            reason=fields["reason"],
        ),
    )


def _change(
    form: forms.Form, round_id: str, card_id: str, what: str, done: Text, verb: Callable[..., Any]
) -> ResponseReturnValue:
    try:
        fields = forms.read(form, request.form)
        parts().store.change(verb, fields)
    except Invalid as refusal:
        return _page(round_id, card_id, refusal.message), 400
    log.info("%s: scorecard %s, by %s", what, card_id, current_user.person_id)
    flash(done, "success")
    return redirect(url_for("cards.show", round_id=round_id, card_id=card_id, _anchor=fields["entry"]), 303)


def _page(round_id: str, card_id: str, problem: str = "") -> str:
    house = parts()
    with house.store.read() as uow:
        card = given.card(uow, house.library, round_id, card_id, current_user.person_id)
    return render_template("report/card.html", card=card, problem=problem, STANDINGS=STANDING_WORDS)
