"""The plan of a course's practice sessions, for its organisers: making it, reading it, changing it, who can't come."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import Invalid, Stale
from ..domain.pairing.people import turns
from ..domain.pairing.plan import Problem, Tracks
from ..domain.text import Text, text
from ..schemas import forms
from ..schemas import plan as schemas
from ..services import courses
from ..services.pairing import casting as castings
from ..services.pairing import changes, facts, making, plans
from ..services.pairing import sheet as pairing_sheet
from ..services.pairing.changes import Choice
from ..services.pairing.making import Made, OnProgress
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash, jsonify, language
from .parts import parts
from .plan_runs import PlanRun
from .plan_table import table
from .runs import Run, Runs

log = logging.getLogger(__name__)
blueprint = Blueprint("plan", __name__, url_prefix="/courses/<slug>/plan")
BUSY = text("A plan of this course is being made just now. Wait until it is there.")


@blueprint.record_once
def _prepare(state: Any) -> None:
    state.app.extensions["pallpractice.plan_runs"] = Runs()


def _runs() -> Runs:
    found: Runs = current_app.extensions["pallpractice.plan_runs"]
    return found


def _organised(uow: UnitOfWork, slug: str) -> Course:
    return courses.organised(uow, slug, current_user.person_id)


@blueprint.get("")
@login_required
def show(slug: str) -> str:
    """The plan room by room, what it breaks and leaves open, and everything to change it with."""
    house = parts()
    with house.store.read() as uow:
        course = _organised(uow, slug)
        before = facts.read(uow, house.library, course)
        reports = plans.reports(uow, course)
        asked = making.asked_of(before.problem, before.plan, reports)
        judged = making.judge(before.problem, before.plan, asked)
        ended, run = _runs().take(slug), _runs().of(slug)
        return render_template(
            "plan/show.html",
            course=course,
            organises=True,
            judged=judged,
            tables=[table(judged, house.library, one.id) for one in before.problem.sessions],
            people=_people(before.problem),
            away=_away(before.problem),
            reports=reports,
            asked=asked,
            run=run,
            ended=ended,
            lost="making" in request.args and run is None and ended is None,
            told=lambda at: _told(at, course.time_zone),
            sessions=[one for one in before.problem.sessions if not one.over],
            tracks=Tracks,
        )


def _told(at: datetime, zone: str) -> Text:
    return text("{time} on {day}", time=times.clock(at, zone), day=times.on(at.astimezone(ZoneInfo(zone))))


def _people(problem: Problem) -> list[tuple[str, list[tuple[str, str]]]]:
    """(role, [(id, name)]) of everyone a plan has a place for."""
    learners = {person for room in problem.rooms for person in room.learners}
    coaches = {person for room in problem.rooms for person in room.coaches}
    kinds = ((text("Learners"), learners), (text("Actors"), set(problem.actor)), (text("Coaches"), coaches))
    return [(word, sorted(((one, problem.name(one)) for one in ids), key=lambda one: one[1])) for word, ids in kinds]


def _away(problem: Problem) -> list[dict[str, str]]:
    return [
        {"session": one.id, "title": one.title, "person": person, "name": problem.name(person)}
        for one in problem.sessions
        for person in sorted(one.absent, key=problem.name)
        if not one.over
    ]


# Making it, in the background.


@blueprint.post("/make")
@login_required
def make(slug: str) -> ResponseReturnValue:
    """Begins to make the plan; its page shows how far that is."""
    form = forms.read(schemas.MakeForm(), request.form)
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        session = next((one.key for one in course.sessions if one.id == form.get("session")), None)
    if form.get("session") and session is None:
        raise Invalid(text("There is no such session in this course any more."))
    store, library, by = parts().store, parts().library, current_user.person_id

    def work(told: OnProgress) -> Made:
        return making.make(store, library, slug, by, told, session=session, afresh=form["afresh"])

    log.info("plan asked for: %s, by %s", slug, by)
    return _begin(slug, work)


def _begin(slug: str, work: Callable[[OnProgress], Made | None]) -> ResponseReturnValue:
    if not _runs().start(slug, PlanRun(), work):
        raise Stale(BUSY)
    return redirect(url_for("plan.show", slug=slug, making="yes"), 303)


@blueprint.get("/progress")
@login_required
def progress(slug: str) -> ResponseReturnValue:
    """How far the plan is, for the page's script. `under_way` is false when there is none, or it was lost."""
    with parts().store.read() as uow:
        _organised(uow, slug)
    run: Run | None = _runs().of(slug)
    if run is None or run.done:
        return jsonify(under_way=False)
    return jsonify(under_way=True, words=run.words, share=run.share)


@blueprint.post("/absences")
@login_required
def absence(slug: str) -> ResponseReturnValue:
    """Someone can't come, or can after all: noted, and what is still to come is planned anew."""
    form = forms.read(schemas.AbsenceForm(), request.form)
    with parts().store.read() as uow:
        _organised(uow, slug)
    store, library, by = parts().store, parts().library, current_user.person_id
    verb = making.absent if form["what"] == "absent" else making.back

    def work(told: OnProgress) -> Made | None:
        return verb(store, library, slug, form["session"], form["person"], by, told)

    log.info("absence (%s): %s in %s, by %s", form["what"], form["person"], slug, by)
    return _begin(slug, work)


@blueprint.post("/wishes")
@login_required
def wishes(slug: str) -> ResponseReturnValue:
    """Keeps how plans are to be made."""
    form = forms.read(schemas.WishesForm(), request.form)
    parts().store.change(lambda uow: plans.wish(uow, _organised(uow, slug), form))
    flash(text("Saved. The plan stays as it is until you make it again."), "success")
    return redirect(url_for("plan.show", slug=slug), 303)


# Who is cast for what.


