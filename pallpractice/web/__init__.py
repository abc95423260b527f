"""The pages: parse, one verb, render. Nothing here knows the sockets."""

from datetime import timedelta

from flask import Flask

from .parts import Parts


def register(app: Flask, parts: Parts) -> None:
    """Puts the pages, and what guards them, into the application."""
    from . import (
        assets,
        board,
        calibration,
        cards,
        circles,
        courses,
        credit,
        credit_office,
        errors,
        evidence,
        evidence_pack,
        exports,
        groups,
        guards,
        home,
        identity,
        invitations,
        joining,
        language,
        meetings,
        mine,
        my_credit,
        people,
        plan,
        portfolio,
        programme,
        rating,
        release,
        reports,
        rooms,
        roster,
        rubrics,
        scenarios,
        tokens,
    )

    _configure(app, parts)
    app.extensions["pallpractice"] = parts
    for part in (guards, identity, language, errors, assets):
        part.register(app)
    for pages in (
        home,
        people,
        joining,
        rooms,
        reports,
        cards,
        portfolio,
        scenarios,
        rubrics,
        courses,
        credit,
        my_credit,
        credit_office,
        evidence,
        evidence_pack,
        release,
        board,
        circles,
        roster,
        invitations,
        meetings,
        groups,
        plan,
        programme,
        calibration,
        rating,
        exports,
        tokens,
        mine,
    ):
        app.register_blueprint(pages.blueprint)
    _open_api(app)


def _open_api(app: Flask) -> None:
    """What programs ask, by a token of their own: no cookie counts there, so no form's token is asked for."""
    from .api import description, records

    description.describe(app, records.blueprint)
    app.extensions["csrf"].exempt(records.blueprint)
    app.register_blueprint(description.docs)


def _configure(app: Flask, parts: Parts) -> None:
    secure = parts.settings.secure
    app.config.update(
        SECRET_KEY=parts.settings.secret_key,
        # A __Host- cookie can't be set from a sister site; browsers take it over TLS only.
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=100,
        # A page may stay open for the whole course; the token ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
        # It would ask for a Referer, which our own pages never send.
        WTF_CSRF_SSL_STRICT=False,
    )
