"""Two rounds played, and in every table a row of Lena's, every word of it marked with whose it is:

"kx-lena": hers, or others' about her; "kx-given": hers for others; "kx-else": nothing of hers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, Table, insert, select
from sqlalchemy import Text as Words

from pallpractice.domain.audit import What
from pallpractice.domain.holding import Class, Relation
from pallpractice.services import audit
from pallpractice.services.mine import rows
from pallpractice.services.people import _hash, issue_links
from pallpractice.storage.base import Base, Instant, new_id
from pallpractice.storage.courses import Person, SignInFailure
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.registry import REGISTRY, Held
from pallpractice.storage.unit_of_work import UnitOfWork
from tests.services.conftest import Table as Played

HERS, GIVEN, ELSE = "kx-lena", "kx-given", "kx-else"
EMAIL = f"{HERS}-people-email@example.org"
NOT_YET = {"people", "kept_names"}  # filled already; filled by erasing
MEANT = {"consents.purpose": "research"}  # what is read as a word of ours
SHORTEST = 50  # what is shorter holds words of ours: a kind, a purpose, a verdict
RELATIONS = {HERS: rows.THEIRS - {Relation.COPY}, GIVEN: {Relation.GIVEN}}


@dataclass
class Places:
    """Ids that rows refer to. `mine`: for what is Lena's; `theirs`: for what she gave to Olga."""

    people: Mapping[str, str]
    course: Any
    room: str
    rounds: tuple[str, str]
    cards: tuple[str, str]


def fill(played: Played) -> Places:
    """Plays and fills in. Lena is in the chair of the first round and observes Olga's in the second."""
    store, course = played.store, played.course
    with store.write() as uow:
        _name(uow, uow.session.get_one(Person, course.lena.id))
        uow.session.add(SignInFailure(account_hash=_hash(EMAIL), at=uow.now))
        issue_links(uow, course.course, "", 14)
        audit.note(uow, What.SIGNED_IN, actor=course.lena.id)
    first = _round(played, "Lena", {"Lena": HERS, "Olga": HERS, "Cleo": HERS, "Sam": HERS})
    second = _round(played, "Olga", {"Lena": GIVEN, "Olga": ELSE, "Cleo": ELSE, "Sam": ELSE})
    played.do("Lena", "help:ask", text=f"{HERS}-help")
    played.do("Oren", "notice:send", text=f"{ELSE}-notice")
    with store.write() as uow:
        people = {name: person.id for name, person in course.cast.items()}
        mine = _card(uow, first, people["Cleo"]), _card(uow, second, people["Lena"])
        places = Places(people, course, played.room, (first, second), mine)
        for one in Base.metadata.sorted_tables:
            held = REGISTRY[one.name]
            for mark, relations in RELATIONS.items():
                if one.name not in NOT_YET and set(relations) & set(held.people.values()):
                    _row(uow, one, held, mark, places)
    return places


def _name(uow: UnitOfWork, person: Person) -> None:
    person.email, person.name = EMAIL, f"{HERS}-people-name"
    for field in ("profession", "institution", "pronouns", "password_hash"):
        setattr(person, field, f"{HERS}-people-{field}")
    person.time_zone = "Africa/Abidjan"


