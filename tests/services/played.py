"""Rooms to play in without a server: anyone does anything through the services, and what is announced is kept."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import event as on

from pallpractice.domain.errors import Refusal
from pallpractice.domain.events import Event
from pallpractice.domain.release import Policy
from pallpractice.domain.roles import Seat
from pallpractice.domain.room import PLAYING, Act, Action, RoomState, may
from pallpractice.library.shelf import Library
from pallpractice.services import access, choosing, hot, rounds, views
from pallpractice.storage import live
from pallpractice.storage.base import new_id
from pallpractice.storage.courses import Course, Enrolment, Group, Person, Session
from pallpractice.storage.rooms import Room, RoundRow, SeatRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import NOON, Clock
from tests.marks import Book

# Three learners take turns in the chair; a case may have two characters; two coaches may share a group.
ROLES = {
    "Lena": ("learner", "learner"),
    "Olga": ("learner", "observer"),
    "Omar": ("learner", "observer"),
    "Sam": ("actor", "patient"),
    "Sol": ("actor", "patient"),
    "Cleo": ("coach", "coach"),
    "Carl": ("coach", "coach"),
    "Oren": ("organiser", None),
}
PLACED = tuple(name for name, (_, seat) in ROLES.items() if seat)
FORWARD = (
    Action.ROUND_START,
    Action.ENCOUNTER_BEGIN,
    Action.ENCOUNTER_END,
    Action.DEBRIEF_OPEN,
    Action.DEBRIEF_NEXT,
    Action.ROUND_CLOSE,
)


class School:
    """One course in one store; every room of it is a session of its own to a test."""

    def __init__(self, store: Store, library: Library, clock: Clock) -> None:
        self.store, self.library, self.clock = store, library, clock
        self.events: list[Event] = []
        store.announcer = self.events.extend
        self.snapshots = hot.Snapshots()
        course = Course(slug="school", title="School", time_zone="America/New_York")
        with store.write() as uow:
            uow.session.add(course)
            uow.session.flush()
            self.course = course.id
            self.people: dict[str, str] = {}
            for position, (name, (role, _)) in enumerate(ROLES.items()):
                person = Person(id=new_id(), name=name, email=f"{name.lower()}@school.example.org")
                row = Enrolment(course_id=self.course, person=person, role=role, track="adult", position=position)
                uow.session.add(row)
                self.people[name] = person.id
            stranger = Person(id=new_id(), name="Mallory", email="mallory@school.example.org")
            uow.session.add(stranger)
            self.people["Mallory"] = stranger.id
            session = Session(
                course_id=self.course,
                key="practice",
                title="Practice",
                kind="practice",
                skill="serious_news",
                day=date(2026, 5, 14),
                starts_at=NOON,
                ends_at=datetime(2026, 5, 14, 17, tzinfo=UTC),
            )
            uow.session.add(session)
            uow.session.flush()
            self.session = session.id
        self.names = {person: name for name, person in self.people.items()}
        self.policy = Policy.TURN

    def release(self, policy: Policy) -> None:
        """From here on feedback opens by this policy."""
        self.policy = policy
        with self.store.write() as uow:
            uow.session.get_one(Course, self.course).release_policy = policy.value

    def room(self) -> str:
        """A fresh room with the whole cast in its first lobby."""
        with self.store.write() as uow:
            group = Group(id=new_id(), course_id=self.course, name=f"Group {new_id()}", track="adult")
            uow.session.add(group)
            uow.session.flush()
            room = Room(id=new_id(), session_id=self.session, group_id=group.id, name="Maple")
            uow.session.add(room)
            uow.session.flush()
            for position, name in enumerate(PLACED):
                role, seat = ROLES[name]
                person = self.people[name]
                row = SeatRow(room_id=room.id, person_id=person, role=role, seat=seat, position=position)
                uow.session.add(row)
        self.events.clear()
        return room.id


@contextmanager
def hurried(store: Store) -> Iterator[Store]:
    """A store that does not wait for the disk: these tests are about what is shown, not about what survives."""

    def hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    on.listen(store.writing, "connect", hurry)
    store.writing.dispose()
    yield store
    on.remove(store.writing, "connect", hurry)


@dataclass
class Played:
    """One room, and all that is done in it. Every text that people write is a mark of `book`."""

    school: School
    book: Book = field(default_factory=Book)
    room: str = ""
    notes: dict[str, Any] = field(default_factory=dict)  # a test's own
    _state: RoomState | None = None

    def __post_init__(self) -> None:
        self.room = self.room or self.school.room()

    # Doing

    def do(self, who: str, action: Action, fields: dict[str, Any], action_id: str | None = None) -> dict[str, Any]:
        """One action as the gateway would pass it on. Raises the Refusal."""
        school = self.school
        school.clock.advance(0.25)
        act, key = Act(action, school.people[who], fields), action_id or str(uuid4())
        if action not in hot.HOT:
            self._state = None
            return school.store.change(rounds.act, school.library, self.room, act, key)
        job = hot.Job(self.room, act, key)
        outcome = school.store.change(hot.carry_out, school.library, school.snapshots, [job])[0]
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def something(self, who: str, pick: int) -> tuple[str, Action, dict[str, Any]]:
        """Someone and something to do, the same for the same numbers: mostly what they may, sometimes what not.

        Some move the round on, so that sessions get to their end.
        """
        chance = random.Random(pick)
        state = self.state()
        if chance.random() < (0.12 if state.phase in PLAYING else 0.35):
            theirs = may(state, access_seat(state, "Cleo", self), self.school.clock.now)
            forward = [action for action in FORWARD if action in theirs]
            if forward:
                return "Cleo", forward[0], self.fields("Cleo", forward[0], state, chance)
        mine = may(state, access_seat(state, who, self), self.school.clock.now)
        allowed = [action for action in mine if action not in FORWARD]
        often = [action for action in allowed if action in hot.HOT and chance.random() < 0.5]
        action = chance.choice(often or allowed) if allowed and chance.random() < 0.88 else chance.choice(list(Action))
        return who, action, self.fields(who, action, state, chance)

    def fields(self, who: str, action: Action, state: RoomState, chance: random.Random) -> dict[str, Any]:
        """Fields of the right shape, of which some are right. Texts are marks that say whose they are."""
        library = self.school.library
        scenario = library.scenarios[state.round.scenario if state.round else chance.choice(sorted(library.scenarios))]
        rubric = library.rubrics[scenario.guide.rubric]
        me, number = self.school.people[who], state.round.number if state.round else 0
        seat = access_seat(state, who, self)
        person = self.school.people[chance.choice(list(ROLES))]

        def text(kind: str, **about: Any) -> str:
            return self.book.mark(kind, round=number, owner=me, seats=(str(seat),), **about)

        match action:
            case Action.ROUND_START:
                return {} if chance.random() < 0.6 else {"learner": person}
            case Action.TIMEOUT_CALL:
                return {"reason": chance.choice(["stuck", "emotion", "welfare"])}
            case Action.TAKE_REWIND:
                return {"beat": chance.choice(scenario.script.beats).id}
            case Action.ENCOUNTER_END:
                return {"reason": chance.choice(["done", "welfare"])}
            case Action.CLOCK_EXTEND:
                return {"seconds": 60}
            case Action.READY_SET:
                return {"ready": chance.random() < 0.8}
            case Action.EXTRATIME_SET:
                return {"on": chance.random() < 0.5}
            case Action.GOAL_SET:  # written in the lobby, it is for the round to come
                return {"text": self.book.mark("goal", round=max(number, 1), owner=me)}
            case Action.NEXTSTEP_SET:
                return {"text": text("next_step")}
            case Action.WATCH_CHOOSE:
                return {"items": [chance.choice(rubric.items).id]}
            case Action.OBSERVATION_ADD if chance.random() < 0.3 and rubric.markers:
                return {"kind": "marker", "marker": chance.choice(rubric.markers).id, "judgement": "keep"}
            case Action.OBSERVATION_ADD:
                return {"kind": "note", "text": text("observation"), "judgement": chance.choice(["keep", "try"])}
            case Action.OBSERVATION_EDIT:
                return {"id": self.some_observation(chance), "text": text("observation")}
            case Action.OBSERVATION_REMOVE:
                return {"id": self.some_observation(chance)}
            case Action.MOMENT_MARK:
                return {"text": text("observation")}
            case Action.FEELING_SET:
                return {"value": chance.randint(0, 10)}
            case Action.BEAT_GO:
                return {"beat": chance.choice(scenario.script.beats).id}
            case Action.DISCLOSURE_MARK:
                told = chance.choice(chance.choice(scenario.script.characters).disclosures)
                return {"disclosure": told.id, "told": chance.random() < 0.7}
            case Action.CUE_SEND:
                to = chance.choice([person, *state.in_seat(Seat.PATIENT, Seat.LEARNER)])
                return {"to": to, "text": text("cue", to=to)}
            case Action.SCORE_SAVE if chance.random() < 0.5:
                comments = rubric.comments_for(seat) or rubric.comments
                return {"entry": chance.choice(comments).id, "text": text("comment")}
            case Action.SCORE_SAVE:
                return {"entry": chance.choice(rubric.items_for(seat) or rubric.items).id, "rating": 3}
            case Action.REFLECTION_SAVE:
                shared = chance.random() < 0.5
                return {"text": text("shared_reflection" if shared else "reflection"), "shared": shared}
            case Action.HELP_ASK:
                return {"text": text("help")}
            case Action.HELP_CLEAR:
                return {} if chance.random() < 0.5 else {"person": person}
            case Action.SEAT_ASSIGN:
                return {"person": person, "seat": chance.choice(["observer", "patient", "coach"])}
            case Action.HELP_TAKE:
                return {"person": person}
            case Action.PERSON_MOVE:
                return {"person": person, "room": "nowhere"}
            case Action.PERSON_PLACE:
                return {"person": person}
            case Action.ACTOR_REPLACE:
                character = chance.choice(scenario.script.characters).id
                return {"by": person, **({"character": character} if state.round else {"actor": me})}
            case Action.ROOM_CLOSE:
                return {"in_s": 300}
            case Action.GUEST_ADMIT | Action.GUEST_REFUSE:
                return {"guest": "nobody"}
            case Action.NOTICE_SEND:
                return {"text": text("notice")}
            case Action.HANDOVER_SAVE:
                return {"text": text("hand_over"), "seen": chance.randint(0, 2)}
        return {}

    def some_observation(self, chance: random.Random) -> str:
        """One of the room's, anyone's."""
        with self.school.store.read() as uow:
            ids = [one.id for one in self._contents(uow).observations]
        return chance.choice(ids) if ids else "none"

    # Seeing

    def state(self) -> RoomState:
        """The rules' state. Hot actions don't change it, refused ones neither."""
        if self._state is None:
            with self.school.store.read() as uow:
                record = live.load(uow.session, self.room)
                assert record
                self._state = record.state
        return self._state

    def _contents(self, uow: Any, present: Sequence[str] = ()) -> views.Contents:
        record = live.load(uow.session, self.room)
        assert record
        return views.read(uow, self.school.library, record, present)

    def shown(self, who: Sequence[str] = tuple(ROLES), present: Sequence[str] = ()) -> dict[str, Any]:
        """{name: (room_view, mine_view)} from one reading, as the announcer makes them, of those who have a place."""
        found = {}
        with self.school.store.read() as uow:
            contents = self._contents(uow, present)
            sitting = access.seats(uow, contents.record, [self.school.people[name] for name in who])
            by_seat = {seat: views.room_view(contents, seat) for seat in dict.fromkeys(sitting.values())}
            for name in who:
                person = self.school.people[name]
                if seat := sitting.get(person):
                    found[name] = (by_seat[seat], views.mine_view(contents, person, seat))
        return found

    def upcoming(self, uow: Any) -> str | None:
        """The case that the next round will be played with."""
        record = live.load(uow.session, self.room)
        assert record
        return choosing.next_scenario(self.school.library, record)

    def learners(self) -> dict[int, tuple[str, str, str, bool]]:
        """{round number: (round id, its learner, scenario, closed)}."""
        with self.school.store.read() as uow:
            rows = uow.session.query(RoundRow).filter(RoundRow.room_id == self.room)
            return {row.number: (row.id, row.learner_id, row.scenario_id, row.closed_at is not None) for row in rows}


def access_seat(state: RoomState, who: str, played: Played) -> Any:
    place = state.places.get(played.school.people[who])
    return place.seat if place else "organiser"


def refusal_of(attempt: Callable[[], Any]) -> Refusal | None:
    """What it was refused with, or None when it was done."""
    try:
        attempt()
    except Refusal as refusal:
        return refusal
    return None
