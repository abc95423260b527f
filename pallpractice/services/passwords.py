"""Hashing passwords: argon2id, and never on the thread that serves everyone."""

import unicodedata
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200


class Hasher:
    """`offload` runs the work where it holds up nobody (`asynchrony.Offload`)."""

    def __init__(self, offload: Callable[..., Any]) -> None:
        self._offload = offload
        # OWASP's floor for argon2id: 19 MiB, 2 passes, 1 lane; about 50 ms.
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        # What an unknown account is checked against, so that it takes as long as a known one.
        self._nobodys = self._argon2.hash("nobody's password")

    def hash(self, password: str) -> str:
        return str(self._offload(self._argon2.hash, _bytes(password)))

    def verify(self, stored: str | None, password: str) -> bool:
        """True if it is the password; an account without one takes as long and is always False."""
        matches = bool(self._offload(self._matches, stored or self._nobodys, password))
        return matches and stored is not None

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._argon2.verify(stored, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False


def _bytes(password: str) -> bytes:
    """The same bytes for the same password, however the keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
