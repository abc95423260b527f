"""What a case writer asks of the command beside checking: a new file, its schema, a picture. Knows files, no room."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .config import CHECKOUT, SCENARIOS
from .domain import picture
from .domain.errors import Invalid
from .domain.scenario import Scenario
from .domain.text import Text
from .library import draft, editors

EXAMPLES = SCENARIOS / "examples"
STYLES = CHECKOUT / "static" / "css"


# --- a new case


def new(folder: Path, library: Sequence[Path], id: str, skill: str, track: str, title: str | None) -> tuple[Path, Path]:
    """Writes a case to be filled in, and the schema for editors beside it; gives their paths.

    `library` are the folders whose ids are taken. Raises Invalid or LibraryErrors, and then has written nothing.
    """
    file, beside = folder / f"{id}.yaml", folder / "scenario.schema.json"
    text = draft.scenario_text(_example("scenario"), str(file), id, skill, track, title)
    if not folder.is_dir():
        raise Invalid(Text(f"there is no folder {folder}: make it first, or name another by --folder"))
    for taken in (one / file.name for one in (folder, *library)):
        if taken.exists():
            raise Invalid(Text(f'there is a scenario "{id}" already, in {taken}: choose another id'))
    _write(file, text, beside, schema("scenario"))
    return file, beside


def _write(file: Path, text: str, beside: Path, described: str) -> None:
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except OSError as error:
        raise Invalid(Text(f"{file} can't be written: {error.strerror}")) from None
    try:
        beside.write_text(described, encoding="utf-8", newline="\n")
    except OSError as error:
        file.unlink()
        raise Invalid(Text(f"{beside} can't be written: {error.strerror}")) from None


def schema(kind: str) -> str:
    """The JSON Schema of scenario or rubric files, as text."""
    return json.dumps(editors.json_schema(kind, _example(kind)), ensure_ascii=False, indent=2) + "\n"


def _example(kind: str) -> str:
    return (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")


# --- pictures


def graph(scenario: Scenario) -> str:
    """The beats of a scenario as an SVG file of its own."""
    pages = Environment(
        loader=FileSystemLoader(CHECKOUT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = pages.get_template("picture.svg").render(picture=picture.of_beats(scenario), style=_style())
    return drawn.strip() + "\n"


def _style() -> str:
    """The pages' style with each colour written out, since not every viewer of SVG knows CSS variables."""
    sheet = (STYLES / "pictures.css").read_text(encoding="utf-8")
    light, dark, *_ = re.findall(r":root \{(.*?)\}", (STYLES / "pallpractice.css").read_text(encoding="utf-8"), re.S)
    return f"{_coloured(sheet, light)}@media (prefers-color-scheme: dark) {{\n{_coloured(sheet, dark)}}}\n"


def _coloured(sheet: str, tokens: str) -> str:
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", tokens))
    return re.sub(r"var\(--([\w-]+)\)", lambda found: colours[found[1]], sheet)
