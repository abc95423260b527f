"""The demo: the shipped example course, brought in as any course is, with its first practice session beginning now."""

import base64
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from .config import CHECKOUT, PREFIX, VAR, Settings
from .domain.participation import Stay
from .domain.programme import Programme, instant
from .domain.roles import Role, SessionKind
from .domain.roster import Roster
from .library import programme as programme_file
from .library import roster as roster_file
from .services import courses, home, people, presence, programmes, roster
from .services.credit import evidence, participation
from .services.people import IssuedLink
from .services.presence import Change, Place
from .storage.courses import Course, Enrolment
from .storage.unit_of_work import Store, UnitOfWork

EXAMPLES = CHECKOUT / "scenarios" / "examples"
DATABASE = VAR / "demo.db"
KEY = VAR / "demo-key"
DATA_KEY = VAR / "demo-data-key"


def environ() -> dict[str, str]:
    """The settings of the demo: its own database and key."""
    data_key = base64.urlsafe_b64encode(bytes.fromhex(_key(DATA_KEY))).decode()
    return {
        PREFIX + "DATABASE_URL": f"sqlite:///{DATABASE}",
        PREFIX + "SECRET_KEY": _key(KEY),
        PREFIX + "DATA_KEY": data_key,
    }


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
        if shift is not None:
            _first_day(uow, course, people_read)
        return people.issue_links(uow, course, settings.base_url, settings.link_days, keep_older=True)

    return store.change(bring_in)


def _first_day(uow: UnitOfWork, course: Course, there: Roster) -> None:
    """The day before, as credit has it: the meetings' attendance, who was in the rooms, boards and a standard."""
    oren = next(one.email for one in there.entries if one.role is Role.ORGANISER)
    by = people.find(uow, oren).id
    participation.set_terms(course, {"provider": "The example provider", "boards": ("ABIM", "ABP")})
    evidence.set_standard(uow, course, level=3.0, least=2.0, rounds=1, by=by)
    over = [one for one in participation.parts(course) if one.ends_at <= uow.now]
    learners = participation.learners(uow, course)
    attended = {}
    for one in over:
        for number, person in enumerate(learners):
            stay = Stay(one.starts_at + timedelta(minutes=number % 4), one.ends_at - timedelta(minutes=number % 3))
            if one.recorded:
                _in_room(uow, one.id, person, stay)
            elif participation.meant_for(one, person):
                attended[person.person.email, one.key] = (stay,)
    participation.bring_in(uow, course, attended, by)


def _in_room(uow: UnitOfWork, session: str, person: Enrolment, stay: Stay) -> None:
    room = home.rooms_by_session(uow, person.person_id).get(session)
    if room:
        place = Place(room, person.person_id)
        presence.record(uow, "demo", [Change(place, True, stay.start)])
        presence.record(uow, "demo", [Change(place, False, stay.end)])


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
