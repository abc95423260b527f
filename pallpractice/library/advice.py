"""What a file that is right still lacks, as warnings: a case may be played with each of them, but hardly well.

Faults, which stop the start, are the schemas' (`scenario.py`, `rubric.py`). Each rule here takes the values and gives
(path, reason) of what it would change.
"""

import re
from collections.abc import Callable, Iterator, Sized
from datetime import date
from pathlib import Path
from typing import Any

from pallpractice.domain.beats import ending, reached
from pallpractice.domain.calibration import Encounter
from pallpractice.domain.rubric import Rubric
from pallpractice.domain.scenario import TIERS, Beat, Scenario

from . import files, leaks
from .checks import Fault
from .errors import FieldPath, FileError, quoted
from .shelf import Library

TO_WRITE = re.compile(r"\bTODO\b")  # what the template holds where the case's own words go
READ_AGAIN = 3  # years after which a case should be read by a clinician once more

BEATS: FieldPath = ("script", "beats")
CHARACTERS: FieldPath = ("script", "characters")


def about(library: Library, today: date, within: Path | None = None) -> list[FileError]:
    """Warnings on the library's files, or those in a folder, in the order of files and lines.

    Reads the files again for their lines; raises LibraryErrors if one can't be read any more.
    """
    found: list[FileError] = []
    for (kind, id), file in library.files.items():
        if within is None or Path(file).resolve().is_relative_to(within.resolve()):
            found += _on_file(library, kind, id, file, today)
    return found


def _on_file(library: Library, kind: str, id: str, file: str, today: date) -> list[FileError]:
    source = files.read(Path(file))
    faults = [*_unwritten(source.tree)]
    faults += {
        "scenario": lambda: on_scenario(library.scenarios[id], today),
        "rubric": lambda: on_rubric(library.rubrics[id]),
        "encounter": lambda: on_encounter(library.encounters[id], today),
    }[kind]()
    warnings = [source.error(path, reason) for path, reason in faults]
    return sorted(warnings, key=lambda warning: warning.line or 0)


def on_encounter(encounter: Encounter, today: date) -> Iterator[Fault]:
    """What a worked encounter still lacks on a day: a reading, and lines that show what a reference speaks of."""
    yield from _review(encounter, today)
    for place, rated in enumerate(encounter.reference):
        if rated.rating is not None and not rated.lines:
            yield ("reference", place), f"no lines show what {quoted(rated.item)} was rated by"


def on_scenario(scenario: Scenario, today: date) -> Iterator[Fault]:
    """What a scenario still lacks on a day."""
    yield from _review(scenario, today)
    for rule in RULES:
        yield from rule(scenario)


def on_rubric(rubric: Rubric) -> Iterator[Fault]:
    """Items that observers and coaches rate at the end and have no marker for on the way."""
    marked = {marker.item for marker in rubric.markers}
    for place, item in enumerate(rubric.items):
        if item.id not in marked and {"observer", "coach"} & set(item.seats):
            yield ("items", place), f"no marker catches {quoted(item.id)}: nothing noted on the way will speak for it"


def _unwritten(tree: Any, path: FieldPath = ()) -> Iterator[Fault]:
    if isinstance(tree, str) and TO_WRITE.search(tree):
        yield path, "still holds the template's TODO"
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, part in inner:
        yield from _unwritten(part, (*path, key))


def _review(written: Scenario | Encounter, today: date) -> Iterator[Fault]:
    day = written.reviewed
    if day is None:
        yield ("reviewed",), "no clinician has read it yet: have one of the field read it, and set this to the day"
    elif day > today:
        yield ("reviewed",), f"{day} is still to come"
    elif (today.year - READ_AGAIN, today.month, today.day) > (day.year, day.month, day.day):
        yield ("reviewed",), f"last read by a clinician on {day}, more than {READ_AGAIN} years ago: have it read again"


# --- what can be played


def _unreached(scenario: Scenario) -> Iterator[Fault]:
    beats = scenario.script.beats
    found, ends = reached(beats), ending(beats)
    if not ends:
        yield BEATS, "none of the beats is an end: leave out `next` in one"
    for place, beat in enumerate(beats):
        if beat.id not in found:
            yield (*BEATS, place), f"{quoted(beat.id)} can't be reached: no beat on the way has it in its `next`"
        if ends and beat.id not in ends:
            yield (*BEATS, place), f"from {quoted(beat.id)} no end can be reached, only beats that have a `next`"


