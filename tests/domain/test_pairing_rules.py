"""The judge: a plan that keeps every rule, and each rule broken once and named."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pallpractice.domain.pairing.disturbance import disturbance, told
from pallpractice.domain.pairing.observing import JOBS, shared
from pallpractice.domain.pairing.plan import Actor, Case, Planned, Problem, Room, Session, Tracks, Wishes
from pallpractice.domain.pairing.reasons import measures, no_time, obstacles, why_not
from pallpractice.domain.pairing.rules import Rule, broken
from tests.pairings import NEWS, START, VALUES

HOUR = timedelta(hours=1)
CASES = tuple(
    Case(f"{skill[:1]}{at}", f"{skill} {at}", skill, track, intensity, ("one", "two") if at == 3 else ("one",))
    for skill in (NEWS, VALUES)
    for at, (track, intensity) in enumerate([("adult", 2), ("adult", 4), ("pediatric", 4), ("adult", 5)])
)
ACTORS = (Actor("sam", "Sam"), Actor("sol", "Sol", group="maple"), Actor("ada", "Ada", cast=frozenset({"s0", "v0"})))
SESSIONS = (
    Session("news", "Serious news", NEWS, START, START + HOUR),
    Session("talk", "Values", VALUES, START + 3 * HOUR, START + 4 * HOUR),
)
PEOPLE = {"maple": ("lena", "olga", "omar"), "oak": ("lara", "otto", "olaf")}
PROBLEM = Problem(
    zone="America/New_York",
    wishes=Wishes(round_minutes=20),
    sessions=SESSIONS,
    rooms=tuple(
        Room(one.id, group, group.capitalize(), "adult", people, (f"coach {group}",))
        for one in SESSIONS
        for group, people in PEOPLE.items()
    ),
    actors=ACTORS,
    cases=CASES,
    names={who: who.capitalize() for people in PEOPLE.values() for who in people}
    | {one.id: one.name for one in ACTORS}
    | {"coach maple": "Cleo"},
)


def planned(session: str, group: str, at: int, learner: str, case: str, *actors: str) -> Planned:
    slot = PROBLEM.slots(session)[at]
    return Planned(session, group, slot, learner, case, dict(zip(("one", "two"), actors, strict=False)))


KEPT = (
    planned("news", "maple", 0, "lena", "s0", "sam"),
    planned("news", "maple", 1, "olga", "s1", "sam"),
    planned("news", "maple", 2, "omar", "s2", "sol"),
    planned("news", "oak", 0, "lara", "s1", "sol"),
    planned("news", "oak", 1, "otto", "s0", "ada"),
    planned("news", "oak", 2, "olaf", "s2", "sam"),
    planned("talk", "maple", 0, "lena", "v0", "ada"),
    planned("talk", "maple", 1, "olga", "v1", "sam"),
    planned("talk", "maple", 2, "omar", "v2", "sam"),
    planned("talk", "oak", 0, "lara", "v1", "sol"),
    planned("talk", "oak", 1, "otto", "v0", "ada"),
    planned("talk", "oak", 2, "olaf", "v2", "sol"),
)


def other(at: int, **fields: object) -> tuple[Planned, ...]:
    return (*KEPT[:at], replace(KEPT[at], **fields), *KEPT[at + 1 :])


def judged(problem: Problem, plan: tuple[Planned, ...]) -> dict[Rule, str]:
    return {one.rule: one.words for one in broken(problem, plan)}


def test_a_plan_that_keeps_every_rule() -> None:
    assert broken(PROBLEM, KEPT) == []


BROKEN = {
    "two rooms at once": (other(4, parts={"one": "sam"}, case="s0"), Rule.PLACE, "Sam is in two places: Maple, 11:35"),
    "two parts at once": (other(2, case="s3", parts={"one": "sol", "two": "sol"}), Rule.PLACE, "Sol has two parts"),
    "three in a row": (other(4, case="s3", parts={"one": "sol", "two": "ada"}), Rule.BREAK, "Sol plays three intense"),
    "no turn": (KEPT[1:], Rule.TURN, "Maple: Lena has no turn in Serious news, though there is time."),
    "two turns": (other(1, learner="lena"), Rule.TURN, "Lena is in the chair twice in Serious news."),
    "someone else's group": (other(0, learner="lara"), Rule.CHAIR, "Lara is not a learner of this group."),
    "nobody": (other(0, learner=None), Rule.CHAIR, "Maple, 11:15 to 11:35: nobody is in the chair."),
    "no actor": (other(0, parts={}), Rule.PART, "no actor is there for the character of serious_news 0."),
    "one of two": (other(0, case="s3"), Rule.PART, "no actor is there for a character of serious_news 3."),
    "not cast": (other(0, case="s3", parts={"one": "sam", "two": "ada"}), Rule.PART, "Ada is not cast for"),
    "no such character": (other(0, parts={"one": "sam", "six": "ada"}), Rule.PART, "has no character six."),
    "no actor at all": (other(0, parts={"one": "olga"}), Rule.PART, "is no actor of the course."),
    "again": (other(1, case="s0"), Rule.AGAIN, "the group has met serious_news 0 at 11:15 to 11:35."),
    "another skill": (other(0, case="v3", parts={"one": "sam", "two": "ada"}), Rule.CASE, "does not practise what"),
    "not within": (other(2, slot=PROBLEM.slots("talk")[0]), Rule.TIME, "the round is not within Serious news."),
    "at the same time": (
        other(1, slot=KEPT[0].slot, parts={"one": "ada"}),
        Rule.TIME,
        "the round before ends only at 11:35.",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_is_named(name: str) -> None:
    plan, rule, words = BROKEN[name]
    found = {one.rule: one.words for one in broken(PROBLEM, plan) if words in one.words}
    assert rule in found, [one.words for one in broken(PROBLEM, plan)]


def test_who_declined_or_cant_come_is_named() -> None:
    refused = replace(PROBLEM, actors=(replace(ACTORS[0], declined=frozenset({"s0"})), *ACTORS[1:]))
    assert "Sam has declined serious_news 0." in judged(refused, KEPT)[Rule.PART]
    away = replace(PROBLEM, sessions=(replace(SESSIONS[0], absent=frozenset({"sam", "lena"})), SESSIONS[1]))
    assert "Sam is to play" in judged(away, KEPT)[Rule.PART]
    assert "Lena is in the chair and can’t come." in judged(away, KEPT)[Rule.CHAIR]


def test_a_learner_from_another_group_has_seen_a_case_there() -> None:
    """Lena watches with Maple in the first session and sits with Oak in the second one."""
    again = tuple(replace(case, skill=NEWS) for case in CASES)
    moved = tuple(
        replace(room, learners={"maple": PEOPLE["maple"][1:], "oak": ("lena", *PEOPLE["oak"])}[room.group])
        if room.session == "talk"
        else room
        for room in PROBLEM.rooms
    )
    problem = replace(PROBLEM, rooms=moved, cases=again, sessions=tuple(replace(one, skill=NEWS) for one in SESSIONS))
    plan = (*KEPT[:3], replace(KEPT[9], learner="lena", case="s2"))
    assert any("Lena has seen serious_news 2 played." in one.words for one in broken(problem, plan))


def test_a_coach_stays_with_the_group() -> None:
    rooms = tuple(replace(one, coaches=("coach maple",)) for one in PROBLEM.rooms)
    found = judged(replace(PROBLEM, rooms=rooms), KEPT)
    assert found[Rule.COACH] == "Cleo does not stay with one group: Maple and Oak."
    assert "Cleo is in two places" in found[Rule.PLACE]


def test_a_pause_between_two_sessions_is_a_break() -> None:
    soon = START + HOUR + timedelta(minutes=5)
    near = (SESSIONS[0], replace(SESSIONS[1], starts=soon, ends=soon + HOUR))
    for gap, expected in ((5, True), (3, False)):
        problem = replace(
            PROBLEM, sessions=near, wishes=Wishes(round_minutes=20, break_minutes=10 if expected else gap)
        )
        slots = near[1].slots(20)
        plan = (
            replace(KEPT[1], parts={"one": "sol"}, slot=near[0].slots(20)[1]),
            replace(KEPT[2], parts={"one": "sol"}),
            replace(KEPT[7], parts={"one": "sol"}, slot=slots[0]),
        )
        assert (Rule.BREAK in judged(problem, plan)) is expected


def test_what_has_begun_is_not_blamed() -> None:
    plan = tuple(replace(one, begun=True) for one in BROKEN["again"][0])
    assert Rule.AGAIN not in judged(PROBLEM, plan)


def test_who_has_no_turn_for_lack_of_time_is_told_and_no_rule_is_broken() -> None:
    more = tuple(replace(one, learners=(*one.learners, f"late {one.group}")) for one in PROBLEM.rooms)
    problem = replace(PROBLEM, rooms=more)
    assert broken(problem, KEPT) == []
    assert [person for _, person in no_time(problem, KEPT)] == ["late maple", "late oak"] * 2


# Reasons.


def test_no_actor_is_cast() -> None:
    cast = tuple(Actor(one.id, one.name, frozenset({"s0", "s1", "v0", "v1", "v2"})) for one in ACTORS)
    assert why_not(replace(PROBLEM, actors=cast))[:2] == [
        "No actor is cast for serious_news 2, needed 11:15 to 12:15.",
        "No actor is cast for serious_news 3, needed 11:15 to 12:15.",
    ]
    declined = (replace(cast[0], declined=frozenset({"s1"})),)
    assert "No actor can play serious_news 1, needed 11:15 to 12:15 (declined by Sam)." in why_not(
        replace(PROBLEM, actors=declined)
    )
    one = (Actor("sam", "Sam"),)
    reasons = why_not(replace(PROBLEM, actors=one, cases=CASES[1:4]))
    assert "Only Sam can play serious_news 3, which has 2 characters, needed 11:15 to 12:15." in reasons


def test_no_scenario_and_too_few() -> None:
    assert why_not(replace(PROBLEM, cases=CASES[:4]))[0].startswith("The course has no scenario for Values.")
    reasons = why_not(replace(PROBLEM, cases=CASES[:2] + CASES[4:]))
    assert any(one.startswith("Maple and Oak: 3 rounds in Serious news need 3 scenarios") for one in reasons)


def test_too_few_actors_for_so_many_rooms() -> None:
    reasons = why_not(replace(PROBLEM, actors=ACTORS[:1]))
    assert any("6 rounds have 6 parts at least, and 1 actor can play 3" in one for one in reasons), reasons


def test_what_stands_in_the_way_of_a_round() -> None:
    found = obstacles(PROBLEM, KEPT[1:])
    assert len(found) == 1
    assert found[0].startswith("Maple, 11:15 to 11:35: serious_news 0 could be played by Sam")
    busy = replace(PROBLEM, actors=ACTORS[1:2])
    assert "serious_news 0 needs 1 actor, and nobody is free" in obstacles(busy, KEPT[1:])[0]


def test_nothing_is_said_of_what_can_be() -> None:
    assert why_not(PROBLEM) == []


# Wishes.


def test_measures() -> None:
    found = {one.title: one for one in measures(PROBLEM, KEPT)}
    assert found["Turns in the chair"].words == "12 of 12"
    assert found["Cases of the own track"].words == "8 of 12 rounds"
    assert found["Intensity rises"].words == "6 of 8 times from round to round"
    both = {
        one.title: one for one in measures(replace(PROBLEM, wishes=Wishes(round_minutes=20, tracks=Tracks.BOTH)), KEPT)
    }
    assert both["Groups that meet both tracks"].words == "2 of 2 groups"


def test_the_jobs_go_round() -> None:
    people = ("a", "b", "c", "d", "e", "f")
    rounds = shared((people[at % 6], people) for at in range(12))
    assert rounds == shared((people[at % 6], people) for at in range(12))
    for at, deal in enumerate(rounds):
        assert people[at % 6] not in deal
        assert set(deal.values()) == set(JOBS)
    for person in people:
        had = [deal[person].id for deal in rounds if person in deal]
        assert max(map(had.count, set(had))) - min(map(had.count, {job.id for job in JOBS})) <= 1, (person, had)


def test_who_is_told_of_another_plan() -> None:
    first, second, *others = KEPT
    called = [replace(first, parts={"one": "ada"}), second, *others]
    assert told(PROBLEM, KEPT, called) == {("sam", first.slot), ("ada", first.slot)}
    swapped = [replace(first, learner="olga"), replace(second, learner="lena"), *others]
    slots = (first.slot, second.slot)
    assert told(PROBLEM, KEPT, swapped) == {(who, slot) for who in ("lena", "olga") for slot in slots}
    gone = replace(PROBLEM, sessions=(replace(SESSIONS[0], absent=frozenset({"sam"})), SESSIONS[1]))
    assert told(gone, KEPT, called) == {("ada", first.slot)}, "whoever can't come is told nothing"
    assert told(PROBLEM, KEPT, KEPT) == set()
    found = disturbance(PROBLEM, KEPT, swapped)
    assert (found.changed, found.same, found.told, found.people) == (2, len(KEPT) - 2, 4, 2)
