"""A scorecard handed in after the round was closed: by who took part, once, and opened as the course has chosen.

In the room's journal it is what it would have been in time: each entry saved, and the scorecard handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...domain.audit import What
from ...domain.errors import Invalid, NotFound
from ...domain.events import RoomChanged
from ...domain.roles import Seat
from ...domain.room import Act, Action
from ...domain.rubric import Rubric
from ...domain.text import text
from ...library import Library
from ...storage.base import new_id
from ...storage.feedback import Entry, Scorecard
from ...storage.rooms import RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import audit, editions, hot, journal
from . import missing, scorecards
from .missing import Missing

NO_FORM = text("There is no form of yours to hand in here: it is in already, or you were not in that round.")


@dataclass(frozen=True, slots=True)
class Late:
    """The form as its rater finds it, with what they had begun."""

    about: Missing
    rubric: Rubric
    round: RoundRow
    card: Scorecard | None
    named: bool  # the learner reads who it is from

    @property
    def saved(self) -> dict[str, Entry]:
        return {entry.entry: entry for entry in self.card.entries} if self.card else {}


def find(uow: UnitOfWork, library: Library, round_id: str, person: str) -> Late:
    """Raises NotFound where nothing of theirs is missing, before the round is closed as well."""
    about = next((one for one in missing.of_round(uow, round_id) if one.person == person), None)
    if about is None:
        raise NotFound(NO_FORM)
    row = uow.session.get_one(RoundRow, round_id)
    rubric = editions.rubric(uow, library, row.rubric_id, row.rubric_version)
    named = about.seat is not Seat.OBSERVER or row.peer_names
    return Late(about, rubric, row, scorecards.scorecard_of(uow, round_id, person), named)


def hand_in(
    uow: UnitOfWork,
    library: Library,
    round_id: str,
    person: str,
    ratings: Mapping[str, int | None],
    comments: Mapping[str, str],
) -> bool:
    """Keeps the ratings (None: not observed) and comments, and seals the scorecard; whether the learner has it now.

    As in the room, an item may be left out; a form with nothing in it is no form.
    """
    late = find(uow, library, round_id, person)
    _check(late, ratings, comments)
    card = late.card
    if card is None:
        card = Scorecard(id=new_id(), round_id=round_id, rater_id=person, seat=late.about.seat.value)
        uow.session.add(card)
    said = _said(late, ratings, comments)
    done = [(Act(Action.SCORE_SAVE, person, one), _save(uow, card, late.saved.get(one["entry"]), one)) for one in said]
    card.status, card.submitted_at = "submitted", uow.now
    journal.add_late(uow, late.round, [*done, (Act(Action.SCORECARD_SUBMIT, person), {"status": card.status})])
    uow.session.flush()
    opened = _open(uow, late, card)
    uow.announce(RoomChanged(room_id=late.round.room_id))
    return opened


def _open(uow: UnitOfWork, late: Late, card: Scorecard) -> bool:
    """Releases a late scorecard where the round's report is out; else it waits for the coach with the others."""
    if late.round.released_at is None:
        return False
    card.status, card.released_at = "released", uow.now
    data = {"round": late.round.id, "scorecard": card.id}
    audit.note(
        uow,
        What.RELEASED,
        actor=card.rater_id,
        subject=late.round.learner_id,
        course=late.about.course_id,
        data=data,
    )
    return True


def _check(late: Late, ratings: Mapping[str, int | None], comments: Mapping[str, str]) -> None:
    seat, scale = late.about.seat, late.rubric.scale
    known = {item.id for item in late.rubric.items_for(seat)}
    prompts = {comment.id for comment in late.rubric.comments_for(seat)}
    if set(ratings) - known or set(comments) - prompts:
        raise Invalid(text("Your rubric has no such entry."))
    if any(rating is not None and not scale.min <= rating <= scale.max for rating in ratings.values()):
        raise Invalid(text("Outside the scale."))
    if not ratings and not any(comments.values()):
        raise Invalid(text("There is nothing in this form yet. Rate at least one item, or write something."))


def _said(late: Late, ratings: Mapping[str, int | None], comments: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is saved, entry by entry, with the fields it would have had in the room."""
    rated = [
        {"entry": entry, "rating": "not_observed" if rating is None else rating} for entry, rating in ratings.items()
    ]
    return rated + [
        {"entry": entry, "text": words or None} for entry, words in comments.items() if words or entry in late.saved
    ]


def _save(uow: UnitOfWork, card: Scorecard, entry: Entry | None, said: Mapping[str, Any]) -> Mapping[str, Any]:
    if entry is None:
        entry = Entry(scorecard_id=card.id, entry=said["entry"], revision=0)
        uow.session.add(entry)
    hot.keep_said(entry, said, uow.now)
    return {"entry": said["entry"], **hot.entry_plain(entry)}
