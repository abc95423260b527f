"""S4: the socket's door and the pages' forms open to our own pages only, and to text over WebSocket only."""

import http.client
import json
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import websocket

from tests.realtime.line import NAMESPACE, handshake

FOREIGN = "https://evil.example"


def refused_handshake(house: Any, **options: Any) -> int:
    """The status of a handshake by Lena's browser that should not get through."""
    with pytest.raises(websocket.WebSocketBadStatusException) as refusal:
        handshake(house.server, cookie=house.browser("Lena").cookie, **options)
    return int(refusal.value.status_code)


def request(house: Any, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    """A request with Lena's cookie and exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", house.server.port, timeout=10)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        fields["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body or None, {"Cookie": house.browser("Lena").cookie, **fields})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_socket_opens_for_our_own_origin_only(house: Any) -> None:
    server = house.server
    foreign_host = f"X-Forwarded-Host: {FOREIGN.removeprefix('https://')}"
    assert refused_handshake(house, origin=FOREIGN) == 403
    assert refused_handshake(house, origin="null") == 403
    assert refused_handshake(house, origin=None) == 403
    assert refused_handshake(house, origin=server.url + ".evil.example") == 403
    assert refused_handshake(house, origin=server.url.replace("http:", "https:")) == 403
    for header in (foreign_host, "X-Forwarded-Proto: https", f"Host: {FOREIGN.removeprefix('https://')}"):
        assert refused_handshake(house, origin=FOREIGN, header=[header]) == 403
    # The control: our own pages get in, and a forged header neither helps nor hurts.
    handshake(server, cookie=house.browser("Lena").cookie, header=[foreign_host]).shutdown()
    line = house.line("Lena")
    assert line.call("goal:set", {"action_id": str(uuid4()), "text": "hello"})["ok"]


def test_a_socket_without_a_session_or_a_place_is_refused(house: Any) -> None:
    for cookie, room, code in (
        ("", house.room, "not_signed_in"),
        ("session=forged", house.room, "not_signed_in"),
        (house.browser("Lena").cookie, "nowhere", "not_found"),
        (house.browser("Lena").cookie, None, "invalid"),
        (house.browser("Lena").cookie, "x" * 100, "invalid"),
    ):
        socket = handshake(house.server, cookie=cookie)
        socket.recv()
        socket.send(f"40{NAMESPACE},{json.dumps({'room': room})}")
        answer = str(socket.recv())
        assert answer.startswith(f"44{NAMESPACE},"), answer
        assert json.loads(answer.partition(",")[2])["data"]["code"] == code
        socket.shutdown()


def test_polling_is_refused(house: Any) -> None:
    own = {"Origin": house.server.url}
    for path in ("/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=websocket", "/socket.io/?EIO=4"):
        assert request(house, "GET", path, **own)[0] == 400
        assert request(house, "POST", path, "40/room,", **own)[0] == 400
        assert request(house, "OPTIONS", path, **own)[0] == 400
        assert request(house, "GET", path)[0] == 403
    assert refused_handshake(house, query="EIO=4&transport=polling") == 400


def test_compression_is_not_accepted_and_a_binary_frame_is_cut_off(house: Any) -> None:
    cookie = house.browser("Lena").cookie
    offered = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
    socket = handshake(house.server, cookie=cookie, header=offered)
    assert "sec-websocket-extensions" not in socket.getheaders()
    socket.shutdown()
    for packet in (b"\x04whatever", b""):
        line = house.line("Lena")
        line.socket.send_binary(packet)
        assert line.gone_within(1)
    # Text that announces binary attachments, or carries one in base64, is no better.
    for text in ('451-/room,["goal:set",{"_placeholder":true,"num":0}]', "bAAAA"):
        line = house.line("Lena")
        line.socket.send(text)
        assert line.gone_within(1)


def test_a_post_without_a_token_or_from_another_site_changes_nothing(house: Any) -> None:
    out = "/sign-out-everywhere"
    own = {"Origin": house.server.url}
    forged = {"X_Forwarded_Host": "evil.example", "Host": "evil.example"}
    with_token = urlencode({"csrf_token": house.browser("Lena").token("/")})
    assert request(house, "POST", out, **own)[0] == 400
    assert request(house, "POST", out, "csrf_token=forged", **own)[0] == 400
    assert request(house, "POST", out, with_token, Origin=FOREIGN)[0] == 403
    assert request(house, "POST", out, with_token, Origin=FOREIGN, **forged)[0] == 403
    assert request(house, "POST", out, with_token, Origin="null", Sec_Fetch_Site="cross-site")[0] == 403
    assert request(house, "POST", out, with_token, **own, Sec_Fetch_Site="cross-site")[0] == 403
    assert request(house, "GET", "/api/v1/me")[0] == 200, "still signed in"
    # The control: the same form from our own page is what signs out.
    assert request(house, "POST", out, with_token, **own)[0] == 303
    assert request(house, "GET", "/api/v1/me")[0] == 401