def _round(played: Played, learner: str, marks: Mapping[str, str]) -> str:
    course = played.course
    number = str(played.do("Cleo", "round:start", learner=course.cast[learner].id)["round"])
    played.do(learner, "goal:set", text=f"{marks[learner]}-goal")
    played.do("Cleo", "encounter:begin")
    observer = "Olga" if learner == "Lena" else "Lena"
    for who in (observer, "Cleo"):
        played.do(who, "observation:add", kind="note", text=f"{marks[who]}-observation", judgement="try")
    played.do("Sam", "moment:mark", text=f"{marks['Sam']}-moment")
    played.do("Sam", "feeling:set", value=6)
    played.do("Cleo", "cue:send", to=course.cast[learner].id, text=f"{marks[learner]}-cue")
    played.do("Cleo", "cue:send", to=course.sam.id, text="kx-sam-cue")
    played.do("Cleo", "encounter:end")
    for who in (learner, observer, "Cleo", "Sam"):
        rubric = played.view(who)["rubric"]
        played.do(who, "score:save", entry=rubric["items"][0]["id"], rating=3)
        for comment in rubric["comments"][:1]:
            played.do(who, "score:save", entry=comment["id"], text=f"{marks[who]}-comment")
        played.do(who, "scorecard:submit")
    for action in ("debrief:open", *["debrief:next"] * 3, "round:close"):
        played.do("Cleo", action)
    played.do(learner, "nextstep:set", text=f"{marks[learner]}-step")
    for who, mark in (("Lena", HERS), ("Olga", ELSE)):
        played.do(who, "reflection:save", text=f"{mark}-reflection", shared=True)
    return number


def _card(uow: UnitOfWork, round_id: str, rater: str) -> str:
    card = select(Scorecard.id).where(Scorecard.round_id == round_id, Scorecard.rater_id == rater)
    return uow.session.scalars(card).one()


def _row(uow: UnitOfWork, one: Table, held: Held, mark: str, places: Places) -> None:
    """A row of Lena's in a table where she has none yet."""
    theirs = rows.of(one, held, places.people["Lena"], RELATIONS[mark])
    if uow.session.execute(select(one).where(theirs).limit(1)).first() is None:
        values = {column.name: _value(column, held, mark, places, uow) for column in one.c}
        uow.session.execute(insert(one).values(values))
        assert uow.session.execute(select(one).where(theirs).limit(1)).first(), f"{one.name} got no row of hers"


def _value(column: Column[Any], held: Held, mark: str, places: Places, uow: UnitOfWork) -> Any:
    for key in column.foreign_keys:
        return _id(key.column.table.name, column.name, held, mark, places, uow)
    if column.name in held.people:
        return places.people["Lena"]
    if str(column) in MEANT:
        return MEANT[str(column)]
    holds, _ = held.kinds()[column.name]
    if isinstance(column.type, JSON):
        return {"words": f"{mark}-{column}"} if holds not in (Class.TECHNICAL, Class.NOT_PERSONAL) else {}
    if isinstance(column.type, Instant):
        return uow.now
    made: dict[type, Any] = {bool: False, int: 1, float: 1.0, date: uow.now.date()}
    if column.type.python_type in made:
        return made[column.type.python_type]
    long = isinstance(column.type, Words) or column.type.length >= SHORTEST  # type: ignore[attr-defined]
    if long and holds not in (Class.TECHNICAL, Class.NOT_PERSONAL):
        return f"{mark}-{column}"
    return new_id()[: column.type.length]  # type: ignore[attr-defined]


def _id(target: str, column: str, held: Held, mark: str, places: Places, uow: UnitOfWork) -> Any:
    hers = mark == HERS
    if target == "people":
        relation = held.people.get(column, Relation.NAMED)
        if relation in RELATIONS[mark]:
            return places.people["Lena"]
        return places.people["Oren" if relation is Relation.NAMED else "Olga" if hers is False else "Cleo"]
    known = {
        "courses": places.course.course.id,
        "sessions": places.course.session.id,
        "groups": places.course.group.id,
        "rooms": places.room,
        "rounds": places.rounds[0 if hers else 1],
        "scorecards": places.cards[0 if hers else 1],
    }
    if target in known:
        return known[target]
    parent = Base.metadata.tables[target]
    theirs = rows.of(parent, REGISTRY[target], places.people["Lena"], RELATIONS[mark])
    return uow.session.execute(select(parent.c.id).where(theirs).limit(1)).scalar_one()


def everything(uow: UnitOfWork) -> str:
    """Every value of every row of every table."""
    return "\n".join(
        f"{one.name}: {row}" for one in Base.metadata.sorted_tables for row in uow.session.execute(select(one))
    )
