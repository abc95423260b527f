"""A room's code as people read it out, type it and paste it; and when a door opens."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from pallpractice.domain import joining
from pallpractice.domain.joining import ALPHABET, LENGTH, WAITS, opens, parse, shown
from pallpractice.domain.throttle import MOST_OF_ALL, WINDOW, wait_of_all

CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
SEPARATORS = st.text(" -\u2013\u2014\u00a0\u200b\t", max_size=3)
END = datetime(2026, 5, 14, 17, 0, tzinfo=UTC)


def test_the_alphabet_has_nothing_that_is_taken_for_something_else() -> None:
    assert ALPHABET == "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert not set(ALPHABET) & set("01ILOU")
    assert shown("K74MPX") == "K74 MPX"


@given(CODES)
def test_what_is_shown_is_read_back(code: str) -> None:
    assert parse(shown(code)) == parse(code) == code


@given(CODES, st.lists(SEPARATORS, min_size=LENGTH + 1, max_size=LENGTH + 1), st.lists(st.booleans(), min_size=LENGTH))
def test_case_spaces_and_dashes_do_not_matter(code: str, between: list[str], small: list[bool]) -> None:
    letters = [letter.lower() if low else letter for letter, low in zip(code, small, strict=False)]
    typed = between[0] + "".join(letter + gap for letter, gap in zip(letters, between[1:], strict=True))
    assert parse(typed) == code


@given(CODES, st.sampled_from(["https://practice.example.org/join/{}", "practice.example.org/join/{}/", " /join/{}\n"]))
def test_a_pasted_address_is_as_good(code: str, address: str) -> None:
    assert parse(address.format(code)) == code


@given(st.text())
@example("O0I1LU")
@example("K74MPX9")
@example("ſſſſſſ")
def test_whatever_is_typed_is_a_code_or_nothing(text: str) -> None:
    code = parse(text)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET) and parse(code) == code)


def test_nothing_with_a_letter_too_many_or_a_wrong_one_is_a_code() -> None:
    for text in ("", "K74MP", "K74MPXX", "K74MP0", "K74 MPI", "K74_MPX", "K74.MPX"):
        assert parse(text) is None, text


def test_a_door_opens_until_an_hour_after_the_session_or_until_the_room_is_closed() -> None:
    minute = timedelta(minutes=1)
    assert opens(END - timedelta(days=3), ends_at=END, closes_at=None)
    assert opens(END + joining.LATE - minute, ends_at=END, closes_at=None)
    assert not opens(END + joining.LATE, ends_at=END, closes_at=None)
    assert opens(END - minute, ends_at=END, closes_at=END)
    assert not opens(END - minute, ends_at=END, closes_at=END - minute)
    assert timedelta(0) < WAITS


def test_everyone_together_may_guess_so_often_and_no_more() -> None:
    failures = [END + timedelta(seconds=number) for number in range(MOST_OF_ALL)]
    now = failures[-1]
    assert wait_of_all(failures[1:], now) == 0
    assert wait_of_all(failures, now) == (failures[0] + WINDOW - now).total_seconds()
    assert wait_of_all(failures, failures[0] + WINDOW) == 0


@given(st.text("0123456789abcdef", min_size=32, max_size=32))
def test_a_guests_address_tells_that_it_is_one(guest: str) -> None:
    address = joining.made_up_address(guest)
    assert joining.is_guest(address)
    assert len(address) <= 254
    assert not joining.is_guest(f"{guest}@example.org")
    assert not joining.is_guest("someone@guest.invalid.example.org")
