"""Corrections: said after release, beside what was said before. Nothing that was released is ever changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ...domain import release as rules
from ...domain.audit import What
from ...domain.errors import Invalid
from ...domain.reports import Who
from ...domain.roles import Seat
from ...domain.rubric import Rubric
from ...domain.text import text
from ...library.shelf import Library
from ...storage.base import new_id
from ...storage.feedback import Correction, Entry, Scorecard
from ...storage.unit_of_work import UnitOfWork
from .. import audit, editions
from . import readers


def add(
    uow: UnitOfWork,
    library: Library,
    round_id: str,
    card_id: str,
    person: str,
    *,
    entry: str,
    rating: int | str | None,
    words: str | None,
    reason: str,
) -> None:
    """Adds a correction to one line of a scorecard, by its rater or the round's coach. `rating` is a whole number of
    the rubric's scale or "not_observed"; a comment has `words` instead. The same again adds nothing.
    """
    known, card = readers.card(uow, round_id, card_id, person)
    # What learners say of themselves is theirs.
    coaches = known.who is Who.COACH and card.seat != Seat.LEARNER
    rules.check_correction(card.status, own=card.rater_id == person, coaches=coaches, reason=reason)
    rubric = editions.rubric(uow, library, known.round.rubric_id, known.round.rubric_version)
    said = _value(rubric, card, entry, rating, words) | {"reason": reason.strip(), "made_by": person}
    newest = uow.session.scalar(
        select(Correction)
        .where(Correction.scorecard_id == card_id, Correction.entry == entry)
        .order_by(Correction.made_at.desc(), Correction.id.desc())
        .limit(1)
    )
    if newest and all(getattr(newest, name) == value for name, value in said.items()):
        return
    uow.session.add(
        Correction(id=new_id(), round_id=round_id, scorecard_id=card_id, entry=entry, **said, made_at=uow.now)
    )
    data = {"round": round_id, "scorecard": card_id, "entry": entry}
    audit.note(uow, What.CORRECTED, actor=person, subject=known.round.learner_id, course=known.course.id, data=data)


def _value(rubric: Rubric, card: Scorecard, entry: str, rating: int | str | None, words: str | None) -> dict[str, Any]:
    """Raises Invalid unless that seat rates or comments that entry, and the value is of its kind."""
    scale = rubric.scale
    if entry in {item.id for item in rubric.items_for(card.seat)}:
        if rating == "not_observed":
            return {"rating": None, "not_observed": True, "text": None}
        if isinstance(rating, int) and scale.min <= rating <= scale.max:
            return {"rating": rating, "not_observed": False, "text": None}
        raise Invalid(text("Choose a rating."), fields={"rating": [text("needed")]})
    if entry in {comment.id for comment in rubric.comments_for(card.seat)}:
        if words and words.strip():
            return {"rating": None, "not_observed": False, "text": words.strip()}
        raise Invalid(text("Write what it should say."), fields={"text": [text("needed")]})
    raise Invalid(text("This scorecard has no such entry."), fields={"entry": [text("unknown")]})


def of_round(uow: UnitOfWork, round_id: str) -> list[Correction]:
    """All corrections of a round, in the order they were made."""
    return list(
        uow.session.scalars(
            select(Correction).where(Correction.round_id == round_id).order_by(Correction.made_at, Correction.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scorecard as it stands: as it was given, and what was said of it since."""

    entry: str
    given: Entry | None  # None where only a correction speaks
    corrections: tuple[Correction, ...]

    @property
    def last(self) -> Entry | Correction | None:
        return self.corrections[-1] if self.corrections else self.given

    @property
    def rating(self) -> int | None:
        return self.last.rating if self.last else None

    @property
    def not_observed(self) -> bool:
        return bool(self.last and self.last.not_observed)

    @property
    def held(self) -> bool:
        return bool(self.given and self.given.held_at)


def lines(card: Scorecard, made: Iterable[Correction]) -> Mapping[str, Line]:
    """By entry: a scorecard's lines with their corrections, of those made in its round."""
    since: dict[str, list[Correction]] = {}
    for one in made:
        if one.scorecard_id == card.id:
            since.setdefault(one.entry, []).append(one)
    given = {entry.entry: entry for entry in card.entries}
    return {
        entry: Line(entry, given.get(entry), tuple(since.get(entry, ())))
        for entry in sorted(given.keys() | since.keys())
    }
