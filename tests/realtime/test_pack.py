"""An evidence pack of forty people, made by a real server that everyone else is using: it goes on answering at once."""

import io
import json
import statistics
import time
import zipfile
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest

from pallpractice.domain.consent import Purpose
from pallpractice.domain.roles import Role, Seat
from pallpractice.services import consents, seating
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.rooms import Room
from pallpractice.storage.unit_of_work import Store
from tests.rated import add_round
from tests.realtime.conftest import House
from tests.realtime.served import Browser, Server

pytestmark = pytest.mark.alone
PEOPLE = 40
ITEMS = ("opening", "understanding", "invitation", "headline", "emotion", "pace", "honesty", "next-steps")
EVIDENCE = "/courses/serious-talk/credit/evidence"


@pytest.fixture
def wanting(store: Store, course: Any, add_group: Callable[..., str]) -> list[Person]:
    """Forty who want their board's credit, agreed to it, and were rated by their coach."""
    names = [f"Ada{number}" for number in range(PEOPLE)]
    group = add_group("Birch", dict.fromkeys(names, Role.LEARNER))
    store.change(lambda uow: seating.place(uow, course.course))
    people = [course.cast[name] for name in names]
    with store.write() as uow:
        room = uow.session.query(Room).filter(Room.group_id == group).one().id
        uow.session.get_one(Course, course.course.id).credit = {"boards": ["ABIM"]}
        for one in uow.session.query(Enrolment).filter(Enrolment.group_id == group):
            one.moc_board = "ABIM"
            consents.give(uow, one.person_id, course.course.id, Purpose.TRANSMIT_CREDIT)
    for one in people:
        add_round(store, room, one, {(course.cleo.id, Seat.COACH): dict.fromkeys(ITEMS, 4)})
    return people


class Passer:
    """Asks the server how it is, again and again, and how long the answer takes."""

    def __init__(self, server: Server) -> None:
        self.took: list[float] = []
        self.enough = Event()
        self.browser = Browser(server)
        self.thread = Thread(target=self.ask, daemon=True)
        self.thread.start()

    def ask(self) -> None:
        while not self.enough.wait(0.02):
            asked = time.monotonic()
            assert self.browser.status("/healthz") == 200
            self.took.append(time.monotonic() - asked)

    def stop(self) -> list[float]:
        self.enough.set()
        self.thread.join(10)
        return self.took


def test_a_pack_is_made_beside_the_others_and_tells_how_far_it_is(
    wanting: list[Person], opened: Callable[..., House]
) -> None:
    house = opened(ASYNC_MODE="eventlet")
    oren = house.browser("Oren")
    began, passer, shares = time.monotonic(), Passer(house.server), set()
    oren.post(f"{EVIDENCE}/pack", EVIDENCE)
    while (told := json.loads(oren.get(f"{EVIDENCE}/progress")))["under_way"]:
        shares.add(told["share"])
        time.sleep(0.05)
    took, seconds = passer.stop(), time.monotonic() - began
    print(f"\n{PEOPLE} people in {seconds:.1f} s; healthz p50 {statistics.median(took):.3f} s, max {max(took):.3f} s")
    assert max(took) < 0.5
    assert len(shares) > 5, "how far it is was told on the way"
    with oren.opener.open(house.server.url + f"{EVIDENCE}/pack.zip", timeout=20) as answer:
        pack = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert sum(name.endswith("report-1.pdf") for name in pack.namelist()) == PEOPLE
    assert oren.status(f"{EVIDENCE}/pack.zip") == 404, "it is fetched once"
    assert "Traceback" not in house.log
    assert "weasyprint" not in house.log, "an INFO line for each step of each page would bury the rest"
