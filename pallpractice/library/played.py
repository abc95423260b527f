"""Reads a day that has been played already, which the demo begins with: who did what in which round, and what came of
it. Names are people's first names. Whether there is such a person, beat or marker, those find out who play it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields

from ..domain.consent import Purpose
from ..domain.evidence import LICENCE_FIELDS
from ..domain.programme import Credit, Slot
from ..domain.roles import SessionKind, Skill
from .errors import LibraryErrors, quoted
from .fields import ByKey, Choice, Day, FileSchema, Many, Number, Part, Slug, Text, Whole, YesNo, faults
from .files import read as read_file
from .programme import Clock

Ratings = Mapping[str, tuple[int | None, ...]]  # by rater, in the order of the rubric's items; None: not observed


@dataclass(frozen=True, slots=True)
class Step:
    """At so many seconds of the encounter someone does something; `what` and `more` are that deed's own."""

    at_s: int
    who: str
    does: str
    what: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Reflection:
    """What someone wrote for themselves when the round was over."""

    by: str
    text: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A comment that the coach holds back."""

    of: str
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A rating that its rater corrects once it is out."""

    by: str
    entry: str
    rating: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlayedRound:
    """One round. `begins`: in minutes of the session. `opened`: its learner has read the report. `attested` and
    `another` are the coach's word on them.
    """

    group: str
    begins: int
    learner: str
    scenario: str
    actors: Mapping[str, str]
    goal: str
    watching: Mapping[str, tuple[str, ...]]
    encounter: tuple[Step, ...]
    ratings: Ratings
    comments: Mapping[str, Mapping[str, str]]
    next_step: str
    not_handed_in: tuple[str, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    held: Held | None = None
    corrected: Corrected | None = None
    opened: bool = False
    attested: str = ""
    another: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a group's agreement."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Circle:
    """What a group wrote: its agreement, its learners' goals for the course, its coach's note for the day after."""

    agreement: tuple[Line, ...]
    goals: Mapping[str, str]
    hand_over: str


@dataclass(frozen=True, slots=True)
class Stayed:
    """Someone who was not in a session from its beginning to its end: the minutes in which they were."""

    who: str
    session: str
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class Entered:
    """What an organiser entered instead of what was recorded."""

    who: str
    session: str
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Standard:
    """What the course asks for, set beforehand."""

    level: float
    least: float
    rounds: int


@dataclass(frozen=True, slots=True)
class PlayedDay:
    """All of it. The rounds were played in `session`, the circles met in the session with the key `startup`."""

    session: Slot
    startup: str
    standard: Standard
    groups: Mapping[str, Circle]
    rounds: tuple[PlayedRound, ...]
    presence: tuple[Stayed, ...]
    entered: tuple[Entered, ...]
    boards: Mapping[str, str]
    licences: Mapping[str, Mapping[str, str]]
    consents: Mapping[str, tuple[str, ...]]
    rated: Mapping[str, Ratings]  # by worked encounter


def _moment(said: str) -> int:
    """Minutes and seconds of the encounter, as "1:05", in seconds."""
    minutes, _, seconds = said.partition(":")
    if minutes.isdecimal() and seconds.isdecimal() and len(seconds) == 2 and int(seconds) < 60:
        return 60 * int(minutes) + int(seconds)
    raise ValidationError(f'{quoted(said)} is not a moment; write it as "1:05"')


class StepField(fields.Field[Step]):
    """A row: moment, who, what they do, and one or two words about it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Step:
        if not isinstance(value, list) or not 3 <= len(value) <= 5 or not all(isinstance(one, str) for one in value):
            raise ValidationError('must be a row as ["1:05", Olga, marks, named-feeling]')
        return Step(_moment(value[0]), *value[1:])


class Rated(Whole):
    """A rating, or ~ for not observed."""

    def __init__(self) -> None:
        super().__init__(0, 10)
        self.allow_none = True


class ReflectionSchema(FileSchema):
    makes = Reflection
    by = Text()
    text = Text(4000)
    shared = YesNo()


class HeldSchema(FileSchema):
    makes = Held
    of = Text()
    entry = Slug()
    reason = Text()


class CorrectedSchema(FileSchema):
    makes = Corrected
    by = Text()
    entry = Slug()
    rating = Whole(0, 10)
    reason = Text()


class RoundSchema(FileSchema):
    makes = PlayedRound
    group = Text()
    begins = Whole(0, 600)
    learner = Text()
    scenario = Slug()
    actors = ByKey(Slug(), Text())
    goal = Text(500)
    watching = ByKey(Text(), Many(Slug()))
    encounter = Many(StepField(), most=100)
    ratings = ByKey(Text(), Many(Rated()))
    comments = ByKey(Text(), ByKey(Slug(), Text()))
    next_step = Text(500)
    not_handed_in = Many(Text(), least=0)
    reflections = Many(Part(ReflectionSchema), least=0)
    held = Part(HeldSchema, required=False)
    corrected = Part(CorrectedSchema, required=False)
    opened = YesNo()
    attested = Text(500, required=False)
    another = Text(500, required=False)


class LineSchema(FileSchema):
    makes = Line
    by = Text()
    text = Text()


class CircleSchema(FileSchema):
    makes = Circle
    agreement = Many(Part(LineSchema))
    goals = ByKey(Text(), Text())
    hand_over = Text()


class StayedSchema(FileSchema):
    makes = Stayed
    who = Text()
    session = Slug()
    came = Whole(0, 1440)
    left = Whole(0, 1440)


class EnteredSchema(FileSchema):
    makes = Entered
    who = Text()
    session = Slug()
    minutes = Whole(0, 1440)
    reason = Text()


class StandardSchema(FileSchema):
    makes = Standard
    level = Number(1, 5)
    least = Number(1, 5)
    rounds = Whole(1, 10)


class SessionSchema(FileSchema):
    makes = Slot
    key = Slug()
    title = Text(200)
    kind = fields.Constant(SessionKind.PRACTICE)
    day = Day()
    starts = Clock()
    ends = Clock()
    skill = fields.Enum(Skill, by_value=True, required=True)
    credit = Many(fields.Enum(Credit, by_value=True), least=0)


class DaySchema(FileSchema):
    makes = PlayedDay
    session = Part(SessionSchema)
    startup = Slug()
    standard = Part(StandardSchema)
    groups = ByKey(Text(), Part(CircleSchema))
    rounds = Many(Part(RoundSchema))
    presence = Many(Part(StayedSchema), least=0)
    entered = Many(Part(EnteredSchema), least=0)
    boards = ByKey(Text(), Text())
    licences = ByKey(Text(), ByKey(Choice(LICENCE_FIELDS), Text()))
    consents = ByKey(Choice(tuple(Purpose)), Many(Text()))
    rated = ByKey(Slug(), ByKey(Text(), Many(Rated())))


def read(path: Path) -> PlayedDay:
    """The day in a file. Raises LibraryErrors with all that is wrong."""
    source = read_file(path)
    try:
        day: PlayedDay = DaySchema().load(source.tree)
    except ValidationError as error:
        told = [source.error(path, reason) for path, reason in faults(error.messages)]
        raise LibraryErrors([*source.errors, *told]) from None
    if source.errors:
        raise LibraryErrors(source.errors)
    return day
