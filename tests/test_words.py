"""What people read: all of it goes through text(), trans or t(), and every catalogue says all of it."""

import ast
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from pallpractice.library import languages
from tests.words_of_scripts import bare_in_script

ROOT = Path(__file__).resolve().parents[1]
CODES = [code for code in languages.known() if code != languages.ENGLISH]
PLACES = re.compile(r"%\(\w+\)s|\{\w+(?:![rs])?\}|</?[a-z][^<>]*>")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every sentence of the code, found as `make words` finds it."""
    template = tmp_path_factory.mktemp("words") / "words.pot"
    options = ["-F", "pyproject.toml", "--no-default-keywords", "-k", "no_other", "--add-location=file"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        CommandLineInterface().run(["pybabel", "-q", "extract", *options, "-o", str(template), "."])
    with template.open("rb") as file:
        return read_po(file)


def catalogue(code: str) -> Catalog:
    with (languages.FOLDER / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def forms(value: str | Iterable[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def messages(found: Catalog) -> Iterator[Message]:
    return (one for one in found if one.id)


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_translated_and_nothing_else(code: str, said: Catalog) -> None:
    there = catalogue(code)
    wanted = {one.id for one in messages(said)}
    assert wanted, "nothing was found in the code"
    assert not wanted - {one.id for one in messages(there)}, "run `make words`, then translate what is new"
    assert not {one.id for one in messages(there)} - wanted, "run `make words`: nobody says this any more"
    assert not [one.id for one in messages(there) if one.fuzzy or not all(forms(one.string))]


@pytest.mark.parametrize("code", CODES)
def test_places_and_tags_are_those_of_the_english(code: str) -> None:
    for one in messages(catalogue(code)):
        wanted = [sorted(PLACES.findall(form)) for form in forms(one.id)]
        for form in forms(one.string):
            assert sorted(PLACES.findall(form)) in wanted, one.id
        assert not list(one.check()), one.id


def test_the_tree_of_the_code_has_one_place_of_each_catalogue() -> None:
    assert CODES, "there is at least one language beside English"
    assert not list(languages.FOLDER.rglob("*.mo")), "catalogues are compiled in memory"


# --- Python


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, int]]:
    """Calls of text() and texts(), with how many of their first arguments are sentences."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("text", "texts"):
            yield node, 1 if node.func.id == "text" else 2


def faults(path: Path, source: str) -> Iterator[str]:
    for call, count in calls(ast.parse(source)):
        where = f"{path}:{call.lineno}"
        if "# words: " in source.splitlines()[call.lineno - 1]:
            continue
        for sentence in call.args[:count]:
            if not isinstance(sentence, ast.Constant) or not isinstance(sentence.value, str):
                yield f"{where}: the sentence is not written out"
                continue
            given = {one.arg for one in call.keywords if one.arg} | ({"n"} if count == 2 else set())
            if not call.keywords and count == 1:
                continue  # braces are braces
            places = {name for _, name, _, _ in Formatter().parse(sentence.value) if name is not None}
            several = any(one.arg is None for one in call.keywords)  # **facts
            unknown = given - places if several else places ^ given
            if unknown - ({"n"} if count == 2 else set()):
                yield f"{where}: {', '.join(sorted(unknown))} is only in the sentence, or only beside it"


def test_sentences_in_python_are_written_out_and_have_what_they_name() -> None:
    files = sorted((ROOT / "pallpractice").rglob("*.py"))
    found = [fault for path in files for fault in faults(path.relative_to(ROOT), path.read_text())]
    assert found == []


