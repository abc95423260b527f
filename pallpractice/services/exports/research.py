"""Ratings for research: of people who agreed to it, and told apart by nothing that fewer than five of them share.

- Only rounds count whose learner agreed, and only ratings whose rater did.
- People and rounds get ids made for this file alone, and the rows come in the order of those, which is nobody's.
- There are no words, names, dates, groups or rooms in it; "not observed" stays, since it is an answer. What
  was corrected is told as corrected.
- What is said of a person, their days and cases too, is cut back until FEWEST people or more share all of it. Who still
  stands out is left out, with their ratings.

It is not anonymous: whoever sat in a room may know a round by its ratings. So it is for researchers, not for everyone.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import select

from ...domain.aggregates import FEWEST, enough
from ...domain.errors import NotAllowed
from ...domain.text import text
from ...storage.courses import Course, Enrolment, Person, Session
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import consents
from .people import ROLES, TRACKS
from .plan import SKILLS
from .rounds import ROUNDS, SEATS, Answer, answers, out
from .sheets import Column, Kind, Reading, Row, Sheet, slices

K = TypeVar("K", bound=Hashable)
COLUMNS = (
    Column("round", Kind.ID, "The round, by an id made for this file"),
    Column("skill", Kind.TEXT, "What the session practised", SKILLS),
    Column("day", Kind.WHOLE, "The day of the course, from 1; empty where it would tell the learner apart"),
    Column("scenario", Kind.ID, "The case; empty where it would tell the learner apart"),
    Column("rubric", Kind.ID, "The rubric rated with"),
    Column("rubric_version", Kind.WHOLE, "Its version"),
    Column("learner", Kind.ID, "Who was in the chair, by an id made for this file"),
    Column("learner_profession", Kind.TEXT, "Their profession; empty where it would tell them apart"),
    Column("learner_track", Kind.TEXT, "Whom they care for; empty where it would tell them apart", TRACKS),
    Column(
        "rater", Kind.ID, "Who rated, by an id made for this file; the same as the learner's for a rating of oneself"
    ),
    Column("rater_seat", Kind.TEXT, "Where the rater sat", SEATS),
    Column("rater_role", Kind.TEXT, "What the rater is in the course", ROLES),
    Column("rater_profession", Kind.TEXT, "As the learner's"),
    Column("item", Kind.ID, "The item of the rubric"),
    Column("rating", Kind.WHOLE, "On the rubric's scale; empty where not observed"),
    Column("not_observed", Kind.YES_NO, "Whether the rater said that there was nothing to rate; never a zero"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a person; None for what would tell them apart. Days and cases are of all rounds in the chair."""

    role: str
    profession: str | None
    track: str | None
    days: tuple[int, ...] | None = ()
    cases: tuple[str, ...] | None = ()


# From the most that may be told of someone to the least.
_LEVELS: tuple[Callable[[Told], Told], ...] = (
    lambda one: one,
    lambda one: replace(one, cases=None),
    lambda one: replace(one, cases=None, days=None),
    lambda one: replace(one, cases=None, days=None, profession=None),
    lambda one: Told(one.role, None, None, None, None),
)


def cut_back(people: Mapping[K, Told]) -> dict[K, Told]:
    """What may be told of each, so that FEWEST or more share all of it. Who stands out even so is not among them."""
    left = dict(people)
    kept: dict[K, Told] = {}
    for level in _LEVELS:
        shared = Counter(level(one) for one in left.values())
        fits = {person: level(one) for person, one in left.items() if enough(shared[level(one)])}
        kept |= fits
        left = {person: one for person, one in left.items() if person not in fits}
    return kept


@dataclass(frozen=True, slots=True)
class Practised:
    """One round of someone who agreed, by the id it has in this file."""

    alias: str
    row: RoundRow
    skill: str | None
    day: int


class Study:
    """Everything that is the same for all rows of one file, its ids among it. Raises NotAllowed for too few people."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        with reading.store.read() as uow:
            agreed = consents.to_research(uow, reading.course.id)
            rounds = _rounds(uow, reading.course, agreed)
            self.people = cut_back(_told(uow, reading.course, agreed, rounds))
        self.rounds = [one for one in rounds if one.row.learner_id in self.people]
        if not enough(len({one.row.learner_id for one in self.rounds})):
            raise NotAllowed(
                text("Fewer than {n} people who agreed to research have practised: there is nothing to give.", n=FEWEST)
            )
        self.aliases: dict[str, str] = defaultdict(_fresh)

    def pages(self) -> Iterator[list[Row]]:
        for some in slices(self.rounds, ROUNDS):
            with self.reading.store.read() as uow:
                answered = answers(uow, [one.row.id for one in some])
            ratings: dict[str, list[Answer]] = defaultdict(list)
            for one in answered:
                if (one.stands.rating is not None or one.stands.not_observed) and one.card.rater_id in self.people:
                    ratings[one.card.round_id].append(one)
            yield [row for each in some for row in self._of_round(each, ratings[each.row.id])]

    def _of_round(self, one: Practised, ratings: Sequence[Answer]) -> list[Row]:
        rows = [self._row(one, rating) for rating in ratings]
        return sorted(rows, key=lambda row: (row[9], row[13]))

    def _row(self, one: Practised, rating: Answer) -> Row:
        card, stands = rating.card, rating.stands
        learner, rater = self.people[one.row.learner_id], self.people[card.rater_id]
        return (
            one.alias,
            one.skill,
            one.day if learner.days is not None else None,
            one.row.scenario_id if learner.cases is not None else None,
            one.row.rubric_id,
            one.row.rubric_version,
            self.aliases[one.row.learner_id],
            learner.profession,
            learner.track,
            self.aliases[card.rater_id],
            card.seat,
            rater.role,
            rater.profession,
            stands.entry,
            stands.rating,
            stands.not_observed,
        )


def _rounds(uow: UnitOfWork, course: Course, learners: Collection[str]) -> list[Practised]:
    found = uow.session.execute(
        select(RoundRow, Session)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(RoundRow.id.in_(out(course).order_by(None)), RoundRow.learner_id.in_(list(learners)))
    )
    days = {day: number for number, day in enumerate(sorted({one.day for one in course.sessions}), 1)}
    rounds = [Practised(_fresh(), row, session.skill, days[session.day]) for row, session in found]
    return sorted(rounds, key=lambda one: one.alias)


def _told(uow: UnitOfWork, course: Course, agreed: Collection[str], rounds: Sequence[Practised]) -> dict[str, Told]:
    rows = uow.session.execute(
        select(Person.id, Enrolment.role, Person.profession, Enrolment.track)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.course_id == course.id, Person.id.in_(list(agreed)))
    )
    sat: dict[str, list[Practised]] = defaultdict(list)
    for one in rounds:
        sat[one.row.learner_id].append(one)
    return {
        person: Told(
            role,
            profession or None,
            track,
            days=tuple(sorted(one.day for one in sat[person])),
            cases=tuple(sorted(one.row.scenario_id for one in sat[person])),
        )
        for person, role, profession, track in rows
    }


def _fresh() -> str:
    return secrets.token_hex(8)


def _count(reading: Reading) -> int:
    return sum(len(page) for page in Study(reading).pages())


research = Sheet(COLUMNS, count=_count, pages=lambda reading: Study(reading).pages())
