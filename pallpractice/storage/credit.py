"""Credit and evidence: what is known of someone's presence, what they claim, say of the course and consent to.

Presence, claims, consents, attestations and standards are ledgers: rows are added and never changed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Instant, new_id


class Statement(Base):
    """Someone says when a person was present in a session, beside what their room has recorded.

    Rows of one `batch` are said together: a person who came twice has two of them. A row has the times they came and
    left, or the `minutes` they were there of which nobody knows when; in one with neither they were absent.
    """

    __tablename__ = "statements"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    source: Mapped[str] = mapped_column(String(10))  # `domain.credit.Source`
    batch: Mapped[str] = mapped_column(Id)
    came_at: Mapped[datetime | None] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    minutes: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class Claim(Base):
    """What a learner claims, in quarter hours by type. The newest counts."""

    __tablename__ = "claims"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    quarters: Mapped[dict[str, int]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)


class Evaluation(Base):
    """What one person said of the course, without name or time. It is shown with the others of its `lot`."""

    __tablename__ = "evaluations"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), index=True)
    lot: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)


class Evaluator(Base):
    """That a person has evaluated the course; what they said is kept apart."""

    __tablename__ = "evaluators"

    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)


class Consent(Base):
    """A consent to one purpose, given or withdrawn: each is a row of its own."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    purpose: Mapped[str] = mapped_column(String(30))
    given_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class Licence(Base):
    """What a board asks for besides a name, sealed by the site's data key."""

    __tablename__ = "licences"
    __table_args__ = (UniqueConstraint("course_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    sealed: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Instant)


class Standard(Base):
    """What it takes to pass, set for a course. The newest counts; whether it was set in time, its instant tells."""

    __tablename__ = "standards"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), index=True)
    level: Mapped[float]
    least: Mapped[float]
    rounds: Mapped[int]
    set_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(Instant)


class Attestation(Base):
    """A coach's word on a learner they have observed: done, or another round. The newest of all coaches counts."""

    __tablename__ = "attestations"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    verdict: Mapped[str] = mapped_column(String(10))  # `domain.evidence.Verdict`
    text: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


Index("ix_consents_person_course", Consent.person_id, Consent.course_id)
Index("ix_attestations_course_person", Attestation.course_id, Attestation.person_id)
