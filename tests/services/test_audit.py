"""The audit: what is noted, in a chain that shows what was changed, taken out, put in or moved."""

import random
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pallpractice.asynchrony import off_loop
from pallpractice.domain.audit import Fault, What
from pallpractice.domain.errors import NotAllowed, NotFound, RateLimited
from pallpractice.services import audit, people
from pallpractice.services.passwords import Hasher
from pallpractice.storage import schema
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.base import new_id
from pallpractice.storage.unit_of_work import Store, UnitOfWork
from tests.conftest import Clock, SavedCourse

FIELDS = ("at", "actor_id", "what", "subject_id", "course_id", "data", "previous", "digest")
LINES = 12


@pytest.fixture
def noted(store: Store, clock: Clock) -> Store:
    """A chain of twelve lines, made one and two at a time."""
    for number in range(LINES * 2 // 3):
        with store.write() as uow:
            for _ in range(1 + number % 2):
                ids = {"actor": new_id(), "subject": new_id(), "course": new_id()}
                audit.note(uow, What.EXPORTED, **ids, data={"rows": number, "ids": [new_id()]})
        clock.advance(1)
    return store


def checked(store: Store, known: tuple[int, str] | None = None) -> audit.Checked:
    with store.read(whole=True) as uow:
        return audit.check(uow, known)


def lines(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as uow:
        found = uow.session.scalars(select(AuditLine).order_by(AuditLine.id))
        return [(line.what, line.actor_id, line.subject_id, line.data) for line in found]


def test_a_chain_that_nobody_touched_is_whole(noted: Store) -> None:
    found = checked(noted)
    assert (found.first, found.last, found.fault) == (1, LINES, None)


def test_an_empty_one_is_whole_too(store: Store) -> None:
    assert checked(store) == audit.Checked(1, 0, "0" * 64)


# --- tampering


def tamper(orm: Session, statement: str, **values: object) -> None:
    assert orm.execute(text(statement), values).rowcount, "nothing was tampered with"  # type: ignore[attr-defined]


def change(orm: Session, chance: random.Random) -> None:
    """One field of one line becomes that of another, or nonsense, or empty."""
    field, number = chance.choice(FIELDS), chance.randint(1, LINES)
    was = orm.execute(text(f"select {field} from audit where id = :id"), {"id": number}).scalar_one()
    other = orm.execute(
        text(f"select {field} from audit where id <> :id and {field} <> :was limit 1 offset :skip"),
        {"id": number, "was": was, "skip": chance.randint(0, 5)},
    ).scalar()
    wrong = {"at": "1999-01-01 00:00:00.000000", "data": '{"rows":99}'}.get(field, "0" * 31 + "e")
    broken = {"at": "yesterday", "data": '{"rows":'}.get(field, "")
    new = chance.choice([wrong, broken, other or wrong])
    tamper(orm, f"update audit set {field} = :new where id = :id", new=new, id=number)


def delete(orm: Session, chance: random.Random) -> None:
    """Some lines in a row: at the front, in the middle or at the end."""
    first = chance.randint(1, LINES)
    tamper(orm, "delete from audit where id between :a and :z", a=first, z=chance.randint(first, LINES))


def insert(orm: Session, chance: random.Random) -> None:
    """A copy of a line, put in at the end, or anywhere while the rest makes room."""
    place = chance.randint(1, LINES + 1)
    tamper(orm, "update audit set id = -id where id >= :place or :place > :last", place=place, last=LINES)
    tamper(orm, "update audit set id = 1 - id where id < 0") if place <= LINES else None
    tamper(orm, "update audit set id = -id where id < 0") if place > LINES else None
    tamper(
        orm,
        "insert into audit select :place, at, actor_id, what, subject_id, course_id, data, previous, digest"
        " from audit where id <> :place limit 1 offset :skip",
        place=place,
        skip=chance.randint(0, LINES - 1),
    )


def reorder(orm: Session, chance: random.Random) -> None:
    """Two lines change places, with or without their digests."""
    a, b = chance.sample(range(1, LINES + 1), 2)
    tamper(orm, "update audit set id = 1000 where id = :a", a=a)
    tamper(orm, "update audit set id = :a where id = :b", a=a, b=b)
    tamper(orm, "update audit set id = :b where id = 1000", b=b)
    if chance.random() < 0.5:
        columns = ("previous", "digest")
        kept = {n: orm.execute(text("select previous, digest from audit where id=:n"), {"n": n}).one() for n in (a, b)}
        for mine, theirs in ((a, b), (b, a)):
            values = dict(zip(columns, kept[theirs], strict=True))
            tamper(orm, "update audit set previous=:previous, digest=:digest where id=:n", n=mine, **values)


def move_the_end(orm: Session, chance: random.Random) -> None:
    """The row that says where the chain begins and ends says something else."""
    field, new = chance.choice([("last", 3), ("last", 99), ("first", 2), ("before", "e" * 64), ("digest", "e" * 64)])
    tamper(orm, f"update audit_ends set {field} = :new", new=new)


TAMPERINGS: tuple[Callable[[Session, random.Random], None], ...] = (change, delete, insert, reorder, move_the_end)


def test_a_thousand_tamperings_are_all_found(noted: Store, clock: Clock) -> None:
    chance, missed = random.Random(6), []
    for number in range(1000):
        tampering = TAMPERINGS[number % len(TAMPERINGS)] if number % 2 else change
        with Session(noted.writing) as orm:
            tampering(orm, chance)
            orm.expire_all()
            if audit.check(UnitOfWork(orm, clock.now)).fault is None:
                missed.append(f"{number} {tampering.__name__}")
            orm.rollback()
    assert missed == []
    assert checked(noted).fault is None, "each tampering was taken back"


@pytest.mark.parametrize("field", FIELDS)
def test_the_first_broken_link_is_named(noted: Store, field: str) -> None:
    new = {"at": "2001-01-01 00:00:00.000000", "data": "{}"}.get(field, "changed")
    with noted.write() as uow:
        for number in (5, 8):
            tamper(uow.session, f"update audit set {field} = :new where id = :id", new=new, id=number)
    found = checked(noted)
    assert (found.fault, found.at) == (Fault.APART if field == "previous" else Fault.CHANGED, 5)


def test_each_way_of_breaking_it_is_told_apart(noted: Store) -> None:
    cases = {
        "delete from audit where id = 4": (Fault.MISSING, 4),
        "delete from audit where id = 1": (Fault.MISSING, 1),
        "delete from audit where id > 9": (Fault.ENDS, 9),
        "update audit set at = 'yesterday' where id = 7": (Fault.UNREADABLE, 7),
        "delete from audit_ends": (Fault.ENDS, 0),
    }
    for statement, expected in cases.items():
        with Session(noted.writing) as orm:
            tamper(orm, statement)
            found = audit.check(UnitOfWork(orm, noted.clock()))
            orm.rollback()
        assert (found.fault, found.at) == expected, statement


def test_a_chain_written_anew_as_a_whole_is_found_by_an_end_that_was_kept(noted: Store) -> None:
    kept = checked(noted)
    with noted.write() as uow:
        tamper(uow.session, "delete from audit")
        tamper(uow.session, "update audit_ends set last = 0, digest = before")
    for _ in range(LINES):
        noted.change(audit.note, What.EXPORTED, actor=None)
    assert checked(noted).fault is None
    found = checked(noted, (kept.last, kept.digest))
    assert (found.fault, found.at) == (Fault.CHANGED, LINES)
    assert checked(noted, (LINES + 1, kept.digest)).fault is Fault.ENDS


def test_an_end_that_was_kept_is_still_there_when_more_has_been_noted(noted: Store) -> None:
    kept = checked(noted)
    noted.change(audit.note, What.EXPORTED, actor=None)
    assert checked(noted, (kept.last, kept.digest)).fault is None


# --- what is noted


def test_what_was_not_committed_is_not_noted(store: Store) -> None:
    def refused(uow: UnitOfWork) -> None:
        audit.note(uow, What.EXPORTED, actor=None)
        raise NotFound(people.NO_LINK)

    with pytest.raises(NotFound):
        store.change(refused)
    assert lines(store) == []


@pytest.mark.parametrize("value", ["Lena Whitfield", "lena@example.org", "x" * 65, 1.5, {"a note": 1}, [["so it is"]]])
def test_names_addresses_and_texts_are_refused(store: Store, value: object) -> None:
    with store.write() as uow, pytest.raises(ValueError, match="ids"):
        audit.note(uow, What.EXPORTED, actor=None, data={"value": value})
    assert lines(store) == []


def test_ways_in_and_refusals_are_noted(store: Store, course: SavedCourse, clock: Clock) -> None:
    hasher = Hasher(off_loop("threading"))
    people.set_password(store, hasher, "cleo@example.org", "five tall maples")
    people.sign_in(store, hasher, "cleo@example.org", "five tall maples")
    for email in ("cleo@example.org", "nobody@example.org"):
        with pytest.raises(NotAllowed):
            people.sign_in(store, hasher, email, "a wrong guess")
    token = store.change(people.issue_links, course.course, "", 14)[0].url.removeprefix("/l/")
    store.change(people.redeem, token)
    store.change(people.refuse_link, token)
    store.change(people.refuse_link, "never-a-link")
    cleo, lena = course.cleo.id, course.lena.id
    assert lines(store) == [
        ("password_set", None, cleo, {}),
        ("signed_in", cleo, None, {"by": "password"}),
        ("sign_in_refused", None, cleo, {"by": "password"}),
        ("sign_in_refused", None, None, {"by": "password"}),
        ("signed_in", lena, None, {"by": "link"}),
        ("sign_in_refused", None, lena, {"by": "link"}),
    ]
    assert checked(store).fault is None


def test_tries_that_come_too_soon_do_not_fill_the_audit(store: Store, course: SavedCourse) -> None:
    hasher = Hasher(off_loop("threading"))
    for _ in range(10):
        with pytest.raises((NotAllowed, RateLimited)):
            people.sign_in(store, hasher, "cleo@example.org", "a wrong guess")
    assert len(lines(store)) == 3


# --- several processes


@pytest.fixture
def several(postgres_url: str) -> Iterator[list[Store]]:
    schema.upgrade(postgres_url)
    stores = [Store(postgres_url) for _ in range(4)]
    yield stores
    for store in stores:
        store.close()


def test_processes_that_note_at_the_same_time_make_one_chain(several: list[Store]) -> None:
    failed: list[BaseException] = []

    def process(store: Store) -> None:
        try:
            for number in range(25):
                store.change(audit.note, What.EXPORTED, actor=new_id(), data={"n": number})
                if number % 10 == 0:
                    assert checked(store).fault is None, "a check beside writers sees a whole chain"
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=process, args=(store,)) for store in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found = checked(several[0])
    assert (found.last, found.fault) == (100, None)
