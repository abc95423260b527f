"""Random rounds through the services: no view of any seat ever holds what that seat may not see then."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, true

from pallpractice.domain.errors import NotFound
from pallpractice.domain.feedback import Reader, Scope, Thing, scope
from pallpractice.domain.release import Policy
from pallpractice.domain.roles import Seat
from pallpractice.domain.room import Action
from pallpractice.library.shelf import Library
from pallpractice.services import views
from pallpractice.services.feedback import reports
from pallpractice.services.views import mine as mine_views
from pallpractice.services.views import parts, plain
from pallpractice.storage import schema
from pallpractice.storage.feedback import Scorecard
from pallpractice.storage.rooms import JournalLine, RoundRow
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock
from tests.marks import Book, write_cases
from tests.services.played import ROLES, Played, School, access_seat, hurried, refusal_of
from tests.visible import At, Checker

Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from(list(ROLES)), st.integers(0, 2**20)), min_size=25, max_size=60)


class Marked:
    """A school whose cases are marked, and what its sessions came to."""

    def __init__(self, school: School, book: Book) -> None:
        self.school, self.book = school, book
        self.case_marks = dict(book.secrets)
        self.sessions = 0
        self.phases: Counter[str] = Counter()
        self.seen: Counter[tuple[str, str]] = Counter()


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    folder = tmp_path_factory.mktemp("secrecy")
    book = Book()
    cases = write_cases(folder / "cases", book)
    schema.upgrade(f"sqlite:///{folder / 'school.db'}")
    clock = Clock()
    store = Store(f"sqlite:///{folder / 'school.db'}", clock=clock)
    with hurried(store):
        yield Marked(School(store, Library.read([cases.folder]), clock), book)
    store.close()


def moment(played: Played, who: str) -> At:
    """Where `who` is now, read from the rules' state, not from a view."""
    state = played.state()
    seat = str(access_seat(state, who, played))
    return replace(room_now(played), person=played.school.people[who], seat=seat)


def room_now(played: Played) -> At:
    """What is the same for everyone; read again only when the rules' state has moved."""
    state, kept = played.state(), played.notes.get("now")
    if kept and kept[0] is state:
        return kept[1]
    with played.school.store.read() as uow:
        scenario = state.round.scenario if state.round else played.upcoming(uow)
        cards = select(Scorecard.rater_id).where(
            Scorecard.round_id == (state.round.id if state.round else ""), Scorecard.status != "draft"
        )
        now = At(
            person="",
            seat="",
            phase=str(state.phase),
            turn=str(state.turn) if state.turn else None,
            round=state.round.number if state.round else 0,
            scenario=scenario,
            rubric=played.school.library.scenarios[scenario].guide.rubric if scenario else None,
            submitted=frozenset(uow.session.scalars(cards)),
            release=state.release,
            released=bool(state.round and state.round.released),
        )
    played.notes["now"] = (state, now)
    return now


def look(played: Played, checker: Checker) -> None:
    """Every seat's two views, held against the allow-list."""
    now, state = room_now(played), played.state()
    for who, (room, mine) in played.shown().items():
        at = replace(now, person=played.school.people[who], seat=str(access_seat(state, who, played)))
        checker.message("room:view", room, at)
        checker.message("mine:view", mine, at)


def play(marked: Marked, steps: list[Step]) -> Checker:
    """A session of these steps; everything anyone is shown or answered on the way is checked."""
    # A learner is shown their last next step again, also one of a session before.
    kept = {token: secret for token, secret in marked.book.secrets.items() if secret.kind == "next_step"}
    marked.book.secrets = marked.case_marks | kept
    played, checker = Played(marked.school, marked.book), Checker(marked.book)
    look(played, checker)
    for who, pick in steps:
        actor, action, fields = played.something(who, pick)
        answers: list[Any] = []
        refusal = refusal_of(lambda: answers.append(played.do(actor, action, fields)))  # noqa: B023
        if refusal is None:
            checker.message(f"ack {action}", answers[0], moment(played, actor))
        else:
            checker.text(f"refusal of {action}", f"{refusal.message} {refusal.fields}", moment(played, actor))
        # Hot actions change little; whether they show to whom they shouldn't is looked at now and then.
        if refusal is None and (pick % 4 == 0 or action not in HOT_AND_OFTEN):
            look(played, checker)
    look(played, checker)
    read_reports(played, checker)
    marked.sessions += 1
    marked.phases[str(played.state().phase)] += 1
    marked.seen.update(checker.seen)
    return checker


