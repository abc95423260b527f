"""What the rooms of start-up and reflection show, and what a group keeps that its practice rooms show too.

As in `views`, everything is built up from what the visibility table gives a seat. A room's parts that are the same in
every kind of session come from there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, select

from ...domain.circle import CHECK_IN, INTRODUCTIONS, READERS, STARTERS, Kept, Prompt
from ...domain.roles import Role, Seat, SessionKind
from ...domain.room import Phase
from ...storage.courses import Session
from ...storage.groups import JournalEntry
from ...storage.live import Record
from ...storage.unit_of_work import UnitOfWork
from . import agreements, course_goals, hand_overs, private_journal

View = dict[str, Any]
# In practice these are shown between the rounds: nobody needs them while someone is in the chair.
BETWEEN = (Phase.LOBBY, Phase.BRIEFING, Phase.CLOSE)


@dataclass(slots=True)
class Circle:
    """What the group keeps, read once for every view of one of its rooms. Nothing that someone wrote for themselves."""

    agreement: list[View] = field(default_factory=list)
    goals: dict[str, str] = field(default_factory=dict)
    hand_over: View = field(default_factory=dict)
    introductions: Sequence[str] = ()
    prompts: Sequence[Prompt] = ()
    shared: list[tuple[JournalEntry, str]] = field(default_factory=list)


def read(uow: UnitOfWork, record: Record) -> Circle | None:
    """None in practice while a round is being played."""
    if record.state.kind is SessionKind.PRACTICE and record.state.phase not in BETWEEN:
        return None
    group, session = record.group.id, record.session
    circle = Circle(
        agreement=agreements.plain(uow, group),
        goals=course_goals.of_people(uow, record.course.id, list(record.seats)),
        hand_over=hand_overs.around(uow, group, session.day),
    )
    if record.state.kind is SessionKind.STARTUP:
        circle.introductions = CHECK_IN if _has_begun(uow, session) else INTRODUCTIONS
    if record.state.kind is SessionKind.REFLECTION:
        circle.prompts = private_journal.prompts_of(uow, session)
        seated = record.seats.keys()
        circle.shared = [one for one in private_journal.shared(uow, session.id) if one[0].person_id in seated]
    return circle


def _has_begun(uow: UnitOfWork, session: Session) -> bool:
    """People know each other from an earlier start-up."""
    earlier = exists().where(
        Session.course_id == session.course_id,
        Session.kind == SessionKind.STARTUP.value,
        Session.starts_at < session.starts_at,
    )
    return bool(uow.session.scalar(select(earlier)))


def in_practice(circle: Circle) -> View:
    """What a practice room's view has besides its own."""
    return {"agreement": circle.agreement}


def own_in_practice(circle: Circle, person: str, role: str | None, seat: Seat) -> View:
    """What a practice room's view of one person has besides its own."""
    view: View = {"course_goal": circle.goals.get(person) or None} if role == Role.LEARNER else {}
    return view | ({"hand_over": circle.hand_over} if seat is Seat.COACH else {})


def room_view(circle: Circle, record: Record, seat: Seat, common: View, present: Collection[str]) -> View:
    """The whole view of one seat in start-up or reflection. `common` is what every room's view has."""
    view = {
        **common,
        "kind": record.state.kind,
        "seats": [_seat(row, present) for row in record.seats.values()],
    }
    if seat in READERS[Kept.AGREEMENT]:
        view["agreement"] = circle.agreement
    if seat in READERS[Kept.GOALS]:
        view["goals"] = [{"person": person, "text": text} for person, text in circle.goals.items() if text]
    if record.state.kind is SessionKind.STARTUP:
        return view | {"introductions": list(circle.introductions), "starters": list(STARTERS)}
    view["prompts"] = [{"id": one.id, "title": one.title, "hint": one.hint} for one in circle.prompts]
    return view | {"shared": private_journal.readable(circle.shared, seat)}


def _seat(row: Any, present: Collection[str]) -> View:
    """Nobody plays here, so people are what they are in the course."""
    return {
        "person": row.person_id,
        "name": row.person.name,
        "pronouns": row.person.pronouns,
        "profession": row.person.profession,
        "seat": row.seat,
        "role": row.role,
        "present": row.person_id in present,
    }


def mine_view(uow: UnitOfWork, circle: Circle, record: Record, seat: Seat, common: View) -> View:
    """What is one person's alone in start-up or reflection: read for them, by their name."""
    person: str = common["person"]
    row = record.seats.get(person)
    view = common | ({"course_goal": circle.goals.get(person) or None} if row and row.role == Role.LEARNER else {})
    if record.state.kind is SessionKind.REFLECTION and row:
        view["journal"] = private_journal.own(uow, record.session.id, person)
    if seat is Seat.COACH:
        view["hand_over"] = circle.hand_over
    return view
