"""What is noticed and rated in a round: observations, the felt trace, scorecards, cues, reflections."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Instant, new_id


class Observation(Base):
    """A note stamped with take and offset."""

    __tablename__ = "observations"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    seat: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)
    marker: Mapped[str | None] = mapped_column(String(80))
    judgement: Mapped[str | None] = mapped_column(String(10))
    take: Mapped[int]
    offset_s: Mapped[float]
    at: Mapped[datetime] = mapped_column(Instant)


class Feeling(Base):
    """One mark of the felt trace: how heard the character feels, 0 to 10."""

    __tablename__ = "feelings"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    character: Mapped[str] = mapped_column(String(80))
    take: Mapped[int]
    offset_s: Mapped[float]
    value: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)


class DisclosureMark(Base):
    """A fact the patient has told, in which take and when."""

    __tablename__ = "disclosure_marks"

    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    disclosure: Mapped[str] = mapped_column(String(80), primary_key=True)
    take: Mapped[int] = mapped_column(primary_key=True)
    offset_s: Mapped[float]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))


class Scorecard(Base):
    """One rater's ratings and comments for one round."""

    __tablename__ = "scorecards"
    __table_args__ = (UniqueConstraint("round_id", "rater_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    rater_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    seat: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10), default="draft")
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)

    entries: Mapped[list["Entry"]] = relationship(lazy="selectin", order_by="Entry.entry")


class Entry(Base):
    """One line of a scorecard: a rating of a rubric item, or a comment. `revision` counts its changes."""

    __tablename__ = "entries"

    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecards.id"), primary_key=True)
    entry: Mapped[str] = mapped_column(String(80), primary_key=True)
    rating: Mapped[int | None]
    not_observed: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(Instant)
    # A comment that the coach holds back from the learner, and why; or that was held back and let go.
    held_at: Mapped[datetime | None] = mapped_column(Instant)
    held_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    held_reason: Mapped[str | None] = mapped_column(Text)
    let_go_at: Mapped[datetime | None] = mapped_column(Instant)


class Correction(Base):
    """What is said anew of one line of a released scorecard. It adds: the line itself stays as it was given."""

    __tablename__ = "corrections"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecards.id"))
    entry: Mapped[str] = mapped_column(String(80))
    rating: Mapped[int | None]
    not_observed: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class Reading(Base):
    """Someone opened a round's report: one row each time."""

    __tablename__ = "readings"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Cue(Base):
    """A private prompt from the coach to patient or learner."""

    __tablename__ = "cues"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    from_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Reflection(Base):
    """What a person writes for themselves at the close of a round, shared with the coach only if they say so."""

    __tablename__ = "reflections"

    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime] = mapped_column(Instant)


Index("ix_feelings_round_character", Feeling.round_id, Feeling.character)
