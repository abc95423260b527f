"""Release: the course's policy, releasing a report by hand, holding a comment back, and what people are told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from ...domain import release as rules
from ...domain.audit import What
from ...domain.errors import NotFound
from ...domain.events import RoomChanged
from ...domain.release import Policy
from ...domain.reports import Who
from ...domain.roles import Role, Seat
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment, Group, Person, Session
from ...storage.feedback import Correction, Entry, Reading, Scorecard
from ...storage.rooms import Room, RoundRow, SeatRow
from ...storage.unit_of_work import UnitOfWork
from .. import audit
from ..imports import set_changed
from . import portfolio, readers, scorecards
from .readers import Asked


def choose(uow: UnitOfWork, course: Course, policy: Policy, *, peer_names: bool, by: str | None = None) -> None:
    """Sets when feedback reaches learners and whether they read peers' names. What is out stays out."""
    chosen = {"release_policy": policy.value, "peer_names": peer_names}
    if fields := [name for name, value in chosen.items() if getattr(course, name) != value]:
        set_changed(course, **chosen)
        audit.note(uow, What.COURSE_CHANGED, actor=by, course=course.id, data={"fields": fields})
    if not peer_names:
        unname(uow, course)
    for room in uow.session.scalars(select(Room).where(Room.id.in_(_rooms(course)))):
        _changed(uow, room)


def unname(uow: UnitOfWork, course: Course) -> None:
    """No round there is names its peers any more, whatever the course chooses later: they wrote, or go on writing, in
    the belief that their names are not read.
    """
    uow.session.execute(update(RoundRow).where(RoundRow.room_id.in_(_rooms(course))).values(peer_names=False))


def _rooms(course: Course) -> Select[str]:
    return select(Room.id).join(Session, Session.id == Room.session_id).where(Session.course_id == course.id)


def by_hand(uow: UnitOfWork, round_id: str, person: str) -> None:
    """The coach releases a closed round's report, with everything handed in that is not held back."""
    known = _of_coach(uow, round_id, person)
    rules.check_release(closed=known.round.closed_at is not None, released=known.round.released_at is not None)
    known.round.released_at = uow.now
    scorecards.release_handed_in(uow, round_id)
    audit.note(
        uow,
        What.RELEASED,
        actor=person,
        subject=known.round.learner_id,
        course=known.course.id,
        data={"round": round_id},
    )
    _changed(uow, known.room)


def hold(uow: UnitOfWork, round_id: str, card_id: str, person: str, entry: str, reason: str) -> None:
    """The coach keeps one comment from the learner, and says why."""
    known, card, line = _comment(uow, round_id, card_id, person, entry)
    words = bool(line and line.text)
    # What learners say of themselves is theirs.
    coaches = known.who is Who.COACH and card.seat != Seat.LEARNER
    rules.check_hold(card.status, coaches=coaches, has_words=words, reason=reason)
    assert line
    line.held_at, line.held_by, line.held_reason, line.let_go_at = uow.now, person, reason.strip(), None
    _note_hold(uow, known, card, entry, "held")
    _changed(uow, known.room)


def let_go(uow: UnitOfWork, round_id: str, card_id: str, person: str, entry: str) -> None:
    """The comment goes to the learner after all, with the rest or at once."""
    known, card, line = _comment(uow, round_id, card_id, person, entry)
    words = bool(line and line.held_at)
    rules.check_hold(card.status, coaches=known.who is Who.COACH, has_words=words, reason="let go")
    assert line
    line.held_at = line.held_by = line.held_reason = None
    line.let_go_at = uow.now
    _note_hold(uow, known, card, entry, "let_go")
    _changed(uow, known.room)


def _note_hold(uow: UnitOfWork, known: Asked, card: Scorecard, entry: str, done: str) -> None:
    data = {"round": known.round.id, "scorecard": card.id, "entry": entry, "done": done}
    audit.note(uow, What.HELD, actor=known.person, subject=card.rater_id, course=known.course.id, data=data)


def _of_coach(uow: UnitOfWork, round_id: str, person: str) -> Asked:
    known = readers.asked(uow, round_id, person)
    if known.who is not Who.COACH:
        raise NotFound(readers.NO_REPORT)
    return known


def _comment(
    uow: UnitOfWork, round_id: str, card_id: str, person: str, entry: str
) -> tuple[Asked, Scorecard, Entry | None]:
    known, card = readers.card(uow, round_id, card_id, person)
    return known, card, uow.session.get(Entry, (card_id, entry))


def _changed(uow: UnitOfWork, room: Room) -> None:
    """What the room shows may be other now, to everyone in it; what a process remembers of it is read anew."""
    room.changed_at = uow.now
    uow.announce(RoomChanged(room_id=room.id))


def opened(uow: UnitOfWork, round_id: str, person: str) -> None:
    """Writes down that someone read a report, and when its learner first did."""
    uow.session.add(Reading(id=new_id(), round_id=round_id, person_id=person, at=uow.now))
    row = uow.session.get_one(RoundRow, round_id)
    if row.learner_id == person and row.opened_at is None:
        row.opened_at = uow.now


