"""A plan's session as a table: rows of rooms, columns of rounds."""

from typing import Any

from ..domain.pairing.plan import Planned, Problem, Slot, in_order
from ..domain.pairing.rules import free_slots
from ..domain.text import text
from ..library import Library
from ..services.pairing import sheet
from ..services.pairing.making import Judged
from . import times


def table(judged: Judged, library: Library, session_id: str) -> dict[str, Any]:
    """A session as rows of rooms and columns of rounds."""
    problem = judged.problem
    session = problem.session[session_id]
    rounds = {key: each for key, each in in_order(judged.plan).items() if key[0] == session_id}
    rooms = [room for room in problem.rooms if room.session == session_id]
    slots = {one.slot for each in rounds.values() for one in each}
    slots |= {slot for slot in problem.slots(session_id) if not session.over}
    wrong = {_address(one): words for one, words in _wrong(judged)}
    lines = []
    for room in rooms:
        here = {one.slot: one for one in rounds.get(room.key, [])}
        seated = {one.learner for one in here.values()}
        free = free_slots(problem, room, list(here.values())) if not session.over else []
        waits = bool(set(problem.present(room)) - seated)
        cells = [
            _cell(library, problem, slot, here.get(slot), room.group, session_id, wrong, slot in free and waits)
            for slot in sorted(slots)
        ]
        coaches = [problem.name(one) for one in room.coaches if one not in session.absent]
        lines.append({"room": room, "coaches": coaches, "cells": cells})
    return {
        "session": session,
        "when": times.day_and_span(session.starts, session.ends, problem.zone),
        "slots": [problem.clock(slot) for slot in sorted(slots)],
        "rows": lines,
    }


def _wrong(judged: Judged) -> list[tuple[Planned, str]]:
    return [(one, broken.words) for broken in judged.broken for one in broken.where]


def _address(one: Planned) -> tuple[str, str, Slot]:
    return (*one.room, one.slot)


def _cell(
    library: Library,
    problem: Problem,
    slot: Slot,
    one: Planned | None,
    group: str,
    session: str,
    wrong: dict[tuple[str, str, Slot], str],
    free: bool,
) -> dict[str, Any]:
    return {
        "clock": problem.clock(slot),
        "round": one,
        "learner": problem.name(one.learner) if one and one.learner else text("Nobody"),
        "title": problem.case[one.case].title if one else "",
        "actors": sheet.cast(library, problem, one) if one else [],
        "where": {"session": session, "group": group, "starts": int(slot.starts.timestamp())},
        "wrong": (session, group, slot) in wrong,
        "free": free,
    }
