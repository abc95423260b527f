"""The registry of what is held: every column of every table is in it, and what it says can be carried out."""

import pytest
from sqlalchemy import Table

from pallpractice.domain.holding import Erase, Relation
from pallpractice.storage import registry
from pallpractice.storage.base import Base
from pallpractice.storage.reach import leads_to

TABLES = Base.metadata.tables


def test_every_column_of_every_table_is_in_it_and_no_other() -> None:
    """A new column needs its class and what erasing does to it; a new table its purpose and how long it is kept."""
    said = {f"{name}.{column}" for name, held in registry.REGISTRY.items() for column in held.kinds()}
    there = {str(column) for table in TABLES.values() for column in table.c}
    assert there - said == set(), "these are not in the registry"
    assert said - there == set(), "these are there no more"


@pytest.mark.parametrize("name", sorted(registry.REGISTRY))
def test_what_is_about_people_says_what_for_how_long_and_whose(name: str) -> None:
    held = registry.REGISTRY[name]
    if held.purpose is None:
        assert not held.people
        return
    assert held.keep
    assert held.title
    assert held.people


@pytest.mark.parametrize("name", sorted(registry.REGISTRY))
def test_every_way_to_a_person_and_a_course_leads_there(name: str) -> None:
    held, table = registry.REGISTRY[name], TABLES[name]
    for path in held.people:
        assert leads_to(table, path) == "people.id", path
    if held.course:
        assert leads_to(table, held.course) == "courses.id"


def people_in(table: Table) -> set[str]:
    return {column.name for column in table.c if any(key.target_fullname == "people.id" for key in column.foreign_keys)}


@pytest.mark.parametrize("name", sorted(registry.REGISTRY))
def test_everyone_a_row_names_is_said_to_be_in_it(name: str) -> None:
    """A column that names a person is a way to them: nobody is in a table unsaid."""
    assert people_in(TABLES[name]) <= set(registry.REGISTRY[name].people)


@pytest.mark.parametrize("name", sorted(registry.REGISTRY))
def test_words_go_with_the_row_or_are_emptied(name: str) -> None:
    """Free text stays for nobody: a text column of a table about people is emptied, replaced, or goes with its row."""
    held, table = registry.REGISTRY[name], TABLES[name]
    if not held.people or (Relation.OWN not in held.people.values() and Relation.ABOUT not in held.people.values()):
        return
    for column in table.c:
        if str(column.type) == "TEXT" and name != "kept_names":
            assert registry.column(name, column.name).erase in (Erase.EMPTY, Erase.ROW, Erase.PROOF), column.name
