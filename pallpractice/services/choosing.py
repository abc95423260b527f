"""What a room may play: the cases and rubrics its course has chosen, and who has declined which."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select

from ..domain import rotation
from ..domain.roles import Role
from ..domain.rubric import Rubric
from ..domain.scenario import Scenario
from ..library import Library
from ..storage.courses import Course
from ..storage.live import Record
from ..storage.scenarios import Preparation
from ..storage.unit_of_work import UnitOfWork

Declined = Mapping[str, frozenset[str]]  # scenario id -> people

_DECLINED = select(Preparation.scenario_id, Preparation.person_id).where(
    Preparation.course_id == bindparam("course"), Preparation.declined_at.is_not(None)
)


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


def next_scenario(library: Library, record: Record, refused: Declined) -> str | None:
    """The scenario `round:start` takes by itself."""
    fitting = scenarios_for(library, record)
    own = [scenario for scenario in fitting if scenario.track == record.group.track] or fitting
    played = [row.scenario_id for row in record.rounds]
    actors = {person for person, place in record.state.places.items() if place.role is Role.ACTOR}
    candidates = [
        (one.id, rotation.uncast(len(one.script.characters), actors, refused.get(one.id, frozenset()))) for one in own
    ]
    return rotation.next_scenario(candidates, played)
