"""What a seat sees, and what is one person's own: built up from what `domain.feedback` says each may see.

The page, a (re)connect and every change get the same `room_view()`, so there is no second way to see a room.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, bindparam, select

from ..domain import meeting, rotation
from ..domain.clock import Clock
from ..domain.feedback import Reader, Scope, Thing, opened_seats, scope
from ..domain.pairing import observing
from ..domain.reports import Who, opens
from ..domain.roles import CIRCLES, PLACED, Seat
from ..domain.room import Action, Phase, may
from ..domain.scenario import Scenario
from ..domain.text import text
from ..library.shelf import Library
from ..storage.base import Base
from ..storage.courses import Person
from ..storage.feedback import Cue, DisclosureMark, Entry, Feeling, Observation, Reflection, Scorecard
from ..storage.live import Record
from ..storage.plans import PlannedRound
from ..storage.rooms import Notice, RoundRow, SeatRow
from ..storage.unit_of_work import UnitOfWork
from . import choosing, editions, extra_time, guests, hot, journal, messages, observations, rounds
from .circles import views
from .feedback import portfolio, scorecards
from .journal import stamp
from .messages import cue_plain

View = dict[str, Any]
BEFORE = (Phase.LOBBY, Phase.BRIEFING)
TALKED_OVER = (Phase.DEBRIEF, Phase.CLOSE)


@dataclass(slots=True)
class Contents:
    """All rows of a room's present round, read once for every view that is made of them."""

    uow: UnitOfWork
    library: Library
    record: Record
    present: Collection[str]
    practised: Sequence[str]
    scenario: Scenario | None  # of the present round; in the first lobby, of the round to come
    declined: choosing.Declined
    following: choosing.Following
    notice: Any  # the newest, or None; this and those below are rows of the table they are named for
    observations: Sequence[Any] = ()
    scorecards: Sequence[Scorecard] = ()
    feelings: Sequence[Any] = ()
    disclosures: Sequence[Any] = ()
    cues: Sequence[Any] = ()
    reflections: Sequence[Any] = ()
    told: Sequence[Any] = ()  # journal lines of time-outs and beats, once they are talked over
    planned: Sequence[Any] = ()  # of the whole session, in the lobby only
    extra_time: Collection[str] = ()  # who has it on
    last_next_steps: Mapping[str, str] = field(default_factory=dict)  # of who is in the chair, before they talk
    coming: Mapping[tuple[str, str], messages.Coming] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    circle: views.Circle | None = None  # what the group keeps from day to day, where this room shows it
    meeting_url: str = ""  # the site's template, for courses that have none of their own

    def name(self, person: str) -> str:
        """A person's name, also of someone who has left the room since."""
        if person not in self.names:
            row = self.record.seats.get(person)
            found = row.person if row else self.uow.session.get(Person, person)
            self.names[person] = found.name if found else text("Someone who has left")
        return self.names[person]


def read(
    uow: UnitOfWork, library: Library, record: Record, present: Collection[str], *, meeting_url: str = ""
) -> Contents:
    """Reads the rows of the room's present round. `meeting_url` is the site's template of a meeting's address."""
    round_ = record.round
    notice = uow.connection.execute(_NOTICE, {"room": record.room.id}).one_or_none()
    circle = views.read(uow, record)
    if record.state.kind in CIRCLES:
        nothing = choosing.Following(None, None, {})
        return Contents(
            uow,
            library,
            record,
            present,
            (),
            None,
            {},
            nothing,
            notice,
            coming=messages.coming(uow, [record]),
            circle=circle,
            meeting_url=meeting_url,
        )
    known = choosing.facts(uow, record)
    following = choosing.following(library, record, known)
    contents = Contents(
        uow=uow,
        library=library,
        record=record,
        present=present,
        meeting_url=meeting_url,
        circle=circle,
        practised=rounds.practised(record),
        declined=known.declined,
        following=following,
        scenario=_scenario(uow, library, record) if round_ else following.scenario,
        notice=notice,
        coming=messages.coming(uow, [record]),
    )
    if record.state.phase is Phase.LOBBY:
        contents.planned = uow.connection.execute(
            _PLANNED, {"session": record.session.id, "group": record.group.id}
        ).all()
    if record.state.phase in BEFORE:
        chair = record.state.in_seat(Seat.LEARNER)
        contents.last_next_steps = portfolio.last_next_steps(uow, record.course.id, chair)
    if record.state.extra_time:
        contents.extra_time = extra_time.of_people(uow, record.course.id, list(record.seats))
    if round_ and record.state.takes:
        contents.observations = _rows(uow, _OBSERVATIONS, round_.id)
        contents.scorecards = scorecards.of_round(uow, round_.id)
        contents.feelings = _rows(uow, _FEELINGS, round_.id)
        contents.disclosures = _rows(uow, _DISCLOSURES, round_.id)
        contents.cues = _rows(uow, _CUES, round_.id)
    if round_ and record.state.phase in TALKED_OVER:
        contents.told = journal.of_round(uow, round_.id, record.room.id, (Action.TIMEOUT_CALL, Action.BEAT_GO))
    if round_ and record.state.phase is Phase.CLOSE:
        contents.reflections = _rows(uow, _REFLECTIONS, round_.id)
    return contents


