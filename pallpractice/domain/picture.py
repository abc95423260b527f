"""Two drawings of a script as plain values: its beats as an arc diagram, and its emotion over the beats.

Lengths are in units of the drawing, about a CSS pixel each; x grows to the right, y downwards. templates/pictures.html
draws what is laid out here.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .beats import reached
from .scenario import Beat, Character, Scenario
from .text import Text, joined, text

Point = tuple[float, float]

MARGIN = 16
BOX = 314  # a box's width; a title breaks after TITLE characters, which fit at the drawing's sizes
TITLE, SMALL = 28, 36
TITLE_LINE, SMALL_LINE = 20, 17
PAD = 10
INDENT = 42  # room inside a box's edges for the numbers of where an arc leads
BETWEEN = 30  # from a box to the next
SLOT = 14  # from one arc's attachment to the next
LANE = 15  # from one arc's lane to the next
CORNER = 6
HEAD = 8  # an arrowhead's length


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `y` is its baseline."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A beat: `title` and `details` (emotion per character, then marks) as lines. `lost`: it can't be reached."""

    beat: str
    x: float
    y: float
    width: float
    height: float
    title: tuple[Words, ...]
    details: tuple[Words, ...]
    first: bool
    last: bool
    lost: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """One `next`: `kind` is step (to the beat below), ahead (an arc on the right) or back (an arc on the left).

    `points` are its corners from box to box. An arc has a lane, from 0 beside the boxes outwards, and a `label` where
    it begins: the number of the beat it leads to, inside the box.
    """

    source: str
    target: str
    kind: str
    words: str
    points: tuple[Point, ...]
    lane: int | None = None
    label: Words | None = None

    @property
    def path(self) -> str:
        """The line with rounded corners, up to the arrowhead, in the language of SVG paths."""
        if self.lane is None:
            (x, y), (_, end) = self.points
            return f"M{x:g} {y:g}V{end - HEAD:g}"
        (x1, y1), (x2, _), (_, y2), (x3, _) = self.points
        out, down = (1 if x2 > x1 else -1), (1 if y2 > y1 else -1)
        corner = min(CORNER, abs(y2 - y1) / 2)
        return (
            f"M{x1:g} {y1:g}H{x2 - out * corner:g}Q{x2:g} {y1:g} {x2:g} {y1 + down * corner:g}"
            f"V{y2 - down * corner:g}Q{x2:g} {y2:g} {x2 - out * corner:g} {y2:g}H{x3 + out * HEAD:g}"
        )

    @property
    def head(self) -> str:
        """The arrowhead's three corners, the tip first."""
        x, y = self.points[-1]
        if self.lane is None:
            return f"{x:g},{y:g} {x - 4:g},{y - HEAD:g} {x + 4:g},{y - HEAD:g}"
        wide = x + (HEAD if self.points[1][0] > x else -HEAD)
        return f"{x:g},{y:g} {wide:g},{y - 4:g} {wide:g},{y + 4:g}"


@dataclass(frozen=True, slots=True)
class BeatsPicture:
    """`words` say what is drawn to who can't see it."""

    width: float
    height: float
    title: str
    words: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


# --- the beats


@dataclass(frozen=True, slots=True)
class _Arc:
    """A way from the beat at place `source` to the one at `target` that is not to the one below."""

    source: int
    target: int

    @property
    def ahead(self) -> bool:
        return self.target > self.source

    @property
    def span(self) -> tuple[float, float]:
        """Places it passes. On the right arrivals attach above departures, on the left below."""
        leaves, arrives = (0.75, 0.25) if self.ahead else (0.25, 0.75)
        return min(span := (self.source + leaves, self.target + arrives)), max(span)


def of_beats(scenario: Scenario) -> BeatsPicture:
    """The beats in the file's order below each other, each `next` drawn once."""
    beats = scenario.script.beats
    arcs = _arcs(beats)
    lanes = _lanes([arc for arc in arcs if arc.ahead]) | _lanes([arc for arc in arcs if not arc.ahead])
    left = MARGIN + _side(lane for arc, lane in lanes.items() if not arc.ahead)
    boxes = _boxes(scenario, left, _attached(beats, lanes))
    arrows = (*_steps(beats, boxes), *_drawn(beats, boxes, lanes))
    right = _side(lane for arc, lane in lanes.items() if arc.ahead)
    return BeatsPicture(
        width=left + BOX + right + MARGIN,
        height=boxes[-1].y + boxes[-1].height + MARGIN,
        title=text("The beats of “{scenario}”", scenario=scenario.title),
        words=_told(beats, boxes),
        boxes=boxes,
        arrows=arrows,
    )


