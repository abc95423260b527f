"""What people write for themselves at a reflection, and whom they let read it. Nobody else's words are ever read here
unless their writer has shared them.
"""

from typing import Any

from sqlalchemy import exists, select

from ...domain.circle import Prompt, Sharing, prompts, reads
from ...domain.errors import Invalid, Stale
from ...domain.events import JournalSaved, RoomChanged
from ...domain.roles import Seat, SessionKind
from ...domain.text import text
from ...storage.courses import Person, Session
from ...storage.groups import JournalEntry
from ...storage.unit_of_work import UnitOfWork
from .. import journal
from ..work import Work

Plain = dict[str, Any]


def prompts_of(uow: UnitOfWork, session: Session) -> tuple[Prompt, ...]:
    """What this reflection asks."""
    later = exists().where(
        Session.course_id == session.course_id,
        Session.kind == SessionKind.REFLECTION.value,
        Session.day > session.day,
    )
    return prompts(last_day=not uow.session.scalar(select(later)))


def save(work: Work) -> Plain:
    """The writer's words for one prompt. Emptied, an entry is nobody else's any more.

    Raises Stale with the present words when another of the writer's windows has saved others.
    """
    written, row = work.fields["text"], _own(work)
    if row is None:
        row = JournalEntry(session_id=work.record.session.id, person_id=work.act.person, prompt=work.fields["prompt"])
        row.shared = Sharing.NOBODY.value
        work.uow.session.add(row)
    elif row.text == written:
        return _answer(row)
    elif work.fields["seen"] != row.revision:
        raise Stale(text("You have changed this in another window."), current=_plain(row))
    was = row.shared
    row.text, row.saved_at = written, work.uow.now
    if not written.strip():
        row.shared = Sharing.NOBODY.value
    return _tell(work, row, seen_by_others=was != Sharing.NOBODY)


def share(work: Work) -> Plain:
    """Lets the coach or the group read an entry, or nobody again. Raises Invalid when nothing has been written yet."""
    row, shared = _own(work), Sharing(work.fields["shared"])
    if row is None or not row.text.strip():
        raise Invalid(text("Write something first."), fields={"prompt": [text("nothing written")]})
    if row.shared == shared:
        return _answer(row)
    row.shared, row.saved_at = shared.value, work.uow.now
    return _tell(work, row, seen_by_others=True)


def _tell(work: Work, row: JournalEntry, *, seen_by_others: bool) -> Plain:
    """The writer's windows get the entry; the room's views are made anew only when others read it, or did."""
    work.uow.session.flush()
    data = {"version": work.version, **shown(row)}
    work.uow.announce(JournalSaved(room_id=work.record.room.id, person=row.person_id, data=data))
    if seen_by_others:
        work.uow.announce(RoomChanged(room_id=work.record.room.id))
    return _answer(row)


def _answer(row: JournalEntry) -> Plain:
    """Without the words: answers are kept, and these are the writer's to take back."""
    return {key: value for key, value in shown(row).items() if key != "text"}


def _own(work: Work) -> JournalEntry | None:
    prompt = work.fields["prompt"]
    if prompt not in {one.id for one in prompts_of(work.uow, work.record.session)}:
        raise Invalid(text("This reflection has no such question."), fields={"prompt": [text("unknown")]})
    return work.uow.session.get(JournalEntry, (work.record.session.id, work.act.person, prompt))


def shown(row: JournalEntry) -> Plain:
    """An entry as its writer sees it."""
    return {"prompt": row.prompt, **_plain(row)}


def _plain(row: JournalEntry) -> Plain:
    return {
        "text": row.text,
        "shared": row.shared,
        "revision": row.revision,
        "saved_at": journal.stamp(row.saved_at),
    }


def own(uow: UnitOfWork, session_id: str, person_id: str) -> dict[str, Plain]:
    """{prompt: entry}: one person's own entries of one session."""
    rows = uow.session.scalars(
        select(JournalEntry).where(JournalEntry.session_id == session_id, JournalEntry.person_id == person_id)
    )
    return {row.prompt: _plain(row) for row in rows}


def of_person(uow: UnitOfWork, course_id: str, person_id: str) -> list[tuple[Session, list[JournalEntry]]]:
    """All that a person has written in a course, for that person alone: by session, the first one first."""
    rows = uow.session.execute(
        select(Session, JournalEntry)
        .join(JournalEntry, JournalEntry.session_id == Session.id)
        .where(Session.course_id == course_id, JournalEntry.person_id == person_id, JournalEntry.text != "")
        .order_by(Session.starts_at)
    )
    found: dict[str, tuple[Session, list[JournalEntry]]] = {}
    for session, row in rows:
        found.setdefault(session.id, (session, []))[1].append(row)
    for session, written in found.values():
        order = [one.id for one in prompts_of(uow, session)]
        written.sort(key=lambda row: order.index(row.prompt) if row.prompt in order else len(order))
    return list(found.values())


def shared(uow: UnitOfWork, session_id: str) -> list[tuple[JournalEntry, str]]:
    """The entries of a session that their writers have shared, with the writers' names. Others are not even read."""
    rows = uow.session.execute(
        select(JournalEntry, Person.name)
        .join(Person, Person.id == JournalEntry.person_id)
        .where(
            JournalEntry.session_id == session_id,
            JournalEntry.shared.in_([Sharing.COACH.value, Sharing.GROUP.value]),
            JournalEntry.text != "",
        )
        .order_by(Person.name, JournalEntry.prompt)
    )
    return [(row, name) for row, name in rows]


def readable(found: list[tuple[JournalEntry, str]], seat: Seat) -> list[Plain]:
    """Those of the shared entries that someone in this seat may read."""
    return [
        {
            "person": row.person_id,
            "name": name,
            "prompt": row.prompt,
            "text": row.text,
            "shared": row.shared,
            "saved_at": journal.stamp(row.saved_at),
        }
        for row, name in found
        if reads(seat, Sharing(row.shared))
    ]


def take_back(uow: UnitOfWork, session_id: str, person_id: str) -> None:
    """Whoever leaves a group no longer shares with it, nor with the one they come to."""
    for row in uow.session.scalars(
        select(JournalEntry).where(
            JournalEntry.session_id == session_id,
            JournalEntry.person_id == person_id,
            JournalEntry.shared != Sharing.NOBODY.value,
        )
    ):
        row.shared = Sharing.NOBODY.value