def _scenario(uow: UnitOfWork, library: Library, record: Record) -> Scenario | None:
    round_ = record.round
    return editions.scenario(uow, library, round_.scenario_id, round_.scenario_version) if round_ else None


def _of_round(table: type[Base], *order: str) -> Select[Any]:
    """All rows of a round, past the ORM: a view only reads them."""
    columns = table.__table__.c
    return select(table.__table__).where(columns.round_id == bindparam("round")).order_by(*(columns[o] for o in order))


_OBSERVATIONS = _of_round(Observation, "offset_s", "at", "id")
_FEELINGS = _of_round(Feeling, "offset_s", "at")
_DISCLOSURES = _of_round(DisclosureMark, "offset_s")
_CUES = _of_round(Cue, "at")
_REFLECTIONS = _of_round(Reflection)
_NOTICES = Notice.__table__
_NOTICE = (
    select(_NOTICES)
    .where(_NOTICES.c.room_id == bindparam("room"))
    .order_by(_NOTICES.c.at.desc(), _NOTICES.c.id)
    .limit(1)
)


_PLANS = PlannedRound.__table__
_PLANNED = (
    select(_PLANS)
    .where(_PLANS.c.session_id == bindparam("session"), _PLANS.c.group_id == bindparam("group"))
    .order_by(_PLANS.c.number)
)


def _rows(uow: UnitOfWork, statement: Select[Any], round_id: str) -> Sequence[Any]:
    return uow.connection.execute(statement, {"round": round_id}).all()


def room_view(contents: Contents, seat: Seat) -> View:
    """The whole view of one seat. Every part asks the visibility table first."""
    if contents.circle and contents.record.state.kind in CIRCLES:
        common = _of_any_kind(contents, seat) | _help(contents, seat, scope(Thing.HELP, seat, _reader(contents)))
        return views.room_view(contents.circle, contents.record, seat, common, contents.present)
    reader = _reader(contents)
    view = _for_all(contents, seat)
    if contents.circle:
        view.update(views.in_practice(contents.circle))
    for thing, build in PARTS.items():
        allowed = scope(thing, seat, reader)
        if allowed is not Scope.NOTHING:
            view.update(build(contents, seat, allowed))
    if opened := _released(contents, seat):
        view["released"] = opened
    if seat in (Seat.COACH, Seat.ORGANISER):
        view.update(_running(contents) | guests.door(contents.uow, contents.record.room))
    return view


def _reader(contents: Contents) -> Reader:
    return Reader(contents.record.state, peers_open=contents.record.course.observers_see_scorecards)


def _of_any_kind(contents: Contents, seat: Seat) -> View:
    """What every room shows, in whichever kind of session."""
    record, state = contents.record, contents.record.state
    return {
        "version": record.head,
        "now": stamp(contents.uow.now),
        "seat": seat,
        "room": _room(contents),
        "phase": state.phase,
        "notice": {"text": contents.notice.text, "at": stamp(contents.notice.at)} if contents.notice else None,
        "closes_at": stamp(state.closes_at) if state.closes_at else None,
        "may": list(may(state, seat, contents.uow.now)),
    }


