"""The command: from an empty machine to people with links, and refusals that say what to do."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pallpractice.cli import main, table
from pallpractice.config import CHECKOUT, VAR
from pallpractice.storage import schema

EXAMPLES = CHECKOUT / "scenarios" / "examples"
SLUG = "serious-illness-2026"


class Shell:
    """Runs the command on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder}/cli.db"

    def run(self, *words: str | Path, stdin: str = "", **settings: str) -> Result:
        names = {f"PALLPRACTICE_{name}": text for name, text in {"DATABASE_URL": self.url, **settings}.items()}
        return CliRunner().invoke(main, [str(word) for word in words], input=stdin, env=names)

    def said(self, *words: str | Path, **settings: str) -> str:
        result = self.run(*words, **settings)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *words: str | Path, stdin: str = "", **settings: str) -> str:
        result = self.run(*words, stdin=stdin, **settings)
        assert result.exit_code == 1, result.output
        assert "Traceback" not in result.output
        return result.output


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def shell(tmp_path: Path, migrated_file: Path) -> Shell:
    shutil.copy(migrated_file, tmp_path / "cli.db")
    return Shell(tmp_path)


@pytest.fixture
def full(shell: Shell) -> Shell:
    shell.said("course", "import", EXAMPLES / "course-2026.yaml")
    shell.said("people", "import", EXAMPLES / "people.csv", "--course", SLUG)
    return shell


def test_every_command_helps(bare: Shell) -> None:
    for words in ([], ["serve"], ["demo"], ["db", "upgrade"], ["course", "import"], ["people", "import"], ["links"]):
        text = bare.said(*words, "--help")
        assert "Usage:" in text
        assert len(text.splitlines()) > 4


def test_the_tables_come_first(bare: Shell) -> None:
    text = bare.refused("course", "import", EXAMPLES / "course-2026.yaml")
    assert "has no tables yet. Run: pallpractice db upgrade" in text
    assert "at 0001 now" in bare.said("db", "upgrade").replace(schema.newest(), "0001")
    assert "already" in bare.said("db", "upgrade")
    assert "added" in bare.said("course", "import", EXAMPLES / "course-2026.yaml")


def test_an_import_counts_and_a_second_one_changes_nothing(shell: Shell) -> None:
    course = ("course", "import", EXAMPLES / "course-2026.yaml")
    people = ("people", "import", EXAMPLES / "people.csv", "--course", SLUG)
    assert re.search(r"(\d+) added, 0 changed, 0 unchanged", shell.said(*course))
    assert re.search(r"0 added, 0 changed, \d+ unchanged", shell.said(*course))
    assert "14 added, 0 changed, 0 unchanged" in shell.said(*people)
    assert "0 added, 0 changed, 14 unchanged" in shell.said(*people)


def test_people_who_are_not_in_a_later_file_are_named(full: Shell) -> None:
    rows = (EXAMPLES / "people.csv").read_text(encoding="utf-8").splitlines()
    later = full.folder / "later.csv"
    later.write_text("\n".join(rows[:-1]), encoding="utf-8")
    text = full.said("people", "import", later, "--course", SLUG)
    assert "Not in this file, and left alone (1 people): rafael.duarte@example.org" in text


def test_a_bad_roster_is_refused_whole_with_row_column_and_reason(shell: Shell) -> None:
    shell.said("course", "import", EXAMPLES / "course-2026.yaml")
    bad = shell.folder / "bad.csv"
    bad.write_text("name,email,role,profession,track,team,pronouns\nA,nobody,boss,,,Elm,\n", encoding="utf-8")
    text = shell.refused("people", "import", bad, "--course", SLUG)
    assert "nothing was saved, 2 to fix" in text
    assert 'row 2, email: "nobody" is not an email address' in text
    assert "row 2, role:" in text
    assert shell.said("links", "--course", SLUG, "--json").strip() == "[]"


def test_a_bad_programme_is_refused_with_file_line_and_path(shell: Shell) -> None:
    bad = shell.folder / "bad.yaml"
    bad.write_text("course: {slug: x, title: X, time_zone: Nowhere}\ndays: []\n", encoding="utf-8")
    text = shell.refused("course", "import", bad)
    assert "bad.yaml:1: course.time_zone: no time zone" in text
    assert "bad.yaml:2: days:" in text


def test_an_unknown_course_names_those_there_are(full: Shell) -> None:
    text = full.refused("people", "import", EXAMPLES / "people.csv", "--course", "other")
    assert f'No course "other". There are: {SLUG}.' in text


