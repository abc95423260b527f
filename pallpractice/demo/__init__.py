"""The demo: the shipped example course, brought in as any course is, its first day over and its next practice beginning
now. What was done on the first day stands in `scenarios/examples/played-2026.yaml`, and is done here by the services.
"""

import base64
import os
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from ..config import CHECKOUT, PREFIX, VAR, Settings
from ..domain.programme import Programme, Slot, instant
from ..domain.roles import SessionKind
from ..domain.roster import Roster
from ..library import Library, played
from ..library import programme as programme_file
from ..library import roster as roster_file
from ..library.played import PlayedDay
from ..services import courses, people, programmes, roster
from ..services.credit.licences import Sealer
from ..services.people import IssuedLink
from ..storage.unit_of_work import Store, UnitOfWork
from . import afterwards, attending, playing
from .stage import Cast, turned

EXAMPLES = CHECKOUT / "scenarios" / "examples"
DATABASE = VAR / "demo.db"
KEY = VAR / "demo-key"
DATA_KEY = VAR / "demo-data-key"
BEFORE = timedelta(weeks=3)  # when the course was made ready


def environ() -> dict[str, str]:
    """The settings of the demo: its own database and key."""
    data_key = base64.urlsafe_b64encode(bytes.fromhex(_key(DATA_KEY))).decode()
    return {
        PREFIX + "DATABASE_URL": f"sqlite:///{DATABASE}",
        PREFIX + "SECRET_KEY": _key(KEY),
        PREFIX + "DATA_KEY": data_key,
    }


def prepare(store: Store, settings: Settings) -> list[IssuedLink]:
    """Brings the example in, plays its first day and makes a link for everyone. Links of earlier runs stay good.

    Stopped midway, it goes on where it was when it is run again.
    """
    programme = programme_file.read(EXAMPLES / "course-2026.yaml")
    there = roster_file.read(EXAMPLES / "people.csv")
    day = played.read(EXAMPLES / "played-2026.yaml")
    with store.read() as uow:
        shift, now = _shift(uow, programme), uow.now
    if shift is not None:
        with turned(store, now - BEFORE):
            store.change(_bring_in, programme, there, day, shift)
    else:
        store.change(lambda uow: roster.import_roster(uow, courses.find(uow, programme.slug), there))
    with store.read() as uow:
        cast = Cast.of(uow, programme.slug, there)
    if shift is not None:
        store.change(attending.attend, cast, day)
    _play(store, settings, cast, day)
    return store.change(
        lambda uow: people.issue_links(uow, cast.course(uow), settings.base_url, settings.link_days, keep_older=True)
    )


def _bring_in(uow: UnitOfWork, programme: Programme, there: Roster, day: PlayedDay, shift: timedelta) -> None:
    """The first day was yesterday, at the hours of its file; all that follows is moved to where now is."""
    first = day.session.day
    over = [slot for slot in (*programme.slots, day.session) if slot.day == first]
    yesterday = (_starts(programme) + shift).astimezone(programme.zone).date() - timedelta(days=1)
    held = replace(programme, slots=tuple(replace(slot, day=yesterday) for slot in over))
    programmes.import_programme(uow, held)
    to_come = replace(programme, slots=tuple(slot for slot in programme.slots if slot.day > first))
    programmes.import_programme(uow, to_come, moved_by=shift)
    roster.import_roster(uow, courses.find(uow, programme.slug), there)
    afterwards.make_ready(uow, Cast.of(uow, programme.slug, there), day)


def _play(store: Store, settings: Settings, cast: Cast, day: PlayedDay) -> None:
    with store.read() as uow:
        over = courses.session_end(uow, cast.slug, day.session.key)
        if over is None or afterwards.is_over(uow, cast, day):
            return
    library = Library.read(settings.library)
    playing.play(store, library, cast, day)
    afterwards.Evening(library, cast, day, Sealer(settings.data_key)).spend(store, over)


def _shift(uow: UnitOfWork, programme: Programme) -> timedelta | None:
    """How far to move the programme; None while the practice of an earlier run has not ended."""
    ends_at = courses.session_end(uow, programme.slug, _first_practice(programme).key)
    if ends_at and ends_at > uow.now:
        return None
    return _minute(uow.now) - _starts(programme)


def _first_practice(programme: Programme) -> Slot:
    """The first in the course's file, which begins now."""
    practice = (slot for slot in programme.slots if slot.kind is SessionKind.PRACTICE)
    return min(practice, key=lambda slot: (slot.day, slot.starts))


def _starts(programme: Programme) -> datetime:
    """When it would, by the file."""
    first = _first_practice(programme)
    return instant(first.day, first.starts, programme.zone)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _key(path: Path) -> str:
    """The demo's secret key, made once, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")
