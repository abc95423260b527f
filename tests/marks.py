"""Marked strings: every secret of a case and every word people write is one of its own, so that whoever hears it shows.

A mark carries nothing but its number; what it stands for is in the book kept here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from pallpractice.config import CHECKOUT

MARK = re.compile(r"kx\d{6}z")
# Words with a meaning for the reader of the file; they tell nothing of the case.
WORDS = {"tier", "effect", "skill", "track", "judgement", "seats", "by", "reviewed", "url", "skills"}
REFERENCES = {"id", "next", "character", "rubric", "item"}


@dataclass(frozen=True)
class Secret:
    """What a mark stands for. `source` is the file it comes from; the rest is for what a person wrote in a round."""

    kind: str
    path: str
    source: str = ""
    seats: tuple[str, ...] = ()
    round: int = 0
    owner: str = ""
    to: str = ""


@dataclass
class Book:
    """All marks made, and what each stands for. No mark is ever made twice, also when some are forgotten."""

    secrets: dict[str, Secret] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def mark(self, kind: str, path: str = "", **about: Any) -> str:
        token = f"kx{next(self.numbers):06d}z"
        self.secrets[token] = Secret(kind, path, **about)
        return token

    def found(self, text: str) -> Iterator[tuple[str, Secret]]:
        """The marks of a text, each once."""
        for token in dict.fromkeys(MARK.findall(text)):
            yield token, self.secrets[token]


@dataclass
class Cases:
    """Marked copies of shipped cases and rubrics in a folder that the library reads."""

    book: Book
    folder: Path
    scenarios: list[str] = field(default_factory=list)
    rubric_of: dict[str, str] = field(default_factory=dict)


def write_cases(folder: Path, book: Book) -> Cases:
    """Every shipped scenario once, each with its rubric: all of one skill and track and the least intensity, so that a
    room plays them before those that are not marked.
    """
    cases = Cases(book, folder)
    (folder / "rubrics").mkdir(parents=True)
    rubrics: dict[str, str] = {}
    for path in sorted((CHECKOUT / "scenarios" / "rubrics").glob("*.yaml")):
        rubrics[path.stem] = _write_rubric(path, cases)
    for path in sorted((CHECKOUT / "scenarios").glob("*.yaml")):
        tree = yaml.safe_load(path.read_text())
        token = book.mark("scenario_id", path.stem)
        tree = {**tree, "id": token, "skill": "serious_news", "track": "adult", "intensity": 1}
        ids = {tree["guide"]["rubric"]: rubrics[tree["guide"]["rubric"]]}
        script = tree["script"]
        for character in script["characters"]:
            ids[character["id"]] = book.mark("character", f"character {character['id']}", source=token)
            for told in character["disclosures"]:
                ids[told["id"]] = book.mark("script", f"disclosure {told['id']}", source=token)
        for beat in script["beats"]:
            ids[beat["id"]] = book.mark("script", f"beat {beat['id']}", source=token)
        marked = {"id": token} | {
            key: _marked(value, (key,), ids, token, book, scenario_kind) for key, value in tree.items() if key != "id"
        }
        (folder / f"{token}.yaml").write_text(yaml.safe_dump(marked, sort_keys=False))
        cases.scenarios.append(token)
        cases.rubric_of[token] = ids[tree["guide"]["rubric"]]
    return cases


def _write_rubric(path: Path, cases: Cases) -> str:
    tree = yaml.safe_load(path.read_text())
    token = cases.book.mark("rubric_id", path.stem)
    # The rubric's own mark is its source: a rubric is shown where its scenario is played.
    ids = {}
    for kind, key in (("entry_id", "items"), ("marker", "markers"), ("entry_id", "comments")):
        for one in tree.get(key, []):
            seats = tuple(one.get("seats", ()))
            ids[one["id"]] = cases.book.mark(kind, f"{key} {one['id']}", source=token, seats=seats)
    marked = {"id": token} | {
        key: _marked(value, (key,), ids, token, cases.book, rubric_kind) for key, value in tree.items() if key != "id"
    }
    (cases.folder / "rubrics" / f"{token}.yaml").write_text(yaml.safe_dump(marked, sort_keys=False))
    return token


def _marked(value: Any, path: tuple[Any, ...], ids: Mapping[str, str], source: str, book: Book, kind_of: Any) -> Any:
    """The same tree with a mark at every leaf that is text, and references that still refer."""
    names = [step for step in path if isinstance(step, str)]
    if isinstance(value, dict):
        keyed = names[-1] in ("emotion", "play")
        return {
            ids[key] if keyed else key: _marked(inner, (*path, key), ids, source, book, kind_of)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_marked(inner, (*path, at), ids, source, book, kind_of) for at, inner in enumerate(value)]
    if not isinstance(value, str) or names[-1] in WORDS:
        return value
    if names[-1] in REFERENCES and value in ids:
        return ids[value]
    kind, seats = kind_of(names)
    return book.mark(kind, ".".join(str(step) for step in path), source=source, seats=seats)


def scenario_kind(names: list[str]) -> tuple[str, tuple[str, ...]]:
    """What the text at this path is, as the visibility table calls it."""
    if names[0] in ("brief", "guide", "title", "warnings"):
        return names[0], ()
    if names[0] == "script":
        if names[1:] == ["characters", "name"]:
            return "character", ()
        return ("beat_title" if names[1:] == ["beats", "title"] else "script"), ()
    return "nobody", ()


def rubric_kind(names: list[str]) -> tuple[str, tuple[str, ...]]:
    if names[0] == "items" and names[1] == "wording":
        return "wording", (names[2],)
    if names[0] in ("items", "scale", "title") and names[-1] != "competencies":
        return "rubric", ()
    return ({"markers": "marker", "comments": "prompt"}.get(names[0], "nobody")), ()
