"""Coming in and leaving: passwords for staff, personal links, signing out."""

import logging

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import NotAllowed, NotFound, RateLimited
from ..domain.text import Text, text
from ..services import people
from .identity import come_in, leave, own_path
from .language import speak_to
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("people", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Email and password."""
    wanted = own_path(request.values.get("next"))
    if request.method == "GET":
        return _form(wanted)
    email, password = request.form.get("email", "").strip()[:254], request.form.get("password", "")
    missing = {"email": text("Write your email address.")} if not email else {}
    missing |= {"password": text("Write your password.")} if not password else {}
    if missing:
        return _form(wanted, email, missing), 400
    try:
        person = people.sign_in(parts().store, parts().hasher, email, password)
    except (NotAllowed, RateLimited) as refusal:
        log.info("sign-in refused: %s", refusal.code)
        status = 429 if isinstance(refusal, RateLimited) else 403
        return _form(wanted, email, {"email": refusal.message}), status
    come_in(person)
    log.info("signed in by password: %s", person.id)
    return redirect(wanted or url_for("home.index"), 303)


def _form(wanted: str | None, email: str = "", errors: dict[str, Text] | None = None) -> str:
    return render_template("sign_in.html", errors=errors or {}, email=email, next=wanted)


@blueprint.get("/l/<token>")
def link(token: str) -> str:
    """Who the link is for. Looking uses nothing up, so a mail scanner may."""
    with parts().store.read() as uow:
        found = people.open_link(uow, token)
        speak_to(found.person.language or found.course.language)
        return render_template(
            "link.html", person=found.person.id, name=found.person.name, course=found.course.title, token=token
        )


@blueprint.post("/l/<token>", endpoint="redeem")
def redeem(token: str) -> ResponseReturnValue:
    """Signs in whoever the link is for."""
    try:
        person = parts().store.change(people.redeem, token)
    except NotFound:
        parts().store.change(people.refuse_link, token)
        raise
    come_in(person)
    log.info("signed in by link: %s", person.id)
    return redirect(url_for("home.index"), 303)


@blueprint.post("/sign-out")
@login_required
def sign_out() -> ResponseReturnValue:
    """Ends this browser's session and closes the person's sockets."""
    parts().store.change(people.sign_out, current_user.person_id)
    leave()
    return redirect(url_for("people.signed_out"), 303)


@blueprint.post("/sign-out-everywhere")
@login_required
def sign_out_everywhere() -> ResponseReturnValue:
    """Ends every session of the person."""
    parts().store.change(people.sign_out_everywhere, current_user.person_id)
    log.info("signed out everywhere: %s", current_user.person_id)
    leave()
    return redirect(url_for("people.signed_out"), 303)


@blueprint.get("/signed-out")
def signed_out() -> str:
    return render_template("signed_out.html")
