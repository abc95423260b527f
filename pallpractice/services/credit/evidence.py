"""What stands of each person against the course's standard, the coach's word on it, and the provider's file."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ...domain import credit
from ...domain import evidence as rules
from ...domain.audit import What
from ...domain.errors import Invalid, NotFound
from ...domain.evidence import Assessed, Evidence, Standard, Verdict, Word
from ...domain.programme import Credit
from ...domain.roles import Role, Seat, SessionKind
from ...domain.text import text
from ...library.shelf import Library
from ...storage.base import new_id
from ...storage.courses import Course, Enrolment, Person, Session
from ...storage.credit import Attestation
from ...storage.credit import Standard as StandardRow
from ...storage.feedback import Correction, Scorecard
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import audit, cells, consents, editions
from ..feedback import corrections, missing
from . import claims, licences, participation
from .claims import Standing
from .licences import Sealer


@dataclass(frozen=True, slots=True)
class Dossier:
    """A learner with their credit and their evidence."""

    standing: Standing
    evidence: Evidence
    taken_back_at: datetime | None  # the consent to send the record

    @property
    def person(self) -> Enrolment:
        return self.standing.person


# --- the standard


def first_practice(course: Course) -> datetime | None:
    """When the first practice session begins: a standard set later was not set beforehand."""
    return min((one.starts_at for one in course.sessions if one.kind == SessionKind.PRACTICE), default=None)


def standards(uow: UnitOfWork, course: Course) -> list[Standard]:
    """All that were ever set, the newest first; that one counts."""
    rows = uow.session.execute(
        select(StandardRow, Person.name)
        .join(Person, Person.id == StandardRow.set_by)
        .where(StandardRow.course_id == course.id)
        .order_by(StandardRow.set_at.desc())
    )
    return [Standard(row.level, row.least, row.rounds, row.set_at, by) for row, by in rows]


def set_standard(uow: UnitOfWork, course: Course, level: float, least: float, rounds: int, by: str) -> None:
    """Sets a standard, from now on; the same again adds nothing. Raises Invalid."""
    rules.check_standard(level, least, rounds)
    before = next(iter(standards(uow, course)), None)
    if before and (before.level, before.least, before.rounds) == (level, least, rounds):
        return
    uow.session.add(
        StandardRow(
            id=new_id(), course_id=course.id, level=level, least=least, rounds=rounds, set_by=by, set_at=uow.now
        )
    )


# --- the coach's word


def attest(
    uow: UnitOfWork, library: Library, course: Course, coach: str, person: Enrolment, verdict: Verdict, words: str
) -> None:
    """A coach's word on someone they coach; the same again adds nothing.

    Raises NotFound for anyone else, Invalid where nobody was assessed.
    """
    if person.person_id not in {one.person_id for one in coached(uow, course, coach)}:
        raise NotFound(text("There is no such learner among those you coach."))
    rounds = assessed(uow, library, course, [person.person_id]).get(person.person_id, [])
    if verdict is Verdict.ATTESTED and not any(one.mean is not None for one in rounds):
        raise Invalid(text("No coach has rated a round of theirs yet, so there is nothing to attest."))
    if verdict is Verdict.ANOTHER and not words.strip():
        raise Invalid(text("Say what another round is for: the learner reads it."))
    words = words.strip()
    newest = uow.session.scalar(
        select(Attestation)
        .where(Attestation.course_id == course.id, Attestation.person_id == person.person_id)
        .order_by(Attestation.made_at.desc())
        .limit(1)
    )
    if newest and (newest.made_by, newest.verdict, newest.text) == (coach, verdict.value, words):
        return
    uow.session.add(
        Attestation(
            id=new_id(),
            course_id=course.id,
            person_id=person.person_id,
            verdict=verdict.value,
            text=words,
            made_by=coach,
            made_at=uow.now,
        )
    )


def coached(uow: UnitOfWork, course: Course, coach: str) -> list[Enrolment]:
    """The learners of a coach's group, and those whose round they have rated as coach; none who have left."""
    group = uow.session.scalar(
        select(Enrolment.group_id).where(
            Enrolment.course_id == course.id,
            Enrolment.person_id == coach,
            Enrolment.role == Role.COACH.value,
            Enrolment.removed_at.is_(None),
        )
    )
    rated = set(
        uow.session.scalars(
            select(RoundRow.learner_id)
            .join(Scorecard, Scorecard.round_id == RoundRow.id)
            .join(Room, Room.id == RoundRow.room_id)
            .join(Session, Session.id == Room.session_id)
            .where(
                Session.course_id == course.id,
                Scorecard.rater_id == coach,
                Scorecard.seat == Seat.COACH.value,
                Scorecard.status != "draft",
            )
        )
    )
    here = [one for one in participation.learners(uow, course) if not one.removed_at]
    return [one for one in here if (group and one.group_id == group) or one.person_id in rated]


def _words(uow: UnitOfWork, course: Course) -> dict[str, Word]:
    rows = uow.session.execute(
        select(Attestation, Person.name)
        .join(Person, Person.id == Attestation.made_by)
        .where(Attestation.course_id == course.id)
        .order_by(Attestation.made_at)
    )
    return {row.person_id: Word(Verdict(row.verdict), row.made_at, by, row.text) for row, by in rows}


# --- what was assessed


