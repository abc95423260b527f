"""How people come in and leave: personal links, passwords for staff, signing out, removal."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from ..domain.audit import What
from ..domain.errors import Invalid, NotAllowed, NotFound, RateLimited
from ..domain.joining import is_guest
from ..domain.roles import Role
from ..domain.text import text
from ..domain.throttle import WINDOW, wait
from ..storage.courses import Course, Enrolment, Link, Person, SignInFailure
from ..storage.unit_of_work import Store, UnitOfWork
from . import audit, tokens
from .passwords import LONGEST, SHORTEST, Hasher
from .roster import lose_rights
from .seating import unseat

STAFF = (Role.COACH.value, Role.ORGANISER.value)
NO_LINK = text(
    "This link is not valid. It may have expired or been replaced by a newer one: ask your organiser for a new one."
)
GUEST = text("Guests have no personal link: they came in by a room’s code, for that room alone.")
NO_MATCH = text("That email and password do not belong together.")
BY_PASSWORD = {"by": "password"}


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A personal link as handed out. Only its hash is stored, so this is the one time it can be read."""

    name: str
    email: str
    role: str
    group: str | None
    url: str


# --- personal links


def issue_links(
    uow: UnitOfWork,
    course: Course,
    base_url: str,
    days: int,
    *,
    only: Iterable[str] | None = None,
    keep_older: bool = False,
) -> list[IssuedLink]:
    """A fresh link for everyone in the course but its guests, or `only` these emails, in the roster's order.

    Their older ones stop working, unless they are kept. Raises NotFound for an email that is not in the course, and
    NotAllowed for a guest's: it would be a way into the whole course.
    """
    enrolled = select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.removed_at.is_(None))
    rows = uow.session.scalars(
        enrolled.options(joinedload(Enrolment.person), joinedload(Enrolment.group)).order_by(Enrolment.position)
    ).all()
    if only is not None:
        wanted = {email.strip().lower() for email in only}
        if unknown := wanted - {row.person.email for row in rows}:
            raise NotFound(
                text("Not in the course {slug}: {emails}.", slug=course.slug, emails=", ".join(sorted(unknown)))
            )
        if any(map(is_guest, wanted)):
            raise NotAllowed(GUEST)
        rows = [row for row in rows if row.person.email in wanted]
    rows = [row for row in rows if not is_guest(row.person.email)]
    if not keep_older:
        _revoke(uow, course, (row.person_id for row in rows))
    return [_issue(uow, row, base_url, days) for row in rows]


def open_link(uow: UnitOfWork, token: str) -> Link:
    """The link of a token, unused by being looked at. Raises NotFound, the same for every reason."""
    link = uow.session.scalar(select(Link).where(Link.token_hash == _hash(token)))
    if link is None or link.revoked_at or link.expires_at <= uow.now:
        raise NotFound(NO_LINK)
    place_in_course = uow.session.scalar(
        select(Enrolment).where(Enrolment.course_id == link.course_id, Enrolment.person_id == link.person_id)
    )
    if place_in_course is None or place_in_course.removed_at or not link.person.active:
        raise NotFound(NO_LINK)
    return link


def redeem(uow: UnitOfWork, token: str) -> Person:
    """Who comes in by this link. It may be used again, from another device, until it expires."""
    link = open_link(uow, token)
    link.used_at = uow.now
    audit.note(uow, What.SIGNED_IN, actor=link.person_id, course=link.course_id, data={"by": "link"})
    return link.person


def refuse_link(uow: UnitOfWork, token: str) -> None:
    """Notes that someone tried to come in by a link that was good once. What was never a link is nobody's to note."""
    link = uow.session.scalar(select(Link).where(Link.token_hash == _hash(token)))
    if link is not None:
        person, course = link.person_id, link.course_id
        audit.note(uow, What.SIGN_IN_REFUSED, actor=None, subject=person, course=course, data={"by": "link"})


def _issue(uow: UnitOfWork, row: Enrolment, base_url: str, days: int) -> IssuedLink:
    token = secrets.token_urlsafe(32)
    uow.session.add(
        Link(
            token_hash=_hash(token),
            person_id=row.person_id,
            course_id=row.course_id,
            created_at=uow.now,
            expires_at=uow.now + timedelta(days=days),
        )
    )
    group = row.group.name if row.group else None
    return IssuedLink(row.person.name, row.person.email, row.role, group, f"{base_url}/l/{token}")


def _revoke(uow: UnitOfWork, course: Course, people: Iterable[str]) -> None:
    live = update(Link).where(Link.course_id == course.id, Link.revoked_at.is_(None))
    uow.session.execute(live.where(Link.person_id.in_(list(people))).values(revoked_at=uow.now))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


# --- passwords, for staff. Hashing takes long, so these open their own units of work around it.


def set_password(store: Store, hasher: Hasher, email: str, password: str) -> None:
    """Gives a coach or organiser a password and signs them out everywhere. Raises NotFound, NotAllowed, Invalid."""
    with store.read() as uow:
        _staff(uow, email)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            text(
                "A password has {shortest} to {longest} characters; this one has {password}.",
                shortest=SHORTEST,
                longest=LONGEST,
                password=len(password),
            )
        )
    if email.partition("@")[0].lower() in password.lower():
        raise Invalid(text("The password must not contain the name from the email address."))
    hashed = hasher.hash(password)
    with store.write() as uow:
        person = _staff(uow, email)
        person.password_hash = hashed
        audit.note(uow, What.PASSWORD_SET, actor=None, subject=person.id)
        sign_out_everywhere(uow, person.id)


