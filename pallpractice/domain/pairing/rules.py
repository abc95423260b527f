"""The judge of a plan. It looks at any plan, by a solver or by hand, and knows nothing of how one is made.

What rounds that have begun break among themselves is not said: nobody can mend it any more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

from ..text import Text, listed, text
from ..times import clock
from .plan import Plan, Planned, Problem, Room, Slot, in_order


class Rule(StrEnum):
    """What must hold."""

    PLACE = "place"  # no one in two places
    TURN = "turn"  # every learner in the chair once per session, when time allows
    CHAIR = "chair"  # a learner of the room who comes
    PART = "part"  # each character an actor who is cast for it, has not declined and comes
    BREAK = "break"  # a break after two intense encounters
    AGAIN = "again"  # nobody meets a case they have seen played
    CASE = "case"  # one of the course's cases that practises what the session does
    COACH = "coach"  # the coach stays with the group
    TIME = "time"  # within the session, one round after the other


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a plan breaks, in words. `where` are the rounds it shows in; none when one is missing."""

    rule: Rule
    words: Text
    where: tuple[Planned, ...] = ()


def broken(problem: Problem, plan: Plan) -> list[Broken]:
    """Every hard rule the plan breaks, round by round and rule by rule."""
    judges = (_time, _chair, _turn, _case, _part, _again, _break, _place, _coach)
    found = [one for judge in judges for one in judge(problem, plan)]
    return [one for one in found if not one.where or not all(each.begun for each in one.where)]


def _at(problem: Problem, one: Planned) -> Text:
    """ "round of 14:30 to 14:50 in Maple" """
    room = problem.room.get(one.room)
    where = room.name if room else text("a room that is no more")
    return text("{room}, {time}", room=where, time=problem.clock(one.slot))


