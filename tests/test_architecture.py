"""The plan of the house, held: which layer may import which, and where the frameworks stay."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "pallpractice"
LAYERS = ("domain", "library", "storage", "services", "schemas", "web", "realtime")

# A layer, and the layers it may import. `__init__` knows every part; `config`, `cli` and so on are beside.
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "library": {"domain"},
    "storage": {"domain"},
    "services": {"storage", "library", "domain"},
    "schemas": {"storage", "library", "domain"},
    "web": {"schemas", "services", "storage", "library", "domain", "config"},
    "realtime": {"schemas", "services", "storage", "library", "domain", "config"},
    "asynchrony": {"domain"},
    "config": {"domain"},
    "demo": {"schemas", "services", "storage", "library", "domain", "config"},
    "authoring": {"library", "domain", "config"},
    "cli": {"authoring", "demo", "schemas", "services", "storage", "library", "domain", "config", "asynchrony"},
}

# A framework, and where it may be named at all.
ONLY_IN: dict[str, set[str]] = {
    "flask": {"web", "__init__"},
    "flask_login": {"web", "__init__"},
    "flask_wtf": {"web"},
    "flask_socketio": {"__init__"},
    "socketio": {"realtime"},
    "engineio": {"realtime"},
    "eventlet": {"asynchrony"},
    "marshmallow": {"schemas", "library"},
    "yaml": {"library"},
    "sqlalchemy": {"storage", "services", "realtime", "web"},
    "alembic": {"storage"},
    "argon2": {"services"},
    "icalendar": {"services"},
    "smtplib": {"services"},
    "highspy": {"services"},
    "cryptography": {"services"},
    "numpy": {"services"},
    "click": {"cli"},
    "jinja2": {"authoring", "web"},
    "babel": {"library", "web"},
    "flask_babel": {"web"},
    "segno": {"web"},
    "brotli": {"web"},
    "weasyprint": {"web"},
}


def part_of(path: Path) -> str:
    """The layer or the module beside the layers that a file belongs to."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Absolute names of all that a file imports, inside functions too."""
    package = ["pallpractice", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


FILES = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_layers(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return
    for name in imports(path):
        if name.startswith("pallpractice."):
            other = name.split(".")[1]
            allowed = MAY_IMPORT[part] | {part}
            assert other in allowed, f"{part} may not import {other} ({name})"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_frameworks_stay_at_the_edges(path: Path) -> None:
    part = part_of(path)
    for name in imports(path):
        top = name.split(".")[0]
        if top in ONLY_IN:
            assert part in ONLY_IN[top], f"{part} may not name {top}"
        elif part == "domain":
            assert top == "pallpractice" or top in sys.stdlib_module_names, f"the rules need no {top}"


def test_the_rules_do_no_io() -> None:
    forbidden = {"os", "io", "pathlib", "socket", "sqlite3", "threading", "subprocess", "random", "logging", "time"}
    for path in FILES:
        if part_of(path) == "domain":
            assert not {name.split(".")[0] for name in imports(path)} & forbidden, path.name


def test_the_rules_ask_nobody_what_time_it_is() -> None:
    for path in FILES:
        if part_of(path) == "domain":
            text = path.read_text()
            assert ".now(" not in text, path.name
            assert ".utcnow(" not in text, path.name
            assert ".today(" not in text, path.name


def test_every_layer_is_there_and_nothing_else() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*LAYERS, "cli", "translations", "demo"}
    assert not list((PACKAGE / "translations").rglob("*.py")), "catalogues hold words, no code"


def test_the_package_alone_brings_no_framework() -> None:
    """eventlet must have patched before Flask or SQLAlchemy is imported, so importing the package must not."""
    import subprocess

    code = (
        "import sys, pallpractice, pallpractice.config;"
        "print([name for name in ('flask', 'sqlalchemy', 'socketio', 'eventlet') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_breach_would_be_seen(tmp_path: Path) -> None:
    source = PACKAGE / "domain" / "clock.py"
    assert not [name for name in imports(source) if name.startswith("pallpractice.storage")]
    tree = "from ..storage import engine\nimport flask\n"
    path = PACKAGE / "domain" / "_breach.py"
    path.write_text(tree)
    try:
        names = list(imports(path))
    finally:
        path.unlink()
    assert names == ["pallpractice.storage.engine", "flask"]
