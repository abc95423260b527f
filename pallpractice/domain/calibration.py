"""Practice in rating: a worked encounter that everyone rates alike, and how far a rater is from its reference.

An encounter is a transcript with reference ratings and a reason for each. Values only, no files. The reference is for
whoever has handed in their own ratings; `services.rating` holds that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .roles import Role, Seat
from .rubric import Item, Rubric, Scale
from .scenario import ChartEntry, Reference

SAID, STAGE = "said", "stage"

# In whose words someone rates what they only read. Nobody sits in the learner's chair.
SEATS: Mapping[Role, Seat] = {
    Role.LEARNER: Seat.OBSERVER,
    Role.ACTOR: Seat.PATIENT,
    Role.COACH: Seat.COACH,
    Role.ORGANISER: Seat.COACH,
}
WIDE = 0.75  # of the scale: so far apart, two raters have seen two different conversations


@dataclass(frozen=True, slots=True)
class Voice:
    """Someone who speaks. `part` is learner, patient or other: relatives, colleagues."""

    id: str
    name: str
    part: str


@dataclass(frozen=True, slots=True)
class Line:
    """What was said, by a voice; or, without one, what was seen. `at` is when, as 2:30."""

    text: str
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """The reference for one item: on the scale, or None for not observed. `lines` count from 1."""

    item: str
    reason: str
    rating: int | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Encounter:
    """A worked encounter, with the instrument it is rated by.

    `reference` is for those who watch; `felt`, for the patient's seat, is how it was for the person spoken to.
    `scenario` is the id of the case it was played from; None for one that is in no library, which spoils nothing.
    """

    id: str
    version: int
    title: str
    skill: str
    track: str
    rubric: str
    rubric_version: int
    setting: str
    why_now: str
    facts: tuple[str, ...]
    goal: str
    minutes: int
    warnings: tuple[str, ...]
    authors: tuple[str, ...]
    licence: str
    voices: tuple[Voice, ...]
    lines: tuple[Line, ...]
    reference: tuple[Rated, ...]
    felt: tuple[Rated, ...]
    chart: tuple[ChartEntry, ...] = ()
    references: tuple[Reference, ...] = ()
    scenario: str | None = None
    reviewed: date | None = None

    def voice(self, id: str | None) -> Voice | None:
        """Who speaks, or None where nobody does."""
        return next((voice for voice in self.voices if voice.id == id), None)

    def reference_for(self, seat: Seat) -> Mapping[str, Rated]:
        """By item, what a rater in this seat is compared with."""
        return {rated.item: rated for rated in (self.felt if seat is Seat.PATIENT else self.reference)}


class Closeness(StrEnum):
    """How far a rating is from the reference."""

    SAME = "same"
    NEAR = "near"  # by one step
    FAR = "far"
    OTHERWISE = "otherwise"  # one of the two has not observed it


@dataclass(frozen=True, slots=True)
class Compared:
    """One item, rated by someone and by the reference; None is not observed."""

    item: Item
    given: int | None
    reference: Rated
    closeness: Closeness

    @property
    def difference(self) -> int | None:
        """Given less reference: above zero is more lenient."""
        if self.given is None or self.reference.rating is None:
            return None
        return self.given - self.reference.rating


def compare(encounter: Encounter, rubric: Rubric, seat: Seat, given: Mapping[str, int | None]) -> list[Compared]:
    """Every item that this seat rates, in the rubric's order. `given` holds all of them."""
    references = encounter.reference_for(seat)
    return [
        Compared(item, given[item.id], references[item.id], closeness(given[item.id], references[item.id].rating))
        for item in rubric.items_for(seat)
    ]


def closeness(given: int | None, reference: int | None) -> Closeness:
    if given is None or reference is None:
        return Closeness.SAME if given is reference else Closeness.OTHERWISE
    apart = abs(given - reference)
    return Closeness.SAME if apart == 0 else Closeness.NEAR if apart == 1 else Closeness.FAR


def is_wide(ratings: Sequence[int], scale: Scale) -> bool:
    """Are these ratings of one item in one round so far apart that their raters should talk about it?"""
    return len(ratings) > 1 and max(ratings) - min(ratings) >= WIDE * (scale.max - scale.min)