def _ways(beats: Sequence[Beat]) -> Iterator[tuple[int, int]]:
    places = {beat.id: place for place, beat in enumerate(beats)}
    for place, beat in enumerate(beats):
        yield from ((place, places[after]) for after in dict.fromkeys(beat.next))


def _arcs(beats: Sequence[Beat]) -> list[_Arc]:
    return [_Arc(source, target) for source, target in _ways(beats) if target != source + 1]


def _lanes(arcs: Sequence[_Arc]) -> dict[_Arc, int]:
    """A lane for each, shortest first, so that a longer arc goes around the shorter ones under it."""
    lanes: dict[_Arc, int] = {}
    for arc in sorted(arcs, key=lambda arc: (arc.span[1] - arc.span[0], arc.source)):
        taken = {lane for other, lane in lanes.items() if _overlap(arc, other)}
        lanes[arc] = next(lane for lane in range(len(arcs)) if lane not in taken)
    return lanes


def _overlap(one: _Arc, other: _Arc) -> bool:
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]


def _side(lanes: Iterable[int]) -> float:
    """The room that lanes take beside the boxes."""
    return max((_out(lane) for lane in lanes), default=0)


def _out(lane: int) -> float:
    return HEAD + 14 + lane * LANE


_End = tuple[_Arc, bool]  # an arc, and whether it leaves here


def _attached(beats: Sequence[Beat], lanes: dict[_Arc, int]) -> list[tuple[list[_End], list[_End]]]:
    """What attaches to each beat on the left and on the right, from above.

    The order lets an outer lane's way to the box pass no inner lane that goes the same way.
    """

    def order(end: _End) -> tuple[bool, bool, int]:
        arc, leaves = end
        itself, inner_first = arc.source == arc.target, leaves != arc.ahead
        return leaves == arc.ahead, itself == leaves, lanes[arc] if inner_first else -lanes[arc]

    sides: list[tuple[list[_End], list[_End]]] = []
    for place in range(len(beats)):
        ends = [(arc, True) for arc in lanes if arc.source == place]
        ends += [(arc, False) for arc in lanes if arc.target == place]
        ends.sort(key=order)
        sides.append(([end for end in ends if not end[0].ahead], [end for end in ends if end[0].ahead]))
    return sides


def _boxes(scenario: Scenario, x: float, attached: Sequence[tuple[list[_End], list[_End]]]) -> tuple[Box, ...]:
    script, found = scenario.script, reached(scenario.script.beats)
    names = short_names(script.characters)
    boxes: list[Box] = []
    y: float = MARGIN
    for place, beat in enumerate(script.beats):
        title = textwrap.wrap(f"{place + 1}. {beat.title}", TITLE)
        felt = " · ".join(f"{name} {beat.emotion[who]}/10" for who, name in names.items() if who in beat.emotion)
        marks = _marks(beat, first=place == 0, lost=beat.id not in found)
        details = [*textwrap.wrap(felt, SMALL), *marks]
        slots = max(len(side) for side in attached[place])
        height = 2 * PAD + max(len(title) * TITLE_LINE + len(details) * SMALL_LINE, slots * SLOT)
        boxes.append(
            Box(
                beat=beat.id,
                x=x,
                y=y,
                width=BOX,
                height=height,
                title=_lines(title, x + INDENT, y + PAD, TITLE_LINE),
                details=_lines(details, x + INDENT, y + PAD + len(title) * TITLE_LINE, SMALL_LINE),
                first=place == 0,
                last=not beat.next,
                lost=beat.id not in found,
            )
        )
        y += height + BETWEEN
    return tuple(boxes)


def _lines(texts: Sequence[str], x: float, top: float, step: float) -> tuple[Words, ...]:
    return tuple(Words(text, x, top + step * (place + 0.75)) for place, text in enumerate(texts))


