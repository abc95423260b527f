"""The codebook: what each column of each file means, and each item, level and marker of the rubrics that were used.

Made from the columns the files are written by, and from the rubrics as they were when they were rated with.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from ...domain.exports import What
from ...domain.rubric import Rubric
from ...storage.rooms import RoundRow
from .. import editions
from .rounds import out
from .sheets import Column, Kind, Reading, Row, Sheet

COLUMNS = (
    Column("file", Kind.TEXT, "The file", {what.value: what.value for what in What}),
    Column("column", Kind.TEXT, "Its column"),
    Column("holds", Kind.TEXT, "What the column holds", {kind.value: kind.value for kind in Kind}),
    Column("value", Kind.TEXT, "A value that may stand in it; empty in the row about the column itself"),
    Column("rubric", Kind.ID, "The rubric in which the value means this; empty where it always does"),
    Column("rubric_version", Kind.WHOLE, "Its version"),
    Column("meaning", Kind.TEXT, "What column or value means"),
    Column("seat", Kind.TEXT, "For whom the wording is"),
    Column("wording", Kind.TEXT, "What the rater read"),
    Column("low", Kind.TEXT, "The anchor at the low end of the scale"),
    Column("middle", Kind.TEXT, "The anchor in its middle"),
    Column("high", Kind.TEXT, "The anchor at its high end"),
)
ANCHORLESS = (None, None, None)


def rows(files: Mapping[What, Sheet], rubrics: list[Rubric]) -> list[Row]:
    """The codebook of these files, with these rubrics."""
    return [row for what, sheet in files.items() for column in sheet.columns for row in _column(what, column, rubrics)]


def used(reading: Reading) -> list[Rubric]:
    """The rubrics of the course's rounds whose report is out, each in every version used."""
    with reading.store.read() as uow:
        pairs = uow.session.execute(
            select(RoundRow.rubric_id, RoundRow.rubric_version)
            .where(RoundRow.id.in_(out(reading.course).order_by(None)))
            .distinct()
            .order_by(RoundRow.rubric_id, RoundRow.rubric_version)
        )
        return [editions.rubric(uow, reading.library, id, version) for id, version in pairs]


def _column(what: What, column: Column, rubrics: list[Rubric]) -> Iterator[Row]:
    about = (what.value, column.name, column.kind.value)
    yield (*about, None, None, None, column.about, None, None, *ANCHORLESS)
    for value, meaning in (column.values or {}).items():
        yield (*about, value, None, None, meaning, None, None, *ANCHORLESS)
    for rubric in rubrics:
        for row in _of_rubric(what, column.name, rubric):
            yield (*about, row[0], rubric.id, rubric.version, *row[1:])


def _of_rubric(what: What, column: str, rubric: Rubric) -> Iterator[tuple[str | None, ...]]:
    """(value, meaning, seat, wording, low, middle, high)."""
    match what, column:
        case (What.RATINGS, "entry") | (What.RESEARCH, "item"):
            for item in rubric.items:
                anchors = (item.anchors.low, item.anchors.middle, item.anchors.high)
                for seat in item.seats:
                    yield (item.id, item.title, seat, item.wording[seat], *anchors)
            if what is What.RATINGS:
                for comment in rubric.comments:
                    for seat in comment.seats:
                        yield (comment.id, comment.prompt, seat, comment.prompt, *ANCHORLESS)
        case (What.RATINGS | What.RESEARCH, "rating"):
            for number in range(rubric.scale.min, rubric.scale.max + 1):
                yield (str(number), rubric.scale.labels.get(number, ""), None, None, *ANCHORLESS)
        case (What.OBSERVATIONS, "marker"):
            for marker in rubric.markers:
                yield (marker.id, marker.label, None, None, *ANCHORLESS)


def sheet_of(files: Mapping[What, Sheet]) -> Sheet:
    """The codebook of these files as a file of its own."""

    def every(reading: Reading) -> list[Row]:
        return rows(files, used(reading))

    return Sheet(COLUMNS, count=lambda reading: len(every(reading)), pages=lambda reading: iter([every(reading)]))
