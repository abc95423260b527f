"""Where people talk: an address from a template, and the name they know it by."""

import re

import pytest

from pallpractice.domain import meeting


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("http://meet.example.org/a", "not an https:// address"),
        ("javascript:alert(1)", "not an https:// address"),
        ("https://", "names no host"),
        ("https:///a", "names no host"),
        ("https://meet.example.org:port/a", "names no host"),
        ("https://{room}.example.org/", "names no host"),
        ("https://ann:secret@meet.example.org/", "holds a user name"),
        ("https://meet.example.org/my room", "has a space in it"),
        ("https://meet.example.org/{person}", "uses person"),
        ("https://meet.example.org/{room.__class__}", "uses room.__class__"),
        ("https://meet.example.org/{room:>999999999}", "uses room:>999999999"),
        ("https://meet.example.org/{room!r}", "uses room!r"),
        ("https://meet.example.org/{room", "brace"),
        ("https://meet.example.org/{}", "uses"),
        ("https://meet.example.org/" + "a" * 500, "longer than 500"),
    ],
)
def test_an_address_that_cant_be_used_says_why(template: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        meeting.template(template)


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("", ""),
        ("https://us02web.zoom.us/j/81234?pwd=x#y", "https://us02web.zoom.us/j/81234?pwd=x#y"),
        ("https://meet.example.org/{group}/{session}", "https://meet.example.org/Oak%20%2F%20%C3%89/news-1"),
        ("https://meet.example.org:8443/{room}", "https://meet.example.org:8443/abc"),
    ],
)
def test_the_words_in_braces_are_filled_in_and_quoted(template: str, address: str) -> None:
    filled = meeting.address(meeting.template(template), session="news-1", group="Oak / É", room="abc")
    assert filled == address


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://zoom.us/j/1", "Zoom"),
        ("https://us02web.zoom.us/j/1", "Zoom"),
        ("https://Teams.Microsoft.com/l/meetup", "Teams"),
        ("https://meet.jit.si/Maple", "Jitsi"),
        ("https://jitsi.hospital.example.org/Maple", "Jitsi"),
        ("https://bbb.uni.example.org/b/ann", "BigBlueButton"),
        ("https://notzoom.us/j/1", None),
        ("https://zoom.us.example.org/j/1", None),
        ("https://meet.example.org/zoom.us", None),
        ("", None),
    ],
)
def test_a_meeting_is_known_by_its_host_alone(address: str, name: str | None) -> None:
    assert meeting.name_of(address) == name
