"""Changing the key that seals licences: the real command, killed while it is at it, loses none, and none stays shut."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert

from pallpractice.services.credit.licences import Sealer
from pallpractice.storage.base import new_id
from pallpractice.storage.courses import Person
from pallpractice.storage.credit import Licence
from pallpractice.storage.unit_of_work import Store
from tests.conftest import SavedCourse

KEPT = 800
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
# The command as it is, saying after each that it has been sealed anew.
TELLING = """
from pallpractice.cli import main
from pallpractice.services.credit.licences import Sealer
anew = Sealer.anew
def telling(self, sealed):
    done = anew(self, sealed)
    print("one", flush=True)
    return done
Sealer.anew = telling
main(["rekey"])
"""


@pytest.fixture
def kept(store: Store, course: SavedCourse) -> dict[str, dict[str, str]]:
    """What is kept of many people, by licence."""
    sealer, found = Sealer([OLD]), {new_id(): {"board_id": f"B-{number}"} for number in range(KEPT)}
    people = [{"id": new_id(), "name": "Ada", "email": f"{number}@example.org"} for number in range(KEPT)]
    with store.write() as uow:
        about = {"course_id": course.course.id, "saved_at": uow.now}
        rows = [
            {"id": id, "person_id": person["id"], "sealed": sealer.seal(data), **about}
            for person, (id, data) in zip(people, found.items(), strict=True)
        ]
        uow.session.execute(insert(Person), people)
        uow.session.execute(insert(Licence), rows)
    return found


def opened(store: Store, *keys: str) -> dict[str, dict[str, str]]:
    """Everything that is kept, opened by these keys alone. Raises Unavailable for what they do not open."""
    sealer = Sealer(keys)
    with store.read() as uow:
        return {row.id: sealer.open(row.sealed) for row in uow.session.query(Licence)}


@contextmanager
def rekeying(store: Store, *words: str) -> Iterator[subprocess.Popen[str]]:
    settings = {"PALLPRACTICE_DATABASE_URL": store.url, "PALLPRACTICE_DATA_KEY": f"{NEW},{OLD}"}
    with subprocess.Popen(
        [sys.executable, *words], env=os.environ | settings, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_a_change_of_the_key_that_is_killed_midway_loses_nothing_and_is_done_again(
    store: Store, kept: dict[str, dict[str, str]]
) -> None:
    # In the middle of sealing; and where the rows are on their way to the disk.
    for after, wait in ((KEPT // 2, 0.0), (KEPT, random.uniform(0.0, 0.05))):
        with rekeying(store, "-c", TELLING) as process:
            assert process.stdout
            for _ in range(after):
                assert process.stdout.readline() == "one\n"
            time.sleep(wait)
        assert opened(store, NEW, OLD) == kept
    with rekeying(store, "-m", "pallpractice.cli", "rekey") as process:
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, f"Sealed anew: {KEPT}.\n")
    assert opened(store, NEW) == kept, "the old key can be taken away"
