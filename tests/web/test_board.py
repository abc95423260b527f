"""The board's page without scripts: the table, for whom, and the one thing to do where there are no rooms yet."""

from typing import Any

import pytest

from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store


def test_before_there_are_rooms_the_organiser_makes_them(store: Store, course: Any, client_as: Any) -> None:
    path = f"/board/{course.session.id}"
    oren, cleo = client_as(course.oren), client_as(course.cleo)
    assert "There are no rooms yet" in oren.get(path).text
    assert "Make the rooms" not in cleo.get(path).text
    assert cleo.submit(f"{path}/rooms").status_code == 404
    with store.read() as uow:
        assert uow.session.query(Room).count() == 0
    made = oren.submit(f"{path}/rooms")
    assert (made.status_code, made.location) == (303, path)
    page = oren.get(path).text
    assert "1 room made." in page
    assert "Maple" in page
    assert "There are no rooms yet" not in page
    oren.submit(f"{path}/rooms")
    assert "has its room already" in oren.get(path).text


def test_a_coach_gets_a_table_without_what_is_the_organisers(store: Store, course: Any, client_as: Any) -> None:
    path = f"/board/{course.session.id}"
    client_as(course.oren).submit(f"{path}/rooms")
    page = client_as(course.cleo).get(path).text
    assert "Maple" in page
    assert "Forms in" not in page
    assert "/rooms/" not in page


@pytest.mark.parametrize(("who", "linked"), [("oren", True), ("cleo", True), ("lena", False), ("sam", False)])
def test_the_programme_links_to_it(course: Any, client_as: Any, who: str, linked: bool) -> None:
    page = client_as(getattr(course, who)).get("/courses/serious-talk").text
    assert (f"/board/{course.session.id}" in page) is linked
