"""The organiser's side of credit: who took part in what, corrections, attendance files, the evaluation, the terms."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import credit as rules
from ..domain.errors import Invalid
from ..domain.evaluation import CHOICES
from ..domain.text import Text, text
from ..library import attendance as attendance_file
from ..library import roster as roster_file
from ..library.attendance import Attended
from ..schemas import credit as schemas
from ..schemas import forms
from ..schemas.people import LARGEST
from ..services import courses
from ..services.credit import claims, evaluation, participation
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from . import pdf
from .credit import certificate_paper, shown
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("credit_office", __name__, url_prefix="/courses/<slug>/credit")


def organised(uow: UnitOfWork, slug: str) -> Course:
    return courses.organised(uow, slug, current_user.person_id)


def page(template: str, course: Course, **more: Any) -> str:
    return render_template(f"credit/{template}.html", **shown(course), organises=True, **more)


@blueprint.get("/people")
@login_required
def everyone(slug: str) -> str:
    """Every learner: what they took part in, claimed and are awarded."""
    with parts().store.read() as uow:
        course = organised(uow, slug)
        people = claims.standings(uow, course, participation.learners(uow, course))
        return page(
            "people",
            course,
            people=people,
            over=evaluation.is_over(course, uow.now),
            claimed=sum(one.claimed is not None for one in people),
            evaluated=sum(one.evaluated for one in people),
        )


# --- one learner


@blueprint.get("/people/<person_id>")
@login_required
def person(slug: str, person_id: str) -> str:
    """One learner, session by session, with all that was ever said of it."""
    return _person(slug, person_id)


def _person(slug: str, person_id: str, refusal: Invalid | None = None, written: Mapping[str, str] | None = None) -> str:
    with parts().store.read() as uow:
        course = organised(uow, slug)
        found = claims.standing(uow, course, participation.learner(uow, course, person_id))
        return page(
            "person",
            course,
            mine=found,
            begun={one.part.id for one in found.took if one.part.starts_at <= uow.now},
            ended={one.part.id for one in found.took if one.part.ends_at <= uow.now},
            refusal=refusal,
            faults=(refusal.fields or {}) if refusal else {},
            written=written or {},
        )


@blueprint.post("/people/<person_id>/correct")
@login_required
def correct(slug: str, person_id: str) -> ResponseReturnValue:
    """Says what counts instead of what was recorded, and why; adds to the record."""

    def save(uow: UnitOfWork) -> None:
        course = organised(uow, slug)
        learner = participation.learner(uow, course, person_id)
        by = current_user.person_id
        participation.correct(uow, course, learner, form["session"], form["minutes"], form["reason"], by)

    try:
        form = forms.read(schemas.MinutesForm(), request.form)
        parts().store.change(save)
    except Invalid as refusal:
        return _person(slug, person_id, refusal, request.form), 400
    log.info("participation corrected: %s in %s, by %s", person_id, form["session"], current_user.person_id)
    flash(text("Corrected. What was there before stays to be seen."))
    return redirect(url_for("credit_office.person", slug=slug, person_id=person_id), 303)


@blueprint.get("/people/<person_id>/certificate.pdf")
@login_required
def certificate(slug: str, person_id: str) -> Response:
    """A learner's certificate, for who must send it again."""
    with parts().store.read() as uow:
        course = organised(uow, slug)
        found = claims.certified(uow, course, participation.learner(uow, course, person_id))
        html = certificate_paper(course, found)
    return pdf.answer(html, f"{slug}-certificate.pdf")


# --- a file of who was there


