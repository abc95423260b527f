"""PROTOCOL.md says what the gateway does: each row of its tables is held to the rules, the schemas and the code."""

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import marshmallow
import pytest
from flask import Flask
from marshmallow import validate

from pallpractice import realtime, services
from pallpractice.domain import errors, events
from pallpractice.domain.events import Audience
from pallpractice.domain.roles import GATHERINGS, Seat, SessionKind
from pallpractice.domain.room import MOVES, Action, Phase
from pallpractice.realtime.gateway import EVENTS, Gateway
from pallpractice.realtime.guard import BURST, MAX_PACKET, RATE
from pallpractice.schemas.actions import ACTIONS
from pallpractice.schemas.board import ASKED
from pallpractice.services import access

REALTIME = Path(realtime.__file__).parent
PAGE = (REALTIME / "PROTOCOL.md").read_text(encoding="utf-8")
SOURCES = [
    path.read_text(encoding="utf-8")
    for folder in (REALTIME, Path(services.__file__).parent)
    for path in sorted(folder.rglob("*.py"))
]


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table whose heading row begins with these cells."""
    lines = iter(PAGE.splitlines())
    for line in lines:
        if line.startswith(heading):
            break
    else:
        raise AssertionError(f"no table {heading}")
    assert set(next(lines)) <= set("|- ")
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split(" |")])
    return found


def code(cell: str) -> list[str]:
    """The words in `backticks`."""
    return re.findall(r"`([^`]+)`", cell)


# What the client sends.


@dataclass(frozen=True)
class Row:
    """One action as the page has it."""

    action: Action
    fields: Mapping[str, str]  # `name?`: what is said of it
    who: Mapping[Seat, frozenset[Phase]]
    kinds: frozenset[SessionKind] = frozenset({SessionKind.PRACTICE})


def read_row(cells: list[str]) -> Row:
    action, fields, who, phases = cells
    parts = re.split(r"`([a-z_]+\??)`", fields)
    return Row(
        action=Action(code(action)[0]),
        fields=dict(zip(parts[1::2], parts[2::2], strict=True)),
        who=dict(read_who(who, list(Phase) if phases == "any" else [Phase(one) for one in phases.split(", ")])),
    )


def read_who(text: str, phases: list[Phase]) -> Iterator[tuple[Seat, frozenset[Phase]]]:
    """`coach, patient from encounter; learner from notes`: seats, each with its phases."""
    for clause in re.sub(r"\(.*?\)", "", text).split(";"):
        seats, _, since = clause.strip().partition(" from ")
        theirs = phases[phases.index(Phase(since)) :] if since else phases
        for seat in seats.split(", "):
            yield Seat(seat.strip()), frozenset(theirs)


def read_circle_row(cells: list[str]) -> Row:
    """These are in any phase; their last cell says in whose rooms."""
    return replace(read_row([*cells[:3], "any"]), kinds=frozenset(map(SessionKind, cells[3].split(", "))))


ROWS = [
    *(read_row(cells) for cells in rows("| action | fields | who | in phase |")),
    *(read_circle_row(cells) for cells in rows("| action | fields | who | in rooms of |")),
]


EVERY_ACTION = {"action_id", "round"}


def test_every_action_has_its_row_and_a_handler(app: Flask) -> None:
    assert sorted(row.action for row in ROWS) == sorted(Action)
    gateway: Gateway = app.extensions["pallpractice.gateway"]
    handlers = set(gateway.server.handlers[realtime.NAMESPACE])
    assert handlers == {*Action, "clock:ping", "connect", "disconnect", "*"}
    assert handlers >= EVENTS
    assert "`clock:ping` `{t}` is not an action: it is answered `{t, now}`" in PAGE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.action)
def test_seats_and_phases_are_those_of_the_moves(row: Row) -> None:
    assert row.who == dict(MOVES[row.action].who)


EVERYWHERE = re.search(r"of the actions above there are only (.*?);", PAGE, re.DOTALL)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.action)
def test_kinds_of_session_are_those_of_the_moves(row: Row) -> None:
    assert EVERYWHERE
    kinds = frozenset(GATHERINGS) if row.action in code(EVERYWHERE[1]) else row.kinds
    assert kinds == frozenset(MOVES[row.action].kinds)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.action)
def test_fields_are_those_of_the_schema(row: Row) -> None:
    schema = ACTIONS[row.action]
    written = {field.data_key or name: field for name, field in schema.fields.items() if name not in EVERY_ACTION}
    assert set(row.fields) == {name + ("" if field.required else "?") for name, field in written.items()}
    for name, said in row.fields.items():
        check_bounds(written[name.removesuffix("?")], said)


def check_bounds(field: marshmallow.fields.Field, said: str) -> None:
    """`up to 500`, `10 to 1800`, `one of this, that`: what the page says of a field is what the schema checks."""
    said = re.sub(r"\(.*?\)", "", said)
    for rule in field.validators:
        if isinstance(rule, validate.OneOf):
            words = set(re.findall(r"[a-z]+", said)) - {"one", "of", "or", "and"}
            assert words - {"null"} == {str(choice) for choice in rule.choices}
            assert ("null" in words) == field.allow_none
        elif isinstance(rule, validate.Length) and not isinstance(field, marshmallow.fields.Dict):
            assert re.findall(r"up to (\d+)", said) == [str(rule.max)]
        elif isinstance(rule, validate.Range) and (bounds := re.search(r"(\d+) to (\d+)", said)):
            assert (int(bounds[1]), int(bounds[2])) == (rule.min, rule.max)


def test_the_limits_are_those_of_the_guard() -> None:
    limits = f"at most {MAX_PACKET // 1024} KiB. {RATE:.0f} packets a second may go on for ever, and {BURST:.0f} may"
    assert limits in PAGE


# What the server answers and sends.


def test_the_codes_of_a_refusal_are_those_of_the_rules() -> None:
    refusals = {one.code for one in errors.Refusal.__subclasses__() if one.__module__ == errors.__name__}
    assert sorted(code(cells[0])[0] for cells in rows("| code | means |")) == sorted(refusals)


def test_the_codes_of_a_refused_connect_are_those_of_the_gateway() -> None:
    paragraph = re.search(r"- A refused connect is .*?`data` is (.*?)\n- ", PAGE, re.DOTALL)
    assert paragraph
    said = {word for word in code(paragraph[1]) if re.fullmatch("[a-z_]+", word)} - {"connect_error"}
    source = "".join(map(inspect.getsource, (Gateway.connect, Gateway._admit, access.check)))
    raised = {getattr(errors, name).code for name in re.findall(r"raise ([A-Z]\w+)\(", source)}
    assert said - {"Origin"} == raised | set(re.findall(r'_closed\("(\w+)"', source))


AUDIENCES = {
    Audience.COACH_AND_AUTHOR: "the coach, the author",
    Audience.COACH_AND_PATIENTS: "the coach, the patients",
    Audience.ROOM: "everyone in the room",
}
SENT = {name: cells for cells in rows("| event | to | holds |") for name in code(cells[0])}
MESSAGES = [one for one in vars(events).values() if isinstance(one, type) and hasattr(one, "name")]


def test_every_event_is_one_the_server_can_send_and_the_other_way_round() -> None:
    literals = {name for source in SOURCES for name in re.findall(r'"([a-z]+:[a-z]+)"', source)}
    sendable = {one.name for one in MESSAGES if issubclass(one, events.Event)} | (literals - EVENTS)
    from_boards = {name for cells in rows("| event of the board |") for name in code(cells[0])[:1]}
    assert from_boards == {"board:view", "session:ended"}
    assert set(SENT) | from_boards == sendable


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_an_event_goes_to_whom_the_page_says(message: Any) -> None:
    said = SENT[message.name][1]
    if message.audience is Audience.PERSON:
        assert said.startswith(("the rater", "the person", "one person"))
    else:
        assert said == AUDIENCES[message.audience]


def test_the_reasons_a_session_ends_are_those_the_code_gives() -> None:
    given = {
        reason
        for source in SOURCES
        for pattern in (r'\.end\([^()]*, "(\w+)"\)', r'lose_rights\([^()]*, "(\w+)"\)', r'\{"reason": "(\w+)"\}')
        for reason in re.findall(pattern, source)
    }
    assert set(code(SENT["session:ended"][2])) - {"{reason}"} == given


# The board.

BOARD_ROWS = {code(cells[0])[0]: cells for cells in rows("| event | fields | who | in each room |")}


def test_every_event_of_the_board_has_its_row_and_a_handler(app: Flask) -> None:
    gateway: Gateway = app.extensions["pallpractice.gateway"]
    handlers = set(gateway.server.handlers[realtime.BOARD])
    assert handlers == {*BOARD_ROWS, "clock:ping", "connect", "disconnect", "*"}
    assert set(BOARD_ROWS) == set(ASKED)


@pytest.mark.parametrize("event", BOARD_ROWS)
def test_the_boards_fields_and_actions_are_those_of_its_schema(event: str) -> None:
    _, fields, who, does = BOARD_ROWS[event]
    action, schema = ASKED[event]
    assert code(does)[0] == action
    written = {field.data_key or name: field for name, field in schema.fields.items() if name not in EVERY_ACTION}
    parts = re.split(r"`([a-z_]+\??)`", fields)
    said = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert set(said) == {name + ("" if field.required else "?") for name, field in written.items()}
    for name, words in said.items():
        check_bounds(written[name.removesuffix("?")], words)
    organisers = set(MOVES[action].who) & {Seat.ORGANISER}
    assert organisers, "organisers may do all of it"
    assert who == ("organiser, coach" if action is Action.HELP_TAKE else "organiser")
