"""The demo: the shipped example course, brought in as any course is, with its first practice session beginning now."""

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from .config import CHECKOUT, PREFIX, VAR, Settings
from .domain.programme import Programme, instant
from .domain.roles import SessionKind
from .library import programme as programme_file
from .library import roster as roster_file
from .services import courses, people, programmes, roster
from .services.people import IssuedLink
from .storage.unit_of_work import Store, UnitOfWork

EXAMPLES = CHECKOUT / "scenarios" / "examples"
DATABASE = VAR / "demo.db"
KEY = VAR / "demo-key"


def environ() -> dict[str, str]:
    """The settings of the demo: its own database and key."""
    return {PREFIX + "DATABASE_URL": f"sqlite:///{DATABASE}", PREFIX + "SECRET_KEY": _key(KEY)}


def prepare(store: Store, settings: Settings) -> list[IssuedLink]:
    """Brings the example in and makes a link for everyone. Links printed by earlier runs stay good."""
    programme = programme_file.read(EXAMPLES / "course-2026.yaml")
    people_read = roster_file.read(EXAMPLES / "people.csv")

    def bring_in(uow: UnitOfWork) -> list[IssuedLink]:
        shift = _shift(uow, programme)
        if shift is not None:
            programmes.import_programme(uow, programme, moved_by=shift)
        course = courses.find(uow, programme.slug)
        roster.import_roster(uow, course, people_read)
        return people.issue_links(uow, course, settings.base_url, settings.link_days, keep_older=True)

    return store.change(bring_in)


def _shift(uow: UnitOfWork, programme: Programme) -> timedelta | None:
    """How far to move the programme; None while the practice of an earlier run has not ended."""
    first = min(
        (slot for slot in programme.slots if slot.kind is SessionKind.PRACTICE),
        key=lambda slot: (slot.day, slot.starts),
    )
    ends_at = courses.session_end(uow, programme.slug, first.key)
    if ends_at and ends_at > uow.now:
        return None
    return _minute(uow.now) - instant(first.day, first.starts, programme.zone)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _key(path: Path) -> str:
    """The demo's secret key, made once, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")
