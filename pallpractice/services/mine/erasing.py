"""Erases a person: all that is theirs goes or is emptied as the registry says, in one transaction.

Their row stays, without anything of them, since others keep the ratings they were given. Whoever has claimed credit
leaves the proof of it behind, with their name, until its time is over.
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy import and_, delete, func, or_, select, update

from ...domain.audit import What
from ...domain.errors import NotAllowed
from ...domain.holding import Erase, Relation
from ...domain.joining import erased_address
from ...domain.roles import Role
from ...domain.room import Action
from ...domain.text import listed, said, text
from ...library import languages
from ...storage.courses import Course, Enrolment, Person, SignInFailure
from ...storage.feedback import Cue
from ...storage.mine import KeptName
from ...storage.rooms import JournalLine, Room
from ...storage.unit_of_work import UnitOfWork
from .. import audit
from ..roster import lose_rights
from ..seating import touch, unseat
from . import rows
from .scrubbing import scrub

NOBODY = text("Someone who has left")


def nobody(language: str | None) -> str:
    """The name of whoever has none any more."""
    return str(said(NOBODY, languages.language(language)))


def alone_in(uow: UnitOfWork, person: str) -> list[Course]:
    """The courses that nobody but this person organises."""
    organisers = (
        select(Enrolment.course_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.role == Role.ORGANISER.value, Enrolment.removed_at.is_(None), Person.active)
    )
    alone = organisers.group_by(Enrolment.course_id).having(func.count() == 1)
    theirs = organisers.where(Enrolment.person_id == person, Enrolment.course_id.in_(alone))
    return list(uow.session.scalars(select(Course).where(Course.id.in_(theirs)).order_by(Course.title)))


def erase(uow: UnitOfWork, person_id: str, *, actor: str | None, words_too: bool = False) -> None:
    """Erases the person. `words_too` also takes the words they gave to others, which otherwise stay without a name.

    Raises NotAllowed for the only organiser of a course.
    """
    if alone := alone_in(uow, person_id):
        courses = listed([course.title for course in alone])
        raise NotAllowed(text("You are the only organiser of {courses}: make someone else one first.", courses=courses))
    gone(uow, person_id, actor=actor, words_too=words_too)


def gone(uow: UnitOfWork, person_id: str, *, actor: str | None, words_too: bool = False) -> None:
    """The same for whoever's time is over, whatever they organised."""
    person, proven = uow.session.get_one(Person, person_id), rows.proven(uow, person_id)
    if person.erased_at:
        return
    _leave(uow, person)
    if proven:
        uow.session.merge(KeptName(person_id=person_id, name=person.name, email=person.email, kept_at=uow.now))
    _empty_goals(uow, person_id)
    uow.session.flush()
    _take_words(uow, person_id, proven, words_too=words_too)
    _become_nobody(uow, person)
    audit.note(uow, What.ERASED, actor=actor, subject=person_id, data={"words_too": words_too, "proves": len(proven)})


def _leave(uow: UnitOfWork, person: Person) -> None:
    """Out of every course and room; sessions and sockets end."""
    for row in uow.session.scalars(select(Enrolment).where(Enrolment.person_id == person.id)):
        row.removed_at = row.removed_at or uow.now
        unseat(uow, row.course, person.id)
    person.active, person.session_epoch = False, person.session_epoch + 1
    lose_rights(uow, person.id, "signed_out")
    account = hashlib.sha256(person.email.encode()).hexdigest()
    uow.session.execute(delete(SignInFailure).where(SignInFailure.account_hash == account))


def _empty_goals(uow: UnitOfWork, person: str) -> None:
    """A room holds the goal of its round, or in its lobby of the next one: whoever set it last wrote it."""
    last = (
        select(JournalLine.person_id)
        .where(JournalLine.room_id == Room.id, JournalLine.action == Action.GOAL_SET.value)
        .order_by(JournalLine.seq.desc())
        .limit(1)
        .correlate(Room)
        .scalar_subquery()
    )
    for room in uow.session.scalars(select(Room).where(Room.goal.is_not(None), last == person)):
        room.goal = None
        touch(uow, room)


def _take_words(uow: UnitOfWork, person: str, proven: Iterable[str], *, words_too: bool) -> None:
    relations = rows.THEIRS | ({Relation.GIVEN} if words_too else set())
    for one, held in rows.about_people():
        theirs = rows.of(one, held, person, rows.THEIRS)
        if held.rows is Erase.ROW:
            uow.session.execute(delete(one).where(theirs))
            continue
        if held.rows is Erase.PROOF:
            uow.session.execute(delete(one).where(theirs, ~rows.in_courses(one, held, list(proven))))
        if columns := rows.words_of(one, held):
            blank = {column.name: rows.empty(column) for column in columns}
            uow.session.execute(update(one).where(rows.of(one, held, person, relations)).values(blank))
        if one.name == JournalLine.__tablename__:
            told = and_(
                JournalLine.action == Action.CUE_SEND.value,
                JournalLine.round_id.in_(select(Cue.round_id).where(Cue.to_id == person)),
            )
            scrub(uow, or_(theirs, told))


def _become_nobody(uow: UnitOfWork, person: Person) -> None:
    """Nothing of the account is left but its id. The name that takes its place is in the language of their courses."""
    spoken = uow.session.scalar(
        select(Course.language)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.person_id == person.id, Course.language != "")
        .limit(1)
    )
    person.name, person.email = nobody(spoken), erased_address(person.id)
    person.profession = person.institution = person.pronouns = person.time_zone = person.language = ""
    person.password_hash, person.erased_at = None, uow.now
