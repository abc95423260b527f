"""How people rated a worked encounter, to practise rating."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Instant, new_id


class Calibration(Base):
    """One person's ratings of a worked encounter, handed in once: after that they have seen the reference."""

    __tablename__ = "calibrations"
    __table_args__ = (UniqueConstraint("course_id", "person_id", "encounter_id", "encounter_version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    encounter_id: Mapped[str] = mapped_column(String(80))
    encounter_version: Mapped[int]
    seat: Mapped[str] = mapped_column(String(20))  # in whose words they rated
    submitted_at: Mapped[datetime] = mapped_column(Instant)

    marks: Mapped[list["CalibrationMark"]] = relationship(lazy="selectin")


class CalibrationMark(Base):
    """The rating of one item; None is not observed."""

    __tablename__ = "calibration_marks"

    calibration_id: Mapped[str] = mapped_column(ForeignKey("calibrations.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(80), primary_key=True)
    rating: Mapped[int | None]
