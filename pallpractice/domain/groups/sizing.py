"""How many groups of each track: as many as the wishes, the learners and the coaches allow."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import Refusal
from ..roles import Track
from ..text import Text, text, texts
from .grouping import Wishes, listed, of_track

Counts = Mapping[Track | None, int]


class Impossible(Refusal):
    """No groups can be made so. The message says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Need:
    """What groups are made from: learners by track (None: of either), groups that must stay, groups there are now."""

    learners: Counter[Track | None]
    forced: Counter[Track | None]
    present: Counter[Track | None]
    coaches: int

    @property
    def tracks(self) -> list[Track | None]:
        """Those that get groups: the tracks people have, or none at all."""
        return [track for track in Track if self.learners[track]] or [None]


def counts(need: Need, wishes: Wishes) -> Counts:
    """Groups for each track, with sizes as near the wishes as can be. Raises Impossible."""
    _check(need, wishes)
    ways = list(_ways(need, wishes))
    best = min(ways, key=lambda way: _cost(need, wishes, way))
    within = [way for way in ways if sum(way.values()) <= need.coaches]
    if not within:
        least = min(sum(way.values()) for way in ways)
        raise Impossible(_too_few_coaches(need, wishes, least))
    chosen = min(within, key=lambda way: _cost(need, wishes, way))
    if _misfit(need, wishes, chosen) > _misfit(need, wishes, best):
        raise Impossible(_too_few_coaches(need, wishes, _fewest(need, wishes, ways)))
    return chosen


def _check(need: Need, wishes: Wishes) -> None:
    if wishes.least > wishes.most:
        raise Impossible(
            text(
                "No group has at least {least} and at most {most} learners. Change one of them.",
                least=wishes.least,
                most=wishes.most,
            )
        )
    if not need.learners.total():
        raise Impossible(text("There are no learners in this course yet. Bring them in first."))
    if not need.coaches:
        raise Impossible(
            text("There are no coaches in this course yet, and each group needs one. Bring them in first.")
        )
    at_least = sum(max(1, need.forced[track]) for track in need.tracks)
    if wishes.groups is not None and wishes.groups < at_least:
        why = text("people who are pinned or have practised")
        if not need.forced.total():
            why = text("learners of two tracks")
        raise Impossible(
            texts(
                "{n} group is too few: with {why} it takes at least {least}.",
                "{n} groups are too few: with {why} it takes at least {least}.",
                wishes.groups,
                why=why,
                least=at_least,
            )
        )


def _ways(need: Need, wishes: Wishes) -> Iterator[Counts]:
    """Every number of groups for each track that is worth a look."""
    first, *rest = need.tracks
    spans = {track: _span(need, wishes, track) for track in need.tracks}
    for count in spans[first]:
        if not rest and wishes.groups in (None, count):
            yield {first: count}
        for other in spans[rest[0]] if rest else ():
            if wishes.groups in (None, count + other):
                yield {first: count, rest[0]: other}


def _span(need: Need, wishes: Wishes, track: Track | None) -> range:
    low = max(1, need.forced[track])
    return range(low, max(low, need.learners.total() // wishes.least, wishes.groups or 0) + 1)


def _misfit(need: Need, wishes: Wishes, way: Counts) -> int:
    """How many learners too few or too many there are for the sizes wished for."""
    free = need.learners[None] if None not in way else 0
    short = sum(max(0, wishes.least * count - need.learners[track]) for track, count in way.items())
    room = sum(max(0, wishes.most * count - need.learners[track]) for track, count in way.items())
    over = sum(max(0, need.learners[track] - wishes.most * count) for track, count in way.items())
    return max(0, short - free) + over + max(0, free - room)


def _cost(need: Need, wishes: Wishes, way: Counts) -> tuple[float, ...]:
    """What the choice goes by: sizes within bounds, then near the best one, then as many groups as there are now."""
    total, free = sum(way.values()), need.learners[None] if None not in way else 0
    away = changed = 0.0
    for track, count in way.items():
        mean = need.learners[track] / count + free / total
        near = abs(mean - wishes.best)
        stays = wishes.settled and count == need.present[track] and near <= 1
        away += 0 if stays else count * near**2
        changed += abs(count - need.present[track])
    return (_misfit(need, wishes, way), away, changed, total)


def _fewest(need: Need, wishes: Wishes, ways: list[Counts]) -> int:
    """The fewest groups with which the sizes fit as well as they can."""
    least = min(_misfit(need, wishes, way) for way in ways)
    return min(sum(way.values()) for way in ways if _misfit(need, wishes, way) == least)


def _too_few_coaches(need: Need, wishes: Wishes, groups: int) -> Text:
    learners, more = need.learners.total(), groups - need.coaches
    told = [of_track(need.learners[track], track) for track in Track if need.learners[track]]
    if need.learners[None] and told:
        told.append(text("{n} without a track", n=need.learners[None]))
    facts = {
        "there": texts("there is {n} coach", "there are {n} coaches", need.coaches),
        "help": texts("Bring in {n} more coach", "Bring in {n} more coaches", more),
    }
    if wishes.groups is not None:
        return text(
            "You ask for {groups} groups, and {there}. {help}, or ask for fewer groups.", groups=wishes.groups, **facts
        )
    who = text("{n} learners", n=learners)
    if len(told) > 1:
        who = text("{n} learners ({tracks})", n=learners, tracks=listed(told))
    return text(
        "{who} make at least {groups} groups of at most {most}, and {there}. {help}, or let groups be larger.",
        who=who,
        groups=groups,
        most=wishes.most,
        **facts,
    )
