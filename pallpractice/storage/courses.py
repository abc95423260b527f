"""People, courses and who is in them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Instant, new_id


class Person(Base):
    """Someone with an account."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # kept in lower case
    name: Mapped[str] = mapped_column(String(200))
    profession: Mapped[str] = mapped_column(String(100), default="")
    institution: Mapped[str] = mapped_column(String(200), default="")
    pronouns: Mapped[str] = mapped_column(String(50), default="")
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    # The one they chose; empty: the browser's on pages, the course's in letters.
    language: Mapped[str] = mapped_column(String(20), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # Raised by "sign out everywhere": a session made before it is worth nothing.
    session_epoch: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    # Nobody any more: the row stays for what others keep of it, and says nothing of who it was.
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


class Course(Base):
    """A programme with a time zone, dates and people."""

    __tablename__ = "courses"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(20), default="")  # of letters to those who chose none; empty: English
    # Filled with {session}, {group} and {room}; the site's own template when empty.
    meeting_url_template: Mapped[str] = mapped_column(String(500), default="")
    observers_see_scorecards: Mapped[bool] = mapped_column(default=False)
    release_policy: Mapped[str] = mapped_column(String(10), default="turn")  # as `domain.release.Policy`
    # Whether learners read who among their peers gave which feedback.
    peer_names: Mapped[bool] = mapped_column(default=True)
    # Ids of the scenarios the course uses; None is all there are.
    scenario_ids: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    # By skill, the id of the rubric used in place of the one each scenario names.
    rubric_ids: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # How groups and plans are made: the `Wishes` of `domain.groups` and `domain.pairing` as the organiser left them.
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # What may be claimed, and what a learner's record names: `domain.credit.Terms`.
    credit: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    sessions: Mapped[list["Session"]] = relationship(back_populates="course", order_by="Session.starts_at")


class Session(Base):
    """A dated block of the programme."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("course_id", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    key: Mapped[str] = mapped_column(String(80))  # the name the programme file calls it by
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    skill: Mapped[str | None] = mapped_column(String(20))
    track: Mapped[str | None] = mapped_column(String(20))  # None: everyone
    day: Mapped[date]
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    credit_types: Mapped[list[str]] = mapped_column(JSON, default=list)
    # Raised whenever what an invitation says of the session changes: the SEQUENCE of its calendar event.
    sequence: Mapped[int] = mapped_column(default=0)

    course: Mapped[Course] = relationship(back_populates="sessions")


class Group(Base):
    """4 to 8 learners and their coach, the same people all course long."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("course_id", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    name: Mapped[str] = mapped_column(String(80))
    track: Mapped[str | None] = mapped_column(String(20))
    # Filled as the course's, and in its place when there is one.
    meeting_url_template: Mapped[str] = mapped_column(String(500), default="")


class Enrolment(Base):
    """A person in a course with a role."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("course_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    track: Mapped[str | None] = mapped_column(String(20))
    team: Mapped[str] = mapped_column(String(80), default="")  # who came together, from one place
    group_id: Mapped[str | None] = mapped_column(ForeignKey("groups.id"))
    # Put into the group by hand or by the file: the groups' solver leaves them there.
    pinned: Mapped[bool] = mapped_column(default=False)
    goal: Mapped[str] = mapped_column(Text, default="")  # a learner's goal for the whole course
    # Needs more time to read and write: private, and theirs to take back.
    extra_time: Mapped[bool] = mapped_column(default=False)
    # The board whose maintenance of certification a learner wants; empty for none.
    moc_board: Mapped[str] = mapped_column(String(20), default="")
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    # The line of the file the person came in by: groups and rotations keep that order.
    position: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()
    course: Mapped[Course] = relationship()
    group: Mapped[Group | None] = relationship()


class Link(Base):
    """A personal link. Only the hash of its token is kept."""

    __tablename__ = "links"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship()
    course: Mapped[Course] = relationship()


class SignInFailure(Base):
    """A wrong password, counted per account to slow the next guess."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Revocation(Base):
    """Someone lost a right. Every server process reads these and closes that person's sockets."""

    __tablename__ = "revocations"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    room_id: Mapped[str | None] = mapped_column(Id)  # None: everywhere
    reason: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Instant)
