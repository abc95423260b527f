"""On the wire too everyone is told in their own language, and a room of several languages is one room."""

from typing import Any

from pallpractice.services import people


def test_refusals_come_in_the_language_of_who_is_refused(house: Any) -> None:
    house.store.change(people.set_language, house.course.lena.id, "es")
    clients = house.join("Lena", "Olga")
    lena = clients["Lena"].do("encounter:begin")["error"]
    assert lena["code"] == "not_allowed"
    assert lena["message"].startswith("Desde el lugar de ")
    olga = clients["Olga"].do("encounter:begin")["error"]
    assert olga["message"] == "The observer can't do that."


def test_who_has_chosen_none_is_told_in_the_browsers_whatever_its_region(house: Any) -> None:
    lena = house.client("Lena")
    lena.headers["Accept-Language"] = "es-MX,es;q=0.9,en;q=0.5"
    lena.connect()
    assert lena.do("encounter:begin")["error"]["message"].startswith("Desde el lugar de ")


def test_one_room_is_shown_to_each_in_their_language(house: Any) -> None:
    house.store.change(people.set_language, house.course.olga.id, "es")
    house.store.change(people.set_language, house.course.cleo.id, "es")
    clients = house.join("Cleo", "Olga", "Omar")
    clients["Cleo"].ok("round:start")
    titles = {"Palabras exactas", "Emoción y silencio", "Ritmo y comprobaciones", "Sin palabras"}
    for name in ("Olga", "Omar"):
        clients[name].wait_phase("briefing")
        clients[name].wait(lambda name=name: clients[name].mine.get("job") is not None)
    assert clients["Olga"].mine["job"]["title"] in titles
    assert clients["Omar"].mine["job"]["title"] not in titles
