"""The shape and rules of a worked encounter's file. What each field is for: scenarios/README.md."""

from collections.abc import Collection, Iterator
from typing import Any

from pallpractice.domain import calibration as domain
from pallpractice.domain.rubric import Item, Rubric
from pallpractice.domain.scenario import SKILLS, TRACKS

from . import checks
from .errors import FieldPath, quoted
from .fields import Choice, Day, FileSchema, Many, Part, Slug, Text, Texts, Whole
from .scenario import ChartSchema, ReferenceSchema

PARTS = ("learner", "patient", "other")
MOST_LINES = 200


class VoiceSchema(FileSchema):
    makes = domain.Voice
    id = Slug()
    name = Text(120)
    part = Choice(PARTS)


class LineSchema(FileSchema):
    makes = domain.Line
    by = Slug(required=False)
    at = Text(10, required=False)
    text = Text()


class RatedSchema(FileSchema):
    makes = domain.Rated
    item = Slug()
    rating = Whole(0, 10, required=False)  # left out: not observed
    lines = Many(Whole(1, MOST_LINES), least=0)
    reason = Text()


class EncounterSchema(FileSchema):
    makes = domain.Encounter
    id = Slug()
    version = Whole(1, 1_000_000)
    title = Text(120)
    skill = Choice(SKILLS)
    track = Choice(TRACKS)
    rubric = Slug()
    rubric_version = Whole(1, 1_000_000)
    scenario = Slug(required=False)
    minutes = Whole(1, 60)
    warnings = Texts(least=0)
    authors = Texts()
    reviewed = Day(required=False)
    licence = Text(200)
    references = Many(Part(ReferenceSchema), least=0)
    setting = Text()
    why_now = Text()
    facts = Texts()
    chart = Many(Part(ChartSchema), least=0)
    goal = Text()
    voices = Many(Part(VoiceSchema), least=2, most=8)
    lines = Many(Part(LineSchema), least=2, most=MOST_LINES)
    reference = Many(Part(RatedSchema))
    felt = Many(Part(RatedSchema))


def across(tree: Any) -> Iterator[checks.Fault]:
    """The rules that no single field can hold, as far as the file alone tells."""
    yield from checks.once(tree, "voices[].id")
    yield from checks.once(tree, "reference[].item")
    yield from checks.once(tree, "felt[].item")
    yield from checks.refers(tree, "lines[].by", "voices[].id", "voice")
    yield from _parts(tree)
    yield from _lines(tree)


def _parts(tree: Any) -> Iterator[checks.Fault]:
    there = [word for _, word in checks.words(tree, "voices[].part")]
    if there.count("learner") != 1:
        yield ("voices",), f"{there.count('learner')} with part learner; it must be exactly one"
    if "patient" not in there:
        yield ("voices",), "none with part patient"


def _lines(tree: Any) -> Iterator[checks.Fault]:
    count = sum(1 for _ in checks.every(tree, "lines[]"))
    for kind in ("reference", "felt"):
        for path, value in checks.every(tree, f"{kind}[].lines[]"):
            number = checks.number(value)
            if number is not None and number > count:
                yield path, f"there are {count} lines, counted from 1"


# --- beside the rest of the library


def beside(encounter: domain.Encounter, rubric: Rubric | None, scenarios: Collection[str]) -> Iterator[checks.Fault]:
    """What is wrong with an encounter beside its rubric (None: unknown, which is told elsewhere) and the cases' ids."""
    if rubric is not None:
        yield from _on(encounter, rubric)
    if encounter.scenario is not None and encounter.scenario not in scenarios:
        yield ("scenario",), f"no scenario {quoted(encounter.scenario)}; leave it out if it is of no case here"


def _on(encounter: domain.Encounter, rubric: Rubric) -> Iterator[checks.Fault]:
    if rubric.version != encounter.rubric_version:
        yield (
            ("rubric_version",),
            f"{quoted(rubric.id)} has version {rubric.version}; see whether the reference still holds, and write that",
        )
    if rubric.skill not in (encounter.skill, "general"):
        yield ("rubric",), f"{quoted(rubric.id)} rates {rubric.skill}, and this is {encounter.skill}"
    yield from _rated(rubric, "reference", encounter.reference, {item.id for item in _watched(rubric)})
    yield from _rated(rubric, "felt", encounter.felt, {item.id for item in rubric.items_for("patient")})


def _watched(rubric: Rubric) -> Iterator[Item]:
    return (item for item in rubric.items if {"observer", "coach"} & set(item.seats))


def _rated(
    rubric: Rubric, kind: str, given: tuple[domain.Rated, ...], wanted: set[str]
) -> Iterator[tuple[FieldPath, str]]:
    for place, rated in enumerate(given):
        path: FieldPath = (kind, place)
        if rated.item not in wanted:
            yield (*path, "item"), f"{quoted(rated.item)} is not rated here; items are {', '.join(sorted(wanted))}"
        if rated.rating is not None and not rubric.scale.min <= rated.rating <= rubric.scale.max:
            yield (*path, "rating"), f"{rated.rating} is not on the scale, {rubric.scale.min} to {rubric.scale.max}"
    for item in sorted(wanted - {rated.item for rated in given}):
        yield (kind,), f"nothing for {quoted(item)}"
