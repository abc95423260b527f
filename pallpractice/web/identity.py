"""Who is asking. The cookie holds `<person id>.<epoch>`: raising a person's epoch ends every session made before."""

from typing import Any

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, login_user, logout_user

from ..domain.text import text
from ..services import people
from ..storage.courses import Person
from .language import CHOSEN, jsonify
from .parts import parts


class User(UserMixin):  # type: ignore[misc]
    """The person of this request."""

    def __init__(self, person: Person) -> None:
        self.person_id = person.id
        self.name = person.name
        self.epoch = person.session_epoch
        self.language = person.language

    def get_id(self) -> str:
        return f"{self.person_id}.{self.epoch}"


def register(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # it would tie people to one network address; wards and phones change it
    manager.user_loader(load)
    manager.unauthorized_handler(ask_to_sign_in)


def load(user_id: str) -> User | None:
    """The person, if the session has not been ended since."""
    person_id, _, epoch = user_id.partition(".")
    with parts().store.read() as uow:
        person = uow.session.get(Person, person_id)
    if person is None or not person.active or str(person.session_epoch) != epoch:
        return None
    return User(person)


def come_in(person: Person) -> None:
    """Starts a session for the person; of what was before only the language they chose stays, and is theirs now."""
    chosen = session.get(CHOSEN)
    session.clear()
    if chosen:
        parts().store.change(people.set_language, person.id, chosen)
    login_user(User(person))


def leave() -> None:
    logout_user()
    session.clear()


def ask_to_sign_in() -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        error: dict[str, Any] = {"code": "not_signed_in", "message": text("Sign in, or open your personal link.")}
        return jsonify(error=error), 401
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.sign_in", next=wanted if wanted != "/" else None))


def own_path(text: str | None) -> str | None:
    """The path if it leads to a page of ours, else None: a link must not send people elsewhere after signing in."""
    if not text or not text.startswith("/") or text[1:2] in ("/", "\\") or not text.isprintable():
        return None
    return text
