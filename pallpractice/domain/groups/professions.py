"""Professions as people write them, put into the few families that a group is mixed by."""

import re
from collections.abc import Mapping
from enum import StrEnum

from ..text import Text, text, texts


class Family(StrEnum):
    """Close enough that two of them bring much the same view to a group."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    SOCIAL_WORK = "social worker"
    CHAPLAIN = "chaplain"
    PHARMACY = "pharmacist"
    PSYCHOLOGY = "psychologist"
    OTHER = "other profession"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


# In this order, since one text often names two: an oncology social worker is no oncologist, and a nurse
# practitioner no practitioner of medicine.
_FAMILIES = (
    (Family.SOCIAL_WORK, _words(r"social work(?:er)?s?|l?[ci]sw|msw|lmsw")),
    (Family.CHAPLAIN, _words(r"chaplain(?:cy)?|spiritual care|pastor(?:al)?|priest|rabbi|imam|minister")),
    (Family.PHARMACY, _words(r"(?:\w*pharmac\w*|pharm\.?d)")),
    (Family.NURSE, _words(r"nurs(?:e|es|ing)|midwi(?:fe|fery)|[al]prn|rn|bsn|msn|cns|crna|fnp|pnp|np")),
    (Family.PSYCHOLOGY, _words(r"(?:\w*psycholog\w*|psychotherap\w*|counsell?ors?)")),
    (
        Family.OTHER,
        _words(r"speech\S* .*|audiolog\w*|\w*technolog\w*|sociolog\w*|kinesiolog\w*|(?:physical|physio) ther.*"),
    ),
    (
        Family.PHYSICIAN,
        _words(
            r"physicians?|physician'?s? (?:assistant|associate)|doctor|md|m\.d|mbbs|mbchb|d\.o|attending|hospitalist|"
            r"intensivist|internist|p(?:a)?ediatrician|surgeon|\w*surgery|geriatrician|\w+ologists?|\w+ology|"
            r"\w*psychiatr\w*|an(?:a)?esthetist|consultant|registrar|resident|residency|fellow|general practitioner|"
            r"family medicine|internal medicine|emergency medicine|palliative medicine|medical student|gp|pa|pa-c"
        ),
    ),
)


def family(profession: str) -> Family | None:
    """The family of a profession in free text; None where nothing is written."""
    if not profession.strip():
        return None
    return next((name for name, pattern in _FAMILIES if pattern.search(profession)), Family.OTHER)


MANY: Mapping[Family | None, Text] = {
    Family.PHYSICIAN: text("Physicians"),
    Family.NURSE: text("Nurses"),
    Family.SOCIAL_WORK: text("Social workers"),
    Family.CHAPLAIN: text("Chaplains"),
    Family.PHARMACY: text("Pharmacists"),
    Family.PSYCHOLOGY: text("Psychologists"),
    Family.OTHER: text("Others"),
    None: text("Not said"),
}


def counted(family: Family, n: int) -> Text:
    """ "2 nurses"."""
    return {
        Family.PHYSICIAN: texts("{n} physician", "{n} physicians", n),
        Family.NURSE: texts("{n} nurse", "{n} nurses", n),
        Family.SOCIAL_WORK: texts("{n} social worker", "{n} social workers", n),
        Family.CHAPLAIN: texts("{n} chaplain", "{n} chaplains", n),
        Family.PHARMACY: texts("{n} pharmacist", "{n} pharmacists", n),
        Family.PSYCHOLOGY: texts("{n} psychologist", "{n} psychologists", n),
        Family.OTHER: texts("{n} other profession", "{n} other professions", n),
    }[family]
