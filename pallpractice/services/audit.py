"""The audit: what was done that someone may have to answer for. A line is added with the transaction that did it.

Each line carries a digest of itself and of the one before, so what is changed, taken out, put in or moved afterwards is
found. Whoever may write to the database could write the whole chain anew: against that, keep what `check` says of the
end in another place, and ask about it later.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from ..domain.audit import Data, Fault, What, digest, fits
from ..domain.errors import Invalid
from ..domain.text import text
from ..storage.audit import AuditEnds, AuditLine, Note
from ..storage.unit_of_work import UnitOfWork

PAGE = 500


def note(
    uow: UnitOfWork,
    what: What,
    *,
    actor: str | None,
    subject: str | None = None,
    course: str | None = None,
    data: Data | None = None,
) -> None:
    """Notes this with the commit; never, if there is none. `actor`, `subject` and `course` are ids.

    `data` may say more in ids, counts and words of ours. Raises ValueError for what looks like something else, since
    the audit outlasts the people it tells of.
    """
    said = Note(what, actor, subject, course, data or {})
    if not fits([said.actor, said.subject, said.course, said.data]):
        raise ValueError(f"the audit holds ids, counts and words of ours only: {what}")
    uow.notes.append(said)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the whole chain found: its ends, and its first broken link."""

    first: int
    last: int
    digest: str
    fault: Fault | None = None
    at: int = 0  # the number of the line where it is broken


def check(uow: UnitOfWork, known: tuple[int, str] | None = None) -> Checked:
    """Computes the chain anew. `known` is a line's number and digest as an earlier check told them: still the same?

    Raises Invalid when that line is too old to be there.
    """
    ends = uow.session.get(AuditEnds, 1)
    if ends is None:
        return Checked(0, 0, "", Fault.ENDS, 0)
    if known and known[0] < ends.first:
        raise Invalid(text("Line {n} has been dropped in its time. Keep a later end of the chain.", n=known[0]))
    expected, previous = ends.first, ends.before
    for number, line in _lines(uow):
        fault = _fault(line, number, expected, previous)
        if fault is None and known and known[0] == number and line and line.digest != known[1]:
            fault = Fault.CHANGED
        if fault or line is None:
            return Checked(ends.first, ends.last, ends.digest, fault, expected if fault is Fault.MISSING else number)
        expected, previous = number + 1, line.digest
    whole = (ends.last, ends.digest) == (expected - 1, previous) and not (known and known[0] > ends.last)
    return Checked(ends.first, ends.last, ends.digest, None if whole else Fault.ENDS, expected - 1)


def _fault(line: AuditLine | None, number: int, expected: int, previous: str) -> Fault | None:
    if number != expected:
        return Fault.MISSING
    if line is None:
        return Fault.UNREADABLE
    if line.previous != previous:
        return Fault.APART
    return None if line.digest == digest(line.line, previous) else Fault.CHANGED


def _lines(uow: UnitOfWork) -> Iterator[tuple[int, AuditLine | None]]:
    """Every line by its number, in pages; None for one that can't be read."""
    numbers = uow.session.scalars(select(AuditLine.id).order_by(AuditLine.id)).all()
    for start in range(0, len(numbers), PAGE):
        page = numbers[start : start + PAGE]
        try:
            found = uow.session.scalars(select(AuditLine).where(AuditLine.id.in_(page)).order_by(AuditLine.id)).all()
            yield from ((line.id, line) for line in found)
        except (ValueError, TypeError):
            yield from ((number, _alone(uow, number)) for number in page)
        uow.session.expunge_all()


def _alone(uow: UnitOfWork, number: int) -> AuditLine | None:
    try:
        return uow.session.scalars(select(AuditLine).where(AuditLine.id == number)).one()
    except (ValueError, TypeError):
        return None
