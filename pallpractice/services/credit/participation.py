"""Who took part in what: the rooms' record and what was said beside it, put together by `domain.credit`.

Statements are only ever added. An organiser corrects, or brings in the file of a meeting held elsewhere; a learner says
what they took part in where no room of ours could record it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from ...domain import credit
from ...domain.audit import What
from ...domain.credit import Part, Said, Source, Taken, Terms, There
from ...domain.errors import Invalid, NotFound
from ...domain.joining import is_guest
from ...domain.participation import Stay, union
from ...domain.programme import Credit
from ...domain.roles import Role, SessionKind, Track
from ...domain.text import text
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment, Person, Session
from ...storage.credit import Attestation, Claim, Statement
from ...storage.mine import KeptName
from ...storage.unit_of_work import UnitOfWork
from .. import audit, presence

NEVER = datetime.min.replace(tzinfo=UTC)


def terms(course: Course) -> Terms:
    return Terms.of(course.credit)


def set_terms(course: Course, changed: Mapping[str, Any]) -> None:
    """Changes these of them."""
    course.credit = replace(terms(course), **changed).plain()


def parts(course: Course) -> list[Part]:
    """The sessions that count, by time."""
    return [part(one) for one in course.sessions if one.kind != SessionKind.BREAK]


def part(session: Session) -> Part:
    return Part(
        id=session.id,
        key=session.key,
        title=session.title,
        kind=SessionKind(session.kind),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        credit=tuple(Credit(one) for one in session.credit_types),
        track=Track(session.track) if session.track else None,
    )


def learners(uow: UnitOfWork, course: Course) -> list[Enrolment]:
    """Everyone who may claim credit, by name: learners who have not been removed, and no guests.

    With them those who have claimed it and left or were erased since: what was claimed has to be proven for years. Who
    was erased is there under the name that is kept for the proof, for organisers alone.
    """
    proofs = ((each.person_id == Person.id, each.course_id == course.id) for each in (Claim, Attestation))
    proves = or_(*(exists().where(*each) for each in proofs))
    rows = uow.session.execute(
        select(Enrolment, KeptName)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(KeptName, and_(KeptName.person_id == Person.id, proves))
        .where(Enrolment.course_id == course.id, Enrolment.role == Role.LEARNER.value)
        .where(or_(Enrolment.removed_at.is_(None), proves))
        .order_by(func.coalesce(KeptName.name, Person.name), Person.id)
        .options(contains_eager(Enrolment.person))
    ).all()
    for one, kept in rows:
        if kept:  # shown, and never stored
            set_committed_value(one.person, "name", kept.name)
            set_committed_value(one.person, "email", kept.email)
    return [one for one, _ in rows if not is_guest(one.person.email)]


def places(uow: UnitOfWork, person: str) -> list[Enrolment]:
    """A person's own places as a learner, the latest course first."""
    rows = uow.session.scalars(
        select(Enrolment).where(
            Enrolment.person_id == person, Enrolment.role == Role.LEARNER.value, Enrolment.removed_at.is_(None)
        )
    )
    mine = [one for one in rows if not is_guest(one.person.email)]
    return sorted(
        mine, key=lambda one: max((each.ends_at for each in one.course.sessions), default=NEVER), reverse=True
    )


def learner(uow: UnitOfWork, course: Course, person: str) -> Enrolment:
    """One of them. Raises NotFound."""
    found = next((one for one in learners(uow, course) if one.person_id == person), None)
    if found is None:
        raise NotFound(text("There is no such learner in this course."))
    return found


def taken(uow: UnitOfWork, course: Course, people: Collection[Enrolment]) -> dict[str, list[Taken]]:
    """{person: what they took part in, by time}, with the sessions of their track that they missed."""
    there = parts(course)
    recorded = presence.attendance(uow, [one.id for one in there])
    said = _statements(uow, [one.id for one in there], [one.person_id for one in people])
    own_word = terms(course).own_word
    found: dict[str, list[Taken]] = {}
    for one in people:
        all_of_them = (
            credit.taken(
                each,
                recorded.get(each.id, {}).get(one.person_id, ()),
                said.get((each.id, one.person_id), ()),
                own_word=own_word,
            )
            for each in there
        )
        found[one.person_id] = [each for each in all_of_them if each.stays or each.said or meant_for(each.part, one)]
    return found


def track(person: Enrolment) -> Track | None:
    return Track(person.track) if person.track else None


def meant_for(each: Part, one: Enrolment) -> bool:
    """A session for everyone, or of their track."""
    return not (each.track and one.track) or each.track == one.track


def _statements(
    uow: UnitOfWork, sessions: Collection[str], people: Collection[str]
) -> dict[tuple[str, str], list[Said]]:
    """Read as columns: a course has thousands."""
    rows = uow.session.execute(
        select(
            Statement.session_id,
            Statement.person_id,
            Statement.batch,
            Statement.source,
            Statement.came_at,
            Statement.left_at,
            Statement.minutes,
            Statement.reason,
            Statement.made_at,
            Person.name.label("by"),
        )
        .join(Person, Person.id == Statement.made_by)
        .where(Statement.session_id.in_(sessions), Statement.person_id.in_(people))
        .order_by(Statement.made_at)
    )
    batches: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        batches[row.session_id, row.person_id, row.batch].append(row)
    found: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for (session, person, _), together in batches.items():
        first = together[0]
        stays = union(Stay(one.came_at, one.left_at) for one in together if one.came_at and one.left_at)
        there = There(stays, sum(one.minutes or 0 for one in together))
        found[session, person].append(Said(Source(first.source), first.made_at, there, first.by, first.reason))
    return found


