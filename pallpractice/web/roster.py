"""The people of a course, for its organisers: found, added, changed, removed, brought back, linked, uploaded."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import NotFound
from ..domain.people import NO_GROUP, by_role
from ..domain.roster import COLUMNS, Entry, RosterRefused, RowFault
from ..domain.text import Text, text
from ..library import roster as roster_file
from ..library.roster import Sheet
from ..schemas import forms
from ..schemas import people as schemas
from ..services import courses, enrolments, people, roster
from ..services.imports import Imported
from ..services.mine import correcting
from ..storage.courses import Course, Person
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("roster", __name__, url_prefix="/courses/<slug>/people")

TOO_MUCH = text(
    "is more than a page can carry, which is about 1,500 people: bring it in in parts, or by "
    "`pallpractice people import` on the machine that serves this"
)


# --- the list


@blueprint.get("", endpoint="people")
@login_required
def everyone(slug: str) -> str:
    """The people, narrowed down as the organiser wishes, and how many there are."""
    search = forms.read(schemas.PeopleSearchForm(), request.args)
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        there = enrolments.members(uow, course)
        asked = len(correcting.waiting(uow, course))
    present = [one.entry for one in there if not one.removed_at]
    return _page(
        "roster/people.html",
        course,
        found=[one for one in there if search.finds(one.entry, one.state)],
        all=len(present),
        removed=len(there) - len(present),
        asked=asked,
        search=search,
        counts=by_role(present),
        group_options=[(NO_GROUP, text("No group")), *((name, name) for name in _groups(there))],
    )


# --- one person


@blueprint.route("/add", methods=["GET", "POST"])
@login_required
def add(slug: str) -> ResponseReturnValue:
    """Someone new."""
    if request.method == "GET":
        return _person_form(slug)
    form = forms.read(schemas.PersonForm(), request.form)
    try:
        person: Person = parts().store.change(
            lambda uow: enrolments.add(uow, _organised(uow, slug), roster_file.entry(form))
        )
    except RosterRefused as refused:
        return _person_form(slug, form, refused.faults), 400
    log.info("person added: %s to %s, by %s", person.id, slug, current_user.person_id)
    flash(text("{name} is in the course. They come in by their personal link.", name=form["name"]))
    return redirect(url_for("roster.person", slug=slug, person_id=person.id), 303)


@blueprint.route("/<person_id>", methods=["GET", "POST"])
@login_required
def person(slug: str, person_id: str) -> ResponseReturnValue:
    """One person: what is known of them, to be changed, and the ways to their link and out of the course."""
    if request.method == "GET":
        return _person_form(slug, person_id=person_id)
    form = forms.read(schemas.PersonForm(), request.form)
    try:
        parts().store.change(
            lambda uow: enrolments.edit(
                uow, _organised(uow, slug), person_id, roster_file.entry(form), current_user.person_id
            )
        )
    except RosterRefused as refused:
        return _person_form(slug, form, refused.faults, person_id), 400
    log.info("person changed: %s in %s, by %s", person_id, slug, current_user.person_id)
    flash(text("Saved."), "success")
    return _back(slug, person_id)


@blueprint.route("/<person_id>/remove", methods=["GET", "POST"])
@login_required
def remove(slug: str, person_id: str) -> ResponseReturnValue:
    """Asks first, then takes the person out of the course."""
    if request.method == "GET":
        with parts().store.read() as uow:
            course = _organised(uow, slug)
            return _page("roster/remove.html", course, member=enrolments.member(uow, course, person_id))

    def take_out(uow: UnitOfWork) -> None:
        course = _organised(uow, slug)
        one = enrolments.member(uow, course, person_id)
        people.remove(uow, course, people.find(uow, one.entry.email))

    parts().store.change(take_out)
    log.info("person removed: %s from %s, by %s", person_id, slug, current_user.person_id)
    return _back(slug, person_id)


@blueprint.post("/<person_id>/restore")
@login_required
def restore(slug: str, person_id: str) -> ResponseReturnValue:
    """Takes a removed person in again."""
    one = parts().store.change(lambda uow: enrolments.restore(uow, _organised(uow, slug), person_id))
    log.info("person restored: %s to %s, by %s", person_id, slug, current_user.person_id)
    told = text("{name} is in the course again, without a group. Their older links stay closed.", name=one.entry.name)
    if one.entry.group:
        told = text(
            "{name} is in the course again, in the group {group}. Their older links stay closed.",
            name=one.entry.name,
            group=one.entry.group,
        )
    flash(told)
    return redirect(url_for("roster.person", slug=slug, person_id=person_id), 303)


@blueprint.post("/<person_id>/link")
@login_required
def link(slug: str, person_id: str) -> str:
    """A fresh personal link, which can be read on this page alone: only its hash is kept."""
    settings = parts().settings

    def issue(uow: UnitOfWork) -> tuple[Course, enrolments.Member, str]:
        course = _organised(uow, slug)
        one = enrolments.member(uow, course, person_id)
        enrolments.check_alone_here(uow, person_id, current_user.person_id)
        (issued,) = people.issue_links(uow, course, settings.base_url, settings.link_days, only=[one.entry.email])
        return course, one, issued.url

    course, one, url = parts().store.change(issue)
    log.info("personal link made: for %s in %s, by %s", person_id, slug, current_user.person_id)
    return _page("roster/link.html", course, member=one, url=url, days=settings.link_days)


# --- a whole roster


@blueprint.route("/upload", methods=["GET", "POST"])
@login_required
def upload(slug: str) -> ResponseReturnValue:
    """Paste or choose a file, look at what it would do and mend it, save. The cells travel in the form.

    Saving answers with a page, not a redirect: whom it left alone fits into no cookie, and posted again it changes
    nothing.
    """
    with parts().store.read() as uow:
        course = _organised(uow, slug)
    if request.method == "GET":
        return _page("roster/upload.html", course)
    if "roster" not in request.form:
        return _preview(course, *_pasted())
    form = schemas.read_roster(request.form)
    sheet = roster_file.sheet(form["roster"].encode()).without(form["leave"]).with_cells(form["cells"])
    if form["step"] == "check":
        return _preview(course, sheet)
    try:
        before, done = parts().store.change(_bring_in, slug, sheet)
    except RosterRefused:
        return _preview(course, sheet, status=400)
    log.info("people imported: %s, %d added, by %s", slug, len(done.added), current_user.person_id)
    return _page("roster/done.html", course, done=done, names=before)


def _bring_in(uow: UnitOfWork, slug: str, sheet: Sheet) -> tuple[dict[str, str], Imported]:
    """What was done, and the names of all by their email."""
    course = _organised(uow, slug)
    done = roster.import_roster(uow, course, sheet.roster())
    return {one.entry.email: one.entry.name for one in enrolments.members(uow, course)}, done


def _pasted() -> tuple[Sheet, str, str]:
    """What came in the first step: its cells, its text to show again, and what is wrong with how it came."""
    form, file = forms.read(schemas.UploadForm(), request.form), request.files.get("file")
    raw = file.read() if file else b""
    if bool(raw) == bool(form["text"].strip()):
        return Sheet(), form["text"], text("Choose a file or paste the rows, one of the two.")
    raw = raw or form["text"].encode()
    sheet = roster_file.sheet(raw)
    if len(quote_plus(sheet.text())) > schemas.LARGEST:
        sheet = Sheet(faults=(RowFault(1, "file", TOO_MUCH),))
    try:
        pasted = roster_file.decoded(raw)
    except UnicodeDecodeError:
        pasted = ""
    return sheet, pasted if len(pasted) < schemas.LARGEST else "", ""


def _preview(
    course: Course, sheet: Sheet, pasted: str = "", problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """What saving would do, or the first step again when nothing of it could be read."""
    if problem or sheet.faults or not sheet.rows:
        return _first_step(course, pasted, [problem] if problem else [fault.words for fault in sheet.roster().faults])
    with parts().store.read() as uow:
        found = roster.preview(uow, course, sheet.roster())
        groups = _groups(enrolments.members(uow, course))
    faulty = sorted({fault.row for fault in found.faults})
    to_fix = [
        {
            "number": row,
            "cells": sheet.cells(row),
            "more": sheet.rows[row][len(sheet.heading) :],
            "faults": _by_column(fault for fault in found.faults if fault.row == row),
        }
        for row in faulty
    ]
    page = _page(
        "roster/preview.html",
        course,
        sheet=sheet,
        to_fix=to_fix[: schemas.MOST_INLINE],
        more_to_fix=to_fix[schemas.MOST_INLINE :],
        ready=[one for one in found.outcomes if one.entry.row not in faulty],
        absent=sorted(found.absent, key=lambda entry: entry.name),
        groups=groups,
        cell=schemas.cell,
    )
    return page, status


# --- what the pages share


def _organised(uow: UnitOfWork, slug: str) -> Course:
    return courses.organised(uow, slug, current_user.person_id)


def _page(template: str, course: Course, **shown: Any) -> str:
    def told(at: datetime) -> Text:
        day = times.on(at.astimezone(ZoneInfo(course.time_zone)))
        return text("on {day}, {time}", day=day, time=times.clock(at, course.time_zone))

    return render_template(template, course=course, organises=True, told=told, **shown)


def _person_form(
    slug: str,
    form: Mapping[str, str] | None = None,
    faults: Iterable[RowFault] = (),
    person_id: str | None = None,
) -> str:
    """The form of a new person or of one who is there, with what was written into it."""
    with parts().store.read() as uow:
        course = _organised(uow, slug)
        one = enrolments.member(uow, course, person_id) if person_id else None
        no_link = enrolments.why_no_link(uow, one, current_user.person_id) if one else ""
        groups = _groups(enrolments.members(uow, course))
    cells = dict(form) if form is not None else _cells(one.entry) if one else {}
    return _page(
        "roster/person.html",
        course,
        member=one,
        no_link=no_link,
        cells=cells,
        errors=_by_column(faults),
        groups=groups,
        zones=[(name, name.replace("_", " ")) for name in ("UTC", *times.zones())],
    )


def _cells(entry: Entry) -> dict[str, str]:
    return {column: str(getattr(entry, column) or "") for column in COLUMNS}


def _groups(there: Iterable[enrolments.Member]) -> list[str]:
    return sorted({one.entry.group for one in there if one.entry.group})


def _first_step(course: Course, pasted: str, problems: list[str]) -> ResponseReturnValue:
    return _page("roster/upload.html", course, pasted=pasted, problems=problems), 400


def _by_column(faults: Iterable[RowFault]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(fault.column, []).append(fault.reason)
    return found


def _back(slug: str, person_id: str) -> ResponseReturnValue:
    """To the person's page, unless the organiser has just left or given up the course."""
    try:
        with parts().store.read() as uow:
            _organised(uow, slug)
    except NotFound:
        return redirect(url_for("home.index"), 303)
    return redirect(url_for("roster.person", slug=slug, person_id=person_id), 303)
