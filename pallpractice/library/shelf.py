"""The case library: every scenario and rubric of some folders, read once, checked all together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import realpath
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from marshmallow import Schema, ValidationError

from pallpractice.domain.calibration import Encounter
from pallpractice.domain.rubric import Rubric
from pallpractice.domain.scenario import Scenario

from . import checks, encounter, files, rubric, scenario
from .errors import WHOLE_FILE, FieldPath, FileError, LibraryErrors, quoted
from .fields import faults

MOST_ERRORS = 100  # of one file: more than anyone mends in one go


@dataclass(frozen=True, slots=True)
class Library:
    """What may be practised, by id. `encounters` are worked ones, to practise rating on."""

    scenarios: Mapping[str, Scenario]
    rubrics: Mapping[str, Rubric]
    # The file of each, by kind ("scenario", "rubric", "encounter") and id.
    files: Mapping[tuple[str, str], str] = field(default_factory=dict, compare=False)
    encounters: Mapping[str, Encounter] = field(default_factory=dict)
    # Versions that the files no longer hold, by kind, id and version: filled by who has them, and kept.
    earlier: dict[tuple[str, str, int], Scenario | Rubric | Encounter] = field(default_factory=dict, compare=False)

    @classmethod
    def read(cls, folders: Sequence[Path]) -> "Library":
        """Reads `<folder>/*.yaml` as scenarios, `<folder>/rubrics/*.yaml` as rubrics and `<folder>/calibration/*.yaml`
        as worked encounters.

        Raises LibraryErrors with everything that is wrong in all files at once.
        """
        reading = _Reading()
        for folder in _once(folders):
            reading.folder(folder)
        reading.check_rubrics()
        reading.check_encounters()
        if reading.errors:
            raise LibraryErrors(reading.errors)
        return cls(
            MappingProxyType(reading.scenarios),
            MappingProxyType(reading.rubrics),
            reading.taken,
            MappingProxyType(reading.encounters),
        )

    def rubric_for(self, scenario: Scenario) -> Rubric:
        """The rubric that this scenario's guide names."""
        return self.rubrics[scenario.guide.rubric]


@dataclass(slots=True)
class _Reading:
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    rubrics: dict[str, Rubric] = field(default_factory=dict)
    encounters: dict[str, Encounter] = field(default_factory=dict)
    errors: list[FileError] = field(default_factory=list)
    wants: list[tuple[files.Source, FieldPath, str]] = field(default_factory=list)
    sources: dict[tuple[str, str], files.Source] = field(default_factory=dict)  # by kind and id
    rubric_ids: set[str] = field(default_factory=set)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)

    def folder(self, folder: Path) -> None:
        try:
            self._folder(folder)
        except OSError as error:
            self._whole(folder, f"can't be read: {error.strerror or type(error).__name__}")

    def _folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._whole(folder, "no such folder")
            return
        for path in self._files(folder / "rubrics"):
            # A broken rubric is still there: its scenarios are not wrong to name it.
            self.rubric_ids.add(path.stem)
            self._file(path, rubric, rubric.RubricSchema(), self.rubrics)
        for path in self._files(folder):
            self._file(path, scenario, scenario.ScenarioSchema(), self.scenarios)
        for path in self._files(folder / "calibration"):
            self._file(path, encounter, encounter.EncounterSchema(), self.encounters)

    def _whole(self, path: Path, reason: str) -> None:
        self.errors.append(FileError(str(path), None, WHOLE_FILE, reason))

    def _files(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name.startswith(".") or path.suffix.lower() not in (".yaml", ".yml"):
                continue
            if path.suffix == ".yaml":
                yield path
            else:
                self._whole(path, f"would not be read: name it {quoted(path.stem + '.yaml')}")

    def _file(self, path: Path, kind: ModuleType, schema: Schema, shelf: dict[str, Any]) -> None:
        try:
            source = files.read(path)
        except LibraryErrors as found:
            self.errors.extend(found.errors)
            return
        value, errors = checked(source, path.stem, kind, schema)
        noun = kind.__name__.rpartition(".")[2]
        errors += self._clash(source, noun)
        self.errors.extend(_first(source, errors))
        rubric_at = {"scenario": "guide.rubric", "encounter": "rubric"}.get(noun)
        self.wants += [(source, at, word) for at, word in checks.words(source.tree, rubric_at)] if rubric_at else []
        if not errors:
            shelf[value.id] = value
            self.sources[noun, value.id] = source

    def _clash(self, source: files.Source, noun: str) -> list[FileError]:
        for path, word in checks.words(source.tree, "id"):
            first = self.taken.setdefault((noun, word), source.file)
            if first != source.file:
                return [source.error(path, f"there is a {noun} {quoted(word)} already, in {first}")]
        return []

    def check_rubrics(self) -> None:
        """Last, since a scenario may use a rubric of a later folder."""
        known = ", ".join(sorted(self.rubric_ids)) or "none"
        for source, path, word in self.wants:
            if word not in self.rubric_ids:
                self.errors.append(source.error(path, f"no rubric {quoted(word)}; rubrics are {known}"))

    def check_encounters(self) -> None:
        """Last as well: each beside its rubric, and the case it was played from. A broken case is still there."""
        cases = {id for kind, id in self.taken if kind == "scenario"}
        for one in self.encounters.values():
            source = self.sources["encounter", one.id]
            faults = encounter.beside(one, self.rubrics.get(one.rubric), cases)
            self.errors += [source.error(path, reason) for path, reason in faults]


def _once(folders: Sequence[Path]) -> Iterable[Path]:
    """Each folder by the first of its names: `cases` and `/srv/cases` may be one."""
    places: dict[str, Path] = {}
    for folder in folders:
        places.setdefault(realpath(folder), Path(folder))
    return places.values()


def checked(source: files.Source, stem: str, kind: ModuleType, schema: Schema) -> tuple[Any, list[FileError]]:
    """The value, or None, and everything wrong with it: shape and rules together."""
    value, found = _loaded(schema, source.tree)
    found += [*checks.stem(source.tree, stem), *kind.across(source.tree)]
    return value, source.errors + [source.error(path, reason) for path, reason in found]


def _loaded(schema: Schema, tree: Any) -> tuple[Any, list[checks.Fault]]:
    try:
        return schema.load(tree), []
    except ValidationError as error:
        return None, faults(error.messages)


def _first(source: files.Source, errors: list[FileError]) -> list[FileError]:
    errors = sorted(errors, key=lambda error: error.line or 0)
    if len(errors) <= MOST_ERRORS:
        return errors
    more = FileError(source.file, None, WHOLE_FILE, f"and {len(errors) - MOST_ERRORS} more")
    return [*errors[:MOST_ERRORS], more]
