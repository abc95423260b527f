"""Words from one to another: cues, and asking for help. Notices are hot: see `hot`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from ..domain.errors import Invalid, NotAllowed, Stale
from ..domain.events import CueReceived
from ..domain.roles import Seat
from ..domain.room import Action
from ..domain.text import text
from ..storage.base import new_id
from ..storage.courses import Person
from ..storage.feedback import Cue
from ..storage.live import Record
from ..storage.rooms import JournalLine
from ..storage.unit_of_work import UnitOfWork
from . import journal
from .work import Work

_TAKEN = (
    select(JournalLine.room_id, JournalLine.person_id, Person.name, JournalLine.data, JournalLine.at)
    .join(Person, Person.id == JournalLine.person_id)
    .where(
        JournalLine.room_id.in_(bindparam("rooms", expanding=True)),
        JournalLine.action == Action.HELP_TAKE.value,
        JournalLine.at >= bindparam("since"),
    )
    .order_by(JournalLine.seq)
)


@dataclass(frozen=True, slots=True)
class Coming:
    """Who is on the way to someone who asks for help."""

    person: str
    name: str
    at: datetime


def coming(uow: UnitOfWork, records: Iterable[Record]) -> dict[tuple[str, str], Coming]:
    """{(room, who asks): who comes}, by the journal: whoever said so last, since help was asked for."""
    asked = {
        (record.room.id, person): row.help_at
        for record in records
        for person, row in record.seats.items()
        if row.help_at
    }
    if not asked:
        return {}
    lines = uow.connection.execute(_TAKEN, {"rooms": sorted({room for room, _ in asked}), "since": min(asked.values())})
    found: dict[tuple[str, str], Coming] = {}
    for line in lines:
        key = (line.room_id, line.data["person"])
        if key in asked and line.at >= asked[key]:
            found[key] = Coming(line.person_id, line.name, line.at)
    return found


def coming_plain(all_coming: Mapping[tuple[str, str], Coming], room: str, asker: str) -> dict[str, Any] | None:
    """Who comes to `asker`, as the asker and staff see it."""
    found = all_coming.get((room, asker))
    return {"person": found.person, "name": found.name} if found else None


def send_cue(work: Work) -> dict[str, Any]:
    """A private prompt from the coach to a patient or the learner; nobody else hears of it."""
    to = work.fields["to"]
    if work.state.seat_of(to) not in (Seat.PATIENT, Seat.LEARNER):
        raise Invalid(
            text("A cue goes to the learner or a patient of this room."), fields={"to": [text("not one of them")]}
        )
    cue = Cue(
        id=new_id(),
        round_id=work.round.id,
        from_id=work.act.person,
        to_id=to,
        text=work.fields["text"],
        at=work.uow.now,
    )
    work.uow.session.add(cue)
    data = {"version": work.version, **cue_plain(cue)}
    work.uow.announce(CueReceived(room_id=work.record.room.id, person=to, data=data))
    return {"id": cue.id}


def cue_plain(cue: Any) -> dict[str, Any]:
    """A cue as its sender and its receiver see it."""
    return {"id": cue.id, "text": cue.text, "from": cue.from_id, "to": cue.to_id, "at": journal.stamp(cue.at)}


def ask_help(work: Work) -> dict[str, Any]:
    """Raises a hand; asked again, only the words change and the place in the queue stays."""
    row = work.record.seats[work.act.person]
    row.help_at = row.help_at or work.uow.now
    row.help_text = work.fields.get("text")
    return {}


def clear_help(work: Work) -> dict[str, Any]:
    """Takes a hand down: one's own, or as coach or organiser someone else's."""
    person = work.fields.get("person") or work.act.person
    if person != work.act.person and work.seat not in (Seat.COACH, Seat.ORGANISER):
        raise NotAllowed(text("Only the coach or the organiser can take someone else's hand down."))
    row = work.record.seats.get(person)
    if row is None:
        raise Invalid(text("That person is not in this room."), fields={"person": [text("not in this room")]})
    row.help_at, row.help_text = None, None
    return {}


def take_help(work: Work) -> dict[str, Any]:
    """Says to whoever asks that one is coming. Raises Stale when someone else is, unless it is in their place."""
    person = work.fields["person"]
    row = work.record.seats.get(person)
    if row is None or row.help_at is None:
        raise Invalid(text("They don't ask for help any more."), fields={"person": [text("no help asked for")]})
    there = coming(work.uow, [work.record]).get((work.record.room.id, person))
    if there and there.person not in (work.act.person, work.fields.get("instead_of")):
        raise Stale(text("{name} is coming already.", name=there.name))
    return {}
