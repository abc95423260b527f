"""The board's page: a plain table of the rooms, and what the live one begins with."""

import logging

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.text import text, texts
from ..services.board import organising, overview
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("board", __name__, url_prefix="/board")


@blueprint.get("/<session_id>")
@login_required
def show(session_id: str) -> str:
    """All rooms of the session, for organisers and coaches of its course."""
    house, person = parts(), current_user.person_id
    with house.store.read() as uow:
        view = overview.board(uow, house.library, session_id, person, house.present)
    return render_template("board.html", view=view, data={"session": session_id, "person": person, "view": view})


@blueprint.post("/<session_id>/rooms")
@login_required
def make_rooms(session_id: str) -> ResponseReturnValue:
    """Makes the rooms that groups still lack."""
    made = parts().store.change(organising.open_rooms, session_id, current_user.person_id)
    log.info("rooms made: %d, by %s", made, current_user.person_id)
    if made:
        flash(texts("{n} room made.", "{n} rooms made.", made))
    else:
        flash(text("Every group with people in it has its room already. Put people into groups first."), "warn")
    return redirect(url_for("board.show", session_id=session_id), 303)
