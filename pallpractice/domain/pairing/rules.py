"""The judge of a plan. It looks at any plan, by a solver or by hand, and knows nothing of how one is made.

What rounds that have begun break among themselves is not said: nobody can mend it any more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

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
    words: str
    where: tuple[Planned, ...] = ()


def broken(problem: Problem, plan: Plan) -> list[Broken]:
    """Every hard rule the plan breaks, round by round and rule by rule."""
    judges = (_time, _chair, _turn, _case, _part, _again, _break, _place, _coach)
    found = [one for judge in judges for one in judge(problem, plan)]
    return [one for one in found if not one.where or not all(each.begun for each in one.where)]


def _at(problem: Problem, one: Planned) -> str:
    """ "round of 14:30 to 14:50 in Maple" """
    room = problem.room.get(one.room)
    where = room.name if room else "a room that is no more"
    return f"{where}, {problem.clock(one.slot)}"


def _time(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for (session_id, _), rounds in in_order(plan).items():
        session = problem.session[session_id]
        for one in rounds:
            if not one.begun and (one.slot.starts < session.starts or one.slot.ends > session.ends):
                words = f"{_at(problem, one)}: the round is not within {session.title}."
                yield Broken(Rule.TIME, words, (one,))
        for one, other in pairwise(rounds):
            if one.slot.meets(other.slot):
                words = f"{_at(problem, other)}: the round before ends only at {problem.clock(one.slot)[-5:]}."
                yield Broken(Rule.TIME, words, (one, other))


def _chair(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for one in plan:
        room, at = problem.room.get(one.room), _at(problem, one)
        if one.learner is None:
            yield Broken(Rule.CHAIR, f"{at}: nobody is in the chair.", (one,))
        elif room is None or one.learner not in room.learners:
            yield Broken(Rule.CHAIR, f"{at}: {problem.name(one.learner)} is not a learner of this group.", (one,))
        elif one.learner in problem.session[one.session].absent:
            yield Broken(Rule.CHAIR, f"{at}: {problem.name(one.learner)} is in the chair and can’t come.", (one,))


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
                words = f"{problem.name(person)} is in the chair {_times(len(times))} in {session.title}."
                yield Broken(Rule.TURN, words, tuple(times))
        without = [person for person in problem.present(room) if person not in turns]
        for person in without[: len(free_slots(problem, room, here))]:
            words = f"{room.name}: {problem.name(person)} has no turn in {session.title}, though there is time."
            yield Broken(Rule.TURN, words)


def free_slots(problem: Problem, room: Room, here: Sequence[Planned]) -> list[Slot]:
    """The rounds a room has time for beside these: nothing goes before what has begun."""
    begun = max((one.slot.ends for one in here if one.begun), default=problem.session[room.session].starts)
    return [
        slot
        for slot in problem.slots(room.session)
        if slot.starts >= begun and not any(slot.meets(one.slot) for one in here)
    ]


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _case(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for one in plan:
        case, at = problem.case.get(one.case), _at(problem, one)
        if case is None or not case.used:
            title = case.title if case else one.case
            yield Broken(Rule.CASE, f"{at}: the course does not use {title} any more.", (one,))
        elif case.skill != problem.session[one.session].skill:
            title = problem.session[one.session].title
            yield Broken(Rule.CASE, f"{at}: {case.title} does not practise what {title} does.", (one,))


def _part(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for one in plan:
        case = problem.case.get(one.case)
        at = f"{_at(problem, one)}: "
        for character in case.characters if case else ():
            if not one.parts.get(character):
                needs = "a character" if case and len(case.characters) > 1 else "the character"
                words = f"{at}no actor is there for {needs} of {case.title if case else one.case}."
                yield Broken(Rule.PART, words, (one,))
        if case and (unknown := set(one.parts) - set(case.characters)):
            yield Broken(Rule.PART, f"{at}{case.title} has no character {', '.join(sorted(unknown))}.", (one,))
        for actor in dict.fromkeys(one.parts.values()):
            if unfit := _unfit(problem, one, actor):
                yield Broken(Rule.PART, at + unfit, (one,))


def _unfit(problem: Problem, one: Planned, person: str) -> str | None:
    actor, case = problem.actor.get(person), problem.case.get(one.case)
    title = case.title if case else one.case
    if actor is None:
        return f"{problem.name(person)} is to play {title} and is no actor of the course."
    if one.case in actor.declined:
        return f"{actor.name} has declined {title}."
    if not actor.plays(one.case):
        return f"{actor.name} is not cast for {title}."
    if person in problem.session[one.session].absent:
        return f"{actor.name} is to play {title} and can’t come."
    return None


def _again(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """Everyone in a room watches all of its rounds: a case comes once to a group, and is new to who is in the chair."""
    groups: dict[str, list[Planned]] = defaultdict(list)
    for one in sorted(plan, key=lambda one: one.slot):
        groups[one.group].append(one)
    for rounds in groups.values():
        for one, other in combinations(rounds, 2):
            if one.case == other.case:
                words = f"{_at(problem, other)}: the group has met {_title(problem, one)} at {problem.clock(one.slot)}."
                yield Broken(Rule.AGAIN, words, (one, other))
    watched = _watched(problem, plan)
    for one in plan:
        for earlier in watched.get(one.learner or "", ()):
            if earlier.case == one.case and earlier.group != one.group and earlier.slot < one.slot:
                words = f"{_at(problem, one)}: {problem.name(one.learner)} has seen {_title(problem, one)} played."
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
                words = f"{problem.name(actor)} plays three intense cases without a break, {span}."
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
            yield Broken(Rule.PLACE, f"{_at(problem, one)}: {problem.name(person)} has two parts at once.", (one,))
    there: dict[str, set[int]] = defaultdict(set)
    for at, one in enumerate(plan):
        for person in _everyone(problem, one):
            there[person].add(at)
    for person, places in there.items():
        for one, other in combinations(sorted((plan[at] for at in places), key=lambda one: one.slot), 2):
            if one.group != other.group and one.slot.meets(other.slot):
                words = f"{problem.name(person)} is in two places: {_at(problem, one)}, and {_at(problem, other)}."
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
            names = " and ".join(sorted(room.name for room in rooms.values()))
            where = tuple(one for one in plan if one.group in rooms and not one.begun)
            if where:
                yield Broken(Rule.COACH, f"{problem.name(coach)} does not stay with one group: {names}.", where)
