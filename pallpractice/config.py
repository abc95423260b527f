"""The settings, read once from the environment; whatever is wrong is said all at once.

Only the standard library and the rules: the commands and `wsgi.py` read it before all else.
"""

import base64
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .domain import gaps, meeting
from .domain.holding import Terms
from .domain.mail import Mail, Relay, Sender, relay, sender

PREFIX = "PALLPRACTICE_"
CHECKOUT = Path(__file__).resolve().parent.parent
VAR = CHECKOUT / "var"
SCENARIOS = CHECKOUT / "scenarios"
MIN_SECRET = 32
LOOPBACK = ("127.0.0.1", "localhost")


class SettingsError(Exception):
    """`problems`: one line for each variable that cannot be used: its name, what is wrong, what to write."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides. Made by `from_env`; tests make it directly."""

    secret_key: str
    database_url: str
    base_url: str = "http://127.0.0.1:5000"
    origins: tuple[str, ...] = ()
    async_mode: str = "eventlet"
    host: str = "127.0.0.1"
    port: int = 5000
    meeting_url_template: str = ""
    scenarios: tuple[Path, ...] = ()
    link_days: int = 14
    smtp_url: Relay | None = None
    mail_from: Sender | None = None
    data_key: tuple[str, ...] = ()
    gap_threshold: float = gaps.THRESHOLD
    max_sockets: int = 500
    max_sockets_per_person: int = 5
    keep_feedback_days: int = 180
    keep_evidence_days: int = 2192
    keep_audit_days: int = 2192
    log_level: str = "info"

    @property
    def secure(self) -> bool:
        """People come over TLS."""
        return self.base_url.startswith("https://")

    @property
    def family(self) -> socket.AddressFamily:
        """Of the address to listen on."""
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET

    def listening_at(self, port: int) -> str:
        """The address to listen on, as one opens it."""
        return f"http://[{self.host}]:{port}" if ":" in self.host else f"http://{self.host}:{port}"

    @property
    def mail(self) -> Mail | None:
        """How mail is sent; None when it is off."""
        if self.smtp_url is None or self.mail_from is None:
            return None
        return Mail(self.smtp_url, self.mail_from, self.base_url, self.link_days)

    @property
    def terms(self) -> Terms:
        """How long what is about people is kept."""
        return Terms(self.keep_feedback_days, self.keep_evidence_days, self.keep_audit_days)

    @property
    def library(self) -> tuple[Path, ...]:
        """The folders of scenarios and rubrics: the shipped one and the site's own."""
        return (SCENARIOS, *self.scenarios)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """Where pages that post or open sockets may come from. A loopback address has two names."""
        parts = urlsplit(self.base_url)
        port = f":{parts.port}" if parts.port else ""
        twins = LOOPBACK if parts.hostname in LOOPBACK else ()
        names = [f"{parts.scheme}://{name}{port}" for name in twins]
        return tuple(dict.fromkeys([origin(self.base_url), *names, *self.origins]))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, *, serving: bool = True) -> "Settings":
        """Reads every setting. Only `serving` needs the secret key. Raises SettingsError."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for setting in SETTINGS:
            text = environ.get(PREFIX + setting.name, "").strip()
            if setting.name == "SECRET_KEY" and not text and not serving:
                values["secret_key"] = ""
                continue
            if setting.name == "BASE_URL" and not text:
                text = f"http://127.0.0.1:{values.get('port', 5000)}"
            try:
                values[setting.name.lower()] = setting.parse(text or setting.default)
            except ValueError as error:
                problems.append(f"{PREFIX}{setting.name}: {error}")
        if values.get("smtp_url") and "mail_from" in values and not values["mail_from"]:
            problems.append(f"{PREFIX}MAIL_FROM: is not set, and mail is on. Write Serious Talk <course@example.org>")
        if problems:
            raise SettingsError(problems)
        return cls(**values)


def origin(url: str) -> str:
    """`https://host:port` as browsers write it: lower case, no port if it is the usual one."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _secret(text: str) -> str:
    make = "Make one: python3 -c 'import secrets; print(secrets.token_hex(32))'"
    if not text:
        raise ValueError(f"is not set. {make}")
    if len(text) < MIN_SECRET:
        raise ValueError(f"has {len(text)} characters, {MIN_SECRET} at least are needed. {make}")
    if len(set(text)) < 8:
        raise ValueError(f"is too easy to guess. {make}")
    return text


def _keys(text: str) -> tuple[str, ...]:
    """One key or several; 32 bytes each, in URL-safe base64."""
    make = (
        "Make one: python3 -c 'import base64, secrets; "
        "print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())'"
    )
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for number, one in enumerate(found, 1):
        try:
            length = len(base64.b64decode(one, altchars="-_", validate=True))
        except ValueError:
            length = 0
        if length != 32:
            raise ValueError(f"key {number} is not 32 bytes in URL-safe base64. {make}")
    return found


