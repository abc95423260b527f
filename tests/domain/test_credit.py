"""From minutes to quarter hours: never more than was attended, than the course has, than its most, than is known."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pallpractice.config import CHECKOUT
from pallpractice.domain.credit import (
    Part,
    Said,
    Source,
    Taken,
    Terms,
    There,
    awarded,
    claim,
    hours,
    lasted,
    offered,
    possible,
    quarters,
    taken,
)
from pallpractice.domain.errors import Invalid
from pallpractice.domain.participation import Stay, minutes, union
from pallpractice.domain.programme import Credit, instant
from pallpractice.domain.roles import SessionKind, Track
from pallpractice.library import programme

START = datetime(2026, 5, 14, 14, tzinfo=UTC)
KINDS = st.sampled_from(SessionKind)
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def stay(start: float, end: float) -> Stay:
    return Stay(at(start), at(end))


def part(kind: SessionKind = SessionKind.PLENARY, start: int = 0, length: int = 60, *credit: Credit) -> Part:
    given = () if kind is SessionKind.BREAK else credit or (Credit.GENERAL,)
    return Part(f"{start}", f"key-{start}", "A talk", kind, at(start), at(start + length), given)


PARTS = st.builds(
    lambda kind, start, length, credit: part(kind, start, length, *credit),
    KINDS,
    st.integers(0, 400),
    st.integers(1, 120),
    st.sets(st.sampled_from(Credit)),
)
STAYS = st.lists(st.builds(stay, st.floats(-60, 500), st.floats(-60, 500)), max_size=6)
SAID = st.lists(
    st.builds(
        lambda source, when, stays, lasted: Said(source, at(when), There(union(stays), lasted)),
        st.sampled_from([Source.HAND, Source.FILE, Source.SELF]),
        st.integers(600, 700),
        STAYS,
        st.integers(0, 200),
    ),
    max_size=5,
)
TOOK = st.lists(st.builds(lambda p, s, d, w: taken(p, s, d, own_word=w), PARTS, STAYS, SAID, st.booleans()), max_size=6)


@pytest.mark.parametrize(
    ("there", "credits"),
    [(0, "0.00"), (7, "0.00"), (8, "0.25"), (22, "0.25"), (23, "0.50"), (105, "1.75"), (112, "1.75"), (113, "2.00")],
)
def test_sixty_minutes_are_one_credit_to_the_nearest_quarter(there: int, credits: str) -> None:
    assert hours(quarters(there)) == credits


@CALM
@given(TOOK)
def test_no_credit_is_above_the_minutes_but_for_one_rounding(took: list[Taken]) -> None:
    everything = minutes(one for each in took for one in each.stays)
    for kind, count in possible(took, Terms(most=10_000)).items():
        there = [one for one in took if one.part.credit and kind in (Credit.GENERAL, *one.part.credit)]
        attended = minutes(one for each in there for one in each.stays)
        assert abs(count * 15 - attended) <= 7
        # Each session's minutes leave out what is left of a minute.
        assert attended <= everything <= sum(one.minutes for one in took) + len(took)


@CALM
@given(TOOK, st.integers(0, 70))
def test_a_type_is_never_more_than_the_whole_nor_the_whole_than_the_most(took: list[Taken], most: int) -> None:
    may = possible(took, Terms(most=most))
    assert all(count <= may[Credit.GENERAL] <= most for count in may.values())


@CALM
@given(TOOK)
def test_nothing_of_a_break_counts_and_nothing_outside_a_session(took: list[Taken]) -> None:
    for one in took:
        assert one.part.kind is not SessionKind.BREAK or not one.stays
        assert all(one.part.starts_at <= s.start and s.end <= one.part.ends_at for s in one.stays)


@CALM
@given(TOOK)
def test_the_same_session_twice_is_there_once(took: list[Taken]) -> None:
    assert possible([*took, *took], Terms()) == possible(took, Terms())


def test_sessions_side_by_side_count_once() -> None:
    here, there = part(SessionKind.PRACTICE, 0, 60), part(SessionKind.STARTUP, 0, 60)
    both = [taken(one, [stay(0, 60)], (), own_word=True) for one in (here, there)]
    assert possible(both, Terms())[Credit.GENERAL] == 4
    halves = [taken(here, [stay(0, 30)], (), own_word=True), taken(there, [stay(30, 60)], (), own_word=True)]
    assert possible(halves, Terms())[Credit.GENERAL] == 4


def test_short_visits_are_added_up_before_they_are_rounded() -> None:
    visits = [
        taken(part(SessionKind.PRACTICE, 60 * n), [stay(60 * n, 60 * n + 8)], (), own_word=True) for n in range(20)
    ]
    assert hours(possible(visits, Terms())[Credit.GENERAL]) == "2.75", "160 minutes, not twenty quarters of an hour"


# --- whose word counts

RECORD, FILE, SELF, HAND = [stay(0, 10)], (stay(5, 20),), (stay(0, 60),), (stay(0, 30),)


def said(source: Source, stays: tuple[Stay, ...], when: int = 600) -> Said:
    return Said(source, at(when), There(stays), "Oren", "because")


@pytest.mark.parametrize(
    ("kind", "recorded", "statements", "own_word", "expected", "sources"),
    [
        ("practice", RECORD, [], True, 10, "record"),
        ("practice", [], [], True, 0, ""),
        ("practice", [], [said(Source.SELF, SELF)], True, 0, ""),
        ("practice", RECORD, [said(Source.FILE, FILE)], True, 20, "record file"),
        ("practice", RECORD, [said(Source.HAND, HAND)], True, 30, "hand"),
        ("practice", RECORD, [said(Source.HAND, ())], True, 0, "hand"),
        ("plenary", [], [said(Source.SELF, SELF)], True, 60, "self"),
        ("plenary", [], [said(Source.SELF, SELF)], False, 0, ""),
        ("plenary", [], [said(Source.SELF, SELF), said(Source.FILE, FILE)], True, 15, "file"),
        ("plenary", [], [said(Source.FILE, FILE, 600), said(Source.FILE, (stay(0, 5),), 601)], True, 5, "file"),
        ("plenary", [], [said(Source.HAND, HAND, 600), said(Source.FILE, FILE, 601)], True, 30, "hand"),
        ("plenary", [], [said(Source.HAND, HAND, 600), said(Source.HAND, (stay(0, 1),), 601)], True, 1, "hand"),
        ("break", RECORD, [said(Source.HAND, HAND)], True, 0, "hand"),
    ],
)
def test_whose_word_counts(
    kind: str, recorded: list[Stay], statements: list[Said], own_word: bool, expected: int, sources: str
) -> None:
    for given_in in (statements, statements[::-1]):
        took = taken(part(SessionKind(kind)), recorded, given_in, own_word=own_word)
        assert (took.minutes, " ".join(took.sources)) == (expected, sources)
        assert len(took.said) == len(statements), "nothing that was said is lost"


def test_minutes_of_which_nobody_knows_when_are_counted_from_the_start() -> None:
    assert lasted(part(), 25).within(part()) == (stay(0, 25),)
    assert lasted(part(), 0).within(part()) == ()
    for wrong in (-1, 61):
        with pytest.raises(Invalid, match="from 0 to 60"):
            lasted(part(), wrong)
    with pytest.raises(Invalid):
        lasted(part(SessionKind.BREAK), 1)


@pytest.mark.parametrize("source", [Source.HAND, Source.FILE, Source.SELF])
def test_minutes_outlive_a_move_of_their_session_and_times_do_not(source: Source) -> None:
    talk, moved, shorter = part(), part(start=24 * 60), part(length=40)
    for there, kept in ((lasted(talk, 50), 50), (There((stay(0, 50),)), 0)):
        said = [Said(source, at(600), there)]
        counted = [taken(each, (), said, own_word=True).minutes for each in (talk, moved, shorter, talk)]
        assert counted == [50, kept, 40, 50]


# --- claims

QUARTERS = st.dictionaries(st.sampled_from(Credit), st.integers(-2, 70))


MAY = st.fixed_dictionaries({kind: st.integers(0, 70) for kind in Credit})


@given(QUARTERS, MAY)
def test_a_claim_is_kept_as_it_was_made_or_refused(wanted: dict[Credit, int], may: dict[Credit, int]) -> None:
    whole = wanted.get(Credit.GENERAL, 0)
    wrong = {k for k in Credit if not 0 <= wanted.get(k, 0) <= may[k] or wanted.get(k, 0) > whole}
    if wrong:
        with pytest.raises(Invalid) as refusal:
            claim(wanted, may)
        assert set(refusal.value.fields or {}) == wrong
    else:
        assert claim(wanted, may) == {kind: wanted.get(kind, 0) for kind in Credit}


@given(QUARTERS, QUARTERS)
def test_what_is_awarded_is_never_above_the_claim_nor_above_what_is_known_now(
    claimed: dict[Credit, int], may: dict[Credit, int]
) -> None:
    for kind, count in awarded(claimed, may).items():
        assert count <= claimed.get(kind, 0)
        assert count <= may.get(kind, 0)


def test_the_shipped_course_has_what_its_provider_announces() -> None:
    read = programme.read(CHECKOUT / "scenarios/examples/course-2026.yaml")
    parts = [
        Part(
            slot.key,
            slot.key,
            slot.title,
            slot.kind,
            instant(slot.day, slot.starts, read.zone),
            instant(slot.day, slot.ends, read.zone),
            slot.credit,
            slot.track,
        )
        for slot in read.slots
    ]
    expected = {"general": "16.00", "pharmacology": "3.75", "opioid": "3.50", "end_of_life": "13.00"}
    for track in Track:
        assert {kind.value: hours(count) for kind, count in offered(parts, track, Terms()).items()} == expected


def test_terms_come_back_as_they_were_kept() -> None:
    terms = Terms(most=8, own_word=False, boards=("ABP", "ABIM"), columns={"credits": "CME"}, provider="House")
    assert Terms.of(terms.plain()) == terms
    assert Terms.of({}) == Terms()
