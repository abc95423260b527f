"""Who was where before now: the rooms' own record, the meeting's attendance file, and what was entered by hand."""

from collections.abc import Iterable
from datetime import timedelta

from ..domain.credit import Part, There
from ..domain.participation import Stay
from ..domain.roles import Role
from ..library.played import PlayedDay
from ..services import home, presence
from ..services.credit import participation
from ..services.presence import Change, Place
from ..storage.unit_of_work import UnitOfWork
from .stage import Cast


def attend(uow: UnitOfWork, cast: Cast, day: PlayedDay) -> None:
    """Of what is over now: everyone came, a little late or leaving a little early, but where the day says otherwise."""
    course = cast.course(uow)
    over = [one for one in participation.parts(course) if one.ends_at <= uow.now]
    _record(uow, cast, day, [one for one in over if one.recorded])
    organiser = cast.ids[cast.first(Role.ORGANISER)]
    learners = {one.person.email: one for one in participation.learners(uow, course)}
    file = {
        (entry.email, part.key): There((stay,))
        for number, (who, entry) in enumerate(cast.entries.items())
        for part in over
        if entry.email in learners and not part.recorded and participation.meant_for(part, learners[entry.email])
        if (stay := _stay(day, who, part, number)).length
    }
    participation.bring_in(uow, course, file, organiser)
    for one in day.entered:
        session, person = cast.session(uow, one.session), learners[cast.entries[one.who].email]
        participation.correct(uow, course, person, session.id, one.minutes, one.reason, organiser)


def _record(uow: UnitOfWork, cast: Cast, day: PlayedDay, over: Iterable[Part]) -> None:
    changes = []
    for number, (who, person) in enumerate(cast.ids.items()):
        rooms = home.rooms_by_session(uow, person)
        for part in over:
            stay = _stay(day, who, part, number)
            if part.id in rooms and stay.length:
                place = Place(rooms[part.id], person)
                changes += [Change(place, True, stay.start), Change(place, False, stay.end)]
    presence.record(uow, "demo", changes)


def _stay(day: PlayedDay, who: str, part: Part, number: int) -> Stay:
    came, left = timedelta(minutes=number % 4), part.ends_at - part.starts_at - timedelta(minutes=number % 3)
    for one in day.presence:
        if (one.who, one.session) == (who, part.key):
            came, left = timedelta(minutes=one.came), timedelta(minutes=one.left)
    return Stay(part.starts_at + came, part.starts_at + left)
