"""The groups of a course: read for the judge and the solver, saved as they were shown, and changed by hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import joinedload

from ...domain.errors import Invalid, NotFound, Stale
from ...domain.groups import grouping as rules
from ...domain.groups import mixing
from ...domain.groups.grouping import Coach, Fault, Grouping, Learner, Place, Rule, Standing, Teams, Wishes
from ...domain.roles import Role, Track
from ...domain.room import Phase
from ...domain.text import joined, text
from ...storage.base import Base, new_id
from ...storage.courses import Course, Enrolment, Group, Session
from ...storage.plans import PlannedRound
from ...storage.rooms import Dismissal, Room, RoundRow, SeatRow
from ...storage.unit_of_work import UnitOfWork
from .. import seating
from ..guests import NOT_A_GUEST
from ..roster import lose_rights
from . import making

CHANGED = text(
    "The people or groups of this course have changed since these groups were made. Nothing was saved: make them again."
)
MOST_S = 30  # from asking to the answer, on a machine that is busy


@dataclass(frozen=True)
class Proposal:
    """Groups as they might be, beside those there are. `faults` are sizes that can't be met; `seen` marks the basis."""

    standing: Standing
    wishes: Wishes
    grouping: Grouping
    seen: str

    @cached_property
    def faults(self) -> list[Fault]:
        return rules.broken(self.standing, self.wishes, self.grouping)

    @cached_property
    def before(self) -> list[mixing.Measure]:
        return mixing.measures(self.standing, self.wishes, self.standing.grouping)

    @cached_property
    def after(self) -> list[mixing.Measure]:
        return mixing.measures(self.standing, self.wishes, self.grouping)

    @property
    def moved(self) -> list[str]:
        """Who has a group and would leave it."""
        return [one.person for one, before, _ in rules.movers(self.standing, self.grouping) if before]


# --- reading


def standing(uow: UnitOfWork, course: Course) -> Standing:
    """The course's learners, coaches and groups as they are now. Guests belong to one room, and to no group."""
    rows = uow.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .where(
            NOT_A_GUEST,
            Enrolment.course_id == course.id,
            Enrolment.removed_at.is_(None),
            Enrolment.role.in_([Role.LEARNER.value, Role.COACH.value]),
        )
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.position, Enrolment.id)
    ).all()
    begun = _begun(uow, course)
    return Standing(
        tuple(_learner(row) for row in rows if row.role == Role.LEARNER),
        tuple(_coach(row) for row in rows if row.role == Role.COACH),
        tuple(Place(row.id, row.name, _track(row), row.id in begun) for row in rows_of(uow, course)),
    )


def wishes_of(course: Course) -> Wishes:
    """How this course's groups are to be made, as they were made last."""
    kept = dict((course.wishes or {}).get("groups", {}))
    return Wishes(**kept | {"teams": Teams(kept["teams"])}) if kept else Wishes()


def others(uow: UnitOfWork, course: Course) -> Mapping[str, Sequence[Enrolment]]:
    """The actors who belong to a group, by its id. No rule places them."""
    rows = uow.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.removed_at.is_(None),
            Enrolment.role == Role.ACTOR.value,
            Enrolment.group_id.is_not(None),
        )
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.position)
    ).all()
    return {id: [row for row in rows if row.group_id == id] for id in {row.group_id for row in rows if row.group_id}}


def mark(standing: Standing) -> str:
    """Differs as soon as anything differs that groups are made from."""
    return sha256(repr(standing).encode()).hexdigest()


def _learner(row: Enrolment) -> Learner:
    return Learner(
        person=row.person_id,
        name=row.person.name,
        track=_track(row),
        profession=row.person.profession,
        institution=row.person.institution,
        team=row.team,
        group=row.group_id,
        pinned=row.pinned and row.group_id is not None,
    )


def _coach(row: Enrolment) -> Coach:
    pinned = row.pinned and row.group_id is not None
    return Coach(row.person_id, row.person.name, _track(row), row.group_id, pinned)


def _track(row: Enrolment | Group) -> Track | None:
    return Track(row.track) if row.track else None


def rows_of(uow: UnitOfWork, course: Course) -> Sequence[Group]:
    return uow.session.scalars(select(Group).where(Group.course_id == course.id).order_by(Group.name)).all()


def _begun(uow: UnitOfWork, course: Course) -> set[str]:
    """Groups of which a room has begun: they have met, and stay together."""
    has_round = exists().where(RoundRow.room_id == Room.id)
    return set(
        uow.session.scalars(
            select(Room.group_id)
            .join(Session, Session.id == Room.session_id)
            .where(Session.course_id == course.id, or_(has_round, Room.phase != Phase.LOBBY.value))
        )
    )


# --- making


def propose(
    before: Standing,
    wishes: Wishes,
    offload: Callable[..., Grouping],
    *,
    attempt: int = 1,
    seconds: float = making.SECONDS,
) -> Proposal:
    """Makes groups and has the judge look at them; nothing is saved. For outside of any transaction: takes seconds.

    Raises Impossible with the reason, when there are none that keep every rule but the sizes.
    """
    made = offload(making.solve, before, wishes, attempt=attempt, seconds=seconds)
    proposal = Proposal(before, wishes, made, mark(before))
    _check(proposal.faults)
    return proposal


