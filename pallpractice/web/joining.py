"""Coming in by a room's code: the pages of whoever has no link, and the code as a picture and a poster.

Someone at the door has a cookie of their own that opens nothing else: no session, and no page but the one they wait on.
"""

import hmac
import io
import ipaddress
import logging
from typing import Any

import segno
from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import joining
from ..domain.errors import Invalid, NotFound, Refusal
from ..domain.text import Text, text
from ..schemas import forms
from ..services import access, guests
from ..services.guests import Answer, Asked
from ..storage.rooms import Room
from .errors import STATUS
from .identity import come_in
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("joining", __name__)


# --- at the door


@blueprint.route("/join", methods=["GET", "POST"], endpoint="code")
def ask_for_code() -> ResponseReturnValue:
    """The code, typed."""
    if request.method == "GET":
        return render_template("join/code.html")
    code = request.form.get("code", "")[:200]
    if not code.strip():
        return _wrong(text("Write the code of the room."), code, 400)
    tried = parts().store.change(guests.try_code, client(), code)
    if tried.room is None:
        return _not_opened(tried, code)
    return redirect(url_for("joining.name", code=tried.room.join_code), 303)


@blueprint.route("/join/<code>", methods=["GET", "POST"], endpoint="name")
def ask_for_name(code: str) -> ResponseReturnValue:
    """The name, for a room whose code is right: typed before, or in the address that the picture holds."""
    tried = parts().store.change(guests.try_code, client(), code[:200])
    if tried.room is None:
        return _not_opened(tried, code[:200])
    if request.method == "GET":
        return _inside(tried.room) or _name_form(tried.room, code)
    try:
        name = forms.read(forms.GuestForm(), request.form)["name"]
        token = parts().store.change(guests.ask, code, name)
    except Refusal as refusal:
        message = forms.GuestForm.SAYS if isinstance(refusal, Invalid) else refusal.message
        return _name_form(tried.room, code, message), STATUS[refusal.code]
    log.info("a guest asks to come in: room %s", tried.room.id)
    answer = redirect(url_for("joining.waiting"), 303)
    _keep(answer, token)
    return answer


def _not_opened(tried: guests.Tried, code: str) -> ResponseReturnValue:
    if tried.wait:
        log.info("codes are tried too fast")
        return _wrong(text("Too many tries. Wait {n} seconds, then try again.", n=round(tried.wait) + 1), code, 429)
    return _wrong(guests.NO_CODE, code, 404)


def _wrong(message: Text, code: str, status: int) -> ResponseReturnValue:
    return render_template("join/code.html", problem=message, code=code), status


def _inside(room: Room) -> ResponseReturnValue | None:
    """To the room, for whoever is signed in and has a place there: they need no one to let them in."""
    if not current_user.is_authenticated:
        return None
    try:
        with parts().store.read() as uow:
            access.check(uow, room.id, current_user.person_id)
    except NotFound:
        return None
    return redirect(url_for("rooms.show", room_id=room.id), 303)


def _name_form(room: Room, code: str, problem: str = "") -> str:
    return render_template(
        "join/name.html", room=room.name, code=code, problem=problem, name=request.form.get("name", "")[:200]
    )


@blueprint.get("/waiting", endpoint="waiting")
def wait() -> ResponseReturnValue:
    """The page on which someone waits; once they are let in, the way into the room."""
    asked = _asked()
    if asked is not None and asked.answer is Answer.ADMITTED:
        try:
            return _let_in()
        except NotFound:  # and removed since
            asked = None
    return render_template("join/waiting.html", asked=asked, answer=asked.answer if asked else Answer.GONE)


@blueprint.post("/waiting", endpoint="leave")
def leave() -> ResponseReturnValue:
    """Whoever waited does not want to come in any more."""
    token = request.cookies.get(cookie_name())
    if token and _asked() is not None:
        parts().store.change(guests.withdraw, token)
    answer = redirect(url_for("joining.code"), 303)
    _forget(answer)
    return answer


@blueprint.get("/api/v1/waiting", endpoint="state")
def state() -> ResponseReturnValue:
    """What the waiting page asks every few seconds."""
    asked = _asked()
    return jsonify(answer=asked.answer if asked else Answer.GONE)


def _asked() -> Asked | None:
    token = request.cookies.get(cookie_name(), "")
    try:
        with parts().store.read() as uow:
            return guests.asked(uow, token)
    except NotFound:
        return None


def _let_in() -> ResponseReturnValue:
    person, room_id = parts().store.change(guests.come_in, request.cookies.get(cookie_name(), ""))
    come_in(person)
    log.info("signed in as a guest: %s", person.id)
    answer = redirect(url_for("rooms.show", room_id=room_id), 303)
    _forget(answer)
    return answer


def cookie_name() -> str:
    return "__Host-guest" if parts().settings.secure else "guest"


def _cookie() -> dict[str, Any]:
    return {"path": "/", "secure": parts().settings.secure, "httponly": True, "samesite": "Lax"}


def _keep(answer: Any, token: str) -> None:
    answer.set_cookie(cookie_name(), token, max_age=2 * joining.WAITS, **_cookie())


def _forget(answer: Any) -> None:
    answer.delete_cookie(cookie_name(), **_cookie())


def client() -> str:
    """A name for where this request comes from that does not tell the address to whoever reads the database.

    A proxy on this machine says who asked it; anyone else's word for that is not taken. Of an IPv6 address the half
    that is a household's counts: the other half is theirs to choose.
    """
    address = request.remote_addr or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if forwarded and _parsed(address) is not None and ipaddress.ip_address(address).is_loopback:
        address = forwarded if _parsed(forwarded) is not None else address
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        address = str(ipaddress.ip_network((parsed, 64), strict=False))
    return hmac.new(parts().settings.secret_key.encode(), address.encode(), "sha256").hexdigest()


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


# --- inside, for those who look after the room


@blueprint.get("/rooms/<room_id>/code.svg", endpoint="picture")
@login_required
def picture(room_id: str) -> ResponseReturnValue:
    """The room's address by its code as a QR picture, dark on light in either colour scheme."""
    room = _with_code(room_id)
    drawn = io.BytesIO()
    segno.make(address(room), error="m").save(
        drawn, kind="svg", xmldecl=False, omitsize=True, border=4, dark="#16262b", light="#ffffff"
    )
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.get("/rooms/<room_id>/poster", endpoint="poster")
@login_required
def poster(room_id: str) -> str:
    """A sheet to put up or to show: the code, its picture and the address."""
    room = _with_code(room_id)
    site = parts().settings.base_url.partition("://")[2]
    return render_template("join/poster.html", room=room, code=joining.shown(room.join_code or ""), site=site)


def _with_code(room_id: str) -> Room:
    with parts().store.read() as uow:
        return guests.with_code(uow, room_id, current_user.person_id)


def address(room: Room) -> str:
    return f"{parts().settings.base_url}/join/{room.join_code}"
