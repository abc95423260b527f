"""What the tests of pages share: signed-in clients, someone in another's course, a guest, the links on a page."""

import re
from collections.abc import Callable

import pytest

from pallpractice.domain import joining
from pallpractice.domain.roles import Role
from pallpractice.services import guests
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.unit_of_work import Store
from tests.conftest import PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
Elsewhere = Callable[[Person, Role], Course]
TOKEN = re.compile(r"/l/([\w-]{43})")


@pytest.fixture
def oren(client_as: ClientAs, course: SavedCourse) -> PageClient:
    """The organiser's browser."""
    return client_as(course.oren)


@pytest.fixture
def elsewhere(store: Store) -> Elsewhere:
    """`elsewhere(person, role)` puts them into another course, which Oren has nothing to do with; returns it."""

    def enrol(person: Person, role: Role) -> Course:
        with store.write() as uow:
            other = Course(slug="other", title="Other", time_zone="UTC")
            uow.session.add(other)
            uow.session.flush()
            uow.session.add(Enrolment(course_id=other.id, person_id=person.id, role=role))
        return other

    return enrol


@pytest.fixture
def ada(store: Store, course: SavedCourse) -> Person:
    """A guest: let in by a room's code."""
    with store.write() as uow:
        ada = Person(name="Ada", email=joining.made_up_address("ada"))
        uow.session.add(ada)
        uow.session.flush()
        uow.session.add(
            Enrolment(
                course_id=course.course.id,
                person_id=ada.id,
                role=Role.LEARNER,
                team=guests.TEAM,
                position=len(course.cast),
            )
        )
    return ada
