"""Scripts go out lean and joined into packs: their words and what they do stay the same."""

import gzip
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from pallpractice.library import languages
from pallpractice.storage.courses import Person
from pallpractice.web import lean, packs
from pallpractice.web.assets import STATIC, WIRE
from tests.conftest import PageClient

ClientAs = Callable[[Person | None], PageClient]
ROOT = STATIC.parent
PACKS = sorted(packs.files(STATIC))
SEATS = {"learner", "patient", "observer", "coach", "organiser"}


TRICKY = (
    "'https://a.example // no comment'",
    "`a\n  b` + ` /* kept */ ${`${1 + 1} // ${ { c: 3 }.c }`}`",
    "/[/`'\"]\\/{2}/g.source + (8 / 2) / 2 // c",
    "(() => { const a = 1, b = () => a\n;[1].map(b); return a - -a + +a })()",
    "new (class A { #own = 1; get own() { return this.#own; } })().own",
    "((one, { two: three = 2, ...rest } = {}) => [one ?? three, rest?.four?.(), void 0])(null)",
    '[..."it’s “here”"].length + String.raw`\\u${"x"}`',
)


def test_a_script_loses_comments_but_says_and_does_the_same(tmp_path: Path) -> None:
    script = "/* what it says */\nconsole.log(JSON.stringify([" + "\n,\n".join(TRICKY) + "\n]));\n"
    said = []
    for source in (script, lean.script(script)):
        (tmp_path / "say.mjs").write_text(source)
        said.append(subprocess.check_output(["node", str(tmp_path / "say.mjs")], text=True, timeout=60))
    assert said[0] == said[1]
    assert "/* kept */" in said[1]
    assert "what it says" not in lean.script(script)


@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda path: path.stem)
def test_a_lean_script_says_every_sentence_of_its_source(path: Path) -> None:
    short = lean.script(path.read_text())
    assert len(short) < path.stat().st_size
    said = short.replace("\\", "")  # a quote may be written otherwise
    with path.open("rb") as source:
        for _, _, sentence, _ in languages.in_scripts(source):
            for words in [sentence] if isinstance(sentence, str) else sentence:
                assert words in said


def test_a_style_loses_comments_and_space_but_no_text() -> None:
    source = (
        '/* all */\n.a > .b,\n.c { content: "/* ; */ x"; width: calc(1rem + 2px); }\n@media print { p { margin: 0 } }'
    )
    done = '.a>.b,.c{content:"/* ; */ x";width:calc(1rem + 2px)}@media print{p{margin:0}}'
    assert lean.style(source) == done


