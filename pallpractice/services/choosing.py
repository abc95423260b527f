"""What a room may play: the cases and rubrics its course has chosen, and who has declined which."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, bindparam, select

from ..domain import rotation
from ..domain.roles import Role
from ..domain.rubric import Rubric
from ..domain.scenario import Scenario
from ..library import Library
from ..storage.courses import Course
from ..storage.live import Record
from ..storage.plans import Absence, PlannedRound
from ..storage.scenarios import Preparation
from ..storage.unit_of_work import UnitOfWork

PlannedRow = Row[str | None, str, dict[str, str]]  # learner, scenario, parts
Declined = Mapping[str, frozenset[str]]  # scenario id -> people

_DECLINED = select(Preparation.scenario_id, Preparation.person_id).where(
    Preparation.course_id == bindparam("course"), Preparation.declined_at.is_not(None)
)
_PLANNED = (
    select(PlannedRound.learner_id, PlannedRound.scenario_id, PlannedRound.parts)
    .where(PlannedRound.session_id == bindparam("session"), PlannedRound.group_id == bindparam("group"))
    .order_by(PlannedRound.number)
)
_AWAY = select(Absence.person_id).where(Absence.session_id == bindparam("session"))


def uses(course: Course, scenario: Scenario) -> bool:
    """Does this course practise with this scenario?"""
    return course.scenario_ids is None or scenario.id in course.scenario_ids


def rubric_for(library: Library, course: Course, scenario: Scenario) -> Rubric:
    """The rubric this course rates the scenario with: its own choice for the skill, else the one the guide names."""
    chosen = library.rubrics.get((course.rubric_ids or {}).get(scenario.skill, ""))
    return chosen or library.rubric_for(scenario)


def scenarios_for(library: Library, record: Record) -> list[Scenario]:
    """The scenarios this room may use: of the session's skill; its own track first, and the gentlest first."""
    fitting = [
        scenario
        for scenario in library.scenarios.values()
        if scenario.skill == record.session.skill and uses(record.course, scenario)
    ]
    return sorted(fitting, key=lambda one: (one.track != record.group.track, one.intensity, one.id))


def declined(uow: UnitOfWork, course_id: str) -> Declined:
    """Who has declined which scenario of a course."""
    found: dict[str, frozenset[str]] = {}
    for scenario, person in uow.connection.execute(_DECLINED, {"course": course_id}):
        found[scenario] = found.get(scenario, frozenset()) | {person}
    return found


@dataclass(frozen=True, slots=True)
class Facts:
    """What the next round of a room depends on beside the room: its plan in the order of time, who will not, who can't.

    `declined` is the whole course's, by scenario; `away` are those who can't come to this session.
    """

    plan: Sequence[PlannedRow]
    declined: Declined
    away: frozenset[str]

    def unable(self, scenario: Scenario) -> frozenset[str]:
        """Who does not play this scenario in this session."""
        return self.declined.get(scenario.id, frozenset()) | self.away


NOTHING = Facts((), {}, frozenset())


def facts(uow: UnitOfWork, record: Record) -> Facts:
    """Read for every view and every start of a round."""
    where = {"session": record.room.session_id, "group": record.room.group_id}
    return Facts(
        plan=uow.connection.execute(_PLANNED, where).all(),
        declined=declined(uow, record.course.id),
        away=frozenset(uow.connection.execute(_AWAY, {"session": record.room.session_id}).scalars()),
    )


@dataclass(frozen=True, slots=True)
class Following:
    """What `round:start` does by itself: by the plan as far as it still holds, else by the rotation.

    `parts` are those the plan gives, character id to person id; the characters left are for who else is there.
    """

    learner: str | None
    scenario: Scenario | None
    parts: Mapping[str, str]


def following(library: Library, record: Record, known: Facts) -> Following:
    """The next round of a room. A planned learner who has moved, practised or can't come is passed over, with the
    round.
    """
    done = {row.learner_id for row in record.rounds} | known.away
    learners = rotation.learners(record.state)
    row = next((one for one in known.plan if one.learner_id in learners and one.learner_id not in done), None)
    learner = row.learner_id if row else rotation.next_learner(record.state, done)
    scenario = _planned_scenario(library, record, row.scenario_id) if row else None
    if scenario is None or row is None:
        by_itself = library.scenarios.get(next_scenario(library, record, known) or "")
        return Following(learner, by_itself, {})
    there = record.state.places.keys() - known.unable(scenario)
    return Following(learner, scenario, {part: who for part, who in row.parts.items() if who in there})


def _planned_scenario(library: Library, record: Record, scenario_id: str) -> Scenario | None:
    """The scenario, unless the group has seen it in this room or the course has stopped using it."""
    if scenario_id in {row.scenario_id for row in record.rounds}:
        return None
    return next((one for one in scenarios_for(library, record) if one.id == scenario_id), None)


def cast(record: Record, scenario: Scenario, parts: Mapping[str, str], unable: Collection[str]) -> dict[str, str]:
    """Who plays whom: `parts` first, and for the other characters the actors of the room who are not unable."""
    characters = {who.id for who in scenario.script.characters}
    given = {part: who for part, who in parts.items() if part in characters}
    left = [who.id for who in scenario.script.characters if who.id not in given]
    return {**given, **rotation.default_cast(record.state, left, absent={*unable, *given.values()})}


def next_scenario(library: Library, record: Record, known: Facts = NOTHING) -> str | None:
    """The scenario that comes next when the plan says none."""
    fitting = scenarios_for(library, record)
    own = [scenario for scenario in fitting if scenario.track == record.group.track] or fitting
    played = [row.scenario_id for row in record.rounds]
    actors = {person for person, place in record.state.places.items() if place.role is Role.ACTOR}
    candidates = [(one.id, rotation.uncast(len(one.script.characters), actors, known.unable(one))) for one in own]
    return rotation.next_scenario(candidates, played)
