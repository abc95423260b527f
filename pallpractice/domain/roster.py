"""A course's people as a file lists them, and what must hold among the rows of a group and of the whole course."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .errors import Refusal
from .roles import TRACK_WORDS, Role, Track
from .text import Text, joined, listed, text

MOST_LEARNERS = 8
REQUIRED = ("name", "email", "role")
COLUMNS = (*REQUIRED, "profession", "institution", "track", "team", "group", "pronouns", "time_zone")


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the roster. `row` is the line of the file, 1 for its heading; 0 for who is there already.

    A role or track that could not be read is None too: the reader has already said so. `group` is the small group
    they are put into by hand, `team` who came together from one place. `pinned` is what is stored: a file pins
    whomever it names a group for.
    """

    row: int
    email: str
    name: str
    role: Role | None
    track: Track | None = None
    group: str = ""
    team: str = ""
    profession: str = ""
    institution: str = ""
    pronouns: str = ""
    time_zone: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True, order=True)
class RowFault:
    """What is wrong in one cell; `row` 1 is the heading."""

    row: int
    column: str
    reason: Text

    @property
    def words(self) -> Text:
        """All of it in a line."""
        return text("row {row}, {column}: {reason}", row=self.row, column=self.column, reason=self.reason)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Roster:
    """A file as read: every row that could be told apart, what is wrong with them, and the columns it has."""

    entries: tuple[Entry, ...]
    faults: tuple[RowFault, ...] = ()
    columns: Collection[str] = COLUMNS


class RosterRefused(Refusal):
    """Something is wrong in the file, so nothing of it was saved. `faults` is all of it, in the file's order."""

    def __init__(self, faults: Iterable[RowFault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(joined("\n", [fault.words for fault in self.faults]))


def completed(entry: Entry, columns: Collection[str], stored: Entry) -> Entry:
    """What the entry makes of the person: a column that isn't there leaves what is stored, an empty cell clears it.

    An empty group takes a pin away, and leaves a group that was not given by hand.
    """
    left = {column: getattr(stored, column) for column in COLUMNS if column not in columns}
    if "group" not in columns:
        return replace(entry, **left, pinned=stored.pinned)
    if not entry.group and not stored.pinned:
        return replace(entry, **left, group=stored.group)
    return replace(entry, **left, pinned=bool(entry.group))


def by_hand(entry: Entry, stored: Entry) -> Entry:
    """The same from a form, which holds everything: an empty group is none, and another one than before a pin."""
    pinned = stored.pinned if entry.group == stored.group else bool(entry.group)
    return replace(entry, pinned=pinned)


def organiser_faults(entries: Iterable[Entry], stored: Iterable[Entry]) -> Iterator[RowFault]:
    """A course that has organisers keeps one. `entries` is everyone as they would be, `stored` as they are."""
    organise = {entry.email for entry in stored if entry.role is Role.ORGANISER}
    after = {entry.email: entry for entry in entries}
    if organise and not any(entry.role is Role.ORGANISER for entry in after.values()):
        for email in organise & after.keys():
            yield RowFault(after[email].row, "role", text("nobody would organise the course any more"))


def group_faults(entries: Sequence[Entry], stored: Iterable[Entry] = (), *, gaps: bool = True) -> Iterator[RowFault]:
    """What is wrong with the groups as they would be, and was not before: two tracks, too many learners, and, if `gaps`
    are looked for, no coach or no learner where none is left to come.

    Told at the group's first row in the file, or at the first row of those who leave it.
    """
    before = {entry.email: entry for entry in stored}
    known = {fault.reason for fault in _faults(before.values(), {}, gaps)}
    left: dict[str, int] = {}
    for entry in entries:
        was = before.get(entry.email)
        if entry.row and was and was.group != entry.group:
            left.setdefault(was.group, entry.row)
    yield from (fault for fault in _faults(entries, left, gaps) if fault.reason not in known)


def _faults(entries: Iterable[Entry], left: dict[str, int], gaps: bool) -> Iterator[RowFault]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.group and entry.role is Role.ORGANISER:
            yield RowFault(
                entry.row,
                "group",
                text("{entry} is an organiser, who belongs to no group: leave it empty", entry=entry.name),
            )
        else:
            groups[entry.group].append(entry)
    still_free = {entry.role for entry in groups.pop("", [])}
    for name, members in groups.items():
        row = min((member.row for member in members if member.row), default=left.get(name, 0))
        for reason in [*_clashes(name, members), *(_gaps(name, members, still_free) if gaps else ())]:
            yield RowFault(row, "group", reason)


def _clashes(name: str, members: list[Entry]) -> Iterator[Text]:
    learners = sum(member.role is Role.LEARNER for member in members)
    tracks = [TRACK_WORDS[track] for track in Track if any(member.track is track for member in members)]
    if learners > MOST_LEARNERS:
        yield text(
            'group "{name}" has {learners} learners; {most_learners} at most',
            name=name,
            learners=learners,
            most_learners=MOST_LEARNERS,
        )
    if len(tracks) > 1:
        yield text('group "{name}" has people of two tracks, {tracks}', name=name, tracks=listed(tracks))


def _gaps(name: str, members: list[Entry], still_free: Collection[Role | None]) -> Iterator[Text]:
    """Someone of the course without a group, or whose role could not be read, may yet fill it."""
    there = {member.role for member in members}
    if not {Role.COACH, None} & {*there, *still_free}:
        yield text('group "{name}" has no coach', name=name)
    if not {Role.LEARNER, None} & {*there, *still_free}:
        yield text('group "{name}" has no learners: is its name written the same in every row?', name=name)
