"""The video meeting beside a room: its address, made from a template, and the name people know it by.

A template comes from the site, the course or the group; the nearest one that is there counts.
"""

from string import Formatter
from urllib.parse import quote, urlsplit

from .text import text

FIELDS = ("session", "group", "room")
LONGEST = 500
EXAMPLE = "https://meet.example.org/{room}"

# How hosts begin or end, and what people call what is there.
DOMAINS = {
    "zoom.us": "Zoom",
    "zoom.com": "Zoom",
    "zoomgov.com": "Zoom",
    "teams.microsoft.com": "Teams",
    "teams.microsoft.us": "Teams",
    "teams.live.com": "Teams",
    "meet.google.com": "Google Meet",
    "webex.com": "Webex",
    "whereby.com": "Whereby",
    "meet.jit.si": "Jitsi",
    "8x8.vc": "Jitsi",
}
LABELS = {"jitsi": "Jitsi", "bigbluebutton": "BigBlueButton", "bbb": "BigBlueButton"}


def template(written: str) -> str:
    """Checks an address with {session}, {group} and {room} in it. Raises ValueError."""
    if not written:
        return written
    if len(written) > LONGEST:
        raise ValueError(text("is longer than {n} characters", n=LONGEST))
    if not written.startswith("https://"):
        raise ValueError(
            text("{address} is not an https:// address. Write, say, {example}", address=repr(written), example=EXAMPLE)
        )
    if any(sign.isspace() or not sign.isprintable() for sign in written):
        raise ValueError(
            text("{address} has a space in it. Copy the address from your meeting once more", address=repr(written))
        )
    unknown = sorted(_fields(written) - set(FIELDS))
    if unknown:
        raise ValueError(
            text(
                "{address} uses {unknown}; it may use {known}",
                address=repr(written),
                unknown=", ".join(unknown),
                known="{session}, {group}, {room}",
            )
        )
    _refuse_bad_host(written)
    return written


def _fields(written: str) -> set[str]:
    try:
        parts = [part for part in Formatter().parse(written) if part[1] is not None]
    except ValueError:
        return {"a brace that is not closed"}
    # What comes after a name, as in {room!r} or {room:9}, is no address's business.
    return {f"{name}{f'!{how}' if how else ''}{f':{spec}' if spec else ''}" for _, name, spec, how in parts}


def _refuse_bad_host(written: str) -> None:
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
        named = bool(host) and parts.port != 0
    except ValueError:  # a port that is no number, or a bracket that is not closed
        host, named = "", False
    if not named or "{" in parts.netloc:
        raise ValueError(text("{address} names no host. Write, say, {example}", address=repr(written), example=EXAMPLE))
    if parts.username is not None:
        raise ValueError(text("{address} holds a user name. Take out what stands before the @", address=repr(written)))


def address(template: str, *, session: str, group: str, room: str) -> str:
    """The address of one room's meeting; empty for an empty template."""
    named = {"session": session, "group": group, "room": room}
    return template.format(**{name: quote(value, safe="") for name, value in named.items()})


def name_of(address: str) -> str | None:
    """What people call the meeting at this address; None when its host tells nothing."""
    host = (urlsplit(address).hostname or "").lower()
    for domain, name in DOMAINS.items():
        if host == domain or host.endswith(f".{domain}"):
            return name
    return next((LABELS[label] for label in host.split(".") if label in LABELS), None)
