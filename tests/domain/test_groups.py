"""The judge of groups: each rule broken once and named; how well wishes are met; professions; how many groups."""

from collections import Counter
from dataclasses import replace

import pytest

from pallpractice.domain.groups import mixing
from pallpractice.domain.groups.grouping import (
    NAMES,
    Coach,
    Group,
    Learner,
    Place,
    Rule,
    Standing,
    Teams,
    Wishes,
    broken,
    free_names,
    movers,
)
from pallpractice.domain.groups.professions import Family, family
from pallpractice.domain.groups.sizing import Impossible, Need, counts
from pallpractice.domain.roles import Track

ADULT, PEDIATRIC = Track.ADULT, Track.PEDIATRIC
LETTERS = "abcdefgh"


def learner(person: str, **values: object) -> Learner:
    return Learner(person, person.upper(), **{"track": ADULT, **values})  # type: ignore[arg-type]


def sound() -> tuple[Standing, list[Group]]:
    """Eight learners and two coaches in two groups, as the judge likes it."""
    learners = tuple(learner(letter) for letter in LETTERS)
    coaches = (Coach("x", "X", ADULT), Coach("y", "Y"))
    grouping = [
        Group("1", "Maple", ADULT, tuple("abcd"), ("x",)),
        Group("2", "Oak", ADULT, tuple("efgh"), ("y",)),
    ]
    return Standing(learners, coaches, (Place("1", "Maple", ADULT), Place("2", "Oak", ADULT))), grouping


def faults(standing: Standing, grouping: list[Group], wishes: Wishes | None = None) -> list[tuple[Rule, str]]:
    return [(fault.rule, fault.words) for fault in broken(standing, wishes or Wishes(), grouping)]


def test_a_sound_grouping_breaks_nothing() -> None:
    assert faults(*sound()) == []


def change(standing: Standing, person: str, **values: object) -> Standing:
    one = [replace(one, **values) if one.person == person else one for one in standing.learners]  # type: ignore[arg-type]
    other = [replace(one, **values) if one.person == person else one for one in standing.coaches]  # type: ignore[arg-type]
    return replace(standing, learners=tuple(one), coaches=tuple(other))


def test_everyone_is_placed_exactly_once() -> None:
    standing, (maple, oak) = sound()
    more = replace(standing, learners=(*standing.learners, learner("i")))
    assert faults(more, [maple, oak]) == [(Rule.PLACED, "I is in no group.")]
    twice = replace(maple, learners=tuple("abcde"))
    assert faults(standing, [twice, oak]) == [(Rule.PLACED, "E is in more than one group.")]
    stranger = replace(maple, learners=(*"abcd", "mallory"))
    assert faults(standing, [stranger, oak]) == [
        (Rule.PLACED, "Someone is in a group who is not a learner of this course.")
    ]


def test_many_without_a_group_are_counted() -> None:
    standing, _ = sound()
    assert faults(standing, [])[0] == (Rule.PLACED, "A, B, C and 5 more are in no group.")


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (Wishes(least=5), "Maple has 4 learners; at least 5 are wished for."),
        (Wishes(least=2, most=3), "Maple has 4 learners; at most 3 are wished for."),
    ],
)
def test_a_size_is_within_the_bounds(wishes: Wishes, words: str) -> None:
    assert (Rule.SIZE, words) in faults(*sound(), wishes)
    assert {rule for rule, _ in faults(*sound(), wishes)} == {Rule.SIZE}


def test_a_group_is_of_one_track() -> None:
    standing, grouping = sound()
    mixed = change(standing, "a", track=PEDIATRIC)
    assert faults(mixed, grouping) == [(Rule.TRACK, "Maple has learners of two tracks: 3 adult and 1 pediatric.")]
    free = change(standing, "a", track=None)
    assert faults(free, grouping) == []
    grouping[0] = replace(grouping[0], track=PEDIATRIC)
    assert faults(standing, grouping) == [(Rule.TRACK, "Maple is a pediatric group with adult learners.")]


def test_pins_are_kept() -> None:
    standing, grouping = sound()
    pinned = change(standing, "a", group="2", pinned=True)
    assert faults(pinned, grouping) == [(Rule.PINNED, "A is pinned to Oak.")]
    pinned = change(standing, "x", group="2", pinned=True)
    assert faults(pinned, grouping) == [(Rule.PINNED, "X is pinned to Oak.")]


def test_a_group_that_has_practised_keeps_its_learners_and_not_its_coach() -> None:
    standing, grouping = sound()
    standing = replace(standing, places=(*standing.places, Place("3", "Elm", ADULT, begun=True)))
    elm = Group("3", "Elm", ADULT)
    assert faults(standing, grouping) == [(Rule.BEGUN, "Elm has practised already, so it stays.")]
    assert faults(change(standing, "a", group="3"), [*grouping, elm]) == [
        (Rule.BEGUN, "Elm has practised already, so A stays in it.")
    ]
    assert faults(change(standing, "x", group="3"), [*grouping, elm]) == []


