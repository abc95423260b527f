"""The law of the whole view: a client that applies what PROTOCOL.md says it is sent shows what a fresh page would show.

Every seat has a client that never sees the database: only the messages routed to it, in their order.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pallpractice.config import CHECKOUT
from pallpractice.domain.events import RoomChanged
from pallpractice.library.shelf import Library
from pallpractice.realtime.announcer import channels
from pallpractice.realtime.connections import person_channel, room_channel
from pallpractice.services import hot
from pallpractice.storage import schema
from pallpractice.storage.unit_of_work import Store
from tests.conftest import Clock
from tests.services.played import ROLES, Played, School, hurried, refusal_of

View = dict[str, Any]


@dataclass
class Client:
    """What one tab shows. It knows no rule but the protocol's."""

    me: str
    view: View = field(default_factory=dict)
    mine: View = field(default_factory=dict)
    versions: list[int] = field(default_factory=list)

    def heard(self, event: str, data: View) -> None:
        """A message as it arrives. Drops views older than the one shown, and small messages that it holds already."""
        if event in ("room:view", "mine:view"):
            shown = self.view if event == "room:view" else self.mine
            if shown and data["version"] < shown["version"]:
                return
            if event == "room:view":
                self.view = data
                self.versions.append(data["version"])
            else:
                self.mine = data
        elif event == "presence:changed":
            for seat in self.view["seats"]:
                if seat["person"] == data["person"]:
                    seat["present"] = data["present"]
        elif data["version"] > self.view["version"]:
            APPLY[event](self, data)

    def noted(self, data: View) -> None:
        """An observation comes to the coach's list, to its author's own, or to both."""
        note = data["observation"]
        lists = [self.view.get("observations")]
        if note["author"] == self.me:
            lists.append(self.mine["observations"])
        for notes in lists:
            if notes is not None:
                notes[:] = [one for one in notes if one["id"] != note["id"]] + [note]

    def forgot(self, data: View) -> None:
        for notes in (self.view.get("observations"), self.mine["observations"]):
            if notes is not None:
                notes[:] = [one for one in notes if one["id"] != data["id"]]

    def felt(self, data: View) -> None:
        mark = {key: data[key] for key in ("character", "take", "offset_s", "value")}
        self.view["felt"].append(mark)
        self.view["card"]["feeling"][mark["character"]] = mark["value"]

    def scored(self, data: View) -> None:
        card = self.mine["scorecard"] = self.mine["scorecard"] or {"status": "draft", "entries": {}}
        card["entries"][data["entry"]] = {key: data[key] for key in data if key not in ("version", "entry")}

    def cued(self, data: View) -> None:
        self.mine["cues"].append({key: data[key] for key in data if key != "version"})

    def noticed(self, data: View) -> None:
        self.view["notice"] = {"text": data["text"], "at": data["at"]}


APPLY: dict[str, Callable[[Client, View], None]] = {
    "observation:added": Client.noted,
    "observation:edited": Client.noted,
    "observation:removed": Client.forgot,
    "feeling:changed": Client.felt,
    "score:saved": Client.scored,
    "cue:received": Client.cued,
    "notice:received": Client.noticed,
}


LARGE = ("script", "guide", "brief", "rubric", "scenarios")


def on_the_wire(data: View) -> View:
    """As JSON makes it. The large parts are never changed by anyone: going through JSON would only take time."""
    large = {key: data[key] for key in LARGE if key in data}
    return json.loads(json.dumps({key: value for key, value in data.items() if key not in large})) | large