def hidden(source: str) -> Iterator[str]:
    """Functions that call text() and have something else of that name."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            names = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
            names |= {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            called = {call.func.id for call, _ in calls(function) if isinstance(call.func, ast.Name)}
            yield from names & called


def test_nothing_else_is_called_text_where_a_sentence_is_said() -> None:
    files = sorted((ROOT / "pallpractice").rglob("*.py"))
    assert [path.name for path in files if list(hidden(path.read_text()))] == []
    assert list(hidden("def f(a):\n    text, b = a\n    raise text('Not so.')"))


@pytest.mark.parametrize(
    "source", ["text(words)", 'text(f"{a}")', 'text("{a}", b=1)', 'text("a", b=1)', 'texts("one {x}", "{n}", 2)']
)
def test_a_sentence_that_nobody_could_translate_would_be_seen(source: str) -> None:
    assert list(faults(Path("x.py"), source))


# --- templates

NO_WORDS = {"pallpractice", "name", "email", "role", "profession", "institution", "pronouns", "track", "team", "group"}
NO_WORDS |= {"time", "zone", "join"}  # of an address, and columns of a file
WHOLE = re.compile(
    r"\{#.*?#\}|<!--.*?-->|<(script|style)\b.*?</\1>|\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL
)
SAID = re.compile(r"\b(?:text|texts)\((?:[^()]|\([^()]*\))*\)")
BLOCK = re.compile(r"\{%-?\s*trans\b(.*?)-?%\}(.*?)\{%-?\s*endtrans", re.DOTALL)
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
NAMED = re.compile(r"(\w+)\s*=|(?:^|,)\s*(\w+)\s*(?=,|$)")
SHOWN = re.compile(r"\{[{%](.*?)[}%]\}", re.DOTALL)
TAG = re.compile(r"<(?:[^<>{}]|\{\{.*?\}\}|\{%.*?%\})*>", re.DOTALL)
ATTRIBUTE = re.compile(r'\b(?:aria-label|alt|title|placeholder|data-label)="([^"]*)"')
LITERAL = re.compile(r"'([^']*)'")
CODE = re.compile(r"\w\.\w|\w-( |$)")  # names of files and endpoints, the beginnings of classes


def bare(source: str) -> list[str]:
    """Words of a template that no catalogue could translate."""
    heads = [head for head, _ in BLOCK.findall(source)]
    source = WHOLE.sub(" ", source)
    found = [word for shown in [*heads, *SHOWN.findall(source)] for word in LITERAL.findall(SAID.sub("", shown))]
    found = [word for word in found if re.match(r"[A-Z][a-z]+$|.*[a-z] [a-z]", word) and not CODE.search(word)]
    attributes = [value for tag in TAG.findall(source) for value in ATTRIBUTE.findall(tag)]
    plain = re.sub(r"\{[{%].*?[}%]\}", " ", TAG.sub(" ", source), flags=re.DOTALL)
    plain = re.sub(r'[\w-]+="[^"]*"', " ", plain)  # attributes that a macro gives
    plain += " " + re.sub(r"\{[{%].*?[}%]\}", " ", " ".join(attributes), flags=re.DOTALL)
    plain = re.sub(r"&\w+;", " ", plain)
    return [*found, *(word for word in re.findall(r"[A-Za-zÀ-ÿ]{2,}", plain) if word not in NO_WORDS)]


def unnamed(source: str) -> set[str]:
    """Values a sentence has a place for that its head does not name: mistyped, they would stand there as nothing."""
    return {
        place
        for head, body in BLOCK.findall(source)
        for place in set(PLACE.findall(body)) - {name for names in NAMED.findall(head) for name in names}
    }


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_has_no_bare_words(path: Path) -> None:
    source = path.read_text()
    assert bare(source) == []
    assert unnamed(source) == set()


def test_a_value_that_is_not_named_would_be_seen() -> None:
    assert unnamed("{% trans track=x, characters=y %}{{ track }}, {{ n }}{% endtrans %}") == {"n"}
    assert unnamed("{% trans n=f(a, b), name %}{{ n }} of {{ name }}{% pluralize n %}{{ n }}{% endtrans %}") == set()


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello there</p>",
        '<a aria-label="Close it">x</a>',
        "{{ 'Add it' if a }}",
        "{{ part('Role') }}",
        "{% trans a='Add it' %}{{ a }}{% endtrans %}",
    ],
)
def test_bare_words_would_be_seen(source: str) -> None:
    assert bare(source)
    assert not bare("<p>{% trans name %}Hello {{ name }}{% endtrans %}{{ text('Add it') if a else person.name }}</p>")


# --- scripts


def calls_in(source: str) -> list[str]:
    """What follows each `t(` and `tn(` of a script."""
    return re.findall(r"(?<![\w.$])tn?\(\s*(?=(.{0,60}))", re.sub(r"(?m)^\s*(//|/?\*).*", "", source), re.DOTALL)


def found_in(source: str) -> list[object]:
    return [words for _, _, words, _ in languages.in_scripts(BytesIO(source.encode()))]


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "js").glob("*.js")), ids=lambda path: path.name)
def test_sentences_in_scripts_are_written_out(path: Path) -> None:
    source = path.read_text()
    if "translated.js'" not in source:
        return
    assert len(found_in(source)) == len(calls_in(source)), "a sentence is not written out in its t(...)"
    for words in found_in(source):
        assert "${" not in str(words), f"{words}: give what varies by name"


# Keys, selectors, parts of a module, an address, and two words of the line that nobody is shown.
FOR_CODE = {"Enter", "textarea, input, select", '#people input[name="people"]', "Rewind", "Story", "/join"}
FOR_CODE |= {"No answer", "io server disconnect"}


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "js").glob("*.js")), ids=lambda path: path.name)
def test_a_script_has_no_bare_words(path: Path) -> None:
    assert [words for words in bare_in_script(path.read_text()) if words not in FOR_CODE] == []


@pytest.mark.parametrize(
    "source",
    [
        "html`<p>${name} speaks now</p>`",
        "html`<p class='a'>${a ? html`<b>Open it</b>` : 'x'}</p>`",
        'html`<${Fold} title="Ratings">${t("Ratings")}<//>`',
        "html`<b aria-label=${`Edit note at ${time}`} class=${on ? 'light on' : 'light'}></b>`",
        "const SAY = { learner: 'Your turn.' };",
        "const r = /[/'\"]/; announce('Removed.')",
        "t('Said'), 'Told at once'",
    ],
)
def test_bare_words_of_a_script_would_be_seen(source: str) -> None:
    assert len(bare_in_script(source)) == 1
    assert not bare_in_script(
        "html`<p class=${on ? 'light on' : 'x'} id=\"a-b\">${tn('{n} note', '{n} notes', n)}</p>`"
    )


def test_sentences_are_found_in_templates_within_templates() -> None:
    script = """
// t('not this')
const a = html`<p class="t">it's ${x ? html`<b>${t('One {n}', { n: y ? `${t("Two's")}` : 1 })}</b>` : t(`Three`)}</p>`;
const b = c.t('nor this') + tn('{n} it\\'s', '{n} they', n); /* pt('this') */
"""
    assert found_in(script) == ["One {n}", "Two's", "Three", ("{n} it's", "{n} they")]
    assert len(calls_in("t(words); t('words')")) == 2
    assert len(found_in("t(words); t('words')")) == 1


def shadowed(source: str) -> list[str]:
    """Functions that call `text` or `texts` and have a value of that name: they would call the value."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        inside = list(ast.walk(function))
        names = {one.arg for one in inside if isinstance(one, ast.arg)}
        names |= {one.id for one in inside if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        called = {one.func.id for one in inside if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}
        found += [function.name for name in ("text", "texts") if name in names & called]
    return found


def test_no_value_hides_what_says_a_sentence() -> None:
    assert shadowed("def save(text):\n    raise Stale(text('Gone.'))") == ["save"]
    for path in (ROOT / "pallpractice").rglob("*.py"):
        assert shadowed(path.read_text(encoding="utf-8")) == [], path.name