HOT_AND_OFTEN = {Action.OBSERVATION_ADD, Action.SCORE_SAVE, Action.FEELING_SET, Action.READY_SET, Action.HELP_ASK}


def read_reports(played: Played, checker: Checker) -> None:
    """Everyone asks for every report; its learner has it once it is out, a coach before that, but not before their own
    scorecard is in, if they took part.
    """
    library = played.school.library
    for number, (round_id, learner, scenario, closed) in played.learners().items():
        with played.school.store.read() as uow:
            cards = select(Scorecard.rater_id).where(Scorecard.round_id == round_id, Scorecard.status != "draft")
            handed_in = frozenset(uow.session.scalars(cards))
            row = uow.session.get_one(RoundRow, round_id)
            before = JournalLine.at <= row.closed_at if row.closed_at else true()
            took_part = select(JournalLine.person_id).where(JournalLine.round_id == round_id, before)
            owe = set(uow.session.scalars(took_part)) - handed_in
            coaches = {played.school.people[name] for name in ("Cleo", "Carl")}
            released = closed and played.school.policy is not Policy.HAND
            for person in played.school.people.values():
                seat = "learner" if person == learner else "coach"
                if (person == learner and released) or (
                    person in coaches and (person in handed_in or (closed and person not in owe))
                ):
                    at = At(
                        person,
                        seat,
                        "close",
                        scenario=scenario,
                        rubric=library.scenarios[scenario].guide.rubric,
                        submitted=handed_in,
                        report_of=number,
                    )
                    checker.text("report", json.dumps(reports.report(uow, library, round_id, person)), at)
                else:
                    with pytest.raises(NotFound):
                        reports.report(uow, library, round_id, person)


def hold(marked: Marked, examples: int) -> None:
    """Plays that many sessions."""

    # Not shrunk: a leak says what leaked to whom when, and a smaller session would say no more.
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(steps=STEPS)
    def session(steps: list[Step]) -> None:
        leaks = play(marked, steps).leaks
        assert not leaks, "\n".join(leaks[:10])

    started = time.monotonic()
    session()
    print(f"{marked.sessions} sessions in {time.monotonic() - started:.1f} s, ended in {dict(marked.phases)}")


def test_no_view_holds_what_a_seat_may_not_see(marked: Marked) -> None:
    hold(marked, 40)
    # Silence is not secrecy: what may be seen has been seen.
    for pair in (
        ("script", "patient"),
        ("script", "observer"),
        ("script", "learner"),
        ("guide", "coach"),
        ("guide", "organiser"),
        ("observation", "learner"),
        ("observation", "observer"),
        ("comment", "learner"),
        ("help", "organiser"),
        ("wording", "learner"),
    ):
        assert marked.seen[pair], f"no session showed {pair}"


@pytest.mark.parametrize("policy", list(Policy))
def test_nothing_opens_before_the_policy_of_the_course_says_so(marked: Marked, policy: Policy) -> None:
    marked.school.release(policy)
    try:
        checker = handed_in(marked)
    finally:
        marked.school.release(Policy.TURN)
    assert checker.leaks == []
    assert checker.seen["comment", "coach"]
    assert ("comment", "learner") in checker.seen or policy is Policy.HAND
    assert ("comment", "learner") not in checker.seen or policy is not Policy.HAND


def handed_in(marked: Marked) -> Checker:
    """A round with a note and a comment of an observer, handed in, talked over, closed, and its reports."""
    played, checker = Played(marked.school, marked.book), Checker(marked.book)
    olga = {"owner": played.school.people["Olga"], "round": 1, "seats": ("observer",)}
    for who, action in ROUND[:4]:
        played.do(
            who, action, {"kind": "note", "text": marked.book.mark("observation", **olga)} if who == "Olga" else {}
        )
    state = played.state()
    assert state.round
    rubric = marked.school.library.rubrics[marked.school.library.scenarios[state.round.scenario].guide.rubric]
    comment = {"entry": rubric.comments_for("observer")[0].id, "text": marked.book.mark("comment", **olga)}
    played.do("Olga", Action.SCORE_SAVE, comment)
    steps = [*(("Olga", "Cleo", "Carl")), *[Action.DEBRIEF_OPEN], *[Action.DEBRIEF_NEXT] * 3, Action.ROUND_CLOSE]
    for step in steps:
        action = step if isinstance(step, Action) else Action.SCORECARD_SUBMIT
        played.do("Cleo" if isinstance(step, Action) else step, action, {})
        look(played, checker)
    read_reports(played, checker)
    return checker


