"""R2: a commit is on the disk before it is acknowledged, counted by the system calls that wait for the disk."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pallpractice.storage.unit_of_work import Store

ACKS = 100
ALTERED = "tests/realtime/altered.py"


@pytest.mark.parametrize("engine", ["writing", "reading"])
def test_every_connection_waits_for_the_disk(store: Store, engine: str) -> None:
    with getattr(store, engine).connect() as connection:
        ask = connection.exec_driver_sql
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA journal_mode").scalar() == "wal"


def syncs_of_acks(opened: Callable[..., Any], trace: Path, **options: Any) -> int:
    """How often the server waited for the disk while it acknowledged ACKS observations, one after the other."""
    if shutil.which("strace") is None:
        pytest.skip("strace is needed. Install it: apt-get install strace")
    command = ("strace", "-f", "-q", "-e", "trace=fdatasync,fsync", "-e", "signal=none", "-o", str(trace))
    house = opened(command=command, **options)
    house.encounter()
    olga = house.line("Olga")
    before = _syncs(trace)
    for number in range(ACKS):
        fields = {"action_id": str(uuid4()), "kind": "note", "text": f"{number}"}
        assert olga.call("observation:add", fields)["ok"]
    counted = _syncs(trace) - before
    print(f"\n{counted} waits for the disk in {ACKS} acknowledgements")
    return counted


def _syncs(trace: Path) -> int:
    """Lines that begin a call: one that another thread interrupted has a second line, `<... resumed>`."""
    return sum("sync(" in line for line in trace.read_text().splitlines())


def test_each_acknowledgement_has_waited_for_the_disk(opened: Callable[..., Any], tmp_path: Path) -> None:
    assert syncs_of_acks(opened, tmp_path / "trace") >= ACKS


def test_the_count_sees_a_server_that_does_not_wait(opened: Callable[..., Any], tmp_path: Path) -> None:
    assert syncs_of_acks(opened, tmp_path / "trace", script=(ALTERED, "commit_without_sync")) < ACKS / 2
