"""The learner's report of a closed round: ratings side by side, what was noticed and when, the next step.

Read from the rows as they stand. Groups of raters are kept apart and never pooled (content: gap per group).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from ..domain import takes, times
from ..domain.errors import NotFound
from ..domain.roles import Seat
from ..domain.room import Action
from ..domain.rubric import Item, Rubric
from ..domain.scenario import Scenario
from ..domain.text import Text, text
from ..library.shelf import Library
from ..storage.courses import Enrolment, Person
from ..storage.feedback import Feeling, Observation, Scorecard
from ..storage.rooms import JournalLine, Room, RoundRow, TakeRow
from ..storage.unit_of_work import UnitOfWork
from . import editions, feedback, journal, observations

Plain = dict[str, Any]

# Lanes of the chart: who rates, as the report calls them, in this order.
SOURCES: Mapping[str, tuple[Seat, Text]] = {
    "self": (Seat.LEARNER, text("You")),
    "peers": (Seat.OBSERVER, text("Peers")),
    "patient": (Seat.PATIENT, text("Patient")),
    "coach": (Seat.COACH, text("Coach")),
}
SOURCE_OF = {str(seat): source for source, (seat, _) in SOURCES.items()}
STOPS = (Action.TIMEOUT_CALL, Action.TIMEOUT_RESUME, Action.TAKE_REWIND, Action.ENCOUNTER_END)


@dataclass(slots=True)
class Source:
    """The rows a report is made of."""

    uow: UnitOfWork
    round: RoundRow
    room: Room
    scenario: Scenario
    rubric: Rubric
    cards: Sequence[Scorecard]
    observations: Sequence[Observation]
    names: Mapping[str, str]


def report(uow: UnitOfWork, library: Library, round_id: str, reader: str) -> Plain:
    """The report of a round, for its learner. Raises NotFound for anyone else and before the round is closed."""
    round_ = uow.session.get(RoundRow, round_id)
    if round_ is None or round_.learner_id != reader or round_.closed_at is None:
        raise NotFound(text("There is no such report, or it is not yours."))
    room = uow.session.get_one(Room, round_.room_id)
    if not _still_enrolled(uow, room, reader):
        raise NotFound(text("There is no such report, or it is not yours."))
    cards = [card for card in feedback.of_round(uow, round_id) if card.status == "released"]
    noticed = observations.of_round(uow, round_id)
    people = {round_.learner_id, *(card.rater_id for card in cards), *(one.author_id for one in noticed)}
    stops = journal.of_round(uow, round_id, room.id, STOPS)
    names = _names(uow, people | {line.person_id for line in stops})
    source = Source(
        uow=uow,
        round=round_,
        room=room,
        scenario=editions.scenario(uow, library, round_.scenario_id, round_.scenario_version),
        rubric=editions.rubric(uow, library, round_.rubric_id, round_.rubric_version),
        cards=cards,
        observations=noticed,
        names=names,
    )
    line = _timeline(source, stops)
    return {**_heading(source), **_ratings(source), **_words(source), "timeline": line, "takes": _compared(line)}


def _still_enrolled(uow: UnitOfWork, room: Room, person: str) -> bool:
    return bool(
        uow.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(
                Enrolment.course_id == room.session.course_id,
                Enrolment.person_id == person,
                Enrolment.removed_at.is_(None),
            )
        )
    )


def _names(uow: UnitOfWork, people: Iterable[str]) -> dict[str, str]:
    rows = uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(list(people))))
    return {row.id: row.name for row in rows}


def _heading(source: Source) -> Plain:
    round_, session = source.round, source.room.session
    zone = ZoneInfo(session.course.time_zone)
    assert round_.closed_at
    closed = round_.closed_at.astimezone(zone)
    return {
        "round_id": round_.id,
        "course": session.course.title,
        "session": session.title,
        "group": source.room.name,
        "number": round_.number,
        "of": max(round_.number, _learners(source)),
        "title": source.scenario.title,
        "skill": source.scenario.skill,
        "learner": {"person": round_.learner_id, "name": source.names[round_.learner_id]},
        "date": times.on(closed, times.FULL_DATE),
        "readers": [text("You"), text("Your coach and observers see what they wrote themselves")],
        "goal": round_.goal,
        "next_step": round_.next_step,
    }


def _learners(source: Source) -> int:
    group = source.room.group_id
    return (
        source.uow.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(Enrolment.group_id == group, Enrolment.role == "learner", Enrolment.removed_at.is_(None))
        )
        or 0
    )


def _ratings(source: Source) -> Plain:
    scale = source.rubric.scale
    return {
        "scale": {
            "min": scale.min,
            "max": scale.max,
            "labels": {str(number): label for number, label in scale.labels.items()},
        },
        "items": [_item(source, item) for item in source.rubric.items],
    }


def _item(source: Source, item: Item) -> Plain:
    anchors = item.anchors
    return {
        "id": item.id,
        "title": item.title,
        "text": item.wording.get("learner") or item.title,
        "anchors": {"low": anchors.low, "middle": anchors.middle, "high": anchors.high},
        "lanes": [
            _lane(source, item, name, label) for name, (seat, label) in SOURCES.items() if str(seat) in item.seats
        ],
    }


def _lane(source: Source, item: Item, name: str, label: str) -> Plain:
    ratings: list[Plain] = [
        {
            "rater": source.names.get(card.rater_id, ""),
            "value": entry.rating,
            "not_observed": entry.not_observed,
        }
        for card in source.cards
        if SOURCE_OF.get(card.seat) == name
        for entry in card.entries
        if entry.entry == item.id and (entry.rating is not None or entry.not_observed)
    ]
    values = [int(rating["value"]) for rating in ratings if rating["value"] is not None]
    return {
        "source": name,
        "label": label,
        "ratings": ratings,
        "mean": round(fmean(values), 2) if values else None,
        "n": len(values),
    }


def _words(source: Source) -> Plain:
    comments = [
        {
            "source": SOURCE_OF[card.seat],
            "rater": source.names.get(card.rater_id, ""),
            "comment": entry.entry,
            "prompt": prompt.prompt,
            "text": entry.text,
        }
        for name in SOURCES
        for card in source.cards
        if SOURCE_OF.get(card.seat) == name
        for entry in card.entries
        if entry.text and (prompt := source.rubric.comment(entry.entry))
    ]
    return {
        "comments": comments,
        "noticed": _said(source, comments, "keep")[:2],
        "to_try": next(iter(_said(source, comments, "try")), None),
    }


def _said(source: Source, comments: Sequence[Plain], judgement: str) -> list[Plain]:
    """What others said to keep or to try, in their words: the coach's comment first, then peers', then their notes."""
    others = [one for one in comments if one["source"] != "self" and one["comment"] == judgement]
    others.sort(key=lambda one: one["source"] != "coach")
    written = [{"text": one["text"], "by": one["rater"]} for one in others]
    noted = [
        {"text": one.text, "by": source.names.get(one.author_id, "")}
        for one in source.observations
        if one.judgement == judgement and one.text
    ]
    return written + noted


def _timeline(source: Source, stops: Sequence[JournalLine]) -> Plain:
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
        "timeouts": _time_outs(source, stops),
        "observations": [
            {
                "offset_s": round(one.offset_s, 1),
                "take": one.take,
                "seat": one.seat,
                "name": source.names.get(one.author_id, ""),
                "kind": one.kind,
                "text": one.text,
                "marker": _marker_label(source.rubric, one.marker),
                "judgement": one.judgement,
            }
            for one in source.observations
        ],
        "felt": _felt(source),
    }


def _compared(line: Plain) -> list[Plain]:
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
                "markers": takes.tallied(markers, before),
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


def _time_outs(source: Source, stops: Sequence[JournalLine]) -> list[Plain]:
    """Each time-out with how long the clock stood: until the next line that set it going or ended the encounter."""
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
                "by": source.names.get(line.person_id, ""),
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
