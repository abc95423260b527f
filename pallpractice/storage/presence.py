"""Who was in a session, as intervals: the record that credit is counted from."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Instant, new_id


class Attendance(Base):
    """A person's stay in a room, however many windows they had open. `left_at` None: they are there now.

    `seen_at` is brought forward while they stay, so that a crash ends the stay where it was last known.
    """

    __tablename__ = "attendances"
    __table_args__ = (Index("ix_attendances_session_person", "session_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    process: Mapped[str] = mapped_column(String(32))  # the server process that holds their sockets
    came_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