def kept(uow: UnitOfWork, person: str, kind: str, round_id: str | None = None) -> None:
    """Writes down that someone took a file of their own: one report, or the portfolio."""
    data = {"what": "report" if round_id else "portfolio", "kind": kind} | ({"round": round_id} if round_id else {})
    audit.note(uow, What.EXPORTED, actor=person, subject=person, data=data)


# What people are told.


class Change(StrEnum):
    """What has become of a report since its learner read it."""

    ADDED = "added"  # a form handed in late, or a comment held back until then
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class News:
    """A report its learner has not read as it now is."""

    round_id: str
    number: int
    session: str
    course: str
    at: datetime
    change: Change | None  # None: not read yet


def news(uow: UnitOfWork, person: str) -> list[News]:
    """The reports a learner has not opened yet, or that say more since they last did; the newest first."""
    read = select(func.max(Reading.at)).where(Reading.round_id == RoundRow.id, Reading.person_id == person)
    late = select(func.max(Scorecard.released_at)).where(
        Scorecard.round_id == RoundRow.id, Scorecard.rater_id != person
    )
    let_go = (
        select(func.max(Entry.let_go_at))
        .join(Scorecard, Scorecard.id == Entry.scorecard_id)
        .where(Scorecard.round_id == RoundRow.id)
    )
    corrected = (
        select(func.max(Correction.made_at))
        .join(Entry, (Entry.scorecard_id == Correction.scorecard_id) & (Entry.entry == Correction.entry), isouter=True)
        .where(Correction.round_id == RoundRow.id, Entry.held_at.is_(None))
    )
    rows = uow.session.execute(
        portfolio.of_learner(person)
        .add_columns(*(times.correlate(RoundRow).scalar_subquery() for times in (read, late, let_go, corrected)))
        .where(RoundRow.released_at.is_not(None))
    )
    found = []
    for row, session, last_read, *added, last_corrected in rows:
        changes = [(at, Change.ADDED) for at in added] + [(last_corrected, Change.CORRECTED)]
        newest = max(((at, change) for at, change in changes if at and last_read and at > last_read), default=None)
        at, change = (row.released_at, None) if row.opened_at is None else newest or (None, None)
        if at:
            found.append(News(row.id, row.number, session.title, session.course.title, at, change))
    return sorted(found, key=lambda one: one.at, reverse=True)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A closed round whose report waits for the coach."""

    round_id: str
    session: str
    group: str
    learner: str
    closed_at: datetime


def waiting(uow: UnitOfWork, *, coach: str | None = None, course: Course | None = None) -> list[Waiting]:
    """Closed rounds not yet released: those a coach may release, or all of a course. The oldest first."""
    rows = (
        select(RoundRow, Session.title, Group.name, Person.name)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .join(Group, Group.id == Room.group_id)
        .join(Person, Person.id == RoundRow.learner_id)
        .where(RoundRow.closed_at.is_not(None), RoundRow.released_at.is_(None))
        .order_by(RoundRow.closed_at)
    )
    if course is not None:
        rows = rows.where(Session.course_id == course.id)
    if coach is not None:
        seated = exists().where(SeatRow.room_id == Room.id, SeatRow.person_id == coach, SeatRow.role == Role.COACH)
        rows = rows.join(Enrolment, (Enrolment.course_id == Session.course_id) & (Enrolment.person_id == coach)).where(
            Enrolment.role == Role.COACH,
            Enrolment.removed_at.is_(None),
            or_(Enrolment.group_id == Room.group_id, seated),
        )
    return [
        Waiting(row.id, session, group, learner, row.closed_at)
        for row, session, group, learner in uow.session.execute(rows)
        if row.closed_at
    ]


@dataclass(frozen=True, slots=True)
class Held:
    """That a comment is held back, whose and why; never what it says."""

    session: str
    group: str
    learner: str
    rater: str
    by: str
    reason: str | None
    at: datetime | None


def held(uow: UnitOfWork, course: Course) -> Sequence[Held]:
    """The comments of a course that are held back, for its organisers; the newest first."""
    learner, rater, coach = aliased(Person), aliased(Person), aliased(Person)
    rows = uow.session.execute(
        select(Session.title, Group.name, learner.name, rater.name, coach.name, Entry.held_reason, Entry.held_at)
        .join(Scorecard, Scorecard.id == Entry.scorecard_id)
        .join(RoundRow, RoundRow.id == Scorecard.round_id)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .join(Group, Group.id == Room.group_id)
        .join(learner, learner.id == RoundRow.learner_id)
        .join(rater, rater.id == Scorecard.rater_id)
        .join(coach, coach.id == Entry.held_by)
        .where(Session.course_id == course.id, Entry.held_at.is_not(None))
        .order_by(Entry.held_at.desc())
    )
    return [Held(session, group, to, of, by, why, at) for session, group, to, of, by, why, at in rows]