def _for_all(contents: Contents, seat: Seat) -> View:
    record, state = contents.record, contents.record.state
    return _of_any_kind(contents, seat) | {
        "round": _round(contents),
        "turn": state.turn,
        "release": state.release,
        "take": state.take,
        "takes": _takes(contents, seat),
        "clock": clock_plain(record.state.clock),
        "encounter_s": state.encounter_s,
        "timeout": _time_out(contents),
        "stops": _stops(contents),
        "seats": [_seat(contents, row) for row in record.seats.values()],
        "rotation": _rotation(contents),
        "goal": state.goal,
        "brief": None,
        "programme": [
            {"number": row.number, "starts_at": stamp(row.starts_at), "ends_at": stamp(row.ends_at)}
            for row in contents.planned
        ],
    }


def _takes(contents: Contents, seat: Seat) -> list[View]:
    # A beat's id tells what the script has in store.
    reads_script = scope(Thing.SCRIPT, seat, _reader(contents)) is Scope.ALL
    return [
        {
            "number": take.number,
            "offset_s": round(take.offset_s, 1),
            "from_beat": take.from_beat if reads_script else None,
            "from_offset_s": take.from_offset_s,
        }
        for take in contents.record.state.takes
    ]


def _stops(contents: Contents) -> list[View]:
    """Each time-out of the round, as everyone in the room was told of it."""
    return [
        {**_when(line), "name": contents.name(line.person_id), "reason": line.data.get("reason")}
        for line in contents.told
        if line.action == Action.TIMEOUT_CALL
    ]


def _when(line: Any) -> View:
    return {"take": line.take, "offset_s": round(line.offset_s or 0.0, 1)}


def _room(contents: Contents) -> View:
    record = contents.record
    session, course = record.session, record.course
    template = record.group.meeting_url_template or course.meeting_url_template or contents.meeting_url
    address = meeting.address(template, session=session.key, group=record.group.name, room=record.room.id)
    return {
        "id": record.room.id,
        "name": record.room.name,
        "meeting_url": address or None,
        "meeting_name": meeting.name_of(address),
        "session": {
            "id": session.id,
            "title": session.title,
            "skill": session.skill,
            "starts_at": stamp(session.starts_at),
            "ends_at": stamp(session.ends_at),
            "time_zone": course.time_zone,
        },
    }


def _round(contents: Contents) -> View | None:
    round_, scenario = contents.record.round, contents.scenario
    if round_ is None or scenario is None:
        return None
    return {
        "id": round_.id,
        "number": round_.number,
        "of": max(round_.number, len(rotation.learners(contents.record.state))),
        "title": scenario.title,
        "skill": scenario.skill,
        "warnings": list(scenario.warnings),
        "intensity": scenario.intensity,
        "minutes": round_.minutes,
    }


def clock_plain(clock: Clock | None) -> View | None:
    """A clock as every client works out its time from."""
    if clock is None:
        return None
    return {
        "started_at": stamp(clock.started_at),
        "length_s": clock.length_s,
        "stopped_s": round(clock.stopped_s, 3),
        "stopped_at": stamp(clock.stopped_at) if clock.stopped_at else None,
        "running": clock.running,
    }


def _time_out(contents: Contents) -> View | None:
    state = contents.record.state
    if state.time_out is None or state.clock is None or state.clock.stopped_at is None:
        return None
    return {
        "by": state.time_out.by,
        "name": contents.name(state.time_out.by),
        "reason": state.time_out.reason,
        "at": stamp(state.clock.stopped_at),
    }


def _seat(contents: Contents, row: SeatRow) -> View:
    character = contents.scenario.character(row.character) if contents.scenario and row.character else None
    return {
        "person": row.person_id,
        "name": row.person.name,
        "pronouns": row.person.pronouns,
        "profession": row.person.profession,
        "seat": row.seat,
        "character": row.character,
        "character_name": character.name if character else None,
        "present": row.person_id in contents.present,
        "ready": row.ready,
        "watching": list(row.watching),
    }


