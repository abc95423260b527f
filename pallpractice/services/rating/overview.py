"""Who of a course has practised, been observed, rated, and has given and received feedback: counts, no content."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, distinct, exists, func, or_, select
from sqlalchemy.orm import joinedload

from ...domain.roles import Role, Seat
from ...storage.courses import Course, Enrolment, Group, Person, Session
from ...storage.feedback import Entry, Observation, Scorecard
from ...storage.rooms import Room, RoundRow, TakeRow
from ...storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """One person. Rounds of their own: practised, and of these observed, rated by others, and opened to them.

    `gave`: in how many rounds of others they have handed something in.
    """

    person: Person
    role: Role
    group: str
    practised: int
    observed: int
    rated: int
    received: int
    gave: int


def standings(uow: UnitOfWork, course: Course) -> list[Standing]:
    """Everyone who is in the course: learners who have not practised first, then by name."""
    begun = exists().where(TakeRow.round_id == RoundRow.id)
    noted = exists().where(Observation.round_id == RoundRow.id, Observation.seat != Seat.PATIENT.value)
    by_others = (Scorecard.round_id == RoundRow.id, Scorecard.rater_id != RoundRow.learner_id)
    rated = exists().where(*by_others, Scorecard.status != "draft", _has_rating())
    received = exists().where(*by_others, Scorecard.status == "released")
    practised = _own_rounds(uow, course, begun)
    observed = _own_rounds(uow, course, begun, noted)
    was_rated = _own_rounds(uow, course, rated)
    heard = _own_rounds(uow, course, received)
    gave = _given(uow, course)
    found = [
        Standing(
            row.person,
            Role(row.role),
            group or "",
            practised[row.person_id],
            observed[row.person_id],
            was_rated[row.person_id],
            heard[row.person_id],
            gave[row.person_id],
        )
        for row, group in uow.session.execute(_people(course)).unique()
    ]
    roles = list(Role)
    return sorted(
        found, key=lambda one: (roles.index(one.role), bool(one.practised), one.group, one.person.name.casefold())
    )


def totals(found: list[Standing]) -> Mapping[str, int]:
    """Of the learners: how many there are, and how many have practised, been observed, rated and heard something."""
    learners = [one for one in found if one.role is Role.LEARNER]
    parts = ("practised", "observed", "rated", "received", "gave")
    return {"learners": len(learners)} | {name: sum(getattr(one, name) > 0 for one in learners) for name in parts}


def _people(course: Course) -> Select[Enrolment, str]:
    return (
        select(Enrolment, Group.name)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Group, Group.id == Enrolment.group_id)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.removed_at.is_(None),
            Enrolment.role != Role.ORGANISER.value,
            Person.active,
        )
        .options(joinedload(Enrolment.person))
    )


def _own_rounds(uow: UnitOfWork, course: Course, *which: ColumnElement[bool]) -> Counter[str]:
    rows = (
        select(RoundRow.learner_id, func.count())
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(Session.course_id == course.id, *which)
        .group_by(RoundRow.learner_id)
    )
    return Counter(dict(uow.session.execute(rows).all()))


def _given(uow: UnitOfWork, course: Course) -> Counter[str]:
    """By rater, the rounds of others in which they have handed in a rating or words."""
    rows = (
        select(Scorecard.rater_id, func.count(distinct(Scorecard.round_id)))
        .join(RoundRow, RoundRow.id == Scorecard.round_id)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(
            Session.course_id == course.id,
            Scorecard.status != "draft",
            Scorecard.rater_id != RoundRow.learner_id,
            exists().where(
                Entry.scorecard_id == Scorecard.id,
                or_(Entry.rating.is_not(None), Entry.not_observed, Entry.text.is_not(None)),
            ),
        )
        .group_by(Scorecard.rater_id)
    )
    return Counter(dict(uow.session.execute(rows).all()))


def _has_rating() -> ColumnElement[bool]:
    return exists().where(Entry.scorecard_id == Scorecard.id, Entry.rating.is_not(None))
