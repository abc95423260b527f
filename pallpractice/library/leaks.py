"""What a case tells everyone that the learner is meant to find out: words of the script in the brief and its like.

Left out are a character's timeline and what they know: that is the illness, whose facts the brief tells too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pallpractice.domain.scenario import Scenario

from .checks import Fault
from .errors import FieldPath, quoted, written

RUN = 6  # words on end that two texts hardly share by chance
TELLING = 4  # letters from which a word says something by itself
MOST = 0.6  # of a disclosure's telling words in one text: it is told, in whatever order
FEWEST = 4  # telling words from which a disclosure is compared so
HIDDEN = ("if_asked", "after_empathy", "withheld")

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ENDING = re.compile(r"(?<=...)(?:'s|ing|ed|es|s|e)$")
_COMMON = frozenset(
    _WORD.findall("""
    about after again always another away because been before being both came come could does done down each even
    ever every everyone everything from gave give goes going gone have having hear here himself herself into just
    keep kept knew know last like little long made make many more most much must never next nobody nothing once only
    other over part perhaps people please said same says should since some something still such take than that
    that's their them themselves then there these they thing things think this those through time told took until
    very want wanted well went were what when where which while will with without would year years your yours you'd
    you're can't didn't doesn't don't isn't they're won't
    """)
)

Text = tuple[FieldPath, str]


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as its words, in small letters and without punctuation, and as those that tell something."""

    path: FieldPath
    words: tuple[str, ...]
    telling: frozenset[str]

    @classmethod
    def of(cls, text: Text) -> "_Read":
        path, content = text
        words = tuple(_WORD.findall(content.casefold().replace("’", "'")))
        telling = frozenset(_ENDING.sub("", word) for word in words if len(word) >= TELLING and word not in _COMMON)
        return cls(path, words, telling)

    def runs(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Every RUN words on end, and where they begin."""
        for at in range(len(self.words) - RUN + 1):
            yield at, self.words[at : at + RUN]


def faults(scenario: Scenario) -> Iterator[Fault]:
    """Public texts that share a run of words with the script, or most of what a hidden disclosure says."""
    public = [_Read.of(text) for text in _public(scenario)]
    known = _Read.of(((), " ".join(who.name for who in scenario.script.characters))).telling
    for secret in map(_Read.of, _secrets(scenario)):
        hidden = frozenset() if secret.path[-1] != "words" else secret.telling - known
        for shown in public:
            if _is_task_for(shown.path, secret.path):
                continue
            away = f"gives away {written(secret.path)}"
            if run := _shared(shown, secret):
                yield shown.path, f"{away}: both say {quoted(' '.join(run))}"
            elif _mostly(hidden, shown.telling):
                yield shown.path, f"{away}: both hold {_listed(hidden & shown.telling, shown)}"


def _is_task_for(shown: FieldPath, secret: FieldPath) -> bool:
    """A task may name what there is to find out, as a disclosure's topic does."""
    return shown[:2] == ("brief", "tasks") and secret[-1] == "topic"


def _shared(shown: _Read, secret: _Read) -> tuple[str, ...]:
    """The first run of RUN or more words that stands in both, as far as it goes."""
    there = {run for _, run in secret.runs()}
    starts = [at for at, run in shown.runs() if run in there]
    length = next((step for step, at in enumerate(starts) if at != starts[0] + step), len(starts))
    return shown.words[starts[0] : starts[0] + length + RUN - 1] if starts else ()


def _mostly(hidden: frozenset[str], shown: frozenset[str]) -> bool:
    return len(hidden) >= FEWEST and len(hidden & shown) >= MOST * len(hidden)


def _listed(stems: frozenset[str], shown: _Read) -> str:
    whole = dict.fromkeys(word for word in shown.words if _ENDING.sub("", word) in stems)
    return ", ".join(quoted(word) for word in whole)


def _public(scenario: Scenario) -> Iterator[Text]:
    """What anyone in the room reads. Objectives are not among it: they are the coach's."""
    brief = scenario.brief
    yield ("title",), scenario.title
    yield ("setting",), scenario.setting
    yield from _each(("warnings",), scenario.warnings)
    yield ("brief", "place"), brief.place
    yield ("brief", "why_now"), brief.why_now
    yield ("brief", "patient"), brief.patient
    yield from _each(("brief", "present"), brief.present)
    yield from _each(("brief", "facts"), brief.facts)
    yield from _each(("brief", "tasks"), brief.tasks)
    for place, entry in enumerate(brief.chart):
        yield ("brief", "chart", place, "value"), f"{entry.label} {entry.value}"


def _secrets(scenario: Scenario) -> Iterator[Text]:
    """What the learner is to find out, or to meet unprepared."""
    for place, who in enumerate(scenario.script.characters):
        here = ("script", "characters", place)
        yield (*here, "who"), who.who
        yield (*here, "backstory"), who.backstory
        for name in ("believes", "hopes", "fears", "values"):
            yield from _each((*here, name), getattr(who, name))
        for number, told in enumerate(who.disclosures):
            if told.tier in HIDDEN:
                yield (*here, "disclosures", number, "topic"), told.topic
                yield (*here, "disclosures", number, "words"), told.words
    for place, beat in enumerate(scenario.script.beats):
        for name, play in beat.play.items():
            yield ("script", "beats", place, "play", name), play
    for place, challenge in enumerate(scenario.script.challenges):
        yield ("script", "challenges", place, "line"), challenge.line


def _each(path: FieldPath, texts: Sequence[str]) -> Iterator[Text]:
    for place, text in enumerate(texts):
        yield (*path, place), text
