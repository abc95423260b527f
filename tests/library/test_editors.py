"""The JSON Schema that editors get: right files pass, broken ones don't, and nothing is refused that we would read."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pallpractice.library import editors, encounter, files, rubric, scenario, shelf

ROOT = Path(__file__).parents[2] / "scenarios"
EXAMPLES = ROOT / "examples"
HERE = Path(__file__).parent
KINDS = tuple(editors.KINDS)
SCHEMAS = {kind: editors.json_schema(kind, (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")) for kind in KINDS}
READERS = {
    "scenario": (scenario, scenario.ScenarioSchema()),
    "rubric": (rubric, rubric.RubricSchema()),
    "encounter": (encounter, encounter.EncounterSchema()),
}
VALIDATORS = {kind: Draft202012Validator(schema) for kind, schema in SCHEMAS.items()}
PLACES = {"scenario": "*.yaml", "rubric": "rubrics/*.yaml", "encounter": "calibration/*.yaml"}
FILES = [
    (kind, path)
    for kind, place in PLACES.items()
    for folder in (ROOT, HERE / "cases", HERE / "good")
    for path in sorted(folder.glob(place))
]
FILES += [(kind, EXAMPLES / f"{kind}.yaml") for kind in KINDS]


class Editor(yaml.CSafeLoader):
    """YAML 1.2 as editors read it: a day is text, and so are yes and no."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan", "-+.0123456789"),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), _first)
Editor.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def tree(text: str) -> Any:
    return keyed(yaml.load(text, Loader=Editor))


def keyed(value: Any) -> Any:
    """With text as keys, as JSON has it."""
    if isinstance(value, dict):
        return {str(key): keyed(inner) for key, inner in value.items()}
    return [keyed(inner) for inner in value] if isinstance(value, list) else value


def refusals(kind: str, text: str) -> list[str]:
    return [error.message for error in VALIDATORS[kind].iter_errors(tree(text))]


