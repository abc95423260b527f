"""What is not about one room: my rooms, who I am, and whether the server is well."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy import text

from ..services import home
from ..services.home import MyRoom
from .parts import parts

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@login_required
def index() -> str:
    """My rooms."""
    with parts().store.read() as uow:
        mine = home.rooms_of(uow, current_user.person_id)
    return render_template(
        "home.html", rooms=[shown(room) | {"title": room.title, "when": when(room)} for room in mine]
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
        uow.session.execute(text("select 1 from alembic_version")).one()
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


def when(room: MyRoom) -> str:
    """In the course's own time, as its programme says it."""
    zone = ZoneInfo(room.time_zone)
    starts, ends = room.starts_at.astimezone(zone), room.ends_at.astimezone(zone)
    return f"{starts:%A} {starts.day} {starts:%B}, {starts:%H:%M} to {ends:%H:%M} {ends:%Z}"
