"""What is vendored is what the manifest says: no file changed by hand, no licence missing, no bare import.

A file is a package's own, or built of packages by a recipe that lies beside it.
"""

import hashlib
import json
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
ENTRIES = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]


NAMES = [entry["file"] for entry in ENTRIES]
RECIPE = json.loads((VENDOR / "recipe" / "package.json").read_text(encoding="utf-8"))["dependencies"]


def packages(entry: dict) -> list[dict]:
    return entry.get("packages", [entry])


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_a_vendored_file_is_the_one_in_the_manifest(entry: dict) -> None:
    data = (VENDOR / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    for package in packages(entry):
        assert package["integrity"].startswith("sha512-")
        assert package["package"]
        assert package["version"]
        assert package["licence"]


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_its_licence_texts_lie_beside_it(entry: dict) -> None:
    for package in packages(entry):
        assert len((VENDOR / package["licence_file"]).read_text(encoding="utf-8")) > 500


def test_what_is_built_names_its_recipe_and_the_recipe_the_same_versions() -> None:
    built = [entry for entry in ENTRIES if "recipe" in entry]
    named = {package["package"]: package["version"] for entry in built for package in packages(entry)}
    assert named == RECIPE
    for entry in built:
        assert f"'{entry['file']}': " in (VENDOR / entry["recipe"]).read_text(encoding="utf-8")


def test_nothing_lies_there_that_the_manifest_does_not_name() -> None:
    licences = {package["licence_file"] for entry in ENTRIES for package in packages(entry)}
    named = {*NAMES, *licences, "manifest.json", "recipe/build.mjs", "recipe/package.json"}
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found == named


@pytest.mark.parametrize("path", sorted(VENDOR.glob("*.js")), ids=lambda path: path.name)
def test_a_script_imports_only_its_neighbours(path: Path) -> None:
    # An import map would need an inline script, which the page's policy forbids.
    source = path.read_text(encoding="utf-8")
    for target in re.findall(r'^(?:import|export)\b[^;]*?from ?["\']([^"\']+)["\']', source, re.M):
        assert target.startswith("./"), target
        assert (VENDOR / target).is_file()
