"""What a round's report is made of, read for one reader: the rows they may read, and how people are called to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ...domain.reports import Much, Part, Who, much
from ...domain.roles import Seat
from ...domain.rubric import Rubric
from ...domain.scenario import Scenario
from ...domain.text import Text, text
from ...library.shelf import Library
from ...storage.courses import Person
from ...storage.feedback import Correction, Observation, Scorecard
from ...storage.rooms import Room, RoundRow
from ...storage.unit_of_work import UnitOfWork
from .. import editions, observations
from . import corrections, readers, scorecards

A_PEER = text("A peer")


@dataclass(slots=True)
class Source:
    """The rows a report is made of, and who it is made for."""

    uow: UnitOfWork
    who: Who
    round: RoundRow
    room: Room
    scenario: Scenario
    rubric: Rubric
    cards: Sequence[Scorecard]  # those it is made of
    lines: Mapping[str, Mapping[str, corrections.Line]]  # by scorecard and entry
    observations: Sequence[Observation]
    names: Mapping[str, str]
    peer_names: bool  # may this reader learn which peer gave what

    def name(self, person: str, seat: str) -> str | Text:
        """How this reader learns who it was."""
        if seat == Seat.OBSERVER and not self.peer_names:
            return A_PEER
        return self.names.get(person, "")


def read(uow: UnitOfWork, library: Library, known: readers.Asked) -> Source:
    """What this reader's report of a round is made of: nothing that they may not read is in it."""
    round_, room = known.round, known.room
    wanted = ("released",) if much(Part.REPORT, known.who) is Much.RELEASED else ("submitted", "released")
    cards = [card for card in scorecards.of_round(uow, round_.id) if card.status in wanted]
    made = corrections.of_round(uow, round_.id)
    noticed = observations.of_round(uow, round_.id)
    people = {round_.learner_id, *(card.rater_id for card in cards), *(one.author_id for one in noticed)}
    names = much(Part.PEER_NAMES, known.who)
    return Source(
        uow=uow,
        who=known.who,
        round=round_,
        room=room,
        scenario=editions.scenario(uow, library, round_.scenario_id, round_.scenario_version),
        rubric=editions.rubric(uow, library, round_.rubric_id, round_.rubric_version),
        cards=cards,
        lines={card.id: _lines(known.who, card, made) for card in cards},
        observations=noticed,
        names=names_of(uow, people | {one.made_by for one in made}),
        peer_names=names is Much.ALL or (names is Much.BY_POLICY and round_.peer_names),
    )


def _lines(who: Who, card: Scorecard, made: Iterable[Correction]) -> Mapping[str, corrections.Line]:
    """A line held back is not there at all for who may not read it, nor what was said of it since."""
    all_ = corrections.lines(card, made)
    if much(Part.HELD, who) is Much.ALL:
        return all_
    return {entry: line for entry, line in all_.items() if not line.held}


def names_of(uow: UnitOfWork, people: Iterable[str]) -> dict[str, str]:
    """People's names by id."""
    rows = uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(list(people))))
    return {row.id: row.name for row in rows}
