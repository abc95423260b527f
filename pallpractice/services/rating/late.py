"""A scorecard handed in after the round was closed: by who took part, once, and opened as the course has chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...domain.audit import What
from ...domain.errors import Invalid, NotFound
from ...domain.events import RoomChanged
from ...domain.roles import Seat
from ...domain.rubric import Rubric
from ...domain.text import text
from ...library import Library
from ...storage.base import new_id
from ...storage.courses import Course
from ...storage.feedback import Entry, Scorecard
from ...storage.rooms import RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import audit, editions
from ..feedback import scorecards
from . import missing
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
    course = uow.session.get_one(Course, about.course_id)
    named = about.seat is not Seat.OBSERVER or course.peer_names
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
    kept = late.saved
    for entry, rating in ratings.items():
        _save(uow, card, kept, entry, rating=rating, not_observed=rating is None, text=None)
    for entry, words in comments.items():
        if words or entry in kept:
            _save(uow, card, kept, entry, rating=None, not_observed=False, text=words or None)
    card.status, card.submitted_at = "submitted", uow.now
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


def _save(uow: UnitOfWork, card: Scorecard, kept: Mapping[str, Entry], id: str, **values: object) -> None:
    entry = kept.get(id)
    if entry is None:
        entry = Entry(scorecard_id=card.id, entry=id, revision=0)
        uow.session.add(entry)
    for name, value in values.items():
        setattr(entry, name, value)
    entry.revision, entry.saved_at = entry.revision + 1, uow.now
