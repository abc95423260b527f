"""Refusals: what the rules say no with. Each reads as a reason and carries the code the wire shows."""

from collections.abc import Mapping

from .text import Text


class Refusal(Exception):
    """An action or request that changes nothing. `code` is for programs, the message for people."""

    code = "invalid"

    def __init__(self, message: Text, *, fields: Mapping[str, list[Text]] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields) if fields else None


class Invalid(Refusal):
    """A field is missing, unknown or out of range."""

    code = "invalid"


class NotAllowed(Refusal):
    """This seat or role may not do that."""

    code = "not_allowed"


class WrongPhase(Refusal):
    """It may be done, but not now."""

    code = "wrong_phase"


class Stale(Refusal):
    """Someone else changed the same thing first. `current` may say to what."""

    code = "stale"

    def __init__(self, message: Text, *, current: object = None) -> None:
        super().__init__(message)
        self.current = current


class Conflict(Refusal):
    """It does not go with what is there: an action id already used for something else, an address that has a person."""

    code = "conflict"


class NotFound(Refusal):
    """No such thing, or none this person may know of: the two are not told apart."""

    code = "not_found"


class RateLimited(Refusal):
    """Too many at once."""

    code = "rate_limited"


class Unavailable(Refusal):
    """It could not be stored now; the same may be sent again."""

    code = "unavailable"