def test_links_are_printed_or_given_as_json(full: Shell) -> None:
    issued = json.loads(full.said("links", "--course", SLUG, "--json", BASE_URL="https://practice.example.org"))
    assert len(issued) == 14
    assert set(issued[0]) == {"name", "email", "role", "url"}
    assert all(one["url"].startswith("https://practice.example.org/l/") for one in issued)
    assert len(full.said("links", "--course", SLUG).splitlines()) == 15
    one = full.said("links", "--course", SLUG, "--email", "Sam.Okafor@example.org")
    assert "Sam Okafor" in one
    assert len(one.splitlines()) == 2
    assert "nobody@example.org" in full.refused("links", "--course", SLUG, "--email", "nobody@example.org")


def test_a_person_is_removed_once(full: Shell) -> None:
    words = ("people", "remove", "sam.okafor@example.org", "--course", SLUG)
    assert "no longer in" in full.said(*words)
    assert "is not in the course" in full.refused(*words)
    assert "Nobody here has the email" in full.refused("people", "remove", "x@example.org", "--course", SLUG)
    assert len(json.loads(full.said("links", "--course", SLUG, "--json"))) == 13


def test_a_password_comes_from_standard_input_and_is_for_staff(full: Shell) -> None:
    result = full.run("people", "password", "cleo.marchetti@example.org", stdin="five tall maples\n")
    assert result.exit_code == 0
    assert "five tall" not in result.output
    text = full.refused("people", "password", "cleo.marchetti@example.org", stdin="short\n")
    assert "12 to 200 characters" in text
    text = full.refused("people", "password", "lena.whitfield@example.org", stdin="five tall maples\n")
    assert "neither coach nor organiser" in text


def test_settings_that_cannot_be_used_are_all_named(bare: Shell) -> None:
    text = bare.refused("serve", PORT="x", LINK_DAYS="0", SECRET_KEY="")
    for name in ("PORT", "LINK_DAYS", "SECRET_KEY"):
        assert f"PALLPRACTICE_{name}: " in text


def test_wrong_use_is_exit_code_two(bare: Shell) -> None:
    assert bare.run("links").exit_code == 2
    assert bare.run("nonsense").exit_code == 2
    assert bare.run("course", "import", "no-such-file.yaml").exit_code == 2


def test_the_case_library_is_checked(bare: Shell) -> None:
    assert "nothing wrong" in bare.said("scenarios", "check")
    (bare.folder / "broken.yaml").write_text("id: broken\n", encoding="utf-8")
    assert "broken.yaml" in bare.refused("scenarios", "check", bare.folder)


def test_a_port_that_is_taken_is_said_before_anything_starts(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        text = shell.refused("serve", SECRET_KEY="0123456789abcdef" * 4, PORT=str(port))
    assert f"can't listen on 127.0.0.1 port {port}" in text
    assert f"PALLPRACTICE_PORT={port + 1}" in text


def test_a_table_is_as_wide_as_its_cells() -> None:
    assert table(("a", "link"), [("long name", "x")]) == "a          link\nlong name  x"


# --- the demo, as someone would run it


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the demo needs, so that its var/ is its own."""
    for name in ("pallpractice", "scenarios", "templates", "static"):
        shutil.copytree(CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "wsgi.py", tmp_path)
    return tmp_path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_demo(checkout: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The running demo and what it printed until it served."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pallpractice.cli", "demo"],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "PALLPRACTICE_PORT": str(free_port()), "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("Serving on"):
            break
    yield process, lines
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    process.stdout.close()


def links_in(lines: list[str]) -> list[str]:
    return [match.group() for line in lines if (match := re.search(r"http://\S+/l/\S+", line))]


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return int(answer.status)


def test_the_demo_serves_fourteen_links_and_a_second_run_keeps_its_data(checkout: Path) -> None:
    started = time.monotonic()
    for process, lines in run_demo(checkout):
        first = links_in(lines)
        assert len(first) == 14, lines
        assert {status(url) for url in first[:2]} == {200}
        assert process.poll() is None
    took = time.monotonic() - started
    key = (checkout / "var" / "demo-key").read_text()
    for _, lines in run_demo(checkout):
        second = links_in(lines)
        host = second[0].partition("/l/")[0]
        earlier = host + "/l/" + first[3].partition("/l/")[2]
        assert {status(url) for url in (*second[:2], earlier)} == {200}
    assert (checkout / "var" / "demo-key").read_text() == key
    assert (checkout / "var" / "demo-key").stat().st_mode & 0o077 == 0
    assert took < 60
    assert checkout not in VAR.parents
