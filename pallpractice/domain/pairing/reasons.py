"""Why a plan can't be, or leaves something open, in plain words; and how well the wishes are met."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from .plan import Actor, Case, Plan, Planned, Problem, Room, Session, Slot, Tracks, in_order
from .rules import free_slots


def why_not(problem: Problem) -> list[str]:
    """What no plan can mend: each is a reason why someone will have no turn though there is time."""
    found: list[str] = []
    for session in problem.sessions:
        rooms = [room for room in problem.rooms if room.session == session.id and needed(problem, room)]
        if rooms:
            found += _of_session(problem, session, rooms)
    return found


def _of_session(problem: Problem, session: Session, rooms: Sequence[Room]) -> Iterator[str]:
    cases = [case for case in problem.cases if case.used and case.skill == session.skill]
    if not cases:
        yield f"The course has no scenario for {session.title}. Choose some on its page of scenarios."
        return
    short: dict[tuple[int, int], list[str]] = defaultdict(list)
    lacking: dict[str, Case] = {}
    for room in rooms:
        left = problem.cases_for(room)
        playable = [case for case in left if _cast(problem, session, case)]
        if len(playable) < (need := needed(problem, room)):
            short[len(playable), need].append(room.name)
            lacking |= {case.id: case for case in left if case not in playable}
    yield from (_lacking(problem, session, case) for case in lacking.values())
    for (left_over, need), names in short.items():
        yield (
            f"{_list(names)}: {need} rounds in {session.title} need {need} scenarios that can be played and are new to"
            f" the group, and there {'is' if left_over == 1 else 'are'} {left_over or 'none'}."
        )
    yield from _too_much(problem, session, rooms)


def needed(problem: Problem, room: Room) -> int:
    """How many rounds there is time and someone for."""
    return min(len(problem.open_slots(room)), len(problem.waiting(room)))


def _cast(problem: Problem, session: Session, case: Case) -> bool:
    return sum(actor.plays(case.id) for actor in problem.cast(session.id)) >= len(case.characters)


def _lacking(problem: Problem, session: Session, case: Case) -> str:
    """ "No actor is cast for Fair warning, needed 14:30 to 16:30 (declined by Sam)." """
    when = f"needed {problem.clock(Slot(session.starts, session.ends))}"
    cast = [actor for actor in problem.actors if actor.cast is None or case.id in actor.cast]
    there = [actor.name for actor in problem.cast(session.id) if actor.plays(case.id)]
    why = [
        f"{word} {_list(names)}"
        for word, names in (
            ("declined by", [actor.name for actor in cast if case.id in actor.declined]),
            ("absent:", [one.name for one in cast if one.plays(case.id) and one.id in session.absent]),
        )
        if names
    ]
    because = f" ({'; '.join(why)})" if why else ""
    if there:
        many = f"which has {len(case.characters)} characters"
        return f"Only {_list(there)} can play {case.title}, {many}, {when}{because}."
    return f"No actor {'can play' if why else 'is cast for'} {case.title}, {when}{because}."


def _too_much(problem: Problem, session: Session, rooms: Sequence[Room]) -> Iterator[str]:
    """More parts than the actors can play, or more intense ones than they can play with their breaks."""
    actors, slots = len(problem.cast(session.id)), len(problem.slots(session.id))
    parts = sum(_fewest(problem, session, room, lambda case: len(case.characters)) for room in rooms)
    rounds = sum(needed(problem, room) for room in rooms)
    if parts > actors * slots:
        enough = ceil(parts / slots) if slots else parts
        yield (
            f"{session.title}: {rounds} rounds have {parts} parts at least, and {_actors(actors)} can play"
            f" {actors * slots} in {slots} rounds of {problem.wishes.round_minutes} minutes."
            f" {enough} actors, shorter rounds, or more scenarios with one character would do."
        )
    intense = sum(
        _fewest(problem, session, room, lambda case: len(case.characters) * problem.intense(case.id)) for room in rooms
    )
    most = slots - slots // 3
    if intense > actors * most:
        yield (
            f"{session.title}: {rounds} rounds have {intense} intense parts at least, and {_actors(actors)} can play"
            f" {actors * most} with their breaks. More actors or gentler scenarios would do."
        )


def _fewest(problem: Problem, session: Session, room: Room, size: Callable[[Case], int]) -> int:
    playable = [case for case in problem.cases_for(room) if _cast(problem, session, case)]
    return sum(sorted(size(case) for case in playable)[: needed(problem, room)])


def _actors(count: int) -> str:
    return "1 actor" if count == 1 else f"{count} actors"


def _list(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


# What a plan leaves open, and why there.


def no_time(problem: Problem, plan: Plan) -> list[tuple[Room, str]]:
    """Whoever has no turn because the session has time for no more rounds: (room, person)."""
    rounds, found = in_order(plan), []
    for room in problem.rooms:
        if problem.session[room.session].over:
            continue
        here = rounds.get(room.key, [])
        seated = {one.learner for one in here}
        without = [person for person in problem.present(room) if person not in seated]
        found += [(room, person) for person in without[len(free_slots(problem, room, here)) :]]
    return found


def without_coach(problem: Problem) -> list[str]:
    """The rooms to come that nobody coaches."""
    return [
        f"{room.name} has no coach in {session.title}."
        for room in problem.rooms
        if not (session := problem.session[room.session]).over and not set(room.coaches) - session.absent
    ]


def obstacles(problem: Problem, plan: Plan) -> list[str]:
    """For each turn a plan leaves open though there is time, what stands in the way in each free round."""
    rounds, found = in_order(plan), []
    playing: dict[str, list[Planned]] = defaultdict(list)
    for one in plan:
        for actor in one.parts.values():
            playing[actor].append(one)
    for room in problem.rooms:
        here = rounds.get(room.key, [])
        seated = {one.learner for one in here}
        if problem.session[room.session].over or not set(problem.present(room)) - seated:
            continue
        met = {one.case for one in plan if one.group == room.group}
        left = [case for case in problem.cases_for(room) if case.id not in met]
        for slot in free_slots(problem, room, here):
            found.append(f"{room.name}, {problem.clock(slot)}: {_in_the_way(problem, room, slot, left, playing)}")
    return found


def _in_the_way(
    problem: Problem, room: Room, slot: Slot, left: Sequence[Case], playing: Mapping[str, list[Planned]]
) -> str:
    if not left:
        return "no scenario is left that is new to the group."
    words = []
    for case in left:
        free = [
            actor.name for actor in problem.cast(room.session) if able(problem, actor, case, slot, playing[actor.id])
        ]
        size = len(case.characters)
        if len(free) >= size:
            words.append(f"{case.title} could be played by {_list(free[:size])}")
        else:
            words.append(
                f"{case.title} needs {_actors(size)}, and {'only ' + _list(free) if free else 'nobody'} is free"
            )
    return "; ".join(words) + "."


def able(problem: Problem, actor: Actor, case: Case, slot: Slot, playing: Iterable[Planned]) -> bool:
    """Could this actor play the case then, beside what they play already?"""
    if not actor.plays(case.id) or any(one.slot.meets(slot) for one in playing):
        return False
    trial = Planned("", "", slot, None, case.id, {case.characters[0]: actor.id})
    return not three_in_a_row(problem, [*playing, trial])


def three_in_a_row(problem: Problem, rounds: Iterable[Planned]) -> bool:
    """Are there three intense rounds one right after the other?"""
    least, run = problem.wishes.break_minutes * 60, 0
    ordered = sorted(rounds, key=lambda one: one.slot)
    for before, one in zip([None, *ordered], ordered, strict=False):
        intense = one.case in problem.case and problem.intense(one.case)
        on = before is not None and (one.slot.starts - before.slot.ends).total_seconds() < least
        run = (run + 1 if on else 1) if intense else 0
        if run > 2:
            return True
    return False


# Wishes.


@dataclass(frozen=True, slots=True)
class Measure:
    """How well one wish is met: `met` of `of`, in words."""

    title: str
    met: int
    of: int
    words: str


def measures(problem: Problem, plan: Plan) -> list[Measure]:
    """How well the plan meets each wish."""
    found = [_turns(problem, plan), _tracks(problem, plan), _load(problem, plan), _rising(problem, plan)]
    home = [one for one in problem.actors if one.group is not None]
    return [*found, _homes(plan, home)] if home else found


def _turns(problem: Problem, plan: Plan) -> Measure:
    wanted = [(room.key, person) for room in problem.rooms for person in problem.present(room)]
    seated = {(one.room, one.learner) for one in plan}
    given = sum(turn in seated for turn in wanted)
    return Measure("Turns in the chair", given, len(wanted), f"{given} of {len(wanted)}")


def _tracks(problem: Problem, plan: Plan) -> Measure:
    track = {room.group: room.track for room in problem.rooms}
    known = [one for one in plan if one.case in problem.case]
    if problem.wishes.tracks is Tracks.OWN:
        own = sum(track.get(one.group) in (None, problem.case[one.case].track) for one in known)
        return Measure("Cases of the own track", own, len(known), f"{own} of {len(known)} rounds")
    met: dict[str, set[str]] = defaultdict(set)
    for one in known:
        met[one.group].add(problem.case[one.case].track)
    both = sum(len(tracks) > 1 for tracks in met.values())
    return Measure("Groups that meet both tracks", both, len(met), f"{both} of {len(met)} groups")


def _load(problem: Problem, plan: Plan) -> Measure:
    load = Counter({actor.id: 0 for actor in problem.actors})
    load.update(actor for one in plan for actor in one.parts.values())
    least, most = min(load.values(), default=0), max(load.values(), default=0)
    even = sum(rounds >= most - 1 for rounds in load.values())
    words = f"{most} rounds each" if least == most else f"{least} to {most} rounds each"
    return Measure("Actors evenly busy", even, len(load), words)


def _rising(problem: Problem, plan: Plan) -> Measure:
    steps = [
        problem.case[one.case].intensity <= problem.case[other.case].intensity
        for rounds in in_order(plan).values()
        for one, other in pairwise(rounds)
        if one.case in problem.case and other.case in problem.case
    ]
    return Measure("Intensity rises", sum(steps), len(steps), f"{sum(steps)} of {len(steps)} times from round to round")


def _homes(plan: Plan, actors: Iterable[Actor]) -> Measure:
    home = {actor.id: actor.group for actor in actors}
    rounds = [home[actor] == one.group for one in plan for actor in one.parts.values() if actor in home]
    return Measure("Actors with their own group", sum(rounds), len(rounds), f"{sum(rounds)} of {len(rounds)} rounds")


def differences(problem: Problem, before: Plan, after: Plan) -> list[str]:
    """What another plan changes, one line for each round that is not as it was."""
    old = {(one.room, one.slot): one for one in before}
    new = {(one.room, one.slot): one for one in after}
    found = []
    for key in sorted(old.keys() | new.keys(), key=lambda key: (key[1], key[0])):
        if words := _difference(problem, old.get(key), new.get(key)):
            room = problem.room.get(key[0])
            found.append(f"{room.name if room else 'A room'}, {problem.clock(key[1])}: {words}.")
    return found


def _difference(problem: Problem, old: Planned | None, new: Planned | None) -> str:
    if old is None or new is None:
        gone = old or new
        title = problem.case[gone.case].title if gone and gone.case in problem.case else "the round"
        who = problem.name(gone.learner) if gone else ""
        return f"{title} with {who} {'is new' if old is None else 'is taken out'}"
    words = []
    if old.learner != new.learner:
        words.append(f"{problem.name(new.learner)} in the chair in place of {problem.name(old.learner)}")
    if old.case != new.case:
        words.append(f"{problem.case[new.case].title} in place of {problem.case[old.case].title}")
    gone_, come = set(old.parts.values()) - set(new.parts.values()), set(new.parts.values()) - set(old.parts.values())
    names, others = (_list(sorted(map(problem.name, people))) for people in (come, gone_))
    if names:
        words.append(f"{names} {'play' if len(come) > 1 else 'plays'}{' in place of ' + others if others else ' too'}")
    elif others:
        words.append(f"{others} no longer {'play' if len(gone_) > 1 else 'plays'}")
    elif old.parts != new.parts and old.case == new.case:
        words.append("the actors change parts")
    return ", ".join(words)
