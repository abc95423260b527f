"""A course's people as a file lists them, and what must hold among the rows of a team."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .errors import Refusal
from .roles import Role, Track

MOST_LEARNERS = 8
TEAM_ROLES = (Role.LEARNER, Role.COACH, Role.ACTOR)


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the roster. `row` is the line of the file, 1 for its heading; 0 for who is there already.

    A role or track that could not be read is None too: the reader has already said so.
    """

    row: int
    email: str
    name: str
    role: Role | None
    track: Track | None = None
    team: str = ""
    profession: str = ""
    pronouns: str = ""


@dataclass(frozen=True, slots=True, order=True)
class RowFault:
    """What is wrong in one cell; `row` 1 is the heading."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Roster:
    """A file as read: every row that could be told apart, and what is wrong with them."""

    entries: tuple[Entry, ...]
    faults: tuple[RowFault, ...] = ()


class RosterRefused(Refusal):
    """Something is wrong in the file, so nothing of it was saved. `faults` is all of it, in the file's order."""

    def __init__(self, faults: Iterable[RowFault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def team_faults(entries: Sequence[Entry]) -> Iterator[RowFault]:
    """Teams without a coach or learners, of two tracks, or too large, told at the team's first row in the file."""
    teams: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.team and entry.role is Role.ORGANISER:
            yield RowFault(entry.row, "team", "an organiser belongs to no team: leave it empty")
        elif entry.team:
            teams[entry.team].append(entry)
    for name, members in teams.items():
        row = min((member.row for member in members if member.row), default=0)
        for reason in _team(name, members):
            yield RowFault(row, "team", reason)


def _team(name: str, members: list[Entry]) -> Iterator[str]:
    roles = [member.role for member in members]
    learners = roles.count(Role.LEARNER)
    tracks = sorted({member.track.value for member in members if member.track})
    if Role.COACH not in roles and None not in roles:
        yield f'team "{name}" has no coach'
    if not learners and None not in roles:
        yield f'team "{name}" has no learners: is its name written the same in every row?'
    if learners > MOST_LEARNERS:
        yield f'team "{name}" has {learners} learners; {MOST_LEARNERS} at most'
    if len(tracks) > 1:
        yield f'team "{name}" has people of two tracks, {" and ".join(tracks)}'
