"""The audit's lines, and where they end. Lines are only ever added, and old ones dropped from the front.

No foreign keys: a line stays when what it tells of has gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ..domain.audit import START, Line, digest
from .base import Base, Id, Instant


class AuditLine(Base):
    """What was done, by whom, to whom. `digest` is of this line and of `previous`."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 without a gap
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[str | None] = mapped_column(Id, index=True)
    what: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(Id, index=True)
    course_id: Mapped[str | None] = mapped_column(Id)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    @property
    def line(self) -> Line:
        return Line(self.id, self.at, self.actor_id, self.what, self.subject_id, self.course_id, self.data)


class AuditEnds(Base):
    """The one row that says where the chain begins and ends: without it, lines cut off at an end would not be missed.

    Whoever adds a line holds it until their commit, so that no two lines follow the same one.
    """

    __tablename__ = "audit_ends"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(default=1)
    before: Mapped[str] = mapped_column(String(64), default=START)  # the digest that the first line follows
    last: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default=START)


@dataclass(frozen=True, slots=True)
class Note:
    """A line to come: it gets its number and digests when the transaction commits."""

    what: str
    actor: str | None = None
    subject: str | None = None
    course: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


def append(orm: Session, notes: Sequence[Note], now: datetime) -> None:
    """Adds the lines at the end of the chain. The last thing a transaction does: others who note something wait."""
    ends = _held(orm)
    for note in notes:
        line = Line(ends.last + 1, now, note.actor, note.what, note.subject, note.course, note.data)
        made = digest(line, ends.digest)
        orm.add(
            AuditLine(
                id=line.number,
                at=now,
                actor_id=note.actor,
                what=note.what,
                subject_id=note.subject,
                course_id=note.course,
                data=note.data,
                previous=ends.digest,
                digest=made,
            )
        )
        ends.last, ends.digest = line.number, made


def _held(orm: Session) -> AuditEnds:
    """The chain's ends, for this transaction alone until it commits."""
    return orm.scalars(select(AuditEnds).with_for_update().execution_options(populate_existing=True)).one()


def count_before(orm: Session, instant: datetime) -> int:
    """How many lines are older."""
    return orm.scalar(select(func.count()).where(AuditLine.at < instant)) or 0


def drop(orm: Session, before: datetime, most: int) -> int:
    """Drops lines from the front that are older, no more than `most`. What is left is still a whole chain."""
    ends = _held(orm)
    dropped = 0
    for line in orm.scalars(select(AuditLine).order_by(AuditLine.id).limit(most)).all():
        if line.at >= before:
            break
        ends.first, ends.before, dropped = line.id + 1, line.digest, dropped + 1
    orm.execute(delete(AuditLine).where(AuditLine.id < ends.first))
    return dropped
