"""Evidence for maintenance of certification: someone assessed by name against a standard set beforehand, with feedback.

The standard: in so many rounds the coach's ratings reach a level, as the mean of the items, with none below a floor.
An item that nobody observed is left out, never a zero; a round with fewer than half its items rated assesses nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import fmean

from .errors import Invalid
from .text import Figure, Text, text

LOWEST, HIGHEST = 1.0, 5.0
LONGEST_WORD = 500
ABP = "ABP"  # points are the activity's credits, the same for everyone


class Verdict(StrEnum):
    """A coach's word."""

    ATTESTED = "attested"
    ANOTHER = "another"  # another round first


class Status(StrEnum):
    """How a person stands against the standard."""

    MET = "met"
    NOT_YET = "not_yet"
    RETRY = "retry"


STATUS_WORDS = {
    Status.MET: text("met"),
    Status.NOT_YET: text("not yet"),
    Status.RETRY: text("another round"),
}


@dataclass(frozen=True, slots=True)
class Standard:
    """What it takes, who set it and when. `least` is what no item's mean may be below; LOWEST asks for nothing."""

    level: float
    least: float
    rounds: int
    set_at: datetime
    by: str = ""

    def late(self, first: datetime | None) -> bool:
        """It was set after practice had begun, so it was not set beforehand."""
        return first is not None and self.set_at >= first


def check_standard(level: float, least: float, rounds: int) -> None:
    """Raises Invalid, naming each field that makes no sense."""
    faults: dict[str, list[Text]] = {}
    for name, value in (("level", level), ("least", least)):
        if not LOWEST <= value <= HIGHEST:
            faults[name] = [
                text("write from {least} to {most}", least=Figure.of(LOWEST, 1), most=Figure.of(HIGHEST, 1))
            ]
    if least > level:
        faults.setdefault("least", [text("is above the level")])
    if not 1 <= rounds <= 10:
        faults["rounds"] = [text("write from {least} to {most}", least=1, most=10)]
    if faults:
        raise Invalid(text("This standard can’t be met or means nothing."), fields=faults)


@dataclass(frozen=True, slots=True)
class Assessed:
    """One closed round of the person: the coaches' ratings by item (None: nobody observed it), and its feedback."""

    id: str
    closed_at: datetime
    session: str
    items: Mapping[str, Sequence[int]]
    released_at: datetime | None = None
    opened_at: datetime | None = None
    coaches: tuple[str, ...] = ()

    @property
    def means(self) -> dict[str, float]:
        return {item: fmean(ratings) for item, ratings in self.items.items() if ratings}

    @property
    def mean(self) -> float | None:
        """None where fewer than half of the items were rated: that assesses nobody."""
        means = self.means
        return fmean(means.values()) if means and 2 * len(means) >= len(self.items) else None

    def meets(self, standard: Standard) -> bool | None:
        """None where it assesses nobody."""
        mean = self.mean
        if mean is None:
            return None
        return mean >= standard.level - 1e-9 and min(self.means.values()) >= standard.least - 1e-9


def status(rounds: Iterable[Assessed], standard: Standard | None, verdict: Verdict | None) -> Status:
    """A coach who asks for another round has the last word until they attest; without a standard nobody meets it."""
    if standard is None:
        return Status.NOT_YET
    found = [met for one in rounds if (met := one.meets(standard)) is not None]
    if verdict is Verdict.ANOTHER:
        return Status.RETRY
    if found.count(True) >= standard.rounds:
        return Status.MET
    return Status.RETRY if len(found) >= standard.rounds else Status.NOT_YET


class Step(StrEnum):
    """What must be there before a person's record goes to the provider."""

    ASSESSED = "assessed"
    RELEASED = "released"
    OPENED = "opened"
    ATTESTED = "attested"
    CLAIMED = "claimed"
    CONSENT = "consent"
    LICENCE = "licence"


