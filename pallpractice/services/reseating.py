"""Places changed by hand, by an action in a room or from the board: moved, let in, stood in for, taken out."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from ..domain.errors import Invalid
from ..domain.events import PersonMoved
from ..domain.roles import RESTING_SEAT, Role, Seat
from ..domain.room import PLAYING, Act, Phase
from ..domain.text import text
from ..storage.courses import Enrolment
from ..storage.rooms import Room, SeatRow
from . import choosing, seating
from .work import Work


def check_assignment(work: Work) -> Act:
    """A patient needs a character of the scenario; a coach's seat is for coaches."""
    fields = work.fields
    person = work.record.seats.get(fields["person"])
    if fields["seat"] == Seat.COACH and (person is None or person.role != Role.COACH):
        raise Invalid(text("The coach's seat is for coaches of the course."), fields={"seat": [text("not a coach")]})
    character = fields.get("character")
    if fields["seat"] != Seat.PATIENT and character is not None:
        raise Invalid(text("Only a patient plays a character."), fields={"character": [text("leave it out")]})
    if character is not None and work.scenario.character(character) is None:
        raise Invalid(text("The script has no such character."), fields={"character": [text("unknown")]})
    return work.act


def move(work: Work) -> dict[str, Any]:
    """Gives the person a place in another room of the course, and takes the one here away."""
    person_id, to = work.fields["person"], work.fields["room"]
    uow, here = work.uow, work.record
    there = uow.session.get(Room, to)
    if there is None or there.id == here.room.id or there.session.course_id != here.course.id:
        raise Invalid(text("There is no such other room in this course."), fields={"room": [text("unknown")]})
    row = here.seats.pop(person_id)
    if uow.session.get(SeatRow, (there.id, person_id)) is None:
        last = uow.session.scalars(select(SeatRow.position).where(SeatRow.room_id == there.id)).all()
        uow.session.add(
            SeatRow(
                room_id=there.id,
                person_id=person_id,
                role=row.role,
                seat=RESTING_SEAT[Role(row.role)],
                position=max(last, default=-1) + 1,
                by_hand=True,
            )
        )
    uow.session.delete(row)
    seating.keep_out(uow, here.room, person_id)
    seating.call_back(uow, [there.id], [person_id])
    seating.touch(uow, there)
    uow.announce(PersonMoved(room_id=here.room.id, person=person_id, to_room=there.id))
    return {}


def admit(work: Work) -> Act:
    """Makes the row of someone who gets a place, with the role they have in the course."""
    person = work.fields["person"]
    if person in work.record.seats:
        return Act(work.act.action, work.act.person, {**work.fields, "role": work.record.seats[person].role})
    enrolment = _enrolment(work, person, (Role.LEARNER, Role.ACTOR, Role.COACH))
    if enrolment is None:
        raise Invalid(
            text("Choose a learner, an actor or a coach of this course."), fields={"person": [text("not one of them")]}
        )
    for _, room in _elsewhere(work, person):
        raise Invalid(
            text("{name} has a place in {room}. Move them from there.", name=enrolment.person.name, room=room.name)
        )
    _add_row(work, enrolment)
    return Act(work.act.action, work.act.person, {**work.fields, "role": enrolment.role})


def admit_actor(work: Work) -> Act:
    """Whoever is to play may come from outside the room: an actor of the course, whom another room lets go."""
    by, character = work.fields["by"], work.fields.get("character")
    if character is not None and (work.record.round is None or work.scenario.character(character) is None):
        raise Invalid(text("The script has no such character."), fields={"character": [text("unknown")]})
    if work.record.round and by in choosing.declined(work.uow, work.record.course.id).get(work.scenario.id, ()):
        raise Invalid(
            text("They have declined {title}. Choose someone else.", title=work.scenario.title),
            fields={"by": [text("declined")]},
        )
    if by not in work.record.seats:
        enrolment = _enrolment(work, by, (Role.ACTOR,))
        if enrolment is None:
            raise Invalid(
                text("Choose an actor of this course, or a peer of this room."),
                fields={"by": [text("not one of them")]},
            )
        _call_away(work, enrolment)
        _add_row(work, enrolment)
    return work.act


def dismiss(work: Work) -> dict[str, Any]:
    """Takes away the row of whoever has given up their place."""
    for person in work.record.seats.keys() - work.after.places.keys():
        work.uow.session.delete(work.record.seats.pop(person))
        seating.keep_out(work.uow, work.record.room, person)
    return {}


def _enrolment(work: Work, person: str, roles: Iterable[Role]) -> Enrolment | None:
    return work.uow.session.scalar(
        select(Enrolment).where(
            Enrolment.course_id == work.record.course.id,
            Enrolment.person_id == person,
            Enrolment.role.in_([role.value for role in roles]),
            Enrolment.removed_at.is_(None),
        )
    )


def _elsewhere(work: Work, person: str) -> list[tuple[SeatRow, Room]]:
    """Their places in other rooms of the same session."""
    rows = work.uow.session.execute(
        select(SeatRow, Room)
        .join(Room, Room.id == SeatRow.room_id)
        .where(Room.session_id == work.record.session.id, Room.id != work.record.room.id, SeatRow.person_id == person)
    )
    return [(row, room) for row, room in rows]


def _call_away(work: Work, actor: Enrolment) -> None:
    for row, room in _elsewhere(work, actor.person_id):
        if row.character is not None and room.phase in (Phase.BRIEFING, *PLAYING):
            raise Invalid(
                text("{name} plays in {room} just now.", name=actor.person.name, room=room.name),
                fields={"by": [text("plays elsewhere")]},
            )
        work.uow.session.delete(row)
        seating.keep_out(work.uow, room, actor.person_id)
        seating.touch(work.uow, room)
        work.uow.announce(PersonMoved(room_id=room.id, person=actor.person_id, to_room=work.record.room.id))


def _add_row(work: Work, enrolment: Enrolment) -> None:
    """At rest; the rules say where and in which order, and that is saved with the state."""
    row = SeatRow(
        room_id=work.record.room.id,
        person_id=enrolment.person_id,
        role=enrolment.role,
        seat=RESTING_SEAT[Role(enrolment.role)],
        watching=[],
        by_hand=True,
    )
    work.uow.session.add(row)
    seating.call_back(work.uow, [row.room_id], [row.person_id])
    work.record.seats[enrolment.person_id] = row
