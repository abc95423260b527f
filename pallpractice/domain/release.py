"""When what was written about a round reaches its learner: the course's policy, and the states feedback goes through.

    draft -> submitted -> released -> opened -> corrected

A scorecard keeps the first three. That the report was opened is the round's, and a correction is a row of its own: it
adds to what was released and overwrites nothing. A comment held back stays with whoever wrote it and who coach; it is
no state, since it can be let go of again.
"""

from datetime import datetime
from enum import StrEnum

from .errors import Invalid, NotAllowed, WrongPhase
from .text import text

LONGEST_REASON = 500
LONGEST_COMMENT = 4000


class Policy(StrEnum):
    """A course's choice. By `turn` each rater's feedback opens in the debrief as their turn comes; at `close` all of it
    when the round is closed; by `hand` when the coach has looked it through and releases it.
    """

    TURN = "turn"
    CLOSE = "close"
    HAND = "hand"


POLICY_WORDS = {
    Policy.TURN: text("Turn by turn"),
    Policy.CLOSE: text("When the round is closed"),
    Policy.HAND: text("When the coach releases it"),
}


class Standing(StrEnum):
    """How far one scorecard has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RELEASED = "released"
    OPENED = "opened"
    CORRECTED = "corrected"


STANDING_WORDS = {
    Standing.DRAFT: text("not handed in"),
    Standing.SUBMITTED: text("handed in"),
    Standing.RELEASED: text("released"),
    Standing.OPENED: text("opened by the learner"),
    Standing.CORRECTED: text("corrected"),
}


def standing(status: str, *, opened_at: datetime | None, corrected: bool) -> Standing:
    """Of a scorecard, from its status, when the learner first opened the report, and whether it was corrected."""
    if status != Standing.RELEASED:
        return Standing(status)
    if corrected:
        return Standing.CORRECTED
    return Standing.OPENED if opened_at else Standing.RELEASED


def check_release(*, closed: bool, released: bool) -> None:
    """Raises WrongPhase unless this round's report can be released now."""
    if not closed:
        raise WrongPhase(text("The round is still going on. Close it first."))
    if released:
        raise WrongPhase(text("It has been released already."))


def check_correction(status: str, *, own: bool, coaches: bool, reason: str) -> None:
    """Raises a Refusal unless this person may add a correction to a scorecard with that status."""
    if not (own or coaches):
        raise NotAllowed(text("Only who wrote it, or the round's coach, can correct it."))
    if status != Standing.RELEASED:
        raise WrongPhase(text("It has not been released yet, so there is nothing to correct."))
    if not reason.strip():
        raise Invalid(text("Say why."), fields={"reason": [text("needed")]})


def check_hold(status: str, *, coaches: bool, has_words: bool, reason: str) -> None:
    """Raises a Refusal unless this person may hold that comment back."""
    if not coaches:
        raise NotAllowed(text("Only the round's coach can hold a comment back."))
    if status == Standing.DRAFT or not has_words:
        raise Invalid(text("There is no such comment among those handed in."))
    if not reason.strip():
        raise Invalid(
            text("Say why. Who wrote it and the organisers can read the reason."), fields={"reason": [text("needed")]}
        )
