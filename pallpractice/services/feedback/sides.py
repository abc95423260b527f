"""A round seen from each side: ratings by group of raters, the gap to the learner's own, comments, corrections."""

from collections.abc import Iterator, Mapping
from statistics import fmean
from typing import Any

from ...domain import gaps, times
from ...domain.agreement import Rating, far_apart
from ...domain.noticed import Mention, Weight, pick
from ...domain.reports import Who
from ...domain.roles import Seat
from ...domain.rubric import Item
from ...domain.text import Text, text
from ...storage.feedback import Correction, Entry, Scorecard
from .corrections import Line
from .source import Source

Plain = dict[str, Any]

# Who rates, as a report calls them, in the order of its lanes. The learner's own is "self".
GROUPS: Mapping[str, Seat] = {
    "self": Seat.LEARNER,
    "peers": Seat.OBSERVER,
    "patient": Seat.PATIENT,
    "coach": Seat.COACH,
}
GROUP_OF = {str(seat): group for group, seat in GROUPS.items()}
LABELS = {"peers": text("Peers"), "patient": text("Patient"), "coach": text("Coach")}


def labels(who: Who) -> dict[str, Text]:
    """The groups as this reader calls them."""
    return {"self": text("You") if who is Who.LEARNER else text("Learner"), **LABELS}


def ratings(source: Source, threshold: float) -> Plain:
    """Each item with a lane per group, and the groups' quadrants."""
    scale, rubric = source.rubric.scale, source.rubric
    items = [_item(source, item) for item in rubric.items]
    return {
        "rubric": {"id": rubric.id, "version": rubric.version, "title": rubric.title},
        "scale": {
            "min": scale.min,
            "max": scale.max,
            "labels": {str(number): label for number, label in scale.labels.items()},
        },
        "labels": labels(source.who),
        "items": items,
        "quadrants": [_quadrants(items, group, rubric.passing.mean, threshold) for group in GROUPS if group != "self"],
        "threshold": threshold,
        "standard": rubric.passing.mean,
    }


def _item(source: Source, item: Item) -> Plain:
    anchors, named = item.anchors, labels(source.who)
    return {
        "id": item.id,
        "title": item.title,
        "text": item.wording.get("learner") or item.title,
        "anchors": {"low": anchors.low, "middle": anchors.middle, "high": anchors.high},
        "lanes": [
            _lane(source, item, group, named[group]) for group, seat in GROUPS.items() if str(seat) in item.seats
        ],
    }


def _lane(source: Source, item: Item, group: str, label: Text) -> Plain:
    given: list[Plain] = [
        {
            "rater": source.name(card.rater_id, card.seat),
            "value": line.rating,
            "not_observed": line.not_observed,
            "corrected": bool(line.corrections),
        }
        for card, line in _of(source, group)
        if line.entry == item.id and (line.rating is not None or line.not_observed)
    ]
    if group == "peers" and not source.peer_names:
        given.sort(key=lambda one: (one["value"] is None, one["value"] or 0))  # not in anyone's order
    values = [int(one["value"]) for one in given if one["value"] is not None]
    return {
        "source": group,
        "label": label,
        "ratings": given,
        "mean": round(fmean(values), 2) if values else None,
        "n": len(values),
    }


def _of(source: Source, group: str) -> Iterator[tuple[Scorecard, Line]]:
    for card in source.cards:
        if GROUP_OF.get(card.seat) == group:
            for line in source.lines[card.id].values():
                yield card, line


def _quadrants(items: list[Plain], group: str, standard: float, threshold: float) -> Plain:
    """The items both the learner and this group have rated, by quadrant, each with its gap."""
    found: dict[str, list[Plain]] = {quadrant: [] for quadrant in gaps.Quadrant}
    raters = 0
    for item in items:
        own, others = _values(item, "self"), _values(item, group)
        raters = max(raters, len(others))
        rating = own[0] if own else None
        quadrant = gaps.quadrant(rating, others, standard=standard, threshold=threshold)
        if quadrant is not None:
            apart = gaps.gap(rating, others)
            assert apart is not None
            found[quadrant].append({"item": item["id"], "title": item["title"], "gap": round(apart, 2)})
    return {"source": group, "raters": raters, "items": sum(map(len, found.values())), **found}


def _values(item: Plain, group: str) -> list[int]:
    lane = next((lane for lane in item["lanes"] if lane["source"] == group), None)
    return [one["value"] for one in lane["ratings"] if one["value"] is not None] if lane else []


def apart(source: Source) -> list[Plain]:
    """Where those who watched were far apart, as they first rated: each item with what was said, by seat alone."""
    rubric, learner = (source.rubric.id, source.rubric.version), source.round.learner_id
    given = [
        Rating(card.round_id, learner, card.rater_id, Seat(card.seat), rubric, one.entry, one.rating)
        for card in source.cards
        for one in card.entries
        if one.rating is not None
    ]
    return [
        {"title": item.title, "said": [{"seat": one.seat, "value": one.value} for one in said]}
        for item, said in far_apart(given, source.rubric)
    ]


