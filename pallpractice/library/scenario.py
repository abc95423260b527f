"""A scenario file's shape and rules. What each field is for: scenarios/README.md."""

from collections.abc import Iterator
from typing import Any

from pallpractice.domain import scenario as domain

from . import checks
from .fields import ByKey, Choice, Day, FileSchema, Many, Number, Part, Slug, Text, Texts, Whole, YesNo


class ReferenceSchema(FileSchema):
    makes = domain.Reference
    cite = Text()
    url = Text(500, required=False)


class ChartSchema(FileSchema):
    makes = domain.ChartEntry
    label = Text(80)
    value = Text(400)


class BriefSchema(FileSchema):
    makes = domain.Brief
    place = Text()
    why_now = Text()
    patient = Text()
    present = Texts()
    facts = Texts()
    tasks = Texts()
    chart = Many(Part(ChartSchema), least=0)


class CastingSchema(FileSchema):
    makes = domain.Casting
    age_range = Text(80)
    pronouns = Text(80)
    note = Text(required=False)


class MomentSchema(FileSchema):
    makes = domain.Moment
    when = Text(120)
    what = Text()


class DisclosureSchema(FileSchema):
    makes = domain.Disclosure
    id = Slug()
    tier = Choice(domain.TIERS)
    topic = Text(200)
    words = Text()


class CharacterSchema(FileSchema):
    makes = domain.Character
    id = Slug()
    name = Text(120)
    relation = Text(120)
    age = Whole(0, 120)
    casting = Part(CastingSchema)
    who = Text()
    backstory = Text(4000)
    timeline = Many(Part(MomentSchema))
    knows = Texts()
    believes = Texts()
    hopes = Texts()
    fears = Texts()
    values = Texts()
    surrogate = Text(required=False)
    affect = Text()
    arc = Text()
    opening_line = Text()
    disclosures = Many(Part(DisclosureSchema))


class AnswerSchema(FileSchema):
    makes = domain.Answer
    learner = Text()
    then = Text()
    effect = Choice(domain.EFFECTS, required=False)


class BeatSchema(FileSchema):
    makes = domain.Beat
    id = Slug()
    title = Text(120)
    emotion = ByKey(Slug(), Whole(0, 10))
    play = ByKey(Slug(), Text())
    answers = Many(Part(AnswerSchema))
    next = Many(Slug(), least=0)
    rewind = YesNo()


class ChallengeSchema(FileSchema):
    makes = domain.Challenge
    character = Slug()
    line = Text()
    why = Text()


class PromptSchema(FileSchema):
    makes = domain.Prompt
    at_minutes = Number(0, 60)
    text = Text(400)


class EscalationSchema(FileSchema):
    makes = domain.Escalation
    raise_ = Texts(data_key="raise")
    ease = Texts()
    limits = Texts()


class EndingSchema(FileSchema):
    makes = domain.Ending
    line = Text()
    signal = Text()


class ScriptSchema(FileSchema):
    makes = domain.Script
    characters = Many(Part(CharacterSchema), most=2)
    beats = Many(Part(BeatSchema))
    challenges = Many(Part(ChallengeSchema), least=0)
    prompts = Many(Part(PromptSchema), least=0)
    escalation = Part(EscalationSchema)
    unscripted = Text()
    ending = Part(EndingSchema)
    boundaries = Texts()
    stop_word = Text(80)
    derole = Texts()
    feedback_on = Texts()


class GuideSchema(FileSchema):
    makes = domain.Guide
    teaching_points = Texts()
    pitfalls = Texts()
    timeout_cues = Texts()
    debrief_questions = Texts()
    wording = Texts()
    rubric = Slug()
    calibration = Texts()


class ScenarioSchema(FileSchema):
    makes = domain.Scenario
    id = Slug()
    version = Whole(1, 1_000_000)
    title = Text(120)
    skill = Choice(domain.SKILLS)
    track = Choice(domain.TRACKS)
    framework = Text(80)
    professions = Texts()
    setting = Text()
    minutes = Whole(1, 60)
    intensity = Whole(1, 5)
    warnings = Texts(least=0)
    authors = Texts()
    reviewed = Day(required=False)
    licence = Text(200)
    references = Many(Part(ReferenceSchema), least=0)
    competencies = Texts(least=0)
    objectives = Many(Text(), least=2, most=4)
    brief = Part(BriefSchema)
    script = Part(ScriptSchema)
    guide = Part(GuideSchema)


CHARACTERS, BEATS = "script.characters[].id", "script.beats[].id"


def across(tree: Any) -> Iterator[checks.Fault]:
    """The rules that no single field can hold."""
    yield from checks.once(tree, CHARACTERS)
    yield from checks.once(tree, BEATS)
    yield from checks.once(tree, "script.characters[].disclosures[].id")
    yield from checks.refers(tree, "script.beats[].next[]", BEATS, "beat")
    for pattern in ("script.beats[].emotion{}", "script.beats[].play{}", "script.challenges[].character"):
        yield from checks.refers(tree, pattern, CHARACTERS, "character")
    yield from _late_prompts(tree)


def _late_prompts(tree: Any) -> Iterator[checks.Fault]:
    length = next((checks.number(value) for _, value in checks.every(tree, "minutes")), None)
    for path, value in checks.every(tree, "script.prompts[].at_minutes"):
        at = checks.number(value)
        if length is not None and at is not None and at > length:
            yield path, f"comes after the encounter's {length:g} minutes"
