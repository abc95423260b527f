"""Refusals and failures as pages, or as JSON under /api. What went wrong inside stays in the log."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ..domain.errors import Refusal
from ..domain.text import Text, text
from .language import jsonify, said

log = logging.getLogger(__name__)

STATUS = {
    "invalid": 400,
    "not_signed_in": 401,
    "not_allowed": 403,
    "not_found": 404,
    "wrong_phase": 409,
    "stale": 409,
    "conflict": 409,
    "rate_limited": 429,
    "unavailable": 503,
}
CODES = {status: code for code, status in reversed(STATUS.items())}
TITLES = {
    400: text("That did not work"),
    403: text("Not allowed"),
    404: text("Not found"),
    405: text("Not possible here"),
    409: text("Something has changed"),
    413: text("Too large"),
    429: text("Too many tries"),
    500: text("Something went wrong here"),
    503: text("Not available just now"),
}
MESSAGES = {
    404: text("There is no such page, or it is not yours to see."),
    405: text("This address does not do that."),
    413: text("What you sent is larger than this page takes."),
    500: text("It has been noted. Try again; if it happens once more, tell your organiser."),
    503: text("The database does not answer. Try again in a moment."),
}


def register(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(
        CSRFError, lambda _: answer(400, text("The page was open too long. Go back, reload, try again."))
    )
    app.register_error_handler(OperationalError, database_failed)
    app.register_error_handler(HTTPException, http_failed)


def refused(refusal: Refusal) -> Response:
    return answer(STATUS[refusal.code], refusal.message, refusal.fields, code=refusal.code)


def http_failed(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect that is raised is an answer
    told = answer(error.code, MESSAGES.get(error.code) or Text(error.description or ""))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        told.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return told


def database_failed(error: Exception) -> Response:
    log.error("the database does not answer: %s", error.__class__.__name__)
    return answer(503, MESSAGES[503])


def answer(
    status: int, message: Text, fields: Mapping[str, list[Text]] | None = None, *, code: str | None = None
) -> Response:
    """The error page, or JSON for programs, with `code` if the status does not say which. The plainest page if that
    fails too, as without a database it may.
    """
    title = TITLES.get(status, TITLES[400])
    if request.path.startswith("/api/"):
        error: dict[str, Any] = {"code": code or CODES.get(status, "invalid"), "message": message}
        told = jsonify(error=error | ({"fields": fields} if fields else {}))
        told.status_code = status
        return told
    try:
        return Response(render_template("error.html", code=status, title=title, message=message), status)
    except Exception:
        log.exception("the error page failed")
        return Response(f"{said(title)}. {said(message)}\n", status, content_type="text/plain; charset=utf-8")
