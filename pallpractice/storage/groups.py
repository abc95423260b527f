"""What a group keeps beyond its practice: its agreement, journals, and the coach's notes from day to day.

`revision` counts the versions of a row, and makes a lost race visible.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Instant, new_id


class AgreementLine(Base):
    """One line of a group's agreement, which everyone in it edits. Removed lines stay, for the history."""

    __tablename__ = "agreement_lines"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    revision: Mapped[int] = mapped_column()
    edited_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    edited_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class JournalEntry(Base):
    """What a person writes for themselves in a session. `shared`: nobody, coach or group."""

    __tablename__ = "journal_entries"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    prompt: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    shared: Mapped[str] = mapped_column(String(10), default="nobody")
    revision: Mapped[int] = mapped_column()
    saved_at: Mapped[datetime] = mapped_column(Instant)
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class HandOver(Base):
    """A coach's note on the group at the end of a day, for coaches and organisers."""

    __tablename__ = "hand_overs"

    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column()
    saved_at: Mapped[datetime] = mapped_column(Instant)
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012
