"""What someone is to a round, and the round for those who may know of it.

How much they read is `domain.reports`'s to say.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...domain.errors import NotFound
from ...domain.reports import Who
from ...domain.roles import Role
from ...domain.text import text
from ...storage.courses import Course, Enrolment, Person, Session
from ...storage.feedback import Scorecard
from ...storage.rooms import Room, RoundRow, SeatRow
from ...storage.unit_of_work import UnitOfWork
from . import missing, scorecards

NO_REPORT = text("There is no such report, or it is not yours.")
NO_CARD = text("There is no such scorecard, or it is not for you.")
SEALED = text("Hand in your own scorecard first: until then the others’ are sealed to you.")


class Sealed(NotFound):
    """A coach asks for what others rated before they have handed in their own, which they still can."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A round, its room and course, who asks and what they are to it."""

    round: RoundRow
    room: Room
    person: str
    who: Who

    @property
    def course(self) -> Course:
        return self.room.session.course


def asked(uow: UnitOfWork, round_id: str, person: str) -> Asked:
    """Raises NotFound when there is no such round."""
    found = uow.session.execute(
        select(RoundRow, Room)
        .join(Room, Room.id == RoundRow.room_id)
        .where(RoundRow.id == round_id)
        .options(joinedload(Room.session).joinedload(Session.course))
    ).first()
    if found is None:
        raise NotFound(NO_REPORT)
    return Asked(found[0], found[1], person, _who(uow, found[0], found[1], person))


def _who(uow: UnitOfWork, round_: RoundRow, room: Room, person: str) -> Who:
    enrolment = uow.session.scalar(
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.course_id == room.session.course_id,
            Enrolment.person_id == person,
            Enrolment.removed_at.is_(None),
            Person.active,
        )
    )
    if enrolment is None:
        return Who.OTHER
    if round_.learner_id == person:
        return Who.LEARNER
    if enrolment.role == Role.COACH and coaches(uow, room, enrolment):
        return Who.COACH
    if scorecards.scorecard_of(uow, round_.id, person):
        return Who.RATER
    return Who.ORGANISER if enrolment.role == Role.ORGANISER else Who.OTHER


def coaches(uow: UnitOfWork, room: Room, enrolment: Enrolment) -> bool:
    """Is this coach the one of the room: of its group, or with a place in it?"""
    if enrolment.group_id == room.group_id:
        return True
    seat = uow.session.get(SeatRow, (room.id, enrolment.person_id))
    return seat is not None and seat.role == Role.COACH


def card(uow: UnitOfWork, round_id: str, card_id: str, person: str) -> tuple[Asked, Scorecard]:
    """Someone's scorecard of a round, for whoever wrote it and the round's coach. Raises NotFound for all others, and
    for a coach as long as it is sealed.
    """
    known = asked(uow, round_id, person)
    found = uow.session.get(Scorecard, card_id)
    if found is None or found.round_id != round_id or known.who is Who.OTHER:
        raise NotFound(NO_CARD)
    if found.rater_id != person and not (known.who is Who.COACH and found.status != "draft" and unsealed(uow, known)):
        raise NotFound(NO_CARD)
    return known, found


def unsealed(uow: UnitOfWork, known: Asked) -> bool:
    """May this coach read the others' scorecards: their own is in, or the round is closed and they have none to hand
    in? A form can still be handed in late, and is to be theirs alone until then.
    """
    own = scorecards.scorecard_of(uow, known.round.id, known.person)
    if own and own.status != "draft":
        return True
    return known.round.closed_at is not None and not _owes(uow, known)


def _owes(uow: UnitOfWork, known: Asked) -> bool:
    return any(one.person == known.person for one in missing.of_round(uow, known.round.id))
