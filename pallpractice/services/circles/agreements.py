"""A group's agreement: lines that everyone of the group adds, edits and removes, each change told to all its rooms."""

from typing import Any

from sqlalchemy import select

from ...domain.circle import MOST_LINES
from ...domain.errors import Invalid, NotFound, Stale
from ...domain.events import RoomChanged
from ...domain.text import text
from ...storage.base import new_id
from ...storage.courses import Group, Person
from ...storage.groups import AgreementLine
from ...storage.rooms import Room
from ...storage.unit_of_work import UnitOfWork
from .. import journal
from ..work import Work

Plain = dict[str, Any]


def of_group(uow: UnitOfWork, group_id: str) -> list[AgreementLine]:
    """The lines that stand, in their order."""
    return list(
        uow.session.scalars(
            select(AgreementLine)
            .where(AgreementLine.group_id == group_id, AgreementLine.removed_at.is_(None))
            .order_by(AgreementLine.position, AgreementLine.edited_at, AgreementLine.id)
        )
    )


def plain(uow: UnitOfWork, group_id: str) -> list[Plain]:
    """The agreement as everyone in the group's rooms sees it."""
    rows = uow.session.execute(
        select(Person.id, Person.name)
        .join(AgreementLine, AgreementLine.edited_by == Person.id)
        .where(AgreementLine.group_id == group_id, AgreementLine.removed_at.is_(None))
    )
    names = dict(rows.all())
    return [
        {
            "id": line.id,
            "text": line.text,
            "revision": line.revision,
            "by": line.edited_by,
            "name": names[line.edited_by],
            "at": journal.stamp(line.edited_at),
        }
        for line in of_group(uow, group_id)
    ]


def add(work: Work) -> Plain:
    """A new line at the end. A line that stands already, as when two take over the same offer, is taken once."""
    words, lines = _text(work), of_group(work.uow, work.record.group.id)
    standing = next((line for line in lines if line.text.casefold() == words.casefold()), None)
    if standing is None:
        _refuse_too_many(lines)
        standing = AgreementLine(id=new_id(), group_id=work.record.group.id, text=words)
        standing.position = max((line.position for line in lines), default=-1) + 1
        work.uow.session.add(standing)
        _edited(work, standing)
    return {"id": standing.id, "revision": standing.revision}


def edit(work: Work) -> Plain:
    """Other words for a line. Raises Stale with the present ones when it is not the line that was shown any more."""
    line = _unchanged(work)
    line.text = _text(work)
    _edited(work, line)
    return {"id": line.id, "revision": line.revision}


def remove(work: Work) -> Plain:
    """Takes a line out; it is kept for `restore`. Raises Stale when it is not the line that was shown any more."""
    line = _unchanged(work)
    line.removed_at = work.uow.now
    _edited(work, line)
    return {"id": line.id, "revision": line.revision}


def restore(work: Work) -> Plain:
    """Puts a removed line back where it stood."""
    line = _line(work)
    if line.removed_at is not None:
        _refuse_too_many(of_group(work.uow, line.group_id))
        line.removed_at = None
        _edited(work, line)
    return {"id": line.id, "revision": line.revision}


def hold(uow: UnitOfWork, room_id: str) -> None:
    """Whoever writes to what this room's group keeps comes one after the other, in whichever of its rooms they are."""
    group = select(Group.id).join(Room, Room.group_id == Group.id).where(Room.id == room_id)
    uow.session.execute(group.with_for_update(of=Group, key_share=True))


def tell_group(uow: UnitOfWork, group_id: str, besides: str = "") -> None:
    """Every room of the group shows what has changed; `besides` is told anyway."""
    for room_id in uow.session.scalars(select(Room.id).where(Room.group_id == group_id, Room.id != besides)):
        uow.announce(RoomChanged(room_id=room_id))


def _text(work: Work) -> str:
    line = str(work.fields["text"]).strip()
    if not line:
        raise Invalid(text("Write the line first."), fields={"text": [text("empty")]})
    return line


def _refuse_too_many(lines: list[AgreementLine]) -> None:
    if len(lines) >= MOST_LINES:
        raise Invalid(
            text(
                "An agreement has at most {most_lines} lines. Bring two together, or remove one.", most_lines=MOST_LINES
            )
        )


def _line(work: Work) -> AgreementLine:
    line = work.uow.session.get(AgreementLine, work.fields["id"])
    if line is None or line.group_id != work.record.group.id:
        raise NotFound(text("Your group’s agreement has no such line."))
    return line


def _unchanged(work: Work) -> AgreementLine:
    line = _line(work)
    if line.removed_at is None and line.revision == work.fields["seen"]:
        return line
    person = work.uow.session.get_one(Person, line.edited_by)
    mine = person.id == work.act.person
    current = {
        "text": line.text,
        "revision": line.revision,
        "name": person.name,
        "removed": line.removed_at is not None,
    }
    if line.removed_at:
        told = text("{name} has removed this line meanwhile.", name=person.name)
        raise Stale(text("You have removed this line meanwhile.") if mine else told, current=current)
    told = text("{name} has changed this line meanwhile.", name=person.name)
    raise Stale(text("You have changed this line meanwhile.") if mine else told, current=current)


def _edited(work: Work, line: AgreementLine) -> None:
    line.edited_by, line.edited_at = work.act.person, work.uow.now
    work.uow.session.flush()
    tell_group(work.uow, line.group_id, besides=work.record.room.id)
