"""What was set before the course began, and what people did with the day's feedback in the evening after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.calibration import SEATS
from ..domain.consent import Purpose
from ..domain.evidence import Verdict
from ..domain.roles import Role
from ..domain.room import Action
from ..library import Library
from ..library.played import PlayedDay, PlayedRound
from ..services import consents, journal
from ..services.credit import evidence, licences, participation
from ..services.credit.licences import Sealer
from ..services.feedback import corrections, release, scorecards
from ..services.rating import practice
from ..storage.courses import Course, Session
from ..storage.unit_of_work import Store, UnitOfWork
from .stage import Cast, Stage, action_id, turned

READ, DONE = timedelta(minutes=45), timedelta(hours=2)  # after the session


def make_ready(uow: UnitOfWork, cast: Cast, day: PlayedDay) -> None:
    """Terms, and a standard that is set before anyone practises."""
    course, standard = cast.course(uow), day.standard
    boards = tuple(sorted(set(day.boards.values())))
    participation.set_terms(course, {"provider": "The example provider", "boards": boards})
    by = cast.ids[cast.first(Role.ORGANISER)]
    evidence.set_standard(uow, course, standard.level, standard.least, standard.rounds, by)


def is_over(uow: UnitOfWork, cast: Cast, day: PlayedDay) -> bool:
    """The last of all that is done in the evening has been done."""
    session = cast.session(uow, day.session.key)
    ids = [action_id(_scene(session, group), 1) for group in day.groups]
    return len(journal.earlier(uow, ids)) == len(ids)


def _scene(session: Session, group: str) -> str:
    return f"{session.id} evening of {group}"


@dataclass(frozen=True, slots=True)
class Evening:
    """Reports are read, and later the rest is done."""

    library: Library
    cast: Cast
    day: PlayedDay
    sealer: Sealer

    def spend(self, store: Store, over: datetime) -> None:
        """`over`: when the session was."""
        with turned(store, over + READ):
            store.change(self._read)
        with turned(store, over + DONE):
            store.change(self._do)

    def _read(self, uow: UnitOfWork) -> None:
        """The coaches read all reports of their groups."""
        for one, round_id in self._rounds(uow):
            release.opened(uow, round_id, self._coach(one))
            if one.opened:
                release.opened(uow, round_id, self.cast.ids[one.learner])

    def _coach(self, one: PlayedRound) -> str:
        return self.cast.ids[self.cast.first(Role.COACH, one.group)]

    def _rounds(self, uow: UnitOfWork) -> Iterator[tuple[PlayedRound, str]]:
        """Each round with its id."""
        learners = [self.cast.ids[one.learner] for one in self.day.rounds]
        found = evidence.assessed(uow, self.library, self.cast.course(uow), learners)
        for one, learner in zip(self.day.rounds, learners, strict=True):
            yield one, found[learner][0].id

    def _do(self, uow: UnitOfWork) -> None:
        course = self.cast.course(uow)
        for one, round_id in self._rounds(uow):
            self._correct(uow, one, round_id)
            self._attest(uow, course, one)
        self._want_credit(uow, course)
        for purpose, people in self.day.consents.items():
            for who in people:
                consents.give(uow, self.cast.ids[who], course.id, Purpose(purpose))
        self._practise_rating(uow)
        self._hand_over(uow)

    def _hand_over(self, uow: UnitOfWork) -> None:
        session = self.cast.session(uow, self.day.session.key)
        for group, circle in self.day.groups.items():
            coach = self.cast.first(Role.COACH, group)
            stage = Stage(uow, self.library, self.cast.room(uow, session, coach), _scene(session, group))
            stage.do(uow.now, (self.cast.ids[coach], Action.HANDOVER_SAVE, {"text": circle.hand_over, "seen": 0}))

    def _correct(self, uow: UnitOfWork, one: PlayedRound, round_id: str) -> None:
        if (again := one.corrected) is None:
            return
        by = self.cast.ids[again.by]
        card = scorecards.scorecard_of(uow, round_id, by)
        assert card
        corrections.add(
            uow,
            self.library,
            round_id,
            card.id,
            by,
            entry=again.entry,
            rating=again.rating,
            words=None,
            reason=again.reason,
        )

    def _attest(self, uow: UnitOfWork, course: Course, one: PlayedRound) -> None:
        learner = participation.learner(uow, course, self.cast.ids[one.learner])
        for verdict, words in ((Verdict.ATTESTED, one.attested), (Verdict.ANOTHER, one.another)):
            if words:
                evidence.attest(uow, self.library, course, self._coach(one), learner, verdict, words)

    def _want_credit(self, uow: UnitOfWork, course: Course) -> None:
        for who, board in self.day.boards.items():
            learner = participation.learner(uow, course, self.cast.ids[who])
            licences.want(uow, course, learner, board)
            if self.sealer.can and who in self.day.licences:
                licences.save(uow, self.sealer, course, learner, self.day.licences[who])

    def _practise_rating(self, uow: UnitOfWork) -> None:
        for encounter, ratings in self.day.rated.items():
            rubric = self.library.rubrics[self.library.encounters[encounter].rubric]
            for who, given in ratings.items():
                role = self.cast.entries[who].role
                assert role
                items = [item.id for item in rubric.items_for(SEATS[role])]
                marks = dict(zip(items, given, strict=True))
                practice.submit(uow, self.library, self.cast.slug, self.cast.ids[who], encounter, marks)
