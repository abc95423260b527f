"""The evidence pack: made beside the request with its progress told, fetched once by who asked for it.

It waits for a quarter of an hour at most, and not once someone has taken their consent back or been erased.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.consent import Purpose
from ..domain.errors import NotFound, Stale
from ..domain.text import Text, text
from ..services import consents, courses
from ..services.credit import pack
from ..services.credit.pack import Contents
from ..services.feedback import reports
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from . import pdf
from .credit_office import organised
from .language import jsonify, speak_to
from .parts import Parts, parts
from .runs import FileRun, Runs

log = logging.getLogger(__name__)
blueprint = Blueprint("evidence_pack", __name__, url_prefix="/courses/<slug>/credit/evidence")
BUSY = text("A pack of this course is being made just now. Wait until it is there.")


@blueprint.record_once
def _prepare(state: Any) -> None:
    state.app.extensions["pallpractice.evidence_runs"] = Runs()


def _runs() -> Runs:
    found: Runs = current_app.extensions["pallpractice.evidence_runs"]
    return found


@dataclass(kw_only=True)
class PackRun(FileRun):
    """A pack on its way, for whoever asked for it."""

    by: str
    read_at: datetime | None = None  # what it holds was true then
    told: tuple[int, int] | None = None

    @property
    def words(self) -> Text:
        if self.done:
            return self.problem or text("The pack is made.")
        if self.told is None:
            return text("Reading the course")
        return text("{n} of {all} pieces are ready", n=self.told[0], all=self.told[1])

    @property
    def share(self) -> int:
        if self.done:
            return 100
        return 100 * self.told[0] // max(1, self.told[1]) if self.told else 0


def of_reader(uow: UnitOfWork, course: Course) -> PackRun | None:
    """The course's run, if it is the reader's."""
    run = _runs().of(course.slug)
    if not isinstance(run, PackRun) or run.by != current_user.person_id:
        return None
    waits = run.done and not run.problem and run.read_at
    if waits and consents.taken_back_since(uow, course.id, waits, [Purpose.TRANSMIT_CREDIT]):
        run.drop(consents.TAKEN_BACK)
    return run


@blueprint.post("/pack")
@login_required
def make_pack(slug: str) -> ResponseReturnValue:
    """Begins to make the pack; the page shows how far it is."""
    house, by = parts(), current_user.person_id
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with house.store.read() as uow:
        language = organised(uow, slug).language
    run = PackRun(by=by)

    def work(tell: Any) -> bool:
        contents: Contents = pack.ask(house.store, house.library, slug, _organised_by(by), by)
        run.read_at = contents.at
        with app.test_request_context(base_url=house.settings.base_url):
            speak_to(language)
            pack.write(contents, run.file, lambda round_id: _report(house, round_id), lambda n, all: tell((n, all)))
        return True

    if not _runs().start(slug, run, work):
        raise Stale(BUSY)
    log.info("evidence pack asked for: %s, by %s", slug, by)
    return redirect(url_for("evidence.everyone", slug=slug) + "#pack", 303)


def _organised_by(person: str) -> Any:
    return lambda uow, slug: courses.organised(uow, slug, person)


def _report(house: Parts, round_id: str) -> tuple[str, bytes]:
    """The coach's part of a round's report, as its learner was given it: a PDF, or a page where none can be made."""
    with house.store.read() as uow:
        report = reports.as_given(uow, house.library, round_id, threshold=house.settings.gap_threshold)
    html = pdf.page("credit/report_paper.html", report=report)
    return (".pdf", pdf.laid_out(html)) if pdf.available() else (".html", html.encode())


@blueprint.get("/progress")
@login_required
def progress(slug: str) -> ResponseReturnValue:
    """How far the pack is, for the page's script."""
    with parts().store.read() as uow:
        run = of_reader(uow, organised(uow, slug))
    if run is None or run.done:
        return jsonify(under_way=False)
    return jsonify(under_way=True, words=run.words, share=run.share)


@blueprint.get("/pack.zip")
@login_required
def fetch_pack(slug: str) -> Response:
    """The pack, in pieces, once, and only for who asked for it: when all of it has gone out it is taken away."""
    with parts().store.read() as uow:
        run = of_reader(uow, organised(uow, slug))
    if run is None or not run.done or run.problem:
        raise NotFound((run and run.problem) or text("There is no pack here. Make it again."))
    runs, found = _runs(), run

    def sent() -> Iterator[bytes]:
        yield from found.chunks()
        runs.forget(slug, found)

    answer = Response(sent(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-evidence.zip"'
    return answer
