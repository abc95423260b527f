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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from pallpractice import create_app
from pallpractice.cli import main
from pallpractice.cli.common import table
from pallpractice.config import CHECKOUT, VAR, Settings
from pallpractice.domain.exports import Format
from pallpractice.domain.joining import made_up_address
from pallpractice.library import Library, LibraryErrors
from pallpractice.services import editions
from pallpractice.storage import schema
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Enrolment, Person, Session, SignInFailure
from pallpractice.storage.plans import Casting, PlannedRound
from pallpractice.storage.unit_of_work import Store
from tests.mailbox import Mailbox, mailbox

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
    groups = ("db upgrade", "course import", "people import", "scenarios check", "scenarios new", "scenarios graph")
    for words in (
        [],
        ["serve"],
        ["demo"],
        ["links"],
        ["groups"],
        ["invite"],
        ["remind"],
        ["export"],
        *(both.split() for both in groups),
    ):
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
    bad.write_text("name,email,role,profession,track,group,pronouns\nA,nobody,boss,,,Elm,\n", encoding="utf-8")
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


def test_groups_are_shown_then_made_and_sizes_that_cannot_be_are_told(shell: Shell) -> None:
    shell.said("course", "import", EXAMPLES / "course-2026.yaml")
    people = shell.folder / "people.csv"
    rows = [f"L{at},l{at}@example.org,learner,{'Nurse' if at % 2 else 'Surgeon'},adult" for at in range(10)]
    rows += [f"C{at},c{at}@example.org,coach,,adult" for at in range(3)]
    people.write_text("\n".join(["name,email,role,profession,track", *rows]), encoding="utf-8")
    shell.said("people", "import", people, "--course", SLUG)
    shown = shell.said("groups", SLUG, "--dry-run")
    assert re.search(r"Professions mixed +0 of 10 +10 of 10 +As even as can be.", shown)
    assert "2 groups; 0 people who have a group would move." in shown
    assert "Saved" not in shown
    assert "Saved." in shell.said("groups", SLUG)
    again = shell.said("groups", SLUG, "--dry-run")
    assert re.search(r"Professions mixed +10 of 10 +10 of 10", again)
    people.write_text("\n".join(["name,email,role,track", "P,p@example.org,learner,pediatric"]), encoding="utf-8")
    shell.said("people", "import", people, "--course", SLUG)
    refused = shell.refused("groups", SLUG)
    assert "nothing was saved" in refused
    assert "has 1 learner; at least 4 are wished for." in refused


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


def test_guests_get_no_link_and_are_named_beside_the_list(full: Shell) -> None:
    store = Store(full.url)
    with store.write() as uow:
        course = uow.session.query(Course).one()
        ada = Person(name="Ada", email=made_up_address("ada"))
        uow.session.add(ada)
        uow.session.flush()
        uow.session.add(Enrolment(course_id=course.id, person_id=ada.id, role="learner", position=99))
    store.close()
    told = full.run("links", "--course", SLUG, "--json")
    assert len(json.loads(told.stdout)) == 14
    assert "Ada" not in told.stdout
    assert told.stderr == "No link for guests, who come in by a room's code: Ada.\n"
    assert len(full.run("links", "--course", SLUG).stdout.splitlines()) == 15
    assert full.run("links", "--course", SLUG, "--email", "sam.okafor@example.org").stderr == ""
    assert "Guests have no personal link" in full.refused("links", "--course", SLUG, "--email", made_up_address("ada"))


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


def test_the_audit_is_checked_and_its_first_broken_link_is_named(full: Shell) -> None:
    for _ in range(3):
        full.run("people", "password", "cleo.marchetti@example.org", stdin="five tall maples\n")
    said = full.said("audit", "check")
    assert re.fullmatch(r"4 lines, whole. The end: 4:[0-9a-f]{64}\n", said)  # the first is of the course
    end = said.split()[-1]
    assert full.said("audit", "check", "--known", end) == said
    assert full.run("audit", "check", "--known", "3").exit_code == 2
    store = Store(full.url)
    with store.write() as uow:
        uow.session.get_one(AuditLine, 2).subject_id = "someone else"
    store.close()
    assert full.refused("audit", "check") == "Error: the audit is broken: line 2 was changed.\n"


