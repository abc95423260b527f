"""How a script's beats hang together by `next`. No rule of a room depends on it: the actor decides where to go."""

from collections.abc import Iterable, Mapping, Sequence

from .scenario import Beat


def reached(beats: Sequence[Beat]) -> frozenset[str]:
    """Ids of the beats that can come up, starting at the first."""
    follows = {beat.id: beat.next for beat in beats}
    return _from(beats[0].id, follows) if beats else frozenset()


def ending(beats: Sequence[Beat]) -> frozenset[str]:
    """Ids of the beats from which an end, a beat without `next`, can be reached."""
    comes_from: dict[str, list[str]] = {beat.id: [] for beat in beats}
    for beat in beats:
        for after in beat.next:
            comes_from.setdefault(after, []).append(beat.id)
    return frozenset().union(*(_from(beat.id, comes_from) for beat in beats if not beat.next))


def _from(start: str, follows: Mapping[str, Iterable[str]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        waiting += () if here in seen else follows.get(here, ())
        seen.add(here)
    return frozenset(seen)