def words(source: Source) -> Plain:
    """The comments, by group, and of all that was written and marked two things noticed and one to try."""
    mentions = [*_commented(source), *_noted(source), *_marked(source)]
    return {
        "comments": [
            _comment(source, group, card, line) for group in GROUPS for card, line in _comments(source, group)
        ],
        "noticed": [_mention(one) for one in pick(mentions, "keep", 2)],
        "to_try": next((_mention(one) for one in pick(mentions, "try", 1)), None),
    }


def _comments(source: Source, group: str) -> list[tuple[Scorecard, Line]]:
    """Rater by rater, in the order of the rubric."""
    given = {(card.id, line.entry): (card, line) for card, line in _of(source, group) if line.last and line.last.text}
    wanted = [(card.id, comment.id) for card in source.cards for comment in source.rubric.comments]
    found = [given[key] for key in wanted if key in given]
    if group == "peers" and not source.peer_names:
        # By what they say: in the order of scorecards, one who is known by a comment would be known by all of theirs.
        found.sort(key=lambda one: (one[1].entry, str(one[1].last and one[1].last.text).casefold()))
    return found


def _comment(source: Source, group: str, card: Scorecard, line: Line) -> Plain:
    prompt = source.rubric.comment(line.entry)
    assert prompt
    return {
        "source": group,
        "rater": source.name(card.rater_id, card.seat),
        "comment": line.entry,
        "prompt": prompt.prompt,
        "text": line.given.text if line.given else None,
        "corrections": [
            {"text": one.text, "by": source.name(one.made_by, _seat_of(source, one)), "reason": one.reason}
            for one in line.corrections
        ],
        "held": line.held,
    }


def _seat_of(source: Source, one: Correction) -> str:
    """The seat of whoever made a correction: their scorecard's if it is theirs, else a coach did."""
    card = next((card for card in source.cards if card.id == one.scorecard_id), None)
    return card.seat if card and card.rater_id == one.made_by else Seat.COACH


def _commented(source: Source) -> Iterator[Mention]:
    for card, line in (pair for group in ("coach", "peers") for pair in _comments(source, group)):
        if line.last and line.last.text and not line.held:
            weight = Weight.COACHS_COMMENT if card.seat == Seat.COACH else Weight.COMMENT
            by = source.name(card.rater_id, card.seat)
            yield Mention(weight, line.entry, GROUP_OF[card.seat], by, line.last.text)


def _noted(source: Source) -> Iterator[Mention]:
    for one in source.observations:
        if one.text and one.judgement:
            by = source.name(one.author_id, one.seat)
            group = GROUP_OF[one.seat]
            yield Mention(Weight.NOTE, one.judgement, group, by, one.text, one.take, round(one.offset_s, 1))


def _marked(source: Source) -> Iterator[Mention]:
    """Marks without words, counted by marker: "Named the feeling", three times by two people."""
    found: dict[str, list[Any]] = {}
    for one in source.observations:
        if one.marker and not one.text:
            found.setdefault(one.marker, []).append(one)
    for marker, marks in found.items():
        known, first = source.rubric.marker(marker), marks[0]
        if known is None:
            continue
        people = {one.author_id: source.name(one.author_id, one.seat) for one in marks}
        by: str | Text = next(iter(people.values())) if len(people) == 1 else text("{n} people", n=len(people))
        said = text("{label}, caught {n} times", label=known.label, n=len(marks)) if len(marks) > 1 else known.label
        group = GROUP_OF[first.seat]
        judgement = first.judgement or known.judgement
        yield Mention(Weight.MARK, judgement, group, by, said, first.take, round(first.offset_s, 1), len(marks))


def _mention(one: Mention) -> Plain:
    return {"text": one.text, "by": one.by, "source": one.source, "take": one.take, "offset_s": one.offset_s}


def corrected(source: Source) -> list[Plain]:
    """What was said anew after release: of which line, what it said before and says now, by whom, why and when."""
    zone = source.room.session.course.time_zone
    found = []
    for card in source.cards:
        for line in source.lines[card.id].values():
            before: Entry | Correction | None = line.given
            for one in line.corrections:
                found.append(
                    {
                        "entry": _title(source, one.entry),
                        "of": source.name(card.rater_id, card.seat),
                        "by": source.name(one.made_by, _seat_of(source, one)),
                        "was": said_of(before),
                        "now": said_of(one),
                        "reason": one.reason,
                        "at": times.moment(one.made_at, zone),
                        "held": line.held,
                        "made_at": one.made_at.isoformat(),
                    }
                )
                before = one
    return sorted(found, key=lambda one: str(one["made_at"]))


def said_of(line: Entry | Correction | None) -> str | Text:
    """A rating or comment in words."""
    if line is None or (line.rating is None and not line.not_observed and not line.text):
        return text("no answer")
    if line.not_observed:
        return text("not observed")
    return line.text or str(line.rating)


def _title(source: Source, entry: str) -> str:
    item, comment = source.rubric.item(entry), source.rubric.comment(entry)
    return item.title if item else comment.prompt if comment else entry
