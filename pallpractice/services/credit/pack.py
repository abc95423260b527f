"""The evidence pack: everyone who wants their board's credit and agreed to it, as a ZIP with a digest of each file.

`write` builds it up person by person, so that whoever asked can be told how far it is. It holds no licence numbers and
no birthdays: those are in the provider's file alone.
"""

import hashlib
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from ...domain import credit
from ...domain import evidence as rules
from ...domain.audit import What
from ...domain.evidence import Assessed, Evidence
from ...domain.programme import Credit
from ...library.shelf import Library
from ...storage.courses import Course
from ...storage.unit_of_work import Store, UnitOfWork
from .. import audit, cells
from . import evidence, participation
from .evidence import Dossier

SUMS = "SHA256SUMS"
HEADING = ("folder", "name", "board", "status", *(f"{step}" for step in rules.Step), "credits", "points")
# Makes the coach's part of a round's report: (what its name ends in, its bytes).
Report = Callable[[str], tuple[str, bytes]]
ABOUT = """Evidence for maintenance of certification: {title}
Made on {at} (UTC).

people.csv          everyone in this pack, and what is there of each
standard.json       the standard they were assessed against, when it was set, and all that were set before
FOLDER/evidence.json  one person: rounds, coaches' ratings, feedback released and opened, attestation, consent, claim
FOLDER/report-N       what the coach of their round N rated and wrote, of the report they were given
SHA256SUMS          a digest of every file; `sha256sum -c SHA256SUMS` checks them

In this pack are only those who want their board's credit and have agreed that their record is sent.
Numbers of licences and birthdays are not in it.
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a pack is made of, read in one go: everything but the reports."""

    title: str
    at: datetime
    standard: dict[str, Any]
    people: tuple[Dossier, ...]
    most: int

    @property
    def steps(self) -> int:
        """How many pieces of work it is: a report each, and the rest."""
        return sum(len(_reported(one.evidence)) for one in self.people) + 1


def read(uow: UnitOfWork, library: Library, course: Course, by: str) -> Contents:
    """Reads it, and notes in the audit who asked for whom."""
    everyone = evidence.dossiers(uow, library, course, participation.learners(uow, course))
    people = tuple(one for one in everyone if one.evidence.board and one.evidence.consent_at)
    for one in people:
        audit.note(uow, What.EVIDENCE_PACKED, actor=by, subject=one.person.person_id, course=course.id)
    first = evidence.first_practice(course)
    told = [
        {"level": one.level, "least": one.least, "rounds": one.rounds, "set_at": _when(one.set_at), "set_by": one.by}
        | {"set_before_practice": not one.late(first)}
        for one in evidence.standards(uow, course)
    ]
    standard = {"counts": told[0] if told else None, "earlier": told[1:], "first_practice": _when(first)}
    return Contents(course.title, uow.now, standard, people, participation.terms(course).most)


def ask(store: Store, library: Library, slug: str, organised: Callable[[UnitOfWork, str], Course], by: str) -> Contents:
    """The same in a transaction of its own, for who may."""
    return store.change(lambda uow: read(uow, library, organised(uow, slug), by))


def write(contents: Contents, out: BinaryIO, report: Report, told: Callable[[int, int], None]) -> None:
    """Writes the ZIP, telling how many of its pieces are done."""
    done = 0
    told(done, contents.steps)
    sums = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in _files(contents, report):
            archive.writestr(_entry(name, contents.at), body)
            sums.append(f"{hashlib.sha256(body).hexdigest()}  {name}\n")
            done += "/report-" in name
            told(done, contents.steps)
        archive.writestr(_entry(SUMS, contents.at), "".join(sums))
    told(contents.steps, contents.steps)


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry


def _files(contents: Contents, report: Report) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", ABOUT.format(title=contents.title, at=f"{contents.at:%Y-%m-%d %H:%M}").encode()
    yield "standard.json", _json(contents.standard)
    folders = [(folder(one.person.person.name, one.person.person_id), one) for one in contents.people]
    rows = [tuple(_row(name, one, contents.most)) for name, one in folders]
    yield "people.csv", cells.written(HEADING, rows).encode("utf-8-sig")
    for name, one in folders:
        yield f"{name}/evidence.json", _json(_told(one, contents.most))
        for number, round_ in enumerate(_reported(one.evidence), 1):
            ending, body = report(round_.id)
            yield f"{name}/report-{number}{ending}", body


def _reported(evidence: Evidence) -> list[Assessed]:
    """Rounds whose report its learner has been given."""
    return [one for one in evidence.rounds if one.released_at]


def folder(name: str, id: str) -> str:
    """A folder's name that every system takes, and no two people share."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{re.sub('[^a-z0-9]+', '-', plain).strip('-')[:40] or 'person'}-{id[:8]}"


def _row(name: str, one: Dossier, most: int) -> Iterable[object]:
    held = one.evidence
    yield from (name, one.person.person.name, held.board, held.status.value)
    yield from ("yes" if done else "no" for done in held.done.values())
    awarded = one.standing.awarded[Credit.GENERAL]
    yield from (credit.hours(awarded), rules.points(held.board, awarded, most) if held.complete else 0)


def _told(one: Dossier, most: int) -> dict[str, Any]:
    held, stands = one.evidence, one.standing
    return {
        "person": {"id": one.person.person_id, "name": one.person.person.name},
        "board": held.board,
        "status": held.status.value,
        "done": {step.value: done for step, done in held.done.items()},
        "standard_set_before_practice": held.standard is not None and not held.late,
        "rounds": [_round(held, each) for each in held.rounds],
        "attestation": held.word
        and {
            "verdict": held.word.verdict.value,
            "at": _when(held.word.at),
            "by": held.word.by,
            "text": held.word.text,
        },
        "consent_at": _when(held.consent_at),
        "credit": {
            "recorded": {kind.value: credit.hours(count) for kind, count in stands.may.items()},
            "claimed": {kind.value: credit.hours(count) for kind, count in (stands.claimed or {}).items()},
            "awarded": {kind.value: credit.hours(count) for kind, count in stands.awarded.items()},
            "claimed_at": _when(stands.claimed_at),
        },
        "sessions": [
            {
                "key": each.part.key,
                "title": each.part.title,
                "minutes": each.minutes,
                "of": each.part.minutes,
                "known_by": [source.value for source in each.sources],
                "stays": [[_when(stay.start), _when(stay.end)] for stay in each.stays],
            }
            for each in stands.took
        ],
    }


def _round(held: Evidence, one: Assessed) -> dict[str, Any]:
    """What its learner has not been given, nobody else is."""
    about = {"id": one.id, "session": one.session, "closed_at": _when(one.closed_at), "coaches": list(one.coaches)}
    if not one.released_at:
        return about | {"feedback_released_at": None}
    return about | {
        "ratings": {item: list(ratings) for item, ratings in one.items.items()},
        "mean": None if one.mean is None else round(one.mean, 2),
        "meets_the_standard": one.meets(held.standard) if held.standard else None,
        "feedback_released_at": _when(one.released_at),
        "feedback_opened_at": _when(one.opened_at),
    }


def _when(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