def _time(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for (session_id, _), rounds in in_order(plan).items():
        session = problem.session[session_id]
        for one in rounds:
            if not one.begun and (one.slot.starts < session.starts or one.slot.ends > session.ends):
                words = text(
                    "{place}: the round is not within {session}.", place=_at(problem, one), session=session.title
                )
                yield Broken(Rule.TIME, words, (one,))
        for one, other in pairwise(rounds):
            if one.slot.meets(other.slot):
                end = clock(one.slot.ends, problem.zone)
                words = text("{place}: the round before ends only at {time}.", place=_at(problem, other), time=end)
                yield Broken(Rule.TIME, words, (one, other))


def _chair(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for one in plan:
        room, at = problem.room.get(one.room), _at(problem, one)
        if one.learner is None:
            yield Broken(Rule.CHAIR, text("{place}: nobody is in the chair.", place=at), (one,))
        elif room is None or one.learner not in room.learners:
            yield Broken(
                Rule.CHAIR,
                text("{place}: {name} is not a learner of this group.", place=at, name=problem.name(one.learner)),
                (one,),
            )
        elif one.learner in problem.session[one.session].absent:
            yield Broken(
                Rule.CHAIR,
                text("{place}: {name} is in the chair and can’t come.", place=at, name=problem.name(one.learner)),
                (one,),
            )


def _turn(problem: Problem, plan: Plan) -> Iterator[Broken]:
    rounds = in_order(plan)
    for room in problem.rooms:
        session, here = problem.session[room.session], rounds.get(room.key, [])
        if session.over:
            continue
        turns: dict[str | None, list[Planned]] = defaultdict(list)
        for one in here:
            turns[one.learner].append(one)
        for person, times in turns.items():
            if person is not None and len(times) > 1:
                words = text(
                    "{name} is in the chair {times} in {session}.",
                    name=problem.name(person),
                    times=_times(len(times)),
                    session=session.title,
                )
                yield Broken(Rule.TURN, words, tuple(times))
        without = [person for person in problem.present(room) if person not in turns]
        for person in without[: len(free_slots(problem, room, here))]:
            words = text(
                "{room}: {name} has no turn in {session}, though there is time.",
                room=room.name,
                name=problem.name(person),
                session=session.title,
            )
            yield Broken(Rule.TURN, words)


def free_slots(problem: Problem, room: Room, here: Sequence[Planned]) -> list[Slot]:
    """The rounds a room has time for beside these: nothing goes before what has begun."""
    begun = max((one.slot.ends for one in here if one.begun), default=problem.session[room.session].starts)
    return [
        slot
        for slot in problem.slots(room.session)
        if slot.starts >= begun and not any(slot.meets(one.slot) for one in here)
    ]


def _times(count: int) -> Text:
    return text("twice") if count == 2 else text("{n} times", n=count)


def _case(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for one in plan:
        case, at = problem.case.get(one.case), _at(problem, one)
        if case is None or not case.used:
            title = case.title if case else one.case
            yield Broken(
                Rule.CASE, text("{place}: the course does not use {title} any more.", place=at, title=title), (one,)
            )
        elif case.skill != problem.session[one.session].skill:
            title = problem.session[one.session].title
            yield Broken(
                Rule.CASE,
                text(
                    "{place}: {case} does not practise what {session} does.", place=at, case=case.title, session=title
                ),
                (one,),
            )


def _part(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for one in plan:
        case = problem.case.get(one.case)
        at = _at(problem, one)
        for character in case.characters if case else ():
            if not one.parts.get(character):
                of = {"place": at, "case": case.title if case else one.case}
                words = text("{place}: no actor is there for the character of {case}.", **of)
                if case and len(case.characters) > 1:
                    words = text("{place}: no actor is there for a character of {case}.", **of)
                yield Broken(Rule.PART, words, (one,))
        if case and (unknown := set(one.parts) - set(case.characters)):
            yield Broken(
                Rule.PART,
                text(
                    "{place}: {case} has no character {unknown}.",
                    place=at,
                    case=case.title,
                    unknown=", ".join(sorted(unknown)),
                ),
                (one,),
            )
        for actor in dict.fromkeys(one.parts.values()):
            if unfit := _unfit(problem, one, actor):
                yield Broken(Rule.PART, text("{place}: {words}", place=at, words=unfit), (one,))


def _unfit(problem: Problem, one: Planned, person: str) -> Text | None:
    actor, case = problem.actor.get(person), problem.case.get(one.case)
    title = case.title if case else one.case
    if actor is None:
        return text("{name} is to play {title} and is no actor of the course.", name=problem.name(person), title=title)
    if one.case in actor.declined:
        return text("{actor} has declined {title}.", actor=actor.name, title=title)
    if not actor.plays(one.case):
        return text("{actor} is not cast for {title}.", actor=actor.name, title=title)
    if person in problem.session[one.session].absent:
        return text("{actor} is to play {title} and can’t come.", actor=actor.name, title=title)
    return None


def _again(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """Everyone in a room watches all of its rounds: a case comes once to a group, and is new to who is in the chair."""
    groups: dict[str, list[Planned]] = defaultdict(list)
    for one in sorted(plan, key=lambda one: one.slot):
        groups[one.group].append(one)
    for rounds in groups.values():
        for one, other in combinations(rounds, 2):
            if one.case == other.case:
                words = text(
                    "{place}: the group has met {case} at {time}.",
                    place=_at(problem, other),
                    case=_title(problem, one),
                    time=problem.clock(one.slot),
                )
                yield Broken(Rule.AGAIN, words, (one, other))
    watched = _watched(problem, plan)
    for one in plan:
        for earlier in watched.get(one.learner or "", ()):
            if earlier.case == one.case and earlier.group != one.group and earlier.slot < one.slot:
                words = text(
                    "{place}: {name} has seen {case} played.",
                    place=_at(problem, one),
                    name=problem.name(one.learner),
                    case=_title(problem, one),
                )
                yield Broken(Rule.AGAIN, words, (earlier, one))


def _watched(problem: Problem, plan: Plan) -> Mapping[str, list[Planned]]:
    """{learner: the rounds they are there for}."""
    found: dict[str, list[Planned]] = defaultdict(list)
    for one in plan:
        room = problem.room.get(one.room)
        for person in problem.present(room) if room else ():
            found[person].append(one)
    return found


def _title(problem: Problem, one: Planned) -> str:
    case = problem.case.get(one.case)
    return case.title if case else one.case


def _break(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """Of three rounds one right after the other an actor plays at most two intense ones."""
    least = problem.wishes.break_minutes * 60
    for actor, rounds in _playing(plan).items():
        ordered = sorted(rounds, key=lambda one: one.slot)
        for three in zip(ordered, ordered[1:], ordered[2:], strict=False):
            on = all((later.slot.starts - one.slot.ends).total_seconds() < least for one, later in pairwise(three))
            if on and all(one.case in problem.case and problem.intense(one.case) for one in three):
                span = problem.clock(Slot(three[0].slot.starts, three[-1].slot.ends))
                words = text(
                    "{name} plays three intense cases without a break, {span}.", name=problem.name(actor), span=span
                )
                yield Broken(Rule.BREAK, words, three)


def _playing(plan: Plan) -> Mapping[str, list[Planned]]:
    found: dict[str, list[Planned]] = defaultdict(list)
    for one in plan:
        for actor in dict.fromkeys(one.parts.values()):
            found[actor].append(one)
    return found


def _place(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """No one is in two places: in two rooms at a time, or two people in one round."""
    for one in plan:
        people = [*one.parts.values(), *([one.learner] if one.learner else [])]
        for person in dict.fromkeys(person for person in people if people.count(person) > 1):
            yield Broken(
                Rule.PLACE,
                text("{place}: {name} has two parts at once.", place=_at(problem, one), name=problem.name(person)),
                (one,),
            )
    there: dict[str, set[int]] = defaultdict(set)
    for at, one in enumerate(plan):
        for person in _everyone(problem, one):
            there[person].add(at)
    for person, places in there.items():
        for one, other in combinations(sorted((plan[at] for at in places), key=lambda one: one.slot), 2):
            if one.group != other.group and one.slot.meets(other.slot):
                words = text(
                    "{name} is in two places: {place}, and {other}.",
                    name=problem.name(person),
                    place=_at(problem, one),
                    other=_at(problem, other),
                )
                yield Broken(Rule.PLACE, words, (one, other))


def _everyone(problem: Problem, one: Planned) -> Iterator[str]:
    """Who is in the room for a round: its learners and coaches who come, and who plays."""
    room = problem.room.get(one.room)
    absent = problem.session[one.session].absent
    if room:
        yield from (person for person in (*room.learners, *room.coaches) if person not in absent)
    yield from one.parts.values()
    if one.learner:
        yield one.learner


def _coach(problem: Problem, plan: Plan) -> Iterator[Broken]:
    groups: dict[str, dict[str, Room]] = defaultdict(dict)
    for room in problem.rooms:
        for coach in room.coaches:
            groups[coach].setdefault(room.group, room)
    for coach, rooms in groups.items():
        if len(rooms) > 1:
            names = listed(sorted(room.name for room in rooms.values()))
            where = tuple(one for one in plan if one.group in rooms and not one.begun)
            if where:
                yield Broken(
                    Rule.COACH,
                    text("{name} does not stay with one group: {names}.", name=problem.name(coach), names=names),
                    where,
                )
