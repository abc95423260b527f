"""Release by each policy, the states of a scorecard, who may do what with it, and the whole table of readers."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from pallpractice.domain import release
from pallpractice.domain.errors import Invalid, NotAllowed, Refusal, WrongPhase
from pallpractice.domain.feedback import Reader, Scope, Thing, opened_seats, scope
from pallpractice.domain.release import Policy, Standing, standing
from pallpractice.domain.reports import TABLE, Much, Part, Who, opens
from pallpractice.domain.roles import Seat
from pallpractice.domain.room import Act, Action, Phase, Turn, step
from tests.domain.states import NOW, room_in

L, P, O, C = Seat.LEARNER, Seat.PATIENT, Seat.OBSERVER, Seat.COACH
DEBRIEFS = [replace(room_in(Phase.DEBRIEF), turn=turn) for turn in Turn]


@pytest.mark.parametrize("policy", [Policy.CLOSE, Policy.HAND])
def test_by_the_other_policies_nothing_opens_in_the_debrief(policy: Policy) -> None:
    for state in (replace(each, release=policy) for each in DEBRIEFS):
        assert opened_seats(state) == frozenset()
        for thing, seat in product((Thing.OBSERVATIONS, Thing.SCORECARDS), (L, O)):
            assert scope(thing, seat, Reader(state, peers_open=True)) is Scope.OWN
        assert scope(Thing.FELT, L, Reader(state)) is Scope.NOTHING
        assert scope(Thing.OBSERVATIONS, C, Reader(state)) is Scope.ALL


@pytest.mark.parametrize(("policy", "out"), [(Policy.TURN, True), (Policy.CLOSE, True), (Policy.HAND, False)])
def test_what_closing_the_round_releases(policy: Policy, out: bool) -> None:
    closed = step(replace(DEBRIEFS[-1], release=policy), Act(Action.ROUND_CLOSE, "cleo"), C, NOW)
    assert closed.round
    assert closed.round.released is out
    assert opened_seats(closed) == (frozenset({L, P, O, C}) if out else frozenset())


def test_a_new_round_is_not_out_yet_and_keeps_the_policy() -> None:
    closed = replace(room_in(Phase.CLOSE), release=Policy.HAND)
    fields = {"round_id": "r2", "learner": "olga", "scenario": "scan", "minutes": 10, "actors": {}}
    begun = step(closed, Act(Action.ROUND_START, "cleo", fields), C, NOW)
    assert begun.round
    assert (begun.round.released, begun.release) == (False, Policy.HAND)


def test_the_states_of_a_scorecard() -> None:
    opened = datetime(2026, 5, 14, tzinfo=UTC)
    assert {
        (status, at is not None, corrected): standing(status, opened_at=at, corrected=corrected)
        for status, at, corrected in product(("draft", "submitted", "released"), (None, opened), (False, True))
    } == {
        **dict.fromkeys(product(("draft",), (False, True), (False, True)), Standing.DRAFT),
        **dict.fromkeys(product(("submitted",), (False, True), (False, True)), Standing.SUBMITTED),
        ("released", False, False): Standing.RELEASED,
        ("released", True, False): Standing.OPENED,
        ("released", False, True): Standing.CORRECTED,
        ("released", True, True): Standing.CORRECTED,
    }


def refused(check: object, *args: object, **facts: object) -> type[Refusal] | None:
    try:
        check(*args, **facts)  # type: ignore[operator]
    except Refusal as refusal:
        return type(refusal)
    return None


def test_who_may_correct_what() -> None:
    def check(status: str, own: bool, coaches: bool, reason: str = "a slip") -> type[Refusal] | None:
        return refused(release.check_correction, status, own=own, coaches=coaches, reason=reason)

    assert [check("released", own, coaches) for own, coaches in product((True, False), repeat=2)] == [
        None,
        None,
        None,
        NotAllowed,
    ]
    assert check("submitted", own=True, coaches=False) is WrongPhase
    assert check("released", own=True, coaches=False, reason=" ") is Invalid


def test_who_may_hold_what() -> None:
    def check(status: str, coaches: bool = True, has_words: bool = True, reason: str = "unkind") -> object:
        return refused(release.check_hold, status, coaches=coaches, has_words=has_words, reason=reason)

    assert [check("submitted"), check("released")] == [None, None]
    assert check("draft") is Invalid
    assert check("submitted", coaches=False) is NotAllowed
    assert check("submitted", has_words=False) is Invalid
    assert check("submitted", reason="") is Invalid


def test_a_report_is_released_once_and_after_the_round() -> None:
    assert refused(release.check_release, closed=True, released=False) is None
    assert refused(release.check_release, closed=False, released=False) is WrongPhase
    assert refused(release.check_release, closed=True, released=True) is WrongPhase


def test_the_whole_table_of_readers() -> None:
    assert {(part, who): much for part, row in TABLE.items() for who, much in row.items()} == {
        (Part.REPORT, Who.LEARNER): Much.RELEASED,
        (Part.REPORT, Who.COACH): Much.ALL,
        (Part.REPORT, Who.RATER): Much.OWN,
        (Part.PEER_NAMES, Who.LEARNER): Much.BY_POLICY,
        (Part.PEER_NAMES, Who.COACH): Much.ALL,
        (Part.PEER_NAMES, Who.RATER): Much.OWN,
        (Part.HELD, Who.LEARNER): Much.NOTHING,
        (Part.HELD, Who.COACH): Much.ALL,
        (Part.HELD, Who.RATER): Much.OWN,
        (Part.HELD, Who.ORGANISER): Much.THAT_IT_IS,
        (Part.DRAFTS, Who.LEARNER): Much.OWN,
        (Part.DRAFTS, Who.COACH): Much.OWN,
        (Part.DRAFTS, Who.RATER): Much.OWN,
        (Part.PROGRESS, Who.LEARNER): Much.NOTHING,
        (Part.PROGRESS, Who.COACH): Much.ALL,
        (Part.PROGRESS, Who.RATER): Much.OWN,
        (Part.PROGRESS, Who.ORGANISER): Much.THAT_IT_IS,
        (Part.APART, Who.COACH): Much.ALL,
        **{(Part.APART, who): Much.NOTHING for who in (Who.LEARNER, Who.RATER, Who.ORGANISER)},
        **{(part, Who.ORGANISER): Much.NOTHING for part in (Part.REPORT, Part.PEER_NAMES, Part.DRAFTS)},
        **{(part, Who.OTHER): Much.NOTHING for part in Part},
    }


def test_when_each_may_open_the_report() -> None:
    moments = list(product((False, True), repeat=2))  # released, unsealed
    may = {who: {facts for facts in moments if opens(who, released=facts[0], unsealed=facts[1])} for who in Who}
    assert may == {
        Who.LEARNER: {facts for facts in moments if facts[0]},
        Who.COACH: {facts for facts in moments if facts[1]},
        **{who: set() for who in (Who.RATER, Who.ORGANISER, Who.OTHER)},
    }
