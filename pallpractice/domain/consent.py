"""What someone may be asked to consent to, each by itself. Refusing any of it never blocks practice."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Purpose(StrEnum):
    """What a consent is for."""

    TRANSMIT_CREDIT = "transmit_credit"  # credit and evidence go to the provider, and on to the boards
    SHARE_REFLECTIONS = "share_reflections"
    RESEARCH = "research"
    RECORDING = "recording"


class Line(NamedTuple):
    """One line of the ledger: given, or withdrawn."""

    purpose: Purpose
    at: datetime
    given: bool


def taken_back(lines: Iterable[Line]) -> dict[Purpose, datetime]:
    """What was withdrawn and does not stand, and when that was said last."""
    said = list(lines)
    last = {line.purpose: line.at for line in sorted(said, key=lambda line: line.at) if not line.given}
    return {purpose: at for purpose, at in last.items() if purpose not in standing(said)}


def standing(lines: Iterable[Line]) -> dict[Purpose, datetime]:
    """What stands, and since when; a consent given twice has stood since the first time. At one instant, no is no."""
    found: dict[Purpose, datetime] = {}
    for line in sorted(lines, key=lambda line: (line.at, not line.given)):
        if line.given:
            found.setdefault(line.purpose, line.at)
        else:
            found.pop(line.purpose, None)
    return found