def test_each_group_has_a_coach_of_its_own() -> None:
    standing, (maple, oak) = sound()
    assert faults(standing, [maple, replace(oak, coaches=())]) == [(Rule.COACH, "Oak has no coach.")]
    assert faults(standing, [maple, replace(oak, coaches=("x",))]) == [(Rule.COACH, "X coaches Maple and Oak.")]
    assert faults(standing, [maple, replace(oak, coaches=("y", "a"))]) == [
        (Rule.COACH, "Oak has a coach who does not coach in this course.")
    ]


def test_no_two_groups_are_one() -> None:
    standing, (maple, oak) = sound()
    assert faults(standing, [maple, replace(oak, name="Maple")]) == [
        (Rule.NAME, "More than one group is called Maple.")
    ]
    assert faults(standing, [maple, replace(oak, id="1")]) == [(Rule.NAME, "One group is listed twice.")]


def test_who_moves() -> None:
    standing, grouping = sound()
    standing = change(change(standing, "a", group="2"), "y", group="2")
    found = {one.person: (before, after) for one, before, after in movers(standing, grouping)}
    assert found["a"] == ("2", "1")
    assert found["b"] == (None, "1")
    assert "y" not in found


def test_names_are_calm_and_never_run_out() -> None:
    assert len(set(NAMES)) == 40
    names = free_names(["maple", "Group 1"])
    assert next(names) == "Willow"
    assert [name for name, _ in zip(names, range(40), strict=False)][-2:] == ["Group 2", "Group 3"]


# How well wishes are met.


def measure(wish: mixing.Wish, standing: Standing, grouping: list[Group], **wishes: object) -> tuple[int, int, str]:
    found = {one.wish: one for one in mixing.measures(standing, Wishes(**wishes), grouping)}  # type: ignore[arg-type]
    return found[wish].met, found[wish].of, found[wish].words


def test_even_sizes() -> None:
    standing, (maple, oak) = sound()
    assert measure(mixing.Wish.SIZES, standing, [maple, oak]) == (2, 2, "4 learners in every group.")
    uneven = [replace(maple, learners=tuple("ab")), replace(oak, learners=tuple("cdefgh"))]
    assert measure(mixing.Wish.SIZES, standing, uneven) == (0, 2, "2 to 6 learners in a group.")
    assert measure(mixing.Wish.SIZES, standing, []) == (0, 0, "There are no groups yet.")


def test_mixed_professions_go_by_their_family() -> None:
    standing, grouping = sound()
    for person, profession in zip("abc", ("Hospitalist", "Surgeon", "Doctor"), strict=True):
        standing = change(standing, person, profession=profession)
    assert measure(mixing.Wish.PROFESSIONS, standing, grouping) == (
        2,
        3,
        "3 physicians in Maple, where 2 would be even.",
    )
    assert measure(mixing.Wish.PROFESSIONS, standing, [])[:2] == (0, 3)
    assert measure(mixing.Wish.PROFESSIONS, sound()[0], grouping) == (0, 0, "No professions are known.")


def test_mixed_institutions_count_a_team_that_stays_together_once() -> None:
    standing, grouping = sound()
    for person in "abc":
        standing = change(standing, person, institution="St  Anne", team="Ward 3")
    assert measure(mixing.Wish.INSTITUTIONS, standing, grouping) == (1, 1, "As even as can be.")
    assert measure(mixing.Wish.INSTITUTIONS, standing, grouping, teams=Teams.SPREAD) == (
        2,
        3,
        "3 from St Anne in Maple, where 2 would be even.",
    )


def test_teams_together_and_spread() -> None:
    standing, grouping = sound()
    for person in "abe":
        standing = change(standing, person, team="Ward 3")
    assert measure(mixing.Wish.TEAMS, standing, grouping) == (0, 1, "Not together: Ward 3.")
    assert measure(mixing.Wish.TEAMS, standing, grouping, teams=Teams.SPREAD) == (3, 3, "As even as can be.")
    alone = change(change(standing, "a", team=""), "b", team="")
    assert measure(mixing.Wish.TEAMS, alone, grouping) == (0, 0, "Nobody has come as a team.")
    together = [replace(grouping[0], learners=tuple("abef")), replace(grouping[1], learners=tuple("cdgh"))]
    assert measure(mixing.Wish.TEAMS, standing, together) == (1, 1, "Every team is together.")
    assert measure(mixing.Wish.TEAMS, standing, together, teams=Teams.SPREAD) == (
        2,
        3,
        "3 of Ward 3 in Maple, where 2 would be even.",
    )


def test_a_team_larger_than_a_group_is_together_in_as_few_as_can_be() -> None:
    standing, grouping = sound()
    for person in LETTERS:
        standing = change(standing, person, team="Ward 3")
    assert measure(mixing.Wish.TEAMS, standing, grouping, most=4)[:2] == (1, 1)
    assert measure(mixing.Wish.TEAMS, standing, grouping, most=8)[:2] == (0, 1)


