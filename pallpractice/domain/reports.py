"""Who reads how much of a round's report. A report is built up from what this table says; there is nothing to strip.

Its reader is the learner, once it has been released, and the round's coach, who looks it through before. Whoever rated
reads their own scorecard. Organisers read no report, and learn that a comment is held back, by whom and why, never what
it says. What has been released, and is not held back, is in the files they can take out (`domain.exports`), and noted.
"""

from collections.abc import Mapping
from enum import StrEnum


class Who(StrEnum):
    """What someone is to a round."""

    LEARNER = "learner"
    COACH = "coach"
    RATER = "rater"
    ORGANISER = "organiser"
    OTHER = "other"


class Part(StrEnum):
    """What there is to read."""

    REPORT = "report"  # goal, next step, ratings and comments side by side, timeline, corrections
    PEER_NAMES = "peer_names"  # who among the peers gave what
    HELD = "held"  # a comment held back
    DRAFTS = "drafts"  # what was never handed in
    PROGRESS = "progress"  # who has handed in, when it was released and opened
    APART = "apart"  # where those who watched were far apart, by seat


class Much(StrEnum):
    """How much of it."""

    NOTHING = "nothing"
    OWN = "own"  # what they wrote themselves
    THAT_IT_IS = "that_it_is"  # that there is such a thing, whose, since when and why; not what it says
    BY_POLICY = "by_policy"  # as the course has it
    RELEASED = "released"  # once it has been released
    ALL = "all"


N, OWN, ALL = Much.NOTHING, Much.OWN, Much.ALL
TABLE: Mapping[Part, Mapping[Who, Much]] = {
    Part.REPORT: {Who.LEARNER: Much.RELEASED, Who.COACH: ALL, Who.RATER: OWN, Who.ORGANISER: N, Who.OTHER: N},
    Part.PEER_NAMES: {Who.LEARNER: Much.BY_POLICY, Who.COACH: ALL, Who.RATER: OWN, Who.ORGANISER: N, Who.OTHER: N},
    Part.HELD: {Who.LEARNER: N, Who.COACH: ALL, Who.RATER: OWN, Who.ORGANISER: Much.THAT_IT_IS, Who.OTHER: N},
    Part.DRAFTS: {Who.LEARNER: OWN, Who.COACH: OWN, Who.RATER: OWN, Who.ORGANISER: N, Who.OTHER: N},
    Part.PROGRESS: {Who.LEARNER: N, Who.COACH: ALL, Who.RATER: OWN, Who.ORGANISER: Much.THAT_IT_IS, Who.OTHER: N},
    Part.APART: {Who.LEARNER: N, Who.COACH: ALL, Who.RATER: N, Who.ORGANISER: N, Who.OTHER: N},
}


def much(part: Part, who: Who) -> Much:
    return TABLE[part][who]


def opens(who: Who, *, released: bool, unsealed: bool) -> bool:
    """May they open the report now? The learner once it has been released; a coach once the others' scorecards are no
    longer sealed to them.
    """
    if much(Part.REPORT, who) is Much.RELEASED:
        return released
    return much(Part.REPORT, who) is ALL and unsealed