def test_the_pure_modules_do_the_same_without_their_comments(tmp_path: Path) -> None:
    """Node's own tests, once more, of what is sent."""
    for path in (STATIC / "js").iterdir():
        target = tmp_path / "static" / "js" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(lean.script(path.read_text()) if path.suffix == ".js" else path.read_text())
    shutil.copytree(STATIC / "vendor", tmp_path / "static" / "vendor")
    shutil.copytree(ROOT / "tests" / "js", tmp_path / "tests" / "js")
    protocol = Path("pallpractice/realtime/PROTOCOL.md")  # one of the tests compares with it
    (tmp_path / protocol).parent.mkdir(parents=True)
    shutil.copy(ROOT / protocol, tmp_path / protocol)
    tests = sorted(str(path) for path in (tmp_path / "tests" / "js").glob("*.test.js"))
    done = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_is_a_script_that_asks_for_nothing_at_once(name: str, tmp_path: Path) -> None:
    text = packs.pack(STATIC, name)
    assert text
    script = tmp_path / f"{name}.mjs"
    script.write_text(text)
    done = subprocess.run(["node", "--check", str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "\nimport{" not in text
    assert ' from "./' not in text


def test_every_seat_has_a_part_of_the_room_with_what_the_room_lacks() -> None:
    assert SEATS | {*packs.ENTRIES, "story"} == set(PACKS)
    room = packs.pack(STATIC, "room")
    coach = packs.pack(STATIC, "coach")
    assert room
    assert coach
    assert ".store??=" in room
    assert ".controls??=" in coach
    assert ".store??=" not in coach
    assert ".controls??=" not in room
    assert 'import("./coach.js").then(e=>e.default($))' in room


def made(folder: Path, **sources: str) -> Path:
    (folder / "js").mkdir()
    for name, source in sources.items():
        (folder / "js" / f"{name}.js").write_text(source)
    return folder


def test_a_pack_runs_as_its_modules_would(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        room="import './first.js';\nimport { count, Box as Case } from './a.js';\nimport plus from './b.js';\n"
        "export const unused = 1;\n"
        "const { told } = await import('./later.js');\nconsole.log(count, new Case().size, plus(1, 2), told());\n",
        first="console.log('first');\n",
        a="export { two as count } from './c.js';\nclass Box { size = 4; }\nexport { Box };\n",
        b="export default function (one, other) { return one + other; }\n",
        c="const two = await 2;\nexport { two };\nexport async function unused() {}\n",
        later="import { two } from './c.js';\nconst word = await 'later';\n"
        "export const told = () => `${word} ${two}`;\n",
        **dict.fromkeys(packs.ENTRIES[1:], ""),
    )
    assert list(packs.files(folder)) == ["room", "later", *packs.ENTRIES[1:]]
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name in ("room", "later"):
        (tmp_path / f"{name}.js").write_text(packs.pack(folder, name) or "")
    run = ["node", str(tmp_path / "room.js")]
    assert subprocess.check_output(run, text=True, timeout=60) == "first\n2 4 3 later 2\n"


def test_a_part_may_have_a_part_and_each_brings_what_is_not_there_whoever_asks(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        room="import { ask } from './asks.js';\nconst one = (await import('./one.js')).told();\n"
        "console.log(await one, (await import('./two.js')).word, (await ask()).deep);\n",
        asks="export const ask = () => import('./deep.js');\n",
        one="import { word } from './shared.js';\n"
        "export const told = async () => word + (await import('./deep.js')).deep;\n",
        two="import { word } from './shared.js';\nexport { word };\n",
        shared="export const word = 'shared ';\n",
        deep="import { word } from './shared.js';\nexport const deep = `deep ${word}`;\n",
        **dict.fromkeys(packs.ENTRIES[1:], ""),
    )
    assert {"room", "one", "two", "deep"} <= set(packs.files(folder))
    # The room itself may ask for it before anyone else has: so it comes with all the room lacks.
    assert ".shared??=" in (packs.pack(folder, "deep") or "")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name in ("room", "one", "two", "deep"):
        (tmp_path / f"{name}.js").write_text(packs.pack(folder, name) or "")
    run = ["node", str(tmp_path / "room.js")]
    assert subprocess.check_output(run, text=True, timeout=60) == "shared deep shared  shared  deep shared \n"


@pytest.mark.parametrize(
    "source", ["export let turn = 1;", "import * as all from './a.js';", "export * from './a.js';"]
)
def test_a_form_that_can_not_be_joined_is_refused(tmp_path: Path, source: str) -> None:
    folder = made(tmp_path, room="import { b } from './b.js';", a="", b=source)
    with pytest.raises(packs.UnreadableError, match=r"b\.js"):
        packs.pack(folder, "room")


def test_modules_that_need_each_other_are_refused(tmp_path: Path) -> None:
    folder = made(
        tmp_path, room="import { a } from './a.js';", a="import { b } from './b.js';", b="import { a } from './a.js';"
    )
    with pytest.raises(packs.UnreadableError, match="need each other"):
        packs.pack(folder, "room")


@pytest.mark.parametrize(
    ("offered", "sent"),
    [("gzip, deflate, br, zstd", "br"), ("gzip, br;q=0", "gzip"), ("gzip", "gzip"), ("", None), ("identity", None)],
)
def test_it_goes_out_as_the_browser_can_read_it(client_as: ClientAs, offered: str, sent: str | None) -> None:
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[sent]
    answer = client_as(None).get("/static/x/packs/learner.js", headers={"Accept-Encoding": offered})
    assert answer.headers.get("Content-Encoding") == sent
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.mimetype == "text/javascript"
    assert unpack(answer.data).decode() == packs.pack(STATIC, "learner")


@pytest.mark.parametrize("name", ["packs/store.js", "packs/none.js", "packs/room", "js/none.js"])
def test_what_is_no_pack_is_not_found(client_as: ClientAs, name: str) -> None:
    assert client_as(None).get(f"/static/x/{name}").status_code == 404


def test_vendored_scripts_are_sent_as_they_lie_there() -> None:
    assert WIRE.data("vendor/preact.js") == (STATIC / "vendor" / "preact.js").read_bytes()


TEMPLATE = """
import htm from './htm.mjs';
const html = htm.bind((...all) => all), one = 'x';
console.log(JSON.stringify(html`<p class=${one}
      id="b" data-c="d ${one}">${one}
    ${one} <b>c</b>
    <i>d</i>
    ${html`<q>
      e ${one}</q>`}
    and words
    on lines</p>`));
"""


def test_a_template_without_its_line_breaks_makes_the_same(tmp_path: Path) -> None:
    (tmp_path / "say.mjs").write_text(TEMPLATE)
    (tmp_path / "short.mjs").write_text(short := packs.module(tmp_path / "say.mjs"))
    shutil.copy(STATIC / "vendor" / "htm.js", tmp_path / "htm.mjs")
    said = [
        re.sub(r"(\\n|\s)+", " ", subprocess.check_output(["node", str(tmp_path / name)], text=True, timeout=60))
        for name in ("say.mjs", "short.mjs")
    ]
    assert said[0] == said[1]
    assert short.count("\n") == 4
