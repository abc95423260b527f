"""The forms of a course's invitations: what to send to whom, reminders, links to copy."""

from marshmallow import fields, validate

from ..domain.invitations import MOST_HOURS, Kind
from .actions import an_id
from .forms import Form

AGAIN = "again"
MOST_PEOPLE = 5000


def people() -> fields.List[str]:
    return fields.List(an_id(), load_default=list, validate=validate.Length(max=MOST_PEOPLE))


class PreviewForm(Form):
    """Whose invitation to look at."""

    person = an_id(load_default=None)


class SendForm(Form):
    """All that is due of a kind, or an invitation again for these people."""

    what = fields.String(required=True, validate=validate.OneOf((*Kind, AGAIN)))
    people = people()


class RemindersForm(Form):
    """How many hours ahead; 0 for never."""

    first_hours = fields.Integer(required=True, validate=validate.Range(0, MOST_HOURS))
    practice_hours = fields.Integer(required=True, validate=validate.Range(0, MOST_HOURS))


class LinksForm(Form):
    """Fresh links for these people, on a page or as a file. `keep`: those from before go on opening."""

    people = people()
    keep = fields.Boolean(load_default=False)
    form = fields.String(required=True, data_key="as", validate=validate.OneOf(("page", "csv")))
