"""A full round on a real server with real clients: two learners' turns, an actor, observers, a coach."""

from typing import Any

import pytest


def test_two_rounds_from_lobby_to_report(house: Any) -> None:
    at = house.join("Lena", "Olga", "Omar", "Sam", "Cleo")
    lena, olga, omar, sam, cleo = at.values()
    assert [client.view["seat"] for client in at.values()] == ["learner", "observer", "observer", "patient", "coach"]
    olga.wait(lambda: sum(seat["present"] for seat in olga.view["seats"]) + len(olga.all("presence:changed")) >= 5)

    lena.ok("goal:set", text="Stay with the emotion before the facts")
    cleo.ok("round:start")
    for client in at.values():
        client.wait_phase("briefing")
        client.ok("ready:set", ready=True)
    cleo.ok("encounter:begin")
    for client in at.values():
        client.wait_phase("encounter")
    sam.ok("feeling:set", value=3)
    cleo.wait(lambda: cleo.last("feeling:changed") is not None)
    assert cleo.last("feeling:changed")["value"] == 3
    noted = olga.ok("observation:add", kind="verbatim", text="I wish I had better news")
    cleo.wait(lambda: bool(cleo.all("observation:added")))
    olga.wait(lambda: bool(olga.all("observation:added")))
    assert cleo.all("observation:added")[0]["observation"]["id"] == noted["observation"]["id"]
    assert not omar.all("observation:added")
    assert not lena.all("observation:added")
    cleo.ok("cue:send", to=house.course.sam.id, text="Ask about your son")
    sam.wait(lambda: bool(sam.all("cue:received")))
    lena.ok("timeout:call", reason="stuck")
    sam.wait_phase("time_out")
    cleo.ok("take:rewind", beat=sam.view["script"]["beats"][0]["id"])
    lena.wait(lambda: lena.view["take"] == 2)
    assert lena.view["takes"][1]["from_beat"] is None
    lena.ok("encounter:end", reason="done")
    for client in at.values():
        client.wait_phase("notes")
        entry = client.view["rubric"]["items"][0]["id"]
        client.ok("score:save", entry=entry, rating=4)
        client.ok("scorecard:submit")
    cleo.ok("debrief:open")
    for turn in ("learner", "observers", "patient"):
        cleo.ok("debrief:next", **{"from": turn})
    lena.wait(lambda: lena.view["turn"] == "coach")
    assert len(lena.view["released"]["scorecards"]) == 5
    cleo.ok("round:close")
    lena.wait(lambda: bool(lena.mine.get("report_url")))
    lena.ok("nextstep:set", text="One breath first")
    page = house.browser("Lena").get(lena.mine["report_url"])
    assert "One breath first" in page
    assert "I wish I had better news" in page
    assert house.browser("Olga").status(lena.mine["report_url"]) == 404

    cleo.ok("round:start")
    olga.wait(lambda: olga.view["seat"] == "learner")
    lena.wait(lambda: lena.view["seat"] == "observer")
    assert "script" not in lena.view
    assert cleo.do("debrief:next")["error"]["code"] == "wrong_phase"


def test_a_refused_connect_says_why(house: Any) -> None:
    for name, room, code in (("Lena", "nowhere", "not_found"),):
        client = house.client(name, room)
        with pytest.raises(Exception, match=r".*"):
            client.connect(timeout=3)
        assert client.refusal["data"]["code"] == code
