"""The page of a course's groups without a browser: what it weighs with twenty of them, and changes by hand."""

from typing import Any

import pytest
from sqlalchemy import select

from pallpractice.domain.roles import Role, Track
from pallpractice.storage.courses import Enrolment, Group, Person
from pallpractice.storage.unit_of_work import Store
from tests.conftest import PageClient, SavedCourse

GROUPS = "/courses/serious-talk/groups"
MOST_BYTES = 90_000


@pytest.fixture
def twenty(store: Store, course: SavedCourse) -> None:
    """Nineteen more groups of seven learners and a coach, and twenty people who are in none."""
    with store.write() as uow:
        for number in range(19):
            group = Group(course_id=course.course.id, name=f"Grove {number}", track=Track.ADULT)
            uow.session.add(group)
            uow.session.flush()
            for at in range(8):
                _enrol(uow, course, f"{number}-{at}", Role.COACH if at == 7 else Role.LEARNER, group.id)
        for at in range(20):
            _enrol(uow, course, f"free-{at}", Role.LEARNER, None)


def _enrol(uow: Any, course: SavedCourse, key: str, role: Role, group: str | None) -> None:
    person = Person(name=f"Alexandra {key}", email=f"{key}@example.org", profession="Oncology nurse practitioner")
    person.institution = "St Brigid’s University Hospital"
    uow.session.add(
        Enrolment(course_id=course.course.id, person=person, role=role, track=Track.ADULT, group_id=group, team="Ward")
    )


def named(store: Store, *names: str) -> list[Enrolment]:
    with store.read() as uow:
        rows = uow.session.scalars(select(Enrolment).join(Enrolment.person).where(Person.name.in_(names)))
        return list(rows.all())


def test_twenty_groups_make_no_heavy_page(oren: PageClient, twenty: None) -> None:
    page = oren.get(GROUPS)
    assert page.text.count('<section class="group-card"') == 20
    assert page.text.count('name="people"') == 3 + 2 + 19 * 8 + 20
    print(f"\n{len(page.data)} bytes")
    assert len(page.data) < MOST_BYTES


def test_several_are_moved_pinned_and_taken_out_at_once(oren: PageClient, store: Store, twenty: None) -> None:
    free = [row.person_id for row in named(store, "Alexandra free-0", "Alexandra free-1")]
    there = named(store, "Alexandra 7-0")[0].group_id
    moved = oren.submit(f"{GROUPS}/move", people=free, group="Grove 7")
    assert moved.status_code == 303
    assert moved.location.endswith(f"#at-{there}")
    rows = named(store, "Alexandra free-0", "Alexandra free-1")
    assert {(row.group_id, row.pinned) for row in rows} == {(there, True)}
    # The list to move to is in the same form as the buttons beside it.
    assert oren.submit(f"{GROUPS}/pin", people=free, pinned="no", group="Maple").status_code == 303
    assert oren.submit(f"{GROUPS}/take-out", people=free[:1], group="Maple").status_code == 303
    rows = named(store, "Alexandra free-0", "Alexandra free-1")
    assert sorted((row.group_id or "", row.pinned) for row in rows) == [("", False), (there, False)]


def test_nobody_ticked_and_nowhere_chosen_are_said(oren: PageClient, store: Store, course: SavedCourse) -> None:
    for path, sent, words in (
        ("move", {"group": "Maple"}, "Tick first whom you mean."),
        ("pin", {"pinned": "yes"}, "Tick first whom you mean."),
        ("move", {"people": [course.lena.id]}, "Choose where to move them."),
    ):
        answer = oren.submit(f"{GROUPS}/{path}", **sent)
        assert (answer.status_code, words in answer.text) == (400, True), answer.text
    assert oren.submit(f"{GROUPS}/move", people=[course.lena.id], group="Nowhere").status_code == 404
    assert named(store, "Lena")[0].group_id == course.group.id


def test_a_group_is_changed_on_a_page_of_its_own(oren: PageClient, store: Store, course: SavedCourse) -> None:
    one = f"{GROUPS}/{course.group.id}"
    assert "Remove Maple" not in oren.get(one).text, "there are people in it"
    assert oren.submit(f"{GROUPS}/rename", group=course.group.id, name="Acer").status_code == 303
    assert "<h1>Acer</h1>" in oren.get(one).text
    assert oren.submit(f"{GROUPS}/add", name="Oak").status_code == 303
    refused = oren.submit(f"{GROUPS}/rename", group=course.group.id, name="oak")
    assert refused.status_code == 400
    assert "There is a group called oak already." in refused.text
    assert "Back to the groups" in refused.text
    with store.read() as uow:
        oak = uow.session.scalars(select(Group).where(Group.name == "Oak")).one()
    assert "Remove Oak" in oren.get(f"{GROUPS}/{oak.id}").text
    assert oren.get(f"{GROUPS}/nowhere").status_code == 404