def test_what_is_kept_long_enough_is_counted_then_goes(full: Shell) -> None:
    store = Store(full.url, clock=lambda: datetime.now(UTC) + timedelta(days=3000))
    with store.write() as uow:
        uow.session.add(SignInFailure(account_hash="x", at=datetime.now(UTC) - timedelta(days=31)))
    store.close()
    line = "1 links, tokens, guests, closed windows and wrong passwords of 30 days ago"
    told = re.sub(" +", " ", full.said("retain", "--dry-run"))
    assert f"\n{line}\n" in told
    assert told.endswith("Nothing was changed.\n")
    assert f" {line}\n" in full.said("retain")
    assert f" {line.replace('1', '0', 1)}\n" in full.said("retain")
    assert "2 lines, whole" in full.said("audit", "check")


def test_settings_that_cannot_be_used_are_all_named(bare: Shell) -> None:
    text = bare.refused("serve", PORT="x", LINK_DAYS="0", SECRET_KEY="")
    for name in ("PORT", "LINK_DAYS", "SECRET_KEY"):
        assert f"PALLPRACTICE_{name}: " in text


def test_wrong_use_is_exit_code_two(bare: Shell) -> None:
    assert bare.run("links").exit_code == 2
    assert bare.run("nonsense").exit_code == 2
    assert bare.run("course", "import", "no-such-file.yaml").exit_code == 2


# --- mail

OFF = "mail is off. Set PALLPRACTICE_SMTP_URL and PALLPRACTICE_MAIL_FROM"
INVITE = ("invite", "--course", SLUG)


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def coming(full: Shell) -> Shell:
    """The course is still to come, a month from now."""
    store = Store(full.url)
    with store.write() as uow:
        for session in uow.session.query(Session):
            session.starts_at, session.ends_at = (
                at + (NEXT_MONTH - FIRST_DAY) for at in (session.starts_at, session.ends_at)
            )
    store.close()
    return full


FIRST_DAY = datetime(2026, 5, 13, tzinfo=UTC)
NEXT_MONTH = datetime.now(UTC) + timedelta(days=30)


def mailing(box: Mailbox) -> dict[str, str]:
    return {"SMTP_URL": box.url, "MAIL_FROM": "Course <course@example.org>", "BASE_URL": "https://practice.example.org"}


@pytest.mark.parametrize("command", ["invite", "remind"])
def test_without_mail_both_commands_say_how_to_have_it_and_how_to_do_without(full: Shell, command: str) -> None:
    text = full.refused(command, "--course", SLUG)
    assert OFF in text
    assert f"pallpractice links --course {SLUG}, or the course's page, Invitations" in text


def test_invitations_go_out_once_with_their_progress(coming: Shell, post: Mailbox) -> None:
    settings = mailing(post)
    dry = coming.said(*INVITE, "--dry-run", **settings)
    assert "14 would be sent. Nothing was." in dry
    assert re.search(r"^invitation +Oren Halabi +oren\.halabi@example\.org$", dry, re.MULTILINE)
    assert post.raw == []
    text = coming.said(*INVITE, **settings)
    assert "10 of 14 sent" in text
    assert text.rstrip().endswith("14 of 14 sent.")
    assert len(post.raw) == 14
    assert "Nothing to send." in coming.said(*INVITE, **settings)
    assert "1 of 1 sent." in coming.said(*INVITE, "--email", "Lena.Whitfield@example.org", **settings)
    assert len(post.to("lena.whitfield@example.org")) == 2
    assert "Not in the course" in coming.refused(*INVITE, "--email", "x@example.org", **settings)
    assert "Nothing to send." in coming.said("remind", "--course", SLUG, **settings)
    assert "/l/" not in text