STEP_WORDS = {
    Step.ASSESSED: text("Assessed by name, and the standard met"),
    Step.RELEASED: text("Feedback released"),
    Step.OPENED: text("Feedback opened by the learner"),
    Step.ATTESTED: text("Attested by a coach"),
    Step.CLAIMED: text("Credit claimed"),
    Step.CONSENT: text("Consent to send the record"),
    Step.LICENCE: text("Board or licence number, month and day of birth"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A coach's attestation."""

    verdict: Verdict
    at: datetime
    by: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All there is of one person."""

    rounds: tuple[Assessed, ...]
    standard: Standard | None
    late: bool
    word: Word | None
    claimed: bool
    consent_at: datetime | None
    licence: bool
    board: str

    @property
    def status(self) -> Status:
        return status(self.rounds, self.standard, self.word.verdict if self.word else None)

    @property
    def counting(self) -> tuple[Assessed, ...]:
        """The rounds that meet the standard."""
        return tuple(one for one in self.rounds if self.standard and one.meets(self.standard))

    @property
    def done(self) -> dict[Step, bool]:
        """Feedback must have been given and opened for as many of the rounds that count as the standard asks for."""
        wanted = self.standard.rounds if self.standard else 1
        return {
            Step.ASSESSED: self.status is Status.MET,
            Step.RELEASED: sum(one.released_at is not None for one in self.counting) >= wanted,
            Step.OPENED: sum(one.opened_at is not None for one in self.counting) >= wanted,
            Step.ATTESTED: self.word is not None and self.word.verdict is Verdict.ATTESTED,
            Step.CLAIMED: self.claimed,
            Step.CONSENT: self.consent_at is not None,
            Step.LICENCE: self.licence,
        }

    @property
    def complete(self) -> bool:
        return bool(self.board) and all(self.done.values())

    @property
    def missing(self) -> list[Step]:
        return [step for step, done in self.done.items() if not done]


def points(board: str, awarded: int, most: int) -> int:
    """Whole points of a claim in quarter hours, a half upwards. With ABP everyone gets the activity's."""
    return int((Decimal(most if board == ABP else awarded) / 4).quantize(Decimal(1), ROUND_HALF_UP))


# --- what a board asks for besides

LICENCE_FIELDS = ("first_name", "last_name", "board_id", "state", "state_licence", "birth_month", "birth_day")
LICENCE_WORDS = {
    "first_name": text("First name, as your board has it"),
    "last_name": text("Last name, as your board has it"),
    "board_id": text("Board ID"),
    "state": text("State of your licence"),
    "state_licence": text("State licence number"),
    "birth_month": text("Month of birth"),
    "birth_day": text("Day of birth"),
}
LONGEST = 100


def licence(given: Mapping[str, str]) -> dict[str, str]:
    """What is kept of it. Raises Invalid, naming what is missing: names, one of the numbers, a day there is."""
    kept = {name: " ".join(given.get(name, "").split()) for name in LICENCE_FIELDS}
    faults: dict[str, list[Text]] = {
        name: [text("is needed")] for name in ("first_name", "last_name") if not kept[name]
    }
    faults |= {name: [text("is too long")] for name, value in kept.items() if len(value) > LONGEST}
    if not kept["board_id"] and not kept["state_licence"]:
        faults["board_id"] = [text("write this, or the licence number")]
    if kept["state_licence"] and not kept["state"]:
        faults["state"] = [text("is needed with a licence number")]
    if not _is_a_day(kept["birth_month"], kept["birth_day"]):
        faults["birth_day"] = [text("there is no such day")]
    if faults:
        raise Invalid(text("Something is missing."), fields=faults)
    return kept


def _is_a_day(month: str, day: str) -> bool:
    if not (month + day).isdigit() or not (month + day).isascii():
        return False
    try:
        date(2000, int(month), int(day))  # a leap year; no year is asked for
    except ValueError:
        return False
    return True


# --- the provider's file of learners

COLUMNS = {
    "first_name": "First name",
    "last_name": "Last name",
    "state": "State license state",
    "state_licence": "State license ID",
    "board_id": "Board ID",
    "birth": "Date of birth (MM/DD)",
    "activity": "Activity ID",
    "completed": "Activity completion date",
    "credits": "Credits",
    "board": "Certifying board",
    "moc_type": "MOC credit type",
    "moc_points": "MOC points",
}
MOC_TYPE = "Evaluation of the learner with feedback"


def headings(chosen: Mapping[str, str]) -> list[str]:
    """The columns by the names that the course gives them."""
    return [chosen.get(name) or default for name, default in COLUMNS.items()]
