"""Release through the services: each policy, holding back, corrections, peers unnamed, and who is told of what."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from pallpractice.domain.errors import Invalid, NotAllowed, NotFound, WrongPhase
from pallpractice.domain.events import RoomChanged
from pallpractice.domain.release import Policy
from pallpractice.domain.roles import Role
from pallpractice.services import programmes
from pallpractice.services.feedback import corrections, given, release, reports
from pallpractice.services.feedback.release import Change
from pallpractice.storage.audit import AuditLine
from pallpractice.storage.courses import Course, Enrolment
from pallpractice.storage.feedback import Entry, Reading, Scorecard
from tests.services import rated
from tests.services.conftest import Table


def policy(table: Table, chosen: Policy, *, peer_names: bool = True) -> None:
    def choose(uow: Any) -> None:
        release.choose(uow, uow.session.get_one(Course, table.course.course.id), chosen, peer_names=peer_names)

    table.store.change(choose)


def released(table: Table, who: str) -> dict[str, int]:
    opened = table.view(who).get("released", {})
    return {what: len(opened[what]) for what in opened}


def report(table: Table, round_id: str, who: str = "Lena") -> dict[str, Any]:
    with table.store.read() as uow:
        return reports.report(uow, table.library, round_id, table.course.cast[who].id)


def news(table: Table, who: str = "Lena") -> list[tuple[str, Change | None]]:
    with table.store.read() as uow:
        return [(one.round_id, one.change) for one in release.news(uow, table.course.cast[who].id)]


def test_turn_by_turn_is_as_it_was(table: Table, clock: Any) -> None:
    round_id = rated.open_round(table, clock)
    rated.rate(table)
    seen = []
    for action in rated.TO_CLOSE:
        table.do("Cleo", action)
        seen.append(released(table, "Lena"))
    assert seen == [
        {"observations": 0, "scorecards": 1},
        {"observations": 4, "scorecards": 3},
        {"observations": 4, "scorecards": 4},
        {"observations": 4, "scorecards": 5},
        {"observations": 4, "scorecards": 5},
    ]
    assert table.mine("Lena")["report_url"] == f"/rounds/{round_id}/report"
    assert rated.row(table, round_id).released_at == clock.now


def test_at_close_nothing_opens_before_and_everything_then(table: Table, clock: Any) -> None:
    policy(table, Policy.CLOSE)
    round_id = rated.open_round(table, clock)
    rated.rate(table)
    for action in rated.TO_CLOSE[:-1]:
        table.do("Cleo", action)
        for who in ("Lena", "Olga"):
            view = table.view(who)
            assert "released" not in view
            assert "felt" not in view
            assert view["release"] == "close"
        assert table.mine("Olga")["scorecard"]["status"] == "submitted"
    table.do("Cleo", rated.TO_CLOSE[-1])
    assert released(table, "Lena") == {"observations": 4, "scorecards": 5}
    assert report(table, round_id)["released"]


def test_by_hand_it_waits_for_the_coach(table: Table, clock: Any) -> None:
    policy(table, Policy.HAND)
    round_id = rated.closed_round(table, clock)
    assert "released" not in table.view("Lena")
    assert table.mine("Lena")["report_url"] is None
    assert news(table) == []
    with pytest.raises(NotFound, match="not out yet"):
        report(table, round_id)
    assert table.mine("Cleo")["report_url"] == f"/rounds/{round_id}/report"
    assert report(table, round_id, "Cleo")["released"] is False
    with table.store.read() as uow:
        assert [one.round_id for one in release.waiting(uow, coach=table.course.cleo.id)] == [round_id]
        assert release.waiting(uow, coach=table.course.sam.id) == []
        assert [one.learner for one in release.waiting(uow, course=table.course.course)] == ["Lena"]
    clock.advance(60)
    table.store.change(release.by_hand, round_id, table.course.cleo.id)
    assert released(table, "Lena") == {"observations": 4, "scorecards": 5}
    assert table.mine("Lena")["report_url"]
    assert news(table) == [(round_id, None)]
    assert rated.row(table, round_id).released_at == clock.now
    with table.store.read() as uow:
        assert release.waiting(uow, coach=table.course.cleo.id) == []
    with pytest.raises(WrongPhase, match="already"):
        table.store.change(release.by_hand, round_id, table.course.cleo.id)


def test_only_the_coach_releases(table: Table, clock: Any) -> None:
    policy(table, Policy.HAND)
    round_id = rated.closed_round(table, clock)
    for who in ("Lena", "Olga", "Sam", "Oren", "Mallory"):
        with pytest.raises(NotFound):
            table.store.change(release.by_hand, round_id, table.course.cast[who].id)


def test_a_coach_of_another_group_is_no_coach_of_the_round(
    table: Table, clock: Any, add_group: Callable[[str, Mapping[str, Role]], str]
) -> None:
    add_group("Oak", {"Carl": Role.COACH})
    policy(table, Policy.HAND)
    round_id = rated.closed_round(table, clock)
    with pytest.raises(NotFound):
        table.store.change(release.by_hand, round_id, table.course.cast["Carl"].id)
    with pytest.raises(NotFound):
        report(table, round_id, "Carl")


def test_a_round_under_way_is_not_released_by_hand(table: Table, clock: Any) -> None:
    policy(table, Policy.HAND)
    round_id = rated.open_round(table, clock)
    with pytest.raises(WrongPhase):
        table.store.change(release.by_hand, round_id, table.course.cleo.id)


def test_a_change_is_noted_with_who_made_it(table: Table) -> None:
    def choose(chosen: Policy, names: bool) -> list[Any]:
        with table.store.write() as uow:
            course = uow.session.get_one(Course, table.course.course.id)
            release.choose(uow, course, chosen, peer_names=names, by=table.course.oren.id)
        with table.store.read() as uow:
            lines = uow.session.query(AuditLine).filter_by(what="course_changed").order_by(AuditLine.id)
            return [(line.actor_id, line.data["fields"]) for line in lines]

    assert choose(Policy.TURN, True) == []
    oren = table.course.oren.id
    assert choose(Policy.HAND, False) == [(oren, ["release_policy", "peer_names"])]
    assert choose(Policy.HAND, True)[1:] == [(oren, ["peer_names"])]


def test_a_change_of_policy_shows_in_open_rooms_and_takes_nothing_back(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    heard: list[Any] = []
    table.store.announcer = heard.extend
    policy(table, Policy.HAND)
    assert heard == [RoomChanged(room_id=table.room)]
    assert released(table, "Lena")["scorecards"] == 5
    assert report(table, round_id)


# Holding back.


def hold(table: Table, round_id: str, of: str = "Olga", entry: str = "keep", by: str = "Cleo") -> None:
    card = rated.card_of(table, round_id, of)
    table.store.change(release.hold, round_id, card, table.course.cast[by].id, entry, "It is unkind")


def held_words(table: Table, who: str) -> bool:
    return "Olga says keep" in str(table.view(who)) or "Olga says keep" in str(table.mine(who))


def test_a_comment_held_back_before_its_turn_never_opens(table: Table, clock: Any) -> None:
    round_id = rated.open_round(table, clock)
    rated.rate(table)
    hold(table, round_id)
    rated.close(table)
    assert not held_words(table, "Lena")
    assert held_words(table, "Olga")
    assert held_words(table, "Cleo")
    assert table.mine("Olga")["scorecard"]["entries"]["keep"]["held"] == "It is unkind"
    assert "Olga says keep" not in str(report(table, round_id))
    assert "Olga says try" in str(report(table, round_id))
    for_coach = report(table, round_id, "Cleo")
    assert [one["text"] for one in for_coach["comments"] if one["held"]] == ["Olga says keep"]
    assert "Olga says keep" not in [one["text"] for one in for_coach["noticed"]], "it is not picked either"
    with table.store.read() as uow:
        (held,) = release.held(uow, table.course.course)
    assert (held.rater, held.learner, held.by, held.reason) == ("Olga", "Lena", "Cleo", "It is unkind")
    assert "says keep" not in str(held)


def test_a_held_comment_can_be_let_go(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    hold(table, round_id)
    assert not held_words(table, "Lena")
    card = rated.card_of(table, round_id, "Olga")
    table.store.change(release.let_go, round_id, card, table.course.cleo.id, "keep")
    assert held_words(table, "Lena")
    assert "Olga says keep" in str(report(table, round_id))
    with table.store.read() as uow:
        assert release.held(uow, table.course.course) == []


def test_a_coach_reads_and_holds_nothing_before_handing_in(table: Table, clock: Any) -> None:
    round_id = rated.open_round(table, clock)
    rated.rate(table, {"Olga": 4})
    assert table.mine("Cleo")["report_url"] is None
    with pytest.raises(NotFound):
        hold(table, round_id)
    with pytest.raises(NotFound):
        report(table, round_id, "Cleo")
    rated.rate(table, {"Cleo": 3})
    hold(table, round_id)
    assert report(table, round_id, "Cleo")["closed"] is False


def test_only_the_coach_holds_and_only_words(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    for who in ("Lena", "Omar", "Sam", "Oren", "Mallory"):
        with pytest.raises(NotFound):
            hold(table, round_id, by=who)
    with pytest.raises(NotAllowed):
        hold(table, round_id, by="Olga")
    with pytest.raises(Invalid):
        hold(table, round_id, entry="opening")
    with pytest.raises(Invalid):
        hold(table, round_id, entry="nothing")


# Corrections.


def correct(table: Table, round_id: str, by: str, of: str = "Olga", **said: Any) -> None:
    card = rated.card_of(table, round_id, of)
    said = {"entry": "opening", "rating": 2, "words": None, "reason": "I pressed the wrong one"} | said
    table.store.change(corrections.add, table.library, round_id, card, table.course.cast[by].id, **said)


def entries(table: Table, round_id: str, of: str = "Olga") -> list[tuple[Any, ...]]:
    with table.store.read() as uow:
        rows = uow.session.query(Entry).filter_by(scorecard_id=rated.card_of(table, round_id, of))
        return sorted((row.entry, row.rating, row.text, row.revision) for row in rows)


def test_a_correction_adds_and_overwrites_nothing(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    before = entries(table, round_id)
    for by, said in (("Olga", {}), ("Cleo", {"rating": "not_observed", "reason": "She had left the room"})):
        for _ in range(2):  # pressed twice
            clock.advance(60)
            correct(table, round_id, by, **said)
    assert entries(table, round_id) == before
    said: Any = report(table, round_id)
    item = said["items"][0]
    lane = next(lane for lane in item["lanes"] if lane["source"] == "peers")
    assert (lane["n"], lane["mean"]) == (1, 5.0), "Omar's alone"
    assert [(one["of"], one["by"], one["was"], one["now"], one["reason"]) for one in said["corrections"]] == [
        ("Olga", "Olga", "4", "2", "I pressed the wrong one"),
        ("Olga", "Cleo", "2", "not observed", "She had left the room"),
    ]


def test_the_learner_is_told_of_what_is_new_and_what_was_corrected(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    assert news(table) == [(round_id, None)]
    clock.advance(60)
    table.store.change(release.opened, round_id, table.course.lena.id)
    assert news(table) == []
    clock.advance(60)
    correct(table, round_id, "Olga")
    assert news(table) == [(round_id, Change.CORRECTED)]
    clock.advance(60)
    table.store.change(release.opened, round_id, table.course.lena.id)
    assert news(table) == []
    row = rated.row(table, round_id)
    assert (clock.now - row.opened_at).total_seconds() == 120, "the first time stays"
    with table.store.read() as uow:
        assert uow.session.query(Reading).count() == 2
    assert news(table, "Olga") == []


def test_the_learner_is_told_of_a_comment_let_go_since_they_read_it(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    hold(table, round_id)
    read(table, round_id, clock)
    card, cleo = rated.card_of(table, round_id, "Olga"), table.course.cleo.id
    table.store.change(release.let_go, round_id, card, cleo, "keep")
    assert news(table) == [(round_id, Change.ADDED)]
    hold(table, round_id)
    assert news(table) == [], "it is held again before it was read"
    table.store.change(release.let_go, round_id, card, cleo, "keep")
    correct(table, round_id, "Olga")
    assert news(table) == [(round_id, Change.CORRECTED)], "the one thing that asks to look again"
    read(table, round_id, clock)
    assert news(table) == []


def read(table: Table, round_id: str, clock: Any) -> None:
    clock.advance(60)
    table.store.change(release.opened, round_id, table.course.lena.id)
    clock.advance(60)


def test_what_learners_say_of_themselves_is_neither_held_nor_corrected_by_the_coach(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    card, cleo = rated.card_of(table, round_id, "Lena"), table.course.cleo.id
    shown = {"library": table.library, "round_id": round_id, "card_id": card}
    with table.store.read() as uow:
        found = given.card(uow, reader=cleo, **shown)
        assert (found["may_hold"], found["may_correct"]) == (False, False)
        assert given.card(uow, reader=table.course.lena.id, **shown)["may_correct"]
    with pytest.raises(NotAllowed):
        table.store.change(release.hold, round_id, card, cleo, "keep", "It is unkind")
    with pytest.raises(NotAllowed):
        correct(table, round_id, "Cleo", of="Lena")
    correct(table, round_id, "Lena", of="Lena")


def test_a_coachs_reading_does_not_open_it(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    table.store.change(release.opened, round_id, table.course.cleo.id)
    assert rated.row(table, round_id).opened_at is None
    assert news(table) == [(round_id, None)]


def test_nothing_is_corrected_before_release_by_strangers_or_beside_the_scale(table: Table, clock: Any) -> None:
    policy(table, Policy.HAND)
    round_id = rated.closed_round(table, clock)
    with pytest.raises(WrongPhase):
        correct(table, round_id, "Olga")
    table.store.change(release.by_hand, round_id, table.course.cleo.id)
    for who in ("Lena", "Omar", "Sam", "Oren", "Mallory"):
        with pytest.raises(NotFound):
            correct(table, round_id, who)
    for wrong in ({"rating": 9}, {"rating": None}, {"entry": "keep"}, {"entry": "felt", "words": "x"}):
        with pytest.raises(Invalid):
            correct(table, round_id, "Olga", **wrong)


def test_a_correction_of_a_held_comment_is_held_too(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)
    hold(table, round_id)
    correct(table, round_id, "Olga", entry="keep", rating=None, words="The same again")
    assert "The same again" not in str(report(table, round_id))
    assert "The same again" in str(report(table, round_id, "Cleo"))
    assert news(table) == [(round_id, None)]


# Peers' names.


def test_without_names_the_learner_reads_no_peers_name_anywhere(table: Table, clock: Any) -> None:
    policy(table, Policy.TURN, peer_names=False)
    round_id = rated.open_round(table, clock)
    rated.rate(table, words=False)
    rated.close(table)
    opened = str(table.view("Lena")["released"])
    said = str(report(table, round_id))
    for who in ("Olga", "Omar"):
        assert who not in opened
        assert table.course.cast[who].id not in opened
        assert who not in said
        assert table.course.cast[who].id not in said
        assert who in str(report(table, round_id, "Cleo"))
    assert "A peer" in said
    assert "Cleo" in opened


@pytest.mark.parametrize("by_file", [False, True])
def test_names_that_were_not_to_be_read_are_not_read_later_either(table: Table, clock: Any, by_file: bool) -> None:
    def named(yes: bool) -> None:
        if by_file:
            with table.store.write() as uow:
                course = uow.session.get_one(Course, table.course.course.id)
                programme = replace(programmes.as_programme(course), peer_names=yes)
                programmes.import_programme(uow, programme)
        else:
            policy(table, Policy.TURN, peer_names=yes)

    def played() -> str:
        round_id = rated.open_round(table, clock)
        rated.rate(table, words=False)
        rated.close(table)
        return round_id

    named(False)
    unnamed = played()
    named(True)
    assert "Olga" not in str(report(table, unnamed))
    assert "Olga" not in str(table.view("Lena")["released"])
    later = played()
    assert "Olga" in str(report(table, later))
    assert "Olga" in str(table.view("Lena")["released"])
    named(False)
    named(True)
    assert "Olga" not in str(report(table, later)), "she may have written on, unnamed"


def test_who_is_known_by_one_comment_is_not_known_by_the_next(table: Table, clock: Any) -> None:
    policy(table, Policy.TURN, peer_names=False)
    round_id = rated.open_round(table, clock)
    for who, keep, try_ in (("Olga", "A", "Z"), ("Omar", "B", "Y")):
        table.do(who, "score:save", entry="keep", text=keep)
        table.do(who, "score:save", entry="try", text=try_)
    rated.rate(table, words=False)
    rated.close(table)
    said = [(one["comment"], one["text"]) for one in report(table, round_id)["comments"]]
    assert said == [("keep", "A"), ("keep", "B"), ("try", "Y"), ("try", "Z")]


def test_a_draft_is_in_nobodys_report(table: Table, clock: Any) -> None:
    round_id = rated.open_round(table, clock)
    table.do("Omar", "score:save", entry="keep", text="Only a thought")
    rated.rate(table, {"Lena": 3, "Cleo": 2})
    rated.close(table)
    for who in ("Lena", "Cleo"):
        assert "Only a thought" not in str(report(table, round_id, who))
    with table.store.read() as uow:
        assert uow.session.query(Scorecard).filter_by(status="draft").count() == 1


def test_who_has_left_the_course_has_no_report(table: Table, clock: Any) -> None:
    round_id = rated.closed_round(table, clock)

    def leave(uow: Any) -> None:
        uow.session.query(Enrolment).filter_by(person_id=table.course.lena.id).one().removed_at = uow.now

    table.store.change(leave)
    with pytest.raises(NotFound):
        report(table, round_id)
    assert news(table) == []
