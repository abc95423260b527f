"""Settings: what is read, and that whatever is wrong is refused at once, by name, with what to write."""

import socket
from pathlib import Path

import pytest

from pallpractice.config import CHECKOUT, PREFIX, SETTINGS, Settings, SettingsError, settings_table
from pallpractice.domain.mail import Relay, Sender

KEY = "0123456789abcdef" * 4


def read(**values: str) -> Settings:
    return Settings.from_env({PREFIX + "SECRET_KEY": KEY} | {PREFIX + name: text for name, text in values.items()})


def problem(**values: str) -> str:
    with pytest.raises(SettingsError) as refused:
        read(**values)
    assert len(refused.value.problems) == 1
    return refused.value.problems[0]


def test_with_only_a_secret_key_everything_has_its_default() -> None:
    settings = read()
    assert settings.database_url == f"sqlite:///{CHECKOUT}/var/pallpractice.db"
    assert settings.base_url == "http://127.0.0.1:5000"
    assert (settings.async_mode, settings.link_days, settings.max_sockets) == ("eventlet", 14, 500)
    assert not settings.secure


def test_a_setting_that_is_set_to_nothing_counts_as_not_set() -> None:
    assert read(PORT="", ORIGINS=" ").port == 5000


def test_the_table_has_a_default_for_each_field_of_settings() -> None:
    assert {setting.name.lower() for setting in SETTINGS} == set(Settings.__dataclass_fields__)


def test_the_secret_key_is_needed_to_serve_only() -> None:
    with pytest.raises(SettingsError, match=r"SECRET_KEY: is not set\. Make one: python3"):
        Settings.from_env({})
    assert Settings.from_env({}, serving=False).secret_key == ""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("SECRET_KEY", "short", "has 5 characters, 32 at least"),
        ("SECRET_KEY", "x" * 40, "too easy to guess"),
        ("DATABASE_URL", "postgresql://u@h/d", "Write postgresql+psycopg2://"),
        ("DATABASE_URL", "postgres://u@h/d", "Write postgresql+psycopg2://"),
        ("DATABASE_URL", "postgresql+psycopg2://u@h", "names no database"),
        ("DATABASE_URL", "mysql://h/d", "cannot use 'mysql'"),
        ("DATABASE_URL", "sqlite:///:memory:", "needs a file"),
        ("DATABASE_URL", "sqlite://", "needs a file"),
        ("BASE_URL", "practice.example.org", "not a web address"),
        ("BASE_URL", "https://example.org/practice", "Write only https://example.org"),
        ("BASE_URL", "http://example.org:port", "not a web address"),
        ("ORIGINS", "*", "would let any site in"),
        ("ORIGINS", "https://a.example.org,b", "'b' is not a web address"),
        ("ASYNC_MODE", "gevent", "Write eventlet or threading"),
        ("PORT", "http", "not a whole number from 0 to 65535"),
        ("PORT", "70000", "not a whole number from 0 to 65535"),
        ("LINK_DAYS", "0", "from 1 to 366"),
        ("LINK_DAYS", "²", "from 1 to 366"),
        ("MEETING_URL_TEMPLATE", "http://meet/{room}", "not an https:// address"),
        ("MEETING_URL_TEMPLATE", "https://meet/{person}", "uses person"),
        ("MEETING_URL_TEMPLATE", "https://meet/{room", "brace"),
        ("SCENARIOS", "no/such/folder", "is not a folder"),
        ("LOG_LEVEL", "loud", "not known"),
        ("SMTP_URL", "mail.example.org", "begins with neither smtp:// nor smtps://"),
        ("SMTP_URL", "https://mail.example.org", "begins with neither smtp:// nor smtps://"),
        ("SMTP_URL", "smtp://", "names no mail server"),
        ("SMTP_URL", "smtp://mail.example.org:0", "names no mail server"),
        ("SMTP_URL", "smtp://mail.example.org:70000", "a port is a number from 1 to 65535"),
        ("SMTP_URL", "smtp://u:pa/hunter2@mail.example.org", "writes / as %2F"),
        ("SMTP_URL", "smtp://u:hunter2@mail.example.org/inbox", "has more behind the server's name"),
        ("SMTP_URL", "smtp://u@mail.example.org", "has a user without a password"),
        ("SMTP_URL", "smtp://u:hunter2@mail.example.org?starttls=no", "would send its password unprotected"),
        ("SMTP_URL", "smtp://u:hunter2@mail.example.org?tls=yes", "an option that is not known"),
        ("SMTP_URL", "smtps://u:hunter2@mail.example.org?starttls=no", "takes no options"),
        ("MAIL_FROM", "Serious Talk", "'Serious Talk' is not a sender. Write"),
        ("MAIL_FROM", "A <a@example.org>, b@example.org", "is not a sender"),
        ("MAIL_FROM", "A\r\nBcc: b@example.org <a@example.org>", "is not a sender"),
    ],
)
def test_nonsense_is_refused_with_what_to_write(name: str, text: str, said: str) -> None:
    line = problem(**{name: text})
    assert line.startswith(f"{PREFIX}{name}: ")
    assert said in line
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("smtp://mail.example.org", Relay("mail.example.org", 587)),
        (
            "smtp://a%40b.org:p%2Fw%3A1@mail.example.org:2525",
            Relay("mail.example.org", 2525, "starttls", "a@b.org", "p/w:1"),
        ),
        ("smtps://u:p@mail.example.org", Relay("mail.example.org", 465, "smtps", "u", "p")),
        ("smtp://localhost:25?starttls=no", Relay("localhost", 25, "none")),
    ],
)
def test_the_mail_server_is_read_and_its_password_never_shown(text: str, read_as: Relay) -> None:
    settings = read(SMTP_URL=text, MAIL_FROM="Serious Talk <course@example.org>")
    assert settings.smtp_url == read_as
    assert settings.mail_from == Sender("Serious Talk", "course@example.org")
    assert not read_as.password or f"{read_as.password!r}" not in repr(settings)


