"""A whole course in small time: three days, groups of five learners, a turn in the chair for each of them.

Everything goes through the services, all rooms in step, and every text that anyone writes is a mark of `book`. The last
room of all stays in the notes of its last round, so that there is something nobody has released.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet
from sqlalchemy import select

from pallpractice.domain.consent import Purpose
from pallpractice.domain.errors import Refusal
from pallpractice.domain.evidence import Verdict
from pallpractice.domain.room import Act, Action
from pallpractice.library import attendance
from pallpractice.library import programme as programme_file
from pallpractice.library import roster as roster_file
from pallpractice.library.shelf import Library
from pallpractice.services import consents, courses, hot, presence, programmes, roster, rounds
from pallpractice.services.credit import claims, evaluation, evidence, licences, participation
from pallpractice.services.credit.licences import Sealer
from pallpractice.services.feedback import corrections, late, release
from pallpractice.services.presence import Change, Place
from pallpractice.storage.base import new_id
from pallpractice.storage.courses import Course, Enrolment, Session
from pallpractice.storage.feedback import Entry, Scorecard
from pallpractice.storage.plans import PlannedRound
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock
from tests.marks import Book

SLUG = "whole-course"
LEARNERS = 5  # in a group
WORK = ("Physician", "Nurse", "Social worker", "Chaplain", "Pharmacist, clinical", "Psychologist")
TURNS = {"news": (0, 1, 2), "values": (3, 4)}  # which learners of a group are in the chair in which session
PROGRAMME = f"""
course: {{slug: {SLUG}, title: Whole course, time_zone: America/New_York}}
days:
  - date: 2026-05-13
    sessions:
      - {{key: start, title: Start, kind: startup, starts: "10:00", ends: "11:00", credit: [general]}}
  - date: 2026-05-14
    sessions:
      - {{key: talk, title: Talk, kind: plenary, starts: "10:00", ends: "11:00", credit: [general, pharmacology]}}
      - key: news
        title: Serious news
        kind: practice
        skill: serious_news
        starts: "11:15"
        ends: "13:00"
        credit: [general, end_of_life]
      - {{key: rest, title: Rest, kind: break, starts: "13:00", ends: "13:30"}}
      - key: values
        title: Exploring values
        kind: practice
        skill: values
        starts: "13:30"
        ends: "15:30"
        credit: [general, end_of_life, opioid]
  - date: 2026-05-15
    sessions:
      - {{key: back, title: "Looking back", kind: reflection, starts: "14:00", ends: "15:00"}}
