"""Who is let in to /api/v1: a program with a token in its header, for that course, not too often. No cookie counts."""

import time
from typing import Any

from flask import Response, current_app, g, request

from ...domain.errors import NotAllowed, NotFound, RateLimited
from ...domain.text import text
from ...domain.tokens import Pace, Paces, Scope
from ...services import tokens
from ...services.tokens import Bearer
from ..errors import answer
from ..joining import client
from ..parts import parts

READING = ("GET", "HEAD", "OPTIONS")
OF_A_TOKEN = Pace(at_once=120, each_second=4)
OF_A_STRANGER = Pace(at_once=30, each_second=0.5)  # requests without a good token, by where they come from
NO_TOKEN = text("Send a token that is good for this course: Authorization: Bearer ...")
TOO_FAST = "pallpractice.paces"


def prepare(state: Any) -> None:
    """Each process counts by itself."""
    state.app.extensions[TOO_FAST] = {"token": Paces(OF_A_TOKEN), "stranger": Paces(OF_A_STRANGER)}


def come_in() -> Response | None:
    """Before every request. Without a good token: 401, the same whatever is wrong with it, and never to a cookie."""
    known = _bearer()
    if known is None:
        _slow_down("stranger", client())
        refusal = answer(401, NO_TOKEN)
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="pallpractice"'
        return refusal
    _slow_down("token", known.token_id)
    if (request.view_args or {}).get("slug") != known.slug:
        raise NotFound(text("There is no such course, or this token is not for it."))
    if request.method not in READING and known.scope is not Scope.WRITE:
        raise NotAllowed(text("This token may only read."))
    g.bearer = known
    return None


def bearer() -> Bearer:
    """Whose program this is."""
    known: Bearer = g.bearer
    return known


def _bearer() -> Bearer | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    with parts().store.read() as uow:
        known = tokens.bearer(uow, token.strip())
    if known and known.unseen:
        parts().store.change(tokens.seen, known.token_id)
    return known


def _slow_down(kind: str, who: str) -> None:
    pause = current_app.extensions[TOO_FAST][kind].wait(who, time.monotonic())
    if pause:
        raise RateLimited(text("Too many requests. Wait {n} seconds, then go on.", n=int(pause) + 1))
