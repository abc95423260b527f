"""A case to practise with: brief (anyone), script (patient, coach), guide (coach). Values only, no files.

The names are those of the file, described for writers in scenarios/README.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

SKILLS = ("serious_news", "values")
TRACKS = ("adult", "pediatric")
TIERS = ("volunteered", "if_asked", "after_empathy", "withheld")
EFFECTS = ("eases", "raises", "holds")


@dataclass(frozen=True, slots=True)
class Reference:
    cite: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ChartEntry:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Brief:
    """What anyone in the room may read."""

    place: str
    why_now: str
    patient: str
    present: tuple[str, ...]
    facts: tuple[str, ...]
    tasks: tuple[str, ...]
    chart: tuple[ChartEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Casting:
    """Who may play a character."""

    age_range: str
    pronouns: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a character's illness timeline."""

    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A fact and its condition; `tier` is one of TIERS, `words` are said in character."""

    id: str
    tier: str
    topic: str
    words: str


@dataclass(frozen=True, slots=True)
class Character:
    """Who is played; `age` is the character's, in years."""

    id: str
    name: str
    relation: str
    age: int
    casting: Casting
    who: str
    backstory: str
    timeline: tuple[Moment, ...]
    knows: tuple[str, ...]
    believes: tuple[str, ...]
    hopes: tuple[str, ...]
    fears: tuple[str, ...]
    values: tuple[str, ...]
    affect: str
    arc: str
    opening_line: str
    disclosures: tuple[Disclosure, ...]
    surrogate: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """If the learner ... then ...; `effect` on the feeling is one of EFFECTS."""

    learner: str
    then: str
    effect: str = "holds"


@dataclass(frozen=True, slots=True)
class Beat:
    """A stretch of the encounter; `emotion` (0 to 10) and `play` are per character id."""

    id: str
    title: str
    emotion: Mapping[str, int]
    play: Mapping[str, str]
    answers: tuple[Answer, ...]
    next: tuple[str, ...] = ()
    rewind: bool = False


@dataclass(frozen=True, slots=True)
class Challenge:
    character: str
    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A nudge to the actor when the encounter's clock reaches `at_minutes`."""

    at_minutes: float
    text: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """What raises and eases the feeling, and the limits no take goes beyond."""

    raise_: tuple[str, ...] = field(metadata={"key": "raise"})
    ease: tuple[str, ...]
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    line: str
    signal: str


@dataclass(frozen=True, slots=True)
class Script:
    """What the actors play from; seen by patient and coach, by the others not before close."""

    characters: tuple[Character, ...]
    beats: tuple[Beat, ...]
    challenges: tuple[Challenge, ...]
    prompts: tuple[Prompt, ...]
    escalation: Escalation
    unscripted: str
    ending: Ending
    boundaries: tuple[str, ...]
    stop_word: str
    derole: tuple[str, ...]
    feedback_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The coach's page; `rubric` is a rubric's id."""

    teaching_points: tuple[str, ...]
    pitfalls: tuple[str, ...]
    timeout_cues: tuple[str, ...]
    debrief_questions: tuple[str, ...]
    wording: tuple[str, ...]
    rubric: str
    calibration: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole case. `minutes` is the encounter's length, `intensity` 1 (calm) to 5 (hard on the actor).

    `reviewed` is the day a clinician of the field last read it; None when none has yet.
    """

    id: str
    version: int
    title: str
    skill: str
    track: str
    framework: str
    professions: tuple[str, ...]
    setting: str
    minutes: int
    intensity: int
    warnings: tuple[str, ...]
    authors: tuple[str, ...]
    licence: str
    references: tuple[Reference, ...]
    competencies: tuple[str, ...]
    objectives: tuple[str, ...]
    brief: Brief
    script: Script
    guide: Guide
    reviewed: date | None = None
    _plain: dict[str, dict[str, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def character(self, id: str) -> Character | None:
        """The character with this id, or None."""
        return _with_id(self.script.characters, id)

    def beat(self, id: str) -> Beat | None:
        """The beat with this id, or None."""
        return _with_id(self.script.beats, id)

    def disclosure(self, id: str) -> Disclosure | None:
        """The disclosure with this id, whoever makes it, or None."""
        return _with_id((told for who in self.script.characters for told in who.disclosures), id)

    @property
    def brief_plain(self) -> dict[str, Any]:
        """`plain(brief)`, made once and shared: not to be changed."""
        return self._once("brief", self.brief)

    @property
    def script_plain(self) -> dict[str, Any]:
        """`plain(script)`, made once and shared: not to be changed."""
        return self._once("script", self.script)

    @property
    def guide_plain(self) -> dict[str, Any]:
        """`plain(guide)`, made once and shared: not to be changed."""
        return self._once("guide", self.guide)

    def _once(self, name: str, part: "Brief | Script | Guide") -> dict[str, Any]:
        if name not in self._plain:
            self._plain[name] = plain(part)
        return self._plain[name]


def plain(part: Any) -> dict[str, Any]:
    """A scenario or a part of one as JSON-ready dicts and lists under the file's own keys.

    A key the file left out is there with null, or with its default.
    """
    return {
        entry.metadata.get("key", entry.name): _plain_value(getattr(part, entry.name))
        for entry in fields(part)
        if not entry.name.startswith("_")
    }


def _plain_value(value: Any) -> Any:
    if is_dataclass(value):
        return plain(value)
    if isinstance(value, Mapping):
        return {str(key): _plain_value(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain_value(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def _with_id(among: Iterable[_N], id: str) -> _N | None:
    return next((one for one in among if one.id == id), None)
