"""Coming in without a personal link: the code of a room, and how long one may wait at its door."""

import unicodedata
from datetime import datetime, timedelta

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is taken for something else, and no U: no words by chance
LENGTH = 6
LATE = timedelta(hours=1)  # how long after its session a room's code still opens: sessions run over
WAITS = timedelta(hours=1)  # whoever has asked longer ago has gone
MOST_WAITING = 12  # at one door
LONGEST_NAME = 80
# Reserved (RFC 2606): no mail can ever be sent there.
NO_MAIL = "guest.invalid"
NO_MAIL_EVER = "erased.invalid"


def parse(text: str) -> str | None:
    """The code someone typed or pasted: lower case, spaces and dashes as they like, or the whole address that ends in
    it. None when it can't be one.
    """
    end = text.strip().rstrip("/").rpartition("/")[2]
    code = "".join(letter for letter in end if not _separates(letter)).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def _separates(letter: str) -> bool:
    # Spaces, dashes, and the invisible marks that come along with pasted text.
    return unicodedata.category(letter) in ("Zs", "Pd", "Cf", "Cc")


def shown(code: str) -> str:
    """ "K74 MPX": easier to read out and to type."""
    return f"{code[:3]} {code[3:]}"


def opens(now: datetime, *, ends_at: datetime, closes_at: datetime | None) -> bool:
    """May someone come to the door of a room whose session ends then, and that was closed, if ever, then?"""
    return now < ends_at + LATE and (closes_at is None or now < closes_at)


def made_up_address(guest_id: str) -> str:
    """The address of someone who gave none."""
    return f"guest-{guest_id}@{NO_MAIL}"


def erased_address(person_id: str) -> str:
    """The address of someone who has been erased."""
    return f"erased-{person_id}@{NO_MAIL_EVER}"


def is_guest(email: str) -> bool:
    """Came in by a room's code: they belong to that room alone, and get no mail and no place by plan."""
    return email.endswith(f"@{NO_MAIL}")
