"""All rows of a room's present round, read once for every view that is made of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, bindparam, select

from ...domain.feedback import Reader
from ...domain.roles import CIRCLES, Seat
from ...domain.room import Action, Phase
from ...domain.scenario import Scenario
from ...domain.text import text
from ...library.shelf import Library
from ...storage.base import Base
from ...storage.courses import Person
from ...storage.feedback import Cue, DisclosureMark, Feeling, Observation, Reflection, Scorecard
from ...storage.live import Record
from ...storage.plans import PlannedRound
from ...storage.rooms import Notice
from ...storage.unit_of_work import UnitOfWork
from .. import choosing, editions, extra_time, journal, messages, rounds
from ..circles import views as circles
from ..feedback import portfolio, scorecards

BEFORE = (Phase.LOBBY, Phase.BRIEFING)
TALKED_OVER = (Phase.DEBRIEF, Phase.CLOSE)


@dataclass(slots=True)
class Contents:
    """The rows, and what was worked out of them; fields are empty where the phase has no use for them."""

    uow: UnitOfWork
    library: Library
    record: Record
    present: Collection[str]
    practised: Sequence[str]
    scenario: Scenario | None  # of the present round; in the first lobby, of the round to come
    declined: choosing.Declined
    following: choosing.Following
    notice: Any  # the newest, or None; this and those below are rows of the table they are named for
    observations: Sequence[Any] = ()
    scorecards: Sequence[Scorecard] = ()
    feelings: Sequence[Any] = ()
    disclosures: Sequence[Any] = ()
    cues: Sequence[Any] = ()
    reflections: Sequence[Any] = ()
    told: Sequence[Any] = ()  # journal lines of time-outs and beats, once they are talked over
    planned: Sequence[Any] = ()  # of the whole session, in the lobby only
    extra_time: Collection[str] = ()  # who has it on
    last_next_steps: Mapping[str, str] = field(default_factory=dict)  # of who is in the chair, before they talk
    coming: Mapping[tuple[str, str], messages.Coming] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    circle: circles.Circle | None = None  # what the group keeps from day to day, where this room shows it
    meeting_url: str = ""  # the site's template, for courses that have none of their own

    @property
    def reader(self) -> Reader:
        return Reader(self.record.state, peers_open=self.record.course.observers_see_scorecards)

    def name(self, person: str) -> str:
        """A person's name, also of someone who has left the room since."""
        if person not in self.names:
            row = self.record.seats.get(person)
            found = row.person if row else self.uow.session.get(Person, person)
            self.names[person] = found.name if found else text("Someone who has left")
        return self.names[person]


def read(
    uow: UnitOfWork, library: Library, record: Record, present: Collection[str], *, meeting_url: str = ""
) -> Contents:
    """Reads the rows of the room's present round. `meeting_url` is the site's template of a meeting's address."""
    round_ = record.round
    notice = uow.connection.execute(_NOTICE, {"room": record.room.id}).one_or_none()
    circle = circles.read(uow, record)
    if record.state.kind in CIRCLES:
        nothing = choosing.Following(None, None, {})
        return Contents(
            uow,
            library,
            record,
            present,
            (),
            None,
            {},
            nothing,
            notice,
            coming=messages.coming(uow, [record]),
            circle=circle,
            meeting_url=meeting_url,
        )
    known = choosing.facts(uow, record)
    following = choosing.following(library, record, known)
    contents = Contents(
        uow=uow,
        library=library,
        record=record,
        present=present,
        meeting_url=meeting_url,
        circle=circle,
        practised=rounds.practised(record),
        declined=known.declined,
        following=following,
        scenario=_scenario(uow, library, record) if round_ else following.scenario,
        notice=notice,
        coming=messages.coming(uow, [record]),
    )
    if record.state.phase is Phase.LOBBY:
        contents.planned = uow.connection.execute(
            _PLANNED, {"session": record.session.id, "group": record.group.id}
        ).all()
    if record.state.phase in BEFORE:
        chair = record.state.in_seat(Seat.LEARNER)
        contents.last_next_steps = portfolio.last_next_steps(uow, record.course.id, chair)
    if record.state.extra_time:
        contents.extra_time = extra_time.of_people(uow, record.course.id, list(record.seats))
    if round_ and record.state.takes:
        contents.observations = _rows(uow, _OBSERVATIONS, round_.id)
        contents.scorecards = scorecards.of_round(uow, round_.id)
        contents.feelings = _rows(uow, _FEELINGS, round_.id)
        contents.disclosures = _rows(uow, _DISCLOSURES, round_.id)
        contents.cues = _rows(uow, _CUES, round_.id)
    if round_ and record.state.phase in TALKED_OVER:
        contents.told = journal.of_round(uow, round_.id, record.room.id, (Action.TIMEOUT_CALL, Action.BEAT_GO))
    if round_ and record.state.phase is Phase.CLOSE:
        contents.reflections = _rows(uow, _REFLECTIONS, round_.id)
    return contents


def _scenario(uow: UnitOfWork, library: Library, record: Record) -> Scenario | None:
    round_ = record.round
    return editions.scenario(uow, library, round_.scenario_id, round_.scenario_version) if round_ else None


def _of_round(table: type[Base], *order: str) -> Select[Any]:
    """All rows of a round, past the ORM: a view only reads them."""
    columns = table.__table__.c
    return select(table.__table__).where(columns.round_id == bindparam("round")).order_by(*(columns[o] for o in order))


_OBSERVATIONS = _of_round(Observation, "offset_s", "at", "id")
_FEELINGS = _of_round(Feeling, "offset_s", "at")
_DISCLOSURES = _of_round(DisclosureMark, "offset_s")
_CUES = _of_round(Cue, "at")
_REFLECTIONS = _of_round(Reflection)
_NOTICES = Notice.__table__
_NOTICE = (
    select(_NOTICES)
    .where(_NOTICES.c.room_id == bindparam("room"))
    .order_by(_NOTICES.c.at.desc(), _NOTICES.c.id)
    .limit(1)
)


_PLANS = PlannedRound.__table__
_PLANNED = (
    select(_PLANS)
    .where(_PLANS.c.session_id == bindparam("session"), _PLANS.c.group_id == bindparam("group"))
    .order_by(_PLANS.c.number)
)


def _rows(uow: UnitOfWork, statement: Select[Any], round_id: str) -> Sequence[Any]:
    return uow.connection.execute(statement, {"round": round_id}).all()