def test_mail_needs_a_sender() -> None:
    assert read().smtp_url is None
    assert "MAIL_FROM: is not set, and mail is on. Write Serious Talk" in problem(SMTP_URL="smtp://mail.example.org")


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read(PORT="x", LINK_DAYS="x", DATABASE_URL="postgresql://h/d")
    assert len(refused.value.problems) == 3


def test_https_makes_it_secure_and_origins_are_written_as_browsers_do() -> None:
    settings = read(BASE_URL="https://Practice.Example.org:443/", ORIGINS="https://b.example.org:8443")
    assert settings.secure
    assert settings.base_url == "https://practice.example.org"
    assert settings.allowed_origins == ("https://practice.example.org", "https://b.example.org:8443")


def test_a_loopback_address_may_be_opened_by_either_name() -> None:
    assert read(PORT="5055").allowed_origins == ("http://127.0.0.1:5055", "http://localhost:5055")


def test_a_relative_sqlite_path_starts_at_the_checkout_and_an_absolute_one_stays(tmp_path: Path) -> None:
    assert read(DATABASE_URL="sqlite:///x.db").database_url == f"sqlite:///{CHECKOUT}/x.db"
    assert read(DATABASE_URL=f"sqlite:///{tmp_path}/x.db").database_url == f"sqlite:///{tmp_path}/x.db"


def test_the_table_lists_every_setting_once() -> None:
    for setting in SETTINGS:
        assert settings_table().count(f"`{PREFIX}{setting.name}`") == 1


def test_the_readme_shows_the_table_as_it_is() -> None:
    readme = CHECKOUT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README yet")
    assert settings_table() in readme.read_text(encoding="utf-8"), settings_table()


def test_an_address_of_either_kind_can_be_listened_on() -> None:
    assert (read().family, read().listening_at(5000)) == (socket.AF_INET, "http://127.0.0.1:5000")
    six = read(HOST="::1")
    assert (six.family, six.listening_at(5000)) == (socket.AF_INET6, "http://[::1]:5000")
