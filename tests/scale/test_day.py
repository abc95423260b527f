"""A practice session of a whole course in small: an organiser's list of names becomes groups, a plan, and twenty rooms.

Everyone is there with a real socket. Two actors don't come, a room asks for help, five people lose their line: at the
end everyone has practised, has been observed, and has a report. `pytest -s` prints the figures.
"""

import asyncio
import csv
import io
import json
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from pallpractice.cli import main
from pallpractice.domain.groups.grouping import Wishes
from pallpractice.storage.courses import Course, Enrolment, Person, Session
from pallpractice.storage.feedback import Observation, Scorecard
from pallpractice.storage.plans import PlannedRound
from pallpractice.storage.presence import Attendance
from pallpractice.storage.rooms import Room, RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.bench.seeded import cookie, cookies
from tests.realtime.served import SECRET, Browser, Server
from tests.scale.day import Cast, Someone, Tally, play_round, together

pytestmark = pytest.mark.alone

SLUG = "practice-day"
ROOMS, LEARNERS, ACTORS = 20, 5, 30
WORK = ("Hospitalist physician", "Oncology nurse", "Social worker", "Chaplain", "Pharmacist", "Psychologist")
PLACES = ("Northfield", "Harbour", "Elm Street", "St Anne", "Valley", "Lakeside", "Old Mill")


def programme() -> str:
    """One practice session that began a minute ago, in a zone where that is in the morning."""
    now = datetime.now(UTC)
    behind = min(now.hour - 10, 12)  # no zone is further behind
    zone = f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"
    local = now - timedelta(hours=behind, minutes=1)
    ends = local + timedelta(minutes=105)
    return (
        f"course: {{slug: {SLUG}, title: Practice day, time_zone: {zone}}}\n"
        f"days:\n  - date: {local:%Y-%m-%d}\n    sessions:\n"
        f"      - {{key: news, title: Delivering serious news, kind: practice, skill: serious_news,\n"
        f'         starts: "{local:%H:%M}", ends: "{ends:%H:%M}"}}\n'
    )


