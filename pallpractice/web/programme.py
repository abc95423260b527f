"""An organiser changes the course itself: its settings, its sessions one by one, and the whole programme by a file."""

import logging
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import Conflict, Invalid
from ..domain.programme import Credit, Programme
from ..domain.text import text
from ..library import LibraryErrors, languages
from ..library import programme as programme_file
from ..schemas import forms
from ..services import courses, programmes, sessions
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("programme", __name__, url_prefix="/courses/<slug>")

PASTED = "programme.yaml"  # what errors call a text that came without a file


def _organised(uow: UnitOfWork, slug: str) -> Course:
    return courses.organised(uow, slug, current_user.person_id)


def _page(template: str, course: Course, refusal: Invalid | None = None, **shown: Any) -> str:
    faults = (refusal.fields or {}) if refusal else {}
    return render_template(template, course=course, organises=True, refusal=refusal, faults=faults, **shown)


# --- the course's own settings


@blueprint.route("/settings", methods=["GET", "POST"])
@login_required
def settings(slug: str) -> ResponseReturnValue:
    """Title, language of letters, time zone. Another zone is asked for twice: first it is told what moves."""
    if request.method == "GET":
        return _settings(slug)
    try:
        form = forms.read(forms.CourseForm(), request.form)
        sure = form.pop("sure")
        with parts().store.read() as uow:
            course = _organised(uow, slug)
            asks = form["time_zone"] not in (course.time_zone, sure)
            moving = courses.moves(uow, course, form["time_zone"]) if asks else []
        if asks:
            return _settings(slug, written=request.form, moving=moving, asks=True)
        moved = parts().store.change(
            lambda uow: courses.change(uow, _organised(uow, slug), **form, by=current_user.person_id)
        )
    except Invalid as refusal:
        return _settings(slug, refusal, request.form), 400
    log.info("course changed: %s, by %s", slug, current_user.person_id)
    flash(text("Saved."), "success")
    if moved:
        flash(text("Sessions have moved. Who was invited is told once you send the updates."))
    return redirect(url_for("programme.settings", slug=slug), 303)


def _settings(
    slug: str,
    refusal: Invalid | None = None,
    written: Mapping[str, str] | None = None,
    moving: list[courses.Moved] | None = None,
    asks: bool = False,
) -> str:
    """`written` keeps what was typed; `asks`: the zone is not saved yet, and `moving` what it would move."""
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        now = {"title": course.title, "language": course.language, "time_zone": course.time_zone}
        values = written or now
        told = [
            {
                "title": one.session.title,
                "before": times.day_and_span(one.session.starts_at, one.session.ends_at, course.time_zone),
                "after": times.day_and_span(one.starts_at, one.ends_at, values["time_zone"]),
                "over": one.starts_at <= uow.now,
            }
            for one in moving or ()
        ]
        return _page(
            "courses/settings.html",
            course,
            refusal,
            values=values,
            asks=asks,
            moving=told,
            zones=sorted({*times.zones(), "UTC", course.time_zone}),
            languages=languages.known(),
        )


# --- sessions, one by one


@blueprint.route("/sessions/add", methods=["GET", "POST"])
@login_required
def add(slug: str) -> ResponseReturnValue:
    """A new session."""
    if request.method == "GET":
        return _new_session(slug)
    plain = {name: value for name, value in request.form.items() if name != "credit"}
    try:
        form = forms.read(forms.NewSessionForm(), plain | {"credit": request.form.getlist("credit")})
        row = parts().store.change(
            lambda uow: sessions.add(uow, parts().library, _organised(uow, slug), form, current_user.person_id)
        )
    except Invalid as refusal:
        return _new_session(slug, refusal, plain, request.form.getlist("credit")), 400
    log.info("session added: %s, %s, by %s", slug, row.id, current_user.person_id)
    flash(text("{session} is in the programme. Who was invited is told once you send the updates.", session=row.title))
    return redirect(url_for("courses.show", slug=slug, _anchor=f"session-{row.id}"), 303)


def _new_session(
    slug: str, refusal: Invalid | None = None, written: Mapping[str, str] | None = None, credit: list[str] | None = None
) -> str:
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        last = course.sessions[-1].day.isoformat() if course.sessions else ""
    return _page(
        "courses/add_session.html",
        course,
        refusal,
        values=written or {"day": last},
        credit=[Credit.GENERAL.value] if credit is None else credit,
    )


@blueprint.get("/sessions/<session_id>")
@login_required
def session(slug: str, session_id: str) -> str:
    """A session's title and time, to be changed."""
    return _session(slug, session_id)


@blueprint.post("/sessions/<session_id>")
@login_required
def change_session(slug: str, session_id: str) -> ResponseReturnValue:
    """Gives a session another title or time."""
    by = current_user.person_id

    def save(uow: UnitOfWork) -> None:
        course = _organised(uow, slug)
        sessions.change(uow, course, session_id, **forms.read(forms.SessionForm(), request.form), by=by)

    try:
        parts().store.change(save)
    except Invalid as refusal:
        return _session(slug, session_id, refusal, request.form), 400
    log.info("session changed: %s, %s, by %s", slug, session_id, by)
    flash(text("Saved. Who was invited is told of a new time once you send the updates."), "success")
    return redirect(url_for("courses.show", slug=slug, _anchor=f"session-{session_id}"), 303)