def _marks(beat: Beat, *, first: bool, lost: bool) -> list[Text]:
    """Each is a line of its own: it is broken nowhere, whatever its reader's language makes of it."""
    marks = (
        (text("begins here"), first),
        (text("rewind point"), beat.rewind),
        (text("may end here"), not beat.next),
        (text("can't be reached"), lost),
    )
    return [mark for mark, holds in marks if holds]


def short_names(characters: Sequence[Character]) -> dict[str, str]:
    """What to call each character where there is little room: the name's first word, unless two share it."""
    firsts = [who.name.split()[0] for who in characters]
    alone = len(set(firsts)) == len(firsts)
    return {who.id: first if alone else who.name for who, first in zip(characters, firsts, strict=True)}


def _steps(beats: Sequence[Beat], boxes: Sequence[Box]) -> Iterator[Arrow]:
    for source, target in _ways(beats):
        if target == source + 1:
            above, below = boxes[source], boxes[target]
            middle = above.x + above.width / 2
            points = ((middle, above.y + above.height), (middle, below.y))
            yield Arrow(beats[source].id, beats[target].id, "step", _way(beats, source, target), points)


def _drawn(beats: Sequence[Beat], boxes: Sequence[Box], lanes: dict[_Arc, int]) -> Iterator[Arrow]:
    heights = _heights(boxes, _attached(beats, lanes))
    for arc, lane in lanes.items():
        source, target = boxes[arc.source], boxes[arc.target]
        edge = source.x + source.width if arc.ahead else source.x
        beside = edge + _out(lane) if arc.ahead else edge - _out(lane)
        leaves, arrives = heights[arc, True], heights[arc, False]
        inside = edge - 8 if arc.ahead else edge + 8
        yield Arrow(
            source=source.beat,
            target=target.beat,
            kind="ahead" if arc.ahead else "back",
            words=_way(beats, arc.source, arc.target),
            points=((edge, leaves), (beside, leaves), (beside, arrives), (edge, arrives)),
            lane=lane,
            label=Words(text("to {n}", n=arc.target + 1), inside, leaves + 4),
        )


def _heights(boxes: Sequence[Box], attached: Sequence[tuple[list[_End], list[_End]]]) -> dict[_End, float]:
    """The y at which each end of each arc meets its box."""
    heights: dict[_End, float] = {}
    for box, sides in zip(boxes, attached, strict=True):
        for side in sides:
            top = box.y + box.height / 2 - SLOT * (len(side) - 1) / 2
            heights |= {end: top + SLOT * place for place, end in enumerate(side)}
    return heights


def _way(beats: Sequence[Beat], source: int, target: int) -> Text:
    ends = {"start": beats[source].title, "end": beats[target].title}
    return text("From {n}, {start}, to {to}, {end}", n=source + 1, to=target + 1, **ends)


def _told(beats: Sequence[Beat], boxes: Sequence[Box]) -> Text:
    numbers = {beat.id: str(place) for place, beat in enumerate(beats, start=1)}
    told = []
    for beat, box in zip(beats, boxes, strict=True):
        after = _either([numbers[after] for after in dict.fromkeys(beat.next)])
        leads = text("leads to {beats}", beats=after) if after else text("may end here")
        where = {"n": numbers[beat.id], "beat": beat.title, "leads": leads}
        lost = text("{n}. {beat}: {leads}, but cannot be reached.", **where)
        told.append(lost if box.lost else text("{n}. {beat}: {leads}.", **where))
    return joined(" ", told)


def _either(numbers: Sequence[str]) -> Text:
    """ "2", "2 or 3", "2 or 3 or 5"."""
    if len(numbers) < 2:
        return joined("", numbers)
    return text("{first} or {others}", first=numbers[0], others=_either(numbers[1:]))


# --- the emotion

LEFT, TOP = 44, 66
LEVEL = 20  # from one level of emotion to the next
LEVELS = 10
STEP = 92  # from one beat to the next
ASIDE = 7  # to the left for the first of two characters, to the right for the second: marks never hide each other
COLUMN = 12  # characters of a beat's title in a line


