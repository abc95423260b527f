"""The board: all rooms of a session at a glance, for its organisers, and less of it for coaches.

The page and every message are made by `view()`. It says who is where, how far each room is and who needs something;
nothing that anyone writes to learn by: no goal, note, score or script. A call for help is written to be read by staff.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from ...domain import rotation
from ...domain.errors import Refusal
from ...domain.roles import PLACED, Role, Seat
from ...domain.room import PLAYING, Action, may
from ...domain.scenario import Scenario
from ...library.shelf import Library
from ...storage import live
from ...storage.courses import Course, Enrolment, Person, Session
from ...storage.feedback import Scorecard
from ...storage.plans import Absence
from ...storage.presence import Attendance
from ...storage.rooms import Room, SeatRow
from ...storage.unit_of_work import UnitOfWork
from .. import access, choosing, editions, guests, messages
from ..journal import stamp
from ..views.plain import View, clock_plain
from . import practised
from .organising import Present

STEERED = (Action.ROUND_START, Action.CLOCK_EXTEND, Action.ACTOR_REPLACE)


@dataclass(slots=True)
class Contents:
    """All rows of a session's rooms, read once for every view that is made of them."""

    uow: UnitOfWork
    library: Library
    session: Session
    records: Sequence[live.Record]
    present: Mapping[str, Collection[str]]
    coming: Mapping[tuple[str, str], messages.Coming]
    submitted: Mapping[str, int]  # by round
    guests: Mapping[str, int]  # by room
    been: Collection[str]  # who has been in a room of this session
    absent: Collection[str]
    people: Sequence[practised.PersonRow]
    declined: choosing.Declined

    @property
    def course(self) -> Course:
        return self.session.course


_ROOMS = select(Room.id).where(Room.session_id == bindparam("session")).order_by(Room.name)
_SUBMITTED = (
    select(Scorecard.round_id, func.count())
    .where(Scorecard.round_id.in_(bindparam("rounds", expanding=True)), Scorecard.status != "draft")
    .group_by(Scorecard.round_id)
)
_BEEN = select(Attendance.person_id).where(Attendance.session_id == bindparam("session")).distinct()
_ABSENT = select(Absence.person_id).where(Absence.session_id == bindparam("session"))
_PEOPLE = (
    select(Enrolment.person_id, Person.name, Enrolment.role, Enrolment.track)
    .join(Person, Person.id == Enrolment.person_id)
    .where(
        guests.NOT_A_GUEST,
        Enrolment.course_id == bindparam("course"),
        Enrolment.removed_at.is_(None),
        Enrolment.role != Role.ORGANISER.value,
        Person.active,
    )
    .order_by(Person.name)
)


def board(uow: UnitOfWork, library: Library, session_id: str, person_id: str, present: Present) -> View:
    """The board as this person may see it. Raises NotFound for whoever is no organiser or coach of the course."""
    session, role = access.board(uow, session_id, person_id)
    return view(read(uow, library, session, present), role)


def read(uow: UnitOfWork, library: Library, session: Session, present: Present) -> Contents:
    """Reads the rows of all rooms of the session, in as many statements as for one."""
    run, of_session = uow.connection.execute, {"session": session.id}
    rooms = run(_ROOMS, of_session).scalars().all()
    records = sorted(live.load_all(uow.session, rooms), key=lambda record: record.room.name)
    rounds = [record.round.id for record in records if record.round]
    return Contents(
        uow=uow,
        library=library,
        session=session,
        records=records,
        present={room: present(room) for room in rooms},
        coming=messages.coming(uow, records),
        submitted={row[0]: row[1] for row in run(_SUBMITTED, {"rounds": rounds})},
        guests=Counter(guest.room_id for guest in guests.waiting(uow, rooms)),
        been=frozenset(run(_BEEN, of_session).scalars()),
        absent=frozenset(run(_ABSENT, of_session).scalars()),
        people=run(_PEOPLE, {"course": session.course_id}).all(),
        declined=choosing.declined(uow, session.course_id),
    )


def view(contents: Contents, role: Role) -> View:
    """What an organiser, or a coach, sees of the board. Each is built up on its own."""
    return _organisers(contents) if role is Role.ORGANISER else _coachs(contents)


def _session(contents: Contents) -> View:
    session = contents.session
    return {
        "now": stamp(contents.uow.now),
        "session": {
            "id": session.id,
            "title": session.title,
            "kind": session.kind,
            "skill": session.skill,
            "starts_at": stamp(session.starts_at),
            "ends_at": stamp(session.ends_at),
            "time_zone": contents.course.time_zone,
            "course": {"slug": contents.course.slug, "title": contents.course.title},
        },
    }


def _coachs(contents: Contents) -> View:
    """Rooms by name, how far they are, how many are there, and who asks for help: to go there, not to look in."""
    rooms = [_room_of_others(contents, record) for record in contents.records]
    return {**_session(contents), "role": Role.COACH, "rooms": rooms}