def _session(
    slug: str, session_id: str, refusal: Invalid | None = None, written: Mapping[str, str] | None = None
) -> str:
    """`written` keeps what was typed on a form that could not be saved."""
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        row = sessions.find(uow, course, session_id)
        slot = sessions.slot(row, ZoneInfo(course.time_zone))
    now = {"title": slot.title, "day": slot.day.isoformat()}
    now |= {"starts": f"{slot.starts:%H:%M}", "ends": f"{slot.ends:%H:%M}"}
    return _page("courses/session.html", course, refusal, session=row, values=written or now)


@blueprint.route("/sessions/<session_id>/remove", methods=["GET", "POST"])
@login_required
def remove(slug: str, session_id: str) -> ResponseReturnValue:
    """Asks first, then takes the session out; one that was used stays, and the page says why."""
    if request.method == "GET":
        return _remove(slug, session_id)
    form = forms.read(forms.RemoveSessionForm(), request.form)
    try:
        row = parts().store.change(
            lambda uow: sessions.remove(uow, _organised(uow, slug), session_id, **form, by=current_user.person_id)
        )
    except Conflict as conflict:
        return _remove(slug, session_id, conflict.message), 409
    log.info("session removed: %s, %s, by %s", slug, session_id, current_user.person_id)
    flash(
        text("{session} is no longer in the programme. Send the cancellations to who was invited.", session=row.title)
    )
    return redirect(url_for("courses.show", slug=slug), 303)


def _remove(slug: str, session_id: str, problem: str = "") -> str:
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        row = sessions.find(uow, course, session_id)
        when = times.day_and_span(row.starts_at, row.ends_at, course.time_zone)
        found = sessions.traces(uow, row)
    return _page("courses/remove_session.html", course, session=row, when=when, traces=found, problem=problem)


# --- the whole programme as a file


@blueprint.get("/programme.yaml")
@login_required
def download(slug: str) -> ResponseReturnValue:
    """The programme as it stands, as a file that can be brought in again."""
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        try:
            content = programme_file.written(programmes.as_programme(course))
        except Conflict as conflict:
            flash(conflict.message, "warn")
            return redirect(url_for("courses.show", slug=slug), 303)
    answer = Response(content, content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.yaml"'
    return answer


@blueprint.route("/programme", methods=["GET", "POST"])
@login_required
def bring_in(slug: str) -> ResponseReturnValue:
    """Paste or choose a file, look at what it would do, save. Its text travels in the form."""
    with parts().store.read() as uow:
        course = _organised(uow, slug)
    if request.method == "GET":
        return _page("courses/bring_in.html", course)
    form, file = forms.read(forms.ProgrammeForm(), request.form), request.files.get("file")
    raw, name = (file.read(), file.filename) if file and file.filename else (form["text"].encode(), PASTED)
    if not raw.strip():
        return _unreadable(course, text("Paste a programme, or choose a file."))
    if len(raw) > forms.ProgrammeForm.LARGEST:
        return _unreadable(course, text("The file is too large for a page. Whoever runs this site can bring it in."))
    try:
        programme = programme_file.parse(raw, name or PASTED, parts().library, slug)
    except LibraryErrors as errors:
        return _unreadable(course, "", raw.decode("utf-8", "replace"), [str(error) for error in errors.errors])
    if form["step"] == "save":
        return _save(slug, programme, raw, form["seen"])
    return _preview(slug, programme, raw)


def _unreadable(course: Course, problem: str, pasted: str = "", errors: list[str] | None = None) -> ResponseReturnValue:
    return _page("courses/bring_in.html", course, problem=problem, errors=errors or [], pasted=pasted), 400


def _preview(slug: str, programme: Programme, raw: bytes, changed: bool = False) -> str:
    """`changed`: it was to be saved, and would do something else by now than its preview said."""
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        found = programmes.preview(uow, course, programme)
    return _page(
        "courses/bring_in_preview.html",
        course,
        found=found,
        raw=raw.decode("utf-8-sig"),
        changed=changed,
        span=lambda when: times.day_and_span(*when),
    )


def _save(slug: str, programme: Programme, raw: bytes, seen: str) -> ResponseReturnValue:
    def save(uow: UnitOfWork) -> bool:
        course = _organised(uow, slug)
        if programmes.preview(uow, course, programme).mark != seen:
            return False
        programmes.import_programme(uow, programme, by=current_user.person_id)
        return True

    if not parts().store.change(save):
        return _preview(slug, programme, raw, changed=True), 409
    log.info("programme brought in: %s, by %s", slug, current_user.person_id)
    flash(text("The programme is saved. Who was invited is told of changes once you send the updates."), "success")
    return redirect(url_for("courses.show", slug=slug), 303)
