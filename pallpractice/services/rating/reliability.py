"""Agreement between raters by Krippendorff's alpha, ordinal, which takes any number of raters and gaps in the data.

Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability. University of Pennsylvania.

Of ratings as they were first given, on purpose: what someone corrects after hearing the others is no longer a rating of
their own, and would make raters agree who did not. The same goes for who rates strictly and who were far apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select

from ...domain.agreement import NO_VARIANCE, ONE_SUBJECT, Agreement, Rating, watched
from ...domain.roles import Seat
from ...storage.courses import Course, Session
from ...storage.feedback import Entry, Scorecard
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork

_CARD = (
    RoundRow.id,
    RoundRow.learner_id,
    Scorecard.rater_id,
    Scorecard.seat,
    RoundRow.rubric_id,
    RoundRow.rubric_version,
)


def handed_in(course: Course, *more: Any) -> Select[Any]:
    """The scorecards handed in of a course's closed rounds: what a `Rating` says of each, and these columns of it."""
    return (
        select(*_CARD, *more)
        .join(Scorecard, Scorecard.round_id == RoundRow.id)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(Session.course_id == course.id, RoundRow.closed_at.is_not(None), Scorecard.status != "draft")
    )


def ratings(uow: UnitOfWork, course: Course, *, rooms: Iterable[str] | None = None) -> list[Rating]:
    """Every rating of the closed rounds of a course, or of these rooms of it, as it was first given."""
    wanted = handed_in(course, Entry.entry, Entry.rating).join(Entry, Entry.scorecard_id == Scorecard.id)
    wanted = wanted.where(Entry.rating.is_not(None))
    if rooms is not None:
        wanted = wanted.where(Room.id.in_(list(rooms)))
    return [rating(*row) for row in uow.connection.execute(wanted)]


def rating(
    round_: str, learner: str, rater: str, seat: str, rubric: str, version: int, item: str, value: int
) -> Rating:
    return Rating(round_, learner, rater, Seat(seat), (rubric, version), item, value)


def by_item(given: Iterable[Rating]) -> dict[tuple[str, int], dict[str, Agreement]]:
    """{rubric id and version: {item: agreement}} of those who watched."""
    units: dict[tuple[str, int], dict[str, list[tuple[str, str, int]]]] = defaultdict(lambda: defaultdict(list))
    for one in watched(given):
        units[one.rubric][one.item].append((one.round, one.rater, one.value))
    return {rubric: {item: agreement(triples) for item, triples in items.items()} for rubric, items in units.items()}


def agreement(triples: Iterable[tuple[str, str, int]]) -> Agreement:
    """Of (subject, rater, value): how far the raters agree on the subjects that two of them or more have rated."""
    by_subject: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for subject, rater, value in triples:
        by_subject[subject].append((rater, value))
    paired = [rated for rated in by_subject.values() if len(rated) > 1]
    raters = {rater for rated in paired for rater, _ in rated}
    values = sorted({value for rated in paired for _, value in rated})
    counts = {"raters": len(raters), "subjects": len(paired), "ratings": sum(map(len, paired))}
    if len(paired) < 2:
        return Agreement(None, ONE_SUBJECT, **counts)
    if len(values) < 2:
        return Agreement(None, NO_VARIANCE, **counts)
    return Agreement(_alpha([[value for _, value in rated] for rated in paired], values), None, **counts)


def _alpha(units: list[list[int]], values: list[int]) -> float:
    import krippendorff  # with numpy, which nothing else of a page needs

    counts = [[Counter(unit)[value] for value in values] for unit in units]
    return float(krippendorff.alpha(value_counts=counts, value_domain=values, level_of_measurement="ordinal"))
