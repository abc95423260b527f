"""What is one person's alone."""

from ...domain import rotation
from ...domain.feedback import Reader, Scope, Thing, scope
from ...domain.pairing import observing
from ...domain.reports import Who, opens
from ...domain.roles import CIRCLES, Seat
from ...storage.feedback import Entry, Scorecard
from ...storage.rooms import RoundRow, SeatRow
from .. import hot, messages
from ..circles import views as circles
from ..journal import stamp
from ..messages import cue_plain
from .contents import BEFORE, Contents
from .plain import View, observation, scorecard


def mine_view(contents: Contents, person: str, seat: Seat) -> View:
    """What is one person's alone."""
    record = contents.record
    row = record.seats.get(person)
    common: View = {
        "version": record.head,
        "person": person,
        "seat": seat,
        "help": _own_help(contents, row) if row and row.help_at else None,
    }
    if contents.circle and record.state.kind in CIRCLES:
        return circles.mine_view(contents.uow, contents.circle, record, seat, common)
    card = next((card for card in contents.scorecards if card.rater_id == person), None)
    view: View = common | {
        "character": row.character if row else None,
        "ready": row.ready if row else False,
        "watching": list(row.watching) if row else [],
        "extra_time": person in contents.extra_time,
        "turns": _own_turns(contents, person),
        "scorecard": _own_scorecard(card) if card else None,
        "observations": [observation(contents, one) for one in contents.observations if one.author_id == person],
        "cues": [cue_plain(cue) for cue in contents.cues if person in (cue.from_id, cue.to_id)],
        "reflection": next(
            ({"text": one.text, "shared": one.shared} for one in contents.reflections if one.person_id == person), None
        ),
    }
    view.update(_own_by_seat(contents, person, seat, card))
    if contents.circle:
        view.update(circles.own_in_practice(contents.circle, person, row.role if row else None, seat))
    return view


def _own_turns(contents: Contents, person: str) -> list[View]:
    """The planned rounds this person is in the chair in, or plays in. Of the case they learn nothing by it."""
    turns = []
    for row in contents.planned:
        seat = Seat.LEARNER if row.learner_id == person else Seat.PATIENT if person in row.parts.values() else None
        if seat:
            turns.append({"number": row.number, "seat": seat})
    return turns


def _own_help(contents: Contents, row: SeatRow) -> View:
    assert row.help_at
    who = messages.coming_plain(contents.coming, row.room_id, row.person_id)
    return {"text": row.help_text, "at": stamp(row.help_at), "coming": who}


def _own_entry(entry: Entry) -> View:
    """As its rater has it; with the coach's reason where it is held back."""
    plain = hot.entry_plain(entry)
    return plain | {"held": entry.held_reason} if entry.held_reason else plain


def _own_scorecard(card: Scorecard) -> View:
    entries = {entry.entry: _own_entry(entry) for entry in card.entries}
    return {"status": card.status, "entries": entries}


def _own_by_seat(contents: Contents, person: str, seat: Seat, card: Scorecard | None) -> View:
    state, round_ = contents.record.state, contents.record.round
    row = contents.record.seats.get(person)
    if seat is Seat.LEARNER:
        before = {"last_next_step": contents.last_next_steps.get(person)} if state.phase in BEFORE else {}
        if round_ and round_.learner_id == person:
            released = _report_url(round_) if round_.released_at else None
            return before | {"next_step": round_.next_step, "report_url": released}
        return before
    if seat is Seat.OBSERVER:
        return {"job": _job(contents, person)}
    if seat is Seat.PATIENT:
        return {"deroled": bool(row and row.deroled)}
    if seat is Seat.COACH:
        return coachs_own(contents, person, bool(card and card.status != "draft"))
    return {}


def _job(contents: Contents, person: str) -> View | None:
    """What this observer listens for in the present round, besides what they choose; it goes round."""
    learners = rotation.learners(contents.record.state)
    deals = observing.shared((row.learner_id, learners) for row in contents.record.rounds)
    job = deals[-1].get(person) if deals else None
    return {"title": job.title, "words": job.words} if job else None


def coachs_own(contents: Contents, person: str, submitted: bool) -> View:
    reader, round_ = Reader(contents.record.state, submitted=submitted), contents.record.round
    readable = round_ and opens(Who.COACH, released=False, unsealed=submitted or bool(round_.closed_at))
    view: View = {
        "report_url": _report_url(round_) if round_ and readable else None,
        "shared_reflections": [
            {"person": one.person_id, "name": contents.name(one.person_id), "text": one.text}
            for one in contents.reflections
            if one.shared and one.person_id != person
        ],
    }
    if scope(Thing.SCORECARDS, Seat.COACH, reader) is Scope.ALL:
        view["scorecards"] = [
            {**scorecard(contents, card, held=True), "held": [entry.entry for entry in card.entries if entry.held_at]}
            for card in contents.scorecards
            if card.rater_id != person and card.status != "draft"
        ]
    return view


def _report_url(round_: RoundRow) -> str:
    return f"/rounds/{round_.id}/report"