def test_what_failed_is_said_with_the_servers_words_and_what_to_do(coming: Shell, post: Mailbox) -> None:
    post.refused = {"sam.okafor@example.org"}
    result = coming.run(*INVITE, **mailing(post))
    assert result.exit_code == 1
    assert "13 of 14 sent." in result.output
    assert "1 could not be sent. The same command tries each three times in all" in result.output
    assert "sam.okafor@example.org  550 5.1.1 <sam.okafor@example.org> has no mailbox here" in result.output
    assert "Traceback" not in result.output


def test_a_mail_server_that_is_away_is_named_and_nothing_is_lost(coming: Shell, post: Mailbox) -> None:
    away = mailing(post) | {"SMTP_URL": "smtp://127.0.0.1:9?starttls=no"}
    text = coming.refused(*INVITE, **away)
    assert "The mail server 127.0.0.1 port 9 can't be used: Connection refused." in text
    assert f"run: pallpractice invite --course {SLUG}" in text
    assert "14 of 14 sent." in coming.said(*INVITE, **mailing(post))


def test_reminders_go_in_their_hour(coming: Shell, post: Mailbox) -> None:
    coming.said(*INVITE, **mailing(post))
    store = Store(coming.url)
    with store.write() as uow:
        news = uow.session.query(Session).filter(Session.key == "serious-news-practice").one()
        news.starts_at = datetime.now(UTC) + timedelta(minutes=30)
    store.close()
    words = ("remind", "--course", SLUG)
    assert "reminder" in coming.said(*words, "--dry-run", **mailing(post))
    assert re.search(r"(\d+) of \1 sent\.", coming.said(*words, **mailing(post)))
    assert "Nothing to send." in coming.said(*words, **mailing(post))


# --- the case library

GOOD = Path(__file__).parent / "library" / "good"
NIGHT = (GOOD / "night-shift.yaml").read_text(encoding="utf-8")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A site's own folder, with one good case and its rubric."""
    return Path(shutil.copytree(GOOD, tmp_path / "mine"))


def test_the_case_library_is_checked(bare: Shell) -> None:
    said = bare.said("scenarios", "check").splitlines()
    assert all(line.startswith("warning: ") and "no clinician has read it yet" in line for line in said[:-1])
    some = f", {len(said) - 1} warnings" if len(said) > 1 else ""
    assert re.fullmatch(rf"\d+ scenarios, \d+ rubrics and \d+ worked encounters, nothing wrong{some}\.", said[-1])
    (bare.folder / "broken.yaml").write_text("id: broken\n", encoding="utf-8")
    assert "broken.yaml" in bare.refused("scenarios", "check", bare.folder)


def test_with_a_folder_only_its_own_warnings_are_told(bare: Shell, mine: Path) -> None:
    (line,) = bare.said("scenarios", "check", mine).splitlines()
    assert line.endswith("nothing wrong.")
    bare.said("scenarios", "check", mine, "--strict")

    case = mine / "night-shift.yaml"
    case.write_text(NIGHT.replace("reviewed: 2026-03-01\n", ""), encoding="utf-8")
    warning, line = bare.said("scenarios", "check", mine).splitlines()
    assert warning.startswith(f"warning: {case}:1: reviewed: no clinician has read it yet")
    assert line.endswith("nothing wrong, 1 warning.")
    assert bare.refused("scenarios", "check", mine, "--strict").splitlines() == [warning, line]


