"""The encounter of a report, minute by minute: takes, time-outs, what was noticed, and how heard the patient felt."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from ...domain import takes
from ...domain.room import Action
from ...domain.rubric import Rubric
from ...domain.scenario import Scenario
from ...storage.feedback import Feeling
from ...storage.rooms import TakeRow
from .. import journal
from .source import Source, names_of

Plain = dict[str, Any]
STOPS = (Action.TIMEOUT_CALL, Action.TIMEOUT_RESUME, Action.TAKE_REWIND, Action.ENCOUNTER_END)


def timeline(source: Source) -> Plain:
    """Takes, time-outs, notes and felt trace along the minutes of the encounter."""
    orm, round_id = source.uow.session, source.round.id
    rows = orm.scalars(select(TakeRow).where(TakeRow.round_id == round_id).order_by(TakeRow.number))
    return {
        "length_s": round(source.round.encounter_s or 0.0, 1),
        "takes": [
            {
                "number": take.number,
                "offset_s": round(take.offset_s, 1),
                "from_beat": _beat_title(source.scenario, take.from_beat),
                "from_offset_s": take.from_offset_s,
            }
            for take in rows
        ],
        "timeouts": _time_outs(source),
        "observations": [
            {
                "offset_s": round(one.offset_s, 1),
                "take": one.take,
                "seat": one.seat,
                "name": source.name(one.author_id, one.seat),
                "kind": one.kind,
                "text": one.text,
                "marker": _marker_label(source.rubric, one.marker),
                "judgement": one.judgement,
            }
            for one in source.observations
        ],
        "felt": _felt(source),
    }


def compared(line: Plain) -> list[Plain]:
    """The takes of a timeline side by side, when there was more than one."""
    found: list[Plain] = []
    before: list[str] | None = None
    taken = takes.spans([(take["number"], take["offset_s"]) for take in line["takes"]], line["length_s"])
    for take, span in zip(line["takes"], taken, strict=True):
        noted = [one for one in line["observations"] if one["take"] == span.number]
        markers = [one["marker"] for one in noted if one["kind"] == "marker"]
        felt = [(each["name"], takes.felt_over(each["points"], span)) for each in line["felt"]]
        found.append(
            {
                **take,
                "length_s": span.length,
                "timeouts": [one for one in line["timeouts"] if one["take"] == span.number],
                "felt": [{"name": name, "first": over.first, "last": over.last} for name, over in felt if over],
                "markers": [asdict(one) for one in takes.tallied(markers, before)],
                "words": [one for one in noted if one["kind"] == "verbatim"],
                "notes": [one for one in noted if one["kind"] == "note" and one["text"]],
            }
        )
        before = markers
    return found if len(found) > 1 else []


def _beat_title(scenario: Scenario, beat_id: str | None) -> str | None:
    beat = scenario.beat(beat_id) if beat_id else None
    return beat.title if beat else None


def _marker_label(rubric: Rubric, marker_id: str | None) -> str | None:
    marker = rubric.marker(marker_id) if marker_id else None
    return marker.label if marker else marker_id


def _time_outs(source: Source) -> list[Plain]:
    """Each time-out with how long the clock stood: until the next line that set it going or ended the encounter."""
    stops = journal.of_round(source.uow, source.round.id, source.room.id, STOPS)
    # Only the learner, a patient and the coach can stop the clock: no peer is named by it.
    names = names_of(source.uow, {line.person_id for line in stops})
    found = []
    for at, line in enumerate(stops):
        if line.action != Action.TIMEOUT_CALL:
            continue
        after = stops[at + 1].at if at + 1 < len(stops) else line.at
        found.append(
            {
                "offset_s": line.answer.get("offset_s", 0.0),
                "take": line.take,
                "stopped_s": round((after - line.at).total_seconds(), 1),
                "reason": line.data.get("reason"),
                "by": names.get(line.person_id, ""),
            }
        )
    return found


def _felt(source: Source) -> list[Plain]:
    marks = source.uow.session.scalars(
        select(Feeling).where(Feeling.round_id == source.round.id).order_by(Feeling.offset_s, Feeling.at)
    )
    points: dict[str, list[list[float]]] = {}
    for mark in marks:
        points.setdefault(mark.character, []).append([round(mark.offset_s, 1), mark.value])
    found = []
    for character, trace in points.items():
        played = source.scenario.character(character)
        found.append({"character": character, "name": played.name if played else character, "points": trace})
    return found
