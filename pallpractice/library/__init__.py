"""Scenario and rubric files in, domain values out. YAML and marshmallow stay in here."""

from .errors import FileError, LibraryErrors
from .shelf import Library

__all__ = ["FileError", "Library", "LibraryErrors"]
