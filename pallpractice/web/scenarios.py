"""The case library: finding a scenario, reading what one may, preparing to play it, rehearsing it, printing it."""

import logging
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import preparation as checklist
from ..domain.reading import Part
from ..domain.scenario import plain
from ..domain.text import text
from ..schemas import forms
from ..services import preparation, scenarios
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("scenarios", __name__, url_prefix="/scenarios")

# What can be printed, and who may: the parts of the scenario on the paper.
PRINTS = {
    "brief": (Part.BRIEF,),
    "script": (Part.SCRIPT,),
    "card": (Part.SCRIPT,),
    "guide": (Part.GUIDE,),
}


@blueprint.get("")
@login_required
def library() -> str:
    """All scenarios that the reader may know of, narrowed down as they wish."""
    search = forms.read(forms.SearchForm(), request.args)
    with parts().store.read() as uow:
        who = scenarios.reader(uow, current_user.person_id)
    there = scenarios.readable(parts().library, who)
    return render_template(
        "scenarios/library.html",
        found=[one for one in there if search.finds(one)],
        all=len(there),
        search=search,
        professions=[(name, name) for name in sorted({name for one in there for name in one.professions})],
        courses=who.organises(),
    )


@blueprint.get("/<scenario_id>")
@login_required
def show(scenario_id: str) -> str:
    """One scenario, with the parts that are for this reader."""
    with parts().store.read() as uow:
        return _page(uow, "scenarios/show.html", scenario_id)


@blueprint.get("/<scenario_id>/guide")
@login_required
def guide(scenario_id: str) -> str:
    """The coach's guide."""
    with parts().store.read() as uow:
        return _page(uow, "scenarios/guide.html", scenario_id, Part.GUIDE)


@blueprint.get("/<scenario_id>/prepare")
@login_required
def prepare(scenario_id: str) -> str:
    """The actor's preparation: script, arc, quick card, checklist, and declining."""
    with parts().store.read() as uow:
        return _page(uow, "scenarios/prepare.html", scenario_id, Part.SCRIPT)


@blueprint.post("/<scenario_id>/prepare")
@login_required
def save_steps(scenario_id: str) -> ResponseReturnValue:
    """Keeps the ticks of the rehearsal checklist."""
    form = forms.read(forms.StepsForm(), {**request.form.to_dict(), "steps": request.form.getlist("steps")})
    parts().store.change(
        preparation.save_steps, parts().library, current_user.person_id, scenario_id, form["course"], form["steps"]
    )
    return redirect(url_for("scenarios.prepare", scenario_id=scenario_id, _anchor="checklist"), 303)


@blueprint.post("/<scenario_id>/decline")
@login_required
def decline(scenario_id: str) -> ResponseReturnValue:
    """The actor does not play this one."""
    form = forms.read(forms.DeclineForm(), request.form)
    parts().store.change(
        preparation.decline, parts().library, current_user.person_id, scenario_id, form["course"], form["reason"]
    )
    log.info("declined: %s, by %s", scenario_id, current_user.person_id)
    flash(text("You have declined this scenario. You will not be cast for it."), "success")
    return redirect(url_for("scenarios.prepare", scenario_id=scenario_id), 303)


@blueprint.post("/<scenario_id>/accept")
@login_required
def accept(scenario_id: str) -> ResponseReturnValue:
    """The actor plays it after all."""
    form = forms.read(forms.AcceptForm(), request.form)
    parts().store.change(preparation.accept, parts().library, current_user.person_id, scenario_id, form["course"])
    flash(text("You may be cast for this scenario again."), "success")
    return redirect(url_for("scenarios.prepare", scenario_id=scenario_id), 303)


@blueprint.get("/<scenario_id>/rehearse")
@login_required
def rehearse(scenario_id: str) -> str:
    """The live card alone, without a room: nothing of it is sent or kept."""
    with parts().store.read() as uow:
        reading = _reading(uow, scenario_id, Part.SCRIPT)
    about = reading.about
    data = {
        "scenario": {"id": about.id, "title": about.title, "minutes": about.minutes},
        "script": plain(reading.script),
    }
    return render_template("scenarios/rehearse.html", reading=reading, about=about, data=data)


@blueprint.get("/<scenario_id>/print/<what>")
@login_required
def printed(scenario_id: str, what: str) -> str:
    """A sheet to print, which says on every page whom it is for."""
    if what not in PRINTS:
        abort(404)
    with parts().store.read() as uow:
        return _page(uow, f"scenarios/print_{what}.html", scenario_id, *PRINTS[what])


def _reading(uow: UnitOfWork, scenario_id: str, *needs: Part) -> scenarios.Reading:
    return scenarios.find(parts().library, scenarios.reader(uow, current_user.person_id), scenario_id, *needs)


def _page(uow: UnitOfWork, template: str, scenario_id: str, *needs: Part) -> str:
    who = scenarios.reader(uow, current_user.person_id)
    reading = scenarios.find(parts().library, who, scenario_id, *needs)
    mine: list[dict[str, Any]] = []
    for course, row in preparation.of_reader(uow, parts().library, who, scenario_id):
        steps = checklist.steps(reading.about.characters)
        done = checklist.done(row.steps, reading.about.characters)
        saved_at = times.moment(row.saved_at, course.time_zone) if row in uow.session else None
        mine.append({"course": course, "row": row, "steps": steps, "done": done, "saved_at": saved_at})
    return render_template(template, reading=reading, about=reading.about, mine=mine)
