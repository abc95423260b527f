"""A real mail server in a thread of the test, on a free port of its own, and what it was handed."""

import asyncio
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from pallpractice.domain.mail import Relay
from tests.realtime.served import free_port

USER, PASSWORD = "course", "kw-secret-kw"


@dataclass
class Mailbox:
    """What arrived, and how the server is to behave. `refused` are addresses, `behaviour` one of the names below."""

    relay: Relay
    raw: list[tuple[str, bytes]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    behaviour: str = ""
    seconds: float = 0.0
    signed_in: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"smtp://{self.relay.host}:{self.relay.port}?starttls=no"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for _, raw in self.raw]  # type: ignore[arg-type, misc]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for (to, _), mail in zip(self.raw, self.mails, strict=True) if to == address]

    def last(self, address: str) -> EmailMessage:
        return self.to(address)[-1]

    # What aiosmtpd asks.

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, replies: list[str]) -> list[str]:  # noqa: N802
        session.host_name = name
        self.connections += 1
        return replies

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return f"550 5.1.1 <{address}> has no mailbox here"
        if self.behaviour == "drops before":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.behaviour == "fails":
            return "451 4.3.0 try again later"
        await asyncio.sleep(self.seconds)
        self.raw += [(address, bytes(envelope.content)) for address in envelope.rcpt_tos]
        if self.behaviour == "drops after":
            server.transport.abort()
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
        if right:
            self.signed_in.append(USER)
        return AuthResult(success=right, handled=False)


@contextmanager
def mailbox(tls: ssl.SSLContext | None = None, *, wrapped: bool = False) -> Iterator[Mailbox]:
    """An open server; with `tls` one that wants STARTTLS and a sign-in, `wrapped` from the first byte."""
    port = free_port()
    way = "none" if tls is None else "smtps" if wrapped else "starttls"
    box = Mailbox(Relay("localhost" if tls else "127.0.0.1", port, way, *((USER, PASSWORD) if tls else ())))
    options: dict[str, Any] = {}
    if tls:
        # It can't tell that a line is wrapped already, and would warn.
        options = {"authenticator": box.authenticate, "auth_required": not wrapped, "auth_require_tls": not wrapped}
        options |= {"ssl_context": tls} if wrapped else {"tls_context": tls, "require_starttls": True}
    controller = Controller(box, hostname="localhost" if tls else "127.0.0.1", port=port, **options)
    controller.start()
    box.connections = 0
    try:
        yield box
    finally:
        controller.stop(no_assert=True)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(the server's, the client's that trusts it), of a certificate for localhost made here."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    try:
        subprocess.run(["openssl", *words.split(), "-keyout", key, "-out", made], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl here: make tools")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(made, key)
    return serving, ssl.create_default_context(cafile=made)


def part(mail: EmailMessage, kind: str) -> str:
    """The text of the part of this type, as "plain", "html" or "calendar"."""
    found = next(each for each in mail.walk() if each.get_content_type() == f"text/{kind}")
    content = found.get_content()
    return content.decode() if isinstance(content, bytes) else str(content)
