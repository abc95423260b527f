"""A group's page: its agreement, its people, when it meets, and what each keeps for themselves."""

import logging
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.circle import LONGEST_GOAL, LONGEST_NOTE, TITLES
from ..domain.errors import Stale
from ..domain.text import text
from ..schemas import forms
from ..services.circles import pages
from ..storage.courses import Person
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("circles", __name__, url_prefix="/groups/<group_id>")


@blueprint.get("")
@login_required
def show(group_id: str) -> str:
    """The group, for its people and the organisers."""
    asked = forms.read(forms.DayForm(), request.args)["day"]
    with parts().store.read() as uow:
        return _page(uow, group_id, asked)


@blueprint.post("/goal")
@login_required
def set_goal(group_id: str) -> ResponseReturnValue:
    """One's own goal for the course."""
    form = forms.read(forms.CourseGoalForm(), request.form)
    parts().store.change(pages.set_goal, group_id, current_user.person_id, form["goal"])
    flash(text("Saved."), "success")
    return redirect(url_for("circles.show", group_id=group_id), 303)


@blueprint.post("/hand-over")
@login_required
def hand_over(group_id: str) -> ResponseReturnValue:
    """The coach's note of a day. When another coach was faster, both texts are shown and nothing is saved."""
    form = forms.read(forms.HandOverForm(), request.form)
    day, note = form["day"], form["note"]
    try:
        parts().store.change(pages.hand_over, group_id, current_user.person_id, day, note, form["seen"])
    except Stale as stale:
        with parts().store.read() as uow:
            return _page(uow, group_id, day, {"text": note, "now": stale.current, "message": stale.message}), 409
    log.info("hand-over note saved: %s, by %s", group_id, current_user.person_id)
    flash(text("Saved."), "success")
    return redirect(url_for("circles.show", group_id=group_id, day=day, _anchor="hand-over"), 303)


def _page(uow: UnitOfWork, group_id: str, day: date | None, lost: dict[str, Any] | None = None) -> str:
    """`lost` is what a coach wrote when another was faster."""
    page = pages.page(uow, group_id, current_user.person_id)
    own_zone = uow.session.get_one(Person, current_user.person_id).time_zone
    zone = page.course.time_zone
    days: dict[date, list[dict[str, Any]]] = {}
    for meeting in page.meetings:
        session = meeting.session
        when = times.span(session.starts_at, session.ends_at, zone)
        own = times.own_span(session.starts_at, session.ends_at, zone, own_zone)
        days.setdefault(session.day, []).append({"meeting": meeting, "when": when, "own": own})
    chosen = day if day in page.days else pages.today(uow, page)
    notes = {date.fromisoformat(note["day"]): note for note in page.hand_overs or ()}
    return render_template(
        "group.html",
        page=page,
        days=days.items(),
        own_zone=own_zone,
        titles=TITLES,
        chosen=chosen,
        notes=notes.items(),
        note=notes.get(chosen) if chosen else None,
        lost=lost,
        longest_goal=LONGEST_GOAL,
        longest_note=LONGEST_NOTE,
    )
