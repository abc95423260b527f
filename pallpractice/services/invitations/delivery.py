"""Sending what waits.

What is to be sent is a row first. A mail goes out between two transactions, never inside one: the first takes the row,
so that no other process does, and writes the letter; the second notes how it went.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import and_, func, or_, select, update

from ...domain import invitations as rules
from ...domain.invitations import LOST_AFTER, MOST_TRIES, PAUSES, Kind, Message, Reminders
from ...domain.mail import Mail, is_address
from ...domain.text import text
from ...storage.courses import Course
from ...storage.invitations import Invitation
from ...storage.unit_of_work import Store, UnitOfWork
from .. import people
from ..feedback import missing
from . import attending, letters
from .attending import Known
from .letters import Letter
from .post import SILENT, Line, Refused, Unreachable, Unsure

PAUSE_S = 0.25  # between two letters: gentle on the relay, and on who watches it for bulk mail
NO_ADDRESS = text("This is not an address that mail can be sent to.")
NO_LETTER = text("Something in this letter can't be written as mail.")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """How far a sending has come. `total` is what waited when it began; `trouble` says why it had to stop."""

    total: int
    sent: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)  # email, reason
    unsure: list[str] = field(default_factory=list)  # emails
    trouble: str = ""

    @property
    def done(self) -> int:
        return self.sent + len(self.failed) + len(self.unsure)


Told = Callable[[Sent], None]


def send(
    store: Store,
    mail: Mail,
    *,
    course_id: str | None = None,
    line: Line | None = None,
    off_loop: Callable[..., Any] = lambda work, *args: work(*args),
    told: Told = lambda sent: None,
    pause: Callable[[], object] = lambda: time.sleep(PAUSE_S),
) -> Sent:
    """Sends all that waits and is ready for its next try, one after the other; of one course, if given.

    `off_loop` runs what talks to the mail server where it holds nobody up; `told` hears of each letter. An address that
    fails keeps the server's reason and stops nobody else. A server that can't be used stops it all, and costs no try.
    """
    line = line or line_to(mail)
    done = Sent(store.change(_begin, course_id))
    try:
        while not done.trouble:
            taken = _next(store, mail, course_id, line, off_loop, done)
            if taken is None:
                break
            told(done)
            pause()
    finally:
        off_loop(line.close)
    return done


def line_to(mail: Mail) -> Line:
    return Line(mail.relay, _host(mail))


def _next(
    store: Store, mail: Mail, course_id: str | None, line: Line, off_loop: Callable[..., Any], done: Sent
) -> Letter | None:
    """Sends the next one; None when there is none, or the server can't be used."""
    with store.read() as uow:
        if not uow.session.scalar(_ready(uow, course_id)):
            return None
    try:
        off_loop(line.open)
        letter: Letter | None = store.change(_take, mail, course_id)
        if letter is None:
            return None
        error, final, arrived = _hand_over(letter, mail, line, off_loop)
    except Unreachable as trouble:
        done.trouble = trouble.args[0]
        log.warning("mail is stuck: %s", trouble)
        return None
    store.change(_note, letter.id, error, final, arrived)
    _count(done, letter, error, arrived)
    return letter


def _hand_over(letter: Letter, mail: Mail, line: Line, off_loop: Callable[..., Any]) -> tuple[str, bool, bool]:
    """(what went wrong, is there no use in another try, may it have arrived)."""
    if not is_address(letter.to.email):
        return NO_ADDRESS, True, False
    try:
        off_loop(_post, letter, mail, line)
    except Unsure as unsure:
        return str(unsure), True, True
    except Unreachable as trouble:  # it was there a moment ago: this letter is tried again like any other
        return str(trouble), False, False
    except Refused as refused:
        return str(refused), False, False
    except ValueError:
        return NO_LETTER, True, False
    return "", True, True


def _post(letter: Letter, mail: Mail, line: Line) -> None:
    line.send(mail.sender.address, letter.to.email, letters.post(letter, _host(mail)))


def _host(mail: Mail) -> str:
    return urlsplit(mail.base_url).hostname or "localhost"


def _count(done: Sent, letter: Letter, error: str, arrived: bool) -> None:
    if not error:
        done.sent += 1
    elif arrived:
        done.unsure.append(letter.to.email)
    else:
        done.failed.append((letter.to.email, error))
    # No address, no link, and not the server's words: they may repeat both.
    log.info("letter %s to %s: %s", letter.id, letter.to.id, "sent" if not error else "unsure" if arrived else "failed")


