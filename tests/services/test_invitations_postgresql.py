"""Invitations where several processes share a PostgreSQL database: each letter is taken by one of them."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest

from pallpractice.domain.mail import Mail, Sender
from pallpractice.services.invitations import sending
from pallpractice.services.invitations.delivery import Sent
from pallpractice.storage import schema
from pallpractice.storage.unit_of_work import Store
from tests.conftest import NOON, Clock, SavedCourse
from tests.mailbox import mailbox


@pytest.fixture
def store(postgres_url: str, clock: Clock) -> Iterator[Store]:
    clock.now = NOON - timedelta(days=30)
    schema.upgrade(postgres_url)
    store = Store(postgres_url, clock=clock)
    yield store
    store.close()


def test_three_at_once_send_each_letter_once(store: Store, course: SavedCourse, clock: Clock) -> None:
    done: list[Sent] = []

    def process(mail: Mail) -> None:
        own = Store(store.url, clock=clock)
        done.append(sending.send(own, mail, pause=lambda: None))
        own.close()

    with mailbox() as box:
        mail = Mail(box.relay, Sender("Serious Talk", "course@example.org"), "https://practice.example.org", 14)
        box.seconds = 0.05
        assert store.change(sending.queue, course.course) == 6
        workers = [Thread(target=process, args=(mail,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sum(each.sent for each in done) == 6
        assert sorted(to for to, _ in box.raw) == sorted({to for to, _ in box.raw})
        assert len(box.raw) == 6
        assert store.change(sending.queue, course.course) == 0
