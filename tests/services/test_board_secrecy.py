"""A marked round, and the board looked at all the way: nobody finds there what people write or what a case keeps."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from pallpractice.domain.room import Action
from pallpractice.library.shelf import Library
from pallpractice.services.board import overview
from pallpractice.storage import schema
from pallpractice.storage.courses import Enrolment, Person
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock
from tests.marks import Book, write_cases
from tests.services.played import Played, School, hurried
from tests.visible import fields_of

# The allow-list: every field of each view. What is not here is a leak.
SESSION = "now role session.id session.title session.kind session.skill session.starts_at session.ends_at "
SESSION += "session.time_zone session.course.slug session.course.title"
ASKED = "person name at coming coming.person coming.name"
ROOM = "id name phase here of"
CLOCK = "started_at length_s stopped_s stopped_at running"
PERSON = "person name role seat character character_name present absent"


def paths(prefix: str, words: str) -> set[str]:
    return {f"{prefix}{word}" for word in words.split()}


COACH = paths("", SESSION) | paths("rooms[].", ROOM) | paths("rooms[].help[].", ASKED)
ALLOWED: Mapping[str, set[str]] = {
    "Cleo": COACH,
    "Oren": COACH
    | paths("rooms[].", "track turn take clock round missing forms closes_at guests may[]")
    | paths("rooms[].clock.", CLOCK)
    | paths("rooms[].round.", "number of learner title characters[].id characters[].name declined[]")
    | paths("rooms[].people[].", PERSON)
    | paths("rooms[].forms.", "submitted raters")
    | {"rooms[].help[].text"}
    | paths("unplaced[].", "person name role absent")
    | paths("late[].", "person name role room")
    | paths("totals.", "rooms playing here of asking guests")
    | paths("overview.sessions[].", "id title")
    | paths("overview.learners[].", "person name practised[] closed feedback"),
}
# Of the marks, organisers may see these: what is played, by whom, and a call for help, which is written for them.
MARKS = {"Cleo": set[str](), "Oren": {"title", "character", "help"}}


class Watched:
    """A marked room, and what anyone at the board has been shown of it."""

    def __init__(self, played: Played, book: Book) -> None:
        self.played, self.book = played, book
        self.leaks: list[str] = []
        self.kinds: dict[str, set[str]] = {name: set() for name in ALLOWED}

    def do(self, who: str, action: Action, **fields: Any) -> None:
        self.played.do(who, action, fields)
        school = self.played.school
        for name, allowed in ALLOWED.items():
            with school.store.read() as uow:
                view = overview.board(uow, school.library, school.session, school.people[name], lambda room: {room})
            self.leaks += [f"{name}: {path}" for path, _ in fields_of(view) if path not in allowed]
            for _, secret in self.book.found(json.dumps(view)):
                self.kinds[name].add(secret.kind)
                if secret.kind not in MARKS[name]:
                    self.leaks.append(f"{name}: {secret}")

    def mark(self, kind: str, who: str) -> str:
        return self.book.mark(kind, who, round=1, owner=self.played.school.people[who])


@pytest.fixture
def watched(tmp_path: Any) -> Iterator[Watched]:
    book = Book()
    cases = write_cases(tmp_path / "cases", book)
    schema.upgrade(f"sqlite:///{tmp_path / 'school.db'}")
    clock = Clock()
    store = Store(f"sqlite:///{tmp_path / 'school.db'}", clock=clock)
    with hurried(store):
        school = School(store, Library.read([cases.folder]), clock)
        with store.write() as uow:
            spare = Person(name="Spare", email="spare@school.example.org")
            uow.session.add(Enrolment(course_id=school.course, person=spare, role="actor", track="adult", goal="x"))
        yield Watched(Played(school, book), book)
    store.close()


def play(at: Watched) -> None:
    played, library = at.played, at.played.school.library
    at.do("Lena", Action.GOAL_SET, text=at.mark("goal", "Lena"))
    at.do("Cleo", Action.ROUND_START)
    state = played.state()
    assert state.round
    scenario = library.scenarios[state.round.scenario]
    rubric = library.rubrics[scenario.guide.rubric]
    at.do("Cleo", Action.ENCOUNTER_BEGIN)
    for who in ("Olga", "Cleo"):
        at.do(who, Action.OBSERVATION_ADD, kind="note", text=at.mark("observation", who), judgement="keep")
        comment = rubric.comments_for(played.state().seat_of(played.school.people[who]) or "")[0].id
        at.do(who, Action.SCORE_SAVE, entry=comment, text=at.mark("comment", who))
    at.do("Sam", Action.MOMENT_MARK, text=at.mark("observation", "Sam"))
    at.do("Sam", Action.FEELING_SET, value=3)
    at.do("Cleo", Action.CUE_SEND, to=played.school.people["Sam"], text=at.mark("cue", "Cleo"))
    at.do("Olga", Action.HELP_ASK, text=at.mark("help", "Olga"))
    at.do("Oren", Action.HELP_TAKE, person=played.school.people["Olga"])
    at.do("Oren", Action.NOTICE_SEND, text=at.mark("notice", "Oren"))
    at.do("Oren", Action.ROOM_CLOSE, in_s=600)
    at.do("Lena", Action.TIMEOUT_CALL, reason="stuck")
    at.do("Cleo", Action.TAKE_REWIND, beat=scenario.script.beats[0].id)
    at.do("Cleo", Action.ENCOUNTER_END)
    for who in ("Olga", "Cleo", "Sam"):
        at.do(who, Action.SCORECARD_SUBMIT)
    at.do("Cleo", Action.DEBRIEF_OPEN)
    for _ in range(3):
        at.do("Cleo", Action.DEBRIEF_NEXT)
    at.do("Cleo", Action.ROUND_CLOSE)
    at.do("Lena", Action.NEXTSTEP_SET, text=at.mark("next_step", "Lena"))
    at.do("Cleo", Action.REFLECTION_SAVE, text=at.mark("reflection", "Cleo"), shared=True)


def test_the_board_tells_nothing_of_the_content(watched: Watched) -> None:
    play(watched)
    assert watched.leaks == []
    assert watched.kinds == {"Cleo": set(), "Oren": {"title", "character", "help"}}, "silence is not secrecy"


def test_control_a_goal_on_the_board_would_be_seen(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = overview._room
    monkeypatch.setattr(
        overview, "_room", lambda contents, record: whole(contents, record) | {"goal": record.state.goal}
    )
    watched.do("Lena", Action.GOAL_SET, text=watched.mark("goal", "Lena"))
    assert watched.leaks[0] == "Oren: rooms[].goal"
    assert "kind='goal'" in watched.leaks[1]
