"""Whose turn it is, with which scenario, and who plays: the defaults that `round:start` fills in by itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from .roles import Role
from .room import RoomState


def learners(state: RoomState) -> tuple[str, ...]:
    """The learners of the room in the order of the rotation."""
    placed = [(place.position, person) for person, place in state.places.items() if place.role is Role.LEARNER]
    return tuple(person for _, person in sorted(placed))


def next_learner(state: RoomState, practised: Iterable[str]) -> str | None:
    """The first in order who has not been in the chair; None when all have."""
    done = set(practised)
    return next((person for person in learners(state) if person not in done), None)


def uncast(characters: int, actors: Collection[str], declined: Collection[str]) -> int:
    """How many characters nobody is there to play. In a room without actors a peer plays one."""
    willing = len(set(actors) - set(declined)) if actors else 1
    return max(0, characters - willing)


def next_scenario(candidates: Sequence[tuple[str, int]], played: Iterable[str]) -> str | None:
    """The first of `candidates` (id, characters uncast) that can be fully played and has not been in this room.

    When there is none, the best that is left: fewest characters uncast, then least played.
    """
    times = list(played)
    ranked = sorted(range(len(candidates)), key=lambda at: (candidates[at][1], times.count(candidates[at][0]), at))
    return candidates[ranked[0]][0] if ranked else None


def default_cast(state: RoomState, characters: Sequence[str], absent: Iterable[str] = ()) -> Mapping[str, str]:
    """Actors of the room to characters, in order. A character nobody is there to play is left out."""
    gone = set(absent)
    actors = [
        person
        for person, place in sorted(state.places.items(), key=lambda item: (item[1].position, item[0]))
        if place.role is Role.ACTOR and person not in gone
    ]
    return dict(zip(characters, actors, strict=False))
