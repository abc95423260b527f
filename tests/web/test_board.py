"""The board's page without scripts: the table, for whom, and the one thing to do where there are no rooms yet."""

from datetime import timedelta
from typing import Any

import pytest

from pallpractice.domain.roles import Role
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


def test_an_organisers_first_page_has_a_session_with_all_its_rooms_and_the_board_before_them(
    course: Any, add_group: Any, store: Store, clock: Any, client_as: Any
) -> None:
    add_group("Birch", {"Lara": Role.LEARNER, "Cole": Role.COACH})
    clock.now = course.session.starts_at
    oren = client_as(course.oren)
    oren.submit(f"/board/{course.session.id}/rooms")
    with store.read() as uow:
        rooms = {room.group.name: f"/rooms/{room.id}" for room in uow.session.query(Room)}
    page = oren.get("/").text
    assert page.count("<h2><a") == 1
    assert page.count(f'href="/board/{course.session.id}"') == 2  # its title, and the button
    assert "2 rooms" in page
    assert page.index(rooms["Birch"]) < page.index(rooms["Maple"])
    assert all(page.count(f'href="{url}"') == 1 for url in rooms.values())
    clock.now = course.session.ends_at + timedelta(hours=2)
    assert "2 earlier rooms" in oren.get("/").text
    lena = client_as(course.lena).get("/").text
    assert rooms["Maple"] in lena
    assert "/board/" not in lena
