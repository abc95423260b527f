"""In which language a page is: the one the person chose, else the browser's, else English. Dates, hours and numbers
are written as they are in the browser's region, where it names one of that language.

What is chosen on a page for people who are not signed in is kept in the session and becomes theirs when they sign in.
Templates say sentences with `{% trans %}` and, in expressions, with `text(...)`; any Text that is shown, wherever it
was made, is said in the page's language (`finalize`), in the data of its scripts too (`tojson`). What leaves otherwise,
as an answer or a flash, goes through `said`.
"""

from typing import Any

import flask
from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, Response, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel, Domain, get_locale, refresh
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from sqlalchemy.exc import OperationalError

from ..domain import text as words
from ..domain import times
from ..domain.text import Text
from ..library import languages
from ..library.languages import ENGLISH, Spoken
from ..services import people
from .parts import parts

KNOWN = "pallpractice_language"  # in `g`
MISSING: Any = object()
CHOSEN = "language"  # in the session of someone who is not signed in
blueprint = Blueprint("language", __name__)


class Catalogues(Domain):  # type: ignore[misc]
    """Flask-Babel's translations, from the .po files."""

    def get_translations(self) -> NullTranslations | Translations:
        found = language()
        return found.translations if found else NullTranslations()


class Languages(Babel):  # type: ignore[misc]
    domain_instance = Catalogues()


def register(app: Flask) -> None:
    Languages(app, locale_selector=preferred)
    env = app.jinja_env
    env.policies["ext.i18n.trimmed"] = True
    env.finalize = _shown
    env.policies["json.dumps_function"] = lambda value, **options: app.json.dumps(said(value), **options)
    env.globals.update(gettext=_gettext, ngettext=_ngettext, _=_gettext)
    env.globals.update(text=words.text, texts=words.texts, as_text=Text, on=times.on, languages=languages.known)
    env.filters.update(said=said, number=number)
    app.context_processor(_page)
    app.after_request(_name_it)
    app.register_blueprint(blueprint)


# --- which


def preferred() -> str:
    """The language of this request, with the browser's region: `es`, `en_US`."""
    code = chosen()
    known = languages.regions(code)
    for tag in request.accept_languages.values():
        own, _, region = tag.partition("-")
        if own.lower() == code and region.upper() in known:
            return f"{code}_{region.upper()}"
    return code


def chosen() -> str:
    """The language alone, as what is said live has it: the person's, the session's, the addressee's, the browser's."""
    known = languages.known()
    for code in (_own(), session.get(CHOSEN), g.get("addressee_language")):
        if code in known:
            return str(code)
    return request.accept_languages.best_match(list(known)) or ENGLISH


def _own() -> str:
    """What the person chose; nothing when the database, which knows, does not answer."""
    try:
        return str(current_user.language) if current_user.is_authenticated else ""
    except OperationalError:
        return ""


def language() -> Spoken | None:
    """The language of this request; None is English. Every word of a page asks, so it is worked out once."""
    known: Spoken | None = g.get(KNOWN, MISSING)
    if known is MISSING:
        known = languages.regional(str(get_locale() or ENGLISH))
        setattr(g, KNOWN, known)
    return known


def _forget() -> None:
    g.pop(KNOWN, None)
    refresh()


def speak_to(code: str) -> None:
    """This page is for someone who is known, but has not signed in yet."""
    g.addressee_language = code
    _forget()


def speak(code: str) -> None:
    """From here on in this request, to the person signed in; empty is the browser's."""
    current_user.language = code
    _forget()


@blueprint.post("/language")
def choose() -> ResponseReturnValue:
    """The language from here on."""
    from .identity import own_path  # which needs this module in turn

    wanted = request.form.get("language", "")
    if wanted in languages.known():
        if current_user.is_authenticated:
            parts().store.change(people.set_language, current_user.person_id, wanted)
        else:
            session[CHOSEN] = wanted
    return redirect(own_path(request.form.get("next")) or url_for("home.index"), 303)


# --- saying it


def said(value: Any) -> Any:
    """The value with all its Texts in the language of this request."""
    return words.said(value, language())


def number(value: float, least: int = 0, most: int = 1) -> str:
    """With at least and at most so many decimals, as the reader writes them."""
    return found.number(value, least, most) if (found := language()) else languages.decimal(value, least, most)


def flash(message: Text, category: str = "success") -> None:
    """A message for the next page. It is kept as it is said now."""
    flask.flash(said(message), category)


def jsonify(**values: Any) -> Response:
    """An answer to a script, in the reader's language."""
    return flask.jsonify(**said(values))


def _shown(value: Any) -> Any:
    return said(value) if isinstance(value, Text) else value


@pass_eval_context
def _gettext(context: EvalContext, message: str, /, **values: Any) -> str:
    """What `trans` calls. Values may be Texts."""
    return _filled(context, found.one(message) if (found := language()) else message, values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
    found = language()
    pattern = found.many(one, many, num) if found else one if num == 1 else many
    return _filled(context, pattern, {"num": num} | values)


def _filled(context: EvalContext, pattern: str, values: dict[str, Any]) -> str:
    shown = {name: _shown(value) for name, value in values.items()}
    return (Markup(pattern) if context.autoescape else pattern) % shown  # noqa: S704 (ours; the values are escaped)


def _page() -> dict[str, Any]:
    """What the frame of a page needs: the language's tag and direction, and where the scripts find its words."""
    found = language()
    if found is None:
        return {"language": {"code": ENGLISH, "tag": "en-GB", "dir": "ltr", "words": None}}
    address = url_for("words_build", code=found.code) if found.code != ENGLISH else None
    tag = str(found.locale).replace("_", "-")
    return {"language": {"code": found.code, "tag": tag, "dir": found.locale.text_direction, "words": address}}


def _name_it(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = str(get_locale() or Locale(ENGLISH)).replace("_", "-")
        response.vary.update(("Cookie", "Accept-Language"))
    return response
