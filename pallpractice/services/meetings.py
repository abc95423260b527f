"""Where a course's groups meet: an address for the course, and one of its own for a group that needs it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from ..domain import meeting
from ..domain.errors import Invalid
from ..domain.events import RoomChanged
from ..domain.text import Text, text
from ..storage.courses import Course, Group, Session
from ..storage.rooms import Room
from ..storage.unit_of_work import UnitOfWork

COURSE = "course"  # the field of the course's own address; a group's is its id


@dataclass(frozen=True, slots=True)
class Place:
    """A group, the template it has of its own, and the address that one of its rooms has by what is saved."""

    group: Group
    own: str
    example: str
    name: str | None


def places(uow: UnitOfWork, course: Course, site: str) -> list[Place]:
    """Each group with an example of its address; `site` is the template of courses that have none."""
    groups = uow.session.scalars(select(Group).where(Group.course_id == course.id).order_by(Group.name)).all()
    rooms = _first_rooms(uow, course)
    return [_place(course, group, rooms.get(group.id), site) for group in groups]


def _first_rooms(uow: UnitOfWork, course: Course) -> dict[str, tuple[str, str]]:
    """{group: (room, session's key)} of the first session each group has a room in."""
    found = uow.session.execute(
        select(Room.group_id, Room.id, Session.key)
        .join(Session, Session.id == Room.session_id)
        .where(Session.course_id == course.id)
        .order_by(Session.starts_at.desc())
    )
    return {group: (room, key) for group, room, key in found}


def _place(course: Course, group: Group, room: tuple[str, str] | None, site: str) -> Place:
    template = group.meeting_url_template or course.meeting_url_template or site
    room_id, session = room or ("room", "session")
    example = meeting.address(template, session=session, group=group.name, room=room_id)
    return Place(group, group.meeting_url_template, example, meeting.name_of(example))


def save(uow: UnitOfWork, course: Course, templates: Mapping[str, str]) -> None:
    """Keeps what was written, by field; an empty one falls back. Rooms that are open show it at once.

    Raises Invalid with the reason at each field that can't be used, and then nothing is kept.
    """
    groups = {row.id: row for row in uow.session.scalars(select(Group).where(Group.course_id == course.id))}
    faults: dict[str, list[Text]] = {}
    kept: dict[str, str] = {}
    for name, written in templates.items():
        if name != COURSE and name not in groups:
            raise Invalid(text("A group has gone meanwhile. Look at the page again."))
        try:
            kept[name] = meeting.template(written.strip())
        except ValueError as error:
            faults[name] = [error.args[0]]
    if faults:
        raise Invalid(text("Some addresses can't be used. Nothing was saved."), fields=faults)
    for name, template in kept.items():
        row: Course | Group = course if name == COURSE else groups[name]
        row.meeting_url_template = template
    rooms = select(Room.id).join(Session, Session.id == Room.session_id).where(Session.course_id == course.id)
    for room_id in uow.session.scalars(rooms):
        uow.announce(RoomChanged(room_id=room_id, own=()))
