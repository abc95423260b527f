"""Whatever a file holds: it is read, or LibraryErrors says which file and which field. Nothing else comes out.

What is read can be advised on and drawn, however odd it is.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pallpractice.domain import picture
from pallpractice.domain.scenario import EFFECTS
from pallpractice.library import FileError, Library, LibraryErrors, advice, files

CASES = Path(__file__).parent / "cases"
NAMES = ("first-visit.yaml", "rubrics/small.yaml")
WHOLE = {name: files.read(CASES / name).tree for name in NAMES}

Place = tuple[str | int, ...]


def read(folder: Path, name: str, content: bytes) -> Library | None:
    """Reads a folder with this one file; checks the law."""
    (folder / "rubrics").mkdir(exist_ok=True)
    for other in NAMES:
        (folder / other).write_bytes((CASES / other).read_bytes())
    (folder / name).write_bytes(content)
    try:
        library = Library.read([folder])
    except LibraryErrors as refused:
        library, told = None, refused.errors
    else:
        told = advised(library)
    assert library or told
    for one in told:
        assert Path(one.file).is_relative_to(folder)
        assert one.path
        assert one.reason
        assert one.line is None or one.line >= 1
        assert len(str(one).splitlines()) == 1
    return library


def advised(library: Library) -> tuple[FileError, ...]:
    """The warnings on what was read; draws it too."""
    for scenario in library.scenarios.values():
        assert picture.of_beats(scenario).boxes
        assert picture.of_emotion(scenario).columns
    return tuple(advice.about(library, date(2026, 11, 25)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


few = settings(max_examples=80, deadline=None)
names = st.sampled_from(NAMES)

SPECIALS = "{}[]:,-?&*!|>'\"%@`#\n\t \\0~<=.ab1é\u2028\x00"
yamlish = st.text(alphabet=st.sampled_from(SPECIALS), max_size=60)


@few
@given(names, st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode), yamlish.map(str.encode)))
def test_arbitrary_bytes_and_text(folder: Path, name: str, content: bytes) -> None:
    assert read(folder, name, content) is None


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates())
structures = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*here, key))


def changed(value: Any, place: Place, new: Any) -> Any:
    """A copy with the value at this place replaced, or taken out if `new` is `...`."""
    if not place:
        return new
    key, rest = place[0], place[1:]
    copy = value.copy()
    if rest or new is not ...:
        copy[key] = changed(value[key], rest, new)
    else:
        del copy[key]
    return copy


@few
@given(names, structures)
def test_arbitrary_structures(folder: Path, name: str, structure: Any) -> None:
    assert read(folder, name, yaml.safe_dump(structure, allow_unicode=True).encode("utf-8", "replace")) is None


@settings(max_examples=100, deadline=None)
@given(st.data(), names)
def test_a_right_file_with_something_put_in_or_taken_out(folder: Path, data: st.DataObject, name: str) -> None:
    place = data.draw(st.sampled_from([place for place in places(WHOLE[name]) if place]))
    new = data.draw(st.one_of(st.just(...), structures))
    content = yaml.safe_dump(changed(WHOLE[name], place, new), allow_unicode=True)

    read(folder, name, content.encode("utf-8", "replace"))


@few
@given(st.data(), names)
def test_a_right_file_with_a_few_characters_changed(folder: Path, data: st.DataObject, name: str) -> None:
    text = (CASES / name).read_text(encoding="utf-8")
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 5))

    read(folder, name, (text[:at] + data.draw(yamlish) + text[at + cut :]).encode())


answer = st.fixed_dictionaries({"learner": st.just("x"), "then": st.just("y"), "effect": st.sampled_from(EFFECTS)})


def a_beat(id: str, ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "id": st.just(id),
            "title": st.text("ab ¶漢", max_size=110).map(lambda text: f"x{text}"),
            "emotion": st.dictionaries(st.just("kim"), st.integers(0, 10)),
            "play": st.dictionaries(st.just("kim"), st.text("ab.", min_size=1, max_size=400)),
            "answers": st.lists(answer, min_size=1, max_size=4),
            "next": st.lists(st.sampled_from(ids), max_size=4),
        }
    )


scripts = st.integers(1, 6).flatmap(
    lambda count: st.tuples(*(a_beat(f"b{place}", [f"b{other}" for other in range(count)]) for place in range(count)))
)


@settings(max_examples=150, deadline=None)
@given(scripts, st.sampled_from(["Kim", "Kim Ito", "¶", "x" * 120]))
def test_beats_that_hang_together_in_any_way_are_read(folder: Path, beats: Any, name: str) -> None:
    whole = changed(WHOLE["first-visit.yaml"], ("script", "beats"), list(beats))
    whole = changed(whole, ("script", "characters", 0, "name"), name)

    assert read(folder, "first-visit.yaml", yaml.safe_dump(whole, allow_unicode=True).encode())
