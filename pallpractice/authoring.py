"""What a case writer asks of the command beside checking: a picture of a case. Knows files, no room."""

import re

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .config import CHECKOUT
from .domain import picture
from .domain.scenario import Scenario

STYLES = CHECKOUT / "static" / "css"


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
