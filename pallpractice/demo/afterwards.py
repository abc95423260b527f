"""What was set before the course began, and what people did with the day's feedback in the evening after it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.calibration import SEATS
from ..domain.consent import Purpose
from ..domain.evidence import Verdict
from ..domain.roles import Role
from ..domain.room import Action
from ..domain.rubric import Item
from ..library.played import PlayedDay, PlayedRound
from ..services import consents, journal
from ..services.credit import evidence, licences, participation
from ..services.credit.evidence import Assessed
from ..services.credit.licences import Sealer
from ..services.feedback import corrections, release, scorecards
from ..services.rating import practice
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from .stage import Cast, Stage, action_id, turned

READ, DONE = timedelta(minutes=45), timedelta(hours=2)  # after the session


def make_ready(uow: UnitOfWork, cast: Cast, day: PlayedDay) -> None:
    """Terms, and a standard that is set before anyone practises."""
    course, standard = cast.course(uow), day.standard
    boards = tuple(sorted(set(day.boards.values())))
    participation.set_terms(course, {"provider": "The example provider", "boards": boards})
    by = cast.ids[cast.first(Role.ORGANISER)]
    evidence.set_standard(uow, course, standard.level, standard.least, standard.rounds, by)


@dataclass(frozen=True, slots=True)
class Evening:
    """Reports are read, then the rest is done, all of it or nothing."""

    stage: Stage
    cast: Cast
    day: PlayedDay
    sealer: Sealer

    def spend(self, over: datetime) -> None:
        """After the session, which was over then."""
        with turned(self.stage.store, over + READ):
            self.stage.store.change(self._read)
        with turned(self.stage.store, over + DONE):
            self.stage.store.change(self._do)

    def is_over(self, uow: UnitOfWork) -> bool:
        """The last of all deeds has been done."""
        ids = [action_id(room, "last") for room, _ in self._rooms(uow)]
        return len(journal.earlier(uow, ids)) == len(ids)

    def _rooms(self, uow: UnitOfWork) -> Iterator[tuple[str, str]]:
        """The group's rooms of the session, and their coaches."""
        session = self.cast.session(uow, self.day.session.key)
        assert session
        for group in self.day.groups:
            coach = self.cast.first(Role.COACH, group)
            yield self.cast.room(uow, session, coach), coach

    def _read(self, uow: UnitOfWork) -> None:
        for one, found in self._assessed(uow):
            if one.opened:
                release.opened(uow, found.id, self.cast.ids[one.learner])

    def _assessed(self, uow: UnitOfWork) -> Iterator[tuple[PlayedRound, Assessed]]:
        """Each round as it stands in the course's evidence."""
        ids = self.cast.ids
        learners = [ids[one.learner] for one in self.day.rounds]
        found = evidence.assessed(uow, self.stage.library, self.cast.course(uow), learners)
        for one in self.day.rounds:
            yield one, found[ids[one.learner]][0]

    def _do(self, uow: UnitOfWork) -> None:
        course = self.cast.course(uow)
        for one, found in self._assessed(uow):
            self._look_again(uow, course, one, found.id)
        self._want_credit(uow, course)
        self._agree(uow, course)
        self._rate(uow)
        for (room, coach), circle in zip(self._rooms(uow), self.day.groups.values(), strict=True):
            deed = (self.cast.ids[coach], Action.HANDOVER_SAVE, {"text": circle.hand_over, "seen": 0})
            self.stage.carry_out(uow, room, [self.stage.shaped(deed, action_id(room, "last"))])

    def _look_again(self, uow: UnitOfWork, course: Course, one: PlayedRound, round_id: str) -> None:
        """The rater corrects what they said, and the coach says where the learner stands."""
        ids, library = self.cast.ids, self.stage.library
        if again := one.corrected:
            by = ids[again.by]
            card = scorecards.scorecard_of(uow, round_id, by)
            assert card
            new = {"entry": again.entry, "rating": again.rating, "words": None, "reason": again.reason}
            corrections.add(uow, library, round_id, card.id, by, **new)
        coach = ids[self.cast.first(Role.COACH, one.group)]
        learner = participation.learner(uow, course, ids[one.learner])
        if one.attested:
            evidence.attest(uow, library, course, coach, learner, Verdict.ATTESTED, one.attested)
        if one.another:
            evidence.attest(uow, library, course, coach, learner, Verdict.ANOTHER, one.another)

    def _want_credit(self, uow: UnitOfWork, course: Course) -> None:
        for who, board in self.day.boards.items():
            learner = participation.learner(uow, course, self.cast.ids[who])
            licences.want(uow, course, learner, board)
            if self.sealer.can and who in self.day.licences:
                licences.save(uow, self.sealer, course, learner, self.day.licences[who])

    def _agree(self, uow: UnitOfWork, course: Course) -> None:
        for purpose, people in self.day.consents.items():
            for who in people:
                consents.give(uow, self.cast.ids[who], course.id, Purpose(purpose))

    def _rate(self, uow: UnitOfWork) -> None:
        for encounter, ratings in self.day.rated.items():
            for who, given in ratings.items():
                items = [item.id for item in self._items(encounter, who)]
                marks = dict(zip(items, given, strict=True))
                practice.submit(uow, self.stage.library, self.cast.slug, self.cast.ids[who], encounter, marks)

    def _items(self, encounter: str, who: str) -> Iterable[Item]:
        """What they rate it by."""
        role, library = self.cast.entries[who].role, self.stage.library
        assert role
        return library.rubrics[library.encounters[encounter].rubric].items_for(SEATS[role])
