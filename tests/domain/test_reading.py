"""Who may read which part of a scenario outside a room: the whole table."""

from itertools import product

import pytest

from pallpractice.domain.reading import Met, Part, Tie, parts
from pallpractice.domain.roles import Role

A, B, S, G = Part.ABOUT, Part.BRIEF, Part.SCRIPT, Part.GUIDE
NOT_MET = Met()
AT_IT = Met(begun=True, running=True)
CLOSED = Met(begun=True, closed=True)
AGAIN = Met(begun=True, closed=True, running=True)

TABLE = [
    # role, its course uses it, is over, met -> parts
    *((Role.ORGANISER, uses, over, met, {A, B, S, G}) for uses, over, met in product((True, False), repeat=3)),
    *((Role.COACH, uses, over, met, {A, B, S, G}) for uses, over, met in product((True, False), repeat=3)),
    *((Role.ACTOR, True, over, NOT_MET, {A, B, S}) for over in (True, False)),
    *((Role.ACTOR, False, over, NOT_MET, set()) for over in (True, False)),
    *((Role.LEARNER, uses, over, NOT_MET, set()) for uses, over in product((True, False), repeat=2)),
    *((Role.LEARNER, uses, over, AT_IT, {A, B}) for uses, over in product((True, False), repeat=2)),
    *((Role.LEARNER, uses, over, CLOSED, {A, B, S}) for uses, over in product((True, False), repeat=2)),
    *((Role.LEARNER, uses, over, AGAIN, {A, B}) for uses, over in product((True, False), repeat=2)),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: "-".join(map(str, (*row[:4], *sorted(row[4])))))
def test_one_course(row: tuple[Role, bool, bool, Met | bool, set[Part]]) -> None:
    role, uses, over, met, expected = row
    assert parts([Tie(role, uses, over)], met if isinstance(met, Met) else CLOSED if met else NOT_MET) == expected


def test_nobodys_reads_nothing_even_if_a_round_was_met() -> None:
    assert parts([], CLOSED) == set()


def test_two_courses_add_up() -> None:
    assert parts([Tie(Role.ACTOR, True), Tie(Role.COACH, False)], NOT_MET) == {A, B, S, G}


@pytest.mark.parametrize("other", [Role.ORGANISER, Role.COACH, Role.ACTOR])
def test_who_is_still_to_sit_in_the_chair_learns_nothing_by_another_role(other: Role) -> None:
    learner = Tie(Role.LEARNER, uses=True)
    assert parts([learner, Tie(other, True)], NOT_MET) == set()
    assert parts([learner, Tie(other, True)], CLOSED) == {A, B, S}
    past = Tie(Role.LEARNER, uses=True, over=True)
    assert S in parts([past, Tie(other, True)], NOT_MET)
    unused = Tie(Role.LEARNER, uses=False)
    assert S in parts([unused, Tie(other, True)], NOT_MET)