@blueprint.route("/attendance", methods=["GET", "POST"])
@login_required
def attendance(slug: str) -> ResponseReturnValue:
    """Paste or choose a file, look at what it would do, save. The text travels in the form."""
    if request.method == "GET":
        with parts().store.read() as uow:
            course = organised(uow, slug)
            return page("attendance", course, sessions=participation.parts(course), problems=[], written={})
    try:
        form = forms.read(schemas.AttendanceForm(), request.form)
    except Invalid as refusal:
        return _first_step(slug, request.form, [refusal.message])
    pasted, problem = _pasted(form["text"])
    if problem:
        return _first_step(slug, form, [problem])
    if form["step"] == "read":
        return _preview(slug, form, pasted)

    def save(uow: UnitOfWork) -> int:
        course = organised(uow, slug)
        found = _read(course, form, pasted)
        if found.faults:
            raise Invalid(text("Something in the file is still to be mended."))
        return len(participation.bring_in(uow, course, found.there, current_user.person_id))

    try:
        added = parts().store.change(save)
    except Invalid:
        return _preview(slug, form, pasted)
    log.info("attendance brought in: %s, %d added, by %s", slug, added, current_user.person_id)
    flash(text("Saved: {n} added or renewed.", n=added))
    return redirect(url_for("credit_office.everyone", slug=slug), 303)


def _pasted(written: str) -> tuple[str, Text | None]:
    """The text that was pasted or uploaded, and what is wrong with how it came."""
    file = request.files.get("file")
    raw = file.read() if file else b""
    if bool(raw) == bool(written.strip()):
        return "", text("Choose a file or paste the rows, one of the two.")
    try:
        found = roster_file.decoded(raw) if raw else written
    except UnicodeDecodeError:
        return "", text('the file is not UTF-8 text: in the spreadsheet, save it as "CSV UTF-8"')
    too_long = len(found) > LARGEST
    return found, text("That is more than a page can carry: bring it in in parts.") if too_long else None


def _read(course: Course, form: Mapping[str, Any], pasted: str) -> Attended:
    sessions = participation.parts(course)
    chosen = next((one.key for one in sessions if one.id == form["session"]), "")
    return attendance_file.read(pasted.encode(), sessions, chosen, course.time_zone)


def _first_step(slug: str, written: Mapping[str, Any], problems: list[Text]) -> ResponseReturnValue:
    with parts().store.read() as uow:
        course = organised(uow, slug)
        sessions = participation.parts(course)
        return page("attendance", course, sessions=sessions, problems=problems, written=written), 400


def _preview(slug: str, form: Mapping[str, Any], pasted: str) -> ResponseReturnValue:
    with parts().store.read() as uow:
        course = organised(uow, slug)
        found = _read(course, form, pasted)
        if found.faults:
            return _first_step(slug, {**form, "text": pasted}, [fault.words for fault in found.faults])
        rows = participation.preview(uow, course, found.there)
        known = {(row.person.person.email, row.part.key) for row in rows}
        return page(
            "attendance_preview",
            course,
            rows=rows,
            anew=sum(row.anew for row in rows),
            strangers=sorted({email for email, key in found.there if (email, key) not in known}),
            nameless=found.nameless,
            pasted=pasted,
            session=form["session"],
        )


# --- the evaluation, and the terms


@blueprint.get("/evaluations")
@login_required
def evaluations(slug: str) -> str:
    """What people said of the course, mixed."""
    with parts().store.read() as uow:
        course = organised(uow, slug)
        return page("evaluations", course, results=evaluation.results(uow, course), choices=CHOICES)


@blueprint.route("/settings", methods=["GET", "POST"], endpoint="settings")
@login_required
def settings(slug: str) -> ResponseReturnValue:
    """How the course gives credit."""
    if request.method == "GET":
        return _settings(slug)
    try:
        form = forms.read(schemas.TermsForm(), request.form)
        parts().store.change(lambda uow: participation.set_terms(organised(uow, slug), form))
    except Invalid as refusal:
        return _settings(slug, refusal), 400
    log.info("terms of credit saved: %s, by %s", slug, current_user.person_id)
    flash(text("Saved."), "success")
    return redirect(url_for("credit_office.settings", slug=slug), 303)


def _settings(slug: str, refusal: Invalid | None = None) -> str:
    with parts().store.read() as uow:
        course = organised(uow, slug)
        there = participation.parts(course)
        return page(
            "settings",
            course,
            offered=[
                (track, rules.offered(there, track, participation.terms(course)))
                for track in dict.fromkeys(one.track for one in there if one.track) or (None,)
            ],
            refusal=refusal,
            faults=(refusal.fields or {}) if refusal else {},
            written=request.form,
        )
