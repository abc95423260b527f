"""Serving: a site, and the demo course."""

import errno
import os
import socket
import sys
from typing import NoReturn

import click

from ..config import CHECKOUT, PREFIX, Settings
from .common import open_store, table


@click.command()
def serve() -> None:
    """Serve the rooms until stopped.

    Needs PALLPRACTICE_SECRET_KEY and a database brought up by `pallpractice db upgrade`.
    """
    settings = Settings.from_env()
    open_store(settings).close()
    run_server(settings, os.environ)


@click.command()
def demo() -> None:
    """Serve a demo course that begins now, with a link for each of its people.

    Its database is var/demo.db and stays: a second run goes on with what is there. PALLPRACTICE_PORT picks a port.
    """
    from .. import demo as show

    environ = os.environ | show.environ()
    settings = Settings.from_env(environ)
    check_port(settings)
    store = open_store(settings, upgrade=True)
    links = show.prepare(store, settings)
    store.close()
    click.echo(table(("name", "role", "group", "link"), ((x.name, x.role, x.group or "", x.url) for x in links)))
    click.echo("\nOpen each link in its own browser or private window, so that each is someone else.\n")
    run_server(settings, environ)


def run_server(settings: Settings, environ: dict[str, str] | os._Environ[str]) -> NoReturn:
    """Becomes `python wsgi.py`: eventlet must patch before anything else is imported."""
    check_port(settings)
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, str(CHECKOUT / "wsgi.py")], dict(environ))  # noqa: S606


def check_port(settings: Settings) -> None:
    """Refuses, with what to do, when the address can't be listened on."""
    with socket.socket(settings.family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise click.ClickException(
                    f"can't listen on {settings.host}: {error.strerror}.\n"
                    f"Choose an address of this machine, as {PREFIX}HOST=127.0.0.1."
                ) from None
            another = settings.port + 1 if settings.port < 65535 else 5000
            raise click.ClickException(
                f"can't listen on {settings.host} port {settings.port}: {error.strerror}.\n"
                f"Choose another port, as {PREFIX}PORT={another}, or `make demo PORT={another}`."
            ) from None