# One fault a file: what of a good case is changed to what, and the line (by a piece of it) and path that are told.
FAULTS = {
    "missing": ("title: Night shift\n", "", "id: missing", "title: is missing"),
    "empty": ("title: Night shift", "title:", "title:", "title: is empty"),
    "long": ("title: Night shift", f"title: {'x' * 121}", "title:", "title: is 121 characters long"),
    "unknown": ("version: 1", "version: 1\ncolour: red", "colour: red", "colour: unknown field"),
    "twice": ("version: 1", "version: 1\nversion: 2", "version: 2", 'version: "version" is there twice'),
    "number": ("minutes: 10", "minutes: ten", "minutes: ten", "minutes: must be a whole number"),
    "range": ("intensity: 2", "intensity: 6", "intensity: 6", "intensity: must be from 1 to 5"),
    "choice": ("track: adult", "track: all", "track: all", 'track: "all" is not one of adult, pediatric'),
    "day": ("reviewed: 2026-03-01", "reviewed: March", "reviewed:", "reviewed: must be a day"),
    "few": ("[Asks before telling, Says back what was heard]", "[Asks]", "objectives:", "objectives: has 1 entries"),
    "list": ("[nurse, physician]", "nurse", "professions:", "professions: must be a list"),
    "mapping": ("{age_range: 40 to 60, pronouns: any}", "x", "casting:", "script.characters[0].casting: must be"),
    "nowhere": ("[plan, shut]", "[plan, sofa]", "[plan, sofa]", 'script.beats[2].next[1]: no beat "sofa"'),
    "nobody": ("emotion: {lou: 6}", "emotion: {tom: 6}", "{tom: 6}", 'script.beats[1].emotion.tom: no character "tom"'),
    "again": ("id: sleep", "id: bread", "Sleep", 'script.characters[0].disclosures[1].id: "bread" is there already'),
    "late": ("at_minutes: 6.5", "at_minutes: 11", "at_minutes: 11", "script.prompts[1].at_minutes: comes after"),
    "rubric": ("rubric: brief-talk", "rubric: long-talk", "rubric: long", 'guide.rubric: no rubric "long-talk"'),
    "name": ("id: name", "id: other", "id: other", 'id: "other" differs from the file\'s name "name"'),
    "alias": ("framework: REMAP", "framework: *REMAP", "framework:", "framework: anchors (&) and aliases (*)"),
    "torn": ("derole: [Say", "derole: [[Say", "feedback_on:", "script.derole[0]: not YAML"),
}


def test_twenty_faults_in_twenty_files_are_all_told_with_file_line_and_path(mine: Path) -> None:
    expected = []
    for name, (old, new, at, told) in FAULTS.items():
        text = NIGHT.replace("id: night-shift", f"id: {name}")
        assert text.count(old) == 1, name
        text = text.replace(old, new)
        place = next(number for number, line in enumerate(text.splitlines(), start=1) if at in line)
        (mine / f"{name}.yaml").write_text(text, encoding="utf-8")
        expected.append(f"{mine}/{name}.yaml:{place}: {told}")
    done = subprocess.run(
        [sys.executable, "-m", "pallpractice.cli", "scenarios", "check", str(mine)],
        cwd=CHECKOUT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told_lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert done.stdout == ""
    assert [one for one in expected if not any(line.startswith(one) for line in told_lines)] == [], done.stderr
    assert told_lines[0] == "Error: 20 to fix:"
    assert len(told_lines) == 21


def test_a_new_case_is_right_at_once_and_says_what_is_to_be_written(bare: Shell) -> None:
    site = bare.folder / "site"
    site.mkdir()
    words = ("--skill", "values", "--track", "pediatric", "--title", "Home: “soon”")
    said = bare.said("scenarios", "new", "night-walk", *words, SCENARIOS=str(site))
    assert f"{site}/night-walk.yaml" in said
    assert f"pallpractice scenarios check {site}" in said

    *warnings, last = bare.said("scenarios", "check", site).splitlines()
    assert last.endswith(f"nothing wrong, {len(warnings)} warnings.")
    text = (site / "night-walk.yaml").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if "TODO" in line and not line.startswith("#"):
            assert any(one.startswith(f"warning: {site}/night-walk.yaml:{number}: ") for one in warnings), line
    made = Library.read([*Settings(secret_key="", database_url="").library, site]).scenarios["night-walk"]
    assert (made.skill, made.track, made.title) == ("values", "pediatric", "Home: “soon”")
    assert made.guide.rubric == "values"
    schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert schema
    assert (site / schema[1]).read_text(encoding="utf-8") == bare.said("scenarios", "schema")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["Night Walk"], '"Night Walk" is not an id'),
        (["../night-walk"], "is not an id"),
        (["x" * 61], "61 characters long"),
        (["night-shift"], 'there is a scenario "night-shift" already, in {mine}/night-shift.yaml'),
        (["two-ways-home"], f'there is a scenario "two-ways-home" already, in {CHECKOUT}/scenarios/two-ways-home.yaml'),
        (["night-walk", "--title", ""], "title: is empty"),
        (["night-walk", "--title", "x" * 121], "title: is 121 characters long"),
        (["night-walk", "--folder", "{mine}/nowhere"], "there is no folder {mine}/nowhere"),
    ],
)
def test_a_new_case_that_cannot_be_is_refused_and_nothing_is_written(
    bare: Shell, mine: Path, words: list[str], reason: str
) -> None:
    before = {path: path.read_bytes() for path in bare.folder.rglob("*") if path.is_file()}
    words = [word.format(mine=mine) for word in words]
    text = bare.refused("scenarios", "new", *words, SCENARIOS=str(mine))
    assert reason.format(mine=mine) in text
    assert {path: path.read_bytes() for path in bare.folder.rglob("*") if path.is_file()} == before


