"""One verb for every action that is not hot: ask the rules, keep the rows, write the journal, say what changed."""

from collections.abc import Callable, Mapping
from typing import Any

from ..domain import takes
from ..domain.errors import Invalid
from ..domain.events import RoomChanged
from ..domain.roles import Role, Seat
from ..domain.room import Act, Action, permit, step
from ..domain.scenario import Scenario
from ..domain.text import listed, text
from ..library.shelf import Library
from ..storage import live
from ..storage.base import new_id
from ..storage.feedback import DisclosureMark
from ..storage.rooms import JournalLine, RoundRow
from ..storage.unit_of_work import UnitOfWork
from . import access, choosing, editions, extra_time, guests, journal, messages, observations, reseating
from .circles import agreements, course_goals, hand_overs, private_journal
from .feedback import scorecards
from .journal import Answer
from .work import Work

Extra = Mapping[str, Any]


def act(uow: UnitOfWork, library: Library, room_id: str, asked: Act, action_id: str) -> Answer:
    """Carries out one action and answers it; the same action id again is answered the same and does nothing.

    Raises a Refusal, and then nothing is stored.
    """
    if asked.action in KEPT:
        agreements.hold(uow, room_id)
    record, seat = access.room(uow, room_id, asked.person)
    return carry_out(uow, library, record, seat, asked, action_id)


def carry_out(uow: UnitOfWork, library: Library, record: live.Record, seat: Seat, asked: Act, action_id: str) -> Answer:
    """The same, for whoever has looked already what this person is in the room."""
    room_id = record.room.id
    lines = journal.earlier(uow, [action_id])
    if action_id in lines:
        return journal.repeat(lines[action_id], room_id, asked)
    work = Work(uow, library, record, seat, asked, record.state)
    # First of all: whoever may not do it must not learn from the refusal what is in the script or the library.
    permit(record.state, asked.action, seat, uow.now)
    if prepare := PREPARE.get(asked.action):
        work.act = prepare(work)
    work.after = step(record.state, work.act, seat, uow.now)
    extra = AFTER[asked.action](work) if asked.action in AFTER else {}
    live.save(uow.session, record, work.after, uow.now)
    line = journal.line(room_id, work.version, work.after, asked, action_id, extra, uow.now)
    uow.session.add(JournalLine(**line))
    if asked.action not in OWN_WORDS:
        uow.announce(RoomChanged(room_id=room_id))
    return journal.answer(work.version, uow.now, extra)


# What the rules can't know is filled in or checked before they are asked.


def fill_round(work: Work) -> Act:
    """Who is next, with what, played by whom: what was not said is chosen by the rotation."""
    fields = work.fields
    known = choosing.facts(work.uow, work.record)
    following = choosing.following(work.library, work.record, known)
    learner = fields.get("learner") or following.learner
    if learner is None:
        if not any(row.role is Role.LEARNER for row in work.record.seats.values()):
            raise Invalid(text("There is no learner in this room yet. Ask the organiser to place one."))
        raise Invalid(
            text("Everyone has practised. Choose who practises again."), fields={"learner": [text("choose one")]}
        )
    scenario = _scenario(work, fields.get("scenario"), following.scenario)
    refused = known.declined.get(scenario.id, frozenset()) & work.record.seats.keys()
    characters = [character.id for character in scenario.script.characters]
    cast = fields.get("actors")
    if cast is None:
        parts = following.parts if scenario == following.scenario else {}
        cast = choosing.cast(work.record, scenario, parts, known.unable(scenario))
    if unwilling := sorted(work.record.seats[person].person.name for person in refused & set(cast.values())):
        raise Invalid(
            text(
                "{names} has declined {case}. Choose someone else to play, or another case.",
                names=listed(unwilling),
                case=scenario.title,
            ),
            fields={"actors": [text("declined")]},
        )
    if unknown := set(cast) - set(characters):
        raise Invalid(
            text("{case} has no character {unknown}.", case=scenario.title, unknown=", ".join(sorted(unknown))),
            fields={"actors": [text("unknown character")]},
        )
    filled = {
        "round_id": new_id(),
        "learner": learner,
        "scenario": scenario.id,
        "minutes": scenario.minutes,
        "actors": dict(cast),
    }
    return Act(work.act.action, work.act.person, filled)


def _scenario(work: Work, chosen: str | None, following: Scenario | None) -> Scenario:
    scenario = work.library.scenarios.get(chosen) if chosen else following
    if scenario is None:
        raise Invalid(text("There is no such scenario for this session."), fields={"scenario": [text("unknown")]})
    if chosen and scenario not in choosing.scenarios_for(work.library, work.record):
        raise Invalid(
            text("That scenario is for another session or track."), fields={"scenario": [text("not for this session")]}
        )
    return scenario


def practised(record: live.Record) -> list[str]:
    """Who has been in the chair in this room, the present round included."""
    return [row.learner_id for row in record.rounds]


def check_beat(work: Work) -> Act:
    """A beat must be one of the script's."""
    beat = work.fields.get("beat")
    if beat is not None and work.scenario.beat(beat) is None:
        raise Invalid(text("The script has no such beat."), fields={"beat": [text("unknown")]})
    return work.act


