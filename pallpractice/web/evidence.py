"""Credit from boards: what a learner wants and agrees to, a coach's word, the organiser's files for the provider."""

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import evidence as rules
from ..domain.consent import Purpose
from ..domain.errors import Invalid, NotFound
from ..domain.evidence import LICENCE_WORDS, STATUS_WORDS, STEP_WORDS
from ..domain.roles import Role
from ..domain.text import text
from ..schemas import credit as schemas
from ..schemas import forms
from ..services import consents, courses
from ..services.credit import evidence, licences, participation
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from . import evidence_pack, pdf
from .credit import learner, shown
from .credit_office import organised
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("evidence", __name__, url_prefix="/courses/<slug>/credit")


def _page(template: str, course: Course, **more: Any) -> str:
    return render_template(f"credit/{template}.html", **shown(course), steps=STEP_WORDS, statuses=STATUS_WORDS, **more)


def _to_mine(slug: str) -> ResponseReturnValue:
    return redirect(url_for("credit.mine", slug=slug) + "#moc", 303)


# --- the learner


@blueprint.post("/moc")
@login_required
def want(slug: str) -> ResponseReturnValue:
    """Whose credit I want, or none: then my numbers are deleted."""
    form = forms.read(schemas.BoardForm(), request.form)

    def choose(uow: UnitOfWork) -> None:
        course, person = learner(uow, slug)
        licences.want(uow, course, person, form["board"])

    parts().store.change(choose)
    flash(text("Noted.") if form["board"] else text("Noted. Your numbers are deleted."))
    return _to_mine(slug)


@blueprint.post("/consent")
@login_required
def consent(slug: str) -> ResponseReturnValue:
    """Whether my record may be sent."""
    form = forms.read(schemas.ConsentForm(), request.form)
    say = consents.give if form["what"] == "give" else consents.withdraw

    def change(uow: UnitOfWork) -> None:
        course, person = learner(uow, slug)
        say(uow, person.person_id, course.id, Purpose.TRANSMIT_CREDIT)

    parts().store.change(change)
    flash(text("Noted: your record may be sent.") if form["what"] == "give" else text("Noted: nothing more is sent."))
    return _to_mine(slug)


@blueprint.route("/licence", methods=["GET", "POST"])
@login_required
def licence(slug: str) -> ResponseReturnValue:
    """My numbers, month and day of birth, sealed as soon as they are here."""
    if request.method == "GET":
        return _licence(slug)

    def keep(uow: UnitOfWork) -> None:
        course, person = learner(uow, slug)
        if form["what"] == "forget":
            licences.forget(uow, course, person.person_id)
        else:
            licences.save(uow, parts().sealer, course, person, form)

    try:
        form = forms.read(schemas.LicenceForm(), request.form)
        parts().store.change(keep)
    except Invalid as refusal:
        return _licence(slug, refusal), 400
    flash(text("Deleted.") if form["what"] == "forget" else text("Saved, and sealed."))
    return _to_mine(slug)


def _licence(slug: str, refusal: Invalid | None = None) -> str:
    with parts().store.read() as uow:
        course, person = learner(uow, slug)
        if not person.moc_board:
            raise NotFound(text("This is asked for only once you want your board’s credit."))
        kept = licences.own(uow, parts().sealer, course, person.person_id) if parts().sealer.can else None
        return _page(
            "licence",
            course,
            board=person.moc_board,
            labels=LICENCE_WORDS,
            kept=kept,
            can=parts().sealer.can,
            no_key=licences.NO_KEY,
            written=request.form if refusal else kept or {},
            refusal=refusal,
            faults=(refusal.fields or {}) if refusal else {},
        )


# --- the coach


@blueprint.route("/attest", methods=["GET", "POST"])
@login_required
def attest(slug: str) -> ResponseReturnValue:
    """My word on each learner I coach."""
    if request.method == "GET":
        return _attest(slug)
    form = forms.read(schemas.AttestForm(), request.form)

    def say(uow: UnitOfWork) -> str:
        course, coach = _coach(uow, slug), current_user.person_id
        person = participation.learner(uow, course, form["person"])
        evidence.attest(uow, parts().library, course, coach, person, form["verdict"], form["words"])
        return person.person.name

    try:
        name = parts().store.change(say)
    except Invalid as refusal:
        return _attest(slug, refusal), 400
    log.info("attested: %s %s, by %s", form["person"], form["verdict"], current_user.person_id)
    flash(text("Your word on {name} is kept.", name=name))
    return redirect(url_for("evidence.attest", slug=slug), 303)


