"""Who agreed that their ratings go to research. Without a word of theirs, nobody has."""

from sqlalchemy import column, inspect, select, table

from ...storage.courses import Course
from ...storage.unit_of_work import UnitOfWork

_CONSENTS = table("consents", column("person_id"), column("course_id"), column("purpose"), column("withdrawn_at"))


def to_research(uow: UnitOfWork, course: Course) -> set[str]:
    """The people of the course whose consent to research stands."""
    if not inspect(uow.connection).has_table(_CONSENTS.name):
        return set()
    found = select(_CONSENTS.c.person_id).where(
        _CONSENTS.c.course_id == course.id, _CONSENTS.c.purpose == "research", _CONSENTS.c.withdrawn_at.is_(None)
    )
    return set(uow.session.scalars(found))
