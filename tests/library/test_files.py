"""One YAML file: what it is read as, what is refused before it is built, and with which line."""

import time
from pathlib import Path

import pytest
import yaml

from pallpractice.library import LibraryErrors, files


def read(folder: Path, content: str | bytes) -> files.Source:
    path = folder / "case.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return files.read(path)


def refusal(folder: Path, content: str | bytes) -> tuple[int | None, str, str]:
    with pytest.raises(LibraryErrors) as found:
        read(folder, content)
    (error,) = found.value.errors
    assert error.file == str(folder / "case.yaml")
    return error.line, error.path, error.reason


def test_values_stay_text_and_only_a_bare_nothing_is_none(tmp_path: Path) -> None:
    source = read(tmp_path, 'a: no\nb: 1:30\nc: 2026-03-01\nd: 08\ne:\nf: ~\ng: "null"\nh: [x, {y: z}]\n')

    assert source.tree == {
        "a": "no", "b": "1:30", "c": "2026-03-01", "d": "08", "e": None, "f": None, "g": "null", "h": ["x", {"y": "z"}],
    }  # fmt: skip


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    source = read(tmp_path, "\ufeffa: 1\r\n\r\nb:\r\n  - c: >-\r\n      long\r\n      text\r\n    d: 2\r\n")

    assert source.tree == {"a": "1", "b": [{"c": "long text", "d": "2"}]}
    assert {path: line for path, line in source.lines.items() if path} == {
        ("a",): 1, ("b",): 3, ("b", 0): 4, ("b", 0, "c"): 4, ("b", 0, "d"): 7,
    }  # fmt: skip
    assert source.error(("b", 0, "e", 5), "x").line == 4


@pytest.mark.parametrize(
    ("content", "line", "path", "reason"),
    [
        (b"", None, "whole file", "the file is empty"),
        (b"# only a remark\n", None, "whole file", "the file is empty"),
        (b"a: 1\nb: \xff\n", 2, "whole file", "not UTF-8"),
        ("a: 1".encode("utf-16"), 1, "whole file", "not UTF-8"),
        (b"a: 1\nb: \x00\n", 2, "whole file", "control character U+0000"),
        ("a: 1\n\nb: \u2028\n", 3, "whole file", "control character U+2028"),
        (b"a: 1\nb: [1, 2\nc: 3\n", 3, "b[1]", "not YAML"),
        (b"a: 1\n\tb: 2\n", 2, "a", "not YAML"),
        (b'a: "\\UFFFFFFFF"\n', 1, "a", "not YAML"),
        (b"a: &x 1\n", 1, "a", "anchors (&) and aliases (*)"),
        (b"b: 1\na: *x\n", 2, "a", "anchors (&) and aliases (*)"),
        (b"&k a: 1\n", 1, "whole file", "anchors"),
        (b"a: !!python/object/apply:os.system [ls]\n", 1, "a", "tags (!)"),
        (b"a: !!str 1\n", 1, "a", "tags (!)"),
        (b"? [a, b]\n: 1\n", 1, "whole file", "a key must be a word"),
        (b"a: 1\n---\nb: 2\n", 2, "whole file", "more than one document"),
        (b"a: " + b"[" * 13 + b"]" * 13, 1, "a" + "[0]" * 12, "nested deeper than 12"),
        (b"x" * (files.MAX_BYTES + 1), None, "whole file", "larger than 256 KB"),
    ],
)
def test_a_refused_file_is_told_with_line_and_field(
    tmp_path: Path, content: bytes | str, line: int | None, path: str, reason: str
) -> None:
    told = refusal(tmp_path, content)

    assert told[:2] == (line, path)
    assert reason in told[2]


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(LibraryErrors, match="can't be read"):
            files.read(path)


def test_laughter_and_depth_are_refused_in_no_time(tmp_path: Path) -> None:
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    started = time.perf_counter()

    assert "anchors" in refusal(tmp_path, laughs)[2]
    assert "nest" in refusal(tmp_path, "[" * 250_000)[2]
    assert "nested deeper" in refusal(tmp_path, "[" * 20 + "]" * 20)[2]
    assert "nested deeper" in refusal(tmp_path, "- " * 125_000)[2]
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "content", [b'a: "\\UFFFFFFFF"', b"a: &x 1", b"a: !!str 1", b"a: [1", b"[" * 5000, b"- " * 5000, b"a: @"]
)
def test_the_parser_in_python_refuses_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(files, "_Loader", yaml.SafeLoader)  # where PyYAML was built without libyaml

    assert refusal(tmp_path, content)[1]


def test_a_key_that_is_there_twice_is_told_and_reading_goes_on(tmp_path: Path) -> None:
    source = read(tmp_path, "a:\n  b: 1\n  b: 2\na: 3\n")

    assert [(error.line, error.path) for error in source.errors] == [(3, "a.b"), (4, "a")]


def test_odd_keys_stay_on_one_line(tmp_path: Path) -> None:
    source = read(tmp_path, '"we\\nird": {"a b": 1}\n')

    assert str(source.error(("we\nird", "a b"), "x")).endswith('case.yaml:1: "we\\nird"."a b": x')
