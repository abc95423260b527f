"""What is kept of the case library: editions that were used, and how actors prepare."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant
from .courses import Person


class Edition(Base):
    """A scenario or rubric as it was when a round first used this version of it."""

    __tablename__ = "editions"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # scenario or rubric
    name: Mapped[str] = mapped_column(String(80), primary_key=True)  # its id in the library
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(Instant)


class Preparation(Base):
    """An actor's way to a case in a course: the steps they have ticked, or that they decline it."""

    __tablename__ = "preparations"

    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    steps: Mapped[list[str]] = mapped_column(JSON, default=list)
    saved_at: Mapped[datetime] = mapped_column(Instant)
    declined_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="")  # for organisers only

    person: Mapped[Person] = relationship()
