"""Words from one to another: cues, and asking for help. Notices are hot: see `hot`."""

from typing import Any

from ..domain.errors import Invalid, NotAllowed
from ..domain.events import CueReceived
from ..domain.roles import Seat
from ..storage.base import new_id
from ..storage.feedback import Cue
from . import journal
from .work import Work


def send_cue(work: Work) -> dict[str, Any]:
    """A private prompt from the coach to a patient or the learner; nobody else hears of it."""
    to = work.fields["to"]
    if work.state.seat_of(to) not in (Seat.PATIENT, Seat.LEARNER):
        raise Invalid("A cue goes to the learner or a patient of this room.", fields={"to": ["not one of them"]})
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
        raise NotAllowed("Only the coach or the organiser can take someone else's hand down.")
    row = work.record.seats.get(person)
    if row is None:
        raise Invalid("That person is not in this room.", fields={"person": ["not in this room"]})
    row.help_at, row.help_text = None, None
    return {}
