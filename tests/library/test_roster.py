"""A course's people file: what spreadsheets do to it is mended, the rest is said cell by cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallpractice.config import CHECKOUT
from pallpractice.domain.roles import Role, Track
from pallpractice.domain.roster import COLUMNS, REQUIRED, Entry, group_faults
from pallpractice.library.roster import entry as one_entry
from pallpractice.library.roster import parse, read, sheet

EXAMPLE = CHECKOUT / "scenarios" / "examples" / "people.csv"
HEADING = "name,email,role,profession,track,group,pronouns\n"
LENA = "Lena Ortiz,lena@example.org,learner,Physician,adult,Maple,she/her\n"


def faults(text: str) -> list[str]:
    return [str(fault) for fault in parse(text.encode()).faults]


def test_the_example_lists_fourteen_people_in_two_groups() -> None:
    roster = read(EXAMPLE)
    assert roster.faults == ()
    assert list(group_faults(roster.entries)) == []
    assert len(roster.entries) == 14
    assert {entry.group for entry in roster.entries} == {"Maple", "Willow", ""}


def test_a_row_is_read_into_an_entry_with_its_line() -> None:
    assert parse((HEADING + LENA).encode()).entries == (
        Entry(
            row=2,
            email="lena@example.org",
            name="Lena Ortiz",
            role=Role.LEARNER,
            track=Track.ADULT,
            group="Maple",
            profession="Physician",
            pronouns="she/her",
        ),
    )


@pytest.mark.parametrize(
    "raw",
    [
        ("\ufeff" + HEADING + LENA).encode(),
        (HEADING + LENA).replace(",", ";").encode(),
        (HEADING + LENA).replace(",", "\t").encode(),
        (HEADING + LENA).replace(",", "\t").encode("utf-16"),
        (HEADING + LENA).replace("\n", "\r\n").encode(),
        (HEADING + LENA).replace("\n", "\r").encode(),
        (HEADING + LENA).replace("Lena Ortiz", '"Lena Ortiz"').encode(),
        (HEADING + LENA).replace("Lena Ortiz", '"Lena Ortiz').encode(),
        (HEADING + LENA).replace("Lena Ortiz", "“Lena Ortiz”").encode(),
        (HEADING + LENA).replace("Lena Ortiz", "  Lena\u00a0 Ortiz ").encode(),
        (HEADING + LENA).replace("lena@", "Lena@").replace("learner", "Learner").encode(),
        (HEADING.upper() + LENA).encode(),
        (HEADING.strip() + ",,\n" + LENA.strip() + ",,\n,,,,,,,,\n").encode(),
    ],
)
def test_what_spreadsheets_do_is_mended(raw: bytes) -> None:
    assert parse(raw) == parse((HEADING + LENA).encode())
    assert parse(raw).faults == ()


def test_the_columns_may_come_in_any_order() -> None:
    roster = parse(b"group,email,name,pronouns,role,track,profession\nMaple,a@b.org,A,,coach,,\n")
    assert (roster.entries[0].group, roster.entries[0].role) == ("Maple", Role.COACH)


def test_a_comma_inside_quotes_stays() -> None:
    assert (
        parse((HEADING + LENA.replace("Physician", '"Physician, MD"')).encode()).entries[0].profession
        == "Physician, MD"
    )


def test_columns_that_are_missing_unknown_or_twice_are_named() -> None:
    found = faults("name,role,profession,track,phone,name\n")
    assert [line.partition(";")[0] for line in found] == [
        "row 1, email: this column is missing",
        "row 1, phone: there is no such column here",
        "row 1, name: this column is there twice",
    ]


def test_all_bad_cells_are_said_at_once() -> None:
    found = faults(
        HEADING
        + LENA
        + ",nobody,student,,teen,Maple,\n"
        + "Omar,LENA@example.org,,,,,\n"
        + "Olga,olga@example.org,learner\n"
        + f"Bell\x07,b@example.org,coach,{'x' * 101},,,\n"
    )
    assert found == [
        "row 3, name: is empty",
        'row 3, email: "nobody" is not an email address',
        'row 3, role: "student" is not one of learner, actor, coach, organiser',
        'row 3, track: "teen" is not one of adult, pediatric',
        "row 4, email: lena@example.org is in row 2 already",
        "row 4, role: is empty; write one of learner, actor, coach, organiser",
        "row 5, row: has 3 cells where the heading has 7: a separator or a line break inside a cell?",
        "row 6, name: holds control characters: type it anew",
        "row 6, profession: is longer than 100 characters",
    ]


@pytest.mark.parametrize("email", ["a b@c.org", "a@b", "a@@b.org", "a@b.org, c@d.org", "@b.org", "a@.org", "a<b@c.org"])
def test_what_is_no_address_is_refused(email: str) -> None:
    assert "is not an email address" in faults(HEADING + f'A,"{email}",coach,,,,\n')[0]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "this column is missing"),
        (HEADING.encode(), "lists nobody"),
        (HEADING.encode() + b"Zo\xeb,z@example.org,coach,,,,\n", "not UTF-8"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"x" * (3 * 1024 * 1024), "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_whole(raw: bytes, said: str) -> None:
    roster = parse(raw)
    assert roster.entries == ()
    assert said in str(roster.faults[0])


def test_a_file_that_is_not_there_is_a_fault_too() -> None:
    assert "can't be read" in str(read(CHECKOUT / "no such file.csv").faults[0])


def entry(row: int, role: Role | None, group: str = "Maple", track: Track | None = Track.ADULT) -> Entry:
    return Entry(row=row, email=f"{row}@example.org", name="N", role=role, track=track, group=group)


ALONE = 'group "Maple" has no learners: is its name written the same in every row?'
COACH, LEARNER = entry(2, Role.COACH), entry(3, Role.LEARNER)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([LEARNER], ['row 3, group: group "Maple" has no coach']),
        ([COACH], [f"row 2, group: {ALONE}"]),
        (
            [COACH, *(entry(row, Role.LEARNER) for row in range(3, 12))],
            ['row 2, group: group "Maple" has 9 learners; 8 at most'],
        ),
        ([COACH, *(entry(row, Role.LEARNER) for row in range(3, 11))], []),
        (
            [COACH, entry(3, Role.LEARNER, track=Track.PEDIATRIC)],
            ['row 2, group: group "Maple" has people of two tracks, adult and pediatric'],
        ),
        ([COACH, LEARNER, entry(4, Role.ACTOR, track=None)], []),
        (
            [COACH, LEARNER, entry(4, Role.ORGANISER)],
            ["row 4, group: N is an organiser, who belongs to no group: leave it empty"],
        ),
        ([entry(2, Role.ORGANISER, group="")], []),
        ([LEARNER, entry(4, None)], []),  # the unreadable role may be the coach's, and has been said
        ([COACH, entry(3, Role.ACTOR)], [f"row 2, group: {ALONE}"]),
        ([COACH, entry(3, Role.LEARNER, group="")], []),  # who comes into the group is decided later
        ([LEARNER, entry(3, Role.COACH, group="")], []),
        ([entry(2, Role.LEARNER, group=""), entry(3, Role.ACTOR, group="")], []),
    ],
)
def test_groups(entries: list[Entry], said: list[str]) -> None:
    assert [str(fault) for fault in group_faults(entries)] == said


FULL = "name,email,role,institution,team,group,time_zone\n"


def test_group_team_institution_and_time_zone_are_read() -> None:
    (read_one,) = parse((FULL + "Lena,l@b.org,learner,Lakeside,Ward 3,Maple,europe/oslo\n").encode()).entries
    assert (read_one.institution, read_one.team, read_one.group) == ("Lakeside", "Ward 3", "Maple")
    assert read_one.time_zone == "Europe/Oslo"


def test_a_roster_says_which_columns_it_has() -> None:
    assert list(parse(b"E-mail;Name;Role;Time zone\na@b.org;A;coach;America/New York\n").columns) == [
        "email",
        "name",
        "role",
        "time_zone",
    ]
    assert list(parse(",".join(REQUIRED).encode() + b"\nA,a@b.org,coach\n").columns) == list(REQUIRED)


@pytest.mark.parametrize("zone", ["Nowhere", "EST5", "../etc/passwd", "+02:00"])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    (found,) = faults(FULL + f"A,a@b.org,coach,,,,{zone}\n")
    assert found.startswith("row 2, time_zone: ")
    assert "is not a time zone" in found


def test_one_person_from_a_form_is_judged_as_a_row_is() -> None:
    assert one_entry({"name": " Ada ", "email": "ADA@b.org", "role": "coach"}).entries[0] == Entry(
        2, "ada@b.org", "Ada", Role.COACH
    )
    assert {fault.column for fault in one_entry({}).faults} == {"name", "email", "role"}


# --- a sheet: cells that a page can show and take back


def test_a_sheet_is_mended_cell_by_cell_and_keeps_its_lines() -> None:
    there = sheet((HEADING + "\n" + LENA + "Omar,omar,student\n").encode())
    assert list(there.rows) == [3, 4]
    assert there.cells(4) == {**dict.fromkeys(there.heading, ""), "name": "Omar", "email": "omar", "role": "student"}
    mended = there.with_cells({4: {"name": "Omar", "email": "omar@b.org", "role": "coach"}, 99: {"name": "Nobody"}})
    assert [one.row for one in mended.roster().entries] == [3, 4]
    assert mended.roster().faults == ()
    assert list(mended.without([3]).rows) == [4]
    assert list(mended.with_cells({4: {}}).rows) == [3]
    assert sheet(mended.text().encode()) == mended


def test_a_cell_too_large_for_the_csv_reader_is_a_fault_and_no_crash() -> None:
    assert faults(HEADING + "x" * 200_000 + ",a@b.org\n")
    assert faults("x" * 200_000)


texts = st.text(max_size=12) | st.sampled_from(['a "b"', "'", '"', "e\u200b\u0301", "=1+1", "a,b;c", "\0", " x "])


@given(st.lists(st.lists(texts, max_size=9), max_size=6), st.sampled_from(",;\t"))
def test_a_sheet_written_down_reads_back_the_same(rows: list[list[str]], mark: str) -> None:
    raw = "\n".join([mark.join(COLUMNS[:8]), *(mark.join(row) for row in rows)]).encode("utf-8", "replace")
    there = sheet(raw)
    assert sheet(there.text().encode("utf-8", "replace")) == there
    anew = there.with_cells({row: there.cells(row) for row in there.rows})
    assert sheet(anew.text().encode("utf-8", "replace")) == anew


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(raw: bytes) -> None:
    roster = parse(raw)
    assert roster.entries or roster.faults


@given(st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=6), st.sampled_from(",;\t"))
def test_no_cells_crash_it(rows: list[list[str]], mark: str) -> None:
    text = "\n".join([mark.join(COLUMNS), *(mark.join(row) for row in rows)])
    roster = parse(text.encode("utf-8", "replace"))
    assert roster.entries or roster.faults
