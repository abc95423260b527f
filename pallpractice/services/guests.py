"""Who comes without a personal link: a room's code, the wait at its door, and being let in or not."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select

from ..domain import joining, throttle
from ..domain.audit import What
from ..domain.errors import NotFound, RateLimited, Stale
from ..domain.events import RoomChanged
from ..domain.roles import Role, Seat
from ..domain.text import text
from ..storage.base import new_id
from ..storage.courses import Course, Enrolment, Person, SignInFailure
from ..storage.invitations import Guest
from ..storage.rooms import Room, SeatRow
from ..storage.unit_of_work import UnitOfWork
from . import access, audit
from .journal import stamp
from .work import Work

NO_CODE = text(
    "This code opens no room. It may have been replaced, or the room has closed: ask whoever gave it to you."
)
NO_GUEST = text("Nobody waits for this any more.")
STAFF = (Seat.COACH, Seat.ORGANISER)
TEAM = "Guests"
NOT_A_GUEST = Person.email.not_like(f"%@{joining.NO_MAIL}")  # for what is planned and mailed: guests are left out
_TRIES = "code:"  # failures with codes are kept beside those with passwords, by who tried


class Answer(StrEnum):
    """What has come of asking."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    REFUSED = "refused"
    GONE = "gone"  # nobody answered for too long, or they went


