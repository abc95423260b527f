"""A new case's file, made from the template by writing in what is known of it."""

import json
import re
from collections.abc import Mapping

from . import files, scenario, shelf
from .errors import LibraryErrors

RUBRICS: Mapping[str, str] = {"serious_news": "serious-news", "values": "values"}  # those that are shipped, by skill


def scenario_text(template: str, file: str, id: str, skill: str, track: str, title: str | None = None) -> str:
    """The text of a scenario's file that is right as it is. Raises LibraryErrors if one of the words is not.

    `template` is scenarios/examples/scenario.yaml, `file` the name that errors give. Without a title it is left to
    be written.
    """
    text = template
    for key, word in {"id": id, "skill": skill, "track": track, "rubric": RUBRICS[skill], "title": title}.items():
        if word is not None:
            text = _with(text, key, word)
    _, errors = shelf.checked(files.parse(text, file), id, scenario, scenario.ScenarioSchema())
    if errors:
        raise LibraryErrors(errors)
    return text


def _with(text: str, key: str, word: str) -> str:
    """The first field of this name holds the word; the comment beside it stays."""
    plain = word if re.fullmatch(r"\w[\w-]*", word, re.ASCII) else json.dumps(word, ensure_ascii=False)
    return re.sub(rf"(?m)^(\s*{key}: ).*?(?= # |$)", lambda found: found[1] + plain, text, count=1)