def _untold(scenario: Scenario) -> Iterator[Fault]:
    for place, who in enumerate(scenario.script.characters):
        played = [beat for beat in _reached_beats(scenario) if who.id in beat.play]
        eased = any(_count(beat, "eases") for beat in played)
        for number, told in enumerate(who.disclosures):
            path = (*CHARACTERS, place, "disclosures", number)
            if not played:
                yield path, f"{quoted(told.id)} can't be told: {quoted(who.id)} plays in no beat that can be reached"
            elif told.tier == "after_empathy" and not eased:
                yield path, f"{quoted(told.id)} can't be told: where {quoted(who.id)} plays, no answer eases"


def _reached_beats(scenario: Scenario) -> list[Beat]:
    found = reached(scenario.script.beats)
    return [beat for beat in scenario.script.beats if beat.id in found]


def _count(beat: Beat, effect: str) -> int:
    return sum(answer.effect == effect for answer in beat.answers)


def _unplayed(scenario: Scenario) -> Iterator[Fault]:
    found = reached(scenario.script.beats)
    for place, beat in enumerate(scenario.script.beats):
        for who in scenario.script.characters if beat.id in found else ():
            for name, there in (("play", beat.play), ("emotion", beat.emotion)):
                if who.id not in there:
                    yield (*BEATS, place, name), f"nothing here for {quoted(who.id)}, who is in the room too"


def _one_sided(scenario: Scenario) -> Iterator[Fault]:
    for place, beat in enumerate(scenario.script.beats):
        for effect in ("eases", "raises"):
            if (count := _count(beat, effect)) < 2:
                yield (*BEATS, place, "answers"), f"{count or 'no'} with effect {effect}; two or more are wanted"


# --- enough of everything


def _few(scenario: Scenario) -> Iterator[Fault]:
    script = scenario.script
    told = [told for who in script.characters for told in who.disclosures]
    wanted: tuple[tuple[FieldPath, Sized, int, str], ...] = (
        (("warnings",), scenario.warnings, 1, "content warnings: those who play and watch should know what comes"),
        (("references",), scenario.references, 1, "references: say what the case leans on"),
        (CHARACTERS, told, 6, "disclosures: the learner needs something to find out"),
        (BEATS, script.beats, 5, "beats: the encounter needs ways to go"),
        (("script", "challenges"), script.challenges, 4, "challenges: the coach needs some to choose from"),
        (("script", "escalation", "limits"), script.escalation.limits, 3, "limits: say what is never done"),
        (("script", "derole"), script.derole, 4, "steps out of the role: leaving it takes more than a word"),
    )
    for path, there, least, what in wanted:
        if len(there) < least:
            yield path, f"has {len(there) or 'no'} of {least} or more {what}"
    for tier in TIERS:
        if all(one.tier != tier for one in told):
            yield CHARACTERS, f"no disclosure is {tier}"
    if not any(beat.rewind for beat in script.beats[1:]):
        yield BEATS, "no beat after the first is a rewind point: set `rewind: true` where playing again would help"


def _prompts(scenario: Scenario) -> Iterator[Fault]:
    latest = 0.0
    for place, prompt in enumerate(scenario.script.prompts):
        if prompt.at_minutes < latest:
            reason = f"{prompt.at_minutes:g} comes after {latest:g}: put the prompts in the order of their time"
            yield ("script", "prompts", place, "at_minutes"), reason
        latest = max(latest, prompt.at_minutes)


PLAY, LEARNER, THEN = 300, 140, 200  # characters that a live card shows at a glance


def _long(scenario: Scenario) -> Iterator[Fault]:
    for path, text, longest in _on_the_card(scenario):
        if len(text) > longest:
            yield path, f"{len(text)} characters; more than {longest} can't be read while playing"


def _on_the_card(scenario: Scenario) -> Iterator[tuple[FieldPath, str, int]]:
    for place, beat in enumerate(scenario.script.beats):
        for who, play in beat.play.items():
            yield (*BEATS, place, "play", who), play, PLAY
        for number, answer in enumerate(beat.answers):
            yield (*BEATS, place, "answers", number, "learner"), answer.learner, LEARNER
            yield (*BEATS, place, "answers", number, "then"), answer.then, THEN


Rule = Callable[[Scenario], Iterator[Fault]]
RULES: tuple[Rule, ...] = (_unreached, _untold, _unplayed, _one_sided, _few, _prompts, _long, leaks.faults)
