"""The form of a file to be made."""

from marshmallow import fields

from ..domain.exports import Format, What
from .forms import Form


class ExportForm(Form):
    """What to take out, and as what."""

    what = fields.Enum(What, by_value=True, required=True)
    format = fields.Enum(Format, by_value=True, load_default=Format.CSV)