def _coach(uow: UnitOfWork, slug: str) -> Course:
    course, role = courses.of_member(uow, slug, current_user.person_id)
    if role is not Role.COACH:
        raise NotFound(text("Attesting is the coaches’. There is no such page for you."))
    return course


def _attest(slug: str, refusal: Invalid | None = None) -> str:
    with parts().store.read() as uow:
        course = _coach(uow, slug)
        dossiers = evidence.of_coach(uow, parts().library, course, current_user.person_id)
        standard = next(iter(evidence.standards(uow, course)), None)
        return _page("attest", course, people=dossiers, standard=standard, refusal=refusal, written=request.form)


# --- the organiser


@blueprint.get("/evidence")
@login_required
def everyone(slug: str) -> str:
    """Who wants what, what is missing of it; the standard; the files for the provider."""
    return _everyone(slug)


def _everyone(slug: str, refusal: Invalid | None = None, seen: tuple[str, Mapping[str, str]] | None = None) -> str:
    with parts().store.read() as uow:
        course = organised(uow, slug)
        found = evidence.dossiers(uow, parts().library, course, participation.learners(uow, course))
        wanting = [one for one in found if one.evidence.board]
        standards = evidence.standards(uow, course)
        first = evidence.first_practice(course)
        run = evidence_pack.of_reader(uow, course)
        return _page(
            "evidence",
            course,
            organises=True,
            people=wanting,
            complete=sum(one.evidence.complete for one in wanting),
            agreed=sum(one.evidence.consent_at is not None for one in wanting),
            lacking=Counter(step for one in wanting for step in one.evidence.missing),
            standards=standards,
            late=[one.late(first) for one in standards],
            first=first,
            begun=first is not None and first <= uow.now,
            columns=rules.COLUMNS,
            can=parts().sealer.can,
            no_key=licences.NO_KEY,
            run=run,
            labels=LICENCE_WORDS,
            seen=seen,
            refusal=refusal,
            faults=(refusal.fields or {}) if refusal else {},
            written=request.form if refusal else {},
        )


@blueprint.post("/standard")
@login_required
def set_standard(slug: str) -> ResponseReturnValue:
    """What it takes to pass, from now on."""

    def save(uow: UnitOfWork) -> None:
        by = current_user.person_id
        evidence.set_standard(uow, organised(uow, slug), form["level"], form["least"], form["rounds"], by)

    try:
        form = forms.read(schemas.StandardForm(), request.form)
        parts().store.change(save)
    except Invalid as refusal:
        return _everyone(slug, refusal), 400
    log.info("standard set: %s, by %s", slug, current_user.person_id)
    flash(text("The standard is set."), "success")
    return redirect(url_for("evidence.everyone", slug=slug), 303)


@blueprint.post("/boards")
@login_required
def boards(slug: str) -> ResponseReturnValue:
    """Which boards there are, and how the provider's file names its columns."""
    try:
        form = forms.read(schemas.BoardsForm(), request.form)
        parts().store.change(lambda uow: participation.set_terms(organised(uow, slug), form))
    except Invalid as refusal:
        return _everyone(slug, refusal), 400
    flash(text("Saved."), "success")
    return redirect(url_for("evidence.everyone", slug=slug), 303)


@blueprint.post("/people/<person_id>/licence")
@login_required
def see_licence(slug: str, person_id: str) -> str:
    """One person's numbers, on this answer alone; that they were seen is in the audit."""

    def see(uow: UnitOfWork) -> dict[str, str]:
        course, sealer = organised(uow, slug), parts().sealer
        return licences.see(uow, sealer, course, person_id, current_user.person_id)

    found = parts().store.change(see)
    log.info("licence data seen: of %s, by %s", person_id, current_user.person_id)
    return _everyone(slug, seen=(person_id, found))


@blueprint.post("/learners.csv")
@login_required
def learners_file(slug: str) -> Response:
    """The learners' records for the provider. A POST, since it opens what is sealed and is noted."""
    house = parts()

    def make(uow: UnitOfWork) -> tuple[str, int]:
        return evidence.learners_file(uow, house.library, house.sealer, organised(uow, slug), current_user.person_id)

    file, rows = house.store.change(make)
    log.info("learners' records: %s, %d rows, by %s", slug, rows, current_user.person_id)
    return pdf.attachment(file.encode("utf-8-sig"), f"{slug}-learners.csv", "text/csv")