def sign_in(store: Store, hasher: Hasher, email: str, password: str) -> Person:
    """Who this is. Raises NotAllowed, the same for every reason, or RateLimited; both cost an unknown account the same.

    The try is counted before it is checked, so that many at once are not more than one after the other. One that comes
    too soon is not noted, or a flood of them would fill the audit.
    """
    account = _hash(email.strip().lower())
    pause = store.change(_count_try, account)
    if pause:
        raise RateLimited(text("Too many tries. Wait {n} seconds, then try again.", n=round(pause) + 1))
    with store.read() as uow:
        person = _with_email(uow, email)
    usable = person.password_hash if person and person.active else None
    if not hasher.verify(usable, password[:LONGEST]) or person is None:
        store.change(audit.note, What.SIGN_IN_REFUSED, actor=None, subject=person and person.id, data=BY_PASSWORD)
        raise NotAllowed(NO_MATCH)
    store.change(_came_in, account, person.id)
    return person


def _count_try(uow: UnitOfWork, account: str) -> float:
    """Counts one try, unless the account has to wait: then the seconds."""
    uow.session.execute(delete(SignInFailure).where(SignInFailure.at < uow.now - WINDOW))
    earlier = select(SignInFailure.at).where(SignInFailure.account_hash == account).order_by(SignInFailure.at)
    pause = wait(uow.session.scalars(earlier).all(), uow.now)
    if not pause:
        uow.session.add(SignInFailure(account_hash=account, at=uow.now))
    return pause


def _came_in(uow: UnitOfWork, account: str, person_id: str) -> None:
    uow.session.execute(delete(SignInFailure).where(SignInFailure.account_hash == account))
    audit.note(uow, What.SIGNED_IN, actor=person_id, data=BY_PASSWORD)


def _staff(uow: UnitOfWork, email: str) -> Person:
    person = find(uow, email)
    roles = select(Enrolment.role).where(Enrolment.person_id == person.id, Enrolment.removed_at.is_(None))
    if not set(uow.session.scalars(roles)) & set(STAFF):
        raise NotAllowed(
            text("{email} is neither coach nor organiser: they come in by their personal link.", email=person.email)
        )
    return person


def set_up(uow: UnitOfWork, person_id: str, time_zone: str, language: str) -> None:
    """What a person sets for themselves. Empty: no zone beside the course's own, no language but the browser's."""
    person = uow.session.get_one(Person, person_id)
    person.time_zone, person.language = time_zone, language


def set_language(uow: UnitOfWork, person_id: str, code: str) -> None:
    """The language of a person's pages and letters; empty for none of their own."""
    uow.session.get_one(Person, person_id).language = code


# --- leaving


def find(uow: UnitOfWork, email: str) -> Person:
    """The person with this email. Raises NotFound."""
    person = _with_email(uow, email)
    if person is None:
        raise NotFound(text("Nobody here has the email {email}.", email=email))
    return person


def _with_email(uow: UnitOfWork, email: str) -> Person | None:
    email = email.strip().lower()
    if not email.isprintable():  # a NUL or half a character, which a database may choke on
        return None
    return uow.session.scalar(select(Person).where(Person.email == email))


def sign_out(uow: UnitOfWork, person_id: str) -> None:
    """Closes the person's sockets; the cookie that ends is the browser's own."""
    lose_rights(uow, person_id, "signed_out")


def sign_out_everywhere(uow: UnitOfWork, person_id: str) -> None:
    """Ends every session of the person, in every browser, and every token of theirs."""
    uow.session.get_one(Person, person_id).session_epoch += 1
    tokens.end_all(uow, person_id)
    lose_rights(uow, person_id, "signed_out")


def remove(uow: UnitOfWork, course: Course, person: Person) -> None:
    """Takes a person out of a course: their links there end and their sockets close. What they wrote stays.

    Raises NotFound, and NotAllowed for the last organiser.
    """
    row = uow.session.scalar(
        select(Enrolment).where(
            Enrolment.course_id == course.id, Enrolment.person_id == person.id, Enrolment.removed_at.is_(None)
        )
    )
    if row is None:
        raise NotFound(text("{email} is not in the course {slug}.", email=person.email, slug=course.slug))
    if row.role == Role.ORGANISER.value and not _other_organisers(uow, row):
        raise NotAllowed(
            text("{name} is the only organiser of the course: make someone else one first.", name=person.name)
        )
    row.removed_at = uow.now
    _revoke(uow, course, [person.id])
    unseat(uow, course, person.id)
    lose_rights(uow, person.id, "removed")


def _other_organisers(uow: UnitOfWork, row: Enrolment) -> bool:
    others = select(Enrolment.id).where(Enrolment.course_id == row.course_id, Enrolment.id != row.id)
    organise = others.where(Enrolment.role == Role.ORGANISER.value, Enrolment.removed_at.is_(None))
    return uow.session.scalar(organise.limit(1)) is not None
