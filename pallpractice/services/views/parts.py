"""Parts of a room's view that only some may see. Each gets how much of it: never more is built than that."""

from collections.abc import Callable, Mapping

from ...domain.feedback import Scope, Thing, opened_seats, scope
from ...domain.roles import PLACED, Seat
from ...domain.room import Action
from ...domain.text import text
from .. import choosing, editions, messages
from ..journal import stamp
from .contents import Contents
from .plain import View, observation, scorecard, when


def _brief(contents: Contents, seat: Seat, allowed: Scope) -> View:
    return {"brief": contents.scenario.brief_plain if contents.scenario else None}


def _script(contents: Contents, seat: Seat, allowed: Scope) -> View:
    scenario = contents.scenario
    if scenario is None:
        return {"script": None, "case": None, "beats": []}
    # Whoever plays it is told what it asks of them before anyone begins, so with the script and not with the round.
    about = {"title": scenario.title, "intensity": scenario.intensity, "warnings": list(scenario.warnings)}
    beats = [{**when(line), "beat": line.data["beat"]} for line in contents.told if line.action == Action.BEAT_GO]
    return {"script": scenario.script_plain, "case": about, "beats": beats}


def _guide(contents: Contents, seat: Seat, allowed: Scope) -> View:
    return {"guide": contents.scenario.guide_plain if contents.scenario else None}


def _rubric(contents: Contents, seat: Seat, allowed: Scope) -> View:
    round_ = contents.record.round
    if round_ is None:
        return {}
    rubric = editions.rubric(contents.uow, contents.library, round_.rubric_id, round_.rubric_version)
    return {"rubric": rubric.for_seat(seat)}


def _card(contents: Contents, seat: Seat, allowed: Scope) -> View:
    disclosed = [{"id": mark.disclosure, **when(mark), "by": mark.person_id} for mark in contents.disclosures]
    feeling = {mark.character: mark.value for mark in contents.feelings}
    return {"card": {"beat": contents.record.state.beat, "disclosed": disclosed, "feeling": feeling}}


def _felt(contents: Contents, seat: Seat, allowed: Scope) -> View:
    # The patient's "own" is the patients' channel: with two characters both play the same encounter.
    return {"felt": [{"character": mark.character, **when(mark), "value": mark.value} for mark in contents.feelings]}


def _observations(contents: Contents, seat: Seat, allowed: Scope) -> View:
    if allowed is Scope.ALL:
        return {"observations": [observation(contents, row) for row in contents.observations]}
    if allowed is Scope.COUNTS:
        return {"counts": _counts(contents)}
    return {}


def _counts(contents: Contents) -> View:
    raters = [row for row in contents.record.seats.values() if row.seat in PLACED]
    return {
        "observations": len(contents.observations),
        "submitted": sum(1 for card in contents.scorecards if card.status != "draft"),
        "raters": len(raters) if contents.record.round else 0,
    }


def _scorecards(contents: Contents, seat: Seat, allowed: Scope) -> View:
    if seat in (Seat.COACH, Seat.ORGANISER):
        return {"submitted": [card.rater_id for card in contents.scorecards if card.status != "draft"]}
    return {}


def help_asked(contents: Contents, seat: Seat, allowed: Scope) -> View:
    if allowed is not Scope.ALL:
        return {}
    asking = sorted(
        ((row.help_at, row) for row in contents.record.seats.values() if row.help_at),
        key=lambda asked: (asked[0], asked[1].person_id),
    )
    return {
        "help": [
            {
                "person": row.person_id,
                "name": row.person.name,
                "text": row.help_text,
                "at": stamp(at),
                "coming": messages.coming_plain(contents.coming, row.room_id, row.person_id),
            }
            for at, row in asking
        ]
    }


def _extra_time(contents: Contents, seat: Seat, allowed: Scope) -> View:
    return {"extra_time": contents.record.state.extra_time} if allowed is Scope.COUNTS else {}


def released(contents: Contents, seat: Seat) -> View:
    """What the turns have opened to this seat so far."""
    reader = contents.reader
    opened = {str(one) for one in opened_seats(contents.record.state)}
    round_ = contents.record.round
    unnamed = seat is Seat.LEARNER and not (round_ and round_.peer_names)
    released: View = {}
    if scope(Thing.OBSERVATIONS, seat, reader) is Scope.OPENED:
        notes = [observation(contents, row) for row in contents.observations if row.seat in opened]
        released["observations"] = [_of_a_peer(note, "author") for note in notes] if unnamed else notes
    if scope(Thing.SCORECARDS, seat, reader) is Scope.OPENED:
        cards = [
            scorecard(contents, card)
            for card in contents.scorecards
            if card.seat in opened and card.status == "released"
        ]
        released["scorecards"] = [_of_a_peer(card, "rater") for card in cards] if unnamed else cards
    return released


def _of_a_peer(written: View, who: str) -> View:
    """What an observer wrote, without their name; by the order alone it can't be told whose it is."""
    if written["seat"] != Seat.OBSERVER:
        return written
    return {**written, who: None, "name": text("A peer")}


def running(contents: Contents) -> View:
    """What those who run the round choose from."""
    record = contents.record
    fitting = choosing.scenarios_for(contents.library, record)
    learner, scenario = contents.following.learner, contents.following.scenario
    following = {"learner": learner, "scenario": scenario.id, "title": scenario.title} if learner and scenario else None
    return {
        "next": following,
        "scenarios": [
            {
                "id": one.id,
                "title": one.title,
                "track": one.track,
                "skill": one.skill,
                "intensity": one.intensity,
                "characters": [{"id": who.id, "name": who.name} for who in one.script.characters],
                "declined": sorted(contents.declined.get(one.id, frozenset()) & record.seats.keys()),
            }
            for one in fitting
        ],
    }


PARTS: Mapping[Thing, Callable[[Contents, Seat, Scope], View]] = {
    Thing.BRIEF: _brief,
    Thing.SCRIPT: _script,
    Thing.GUIDE: _guide,
    Thing.CARD: _card,
    Thing.RUBRIC: _rubric,
    Thing.OBSERVATIONS: _observations,
    Thing.SCORECARDS: _scorecards,
    Thing.FELT: _felt,
    Thing.HELP: help_asked,
    Thing.EXTRA_TIME: _extra_time,
}
