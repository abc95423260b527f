"""The whole view of one seat: what everyone in the room sees, and the parts that its seat may see."""

from ...domain import meeting, rotation
from ...domain.feedback import Scope, Thing, scope
from ...domain.roles import CIRCLES, Seat
from ...domain.room import Action, Phase, may
from ...storage.rooms import SeatRow
from .. import guests
from ..circles import views as circles
from ..journal import stamp
from . import parts
from .contents import Contents
from .plain import View, clock_plain, when


def room_view(contents: Contents, seat: Seat) -> View:
    """The whole view of one seat. Every part asks the visibility table first."""
    if contents.circle and contents.record.state.kind in CIRCLES:
        common = _of_any_kind(contents, seat) | parts.help_asked(
            contents, seat, scope(Thing.HELP, seat, contents.reader)
        )
        return circles.room_view(contents.circle, contents.record, seat, common, contents.present)
    reader = contents.reader
    view = _for_all(contents, seat)
    if contents.circle:
        view.update(circles.in_practice(contents.circle))
    for thing, build in parts.PARTS.items():
        allowed = scope(thing, seat, reader)
        if allowed is not Scope.NOTHING:
            view.update(build(contents, seat, allowed))
    if opened := parts.released(contents, seat):
        view["released"] = opened
    if seat in (Seat.COACH, Seat.ORGANISER):
        view.update(parts.running(contents) | guests.door(contents.uow, contents.record.room))
    return view


def _of_any_kind(contents: Contents, seat: Seat) -> View:
    """What every room shows, in whichever kind of session."""
    record, state = contents.record, contents.record.state
    return {
        "version": record.head,
        "now": stamp(contents.uow.now),
        "seat": seat,
        "room": _room(contents),
        "phase": state.phase,
        "notice": {"text": contents.notice.text, "at": stamp(contents.notice.at)} if contents.notice else None,
        "closes_at": stamp(state.closes_at) if state.closes_at else None,
        "may": list(may(state, seat, contents.uow.now)),
    }


def _for_all(contents: Contents, seat: Seat) -> View:
    record, state = contents.record, contents.record.state
    return _of_any_kind(contents, seat) | {
        "round": _round(contents),
        "turn": state.turn,
        "release": state.release,
        "take": state.take,
        "takes": _takes(contents, seat),
        "clock": clock_plain(state.clock),
        "encounter_s": state.encounter_s,
        "timeout": _time_out(contents),
        "stops": _stops(contents),
        "seats": [_seat(contents, row) for row in record.seats.values()],
        "rotation": _rotation(contents),
        "goal": state.goal,
        "brief": None,
        "programme": [
            {"number": row.number, "starts_at": stamp(row.starts_at), "ends_at": stamp(row.ends_at)}
            for row in contents.planned
        ],
    }


def _takes(contents: Contents, seat: Seat) -> list[View]:
    # A beat's id tells what the script has in store.
    reads_script = scope(Thing.SCRIPT, seat, contents.reader) is Scope.ALL
    return [
        {
            "number": take.number,
            "offset_s": round(take.offset_s, 1),
            "from_beat": take.from_beat if reads_script else None,
            "from_offset_s": take.from_offset_s,
        }
        for take in contents.record.state.takes
    ]


def _stops(contents: Contents) -> list[View]:
    """Each time-out of the round, as everyone in the room was told of it."""
    return [
        {**when(line), "name": contents.name(line.person_id), "reason": line.data.get("reason")}
        for line in contents.told
        if line.action == Action.TIMEOUT_CALL
    ]


def _room(contents: Contents) -> View:
    record = contents.record
    session, course = record.session, record.course
    template = record.group.meeting_url_template or course.meeting_url_template or contents.meeting_url
    address = meeting.address(template, session=session.key, group=record.group.name, room=record.room.id)
    return {
        "id": record.room.id,
        "name": record.room.name,
        "meeting_url": address or None,
        "meeting_name": meeting.name_of(address),
        "session": {
            "id": session.id,
            "title": session.title,
            "skill": session.skill,
            "starts_at": stamp(session.starts_at),
            "ends_at": stamp(session.ends_at),
            "time_zone": course.time_zone,
        },
    }


def _round(contents: Contents) -> View | None:
    round_, scenario = contents.record.round, contents.scenario
    if round_ is None or scenario is None:
        return None
    return {
        "id": round_.id,
        "number": round_.number,
        "of": max(round_.number, len(rotation.learners(contents.record.state))),
        "title": scenario.title,
        "skill": scenario.skill,
        "warnings": list(scenario.warnings),
        "intensity": scenario.intensity,
        "minutes": round_.minutes,
    }


def _time_out(contents: Contents) -> View | None:
    state = contents.record.state
    if state.time_out is None or state.clock is None or state.clock.stopped_at is None:
        return None
    return {
        "by": state.time_out.by,
        "name": contents.name(state.time_out.by),
        "reason": state.time_out.reason,
        "at": stamp(state.clock.stopped_at),
    }


def _seat(contents: Contents, row: SeatRow) -> View:
    character = contents.scenario.character(row.character) if contents.scenario and row.character else None
    return {
        "person": row.person_id,
        "name": row.person.name,
        "pronouns": row.person.pronouns,
        "profession": row.person.profession,
        "seat": row.seat,
        "character": row.character,
        "character_name": character.name if character else None,
        "present": row.person_id in contents.present,
        "ready": row.ready,
        "watching": list(row.watching),
    }


def _rotation(contents: Contents) -> list[View]:
    state = contents.record.state
    chair = state.round.learner if state.round else None
    return [
        {
            "person": person,
            "name": contents.name(person),
            "done": person in contents.practised and (person != chair or state.phase is Phase.CLOSE),
            "now": person == chair and state.phase is not Phase.CLOSE,
        }
        for person in rotation.learners(state)
    ]
