"""What goes in its time, rule by rule: counted for a dry run, or done in small transactions that hold up no writer.

Days are counted from the end of a course's last session. A rule finds only what is left to do, so that running it
again, or after it was stopped midway, does no harm.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, or_, select, tuple_, update

from ...domain.audit import What
from ...domain.holding import Keep, Terms
from ...domain.joining import NO_MAIL
from ...storage import audit as chain
from ...storage.courses import Enrolment, Link, Person, Revocation, Session, SignInFailure
from ...storage.invitations import Guest
from ...storage.mine import KeptName
from ...storage.reach import table
from ...storage.registry import REGISTRY
from ...storage.tokens import ApiToken
from ...storage.unit_of_work import Store, UnitOfWork
from .. import audit
from . import anonymous, erasing, rows

BATCH = 200
SHORT = timedelta(days=30)  # for what only helps to see what went on: links that ended, windows that were closed


@dataclass(frozen=True, slots=True)
class Due:
    """What is over at an instant."""

    now: datetime
    terms: Terms

    def over(self, days: int) -> Select[Any]:
        """The courses whose last session ended so many days ago."""
        ended = select(Session.course_id).group_by(Session.course_id)
        return ended.having(func.max(Session.ends_at) < self.now - timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of what goes: how much there is, and a step that does some of it and says how much."""

    name: str
    words: str
    count: Callable[[UnitOfWork, Due], int]
    step: Callable[[UnitOfWork, Due], int]


@dataclass(frozen=True, slots=True)
class Gone:
    """What a rule found, or did."""

    rule: Rule
    count: int


def due(store: Store, terms: Terms) -> list[Gone]:
    """What would go, by rule."""
    with store.read() as uow:
        when = Due(uow.now, terms)
        return [Gone(rule, rule.count(uow, when)) for rule in RULES]


def retain(store: Store, terms: Terms, pause: Callable[[], None] = lambda: None) -> Iterator[Gone]:
    """Carries the rules out, one after the other, and notes in the audit what went. `pause` lets others write."""
    gone = []
    for rule in RULES:
        count = 0
        while done := store.change(_step, rule, terms):
            count += done
            pause()
        gone.append(Gone(rule, count))
        yield gone[-1]
    if went := {one.rule.name: one.count for one in gone if one.count}:
        store.change(audit.note, What.RETAINED, actor=None, data=went)
    store.forget()


def _step(uow: UnitOfWork, rule: Rule, terms: Terms) -> int:
    return rule.step(uow, Due(uow.now, terms))


# --- rows that go, and columns that are emptied

Chosen = tuple[Table, ColumnElement[bool]]


def _deleting(name: str, words: str, these: Callable[[Due], Iterator[Chosen]]) -> Rule:
    return _batched(name, words, these, delete)


def _emptying(name: str, words: str, these: Callable[[Due], Iterator[Chosen]]) -> Rule:
    def blank(one: Table) -> Any:
        columns = rows.words_of(one, REGISTRY[one.name])
        return update(one).values({column.name: rows.empty(column) for column in columns})

    return _batched(name, words, these, blank)


def _batched(name: str, words: str, these: Callable[[Due], Iterator[Chosen]], doing: Callable[[Table], Any]) -> Rule:
    """A rule that does the same to the rows it chooses, some at a time, table after table."""

    def count(uow: UnitOfWork, when: Due) -> int:
        return sum(
            uow.session.scalar(select(func.count()).select_from(one).where(chosen)) or 0 for one, chosen in these(when)
        )

    def step(uow: UnitOfWork, when: Due) -> int:
        for one, chosen in these(when):
            keys = uow.session.execute(select(*one.primary_key).where(chosen).limit(BATCH)).all()
            if keys:
                uow.session.execute(doing(one).where(tuple_(*one.primary_key).in_([tuple(key) for key in keys])))
                return len(keys)
        return 0

    return Rule(name, words, count, step)


def _evidence(when: Due) -> Iterator[Chosen]:
    over = when.over(when.terms.evidence)
    for one, held in rows.about_people():
        if held.keep is Keep.EVIDENCE and held.course:
            yield one, rows.in_courses(one, held, over)


