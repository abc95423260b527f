"""A course's programme as its people see it, and the scenarios its organiser chooses for it."""

import logging
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import preparation as checklist
from ..domain.errors import Invalid
from ..domain.roles import Role, Skill
from ..domain.text import text
from ..schemas import forms
from ..services import courses, home, preparation, rubrics
from ..services import scenarios as library
from ..services.pairing import plans
from ..services.pairing.plans import Turn
from ..services.rating import apart
from ..storage.courses import Person
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("courses", __name__, url_prefix="/courses")


@blueprint.get("/<slug>")
@login_required
def show(slug: str) -> str:
    """The programme, in the course's time and the reader's own."""
    with parts().store.read() as uow:
        course, role = courses.of_member(uow, slug, current_user.person_id)
        own_zone = uow.session.get_one(Person, current_user.person_id).time_zone
        rooms = home.rooms_by_session(uow, current_user.person_id)
        turns = plans.of_person(uow, current_user.person_id)
        far = apart.of_coach(uow, parts().library, course, current_user.person_id) if role is Role.COACH else []
        days: dict[str, list[dict[str, Any]]] = {}
        for session in course.sessions:
            when = times.span(session.starts_at, session.ends_at, course.time_zone)
            own = times.own_span(session.starts_at, session.ends_at, course.time_zone, own_zone)
            entry = {"session": session, "when": when, "own": own, "room": rooms.get(session.id)}
            entry["turns"] = [_turn(one, course.time_zone) for one in turns if one.session.id == session.id]
            days.setdefault(times.day(session.starts_at, course.time_zone), []).append(entry)
        return render_template(
            "courses/show.html",
            course=course,
            organises=role is Role.ORGANISER,
            learns=role is Role.LEARNER,
            coaches=role is Role.COACH,
            looks=role in (Role.ORGANISER, Role.COACH),
            days=days.items(),
            own_zone=own_zone,
            apart=sum(not one.sealed for one in far),
        )


def _turn(turn: Turn, zone: str) -> dict[str, Any]:
    """A planned round as its person's programme shows it: what they are in it, and what they play."""
    scenario = parts().library.scenarios.get(turn.scenario_id or "")
    character = scenario.character(turn.character) if scenario and turn.character else None
    return {
        "turn": turn,
        "when": times.span(turn.starts_at, turn.ends_at, zone),
        "scenario": scenario.title if scenario else None,
        "character": character.name if character else None,
    }


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
            raise Invalid(
                text("Every scenario is ticked at the top, and some below are not. Untick the first, or tick all.")
            )
        courses.choose(uow, parts().library, course, chosen, form["rubrics"])

    try:
        parts().store.change(save)
    except Invalid as refusal:
        return _page(slug, refusal.message, form["scenarios"]), 400
    log.info("scenarios chosen: %s, by %s", slug, current_user.person_id)
    flash(text("Saved."), "success")
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
            organises=True,
            rows=rows,
            ticked=ticked if ticked is not None else [row.about.id for row in rows if row.used],
            everything=course.scenario_ids is None and ticked is None,
            rubrics={skill.value: rubrics.fitting(house.library.rubrics.values(), skill) for skill in Skill},
            problem=problem,
            steps=checklist.steps,
            done=checklist.done,
        )