def test_control_a_debrief_that_opens_by_turns_where_it_must_not_is_caught(
    marked: Marked, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked.school.release(Policy.HAND)
    whole = parts.opened_seats
    monkeypatch.setattr(parts, "opened_seats", lambda state: whole(replace(state, release=Policy.TURN)))
    monkeypatch.setattr(parts, "scope", scope_by_turns)
    try:
        leaks = straight(marked, to="observers").leaks
    finally:
        marked.school.release(Policy.TURN)
    assert any("the field released.observations[].text holds" in leak for leak in leaks)


def scope_by_turns(thing: Thing, seat: Seat, reader: Reader) -> Scope:
    return scope(thing, seat, replace(reader, state=replace(reader.state, release=Policy.TURN)))


@pytest.mark.soak
def test_no_view_of_520_sessions_holds_what_a_seat_may_not_see(marked: Marked) -> None:
    hold(marked, 520)
    for pair in (("cue", "patient"), ("comment", "coach"), ("shared_reflection", "coach"), ("next_step", "learner")):
        assert marked.seen[pair], f"no session showed {pair}"


# Controls: break the secrecy in one place, and the checker must see it.


def everyones(seat: str) -> Any:
    whole = views.room_view

    def leaky(contents: Any, asked: Any) -> Any:
        return whole(contents, type(asked)(seat)) | {"seat": asked}

    return leaky


ROUND: list[tuple[str, Action]] = [
    ("Cleo", Action.ROUND_START),
    ("Cleo", Action.ENCOUNTER_BEGIN),
    ("Olga", Action.OBSERVATION_ADD),
    ("Cleo", Action.ENCOUNTER_END),
    ("Cleo", Action.DEBRIEF_OPEN),
]


def two_takes(marked: Marked) -> Checker:
    """A round with a beat, a time-out and a rewind, as far as its close."""
    played, checker = Played(marked.school, marked.book), Checker(marked.book)
    for who, action in ROUND[:2]:
        played.do(who, action, {})
    state = played.state()
    assert state.round
    beats = marked.school.library.scenarios[state.round.scenario].script.beats
    patient = next(name for name, id in played.school.people.items() if str(state.seat_of(id)) == "patient")
    steps: list[tuple[str, Action, dict[str, Any]]] = [
        (patient, Action.BEAT_GO, {"beat": beats[1].id}),
        ("Cleo", Action.TIMEOUT_CALL, {"reason": "stuck"}),
        ("Cleo", Action.TAKE_REWIND, {"beat": beats[0].id}),
        *(("Cleo", action, {}) for action in (Action.ENCOUNTER_END, Action.DEBRIEF_OPEN)),
        *(("Cleo", action, {}) for action in [Action.DEBRIEF_NEXT] * 3 + [Action.ROUND_CLOSE]),
    ]
    for who, action, fields in steps:
        played.do(who, action, fields)
        look(played, checker)
    return checker


def straight(marked: Marked, to: str = "learner") -> Checker:
    """One plain round as far as the learner's turn, or the observers'."""
    played, checker = Played(marked.school, marked.book), Checker(marked.book)
    olga = played.school.people["Olga"]
    steps = [*ROUND, ("Cleo", Action.DEBRIEF_NEXT)] if to == "observers" else ROUND
    for who, action in steps:
        note = {"kind": "note", "text": marked.book.mark("observation", owner=olga, round=1, seats=("observer",))}
        played.do(who, action, note if action is Action.OBSERVATION_ADD else {})
        look(played, checker)
    return checker


def test_a_plain_round_leaks_nothing(marked: Marked) -> None:
    assert straight(marked).leaks == []


def test_a_round_of_two_takes_leaks_nothing(marked: Marked) -> None:
    assert two_takes(marked).leaks == []


def test_control_beats_told_to_everyone_are_caught(marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = views.room_view

    def leaky(contents: Any, seat: Any) -> Any:
        return whole(contents, seat) | {"beats": whole(contents, Seat.COACH)["beats"]}

    monkeypatch.setattr(views, "room_view", leaky)
    leaks = "\n".join(two_takes(marked).leaks)
    assert "the field beats[].beat holds" in leaks
    assert "seat='learner'" in leaks


@pytest.mark.parametrize("seat", ["coach", "patient", "organiser"])
def test_control_a_view_meant_for_another_seat_is_caught(
    marked: Marked, monkeypatch: pytest.MonkeyPatch, seat: str
) -> None:
    monkeypatch.setattr(views, "room_view", everyones(seat))
    leaks = "\n".join(straight(marked).leaks)
    assert "kind='script'" in leaks
    assert ("kind='guide'" in leaks) is (seat != "patient")


def test_control_a_new_field_must_be_decided(marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = views.room_view
    monkeypatch.setattr(views, "room_view", lambda contents, seat: whole(contents, seat) | {"mood": 3})
    assert "the field mood is decided nowhere" in straight(marked).leaks[0]


def test_control_a_broken_seal_is_caught(marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    played, checker = Played(marked.school, marked.book), Checker(marked.book)
    for who, action in ROUND[:4]:
        played.do(who, action, {"kind": "note", "text": "x"} if action is Action.OBSERVATION_ADD else {})
    state = played.state()
    assert state.round
    scenario = marked.school.library.scenarios[state.round.scenario]
    entry = marked.school.library.rubrics[scenario.guide.rubric].comments_for("observer")[0].id
    comment = marked.book.mark("comment", owner=played.school.people["Olga"], round=1, seats=("observer",))
    played.do("Olga", Action.SCORE_SAVE, {"entry": entry, "text": comment})
    played.do("Olga", Action.SCORECARD_SUBMIT, {})
    look(played, checker)
    assert checker.leaks == []
    monkeypatch.setattr(mine_views, "coachs_own", broken_seal)
    look(played, checker)
    assert "scorecards[]" in checker.leaks[0]


def broken_seal(contents: Any, person: str, submitted: bool) -> Any:
    return {"scorecards": [plain.scorecard(contents, card) for card in contents.scorecards]}


# What a refusal may not tell.

GUESSES: list[tuple[str, Action, str, Any]] = [
    ("Lena", Action.BEAT_GO, "beat", lambda case: case.script.beats[0].id),
    ("Olga", Action.TAKE_REWIND, "beat", lambda case: case.script.beats[0].id),
    ("Lena", Action.ROUND_START, "scenario", lambda case: case.id),
    ("Lena", Action.ROUND_START, "actors", lambda case: {case.script.characters[0].id: "x"}),
]


@pytest.mark.parametrize("guess", GUESSES, ids=lambda guess: f"{guess[0]} {guess[1]} {guess[2]}")
@pytest.mark.parametrize("phase", ["lobby", "encounter"])
def test_a_right_guess_and_a_wrong_one_are_refused_alike(
    marked: Marked, guess: tuple[str, Action, str, Any], phase: str
) -> None:
    who, action, name, right_of = guess
    played = Played(marked.school, marked.book)
    with played.school.store.read() as uow:
        case = played.school.library.scenarios[played.upcoming(uow) or ""]
    if phase == "encounter":
        for coach, forward in ROUND[:2]:
            played.do(coach, forward, {})
    right = right_of(case)
    wrong = {"nobody": "x"} if isinstance(right, dict) else "nothing"
    refusals = [refusal_of(lambda: played.do(who, action, {name: value})) for value in (right, wrong)]  # noqa: B023
    assert refusals[0]
    assert refusals[1]
    assert (refusals[0].code, refusals[0].message) == (refusals[1].code, refusals[1].message)
    assert refusals[0].fields is None
    assert not list(marked.book.found(refusals[0].message))


def test_the_upcoming_case_is_what_round_start_takes(marked: Marked) -> None:
    played = Played(marked.school, marked.book)
    with played.school.store.read() as uow:
        expected = played.upcoming(uow)
    assert played.do("Oren", Action.ROUND_START, {})["scenario"] == expected
