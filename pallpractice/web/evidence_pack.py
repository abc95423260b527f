"""The evidence pack: made beside the request with its progress told, kept a while, fetched by who asked for it."""

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import NotFound, Stale
from ..domain.text import Text, text
from ..services import courses
from ..services.credit import pack
from ..services.credit.pack import Contents
from ..services.feedback import reports
from . import pdf
from .credit_office import organised
from .language import jsonify, speak_to
from .parts import Parts, parts
from .runs import Run, Runs

log = logging.getLogger(__name__)
blueprint = Blueprint("evidence_pack", __name__, url_prefix="/courses/<slug>/credit/evidence")
CHUNK = 64 * 1024
BUSY = text("A pack of this course is being made just now. Wait until it is there.")


@blueprint.record_once
def _prepare(state: Any) -> None:
    state.app.extensions["pallpractice.evidence_runs"] = Runs()


def _runs() -> Runs:
    found: Runs = current_app.extensions["pallpractice.evidence_runs"]
    return found


@dataclass
class PackRun(Run):
    """A pack on its way, for whoever asked for it. Its file has no name on the disk, so nothing is left of it."""

    by: str = ""
    file: BinaryIO = field(default_factory=lambda: cast(BinaryIO, tempfile.TemporaryFile()))  # noqa: SIM115
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

    def __del__(self) -> None:
        self.file.close()

    def chunks(self) -> Iterator[bytes]:
        """The file, from its beginning."""
        self.file.seek(0)
        while chunk := self.file.read(CHUNK):
            yield chunk


def of_reader(slug: str) -> PackRun | None:
    """The course's run, if it is the reader's."""
    run = _runs().of(slug)
    return run if isinstance(run, PackRun) and run.by == current_user.person_id else None


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
        with app.test_request_context(base_url=house.settings.base_url):
            speak_to(language)
            pack.write(contents, run.file, lambda *of: _report(house, *of), lambda n, all: tell((n, all)))
        return True

    if not _runs().start(slug, run, work):
        raise Stale(BUSY)
    log.info("evidence pack asked for: %s, by %s", slug, by)
    return redirect(url_for("evidence.everyone", slug=slug) + "#pack", 303)


def _organised_by(person: str) -> Any:
    return lambda uow, slug: courses.organised(uow, slug, person)


def _report(house: Parts, round_id: str, person: str) -> tuple[str, bytes] | None:
    """The coach's part of a round's report, as its learner was given it: a PDF, or a page where none can be made."""
    with house.store.read() as uow:
        try:
            report = reports.report(uow, house.library, round_id, person, threshold=house.settings.gap_threshold)
        except NotFound:  # they have left the course meanwhile
            return None
    html = pdf.page("credit/report_paper.html", report=report)
    return (".pdf", pdf.laid_out(html)) if pdf.available() else (".html", html.encode())


@blueprint.get("/progress")
@login_required
def progress(slug: str) -> ResponseReturnValue:
    """How far the pack is, for the page's script."""
    with parts().store.read() as uow:
        organised(uow, slug)
    run = of_reader(slug)
    if run is None or run.done:
        return jsonify(under_way=False)
    return jsonify(under_way=True, words=run.words, share=run.share)


@blueprint.get("/pack.zip")
@login_required
def fetch_pack(slug: str) -> Response:
    """The pack, in pieces, as long as it is kept; only for who asked for it."""
    with parts().store.read() as uow:
        organised(uow, slug)
    run = of_reader(slug)
    if run is None or not run.done or run.problem:
        raise NotFound(text("There is no pack here. Make it again."))
    answer = Response(run.chunks(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-evidence.zip"'
    return answer