def test_a_new_case_is_taken_back_when_its_schema_cannot_be_written(bare: Shell, mine: Path) -> None:
    (mine / "scenario.schema.json").mkdir()
    text = bare.refused("scenarios", "new", "night-walk", "--folder", mine)
    assert f"{mine}/scenario.schema.json can't be written" in text
    assert not (mine / "night-walk.yaml").exists()


def test_a_new_case_is_not_put_among_the_shipped_ones_unasked(bare: Shell) -> None:
    text = bare.refused("scenarios", "new", "night-walk")
    assert "name a folder of your own by --folder" in text
    assert not (CHECKOUT / "scenarios" / "night-walk.yaml").exists()


def test_the_schema_of_both_kinds_is_printed(bare: Shell) -> None:
    for kind in ("scenario", "rubric"):
        schema = json.loads(bare.said("scenarios", "schema", kind))
        assert schema["properties"]["title"]["description"]
    assert bare.run("scenarios", "schema", "person").exit_code == 2


def test_the_graph_is_a_picture_that_stands_alone(bare: Shell, mine: Path) -> None:
    drawn = bare.said("scenarios", "graph", "night-shift", "--folder", mine)
    svg = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert (svg.tag, svg.get("role")) == (f"{space}svg", "img")
    assert svg.findtext(f"{space}title") == "The beats of “Night shift”"
    assert "1. Polite: leads to 2 or 3." in (svg.findtext(f"{space}desc") or "")
    ways = [arrow.findtext(f"{space}title") for arrow in svg.iter(f"{space}g") if "pic-arrow" in arrow.get("class", "")]
    assert len(ways) == sum(line.count(",") + 1 for line in NIGHT.splitlines() if "next: [" in line)
    style = svg.findtext(f"{space}style") or ""
    assert "prefers-color-scheme: dark" in style
    assert "var(" not in style
    assert "url(" not in style

    out = bare.folder / "night.svg"
    assert bare.said("scenarios", "graph", "night-shift", "--folder", mine, "--out", out) == f"Written: {out}.\n"
    assert out.read_text(encoding="utf-8") == drawn


def test_a_graph_of_no_case_names_those_there_are(bare: Shell) -> None:
    text = bare.refused("scenarios", "graph", "nowhere")
    assert 'no scenario "nowhere"; scenarios are ' in text
    assert "two-ways-home" in text
    text = bare.refused("scenarios", "graph", "two-ways-home", "--out", bare.folder / "none" / "x.svg")
    assert "can't be written" in text