def _rotation(contents: Contents) -> list[View]:
    state = contents.record.state
    chair = state.round.learner if state.round else None
    return [
        {
            "person": person,
            "name": contents.name(person),
            "done": person in contents.practised and (person != chair or state.phase is Phase.CLOSE),
            "now": person == chair and state.phase is not Phase.CLOSE,
        }
        for person in rotation.learners(state)
    ]


# Parts that only some may see. Each gets how much of it: never more is built than that.


def _brief(contents: Contents, seat: Seat, allowed: Scope) -> View:
    return {"brief": contents.scenario.brief_plain if contents.scenario else None}


def _script(contents: Contents, seat: Seat, allowed: Scope) -> View:
    scenario = contents.scenario
    if scenario is None:
        return {"script": None, "case": None, "beats": []}
    # Whoever plays it is told what it asks of them before anyone begins, so with the script and not with the round.
    about = {"title": scenario.title, "intensity": scenario.intensity, "warnings": list(scenario.warnings)}
    beats = [{**_when(line), "beat": line.data["beat"]} for line in contents.told if line.action == Action.BEAT_GO]
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
    disclosed = [
        {"id": mark.disclosure, "take": mark.take, "offset_s": round(mark.offset_s, 1), "by": mark.person_id}
        for mark in contents.disclosures
    ]
    feeling = {mark.character: mark.value for mark in contents.feelings}
    return {"card": {"beat": contents.record.state.beat, "disclosed": disclosed, "feeling": feeling}}


def _felt(contents: Contents, seat: Seat, allowed: Scope) -> View:
    # The patient's "own" is the patients' channel: with two characters both play the same encounter.
    return {
        "felt": [
            {"character": mark.character, "take": mark.take, "offset_s": round(mark.offset_s, 1), "value": mark.value}
            for mark in contents.feelings
        ]
    }


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


def _help(contents: Contents, seat: Seat, allowed: Scope) -> View:
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


def _released(contents: Contents, seat: Seat) -> View:
    """What the turns have opened to this seat so far."""
    reader = _reader(contents)
    opened = {str(one) for one in opened_seats(contents.record.state)}
    unnamed = seat is Seat.LEARNER and not contents.record.course.peer_names
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


def _running(contents: Contents) -> View:
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


def observation(contents: Contents, row: Any) -> View:
    return observations.plain(row, contents.name(row.author_id))


def scorecard(contents: Contents, card: Scorecard, *, held: bool = False) -> View:
    """Another's scorecard, as those it is opened to see it; `held`: with what the coach holds back."""
    return {
        "rater": card.rater_id,
        "name": contents.name(card.rater_id),
        "seat": card.seat,
        "status": card.status,
        "entries": {
            entry.entry: {"rating": entry.rating, "not_observed": entry.not_observed, "text": entry.text}
            for entry in card.entries
            if held or entry.held_at is None
        },
    }


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
        return views.mine_view(contents.uow, contents.circle, record, seat, common)
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
        view.update(views.own_in_practice(contents.circle, person, row.role if row else None, seat))
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
        return _coachs_own(contents, person, bool(card and card.status != "draft"))
    return {}


def _job(contents: Contents, person: str) -> View | None:
    """What this observer listens for in the present round, besides what they choose; it goes round."""
    learners = rotation.learners(contents.record.state)
    deals = observing.shared((row.learner_id, learners) for row in contents.record.rounds)
    job = deals[-1].get(person) if deals else None
    return {"title": job.title, "words": job.words} if job else None


def _coachs_own(contents: Contents, person: str, submitted: bool) -> View:
    reader, round_ = Reader(contents.record.state, submitted=submitted), contents.record.round
    readable = round_ and opens(Who.COACH, closed=bool(round_.closed_at), released=False, handed_in=submitted)
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


PARTS: Mapping[Thing, Callable[[Contents, Seat, Scope], View]] = {
    Thing.BRIEF: _brief,
    Thing.SCRIPT: _script,
    Thing.GUIDE: _guide,
    Thing.CARD: _card,
    Thing.RUBRIC: _rubric,
    Thing.OBSERVATIONS: _observations,
    Thing.SCORECARDS: _scorecards,
    Thing.FELT: _felt,
    Thing.HELP: _help,
    Thing.EXTRA_TIME: _extra_time,
}
