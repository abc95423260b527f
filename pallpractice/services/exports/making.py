"""A file of a course, made page by page: into a file with its progress told, or in pieces for whoever reads along."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ...domain.audit import What as Noted
from ...domain.exports import Format, What
from ...library import Library
from ...storage.courses import Course
from ...storage.unit_of_work import Store, UnitOfWork
from .. import audit
from . import codebook
from .credit import attendance, awards
from .files import open_writing, workplace
from .journal import journal
from .people import participation_sheet, people
from .plan import plan
from .research import research
from .rounds import observations, ratings
from .sheets import Reading, Row, Sheet

DATA: Mapping[What, Sheet] = {
    What.PEOPLE: people,
    What.PLAN: plan,
    What.PARTICIPATION: participation_sheet,
    What.ATTENDANCE: attendance,
    What.CREDIT: awards,
    What.RATINGS: ratings,
    What.OBSERVATIONS: observations,
    What.JOURNAL: journal,
    What.RESEARCH: research,
}
SHEETS: Mapping[What, Sheet] = {**DATA, What.CODEBOOK: codebook.sheet_of(DATA)}

OffLoop = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows are written, and how many there will be."""

    done: int
    of: int


def reading(store: Store, library: Library, course_id: str) -> Reading:
    """What the files of a course are read from."""
    with store.read() as uow:
        wanted = select(Course).where(Course.id == course_id).options(selectinload(Course.sessions))
        return Reading(store, library, uow.session.scalars(wanted).one())


def here(work: Callable[..., Any], *args: Any) -> Any:
    """Writes where it is called: for commands, which hold nobody up."""
    return work(*args)


def make(
    source: Reading,
    what: What,
    format: Format,
    out: BinaryIO,
    *,
    told: Callable[[Progress], None] = lambda progress: None,
    off_loop: OffLoop = here,
) -> int:
    """Writes a file, and returns its rows. Writing and packing is done by `off_loop`, reading a page here.

    Raises NotAllowed where too few people agreed, Invalid where a workbook would be too long.
    """
    sheet = SHEETS[what]
    of, done = sheet.count(source), 0
    about = _codebook(source, what) if format is Format.XLSX else []
    with workplace() as folder:
        writing = open_writing(format, out, sheet.columns, folder, about)
        told(Progress(0, of))
        for rows in sheet.pages(source):
            off_loop(writing.page, rows)
            done += len(rows)
            told(Progress(done, max(of, done)))
        off_loop(writing.close)
    return done


def note(uow: UnitOfWork, source: Reading, what: What, format: Format, rows: int | None, actor: str | None) -> None:
    """Writes down who took which file out of the course; `actor` None is whoever runs the machine."""
    data = {"file": what.value, "format": format.value, "rows": rows}
    audit.note(uow, Noted.EXPORTED, actor=actor, course=source.course.id, data=data)


def pieces(source: Reading, what: What, format: Format, off_loop: OffLoop = here) -> Iterator[bytes]:
    """The same as bytes, page by page. Not for workbooks, which are packed at their end."""
    sheet, out = SHEETS[what], io.BytesIO()
    writing = open_writing(format, out, sheet.columns)
    for rows in sheet.pages(source):
        off_loop(writing.page, rows)
        yield _taken(out)
    writing.close()
    yield _taken(out)


def _taken(out: io.BytesIO) -> bytes:
    piece = out.getvalue()
    out.seek(0)
    out.truncate()
    return piece


def _codebook(source: Reading, what: What) -> list[Row]:
    if what is What.CODEBOOK:
        return []
    return codebook.rows({what: SHEETS[what]}, codebook.used(source))