def read(kind: str, text: str) -> bool:
    """Whether our own reader takes the fields. The rules across them are not an editor's."""
    source = files.parse(text, "x")
    value, _ = shelf._loaded(READERS[kind][1], source.tree)
    return value is not None and not source.errors


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_copy_is_the_one_that_is_made(kind: str) -> None:
    assert json.loads((EXAMPLES / f"{kind}.schema.json").read_text(encoding="utf-8")) == SCHEMAS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_schema_and_describes_every_field(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    missing = [path for path, shape in fields(SCHEMAS[kind]) if not shape.get("description")]
    assert missing == []


def fields(shape: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in shape.get("properties", {}).items():
        yield f"{path}.{name}", inner
        yield from fields(inner, f"{path}.{name}")
    if isinstance(shape.get("items"), dict):
        yield from fields(shape["items"], f"{path}[]")


@pytest.mark.parametrize(("kind", "path"), FILES, ids=[str(path.relative_to(ROOT.parent)) for _, path in FILES])
def test_a_file_that_is_right_is_valid(kind: str, path: Path) -> None:
    assert refusals(kind, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_holds_every_field_and_names_the_schema_beside_it(kind: str) -> None:
    text = (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={kind}.schema.json\n")
    whole = tree(re.sub(r"(?m)^(\s*)#(?=\w)", r"\1", text))
    assert VALIDATORS[kind].is_valid(whole)
    assert absent(SCHEMAS[kind], whole) == []


def absent(shape: dict[str, Any], value: Any, path: str = "") -> list[str]:
    """Fields of the schema that the value doesn't have; of a list, those that no entry has."""
    found: list[str] = []
    for name, inner in shape.get("properties", {}).items():
        found += absent(inner, value[name], f"{path}.{name}") if name in value else [f"{path}.{name}"]
    if isinstance(shape.get("items"), dict):
        entries = [absent(shape["items"], entry, f"{path}[]") for entry in value]
        found += [name for name in (entries[0] if entries else ()) if all(name in others for others in entries)]
    return found


SCENARIO, RUBRIC, ENCOUNTER = "scenario", "rubric", "encounter"
BROKEN = [
    (SCENARIO, "title: Night shift\n", ""),
    (SCENARIO, "title: Night shift", "title:"),
    (SCENARIO, "title: Night shift", "title: ' '"),
    (SCENARIO, "title: Night shift", "title: [a]"),
    (SCENARIO, "title: Night shift", f"title: {'x' * 121}"),
    (SCENARIO, "title: Night shift", "title: a\ncolour: red"),
    (SCENARIO, "id: night-shift", "id: Night Shift"),
    (SCENARIO, "id: night-shift", "id: night--shift"),
    (SCENARIO, "version: 1", "version: 0"),
    (SCENARIO, "version: 1", "version: 1.5"),
    (SCENARIO, "version: 1", "version: one"),
    (SCENARIO, "version: 1", "version: true"),
    (SCENARIO, "minutes: 10", "minutes: 61"),
    (SCENARIO, "intensity: 2", "intensity: 6"),
    (SCENARIO, "skill: values", "skill: listening"),
    (SCENARIO, "track: adult", "track: adults"),
    (SCENARIO, "reviewed: 2026-03-01", "reviewed: March"),
    (SCENARIO, "reviewed: 2026-03-01", "reviewed: 2026"),
    (SCENARIO, "[Asks before telling, Says back what was heard]", "[Asks]"),
    (SCENARIO, "[Asks before telling, Says back what was heard]", "[a, b, c, d, e]"),
    (SCENARIO, "[Asks before telling, Says back what was heard]", "Asks"),
    (SCENARIO, "professions: [nurse, physician]", "professions: []"),
    (SCENARIO, "references: [{cite: Someone. Somewhere 2020.}]", "references: [Someone]"),
    (SCENARIO, "  tasks: [Find out what matters to Ash and Lou]\n", ""),
    (SCENARIO, "tier: withheld", "tier: never"),
    (SCENARIO, "{age_range: 40 to 60, pronouns: any}", "any"),
    (SCENARIO, "age: 50", "age: old"),
    (SCENARIO, "emotion: {lou: 6}", "emotion: {lou: 11}"),
    (SCENARIO, "emotion: {lou: 6}", "emotion: {Lou Ito: 6}"),
    (SCENARIO, "emotion: {lou: 6}", "emotion: 6"),
    (SCENARIO, "then: Nod, effect: eases", "then: Nod, effect: soothes"),
    (SCENARIO, "then: Nod, effect: eases", "then: Nod, effects: eases"),
    (SCENARIO, "next: [shut, promise]", "next: shut"),
    (SCENARIO, "rewind: true", "rewind: maybe"),
    (SCENARIO, "at_minutes: 3", "at_minutes: soon"),
    (SCENARIO, "at_minutes: 3", "at_minutes: 61"),
    (SCENARIO, "escalation: {raise: [Advice too early], ease", "escalation: {ease"),
    (SCENARIO, "rubric: brief-talk", "rubric: A brief talk"),
    (RUBRIC, "skill: general", "skill: all"),
    (RUBRIC, "min: 1", "min: -1"),
    (RUBRIC, "{1: Hardly, 5: Fully}", "{low: Hardly, high: Fully}"),
    (RUBRIC, "mean: 3.5", "mean: high"),
    (RUBRIC, "by: [coach]", "by: [teacher]"),
    (RUBRIC, "by: [coach]", "by: []"),
    (RUBRIC, "wording: {patient: I was not alone}", "wording: {guest: I was not alone}"),
    (RUBRIC, "item: clear, judgement: try", "item: clear, judgement: bad"),
    (RUBRIC, "label: Left a silence", f"label: {'x' * 41}"),
    (ENCOUNTER, "rubric_version: 1", "rubric_version: one"),
    (ENCOUNTER, "part: learner", "part: clinician"),
    (ENCOUNTER, "item: heard, rating: 4, lines: [2]", "item: heard, rating: 11, lines: [2]"),
    (ENCOUNTER, "item: heard, rating: 4, lines: [2]", "item: heard, rating: 4, lines: [0]"),
    (ENCOUNTER, "item: clear, rating: 3, reason: There was little", "item: clear, rating: 3"),
    (ENCOUNTER, "goal: I want to stop and listen\n", ""),
]
GOOD = {
    SCENARIO: HERE / "good" / "night-shift.yaml",
    RUBRIC: HERE / "good" / "rubrics" / "brief-talk.yaml",
    ENCOUNTER: HERE / "good" / "calibration" / "at-the-lift.yaml",
}


def edited(kind: str, old: str, new: str) -> str:
    text = GOOD[kind].read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    return text.replace(old, new)


@pytest.mark.parametrize(("kind", "old", "new"), BROKEN, ids=[new[:50] or f"no {old}" for _, old, new in BROKEN])
def test_a_broken_file_is_refused_as_our_reader_does(kind: str, old: str, new: str) -> None:
    text = edited(kind, old, new)
    assert refusals(kind, text)
    assert not read(kind, text)


TAKEN = [
    (SCENARIO, "title: Night shift", "title: 7"),
    (SCENARIO, "title: Night shift", "title: true"),
    (SCENARIO, "title: Night shift", "title: 2026-03-01"),
    (SCENARIO, "title: Night shift", "title: No"),
    (SCENARIO, "title: Night shift", "title: 1e3"),
    (SCENARIO, "id: night-shift", "id: 24"),
    (SCENARIO, "version: 1", 'version: "1"'),
    (SCENARIO, "version: 1", "version: 1_000"),
    (SCENARIO, "minutes: 10", "minutes: ' 10 '"),
    (SCENARIO, "reviewed: 2026-03-01", 'reviewed: "2026-3-1"'),
    (SCENARIO, "rewind: true", 'rewind: "true"'),
    (SCENARIO, "at_minutes: 6.5", 'at_minutes: "6.5"'),
    (SCENARIO, "at_minutes: 6.5", "at_minutes: 6.5e0"),
    (SCENARIO, "emotion: {lou: 6}", "emotion: {lou: '6'}"),
    (SCENARIO, "stop_word: Curtain", "stop_word: 13"),
    (RUBRIC, "{1: Hardly, 5: Fully}", '{"1": 0, "5": 100}'),
]


@pytest.mark.parametrize(("kind", "old", "new"), TAKEN, ids=[new for _, _, new in TAKEN])
def test_what_our_reader_takes_an_editor_takes_too(kind: str, old: str, new: str) -> None:
    text = edited(kind, old, new)
    assert read(kind, text)
    assert refusals(kind, text) == []


SCALARS = st.one_of(
    st.booleans(), st.integers(-3, 200), st.floats(-3, 200), st.dates(), st.text("ab-1 .", max_size=6),
    st.sampled_from(["true", "3", "0.5", "keep", "values", "holds", "a-b", "yes"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(KINDS))
def test_whatever_scalar_stands_anywhere_an_editor_refuses_no_more_than_we_do(data: st.DataObject, kind: str) -> None:
    whole = yaml.safe_load(GOOD[kind].read_text(encoding="utf-8"))
    holder, key = data.draw(st.sampled_from(list(leaves(whole))))
    holder[key] = data.draw(SCALARS)
    text = yaml.safe_dump(whole, allow_unicode=True)
    if read(kind, text):
        assert refusals(kind, text) == []


def leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            yield from leaves(inner)
        else:
            yield value, key


def test_the_words_are_those_beside_a_field_or_above_it() -> None:
    example = """
# Not of a field.

# Of a,
# in two lines.
a: 1
b: 2 # Of b.
c: # Of c.
  # Of d.
  - d: 3
    #e: 4 # Of e.
f: 5
"""
    assert editors.said(example) == {
        ("a",): "Of a, in two lines.",
        ("b",): "Of b.",
        ("c",): "Of c.",
        ("c", "[]", "d"): "Of d.",
        ("c", "[]", "e"): "Of e.",
    }
