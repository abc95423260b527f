"""The OpenAPI description of /api/v1, made from the schemas, and the page on which it is read."""

from typing import Any

from flask import Blueprint, Flask, current_app, render_template
from flask_smorest import Api
from flask_smorest import Blueprint as Described
from webargs.flaskparser import FlaskParser

from ...domain.errors import Invalid
from ...domain.text import text
from ...schemas import api as schemas
from ..parts import parts

VERSION = "1.0"
ABOUT = """The records of one course: people, sessions, groups, plan, participation, and files.

A program comes with a token that an organiser has made on the course's page *Exports*, in the header
`Authorization: Bearer pallpractice_...`. It is for that course alone, to read or to read and write, and ends by its
date, when it is ended there, and when its organiser no longer organises the course.

Instants are ISO 8601 in UTC. Lists come in pages. An answer to GET has an `ETag`: sent back as `If-None-Match`, it
saves the rest where nothing has changed. Every refusal is an object `error` with a `code` for programs and a
`message` for people. Too many requests are answered with 429: wait as long as it says.
"""
COOKIE: list[dict[str, list[str]]] = [{"cookie": []}]
docs = Blueprint("api_docs", __name__)


class Parser(FlaskParser):
    """Reads arguments; what is wrong is refused like everywhere else here."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(("json", "query"), schemas.UNKNOWN)

    def handle_error(self, error: Any, *_: Any, **__: Any) -> Any:
        raise Invalid(text("Some fields are missing or wrong."), fields=schemas.wrong(error.messages))

    def _handle_invalid_json_error(self, *_: Any, **__: Any) -> Any:
        raise Invalid(text("Send JSON, as UTF-8."))


class OurBlueprint(Described):  # type: ignore[misc]
    """A blueprint whose routes are described."""

    ARGUMENTS_PARSER = Parser()


class OurApi(Api):  # type: ignore[misc]
    """Only describes: refusals are answered as everywhere else."""

    ERROR_SCHEMA = schemas.Refused

    def _register_error_handlers(self) -> None:
        pass

    def _register_pagination_header(self) -> None:
        """Pages are told in the answer."""


def describe(app: Flask, blueprint: Described) -> OurApi:
    """Registers the blueprint with its description at /api/v1/openapi.json."""
    app.config.update(
        API_TITLE="pallpractice",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = OurApi(app, spec_kwargs={"info": {"description": ABOUT}, "security": [{"token": []}]})
    components = api.spec.components
    components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    components.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]})
    api.register_blueprint(blueprint)
    _describe_pages_own(app, api)
    return api


def _describe_pages_own(app: Flask, api: OurApi) -> None:
    """What our own pages ask, by the session's cookie."""
    for path, schema, summary, security in (
        ("/api/v1/me", schemas.MeOut, "Who is signed in in this browser, and their rooms", COOKIE),
        ("/api/v1/waiting", schemas.WaitingOut, "Whether whoever waits at a room's door was answered", []),
    ):
        ok = {"description": "OK", "content": {"application/json": {"schema": schema}}}
        get = {
            "tags": ["pages"],
            "summary": summary,
            "security": security,
            "responses": {"200": ok, "default": "DEFAULT_ERROR"},
        }
        rule = next(rule for rule in app.url_map.iter_rules() if rule.rule == path)
        api.spec.path(rule=rule, operations={"get": get})
    api.spec.tag({"name": "pages", "description": "What this site's own pages ask"})


def spec_of(app: Flask) -> dict[str, Any]:
    """The description, as a program gets it."""
    found: dict[str, Any] = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return found


@docs.get("/api/v1/docs")
def show() -> str:
    """The description to read: every address, what it takes and what it answers."""
    spec = spec_of(current_app)
    example = f'curl -H "Authorization: Bearer $TOKEN" {parts().settings.base_url}/api/v1/courses/COURSE/people'
    return render_template("api.html", spec=spec, parts=_parts(spec), example=example)


def _parts(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations by tag, in the order in which they were described."""
    found: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, operations in spec["paths"].items():
        shared = operations.get("parameters", [])
        for method, operation in operations.items():
            if method != "parameters":
                one = {"path": path, "method": method.upper(), "about": operation}
                one["parameters"] = [*shared, *operation.get("parameters", [])]
                found[operation["tags"][0]].append(one)
    return [{"tag": tag, "operations": found[tag["name"]]} for tag in spec["tags"] if found[tag["name"]]]
