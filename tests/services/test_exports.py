"""What a course's files hold, reckoned anew from the journal and the bare tables of a whole course, row by row."""

import csv
import io
import json
import sqlite3
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallpractice.config import CHECKOUT
from pallpractice.domain.aggregates import FEWEST
from pallpractice.domain.errors import NotAllowed
from pallpractice.domain.exports import HOLDS, JOURNAL_FIELDS, SAFE_FOR, TITLES, Format, What
from pallpractice.domain.room import Action
from pallpractice.library.shelf import Library
from pallpractice.services import cells, consents
from pallpractice.services.exports import making, research, sheets
from pallpractice.services.exports.research import Told
from pallpractice.services.exports.sheets import Column, Kind, Reading
from pallpractice.storage import schema
from pallpractice.storage.rooms import JournalLine
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock
from tests.services.played import hurried
from tests.services.whole_course import WholeCourse

Row = dict[str, Any]


class Held:
    """A course that has been held, what can be taken out of it, and its bare tables."""

    def __init__(self, course: WholeCourse, file: Path) -> None:
        self.course, self.file = course, file
        self.source: Reading = making.reading(course.store, course.library, course.course.id)

    def bytes(self, what: What, format: Format = Format.JSON) -> bytes:
        out = io.BytesIO()
        making.make(self.source, what, format, out)
        return out.getvalue()

    def rows(self, what: What) -> list[Row]:
        found: list[Row] = json.loads(self.bytes(what))
        return found

    def sql(self, words: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as bare:
            return bare.execute(words).fetchall()

    def journal(self, *actions: str) -> list[Row]:
        """The lines of these actions, as they are stored."""
        names = ",".join(f"'{action}'" for action in actions)
        rows = self.sql(
            f"select room_id, seq, round_id, person_id, action, data, answer from journal where action in ({names}) "
            "order by room_id, seq"
        )
        keys = ("room", "seq", "round", "person", "action", "data", "answer")
        return [
            {**dict(zip(keys, row, strict=True)), "data": json.loads(row[5]), "answer": json.loads(row[6])}
            for row in rows
        ]

    def closed(self) -> set[str]:
        return {line["round"] for line in self.journal("round:close")}


@pytest.fixture(
    scope="module",
    params=[pytest.param(4, id="20-learners"), pytest.param(24, id="120-learners", marks=pytest.mark.soak)],
)
def held(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Held]:
    file = tmp_path_factory.mktemp("course") / "course.db"
    schema.upgrade(f"sqlite:///{file}")
    clock = Clock()
    store = Store(f"sqlite:///{file}", clock=clock)
    with hurried(store):
        yield Held(WholeCourse(store, Library.read([CHECKOUT / "scenarios"]), clock, request.param).hold(), file)
    store.close()


# --- reckoned from the journal and the tables


def test_people_are_those_of_the_roster(held: Held) -> None:
    rows = held.rows(What.PEOPLE)
    stored = held.sql(
        "select p.id, p.name, p.email, e.role, g.name from enrolments e join people p on p.id = e.person_id "
        "left join groups g on g.id = e.group_id order by e.position"
    )
    assert [(row["person_id"], row["name"], row["email"], row["role"], row["group"]) for row in rows] == stored
    assert Counter(row["role"] for row in rows)["learner"] == held.course.groups * 5


def test_every_place_of_the_plan_is_a_row(held: Held) -> None:
    rows = held.rows(What.PLAN)
    planned = held.sql(
        "select s.key, g.name, r.number, r.learner_id, r.scenario_id, r.parts from planned_rounds r "
        "join sessions s on s.id = r.session_id join groups g on g.id = r.group_id"
    )
    expected = {(*one[:3], "learner", one[3], one[4]) for one in planned}
    expected |= {(*one[:3], "patient", who, one[4]) for one in planned for who in json.loads(one[5]).values()}
    coaches = dict(
        held.sql(
            "select g.name, e.person_id from enrolments e join groups g on g.id = e.group_id where e.role = 'coach'"
        )
    )
    expected |= {(*one[:3], "coach", coaches[one[1]], one[4]) for one in planned}
    told = [
        (row["session"], row["group"], row["round"], row["seat"], row["person_id"], row["scenario"]) for row in rows
    ]
    assert len(told) == len(set(told)) == 3 * len(planned)
    assert set(told) == expected


def test_participation_is_counted_anew_to_the_minute(held: Held) -> None:
    """Second by second: how many seconds of a session its stays cover, each once."""
    spans = held.sql(
        "select s.key, s.kind, a.person_id, a.came_at, a.left_at, s.starts_at, s.ends_at "
        "from attendances a join sessions s on s.id = a.session_id"
    )
    seconds: dict[tuple[str, str], set[int]] = defaultdict(set)
    for key, kind, person, *instants in spans:
        came, left, starts, ends = (datetime.fromisoformat(one).replace(tzinfo=UTC).timestamp() for one in instants)
        seconds[key, person] |= set() if kind == "break" else set(range(int(max(came, starts)), int(min(left, ends))))
    rows = held.rows(What.PARTICIPATION)
    assert {(row["session"], row["person_id"]): row["minutes"] for row in rows} == {
        pair: len(there) // 60 for pair, there in seconds.items()
    }
    assert len(rows) == len(seconds) == 4 * (held.course.groups * 8)
    assert {row["stays"] for row in rows} == {1, 2}


def test_ratings_are_what_the_journal_tells_was_saved_and_handed_in(held: Held) -> None:
    saved: dict[tuple[str, str, str], Any] = {}
    for line in held.journal("score:save"):
        data = line["data"]
        saved[line["round"], line["person"], data["entry"]] = data.get("rating", data.get("text"))
    handed_in = {(line["round"], line["person"]) for line in held.journal("scorecard:submit")}
    closed = held.closed()
    expected = {key: value for key, value in saved.items() if key[0] in closed and key[:2] in handed_in}
    gone = held.sql(
        "select s.round_id, s.rater_id, e.entry from entries e join scorecards s on s.id = e.scorecard_id "
        "where e.held_at is not null"
    )
    assert len(gone) == 1
    expected.pop(gone[0])
    assert held.course.late in handed_in
    rows = [row for row in held.rows(What.RATINGS) if not row["correction"]]
    told = {
        (row["round_id"], row["rater_id"], row["entry"]): "not_observed"
        if row["not_observed"]
        else row["rating"]
        if row["kind"] == "rating"
        else row["text"]
        for row in rows
    }
    assert told == expected
    assert len(rows) == len(told)
    assert 0 < len(expected) < len(saved)  # drafts and the open round stay behind


def test_a_correction_is_a_row_beside_what_was_given(held: Held) -> None:
    made = held.sql(
        "select s.round_id, s.rater_id, c.entry, c.rating, c.not_observed, c.text, c.made_by from corrections c "
        "join scorecards s on s.id = c.scorecard_id order by c.made_at, c.id"
    )
    fields = ("round_id", "rater_id", "entry", "rating", "not_observed", "text", "corrected_by")
    rows = [row for row in held.rows(What.RATINGS) if row["correction"]]
    assert sorted(row["correction"] for row in rows) == [1, 1, 2]
    assert {tuple(row[field] or None for field in fields) for row in rows} == {
        tuple(value or None for value in one) for one in made
    }
    lines = Counter((row["round_id"], row["rater_id"], row["entry"]) for row in held.rows(What.RATINGS))
    assert sorted(lines[row["round_id"], row["rater_id"], row["entry"]] for row in rows) == [1, 3, 3]


def test_observations_are_what_was_noted_and_not_taken_back(held: Held) -> None:
    noted: dict[str, Row] = {}
    for line in held.journal("observation:add", "moment:mark", "observation:edit", "observation:remove"):
        if line["action"] == "observation:remove":
            del noted[line["data"]["id"]]
        else:
            one = line["answer"]["observation"]
            noted[one["id"]] = {**one, "round": line["round"]}
    closed = held.closed()
    expected = Counter(
        (one["round"], one["author"], one["kind"], one["text"], one["marker"], one["judgement"], one["take"])
        for one in noted.values()
        if one["round"] in closed
    )
    rows = held.rows(What.OBSERVATIONS)
    fields = ("round_id", "author_id", "kind", "text", "marker", "judgement", "take")
    assert Counter(tuple(row[field] for field in fields) for row in rows) == expected
    assert all(row["marker_label"] for row in rows if row["kind"] == "marker")


def test_the_journal_is_there_to_the_line_and_without_words(held: Held) -> None:
    rows = held.rows(What.JOURNAL)
    lines = held.sql("select room_id, seq, action, person_id, round_id, take from journal")
    assert len(rows) == len(lines)
    told = {(row["room_id"], row["seq"], row["action"], row["person_id"], row["round_id"], row["take"]) for row in rows}
    nameless = {(*one[:3], None, *one[4:]) for one in lines if one[2] == "extratime:set"}
    assert told == {one for one in lines if one[2] != "extratime:set"} | nameless
    assert nameless
    assert all(row["name"] is None for row in rows if row["action"] == "extratime:set")
    assert not list(held.course.book.found(json.dumps(rows)))
    assert not {"rating", "value", "text", "marker", "judgement", "to", "on"} & {
        field for row in rows for field in row["fields"]
    }


def test_no_file_holds_what_is_nobody_elses(held: Held) -> None:
    """Which written words are in which file: every other kind is in none."""
    may = {What.RATINGS: {"comment"}, What.OBSERVATIONS: {"observation"}, What.ATTENDANCE: {"reason"}}
    for what in What:
        found = {secret.kind for _, secret in held.course.book.found(held.bytes(what).decode())}
        assert found == may.get(what, set()), what
    assert {"cue", "help", "reflection", "goal", "next_step", "held"} <= {
        one.kind for one in held.course.book.secrets.values()
    }


# --- research


def test_research_tells_the_same_ratings_by_other_names(held: Held) -> None:
    rows = held.rows(What.RESEARCH)
    standing = {(row["round_id"], row["rater_id"], row["entry"]): row for row in held.rows(What.RATINGS)}
    named = list(standing.values())  # the last of each line: as corrected
    agreed = set(held.course.agreed)
    meant = [
        row
        for row in named
        if row["kind"] == "rating"
        and row["learner_id"] in agreed
        and row["rater_id"] in agreed
        and _enough_like(held, row)
    ]
    expected = Counter((row["seat"], row["rubric"], row["entry"], row["rating"], row["not_observed"]) for row in meant)
    told = Counter((row["rater_seat"], row["rubric"], row["item"], row["rating"], row["not_observed"]) for row in rows)
    assert told <= expected
    # Of each role fewer than five may stand out so that nothing at all is told of them.
    roles = {one.person_id: one.role for one in held.course.enrolled}
    there = Counter(roles[one] for one in {row[who] for row in meant for who in ("learner_id", "rater_id")})
    named_there = {(row["learner"], "learner") for row in rows} | {(row["rater"], row["rater_role"]) for row in rows}
    left_out = there - Counter(role for _, role in named_there)
    assert all(n < FEWEST for n in left_out.values())
    assert told == expected or left_out
    everything = json.dumps(rows)
    known = {value for row in held.rows(What.PEOPLE) for value in (row["person_id"], row["name"], row["email"])}
    known |= {row["round_id"] for row in named} | {row["group"] for row in named}
    assert not [value for value in known if value in everything]


def _enough_like(held: Held, row: Row) -> bool:
    """Whether anything at all may be told of the rater: at least FEWEST who agreed share their role."""
    agreed = set(held.course.agreed)
    roles = {one.person_id: one.role for one in held.course.enrolled}
    return sum(roles[person] == roles[row["rater_id"]] for person in agreed) >= FEWEST


def test_what_is_told_of_people_is_shared_by_five(held: Held) -> None:
    rows = held.rows(What.RESEARCH)
    told: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    rounds: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for row in rows:
        rounds[row["learner"]].add((row["round"], row["day"], row["scenario"]))
    for row in rows:
        sat = sorted(str(one[1:]) for one in rounds[row["learner"]])
        told[row["learner_profession"], row["learner_track"], tuple(sat)].add(row["learner"])
    assert min(map(len, told.values())) >= FEWEST


def test_no_two_research_files_call_anyone_the_same(held: Held) -> None:
    first, second = held.rows(What.RESEARCH), held.rows(What.RESEARCH)
    for column in ("learner", "rater", "round"):
        assert not {row[column] for row in first} & {row[column] for row in second}


def test_without_five_who_agreed_there_is_no_research(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    practised = {row["learner_id"] for row in held.rows(What.RATINGS)}
    four = set(sorted(practised & set(held.course.agreed))[: FEWEST - 1])
    monkeypatch.setattr(consents, "to_research", lambda uow, course: four)
    with pytest.raises(NotAllowed, match="Fewer than 5"):
        held.bytes(What.RESEARCH)
    monkeypatch.setattr(consents, "to_research", lambda uow, course: set())
    with pytest.raises(NotAllowed, match="Fewer than 5"):
        held.bytes(What.RESEARCH)


@given(
    st.lists(
        st.builds(
            Told,
            st.sampled_from(["learner", "coach"]),
            st.sampled_from([None, "Nurse", "Chaplain"]),
            st.sampled_from([None, "adult"]),
            st.sampled_from([(), (1,), (1, 2)]),
            st.sampled_from([(), ("a",), ("a", "b")]),
        ),
        max_size=60,
    )
)
def test_whoever_is_told_of_is_one_of_five_alike(people: list[Told]) -> None:
    kept = research.cut_back(dict(enumerate(people)))
    assert min(Counter(kept.values()).values(), default=FEWEST) >= FEWEST
    for person, told in kept.items():  # cut back, never made up
        before = people[person]
        for field in ("role", "profession", "track", "days", "cases"):
            assert getattr(told, field) in (None, getattr(before, field))
    left = Counter(people[person].role for person in range(len(people)) if person not in kept)
    assert all(n < FEWEST for n in left.values())


# --- formats


def in_csv(column: Column, value: Any) -> Any:
    """What JSON holds, as a cell of CSV shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if column.kind is Kind.FIELDS:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return "" if value is None else str(cells.safe(value))


def in_book(column: Column, value: Any) -> Any:
    """What JSON holds, as a cell of a workbook does: exactly, since it is marked as text there."""
    match column.kind:
        case Kind.INSTANT if value:
            return datetime.fromisoformat(value).replace(tzinfo=None)
        case Kind.DAY if value:
            return datetime.fromisoformat(value)
        case Kind.FIELDS:
            return in_csv(column, value)
    return None if value == "" else value


def to_the_millisecond(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500)).replace(microsecond=0) if value.microsecond > 998_000 else value
    return value


@pytest.mark.parametrize("what", [what for what in What if what is not What.RESEARCH])
def test_every_format_holds_the_same(held: Held, what: What) -> None:
    columns, rows = making.SHEETS[what].columns, held.rows(what)
    heading = [column.name for column in columns]
    assert [json.loads(line) for line in held.bytes(what, Format.JSONL).splitlines()] == rows
    assert all(list(row) == heading for row in rows)
    file = held.bytes(what, Format.CSV)
    assert b"".join(making.pieces(held.source, what, Format.CSV)) == file
    assert list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""))) == [
        heading,
        *([in_csv(column, row[column.name]) for column in columns] for row in rows),
    ]
    book = openpyxl.load_workbook(io.BytesIO(held.bytes(what, Format.XLSX)), read_only=True)
    assert ("codebook" in book.sheetnames) == (what is not What.CODEBOOK)
    named, *values = book["data"].iter_rows(values_only=True, max_col=len(columns))
    assert list(named) == heading
    assert [[to_the_millisecond(cell) for cell in row] for row in values] == [
        [in_book(column, row[column.name]) for column in columns] for row in rows
    ]


def test_no_cell_is_a_formula(held: Held) -> None:
    """S10: one learner is called =1+1;=cmd."""
    for what in set(What) - {What.RESEARCH, What.CODEBOOK}:
        text = held.bytes(what, Format.CSV).decode("utf-8-sig")
        assert not [cell for row in csv.reader(io.StringIO(text)) for cell in row if cells.is_formula(cell)], what
        book = openpyxl.load_workbook(io.BytesIO(held.bytes(what, Format.XLSX)))
        assert not [cell for row in book["data"].iter_rows() for cell in row if cell.data_type == "f"], what
    assert "'=1+1;'=cmd é" in held.bytes(What.PEOPLE, Format.CSV).decode("utf-8-sig")
    people = openpyxl.load_workbook(io.BytesIO(held.bytes(What.PEOPLE, Format.XLSX)))["data"]
    (name,) = [cell for row in people.iter_rows() for cell in row if str(cell.value).startswith("=1")]
    assert (name.value, name.data_type, name.quotePrefix) == ("=1+1;=cmd é", "s", True)


# --- the codebook, and the tables of what there is


def test_the_codebook_explains_every_column_and_every_value_that_occurs(held: Held) -> None:
    book = held.rows(What.CODEBOOK)
    assert all(row["meaning"] for row in book)
    explained = {(row["file"], row["column"]) for row in book if row["value"] is None}
    values = {(row["file"], row["column"], row["value"]) for row in book if row["rubric"] is None}
    by_rubric = {(row["file"], row["column"], row["value"], row["rubric"], row["rubric_version"]) for row in book}
    for what in making.DATA:
        listed = {column.name for column in making.SHEETS[what].columns if column.values}
        for row in held.rows(what):
            for column, value in row.items():
                assert (what, column) in explained
                if column in listed and value not in (None, ""):
                    assert (what, column, value) in values, (what, column)
                key = (what, column, str(value), row.get("rubric"), row.get("rubric_version"))
                if value is not None and (column in ("entry", "item") or (column == "rating" and "rubric" in row)):
                    assert key in by_rubric
                if column == "marker" and value:
                    assert key in by_rubric


def test_every_action_and_every_file_is_decided() -> None:
    assert set(JOURNAL_FIELDS) == set(Action)
    assert set(making.SHEETS) == set(What) == set(TITLES) == set(HOLDS) == set(SAFE_FOR)


# --- size


def test_a_long_file_takes_the_memory_of_a_page(held: Held) -> None:
    """Three times the lines take no more memory; and progress is told on the way."""
    room, seq = held.sql("select room_id, max(seq) from journal")[0]
    lines, before = len(held.rows(What.JOURNAL)), _peak(held, Format.CSV)
    with held.course.store.write() as uow:
        columns = {"room_id": room, "take": 0, "person_id": held.course.oren, "action": "room:keep", "data": {}}
        uow.session.execute(
            JournalLine.__table__.insert(),
            [
                {**columns, "seq": seq + n, "action_id": f"long-{n}", "answer": {}, "at": uow.now}
                for n in range(1, 2 * lines + 1)
            ],
        )
    told: list[making.Progress] = []
    rows = making.make(held.source, What.JOURNAL, Format.CSV, Nowhere(), told=told.append)  # type: ignore[arg-type]
    assert rows == told[-1].done == told[-1].of == 3 * lines
    assert len(told) > 3 * lines / sheets.PAGE
    after = _peak(held, Format.CSV), _peak(held, Format.XLSX)
    print(f"{lines} lines: {before}, {rows} lines: {after} bytes at most")
    assert max(after) < 1.4 * before
    with held.course.store.write() as uow:
        uow.session.query(JournalLine).filter(JournalLine.action_id.startswith("long-")).delete()


class Nowhere(io.RawIOBase):
    """Takes what is written, and keeps only where it is."""

    def __init__(self) -> None:
        self.at = self.end = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, place: int, whence: int = 0) -> int:
        self.at = place + (0, self.at, self.end)[whence]
        return self.at

    def write(self, piece: Any) -> int:
        self.at += len(piece)
        self.end = max(self.end, self.at)
        return len(piece)


def _peak(held: Held, format: Format) -> int:
    """The most memory that was held at once."""
    tracemalloc.start()
    making.make(held.source, What.JOURNAL, format, Nowhere())  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
