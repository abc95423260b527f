"""A room's live state, its rounds and takes, and its journal."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Instant, new_id
from .courses import Group, Person, Session


class Room(Base):
    """One group in one session, live. `row_version` makes a lost race visible."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("session_id", "group_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str] = mapped_column(String(120))
    phase: Mapped[str] = mapped_column(String(20), default="lobby")
    turn: Mapped[str | None] = mapped_column(String(20))
    round_id: Mapped[str | None] = mapped_column(Id)
    clock_started_at: Mapped[datetime | None] = mapped_column(Instant)
    clock_length_s: Mapped[int] = mapped_column(default=0)
    clock_stopped_s: Mapped[float] = mapped_column(default=0.0)
    clock_stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    encounter_s: Mapped[float | None]
    timeout_by: Mapped[str | None] = mapped_column(Id)
    timeout_reason: Mapped[str | None] = mapped_column(String(20))
    beat: Mapped[str | None] = mapped_column(String(80))
    goal: Mapped[str | None] = mapped_column(Text)
    # Set by every action that may change what a rule asks about, so that row_version moves with each of them.
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    # Six characters for who has no personal link; None until someone asks for it.
    join_code: Mapped[str | None] = mapped_column(String(6), unique=True)
    # When the organiser closes the room; nothing new begins in it afterwards, and what is written can be finished.
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    row_version: Mapped[int] = mapped_column()

    session: Mapped[Session] = relationship()
    group: Mapped[Group] = relationship()
    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class SeatRow(Base):
    """A person's place in a room, in the present round."""

    __tablename__ = "seats"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20))
    seat: Mapped[str] = mapped_column(String(20))
    character: Mapped[str | None] = mapped_column(String(80))
    ready: Mapped[bool] = mapped_column(default=False)
    deroled: Mapped[bool] = mapped_column(default=False)
    watching: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)  # order of the rotation
    help_at: Mapped[datetime | None] = mapped_column(Instant)
    help_text: Mapped[str | None] = mapped_column(Text)
    # Put here from the board: stays, whatever the groups or the plan say.
    by_hand: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship()


class Dismissal(Base):
    """Someone who was taken out of a room from the board: neither group nor plan puts them back, until it changes."""

    __tablename__ = "dismissals"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class RoundRow(Base):
    """One learner's turn with one scenario."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("room_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    number: Mapped[int]
    learner_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    scenario_id: Mapped[str] = mapped_column(String(80))
    scenario_version: Mapped[int]
    rubric_id: Mapped[str] = mapped_column(String(80))
    rubric_version: Mapped[int]
    minutes: Mapped[int]
    goal: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(Instant)
    # May its learner read which peer gave what? As the course had it when the round began, until it is switched off.
    peer_names: Mapped[bool] = mapped_column(default=True)
    encounter_s: Mapped[float | None]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    # The report as a whole is out; its learner first opened it.
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)


class TakeRow(Base):
    """One run of the encounter within a round. Offsets are encounter seconds, stopped time left out."""

    __tablename__ = "takes"

    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    offset_s: Mapped[float]
    from_beat: Mapped[str | None] = mapped_column(String(80))
    from_offset_s: Mapped[float | None]


class JournalLine(Base):
    """One accepted action. Append-only; `seq` is the version of the room that it made."""

    __tablename__ = "journal"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round_id: Mapped[str | None] = mapped_column(Id)
    take: Mapped[int] = mapped_column(default=0)
    offset_s: Mapped[float | None]
    person_id: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    action_id: Mapped[str] = mapped_column(String(36), unique=True)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)


class Notice(Base):
    """A message from an organiser to a room."""

    __tablename__ = "notices"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


Index("ix_journal_room_round", JournalLine.room_id, JournalLine.round_id)
