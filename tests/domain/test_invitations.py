"""What is due to whom, as a table of what happened before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pallpractice.domain.invitations import (
    MOST_TRIES,
    Event,
    Kind,
    Member,
    Message,
    Past,
    Reminders,
    Standing,
    attends,
    due,
    holds,
    next_try,
    standing,
)
from pallpractice.domain.roles import Role

DAY1 = datetime(2026, 5, 13, 14, 0, tzinfo=UTC)
DAY2 = DAY1 + timedelta(days=1)
EARLY = DAY1 - timedelta(days=20)
WELCOME = Event("s1", "Welcome", "plenary", DAY1, DAY1 + timedelta(hours=1))
PRACTICE = Event("s2", "Serious news", "practice", DAY2, DAY2 + timedelta(hours=2), group="Maple", room="r1")
LENA = Member("lena", (WELCOME, PRACTICE))
ON = Reminders()


def sent(message: Message, as_: Standing = Standing.SENT) -> Past:
    return Past(message.kind, message.contents, as_, message.entries)


def only(found: list[Message]) -> Message:
    (message,) = found
    return message


def kinds(member: Member, past: list[Past], now: datetime = EARLY) -> list[str]:
    return [message.kind.value for message in due(member, past, now, ON)]


INVITED = [sent(only(due(LENA, [], EARLY, ON)))]
MOVED = replace(LENA, events=(WELCOME, replace(PRACTICE, starts_at=DAY2 + timedelta(hours=3), sequence=1)))
RETITLED = replace(LENA, events=(WELCOME, replace(PRACTICE, title="Serious news, again", sequence=1)))
REGROUPED = replace(LENA, events=(WELCOME, replace(PRACTICE, group="Birch", room="r2")))
SHORTER = replace(LENA, events=(WELCOME,))
LONGER = replace(LENA, events=(*LENA.events, replace(PRACTICE, session="s3")))


@pytest.mark.parametrize(
    ("member", "past", "expected"),
    [
        (LENA, [], ["invitation"]),
        (LENA, INVITED, []),
        (replace(LENA, removed=True), [], []),
        (replace(LENA, removed=True), INVITED, ["cancellation"]),
        (replace(LENA, events=()), [], []),
        (MOVED, INVITED, ["update"]),
        (RETITLED, INVITED, ["update"]),
        (REGROUPED, INVITED, ["update"]),
        (LONGER, INVITED, ["update"]),
        (SHORTER, INVITED, ["cancellation"]),
        (replace(MOVED, events=MOVED.events[1:]), INVITED, ["cancellation", "update"]),
        *[(LENA, [replace(INVITED[0], standing=each)], []) for each in ("waiting", "sending", "later", "unsure")],
        (LENA, [replace(INVITED[0], standing=Standing.FAILED)], ["invitation"]),
    ],
)
def test_what_is_due(member: Member, past: list[Past], expected: list[str]) -> None:
    assert kinds(member, [replace(each, standing=Standing(each.standing)) for each in past]) == expected


@pytest.mark.parametrize("member", [LENA, MOVED, RETITLED, REGROUPED, SHORTER, LONGER, replace(LENA, removed=True)])
def test_nothing_is_due_twice(member: Member) -> None:
    past = [*INVITED]
    past += [sent(message) for message in due(member, past, EARLY, ON)]
    assert due(member, past, EARLY, ON) == []
    assert holds(past).keys() >= {event.session for event in member.events}


def test_a_sequence_rises_with_every_change_and_stays_without() -> None:
    past = [*INVITED]
    numbers = []
    for member in (MOVED, REGROUPED, replace(LENA, removed=True), LENA, RETITLED):
        for message in due(member, past, EARLY, ON):
            past.append(sent(message))
        numbers.append(holds(past)["s2"].sequence)
    assert numbers == [1, 2, 3, 4, 5]
    assert holds(past)["s1"].sequence == 2, "it was cancelled and came back, and read the same otherwise"


def test_an_update_is_only_of_what_changed_and_knows_how_it_was() -> None:
    message = only(due(MOVED, INVITED, EARLY, ON))
    assert [event.session for event in message.events] == ["s2"]
    assert message.before["s2"].starts_at == DAY2


def test_who_comes_back_is_invited_again_with_higher_sequences() -> None:
    away = replace(LENA, removed=True)
    past = [*INVITED]
    past.append(sent(only(due(away, past, EARLY, ON))))
    message = only(due(LENA, past, EARLY, ON))
    assert message.kind is Kind.INVITATION
    assert [event.sequence for event in message.events] == [2, 2]


def test_what_is_over_is_neither_invited_to_nor_updated_nor_cancelled() -> None:
    after = DAY1 + timedelta(hours=2)
    assert [event.session for event in only(due(LENA, [], after, ON)).events] == ["s2"]
    assert kinds(replace(LENA, removed=True), INVITED, DAY2 + timedelta(hours=3)) == []
    early = replace(LENA, events=(replace(WELCOME, title="Hello"), PRACTICE))
    assert kinds(early, INVITED, after) == []


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (DAY1 - timedelta(hours=24, seconds=1), []),
        (DAY1 - timedelta(hours=24), ["s1"]),
        (DAY1 - timedelta(hours=13), ["s1"]),
        (DAY1 - timedelta(hours=11), []),
        (DAY2 - timedelta(hours=1, seconds=1), []),
        (DAY2 - timedelta(hours=1), ["s2"]),
        (DAY2 - timedelta(seconds=1), ["s2"]),
        (DAY2, []),
    ],
)
def test_reminders_come_in_their_hours(at: datetime, expected: list[str]) -> None:
    found = due(LENA, INVITED, at, ON)
    assert [message.events[0].session for message in found] == expected
    assert due(LENA, [*INVITED, *map(sent, found)], at, ON) == []
    failed = [sent(message, Standing.FAILED) for message in found]
    assert due(LENA, [*INVITED, *failed], at, ON) == [], "a late reminder is of no use"


def test_who_has_no_invitation_or_cannot_come_is_not_reminded() -> None:
    at = DAY2 - timedelta(minutes=30)
    assert kinds(LENA, [], at) == ["invitation"]
    assert kinds(replace(LENA, absent=frozenset({"s2"})), INVITED, at) == []
    assert due(LENA, INVITED, at, Reminders(practice_hours=0)) == []


def test_a_session_that_moved_is_reminded_of_at_its_new_time() -> None:
    at = DAY2 - timedelta(minutes=30)
    past = [*INVITED, sent(only(due(LENA, INVITED, at, ON)))]
    past += [sent(message) for message in due(MOVED, past, at, ON)]
    again = only(due(MOVED, past, DAY2 + timedelta(hours=2, minutes=30), ON))
    assert again.kind is Kind.REMINDER


@pytest.mark.parametrize(
    ("role", "track", "kind", "of_track", "comes"),
    [
        (Role.LEARNER, "adult", "plenary", None, True),
        (Role.LEARNER, "adult", "plenary", "adult", True),
        (Role.LEARNER, "adult", "plenary", "pediatric", False),
        (Role.LEARNER, None, "practice", "adult", False),
        (Role.COACH, "adult", "reflection", None, True),
        (Role.ACTOR, "adult", "plenary", None, False),
        (Role.ACTOR, "adult", "practice", None, True),
        (Role.ACTOR, "adult", "practice", "pediatric", False),
        (Role.ORGANISER, None, "startup", "pediatric", True),
        (Role.LEARNER, "adult", "break", None, False),
    ],
)
def test_who_attends_what(role: Role, track: str | None, kind: str, of_track: str | None, comes: bool) -> None:
    assert attends(role, track, kind, of_track) is comes


def test_reminders_are_read_from_what_a_course_keeps() -> None:
    assert Reminders.of({}) == Reminders(24, 1)
    assert Reminders.of({"reminders": Reminders(48, 0).kept()}) == Reminders(48, 0)


def test_how_far_a_message_has_come_and_when_it_is_tried_again() -> None:
    assert standing(None, 0, "") is Standing.WAITING
    assert standing(None, 1, "") is Standing.SENDING
    assert standing(None, 1, "no") is Standing.LATER
    assert standing(None, MOST_TRIES, "no") is Standing.FAILED
    assert standing(DAY1, 1, "") is Standing.SENT
    assert standing(DAY1, 1, "no answer") is Standing.UNSURE
    first, second = next_try(1, DAY1), next_try(2, DAY1)
    assert first
    assert second
    assert DAY1 < first < second
    assert next_try(MOST_TRIES, DAY1) is None
