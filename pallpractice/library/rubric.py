"""A rubric file's shape and rules. What each field is for: scenarios/README.md."""

from collections.abc import Iterator
from typing import Any

from pallpractice.domain import rubric as domain

from . import checks
from .fields import ByKey, Choice, FileSchema, Many, Number, Part, Slug, Text, Texts, Whole

PATIENT_SCALES = 3  # an actor stepping out of a role has minutes, not a form's worth of attention


class ScaleSchema(FileSchema):
    makes = domain.Scale
    min = Whole(0, 10)
    max = Whole(0, 10)
    labels = ByKey(Whole(0, 10), Text(60))


class PassingSchema(FileSchema):
    makes = domain.Passing
    mean = Number(0, 10)
    by = Many(Choice(domain.RATING_SEATS))


class AnchorsSchema(FileSchema):
    makes = domain.Anchors
    low = Text(400)
    middle = Text(400)
    high = Text(400)


class ItemSchema(FileSchema):
    makes = domain.Item
    id = Slug()
    title = Text(120)
    seats = Many(Choice(domain.RATING_SEATS), required=False)
    wording = ByKey(Choice(domain.RATING_SEATS), Text(400))
    anchors = Part(AnchorsSchema)
    competencies = Texts(least=0)


class MarkerSchema(FileSchema):
    makes = domain.Marker
    id = Slug()
    label = Text(40)
    item = Slug()
    judgement = Choice(domain.JUDGEMENTS)


class CommentSchema(FileSchema):
    makes = domain.Comment
    id = Slug()
    seats = Many(Choice(domain.RATING_SEATS))
    prompt = Text(400)


class RubricSchema(FileSchema):
    makes = domain.Rubric
    id = Slug()
    version = Whole(1, 1_000_000)
    title = Text(120)
    skill = Choice(domain.KINDS)
    source = Text()
    licence = Text(200)
    attribution = Text()
    permission = Text()
    scale = Part(ScaleSchema)
    passing = Part(PassingSchema)
    items = Many(Part(ItemSchema))
    markers = Many(Part(MarkerSchema), least=0)
    comments = Many(Part(CommentSchema), least=0)


def across(tree: Any) -> Iterator[checks.Fault]:
    """The rules that no single field can hold."""
    yield from checks.once(tree, "items[].id", "comments[].id")  # a scorecard's entry is either
    yield from checks.once(tree, "markers[].id")
    yield from checks.refers(tree, "markers[].item", "items[].id", "item")
    yield from _scale(tree)
    yield from _wording(tree)
    yield from _patient(tree)


def _scale(tree: Any) -> Iterator[checks.Fault]:
    low, high = (_number(tree, name) for name in ("scale.min", "scale.max"))
    if low is None or high is None:
        return
    if low >= high:
        yield ("scale", "max"), f"must be more than min, {low:g}"
        return
    yield from _labels(tree, low, high)
    mean = _number(tree, "passing.mean")
    if mean is not None and not low <= mean <= high:
        yield ("passing", "mean"), f"{mean:g} is not on the scale, {low:g} to {high:g}"


def _labels(tree: Any, low: float, high: float) -> Iterator[checks.Fault]:
    places = [(path, checks.number(key)) for path, key in checks.every(tree, "scale.labels{}")]
    for path, place in places:
        if place is not None and not low <= place <= high:
            yield path, f"{place:g} is not on the scale, {low:g} to {high:g}"
    missing = {low, high} - {place for _, place in places}
    for end in sorted(missing):
        yield ("scale", "labels"), f"no label for {end:g}; both ends of the scale need one"


def _wording(tree: Any) -> Iterator[checks.Fault]:
    for path, item in checks.every(tree, "items[]"):
        worded = [word for _, word in checks.words(item, "wording{}")]
        for seat in _seats(item):
            if seat in domain.RATING_SEATS and seat not in worded:
                yield (*path, "wording"), f"no wording for {seat}, who rates this item"


def _patient(tree: Any) -> Iterator[checks.Fault]:
    items = [item for _, item in checks.every(tree, "items[]")]
    scales = sum("patient" in _seats(item) for item in items)
    if items and scales != PATIENT_SCALES:
        yield ("items",), f"{scales} items are rated by the patient; it must be exactly {PATIENT_SCALES}"


def _seats(item: Any) -> list[str]:
    if not isinstance(item, dict):
        return []
    if "seats" not in item:
        return list(domain.RATING_SEATS)
    return [seat for _, seat in checks.words(item, "seats[]")]


def _number(tree: Any, pattern: str) -> float | None:
    return next((checks.number(value) for _, value in checks.every(tree, pattern)), None)