def _begin(uow: UnitOfWork, course_id: str | None) -> int:
    """How many are ready. Who was being sent when a process ended may have arrived: it is not sent again by itself."""
    lost = and_(Invitation.sent_at.is_(None), Invitation.tries > 0, Invitation.error == "")
    uow.session.execute(
        update(Invitation)
        .where(lost, Invitation.tried_at < uow.now - LOST_AFTER)
        .values(sent_at=Invitation.tried_at, error=SILENT)
    )
    return uow.session.scalar(_ready(uow, course_id)) or 0


def _of(course_id: str | None) -> Any:
    return Invitation.course_id == course_id if course_id else True


def _is_ready(uow: UnitOfWork) -> Any:
    """Never tried; or tried and failed, and the pause is over."""
    paused = [
        and_(Invitation.tries == tries, Invitation.error != "", Invitation.tried_at <= uow.now - pause)
        for tries, pause in enumerate(PAUSES, 1)
    ]
    return and_(Invitation.sent_at.is_(None), or_(Invitation.tries == 0, *paused))


def _ready(uow: UnitOfWork, course_id: str | None) -> Any:
    return select(func.count()).select_from(Invitation).where(_is_ready(uow), _of(course_id))


def _take(uow: UnitOfWork, mail: Mail, course_id: str | None) -> Letter | None:
    """Takes the next row for sending, so that nobody else does, and writes its letter. What has lost its sense goes."""
    while True:
        row = uow.session.scalar(
            select(Invitation)
            .where(_is_ready(uow), _of(course_id))
            .order_by(Invitation.queued_at, Invitation.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        letter = _letter(uow, mail, row)
        if letter is not None:
            row.tries, row.tried_at, row.error = row.tries + 1, uow.now, ""
            return letter
        uow.session.delete(row)
        uow.session.flush()


def _letter(uow: UnitOfWork, mail: Mail, row: Invitation) -> Letter | None:
    """What the row says as things are now, with a fresh link; None when there is nothing left to say."""
    course = uow.session.get_one(Course, row.course_id)
    found = attending.everyone(uow, course, [row.person_id])
    message = _message(uow, course, found[0], row) if found else None
    if message is None:
        return None
    row.contents, row.entries = message.contents, attending.kept_entries(dict(message.entries))
    link = None
    if row.kind != Kind.CANCELLATION and is_address(found[0].person.email):
        link = _link(uow, mail, course, found[0])
    about = attending.about(course, mail.base_url)
    return letters.write(row.id, message, found[0].to, about, link, mail.sender, uow.now)


def _message(uow: UnitOfWork, course: Course, known: Known, row: Invitation) -> Message | None:
    past = known.past(but=row)
    held = rules.holds(past)
    if row.kind == Kind.REMINDER:
        found = rules.due(known.member, past, uow.now, Reminders.of(course.wishes))
        return next((message for message in found if message.contents == row.contents), None)
    if row.kind == Kind.FEEDBACK:
        return missing.letter(missing.of_person(uow, row.person_id, course.id))
    make = {
        Kind.INVITATION: rules.invitation,
        Kind.UPDATE: rules.update,
        Kind.CANCELLATION: rules.cancellation,
    }[Kind(row.kind)]
    return make(known.member, held, uow.now)


def _link(uow: UnitOfWork, mail: Mail, course: Course, known: Known) -> str:
    days = link_days(uow, course, mail.link_days)
    issued = people.issue_links(uow, course, mail.base_url, days, only=[known.person.email], keep_older=True)
    return issued[0].url


def link_days(uow: UnitOfWork, course: Course, least: int) -> int:
    """How long a link handed out now is to open: until the course has ended, and `least` days anyway."""
    last = max((session.ends_at for session in course.sessions), default=uow.now)
    return max(least, ceil((last - uow.now) / timedelta(days=1)) + 1)


def _note(uow: UnitOfWork, row_id: str, error: str, final: bool, arrived: bool) -> None:
    row = uow.session.get(Invitation, row_id)
    if row is None:  # the person was erased meanwhile
        return
    row.error = error
    if arrived:
        row.sent_at = uow.now
    elif final:
        row.tries = MOST_TRIES
