"""How mail is sent: the relay it goes to and whom it comes from, as the settings write them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import getaddresses
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}
FORMS = (
    "Write smtp://user:password@host:587, smtps://user:password@host:465, or smtp://localhost:25?starttls=no "
    "for a relay on this machine"
)
ODD = "a password writes / as %2F, # as %23, ? as %3F and @ as %40"


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server. `tls`: "smtps" from the first byte, "starttls" before the sign-in, "none" for a local relay."""

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mail comes from."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mail:
    """All that sending needs to know. `link_days` is how long the links in it open at least."""

    relay: Relay
    sender: Sender
    base_url: str
    link_days: int


def relay(text: str) -> Relay | None:
    """The relay of an address; None for no text. Raises ValueError, whose words never hold the address itself:
    there is a password in it.
    """
    if not text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"can't be read: {ODD}, and a port is a number from 1 to 65535. {FORMS}") from None
    if parts.scheme not in PORTS:
        raise ValueError(f"begins with neither smtp:// nor smtps://. {FORMS}")
    if not parts.hostname or port == 0 or not _plain(parts.hostname):
        raise ValueError(f"names no mail server. {FORMS}")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError(f"has more behind the server's name; {ODD}. {FORMS}")
    tls = _tls(parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError(f"has a user without a password, or the other way round. {FORMS}")
    if user and tls == "none":
        raise ValueError("would send its password unprotected. Leave out ?starttls=no, or the user and password")
    return Relay(parts.hostname, port or PORTS[parts.scheme], tls, user, password)


def _tls(parts: SplitResult) -> str:
    options = parse_qsl(parts.query, keep_blank_values=True)
    if parts.scheme == "smtps":
        if options:
            raise ValueError(f"smtps:// takes no options. {FORMS}")
        return "smtps"
    if options in ([], [("starttls", "yes")]):
        return "starttls"
    if options == [("starttls", "no")]:
        return "none"
    raise ValueError(f"has an option that is not known; the only one is ?starttls=no. {FORMS}")


def sender(text: str) -> Sender | None:
    """Whom "Name <address>" names; None for no text. Raises ValueError."""
    if not text:
        return None
    (name, address), *more = getaddresses([text])
    if more or not _plain(text) or not is_address(address):
        raise ValueError(f"{text!r} is not a sender. Write Serious Talk <course@example.org>")
    return Sender(name, address)


def is_address(text: str) -> bool:
    """Can a mail be addressed to this? Letters beyond ASCII can't be counted on to arrive."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError):
        return False
    return bool(text.isascii() and _plain(text) and address.username and "." in address.domain)


def line(text: str) -> str:
    """A name or title as one line of a header: no line breaks, no control characters, not endless.

    Nor an encoded word (RFC 2047): the email package decodes those in what it is given, line breaks and all.
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.replace("=?", "= ?").split())[:200]


_plain: Callable[[str], bool] = str.isprintable
