"""Attendance files as meeting software writes them in different regions."""

from datetime import UTC, datetime, timedelta

import pytest

from pallpractice.domain.credit import Part
from pallpractice.domain.participation import Stay
from pallpractice.domain.roles import SessionKind
from pallpractice.library import attendance

ZONE = "Europe/London"
AT = datetime(2026, 6, 5, 9, 30, tzinfo=UTC)  # 10:30 in London, a day that can be read as one in May
PAIN = Part("1", "pain", "Pain", SessionKind.PLENARY, AT, AT + timedelta(hours=1))
NIGHT = Part("2", "night", "Night", SessionKind.PLENARY, AT + timedelta(hours=13), AT + timedelta(hours=15))  # 23:30


def stay(session: Part, joined: str, left: str, *, encoding: str = "utf-8") -> tuple[Stay, ...]:
    file = f"Name\tE-mail\tFirst Join\tLast Leave\nLena\tlena@example.org\t{joined}\t{left}\n"
    found = attendance.read(file.encode(encoding), [session], session.key, ZONE)
    assert found.faults == ()
    return found.there["lena@example.org", session.key].stays


@pytest.mark.parametrize(
    ("joined", "left"),
    [
        ("2026-06-05 10:40", "2026-06-05T11:00:00"),
        ("06/05/2026 10:40:00 AM", "06/05/2026 11:00:00 AM"),
        ("6/5/26, 10:40:00 AM", "6/5/26, 11:00:00 AM"),
        ("05/06/2026 10:40:00", "05/06/2026 11:00:00"),
        ("05/06/2026, 10:40", "05/06/2026, 11:00"),
        ("05.06.2026 10:40", "05.06.26, 11:00:00"),
        ("10:40", "11:00 am"),
    ],
)
def test_a_day_is_read_as_it_fits_the_session(joined: str, left: str) -> None:
    assert stay(PAIN, joined, left) == (Stay(AT + timedelta(minutes=10), AT + timedelta(minutes=30)),)


def test_a_clock_alone_may_be_past_midnight() -> None:
    begins = NIGHT.starts_at
    assert stay(NIGHT, "23:40", "00:20") == (Stay(begins + timedelta(minutes=10), begins + timedelta(minutes=50)),)


def test_another_day_counts_for_nothing() -> None:
    assert stay(PAIN, "2026-06-04 10:40", "2026-06-04 11:00") == ()


def test_teams_writes_tabs_in_two_bytes_a_letter() -> None:
    assert stay(PAIN, "6/5/26, 10:40:00 AM", "6/5/26, 11:00:00 AM", encoding="utf-16") != ()


@pytest.mark.parametrize("cell", ["noon", "31.02.2026 10:40", "13/13/2026 10:40", "2026-06-05 25:00", "10:40 or so"])
def test_what_is_no_time_is_said_with_its_line(cell: str) -> None:
    found = attendance.read(f"email,joined,left\nl@example.org,{cell},11:00".encode(), [PAIN], "pain", ZONE)
    assert [(one.row, one.column) for one in found.faults] == [(2, "joined")]
