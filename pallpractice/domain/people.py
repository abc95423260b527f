"""Finding someone among the people of a course, and counting them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .roles import Role, Track
from .roster import Entry

NO_GROUP = "-"


class State(StrEnum):
    """How far someone has come in."""

    OPENED = "opened"  # by a personal link, at least once
    NEVER = "never"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class PeopleSearch:
    """Who is wanted; whatever is left out does not matter, but who was removed is found only when asked for.

    `words` must all be in name, email, profession, institution or team; `group` NO_GROUP is those without one.
    """

    words: str = ""
    role: str | None = None
    track: str | None = None
    group: str | None = None
    state: str | None = None

    def finds(self, one: Entry, state: State) -> bool:
        group = one.group or NO_GROUP
        told = " ".join((one.name, one.email, one.profession, one.institution, one.team)).casefold()
        return (
            all(wanted in (None, has) for wanted, has in ((self.role, one.role), (self.track, one.track)))
            and self.group in (None, group)
            and (state is not State.REMOVED if self.state is None else self.state == state)
            and all(word in told for word in self.words.casefold().split())
        )


def by_role(people: Iterable[Entry]) -> dict[Role, Counter[Track | None]]:
    """How many of each role there are, by track; every role is there."""
    counts: dict[Role, Counter[Track | None]] = {role: Counter() for role in Role}
    for one in people:
        if one.role:
            counts[one.role][one.track] += 1
    return counts
