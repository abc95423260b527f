"""A circle: a group that meets without practising. What it is offered to talk and write about, and who reads what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .roles import EVERYONE, PLACED, Seat
from .text import Text, text

LONGEST_LINE = 200
MOST_LINES = 30
LONGEST_GOAL = 500
LONGEST_ENTRY = 4000
LONGEST_NOTE = 4000


class Sharing(StrEnum):
    """Whom the writer of a journal entry lets read it."""

    NOBODY = "nobody"
    COACH = "coach"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to write about. `id` is kept with what is written."""

    id: str
    title: Text
    hint: Text


INTRODUCTIONS = (
    text("Your name, and how you would like to be called"),
    text("Your work, and where you meet people with serious illness"),
    text("One thing you hope to be able to say by the end of the course"),
)

CHECK_IN = (
    text("One thing that is still with you from before"),
    text("What you would like to try today"),
    text("What would help you to try it"),
)

# Offered to be taken over, each as a line of the group's own.
STARTERS = (
    text("What is said here stays here: no names, no stories carried outside."),
    text("We are specific and kind: what I saw or heard, and what it did."),
    text("Anyone may call a time-out, for any reason."),
    text("We keep our cameras on when we can, and say when we can’t."),
    text("We tell our own stories without a patient’s name or details."),
    text("We ask when we do not understand, and nobody has to have the answer."),
)

_STAYED = Prompt("stayed", text("What stayed with you?"), text("A moment, a face, a silence."))
_KEEP = Prompt(
    "keep", text("One sentence you want to keep"), text("Said by you or by someone else, as nearly as you remember it.")
)
_HARD = Prompt(
    "hard", text("What was hard, and where can you take it?"), text("To a colleague, your coach, a walk, a page.")
)
_TOMORROW = Prompt("tomorrow", text("What will you try tomorrow?"), text("One small thing."))
_WEEK = Prompt("week", text("What will you try this week?"), text("One small thing, with one person you will see."))


def prompts(*, last_day: bool) -> tuple[Prompt, ...]:
    """What a reflection asks, on the course's last day and on the others."""
    return (_STAYED, _KEEP, _HARD, _WEEK if last_day else _TOMORROW)


TITLES = {one.id: one.title for one in (*prompts(last_day=False), *prompts(last_day=True))}


class Kept(StrEnum):
    """What a group keeps from day to day."""

    AGREEMENT = "agreement"
    GOALS = "goals"  # the learners', for the whole course
    HAND_OVERS = "hand_overs"


# In the group's rooms and on its page. A journal entry is its writer's, and for whoever `reads` says besides.
READERS: Mapping[Kept, Collection[Seat]] = {
    Kept.AGREEMENT: EVERYONE,
    Kept.GOALS: PLACED,
    Kept.HAND_OVERS: (Seat.COACH, Seat.ORGANISER),
}


def reads(seat: Seat, shared: Sharing) -> bool:
    """May someone in this seat of the writer's group read an entry that is shared so? Organisers may read none."""
    if shared is Sharing.GROUP:
        return seat in PLACED
    return shared is Sharing.COACH and seat is Seat.COACH
