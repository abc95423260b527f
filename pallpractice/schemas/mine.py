"""The forms of one's own data: corrections, consents, requests, and the word that erases."""

from marshmallow import fields, validate

from ..domain.consent import Purpose
from .actions import an_id, writable, written
from .forms import Form

LONGEST_REQUEST = 2000


def short(limit: int) -> fields.String:
    return fields.String(validate=[validate.Length(max=limit), writable], load_default="")


class CorrectForm(Form):
    """What one may change of oneself."""

    profession = short(100)
    institution = short(200)
    pronouns = short(50)


class AskForm(Form):
    """What one asks the organisers of a course to correct."""

    course = an_id(required=True)
    words = written(LONGEST_REQUEST, required=True)


class ConsentForm(Form):
    """A consent, given or withdrawn."""

    course = an_id(required=True)
    purpose = fields.Enum(Purpose, by_value=True, required=True)
    given = fields.Boolean(required=True)


class EraseForm(Form):
    """Erasing oneself: one's name as it stands there, typed."""

    name = fields.String(validate=validate.Length(max=200), load_default="")
    words_too = fields.Boolean(load_default=False)


class AnsweredForm(Form):
    """A request an organiser has seen to."""

    request = an_id(required=True)
