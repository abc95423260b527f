"""The forms of a course's people: finding, one person, a whole roster. Its reader judges the cells."""

import re
from typing import Any, Protocol

from marshmallow import fields, post_load, validate

from ..domain.people import PeopleSearch, State
from ..domain.roles import Role, Track
from ..domain.roster import COLUMNS
from .actions import written
from .forms import Form, read

# As much as fits into a form twice, beside the cells of MOST_INLINE rows: MAX_FORM_MEMORY_SIZE is 500 kB.
LARGEST = 240_000
MOST_INLINE = 50
CELL = re.compile(rf"cell-([1-9]\d{{0,5}})-({'|'.join(COLUMNS)})")


class Fields(Protocol):
    """A form as it was sent: a name may be there several times."""

    def items(self) -> Any: ...
    def getlist(self, key: str, /) -> list[str]: ...


class PeopleSearchForm(Form):
    """A search of the people."""

    words = written(100)
    role = fields.String(validate=validate.OneOf(list(Role)))
    track = fields.String(validate=validate.OneOf(list(Track)))
    group = written(80)
    state = fields.String(validate=validate.OneOf(list(State)))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> PeopleSearch:
        return PeopleSearch(**data)


class PersonForm(Form):
    """One person, by the columns of a roster."""

    name = written(1000, load_default="")
    email = written(1000, load_default="")
    role = written(1000, load_default="")
    profession = written(1000, load_default="")
    institution = written(1000, load_default="")
    track = written(1000, load_default="")
    team = written(1000, load_default="")
    group = written(1000, load_default="")
    pronouns = written(1000, load_default="")
    time_zone = written(1000, load_default="")


class UploadForm(Form):
    """A roster as pasted; a file comes beside it."""

    step = fields.String(validate=validate.Equal("read"))
    text = fields.String(load_default="", validate=validate.Length(max=500_000))


class RosterForm(Form):
    """A roster that has been read: its text, the cells that were mended by row and column, and rows to leave out."""

    step = fields.String(required=True, validate=validate.OneOf(("check", "save")))
    roster = fields.String(required=True, validate=validate.Length(max=LARGEST))
    leave = fields.List(fields.Integer(validate=validate.Range(2, 999_999)), load_default=list)
    cells = fields.Dict(
        keys=fields.Integer(),
        values=fields.Dict(keys=fields.String(), values=fields.String(validate=validate.Length(max=LARGEST))),
        load_default=dict,
    )


def read_roster(form: Fields) -> Any:
    """What a RosterForm holds: a cell's field is called `cell-<row>-<column>`. Raises Invalid."""
    plain: dict[str, Any] = {"leave": form.getlist("leave"), "cells": {}}
    for name, value in form.items():
        if found := CELL.fullmatch(name):
            plain["cells"].setdefault(found[1], {})[found[2]] = value
        elif name != "leave":
            plain[name] = value
    return read(RosterForm(), plain)


def cell(row: int, column: str) -> str:
    """The name of a cell's field."""
    return f"cell-{row}-{column}"
