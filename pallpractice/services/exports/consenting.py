"""Who agreed that their ratings go to research. Without a word of theirs, nobody has."""

from ...domain.consent import Purpose
from ...storage.courses import Course
from ...storage.unit_of_work import UnitOfWork
from .. import consents


def to_research(uow: UnitOfWork, course: Course) -> set[str]:
    """The people of the course whose consent to research stands."""
    return {person for person, given in consents.everyone(uow, course.id).items() if Purpose.RESEARCH in given}
