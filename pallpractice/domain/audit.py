"""What the audit notes, and how its lines hold together: each carries a digest of itself and of the one before it.

The audit outlasts the people it tells of, so a line holds ids, counts and words of ours: never a name, never a text.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

START = "0" * 64  # what the first line follows
ID = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")  # an id, a digest, an instant, a word of ours: nothing people write
Data = dict[str, Any]


class What(StrEnum):
    """What is noted. A line's subject is the person or thing it was done to."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    PASSWORD_SET = "password_set"  # noqa: S105 (a word, no password)
    RELEASED = "released"
    CORRECTED = "corrected"
    HELD = "held"
    EXPORTED = "exported"
    ERASED = "erased"
    RETAINED = "retained"
    EVIDENCE_PACKED = "evidence_packed"
    LICENCE_SEEN = "licence_seen"
    COURSE_CHANGED = "course_changed"
    TOKEN_MADE = "token_made"  # noqa: S105 (a word, no token)
    TOKEN_REVOKED = "token_revoked"  # noqa: S105


class Fault(StrEnum):
    """How a chain is broken."""

    MISSING = "missing"
    CHANGED = "changed"
    APART = "apart"  # it does not follow the line before it
    UNREADABLE = "unreadable"
    ENDS = "ends"  # lines are missing at the end, or the note of where it ends was changed


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit, without the digests that tie it to the others."""

    number: int
    at: datetime
    actor: str | None  # None: the command line, or somebody who could not sign in
    what: str
    subject: str | None
    course: str | None
    data: Data


def digest(line: Line, previous: str) -> str:
    """SHA-256, in hex, of the line and the digest before it. Every field counts, and where each one ends."""
    held = [
        previous,
        line.number,
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        line.actor,
        line.what,
        line.subject,
        line.course,
        line.data,
    ]
    written = json.dumps(held, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(written.encode()).hexdigest()


def fits(value: object) -> bool:
    """Whether the audit may hold this: ids, counts and words of ours, in lists and by name."""
    if isinstance(value, str):
        return bool(ID.fullmatch(value))
    if isinstance(value, dict):
        return all(fits(name) and fits(one) for name, one in value.items())
    if isinstance(value, list | tuple):
        return all(map(fits, value))
    return value is None or isinstance(value, bool | int)