@pytest.mark.parametrize("words", [["retain", "--dry-run"], ["retain"]])
def test_the_nightly_command_knows_every_table_by_itself(full: Shell, words: list[str]) -> None:
    """In a process of its own: here other tests have imported what it needs."""
    done = subprocess.run(
        [sys.executable, "-m", "pallpractice.cli", *words],
        env={"PALLPRACTICE_DATABASE_URL": full.url},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "people whom feedback still names" in done.stdout


def test_what_postgresql_needs_is_named(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    text = bare.refused("db", "upgrade", DATABASE_URL="postgresql+psycopg2://someone@nowhere/there")
    assert "pip install psycopg2-binary" in text


# --- copies


def test_a_copy_can_be_brought_back(full: Shell) -> None:
    copy = full.folder / "copy.db"
    copy.write_text("of yesterday")
    said = full.said("backup", copy)
    assert re.fullmatch(rf"Written: {re.escape(str(copy))}, \d+ KB, whole\.\n", said)
    assert copy.stat().st_mode & 0o777 == 0o600
    full.said("people", "remove", "cleo.marchetti@example.org", "--course", SLUG)
    back = {"DATABASE_URL": f"sqlite:///{copy}"}
    assert "cleo.marchetti@example.org" in full.said("links", "--course", SLUG, **back)
    assert "cleo.marchetti@example.org" not in full.said("links", "--course", SLUG)
    assert "whole" in full.said("audit", "check", **back)


def test_a_copy_that_fails_leaves_what_was_there(full: Shell) -> None:
    copy, broken = full.folder / "copy.db", full.folder / "broken.db"
    copy.write_text("of yesterday")
    broken.write_bytes(b"not a database" * 1000)
    assert "can't be copied" in full.refused("backup", copy, DATABASE_URL=f"sqlite:///{broken}")
    assert copy.read_text() == "of yesterday"
    assert not list(full.folder.glob(".copy.db*"))
    assert "can't be written" in full.refused("backup", full.folder / "none" / "copy.db")


def test_what_can_not_be_copied_is_refused(full: Shell) -> None:
    assert "is the database itself" in full.refused("backup", full.folder / "cli.db")
    assert "there is no database at" in full.refused("backup", "x.db", DATABASE_URL=f"sqlite:///{full.folder}/no.db")
    assert "pg_dump" in full.refused("backup", "x.db", DATABASE_URL="postgresql+psycopg2://someone@nowhere/there")


def test_a_port_that_is_taken_is_said_before_anything_starts(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        text = shell.refused("serve", SECRET_KEY="0123456789abcdef" * 4, PORT=str(port))
    assert f"can't listen on 127.0.0.1 port {port}" in text
    assert f"PALLPRACTICE_PORT={port + 1}" in text


def test_an_address_that_is_not_this_machines_is_not_blamed_on_the_port(shell: Shell) -> None:
    text = shell.refused("serve", SECRET_KEY="0123456789abcdef" * 4, HOST="192.0.2.1")
    assert "can't listen on 192.0.2.1: " in text
    assert "PALLPRACTICE_HOST=127.0.0.1" in text
    assert "PALLPRACTICE_PORT" not in text


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


def test_a_sites_folder_is_read_beside_the_shipped_one_and_may_not_take_its_ids(bare: Shell, mine: Path) -> None:
    assert "13 scenarios" in bare.said("scenarios", "check", SCENARIOS=str(mine))
    shutil.copy(CHECKOUT / "scenarios" / "said-twice.yaml", mine)
    told = bare.refused("scenarios", "check", SCENARIOS=str(mine))
    assert f'{mine}/said-twice.yaml:1: id: there is a scenario "said-twice" already, in {CHECKOUT}/scenarios' in told


def test_a_file_changed_after_its_version_was_used_is_told_by_check_and_keeps_the_server_from_starting(
    shell: Shell, mine: Path, tmp_path: Path
) -> None:
    library = Library.read([CHECKOUT / "scenarios", mine])
    store = Store(f"sqlite:///{tmp_path / 'cli.db'}")
    store.change(editions.keep, [library.scenarios["night-shift"]])
    store.close()
    file = mine / "night-shift.yaml"
    assert "nothing wrong" in shell.said("scenarios", "check", mine)

    renamed = NIGHT.replace("title: Night shift", "title: Another title", 1)
    file.write_text(renamed, encoding="utf-8")
    told = f"{file}: version: version 1 has been practised with and says something else since; write version 2"
    assert told in shell.refused("scenarios", "check", mine)
    settings = Settings(secret_key="k" * 32, database_url=shell.url, async_mode="threading", scenarios=(mine,))
    with pytest.raises(LibraryErrors, match="write version 2"):
        create_app(settings)

    file.write_text(renamed.replace("version: 1", "version: 2", 1), encoding="utf-8")
    assert "nothing wrong" in shell.said("scenarios", "check", mine)


# Planning.


@pytest.fixture
def ahead(full: Shell) -> Shell:
    """The example course, from tomorrow on."""
    store = Store(full.url)
    with store.write() as uow:
        moved = datetime.now(UTC) - datetime(2026, 5, 13, tzinfo=UTC)
        for session in uow.session.scalars(select(Session)):
            session.starts_at += moved + timedelta(days=1)
            session.ends_at += moved + timedelta(days=1)
    store.close()
    return full


def test_a_plan_is_made_by_command(ahead: Shell, tmp_path: Path) -> None:
    said = ahead.said("pair", SLUG, "--csv", tmp_path / "plan.csv")
    assert "Finding turns:" in said
    assert "of 16 turns" in said
    assert "16 rounds, found in" in said
    assert "Turns in the chair" in said
    assert len((tmp_path / "plan.csv").read_text().splitlines()) == 17
    again = ahead.said("pair", SLUG, "values-practice")
    assert "Changed" not in again


def test_a_plan_that_cant_be_is_not_kept_unless_asked(ahead: Shell) -> None:
    store = Store(ahead.url)
    with store.write() as uow:
        course = uow.session.scalars(select(Course)).one()
        for one in uow.session.scalars(select(Enrolment).where(Enrolment.role == "actor")).all():
            uow.session.add(Casting(course_id=course.id, person_id=one.person_id, scenario_id="a-bag-of-plums"))
    said = ahead.refused("pair", SLUG)
    assert "No actor is cast for Me first, needed " in said
    assert "Nothing is kept" in said
    assert "has no turn in" in said
    with store.read() as uow:
        assert uow.session.scalars(select(PlannedRound)).all() == []
    assert "The plan is kept as it is." in ahead.refused("pair", SLUG, "--keep-partial")
    with store.read() as uow:
        assert len(uow.session.scalars(select(PlannedRound)).all()) == 2
    store.close()


def test_what_can_not_be_planned_is_said(ahead: Shell, full: Shell) -> None:
    assert 'No practice session "lunch"' in ahead.refused("pair", SLUG, "lunch")
    assert 'No course "nowhere"' in ahead.refused("pair", "nowhere")


@pytest.mark.parametrize("format", list(Format))
def test_a_course_is_taken_out_into_a_file_for_its_owner_alone(full: Shell, format: Format) -> None:
    out = full.folder / f"people.{format}"
    out.write_text("before")
    text = full.said("export", "people", "--course", SLUG, "--format", format, "--out", out)
    assert f"Written: {out}, 14 rows." in text
    assert out.stat().st_mode & 0o777 == 0o600
    assert b"rafael.duarte@example.org" in out.read_bytes() or format is Format.XLSX
    assert sorted(path.name for path in full.folder.glob("*people*")) == [out.name]


def test_what_cannot_be_taken_out_is_refused_and_the_file_stays(full: Shell) -> None:
    out = full.folder / "research.csv"
    out.write_text("before")
    text = full.refused("export", "research", "--course", SLUG, "--out", out)
    assert "Fewer than 5 people who agreed to research have practised" in text
    assert out.read_text() == "before"
    assert [path.name for path in full.folder.glob("*research*")] == [out.name]
    assert "No course" in full.refused("export", "people", "--course", "none", "--out", out)
    assert "can't be written" in full.refused("export", "people", "--course", SLUG, "--out", full.folder / "no" / "x")
    assert full.run("export", "everything", "--course", SLUG, "--out", out).exit_code == 2
    assert full.run("export", "people", "--course", SLUG).exit_code == 2


def test_an_export_by_command_is_noted_without_a_name(full: Shell) -> None:
    full.said("export", "codebook", "--course", SLUG, "--out", full.folder / "codebook.csv")
    store = Store(full.url)
    with store.read() as uow:
        (line,) = uow.session.scalars(select(AuditLine).where(AuditLine.what == "exported"))
        assert (line.actor_id, line.data["file"]) == (None, "codebook")
    store.close()
