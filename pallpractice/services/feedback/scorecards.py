"""Scorecards handed in and opened, the next step, reflections. What is opened to whom is `domain.feedback`'s to say."""

from typing import Any

from sqlalchemy import select

from ...domain.audit import What
from ...domain.errors import Invalid
from ...domain.feedback import SPEAKERS, opened_seats
from ...domain.room import RoomState, refuse_unseen
from ...domain.text import text
from ...storage.base import new_id
from ...storage.feedback import Reflection, Scorecard
from ...storage.unit_of_work import UnitOfWork
from .. import audit
from ..work import Work


def submit(work: Work) -> dict[str, Any]:
    """Hands one's scorecard in. It is sealed from then on, and released at once where its turn is open already."""
    card = scorecard_of(work.uow, work.round.id, work.act.person)
    if card is None:
        card = Scorecard(id=new_id(), round_id=work.round.id, rater_id=work.act.person, seat=str(work.seat))
        work.uow.session.add(card)
    elif card.status != "draft":
        raise Invalid(text("Your scorecard has been submitted already."))
    # Who took over a part in the middle of the round had begun it from another seat.
    card.seat = str(work.seat)
    card.status, card.submitted_at = "submitted", work.uow.now
    work.uow.session.flush()
    _release(work.uow, work.round.id, work.after)
    return {"status": card.status}


def open_turn(work: Work) -> dict[str, Any]:
    """Releases what the new turn opens."""
    _release(work.uow, work.round.id, work.after)
    return {"turn": work.after.turn}


def close(work: Work) -> dict[str, Any]:
    """Ends the round. Everything handed in is released with it, unless the coach does so by hand."""
    work.round.closed_at = work.uow.now
    if work.after.round and work.after.round.released:
        course, data = work.record.course.id, {"round": work.round.id, "policy": work.after.release.value}
        audit.note(
            work.uow, What.RELEASED, actor=work.act.person, subject=work.round.learner_id, course=course, data=data
        )
    _release(work.uow, work.round.id, work.after)
    return {"round": work.round.id}


def _release(uow: UnitOfWork, round_id: str, state: RoomState) -> None:
    opened = {str(seat) for seat in opened_seats(state)}
    for card in of_round(uow, round_id):
        if card.status == "submitted" and card.seat in opened:
            card.status, card.released_at = "released", uow.now


def release_handed_in(uow: UnitOfWork, round_id: str) -> None:
    """Releases all that was handed in for a round."""
    for card in of_round(uow, round_id):
        if card.status == "submitted":
            card.status, card.released_at = "released", uow.now


def of_round(uow: UnitOfWork, round_id: str) -> list[Scorecard]:
    """All scorecards of a round with their entries, in the order of the turns and, within one, of handing in."""
    cards = uow.session.scalars(
        select(Scorecard).where(Scorecard.round_id == round_id).order_by(Scorecard.submitted_at, Scorecard.id)
    )
    turns = [str(seat) for seat in SPEAKERS.values()]
    return sorted(cards, key=lambda card: turns.index(card.seat))


def scorecard_of(uow: UnitOfWork, round_id: str, rater: str) -> Scorecard | None:
    return uow.session.scalar(select(Scorecard).where(Scorecard.round_id == round_id, Scorecard.rater_id == rater))


def set_next_step(work: Work) -> dict[str, Any]:
    """The one thing the learner takes home."""
    refuse_unseen(work.round.next_step, work.fields)
    work.round.next_step = work.fields["text"] or None
    return {}


def save_reflection(work: Work) -> dict[str, Any]:
    """A private text; the coach reads it only when it is shared."""
    key = (work.round.id, work.act.person)
    row = work.uow.session.get(Reflection, key)
    if row is None:
        row = Reflection(round_id=work.round.id, person_id=work.act.person)
        work.uow.session.add(row)
    row.text, row.shared, row.saved_at = work.fields["text"], work.fields["shared"], work.uow.now
    return {}
