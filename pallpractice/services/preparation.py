"""An actor's way to a scenario in a course: the rehearsal checklist, and declining with a reason for the organiser."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.errors import NotFound
from ..domain.events import RoomChanged
from ..domain.preparation import Step
from ..domain.scenario import Scenario
from ..library import Library
from ..storage.courses import Course, Enrolment, Session
from ..storage.rooms import Room, RoundRow, SeatRow
from ..storage.scenarios import Preparation
from ..storage.unit_of_work import UnitOfWork
from . import choosing, scenarios


def of_reader(
    uow: UnitOfWork, library: Library, who: scenarios.Reader, scenario_id: str
) -> list[tuple[Course, Preparation]]:
    """The reader's own preparation of a scenario, for each course in which they may be cast for it."""
    scenario = library.scenarios[scenario_id]
    return [(course, _row(uow, course, scenario, who.person)) for course in who.plays_in(scenario)]


def save_steps(
    uow: UnitOfWork, library: Library, person: str, scenario_id: str, course_id: str, steps: Collection[Step]
) -> None:
    """Keeps which steps of the checklist this actor has ticked. Raises NotFound where they have no such part."""
    row = _own(uow, library, person, scenario_id, course_id)
    row.steps = [step.value for step in Step if step in steps]
    row.saved_at = uow.now


def decline(uow: UnitOfWork, library: Library, person: str, scenario_id: str, course_id: str, reason: str) -> None:
    """This actor does not play this scenario in this course. The reason is for its organisers. Raises NotFound."""
    row = _own(uow, library, person, scenario_id, course_id)
    row.declined_at, row.reason = uow.now, reason
    _tell_rooms(uow, course_id, person)


def accept(uow: UnitOfWork, library: Library, person: str, scenario_id: str, course_id: str) -> None:
    """This actor plays the scenario after all; the reason they gave is forgotten. Raises NotFound."""
    row = _own(uow, library, person, scenario_id, course_id)
    row.declined_at, row.reason = None, ""
    _tell_rooms(uow, course_id, person)


def of_course(uow: UnitOfWork, course: Course) -> Sequence[Preparation]:
    """Every actor's preparation in a course; of those who are still in it."""
    return uow.session.scalars(
        select(Preparation)
        .join(
            Enrolment,
            (Enrolment.person_id == Preparation.person_id) & (Enrolment.course_id == Preparation.course_id),
        )
        .where(Preparation.course_id == course.id, Enrolment.removed_at.is_(None))
        .options(joinedload(Preparation.person))
        .order_by(Enrolment.position)
    ).all()


def _own(uow: UnitOfWork, library: Library, person: str, scenario_id: str, course_id: str) -> Preparation:
    who = scenarios.reader(uow, person)
    scenario = library.scenarios.get(scenario_id)
    course = next((one for one in who.plays_in(scenario) if one.id == course_id), None) if scenario else None
    if scenario is None or course is None:
        raise NotFound(scenarios.NO_SCENARIO)
    row = _row(uow, course, scenario, person)
    uow.session.add(row)
    return row


def _row(uow: UnitOfWork, course: Course, scenario: Scenario, person: str) -> Preparation:
    """What is kept, or a fresh row that is not kept yet."""
    found = uow.session.get(Preparation, (course.id, scenario.id, person))
    return found or Preparation(
        course_id=course.id, scenario_id=scenario.id, person_id=person, steps=[], saved_at=uow.now, reason=""
    )


def _tell_rooms(uow: UnitOfWork, course_id: str, person: str) -> None:
    """A coach who is about to cast sees it at once."""
    rooms = (
        select(Room.id)
        .join(SeatRow, SeatRow.room_id == Room.id)
        .join(Session, Session.id == Room.session_id)
        .where(SeatRow.person_id == person, Session.course_id == course_id)
    )
    for room_id in uow.session.scalars(rooms):
        uow.announce(RoomChanged(room_id=room_id))


@dataclass(frozen=True, slots=True)
class Overview:
    """A scenario of the library as a course's organiser sees it."""

    about: scenarios.About
    used: bool
    rounds: int  # of this course, begun with it
    actors: list[Preparation]

    @property
    def declined(self) -> list[Preparation]:
        return [row for row in self.actors if row.declined_at]


def overview(uow: UnitOfWork, library: Library, who: scenarios.Reader, course: Course) -> list[Overview]:
    """Every scenario, used by the course or not, with how its actors prepare and who has declined. For organisers."""
    rows = of_course(uow, course)
    played = Counter(
        uow.session.scalars(
            select(RoundRow.scenario_id)
            .join(Room, Room.id == RoundRow.room_id)
            .join(Session, Session.id == Room.session_id)
            .where(Session.course_id == course.id)
        )
    )
    return [
        Overview(
            about=about,
            used=choosing.uses(course, library.scenarios[about.id]),
            rounds=played[about.id],
            actors=[row for row in rows if row.scenario_id == about.id],
        )
        for about in scenarios.readable(library, who)
    ]
