"""A plan as a table for a spreadsheet."""

import csv
import io
from zoneinfo import ZoneInfo

from ...domain.pairing.plan import Plan, Planned, Problem, in_order
from ...library import Library

COLUMNS = ("date", "starts", "ends", "session", "group", "round", "learner", "scenario", "actors", "by hand")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would work these out


def sheet(library: Library, problem: Problem, plan: Plan) -> str:
    """The plan as CSV, one line for each round, in the order of time; times are the course's."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    zone = ZoneInfo(problem.zone)
    lines = [(one, number) for rounds in in_order(plan).values() for number, one in enumerate(rounds, 1)]
    for one, number in sorted(lines, key=lambda line: (line[0].slot, _room(problem, line[0]))):
        starts, ends = one.slot.starts.astimezone(zone), one.slot.ends.astimezone(zone)
        cells = (
            f"{starts:%Y-%m-%d}",
            f"{starts:%H:%M}",
            f"{ends:%H:%M}",
            problem.session[one.session].title,
            _room(problem, one),
            str(number),
            problem.name(one.learner) if one.learner else "",
            problem.case[one.case].title,
            "; ".join(f"{actor} as {character}" for character, actor in cast(library, problem, one)),
            "yes" if one.by_hand else "",
        )
        writer.writerow([neutral(cell) for cell in cells])
    return out.getvalue()


def _room(problem: Problem, one: Planned) -> str:
    room = problem.room.get(one.room)
    return room.name if room else ""


def cast(library: Library, problem: Problem, one: Planned) -> list[tuple[str, str]]:
    """(character, actor) by name, for every character of the round's case; an actor nobody is yet is "nobody"."""
    known = library.scenarios.get(one.case)
    found = []
    for part in problem.case[one.case].characters:
        character = known.character(part) if known else None
        actor = one.parts.get(part)
        found.append((character.name if character else part, problem.name(actor) if actor else "nobody"))
    return found


def neutral(cell: str) -> str:
    """The text, so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
