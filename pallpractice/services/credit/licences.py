"""What boards ask for besides a name, sealed at rest: taken only if someone wants the credit, seen only when asked for.

Several keys may be set: the first seals, all of them open. So a key is changed by putting a new one before it, sealing
everything anew (`rekey`), and taking the old one away.
"""

import json
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select

from ...domain import evidence as rules
from ...domain.audit import What
from ...domain.errors import Invalid, NotFound, Unavailable
from ...domain.text import text
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment
from ...storage.credit import Licence
from ...storage.unit_of_work import UnitOfWork
from .. import audit

NO_KEY = text(
    "This site has no key to seal such data with, so it does not take any. Whoever runs it sets PALLPRACTICE_DATA_KEY."
)
LOST_KEY = text(
    "What is kept was sealed with a key that is no longer set. Whoever runs this site puts it back into "
    "PALLPRACTICE_DATA_KEY, after the present one."
)
Data = Mapping[str, str]


class Sealer:
    """Seals and opens, where there is a key."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None

    @property
    def can(self) -> bool:
        return self._fernet is not None

    def seal(self, data: Data) -> str:
        """Raises Unavailable without a key."""
        return self._with_key().encrypt(json.dumps(dict(data)).encode()).decode()

    def open(self, sealed: str) -> dict[str, str]:
        """Raises Unavailable without a key, and without the one it was sealed by."""
        try:
            found: dict[str, str] = json.loads(self._with_key().decrypt(sealed))
        except InvalidToken:
            raise Unavailable(LOST_KEY) from None
        return found

    def anew(self, sealed: str) -> str:
        """The same, sealed with the first key."""
        try:
            return self._with_key().rotate(sealed).decode()
        except InvalidToken:
            raise Unavailable(LOST_KEY) from None

    def _with_key(self) -> MultiFernet:
        if self._fernet is None:
            raise Unavailable(NO_KEY)
        return self._fernet


def want(uow: UnitOfWork, course: Course, person: Enrolment, board: str) -> None:
    """The learner wants this board's credit; with none, what was kept for it is deleted at once. Raises Invalid."""
    if board and board not in course.credit.get("boards", ()):
        raise Invalid(text("This course offers nothing for that board."))
    person.moc_board = board
    if not board:
        forget(uow, course, person.person_id)


def save(uow: UnitOfWork, sealer: Sealer, course: Course, person: Enrolment, given: Data) -> None:
    """Keeps it sealed, in the place of what was there. Raises Unavailable without a key, Invalid if unasked."""
    if not person.moc_board:
        raise Invalid(text("Such data is kept only for those who want their board’s credit."))
    sealed = sealer.seal(rules.licence(given))
    forget(uow, course, person.person_id)
    uow.session.add(
        Licence(id=new_id(), course_id=course.id, person_id=person.person_id, sealed=sealed, saved_at=uow.now)
    )


def forget(uow: UnitOfWork, course: Course, person: str) -> None:
    """Deletes it."""
    row = _row(uow, course, person)
    if row is not None:
        uow.session.delete(row)
        uow.session.flush()


def kept(uow: UnitOfWork, course: Course) -> set[str]:
    """Of whom there is any."""
    return set(uow.session.scalars(select(Licence.person_id).where(Licence.course_id == course.id)))


def own(uow: UnitOfWork, sealer: Sealer, course: Course, person: str) -> dict[str, str] | None:
    """A learner's own, or None."""
    row = _row(uow, course, person)
    return sealer.open(row.sealed) if row else None


def see(uow: UnitOfWork, sealer: Sealer, course: Course, person: str, by: str) -> dict[str, str]:
    """For an organiser, who is noted in the audit. Raises NotFound where there is none."""
    found = own(uow, sealer, course, person)
    if found is None:
        raise NotFound(text("Nothing of that kind is kept of this person."))
    audit.note(uow, What.LICENCE_SEEN, actor=by, subject=person, course=course.id)
    return found


def rekey(uow: UnitOfWork, sealer: Sealer) -> int:
    """Seals everything anew by the first key; returns how many. Raises Unavailable, and then nothing has changed."""
    rows = uow.session.scalars(select(Licence)).all()
    for row in rows:
        row.sealed = sealer.anew(row.sealed)
    return len(rows)


def _row(uow: UnitOfWork, course: Course, person: str) -> Licence | None:
    return uow.session.scalar(select(Licence).where(Licence.course_id == course.id, Licence.person_id == person))
