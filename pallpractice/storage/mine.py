"""What is kept of someone after they were erased, and what people ask to have corrected."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Instant, new_id


class KeptName(Base):
    """The name and address of an erased person whose credit has to be proven still: for evidence, and nothing else."""

    __tablename__ = "kept_names"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    kept_at: Mapped[datetime] = mapped_column(Instant)


class DataRequest(Base):
    """What a person asks the organisers of a course to correct."""

    __tablename__ = "data_requests"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
