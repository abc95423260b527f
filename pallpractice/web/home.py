"""What is not about one room: my rooms, who I am, and whether the server is well."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy import text as sql

from ..domain import meeting
from ..domain.roles import Seat
from ..domain.text import text
from ..schemas import forms
from ..services import courses, home, people
from ..services.feedback import missing, release
from ..services.home import MyRoom
from ..storage.courses import Person
from . import times
from .language import flash, jsonify, speak
from .parts import parts

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@login_required
def index() -> str:
    """My rooms and courses."""
    with parts().store.read() as uow:
        mine = home.rooms_of(uow, current_user.person_id)
        own_zone = uow.session.get_one(Person, current_user.person_id).time_zone
        programmes = courses.of_person(uow, current_user.person_id)
        owed = missing.of_person(uow, current_user.person_id)
        news = release.news(uow, current_user.person_id)
        waiting = release.waiting(uow, coach=current_user.person_id)
    rooms = [_card(rooms, own_zone) for rooms in _together(mine)]
    return render_template("home.html", rooms=rooms, courses=programmes, owed=owed, news=news, waiting=waiting)


def _together(mine: Iterable[MyRoom]) -> Iterable[list[MyRoom]]:
    """Each room on its own; those of a session that one would only visit together, where the first of them stands."""
    found: dict[str, list[MyRoom]] = {}
    for room in mine:
        found.setdefault(room.session_id if room.seat == Seat.ORGANISER else room.id, []).append(room)
    return found.values()


def _card(rooms: list[MyRoom], own_zone: str) -> dict[str, Any]:
    first = rooms[0]
    return {
        **shown(first),
        "title": first.title,
        "when": times.day_and_span(first.starts_at, first.ends_at, first.time_zone),
        "own": times.own_span(first.starts_at, first.ends_at, first.time_zone, own_zone),
        "of": first,
        "meeting": _meeting(first),
        "board": url_for("board.show", session_id=first.session_id) if first.seat == Seat.ORGANISER else None,
        "visits": [{"group": room.group, "url": url_for("rooms.show", room_id=room.id)} for room in rooms],
    }


def _meeting(room: MyRoom) -> dict[str, Any] | None:
    template = room.meeting_template or parts().settings.meeting_url_template
    if not template:
        return None
    address = meeting.address(template, session=room.session_key, group=room.group, room=room.id)
    return {"url": address, "name": meeting.name_of(address)}


@blueprint.route("/me", methods=["GET", "POST"], endpoint="me_page")
@login_required
def me_page() -> ResponseReturnValue:
    """One's own time zone, language and courses."""
    if request.method == "POST":
        form = forms.read(forms.MeForm(), request.form)
        parts().store.change(people.set_up, current_user.person_id, form["time_zone"], form["language"])
        speak(form["language"])
        flash(text("Saved."), "success")
        return redirect(url_for("home.me_page"), 303)
    with parts().store.read() as uow:
        person = uow.session.get_one(Person, current_user.person_id)
        mine = courses.of_person(uow, current_user.person_id)
    return render_template(
        "me.html", zones=times.zones(), own_zone=person.time_zone, own_language=person.language, courses=mine
    )


@blueprint.get("/api/v1/me")
@login_required
def me() -> ResponseReturnValue:
    """Who is signed in, and the rooms they may connect to."""
    with parts().store.read() as uow:
        mine = home.rooms_of(uow, current_user.person_id)
    person = {"id": current_user.person_id, "name": current_user.name}
    return jsonify(person=person, rooms=[shown(room) for room in mine])


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 when the database answers and has our tables, else 503."""
    with parts().store.read() as uow:
        uow.session.execute(sql("select 1 from alembic_version")).one()
    return jsonify(ok=True)


def shown(room: MyRoom) -> dict[str, Any]:
    return {
        "id": room.id,
        "url": url_for("rooms.show", room_id=room.id),
        "session": room.session,
        "group": room.group,
        "seat": room.seat,
        "phase": room.phase,
    }