class Line:
    """Carries messages from the room to its clients: small ones at once, whole views when it gets round to it."""

    def __init__(self, played: Played) -> None:
        self.played = played
        self.clients: dict[str, Client] = {}
        self.changed = False

    @property
    def present(self) -> list[str]:
        return [client.me for client in self.clients.values()]

    def join(self, who: str) -> None:
        """A connect or a reconnect: the two views, and nothing that was missed."""
        shown = self.played.shown([who], [*self.present, self.played.school.people[who]])
        if who not in shown:
            return
        self.tell_presence(who, here=True)
        client = self.clients[who] = Client(self.played.school.people[who])
        for event, view in zip(("room:view", "mine:view"), shown[who], strict=True):
            client.heard(event, on_the_wire(view))

    def leave(self, who: str) -> None:
        if self.clients.pop(who, None):
            self.tell_presence(who, here=False)

    def tell_presence(self, who: str, *, here: bool) -> None:
        for client in self.clients.values():
            client.heard("presence:changed", {"person": self.played.school.people[who], "present": here})

    def carry(self) -> None:
        """What has been announced goes where the gateway's own routing says."""
        for event in self.played.school.events:
            if isinstance(event, RoomChanged):
                self.changed = True
                continue
            to = channels(event)
            for client in self.clients.values():
                if {person_channel(self.played.room, client.me), room_channel(self.played.room)} & set(to):
                    client.heard(event.name, on_the_wire(event.data))
        self.played.school.events.clear()

    def refresh(self) -> None:
        """Every seat's whole view, if something changed since the last time."""
        if not self.changed:
            return
        self.changed = False
        for who, views in self.played.shown(list(self.clients), self.present).items():
            for event, view in zip(("room:view", "mine:view"), views, strict=True):
                self.clients[who].heard(event, on_the_wire(view))


def comparable(views: tuple[View, View]) -> View:
    """What is shown, without what may differ: the clock, numbers that others' small messages raised, the order of lists
    that a client sorts by itself, and an organiser's count of notes, which comes with views only.
    """
    view, mine = (on_the_wire(one) for one in views)
    for one in (view, mine):
        one.pop("now", None)
        one.pop("version")
    view.get("counts", {}).pop("observations", None)
    for notes in (view.get("observations"), mine["observations"]):
        if notes is not None:
            notes.sort(key=lambda note: note["id"])
    return {"room": view, "mine": mine}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    url = f"sqlite:///{tmp_path_factory.mktemp('law') / 'school.db'}"
    schema.upgrade(url)
    clock = Clock()
    store = Store(url, clock=clock)
    with hurried(store):
        yield School(store, Library.read([CHECKOUT / "scenarios"]), clock)
    store.close()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(list(ROLES)), st.integers(0, 2**20), st.sampled_from(["act"] * 6 + ["reconnect", "leave"])
    ),
    min_size=20,
    max_size=60,
)


def live(school: School, steps: list[tuple[str, int, str]]) -> None:
    """Anyone does anything, lines are lost and come back; every now and then all is compared."""
    played = Played(school)
    line = Line(played)
    for who in ROLES:
        line.join(who)
    for who, pick, what in steps:
        if what == "act":
            actor, action, fields = played.something(who, pick)
            refusal = refusal_of(lambda: played.do(actor, action, fields))  # noqa: B023
            line.carry()
            if refusal is None and action in hot.HOT:
                compare(line)
        elif what == "leave":
            line.leave(who)
        else:
            line.leave(who)
            line.join(who)
        if pick % 3:
            line.refresh()
        if pick % 9 == 0:
            compare(line)
    line.refresh()
    compare(line)


def compare(line: Line) -> None:
    """Only when no view is on its way: between a change and its view a client shows what was."""
    if line.changed:
        return
    fresh = line.played.shown(list(line.clients), line.present)
    assert set(fresh) == set(line.clients)
    for who, client in line.clients.items():
        assert comparable((client.view, client.mine)) == comparable(fresh[who]), who
        assert client.view["version"] <= fresh[who][0]["version"]
        assert client.versions == sorted(client.versions)


def hold(school: School, examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(steps=STEPS)
    def session(steps: list[tuple[str, int, str]]) -> None:
        live(school, steps)

    session()


def test_a_client_shows_what_a_fresh_page_would(school: School) -> None:
    hold(school, 50)


@pytest.mark.soak
def test_a_client_shows_what_a_fresh_page_would_2000_times(school: School) -> None:
    hold(school, 2000)


@pytest.mark.parametrize("event", ["observation:added", "feeling:changed", "score:saved", "notice:received"])
def test_control_a_message_that_is_not_applied_shows(
    school: School, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    monkeypatch.setitem(APPLY, event, lambda client, data: None)
    with pytest.raises(AssertionError):
        hold(school, 100)
