"""A plan changed by hand: one round at a time. What it breaks is said first, and then done all the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from ...domain.errors import Invalid, Stale
from ...domain.pairing.plan import Actor, Plan, Planned, Problem, Room, Slot, in_order
from ...domain.pairing.reasons import able, differences
from ...domain.pairing.rules import Broken, broken, free_slots
from ...domain.text import Text, text
from ...library import Library
from ...storage.courses import Course
from ...storage.unit_of_work import UnitOfWork
from . import facts, plans


@dataclass(frozen=True, slots=True)
class Choice:
    """What a round is to be: `parts` is character -> actor, without those that stay open."""

    learner: str | None
    case: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Look:
    """A round with a choice tried on. `was` says from which state: a change from another one is stale.

    `breaks` are the rules it breaks that were not broken before, `mends` those it mends; `also` what else it changes.
    """

    problem: Problem
    room: Room
    slot: Slot
    now: Planned | None
    choice: Choice
    was: str
    breaks: tuple[Broken, ...]
    mends: tuple[Broken, ...]
    changes: tuple[str, ...]
    plan: tuple[Planned, ...]


def look(
    uow: UnitOfWork, library: Library, course: Course, session: str, group: str, starts: int, asked: Choice | None
) -> Look:
    """The round of a room that begins at `starts` (seconds since 1970), planned or free, with what is asked for it.

    A learner or a case that another round of the room has changes places with what is here. Raises Invalid when there
    is no such round, it has begun, or something asked for is not of this course.
    """
    before = facts.read(uow, library, course)
    room, slot, now = _place(before, session, group, starts)
    choice = asked or _present(before, room, slot, now)
    _check(before.problem, choice)
    plan = _with(before, room, slot, now, choice)
    old, new = broken(before.problem, before.plan), broken(before.problem, plan)
    return Look(
        problem=before.problem,
        room=room,
        slot=slot,
        now=now,
        choice=choice,
        was=_mark(before.plan, room),
        breaks=_without(new, old),
        mends=_without(old, new),
        changes=tuple(differences(before.problem, before.plan, plan)),
        plan=tuple(plan),
    )


def change(
    uow: UnitOfWork,
    library: Library,
    course: Course,
    session: str,
    group: str,
    starts: int,
    choice: Choice,
    was: str,
) -> Look:
    """Keeps the choice, whatever it breaks. Raises Invalid as `look`, and Stale if the room's plan is not as it was."""
    seen = look(uow, library, course, session, group, starts, choice)
    if seen.was != was:
        raise Stale(plans.CHANGED)
    plans.write(uow, course, seen.problem, seen.plan)
    return seen


def take_out(
    uow: UnitOfWork, library: Library, course: Course, session: str, group: str, starts: int, was: str
) -> Look:
    """Takes the round out of the plan. Raises as `change`."""
    seen = look(uow, library, course, session, group, starts, None)
    if seen.was != was or seen.now is None:
        raise Stale(plans.CHANGED)
    before = facts.read(uow, library, course)
    plans.write(uow, course, seen.problem, [one for one in before.plan if one != seen.now])
    return seen


def _place(before: facts.Before, session: str, group: str, starts: int) -> tuple[Room, Slot, Planned | None]:
    room = before.problem.room.get((session, group))
    here = [one for one in before.plan if room and one.room == room.key]
    if room is None or before.problem.session[session].over:
        raise Invalid(text("There is no such room, or its session is over."))
    now = next((one for one in here if int(one.slot.starts.timestamp()) == starts), None)
    if now is not None and now.begun:
        raise Invalid(text("This round has begun. Its room goes on with it."))
    free = {int(slot.starts.timestamp()): slot for slot in free_slots(before.problem, room, here)}
    if now is None and starts not in free:
        raise Invalid(text("There is no such round in this room any more. Look at the plan again."))
    return room, now.slot if now else free[starts], now


def _present(before: facts.Before, room: Room, slot: Slot, now: Planned | None) -> Choice:
    """What is planned; for a free round whoever waits, with the first case that can be played."""
    if now:
        return Choice(now.learner, now.case, now.parts)
    here = {one.learner for one in before.plan if one.room == room.key}
    met = {one.case for one in before.plan if one.group == room.group}
    waiting = [person for person in before.problem.present(room) if person not in here]
    cases = [case for case in before.problem.cases_for(room) if case.id not in met] or before.problem.cases
    tried = [Choice(waiting[0] if waiting else None, case.id, _free(before, room, slot, case.id)) for case in cases]
    full = (one for one in tried if len(one.parts) == len(before.problem.case[one.case].characters))
    return next(full, tried[0])