@dataclass(frozen=True, slots=True)
class Tried:
    """A code that was tried: the room it opens, or the seconds until the next one is looked at, or neither."""

    room: Room | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What someone at the door may know: what they said, where, and whether they were answered."""

    name: str
    room: str
    answer: Answer


# --- at the door


def try_code(uow: UnitOfWork, client: str, text: str) -> Tried:
    """Looks a code up for `client`, a name for the address it comes from, and counts it when it is wrong.

    A right one is not looked up either while the client has to wait, and does not make its wrong ones forgotten: with
    one code of one's own one could go on guessing others.
    """
    code = joining.parse(text)
    if code is None:
        return Tried()
    pause = _pause(uow, client)
    if pause:
        return Tried(wait=pause)
    room = _room(uow, code)
    if room is None:
        uow.session.add(SignInFailure(account_hash=_tries(client), at=uow.now))
    return Tried(room)


def _pause(uow: UnitOfWork, client: str) -> float:
    uow.session.execute(delete(SignInFailure).where(SignInFailure.at < uow.now - throttle.WINDOW))
    rows = uow.session.execute(
        select(SignInFailure.account_hash, SignInFailure.at)
        .where(SignInFailure.account_hash.startswith(_TRIES))
        .order_by(SignInFailure.at)
    ).all()
    own = [row.at for row in rows if row.account_hash == _tries(client)]
    return max(throttle.wait(own, uow.now), throttle.wait_of_all([row.at for row in rows], uow.now))


def _tries(client: str) -> str:
    return _TRIES + _hash(client)[: 64 - len(_TRIES)]


def _room(uow: UnitOfWork, code: str) -> Room | None:
    """The room this code opens now."""
    room = uow.session.scalar(select(Room).where(Room.join_code == code))
    if room is None or not joining.opens(uow.now, ends_at=room.session.ends_at, closes_at=room.closes_at):
        return None
    return room


def ask(uow: UnitOfWork, code: str, name: str) -> str:
    """Asks to come in; returns the token by which the answer is found. Raises NotFound, RateLimited."""
    room = _room(uow, joining.parse(code) or "")
    if room is None:
        raise NotFound(NO_CODE)
    if len(waiting(uow, [room.id])) >= joining.MOST_WAITING:
        raise RateLimited(text("Many people wait at this door already. Try again in a few minutes."))
    token = secrets.token_urlsafe(32)
    uow.session.add(Guest(id=new_id(), room_id=room.id, name=name, token_hash=_hash(token), asked_at=uow.now))
    uow.announce(RoomChanged(room_id=room.id, own=()))
    return token


def asked(uow: UnitOfWork, token: str) -> Asked:
    """How it stands with whoever holds the token. Raises NotFound."""
    guest, room = _guest(uow, token)
    return Asked(guest.name, room.name, _answer(uow, guest, room))


def come_in(uow: UnitOfWork, token: str) -> tuple[Person, str]:
    """Who was let in by the token, and into which room. Raises NotFound when they were not, or were removed since."""
    guest, room = _guest(uow, token)
    if _answer(uow, guest, room) is not Answer.ADMITTED or guest.person_id is None:
        raise NotFound(NO_GUEST)
    access.check(uow, room.id, guest.person_id)
    audit.note(uow, What.SIGNED_IN, actor=guest.person_id, data={"by": "code", "room": room.id})
    return uow.session.get_one(Person, guest.person_id), room.id


def withdraw(uow: UnitOfWork, token: str) -> None:
    """They no longer want to come in."""
    guest, room = _guest(uow, token)
    if guest.answered_at is None:
        guest.answered_at = uow.now
        uow.announce(RoomChanged(room_id=room.id, own=()))


def _guest(uow: UnitOfWork, token: str) -> tuple[Guest, Room]:
    guest = uow.session.scalar(select(Guest).where(Guest.token_hash == _hash(token)))
    if guest is None:
        raise NotFound(NO_GUEST)
    return guest, uow.session.get_one(Room, guest.room_id)


def _answer(uow: UnitOfWork, guest: Guest, room: Room) -> Answer:
    since = guest.answered_at or guest.asked_at
    if uow.now - since >= joining.WAITS or (guest.answered_at and guest.answered_by is None):
        return Answer.GONE
    if guest.answered_at:
        return Answer.ADMITTED if guest.person_id else Answer.REFUSED
    still_open = joining.opens(uow.now, ends_at=room.session.ends_at, closes_at=room.closes_at)
    return Answer.WAITING if still_open else Answer.GONE


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


# --- inside


def waiting(uow: UnitOfWork, rooms: Collection[str]) -> list[Guest]:
    """Who waits at the doors of these rooms, the longest first."""
    return list(
        uow.session.scalars(
            select(Guest)
            .where(
                Guest.room_id.in_(rooms),
                Guest.answered_at.is_(None),
                Guest.asked_at > uow.now - joining.WAITS,
            )
            .order_by(Guest.asked_at, Guest.id)
        )
    )


def door(uow: UnitOfWork, room: Room) -> dict[str, Any]:
    """What those who look after a room see of its door."""
    guests = [{"id": guest.id, "name": guest.name, "at": stamp(guest.asked_at)} for guest in waiting(uow, [room.id])]
    return {"code": room.join_code and joining.shown(room.join_code), "guests": guests}


def with_code(uow: UnitOfWork, room_id: str, person_id: str) -> Room:
    """The room, for whoever may show its code to others. Raises NotFound, also before there is a code."""
    record, seat = access.room(uow, room_id, person_id)
    if seat not in STAFF or record.room.join_code is None:
        raise NotFound(access.NO_ROOM)
    return record.room


def names(uow: UnitOfWork, course: Course) -> list[str]:
    """Who is in the course as a guest, in the order they came."""
    rows = select(Person.name).join(Enrolment, Enrolment.person_id == Person.id)
    there = rows.where(~NOT_A_GUEST, Enrolment.course_id == course.id, Enrolment.removed_at.is_(None))
    return list(uow.session.scalars(there.order_by(Enrolment.position, Enrolment.id)))


def make_code(work: Work) -> dict[str, Any]:
    """A code for the room; an older one stops."""
    fresh = _fresh_code()
    while work.uow.session.scalar(select(func.count()).where(Room.join_code == fresh)):
        fresh = _fresh_code()
    work.record.room.join_code = fresh
    return {}


def _fresh_code() -> str:
    return "".join(secrets.choice(joining.ALPHABET) for _ in range(joining.LENGTH))


def admit(work: Work) -> dict[str, Any]:
    """Lets them in: an account that nothing can be mailed to, a place in the course, a seat in this room alone."""
    uow, room = work.uow, work.record.room
    guest = _at_the_door(work)
    person = Person(id=new_id(), name=guest.name, email=joining.made_up_address(guest.id))
    uow.session.add(person)
    uow.session.flush()
    last = uow.session.scalar(select(func.max(Enrolment.position)).where(Enrolment.course_id == work.record.course.id))
    uow.session.add(
        Enrolment(
            course_id=work.record.course.id,
            person_id=person.id,
            role=Role.LEARNER,
            track=work.record.group.track,
            team=TEAM,
            position=(last or 0) + 1,
        )
    )
    position = max((row.position for row in work.record.seats.values()), default=-1) + 1
    uow.session.add(
        SeatRow(room_id=room.id, person_id=person.id, role=Role.LEARNER, seat=Seat.OBSERVER, position=position)
    )
    guest.person_id = person.id
    return {}


def refuse(work: Work) -> dict[str, Any]:
    """Does not let them in."""
    _at_the_door(work)
    return {}


def _at_the_door(work: Work) -> Guest:
    """The guest meant, answered by this. Raises NotFound for another room's, Stale when they have been answered."""
    guest = work.uow.session.get(Guest, work.fields["guest"])
    if guest is None or guest.room_id != work.record.room.id:
        raise NotFound(text("Nobody like that waits at this door."))
    if guest.answered_at is not None:
        raise Stale(text("{name} no longer waits.", name=guest.name))
    guest.answered_at, guest.answered_by = work.uow.now, work.act.person
    return guest
