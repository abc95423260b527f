"""Closed rounds with ratings, written straight into the tables: for what is counted over many of them."""

from collections.abc import Mapping
from datetime import timedelta

from pallpractice.domain.roles import Seat
from pallpractice.storage.base import new_id
from pallpractice.storage.courses import Person
from pallpractice.storage.feedback import Correction, Entry, Scorecard
from pallpractice.storage.rooms import RoundRow, TakeRow
from pallpractice.storage.unit_of_work import Store

Cards = Mapping[tuple[str, Seat], Mapping[str, int | None]]  # by the rater's id and seat: ratings by item
NOTHING: Cards = {}


def add_round(store: Store, room: str, learner: Person, cards: Cards, drafts: Cards = NOTHING) -> str:
    """A closed round of this learner in a room, with released scorecards and with drafts; its id."""
    with store.write() as uow:
        number = uow.session.query(RoundRow).filter(RoundRow.room_id == room).count() + 1
        row = RoundRow(
            id=new_id(),
            room_id=room,
            number=number,
            learner_id=learner.id,
            scenario_id="results-after-the-stent",
            scenario_version=1,
            rubric_id="serious-news",
            rubric_version=1,
            minutes=8,
            started_at=uow.now - timedelta(minutes=25),
            closed_at=uow.now,
            released_at=uow.now,
        )
        uow.session.add(row)
        uow.session.flush()
        uow.session.add(TakeRow(round_id=row.id, number=1, offset_s=0.0))
        for status, those in (("released", cards), ("draft", drafts)):
            for (rater, seat), ratings in those.items():
                card = Scorecard(id=new_id(), round_id=row.id, rater_id=rater, seat=seat.value, status=status)
                card.entries = [
                    Entry(entry=item, rating=rating, not_observed=rating is None, saved_at=uow.now)
                    for item, rating in ratings.items()
                ]
                uow.session.add(card)
    return row.id


def correct(store: Store, round_id: str, rater: Person, item: str, rating: int | None) -> None:
    """A rater says a rating of theirs anew; None: not observed after all."""
    with store.write() as uow:
        card = uow.session.query(Scorecard).filter_by(round_id=round_id, rater_id=rater.id).one()
        about = {"round_id": round_id, "scorecard_id": card.id, "entry": item, "made_by": rater.id, "made_at": uow.now}
        uow.session.add(
            Correction(id=new_id(), rating=rating, not_observed=rating is None, reason="On second thoughts", **about)
        )
