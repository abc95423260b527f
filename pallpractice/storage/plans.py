"""Who sits where in which round, planned ahead: castings, planned rounds, and who can't come."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Instant, new_id


class Casting(Base):
    """An actor is cast for a scenario. Who has no row at all in a course may be given any of its scenarios."""

    __tablename__ = "castings"

    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(String(80), primary_key=True)


class PlannedRound(Base):
    """One round to come: when, who is in the chair, what is played and by whom (character id -> person id)."""

    __tablename__ = "planned_rounds"
    __table_args__ = (UniqueConstraint("session_id", "group_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"))
    number: Mapped[int]  # from 1, in the order of time
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    learner_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    scenario_id: Mapped[str] = mapped_column(String(80))
    parts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    by_hand: Mapped[bool] = mapped_column(default=False)  # changed by a person: a new plan keeps it


class Plan(Base):
    """How the plan of a practice session came to be, and what it leaves open."""

    __tablename__ = "plans"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Absence(Base):
    """A person who can't come to a session."""

    __tablename__ = "absences"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