def assessed(uow: UnitOfWork, library: Library, course: Course, people: Collection[str]) -> dict[str, list[Assessed]]:
    """{person: their closed rounds in the course, by time}, each with the coaches' ratings as they stand: handed in,
    and corrected where that was said since.
    """
    rows = uow.session.execute(
        select(RoundRow, Session.title)
        .join(Room, Room.id == RoundRow.room_id)
        .join(Session, Session.id == Room.session_id)
        .where(
            Session.course_id == course.id,
            RoundRow.learner_id.in_(list(people)),
            RoundRow.closed_at.is_not(None),
        )
        .order_by(RoundRow.closed_at)
    ).all()
    ids = [round_.id for round_, _ in rows]
    cards, corrected = _coaches_cards(uow, ids), _corrected(uow, ids)
    found: dict[str, list[Assessed]] = defaultdict(list)
    for round_, session in rows:
        assert round_.closed_at
        rubric = editions.rubric(uow, library, round_.rubric_id, round_.rubric_version)
        items: dict[str, list[int]] = {item.id: [] for item in rubric.items_for(Seat.COACH)}
        for card, _ in cards.get(round_.id, ()):
            for item, line in corrections.lines(card, corrected.get(round_.id, ())).items():
                if line.rating is not None and item in items:
                    items[item].append(line.rating)
        found[round_.learner_id].append(
            Assessed(
                id=round_.id,
                closed_at=round_.closed_at,
                session=session,
                items=items,
                released_at=round_.released_at,
                opened_at=round_.opened_at,
                coaches=tuple(name for _, name in cards.get(round_.id, ())),
            )
        )
    return found


def _coaches_cards(uow: UnitOfWork, rounds: Collection[str]) -> dict[str, list[tuple[Scorecard, str]]]:
    rows = uow.session.execute(
        select(Scorecard, Person.name)
        .join(Person, Person.id == Scorecard.rater_id)
        .where(Scorecard.round_id.in_(rounds), Scorecard.seat == Seat.COACH.value, Scorecard.status != "draft")
        .order_by(Person.name)
    )
    found: dict[str, list[tuple[Scorecard, str]]] = defaultdict(list)
    for card, name in rows:
        found[card.round_id].append((card, name))
    return found


def _corrected(uow: UnitOfWork, rounds: Collection[str]) -> dict[str, list[Correction]]:
    found: dict[str, list[Correction]] = defaultdict(list)
    for one in uow.session.scalars(
        select(Correction).where(Correction.round_id.in_(rounds)).order_by(Correction.made_at, Correction.id)
    ):
        found[one.round_id].append(one)
    return found


# --- all of it


def dossiers(uow: UnitOfWork, library: Library, course: Course, people: Collection[Enrolment]) -> list[Dossier]:
    """Of these learners, in their order."""
    rounds = assessed(uow, library, course, [one.person_id for one in people])
    standard = next(iter(standards(uow, course)), None)
    words, sealed = _words(uow, course), licences.kept(uow, course)
    given, taken_back = consents.to_send(uow, course.id)
    return [
        Dossier(
            standing,
            Evidence(
                rounds=tuple(rounds.get(standing.person.person_id, ())),
                standard=standard,
                late=standard is not None and standard.late(first_practice(course)),
                word=words.get(standing.person.person_id),
                claimed=credit.any_of(standing.awarded),
                consent_at=given.get(standing.person.person_id),
                licence=standing.person.person_id in sealed,
                board=standing.person.moc_board,
            ),
            taken_back.get(standing.person.person_id),
        )
        for standing in claims.standings(uow, course, people)
    ]


def of_learner(uow: UnitOfWork, library: Library, course: Course, person: Enrolment) -> Dossier:
    """A learner's own: what has not been released to them is not there, so that nothing tells of it beforehand."""
    return _only(dossier(uow, library, course, person), lambda one: one.released_at is not None)


def of_coach(uow: UnitOfWork, library: Library, course: Course, coach: str) -> list[Dossier]:
    """Of whom they coach: a round they still owe their own scorecard of is not there, since until then another coach's
    ratings are sealed to them.
    """
    owed = {one.round for one in missing.of_person(uow, coach, course.id)}
    found = dossiers(uow, library, course, coached(uow, course, coach))
    return [_only(one, lambda each: each.id not in owed) for one in found]


def _only(found: Dossier, wanted: Callable[[Assessed], bool]) -> Dossier:
    rounds = tuple(one for one in found.evidence.rounds if wanted(one))
    return replace(found, evidence=replace(found.evidence, rounds=rounds))


def dossier(uow: UnitOfWork, library: Library, course: Course, person: Enrolment) -> Dossier:
    return dossiers(uow, library, course, [person])[0]


# --- the provider's file


def learners_file(uow: UnitOfWork, library: Library, sealer: Sealer, course: Course, by: str) -> tuple[str, int]:
    """The learners' records for the provider as CSV, and how many: those of whom nothing is missing.

    It holds licence numbers and birthdays, so for each of them it is noted in the audit that they were seen.
    """
    terms, zone = participation.terms(course), ZoneInfo(course.time_zone)
    rows = []
    for one in dossiers(uow, library, course, participation.learners(uow, course)):
        if not one.evidence.complete:
            continue
        data = licences.see(uow, sealer, course, one.person.person_id, by)
        awarded = one.standing.awarded[Credit.GENERAL]
        completed = one.standing.completed_at
        values = {
            **data,
            "birth": f"{int(data['birth_month']):02}/{int(data['birth_day']):02}",
            "activity": terms.activity,
            "completed": f"{completed.astimezone(zone):%m/%d/%Y}" if completed else "",
            "credits": credit.hours(awarded),
            "board": one.person.moc_board,
            "moc_type": rules.MOC_TYPE,
            "moc_points": rules.points(one.person.moc_board, awarded, terms.most),
        }
        rows.append([values[name] for name in rules.COLUMNS])
    audit.note(uow, What.EXPORTED, actor=by, course=course.id, data={"what": "learners", "rows": len(rows)})
    return cells.written(rules.headings(terms.columns), rows), len(rows)
