"""The form of a token for a program."""

from marshmallow import fields, validate

from ..domain.tokens import DAYS, LONGEST_NAME, Scope
from .actions import written
from .forms import Form


class TokenForm(Form):
    """What it is called, what may be done with it, and for how many days."""

    name = written(LONGEST_NAME, required=True)
    scope = fields.Enum(Scope, by_value=True, load_default=Scope.READ)
    days = fields.Integer(load_default=DAYS[1], validate=validate.OneOf(DAYS))