"""


SEALER = Sealer([Fernet.generate_key().decode()])
ANSWERS = ("news", "values", "practice", "feedback", "safe", "relevant")


def licence_of(number: int) -> dict[str, str]:
    """What a learner has given for their board."""
    names = {"first_name": f"First{number}", "last_name": f"Last{number}"}
    return names | {"board_id": f"BOARD-{number:05}", "birth_month": "2", "birth_day": str(1 + number % 29)}


def people(groups: int) -> str:
    """The roster. One has a name that a spreadsheet would work out, in three languages at once."""
    rows = ["name,email,role,profession,institution,track,group"]
    rows.append("Oren,oren@whole.example.org,organiser,,,,")
    for number in range(groups):
        track, group = ("adult", "pediatric")[number % 2], f"Group {number:02}"
        rows.append(f"Coach {number},coach{number}@whole.example.org,coach,{WORK[0]},,{track},{group}")
        for at in range(LEARNERS):
            who = number * LEARNERS + at
            name = '"=1+1;=cmd é"' if who == 7 else f"Learner {who}"
            rows.append(f'{name},learner{who}@whole.example.org,learner,"{WORK[who % 6]}",Northfield,{track},{group}')
        for at in range(2):
            rows.append(f"Actor {number}.{at},actor{number}.{at}@whole.example.org,actor,,,{track},{group}")
    return "\n".join(rows)


@dataclass
class Table:
    """A room and who is in it."""

    room: str
    group: str
    learners: list[str]
    coach: str
    actors: list[str]
    rubric: Any = None
    scenario: Any = None
    notes: list[str] = field(default_factory=list)  # ids of the observations of its present round


class WholeCourse:
    """The course, from its files to its last reflection."""

    def __init__(self, store: Store, library: Library, clock: Clock, groups: int) -> None:
        self.store, self.library, self.clock, self.groups = store, library, clock, groups
        self.book, self.snapshots = Book(), hot.Snapshots()
        self.refused: list[Refusal] = []

    def hold(self) -> "WholeCourse":
        self.clock.now = datetime.fromisoformat("2026-05-13T12:00:00+00:00")
        self.bring_in()
        self.plan()
        self.attend()
        for key in TURNS:
            self.practise(key)
        self.look_again()
        self.settle()
        assert not self.refused, self.refused[0].message
        return self

    # Before.

    def bring_in(self) -> None:
        with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            file.write(PROGRAMME)
            file.flush()
            self.store.change(programmes.import_programme, programme_file.read(Path(file.name)))
        read = roster_file.parse(people(self.groups).encode())
        self.store.change(lambda uow: roster.import_roster(uow, courses.find(uow, SLUG), read))
        with self.store.read() as uow:
            self.course = uow.session.scalars(select(Course)).one()
            self.sessions = {session.key: session for session in uow.session.scalars(select(Session))}
            self.enrolled = list(uow.session.scalars(select(Enrolment).order_by(Enrolment.position)))
            self.rooms = list(uow.session.scalars(select(Room)))
        self.oren = next(one.person_id for one in self.enrolled if one.role == "organiser")
        self.agreed = [one.person_id for number, one in enumerate(self.enrolled) if number % 4]
        terms = {"boards": ["ABIM", "ABP"], "activity": "A-1", "columns": {"board_id": "ABIM number"}}
        self.store.change(lambda uow: participation.set_terms(uow.session.get_one(Course, self.course.id), terms))
        self.store.change(evidence.set_standard, self.course, 2.5, 1.0, 1, self.oren)

        def agree(uow: Any) -> None:
            for person in self.agreed:
                consents.give(uow, person, self.course.id, Purpose.RESEARCH)

        self.store.change(agree)

    def tables(self, key: str) -> list[Table]:
        session = self.sessions[key]
        return [self.table(room) for room in self.rooms if room.session_id == session.id]

    def table(self, room: Room) -> Table:
        there = [one for one in self.enrolled if one.group_id == room.group_id]
        of = {role: [one.person_id for one in there if one.role == role] for role in ("learner", "coach", "actor")}
        return Table(room.id, room.group_id, of["learner"], of["coach"][0], of["actor"])

    def plan(self) -> None:
        """As the solver would leave it: the learners in turn, cases of the group's track with one character."""
        groups = {one.group_id: one.track for one in self.enrolled if one.group_id}
        with self.store.write() as uow:
            for key, turns in TURNS.items():
                for table in self.tables(key):
                    cases = [
                        one
                        for one in sorted(self.library.scenarios.values(), key=lambda one: one.id)
                        if one.skill == self.sessions[key].skill
                        and one.track == groups[table.group]
                        and len(one.script.characters) == 1
                    ]
                    for number, at in enumerate(turns):
                        case = cases[number % len(cases)]
                        starts = self.sessions[key].starts_at + timedelta(minutes=25 * number)
                        uow.session.add(
                            PlannedRound(
                                id=new_id(),
                                session_id=self.sessions[key].id,
                                group_id=table.group,
                                number=number + 1,
                                starts_at=starts,
                                ends_at=starts + timedelta(minutes=25),
                                learner_id=table.learners[at],
                                scenario_id=case.id,
                                parts={case.script.characters[0].id: table.actors[0]},
                            )
                        )

    def attend(self) -> None:
        """Everyone comes to every session with a room, each a little later than the one before; some go and return."""
        with self.store.write() as uow:
            for room in self.rooms:
                session = next(one for one in self.sessions.values() if one.id == room.session_id)
                there = [one.person_id for one in self.enrolled if one.group_id == room.group_id]
                changes = []
                for number, person in enumerate(there):
                    place, comes = Place(room.id, person), session.starts_at + timedelta(seconds=97 * number - 200)
                    changes.append(Change(place, True, comes))
                    if number % 3 == 0:
                        away = comes + timedelta(minutes=31, seconds=number)
                        changes += [Change(place, False, away), Change(place, True, away + timedelta(minutes=7))]
                    changes.append(Change(place, False, session.ends_at + timedelta(seconds=40 * number - 100)))
                presence.record(uow, "process", changes)

    # Practising.

    def practise(self, key: str) -> None:
        self.clock.now = self.sessions[key].starts_at
        tables = self.tables(key)
        for at in TURNS[key]:
            last = key == "values" and at == TURNS[key][-1]
            self.round(tables, at, open_at_end=tables[-1] if last else None)

    def round(self, tables: list[Table], at: int, open_at_end: Table | None) -> None:
        self.each(tables, lambda one: (one.coach, "round:start", {"learner": one.learners[at]}))
        for table in tables:
            with self.store.read() as uow:
                round_id = uow.session.get_one(Room, table.room).round_id
                row = uow.session.execute(select(rounds.RoundRow).where(rounds.RoundRow.id == round_id)).scalar_one()
            table.scenario = self.library.scenarios[row.scenario_id]
            table.rubric, table.notes = self.library.rubrics[row.rubric_id], []
        self.each(tables[:3], lambda one: (one.learners[at], "goal:set", {"text": self.words("goal")}))
        self.each(tables[:2], lambda one: (one.learners[at], "extratime:set", {"on": True}))
        self.each(tables, lambda one: (one.coach, "encounter:begin", {}))
        self.encounter(tables, at)
        self.each(tables, lambda one: (one.coach, "encounter:end", {"reason": "done"}))
        self.rate(tables, at)
        self.debrief([one for one in tables if one is not open_at_end], at)

    def encounter(self, tables: list[Table], at: int) -> None:
        jobs: list[tuple[Table, str, str, dict[str, Any]]] = []
        for one in tables:
            first, second = self.observers(one, at)[:2]
            note = {"kind": "note", "text": self.words("observation"), "judgement": "keep"}
            mark = {"kind": "marker", "marker": one.rubric.markers[0].id}
            jobs += [(one, first, "observation:add", note), (one, second, "observation:add", mark)]
            jobs.append((one, one.coach, "observation:add", {"kind": "verbatim", "text": self.words("observation")}))
            jobs.append((one, first, "observation:add", {"kind": "note", "text": self.words("observation")}))
            jobs += [(one, one.actors[0], "feeling:set", {"value": value}) for value in (3, 6)]
            jobs.append((one, one.actors[0], "moment:mark", {"text": self.words("observation")}))
        for (table, _, action, _), answer in zip(jobs, self.hot(jobs), strict=True):
            if action == "observation:add":
                table.notes.append(answer["observation"]["id"])
        few = tables[:3]
        self.each(few, lambda one: (self.observers(one, at)[0], "observation:remove", {"id": one.notes[3]}))
        edited = {"text": self.words("observation")}
        self.each(few, lambda one: (self.observers(one, at)[0], "observation:edit", {"id": one.notes[0], **edited}))
        self.each(few, lambda one: (one.coach, "cue:send", {"to": one.learners[at], "text": self.words("cue")}))
        self.each(few, lambda one: (one.learners[at], "help:ask", {"text": self.words("help")}))
        self.each(few, lambda one: (one.coach, "timeout:call", {"reason": "stuck"}))
        self.each(few, lambda one: (one.coach, "take:rewind", {"beat": one.scenario.script.beats[0].id}))

    def rate(self, tables: list[Table], at: int) -> None:
        """Everyone rates; one item not observed, one rating changed; one observer of each third room never hands in."""
        jobs: list[tuple[Table, str, str, dict[str, Any]]] = []
        for number, one in enumerate(tables):
            for place, (rater, seat) in enumerate(self.raters(one, at)):
                for item in one.rubric.items_for(seat):
                    rating: Any = 1 + (number + place + len(item.id)) % (one.rubric.scale.max)
                    jobs.append((one, rater, "score:save", {"entry": item.id, "rating": rating}))
                first, *_, last = one.rubric.items_for(seat)
                jobs.append((one, rater, "score:save", {"entry": last.id, "rating": "not_observed"}))
                jobs.append((one, rater, "score:save", {"entry": first.id, "rating": one.rubric.scale.min}))
                for comment in one.rubric.comments_for(seat)[:1]:
                    words = self.words("comment")
                    jobs.append((one, rater, "score:save", {"entry": comment.id, "text": words}))
        self.hot(jobs)
        for place in range(LEARNERS + 2):
            handing_in = [one for number, one in enumerate(tables) if place != 1 or number % 3]
            self.each(handing_in, lambda one, place=place: (self.raters(one, at)[place][0], "scorecard:submit", {}))

    def debrief(self, tables: list[Table], at: int) -> None:
        for action in ("debrief:open", *["debrief:next"] * 3, "round:close"):
            self.each(tables, lambda one, action=action: (one.coach, action, {}))
        self.each(tables, lambda one: (one.learners[at], "nextstep:set", {"text": self.words("next_step")}))
        few = tables[:4]
        reflect = lambda one: {"text": self.words("reflection"), "shared": False}  # noqa: E731
        self.each(few, lambda one: (one.learners[at], "reflection:save", reflect(one)))

    def look_again(self) -> None:
        """In the first room a coach corrects a rating twice, adds what was never given, and holds a comment back; an
        observer hands in late.
        """
        table = self.tables("news")[0]
        with self.store.read() as uow:
            row = uow.session.query(rounds.RoundRow).filter_by(room_id=table.room, number=1).one()
            cards = {card.rater_id: card for card in uow.session.query(Scorecard).filter_by(round_id=row.id)}
        card = cards[table.coach]
        rubric = self.library.rubrics[row.rubric_id]
        first = rubric.items_for("coach")[0].id
        comments = [one.id for one in rubric.comments_for("coach")]
        correct = partial(self.store.change, corrections.add, self.library, row.id, card.id, table.coach, reason="Slip")
        correct(entry=first, rating=2, words=None)
        self.clock.advance(1)  # which of two counts, their instants tell
        correct(entry=first, rating="not_observed", words=None)
        correct(entry=comments[1], rating=None, words=self.words("comment"))
        self.late = (row.id, next(rater for rater, one in cards.items() if one.status == "draft"))
        first, last = rubric.items_for("observer")[0].id, rubric.comments_for("observer")[-1].id
        given: tuple[Any, ...] = ({first: 4}, {last: self.words("comment")})
        self.store.change(late.hand_in, self.library, *self.late, *given)
        self.held = self.words("held")
        with self.store.write() as uow:
            line = uow.session.get_one(Entry, (card.id, comments[0]))
            line.text, line.held_at, line.held_by, line.held_reason = (
                self.held,
                uow.now,
                table.coach,
                self.words("held"),
            )

    # After.

    def settle(self) -> None:
        """Everyone reads, claims and agrees by their number, so that each thing is missing of some."""
        self.clock.now = self.sessions["back"].ends_at + timedelta(hours=1)
        learners = [one for one in self.enrolled if one.role == "learner"]
        coaches = {one.group_id: one.person_id for one in self.enrolled if one.role == "coach"}
        self.store.change(self.say_who_was_there, learners)
        for number, one in enumerate(learners):
            self.store.change(self.settle_one, number, one.person_id, coaches[one.group_id])

    def say_who_was_there(self, uow: Any, enrolled: list[Enrolment]) -> None:
        """The talk was held elsewhere: of some its file tells when, of some how long, some say so themselves, of some
        nobody knows. An organiser corrects a few, also what a room has recorded.
        """
        course = uow.session.get_one(Course, self.course.id)
        learners = [participation.learner(uow, course, one.person_id) for one in enrolled]
        file = "email,joined,left,minutes\n"
        for number, one in enumerate(learners):
            if number % 5 == 1:
                file += f"{one.person.email},9:58,10:2{number % 10},\n{one.person.email},10:3{number % 10},10:50,\n"
            elif number % 5 == 2:
                file += f"{one.person.email},,,{40 + number % 7}\n"
            elif number % 5 == 3:
                participation.state(uow, course, one, self.sessions["talk"].id, 20 + number % 30)
        read = attendance.read(file.encode(), participation.parts(course), "talk", course.time_zone)
        assert not read.faults
        participation.bring_in(uow, course, read.there, self.oren)
        for key, number, minutes in (
            ("talk", 4, 60),
            ("talk", 1, 0),
            ("news", 0, 90),
            ("news", 0, 80),
            ("values", 5, 0),
        ):
            uow.session.flush()
            self.clock.advance(1)
            to = self.sessions[key].id
            participation.correct(uow, course, learners[number], to, minutes, self.words("reason"), self.oren)

    def settle_one(self, uow: Any, number: int, person: str, coach: str) -> None:
        course = uow.session.get_one(Course, self.course.id)
        learner = participation.learner(uow, course, person)
        own = uow.session.query(rounds.RoundRow).filter_by(learner_id=person)
        closed = [row.id for row in own if row.released_at]
        if number % 4 != 3:
            for round_id in closed:
                release.opened(uow, round_id, person)
        if number % 2:
            evaluation.answer(uow, course, person, dict.fromkeys(ANSWERS, "4") | {"balanced": "yes"})
        if number % 6 != 5:
            may = claims.standing(uow, course, learner).may
            claims.make(uow, course, learner, may if number % 6 != 4 else {kind: 1 for kind in may if may[kind]})
        licences.want(uow, course, learner, ("ABIM", "ABP", "")[number % 3])
        if learner.moc_board and number % 5 != 4:
            licences.save(uow, SEALER, course, learner, licence_of(number))
        if number % 7 != 6:
            consents.give(uow, person, course.id, Purpose.TRANSMIT_CREDIT)
        if number % 11 == 10:
            uow.session.flush()
            self.clock.advance(1)
            consents.withdraw(uow, person, course.id, Purpose.TRANSMIT_CREDIT)
        if closed:
            verdict, words = (Verdict.ANOTHER, "Once more") if number % 8 == 7 else (Verdict.ATTESTED, "")
            evidence.attest(uow, self.library, course, coach, learner, verdict, words)

    def observers(self, table: Table, at: int) -> list[str]:
        return [person for place, person in enumerate(table.learners) if place != at]

    def raters(self, table: Table, at: int) -> list[tuple[str, str]]:
        observing = [(person, "observer") for person in self.observers(table, at)]
        return [(table.learners[at], "learner"), *observing, (table.actors[0], "patient"), (table.coach, "coach")]

    # Doing.

    def words(self, kind: str) -> str:
        return self.book.mark(kind)

    def each(self, tables: Iterable[Table], what: Any) -> None:
        for table in tables:
            person, action, fields = what(table)
            act = Act(Action(action), person, fields)
            self.store.change(rounds.act, self.library, table.room, act, str(uuid4()))
        self.clock.advance(20)

    def hot(self, jobs: list[tuple[Table, str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
        answers = []
        for start in range(0, len(jobs), 100):
            batch = [
                hot.Job(table.room, Act(Action(action), person, fields), str(uuid4()))
                for table, person, action, fields in jobs[start : start + 100]
            ]
            answers += self.store.change(hot.carry_out, self.library, self.snapshots, batch)
            self.clock.advance(1)
        self.refused += [answer for answer in answers if isinstance(answer, Refusal)]
        return answers
