"""A learner's own credit: what was recorded, their claim, the evaluation, the certificate."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import credit as rules
from ..domain import evaluation as questions
from ..domain.credit import CREDIT_WORDS, SOURCE_WORDS, Quarters
from ..domain.errors import Invalid, NotFound
from ..domain.evidence import STATUS_WORDS, STEP_WORDS
from ..domain.programme import Credit
from ..domain.roles import Role
from ..domain.text import text
from ..schemas import credit as schemas
from ..schemas import forms
from ..services import courses
from ..services.credit import claims, evaluation, evidence, participation
from ..services.credit.claims import Standing
from ..storage.courses import Course, Enrolment
from ..storage.unit_of_work import UnitOfWork
from . import pdf, times
from .language import flash, number
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("credit", __name__, url_prefix="/courses/<slug>/credit")


def learner(uow: UnitOfWork, slug: str) -> tuple[Course, Enrolment]:
    """The course and its reader's place in it. Raises NotFound for all but its learners."""
    course, role = courses.of_member(uow, slug, current_user.person_id)
    if role is not Role.LEARNER:
        raise NotFound(text("Credit is the learners’. There is no such page for you."))
    return course, participation.learner(uow, course, current_user.person_id)


def hours(quarters: int) -> str:
    """Quarter hours as credits are written: "3.25"."""
    return number(quarters / 4, 2, 2)


def shown(course: Course) -> dict[str, Any]:
    """What the pages about credit say things with."""
    return {
        "course": course,
        "terms": participation.terms(course),
        "hours": hours,
        "CREDITS": CREDIT_WORDS,
        "SOURCES": SOURCE_WORDS,
        "when": lambda part: times.span(part.starts_at, part.ends_at, course.time_zone),
        "day": lambda at: times.day(at, course.time_zone),
        "clock": lambda at: times.clock(at, course.time_zone),
    }


@blueprint.get("")
@login_required
def mine(slug: str) -> str:
    """What was recorded of me and why, and what I may claim and have claimed."""
    return _page(slug)


def _page(slug: str, refusal: Invalid | None = None, written: Mapping[str, str] | None = None) -> str:
    """`written` keeps what was typed on a form that was refused."""
    with parts().store.read() as uow:
        course, person = learner(uow, slug)
        dossier = evidence.of_learner(uow, parts().library, course, person)
        mine = dossier.standing
        return render_template(
            "credit/mine.html",
            **shown(course),
            mine=mine,
            evidence=dossier.evidence,
            steps=STEP_WORDS,
            statuses=STATUS_WORDS,
            sealer=parts().sealer,
            offered=rules.offered(
                participation.parts(course), participation.track(person), participation.terms(course)
            ),
            over=evaluation.is_over(course, uow.now),
            evaluation_open=evaluation.is_open(course, uow.now),
            ended={one.part.id for one in mine.took if one.part.ends_at <= uow.now},
            refusal=refusal,
            faults=(refusal.fields or {}) if refusal else {},
            written=written or {},
        )


@blueprint.post("/took-part")
@login_required
def took_part(slug: str) -> ResponseReturnValue:
    """My own word on a session that no room of ours could record."""
    try:
        form = forms.read(schemas.MinutesForm(), request.form)

        def say(uow: UnitOfWork) -> None:
            course, person = learner(uow, slug)
            participation.state(uow, course, person, form["session"], form["minutes"])

        parts().store.change(say)
    except Invalid as refusal:
        return _page(slug, refusal, request.form), 400
    flash(text("Noted, as your own word."))
    return redirect(url_for("credit.mine", slug=slug) + f"#session-{form['session']}", 303)


@blueprint.post("/claim")
@login_required
def claim(slug: str) -> ResponseReturnValue:
    """Claims credit, up to what was recorded."""

    def make(uow: UnitOfWork) -> Quarters:
        course, person = learner(uow, slug)
        return claims.make(uow, course, person, wanted)

    try:
        wanted = forms.read(schemas.ClaimForm(), request.form)
        kept = parts().store.change(make)
    except Invalid as refusal:
        return _page(slug, refusal, request.form), 400
    log.info("credit claimed: %s, %s, by %s", rules.hours(kept[Credit.GENERAL]), slug, current_user.person_id)
    flash(text("Claimed: {hours} credits.", hours=hours(kept[Credit.GENERAL])))
    return redirect(url_for("credit.mine", slug=slug), 303)


# --- the evaluation


@blueprint.route("/evaluation", methods=["GET", "POST"])
@login_required
def evaluate(slug: str) -> ResponseReturnValue:
    """The provider's questions about the course."""
    if request.method == "GET":
        return _questions(slug)

    def answer(uow: UnitOfWork) -> None:
        course, person = learner(uow, slug)
        evaluation.answer(uow, course, person.person_id, given)

    try:
        given = forms.read(schemas.EvaluationForm(), request.form)
        parts().store.change(answer)
    except Invalid as refusal:
        return _questions(slug, refusal), 400
    flash(text("Thank you. Your answers are kept without your name."))
    return redirect(url_for("credit.mine", slug=slug), 303)


def _questions(slug: str, refusal: Invalid | None = None) -> str:
    with parts().store.read() as uow:
        course, person = learner(uow, slug)
        return render_template(
            "credit/evaluation.html",
            **shown(course),
            questions=questions.QUESTIONS,
            choices=questions.CHOICES,
            is_open=evaluation.is_open(course, uow.now),
            answered=person.person_id in evaluation.answered(uow, course),
            refusal=refusal,
            faults=(refusal.fields or {}) if refusal else {},
            written=request.form,
        )


# --- the certificate


@blueprint.get("/certificate")
@login_required
def certificate(slug: str) -> str:
    """The certificate of participation, to read and print."""
    with parts().store.read() as uow:
        course, person = learner(uow, slug)
        found = claims.certified(uow, course, person)
        return render_template("credit/certificate.html", **certified(course, found), can_pdf=pdf.available())


@blueprint.get("/certificate.pdf")
@login_required
def certificate_pdf(slug: str) -> Response:
    """The same as a file to keep."""
    with parts().store.read() as uow:
        course, person = learner(uow, slug)
        html = certificate_paper(course, claims.certified(uow, course, person))
    return pdf.answer(html, f"{slug}-certificate.pdf")


def certificate_paper(course: Course, found: Standing) -> str:
    """The certificate as a file of its own."""
    return pdf.page("credit/certificate_paper.html", **certified(course, found))


def certified(course: Course, found: Standing) -> dict[str, Any]:
    """What a certificate says."""
    there = participation.parts(course)
    return {
        **shown(course),
        "name": found.person.person.name,
        "profession": found.person.person.profession,
        "awarded": {kind: count for kind, count in found.awarded.items() if count},
        "first_day": times.day(there[0].starts_at, course.time_zone),
        "last_day": times.day(there[-1].ends_at, course.time_zone),
        "claimed_on": times.day(found.claimed_at, course.time_zone) if found.claimed_at else "",
    }
