"""Files out of a course, for its organisers: what each holds and for whom it is safe, making one, fetching it."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.consent import Purpose
from ..domain.errors import NotFound, Stale
from ..domain.exports import HOLDS, MEDIA_TYPES, SAFE_FOR, TITLES, Format, What
from ..domain.text import text
from ..schemas import exports as schemas
from ..schemas import forms
from ..services import consents, courses
from ..services.exports import making
from ..services.exports.making import Progress
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from .export_runs import ExportRun
from .language import jsonify
from .parts import Parts, parts
from .runs import KEPT_S, Runs, Work

log = logging.getLogger(__name__)
blueprint = Blueprint("exports", __name__, url_prefix="/courses/<slug>/exports")
PATIENCE_S = 1.0  # a small file is there when the page comes back
FORMATS = {
    Format.CSV: text("CSV, for spreadsheets"),
    Format.XLSX: text("Workbook (xlsx), with the codebook"),
    Format.JSON: text("JSON, one array"),
    Format.JSONL: text("JSON lines, for large files"),
}


@blueprint.record_once
def _prepare(state: Any) -> None:
    state.app.extensions["pallpractice.export_runs"] = Runs()


def _runs() -> Runs:
    found: Runs = current_app.extensions["pallpractice.export_runs"]
    return found


def _asked(slug: str) -> tuple[str, datetime]:
    """The course's id, and now."""
    with parts().store.read() as uow:
        return courses.organised(uow, slug, current_user.person_id).id, uow.now


def _of_reader(uow: UnitOfWork, course: Course) -> ExportRun | None:
    """The reader's run, dropped if someone in it was erased since, or took the consent back that it goes by."""
    run = _runs().of((current_user.person_id, course.id))
    assert run is None or isinstance(run, ExportRun)
    if run and run.done and not run.problem:
        purposes = [Purpose.RESEARCH] if run.what is What.RESEARCH else []
        if consents.taken_back_since(uow, course.id, run.asked_at, purposes):
            run.drop(consents.TAKEN_BACK)
    return run


def _run(slug: str) -> ExportRun | None:
    with parts().store.read() as uow:
        return _of_reader(uow, courses.organised(uow, slug, current_user.person_id))


@blueprint.get("")
@login_required
def show(slug: str) -> str:
    """What there is to take out, and the file that is being made or waits."""
    with parts().store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        run = _of_reader(uow, course)
    return render_template(
        "exports.html",
        course=course,
        organises=True,
        files=[
            {"what": what, "title": TITLES[what], "holds": HOLDS[what], "safe_for": SAFE_FOR[what]} for what in What
        ],
        formats=FORMATS,
        titles=TITLES,
        run=run,
        minutes=KEPT_S // 60,
    )


@blueprint.post("")
@login_required
def make(slug: str) -> ResponseReturnValue:
    """Begins to make a file; the page shows how far it is."""
    form = forms.read(schemas.ExportForm(), request.form)
    house, by, (course_id, now) = parts(), current_user.person_id, _asked(slug)
    run = ExportRun(what=form["what"], format=form["format"], asked_at=now)
    if not _runs().start((by, course_id), run, _work(house, course_id, run, by)):
        raise Stale(text("A file is being made for you just now. Wait until it is there."))
    run.wait(PATIENCE_S)
    log.info("export: %s of %s as %s, by %s", run.what, slug, run.format, by)
    return redirect(url_for("exports.show", slug=slug, _anchor="file"), 303)


def _work(house: Parts, course_id: str, run: ExportRun, by: str) -> Work:
    def work(told: Callable[[Progress], None]) -> int:
        source = making.reading(house.store, house.library, course_id)
        rows = making.make(source, run.what, run.format, run.file, told=told, off_loop=house.exporting)
        house.store.change(making.note, source, run.what, run.format, rows, by)
        return rows

    return work


@blueprint.get("/progress")
@login_required
def progress(slug: str) -> ResponseReturnValue:
    """How far the file is, for the page's script."""
    run = _run(slug)
    if run is None or run.done:
        return jsonify(under_way=False)
    return jsonify(under_way=True, words=run.words, share=run.share)


@blueprint.get("/<file_id>")
@login_required
def fetch(slug: str, file_id: str) -> Response:
    """The file, once: when all of it has gone out it is taken away."""
    person, (course_id, _), run = current_user.person_id, _asked(slug), _run(slug)
    if run is None or run.id != file_id or not run.done or run.problem:
        raise NotFound((run and run.problem) or text("This file is no longer here. Make it again."))
    runs, found = _runs(), run

    def sent() -> Iterator[bytes]:
        yield from found.chunks()
        runs.forget((person, course_id), found)

    headers = {"Content-Disposition": f'attachment; filename="{slug}-{run.what}.{run.format}"'}
    answer = Response(sent(), content_type=MEDIA_TYPES[run.format], headers=headers)
    answer.content_length = run.size
    return answer
