"""The room page, for practice or for a circle: the first view comes with it, the rest over the socket."""

from flask import Blueprint, render_template
from flask_login import current_user, login_required

from ..domain.roles import CIRCLES
from ..services import access, views
from .parts import parts

blueprint = Blueprint("rooms", __name__)


@blueprint.get("/rooms/<room_id>")
@login_required
def show(room_id: str) -> str:
    """The page of a room for whoever has a place in it."""
    house, person = parts(), current_user.person_id
    with house.store.read() as uow:
        record, seat = access.room(uow, room_id, person)
        contents = views.read(
            uow, house.library, record, house.present(room_id), meeting_url=house.settings.meeting_url_template
        )
        data = {
            "room": room_id,
            "person": person,
            "view": views.room_view(contents, seat),
            "mine": views.mine_view(contents, person, seat),
        }
    template = "circle.html" if record.state.kind in CIRCLES else "room.html"
    return render_template(template, data=data, group_id=record.group.id)
