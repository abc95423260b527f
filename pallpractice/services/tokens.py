"""Tokens for programs: made for an organiser and one course, shown once, looked up by their hash, ended.

One ends by its date, by hand, when its person no longer organises the course, and when they sign out everywhere.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Exists, exists, select, update
from sqlalchemy.orm import joinedload

from ..domain.audit import What
from ..domain.errors import Invalid, NotFound
from ..domain.roles import Role
from ..domain.text import text
from ..domain.tokens import MOST, PREFIX, Scope
from ..storage.base import new_id
from ..storage.courses import Course, Enrolment, Person
from ..storage.tokens import ApiToken
from ..storage.unit_of_work import UnitOfWork
from . import audit

SEEN = timedelta(minutes=1)  # how exactly it is known when one was used last


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a program asks for: a person, in one course, to read or to change."""

    token_id: str
    person_id: str
    course_id: str
    slug: str
    scope: Scope
    unseen: bool  # its last use is to be noted


def make(uow: UnitOfWork, course: Course, person_id: str, name: str, scope: Scope, days: int) -> str:
    """A new token of an organiser, which can be read this once. Raises Invalid where there are many already."""
    if len([one for one in of_course(uow, course) if not one.revoked_at and one.expires_at > uow.now]) >= MOST:
        raise Invalid(text("This course has {n} tokens already. End one that is no longer needed.", n=MOST))
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        id=new_id(),
        token_hash=_hash(token),
        name=name,
        person_id=person_id,
        course_id=course.id,
        scope=scope.value,
        made_at=uow.now,
        expires_at=uow.now + timedelta(days=days),
    )
    uow.session.add(row)
    data = {"scope": scope.value, "days": days}
    audit.note(uow, What.TOKEN_MADE, actor=person_id, subject=row.id, course=course.id, data=data)
    return token


def bearer(uow: UnitOfWork, token: str) -> Bearer | None:
    """Who comes with this token; None for one that is not or no longer good, whatever the reason."""
    found = uow.session.execute(
        select(ApiToken, Course.slug)
        .join(Course, Course.id == ApiToken.course_id)
        .join(Person, Person.id == ApiToken.person_id)
        .where(
            ApiToken.token_hash == _hash(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > uow.now,
            Person.active,
            _organises(),
        )
    ).first()
    if found is None:
        return None
    row, slug = found
    unseen = row.used_at is None or uow.now - row.used_at >= SEEN
    return Bearer(row.id, row.person_id, row.course_id, slug, Scope(row.scope), unseen)


def seen(uow: UnitOfWork, token_id: str) -> None:
    """It has just been used."""
    uow.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=uow.now))


def of_course(uow: UnitOfWork, course: Course) -> Sequence[ApiToken]:
    """All tokens of a course, whoever made them, the newest first."""
    rows = select(ApiToken).where(ApiToken.course_id == course.id).options(joinedload(ApiToken.person))
    return uow.session.scalars(rows.order_by(ApiToken.made_at.desc(), ApiToken.id)).all()


def revoke(uow: UnitOfWork, course: Course, token_id: str, by: str) -> str:
    """Ends a token of the course, whoever made it; returns its name. Raises NotFound."""
    row = uow.session.scalar(select(ApiToken).where(ApiToken.id == token_id, ApiToken.course_id == course.id))
    if row is None:
        raise NotFound(text("There is no such token in this course."))
    if row.revoked_at is None:
        row.revoked_at = uow.now
        audit.note(uow, What.TOKEN_REVOKED, actor=by, subject=row.id, course=course.id)
    return row.name


def end_lost(uow: UnitOfWork, person_id: str) -> None:
    """Ends the person's tokens of courses that they no longer organise, for good."""
    _end(uow, person_id, only_lost=True)


def end_all(uow: UnitOfWork, person_id: str) -> None:
    """Ends all tokens of the person."""
    _end(uow, person_id, only_lost=False)


def _end(uow: UnitOfWork, person_id: str, *, only_lost: bool) -> None:
    live = select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    for row in uow.session.scalars(live.where(~_organises()) if only_lost else live):
        row.revoked_at = uow.now
        audit.note(uow, What.TOKEN_REVOKED, actor=None, subject=row.id, course=row.course_id)


def _organises() -> Exists:
    """Whether the token's person organises its course."""
    return exists().where(
        Enrolment.person_id == ApiToken.person_id,
        Enrolment.course_id == ApiToken.course_id,
        Enrolment.role == Role.ORGANISER.value,
        Enrolment.removed_at.is_(None),
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
