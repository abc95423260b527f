"""What an organiser changes of the groups by hand. Whom they put somewhere is pinned there."""

from collections.abc import Sequence

from sqlalchemy import select

from ...domain.errors import Invalid
from ...domain.groups.grouping import free_names
from ...domain.roles import Role, Track
from ...domain.text import text
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment, Group
from ...storage.rooms import Room
from ...storage.unit_of_work import UnitOfWork
from .. import seating
from . import groupings


def move(uow: UnitOfWork, course: Course, people: Sequence[str], group: str) -> str:
    """Puts people into the group of that name by hand, pinned there, and tells its id. Raises NotFound."""
    groupings.lock(uow, course)
    there = groupings.named(uow, course, group)
    for row in groupings.enrolments(uow, course, people):
        groupings.put(uow, row, there.id, pinned=row.role != Role.ACTOR)
    _fit_track(uow, there)
    groupings.settle(uow, course)
    return there.id


def take_out(uow: UnitOfWork, course: Course, people: Sequence[str]) -> None:
    """Takes people out of their groups. Raises NotFound."""
    groupings.lock(uow, course)
    for row in groupings.enrolments(uow, course, people):
        groupings.put(uow, row, None, pinned=False)
    groupings.settle(uow, course)


def pin(uow: UnitOfWork, course: Course, people: Sequence[str], *, pinned: bool) -> str | None:
    """Keeps people in the groups they are in, whoever makes groups anew; or no longer. Tells one of these groups.

    Raises NotFound.
    """
    groupings.lock(uow, course)
    rows = groupings.enrolments(uow, course, people)
    for row in rows:
        row.pinned = pinned and row.group_id is not None and row.role != Role.ACTOR
    return rows[0].group_id


def choose_coach(uow: UnitOfWork, course: Course, group_id: str, person_id: str) -> str:
    """Makes someone the coach of the group, pinned; whoever coached it has no group then. Raises NotFound."""
    groupings.lock(uow, course)
    group, chosen = groupings.find(uow, course, group_id), groupings.enrolments(uow, course, [person_id])[0]
    if chosen.role != Role.COACH:
        raise Invalid(text("{name} does not coach in this course.", name=chosen.person.name))
    coaches = uow.session.scalars(
        select(Enrolment).where(Enrolment.group_id == group.id, Enrolment.role == Role.COACH.value)
    )
    for row in coaches.all():
        if row is not chosen:
            groupings.put(uow, row, None, pinned=False)
    groupings.put(uow, chosen, group.id, pinned=True)
    groupings.settle(uow, course)
    return group.id


def add(uow: UnitOfWork, course: Course, name: str, track: Track | None) -> str:
    """An empty group, with the first free name when none is given. Raises Invalid for a name that is taken."""
    groupings.lock(uow, course)
    names = [row.name for row in groupings.rows_of(uow, course)]
    if name:
        _check_name(name, names)
    group = Group(id=new_id(), course_id=course.id, name=name or next(free_names(names)), track=track)
    uow.session.add(group)
    uow.session.flush()
    return group.id


def rename(uow: UnitOfWork, course: Course, group_id: str, name: str) -> str:
    """Another name for the group and its rooms. Raises Invalid for one that is taken, NotFound."""
    groupings.lock(uow, course)
    group = groupings.find(uow, course, group_id)
    _check_name(name, [row.name for row in groupings.rows_of(uow, course) if row.id != group.id])
    group.name = name
    for room in uow.session.scalars(select(Room).where(Room.group_id == group.id)).all():
        room.name = name
        seating.touch(uow, room)
    return group.id


def remove(uow: UnitOfWork, course: Course, group_id: str) -> None:
    """Takes an empty group away. Raises Invalid when there is anyone or anything in it, NotFound."""
    groupings.lock(uow, course)
    group = groupings.find(uow, course, group_id)
    inside = select(Enrolment.id).where(Enrolment.group_id == group.id, Enrolment.removed_at.is_(None))
    if uow.session.scalar(inside.limit(1)):
        raise Invalid(text("There are people in {name}. Move them first.", name=group.name))
    if groupings.has_traces(uow, group):
        raise Invalid(
            text("{name} has met already, and what was kept of it stays. It can be left empty.", name=group.name)
        )
    groupings.dissolve(uow, group)


def _check_name(name: str, others: Sequence[str]) -> None:
    if name.casefold() in {other.casefold() for other in others}:
        raise Invalid(text("There is a group called {name} already. Choose another name.", name=name))


def _fit_track(uow: UnitOfWork, group: Group) -> None:
    """A group whose learners are all of one track is of that track."""
    uow.session.flush()
    tracks = set(
        uow.session.scalars(
            select(Enrolment.track).where(
                Enrolment.group_id == group.id,
                Enrolment.removed_at.is_(None),
                Enrolment.role == Role.LEARNER.value,
                Enrolment.track.is_not(None),
            )
        )
    )
    if len(tracks) == 1:
        group.track = tracks.pop()