def _free(before: facts.Before, room: Room, slot: Slot, case_id: str, but: Planned | None = None) -> dict[str, str]:
    """Actors who are free for the case then, as far as there are any."""
    case, plan = before.problem.case[case_id], [one for one in before.plan if one != but]
    free = [
        actor.id
        for actor in before.problem.cast(room.session)
        if able(before.problem, actor, case, slot, [one for one in plan if actor.id in one.parts.values()])
    ]
    return dict(zip(case.characters, free, strict=False))


def _check(problem: Problem, choice: Choice) -> None:
    learners = {person for room in problem.rooms for person in room.learners}
    case = problem.case.get(choice.case)
    if choice.learner is not None and choice.learner not in learners:
        raise Invalid(text("There is no such learner in this course any more."))
    if case is None:
        raise Invalid(text("There is no such scenario in this course any more."))
    if set(choice.parts) - set(case.characters) or set(choice.parts.values()) - problem.actor.keys():
        raise Invalid(text("There is no such character or no such actor any more."))


def _with(before: facts.Before, room: Room, slot: Slot, now: Planned | None, choice: Choice) -> list[Planned]:
    """The plan with the choice in it. Whoever or whatever had another round of the room takes what is given up here."""
    wanted = Planned(*room.key, slot, choice.learner, choice.case, dict(choice.parts), by_hand=True)
    if now is not None and _content(now) == _content(wanted):
        return list(before.plan)
    found = []
    for one in before.plan:
        if one == now:
            continue
        other = one
        if now is not None and one.room == room.key and not one.begun:
            if one.learner == choice.learner is not None and now.learner != choice.learner:
                other = replace(other, learner=now.learner, by_hand=True)
            if one.case == choice.case and now.case != choice.case:
                other = replace(other, case=now.case, parts=dict(now.parts), by_hand=True)
        found.append(other)
    return sorted([*found, wanted], key=lambda one: (one.slot, one.group))


def suggested(
    uow: UnitOfWork, library: Library, course: Course, session: str, group: str, starts: int, case: str
) -> dict[str, str]:
    """Actors for a case in a round: who has it in this room already, else who is free. Raises Invalid as `look`."""
    before = facts.read(uow, library, course)
    room, slot, now = _place(before, session, group, starts)
    if case not in before.problem.case:
        raise Invalid(text("There is no such scenario in this course any more."))
    there = next((one for one in before.plan if one.room == room.key and one.case == case), None)
    return dict(there.parts) if there else _free(before, room, slot, case, now)


def stands(seen: Look, case_id: str, actor: Actor) -> Text:
    """What speaks against this actor in this round, in a word or two; empty when nothing does."""
    problem, case = seen.problem, seen.problem.case[case_id]
    others = [one for one in seen.plan if one.slot != seen.slot or one.room != seen.room.key]
    playing = [one for one in others if actor.id in one.parts.values()]
    if case_id in actor.declined:
        return text("declined it")
    if not actor.plays(case_id):
        return text("not cast for it")
    if actor.id in problem.session[seen.room.session].absent:
        return text("can’t come")
    if busy := next((one for one in playing if one.slot.meets(seen.slot)), None):
        return text("plays in {room} then", room=problem.room[busy.room].name)
    return Text("") if able(problem, actor, case, seen.slot, playing) else text("needs a break then")


def _content(one: Planned) -> tuple[str | None, str, list[tuple[str, str]]]:
    return one.learner, one.case, sorted(one.parts.items())


def _mark(plan: Plan, room: Room) -> str:
    """What the room's plan is now, in short."""
    rounds = in_order(plan).get(room.key, [])
    told = [
        (one.slot.starts.isoformat(), one.learner, one.case, sorted(one.parts.items()), one.begun) for one in rounds
    ]
    return sha256(repr(told).encode()).hexdigest()[:16]


def _without(found: Sequence[Broken], others: Iterable[Broken]) -> tuple[Broken, ...]:
    known = {one.words for one in others}
    return tuple(one for one in found if one.words not in known)
