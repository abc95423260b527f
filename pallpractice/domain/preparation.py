"""How an actor gets ready for a case: the steps of the rehearsal checklist, and declining."""

from collections.abc import Collection
from enum import StrEnum

LONGEST_REASON = 1000


class Step(StrEnum):
    """One line of the rehearsal checklist, in the order in which they are best done."""

    BRIEF = "brief"
    SCRIPT = "script"
    OPENING = "opening"
    FACTS = "facts"
    LIMITS = "limits"
    REHEARSAL = "rehearsal"
    PARTNER = "partner"  # only where a second character is played by someone else
    DEROLE = "derole"


def steps(characters: int) -> tuple[Step, ...]:
    """The checklist of a scenario with this many characters."""
    return tuple(step for step in Step if step is not Step.PARTNER or characters > 1)


def done(ticked: Collection[str], characters: int) -> int:
    """How many steps of the checklist are ticked. A step that is no longer on it does not count."""
    return sum(step in ticked for step in steps(characters))