def test_a_coach_of_the_groups_track() -> None:
    standing, grouping = sound()
    assert measure(mixing.Wish.COACHES, standing, grouping) == (2, 2, "Every group has one.")
    other = change(standing, "x", track=PEDIATRIC)
    assert measure(mixing.Wish.COACHES, other, grouping) == (1, 2, "Not so in Maple.")


@pytest.mark.parametrize(
    ("profession", "expected"),
    [
        ("Hospitalist physician", Family.PHYSICIAN),
        ("Neonatology fellow", Family.PHYSICIAN),
        ("Pediatric intensivist", Family.PHYSICIAN),
        ("Oncologist", Family.PHYSICIAN),
        ("Consultant anaesthetist", Family.PHYSICIAN),
        ("Physician assistant", Family.PHYSICIAN),
        ("Psychiatrist", Family.PHYSICIAN),
        ("Emergency medicine resident", Family.PHYSICIAN),
        ("MD", Family.PHYSICIAN),
        ("Oncology nurse practitioner", Family.NURSE),
        ("Pediatric palliative care nurse", Family.NURSE),
        ("RN", Family.NURSE),
        ("Social worker", Family.SOCIAL_WORK),
        ("Oncology social worker", Family.SOCIAL_WORK),
        ("LCSW", Family.SOCIAL_WORK),
        ("Chaplain", Family.CHAPLAIN),
        ("Spiritual care provider", Family.CHAPLAIN),
        ("Clinical pharmacist", Family.PHARMACY),
        ("PharmD", Family.PHARMACY),
        ("Neuropsychologist", Family.PSYCHOLOGY),
        ("Bereavement counsellor", Family.PSYCHOLOGY),
        ("Child life specialist", Family.OTHER),
        ("Speech-language pathologist", Family.OTHER),
        ("Respiratory therapist", Family.OTHER),
        ("Physical therapist", Family.OTHER),
        ("  ", None),
    ],
)
def test_the_family_of_a_profession(profession: str, expected: Family | None) -> None:
    assert family(profession) is expected


# How many groups.


def need(adult: int = 0, pediatric: int = 0, free: int = 0, coaches: int = 40, **more: Counter[Track | None]) -> Need:
    learners = Counter({ADULT: adult, PEDIATRIC: pediatric, None: free})
    return Need(learners, more.get("forced", Counter()), more.get("present", Counter()), coaches)


@pytest.mark.parametrize(
    ("asked", "wishes", "expected"),
    [
        (need(adult=84, pediatric=36), Wishes(), {ADULT: 14, PEDIATRIC: 6}),
        (need(adult=9), Wishes(), {ADULT: 2}),
        (need(free=12), Wishes(), {None: 2}),
        (need(adult=10, free=2), Wishes(), {ADULT: 2}),
        (need(adult=24), Wishes(groups=3), {ADULT: 3}),
        (need(adult=24), Wishes(best=4), {ADULT: 6}),
        (need(adult=24, coaches=3), Wishes(), {ADULT: 3}),
        (need(adult=26, present=Counter({ADULT: 4})), Wishes(), {ADULT: 4}),
        (need(adult=26, present=Counter({ADULT: 5})), Wishes(), {ADULT: 5}),
        (need(adult=26, present=Counter({ADULT: 6})), Wishes(settled=False), {ADULT: 4}),
        (need(adult=12, pediatric=3), Wishes(), {ADULT: 2, PEDIATRIC: 1}),  # one group is too small, come what may
        (need(adult=12, forced=Counter({ADULT: 3})), Wishes(), {ADULT: 3}),
    ],
)
def test_how_many_groups(asked: Need, wishes: Wishes, expected: dict[Track | None, int]) -> None:
    assert counts(asked, wishes) == expected


@pytest.mark.parametrize(
    ("asked", "wishes", "reason"),
    [
        (need(), Wishes(), "There are no learners in this course yet."),
        (need(adult=5, coaches=0), Wishes(), "There are no coaches in this course yet"),
        (
            need(adult=20, coaches=2),
            Wishes(),
            "20 learners make at least 3 groups of at most 8, and there are 2 coaches. Bring in 1 more coach, ",
        ),
        (need(adult=5, pediatric=5, coaches=1), Wishes(), "10 learners (5 adult and 5 pediatric) make at least 2"),
        (need(adult=24, coaches=3), Wishes(groups=4), "or ask for fewer groups"),
        (need(adult=5, pediatric=5), Wishes(groups=1), "1 group is too few: with learners of two tracks"),
        (need(adult=12, forced=Counter({ADULT: 3})), Wishes(groups=2), "people who are pinned or have practised"),
        (need(adult=12), Wishes(least=7, most=6), "No group has at least 7 and at most 6 learners."),
    ],
)
def test_why_there_are_no_such_groups(asked: Need, wishes: Wishes, reason: str) -> None:
    with pytest.raises(Impossible) as refused:
        counts(asked, wishes)
    assert reason in refused.value.message