def find_moment(work: Work) -> Act:
    """A rewind to a moment goes back to the beat that was played then."""
    act, moment = check_beat(work), work.fields.get("offset_s")
    if moment is None or "beat" in work.fields:
        return act
    lines = journal.of_round(work.uow, work.round.id, work.record.room.id, (Action.BEAT_GO, Action.TAKE_REWIND))
    told = [(line.offset_s or 0.0, line.data.get("beat"), line.data.get("offset_s")) for line in lines]
    return Act(act.action, act.person, {**work.fields, "playing": takes.beat_at(told, moment)})


def check_watch(work: Work) -> Act:
    """What is watched must be items of the rubric; before the first round there is none yet."""
    items = work.fields["items"]
    if items and any(work.rubric.item(item) is None for item in items):
        raise Invalid(text("The rubric has no such item."), fields={"items": [text("unknown")]})
    return work.act


# Rows that follow from an action.


def keep_round(work: Work) -> Extra:
    """The new round's row, so that everything of the round has something to belong to."""
    started = work.after.round
    assert started
    scenario = work.library.scenarios[started.scenario]
    rubric = choosing.rubric_for(work.library, work.record.course, scenario)
    editions.keep(work.uow, (scenario, rubric))
    row = RoundRow(
        id=started.id,
        room_id=work.record.room.id,
        number=started.number,
        learner_id=started.learner,
        scenario_id=scenario.id,
        scenario_version=scenario.version,
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        minutes=started.minutes,
        started_at=work.uow.now,
        peer_names=work.record.course.peer_names,
    )
    work.uow.session.add(row)
    work.record.rounds.append(row)
    work.record.round, work.record.takes = row, []
    return {"round": started.id, "number": started.number, "learner": started.learner, "scenario": started.scenario}


def mark_disclosure(work: Work) -> Extra:
    """A fact told in this take, or not told after all."""
    disclosure, told = work.fields["disclosure"], work.fields["told"]
    if work.scenario.disclosure(disclosure) is None:
        raise Invalid(text("The script has no such disclosure."), fields={"disclosure": [text("unknown")]})
    key = (work.round.id, disclosure, work.state.take)
    mark = work.uow.session.get(DisclosureMark, key)
    if told and mark is None:
        work.uow.session.add(
            DisclosureMark(
                round_id=work.round.id,
                disclosure=disclosure,
                take=work.state.take,
                offset_s=work.state.offset(work.uow.now),
                person_id=work.act.person,
            )
        )
    if not told and mark is not None:
        work.uow.session.delete(mark)
    return {}


def tell_played(work: Work) -> Extra:
    """How long the encounter has been played."""
    return {"take": work.after.take, "offset_s": round(work.after.offset(work.uow.now), 1)}


PREPARE: Mapping[Action, Callable[[Work], Act]] = {
    Action.ROUND_START: fill_round,
    Action.TAKE_REWIND: find_moment,
    Action.BEAT_GO: check_beat,
    Action.WATCH_CHOOSE: check_watch,
    Action.SEAT_ASSIGN: reseating.check_assignment,
    Action.PERSON_PLACE: reseating.admit,
    Action.ACTOR_REPLACE: reseating.admit_actor,
    Action.EXTRATIME_SET: extra_time.weigh,
}

# What a group and its people keep from day to day.
KEPT = frozenset(
    action for action in Action if action.partition(":")[0] in ("agreement", "coursegoal", "journal", "handover")
)
# Who is told of these, their verbs say: what people write for themselves changes no one's view.
OWN_WORDS = frozenset({Action.JOURNAL_SAVE, Action.JOURNAL_SHARE})

AFTER: Mapping[Action, Callable[[Work], Extra]] = {
    Action.ROUND_START: keep_round,
    Action.TIMEOUT_CALL: tell_played,
    Action.TIMEOUT_RESUME: tell_played,
    Action.TAKE_REWIND: tell_played,
    Action.ENCOUNTER_END: tell_played,
    Action.DEBRIEF_OPEN: scorecards.open_turn,
    Action.DEBRIEF_NEXT: scorecards.open_turn,
    Action.ROUND_CLOSE: scorecards.close,
    Action.DISCLOSURE_MARK: mark_disclosure,
    Action.OBSERVATION_EDIT: observations.edit,
    Action.OBSERVATION_REMOVE: observations.remove,
    Action.SCORECARD_SUBMIT: scorecards.submit,
    Action.NEXTSTEP_SET: scorecards.set_next_step,
    Action.REFLECTION_SAVE: scorecards.save_reflection,
    Action.CUE_SEND: messages.send_cue,
    Action.HELP_ASK: messages.ask_help,
    Action.HELP_CLEAR: messages.clear_help,
    Action.HELP_TAKE: messages.take_help,
    Action.ACTOR_REPLACE: reseating.dismiss,
    Action.PERSON_MOVE: reseating.move,
    Action.CODE_MAKE: guests.make_code,
    Action.GUEST_ADMIT: guests.admit,
    Action.GUEST_REFUSE: guests.refuse,
    Action.AGREEMENT_ADD: agreements.add,
    Action.AGREEMENT_EDIT: agreements.edit,
    Action.AGREEMENT_REMOVE: agreements.remove,
    Action.AGREEMENT_RESTORE: agreements.restore,
    Action.COURSEGOAL_SET: course_goals.set_goal,
    Action.JOURNAL_SAVE: private_journal.save,
    Action.JOURNAL_SHARE: private_journal.share,
    Action.HANDOVER_SAVE: hand_overs.save,
    Action.EXTRATIME_SET: extra_time.keep,
}
