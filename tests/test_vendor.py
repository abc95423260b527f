"""What is vendored is what the manifest says: no file changed by hand, no licence missing, no bare import."""

import hashlib
import json
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
ENTRIES = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["file"] for entry in ENTRIES])
def test_a_vendored_file_is_the_one_in_the_manifest(entry: dict) -> None:
    data = (VENDOR / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert entry["integrity"].startswith("sha512-")
    assert entry["package"]
    assert entry["version"]
    assert entry["licence"]


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["file"] for entry in ENTRIES])
def test_its_licence_text_lies_beside_it(entry: dict) -> None:
    assert len((VENDOR / entry["licence_file"]).read_text(encoding="utf-8")) > 500


def test_nothing_lies_there_that_the_manifest_does_not_name() -> None:
    named = {entry["file"] for entry in ENTRIES} | {entry["licence_file"] for entry in ENTRIES} | {"manifest.json"}
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found == named


@pytest.mark.parametrize("path", sorted(VENDOR.glob("*.js")), ids=lambda path: path.name)
def test_a_script_imports_only_its_neighbours(path: Path) -> None:
    # An import map would need an inline script, which the page's policy forbids.
    for target in re.findall(r'from ?["\']([^"\']+)["\']', path.read_text(encoding="utf-8")):
        assert target.startswith("./"), target
        assert (VENDOR / target).is_file()
