"""The organiser's pages of a course."""

import logging

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import preparation as checklist
from ..domain.errors import Invalid
from ..domain.roles import Skill
from ..schemas import forms
from ..services import courses, preparation, rubrics
from ..services import scenarios as library
from ..storage.unit_of_work import UnitOfWork
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("courses", __name__, url_prefix="/courses")


@blueprint.get("/<slug>/scenarios")
@login_required
def scenarios(slug: str) -> str:
    """Which scenarios and rubrics the course uses, how its actors prepare, who has declined and why."""
    return _page(slug)


@blueprint.post("/<slug>/scenarios")
@login_required
def choose(slug: str) -> ResponseReturnValue:
    """Sets the course's scenarios and rubrics."""
    rubric_ids = {skill.value: request.form.get(f"rubric-{skill.value}", "") for skill in Skill}
    form = forms.read(
        forms.ChoiceForm(),
        {
            "all": request.form.get("all", "") == "yes",
            "scenarios": request.form.getlist("scenarios"),
            "rubrics": {skill: rubric for skill, rubric in rubric_ids.items() if rubric},
        },
    )

    def save(uow: UnitOfWork) -> None:
        course = courses.organised(uow, slug, current_user.person_id)
        chosen = None if form["all"] else form["scenarios"]
        if form["all"] and parts().library.scenarios.keys() - set(form["scenarios"]):
            raise Invalid("Every scenario is ticked at the top, and some below are not. Untick the first, or tick all.")
        courses.choose(uow, parts().library, course, chosen, form["rubrics"])

    try:
        parts().store.change(save)
    except Invalid as refusal:
        return _page(slug, refusal.message, form["scenarios"]), 400
    log.info("scenarios chosen: %s, by %s", slug, current_user.person_id)
    flash("Saved.", "success")
    return redirect(url_for("courses.scenarios", slug=slug), 303)


def _page(slug: str, problem: str = "", ticked: list[str] | None = None) -> str:
    """`ticked` keeps what was chosen on a form that could not be saved."""
    house = parts()
    with house.store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        who = library.reader(uow, current_user.person_id)
        rows = preparation.overview(uow, house.library, who, course)
        return render_template(
            "courses/scenarios.html",
            course=course,
            rows=rows,
            ticked=ticked if ticked is not None else [row.about.id for row in rows if row.used],
            everything=course.scenario_ids is None and ticked is None,
            rubrics={skill.value: rubrics.fitting(house.library.rubrics.values(), skill) for skill in Skill},
            problem=problem,
            steps=checklist.steps,
            done=checklist.done,
        )
