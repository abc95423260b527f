"""One's own data: what is held and who has looked, consents, taking it along, correcting, erasing."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.consent import ASKED_FOR, Purpose
from ..domain.errors import NotAllowed
from ..domain.holding import PURPOSES, Terms, erased, kept, lasting
from ..domain.text import Text, text
from ..schemas import forms
from ..schemas import mine as schemas
from ..services import consents, courses
from ..services.mine import correcting, erasing, held, looked, rows, taking
from ..storage.courses import Person
from ..storage.registry import REGISTRY
from ..storage.unit_of_work import UnitOfWork
from . import times
from .identity import leave
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("mine", __name__)

CONSENTS: Mapping[Purpose, Text] = {
    Purpose.TRANSMIT_CREDIT: text(
        "Send my credit and what proves it, my coaches’ feedback too, to the provider, and my credit on to my board"
    ),
    Purpose.SHARE_REFLECTIONS: text("Let those who run the course read reflections I share with my coach"),
    Purpose.RESEARCH: text("Use my ratings, without my name or words, for research"),
    Purpose.RECORDING: text("Record rooms I am in, if everyone there agrees"),
}


@blueprint.get("/me/data")
@login_required
def show() -> str:
    """What is held about me and why, who has looked, and what I consent to."""
    me, terms = current_user.person_id, parts().settings.terms
    with parts().store.read() as uow:
        mine = courses.of_person(uow, me)
        return render_template(
            "mine/show.html",
            person=uow.session.get_one(Person, me),
            purposes=_purposes(held.counted(uow, me), terms),
            looks=looked.at_mine(uow, me),
            comings=looked.comings_in(uow, me),
            consents=[(course, consents.standing(uow, me, course.id)) for course in mine],
            asked=correcting.of_person(uow, me),
            courses=mine,
            CONSENTS=CONSENTS,
            asked_for=ASKED_FOR,
            longest=schemas.LONGEST_REQUEST,
            when=_when(uow, me),
        )


def _purposes(found: list[held.Kept], terms: Terms) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "why": why,
            "kinds": kinds,
            "kept": _kept(kinds, terms),
            "erased": erased(purpose),
        }
        for purpose, (title, why) in PURPOSES.items()
        if (kinds := [one for one in found if one.purpose is purpose])
    ]


def _kept(kinds: Iterable[held.Kept], terms: Terms) -> dict[Text, list[Text]]:
    """{for how long: what}."""
    found: dict[Text, list[Text]] = {}
    for one in kinds:
        keep = REGISTRY[one.name].keep
        assert keep, "what is about people says how long it is kept"
        found.setdefault(kept(keep, terms), []).append(one.title)
    return found


def _when(uow: UnitOfWork, me: str) -> Any:
    """In one's own zone, else in that of one's courses if they share it."""
    zones = {course.time_zone for course in courses.of_person(uow, me)}
    zone = uow.session.get_one(Person, me).time_zone or (zones.pop() if len(zones) == 1 else "UTC")
    return lambda at: times.joined_by_comma(times.day(at, zone), times.clock(at, zone))


@blueprint.post("/me/data/take")
@login_required
def take() -> ResponseReturnValue:
    """All of it, as a file."""
    me, terms = current_user.person_id, parts().settings.terms
    with parts().store.write() as uow:
        found, made_at = taking.take(uow, me), uow.now
    purposes = _purposes([part.kept for part in found], terms)
    made = times.day(made_at, "UTC")
    page = render_template("mine/taken.html", parts=found, purposes=purposes, name=current_user.name, made=made)
    file = taking.packed(found, page, made_at.isoformat(), terms)
    log.info("own data taken along: %s", me)
    answer = Response(file, mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return answer


@blueprint.post("/me/data/correct")
@login_required
def correct() -> ResponseReturnValue:
    """What one may change oneself."""
    form = forms.read(schemas.CorrectForm(), request.form)
    parts().store.change(correcting.correct, current_user.person_id, **form)
    flash(text("Saved."), "success")
    return redirect(url_for("mine.show"), 303)


@blueprint.post("/me/data/ask")
@login_required
def ask() -> ResponseReturnValue:
    """Asks the organisers for the rest."""
    form = forms.read(schemas.AskForm(), request.form)
    parts().store.change(correcting.ask, current_user.person_id, form["course"], form["words"])
    flash(text("Sent to the organisers of the course."), "success")
    return redirect(url_for("mine.show"), 303)


@blueprint.post("/me/data/consent")
@login_required
def consent() -> ResponseReturnValue:
    """Gives or withdraws one consent in one course of one's own."""
    form = forms.read(schemas.ConsentForm(), request.form)

    def keep(uow: UnitOfWork) -> None:
        course = courses.own(uow, form["course"], current_user.person_id)
        change = consents.give if form["given"] else consents.withdraw
        change(uow, current_user.person_id, course.id, form["purpose"])

    parts().store.change(keep)
    flash(text("Saved."), "success")
    return redirect(url_for("mine.show"), 303)


@blueprint.route("/me/data/erase", methods=["GET", "POST"])
@login_required
def erase() -> ResponseReturnValue:
    """What erasing does, and doing it once one's name is typed."""
    if request.method == "GET":
        return _erase_page()
    form = forms.read(schemas.EraseForm(), request.form)
    me = current_user.person_id
    if " ".join(form["name"].split()).casefold() != " ".join(current_user.name.split()).casefold():
        return _erase_page(text("This is not your name as it stands above."), form), 400
    try:
        parts().store.change(erasing.erase, me, actor=me, words_too=form["words_too"])
    except NotAllowed as refusal:
        return _erase_page(refusal.message, form), 403
    parts().store.forget()
    log.info("erased: %s", me)
    leave()
    return redirect(url_for("mine.gone"), 303)


def _erase_page(problem: str = "", form: Mapping[str, Any] | None = None) -> str:
    me, terms = current_user.person_id, parts().settings.terms
    with parts().store.read() as uow:
        alone = erasing.alone_in(uow, me)
        proofs = rows.proofs(uow, me)
        purposes = _purposes(held.counted(uow, me), terms)
    return render_template(
        "mine/erase.html",
        problem=problem,
        form=form or {},
        alone=alone,
        proofs=proofs.keys(),
        proved_for=lasting(terms.evidence),
        purposes=purposes,
    )


@blueprint.get("/erased")
def gone() -> str:
    """After it."""
    return render_template("mine/gone.html")


# --- for organisers


@blueprint.route("/courses/<slug>/requests", methods=["GET", "POST"])
@login_required
def requests(slug: str) -> ResponseReturnValue:
    """What people of the course have asked to have corrected, and that it has been seen to."""
    if request.method == "POST":
        form = forms.read(schemas.AnsweredForm(), request.form)

        def keep(uow: UnitOfWork) -> None:
            course = courses.organised(uow, slug, current_user.person_id)
            correcting.answered(uow, course, form["request"], current_user.person_id)

        parts().store.change(keep)
        flash(text("Saved. They see that it has been seen to."), "success")
        return redirect(url_for("mine.requests", slug=slug), 303)
    with parts().store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        asked = correcting.waiting(uow, course)
    day = {one.row.id: times.day(one.row.made_at, course.time_zone) for one in asked}
    return render_template("mine/requests.html", course=course, asked=asked, day=day)
