"""Attendance and credit, of learners: the minutes that count and whose word that is, and what is made of them.

Who has left or was erased is there as long as what they claimed has to be proven.
"""

from collections.abc import Callable, Collection, Iterator

from ...domain import credit
from ...domain.credit import SOURCE_WORDS, Source, Taken
from ...domain.programme import Credit
from ...storage.courses import Course, Enrolment
from ...storage.unit_of_work import UnitOfWork
from ..credit import claims, participation
from ..credit.claims import Standing
from .people import TRACKS
from .sheets import Column, Kind, Reading, Row, Sheet

PEOPLE = 100  # in a page: each reads the attendance of the whole course anew
KNOWN_BY = {source.value: str(SOURCE_WORDS[source]) for source in Source}
LEARNER = (
    Column("person_id", Kind.PERSON, "The learner"),
    Column("name", Kind.TEXT, "Their name"),
    Column("email", Kind.TEXT, "Their address"),
)
ATTENDANCE = (
    *LEARNER,
    Column("session", Kind.ID, "The session, by its key in the programme file"),
    Column("session_title", Kind.TEXT, "Its title"),
    Column("starts_at", Kind.INSTANT, "When it started"),
    Column("ends_at", Kind.INSTANT, "When it ended"),
    Column("credit_types", Kind.TEXT, "The types of credit it gives, with blanks between; empty for none"),
    Column("session_minutes", Kind.WHOLE, "How long it was"),
    Column("minutes", Kind.WHOLE, "How many minutes of it count; sessions side by side count once in the credit"),
    Column(
        "known_by",
        Kind.TEXT,
        "Whose word that is; empty where nobody has said anything",
        KNOWN_BY | {"record file": "recorded in the room and from the meeting’s attendance file, put together"},
    ),
    Column("minutes_recorded", Kind.WHOLE, "How many minutes its room has recorded, whatever counts instead"),
    Column("said_by", Kind.TEXT, "Who entered, stated or brought in what counts; empty for a room’s record alone"),
    Column("said_at", Kind.INSTANT, "When they did"),
    Column("reason", Kind.TEXT, "Why an organiser entered other minutes"),
)
CREDIT = (
    *LEARNER,
    Column("profession", Kind.TEXT, "As written in the people file"),
    Column("track", Kind.TEXT, "Whom they care for; empty for who has none", TRACKS),
    Column("left_at", Kind.INSTANT, "When they were taken out of the course; empty for who is in it"),
    Column("last_session_at", Kind.INSTANT, "When the last session ended that they took part in"),
    Column("evaluated", Kind.YES_NO, "Whether they have evaluated the course"),
    Column(
        "type",
        Kind.TEXT,
        "The type of credit; all others are parts of the general one",
        {kind.value: str(credit.CREDIT_WORDS[kind]) for kind in Credit},
    ),
    Column("minutes", Kind.WHOLE, "Minutes of it in all sessions, each moment once"),
    Column("may_claim", Kind.NUMBER, "Credits they may claim, in quarters"),
    Column("claimed", Kind.NUMBER, "Credits they claimed; empty for who has not claimed"),
    Column("awarded", Kind.NUMBER, "Credits their claim is worth now: not more than they may claim"),
    Column("claimed_at", Kind.INSTANT, "When they claimed"),
)


def _attendance(one: Standing) -> list[Row]:
    return [_session(one.person, took) for took in one.took]


def _session(learner: Enrolment, took: Taken) -> Row:
    part, word = took.part, took.word
    return (
        *_learner(learner),
        part.key,
        part.title,
        part.starts_at,
        part.ends_at,
        " ".join(kind.value for kind in Credit if kind in part.credit),
        part.minutes,
        took.minutes,
        " ".join(source.value for source in took.sources) or None,
        took.minutes_recorded,
        word.by if word else None,
        word.at if word else None,
        word.reason if word else None,
    )


def _credit(one: Standing) -> list[Row]:
    return [_type(one, kind) for kind in Credit]


def _type(one: Standing, kind: Credit) -> Row:
    claimed = one.claimed
    return (
        *_learner(one.person),
        one.person.person.profession,
        one.person.track,
        one.person.removed_at,
        one.completed_at,
        one.evaluated,
        kind.value,
        credit.minutes_of(one.took, kind),
        one.may[kind] / 4,
        None if claimed is None else claimed.get(kind, 0) / 4,
        None if claimed is None else one.awarded[kind] / 4,
        one.claimed_at,
    )


def _learner(one: Enrolment) -> Row:
    return one.person_id, one.person.name, one.person.email


def _sheet(columns: tuple[Column, ...], lines: Callable[[Standing], list[Row]]) -> Sheet:
    """A file of so many lines a learner."""

    def pages(reading: Reading) -> Iterator[list[Row]]:
        return reading.pages(_learners(reading), lambda uow, ids: read(uow, reading.course, ids), PEOPLE)

    def read(uow: UnitOfWork, course: Course, ids: Collection[str]) -> list[Row]:
        people = [one for one in participation.learners(uow, course) if one.person_id in ids]
        return [line for one in claims.standings(uow, course, people) for line in lines(one)]

    return Sheet(columns, count=lambda reading: sum(map(len, pages(reading))), pages=pages)


def _learners(reading: Reading) -> list[str]:
    with reading.store.read() as uow:
        return [one.person_id for one in participation.learners(uow, reading.course)]


attendance = _sheet(ATTENDANCE, _attendance)
awards = _sheet(CREDIT, _credit)