@blueprint.get("/casting")
@login_required
def casting(slug: str) -> str:
    """Every actor's scenarios."""
    house = parts()
    with house.store.read() as uow:
        course = _organised(uow, slug)
        cast = castings.of_course(uow, course)
        before = facts.read(uow, house.library, course)
        cases = sorted(
            (one for one in before.problem.cases if one.used), key=lambda one: (one.skill, one.track, one.title)
        )
        return render_template("plan/casting.html", course=course, organises=True, cast=cast, cases=cases)


@blueprint.post("/casting/<person_id>")
@login_required
def cast(slug: str, person_id: str) -> ResponseReturnValue:
    """Casts one actor."""
    form = forms.read(schemas.CastForm(), {"scenarios": request.form.getlist("scenarios")})
    parts().store.change(
        lambda uow: castings.save(uow, parts().library, _organised(uow, slug), person_id, form["scenarios"])
    )
    flash(text("Saved."), "success")
    return redirect(url_for("plan.casting", slug=slug, _anchor=f"actor-{person_id}"), 303)


# One round by hand.


@blueprint.get("/round")
@login_required
def edit(slug: str) -> str:
    """One round: what it is, what it is to be, and what that changes and breaks, before anything is saved."""
    house = parts()
    with house.store.read() as uow:
        course = _organised(uow, slug)
        form = forms.read(schemas.RoundForm(), request.args)
        where = (form["session"], form["group"], form["starts"])
        seen = changes.look(uow, house.library, course, *where, None)
        if form["asked"] and form["scenario"]:
            asked = _choice(form)
            known = house.library.scenarios.get(form["scenario"])
            characters = {one.id for one in known.script.characters} if known else set()
            if not set(asked.parts) <= characters or form["scenario"] != form["shown"]:
                suggested = changes.suggested(uow, house.library, course, *where, form["scenario"])
                asked = replace(asked, parts=suggested)
            seen = changes.look(uow, house.library, course, *where, asked)
        return _round_page(course, seen, asked=form["asked"])


def _choice(form: dict[str, Any]) -> Choice:
    return Choice(form["learner"], form["scenario"], form["parts"])


def _round_page(course: Course, seen: changes.Look, *, asked: bool) -> str:
    problem, case = seen.problem, seen.problem.case[seen.choice.case]
    known = parts().library.scenarios.get(case.id)
    skill = problem.session[seen.room.session].skill
    met = {one.case for one in seen.plan if one.group == seen.room.group and one.slot != seen.slot}
    return render_template(
        "plan/round.html",
        course=course,
        organises=True,
        seen=seen,
        asked=asked,
        problem=problem,
        session=problem.session[seen.room.session],
        starts=int(seen.slot.starts.timestamp()),
        cases=[(one, one.id in met) for one in problem.cases if one.skill == skill or one.id == case.id],
        characters=[(part, _character(known, part)) for part in case.characters],
        actors=[(one, changes.stands(seen, case.id, one)) for one in problem.actors],
        absent=problem.session[seen.room.session].absent,
    )


def _character(known: Any, part: str) -> str:
    character = known.character(part) if known else None
    return character.name if character else part


@blueprint.post("/round")
@login_required
def change(slug: str) -> ResponseReturnValue:
    """Keeps what was looked at, whatever it breaks; or takes the round out."""
    form = forms.read(schemas.RoundForm(), request.form)
    where = (form["session"], form["group"], form["starts"])
    if form["what"] == "keep" and not form["scenario"]:
        raise Invalid(text("Choose a scenario."))

    def save(uow: UnitOfWork) -> changes.Look:
        course, library = _organised(uow, slug), parts().library
        if form["what"] == "take-out":
            return changes.take_out(uow, library, course, *where, form["was"])
        return changes.change(uow, library, course, *where, _choice(form), form["was"])

    parts().store.change(save)
    log.info("round changed by hand: %s, by %s", slug, current_user.person_id)
    flash(text("Saved."), "success")
    return redirect(url_for("plan.show", slug=slug), 303)


# Reading it by person, and taking it along.


@blueprint.get("/people")
@login_required
def people(slug: str) -> str:
    """What one person does when."""
    chosen = forms.read(schemas.PersonForm(), request.args)["person"]
    house = parts()
    with house.store.read() as uow:
        course = _organised(uow, slug)
        before = facts.read(uow, house.library, course)
        everyone = _people(before.problem)
        ids = [one for _, names in everyone for one, _ in names]
        chosen = chosen if chosen in ids else next(iter(ids), None)
        mine = turns(before.problem, before.plan, chosen) if chosen else []
        return render_template(
            "plan/people.html",
            course=course,
            organises=True,
            people=everyone,
            chosen=chosen,
            name=before.problem.name(chosen) if chosen else "",
            turns=[_turn(before.problem, one) for one in mine],
            away=[one.title for one in before.problem.sessions if chosen in one.absent],
        )


def _turn(problem: Problem, one: Any) -> dict[str, Any]:
    known = parts().library.scenarios.get(one.round.case)
    return {
        "turn": one,
        "session": problem.session[one.round.session].title,
        "day": times.day(one.round.slot.starts, problem.zone),
        "clock": problem.clock(one.round.slot),
        "group": problem.room[one.round.room].name,
        "case": problem.case[one.round.case].title,
        "character": _character(known, one.character) if one.character else "",
    }


@blueprint.get("/sheet.csv")
@login_required
def sheet(slug: str) -> ResponseReturnValue:
    """The plan for a spreadsheet."""
    house = parts()
    with house.store.read() as uow:
        before = facts.read(uow, house.library, _organised(uow, slug))
    rows = pairing_sheet.sheet(house.library, before.problem, before.plan, language())
    answer = Response(rows, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="plan-{slug}.csv"'
    return answer