def keep(uow: UnitOfWork, course: Course, wishes: Wishes, made: Grouping, seen: str) -> None:
    """Saves groups as they were proposed, and seats everyone. Who is moved is signed out of their rooms.

    Raises Stale when the course has changed since, Invalid when a rule is broken that is not about sizes.
    """
    lock(uow, course)
    before = standing(uow, course)
    if mark(before) != seen:
        raise Stale(CHANGED)
    _check(rules.broken(before, wishes, made))
    if any(not group.learners and group.id not in before.place for group in made):
        raise Invalid(text("A new group has nobody in it."))
    rows = _rows(uow, course, made)
    _move(uow, course, {person: rows[id].id for person, id in rules.homes(made).items()})
    for group in rows_of(uow, course):
        if group.id not in {row.id for row in rows.values()}:
            dissolve(uow, group)
    course = uow.session.merge(course)
    course.wishes = {**(course.wishes or {}), "groups": asdict(wishes)}
    settle(uow, course)


def _check(faults: list[Fault]) -> None:
    """A size that can't be met is for the organiser to take or leave; every other rule holds."""
    if firm := [fault.words for fault in faults if fault.rule is not Rule.SIZE]:
        raise Invalid(joined(" ", firm))


def lock(uow: UnitOfWork, course: Course) -> None:
    """One change of a course's groups at a time. SQLite has one writer anyway."""
    uow.session.execute(select(Course.id).where(Course.id == course.id).with_for_update())


def _rows(uow: UnitOfWork, course: Course, made: Grouping) -> dict[str, Group]:
    """The row of each group, new ones made, by the id that the grouping calls it by."""
    there = {row.id: row for row in rows_of(uow, course)}
    taken = {row.name.casefold() for row in there.values()}
    found: dict[str, Group] = {}
    for group in made:
        row = there.get(group.id)
        if row is None:
            if group.name.casefold() in taken:
                raise Invalid(text("There is a group called {name} already.", name=group.name))
            row = Group(id=new_id(), course_id=course.id, name=group.name)
            uow.session.add(row)
        row.track = group.track
        found[group.id] = row
    uow.session.flush()
    return found


def _move(uow: UnitOfWork, course: Course, homes: Mapping[str, str]) -> None:
    """Puts every learner and coach where they belong; None for who is named nowhere."""
    placed = [Role.LEARNER.value, Role.COACH.value]
    rows = uow.session.scalars(
        select(Enrolment).where(
            Enrolment.course_id == course.id, Enrolment.removed_at.is_(None), Enrolment.role.in_(placed)
        )
    )
    for row in rows.all():
        put(uow, row, homes.get(row.person_id), pinned=row.pinned)


def put(uow: UnitOfWork, row: Enrolment, group_id: str | None, *, pinned: bool) -> None:
    row.pinned = pinned and group_id is not None
    if row.group_id != group_id:
        row.group_id = group_id
        seating.follow_group(uow, row.course_id, row.person_id)
        lose_rights(uow, row.person_id, "moved")


def dissolve(uow: UnitOfWork, group: Group) -> None:
    """Takes the group away with its empty rooms. One that has something written in it stays, without people."""
    uow.session.flush()
    rows = uow.session.scalars(select(Enrolment).where(Enrolment.group_id == group.id))
    for row in rows.all():  # actors, and who was removed from the course
        put(uow, row, None, pinned=False)
    uow.session.flush()
    if not has_traces(uow, group):
        for planned in uow.session.scalars(select(PlannedRound).where(PlannedRound.group_id == group.id)).all():
            uow.session.delete(planned)
        for room in uow.session.scalars(select(Room).where(Room.group_id == group.id)).all():
            for table in (SeatRow, Dismissal):
                uow.session.execute(delete(table).where(table.room_id == room.id))
            uow.session.delete(room)
        uow.session.flush()
        uow.session.delete(group)


# What goes with a group that nobody has used.
_GOES = {"enrolments", "rooms", "seats", "dismissals", "planned_rounds"}


def has_traces(uow: UnitOfWork, group: Group) -> bool:
    """Is there a row anywhere that speaks of the group or of one of its rooms?"""
    rooms = select(Room.id).where(Room.group_id == group.id)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys if table.name not in _GOES else ():
            about = {"groups": key.parent == group.id, "rooms": key.parent.in_(rooms)}.get(key.column.table.name)
            if about is not None and uow.session.scalar(select(exists().where(about))):
                return True
    return False


def settle(uow: UnitOfWork, course: Course) -> None:
    uow.session.flush()
    seating.place(uow, course)


# --- for changes by hand


def find(uow: UnitOfWork, course: Course, group_id: str) -> Group:
    group = uow.session.get(Group, group_id)
    if group is None or group.course_id != course.id:
        raise NotFound(text("There is no such group in this course any more. Reload the page."))
    return group


def named(uow: UnitOfWork, course: Course, name: str) -> Group:
    """The group of that name, as a list on a page tells it: without spaces that are not seen."""
    for group in rows_of(uow, course):
        if group.name.split() == name.split():
            return group
    raise NotFound(text("There is no group called {name} in this course any more. Reload the page.", name=name))


def enrolments(uow: UnitOfWork, course: Course, people: Sequence[str]) -> Sequence[Enrolment]:
    """Those of the people in the course, all of them or nobody. Raises NotFound."""
    rows = uow.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.person_id.in_(people),
            Enrolment.removed_at.is_(None),
            Enrolment.role != Role.ORGANISER.value,
        )
        .options(joinedload(Enrolment.person))
    ).all()
    if {row.person_id for row in rows} != set(people):
        raise NotFound(text("Not everyone of these can be in a group of this course any more. Reload the page."))
    return rows
