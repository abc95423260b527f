"""How a learner's own view of an item lies to that of one group of raters. Groups are never pooled.

The gap is that of 360-degree feedback in simulation (Calhoun, Rider, Meyer, Lamiani, Truog: Assessment of communication
skills and self-appraisal in the simulated environment: feasibility of multirater feedback with gap analysis, Simul
Healthc 2009;4:22-29); the four names follow the window of Luft and Ingham (1955). Where the line between strength and
need lies is ours: the standard that the rubric set beforehand.
"""

from collections.abc import Sequence
from enum import StrEnum
from statistics import fmean

THRESHOLD = 1.0  # points; a setting of the site
NOISE = 1e-9  # of means of thirds and the like


class Quadrant(StrEnum):
    """Of one item and one group of raters."""

    AGREED_STRENGTH = "agreed_strength"
    HIDDEN_STRENGTH = "hidden_strength"
    BLIND_SPOT = "blind_spot"
    AGREED_NEED = "agreed_need"


def gap(own: int | None, others: Sequence[int]) -> float | None:
    """Self minus the mean of the group, in points of the scale: below zero, the learner saw less than they did.

    None where the learner or all of the group have not rated it: "not observed" is never a number.
    """
    if own is None or not others:
        return None
    return own - fmean(others)


def quadrant(
    own: int | None, others: Sequence[int], *, standard: float, threshold: float = THRESHOLD
) -> Quadrant | None:
    """With g the gap, m the group's mean, t the threshold and s the standard:

    g >= t is a blind spot, g <= -t a hidden strength; in between both agree, on a strength if m >= s, else on a need.
    None where there is no gap.
    """
    apart = gap(own, others)
    if apart is None:
        return None
    if apart >= threshold - NOISE:
        return Quadrant.BLIND_SPOT
    if apart <= -threshold + NOISE:
        return Quadrant.HIDDEN_STRENGTH
    return Quadrant.AGREED_STRENGTH if fmean(others) >= standard - NOISE else Quadrant.AGREED_NEED
