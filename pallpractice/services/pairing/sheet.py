"""A plan as a table for a spreadsheet."""

from zoneinfo import ZoneInfo

from ...domain.pairing.plan import Plan, Planned, Problem, in_order
from ...domain.text import Language, Text, joined, said, text
from ...library import Library
from .. import cells

COLUMNS = (
    text("date"),
    text("starts"),
    text("ends"),
    text("session"),
    text("group"),
    text("round"),
    text("learner"),
    text("scenario"),
    text("actors"),
    text("by hand"),
)


def sheet(library: Library, problem: Problem, plan: Plan, language: Language | None = None) -> str:
    """The plan as CSV, one line for each round, in the order of time; times are the course's. None is English."""
    rows = []
    zone = ZoneInfo(problem.zone)
    lines = [(one, number) for rounds in in_order(plan).values() for number, one in enumerate(rounds, 1)]
    for one, number in sorted(lines, key=lambda line: (line[0].slot, _room(problem, line[0]))):
        starts, ends = one.slot.starts.astimezone(zone), one.slot.ends.astimezone(zone)
        row = (
            f"{starts:%Y-%m-%d}",
            f"{starts:%H:%M}",
            f"{ends:%H:%M}",
            problem.session[one.session].title,
            _room(problem, one),
            str(number),
            problem.name(one.learner) if one.learner else "",
            problem.case[one.case].title,
            joined("; ", _cast_words(library, problem, one)),
            text("yes") if one.by_hand else "",
        )
        rows.append(said(row, language))
    return cells.written(said(COLUMNS, language), rows)


def _cast_words(library: Library, problem: Problem, one: Planned) -> list[Text]:
    return [text("{actor} as {character}", actor=actor, character=who) for who, actor in cast(library, problem, one)]


def _room(problem: Problem, one: Planned) -> str:
    room = problem.room.get(one.room)
    return room.name if room else ""


def cast(library: Library, problem: Problem, one: Planned) -> list[tuple[str, str]]:
    """(character, actor) by name, for every character of the round's case; an actor nobody is yet is "nobody".

    Of a round that began without having been planned, the plan does not know who plays.
    """
    if one.begun and not one.parts:
        return []
    known = library.scenarios.get(one.case)
    found = []
    for part in problem.case[one.case].characters:
        character = known.character(part) if known else None
        actor = one.parts.get(part)
        found.append((character.name if character else part, problem.name(actor) if actor else text("nobody")))
    return found