@dataclass(frozen=True, slots=True)
class Mark:
    """How strongly one character feels in one beat, with where the value is written."""

    beat: str
    value: int
    x: float
    y: float
    label: Words


@dataclass(frozen=True, slots=True)
class Feeling:
    """One character's line. It breaks, into several runs of points, where a beat has no emotion for them."""

    character: str
    name: Words
    marks: tuple[Mark, ...]
    runs: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class EmotionPicture:
    """`levels` are the scale's grid lines, `columns` each beat's number and title under the plot as lines."""

    width: float
    height: float
    left: float
    right: float
    title: str
    words: str
    levels: tuple[Words, ...]
    columns: tuple[tuple[Words, ...], ...]
    feelings: tuple[Feeling, ...]


def of_emotion(scenario: Scenario) -> EmotionPicture:
    """A line per character over the beats in the file's order, 0 at the bottom and 10 at the top."""
    script = scenario.script
    right = LEFT + STEP * len(script.beats)
    columns = tuple(_column(beat, place) for place, beat in enumerate(script.beats))
    return EmotionPicture(
        width=right + MARGIN,
        height=max(column[-1].y for column in columns) + MARGIN,
        left=LEFT,
        right=right,
        title=text("Emotion over the beats of “{scenario}”", scenario=scenario.title),
        words=_felt(scenario),
        levels=tuple(Words(str(level), LEFT - 8, _level(level)) for level in range(0, LEVELS + 1, 2)),
        columns=columns,
        feelings=_feelings(scenario),
    )


def _level(value: int) -> float:
    return TOP + LEVEL * (LEVELS - value)


def _middle(place: int) -> float:
    return LEFT + STEP * (place + 0.5)


def _column(beat: Beat, place: int) -> tuple[Words, ...]:
    texts = [str(place + 1), *textwrap.wrap(beat.title, COLUMN)]
    return tuple(Words(text, _middle(place), _level(0) + 38 + 15 * line) for line, text in enumerate(texts))


def _feelings(scenario: Scenario) -> tuple[Feeling, ...]:
    names = short_names(scenario.script.characters)
    apart = ASIDE if len(names) > 1 else 0
    feelings: list[Feeling] = []
    x: float = LEFT + 12
    for turn, (who, name) in enumerate(names.items()):
        marks = [
            _mark(scenario.script.beats, place, who, apart if turn else -apart) for place in _places(scenario, who)
        ]
        runs = _runs(scenario, who, marks)
        feelings.append(Feeling(who, Words(name, x, 28), tuple(marks), runs))
        x += 50 + 8 * len(name)
    return tuple(feelings)


def _places(scenario: Scenario, who: str) -> list[int]:
    return [place for place, beat in enumerate(scenario.script.beats) if who in beat.emotion]


def _mark(beats: Sequence[Beat], place: int, who: str, aside: float) -> Mark:
    """The greater value is written above its mark and the smaller below, so that neither hides a mark."""
    beat = beats[place]
    value = beat.emotion[who]
    others = [felt for other, felt in beat.emotion.items() if other != who]
    above = all(value > felt or (value == felt and aside <= 0) for felt in others)
    x, y = _middle(place) + aside, _level(value)
    return Mark(beat.id, value, x, y, Words(str(value), x, y - 12 if above else y + 22))


def _runs(scenario: Scenario, who: str, marks: Sequence[Mark]) -> tuple[tuple[Point, ...], ...]:
    runs: list[list[Point]] = []
    last = None
    for place, mark in zip(_places(scenario, who), marks, strict=True):
        if last is None or place != last + 1:
            runs.append([])
        runs[-1].append((mark.x, mark.y))
        last = place
    return tuple(tuple(run) for run in runs)


def _felt(scenario: Scenario) -> Text:
    told = []
    for who, name in short_names(scenario.script.characters).items():
        beats = [(place, beat) for place, beat in enumerate(scenario.script.beats, start=1) if who in beat.emotion]
        values = [
            text("{value} in {n}, {beat}", value=beat.emotion[who], n=place, beat=beat.title) for place, beat in beats
        ]
        told.append(text("{name}: {values}.", name=name, values=joined(", ", values)))
    return joined(" ", told)
