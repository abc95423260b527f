"""In which language a page is, and that all of it is: headings, refusals, forms, dates, letters."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask, render_template_string

from pallpractice.library import languages
from pallpractice.services import people, seating
from pallpractice.storage.courses import Course, Person
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store, UnitOfWork
from pallpractice.web import language
from tests.conftest import Days, PageClient, SavedCourse

ClientAs = Callable[[Person | None], PageClient]
SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


def choose(store: Store, person: Person, language: str) -> None:
    store.change(people.set_language, person.id, language)


def test_a_page_is_in_the_browsers_language(client_as: ClientAs) -> None:
    page = client_as(None).get("/sign-in", headers=SPANISH)
    assert '<html lang="es-MX" dir="ltr"' in page.text
    assert "<h1>Iniciar sesión</h1>" in page.text
    assert page.headers["Content-Language"] == "es-MX"
    assert {"Cookie", "Accept-Language"} <= set(page.vary)


def test_a_language_we_have_not_is_english(client_as: ClientAs) -> None:
    page = client_as(None).get("/sign-in", headers={"Accept-Language": "de, fr;q=0.8"})
    assert '<html lang="en-GB" dir="ltr">' in page.text
    assert "<h1>Sign in</h1>" in page.text
    assert page.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("header", "chosen", "tag", "shown"),
    [
        ("", "en", "en-GB", ("Thursday 14 May 2026", "11:15 to 13:00 EDT")),
        ("en-GB", "en", "en-GB", ("Thursday 14 May 2026", "11:15 to 13:00 EDT")),
        ("de, en-GB;q=0.8, en-US;q=0.7", "en", "en-GB", ("Thursday 14 May 2026", "11:15 to 13:00 EDT")),
        ("en-US, en;q=0.9", "en", "en-US", ("Thursday, May 14, 2026", "11:15 AM to 1:00 PM EDT")),
        ("en-XX", "en", "en-GB", ("Thursday 14 May 2026", "11:15 to 13:00 EDT")),
        ("es-ES", "es", "es-ES", ("jueves, 14 de mayo de 2026", "11:15 a 13:00 EDT")),
        ("en-US, es-MX;q=0.5", "es", "es-MX", ("jueves, 14 de mayo de 2026", "11:15 a.m. a 1:00 p.m. EDT")),
        ("en-US", "es", "es", ("jueves, 14 de mayo de 2026", "11:15 a 13:00 EDT")),
    ],
)
def test_dates_and_hours_are_written_as_in_the_browsers_region(
    client_as: ClientAs, store: Store, course: SavedCourse, header: str, chosen: str, tag: str, shown: tuple[str, str]
) -> None:
    choose(store, course.lena, chosen)
    page = client_as(course.lena).get("/courses/serious-talk", headers={"Accept-Language": header}).text
    assert f'<html lang="{tag}"' in page
    for words in shown:
        assert words in re.sub(r"[\u00a0\u202f]", " ", page)


def test_english_pages_load_no_catalogue_and_no_words(
    client_as: ClientAs, course: SavedCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(code: str) -> None:
        raise AssertionError(f"{code} was read")

    monkeypatch.setattr(languages, "_read", fail)
    for path in ("/", "/me", "/scenarios"):
        page = client_as(course.lena).get(path)
        assert page.status_code == 200
        assert "/words/" not in page.text


def test_what_the_person_chose_goes_before_the_browsers(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    choose(store, course.lena, "es")
    assert "Mis salas" in client_as(course.lena).get("/").text
    choose(store, course.lena, "en")
    assert "My rooms" in client_as(course.lena).get("/", headers=SPANISH).text


def test_it_is_chosen_on_ones_own_page_and_said_at_once(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    lena = client_as(course.lena)
    assert lena.submit("/me", time_zone="", language="es").status_code == 303
    page = lena.get("/me").text
    assert "Guardado." in page
    assert re.search(r'<option value="es" lang="es" selected>Español</option>', page)
    assert lena.submit("/me", time_zone="", language="xx").status_code == 400
    with store.read() as uow:
        assert uow.session.get_one(Person, course.lena.id).language == "es"


def test_a_choice_made_before_signing_in_becomes_the_persons(
    client_as: ClientAs, store: Store, course: SavedCourse
) -> None:
    client = client_as(None)
    assert client.submit("/language", language="es", next="/join").headers["Location"] == "/join"
    assert "¿Cuál es el código de la sala?" in client.get("/join").text
    link = next(one for one in store.change(people.issue_links, course.course, "", 14) if one.name == "Lena")
    client.submit(link.url)
    with store.read() as uow:
        assert uow.session.get_one(Person, course.lena.id).language == "es"
        assert uow.session.get_one(Person, course.olga.id).language == ""


def test_the_choice_leads_nowhere_else(client_as: ClientAs) -> None:
    assert client_as(None).submit("/language", language="es", next="//evil.example").headers["Location"] == "/"
    client = client_as(None)
    client.submit("/language", language="../etc", next="/sign-in")
    assert '<html lang="en-GB"' in client.get("/sign-in").text


def test_a_personal_link_speaks_to_whom_it_is_for(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    choose(store, course.lena, "es")
    links = {one.name: one.url for one in store.change(people.issue_links, course.course, "", 14)}
    assert "Le damos la bienvenida, Lena" in client_as(None).get(links["Lena"]).text
    assert "Welcome, Olga" in client_as(None).get(links["Olga"]).text


def test_refusals_and_errors_are_in_the_readers_language(
    client_as: ClientAs, store: Store, course: SavedCourse
) -> None:
    choose(store, course.lena, "es")
    lena = client_as(course.lena)
    assert "No existe ese curso, o usted no está en él." in lena.get("/courses/nowhere").text
    assert "<h1>No se encontró</h1>" in lena.get("/nothing-here").text
    answer = client_as(None).get("/api/v1/me", headers=SPANISH).get_json()
    assert answer["error"] == {"code": "not_signed_in", "message": "Inicie sesión, o abra su enlace personal."}


def test_what_is_wrong_in_a_form_is_too(client_as: ClientAs) -> None:
    client = client_as(None)
    client.submit("/language", language="es", next="/sign-in")
    page = client.submit("/sign-in", email="", password="").text
    assert "Escriba su dirección de correo electrónico." in page
    answer = client.get("/courses/serious-talk/groups?x=1")
    assert answer.status_code == 302


def test_fields_are_refused_in_the_readers_language(client_as: ClientAs, store: Store, course: SavedCourse) -> None:
    choose(store, course.oren, "es")
    page = client_as(course.oren).get("/courses/serious-talk/people?role=king&words=" + "x" * 200)
    assert page.status_code == 400
    assert "Esto no se puede leer." in page.text
    assert "La longitud debe estar entre 1 y 100." in page.text
    assert "Debe ser uno de estos: learner, actor, coach, organiser." in page.text


def test_dates_and_times_are_the_languages_and_the_zones(
    client_as: ClientAs, store: Store, course: SavedCourse
) -> None:
    choose(store, course.lena, "es")
    page = client_as(course.lena).get("/courses/serious-talk").text
    assert re.search(r"<h2[^>]*>\w+, \d+ de mayo de 2026", page), page
    assert re.search(r"de \d\d:\d\d a \d\d:\d\d [A-Z]{3,4}", page)


def test_every_page_of_an_organiser_opens_in_spanish(
    client_as: ClientAs, app: Flask, store: Store, course: SavedCourse
) -> None:
    choose(store, course.oren, "es")
    oren = client_as(course.oren)
    base = "/courses/serious-talk"
    for path in ("", "/scenarios", "/people", "/people/add", "/people/upload", "/groups", "/plan", "/plan/people"):
        page = oren.get(base + path)
        assert page.status_code == 200, path
        assert '<html lang="es"' in page.text, path
    for path in ("/plan/casting", "/invitations"):
        assert oren.get(base + path).status_code == 200, path
    assert oren.get(base + "/plan/sheet.csv").text.startswith("fecha,empieza,termina")


def test_the_scripts_words_come_from_a_file_kept_for_good(client_as: ClientAs) -> None:
    client = client_as(None)
    page = client.get("/sign-in", headers=SPANISH).text
    found = re.search(r'data-words="([^"]+)"', page)
    assert found
    answer = client.get(found[1], headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    words = json.loads(languages.language("es").for_browser)  # type: ignore[union-attr]
    assert words["words"]["The clock is stopped."] == "El reloj está detenido."
    assert words["plurals"] == {"one": 0, "many": 1, "other": 1}
    assert "Programme of %(course)s" not in words["words"]
    assert client.get(found[1].replace("es.json", "xx.json")).status_code == 404


def test_what_a_page_gives_its_scripts_is_in_the_readers_language(
    client_as: ClientAs, store: Store, course: SavedCourse, days: Days
) -> None:
    store.change(lambda uow: seating.place(uow, course.course))
    with store.read() as uow:
        room = uow.session.query(Room).filter_by(session_id=days.first.id).one().id
    for headers, words in ((SPANISH, "Su nombre, y"), ({}, "Your name, and")):
        page = client_as(course.lena).get(f"/rooms/{room}", headers=headers).text
        data = json.loads(page.split('id="room-data">')[1].split("</script>")[0])
        assert data["view"]["introductions"][0].startswith(words)


def test_letters_are_in_their_readers_language(store: Store, course: SavedCourse) -> None:
    from pallpractice.domain.invitations import Kind, Message
    from pallpractice.domain.mail import Sender
    from pallpractice.services.invitations import attending, letters

    choose(store, course.lena, "es")

    def written(uow: UnitOfWork, email: str) -> letters.Letter:
        row = uow.session.get_one(Course, course.course.id)
        person = next(one for one in (course.lena, course.olga) if one.email == email)
        (known,) = attending.everyone(uow, row, [person.id])
        about = attending.about(row, "https://practice.example.org")
        message = Message(Kind.INVITATION, tuple(known.member.events))
        return letters.write("x", message, known.to, about, "https://x/l/y", Sender("C", "c@example.org"), uow.now)

    with store.read() as uow:
        lena, olga = written(uow, "lena@example.org"), written(uow, "olga@example.org")
        assert "Hola, Lena:" in lena.text
        assert "en calidad de participante" in lena.text
        assert '<html lang="es">' in lena.html
        assert "Dear Olga," in olga.text
    store.change(lambda uow: setattr(uow.session.get_one(Course, course.course.id), "language", "es"))
    with store.read() as uow:
        assert "Hola, Olga:" in written(uow, "olga@example.org").text


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("en-US", "3.50 3.5 4 −0.2"),
        ("es-MX", "3.50 3.5 4 −0.2"),
        ("es-ES", "3,50 3,5 4 −0,2"),
        ("es", "3,50 3,5 4 −0,2"),
        ("", "3.50 3.5 4 −0.2"),
    ],
)
def test_numbers_have_the_comma_or_point_of_the_browsers_region(app: Flask, header: str, shown: str) -> None:
    template = "{{ 3.5|number(2, 2) }} {{ 3.5|number }} {{ 4.0|number }} {{ (-0.2)|number(0, 2) }}"
    with app.test_request_context(headers={"Accept-Language": header}):
        assert render_template_string(template) == shown


def test_what_is_said_live_goes_by_the_language_without_its_region(app: Flask) -> None:
    with app.test_request_context(headers=SPANISH):
        assert (language.preferred(), language.chosen()) == ("es_MX", "es")
        assert languages.language(language.chosen()), "it has words for it"
