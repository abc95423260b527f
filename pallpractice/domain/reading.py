"""Who may read which part of a scenario outside a room: in the library, on its pages, on paper.

In a room the seat and the phase decide (`feedback.py`). Here it is a person's roles in their courses, and the rounds
they have sat in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .roles import Role


class Part(StrEnum):
    """What there is to read of a scenario."""

    ABOUT = "about"  # its title, for whom it is, how hard, what it touches on
    BRIEF = "brief"
    SCRIPT = "script"
    GUIDE = "guide"  # with objectives and references


@dataclass(frozen=True, slots=True)
class Tie:
    """What a reader is in one course. `uses`: the course practises with the scenario; `over`: it has ended."""

    role: Role
    uses: bool
    over: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """The rounds with the scenario in rooms that the reader has a place in."""

    begun: bool = False
    closed: bool = False  # one of them at least
    running: bool = False  # one of them is not closed


NOTHING: frozenset[Part] = frozenset()
ALL = frozenset(Part)
BY_ROLE: Mapping[Role, frozenset[Part]] = {
    Role.ORGANISER: ALL,
    Role.COACH: ALL,
    Role.ACTOR: frozenset({Part.ABOUT, Part.BRIEF, Part.SCRIPT}),
}
STAFF = (Role.ORGANISER, Role.COACH)  # they choose from the whole library; actors prepare what their courses use


def parts(ties: Iterable[Tie], met: Met) -> frozenset[Part]:
    """What this reader may read. Nothing: to them there is no such scenario.

    A learner of a course to come reads as a learner, whatever they are elsewhere: who is still to sit in the chair
    must not know the script.
    """
    ties = list(ties)
    met_as_learner = _as_learner(met) if any(tie.role is Role.LEARNER for tie in ties) else NOTHING
    if any(tie.role is Role.LEARNER and tie.uses and not tie.over for tie in ties):
        return met_as_learner
    return met_as_learner.union(
        *(BY_ROLE.get(tie.role, NOTHING) for tie in ties if tie.uses or tie.role in STAFF),
    )


def _as_learner(met: Met) -> frozenset[Part]:
    if met.closed and not met.running:
        return frozenset({Part.ABOUT, Part.BRIEF, Part.SCRIPT})
    return frozenset({Part.ABOUT, Part.BRIEF}) if met.begun else NOTHING