def _database(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError(f"{scheme}:// names no driver that works here. Write postgresql+psycopg2://...")
    if scheme == "postgresql+psycopg2":
        if not urlsplit(text).path.strip("/"):
            raise ValueError("names no database. Write postgresql+psycopg2://user:password@host/database")
        return text
    if scheme != "sqlite":
        raise ValueError(f"cannot use {scheme!r}. Write sqlite:///var/pallpractice.db or postgresql+psycopg2://...")
    path = rest.removeprefix("/")
    if path in ("", ":memory:"):
        raise ValueError("needs a file, since several connections share it. Write sqlite:///var/pallpractice.db")
    return f"sqlite:///{CHECKOUT / path}"


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != -1
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        raise ValueError(f"{text!r} is not a web address. Write https://practice.example.org")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"{text!r} has a path. Write only {origin(text)}")
    return origin(text)


def _origins(text: str) -> tuple[str, ...]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    for one in found:
        if one == "*":
            raise ValueError("'*' would let any site in. Name each one: https://a.example.org,https://b.example.org")
    return tuple(_base_url(one) for one in found)


def _folders(text: str) -> tuple[Path, ...]:
    found = tuple(CHECKOUT / part for part in text.split(os.pathsep) if part)
    for one in found:
        if not one.is_dir():
            raise ValueError(f"{one} is not a folder. Write the path of one that is there")
    return found


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return parse


def _points(text: str) -> float:
    try:
        points = float(text)
    except ValueError:
        points = 0.0
    if not 0.25 <= points <= 4:
        raise ValueError(f"{text!r} is not a number of points from 0.25 to 4. Write 1.0 or 1.5")
    return points


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(f"{text!r} is not known. Write {' or '.join(names)}")
        return text

    return parse


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without the prefix, the default as one would write it, what it means."""

    name: str
    default: str
    meaning: str
    parse: Callable[[str], Any] = str


SETTINGS = (
    Setting(
        "SECRET_KEY",
        "",
        f"signs the session cookies; {MIN_SECRET} characters or more; needed to serve",
        _secret,
    ),
    Setting(
        "DATABASE_URL",
        "sqlite:///var/pallpractice.db",
        "a SQLite file, or `postgresql+psycopg2://...`",
        _database,
    ),
    Setting("PORT", "5000", "port to listen on; 0 takes a free one", _number(0, 65535)),
    Setting("HOST", "127.0.0.1", "address to listen on"),
    Setting(
        "BASE_URL",
        "",
        "address people open, else `http://127.0.0.1:PORT`; `https://` brings secure cookies and HSTS",
        _base_url,
    ),
    Setting("ORIGINS", "", "further origins that pages and sockets may come from, separated by commas", _origins),
    Setting("ASYNC_MODE", "eventlet", "`eventlet` or `threading`", _one_of("eventlet", "threading")),
    Setting(
        "MEETING_URL_TEMPLATE",
        "",
        "a room's video meeting; may use `{session}`, `{group}`, `{room}`",
        meeting.template,
    ),
    Setting("SCENARIOS", "", "further folders of scenarios and rubrics, separated as in `PATH`", _folders),
    Setting(
        "LINK_DAYS",
        "14",
        "days for which a personal link opens; a mailed one at least until the course ends",
        _number(1, 366),
    ),
    Setting(
        "SMTP_URL",
        "",
        "mail server, as `smtp://user:password@host:587` (STARTTLS), `smtps://user:password@host:465`, or "
        "`smtp://localhost:25?starttls=no` for a local relay; without it links are copied by hand",
        relay,
    ),
    Setting(
        "MAIL_FROM", "", "sender of the mail, as `Serious Talk <course@example.org>`; needed with `SMTP_URL`", sender
    ),
    Setting(
        "DATA_KEY",
        "",
        "seals licence numbers and birthdays, which are not taken without it; several, separated by commas: the first "
        "seals, all of them open (`pallpractice rekey`)",
        _keys,
    ),
    Setting(
        "GAP_THRESHOLD",
        "1.0",
        "points of the scale from which a learner's own rating and a group's count as apart in a report",
        _points,
    ),
    Setting("MAX_SOCKETS", "500", "open sockets of one process", _number(1, 100_000)),
    Setting("MAX_SOCKETS_PER_PERSON", "5", "open sockets of one person", _number(1, 100)),
    Setting(
        "KEEP_FEEDBACK_DAYS",
        "180",
        "days after a course for which ratings and words are kept with a name, unless they prove credit",
        _number(1, 36_500),
    ),
    Setting(
        "KEEP_EVIDENCE_DAYS",
        "2192",
        "days after a course for which presence, claims and consents are kept, and accounts; six years",
        _number(1, 36_500),
    ),
    Setting("KEEP_AUDIT_DAYS", "2192", "days for which a line of the audit is kept", _number(1, 36_500)),
    Setting(
        "LOG_LEVEL",
        "info",
        "`debug`, `info`, `warning` or `error`",
        _one_of("debug", "info", "warning", "error"),
    ),
)


def settings_table() -> str:
    """The table of settings as the README shows it, in Markdown; a test holds the README to it."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else ""
        lines.append(f"| `{PREFIX}{setting.name}` | {default} | {setting.meaning} |")
    return "\n".join(lines)