def _room_of_others(contents: Contents, record: live.Record) -> View:
    return {
        "id": record.room.id,
        "name": record.room.name,
        "phase": record.state.phase,
        "here": _here(contents, record),
        "of": len(record.seats),
        "help": [_asked(contents, record, row) for row in _asking(record)],
    }


def _organisers(contents: Contents) -> View:
    rooms = [_room(contents, record) for record in contents.records]
    unplaced = _unplaced(contents)
    late = _late(contents)
    return {
        **_session(contents),
        "role": Role.ORGANISER,
        "rooms": rooms,
        "unplaced": unplaced,
        "late": late,
        "totals": {
            "rooms": len(rooms),
            "playing": sum(1 for record in contents.records if record.state.phase in PLAYING),
            "here": sum(room["here"] for room in rooms),
            "of": sum(room["of"] for room in rooms),
            "asking": sum(len(room["help"]) for room in rooms),
            "guests": sum(room["guests"] for room in rooms),
        },
        "overview": practised.overview(contents.uow, contents.session, contents.people),
    }


def _room(contents: Contents, record: live.Record) -> View:
    room, state = record.room, record.state
    allowed = may(state, Seat.ORGANISER, contents.uow.now)
    scenario = _scenario(contents, record)
    here = _here(contents, record)
    return {
        "id": room.id,
        "name": room.name,
        "track": record.group.track,
        "phase": state.phase,
        "turn": state.turn,
        "take": state.take,
        "clock": clock_plain(state.clock),
        "round": _round(contents, record, scenario),
        "people": [_person(contents, record, scenario, row) for row in record.seats.values()],
        "here": here,
        "of": len(record.seats),
        "missing": len(record.seats) - here,
        "forms": _forms(contents, record),
        "help": [{**_asked(contents, record, row), "text": row.help_text} for row in _asking(record)],
        "closes_at": stamp(state.closes_at) if state.closes_at else None,
        "guests": contents.guests.get(room.id, 0),
        "may": [action for action in STEERED if action in allowed],
    }


def _here(contents: Contents, record: live.Record) -> int:
    return len(record.seats.keys() & set(contents.present[record.room.id]))


def _scenario(contents: Contents, record: live.Record) -> Scenario | None:
    round_ = record.round
    if round_ is None:
        return None
    try:
        return editions.scenario(contents.uow, contents.library, round_.scenario_id, round_.scenario_version)
    except Refusal:  # its file is gone: that room can't go on, and the others are still to be seen
        return None


def _round(contents: Contents, record: live.Record, scenario: Scenario | None) -> View | None:
    round_ = record.round
    if round_ is None:
        return None
    learner = record.seats.get(round_.learner_id)
    declined = contents.declined.get(round_.scenario_id, frozenset())
    return {
        "number": round_.number,
        "of": max(round_.number, len(rotation.learners(record.state))),
        "learner": learner.person.name if learner else None,
        "title": scenario.title if scenario else None,
        "characters": [{"id": who.id, "name": who.name} for who in scenario.script.characters] if scenario else [],
        "declined": sorted(declined),
    }


def _person(contents: Contents, record: live.Record, scenario: Scenario | None, row: SeatRow) -> View:
    character = scenario.character(row.character) if scenario and row.character else None
    return {
        "person": row.person_id,
        "name": row.person.name,
        "role": row.role,
        "seat": row.seat,
        "character": row.character,
        "character_name": character.name if character else None,
        "present": row.person_id in contents.present[record.room.id],
        "absent": row.person_id in contents.absent,
    }


def _forms(contents: Contents, record: live.Record) -> View | None:
    """How many have handed in their feedback of the present round."""
    if record.round is None:
        return None
    raters = sum(1 for row in record.seats.values() if row.seat in PLACED)
    return {"submitted": contents.submitted.get(record.round.id, 0), "raters": raters}


def _asking(record: live.Record) -> list[SeatRow]:
    asking = [(row.help_at, row.person_id, row) for row in record.seats.values() if row.help_at]
    return [row for _, _, row in sorted(asking, key=lambda asked: asked[:2])]


def _asked(contents: Contents, record: live.Record, row: SeatRow) -> View:
    assert row.help_at
    return {
        "person": row.person_id,
        "name": row.person.name,
        "at": stamp(row.help_at),
        "coming": messages.coming_plain(contents.coming, record.room.id, row.person_id),
    }


def _unplaced(contents: Contents) -> list[View]:
    """Who is of this session's track and sits in none of its rooms."""
    placed = {person for record in contents.records for person in record.seats}
    track = contents.session.track
    return [
        {"person": one.person_id, "name": one.name, "role": one.role, "absent": one.person_id in contents.absent}
        for one in contents.people
        if one.person_id not in placed and (track is None or one.track in (None, track))
    ]


def _late(contents: Contents) -> list[View]:
    """Who has a place, has not been seen yet, and did not say so before; once the session has begun."""
    if contents.uow.now < contents.session.starts_at:
        return []
    return [
        {"person": person, "name": row.person.name, "role": row.role, "room": record.room.id}
        for record in contents.records
        for person, row in record.seats.items()
        if person not in contents.been
        and person not in contents.absent
        and person not in contents.present[record.room.id]
    ]
