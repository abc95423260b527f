"""Where raters of one round were far apart: for the coaches of its room alone, who may talk it over with them.

A scorecard stays sealed here as in the room: a coach who has not handed theirs in is told of no one's ratings. What
raters said at first is what they have to talk over, so corrections are left out (see `reliability`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from ...domain.agreement import Rating, far_apart
from ...domain.roles import Role, Seat
from ...domain.rubric import Item
from ...library import Library
from ...storage.courses import Course, Person, Session
from ...storage.feedback import Scorecard
from ...storage.rooms import Room, RoundRow, SeatRow
from ...storage.unit_of_work import UnitOfWork
from .. import editions
from . import reliability


@dataclass(frozen=True, slots=True)
class Said:
    """One rater's rating."""

    name: str
    seat: Seat
    value: int


@dataclass(frozen=True, slots=True)
class Apart:
    """A closed round of a coach's room, and the items on which its watchers were far apart.

    `sealed`: the coach has not handed in a scorecard of their own, so nothing more is said.
    """

    round: str
    number: int
    learner: str
    session: str
    group: str
    closed_at: datetime
    sealed: bool
    items: Sequence[tuple[Item, Sequence[Said]]]


Closed = Row[str, int, str, datetime | None, str, int, str, str, str]
_CLOSED = (
    select(
        RoundRow.id,
        RoundRow.number,
        Person.name,
        RoundRow.closed_at,
        RoundRow.rubric_id,
        RoundRow.rubric_version,
        Session.title,
        Room.name,
        Room.id,
    )
    .join(Room, Room.id == RoundRow.room_id)
    .join(Session, Session.id == Room.session_id)
    .join(SeatRow, SeatRow.room_id == Room.id)
    .join(Person, Person.id == RoundRow.learner_id)
    .where(RoundRow.closed_at.is_not(None), SeatRow.role == Role.COACH.value)
    .order_by(RoundRow.closed_at.desc())
)


def of_coach(uow: UnitOfWork, library: Library, course: Course, coach: str) -> list[Apart]:
    """The rounds of the rooms this person coaches in the course that have something to talk over, the latest first.

    One that is sealed is there too, so that the page says nothing by leaving it out.
    """
    rounds: Sequence[Closed] = uow.connection.execute(
        _CLOSED.where(Session.course_id == course.id, SeatRow.person_id == coach)
    ).all()
    given = reliability.ratings(uow, course, rooms={row[-1] for row in rounds}) if rounds else []
    names = _names(uow, given)
    own = _handed_in(uow, coach, [row[0] for row in rounds])
    found = [_one(uow, library, row, [one for one in given if one.round == row[0]], names, own) for row in rounds]
    return [one for one in found if one.sealed or one.items]


def _one(
    uow: UnitOfWork, library: Library, row: Closed, given: Sequence[Rating], names: dict[str, str], own: set[str]
) -> Apart:
    round_, number, learner, closed_at, rubric_id, version, session, group, _ = row
    assert closed_at
    if round_ not in own:
        return Apart(round_, number, learner, session, group, closed_at, True, [])
    ordered = sorted(given, key=lambda one: names[one.rater])
    items = [
        (item, [Said(names[one.rater], one.seat, one.value) for one in said])
        for item, said in far_apart(ordered, editions.rubric(uow, library, rubric_id, version))
    ]
    return Apart(round_, number, learner, session, group, closed_at, False, items)


def _names(uow: UnitOfWork, given: Sequence[Rating]) -> dict[str, str]:
    people = {one.rater for one in given}
    return {
        row.id: row.name for row in uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    }


def _handed_in(uow: UnitOfWork, rater: str, rounds: Sequence[str]) -> set[str]:
    found = select(Scorecard.round_id).where(
        Scorecard.rater_id == rater, Scorecard.round_id.in_(rounds), Scorecard.status != "draft"
    )
    return set(uow.session.scalars(found))
