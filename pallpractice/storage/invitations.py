"""What was sent to whom, and who asks to come in without a personal link."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Instant, new_id
from .courses import Person


class Invitation(Base):
    """A message to one person of a course: an invitation, a reminder or a cancellation."""

    __tablename__ = "invitations"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))
    # What it said: a hash, so that the same is not sent twice.
    contents: Mapped[str] = mapped_column(String(64))
    queued_at: Mapped[datetime] = mapped_column(Instant)
    # With an error as well: it was handed over, and nobody knows whether it arrived.
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    # By session, what it put into the calendar (`domain.invitations.Entry`): to renumber and to cancel later.
    entries: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    person: Mapped[Person] = relationship()


class Guest(Base):
    """Someone at the door of a room, with its code and a name. They wait until someone inside lets them in."""

    __tablename__ = "guests"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    # Of the token in the guest's own cookie: only they are let in by it.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))  # None: waiting, or turned away
