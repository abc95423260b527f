"""How a course's learners are rated by item, by who rated and by profession: means of five learners or more, no fewer.

Each learner counts once, by the mean of their ratings as they stand, corrections and all. Who rated is never pooled:
self, observers, patient and coach see different things.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import select

from ...domain.aggregates import enough, shown
from ...domain.agreement import Rating
from ...domain.groups.professions import Family, family
from ...domain.roles import PLACED, Seat
from ...domain.rubric import Item, Rubric
from ...library import Library
from ...storage.courses import Course, Person
from ...storage.feedback import Correction, Entry, Scorecard
from ...storage.unit_of_work import UnitOfWork
from .. import editions
from .reliability import handed_in, rating


@dataclass(frozen=True, slots=True)
class Cell:
    """A mean over `n` learners; without a mean where they are too few, or would tell of those who are."""

    mean: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Row:
    """An item: by seat of the rater, and by profession for one of these seats."""

    item: Item
    by_seat: Mapping[Seat, Cell]
    by_profession: Mapping[Family | None, Cell]


@dataclass(frozen=True, slots=True)
class Skills:
    """One rubric over a course. `learners`: how many were rated by anyone with it.

    `professions` is empty where no figure of any of them may be shown.
    """

    rubric: Rubric
    learners: int
    professions: Sequence[Family | None]
    rows: Sequence[Row]

    @property
    def any(self) -> bool:
        return any(cell.mean is not None for row in self.rows for cell in row.by_seat.values())


def ratings(uow: UnitOfWork, course: Course) -> list[Rating]:
    """Every rating of the closed rounds of a course as it stands: the last that was said of it."""
    given = handed_in(course, Entry.entry, Entry.rating).join(Entry, Entry.scorecard_id == Scorecard.id)
    since = handed_in(course, Correction.entry, Correction.rating).join(
        Correction, Correction.scorecard_id == Scorecard.id
    )
    said = [*uow.connection.execute(given), *uow.connection.execute(since.order_by(Correction.made_at, Correction.id))]
    last = {(row.id, row.rater_id, row.entry): row for row in said}
    return [rating(*row) for row in last.values() if row.rating is not None]


def of_ratings(uow: UnitOfWork, library: Library, ratings: Sequence[Rating], by: Seat) -> list[Skills]:
    """Each rubric that was used, in the version it was used in. `by`: whose ratings are shown by profession."""
    by_rubric: dict[tuple[str, int], list[Rating]] = defaultdict(list)
    for one in ratings:
        by_rubric[one.rubric].append(one)
    families = _families(uow, {one.learner for one in ratings})
    found = [
        _skills(editions.rubric(uow, library, *rubric), given, families, by) for rubric, given in by_rubric.items()
    ]
    return sorted(found, key=lambda one: (one.rubric.title, one.rubric.version))


def _skills(rubric: Rubric, given: Sequence[Rating], families: Mapping[str, Family | None], by: Seat) -> Skills:
    means = _means(given)
    rows = [
        Row(
            item,
            {seat: _whole(means[item.id, seat]) for seat in PLACED if seat in item.seats},
            _split(means[item.id, by], families) if by in item.seats else {},
        )
        for item in rubric.items
    ]
    learners = len({one.learner for one in given})
    return Skills(rubric, learners, _professions(rows), rows)


def _professions(rows: Sequence[Row]) -> list[Family | None]:
    cells = [(profession, cell) for row in rows for profession, cell in row.by_profession.items()]
    there = {profession for profession, _ in cells} if any(cell.mean is not None for _, cell in cells) else set()
    return [profession for profession in (*Family, None) if profession in there]


def _means(given: Iterable[Rating]) -> Mapping[tuple[str, Seat], Mapping[str, float]]:
    """By item and the rater's seat: each learner's mean."""
    values: dict[tuple[str, Seat], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in given:
        values[one.item, one.seat][one.learner].append(one.value)
    means = {of: {learner: fmean(theirs) for learner, theirs in by.items()} for of, by in values.items()}
    return defaultdict(dict, means)


def _whole(means: Mapping[str, float]) -> Cell:
    return Cell(fmean(means.values()) if enough(len(means)) else None, len(means))


def _split(means: Mapping[str, float], families: Mapping[str, Family | None]) -> dict[Family | None, Cell]:
    """By profession; as many are left out as keep the small ones from being worked out from the number of all."""
    apart: dict[Family | None, list[float]] = defaultdict(list)
    for learner, mean in means.items():
        apart[families.get(learner)].append(mean)
    may = shown({profession: len(theirs) for profession, theirs in apart.items()}) if enough(len(means)) else set()
    return {
        profession: Cell(fmean(theirs) if profession in may else None, len(theirs))
        for profession, theirs in apart.items()
    }


def _families(uow: UnitOfWork, people: Iterable[str]) -> dict[str, Family | None]:
    rows = uow.session.execute(select(Person.id, Person.profession).where(Person.id.in_(list(people))))
    return {row.id: family(row.profession) for row in rows}
