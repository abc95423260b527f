"""The fields of the forms of a course's groups: wishes, a proposal on its way back, changes by hand."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from ..domain.groups.grouping import BEST, LEAST, MOST, Group, Teams, Wishes
from ..domain.roles import Track
from ..domain.text import text
from .actions import an_id, written
from .forms import Form

LONGEST_NAME = 80
MOST_PEOPLE = 2000


def _whole(most: int, **options: Any) -> fields.Integer:
    told = text("Write a whole number from 1 to {most}.", most=most)
    return fields.Integer(validate=validate.Range(1, most, error=told), error_messages={"invalid": told}, **options)


def _learners(**options: Any) -> fields.Integer:
    return _whole(30, **options)


class WishesForm(Form):
    """How groups are to be made. `settled` is "yes" or "no"."""

    least = _learners(load_default=LEAST)
    most = _learners(load_default=MOST)
    best = _learners(load_default=BEST)
    teams = fields.Enum(Teams, by_value=True, load_default=Teams.TOGETHER)
    groups = _whole(200, load_default=None)
    settled = fields.Boolean(load_default=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Wishes:
        return Wishes(**data)


class AttemptForm(Form):
    """Which look at the same wishes this is."""

    attempt = _whole(99, load_default=1)


class _Sent(Schema):
    class Meta:
        unknown = RAISE


class SentWishes(_Sent):
    """The wishes a proposal was made by."""

    least = _learners(required=True)
    most = _learners(required=True)
    best = _learners(required=True)
    teams = fields.Enum(Teams, by_value=True, required=True)
    groups = _whole(200, required=True, allow_none=True)
    settled = fields.Boolean(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Wishes:
        return Wishes(**data)


class SentGroup(_Sent):
    """One proposed group."""

    id = an_id(required=True)
    name = written(LONGEST_NAME, required=True)
    track = fields.Enum(Track, by_value=True, required=True, allow_none=True)
    learners = fields.List(an_id(), required=True, validate=validate.Length(max=MOST_PEOPLE))
    coaches = fields.List(an_id(), required=True, validate=validate.Length(max=MOST_PEOPLE))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Group:
        return Group(**data | {"learners": tuple(data["learners"]), "coaches": tuple(data["coaches"])})


class SentProposal(_Sent):
    """Groups as they were shown, with what they were made from."""

    seen = written(64, required=True)
    wishes = fields.Nested(SentWishes, required=True)
    groups = fields.List(fields.Nested(SentGroup), required=True, validate=validate.Length(max=500))


class KeepForm(Form):
    """A proposal, in one field: a form has room for a hundred, and a course for more people."""

    proposal = fields.Nested(SentProposal, required=True)

    @pre_load
    def _unpack(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        try:
            return {**data, "proposal": json.loads(data.get("proposal", ""))}
        except (ValueError, RecursionError):
            raise ValidationError(text("Make the groups again."), "proposal") from None


def packed(seen: str, wishes: Wishes, groups: list[Group]) -> str:
    """The same the other way round."""
    return json.dumps(SentProposal().dump({"seen": seen, "wishes": wishes, "groups": groups}), separators=(",", ":"))


class ChosenForm(Form):
    """Who is meant: those ticked, one of them at least."""

    SAYS = text("Tick first whom you mean.")
    people = fields.List(
        an_id(),
        required=True,
        validate=validate.Length(1, MOST_PEOPLE, error=SAYS),
        error_messages={"required": SAYS},
    )


class MoveForm(ChosenForm):
    """Into which group they go, by its name: an id for each group in each list would make the page heavy."""

    group = written(LONGEST_NAME, required=True, error_messages={"required": text("Choose where to move them.")})


class PinForm(ChosenForm):
    """Whether they stay where they are."""

    pinned = fields.Boolean(required=True)


class CoachForm(Form):
    """Who coaches a group."""

    group = an_id(required=True)
    coach = an_id(required=True)


class AddForm(Form):
    """A group to begin with nobody in it."""

    name = written(LONGEST_NAME, load_default="")
    track = fields.Enum(Track, by_value=True, load_default=None)


class RenameForm(Form):
    """A group's other name."""

    group = an_id(required=True)
    name = written(LONGEST_NAME, required=True)


class GroupForm(Form):
    """A group that is meant."""

    group = an_id(required=True)