def people() -> str:
    """The list of names, as a spreadsheet would save it."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["name", "email", "role", "profession", "institution", "track"])
    rows.writerow(["Oren", "oren@example.org", "organiser", "", "", ""])
    for number in range(ROOMS):
        track = "adult" if number % 2 else "pediatric"
        rows.writerow([f"Coach {number}", f"coach{number}@example.org", "coach", WORK[0], PLACES[number % 7], track])
    for number in range(ROOMS * LEARNERS):
        track = "adult" if number % 2 else "pediatric"
        place, work = PLACES[number * 3 % 7], WORK[number % 6]
        rows.writerow([f"Learner {number}", f"learner{number}@example.org", "learner", work, place, track])
    for number in range(ACTORS):
        rows.writerow([f"Actor {number}", f"actor{number}@example.org", "actor", "Simulated patient", "", ""])
    return table.getvalue()


@dataclass
class Organised:
    """The course as its organiser has it before the doors open."""

    server: Server
    store: Store
    groups_s: float
    plan_s: float
    plan_said: str

    def rooms(self) -> dict[str, str]:
        """{group id: room id}."""
        with self.store.read() as uow:
            return {room.group_id: room.id for room in uow.session.query(Room)}

    def coaches(self) -> dict[str, str]:
        """{group id: its coach's id}."""
        with self.store.read() as uow:
            rows = uow.session.query(Enrolment).filter_by(role="coach")
            return {row.group_id or "": row.person_id for row in rows}

    def learners(self) -> dict[str, list[str]]:
        with self.store.read() as uow:
            found: dict[str, list[str]] = {}
            for row in uow.session.query(Enrolment).filter_by(role="learner"):
                found.setdefault(row.group_id or "", []).append(row.person_id)
            return found

    def plan(self) -> dict[str, list[PlannedRound]]:
        """{group id: its rounds}."""
        with self.store.read() as uow:
            found: dict[str, list[PlannedRound]] = {}
            for row in uow.session.query(PlannedRound).order_by(PlannedRound.number):
                found.setdefault(row.group_id, []).append(row)
            return found

    def names(self) -> dict[str, str]:
        with self.store.read() as uow:
            return {row.id: row.name for row in uow.session.query(Person)}


@pytest.fixture
def organised(store: Store, tmp_path: Path) -> Iterator[Organised]:
    """By the organiser's commands, one after the other."""
    files = {"course.yaml": programme(), "people.csv": people()}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def said(*words: str) -> tuple[str, float]:
        started = time.perf_counter()
        result = CliRunner().invoke(main, words, env={"PALLPRACTICE_DATABASE_URL": store.url})
        assert result.exit_code == 0, result.output
        return result.output, time.perf_counter() - started

    store.clock = lambda: datetime.now(UTC)
    said("course", "import", str(tmp_path / "course.yaml"))
    said("people", "import", str(tmp_path / "people.csv"), "--course", SLUG)
    with store.write() as uow:  # as the organiser left it on the page of groups
        course = uow.session.query(Course).one()
        course.wishes = {"groups": asdict(Wishes(groups=ROOMS)), "pairing": {"round_minutes": 20}}
    _, groups_s = said("groups", SLUG)
    plan_said, plan_s = said("pair", SLUG)
    server = Server(store.url, tmp_path / "server.log").start()
    yield Organised(server, store, groups_s, plan_s, plan_said)
    server.stop()
    assert "Traceback" not in (tmp_path / "server.log").read_text()


class Day:
    """The session under way, round by round: all rooms play the same round at the same time."""

    def __init__(self, organised: Organised) -> None:
        self.organised, self.tally = organised, Tally()
        self.app, self.port = cookies(SECRET), organised.server.port
        self.names, self.rooms = organised.names(), organised.rooms()
        self.coaches, self.learners = organised.coaches(), organised.learners()
        self.people: dict[str, Someone] = {}
        self.gate = asyncio.Semaphore(24)

    def someone(self, person: str) -> Someone:
        if person not in self.people:
            value = cookie(self.app, person)
            self.people[person] = Someone(person, self.names[person], value, self.port, self.tally)
        return self.people[person]

    async def enter(self, person: str, room: str) -> Someone:
        async with self.gate:
            return await self.someone(person).enter(room)

    async def arrive(self) -> None:
        groups = self.rooms.items()
        people = [(one, room) for group, room in groups for one in (self.coaches[group], *self.learners[group])]
        await together(self.enter(person, room) for person, room in people)

    async def round(self, number: int) -> None:
        plan = self.organised.plan()
        await together(self._round_in(group, rows[number - 1], number) for group, rows in plan.items())

    async def _round_in(self, group: str, planned: PlannedRound, number: int) -> None:
        room = self.rooms[group]
        patients = [await self.enter(person, room) for person in planned.parts.values()]
        coach = self.someone(self.coaches[group])
        started = await coach.do("round:start")
        assert (started["learner"], started["scenario"]) == (planned.learner_id, planned.scenario_id)
        others = [self.someone(one) for one in self.learners[group] if one != planned.learner_id]
        cast = Cast(coach, self.someone(planned.learner_id or ""), others, patients)
        await play_round(cast, self.tally, self.happening(group, number))

    def happening(self, group: str, number: int) -> Any:
        """In the second round five observers lose their line; in the third a room asks for help."""
        place = sorted(self.rooms).index(group)
        if number == 2 and place < 5:
            return lambda cast: cast.observers[0].drop_and_return(0.5)
        return self._ask_for_help if number == 3 and place == 0 else None

    async def _ask_for_help(self, cast: Cast) -> None:
        asked = time.perf_counter()
        await cast.observers[0].do("help:ask", text="Someone is in tears here")
        await cast.coach.until(lambda: bool(cast.coach.view.get("help")))
        self.tally.help.append(time.perf_counter() - asked)
        await cast.observers[0].do("help:clear")

    def two_actors_fail(self) -> list[str]:
        """The organiser hears of it after the first round, and has the rest planned anew on the page."""
        busy = [who for rows in self.organised.plan().values() for row in rows[1:] for who in row.parts.values()]
        missing = sorted(set(busy), key=busy.count)[-2:]
        oren = self._organiser()
        page = f"/courses/{SLUG}/plan"
        with self.organised.store.read() as uow:
            session = uow.session.query(Session).one().id
        for person in missing:
            oren.post(f"{page}/absences", page, what="absent", session=session, person=person)
            end = time.monotonic() + 60
            while json.loads(oren.get(f"{page}/progress"))["under_way"]:
                assert time.monotonic() < end
                time.sleep(0.2)
        return missing

    def _organiser(self) -> Browser:
        words = ("links", "--course", SLUG, "--email", "oren@example.org", "--json")
        environ = {"PALLPRACTICE_DATABASE_URL": self.organised.store.url, "PALLPRACTICE_PORT": str(self.port)}
        said = CliRunner().invoke(main, words, env=environ)
        return Browser(self.organised.server).come_in(json.loads(said.output)[0]["url"])

    def reports(self) -> int:
        """Everyone's report of their round, opened as they would."""
        with self.organised.store.read() as uow:
            rounds = [(row.id, row.learner_id) for row in uow.session.query(RoundRow)]
        opened = 0
        for round_id, learner in rounds:
            url = f"{self.organised.server.url}/rounds/{round_id}/report"
            asked = urllib.request.Request(url, headers={"Cookie": cookie(self.app, learner)})
            with urllib.request.urlopen(asked, timeout=20) as answer:
                page = answer.read().decode()
            opened += "Next step" in page and "Ask before telling" in page
        return opened


def test_a_practice_session_of_twenty_rooms(organised: Organised) -> None:
    day = Day(organised)
    before = organised.plan()
    assert len(before) == ROOMS
    assert all(len(rows) == LEARNERS for rows in before.values()), organised.plan_said

    async def session() -> list[str]:
        try:
            await day.arrive()
            await day.round(1)
            missing = await asyncio.to_thread(day.two_actors_fail)
            for number in range(2, LEARNERS + 1):
                await day.round(number)
            await asyncio.sleep(2)  # stays are written down once a while
            return missing
        finally:  # what is left open here, the next tests would be blamed for
            for person in day.people.values():
                person.leave()
            await asyncio.sleep(0.5)  # the loop closes what was left

    started = time.perf_counter()
    with ThreadPoolExecutor(1) as beside:  # the browsers of other tests keep a loop running in this thread
        missing = beside.submit(lambda: asyncio.run(session())).result()
    took = time.perf_counter() - started
    after = organised.plan()
    moved = sum(
        (was.learner_id, was.scenario_id, was.parts) != (now.learner_id, now.scenario_id, now.parts)
        for group, rows in before.items()
        for was, now in zip(rows, after[group], strict=True)
    )
    needed = sum(bool(set(missing) & set(row.parts.values())) for rows in before.values() for row in rows[1:])

    with organised.store.read() as uow:
        rows = uow.session
        practised = set(rows.scalars(select(RoundRow.learner_id).where(RoundRow.closed_at.is_not(None))))
        everyone = {person for group in day.learners.values() for person in group}
        observed = dict(
            rows.execute(
                select(RoundRow.learner_id, func.count()).join(Observation).group_by(RoundRow.learner_id)
            ).all()
        )
        cards = rows.scalar(select(func.count()).select_from(Scorecard).where(Scorecard.status == "released"))
        stays = set(rows.scalars(select(Attendance.person_id)))
        played_by = {
            who for row in rows.query(PlannedRound).filter(PlannedRound.number > 1) for who in row.parts.values()
        }
        assert rows.query(Course).count() == 1
    reports = day.reports()
    tally = day.tally
    print(
        f"\n{ROOMS} rooms, {len(day.people)} people, {tally.rounds} rounds in {took:.0f} s; groups in "
        f"{organised.groups_s:.1f} s, plan in {organised.plan_s:.1f} s.\n"
        f"Two actors missing: {needed} rounds named them, {moved} were changed. {tally.drops} lines lost, back after "
        f"{1000 * max(tally.returns):.0f} ms at most. Help seen by the coach after {1000 * tally.help[0]:.0f} ms.\n"
        f"{len(tally.acknowledged)} actions acknowledged, p50 {tally.percentile(50):.0f} ms, "
        f"p99 {tally.percentile(99):.0f} ms, {tally.hurried} sent again.\n"
        f"{len(practised)} of {len(everyone)} have practised, {len(observed)} were observed, {reports} have a report, "
        f"{cards} scorecards released, {len(stays)} people's presence recorded."
    )
    assert practised == everyone
    assert observed.keys() == everyone
    assert min(observed.values()) >= 3 * LEARNERS
    assert reports == len(everyone) == day.tally.rounds
    assert not set(missing) & played_by
    assert stays >= everyone | set(day.coaches.values())
    assert day.tally.drops == 5
