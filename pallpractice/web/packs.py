"""The modules of a live page joined into one script, so that a phone asks twice instead of forty times.

`packs/room.js` holds js/room.js and all it imports. What it imports later, `import('./coach.js')`, becomes
`packs/coach.js` with what is not there yet, and a part may have parts of its own. Each module stays a function of its
own with its own names:

    $["clock"]??=(()=>{ ... return{elapsed}})();

and the whole is made lean, which gives short names to all that no other pack asks for.

This reads the plain forms that static/js and static/vendor use, and refuses others.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from . import lean

# A pack that a page begins with. The parts loaded later are found in what these hold.
ENTRIES = ("room", "circle", "board", "rehearsal", "signout")

_FROM = r"""\s*from\s*["'](\.[^"']+)["'];?"""
_IMPORT = re.compile(r"(?<![\w.$'])import\s*(?:(\w+)|\{([^}]*)\})" + _FROM)
_ALONE = re.compile(r"""(?<![\w.$'])import\s*["'](\.[^"']+)["'];?""")
_AGAIN = re.compile(r"(?<![\w.$'])export\s*\{([^}]*)\}" + _FROM)
_LIST = re.compile(r"(?<![\w.$'])export\s*\{([^}]*)\};?")
_NAMED = re.compile(r"(?<![\w.$'])export\s+(?=(?:async\s+)?(?:function|class|const)\s+(\w+))")
_DEFAULT = re.compile(r"(?<![\w.$'])export\s+default\s+(?=function)")
_LATER = re.compile(r"""\bimport\(["']\./([\w-]+)\.js["']\)""")
# Line breaks are left in templates alone. Between tags and values they are nothing to htm, elsewhere one space or many.
_BETWEEN = re.compile(r"(?<=[>}])\n\s*(?=[<$])")
_BREAK = re.compile(r"\n\s+")
_LEFT = re.compile(r"^\s*(?:import|export)\b", re.M)


class UnreadableError(ValueError):
    """A module says something in a form that can't be joined."""


def files(folder: Path) -> Iterator[str]:
    """The names of all packs that `folder` (of js/ and vendor/) gives: entries and their parts."""
    for entry in ENTRIES:
        yield entry
        yield from _parts(folder, entry)


def pack(folder: Path, name: str) -> str | None:
    """The script of a pack, or None if there is no such pack."""
    if name in ENTRIES:
        *first, last = modules(folder, name)
        body = _body(last, ends_with_exports=False)
        return lean.script("const $={};\n" + "".join(map(_wrapped, first)) + f"{{{body}}}")
    for entry in ENTRIES:
        if name in (parts := _parts(folder, entry)):
            own = _unlike(modules(folder, name), parts[name])
            return lean.script("export default async($)=>{" + "".join(map(_wrapped, own)) + f'return $["{name}"]}}')
    return None


def modules(folder: Path, name: str) -> list[Path]:
    """js/NAME.js and all it imports at once, each after what it needs."""
    found: dict[Path, bool] = {}  # False while its own imports are read

    def visit(path: Path) -> None:
        if path in found:
            if not found[path]:
                raise UnreadableError(f"{path.name} and what it imports need each other")
            return
        found[path] = False
        for target in _imported(module(path)):
            visit((path.parent / target).resolve())
        del found[path]
        found[path] = True

    visit((folder / "js" / f"{name}.js").resolve())
    stems = [path.stem for path in found]
    if len(set(stems)) < len(stems):
        raise UnreadableError(f"two modules of {name} have the same name")
    return list(found)


def _parts(folder: Path, entry: str) -> dict[str, list[Path]]:
    """What is loaded later, each with the modules that are there by then, whoever asks for it."""
    found: dict[str, list[Path]] = {}
    waiting = [modules(folder, entry)]
    while waiting:
        there = waiting.pop()
        for part in [part for path in there for part in _LATER.findall(module(path))]:
            if part in found:
                found[part] = [path for path in found[part] if path in there]
            else:
                found[part] = there
                waiting.append([*there, *_unlike(modules(folder, part), there)])
    return found


def _unlike(some: list[Path], others: list[Path]) -> list[Path]:
    return [path for path in some if path not in others]


@cache
def module(path: Path) -> str:
    """A module in as few letters as say the same."""
    source = lean.script(path.read_text(encoding="utf-8"))  # its comments may speak of imports
    return _BREAK.sub("\n", _BETWEEN.sub("", source))


def _imported(source: str) -> list[str]:
    forms = ((_ALONE, 1), (_IMPORT, 3), (_AGAIN, 2))
    return [match[target] for form, target in forms for match in form.finditer(source)]


def _wrapped(path: Path) -> str:
    body = _body(path)
    function = f"await(async()=>{{{body}}})()" if "await" in body else f"(()=>{{{body}}})()"
    return f'$["{path.stem}"]??={function};\n'


def _later(body: str) -> str:
    """A part is given the modules that are here already."""
    return _LATER.sub(r"""import("./\1.js").then((part)=>part.default($))""", body)


def _body(path: Path, *, ends_with_exports: bool = True) -> str:
    """A module's statements, its imports taken from `$` and its exports given back at the end."""
    exports: dict[str, str] = {}  # the name outside: what it is inside
    source = module(path)
    source = _AGAIN.sub(lambda match: _passed_on(match, exports), source)
    source = _ALONE.sub("", _IMPORT.sub(_taken, source))
    source = _LIST.sub(lambda match: _listed(match, exports), source)
    source = _NAMED.sub(lambda match: exports.setdefault(match[1], match[1]) and "", source)
    source = _DEFAULT.sub(lambda match: exports.setdefault("default", "$default") and "const $default=", source)
    if left := _LEFT.search(source):
        raise UnreadableError(f"{path.name}: {source[left.start() : left.start() + 60]!r}")
    source = _later(source)
    if not ends_with_exports:
        return source
    return f"{source.rstrip()}\nreturn{_object(exports)}"


def _taken(match: re.Match[str]) -> str:
    names = {"default": match[1]} if match[1] else dict(_pairs(match[2]))
    return f"const{_object(names)}={_kept(match[3])};"


def _listed(match: re.Match[str], exports: dict[str, str]) -> str:
    exports.update({outside: name for name, outside in _pairs(match[1])})
    return ""


def _passed_on(match: re.Match[str], exports: dict[str, str]) -> str:
    exports.update({outside: f"{_kept(match[2])}.{name}" for name, outside in _pairs(match[1])})
    return ""


def _pairs(names: str) -> list[tuple[str, str]]:
    """`a, b as c` as [("a", "a"), ("b", "c")]."""
    return [(name, other or name) for name, other in re.findall(r"(\w[\w$]*|\$)(?:\s+as\s+([\w$]+))?", names)]


def _object(names: Mapping[str, str]) -> str:
    return "{" + ",".join(name if name == inside else f"{name}:{inside}" for name, inside in names.items()) + "}"


def _kept(target: str) -> str:
    return f'$["{target.rsplit("/", 1)[-1].removesuffix(".js")}"]'
