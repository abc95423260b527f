"""An instrument: what is rated, by which seat, in which words. Values only, no files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

RATING_SEATS = ("learner", "patient", "observer", "coach")
JUDGEMENTS = ("keep", "try")
KINDS = ("serious_news", "values", "general")


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from `min` to `max`. "Not observed" is an answer beside them, never a zero."""

    min: int
    max: int
    labels: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Passing:
    """The standard set beforehand: the mean of the items, by raters in these seats."""

    mean: float
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anchors:
    """What is seen or heard at the low, middle and high end of the scale."""

    low: str
    middle: str
    high: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing rated; `wording` is per seat, for every seat in `seats`."""

    id: str
    title: str
    wording: Mapping[str, str]
    anchors: Anchors
    seats: tuple[str, ...] = RATING_SEATS
    competencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """A one-tap skill an observer catches; `item` is an item's id, `judgement` keep or try."""

    id: str
    label: str
    item: str
    judgement: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A free text of the scorecard. Its id shares one name space with the items'."""

    id: str
    seats: tuple[str, ...]
    prompt: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """A whole instrument. A seat is its string ("learner", ...); a StrEnum of those is as good."""

    id: str
    version: int
    title: str
    skill: str
    source: str
    licence: str
    attribution: str
    permission: str
    scale: Scale
    passing: Passing
    items: tuple[Item, ...]
    markers: tuple[Marker, ...]
    comments: tuple[Comment, ...]
    _views: dict[str, dict[str, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def item(self, id: str) -> Item | None:
        """The item with this id, or None."""
        return next((item for item in self.items if item.id == id), None)

    def comment(self, id: str) -> Comment | None:
        """The comment with this id, or None."""
        return next((comment for comment in self.comments if comment.id == id), None)

    def marker(self, id: str) -> Marker | None:
        """The marker with this id, or None."""
        return next((marker for marker in self.markers if marker.id == id), None)

    def items_for(self, seat: str) -> tuple[Item, ...]:
        """What this seat rates, in the file's order; nothing for any other word."""
        return tuple(item for item in self.items if seat in item.seats)

    def comments_for(self, seat: str) -> tuple[Comment, ...]:
        """The free texts this seat is asked for."""
        return tuple(comment for comment in self.comments if seat in comment.seats)

    def for_seat(self, seat: str) -> dict[str, Any]:
        """The `rubric` of `room:view` in this seat's words; made once and shared: not to be changed.

        A seat that rates nothing gets no items and no comments. Markers are the same for all, since a
        released observation names its marker.
        """
        seat = str(seat)
        if seat not in RATING_SEATS:
            return self._view(seat)  # not kept: the memory must not grow with what callers make up
        if seat not in self._views:
            self._views[seat] = self._view(seat)
        return self._views[seat]

    def _view(self, seat: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "scale": {
                "min": self.scale.min,
                "max": self.scale.max,
                "labels": {str(number): label for number, label in self.scale.labels.items()},
            },
            "items": [_worded(item, seat) for item in self.items_for(seat)],
            "markers": [{"id": mark.id, "label": mark.label, "item": mark.item} for mark in self.markers],
            "comments": [{"id": comment.id, "prompt": comment.prompt} for comment in self.comments_for(seat)],
        }


def _worded(item: Item, seat: str) -> dict[str, Any]:
    anchors = item.anchors
    return {
        "id": item.id,
        "title": item.title,
        "text": item.wording[seat],
        "anchors": {"low": anchors.low, "middle": anchors.middle, "high": anchors.high},
    }