# --- adding to it


def _say(uow: UnitOfWork, source: Source, part: Part, person: str, there: There, by: str, reason: str = "") -> None:
    batch = new_id()
    lines: list[tuple[datetime | None, datetime | None, int | None]]
    lines = [(one.start, one.end, None) for one in there.stays]
    if there.lasted or not lines:
        lines.append((None, None, there.lasted))
    for came_at, left_at, minutes in lines:
        uow.session.add(
            Statement(
                id=new_id(),
                session_id=part.id,
                person_id=person,
                source=source.value,
                batch=batch,
                came_at=came_at,
                left_at=left_at,
                minutes=minutes,
                reason=reason,
                made_by=by,
                made_at=uow.now,
            )
        )


def _just_said(
    uow: UnitOfWork, source: Source, part: Part, person: str, minutes: int, by: str, reason: str = ""
) -> bool:
    """A button pressed twice says nothing new."""
    newest = uow.session.scalar(
        select(Statement)
        .where(Statement.session_id == part.id, Statement.person_id == person, Statement.source == source.value)
        .order_by(Statement.made_at.desc())
        .limit(1)
    )
    return newest is not None and (newest.minutes, newest.made_by, newest.reason) == (minutes, by, reason)


def _of_course(course: Course, session_id: str) -> Part:
    found = next((one for one in parts(course) if one.id == session_id), None)
    if found is None:
        raise NotFound(text("There is no such session in this course."))
    return found


def state(uow: UnitOfWork, course: Course, person: Enrolment, session_id: str, minutes: int) -> None:
    """The learner says how many minutes they took part in a session that is held elsewhere, and is over.

    The same again adds nothing.
    """
    chosen = _of_course(course, session_id)
    if chosen.recorded:
        raise Invalid(text("That session’s room records who is there. If the record is wrong, ask your organiser."))
    if not terms(course).own_word:
        raise Invalid(text("In this course the organisers bring in who was there."))
    if chosen.ends_at > uow.now:
        raise Invalid(text("That session is not over yet."))
    there = credit.lasted(chosen, minutes)
    if not _just_said(uow, Source.SELF, chosen, person.person_id, minutes, person.person_id):
        _say(uow, Source.SELF, chosen, person.person_id, there, person.person_id)


def correct(
    uow: UnitOfWork, course: Course, person: Enrolment, session_id: str, minutes: int, reason: str, by: str
) -> None:
    """An organiser says what counts instead of all that is recorded, and why. The record itself stays.

    The same again adds nothing.
    """
    chosen = _of_course(course, session_id)
    if not reason.strip():
        raise Invalid(
            text("Write why: the learner reads it."), fields={"reason": [text("write why: the learner reads it")]}
        )
    if chosen.starts_at > uow.now:
        raise Invalid(text("That session has not begun yet."))
    there, reason = credit.lasted(chosen, minutes), reason.strip()
    if _just_said(uow, Source.HAND, chosen, person.person_id, minutes, by, reason):
        return
    _say(uow, Source.HAND, chosen, person.person_id, there, by, reason)
    about = {"session": chosen.id, "minutes": minutes}
    audit.note(uow, What.CORRECTED, actor=by, subject=person.person_id, course=course.id, data=about)


@dataclass(frozen=True, slots=True)
class Row:
    """One person in one session, as a file has them: what would count from it, and what counts now."""

    person: Enrolment
    part: Part
    there: There
    before: Taken
    after: Taken

    @property
    def anew(self) -> bool:
        """The file says something that its last version did not."""
        said = [one for one in self.before.said if one.source is Source.FILE]
        return not said or said[-1].there != self.there


def preview(uow: UnitOfWork, course: Course, attended: Mapping[tuple[str, str], There]) -> list[Row]:
    """What bringing in would do, for {(email, session key): how they were there}; of people who are no learners here,
    nothing.
    """
    people = {one.person.email: one for one in learners(uow, course)}
    before = taken(uow, course, people.values())
    sessions = {one.key: one for one in parts(course)}
    recorded = presence.attendance(uow, [one.id for one in sessions.values()])
    rows = []
    for (email, key), there in attended.items():
        person, each = people.get(email), sessions[key]
        if person is None:
            continue
        known = next((one for one in before[person.person_id] if one.part == each), None) or Taken(each, (), (), ())
        said = Said(Source.FILE, uow.now, there)
        after = credit.taken(
            each,
            recorded.get(each.id, {}).get(person.person_id, ()),
            [*known.said, said],
            own_word=terms(course).own_word,
        )
        rows.append(Row(person, each, there, known, after))
    return sorted(rows, key=lambda row: (row.part.starts_at, row.person.person.name))


def bring_in(uow: UnitOfWork, course: Course, attended: Mapping[tuple[str, str], There], by: str) -> list[Row]:
    """Adds what the file says and was not known; returns that. The same file again adds nothing."""
    anew = [row for row in preview(uow, course, attended) if row.anew]
    for row in anew:
        _say(uow, Source.FILE, row.part, row.person.person_id, row.there, by)
    return anew
