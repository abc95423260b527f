"""Credit, the provider's file and the evidence pack of a whole course, reckoned anew from its bare tables."""

import csv
import hashlib
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from statistics import fmean
from typing import Any

import pytest

from pallpractice.domain.exports import What
from pallpractice.services.credit import claims, evaluation, evidence, pack, participation
from pallpractice.storage.courses import Course
from tests.services.test_exports import Held, held  # noqa: F401 (a fixture)
from tests.services.whole_course import SEALER, licence_of

TYPES = {
    "general": ("start", "talk", "news", "values"),
    "end_of_life": ("news", "values"),
    "opioid": ("values",),
    "pharmacology": ("talk",),
}


def seconds(instant: str) -> int:
    return int(datetime.fromisoformat(instant).replace(tzinfo=UTC).timestamp())


class Reckoned:
    """What should come out, from rows alone."""

    def __init__(self, held: Held) -> None:  # noqa: F811
        self.held = held
        self.learners: list[str] = [
            person
            for person, role in held.sql("select person_id, role from enrolments order by position")
            if role == "learner"
        ]

    @cached_property
    def seconds(self) -> dict[tuple[str, str], set[int]]:
        """{(session, person): the seconds that count}."""
        recorded, found = self.recorded, {}
        for key, starts, ends in self.held.sql("select key, starts_at, ends_at from sessions where kind != 'break'"):
            within = set(range(seconds(starts), seconds(ends)))
            for person in self.learners:
                there, said = recorded[key, person], self.said[key, person]
                if "hand" in said:
                    there = self.stated(said["hand"], seconds(starts))
                elif there or "file" in said:
                    there = there | self.stated(said.get("file", ()), seconds(starts))
                elif "self" in said:
                    there = self.stated(said["self"], seconds(starts))
                found[key, person] = there & within
        return found

    @cached_property
    def recorded(self) -> dict[tuple[str, str], set[int]]:
        """{(session, person): the seconds that its room has seen}."""
        found: dict[tuple[str, str], set[int]] = defaultdict(set)
        for key, person, came, left, starts, ends in self.held.sql(
            "select s.key, a.person_id, a.came_at, a.left_at, s.starts_at, s.ends_at from attendances a "
            "join sessions s on s.id = a.session_id where s.kind != 'break'"
        ):
            found[key, person] |= set(range(seconds(max(came, starts)), seconds(min(left, ends))))
        return found

    @cached_property
    def said(self) -> dict[tuple[str, str], dict[str, list[Any]]]:
        """{(session, person): {source: the rows of what was said last}}."""
        rows = self.held.sql(
            "select s.key, t.person_id, t.source, t.batch, t.came_at, t.left_at, t.minutes, t.reason from statements t "
            "join sessions s on s.id = t.session_id order by t.made_at"
        )
        found: dict[tuple[str, str], dict[str, list[Any]]] = defaultdict(dict)
        for row in rows:
            before = found[row[0], row[1]].get(row[2], [])
            found[row[0], row[1]][row[2]] = [one for one in before if one[3] == row[3]] + [row]
        return found

    def stated(self, rows: Iterable[Any], starts: int) -> set[int]:
        """The seconds that these rows tell; of those that only tell how many, counted from the start."""
        found: set[int] = set()
        for *_, came, left, minutes, _ in rows:
            found |= set(range(seconds(came), seconds(left)) if came else range(starts, starts + 60 * minutes))
        return found

    def may(self, person: str) -> dict[str, int]:
        """Quarter hours by type: whole minutes of all its sessions together, to the nearest quarter."""
        return {
            kind: round(sum(len(self.seconds[key, person]) for key in keys) // 60 / 15) for kind, keys in TYPES.items()
        }

    @cached_property
    def claimed(self) -> dict[str, dict[str, int]]:
        return {person: json.loads(kept) for person, kept in self.held.sql("select person_id, quarters from claims")}

    @cached_property
    def ratings(self) -> dict[str, dict[str, dict[str, int]]]:
        """{learner: {closed round: {item: the coach's rating, as it stands}}}."""
        found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        for person, round_, entry, rating in self.held.sql(
            "select r.learner_id, r.id, e.entry, e.rating from rounds r join scorecards s on s.round_id = r.id "
            "join entries e on e.scorecard_id = s.id "
            "where s.seat = 'coach' and s.status != 'draft' and r.closed_at is not null"
        ):
            if rating is not None:
                found[person][round_][entry] = rating
        for person, round_, entry, rating in self.held.sql(
            "select r.learner_id, r.id, c.entry, c.rating from corrections c "
            "join scorecards s on s.id = c.scorecard_id join rounds r on r.id = c.round_id "
            "where s.seat = 'coach' order by c.made_at"
        ):
            found[person][round_].pop(entry, None)
            if rating is not None:
                found[person][round_][entry] = rating
        return found

    def passed(self, person: str) -> list[str]:
        """The rounds that meet the standard: a mean of 2.5 or more over at least half of the items."""
        items = {
            round_: len(self.held.course.library.rubrics[rubric].items_for("coach"))
            for round_, rubric in self.held.sql("select id, rubric_id from rounds")
        }
        return [
            round_
            for round_, given in self.ratings[person].items()
            if 2 * len(given) >= items[round_] and fmean(given.values()) >= 2.5
        ]

    @cached_property
    def agreed(self) -> set[str]:
        given = self.held.sql(
            "select person_id, sum(given_at is not null) - sum(withdrawn_at is not null) from consents "
            "where purpose = 'transmit_credit' group by person_id"
        )
        return {person for person, left in given if left}

    @cached_property
    def boards(self) -> dict[str, str]:
        return dict(self.held.sql("select person_id, moc_board from enrolments where moc_board != ''"))

    def complete(self) -> list[str]:
        """Of whom nothing is missing."""
        opened = {row for (row,) in self.held.sql("select id from rounds where opened_at is not null")}
        sealed = {person for (person,) in self.held.sql("select person_id from licences")}
        attested = {
            person
            for person, verdict in self.held.sql("select person_id, verdict from attestations")
            if verdict == "attested"
        }
        awarded = {person for person, claim in self.claimed.items() if any(claim.values())}
        there = attested & sealed & self.agreed & awarded & self.boards.keys()
        return [one for one in self.learners if one in there and opened & set(self.passed(one))]


@pytest.fixture(scope="module")
def reckoned(held: Held) -> Reckoned:  # noqa: F811
    return Reckoned(held)


def course_of(uow: Any, reckoned: Reckoned) -> Course:
    found: Course = uow.session.get_one(Course, reckoned.held.course.course.id)
    return found


def test_what_each_may_claim_and_is_awarded_is_their_seconds_in_quarter_hours(reckoned: Reckoned) -> None:
    with reckoned.held.course.store.read() as uow:
        course = course_of(uow, reckoned)
        found = claims.standings(uow, course, participation.learners(uow, course))
        answered = evaluation.answered(uow, course)
    assert {one.person.person_id for one in found} == set(reckoned.learners)
    for one in found:
        person = one.person.person_id
        assert {str(kind): n for kind, n in one.may.items()} == reckoned.may(person)
        expected = reckoned.claimed.get(person, dict.fromkeys(TYPES, 0))
        assert {str(kind): n for kind, n in one.awarded.items()} == expected
        assert one.evaluated is (person in answered)
    assert len(answered) == len(reckoned.learners) // 2
    assert len({tuple(reckoned.may(person).values()) for person in reckoned.learners}) > 1, "they differ"


def test_the_files_of_attendance_and_credit_are_reckoned_anew_to_the_minute(reckoned: Reckoned) -> None:
    held = reckoned.held  # noqa: F811
    rows = held.rows(What.ATTENDANCE)
    told = {(row["session"], row["person_id"]): row for row in rows}
    assert len(told) == len(rows) == 5 * len(reckoned.learners), "a row for each session but the break"
    assert {pair: row["minutes"] for pair, row in told.items()} == {
        pair: len(there) // 60 for pair, there in reckoned.seconds.items()
    }
    for pair, row in told.items():
        said, seen = reckoned.said[pair], reckoned.recorded[pair]
        assert row["minutes_recorded"] == len(seen) // 60
        by = (
            ["hand"]
            if "hand" in said
            else [*["record"] * bool(seen), *(one for one in ("file", "self") if one in said)]
        )
        assert row["known_by"] == (" ".join(by) or None)
        assert row["reason"] == (said["hand"][-1][-1] if "hand" in said else "" if said else None)
    assert {row["known_by"] for row in rows} == {"record", "hand", "file", "self", None}
    credits = held.rows(What.CREDIT)
    assert len(credits) == len(TYPES) * len(reckoned.learners)
    assert {(row["person_id"], row["type"]): round(row["may_claim"] * 4) for row in credits} == {
        (person, kind): n for person in reckoned.learners for kind, n in reckoned.may(person).items()
    }
    for row in credits:
        claimed = reckoned.claimed.get(row["person_id"])
        expected = None if claimed is None else claimed[row["type"]] / 4
        assert (row["claimed"], row["awarded"]) == (expected, expected)
        there = [reckoned.seconds[key, row["person_id"]] for key in TYPES[row["type"]]]
        assert row["minutes"] == sum(map(len, there)) // 60


def test_the_providers_file_has_a_row_for_each_of_whom_nothing_is_missing(reckoned: Reckoned) -> None:
    held, numbers = reckoned.held, {person: at for at, person in enumerate(reckoned.learners)}  # noqa: F811
    with held.course.store.write() as uow:
        made, rows = evidence.learners_file(
            uow, held.course.library, SEALER, course_of(uow, reckoned), held.course.oren
        )
    told = {row["ABIM number"]: row for row in csv.DictReader(io.StringIO(made))}
    complete = reckoned.complete()
    assert 0 < len(complete) < len(reckoned.boards), "some, and not all"
    assert rows == len(told) == len(complete)
    for person in complete:
        data, awarded = licence_of(numbers[person]), reckoned.claimed[person]["general"] / 4
        row = told[data["board_id"]]
        assert (row["First name"], row["Last name"]) == (data["first_name"], data["last_name"])
        assert row["Date of birth (MM/DD)"] == f"02/{int(data['birth_day']):02}"
        assert float(row["Credits"]) == awarded
        board = reckoned.boards[person]
        assert row["Certifying board"] == board
        assert int(row["MOC points"]) == (16 if board == "ABP" else int(awarded + 0.5))
        assert row["Activity completion date"] == "05/15/2026"


def test_the_pack_holds_the_minutes_ratings_and_steps_of_who_agreed(reckoned: Reckoned) -> None:
    held, out = reckoned.held, io.BytesIO()  # noqa: F811
    with held.course.store.write() as uow:
        contents = pack.read(uow, held.course.library, course_of(uow, reckoned), held.course.oren)
    told: list[tuple[int, int]] = []
    pack.write(contents, out, lambda round_id: (".txt", round_id.encode()), lambda *at: told.append(at))
    assert told[0] == (0, contents.steps)
    assert told[-1] == (contents.steps, contents.steps)
    archive = zipfile.ZipFile(out)
    files = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    everyone = {
        found["person"]["id"]: found
        for found in (json.loads(body) for name, body in files.items() if name.endswith("/evidence.json"))
    }
    assert everyone.keys() == reckoned.boards.keys() & reckoned.agreed
    complete = set(reckoned.complete())
    for person, found in everyone.items():
        assert {one["key"]: one["minutes"] for one in found["sessions"]} == {
            key: len(there) // 60 for (key, whose), there in reckoned.seconds.items() if whose == person
        }
        rated = {
            one["id"]: {item: given[0] for item, given in one["ratings"].items() if given} for one in found["rounds"]
        }
        assert rated == reckoned.ratings[person]
        assert {one["id"] for one in found["rounds"] if one["meets_the_standard"]} == set(reckoned.passed(person))
        assert {kind: float(n) * 4 for kind, n in found["credit"]["recorded"].items()} == reckoned.may(person)
        assert all(found["done"].values()) is (person in complete)
    reports = [body.decode() for name, body in files.items() if "/report-" in name]
    assert sorted(reports) == sorted(round_ for person in everyone for round_ in reckoned.ratings[person])
    assert b"BOARD-" not in b"".join(files.values()), "numbers are in the provider's file alone"