def _kept_names(_: Due) -> Iterator[Chosen]:
    names = table(KeptName.__tablename__)
    proofs = [table(name) for name, held in REGISTRY.items() if held.proves]
    yield names, and_(*(~exists().where(one.c.person_id == names.c.person_id) for one in proofs))


def _words(when: Due) -> Iterator[Chosen]:
    over = when.over(when.terms.feedback)
    for one, held in rows.about_people():
        if held.keep is Keep.FEEDBACK and (columns := rows.words_of(one, held)):
            chosen = rows.in_courses(one, held, over), anonymous.unproven(one, held), rows.says_something(columns)
            yield one, and_(*chosen)


SHORTER = {Link.__tablename__, Guest.__tablename__, ApiToken.__tablename__}  # gone before their course's feedback is


def _places(when: Due) -> Iterator[Chosen]:
    over = when.over(when.terms.feedback)
    for one, held in rows.about_people():
        if held.keep is Keep.SHORT and held.course and one.name not in SHORTER:
            yield one, rows.in_courses(one, held, over)


def _short(when: Due) -> Iterator[Chosen]:
    since = when.now - SHORT
    yield table(Link.__tablename__), or_(Link.expires_at < since, Link.revoked_at < since)
    yield table(ApiToken.__tablename__), or_(ApiToken.expires_at < since, ApiToken.revoked_at < since)
    yield table(Guest.__tablename__), Guest.asked_at < since
    yield table(Revocation.__tablename__), Revocation.at < since
    yield table(SignInFailure.__tablename__), SignInFailure.at < since


# --- people


def _named(uow: UnitOfWork, when: Due) -> list[tuple[str, str]]:
    return anonymous.named(uow, when.over(when.terms.feedback))


def _anonymise(uow: UnitOfWork, when: Due) -> int:
    for course, person in _named(uow, when)[:1]:
        anonymous.replace(uow, course, person)
        return 1
    return 0


def _accounts(uow: UnitOfWork, when: Due) -> list[str]:
    """Whose courses are all long over; guests, who came for one room, go as soon as its feedback does."""
    found = select(Person.id).where(Person.erased_at.is_(None)).order_by(Person.id)
    in_any = exists().where(Enrolment.person_id == Person.id)
    is_guest = Person.email.like(f"%@{NO_MAIL}")

    def in_others(days: int) -> ColumnElement[bool]:
        return exists().where(Enrolment.person_id == Person.id, Enrolment.course_id.not_in(when.over(days)))

    evidence, feedback = when.terms.evidence, when.terms.feedback
    over = or_(~in_others(evidence), and_(is_guest, ~in_others(feedback)))
    return list(uow.session.scalars(found.where(in_any, over)))


def _erase(uow: UnitOfWork, when: Due) -> int:
    for person in _accounts(uow, when)[:1]:
        erasing.gone(uow, person, actor=None)
        return 1
    return 0


# --- the audit


def _old_lines(uow: UnitOfWork, when: Due) -> int:
    return chain.count_before(uow.session, when.now - timedelta(days=when.terms.audit))


def _drop_lines(uow: UnitOfWork, when: Due) -> int:
    return chain.drop(uow.session, when.now - timedelta(days=when.terms.audit), BATCH)


# In this order: what proved something is feedback like any other once the proof has gone.
RULES: tuple[Rule, ...] = (
    _deleting("evidence", "presence, claims, consents and licences past their days", _evidence),
    _deleting("kept_names", "names of erased people that prove nothing any more", _kept_names),
    _emptying("words", "goals, comments, observations, cues and notes whose words go", _words),
    Rule("names", "people whom feedback still names", lambda uow, when: len(_named(uow, when)), _anonymise),
    _deleting("places", "places, plans and letters of courses that are over", _places),
    _deleting("short", "links, tokens, guests, closed windows and wrong passwords of 30 days ago", _short),
    Rule("accounts", "people to erase", lambda uow, when: len(_accounts(uow, when)), _erase),
    Rule("audit", "lines of the audit past their days", _old_lines, _drop_lines),
)
