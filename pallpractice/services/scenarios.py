"""The case library as one person may read it. A reading is built up from the parts they may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from sqlalchemy import bindparam, func, select

from ..domain import picture
from ..domain.errors import NotFound
from ..domain.reading import Met, Part, Tie, parts
from ..domain.roles import Role
from ..domain.scenario import Brief, Guide, Reference, Scenario, Script
from ..domain.text import text
from ..library import Library
from ..storage.courses import Course, Enrolment, Session
from ..storage.rooms import RoundRow, SeatRow
from ..storage.unit_of_work import UnitOfWork
from . import choosing

NO_SCENARIO = text("There is no such scenario, or it is not yours to read.")


@dataclass(frozen=True, slots=True)
class About:
    """What anyone who may know of a scenario reads of it. `characters` is how many are played."""

    id: str
    version: int
    title: str
    skill: str
    track: str
    framework: str
    professions: tuple[str, ...]
    setting: str
    minutes: int
    intensity: int
    characters: int
    warnings: tuple[str, ...]
    authors: tuple[str, ...]
    licence: str
    reviewed: date | None


@dataclass(frozen=True, slots=True)
class Teaching:
    """The coach's side of a scenario: the guide, and what it is to teach."""

    guide: Guide
    rubric: str
    objectives: tuple[str, ...]
    competencies: tuple[str, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A scenario as one reader may read it; a part that is not for them is None."""

    about: About
    brief: Brief | None = None
    script: Script | None = None
    teaching: Teaching | None = None
    beats: picture.BeatsPicture | None = None
    emotion: picture.EmotionPicture | None = None
    courses: tuple[str, ...] = ()  # titles of the reader's courses that use it


@dataclass(slots=True)
class Reader:
    """A person's courses and rounds, as far as they bear on what they may read."""

    person: str
    courses: list[tuple[Course, Role, bool]]  # each with their role in it, and whether it is over
    met: Mapping[str, Met] = field(default_factory=dict)

    def parts(self, scenario: Scenario) -> frozenset[Part]:
        ties = [Tie(role, choosing.uses(course, scenario), over) for course, role, over in self.courses]
        return parts(ties, self.met.get(scenario.id, Met()))

    def organises(self) -> list[Course]:
        """The courses this person organises."""
        return [course for course, role, _ in self.courses if role is Role.ORGANISER]

    def plays_in(self, scenario: Scenario) -> list[Course]:
        """The courses, not over, in which this person is an actor and the scenario is played."""
        return [
            course
            for course, role, over in self.courses
            if role is Role.ACTOR and not over and choosing.uses(course, scenario)
        ]


_COURSES = (
    select(Enrolment, func.max(Session.ends_at))
    .outerjoin(Session, Session.course_id == Enrolment.course_id)
    .where(Enrolment.person_id == bindparam("person"), Enrolment.removed_at.is_(None))
    .group_by(Enrolment.id)
)
_ROUNDS = (
    select(RoundRow.scenario_id, RoundRow.closed_at)
    .join(SeatRow, SeatRow.room_id == RoundRow.room_id)
    .where(SeatRow.person_id == bindparam("person"))
)


def reader(uow: UnitOfWork, person: str) -> Reader:
    """What there is to know of a person as a reader of the library."""
    found = uow.session.execute(_COURSES, {"person": person}).all()
    ids = [enrolment.course_id for enrolment, _ in found]
    courses = {course.id: course for course in uow.session.scalars(select(Course).where(Course.id.in_(ids)))}
    known = [(courses[one.course_id], Role(one.role), _over(ends, uow.now)) for one, ends in found]
    return Reader(person, sorted(known, key=lambda each: each[0].title), _met(uow, person))


def _over(ends: datetime | None, now: datetime) -> bool:
    return ends is not None and ends < now


def _met(uow: UnitOfWork, person: str) -> dict[str, Met]:
    rounds: dict[str, list[bool]] = {}
    for scenario, closed_at in uow.session.execute(_ROUNDS, {"person": person}):
        rounds.setdefault(scenario, []).append(closed_at is not None)
    return {scenario: Met(True, any(closed), not all(closed)) for scenario, closed in rounds.items()}


def find(library: Library, who: Reader, scenario_id: str, *needs: Part) -> Reading:
    """The scenario as this reader may read it. Raises NotFound if they may not read it, or not all that is needed."""
    scenario = library.scenarios.get(scenario_id)
    allowed = who.parts(scenario) if scenario else frozenset()
    if scenario is None or not {Part.ABOUT, *needs} <= allowed:
        raise NotFound(NO_SCENARIO)
    return _reading(scenario, who, allowed)


def readable(library: Library, who: Reader) -> list[About]:
    """All that this reader may know of: by skill and track, the gentlest first."""
    found = [one for one in library.scenarios.values() if Part.ABOUT in who.parts(one)]
    return [_about(one) for one in sorted(found, key=lambda one: (one.skill, one.track, one.intensity, one.title))]


def _reading(scenario: Scenario, who: Reader, allowed: frozenset[Part]) -> Reading:
    plays = Part.SCRIPT in allowed
    return Reading(
        about=_about(scenario),
        brief=scenario.brief if Part.BRIEF in allowed else None,
        script=scenario.script if plays else None,
        teaching=_teaching(scenario) if Part.GUIDE in allowed else None,
        beats=picture.of_beats(scenario) if plays else None,
        emotion=picture.of_emotion(scenario) if plays else None,
        courses=tuple(course.title for course, _, over in who.courses if not over and choosing.uses(course, scenario)),
    )


def _about(scenario: Scenario) -> About:
    same = {entry.name: getattr(scenario, entry.name) for entry in fields(About) if entry.name != "characters"}
    return About(**same, characters=len(scenario.script.characters))


def _teaching(scenario: Scenario) -> Teaching:
    return Teaching(
        guide=scenario.guide,
        rubric=scenario.guide.rubric,
        objectives=scenario.objectives,
        competencies=scenario.competencies,
        references=scenario.references,
    )
