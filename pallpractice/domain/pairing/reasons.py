"""Why a plan can't be, or leaves something open, in plain words; and how well the wishes are met."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from ..text import Text, joined, listed, text, texts
from .plan import Actor, Case, Plan, Planned, Problem, Room, Session, Slot, Tracks, in_order
from .rules import free_slots


def why_not(problem: Problem) -> list[Text]:
    """What no plan can mend: each is a reason why someone will have no turn though there is time."""
    found: list[Text] = []
    for session in problem.sessions:
        rooms = [room for room in problem.rooms if room.session == session.id and needed(problem, room)]
        if rooms:
            found += _of_session(problem, session, rooms)
    return found


def _of_session(problem: Problem, session: Session, rooms: Sequence[Room]) -> Iterator[Text]:
    cases = [case for case in problem.cases if case.used and case.skill == session.skill]
    if not cases:
        yield text(
            "The course has no scenario for {session}. Choose some on its page of scenarios.", session=session.title
        )
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
        there = text("none") if left_over == 0 else left_over
        yield texts(
            "{rooms}: {need} rounds in {session} need {need} scenarios that can be played and are new to the group, and"
            " there is {there}.",
            "{rooms}: {need} rounds in {session} need {need} scenarios that can be played and are new to the group, and"
            " there are {there}.",
            left_over,
            rooms=listed(names),
            need=need,
            session=session.title,
            there=there,
        )
    yield from _too_much(problem, session, rooms)


def needed(problem: Problem, room: Room) -> int:
    """How many rounds there is time and someone for."""
    return min(len(problem.open_slots(room)), len(problem.waiting(room)))


def _cast(problem: Problem, session: Session, case: Case) -> bool:
    return sum(actor.plays(case.id) for actor in problem.cast(session.id)) >= len(case.characters)


def _lacking(problem: Problem, session: Session, case: Case) -> Text:
    """ "No actor is cast for Fair warning, needed 14:30 to 16:30 (declined by Sam)." """
    cast = [actor for actor in problem.actors if actor.cast is None or case.id in actor.cast]
    there = [actor.name for actor in problem.cast(session.id) if actor.plays(case.id)]
    declined = [actor.name for actor in cast if case.id in actor.declined]
    absent = [one.name for one in cast if one.plays(case.id) and one.id in session.absent]
    why = [text("declined by {names}", names=listed(declined))] if declined else []
    why += [text("absent: {names}", names=listed(absent))] if absent else []
    facts = {
        "case": case.title,
        "time": problem.clock(Slot(session.starts, session.ends)),
        "because": text(" ({reasons})", reasons=joined("; ", why)) if why else "",
    }
    if there:
        return text(
            "Only {names} can play {case}, which has {n} characters, needed {time}{because}.",
            names=listed(there),
            n=len(case.characters),
            **facts,
        )
    if why:
        return text("No actor can play {case}, needed {time}{because}.", **facts)
    return text("No actor is cast for {case}, needed {time}{because}.", **facts)


def _too_much(problem: Problem, session: Session, rooms: Sequence[Room]) -> Iterator[Text]:
    """More parts than the actors can play, or more intense ones than they can play with their breaks."""
    actors, slots = len(problem.cast(session.id)), len(problem.slots(session.id))
    parts = sum(_fewest(problem, session, room, lambda case: len(case.characters)) for room in rooms)
    rounds = sum(needed(problem, room) for room in rooms)
    if parts > actors * slots:
        enough = ceil(parts / slots) if slots else parts
        yield text(
            "{session}: {rounds} rounds have {parts} parts at least, and {actors} can play {most} in {slots} rounds of"
            " {minutes} minutes. {enough} actors, shorter rounds, or more scenarios with one character would do.",
            session=session.title,
            rounds=rounds,
            parts=parts,
            actors=_actors(actors),
            most=actors * slots,
            slots=slots,
            minutes=problem.wishes.round_minutes,
            enough=enough,
        )
    intense = sum(
        _fewest(problem, session, room, lambda case: len(case.characters) * problem.intense(case.id)) for room in rooms
    )
    most = slots - slots // 3
    if intense > actors * most:
        yield text(
            "{session}: {rounds} rounds have {intense} intense parts at least, and {actors} can play {most} with their"
            " breaks. More actors or gentler scenarios would do.",
            session=session.title,
            rounds=rounds,
            intense=intense,
            actors=_actors(actors),
            most=actors * most,
        )


def _fewest(problem: Problem, session: Session, room: Room, size: Callable[[Case], int]) -> int:
    playable = [case for case in problem.cases_for(room) if _cast(problem, session, case)]
    return sum(sorted(size(case) for case in playable)[: needed(problem, room)])


def _actors(count: int) -> Text:
    return texts("{n} actor", "{n} actors", count)


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


def without_coach(problem: Problem) -> list[Text]:
    """The rooms to come that nobody coaches."""
    return [
        text("{room} has no coach in {session}.", room=room.name, session=session.title)
        for room in problem.rooms
        if not (session := problem.session[room.session]).over and not set(room.coaches) - session.absent
    ]


def obstacles(problem: Problem, plan: Plan) -> list[Text]:
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
            why = _in_the_way(problem, room, slot, left, playing)
            found.append(text("{room}, {time}: {words}", room=room.name, time=problem.clock(slot), words=why))
    return found


def _in_the_way(
    problem: Problem, room: Room, slot: Slot, left: Sequence[Case], playing: Mapping[str, list[Planned]]
) -> Text:
    if not left:
        return text("no scenario is left that is new to the group.")
    words = []
    for case in left:
        free = [
            actor.name for actor in problem.cast(room.session) if able(problem, actor, case, slot, playing[actor.id])
        ]
        size = len(case.characters)
        if len(free) >= size:
            words.append(text("{case} could be played by {names}", case=case.title, names=listed(free[:size])))
        elif free:
            needs = {"case": case.title, "actors": _actors(size), "names": listed(free)}
            words.append(text("{case} needs {actors}, and only {names} is free", **needs))
        else:
            words.append(text("{case} needs {actors}, and nobody is free", case=case.title, actors=_actors(size)))
    return text("{words}.", words=joined("; ", words))


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

    title: Text
    met: int
    of: int
    words: Text


def measures(problem: Problem, plan: Plan) -> list[Measure]:
    """How well the plan meets each wish."""
    found = [_turns(problem, plan), _tracks(problem, plan), _load(problem, plan), _rising(problem, plan)]
    home = [one for one in problem.actors if one.group is not None]
    return [*found, _homes(plan, home)] if home else found


def _turns(problem: Problem, plan: Plan) -> Measure:
    wanted = [(room.key, person) for room in problem.rooms for person in problem.present(room)]
    seated = {(one.room, one.learner) for one in plan}
    given = sum(turn in seated for turn in wanted)
    return Measure(text("Turns in the chair"), given, len(wanted), text("{n} of {all}", n=given, all=len(wanted)))


def _tracks(problem: Problem, plan: Plan) -> Measure:
    track = {room.group: room.track for room in problem.rooms}
    known = [one for one in plan if one.case in problem.case]
    if problem.wishes.tracks is Tracks.OWN:
        own = sum(track.get(one.group) in (None, problem.case[one.case].track) for one in known)
        return Measure(text("Cases of the own track"), own, len(known), _rounds(own, len(known)))
    met: dict[str, set[str]] = defaultdict(set)
    for one in known:
        met[one.group].add(problem.case[one.case].track)
    both = sum(len(tracks) > 1 for tracks in met.values())
    words = text("{n} of {all} groups", n=both, all=len(met))
    return Measure(text("Groups that meet both tracks"), both, len(met), words)


def _load(problem: Problem, plan: Plan) -> Measure:
    load = Counter({actor.id: 0 for actor in problem.actors})
    load.update(actor for one in plan for actor in one.parts.values())
    least, most = min(load.values(), default=0), max(load.values(), default=0)
    even = sum(rounds >= most - 1 for rounds in load.values())
    words = text("{least} to {most} rounds each", least=least, most=most)
    if least == most:
        words = text("{n} rounds each", n=most)
    return Measure(text("Actors evenly busy"), even, len(load), words)


def _rising(problem: Problem, plan: Plan) -> Measure:
    steps = [
        problem.case[one.case].intensity <= problem.case[other.case].intensity
        for rounds in in_order(plan).values()
        for one, other in pairwise(rounds)
        if one.case in problem.case and other.case in problem.case
    ]
    words = text("{n} of {all} times from round to round", n=sum(steps), all=len(steps))
    return Measure(text("Intensity rises"), sum(steps), len(steps), words)


def _homes(plan: Plan, actors: Iterable[Actor]) -> Measure:
    home = {actor.id: actor.group for actor in actors}
    rounds = [home[actor] == one.group for one in plan for actor in one.parts.values() if actor in home]
    return Measure(text("Actors with their own group"), sum(rounds), len(rounds), _rounds(sum(rounds), len(rounds)))


def _rounds(count: int, of: int) -> Text:
    return text("{n} of {all} rounds", n=count, all=of)


def differences(problem: Problem, before: Plan, after: Plan) -> list[Text]:
    """What another plan changes, one line for each round that is not as it was."""
    old = {(one.room, one.slot): one for one in before}
    new = {(one.room, one.slot): one for one in after}
    found = []
    for key in sorted(old.keys() | new.keys(), key=lambda key: (key[1], key[0])):
        if words := _difference(problem, old.get(key), new.get(key)):
            room = problem.room.get(key[0])
            where = room.name if room else text("A room")
            found.append(text("{room}, {time}: {words}.", room=where, time=problem.clock(key[1]), words=words))
    return found


def _difference(problem: Problem, old: Planned | None, new: Planned | None) -> Text:
    if old is None or new is None:
        gone = old or new
        title = problem.case[gone.case].title if gone and gone.case in problem.case else text("the round")
        who = problem.name(gone.learner) if gone else ""
        if old is None:
            return text("{case} with {name} is new", case=title, name=who)
        return text("{case} with {name} is taken out", case=title, name=who)
    words = []
    if old.learner != new.learner:
        learners = {"new": problem.name(new.learner), "old": problem.name(old.learner)}
        words.append(text("{new} in the chair in place of {old}", **learners))
    if old.case != new.case:
        cases = {"new": problem.case[new.case].title, "old": problem.case[old.case].title}
        words.append(text("{new} in place of {old}", **cases))
    return joined(", ", [*words, *_actors_changed(problem, old, new)])


def _actors_changed(problem: Problem, old: Planned, new: Planned) -> Iterator[Text]:
    gone, come = set(old.parts.values()) - set(new.parts.values()), set(new.parts.values()) - set(old.parts.values())
    names, others = (listed(sorted(map(problem.name, people))) for people in (come, gone))
    if names and others:
        each = {"names": names, "others": others}
        yield texts("{names} plays in place of {others}", "{names} play in place of {others}", len(come), **each)
    elif names:
        yield texts("{names} plays too", "{names} play too", len(come), names=names)
    elif others:
        yield texts("{names} no longer plays", "{names} no longer play", len(gone), names=others)
    elif old.parts != new.parts and old.case == new.case:
        yield text("the actors change parts")
