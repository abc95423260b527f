"""A client that shares no code with us: the official one for JavaScript, from npm, driven by PROTOCOL.md alone."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.realtime.served import ROOT

HERE = Path(__file__).parent / "javascript"
INSTALLED = ROOT / ".cache" / "javascript-client"


@pytest.fixture(scope="module")
def script() -> Path:
    """The script beside the installed client. Installed again when the lock has changed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("node and npm are needed. Install them: apt-get install nodejs npm")
    lock = (HERE / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    done = INSTALLED / "installed-lock.json"
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for path in HERE.iterdir():
        shutil.copy(path, INSTALLED)
    if not done.exists() or done.read_text() != lock:
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--cache", ROOT / ".cache" / "npm")
        subprocess.run([npm, "ci", *quiet], cwd=INSTALLED, check=True, timeout=300)
        done.write_text(lock)
    return INSTALLED / "client.mjs"


def test_the_official_client_sets_a_goal_and_sees_its_view(script: Path, house: Any) -> None:
    lena = house.browser("Lena")
    assert [room["id"] for room in lena.me()["rooms"]] == [house.room]
    played = subprocess.run(
        ["node", str(script), house.server.url, lena.cookie, house.room],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert played.returncode == 0, played.stderr
    said = json.loads(played.stdout)
    assert said["first"]["seat"] == "learner"
    assert said["first"]["phase"] == "lobby"
    assert said["mine"]["person"] == house.course.lena.id
    assert said["answer"] == said["again"]
    assert said["answer"]["ok"] is True
    assert said["view"]["goal"] == said["goal"]
    assert said["view"]["version"] == said["answer"]["version"]
    assert said["invalid"]["error"]["code"] == "invalid"
    assert list(said["invalid"]["error"]["fields"]) == ["text"]
    assert said["ping"]["t"] == 42.5
    assert said["nowhere"]["code"] == "not_found"
